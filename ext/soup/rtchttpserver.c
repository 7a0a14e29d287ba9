/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SoupServer with a guard in front (RFC 9112): own accept, own deadlines, every header checked
 * before the body is read. A refused request gets its status at once, not after a body that may
 * never come. libsoup never sees a TLS handshake or two requests on a connection, so its known
 * faults there are out of reach. Everything here runs on the loop.
 */
#include "rtchttpserver.h"

#include <gst/gst.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/epoll.h>

#include "rtchttpstream.h"
#include "signalling/rtchttpguard.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

#define LISTEN_BACKLOG 128
#define ACCEPTS_PER_WAKEUP 16
#define EXPOSED_HEADERS "Location, Link, ETag, Accept-Patch, Retry-After, Session-Id"
#define CONNECTION_KEY "rtc-http-connection"
#define RETRY_SECONDS 5

typedef struct {
  RtcHttpServer *server;
  GSocket *socket;
  GSocketAddress *remote;
  /* Not owned: its end is the connection's. */
  GObject *connection;
  GIOStream *stream;
  gchar *address;
  /* What it counts as. */
  gchar *name;
  gboolean is_loopback;
  gboolean is_refused;
  /* Its request has come as a whole; and: it counts no more. */
  gboolean has_request;
  gboolean is_evicted;
  /* A WebSocket now, and counted as such. */
  gboolean is_socket;
  GstClockTime accepted;
  RtcLoopTimer *deadline;
  RtcHttpRequest *request;
} Connection;

struct _RtcHttpServer {
  RtcLoop *loop;
  GMainContext *context;
  RtcLoopContext *adopted;
  RtcHttpServerConfig config;
  gchar *allowed_origins;
  gchar *token;
  guint64 counts[RTC_HTTP_N_STATUS];
  GSocket *socket;
  RtcLoopWatch *watch;
  SoupServer *soup;
  RtcAdmission *admission;
  RtcAdmission *sockets;
  GHashTable *connections;
  gboolean is_local_only;
  RtcHttpRequestFunc func;
  gpointer user_data;
};

struct _RtcHttpRequest {
  gatomicrefcount refs;
  /* Both NULL when the reply was sent, or can no more be sent. */
  Connection *connection;
  SoupServerMessage *message;
  gulong handlers[2];
  RtcHttpUpgradedFunc upgraded;
  gpointer upgraded_data;
  RtcHttpDecision decision;
  gchar *address;
  gboolean is_loopback;
  gchar *session_id;
  gpointer context;
  GDestroyNotify destroy_context;
  gboolean is_paused;
};

RtcHttpRequest *
rtc_http_request_ref (RtcHttpRequest *request)
{
  g_atomic_ref_count_inc (&request->refs);
  return request;
}

void
rtc_http_request_unref (RtcHttpRequest *request)
{
  if (!g_atomic_ref_count_dec (&request->refs))
    return;
  if (request->destroy_context != NULL)
    request->destroy_context (request->context);
  g_free (request->session_id);
  g_free (request->address);
  g_free (request);
}

/* --- connections --- */

/* The message keeps the stream alive, and the stream's end is what frees the connection: so the
 * request lets go of it when the reply was sent, or can no more be sent. */
static void
connection_forget_request (Connection *connection)
{
  RtcHttpRequest *request = g_steal_pointer (&connection->request);
  if (request == NULL)
    return;
  request->connection = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (request->handlers); i++)
    g_signal_handler_disconnect (request->message, request->handlers[i]);
  g_clear_object (&request->message);
  rtc_http_request_unref (request);
}

static void
request_finished (SoupServerMessage *message, gpointer user_data)
{
  RtcHttpRequest *request = user_data;
  connection_forget_request (request->connection);
}

static void
unref_request (gpointer data, GClosure *closure)
{
  rtc_http_request_unref (data);
}

static void
connection_free (gpointer data)
{
  Connection *connection = data;
  connection_forget_request (connection);
  if (!connection->is_evicted)
    rtc_admission_disconnected (connection->server->admission, connection->name);
  if (connection->is_socket)
    rtc_admission_disconnected (connection->server->sockets, connection->name);
  rtc_loop_timer_free (connection->deadline);
  g_object_set_data (G_OBJECT (connection->remote), CONNECTION_KEY, NULL);
  g_object_unref (connection->remote);
  g_object_unref (connection->socket);
  g_free (connection->address);
  g_free (connection->name);
  g_free (connection);
}

