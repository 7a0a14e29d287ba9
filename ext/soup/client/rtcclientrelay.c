/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The client's WebSocket dialect: two peers in a room of a message relay, which passes on
 * {"type":"Sdp","sdp":...} and {"type":"Ice","candidate":...}. No message says which is the offer:
 * one side is the offerer, the other the answerer, and the first message of each is that word.
 * Anybody may be in the room, so what is of no use is passed over. Functions of the client role, on
 * the loop.
 */
#include "rtcclientroleparts.h"

#include <libsoup/soup.h>
#include <string.h>

#include "peer/rtcjson.h"
#include "signalling/rtcjsontext.h"
#include "signalling/rtcofferfacts.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

/* The other side may not be there yet: nothing but its answer shows that it is. */
#define ANSWER_LIMIT (5 * GST_SECOND)
#define RECONNECT_PAUSE (2 * GST_SECOND)
#define PING_INTERVAL_SECONDS 30

/* role->relay */
struct _RtcClientRelay {
  RtcClientRole *role;
  SoupWebsocketConnection *connection;
  /* Set while connecting. */
  GCancellable *cancellable;
  /* For an answer, or to connect again. */
  RtcLoopTimer *timer;
  gboolean is_leaving;
};

static void open_link (RtcClientRelay *link);

static gboolean
is_answerer (const RtcClientRole *role)
{
  return role->config.dialect == RTC_CLIENT_DIALECT_RELAY_ANSWERER;
}

static gboolean
is_open (const RtcClientRelay *link)
{
  return link->connection != NULL &&
      soup_websocket_connection_get_state (link->connection) == SOUP_WEBSOCKET_STATE_OPEN;
}

static void
send_text (RtcClientRelay *link, const gchar *text)
{
  if (!is_open (link))
    return;
  soup_websocket_connection_send_text (link->connection, text);
  rtc_http_client_refresh (link->role->http);
}

static void
send_description (RtcClientRelay *link, const gchar *sdp)
{
  g_autofree gchar *json = rtc_json_print_description ("Sdp", sdp);
  send_text (link, json);
}

static void
set_timer (RtcClientRelay *link, GstClockTime pause)
{
  rtc_loop_timer_set (link->timer, rtc_loop_now (link->role->loop) + pause);
}

static void
no_answer (RtcClientRelay *link, const gchar *text)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, text);
  if (link->role->phase == RTC_CLIENT_PHASE_ASKING)
    rtc_client_role_no_answer (link->role, NULL, error);
}

static void
drop_connection (RtcClientRelay *link)
{
  if (link->connection == NULL)
    return;
  g_signal_handlers_disconnect_by_data (link->connection, link);
  g_clear_object (&link->connection);
}

static void
end_farewell (RtcClientRelay *link)
{
  rtc_loop_timer_set (link->timer, GST_CLOCK_TIME_NONE);
  drop_connection (link);
  rtc_client_role_farewell_done (link->role);
}

static void
timer_due (gpointer user_data)
{
  RtcClientRelay *link = user_data;
  if (link->is_leaving)
    end_farewell (link);
  else if (is_answerer (link->role))
    open_link (link);
  else
    no_answer (link, "no answer came; is the answerer in the room?");
}

/* --- what the other side says --- */

static void
take_offer (RtcClientRelay *link, const gchar *sdp)
{
  g_autoptr (GError) error = NULL;
  RtcClientAnswerer *answerer = rtc_client_role_get_answerer (link->role);
  if (!rtc_client_answerer_take_offer (answerer, sdp, &error))
    GST_WARNING ("%s: no offer: %s", link->role->config.url, error->message);
}

static void
take_answer (RtcClientRelay *link, const gchar *sdp)
{
  RtcClientRole *role = link->role;
  RtcOfferFacts facts = { NULL };
  g_autoptr (GError) error = NULL;
  if (role->phase != RTC_CLIENT_PHASE_ASKING)
    return;
  if (!rtc_offer_facts_read (sdp, &facts, &error)) {
    GST_WARNING ("%s: no answer: %s", role->config.url, error->message);
    return;
  }
  rtc_offer_facts_clear (&facts);
  rtc_loop_timer_set (link->timer, GST_CLOCK_TIME_NONE);
  rtc_client_role_answered (role, sdp);
}

static void
take_candidate (RtcClientRelay *link, const RtcTrickleCandidate *candidate)
{
  g_autoptr (GError) error = NULL;
  RtcClientAnswerer *answerer = rtc_client_role_get_answerer (link->role);
  if (!rtc_client_answerer_take_candidate (answerer, candidate, &error))
    GST_WARNING ("%s: candidate not taken: %s", link->role->config.url, error->message);
}

static void
got_message (SoupWebsocketConnection *connection, SoupWebsocketDataType type, GBytes *text,
    gpointer user_data)
{
  RtcClientRelay *link = user_data;
  RtcJsonSocketMessage message = { 0 };
  g_autoptr (GError) error = NULL;
  gsize size;
  const gchar *bytes = g_bytes_get_data (text, &size);
  if (type != SOUP_WEBSOCKET_DATA_TEXT || link->role->is_over ||
      !rtc_json_parse_socket_message (bytes != NULL ? bytes : "", size, &message, &error)) {
    GST_INFO ("%s: a message of no use here: %s", link->role->config.url,
        error != NULL ? error->message : "binary");
    return;
  }
  if (message.kind == RTC_JSON_SOCKET_CANDIDATE)
    take_candidate (link, &message.candidate);
  else if (message.kind == RTC_JSON_SOCKET_DESCRIPTION && is_answerer (link->role))
    take_offer (link, message.description.sdp);
  else if (message.kind == RTC_JSON_SOCKET_DESCRIPTION)
    take_answer (link, message.description.sdp);
  rtc_json_socket_message_clear (&message);
}

