/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One HTTP request, and the reply that it gets sooner or later. */
#include "rtchttpserverparts.h"

#include <string.h>

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

#define RETRY_SECONDS 5

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

/* The message keeps the stream alive, and the stream's end is what frees the connection: so the
 * request lets go of it when the reply was sent, or can no more be sent. */
void
rtc_http_connection_forget_request (RtcHttpConnection *connection)
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
  rtc_http_connection_forget_request (request->connection);
}

RtcHttpRequest *
rtc_http_request_new (
    RtcHttpConnection *connection, SoupServerMessage *message, const RtcHttpDecision *decision)
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

gchar *
rtc_http_get_parameter (SoupServerMessage *message, const gchar *name)
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
  return rtc_http_get_parameter (request->message, name);
}

void
rtc_http_request_set_header (RtcHttpRequest *request, const gchar *name, const gchar *value)
{
  if (request->message != NULL)
    soup_message_headers_replace (
        soup_server_message_get_response_headers (request->message), name, value);
}

gboolean
rtc_http_request_is_waiting (RtcHttpRequest *request)
{
  return request->connection != NULL && soup_server_message_get_status (request->message) == 0;
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
