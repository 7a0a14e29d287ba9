/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SoupServer with a guard in front (RFC 9112): own accept, own deadlines, every header checked
 * before the body is read. libsoup never sees a TLS handshake or two requests on a connection, so
 * its known faults there are out of reach. Everything here runs on the loop.
 */
#include "rtchttpserverparts.h"

#include <sys/epoll.h>

/* A client that finds the queue full tries again after a whole second. */
#define LISTEN_BACKLOG 1024
#define ACCEPTS_PER_WAKEUP 16

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
    rtc_http_connection_serve (server, socket, remote);
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
  server->connections = g_hash_table_new_full (NULL, NULL, rtc_http_connection_free, NULL);
  g_queue_init (&server->waiting);
  g_queue_init (&server->handshakes);
  server->stall_timer = rtc_loop_timer_new (loop, rtc_http_handshakes_run, server);

  server->context = g_main_context_new ();
  server->adopted = rtc_loop_adopt_context (loop, server->context);
  g_main_context_push_thread_default (server->context);
  server->soup = soup_server_new ("server-header", "rtcsignaller", NULL);
  g_signal_connect (
      server->soup, "request-started", G_CALLBACK (rtc_http_gate_request_started), server);
  soup_server_add_handler (server->soup, NULL, rtc_http_gate_handle_request, server, NULL);
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

GTlsCertificate *
rtc_http_server_get_certificate (const RtcHttpServer *server)
{
  return server->config.certificate;
}

void
rtc_http_server_set_certificate (RtcHttpServer *server, GTlsCertificate *certificate)
{
  if (server->config.certificate != NULL)
    g_set_object (&server->config.certificate, certificate);
}

void
rtc_http_server_free (RtcHttpServer *server)
{
  if (server == NULL)
    return;
  server->is_ending = TRUE;
  rtc_loop_timer_free (server->stall_timer);
  rtc_loop_watch_free (server->watch);
  g_socket_close (server->socket, NULL);
  rtc_http_connection_cut_all (server);
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