static void
connection_gone (gpointer user_data, GObject *object)
{
  Connection *connection = user_data;
  g_hash_table_remove (connection->server->connections, connection);
}

/* libsoup then reads the end of the stream and cleans up by itself. */
static void
connection_expired (gpointer user_data)
{
  Connection *connection = user_data;
  GST_DEBUG ("%s: the deadline passed, closing", connection->address);
  g_socket_shutdown (connection->socket, TRUE, TRUE, NULL);
}

static void
connection_set_limit (Connection *connection, GstClockTime limit)
{
  rtc_loop_timer_set (connection->deadline, rtc_loop_now (connection->server->loop) + limit);
}

/* Who has connected and says nothing makes room for the next one, so that silent connections
 * cannot shut others out. @name: only among its own; NULL: among all. */
static gboolean
evict_oldest (RtcHttpServer *server, const gchar *name)
{
  GHashTableIter iter;
  gpointer key;
  Connection *oldest = NULL;

  g_hash_table_iter_init (&iter, server->connections);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    Connection *connection = key;
    if (!connection->has_request && !connection->is_evicted &&
        (name == NULL || g_str_equal (name, connection->name)) &&
        (oldest == NULL || connection->accepted < oldest->accepted))
      oldest = connection;
  }
  if (oldest == NULL)
    return FALSE;
  oldest->is_evicted = TRUE;
  rtc_admission_disconnected (server->admission, oldest->name);
  connection_expired (oldest);
  return TRUE;
}

static gboolean
is_full (RtcHttpServer *server)
{
  return rtc_admission_get_connections (server->admission) >=
      server->config.admission.max_connections;
}

static gboolean
admit (RtcHttpServer *server, const gchar *name, gboolean is_loopback)
{
  if (rtc_admission_connected (server->admission, name, is_loopback))
    return TRUE;
  return evict_oldest (server, is_full (server) ? NULL : name) &&
      rtc_admission_connected (server->admission, name, is_loopback);
}

static gchar *
print_refusal (RtcHttpDialect dialect, const RtcHttpRefusal *refusal, const gchar *more)
{
  guint status = refusal->status;
  g_autofree gchar *body = rtc_dialect_error_body (dialect, status, refusal->reason, NULL);
  return g_strdup_printf ("HTTP/1.1 %u %s\r\nContent-Type: %s\r\nContent-Length: %u\r\n"
                          "%sConnection: close\r\n\r\n%s",
      status, rtc_http_reason (status), rtc_dialect_error_type (dialect), (guint) strlen (body),
      more, body);
}

/* One that there is no room for. Where TLS would have to be spoken first, it is closed unheard. */
static void
turn_away (RtcHttpServer *server, GSocket *socket)
{
  static const RtcHttpRefusal full = { 503, "all connections are taken" };
  static const RtcHttpRefusal greedy = { 429, "too many connections of this address" };
  const RtcHttpRefusal *refusal = is_full (server) ? &full : &greedy;
  g_autofree gchar *text = NULL;
  gchar unread[4096];

  if (server->config.certificate != NULL)
    return;
  text = print_refusal (RTC_HTTP_DIALECT_PLAIN, refusal, "Retry-After: 1\r\n");
  server->counts[refusal->status]++;
  g_socket_send (socket, text, strlen (text), NULL, NULL);
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  /* What has come and is not read would make the end a reset. */
  g_socket_receive (socket, unread, sizeof unread, NULL, NULL);
}

/* Past libsoup, which would wait for a body first. What it writes afterwards meets a closed pipe;
 * what the client still sends is read and thrown away until the deadline, so that the client can
 * read the status before the connection is reset. */
static void
connection_refuse (Connection *connection, RtcHttpDialect dialect, const RtcHttpRefusal *refusal,
    const gchar *more)
{
  g_autofree gchar *text = print_refusal (dialect, refusal, more);
  GOutputStream *output = g_io_stream_get_output_stream (connection->stream);

  GST_INFO ("%s: refused with %u, %s", connection->address, refusal->status, refusal->reason);
  connection->is_refused = TRUE;
  connection->server->counts[refusal->status]++;
  if (G_IS_POLLABLE_OUTPUT_STREAM (output))
    g_pollable_output_stream_write_nonblocking (
        G_POLLABLE_OUTPUT_STREAM (output), text, strlen (text), NULL, NULL);
  g_socket_shutdown (connection->socket, FALSE, TRUE, NULL);
}

