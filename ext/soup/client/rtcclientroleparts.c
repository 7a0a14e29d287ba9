/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What all dialects of the client role have in common: when the peer offers, when the server is
 * asked again, what a restart that was refused leaves behind, and when all begins anew. Owned by
 * the element's client; on the loop.
 */
#include "rtcclientroleparts.h"

#include <string.h>

#include "signalling/rtciceservers.h"
#include "signalling/rtcofferfacts.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

/* So long a connection may take before the servers are used that the answer named. */
#define SERVERS_PATIENCE (3 * GST_SECOND)

static void
tell (RtcClientRole *role, RtcClientRoleEvent event, const gchar *detail)
{
  role->funcs.happened (
      event, role->session != NULL ? role->session : role->config.url, detail, role->user_data);
}

/* --- the end, and the beginning anew --- */

static void
stop_timers (RtcClientRole *role)
{
  rtc_loop_timer_set (role->retry_timer, GST_CLOCK_TIME_NONE);
  rtc_loop_timer_set (role->liveness_timer, GST_CLOCK_TIME_NONE);
  rtc_loop_timer_set (role->trickle_timer, GST_CLOCK_TIME_NONE);
  rtc_loop_timer_set (role->servers_timer, GST_CLOCK_TIME_NONE);
}

/* What belongs to one session with the server. */
static void
clear_session (RtcClientRole *role)
{
  stop_timers (role);
  rtc_client_link_stop (role);
  g_clear_pointer (&role->driver, rtc_peer_driver_free);
  g_clear_pointer (&role->offer, g_free);
  g_clear_pointer (&role->agreed_offer, g_free);
  g_clear_pointer (&role->answer, g_free);
  g_clear_pointer (&role->session, g_free);
  g_clear_pointer (&role->etag, g_free);
  rtc_trickle_queue_clear (role->candidates);
  memset (&role->liveness, 0, sizeof role->liveness);
  role->phase = RTC_CLIENT_PHASE_IDLE;
  role->is_established = FALSE;
  role->is_connected = FALSE;
  role->is_restart = FALSE;
  role->is_restart_refused = FALSE;
  role->is_gone = FALSE;
  role->is_end_of_candidates = FALSE;
  role->is_end_told = FALSE;
  role->is_trickle_refused = FALSE;
  role->is_trickling = FALSE;
  rtc_retry_reset (&role->trickle_retry);
  role->ice_state = GST_WEBRTC_ICE_CONNECTION_STATE_NEW;
}

/* Whatever comes now is of a session that is over. */
static void
leave_session (RtcClientRole *role)
{
  rtc_http_client_forget (role->http);
  if (role->session != NULL)
    role->dialect->leave (role);
}

static void
give_up (RtcClientRole *role, const gchar *reason)
{
  g_autofree gchar *text = g_strdup (reason);
  if (role->is_over)
    return;
  role->is_over = TRUE;
  leave_session (role);
  stop_timers (role);
  role->funcs.failed (text, role->user_data);
}

static void
wait_for_retry (RtcClientRole *role, GstClockTime wait, const gchar *reason)
{
  g_autofree gchar *text =
      g_strdup_printf ("%s; asking again in %.1f seconds", reason, (gdouble) wait / GST_SECOND);
  role->phase = RTC_CLIENT_PHASE_WAITING;
  rtc_loop_timer_set (role->retry_timer, rtc_loop_now (role->loop) + wait);
  tell (role, RTC_CLIENT_ROLE_WAITING, text);
}

static void
reconnect (RtcClientRole *role, const gchar *reason)
{
  GstClockTime wait;
  if (role->is_over)
    return;
  wait = rtc_retry_next (&role->retry, GST_CLOCK_TIME_NONE, rtc_loop_now (role->loop));
  if (wait == GST_CLOCK_TIME_NONE) {
    give_up (role, reason);
    return;
  }
  tell (role, RTC_CLIENT_ROLE_RECONNECTING, reason);
  leave_session (role);
  clear_session (role);
  wait_for_retry (role, wait, reason);
}

static gboolean
is_link_dead (const RtcClientRole *role)
{
  return role->ice_state == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED ||
      role->ice_state == GST_WEBRTC_ICE_CONNECTION_STATE_CLOSED ||
      (role->is_gone && role->ice_state == GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED);
}

