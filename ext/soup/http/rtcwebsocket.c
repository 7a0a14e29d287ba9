/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SoupWebsocketConnection with bounds. libsoup queues without limit and does not say how much waits
 * to be sent, so it gets the next message only when it has nothing left: a source of lower
 * priority than libsoup's on the same stream is dispatched only then. Lives on the loop.
 */
#include "rtcwebsocket.h"

#include <gst/gst.h>
#include <libsoup/soup.h>
#include <string.h>

#include "rtcframemeter.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

#define PING_INTERVAL_SECONDS 30
/* A client that has not answered a ping for so long is gone. */
#define PONG_LIMIT (90 * GST_SECOND)
/* RFC 6455 §5.5: 125 bytes with the code. */
#define MAX_REASON 123
#define CLOSE_FRAME 0x88

struct _RtcWebSocket {
  RtcWebSocketHost host;
  gchar *address;
  gchar *name;
  gboolean is_loopback;
  RtcWebSocketFuncs funcs;
  gpointer user_data;
  /* The one below libsoup's: its end is the socket's. */
  GIOStream *stream;
  SoupWebsocketConnection *connection;
  RtcFrameMeter *meter;
  RtcLoopTimer *pong_timer;
  /* GBytes; libsoup has one more while @drain is there. */
  GQueue waiting;
  gsize waiting_bytes;
  GSource *drain;
  gboolean is_closing;
};

/* --- sending --- */

/* Either end may have begun to close. */
static gboolean
is_open (const RtcWebSocket *socket)
{
  return !socket->is_closing &&
      soup_websocket_connection_get_state (socket->connection) == SOUP_WEBSOCKET_STATE_OPEN;
}

static void
clear_waiting (RtcWebSocket *socket)
{
  g_queue_clear_full (&socket->waiting, (GDestroyNotify) g_bytes_unref);
  socket->waiting_bytes = 0;
}

static void
stop_drain (RtcWebSocket *socket)
{
  if (socket->drain == NULL)
    return;
  g_source_destroy (socket->drain);
  g_clear_pointer (&socket->drain, g_source_unref);
}

static gboolean
drained (GObject *output, gpointer user_data)
{
  RtcWebSocket *socket = user_data;
  g_autoptr (GBytes) text = g_queue_pop_head (&socket->waiting);
  rtc_frame_meter_forget_pings (socket->meter);
  if (text == NULL || !is_open (socket)) {
    stop_drain (socket);
    return G_SOURCE_REMOVE;
  }
  socket->waiting_bytes -= g_bytes_get_size (text);
  soup_websocket_connection_send_message (socket->connection, SOUP_WEBSOCKET_DATA_TEXT, text);
  return G_SOURCE_CONTINUE;
}

static void
start_drain (RtcWebSocket *socket)
{
  GOutputStream *output = g_io_stream_get_output_stream (socket->stream);
  socket->drain = g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (output), NULL);
  g_source_set_priority (socket->drain, G_PRIORITY_LOW);
  g_source_set_callback (socket->drain, G_SOURCE_FUNC (drained), socket, NULL);
  g_source_attach (socket->drain, socket->host.context);
}

gboolean
rtc_web_socket_send (RtcWebSocket *socket, GBytes *text)
{
  gsize size = g_bytes_get_size (text);
  if (!is_open (socket) || socket->waiting.length >= RTC_WEB_SOCKET_MAX_WAITING ||
      (socket->waiting_bytes > 0 &&
          socket->waiting_bytes + size > RTC_WEB_SOCKET_MAX_WAITING_BYTES))
    return FALSE;
  if (socket->drain == NULL) {
    soup_websocket_connection_send_message (socket->connection, SOUP_WEBSOCKET_DATA_TEXT, text);
    start_drain (socket);
  } else {
    g_queue_push_tail (&socket->waiting, g_bytes_ref (text));
    socket->waiting_bytes += size;
  }
  rtc_loop_context_refresh (socket->host.adopted);
  return TRUE;
}

/* --- the end --- */

