/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One SoupSession in a GMainContext that the loop has adopted. A call is one exchange with all its
 * redirects; it keeps the client until libsoup has let go of it. RFC 9110, RFC 6750.
 */
#include "config.h"

#include "rtchttpclient.h"

#include <libsoup/soup.h>
#include <string.h>

#include "signalling/rtcclientpolicy.h"

struct _RtcHttpClient {
  guint refs;
  RtcLoop *loop;
  GMainContext *context;
  RtcLoopContext *adopted;
  SoupSession *soup;
  gchar *token_url;
  gchar *token;
  /* Call, those that run. */
  GHashTable *calls;
  gboolean is_freed;
};

typedef struct {
  RtcHttpClient *client;
  RtcHttpReplyFunc func;
  gpointer user_data;
  gchar *method;
  gchar *url;
  GBytes *body;
  gchar *content_type;
  gchar *accept;
  gchar *if_match;
  GstClockTime limit;
  guint n_redirects;
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *reply;
  GCancellable *cancellable;
  RtcLoopTimer *timer;
  gboolean is_late;
  gboolean is_farewell;
} Call;

#define CHUNK 16384

/* --- life --- */

static void
client_destroy (gpointer data)
{
  RtcHttpClient *client = data;
  g_main_context_push_thread_default (client->context);
  g_object_unref (client->soup);
  g_main_context_pop_thread_default (client->context);
  rtc_loop_context_free (client->adopted);
  g_main_context_unref (client->context);
  g_hash_table_unref (client->calls);
  rtc_loop_unref (client->loop);
  g_free (client->token_url);
  g_free (client->token);
  g_free (client);
}

/* The context may be in the middle of a dispatch. */
static void
client_unref (RtcHttpClient *client)
{
  if (--client->refs == 0)
    rtc_loop_post (client->loop, client_destroy, client, NULL);
}

static void
call_free (Call *call)
{
  RtcHttpClient *client = call->client;
  g_hash_table_remove (client->calls, call);
  rtc_loop_timer_free (call->timer);
  g_clear_object (&call->stream);
  g_clear_object (&call->message);
  g_clear_object (&call->cancellable);
  g_byte_array_unref (call->reply);
  g_clear_pointer (&call->body, g_bytes_unref);
  g_free (call->method);
  g_free (call->url);
  g_free (call->content_type);
  g_free (call->accept);
  g_free (call->if_match);
  g_free (call);
  client_unref (client);
}

/* --- the end of a call --- */

static void
finish (Call *call, const GError *error)
{
  RtcHttpReply reply = { 0 };
  if (error == NULL) {
    g_byte_array_append (call->reply, (const guint8 *) "", 1);
    reply.status = soup_message_get_status (call->message);
    reply.url = call->url;
    reply.body = (const gchar *) call->reply->data;
    reply.size = call->reply->len - 1;
    reply.headers = soup_message_get_response_headers (call->message);
  }
  rtc_loop_timer_set (call->timer, GST_CLOCK_TIME_NONE);
  if (call->func != NULL)
    call->func (error == NULL ? &reply : NULL, error, call->user_data);
  call_free (call);
}

static void
fail (Call *call, const GError *error)
{
  g_autoptr (GError) told = NULL;
  if (call->is_late)
    told = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
        "the server did not answer within %u seconds", (guint) (call->limit / GST_SECOND));
  finish (call, told != NULL ? told : error);
}

static void
limit_reached (gpointer user_data)
{
  Call *call = user_data;
  call->is_late = TRUE;
  g_cancellable_cancel (call->cancellable);
  rtc_loop_context_refresh (call->client->adopted);
}

/* --- one hop --- */

static void send_hop (Call *call);

static void
reply_is_read (Call *call)
{
  guint status = soup_message_get_status (call->message);
  SoupMessageHeaders *headers = soup_message_get_response_headers (call->message);
  g_autoptr (GError) error = NULL;
  gchar *target;
  if (rtc_client_judge (status) != RTC_CLIENT_REDIRECT) {
    finish (call, NULL);
    return;
  }
  target = rtc_client_redirect (call->url, status,
      soup_message_headers_get_one (headers, "Location"), call->n_redirects, &error);
  if (target == NULL) {
    fail (call, error);
    return;
  }
  call->n_redirects++;
  g_free (call->url);
  call->url = target;
  send_hop (call);
}