/* --- requests --- */

static RtcHttpRequest *
request_new (Connection *connection, SoupServerMessage *message, const RtcHttpDecision *decision)
{
  RtcHttpRequest *request = g_new0 (RtcHttpRequest, 1);
  g_atomic_ref_count_init (&request->refs);
  request->connection = connection;
  request->message = g_object_ref (message);
  request->decision = *decision;
  request->address = g_strdup (connection->address);
  request->is_loopback = connection->is_loopback;
  request->handlers[0] =
      g_signal_connect (message, "finished", G_CALLBACK (request_finished), request);
  request->handlers[1] =
      g_signal_connect (message, "disconnected", G_CALLBACK (request_finished), request);
  connection->request = rtc_http_request_ref (request);
  return request;
}

const RtcHttpDecision *
rtc_http_request_get_decision (RtcHttpRequest *request)
{
  return &request->decision;
}

GBytes *
rtc_http_request_get_body (RtcHttpRequest *request)
{
  return soup_message_body_flatten (soup_server_message_get_request_body (request->message));
}

gchar *
rtc_http_request_get_text (RtcHttpRequest *request)
{
  g_autoptr (GBytes) body = rtc_http_request_get_body (request);
  gsize size;
  const gchar *text = g_bytes_get_data (body, &size);
  if (size > 0 && !g_utf8_validate_len (text, size, NULL))
    return NULL;
  return g_strndup (text != NULL ? text : "", size);
}

const gchar *
rtc_http_request_get_address (RtcHttpRequest *request)
{
  return request->address;
}

gboolean
rtc_http_request_is_loopback (RtcHttpRequest *request)
{
  return request->is_loopback;
}

const gchar *
rtc_http_request_get_method (RtcHttpRequest *request)
{
  return soup_server_message_get_method (request->message);
}

const gchar *
rtc_http_request_get_header (RtcHttpRequest *request, const gchar *name)
{
  return soup_message_headers_get_one (
      soup_server_message_get_request_headers (request->message), name);
}

void
rtc_http_request_set_context (RtcHttpRequest *request, gpointer context, GDestroyNotify destroy)
{
  request->context = context;
  request->destroy_context = destroy;
}

gpointer
rtc_http_request_get_context (RtcHttpRequest *request)
{
  return request->context;
}

void
rtc_http_request_set_session_id (RtcHttpRequest *request, const gchar *id)
{
  g_free (request->session_id);
  request->session_id = g_strdup (id);
}

static gchar *
get_parameter (SoupServerMessage *message, const gchar *name)
{
  const gchar *query = g_uri_get_query (soup_server_message_get_uri (message));
  g_autoptr (GHashTable) parameters = NULL;
  if (query == NULL)
    return NULL;
  parameters = g_uri_parse_params (query, -1, "&", G_URI_PARAMS_NONE, NULL);
  return parameters != NULL ? g_strdup (g_hash_table_lookup (parameters, name)) : NULL;
}

gchar *
rtc_http_request_get_parameter (RtcHttpRequest *request, const gchar *name)
{
  return get_parameter (request->message, name);
}

void
rtc_http_request_set_header (RtcHttpRequest *request, const gchar *name, const gchar *value)
{
  if (request->message != NULL)
    soup_message_headers_replace (
        soup_server_message_get_response_headers (request->message), name, value);
}

void
rtc_http_request_reply (
    RtcHttpRequest *request, guint status, const gchar *content_type, GBytes *body)
{
  gsize size = 0;
  const gchar *data = body != NULL ? g_bytes_get_data (body, &size) : NULL;
  RtcLoopContext *adopted;

  if (request->connection == NULL)
    return;
  adopted = request->connection->server->adopted;
  g_return_if_fail (soup_server_message_get_status (request->message) == 0);
  request->connection->server->counts[status]++;
  soup_server_message_set_status (request->message, status, rtc_http_reason (status));
  if (data != NULL && size > 0)
    soup_server_message_set_response (request->message, content_type, SOUP_MEMORY_COPY, data, size);
  if (request->is_paused) {
    request->is_paused = FALSE;
    soup_server_message_unpause (request->message);
    rtc_loop_context_refresh (adopted);
  }
}