/* --- the WebSocket --- */

static void
send_candidates (RtcClientRelay *link)
{
  const RtcTrickleQueue *candidates = link->role->candidates;
  for (guint i = 0; i < rtc_trickle_queue_get_length (candidates); i++) {
    g_autofree gchar *line = rtc_json_quote (rtc_trickle_queue_peek (candidates, i)->candidate);
    g_autofree gchar *json = g_strdup_printf ("{\"type\":\"Ice\",\"candidate\":%s}", line);
    send_text (link, json);
  }
  rtc_client_role_trickled (link->role);
}

static void
connection_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  RtcClientRelay *link = user_data;
  g_autofree gchar *reason = g_strdup_printf ("the relay closed the WebSocket: %s",
      soup_websocket_connection_get_close_data (connection) != NULL
          ? soup_websocket_connection_get_close_data (connection)
          : "no reason was given");
  if (link->is_leaving) {
    end_farewell (link);
    return;
  }
  drop_connection (link);
  rtc_loop_timer_set (link->timer, GST_CLOCK_TIME_NONE);
  GST_INFO ("%s: %s", link->role->config.url, reason);
  if (is_answerer (link->role))
    set_timer (link, RECONNECT_PAUSE);
  else
    no_answer (link, reason);
}

static void
link_opened (gpointer connection, const GError *error, gpointer user_data)
{
  RtcClientRelay *link = user_data;
  g_clear_object (&link->cancellable);
  if (error != NULL && is_answerer (link->role)) {
    GST_INFO ("%s: %s", link->role->config.url, error->message);
    rtc_client_role_tell_waiting (link->role, error->message);
    set_timer (link, RECONNECT_PAUSE);
    return;
  }
  if (error != NULL) {
    no_answer (link, error->message);
    return;
  }
  link->connection = connection;
  soup_websocket_connection_set_keepalive_interval (link->connection, PING_INTERVAL_SECONDS);
  g_signal_connect (link->connection, "message", G_CALLBACK (got_message), link);
  g_signal_connect (link->connection, "closed", G_CALLBACK (connection_closed), link);
  send_text (link, is_answerer (link->role) ? "answerer" : "offerer");
  if (link->role->is_trickling)
    send_candidates (link);
  if (!is_answerer (link->role) && link->role->phase == RTC_CLIENT_PHASE_ASKING)
    send_description (link, link->role->offer);
}

static void
open_link (RtcClientRelay *link)
{
  if (link->connection != NULL || link->cancellable != NULL || link->is_leaving)
    return;
  link->cancellable = g_cancellable_new ();
  rtc_http_client_open_socket (
      link->role->http, link->role->config.url, link->cancellable, link_opened, link);
}

static RtcClientRelay *
get_link (RtcClientRole *role)
{
  RtcClientRelay *link = role->relay;
  if (link != NULL)
    return link;
  link = g_new0 (RtcClientRelay, 1);
  link->role = role;
  link->timer = rtc_loop_timer_new (role->loop, timer_due, link);
  role->relay = link;
  rtc_client_role_set_session (role, role->config.url);
  return link;
}

void
rtc_client_relay_free (RtcClientRelay *link)
{
  if (link == NULL)
    return;
  if (link->cancellable != NULL)
    g_cancellable_cancel (link->cancellable);
  g_clear_object (&link->cancellable);
  drop_connection (link);
  rtc_loop_timer_free (link->timer);
  g_free (link);
}

/* --- the dialect --- */

static void
relay_send (RtcClientRole *role)
{
  RtcClientRelay *link = get_link (role);
  rtc_client_role_set_session (role, role->config.url);
  set_timer (link, ANSWER_LIMIT);
  if (is_open (link))
    send_description (link, role->offer);
  else
    open_link (link);
}

/* The peer is there: what came before it did. */
static void
relay_wait (RtcClientRole *role)
{
  RtcClientRelay *link = get_link (role);
  rtc_client_role_set_session (role, role->config.url);
  open_link (link);
  rtc_client_answerer_take_early (rtc_client_role_get_answerer (role));
}

static void
relay_answer (RtcClientRole *role, const gchar *answer)
{
  send_description (role->relay, answer);
  rtc_client_role_counter_taken (role);
  rtc_client_answerer_take_early (rtc_client_role_get_answerer (role));
}

/* Where the relay is gone, link_opened() goes on when it is back. */
static void
relay_trickle (RtcClientRole *role)
{
  if (is_open (role->relay))
    send_candidates (role->relay);
}

/* The room stays entered for the next session, until the role itself ends. */
static void
relay_leave (RtcClientRole *role)
{
  RtcClientRelay *link = role->relay;
  if (!rtc_client_role_is_leaving (role) || link == NULL || link->is_leaving)
    return;
  link->is_leaving = TRUE;
  if (!is_open (link))
    return;
  rtc_client_role_farewell_begin (role);
  set_timer (link, RTC_CLIENT_LEAVE_LIMIT);
  soup_websocket_connection_close (link->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  rtc_http_client_refresh (role->http);
}

const RtcClientDialectFuncs rtc_client_relay = { relay_send, relay_trickle, relay_leave,
  .is_channel = TRUE };
const RtcClientDialectFuncs rtc_client_relay_answerer = { relay_send, relay_trickle, relay_leave,
  relay_answer, relay_wait, TRUE };
