/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The client role of rtcsignaller: one peer that offers, one server that answers, in one dialect.
 * It asks again when the server is busy, trickles, restarts ICE, and connects anew when nothing
 * else helps. Lives on the loop; owned by the element's client (rtcclientelement.h).
 */
#pragma once

#include <gst/rtc/rtcloop.h>
#include <gst/webrtc/webrtc.h>

#include "http/rtchttpserver.h"
#include "peer/rtclinkwatch.h"

#include "signalling/rtcliveness.h"

typedef struct _RtcClientRole RtcClientRole;

typedef enum {
  RTC_CLIENT_DIALECT_PLAIN,
  RTC_CLIENT_DIALECT_PBX,
  RTC_CLIENT_DIALECT_WHIP,
  RTC_CLIENT_DIALECT_WHEP,
  RTC_CLIENT_DIALECT_RELAY,
  RTC_CLIENT_DIALECT_RELAY_ANSWERER,
  RTC_CLIENT_DIALECT_PAIR,
  RTC_CLIENT_DIALECT_PAIR_ANSWERER,
} RtcClientDialect;

typedef struct {
  RtcClientDialect dialect;
  /* As rtc_client_normalize_url() gives it. */
  const gchar *url;
  /* NULL for none. */
  const gchar *token;
  /* PEM file with the certificates to trust; NULL for the system's. */
  const gchar *trusted;
  /* For the dialect that listens, too: a bound, listening socket; else NULL. */
  GSocket *socket;
  RtcHttpServerConfig http;
  GstClockTime request_limit;
  GstClockTime gather_limit;
  /* GST_CLOCK_TIME_NONE: for ever. */
  GstClockTime retry_limit;
  RtcLivenessLimits liveness;
  RtcLinkLimits link;
} RtcClientRoleConfig;

typedef enum {
  RTC_CLIENT_ROLE_STARTED,
  RTC_CLIENT_ROLE_CONNECTED,
  RTC_CLIENT_ROLE_RESTARTED,
  /* The session lives on as it was; @detail says why. */
  RTC_CLIENT_ROLE_RESTART_REFUSED,
  /* The server is asked again after a while; @detail says why. */
  RTC_CLIENT_ROLE_WAITING,
  /* The session is given up and a new one begun; @detail says why. */
  RTC_CLIENT_ROLE_RECONNECTING,
} RtcClientRoleEvent;

/* Called on the loop. */
typedef struct {
  /* Give a fresh peer with rtc_client_role_set_peer(), or say with rtc_client_role_refuse() why
   * there is none. The one before is not used any more. */
  void (*need_peer) (gpointer user_data);
  /* @session: how the server calls it. @detail may be NULL. */
  void (*happened) (
      RtcClientRoleEvent event, const gchar *session, const gchar *detail, gpointer user_data);
  /* What the watch of the link has to tell; @session is NULL before there is one. */
  void (*link) (const RtcLinkNews *news, const gchar *session, gpointer user_data);
  /* Servers for the next gathering; (element-type RtcIceServer). TRUE: they are used. */
  gboolean (*ice_servers) (GPtrArray *servers, gpointer user_data);
  /* There is nothing left to try. */
  void (*failed) (const gchar *reason, gpointer user_data);
} RtcClientRoleFuncs;

/* NULL with @error: the trusted certificates cannot be read. funcs->need_peer is called later. */
RtcClientRole *rtc_client_role_new (RtcLoop *loop, const RtcClientRoleConfig *config,
    const RtcClientRoleFuncs *funcs, gpointer user_data, GError **error);
void rtc_client_role_free (RtcClientRole *role);

void rtc_client_role_set_peer (RtcClientRole *role, GstElement *peer);
void rtc_client_role_refuse (RtcClientRole *role, const gchar *reason);

/* Restarts ICE, now: media and channels go on meanwhile. A restart that runs is replaced, and
 * replies to it are discarded. Without a session yet, a waiting request is sent at once. Ends in
 * funcs->happened with RTC_CLIENT_ROLE_RESTARTED or RTC_CLIENT_ROLE_RESTART_REFUSED. */
void rtc_client_role_restart (RtcClientRole *role);

/* Tells the server that the session is over and calls @done once, at the latest after two seconds.
 * The role is then only to be freed. */
void rtc_client_role_leave (RtcClientRole *role, void (*done) (gpointer data), gpointer data);