static void
refuse_restart (RtcClientRole *role, const gchar *reason)
{
  g_autofree gchar *text = g_strdup (reason);
  rtc_peer_driver_cancel (role->driver);
  role->phase = RTC_CLIENT_PHASE_IDLE;
  role->is_restart = FALSE;
  role->is_restart_refused = TRUE;
  tell (role, RTC_CLIENT_ROLE_RESTART_REFUSED, text);
  if (is_link_dead (role))
    reconnect (role, text);
  else
    rtc_link_watch_note_failure (role->link, text);
}

/* --- replies --- */

void
rtc_client_role_refused (RtcClientRole *role, const gchar *reason)
{
  if (role->is_restart)
    refuse_restart (role, reason);
  else
    give_up (role, reason);
}

static void
try_later (RtcClientRole *role, GstClockTime after, const gchar *reason)
{
  GstClockTime wait = rtc_retry_next (&role->retry, after, rtc_loop_now (role->loop));
  if (wait == GST_CLOCK_TIME_NONE)
    rtc_client_role_refused (role, reason);
  else
    wait_for_retry (role, wait, reason);
}

void
rtc_client_role_no_answer (RtcClientRole *role, const RtcHttpReply *reply, const GError *error)
{
  g_autofree gchar *reason = rtc_client_role_explain (role, reply, error);
  GstClockTime after;
  if (rtc_client_reply_is_later (reply, error, &after)) {
    try_later (role, after, reason);
    return;
  }
  /* RFC 9725 §4.2: a session's URL without a session is 404. */
  role->is_gone =
      role->is_restart && reply != NULL && (reply->status == 404 || reply->status == 410);
  rtc_client_role_refused (role, reason);
}

void
rtc_client_role_await_answer (RtcClientRole *role)
{
  GstClockTime limit = role->config.request_limit;
  g_autofree gchar *reason = NULL;
  if (rtc_retry_next (&role->retry, limit, rtc_loop_now (role->loop)) == GST_CLOCK_TIME_NONE) {
    reason = g_strdup_printf ("%s: the offer arrived, and no answer comes", role->config.url);
    rtc_client_role_refused (role, reason);
    return;
  }
  role->phase = RTC_CLIENT_PHASE_WAITING;
  rtc_loop_timer_set (role->retry_timer, rtc_loop_now (role->loop) + limit);
}

void
rtc_client_role_answered (RtcClientRole *role, const gchar *answer)
{
  role->phase = RTC_CLIENT_PHASE_APPLYING;
  rtc_peer_driver_accept (role->driver, answer);
}

void
rtc_client_role_remote_offered (RtcClientRole *role, const gchar *offer, gboolean is_restart)
{
  role->phase = RTC_CLIENT_PHASE_COUNTER;
  rtc_peer_driver_cancel (role->driver);
  rtc_peer_driver_negotiate (role->driver, offer, is_restart);
}

void
rtc_client_role_counter_offered (RtcClientRole *role, const gchar *offer)
{
  rtc_client_role_remote_offered (role, offer, FALSE);
}

void
rtc_client_role_renew (RtcClientRole *role, const gchar *reason)
{
  tell (role, RTC_CLIENT_ROLE_RECONNECTING, reason);
  clear_session (role);
  role->funcs.need_peer (role->user_data);
}

void
rtc_client_role_tell_waiting (RtcClientRole *role, const gchar *reason)
{
  tell (role, RTC_CLIENT_ROLE_WAITING, reason);
}

gboolean
rtc_client_role_is_leaving (const RtcClientRole *role)
{
  return role->left != NULL;
}

void
rtc_client_role_farewell_begin (RtcClientRole *role)
{
  role->n_farewells++;
}

void
rtc_client_role_farewell_done (RtcClientRole *role)
{
  if (--role->n_farewells == 0 && role->left != NULL)
    role->left (role->left_data);
}

void
rtc_client_role_send (RtcClientRole *role, const RtcHttpCall *call, RtcHttpReplyFunc func)
{
  rtc_http_client_send (role->http, call, func, role);
}

static void
farewell_heard (const RtcHttpReply *reply, const GError *error, gpointer user_data)
{
  RtcClientRole *role = user_data;
  if (error != NULL)
    GST_INFO ("the server did not hear of the end: %s", error->message);
  rtc_client_role_farewell_done (role);
}

void
rtc_client_role_farewell (RtcClientRole *role, const gchar *method, const gchar *url,
    const gchar *content_type, const gchar *body)
{
  const RtcHttpCall call = {
    .method = method,
    .url = url,
    .body = body,
    .content_type = content_type,
    .is_farewell = TRUE,
    .limit = RTC_CLIENT_LEAVE_LIMIT,
  };
  role->n_farewells++;
  rtc_http_client_send (role->http, &call, farewell_heard, role);
}