static void
part_read (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (stream), result, &error);
  if (bytes == NULL) {
    fail (call, error);
    return;
  }
  if (g_bytes_get_size (bytes) == 0) {
    reply_is_read (call);
    return;
  }
  g_byte_array_append (call->reply, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (call->reply->len > RTC_HTTP_CLIENT_MAX_BODY) {
    error = g_error_new (RTC_ERROR, RTC_ERROR_LIMIT,
        "the server's reply is longer than %u bytes, so it is no answer; check the URL",
        RTC_HTTP_CLIENT_MAX_BODY);
    fail (call, error);
    return;
  }
  g_input_stream_read_bytes_async (
      call->stream, CHUNK, G_PRIORITY_DEFAULT, call->cancellable, part_read, call);
}

static void
head_read (GObject *soup, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GError) error = NULL;
  call->stream = soup_session_send_finish (SOUP_SESSION (soup), result, &error);
  if (call->stream == NULL) {
    fail (call, error);
    return;
  }
  g_input_stream_read_bytes_async (
      call->stream, CHUNK, G_PRIORITY_DEFAULT, call->cancellable, part_read, call);
}

static void
set_header (SoupMessageHeaders *headers, const gchar *name, const gchar *value)
{
  if (value != NULL)
    soup_message_headers_replace (headers, name, value);
}

/* RFC 6750 §5.3: a token must not be passed to whom it is not for. */
static void
add_token (RtcHttpClient *client, SoupMessageHeaders *headers, const gchar *url)
{
  g_autofree gchar *value = NULL;
  if (client->token == NULL || !rtc_client_is_same_origin (url, client->token_url))
    return;
  value = g_strconcat ("Bearer ", client->token, NULL);
  soup_message_headers_replace (headers, "Authorization", value);
}

static SoupMessage *
make_message (Call *call)
{
  RtcHttpClient *client = call->client;
  SoupMessage *message = soup_message_new (call->method, call->url);
  SoupMessageHeaders *headers;
  if (message == NULL)
    return NULL;
  headers = soup_message_get_request_headers (message);
  add_token (client, headers, call->url);
  set_header (headers, "Accept", call->accept);
  set_header (headers, "If-Match", call->if_match);
  if (call->body != NULL)
    soup_message_set_request_body_from_bytes (message, call->content_type, call->body);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  return message;
}

static void
send_hop (Call *call)
{
  RtcHttpClient *client = call->client;
  g_clear_object (&call->stream);
  g_clear_object (&call->message);
  g_byte_array_set_size (call->reply, 0);
  call->message = make_message (call);
  if (call->message == NULL) {
    g_autoptr (GError) error =
        g_error_new (RTC_ERROR, RTC_ERROR_INVALID, "%s is no URL of a server", call->url);
    fail (call, error);
    return;
  }
  g_main_context_push_thread_default (client->context);
  soup_session_send_async (
      client->soup, call->message, G_PRIORITY_DEFAULT, call->cancellable, head_read, call);
  g_main_context_pop_thread_default (client->context);
  rtc_loop_context_refresh (client->adopted);
}

static void
start_call (gpointer data)
{
  Call *call = data;
  if (call->func != NULL)
    send_hop (call);
  else
    call_free (call);
}

/* --- WebSockets --- */

typedef struct {
  RtcHttpClient *client;
  GCancellable *cancellable;
  RtcHttpSocketFunc func;
  gpointer user_data;
} Opening;

static void
socket_opened (GObject *soup, GAsyncResult *result, gpointer user_data)
{
  Opening *opening = user_data;
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *connection =
      soup_session_websocket_connect_finish (SOUP_SESSION (soup), result, &error);
  if (g_cancellable_is_cancelled (opening->cancellable))
    g_clear_object (&connection);
  else
    opening->func (connection, error, opening->user_data);
  g_object_unref (opening->cancellable);
  client_unref (opening->client);
  g_free (opening);
}

void
rtc_http_client_open_socket (RtcHttpClient *client, const gchar *url, GCancellable *cancellable,
    RtcHttpSocketFunc func, gpointer user_data)
{
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  Opening *opening = g_new0 (Opening, 1);
  client->refs++;
  *opening = (Opening){ client, g_object_ref (cancellable), func, user_data };
  add_token (client, soup_message_get_request_headers (message), url);
  g_main_context_push_thread_default (client->context);
  soup_session_websocket_connect_async (
      client->soup, message, NULL, NULL, G_PRIORITY_DEFAULT, cancellable, socket_opened, opening);
  g_main_context_pop_thread_default (client->context);
  rtc_loop_context_refresh (client->adopted);
}

