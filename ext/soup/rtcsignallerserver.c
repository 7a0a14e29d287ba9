/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Requests to sessions. A session is known by the o= line of its offers, which a browser keeps for
 * the life of an RTCPeerConnection, or by the id that the server gave it. So a second offer is a
 * renegotiation or an ICE restart of the same session, and two browsers have two sessions. Lives
 * on the loop.
 */
#include "rtcsignallerserver.h"

#include <string.h>

#include "base/rtcrandom.h"
#include "rtcjson.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

#define PAGE_RESOURCES "/org/freedesktop/gstreamer/rtc/page/"
#define PAGE_MAX_BYTES (4 * 1024 * 1024)
/* The built-in page needs nothing from anywhere else. */
#define PAGE_POLICY                                                                                \
  "default-src 'self'; media-src 'self' blob: mediastream:; base-uri 'none'; form-action 'none'; " \
  "frame-ancestors 'none'"
/* 22 characters of 6 bits: 132 bits. */
#define ID_LENGTH 22
/* Candidates that came before their offer: kept for so many addresses, for so long. */
#define EARLY_MAX_ADDRESSES 64
#define EARLY_LIFETIME (15 * GST_SECOND)

typedef struct {
  RtcTrickleQueue *queue;
  GstClockTime expires;
} Early;

struct _RtcSignallerServer {
  RtcLoop *loop;
  RtcSignallerServerConfig config;
  gchar *page;
  RtcSignallerServerFuncs funcs;
  gpointer user_data;
  RtcHttpServer *http;
  /* id -> RtcClientSession */
  GHashTable *sessions;
  /* address -> Early */
  GHashTable *early;
};

static void
early_free (gpointer data)
{
  Early *early = data;
  rtc_trickle_queue_free (early->queue);
  g_free (early);
}

/* --- the table of sessions --- */

static void
session_happened (RtcClientSession *session, RtcClientSessionEvent event, gpointer user_data)
{
  RtcSignallerServer *server = user_data;
  server->funcs.happened (rtc_client_session_get_id (session),
      rtc_client_session_get_address (session), event, server->user_data);
}

static void
session_ended (RtcClientSession *session, const gchar *reason, gpointer user_data)
{
  RtcSignallerServer *server = user_data;
  g_autofree gchar *id = g_strdup (rtc_client_session_get_id (session));
  g_autofree gchar *text = g_strdup (reason);
  g_hash_table_remove (server->sessions, id);
  server->funcs.ended (id, text, server->user_data);
}

static void
free_session (gpointer data)
{
  rtc_client_session_free (data);
}

static RtcClientSession *
find_by_identity (RtcSignallerServer *server, const gchar *identity)
{
  GHashTableIter iter;
  gpointer session;
  g_hash_table_iter_init (&iter, server->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session)) {
    if (g_strcmp0 (rtc_client_session_get_identity (session), identity) == 0)
      return session;
  }
  return NULL;
}

/* For clients that name no session: theirs, when there is just one. */
static RtcClientSession *
find_by_address (RtcSignallerServer *server, const gchar *address)
{
  GHashTableIter iter;
  gpointer session;
  RtcClientSession *found = NULL;
  g_hash_table_iter_init (&iter, server->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session)) {
    if (g_strcmp0 (rtc_client_session_get_address (session), address) != 0)
      continue;
    if (found != NULL)
      return NULL;
    found = session;
  }
  return found;
}