void
rtc_http_request_reply_text (
    RtcHttpRequest *request, guint status, const gchar *content_type, const gchar *text)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  rtc_http_request_reply (request, status, content_type, body);
}

void
rtc_http_request_set_retry (RtcHttpRequest *request, GstClockTime wait)
{
  g_autofree gchar *text = g_strdup_printf ("%u", (guint) (wait / GST_SECOND) + 1);
  rtc_http_request_set_header (request, "Retry-After", text);
}

static gboolean
has_retry (RtcHttpRequest *request)
{
  return request->message == NULL ||
      soup_message_headers_get_one (
          soup_server_message_get_response_headers (request->message), "Retry-After") != NULL;
}

void
rtc_http_request_reply_error (RtcHttpRequest *request, guint status, const gchar *detail)
{
  RtcHttpDialect dialect = request->decision.dialect;
  g_autofree gchar *text = rtc_dialect_error_body (dialect, status, detail, request->session_id);
  GST_INFO ("%s: status %u, %s", request->address, status, text);
  if ((status == 429 || status == 503) && !has_retry (request))
    rtc_http_request_set_retry (request, (RETRY_SECONDS - 1) * GST_SECOND);
  rtc_http_request_reply_text (request, status, rtc_dialect_error_type (dialect), text);
}

/* --- the guard --- */

static Connection *
find_connection (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);
  return address != NULL ? g_object_get_data (G_OBJECT (address), CONNECTION_KEY) : NULL;
}

static gboolean
origin_is_allowed (RtcHttpServer *server, const RtcHttpGuard *guard)
{
  g_auto (GStrv) allowed = NULL;
  if (guard->origin == NULL || rtc_http_origin_is_same (guard->origin, guard->host))
    return TRUE;
  if (server->allowed_origins == NULL)
    return FALSE;
  allowed = g_strsplit (server->allowed_origins, " ", -1);
  return g_strv_contains ((const gchar *const *) allowed, "*") ||
      g_strv_contains ((const gchar *const *) allowed, guard->origin);
}

static void
collect_header (const char *name, const char *value, gpointer user_data)
{
  rtc_http_guard_add_header (user_data, name, value);
}

/* The Fetch standard, CORS protocol: without these a page of another origin sees nothing. */
static void
allow_origin (SoupMessageHeaders *response, const RtcHttpGuard *guard)
{
  if (guard->origin == NULL || rtc_http_origin_is_same (guard->origin, guard->host))
    return;
  soup_message_headers_replace (response, "Access-Control-Allow-Origin", guard->origin);
  soup_message_headers_replace (response, "Vary", "Origin");
  soup_message_headers_replace (response, "Access-Control-Expose-Headers", EXPOSED_HEADERS);
}

/* A page cannot give a WebSocket a header. */
static gboolean
brings_token (SoupServerMessage *message, const RtcHttpDecision *decision, const gchar *token)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autofree gchar *parameter = NULL;
  g_autofree gchar *authorization = NULL;
  if (rtc_http_token_matches (soup_message_headers_get_one (headers, "Authorization"), token))
    return TRUE;
  if (!rtc_http_route_is_socket (decision->route))
    return FALSE;
  parameter = get_parameter (message, "token");
  authorization = g_strconcat ("Bearer ", parameter, NULL);
  return rtc_http_token_matches (authorization, token);
}

/* Not before the whole request is there: a 100 Continue would carry them off. */
static void
set_common_headers (RtcHttpServer *server, SoupServerMessage *message)
{
  SoupMessageHeaders *response = soup_server_message_get_response_headers (message);
  RtcHttpGuard guard = { 0 };
  soup_message_headers_foreach (
      soup_server_message_get_request_headers (message), collect_header, &guard);
  soup_message_headers_replace (response, "Connection", "close");
  if (guard.n_hosts == 1 && guard.n_origins == 1 && origin_is_allowed (server, &guard))
    allow_origin (response, &guard);
}

