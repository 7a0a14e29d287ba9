/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The connections of the HTTP server: who may connect, how long a request may take, and what one
 * reads that is refused before libsoup has a say.
 */
#include "rtchttpserverparts.h"

#include <string.h>

#include "rtchttpstream.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

#define CONNECTION_KEY "rtc-http-connection"

RtcHttpConnection *
rtc_http_connection_find (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);
  return address != NULL ? g_object_get_data (G_OBJECT (address), CONNECTION_KEY) : NULL;
}

void
rtc_http_connection_free (gpointer data)
{
  RtcHttpConnection *connection = data;
  rtc_http_connection_forget_request (connection);
  if (!connection->is_evicted)
    rtc_admission_disconnected (connection->server->admission, connection->name);
  if (connection->is_socket)
    rtc_admission_disconnected (connection->server->sockets, connection->name);
  rtc_loop_timer_free (connection->deadline);
  rtc_http_handshakes_remove (connection);
  g_clear_object (&connection->unheard);
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
  RtcHttpConnection *connection = user_data;
  g_hash_table_remove (connection->server->connections, connection);
}

/* libsoup then reads the end of the stream and cleans up by itself, if it has it. */
void
rtc_http_connection_expire (RtcHttpConnection *connection)
{
  GST_DEBUG ("%s: the deadline passed, closing", connection->address);
  g_socket_shutdown (connection->socket, TRUE, TRUE, NULL);
  if (connection->unheard != NULL)
    g_hash_table_remove (connection->server->connections, connection);
}

static void
connection_expired (gpointer user_data)
{
  rtc_http_connection_expire (user_data);
}

void
rtc_http_connection_set_limit (RtcHttpConnection *connection, GstClockTime limit)
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
  RtcHttpConnection *oldest = NULL;

  g_hash_table_iter_init (&iter, server->connections);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    RtcHttpConnection *connection = key;
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
void
rtc_http_connection_refuse (RtcHttpConnection *connection, RtcHttpDialect dialect,
    const RtcHttpRefusal *refusal, const gchar *more)
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
  rtc_http_connection_refuse (user_data, RTC_HTTP_DIALECT_PLAIN, refusal, "");
}

static void
bytes_came (gpointer user_data)
{
  rtc_http_handshakes_remove (user_data);
}

void
rtc_http_connection_start (RtcHttpConnection *connection)
{
  static const RtcHttpStreamFuncs funcs = { bytes_came, head_refused };
  RtcHttpServer *server = connection->server;
  g_autoptr (GSocketConnection) base = g_steal_pointer (&connection->unheard);
  /* Ten milliseconds for TLS, so not for everybody who connects. */
  g_autoptr (GIOStream) stream = wrap_stream (server, base);
  g_autoptr (GIOStream) guarded = NULL;
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (connection->socket, NULL);

  if (stream == NULL) {
    g_hash_table_remove (server->connections, connection);
    return;
  }
  guarded = rtc_http_stream_new (stream, &funcs, connection);
  connection->stream = stream;
  connection->connection = G_OBJECT (guarded);
  g_object_weak_ref (connection->connection, connection_gone, connection);
  g_main_context_push_thread_default (server->context);
  soup_server_accept_iostream (server->soup, guarded, local, connection->remote, NULL);
  g_main_context_pop_thread_default (server->context);
  rtc_loop_context_refresh (server->adopted);
}

void
rtc_http_connection_serve (RtcHttpServer *server, GSocket *socket, GSocketAddress *remote)
{
  g_autoptr (GSocketConnection) base = g_socket_connection_factory_create_connection (socket);
  g_autoptr (GInetAddress) inet =
      rtc_admission_unwrap (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)));
  g_autofree gchar *name = rtc_admission_get_name (inet);
  gboolean is_loopback = g_inet_address_get_is_loopback (inet);
  RtcHttpConnection *connection;

  if (!admit (server, name, is_loopback)) {
    GST_INFO ("%s: connection refused", name);
    turn_away (server, socket);
    return;
  }
  connection = g_new0 (RtcHttpConnection, 1);
  connection->server = server;
  connection->socket = g_object_ref (socket);
  connection->remote = g_object_ref (remote);
  connection->address = g_inet_address_to_string (inet);
  connection->name = g_steal_pointer (&name);
  connection->is_loopback = is_loopback;
  connection->accepted = rtc_loop_now (server->loop);
  connection->deadline = rtc_loop_timer_new (server->loop, connection_expired, connection);
  rtc_http_connection_set_limit (connection, server->config.request_limit);
  g_hash_table_add (server->connections, connection);
  g_object_set_data (G_OBJECT (remote), CONNECTION_KEY, connection);
  connection->unheard = g_steal_pointer (&base);
  if (server->config.certificate != NULL)
    rtc_http_handshakes_add (connection);
  else
    rtc_http_connection_start (connection);
}

static void
cut (gpointer key, gpointer value, gpointer user_data)
{
  RtcHttpConnection *connection = key;
  if (connection->connection != NULL)
    g_object_weak_unref (connection->connection, connection_gone, connection);
  g_socket_shutdown (connection->socket, TRUE, TRUE, NULL);
}

void
rtc_http_connection_cut_all (RtcHttpServer *server)
{
  g_hash_table_foreach (server->connections, cut, NULL);
}
