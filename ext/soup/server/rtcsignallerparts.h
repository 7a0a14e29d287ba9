/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Inside the server role of rtcsignaller: its state, and the functions of the files that it is made
 * of, one for each family of routes. All on the loop.
 */
#pragma once

#include "rtciceservice.h"
#include "rtcmemoryreturn.h"
#include "rtcsignallerserver.h"

#include <gst/rtc/rtcnetworkwatch.h>

#include "signalling/rtcofferfacts.h"
#include "signalling/rtcrooms.h"

/* What a new session starts with. */
typedef struct {
  /* NULL to make one. */
  const gchar *id;
  const gchar *sdp;
  /* For rtc_client_session_set_context(); taken. */
  gpointer context;
  GDestroyNotify destroy_context;
} RtcSignallerOpening;

struct _RtcSignallerServer {
  RtcLoop *loop;
  RtcSignallerServerConfig config;
  gchar *page;
  /* RtcIceServer */
  GPtrArray *ice_servers;
  /* NULL for none. */
  RtcIceService *ice_service;
  RtcSignallerServerFuncs funcs;
  gpointer user_data;
  RtcHttpServer *http;
  /* id -> RtcClientSession */
  GHashTable *sessions;
  guint64 n_sessions_started;
  RtcNetworkWatch *network;
  RtcMemoryReturn *memory;
  /* address, or a blank and a session's id -> Early */
  GHashTable *early;
  /* The message relay: who is where, and all its RtcWebSockets. */
  RtcRooms *rooms;
  GHashTable *relay_sockets;
  /* Those who negotiate over a WebSocket. */
  GHashTable *socket_clients;
};

/* rtcsignallerparts.c */
/* For RtcClientSessionFuncs.happened of sessions that requests make, and .link of all. */
void rtc_signaller_tell_happened (
    RtcSignallerServer *server, RtcClientSession *session, RtcClientSessionEvent event);
void rtc_signaller_tell_link (
    RtcSignallerServer *server, RtcClientSession *session, const RtcLinkNews *news);
RtcClientSession *rtc_signaller_find (RtcSignallerServer *server, const gchar *id);
/* The same for an offer that was posted as JSON; NULL: there is none. FALSE: its offers come in
 * another way, and would be answered there. */
gboolean rtc_signaller_find_for_offer (
    RtcSignallerServer *server, const gchar *id, RtcClientSession **out_session);
/* The one whose offers have @identity in their o= line. */
RtcClientSession *rtc_signaller_find_by_identity (
    RtcSignallerServer *server, const gchar *identity);
/* For clients that post JSON and name no session: theirs, when there is just one. */
RtcClientSession *rtc_signaller_find_by_address (RtcSignallerServer *server, const gchar *address);
/* A new session for the offer of @request, which is answered. FALSE when there may be no more,
 * which was replied. */
gboolean rtc_signaller_open (RtcSignallerServer *server, RtcHttpRequest *request,
    const RtcSignallerOpening *opening, RtcOfferFacts *facts);
/* Until a session that @session_id names, or that comes from @address, is opened. */
gboolean rtc_signaller_keep_candidate (RtcSignallerServer *server, const gchar *address,
    const gchar *session_id, const RtcTrickleCandidate *candidate, GError **error);
/* A new session with a channel to its client, @funcs; NULL when there may be no more, with the
 * reason (transfer none). Its peer is made with rtc_signaller_start_channel(). */
RtcClientSession *rtc_signaller_open_channel (RtcSignallerServer *server, const gchar *address,
    const RtcClientSessionFuncs *funcs, gpointer user_data, const gchar **out_refusal);
void rtc_signaller_start_channel (RtcSignallerServer *server, RtcClientSession *session);
/* A session has ended: frees it, and tells. */
void rtc_signaller_remove (
    RtcSignallerServer *server, RtcClientSession *session, const gchar *reason);
/* (transfer full): RFC 9562 §5.4, from the kernel's random source. */
gchar *rtc_signaller_make_uuid (void);

/* rtcplainroutes.c: the ice-restart contract and its relatives */
void rtc_plain_handle_offer (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_plain_handle_any_offer (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_plain_handle_candidate (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_plain_handle_close (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_plain_handle_page (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_plain_answered (RtcSignallerServer *server, RtcClientSession *session,
    RtcHttpRequest *request, const gchar *answer, RtcClientSessionEvent event);

/* rtcpbxroutes.c: JSON with session ids and metadata */
void rtc_pbx_handle_offer (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_pbx_handle_candidate (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_pbx_handle_close (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_pbx_handle_stats (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_pbx_handle_ice_servers (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_pbx_answered (RtcSignallerServer *server, RtcClientSession *session,
    RtcHttpRequest *request, const gchar *answer, RtcClientSessionEvent event);

/* rtcstatusroutes.c: preflight, health, metrics */
void rtc_status_handle_preflight (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_status_handle_health (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_status_handle_metrics (RtcSignallerServer *server, RtcHttpRequest *request);

/* rtcwhiproutes.c: WHIP and WHEP */
void rtc_whip_handle_endpoint (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_whip_handle_resource (RtcSignallerServer *server, RtcHttpRequest *request);
void rtc_whip_answered (RtcSignallerServer *server, RtcClientSession *session,
    RtcHttpRequest *request, const gchar *answer, RtcClientSessionEvent event);
void rtc_whip_connected (RtcSignallerServer *server, RtcClientSession *session);
/* The publisher of @name is gone. */
void rtc_whip_end_viewers (RtcSignallerServer *server, const gchar *name);
const RtcSignallerPurpose *rtc_whip_get_purpose (const RtcClientSession *session);

/* rtcsocketrelay.c: WebSockets, one client's messages to the others of its room */
void rtc_socket_relay_start (RtcSignallerServer *server);
void rtc_socket_relay_handle (RtcSignallerServer *server, RtcHttpRequest *request);
/* Says good-bye to all; and: frees what is left. */
void rtc_socket_relay_close (RtcSignallerServer *server);
void rtc_socket_relay_stop (RtcSignallerServer *server);

/* rtcsocketsession.c: WebSockets, descriptions and candidates both ways */
void rtc_socket_session_start (RtcSignallerServer *server);
void rtc_socket_session_handle (RtcSignallerServer *server, RtcHttpRequest *request);
/* Says good-bye to all; and: frees what is left, after the sessions. */
void rtc_socket_session_close (RtcSignallerServer *server);
void rtc_socket_session_stop (RtcSignallerServer *server);
