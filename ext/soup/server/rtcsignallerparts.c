/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Requests to sessions. A session is known by the o= line of its offers, which a browser keeps for
 * the life of an RTCPeerConnection, or by the id that the server gave it. So a second offer is a
 * renegotiation or an ICE restart of the same session, and two browsers have two sessions. Lives
 * on the loop.
 */
#include "rtcsignallerparts.h"

#include <string.h>

#include "base/rtcrandom.h"
#include "signalling/rtciceservers.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

/* 22 characters of 6 bits: 132 bits. */
#define ID_LENGTH 22
/* Candidates that came before their offer: for so many clients, for so long. */
#define EARLY_MAX_KEYS 64
#define EARLY_LIFETIME (15 * GST_SECOND)

typedef struct {
  RtcTrickleQueue *queue;
  GstClockTime expires;
} Early;

static void
early_free (gpointer data)
{
  Early *early = data;
  rtc_trickle_queue_free (early->queue);
  g_free (early);
}

/* --- the table of sessions --- */

static void
session_answered (RtcClientSession *session, RtcHttpRequest *request, const gchar *answer,
    RtcClientSessionEvent event, gpointer user_data)
{
  RtcSignallerServer *server = user_data;
  RtcHttpDialect dialect = rtc_http_request_get_decision (request)->dialect;
  if (dialect == RTC_HTTP_DIALECT_PBX)
    rtc_pbx_answered (server, session, request, answer, event);
  else if (dialect == RTC_HTTP_DIALECT_PROBLEM)
    rtc_whip_answered (server, session, request, answer, event);
  else
    rtc_plain_answered (server, session, request, answer, event);
}

void
rtc_signaller_tell_happened (
    RtcSignallerServer *server, RtcClientSession *session, RtcClientSessionEvent event)
{
  if (event == RTC_CLIENT_SESSION_CONNECTED)
    rtc_whip_connected (server, session);
  server->funcs.happened (rtc_client_session_get_key (session),
      rtc_client_session_get_address (session), event, server->user_data);
}

static void
session_happened (RtcClientSession *session, RtcClientSessionEvent event, gpointer user_data)
{
  rtc_signaller_tell_happened (user_data, session, event);
}

void
rtc_signaller_remove (RtcSignallerServer *server, RtcClientSession *session, const gchar *reason)
{
  g_autofree gchar *key = g_strdup (rtc_client_session_get_key (session));
  g_autofree gchar *text = g_strdup (reason);
  const RtcSignallerPurpose *purpose = rtc_whip_get_purpose (session);
  g_autofree gchar *published =
      purpose->kind == RTC_SIGNALLER_PUBLISHER ? g_strdup (purpose->name) : NULL;
  g_hash_table_remove (server->sessions, rtc_client_session_get_id (session));
  rtc_memory_return_note (server->memory, g_hash_table_size (server->sessions));
  server->funcs.ended (key, text, server->user_data);
  if (published != NULL)
    rtc_whip_end_viewers (server, published);
}

static void
session_ended (RtcClientSession *session, const gchar *reason, gpointer user_data)
{
  rtc_signaller_remove (user_data, session, reason);
}

void
rtc_signaller_tell_link (
    RtcSignallerServer *server, RtcClientSession *session, const RtcLinkNews *news)
{
  server->funcs.link (rtc_client_session_get_key (session),
      rtc_client_session_get_address (session), news, server->user_data);
}

static void
session_link (RtcClientSession *session, const RtcLinkNews *news, gpointer user_data)
{
  rtc_signaller_tell_link (user_data, session, news);
}

static void
network_changed (const gchar *const *before, const gchar *const *after, gpointer user_data)
{
  RtcSignallerServer *server = user_data;
  GHashTableIter iter;
  gpointer session;
  g_hash_table_iter_init (&iter, server->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    rtc_client_session_network_changed (session, before, after);
}

static void
free_session (gpointer data)
{
  rtc_client_session_free (data);
}

RtcClientSession *
rtc_signaller_find (RtcSignallerServer *server, const gchar *id)
{
  return g_hash_table_lookup (server->sessions, id);
}

/* The others negotiate over a WebSocket, or with entity tags. */
static gboolean
takes_posts (const RtcClientSession *session)
{
  return rtc_whip_get_purpose (session)->kind == RTC_SIGNALLER_PLAIN &&
      !rtc_client_session_has_channel (session);
}

gboolean
rtc_signaller_find_for_offer (
    RtcSignallerServer *server, const gchar *id, RtcClientSession **out_session)
{
  RtcClientSession *session = rtc_signaller_find (server, id);
  if (session != NULL && !takes_posts (session))
    return FALSE;
  *out_session = session;
  return TRUE;
}

RtcClientSession *
rtc_signaller_find_by_identity (RtcSignallerServer *server, const gchar *identity)
{
  GHashTableIter iter;
  gpointer session;
  g_hash_table_iter_init (&iter, server->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session)) {
    if (takes_posts (session) &&
        g_strcmp0 (rtc_client_session_get_identity (session), identity) == 0)
      return session;
  }
  return NULL;
}

