/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sessions over a WebSocket: bare descriptions and candidates ("trickle"), or perfect negotiation,
 * in which both sides offer when they want to (W3C webrtc-pc §10.7). A session ends when its client
 * says good-bye; when only the WebSocket is lost, it goes on as long as the connection does, and
 * who names it (?session=ID) has it on another WebSocket.
 * Functions of the server, on the loop.
 */
#include "rtcsignallerparts.h"

#include <string.h>

#include "peer/rtcjson.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

/* What a page may say in place of JSON. */
#define COMMAND_CONNECT "connect"
#define COMMAND_RENEGOTIATE "renegotiate"

/* Lives as long as its WebSocket or its session. */
typedef struct {
  RtcSignallerServer *server;
  RtcWebSocket *socket;
  RtcClientSession *session;
  /* Of the last session; a client has one after the other. */
  gboolean is_perfect;
  /* The server's peer. */
  gboolean is_polite;
  /* The page wants a channel of the server's peer; and: it has been asked for. */
  gboolean wants_channel;
  gboolean has_channel;
} SocketClient;

static void
client_free_unused (SocketClient *client)
{
  if (client->socket == NULL && client->session == NULL)
    g_hash_table_remove (client->server->socket_clients, client);
}

/* --- to the client --- */

static void
send_text (SocketClient *client, gchar *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
  if (client->socket != NULL && !rtc_web_socket_send (client->socket, bytes))
    rtc_web_socket_close (client->socket, RTC_WEB_SOCKET_POLICY, "too many messages wait for you");
}

static void
send_status (SocketClient *client, const gchar *state, const gchar *message)
{
  if (client->is_perfect)
    send_text (client, rtc_json_print_status (state, message));
}

static void
session_description (
    RtcClientSession *session, const gchar *type, const gchar *sdp, gpointer user_data)
{
  SocketClient *client = user_data;
  gchar *json = rtc_json_print_description (type, sdp);
  if (client->is_perfect) {
    gchar *bare = json;
    json = g_strdup_printf ("{\"type\":\"description\",\"description\":%s}", bare);
    g_free (bare);
  }
  send_text (client, json);
}

static void
session_candidate (RtcClientSession *session, guint section, const gchar *mid,
    const gchar *candidate, gpointer user_data)
{
  SocketClient *client = user_data;
  gchar *json = rtc_json_print_candidate (section, mid, candidate);
  if (client->is_perfect) {
    gchar *bare = json;
    json = g_strdup_printf ("{\"type\":\"candidate\",\"candidate\":%s}", bare);
    g_free (bare);
  }
  send_text (client, json);
}

static void
session_refused (RtcClientSession *session, const gchar *reason, gpointer user_data)
{
  SocketClient *client = user_data;
  GST_WARNING ("session %s: %s", rtc_client_session_get_id (session), reason);
  send_status (client, "error", reason);
}

static void
session_state_changed (
    RtcClientSession *session, GstWebRTCPeerConnectionState state, gpointer user_data)
{
  static const struct {
    const gchar *state;
    const gchar *message;
  } rows[] = {
    [GST_WEBRTC_PEER_CONNECTION_STATE_NEW] = { "connecting", "New peer connection" },
    [GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTING] = { "connecting", "Connecting to peer..." },
    [GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED] = { "connected", "Peer connection connected!" },
    [GST_WEBRTC_PEER_CONNECTION_STATE_DISCONNECTED] = { "disconnected", "Disconnected from peer" },
    [GST_WEBRTC_PEER_CONNECTION_STATE_FAILED] = { "disconnected", "Connection failed" },
    [GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED] = { "disconnected", "Connection closed" },
  };
  if ((gsize) state < G_N_ELEMENTS (rows))
    send_status (user_data, rows[state].state, rows[state].message);
}

/* --- the session --- */

/* On a worker thread, because the peer may wait for its own loop. It then tells that negotiation is
 * needed. */
static void
create_channel (GstElement *peer, gpointer label)
{
  g_autoptr (GObject) channel = NULL;
  g_signal_emit_by_name (peer, "create-data-channel", label, NULL, &channel);
}

static void
open_channel (RtcClientSession *session, gpointer user_data)
{
  SocketClient *client = user_data;
  GstElement *peer = rtc_client_session_get_peer (session);
  if (peer == NULL || !client->wants_channel || client->has_channel)
    return;
  client->has_channel = TRUE;
  gst_element_call_async (
      peer, create_channel, (gpointer) (client->is_polite ? "data-polite" : "data-impolite"), NULL);
}

static void
session_happened (RtcClientSession *session, RtcClientSessionEvent event, gpointer user_data)
{
  RtcSignallerServer *server = ((SocketClient *) user_data)->server;
  server->funcs.happened (rtc_client_session_get_key (session),
      rtc_client_session_get_address (session), event, server->user_data);
}