static RtcClientSession *
add_session (RtcSignallerServer *server, const gchar *address)
{
  static const RtcClientSessionFuncs funcs = { session_happened, session_ended };
  g_autofree gchar *id = rtc_random_ice_string (rtc_random_system (), ID_LENGTH);
  RtcClientSession *session;
  Early *early;

  /* "+" and "/" do not belong in a URL. */
  g_strdelimit (g_strdelimit (id, "+", '-'), "/", '_');
  session =
      rtc_client_session_new (server->loop, id, address, &server->config.session, &funcs, server);
  early = g_hash_table_lookup (server->early, address);
  for (guint i = 0; early != NULL && i < rtc_trickle_queue_get_length (early->queue); i++)
    rtc_client_session_add_candidate (session, rtc_trickle_queue_peek (early->queue, i), NULL);
  g_hash_table_remove (server->early, address);
  g_hash_table_insert (server->sessions, g_strdup (id), session);
  return session;
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

/* --- offers --- */

static void
offer_new_session (
    RtcSignallerServer *server, RtcHttpRequest *request, const gchar *sdp, RtcOfferFacts *facts)
{
  const gchar *refusal = refuse_session (server);
  RtcClientSession *session;
  if (refusal != NULL) {
    rtc_http_request_set_header (request, "Retry-After", "5");
    rtc_http_request_reply_error (request, 503, refusal);
    return;
  }
  session = add_session (server, rtc_http_request_get_address (request));
  rtc_client_session_offer (session, request, sdp, facts);
  server->funcs.make_peer (rtc_client_session_get_id (session), server->user_data);
}

static void
handle_description (
    RtcSignallerServer *server, RtcHttpRequest *request, const RtcJsonDescription *description)
{
  g_autoptr (GError) error = NULL;
  RtcOfferFacts facts = { NULL };
  RtcClientSession *session;

  if (strcmp (description->type, "offer") != 0) {
    rtc_http_request_reply_error (request, 400, "\"type\" must be \"offer\"");
    return;
  }
  if (!rtc_offer_facts_read (description->sdp, &facts, &error)) {
    rtc_http_request_reply_error (request, 400, error->message);
    return;
  }
  session = description->session_id != NULL
      ? g_hash_table_lookup (server->sessions, description->session_id)
      : find_by_identity (server, facts.identity);
  if (session != NULL)
    rtc_client_session_offer (session, request, description->sdp, &facts);
  else if (description->session_id != NULL)
    rtc_http_request_reply_error (request, 404, "there is no such session");
  else
    offer_new_session (server, request, description->sdp, &facts);
  rtc_offer_facts_clear (&facts);
}

static void
handle_offer (RtcSignallerServer *server, RtcHttpRequest *request)
{
  g_autoptr (GBytes) body = rtc_http_request_get_body (request);
  g_autoptr (GError) error = NULL;
  RtcJsonDescription description = { NULL };
  gsize size;
  const gchar *text = g_bytes_get_data (body, &size);

  if (!rtc_json_parse_description (text != NULL ? text : "", size, &description, &error)) {
    rtc_http_request_reply_error (request, 400, error->message);
    return;
  }
  handle_description (server, request, &description);
  rtc_json_description_clear (&description);
}

/* --- candidates --- */

static gboolean
has_expired (gpointer key, gpointer value, gpointer user_data)
{
  return ((const Early *) value)->expires < *(const GstClockTime *) user_data;
}

static gboolean
keep_early_candidate (RtcSignallerServer *server, const gchar *address,
    const RtcTrickleCandidate *candidate, GError **error)
{
  GstClockTime now = rtc_loop_now (server->loop);
  Early *early;

  g_hash_table_foreach_remove (server->early, has_expired, &now);
  early = g_hash_table_lookup (server->early, address);
  if (early == NULL && g_hash_table_size (server->early) >= EARLY_MAX_ADDRESSES) {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_LIMIT, "too many candidates without offers");
    return FALSE;
  }
  if (early == NULL) {
    early = g_new0 (Early, 1);
    early->queue = rtc_trickle_queue_new ();
    early->expires = now + EARLY_LIFETIME;
    g_hash_table_insert (server->early, g_strdup (address), early);
  }
  return rtc_trickle_queue_push (early->queue, candidate, error);
}

static void
take_candidate (
    RtcSignallerServer *server, RtcHttpRequest *request, const RtcJsonCandidate *candidate)
{
  const gchar *address = rtc_http_request_get_address (request);
  g_autofree gchar *parameter = rtc_http_request_get_parameter (request, "session");
  const gchar *id = parameter != NULL ? parameter : candidate->session_id;
  g_autoptr (GError) error = NULL;
  RtcClientSession *session =
      id != NULL ? g_hash_table_lookup (server->sessions, id) : find_by_address (server, address);
  if (id != NULL && session == NULL) {
    rtc_http_request_reply_error (request, 404, "there is no such session");
    return;
  }
  if (session != NULL ? rtc_client_session_add_candidate (session, &candidate->candidate, &error)
                      : keep_early_candidate (server, address, &candidate->candidate, &error))
    rtc_http_request_reply (request, 200, NULL, NULL);
  else
    rtc_http_request_reply_error (request, 429, error->message);
}

static void
handle_candidate (RtcSignallerServer *server, RtcHttpRequest *request)
{
  g_autoptr (GBytes) body = rtc_http_request_get_body (request);
  g_autoptr (GError) error = NULL;
  RtcJsonCandidate candidate = { { NULL, NULL, -1 }, NULL };
  gsize size;
  const gchar *text = g_bytes_get_data (body, &size);

  if (!rtc_json_parse_candidate (text != NULL ? text : "", size, &candidate, &error)) {
    rtc_http_request_reply_error (request, 400, error->message);
    return;
  }
  take_candidate (server, request, &candidate);
  rtc_json_candidate_clear (&candidate);
}