void
rtc_web_socket_close (RtcWebSocket *socket, guint code, const gchar *reason)
{
  g_autofree gchar *text = g_strndup (reason, MIN (strlen (reason), MAX_REASON));
  if (socket->is_closing)
    return;
  GST_DEBUG ("%s: closing the WebSocket with %u, %s", socket->address, code, reason);
  socket->is_closing = TRUE;
  clear_waiting (socket);
  if (soup_websocket_connection_get_state (socket->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (socket->connection, (gushort) code, text);
  rtc_loop_context_refresh (socket->host.adopted);
}

/* The stream fails right after this, and libsoup then says nothing more. Between two messages the
 * client can still be told why. */
static void
limit_passed (guint code, const gchar *reason, gpointer user_data)
{
  RtcWebSocket *socket = user_data;
  GOutputStream *output = g_io_stream_get_output_stream (socket->stream);
  gsize length = strlen (reason);
  guint8 frame[4 + MAX_REASON] = { CLOSE_FRAME, (guint8) (2 + length), (guint8) (code >> 8),
    (guint8) code };

  GST_INFO ("%s: closing the WebSocket with %u, %s", socket->address, code, reason);
  socket->is_closing = TRUE;
  clear_waiting (socket);
  memcpy (frame + 4, reason, length);
  if (socket->drain == NULL)
    g_pollable_output_stream_write_nonblocking (
        G_POLLABLE_OUTPUT_STREAM (output), frame, 4 + length, NULL, NULL);
}

/* libsoup is about to queue pongs. */
static void
pings_came (gpointer user_data)
{
  RtcWebSocket *socket = user_data;
  if (socket->drain == NULL && is_open (socket))
    start_drain (socket);
}

static void
connection_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  RtcWebSocket *socket = user_data;
  socket->is_closing = TRUE;
  stop_drain (socket);
  if (socket->funcs.closed != NULL)
    socket->funcs.closed (socket, socket->user_data);
}

static void
pong_missed (gpointer user_data)
{
  rtc_web_socket_close (user_data, RTC_WEB_SOCKET_POLICY, "no pong came");
}

static void
expect_pong (RtcWebSocket *socket)
{
  rtc_loop_timer_set (socket->pong_timer, rtc_loop_now (socket->host.loop) + PONG_LIMIT);
}

/* --- receiving --- */

static void
got_message (SoupWebsocketConnection *connection, SoupWebsocketDataType type, GBytes *message,
    gpointer user_data)
{
  RtcWebSocket *socket = user_data;
  GstClockTime now = rtc_loop_now (socket->host.loop);
  if (socket->is_closing)
    return;
  if (type != SOUP_WEBSOCKET_DATA_TEXT)
    rtc_web_socket_close (socket, RTC_WEB_SOCKET_BAD_DATA, "only text messages are taken");
  else if (rtc_admission_request (socket->host.admission, socket->name, socket->is_loopback, now) !=
      0)
    rtc_web_socket_close (socket, RTC_WEB_SOCKET_POLICY, "too many messages");
  else
    socket->funcs.message (socket, message, socket->user_data);
}

static void
got_pong (SoupWebsocketConnection *connection, GBytes *payload, gpointer user_data)
{
  expect_pong (user_data);
}

static GIOStream *
meter_stream (RtcWebSocket *socket)
{
  static const RtcFrameMeterFuncs funcs = { limit_passed, pings_came };
  g_autoptr (GConverter) meter =
      rtc_frame_meter_new (socket->host.max_message_bytes, &funcs, socket);
  g_autoptr (GInputStream) input =
      g_converter_input_stream_new (g_io_stream_get_input_stream (socket->stream), meter);
  g_set_object (&socket->meter, RTC_FRAME_METER (meter));
  return g_simple_io_stream_new (input, g_io_stream_get_output_stream (socket->stream));
}

RtcWebSocket *
rtc_web_socket_new (const RtcWebSocketHost *host, GIOStream *stream, GUri *uri,
    const gchar *protocol, const RtcWebSocketClient *client)
{
  RtcWebSocket *socket = g_new0 (RtcWebSocket, 1);
  g_autoptr (GIOStream) metered = NULL;
  socket->host = *host;
  socket->address = g_strdup (client->address);
  socket->name = g_strdup (client->name);
  socket->is_loopback = client->is_loopback;
  socket->stream = g_object_ref (stream);
  g_queue_init (&socket->waiting);
  socket->pong_timer = rtc_loop_timer_new (host->loop, pong_missed, socket);
  expect_pong (socket);
  metered = meter_stream (socket);
  socket->connection = soup_websocket_connection_new (
      metered, uri, SOUP_WEBSOCKET_CONNECTION_SERVER, NULL, protocol, NULL);
  soup_websocket_connection_set_max_incoming_payload_size (
      socket->connection, host->max_message_bytes);
  soup_websocket_connection_set_keepalive_interval (socket->connection, PING_INTERVAL_SECONDS);
  g_signal_connect (socket->connection, "message", G_CALLBACK (got_message), socket);
  g_signal_connect (socket->connection, "pong", G_CALLBACK (got_pong), socket);
  g_signal_connect (socket->connection, "closed", G_CALLBACK (connection_closed), socket);
  return socket;
}

void
rtc_web_socket_set_funcs (RtcWebSocket *socket, const RtcWebSocketFuncs *funcs, gpointer user_data)
{
  socket->funcs = *funcs;
  socket->user_data = user_data;
}

const gchar *
rtc_web_socket_get_address (const RtcWebSocket *socket)
{
  return socket->address;
}

gboolean
rtc_web_socket_is_lost (const RtcWebSocket *socket)
{
  return soup_websocket_connection_get_close_code (socket->connection) == 0;
}

void
rtc_web_socket_free (RtcWebSocket *socket)
{
  if (socket == NULL)
    return;
  g_signal_handlers_disconnect_by_data (socket->connection, socket);
  stop_drain (socket);
  clear_waiting (socket);
  rtc_loop_timer_free (socket->pong_timer);
  g_object_unref (socket->connection);
  g_object_unref (socket->meter);
  g_object_unref (socket->stream);
  g_free (socket->address);
  g_free (socket->name);
  g_free (socket);
}