RtcClientSession *
rtc_signaller_find_by_address (RtcSignallerServer *server, const gchar *address)
{
  GHashTableIter iter;
  gpointer session;
  RtcClientSession *found = NULL;
  g_hash_table_iter_init (&iter, server->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session)) {
    if (!takes_posts (session) ||
        g_strcmp0 (rtc_client_session_get_address (session), address) != 0)
      continue;
    if (found != NULL)
      return NULL;
    found = session;
  }
  return found;
}

/* --- candidates before their offer --- */

static gboolean
has_expired (gpointer key, gpointer value, gpointer user_data)
{
  return ((const Early *) value)->expires < *(const GstClockTime *) user_data;
}

static gchar *
early_key (const gchar *address, const gchar *session_id)
{
  return session_id != NULL ? g_strconcat (" ", session_id, NULL) : g_strdup (address);
}

gboolean
rtc_signaller_keep_candidate (RtcSignallerServer *server, const gchar *address,
    const gchar *session_id, const RtcTrickleCandidate *candidate, GError **error)
{
  GstClockTime now = rtc_loop_now (server->loop);
  g_autofree gchar *key = early_key (address, session_id);
  Early *early;

  g_hash_table_foreach_remove (server->early, has_expired, &now);
  early = g_hash_table_lookup (server->early, key);
  if (early == NULL && g_hash_table_size (server->early) >= EARLY_MAX_KEYS) {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_LIMIT, "too many candidates without offers");
    return FALSE;
  }
  if (early == NULL) {
    early = g_new0 (Early, 1);
    early->queue = rtc_trickle_queue_new ();
    early->expires = now + EARLY_LIFETIME;
    g_hash_table_insert (server->early, g_steal_pointer (&key), early);
  }
  return rtc_trickle_queue_push (early->queue, candidate, error);
}

static void
take_early_candidates (RtcSignallerServer *server, RtcClientSession *session, const gchar *address,
    const gchar *session_id)
{
  g_autofree gchar *key = early_key (address, session_id);
  Early *early = g_hash_table_lookup (server->early, key);
  for (guint i = 0; early != NULL && i < rtc_trickle_queue_get_length (early->queue); i++)
    rtc_client_session_add_candidate (session, rtc_trickle_queue_peek (early->queue, i), NULL);
  g_hash_table_remove (server->early, key);
}

/* --- new sessions --- */

gchar *
rtc_signaller_make_uuid (void)
{
  guint8 b[16];
  rtc_random_bytes (rtc_random_system (), b, sizeof b);
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
      b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
      b[15]);
}

static gchar *
make_id (void)
{
  gchar *id = rtc_random_ice_string (rtc_random_system (), ID_LENGTH);
  /* "+" and "/" do not belong in a URL. */
  return g_strdelimit (g_strdelimit (id, "+", '-'), "/", '_');
}

static RtcClientSession *
add_session (RtcSignallerServer *server, const gchar *address, const gchar *id,
    const RtcClientSessionFuncs *funcs, gpointer user_data)
{
  RtcClientSession *session =
      rtc_client_session_new (server->loop, id, address, &server->config.session, funcs, user_data);
  g_hash_table_insert (server->sessions, g_strdup (id), session);
  rtc_memory_return_note (server->memory, g_hash_table_size (server->sessions));
  server->n_sessions_started++;
  return session;
}

/* Once it has its context. A publisher's or viewer's candidates come to the session's own URL. */
static void
take_all_early (RtcSignallerServer *server, RtcClientSession *session)
{
  const gchar *address = rtc_client_session_get_address (session);
  if (rtc_whip_get_purpose (session)->kind == RTC_SIGNALLER_PLAIN)
    take_early_candidates (server, session, address, NULL);
  take_early_candidates (server, session, address, rtc_client_session_get_id (session));
}

/* NULL when there may be one more, else why not. */
static const gchar *
refuse_session (RtcSignallerServer *server)
{
  guint count = g_hash_table_size (server->sessions);
  if (server->config.has_single_peer && count > 0)
    return "another client is connected";
  return count >= server->config.max_sessions ? "all sessions are taken" : NULL;
}