/* RFC 9112 §3.2.2: a target in absolute form overrules the Host header. */
static gboolean
target_is_local (SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  const gchar *host = g_uri_get_host (uri);
  g_autofree gchar *literal =
      host != NULL && strchr (host, ':') != NULL ? g_strdup_printf ("[%s]", host) : g_strdup (host);
  return literal == NULL || rtc_http_host_is_local (literal);
}

static RtcHttpRefusal
judge_headers (Connection *connection, SoupServerMessage *message, const RtcHttpDecision *decision)
{
  /* What goes nowhere may still bring a small body. */
  guint64 max_body_bytes =
      decision->status == 0 ? decision->max_body_bytes : RTC_HTTP_MAX_CANDIDATE_BYTES;
  const gchar *token = connection->server->token;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autofree gchar *target = g_uri_to_string (soup_server_message_get_uri (message));
  RtcHttpGuard guard = { 0 };
  RtcHttpRefusal refusal;

  rtc_http_guard_set_target (&guard, target);
  soup_message_headers_foreach (headers, collect_header, &guard);
  refusal = rtc_http_guard_check (&guard, max_body_bytes);
  if (refusal.status != 0)
    return refusal;
  if (connection->server->is_local_only &&
      (!rtc_http_host_is_local (guard.host) || !target_is_local (message)))
    return (RtcHttpRefusal){ 403, "the Host header names another machine" };
  if (!origin_is_allowed (connection->server, &guard))
    return (RtcHttpRefusal){ 403, "pages of another origin may not use this server" };
  if (token != NULL && decision->status == 0 && !decision->is_public &&
      !brings_token (message, decision, token))
    return (RtcHttpRefusal){ 401, "the right Bearer token is needed" };
  /* An overlapping Range would multiply the response. */
  soup_message_headers_remove (headers, "Range");
  return refusal;
}

static void
append_header (GString *text, SoupMessageHeaders *headers, const gchar *name)
{
  const gchar *value = soup_message_headers_get_one (headers, name);
  if (value != NULL)
    g_string_append_printf (text, "%s: %s\r\n", name, value);
}

static void
refuse_message (Connection *connection, SoupServerMessage *message, const RtcHttpDecision *decision,
    const RtcHttpRefusal *refusal, GstClockTime wait)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autoptr (GString) more = g_string_new (NULL);
  set_common_headers (connection->server, message);
  append_header (more, headers, "Access-Control-Allow-Origin");
  append_header (more, headers, "Vary");
  if (refusal->status == 401)
    g_string_append (more, "WWW-Authenticate: Bearer\r\n");
  if (wait != 0)
    g_string_append_printf (more, "Retry-After: %u\r\n", (guint) (wait / GST_SECOND) + 1);
  connection_refuse (connection, decision->dialect, refusal, more->str);
}

static RtcHttpDecision
find_route (SoupServerMessage *message)
{
  const gchar *method = soup_server_message_get_method (message);
  const gchar *path = g_uri_get_path (soup_server_message_get_uri (message));
  if (g_strcmp0 (method, "GET") == 0 &&
      soup_message_headers_header_contains (
          soup_server_message_get_request_headers (message), "Upgrade", "websocket"))
    return rtc_http_route_socket (path);
  return rtc_http_route (method, path);
}

static gboolean
is_offer (const RtcHttpDecision *decision, const gchar *method)
{
  switch (decision->route) {
  case RTC_HTTP_ROUTE_OFFER:
  case RTC_HTTP_ROUTE_ANY_OFFER:
  case RTC_HTTP_ROUTE_PBX_OFFER:
    return TRUE;
  case RTC_HTTP_ROUTE_WHIP:
  case RTC_HTTP_ROUTE_WHEP:
    return strcmp (method, "POST") == 0;
  default:
    return FALSE;
  }
}

/* How long it has to wait; each attempt counts. */
static GstClockTime
take_tokens (
    const Connection *connection, SoupServerMessage *message, const RtcHttpDecision *decision)
{
  RtcAdmission *admission = connection->server->admission;
  GstClockTime now = rtc_loop_now (connection->server->loop);
  GstClockTime wait =
      rtc_admission_request (admission, connection->name, connection->is_loopback, now);
  if (wait != 0 || !is_offer (decision, soup_server_message_get_method (message)))
    return wait;
  return rtc_admission_offer (admission, connection->name, connection->is_loopback, now);
}

