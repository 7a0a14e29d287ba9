/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The gate of the HTTP server: every header is judged before the body is read (RFC 9112), and what
 * is refused gets its status at once, not after a body that may never come.
 */
#include "rtchttpserverparts.h"

#include <string.h>

#define EXPOSED_HEADERS "Location, Link, ETag, Accept-Patch, Retry-After, Session-Id"

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
  parameter = rtc_http_get_parameter (message, "token");
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
judge_headers (
    RtcHttpConnection *connection, SoupServerMessage *message, const RtcHttpDecision *decision)
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
refuse_message (RtcHttpConnection *connection, SoupServerMessage *message,
    const RtcHttpDecision *decision, const RtcHttpRefusal *refusal, GstClockTime wait)
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
  rtc_http_connection_refuse (connection, decision->dialect, refusal, more->str);
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
take_tokens (const RtcHttpConnection *connection, SoupServerMessage *message,
    const RtcHttpDecision *decision)
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
  RtcHttpConnection *connection = rtc_http_connection_find (message);
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

void
rtc_http_gate_request_started (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
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

void
rtc_http_gate_handle_request (SoupServer *soup, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data)
{
  RtcHttpServer *server = user_data;
  RtcHttpConnection *connection = rtc_http_connection_find (message);
  RtcHttpDecision decision = find_route (message);
  g_autoptr (RtcHttpRequest) request = NULL;

  if (connection == NULL || connection->is_refused)
    return;
  connection->has_request = TRUE;
  set_common_headers (server, message);
  rtc_http_connection_set_limit (connection, server->config.response_limit);
  if (decision.status != 0) {
    reply_without_route (server, message, &decision);
    return;
  }
  request = rtc_http_request_new (connection, message, &decision);
  server->func (server, request, server->user_data);
  if (soup_server_message_get_status (message) == 0) {
    request->is_paused = TRUE;
    soup_server_message_pause (message);
  }
}