void
rtc_client_role_set_session (RtcClientRole *role, const gchar *session)
{
  if (g_strcmp0 (role->session, session) == 0)
    return;
  g_free (role->session);
  role->session = g_strdup (session);
}

void
rtc_client_role_take_link (RtcClientRole *role, const gchar *link)
{
  g_autoptr (GPtrArray) servers = rtc_ice_servers_from_link (link);
  if (servers->len > 0 && role->funcs.ice_servers (servers, role->user_data) &&
      !role->is_established)
    rtc_loop_timer_set (role->servers_timer, rtc_loop_now (role->loop) + SERVERS_PATIENCE);
}

/* --- the peer --- */

static void
peer_local_candidate (guint section, const gchar *candidate, gpointer user_data)
{
  RtcClientRole *role = user_data;
  RtcTrickleCandidate item = { (gchar *) candidate, NULL, (gint) section };
  if (candidate == NULL)
    role->is_end_of_candidates = TRUE;
  else
    rtc_trickle_queue_push (role->candidates, &item, NULL);
  rtc_client_role_trickle_soon (role);
}

static void
begin (RtcClientRole *role, gboolean is_restart)
{
  rtc_http_client_forget (role->http);
  rtc_loop_timer_set (role->retry_timer, GST_CLOCK_TIME_NONE);
  rtc_loop_timer_set (role->servers_timer, GST_CLOCK_TIME_NONE);
  rtc_trickle_queue_clear (role->candidates);
  role->is_end_of_candidates = FALSE;
  role->is_trickling = FALSE;
  role->is_restart = is_restart;
  role->phase = RTC_CLIENT_PHASE_OFFERING;
  rtc_peer_driver_offer (role->driver, is_restart);
}

static gboolean
has_new_credentials (const gchar *offer, const gchar *before)
{
  RtcOfferFacts facts = { NULL };
  RtcOfferFacts old = { NULL };
  gboolean is_new = before == NULL ||
      (rtc_offer_facts_read (offer, &facts, NULL) && rtc_offer_facts_read (before, &old, NULL) &&
          rtc_offer_facts_is_restart (&old, &facts));
  rtc_offer_facts_clear (&facts);
  rtc_offer_facts_clear (&old);
  return is_new;
}

static void
ask_server (RtcClientRole *role)
{
  role->phase = RTC_CLIENT_PHASE_ASKING;
  role->dialect->send (role);
}

static void
peer_offered (const gchar *offer, const GError *error, gpointer user_data)
{
  RtcClientRole *role = user_data;
  g_autofree gchar *reason = NULL;
  if (error != NULL) {
    reason = g_strdup_printf ("The peer makes no offer: %s", error->message);
    rtc_client_role_refused (role, reason);
    return;
  }
  if (role->is_restart && !has_new_credentials (offer, role->agreed_offer)) {
    refuse_restart (role, "the peer element cannot restart ICE");
    return;
  }
  g_free (role->offer);
  role->offer = g_strdup (offer);
  role->is_end_told = strstr (offer, "\na=end-of-candidates") != NULL;
  if (strstr (offer, "\nm=") == NULL)
    rtc_client_role_refused (
        role, "The offer is empty: link a payloader to the peer, or give it something to receive");
  else
    ask_server (role);
}

static void
arm_liveness (RtcClientRole *role)
{
  if (role->liveness.end_reason != NULL)
    reconnect (role, role->liveness.end_reason);
  else
    rtc_loop_timer_set (role->liveness_timer, rtc_liveness_next_deadline (&role->liveness));
}

static void
establish (RtcClientRole *role, const gchar *answer)
{
  gboolean is_first = !role->is_established;
  g_free (role->answer);
  role->answer = g_strdup (answer);
  g_free (role->agreed_offer);
  role->agreed_offer = g_strdup (role->offer);
  role->phase = RTC_CLIENT_PHASE_IDLE;
  role->is_established = TRUE;
  role->is_restart_refused = FALSE;
  role->is_restart = FALSE;
  if (is_first)
    rtc_liveness_start (&role->liveness, &role->config.liveness, rtc_loop_now (role->loop));
  tell (role, is_first ? RTC_CLIENT_ROLE_STARTED : RTC_CLIENT_ROLE_RESTARTED, NULL);
  rtc_client_role_trickle_soon (role);
  arm_liveness (role);
}

