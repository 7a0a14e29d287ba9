/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The server role of rtcsignaller: what each route does, and which session a request belongs to.
 * Lives on the loop; owned by the element, which makes the peers.
 */
#pragma once

#include "rtcclientsession.h"
#include "http/rtchttpserver.h"

#include "signalling/rtcrooms.h"

typedef struct _RtcSignallerServer RtcSignallerServer;

typedef enum {
  /* One client and one peer that answers it. */
  RTC_SIGNALLER_PLAIN,
  /* WHIP and WHEP. */
  RTC_SIGNALLER_PUBLISHER,
  RTC_SIGNALLER_VIEWER,
} RtcSignallerKind;

typedef struct {
  RtcSignallerKind kind;
  /* What publisher and viewers have in common; NULL for the plain ones. */
  gchar *name;
} RtcSignallerPurpose;

typedef struct {
  RtcHttpServerConfig http;
  RtcClientSessionLimits session;
  guint max_sessions;
  /* One peer for all: one session at a time. */
  gboolean has_single_peer;
  /* Publishers feed viewers, with peers that are made for that. */
  gboolean is_relay;
  /* A file to serve as the page; NULL for the built-in one. */
  const gchar *page;
  /* The servers that clients are told of, as rtc_ice_servers_parse() takes them; may be NULL. */
  const gchar *ice_servers;
  /* Who knows better, for each client; NULL for nobody. */
  const gchar *ice_servers_url;
  /* Others than loopback clients may ask for /healthz and /metrics. */
  gboolean has_public_status;
  RtcRoomsLimits rooms;
} RtcSignallerServerConfig;

/* Called on the loop. @id is a session's key: its id is the part before '#', and no two sessions
 * have the same key, also when the id is used again. */
typedef struct {
  /* Make or find a peer for session @id and give it with rtc_signaller_server_set_peer(). */
  void (*make_peer) (const gchar *id, const RtcSignallerPurpose *purpose, gpointer user_data);
  /* (transfer full): what the publisher of @name sends; NULL when there is none. */
  gchar **(*list_encodings) (const gchar *name, gpointer user_data);
  void (*happened) (
      const gchar *id, const gchar *address, RtcClientSessionEvent event, gpointer user_data);
  void (*ended) (const gchar *id, const gchar *reason, gpointer user_data);
  /* What is known of a session's link. */
  void (*link) (const gchar *id, const gchar *address, const RtcLinkNews *news, gpointer user_data);
  /* Client @id of the message relay has come to @room, or left it. */
  void (*relay_changed) (const gchar *room, const gchar *id, const gchar *address,
      gboolean is_there, gpointer user_data);
  /* A client with a WebSocket has something to say to the application. */
  void (*client_message) (const gchar *id, const gchar *text, gpointer user_data);
} RtcSignallerServerFuncs;

RtcSignallerServer *rtc_signaller_server_new (RtcLoop *loop, GSocket *socket,
    const RtcSignallerServerConfig *config, const RtcSignallerServerFuncs *funcs,
    gpointer user_data);
/* (transfer full): the id in a key. */
gchar *rtc_signaller_server_dup_id (const gchar *key);
/* Session @id, NULL for all that can, sends an offer that restarts ICE. FALSE: none can. */
gboolean rtc_signaller_server_restart (RtcSignallerServer *server, const gchar *id, GError **error);
/* The one of HTTPS (transfer none), NULL without; and: for connections from now on. */
GTlsCertificate *rtc_signaller_server_get_certificate (const RtcSignallerServer *server);
void rtc_signaller_server_set_certificate (
    RtcSignallerServer *server, GTlsCertificate *certificate);
/* Ends all sessions. */
void rtc_signaller_server_free (RtcSignallerServer *server);
/* FALSE: the session has ended meanwhile. */
gboolean rtc_signaller_server_set_peer (
    RtcSignallerServer *server, const gchar *id, GstElement *peer);
void rtc_signaller_server_refuse (RtcSignallerServer *server, const gchar *id, const gchar *reason);
/* @id: a key or an id. FALSE: there is no such session. */
gboolean rtc_signaller_server_end (
    RtcSignallerServer *server, const gchar *id, const gchar *reason);