static void
session_link (RtcClientSession *session, const RtcLinkNews *news, gpointer user_data)
{
  rtc_signaller_tell_link (((SocketClient *) user_data)->server, session, news);
}

static void
session_ended (RtcClientSession *session, const gchar *reason, gpointer user_data)
{
  SocketClient *client = user_data;
  g_autofree gchar *text = g_strdup (reason);
  client->session = NULL;
  rtc_signaller_remove (client->server, session, text);
  if (client->socket != NULL)
    rtc_web_socket_close (client->socket, RTC_WEB_SOCKET_POLICY, text);
  else
    client_free_unused (client);
}

static gboolean
open_session (SocketClient *client)
{
  static const RtcClientSessionFuncs funcs = {
    .happened = session_happened,
    .ended = session_ended,
    .link = session_link,
    .description = session_description,
    .candidate = session_candidate,
    .refused = session_refused,
    .state_changed = session_state_changed,
    .got_peer = open_channel,
  };
  const gchar *refusal = NULL;
  client->session = rtc_signaller_open_channel (
      client->server, rtc_web_socket_get_address (client->socket), &funcs, client, &refusal);
  if (client->session == NULL) {
    rtc_web_socket_close (client->socket, RTC_WEB_SOCKET_POLICY, refusal);
    return FALSE;
  }
  rtc_client_session_set_manners (client->session, client->is_polite, client->is_perfect);
  return TRUE;
}

/* --- from the client --- */

static void
take_offer (SocketClient *client, const gchar *sdp)
{
  g_autoptr (GError) error = NULL;
  RtcOfferFacts facts = { NULL };
  if (!rtc_offer_facts_read (sdp, &facts, &error)) {
    send_status (client, "error", error->message);
    if (client->session == NULL)
      rtc_web_socket_close (client->socket, RTC_WEB_SOCKET_POLICY, error->message);
    return;
  }
  if (client->session != NULL) {
    rtc_client_session_offer (client->session, NULL, sdp, &facts);
  } else if (open_session (client)) {
    rtc_client_session_offer (client->session, NULL, sdp, &facts);
    rtc_signaller_start_channel (client->server, client->session);
  }
  rtc_offer_facts_clear (&facts);
}

static void
take_description (SocketClient *client, const RtcJsonDescription *description)
{
  if (strcmp (description->type, "offer") == 0)
    take_offer (client, description->sdp);
  else if (client->session == NULL)
    send_status (client, "error", "there is no offer to answer");
  else if (strcmp (description->type, "answer") == 0)
    rtc_client_session_answer (client->session, description->sdp);
  else if (strcmp (description->type, "rollback") == 0)
    rtc_client_session_roll_back (client->session);
  else
    send_status (client, "error", "a description is an offer, an answer or a rollback");
}

/* Before the offer: it is kept for it, as for the clients of the other routes. */
static void
take_candidate (SocketClient *client, const RtcTrickleCandidate *candidate)
{
  const gchar *address = rtc_web_socket_get_address (client->socket);
  g_autoptr (GError) error = NULL;
  if (client->session != NULL
          ? rtc_client_session_add_candidate (client->session, candidate, &error)
          : rtc_signaller_keep_candidate (client->server, address, NULL, candidate, &error))
    return;
  send_status (client, "error", error->message);
}

/* The page asks the server's peer to begin: with a data channel of its own, or just again. */
static gboolean
take_command (SocketClient *client, const gchar *text)
{
  gboolean is_connect = strcmp (text, COMMAND_CONNECT) == 0;
  if (!client->is_perfect || (!is_connect && strcmp (text, COMMAND_RENEGOTIATE) != 0))
    return FALSE;
  if (client->session == NULL)
    return TRUE;
  if (is_connect && !client->has_channel) {
    client->wants_channel = TRUE;
    open_channel (client->session, client);
  } else {
    rtc_client_session_make_offer (client->session, FALSE, NULL);
  }
  return TRUE;
}

static void
take_message (SocketClient *client, const RtcJsonSocketMessage *message)
{
  switch (message->kind) {
  case RTC_JSON_SOCKET_DESCRIPTION:
    take_description (client, &message->description);
    break;
  case RTC_JSON_SOCKET_CANDIDATE:
    take_candidate (client, &message->candidate);
    break;
  case RTC_JSON_SOCKET_TEXT:
    if (client->session != NULL)
      client->server->funcs.client_message (
          rtc_client_session_get_id (client->session), message->text, client->server->user_data);
    break;
  }
}

static void
socket_message (RtcWebSocket *socket, GBytes *text, gpointer user_data)
{
  SocketClient *client = user_data;
  g_autoptr (GError) error = NULL;
  RtcJsonSocketMessage message = { 0 };
  gsize size;
  const gchar *bytes = g_bytes_get_data (text, &size);

  if (bytes != NULL && take_command (client, bytes))
    return;
  if (!rtc_json_parse_socket_message (bytes != NULL ? bytes : "", size, &message, &error)) {
    GST_WARNING (
        "%s: message not understood: %s", rtc_web_socket_get_address (socket), error->message);
    send_status (client, "error", error->message);
    if (client->session == NULL)
      rtc_web_socket_close (socket, RTC_WEB_SOCKET_POLICY, error->message);
    return;
  }
  take_message (client, &message);
  rtc_json_socket_message_clear (&message);
}