void
rtc_http_client_refresh (RtcHttpClient *client)
{
  rtc_loop_context_refresh (client->adopted);
}

/* --- public --- */

static GTlsDatabase *
load_trusted (const gchar *path, GError **error)
{
  g_autofree gchar *absolute = NULL;
  g_autofree gchar *current = NULL;
  if (g_path_is_absolute (path))
    return g_tls_file_database_new (path, error);
  current = g_get_current_dir ();
  absolute = g_build_filename (current, path, NULL);
  return g_tls_file_database_new (absolute, error);
}

RtcHttpClient *
rtc_http_client_new (
    RtcLoop *loop, const gchar *token_url, const gchar *token, const gchar *trusted, GError **error)
{
  RtcHttpClient *client;
  g_autoptr (GTlsDatabase) database = NULL;
  if (trusted != NULL) {
    database = load_trusted (trusted, error);
    if (database == NULL)
      return NULL;
  }
  client = g_new0 (RtcHttpClient, 1);
  client->refs = 1;
  client->loop = rtc_loop_ref (loop);
  client->token_url = g_strdup (token_url);
  client->token = g_strdup (token);
  client->calls = g_hash_table_new (NULL, NULL);
  client->context = g_main_context_new ();
  client->adopted = rtc_loop_adopt_context (loop, client->context);
  g_main_context_push_thread_default (client->context);
  client->soup = soup_session_new_with_options ("user-agent", "rtcsignaller/" VERSION, NULL);
  if (database != NULL)
    soup_session_set_tls_database (client->soup, database);
  /* A 401 is the user's affair, and nothing is to be decompressed. */
  soup_session_remove_feature_by_type (client->soup, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (client->soup, SOUP_TYPE_CONTENT_DECODER);
  g_main_context_pop_thread_default (client->context);
  return client;
}

static void
forget (RtcHttpClient *client, gboolean also_farewells)
{
  GHashTableIter iter;
  gpointer call;
  g_hash_table_iter_init (&iter, client->calls);
  while (g_hash_table_iter_next (&iter, &call, NULL)) {
    if (also_farewells || !((Call *) call)->is_farewell)
      ((Call *) call)->func = NULL;
  }
}

void
rtc_http_client_forget (RtcHttpClient *client)
{
  forget (client, FALSE);
}

void
rtc_http_client_drop_connections (RtcHttpClient *client)
{
  g_main_context_push_thread_default (client->context);
  soup_session_abort (client->soup);
  g_main_context_pop_thread_default (client->context);
  rtc_loop_context_refresh (client->adopted);
}

void
rtc_http_client_free (RtcHttpClient *client)
{
  g_autoptr (GList) calls = NULL;
  if (client == NULL)
    return;
  forget (client, TRUE);
  calls = g_hash_table_get_keys (client->calls);
  for (GList *item = calls; item != NULL; item = item->next)
    g_cancellable_cancel (((Call *) item->data)->cancellable);
  rtc_loop_context_refresh (client->adopted);
  client_unref (client);
}

void
rtc_http_client_send (
    RtcHttpClient *client, const RtcHttpCall *call, RtcHttpReplyFunc func, gpointer user_data)
{
  Call *self = g_new0 (Call, 1);
  client->refs++;
  self->client = client;
  self->func = func;
  self->user_data = user_data;
  self->method = g_strdup (call->method);
  self->url = g_strdup (call->url);
  self->body = call->body != NULL ? g_bytes_new (call->body, strlen (call->body)) : NULL;
  self->content_type = g_strdup (call->content_type);
  self->accept = g_strdup (call->accept);
  self->if_match = g_strdup (call->if_match);
  self->limit = call->limit;
  self->is_farewell = call->is_farewell;
  self->reply = g_byte_array_new ();
  self->cancellable = g_cancellable_new ();
  self->timer = rtc_loop_timer_new (client->loop, limit_reached, self);
  g_hash_table_add (client->calls, self);
  rtc_loop_timer_set (self->timer, rtc_loop_now (client->loop) + call->limit);
  /* Not from inside: a URL that libsoup refuses must not call @func before this returns. */
  rtc_loop_post (client->loop, start_call, self, NULL);
}

const gchar *
rtc_http_reply_get_header (const RtcHttpReply *reply, const gchar *name)
{
  return soup_message_headers_get_list (reply->headers, name);
}