gboolean
rtc_signaller_open (RtcSignallerServer *server, RtcHttpRequest *request,
    const RtcSignallerOpening *opening, RtcOfferFacts *facts)
{
  static const RtcClientSessionFuncs funcs = { session_answered, session_happened, session_ended,
    session_link };
  const gchar *refusal = refuse_session (server);
  g_autofree gchar *id = opening->id != NULL ? g_strdup (opening->id) : make_id ();
  RtcClientSession *session;
  if (refusal != NULL) {
    if (opening->destroy_context != NULL)
      opening->destroy_context (opening->context);
    rtc_http_request_set_header (request, "Retry-After", "5");
    rtc_http_request_reply_error (request, 503, refusal);
    return FALSE;
  }
  session = add_session (server, rtc_http_request_get_address (request), id, &funcs, server);
  rtc_client_session_set_context (session, opening->context, opening->destroy_context);
  take_all_early (server, session);
  rtc_client_session_offer (session, request, opening->sdp, facts);
  server->funcs.make_peer (
      rtc_client_session_get_key (session), rtc_whip_get_purpose (session), server->user_data);
  return TRUE;
}

RtcClientSession *
rtc_signaller_open_channel (RtcSignallerServer *server, const gchar *address,
    const RtcClientSessionFuncs *funcs, gpointer user_data, const gchar **out_refusal)
{
  g_autofree gchar *id = make_id ();
  RtcClientSession *session;
  *out_refusal = refuse_session (server);
  if (*out_refusal != NULL)
    return NULL;
  session = add_session (server, address, id, funcs, user_data);
  take_all_early (server, session);
  return session;
}

void
rtc_signaller_start_channel (RtcSignallerServer *server, RtcClientSession *session)
{
  server->funcs.make_peer (
      rtc_client_session_get_key (session), rtc_whip_get_purpose (session), server->user_data);
}

static void
handle_request (RtcHttpServer *http, RtcHttpRequest *request, gpointer user_data)
{
  static void (*const handlers[]) (RtcSignallerServer *, RtcHttpRequest *) = {
    [RTC_HTTP_ROUTE_PAGE] = rtc_plain_handle_page,
    [RTC_HTTP_ROUTE_OFFER] = rtc_plain_handle_offer,
    [RTC_HTTP_ROUTE_CANDIDATE] = rtc_plain_handle_candidate,
    [RTC_HTTP_ROUTE_CLOSE] = rtc_plain_handle_close,
    [RTC_HTTP_ROUTE_ANY_OFFER] = rtc_plain_handle_any_offer,
    [RTC_HTTP_ROUTE_PREFLIGHT] = rtc_status_handle_preflight,
    [RTC_HTTP_ROUTE_PBX_OFFER] = rtc_pbx_handle_offer,
    [RTC_HTTP_ROUTE_PBX_CANDIDATE] = rtc_pbx_handle_candidate,
    [RTC_HTTP_ROUTE_PBX_CLOSE] = rtc_pbx_handle_close,
    [RTC_HTTP_ROUTE_PBX_STATS] = rtc_pbx_handle_stats,
    [RTC_HTTP_ROUTE_ICE_SERVERS] = rtc_pbx_handle_ice_servers,
    [RTC_HTTP_ROUTE_HEALTH] = rtc_status_handle_health,
    [RTC_HTTP_ROUTE_METRICS] = rtc_status_handle_metrics,
    [RTC_HTTP_ROUTE_WHIP] = rtc_whip_handle_endpoint,
    [RTC_HTTP_ROUTE_WHEP] = rtc_whip_handle_endpoint,
    [RTC_HTTP_ROUTE_RESOURCE] = rtc_whip_handle_resource,
    [RTC_HTTP_ROUTE_SOCKET_RELAY] = rtc_socket_relay_handle,
    [RTC_HTTP_ROUTE_SOCKET_TRICKLE] = rtc_socket_session_handle,
    [RTC_HTTP_ROUTE_SOCKET_POLITE] = rtc_socket_session_handle,
    [RTC_HTTP_ROUTE_SOCKET_IMPOLITE] = rtc_socket_session_handle,
  };
  handlers[rtc_http_request_get_decision (request)->route](user_data, request);
}

/* --- public --- */