static void
handle_close (RtcSignallerServer *server, RtcHttpRequest *request)
{
  g_autofree gchar *id = rtc_http_request_get_parameter (request, "session");
  if (id == NULL)
    rtc_http_request_reply_error (request, 400, "the parameter session is missing");
  else if (rtc_signaller_server_end (server, id, "the client left"))
    rtc_http_request_reply (request, 204, NULL, NULL);
  else
    rtc_http_request_reply_error (request, 404, "there is no such session");
}

/* --- the page --- */

static void
page_loaded (GObject *file, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (RtcHttpRequest) request = user_data;
  g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (file), result, NULL, NULL);
  if (bytes == NULL || g_bytes_get_size (bytes) > PAGE_MAX_BYTES)
    rtc_http_request_reply_error (request, 404, "Not Found");
  else
    rtc_http_request_reply (
        request, 200, rtc_http_request_get_decision (request)->content_type, bytes);
}

static void
handle_page (RtcSignallerServer *server, RtcHttpRequest *request)
{
  const RtcHttpDecision *decision = rtc_http_request_get_decision (request);
  g_autofree gchar *path = g_strconcat (PAGE_RESOURCES, decision->file, NULL);
  g_autoptr (GBytes) bytes = NULL;

  rtc_http_request_set_header (request, "Cache-Control", "no-cache");
  rtc_http_request_set_header (request, "X-Content-Type-Options", "nosniff");
  rtc_http_request_set_header (request, "Referrer-Policy", "no-referrer");
  if (server->page != NULL && strcmp (decision->file, "index.html") == 0) {
    g_autoptr (GFile) file = g_file_new_for_path (server->page);
    g_file_load_bytes_async (file, NULL, page_loaded, rtc_http_request_ref (request));
    return;
  }
  rtc_http_request_set_header (request, "Content-Security-Policy", PAGE_POLICY);
  bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  if (bytes != NULL)
    rtc_http_request_reply (request, 200, decision->content_type, bytes);
  else
    rtc_http_request_reply_error (request, 404, "Not Found");
}

static void
handle_request (RtcHttpServer *http, RtcHttpRequest *request, gpointer user_data)
{
  static void (*const handlers[]) (RtcSignallerServer *, RtcHttpRequest *) = {
    [RTC_HTTP_ROUTE_PAGE] = handle_page,
    [RTC_HTTP_ROUTE_OFFER] = handle_offer,
    [RTC_HTTP_ROUTE_CANDIDATE] = handle_candidate,
    [RTC_HTTP_ROUTE_CLOSE] = handle_close,
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
  server->funcs = *funcs;
  server->user_data = user_data;
  server->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_session);
  server->early = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, early_free);
  server->http = rtc_http_server_new (loop, socket, &config->http, handle_request, server);
  return server;
}

void
rtc_signaller_server_free (RtcSignallerServer *server)
{
  g_autoptr (GList) sessions = NULL;
  if (server == NULL)
    return;
  rtc_http_server_free (server->http);
  sessions = g_hash_table_get_values (server->sessions);
  for (GList *item = sessions; item != NULL; item = item->next)
    rtc_client_session_end (item->data, "the server stopped");
  g_hash_table_unref (server->sessions);
  g_hash_table_unref (server->early);
  g_free (server->page);
  g_free (server);
}

gboolean
rtc_signaller_server_set_peer (RtcSignallerServer *server, const gchar *id, GstElement *peer)
{
  RtcClientSession *session = g_hash_table_lookup (server->sessions, id);
  if (session == NULL)
    return FALSE;
  rtc_client_session_set_peer (session, peer);
  return TRUE;
}

void
rtc_signaller_server_refuse (RtcSignallerServer *server, const gchar *id, const gchar *reason)
{
  RtcClientSession *session = g_hash_table_lookup (server->sessions, id);
  if (session != NULL)
    rtc_client_session_refuse (session, 503, reason);
}

gboolean
rtc_signaller_server_end (RtcSignallerServer *server, const gchar *id, const gchar *reason)
{
  RtcClientSession *session = g_hash_table_lookup (server->sessions, id);
  if (session == NULL)
    return FALSE;
  rtc_client_session_end (session, reason);
  return TRUE;
}
