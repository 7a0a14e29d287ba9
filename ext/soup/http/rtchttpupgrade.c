/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A request that becomes a WebSocket (RFC 6455), and then counts as one. */
#include "rtchttpserverparts.h"

#include <string.h>

static void
unref_request (gpointer data, GClosure *closure)
{
  rtc_http_request_unref (data);
}

static void
request_upgraded (SoupServerMessage *message, gpointer user_data)
{
  g_autoptr (RtcHttpRequest) request = rtc_http_request_ref (user_data);
  g_autoptr (SoupServerMessage) kept = g_object_ref (message);
  RtcHttpConnection *connection = request->connection;
  RtcHttpServer *server;
  RtcWebSocketHost host;
  RtcWebSocketClient client;
  g_autoptr (GIOStream) stream = NULL;

  if (connection == NULL || soup_server_message_get_status (message) != 101)
    return;
  server = connection->server;
  host = (RtcWebSocketHost){ server->loop, server->context, server->adopted, server->sockets,
    server->config.max_message_bytes };
  client = (RtcWebSocketClient){ request->address, connection->name, request->is_loopback };
  stream = soup_server_message_steal_connection (message);
  rtc_loop_timer_set (connection->deadline, GST_CLOCK_TIME_NONE);
  request->upgraded (request,
      rtc_web_socket_new (&host, stream, soup_server_message_get_uri (message),
          soup_message_headers_get_one (
              soup_server_message_get_response_headers (message), "Sec-WebSocket-Protocol"),
          &client),
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
count_socket (RtcHttpConnection *connection)
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