static void
go_on_alone (SocketClient *client)
{
  GST_INFO ("session %s has lost its WebSocket, and goes on without",
      rtc_client_session_get_id (client->session));
  rtc_client_session_lose_channel (client->session);
}

static void
socket_closed (RtcWebSocket *socket, gpointer user_data)
{
  SocketClient *client = user_data;
  gboolean is_lost = rtc_web_socket_is_lost (socket);
  g_clear_pointer (&client->socket, rtc_web_socket_free);
  if (client->session == NULL)
    client_free_unused (client);
  else if (is_lost && rtc_client_session_get_identity (client->session) != NULL)
    go_on_alone (client);
  else
    rtc_client_session_end (client->session, "the client left");
}

static SocketClient *
find_client (RtcSignallerServer *server, const gchar *session_id)
{
  GHashTableIter iter;
  gpointer client;
  g_hash_table_iter_init (&iter, server->socket_clients);
  while (g_hash_table_iter_next (&iter, &client, NULL)) {
    RtcClientSession *session = ((SocketClient *) client)->session;
    if (session != NULL && strcmp (rtc_client_session_get_id (session), session_id) == 0)
      return client;
  }
  return NULL;
}

/* The client comes from another network, perhaps, and its old WebSocket is not missed yet. */
static void
resume (RtcSignallerServer *server, RtcWebSocket *socket, const gchar *session_id)
{
  static const RtcWebSocketFuncs funcs = { socket_message, socket_closed };
  SocketClient *client = find_client (server, session_id);
  if (client == NULL) {
    rtc_web_socket_free (socket);
    return;
  }
  rtc_web_socket_free (client->socket);
  client->socket = socket;
  rtc_web_socket_set_funcs (socket, &funcs, client);
  rtc_client_session_regain_channel (client->session);
}

static void
socket_opened (RtcHttpRequest *request, RtcWebSocket *socket, gpointer user_data)
{
  static const RtcWebSocketFuncs funcs = { socket_message, socket_closed };
  const gchar *session_id = rtc_http_request_get_context (request);
  RtcHttpRoute route = rtc_http_request_get_decision (request)->route;
  SocketClient *client;
  if (session_id != NULL) {
    resume (user_data, socket, session_id);
    return;
  }
  client = g_new0 (SocketClient, 1);
  client->server = user_data;
  client->socket = socket;
  client->is_perfect = route != RTC_HTTP_ROUTE_SOCKET_TRICKLE;
  /* A plain client knows nothing of offers that meet. */
  client->is_polite = route != RTC_HTTP_ROUTE_SOCKET_POLITE;
  rtc_web_socket_set_funcs (socket, &funcs, client);
  g_hash_table_add (client->server->socket_clients, client);
  if (client->is_perfect && open_session (client)) {
    send_status (client, "session", rtc_client_session_get_id (client->session));
    rtc_signaller_start_channel (client->server, client->session);
  }
}

void
rtc_socket_session_handle (RtcSignallerServer *server, RtcHttpRequest *request)
{
  gchar *session_id = rtc_http_request_get_parameter (request, "session");
  rtc_http_request_set_context (request, session_id, g_free);
  if (session_id != NULL && find_client (server, session_id) == NULL)
    rtc_http_request_reply_error (request, 404, "there is no such session");
  else
    rtc_http_request_upgrade (request, socket_opened, server);
}

static void
free_client (gpointer data)
{
  SocketClient *client = data;
  rtc_web_socket_free (client->socket);
  g_free (client);
}

void
rtc_socket_session_start (RtcSignallerServer *server)
{
  server->socket_clients = g_hash_table_new_full (NULL, NULL, free_client, NULL);
}

void
rtc_socket_session_close (RtcSignallerServer *server)
{
  g_autoptr (GList) clients = g_hash_table_get_keys (server->socket_clients);
  for (GList *item = clients; item != NULL; item = item->next) {
    SocketClient *client = item->data;
    if (client->socket != NULL)
      rtc_web_socket_close (client->socket, RTC_WEB_SOCKET_GOING_AWAY, "the server stops");
  }
}

void
rtc_socket_session_stop (RtcSignallerServer *server)
{
  g_autoptr (GList) clients = g_hash_table_get_keys (server->socket_clients);
  for (GList *item = clients; item != NULL; item = item->next) {
    SocketClient *client = item->data;
    if (client->session != NULL)
      rtc_client_session_end (client->session, "the server stopped");
  }
  g_hash_table_unref (server->socket_clients);
}