static void
got_headers (SoupServerMessage *message, gpointer user_data)
{
  Connection *connection = find_connection (message);
  RtcHttpDecision decision = find_route (message);
  RtcHttpRefusal refusal;
  GstClockTime wait;

  if (connection == NULL)
    return;
  refusal = judge_headers (connection, message, &decision);
  wait = take_tokens (connection, message, &decision);
  if (refusal.status == 0 && wait != 0)
    refusal = (RtcHttpRefusal){ 429, "too many requests" };
  if (refusal.status == 0)
    return;
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  soup_server_message_set_status (message, refusal.status, NULL);
  refuse_message (connection, message, &decision, &refusal, wait);
}

static void
request_started (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers), user_data);
}

/* A wrong path or method. The ice-restart contract sends no body with these. */
static void
reply_without_route (
    RtcHttpServer *server, SoupServerMessage *message, const RtcHttpDecision *decision)
{
  if (decision->allow != NULL)
    soup_message_headers_replace (
        soup_server_message_get_response_headers (message), "Allow", decision->allow);
  server->counts[decision->status]++;
  soup_server_message_set_status (message, decision->status, rtc_http_reason (decision->status));
  if (decision->dialect != RTC_HTTP_DIALECT_PLAIN) {
    g_autofree gchar *body = rtc_dialect_error_body (
        decision->dialect, decision->status, "this path does not take this method", NULL);
    soup_server_message_set_response (
        message, rtc_dialect_error_type (decision->dialect), SOUP_MEMORY_COPY, body, strlen (body));
  }
}

static void
handle_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
    gpointer user_data)
{
  RtcHttpServer *server = user_data;
  Connection *connection = find_connection (message);
  RtcHttpDecision decision = find_route (message);
  g_autoptr (RtcHttpRequest) request = NULL;

  if (connection == NULL || connection->is_refused)
    return;
  connection->has_request = TRUE;
  set_common_headers (server, message);
  connection_set_limit (connection, server->config.response_limit);
  if (decision.status != 0) {
    reply_without_route (server, message, &decision);
    return;
  }
  request = request_new (connection, message, &decision);
  server->func (server, request, server->user_data);
  if (soup_server_message_get_status (message) == 0) {
    request->is_paused = TRUE;
    soup_server_message_pause (message);
  }
}

/* --- WebSockets --- */

static void
request_upgraded (SoupServerMessage *message, gpointer user_data)
{
  g_autoptr (RtcHttpRequest) request = rtc_http_request_ref (user_data);
  g_autoptr (SoupServerMessage) kept = g_object_ref (message);
  Connection *connection = request->connection;
  RtcHttpServer *server;
  RtcWebSocketHost host;
  g_autoptr (GIOStream) stream = NULL;

  if (connection == NULL || soup_server_message_get_status (message) != 101)
    return;
  server = connection->server;
  host = (RtcWebSocketHost){ server->loop, server->context, server->adopted, server->sockets,
    server->config.max_message_bytes };
  stream = soup_server_message_steal_connection (message);
  rtc_loop_timer_set (connection->deadline, GST_CLOCK_TIME_NONE);
  request->upgraded (request,
      rtc_web_socket_new (&host, stream, soup_server_message_get_uri (message),
          soup_message_headers_get_one (
              soup_server_message_get_response_headers (message), "Sec-WebSocket-Protocol"),
          request->address, request->is_loopback),
      request->upgraded_data);
}

/* Reasons to refuse, with the status that says so; 0 for none. */
static guint
check_handshake (RtcHttpRequest *request, const gchar **out_reason)
{
  const gchar *version = rtc_http_request_get_header (request, "Sec-WebSocket-Version");
  if (version != NULL && strcmp (version, "13") != 0) {
    /* RFC 6455 §4.4 */
    rtc_http_request_set_header (request, "Sec-WebSocket-Version", "13");
    *out_reason = "only version 13 of WebSocket is spoken";
    return 426;
  }
  *out_reason = "the WebSocket handshake is wrong";
  return soup_websocket_server_check_handshake (request->message, NULL, NULL, NULL, NULL) ? 0 : 400;
}

static gboolean
count_socket (Connection *connection)
{
  RtcHttpServer *server = connection->server;
  if (!rtc_admission_connected (server->sockets, connection->name, connection->is_loopback))
    return FALSE;
  connection->is_socket = TRUE;
  if (!connection->is_evicted)
    rtc_admission_disconnected (server->admission, connection->name);
  connection->is_evicted = TRUE;
  return TRUE;
}

