/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The message relay: the first text message of a client is its id, each later one goes unread to
 * all others of its room that have one. Who reads too slowly is closed, so that nobody waits for
 * him and no message is lost in silence. Functions of the server, on the loop.
 */
#include "rtcsignallerparts.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

static void
leave (RtcSignallerServer *server, RtcWebSocket *socket)
{
  g_autofree gchar *id = g_strdup (rtc_rooms_get_id (server->rooms, socket));
  g_autofree gchar *room = g_strdup (rtc_rooms_get_room (server->rooms, socket));
  rtc_rooms_leave (server->rooms, socket);
  if (id != NULL)
    server->funcs.relay_changed (
        room, id, rtc_web_socket_get_address (socket), FALSE, server->user_data);
}

static void
register_client (RtcSignallerServer *server, RtcWebSocket *socket, const gchar *id)
{
  g_autoptr (GError) error = NULL;
  if (!rtc_rooms_register (server->rooms, socket, id, &error)) {
    rtc_web_socket_close (socket, RTC_WEB_SOCKET_POLICY, error->message);
    return;
  }
  server->funcs.relay_changed (rtc_rooms_get_room (server->rooms, socket), id,
      rtc_web_socket_get_address (socket), TRUE, server->user_data);
}

static void
relay_message (RtcWebSocket *socket, GBytes *text, gpointer user_data)
{
  RtcSignallerServer *server = user_data;
  g_autoptr (GPtrArray) others = NULL;
  if (rtc_rooms_get_id (server->rooms, socket) == NULL) {
    register_client (server, socket, g_bytes_get_data (text, NULL));
    return;
  }
  others = rtc_rooms_list_others (server->rooms, socket);
  for (guint i = 0; i < others->len; i++) {
    RtcWebSocket *other = g_ptr_array_index (others, i);
    if (rtc_web_socket_send (other, text))
      continue;
    leave (server, other);
    rtc_web_socket_close (other, RTC_WEB_SOCKET_POLICY, "too many messages wait for you");
  }
}

static void
relay_closed (RtcWebSocket *socket, gpointer user_data)
{
  RtcSignallerServer *server = user_data;
  leave (server, socket);
  g_hash_table_remove (server->relay_sockets, socket);
}

static void
relay_opened (RtcHttpRequest *request, RtcWebSocket *socket, gpointer user_data)
{
  static const RtcWebSocketFuncs funcs = { relay_message, relay_closed };
  RtcSignallerServer *server = user_data;
  g_autoptr (GError) error = NULL;
  rtc_web_socket_set_funcs (socket, &funcs, server);
  g_hash_table_add (server->relay_sockets, socket);
  if (!rtc_rooms_enter (
          server->rooms, rtc_http_request_get_decision (request)->name, socket, &error))
    rtc_web_socket_close (socket, RTC_WEB_SOCKET_POLICY, error->message);
}

void
rtc_socket_relay_handle (RtcSignallerServer *server, RtcHttpRequest *request)
{
  rtc_http_request_upgrade (request, relay_opened, server);
}

static void
free_socket (gpointer data)
{
  rtc_web_socket_free (data);
}

void
rtc_socket_relay_start (RtcSignallerServer *server)
{
  server->rooms = rtc_rooms_new (&server->config.rooms);
  server->relay_sockets = g_hash_table_new_full (NULL, NULL, free_socket, NULL);
}

void
rtc_socket_relay_close (RtcSignallerServer *server)
{
  g_autoptr (GList) sockets = g_hash_table_get_keys (server->relay_sockets);
  for (GList *item = sockets; item != NULL; item = item->next) {
    leave (server, item->data);
    rtc_web_socket_close (item->data, RTC_WEB_SOCKET_GOING_AWAY, "the server stops");
  }
}

void
rtc_socket_relay_stop (RtcSignallerServer *server)
{
  g_hash_table_unref (server->relay_sockets);
  rtc_rooms_free (server->rooms);
}