RtcSignallerServer *
rtc_signaller_server_new (RtcLoop *loop, GSocket *socket, const RtcSignallerServerConfig *config,
    const RtcSignallerServerFuncs *funcs, gpointer user_data)
{
  RtcSignallerServer *server = g_new0 (RtcSignallerServer, 1);
  server->loop = loop;
  server->config = *config;
  server->page = g_strdup (config->page);
  server->ice_servers = rtc_ice_servers_parse (config->ice_servers, NULL);
  if (server->ice_servers == NULL)
    server->ice_servers = rtc_ice_servers_parse (NULL, NULL);
  if (config->ice_servers_url != NULL)
    server->ice_service = rtc_ice_service_new (loop, config->ice_servers_url);
  server->funcs = *funcs;
  server->user_data = user_data;
  server->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_session);
  server->early = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, early_free);
  rtc_socket_relay_start (server);
  rtc_socket_session_start (server);
  server->memory = rtc_memory_return_new (loop, rtc_memory_give_back);
  server->network = rtc_network_watch_new (loop, network_changed, server);
  server->http = rtc_http_server_new (loop, socket, &config->http, handle_request, server);
  return server;
}

void
rtc_signaller_server_free (RtcSignallerServer *server)
{
  g_autoptr (GList) sessions = NULL;
  if (server == NULL)
    return;
  rtc_socket_relay_close (server);
  rtc_socket_session_close (server);
  rtc_http_server_flush (server->http);
  rtc_socket_relay_stop (server);
  rtc_socket_session_stop (server);
  rtc_ice_service_free (server->ice_service);
  rtc_http_server_free (server->http);
  server->config.is_relay = FALSE;
  sessions = g_hash_table_get_values (server->sessions);
  for (GList *item = sessions; item != NULL; item = item->next)
    rtc_client_session_end (item->data, "the server stopped");
  rtc_network_watch_free (server->network);
  rtc_memory_return_free (server->memory);
  g_hash_table_unref (server->sessions);
  g_hash_table_unref (server->early);
  g_ptr_array_unref (server->ice_servers);
  g_free (server->page);
  g_free (server);
}

GTlsCertificate *
rtc_signaller_server_get_certificate (const RtcSignallerServer *server)
{
  return rtc_http_server_get_certificate (server->http);
}

void
rtc_signaller_server_set_certificate (RtcSignallerServer *server, GTlsCertificate *certificate)
{
  rtc_http_server_set_certificate (server->http, certificate);
}

gchar *
rtc_signaller_server_dup_id (const gchar *key)
{
  return g_strndup (key, strcspn (key, "#"));
}

/* By key or by id. */
static RtcClientSession *
find_exactly (RtcSignallerServer *server, const gchar *name)
{
  g_autofree gchar *id = rtc_signaller_server_dup_id (name);
  RtcClientSession *session = rtc_signaller_find (server, id);
  if (session == NULL || strchr (name, '#') == NULL ||
      g_str_equal (rtc_client_session_get_key (session), name))
    return session;
  return NULL;
}

gboolean
rtc_signaller_server_set_peer (RtcSignallerServer *server, const gchar *id, GstElement *peer)
{
  RtcClientSession *session = find_exactly (server, id);
  if (session == NULL)
    return FALSE;
  rtc_client_session_set_peer (session, peer);
  return TRUE;
}

void
rtc_signaller_server_refuse (RtcSignallerServer *server, const gchar *id, const gchar *reason)
{
  RtcClientSession *session = find_exactly (server, id);
  if (session != NULL)
    rtc_client_session_refuse (session, 503, reason);
}

gboolean
rtc_signaller_server_end (RtcSignallerServer *server, const gchar *id, const gchar *reason)
{
  RtcClientSession *session = find_exactly (server, id);
  if (session == NULL)
    return FALSE;
  rtc_client_session_end (session, reason);
  return TRUE;
}

gboolean
rtc_signaller_server_restart (RtcSignallerServer *server, const gchar *id, GError **error)
{
  GHashTableIter iter;
  gpointer session = id != NULL ? rtc_signaller_find (server, id) : NULL;
  gboolean is_any = FALSE;

  if (id != NULL && session != NULL)
    return rtc_client_session_make_offer (session, TRUE, error);
  g_hash_table_iter_init (&iter, server->sessions);
  while (id == NULL && g_hash_table_iter_next (&iter, NULL, &session)) {
    if (rtc_client_session_make_offer (session, TRUE, is_any ? NULL : error)) {
      g_clear_error (error);
      is_any = TRUE;
    } else if (!is_any) {
      g_clear_error (error);
    }
  }
  if (!is_any)
    g_set_error (error, RTC_ERROR, RTC_ERROR_STATE,
        id != NULL ? "there is no such session"
                   : "no session has a WebSocket to send an offer over");
  return is_any;
}