void
rtc_http_request_upgrade (RtcHttpRequest *request, RtcHttpUpgradedFunc func, gpointer user_data)
{
  const gchar *offered = rtc_http_request_get_header (request, "Sec-WebSocket-Protocol");
  /* A browser insists on one of those that it named; here all mean the same. */
  g_auto (GStrv) protocols = offered != NULL ? g_strsplit_set (offered, ", ", 2) : NULL;
  const gchar *reason;
  guint status;

  if (request->connection == NULL)
    return;
  status = check_handshake (request, &reason);
  if (status == 0 && !count_socket (request->connection)) {
    rtc_http_request_set_header (request, "Retry-After", "5");
    status = 503;
    reason = "there are too many WebSockets";
  }
  if (status != 0) {
    rtc_http_request_reply_error (request, status, reason);
    return;
  }
  request->upgraded = func;
  request->upgraded_data = user_data;
  g_signal_connect_data (request->message, "wrote-informational", G_CALLBACK (request_upgraded),
      rtc_http_request_ref (request), unref_request, (GConnectFlags) 0);
  soup_message_headers_remove (
      soup_server_message_get_response_headers (request->message), "Connection");
  request->connection->server->counts[101]++;
  soup_websocket_server_process_handshake (request->message, NULL, protocols, NULL, NULL);
}

guint
rtc_http_server_get_sockets (const RtcHttpServer *server)
{
  return rtc_admission_get_connections (server->sockets);
}

void
rtc_http_server_flush (RtcHttpServer *server)
{
  guint limit = 4 * rtc_http_server_get_sockets (server) + 4;
  g_main_context_push_thread_default (server->context);
  while (limit-- > 0 && g_main_context_iteration (server->context, FALSE))
    ;
  g_main_context_pop_thread_default (server->context);
}

/* --- listening --- */

static GIOStream *
wrap_stream (RtcHttpServer *server, GSocketConnection *connection)
{
  if (server->config.certificate == NULL)
    return G_IO_STREAM (g_object_ref (connection));
  return g_tls_server_connection_new (G_IO_STREAM (connection), server->config.certificate, NULL);
}

/* Before there is a request: what it asked for is not known, so the text is for people. */
static void
head_refused (const RtcHttpRefusal *refusal, gpointer user_data)
{
  connection_refuse (user_data, RTC_HTTP_DIALECT_PLAIN, refusal, "");
}

static void
serve_socket (RtcHttpServer *server, GSocket *socket, GSocketAddress *remote)
{
  g_autoptr (GSocketConnection) base = g_socket_connection_factory_create_connection (socket);
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GIOStream) stream = wrap_stream (server, base);
  g_autoptr (GIOStream) guarded = NULL;
  g_autoptr (GInetAddress) inet =
      rtc_admission_unwrap (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)));
  g_autofree gchar *name = rtc_admission_get_name (inet);
  gboolean is_loopback = g_inet_address_get_is_loopback (inet);
  Connection *connection;

  if (stream == NULL || !admit (server, name, is_loopback)) {
    GST_INFO ("%s: connection refused", name);
    turn_away (server, socket);
    return;
  }
  connection = g_new0 (Connection, 1);
  connection->server = server;
  connection->socket = g_object_ref (socket);
  connection->remote = g_object_ref (remote);
  connection->connection = G_OBJECT (base);
  connection->stream = stream;
  connection->address = g_inet_address_to_string (inet);
  connection->name = g_steal_pointer (&name);
  connection->is_loopback = is_loopback;
  connection->accepted = rtc_loop_now (server->loop);
  connection->deadline = rtc_loop_timer_new (server->loop, connection_expired, connection);
  connection_set_limit (connection, server->config.request_limit);
  g_hash_table_add (server->connections, connection);
  g_object_weak_ref (connection->connection, connection_gone, connection);
  g_object_set_data (G_OBJECT (remote), CONNECTION_KEY, connection);
  guarded = rtc_http_stream_new (stream, head_refused, connection);
  soup_server_accept_iostream (server->soup, guarded, local, remote, NULL);
}