void
rtc_client_role_counter_taken (RtcClientRole *role)
{
  establish (role, NULL);
}

/* Anybody in the room may have said it, so it ends nothing that stands. */
static void
pass_over (RtcClientRole *role, const gchar *reason)
{
  if (role->phase != RTC_CLIENT_PHASE_COUNTER) {
    reconnect (role, reason);
    return;
  }
  GST_WARNING ("%s", reason);
  role->phase = role->is_established ? RTC_CLIENT_PHASE_IDLE : RTC_CLIENT_PHASE_ASKING;
  if (role->dialect->wait != NULL)
    role->dialect->wait (role);
}

static void
peer_negotiated (const gchar *answer, const GError *error, gpointer user_data)
{
  RtcClientRole *role = user_data;
  g_autofree gchar *reason = NULL;
  if (error != NULL) {
    reason = g_strdup_printf (
        "%s: the server's description cannot be used: %s", role->config.url, error->message);
    if (role->dialect->is_channel)
      pass_over (role, reason);
    else
      rtc_client_role_refused (role, reason);
  } else if (role->phase == RTC_CLIENT_PHASE_COUNTER) {
    g_free (role->offer);
    role->offer = g_strdup (answer);
    role->dialect->answer (role, answer);
  } else {
    establish (role, answer);
  }
}

static void
peer_state_changed (GstWebRTCPeerConnectionState state, gpointer user_data)
{
  RtcClientRole *role = user_data;
  if (!role->is_established || role->is_over)
    return;
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED) {
    rtc_retry_reset (&role->retry);
    rtc_loop_timer_set (role->servers_timer, GST_CLOCK_TIME_NONE);
  }
  if (rtc_liveness_set_state (&role->liveness, state, rtc_loop_now (role->loop))) {
    role->is_connected = TRUE;
    tell (role, RTC_CLIENT_ROLE_CONNECTED, NULL);
  }
  arm_liveness (role);
}

static void
peer_ice_state_changed (GstWebRTCICEConnectionState state, gpointer user_data)
{
  RtcClientRole *role = user_data;
  role->ice_state = state;
  if (!role->is_established || role->is_over)
    return;
  rtc_liveness_set_ice_state (&role->liveness, state, rtc_loop_now (role->loop));
  if (is_link_dead (role) && role->phase == RTC_CLIENT_PHASE_IDLE && role->is_restart_refused) {
    reconnect (role, "the connection is lost");
    return;
  }
  if (state == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED && role->phase == RTC_CLIENT_PHASE_IDLE &&
      role->link == NULL) {
    rtc_client_role_restart (role);
    return;
  }
  rtc_link_watch_set_ice_state (role->link, state);
  if (role->is_over || !role->is_established)
    return;
  arm_liveness (role);
}

static void
peer_left (const gchar *reason, gpointer user_data)
{
  RtcClientRole *role = user_data;
  if (role->is_established)
    reconnect (role, reason);
}

/* --- timers --- */

static void
retry_due (gpointer user_data)
{
  RtcClientRole *role = user_data;
  if (role->phase != RTC_CLIENT_PHASE_WAITING)
    return;
  if (role->driver != NULL) {
    ask_server (role);
  } else {
    role->phase = RTC_CLIENT_PHASE_IDLE;
    role->funcs.need_peer (role->user_data);
  }
}

static void
liveness_due (gpointer user_data)
{
  RtcClientRole *role = user_data;
  rtc_liveness_handle_deadline (&role->liveness, rtc_loop_now (role->loop));
  arm_liveness (role);
}

static void
servers_due (gpointer user_data)
{
  RtcClientRole *role = user_data;
  if (role->is_established && !role->is_connected)
    rtc_client_role_restart (role);
}

static void
ask_for_peer (gpointer user_data)
{
  RtcClientRole *role = user_data;
  role->funcs.need_peer (role->user_data);
}

/* --- public --- */

static const RtcClientDialectFuncs *
find_dialect (RtcClientDialect dialect)
{
  static const RtcClientDialectFuncs *const dialects[] = {
    [RTC_CLIENT_DIALECT_PLAIN] = &rtc_client_plain,
    [RTC_CLIENT_DIALECT_PBX] = &rtc_client_pbx,
    [RTC_CLIENT_DIALECT_WHIP] = &rtc_client_whip,
    [RTC_CLIENT_DIALECT_WHEP] = &rtc_client_whip,
    [RTC_CLIENT_DIALECT_RELAY] = &rtc_client_relay,
    [RTC_CLIENT_DIALECT_RELAY_ANSWERER] = &rtc_client_relay_answerer,
    [RTC_CLIENT_DIALECT_PAIR] = &rtc_client_pair,
    [RTC_CLIENT_DIALECT_PAIR_ANSWERER] = &rtc_client_pair_answerer,
  };
  return dialects[dialect];
}