static void
socket_readable (gint fd, guint32 events, gpointer user_data)
{
  RtcHttpServer *server = user_data;
  g_main_context_push_thread_default (server->context);
  for (guint i = 0; i < ACCEPTS_PER_WAKEUP; i++) {
    g_autoptr (GSocket) socket = g_socket_accept (server->socket, NULL, NULL);
    g_autoptr (GSocketAddress) remote =
        socket != NULL ? g_socket_get_remote_address (socket, NULL) : NULL;
    if (socket == NULL)
      break;
    if (remote == NULL || !G_IS_INET_SOCKET_ADDRESS (remote))
      continue;
    g_socket_set_blocking (socket, FALSE);
    serve_socket (server, socket, remote);
  }
  g_main_context_pop_thread_default (server->context);
  rtc_loop_context_refresh (server->adopted);
}

static GSocket *
listen_on (GSocketAddress *address, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new (
      g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, LISTEN_BACKLOG);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

GSocket *
rtc_http_listen (const gchar *address, guint port, GError **error)
{
  g_autoptr (GSocketConnectable) name = g_network_address_new (address, port);
  g_autoptr (GSocketAddressEnumerator) enumerator = g_socket_connectable_enumerate (name);
  g_autoptr (GSocketAddress) first = g_socket_address_enumerator_next (enumerator, NULL, error);
  return first != NULL ? listen_on (first, error) : NULL;
}

static gboolean
listens_locally (GSocket *socket)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  return local != NULL &&
      g_inet_address_get_is_loopback (
          g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local)));
}

RtcHttpServer *
rtc_http_server_new (RtcLoop *loop, GSocket *socket, const RtcHttpServerConfig *config,
    RtcHttpRequestFunc func, gpointer user_data)
{
  RtcHttpServer *server = g_new0 (RtcHttpServer, 1);
  server->loop = loop;
  server->config = *config;
  server->allowed_origins = g_strdup (config->allowed_origins);
  server->config.allowed_origins = NULL;
  server->token =
      config->token != NULL && config->token[0] != '\0' ? g_strdup (config->token) : NULL;
  server->config.token = NULL;
  if (config->certificate != NULL)
    g_object_ref (config->certificate);
  server->socket = g_object_ref (socket);
  server->is_local_only = listens_locally (socket);
  server->func = func;
  server->user_data = user_data;
  server->admission = rtc_admission_new (&config->admission);
  server->sockets = rtc_admission_new (&config->sockets);
  server->connections = g_hash_table_new_full (NULL, NULL, connection_free, NULL);

  server->context = g_main_context_new ();
  server->adopted = rtc_loop_adopt_context (loop, server->context);
  g_main_context_push_thread_default (server->context);
  server->soup = soup_server_new ("server-header", "rtcsignaller", NULL);
  g_signal_connect (server->soup, "request-started", G_CALLBACK (request_started), server);
  soup_server_add_handler (server->soup, NULL, handle_request, server, NULL);
  g_main_context_pop_thread_default (server->context);
  server->watch =
      rtc_loop_watch_new (loop, g_socket_get_fd (socket), EPOLLIN, socket_readable, server);
  return server;
}

const guint64 *
rtc_http_server_get_counts (const RtcHttpServer *server)
{
  return server->counts;
}

static void
cut_connection (gpointer key, gpointer value, gpointer user_data)
{
  Connection *connection = key;
  g_object_weak_unref (connection->connection, connection_gone, connection);
  g_socket_shutdown (connection->socket, TRUE, TRUE, NULL);
}

void
rtc_http_server_free (RtcHttpServer *server)
{
  if (server == NULL)
    return;
  rtc_loop_watch_free (server->watch);
  g_socket_close (server->socket, NULL);
  g_hash_table_foreach (server->connections, cut_connection, NULL);
  g_main_context_push_thread_default (server->context);
  soup_server_disconnect (server->soup);
  g_object_unref (server->soup);
  g_main_context_pop_thread_default (server->context);
  g_hash_table_unref (server->connections);
  rtc_loop_context_free (server->adopted);
  g_main_context_unref (server->context);
  rtc_admission_free (server->admission);
  rtc_admission_free (server->sockets);
  g_clear_object (&server->config.certificate);
  g_object_unref (server->socket);
  g_free (server->allowed_origins);
  g_free (server->token);
  g_free (server);
}