RtcClientRole *
rtc_client_role_new (RtcLoop *loop, const RtcClientRoleConfig *config,
    const RtcClientRoleFuncs *funcs, gpointer user_data, GError **error)
{
  RtcHttpClient *http =
      rtc_http_client_new (loop, config->url, config->token, config->trusted, error);
  RtcClientRole *role;
  if (http == NULL)
    return NULL;
  role = g_new0 (RtcClientRole, 1);
  role->loop = rtc_loop_ref (loop);
  role->config = *config;
  role->config.url = g_strdup (config->url);
  role->dialect = find_dialect (config->dialect);
  role->funcs = *funcs;
  role->user_data = user_data;
  role->http = http;
  role->candidates = rtc_trickle_queue_new ();
  rtc_retry_init (&role->retry, config->retry_limit);
  rtc_retry_init (&role->trickle_retry, config->retry_limit);
  role->retry_timer = rtc_loop_timer_new (loop, retry_due, role);
  role->liveness_timer = rtc_loop_timer_new (loop, liveness_due, role);
  role->trickle_timer = rtc_loop_timer_new (loop, rtc_client_role_flush_candidates, role);
  role->servers_timer = rtc_loop_timer_new (loop, servers_due, role);
  if (config->socket != NULL)
    role->server =
        rtc_http_server_new (loop, config->socket, &config->http, rtc_client_pair_handle, role);
  rtc_client_link_watch_network (role);
  ask_for_peer (role);
  return role;
}

void
rtc_client_role_free (RtcClientRole *role)
{
  if (role == NULL)
    return;
  g_clear_pointer (&role->server, rtc_http_server_free);
  clear_session (role);
  rtc_network_watch_free (role->network);
  rtc_client_relay_free (role->relay);
  rtc_client_answerer_free (role->answerer);
  rtc_http_client_free (role->http);
  rtc_trickle_queue_free (role->candidates);
  rtc_loop_timer_free (role->retry_timer);
  rtc_loop_timer_free (role->liveness_timer);
  rtc_loop_timer_free (role->trickle_timer);
  rtc_loop_timer_free (role->servers_timer);
  rtc_loop_unref (role->loop);
  g_free ((gchar *) role->config.url);
  g_free (role);
}

void
rtc_client_role_set_peer (RtcClientRole *role, GstElement *peer)
{
  static const RtcPeerDriverFuncs funcs = { peer_negotiated, peer_state_changed,
    peer_ice_state_changed, peer_left, peer_offered, peer_local_candidate };
  if (role->is_over || role->driver != NULL)
    return;
  role->driver = rtc_peer_driver_new (
      peer, role->loop, role->dialect->is_channel ? 0 : role->config.gather_limit, &funcs, role);
  if (role->dialect->wait != NULL) {
    role->phase = RTC_CLIENT_PHASE_ASKING;
    role->dialect->wait (role);
    return;
  }
  rtc_client_link_start (role);
  begin (role, FALSE);
}

void
rtc_client_role_refuse (RtcClientRole *role, const gchar *reason)
{
  give_up (role, reason);
}

void
rtc_client_role_restart (RtcClientRole *role)
{
  rtc_link_watch_note_restart (role->link);
  rtc_client_role_begin_restart (role);
}

void
rtc_client_role_begin_restart (RtcClientRole *role)
{
  if (role->is_over)
    return;
  if (role->is_established && role->answer == NULL) {
    refuse_restart (role, "what was agreed on was the server's own offer");
  } else if (role->is_established) {
    begin (role, TRUE);
  } else if (role->phase == RTC_CLIENT_PHASE_WAITING) {
    rtc_loop_timer_set (role->retry_timer, GST_CLOCK_TIME_NONE);
    retry_due (role);
  }
}

void
rtc_client_role_leave (RtcClientRole *role, void (*done) (gpointer data), gpointer data)
{
  role->left = done;
  role->left_data = data;
  stop_timers (role);
  if (!role->is_over)
    leave_session (role);
  role->is_over = TRUE;
  if (role->n_farewells == 0)
    done (data);
}
