/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The life of one client of the signalling server. A later offer that cannot be used is answered
 * with 400 and changes nothing; what it replaces is kept until the peer has accepted it. Lives on
 * the loop.
 */
#include "rtcclientsession.h"
#include "rtcclientsessionprivate.h"

#include <string.h>

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

gboolean
rtc_client_session_has_channel (const RtcClientSession *session)
{
  return session->funcs.description != NULL;
}

static void ask_peer (RtcClientSession *session);
static void offer_if_wanted (RtcClientSession *session);

void
rtc_client_session_end (RtcClientSession *session, const gchar *reason)
{
  g_autoptr (RtcHttpRequest) request = g_steal_pointer (&session->request);
  if (session->is_ended)
    return;
  session->is_ended = TRUE;
  if (request != NULL)
    rtc_http_request_reply_error (request, 503, reason);
  session->funcs.ended (session, reason, session->user_data);
}

/* The waiting request is refused; without an answered offer there is no session to keep. */
static void
refuse_offer (RtcClientSession *session, guint status, const gchar *reason)
{
  g_autoptr (RtcHttpRequest) request = g_steal_pointer (&session->request);
  rtc_loop_timer_set (session->answer_timer, GST_CLOCK_TIME_NONE);
  rtc_offer_facts_clear (&session->pending_facts);
  g_clear_pointer (&session->pending_sdp, g_free);
  if (request != NULL)
    rtc_http_request_reply_error (request, status, reason);
  if (rtc_client_session_has_channel (session))
    session->funcs.refused (session, reason, session->user_data);
  if (!session->is_answered)
    rtc_client_session_end (session, reason);
  else
    offer_if_wanted (session);
}

static void
arm_answer_limit (RtcClientSession *session)
{
  rtc_loop_timer_set (
      session->answer_timer, rtc_loop_now (session->loop) + session->limits.answer_limit);
}

static void
answer_limit_reached (gpointer user_data)
{
  RtcClientSession *session = user_data;
  if (session->driver != NULL)
    rtc_peer_driver_cancel (session->driver);
  if (session->is_offering) {
    session->is_offering = FALSE;
    session->is_accepting = FALSE;
    rtc_offer_facts_clear (&session->answer_facts);
    session->funcs.refused (session, "the offer was not answered in time", session->user_data);
    rtc_link_watch_note_failure (session->link, "the client did not answer");
    if (session->pending_sdp != NULL)
      arm_answer_limit (session);
    ask_peer (session);
    return;
  }
  refuse_offer (session, 408, "the peer did not answer in time");
}

static void
arm_liveness (RtcClientSession *session)
{
  if (session->liveness.end_reason != NULL)
    rtc_client_session_end (session, session->liveness.end_reason);
  else
    rtc_loop_timer_set (session->liveness_timer, rtc_liveness_next_deadline (&session->liveness));
}

static void
liveness_due (gpointer user_data)
{
  RtcClientSession *session = user_data;
  rtc_liveness_handle_deadline (&session->liveness, rtc_loop_now (session->loop));
  arm_liveness (session);
}

/* @facts are those of the client's description, and taken. */
static RtcClientSessionEvent
commit_facts (RtcClientSession *session, RtcOfferFacts *facts)
{
  RtcClientSessionEvent event = RTC_CLIENT_SESSION_ANSWERED;
  if (session->is_answered)
    event = rtc_offer_facts_is_restart (&session->facts, facts) ? RTC_CLIENT_SESSION_RESTARTED
                                                                : RTC_CLIENT_SESSION_RENEGOTIATED;
  else
    rtc_liveness_start (
        &session->liveness, &session->limits.liveness, rtc_loop_now (session->loop));
  session->is_answered = TRUE;
  rtc_offer_facts_clear (&session->facts);
  session->facts = *facts;
  memset (facts, 0, sizeof *facts);
  return event;
}

static RtcClientSessionEvent
commit_offer (RtcClientSession *session)
{
  g_free (session->offer);
  session->offer = g_steal_pointer (&session->pending_sdp);
  return commit_facts (session, &session->pending_facts);
}

static void
tell_negotiated (RtcClientSession *session, RtcClientSessionEvent event)
{
  if (event == RTC_CLIENT_SESSION_ANSWERED)
    arm_liveness (session);
  session->funcs.happened (session, event, session->user_data);
  if (session->is_ended)
    return;
  ask_peer (session);
  offer_if_wanted (session);
}

static void
send_description (RtcClientSession *session, const gchar *type, const gchar *sdp)
{
  g_free (session->local_sdp);
  session->local_sdp = g_strdup (sdp);
  session->funcs.description (session, type, sdp, session->user_data);
}

/* The client's answer to our offer is applied, or cannot be. */
static void
offer_answered (RtcClientSession *session, const GError *error)
{
  RtcClientSessionEvent event;
  if (session->pending_sdp == NULL)
    rtc_loop_timer_set (session->answer_timer, GST_CLOCK_TIME_NONE);
  session->is_offering = FALSE;
  session->is_accepting = FALSE;
  if (error != NULL) {
    GST_WARNING ("session %s: answer refused: %s", session->id, error->message);
    rtc_offer_facts_clear (&session->answer_facts);
    session->funcs.refused (session, error->message, session->user_data);
    rtc_link_watch_note_failure (session->link, error->message);
    ask_peer (session);
    return;
  }
  event = commit_facts (session, &session->answer_facts);
  if (session->is_restarting && event == RTC_CLIENT_SESSION_RENEGOTIATED)
    event = RTC_CLIENT_SESSION_RESTARTED;
  tell_negotiated (session, event);
}

static void
peer_negotiated (const gchar *answer, const GError *error, gpointer user_data)
{
  RtcClientSession *session = user_data;
  g_autoptr (RtcHttpRequest) request = NULL;
  RtcClientSessionEvent event;

  if (session->is_offering) {
    offer_answered (session, error);
    return;
  }
  if (error != NULL) {
    GST_WARNING ("session %s: offer refused: %s", session->id, error->message);
    refuse_offer (session, error->code == RTC_ERROR_INVALID ? 400 : 500, error->message);
    return;
  }
  rtc_loop_timer_set (session->answer_timer, GST_CLOCK_TIME_NONE);
  event = commit_offer (session);
  request = g_steal_pointer (&session->request);
  if (rtc_client_session_has_channel (session))
    send_description (session, "answer", answer);
  else
    session->funcs.answered (session, request, answer, event, session->user_data);
  tell_negotiated (session, event);
}

static void
peer_offered (const gchar *offer, const GError *error, gpointer user_data)
{
  RtcClientSession *session = user_data;
  if (error == NULL) {
    send_description (session, "offer", offer);
    return;
  }
  GST_WARNING ("session %s: no offer: %s", session->id, error->message);
  session->is_offering = FALSE;
  rtc_loop_timer_set (session->answer_timer, GST_CLOCK_TIME_NONE);
  session->funcs.refused (session, error->message, session->user_data);
  rtc_link_watch_note_failure (session->link, error->message);
}

static void
peer_candidate (guint section, const gchar *candidate, gpointer user_data)
{
  RtcClientSession *session = user_data;
  g_autofree gchar *mid = NULL;
  if (candidate == NULL || session->local_sdp == NULL)
    return;
  mid = rtc_sdp_get_mid (session->local_sdp, (gint) section);
  session->funcs.candidate (session, section, mid, candidate, session->user_data);
}

/* Before the first exchange it is the client's turn, unless both may begin. */
static void
peer_negotiation_needed (gpointer user_data)
{
  RtcClientSession *session = user_data;
  if (session->is_answered || session->begins)
    rtc_client_session_make_offer (session, FALSE, NULL);
}

static void
offer_if_wanted (RtcClientSession *session)
{
  if (!session->wants_offer || session->driver == NULL || session->is_offering ||
      session->pending_sdp != NULL || session->is_ended)
    return;
  session->wants_offer = FALSE;
  session->is_offering = TRUE;
  session->is_restarting = session->wants_restart;
  session->wants_restart = FALSE;
  arm_answer_limit (session);
  rtc_peer_driver_offer (session->driver, session->is_restarting);
}

static void
idle_limit_reached (gpointer user_data)
{
  rtc_client_session_end (user_data, "nothing was sent or received for too long");
}

static void
peer_state_changed (GstWebRTCPeerConnectionState state, gpointer user_data)
{
  RtcClientSession *session = user_data;
  gboolean is_first;
  if (!session->is_answered || session->is_ended)
    return;
  if (session->funcs.state_changed != NULL)
    session->funcs.state_changed (session, state, session->user_data);
  is_first = rtc_liveness_set_state (&session->liveness, state, rtc_loop_now (session->loop));
  if (is_first && session->limits.idle_limit != 0)
    session->idle = rtc_idle_watch_new (
        session->loop, session->driver, session->limits.idle_limit, idle_limit_reached, session);
  if (is_first)
    session->funcs.happened (session, RTC_CLIENT_SESSION_CONNECTED, session->user_data);
  arm_liveness (session);
}

static void
peer_left (const gchar *reason, gpointer user_data)
{
  rtc_client_session_end (user_data, reason);
}

void
rtc_client_session_want_offer (RtcClientSession *session, gboolean is_restart)
{
  session->wants_offer = TRUE;
  session->wants_restart |= is_restart;
  offer_if_wanted (session);
}

static void
peer_ice_state_changed (GstWebRTCICEConnectionState state, gpointer user_data)
{
  RtcClientSession *session = user_data;
  if (!session->is_answered || session->is_ended)
    return;
  rtc_liveness_set_ice_state (&session->liveness, state, rtc_loop_now (session->loop));
  rtc_client_session_watch_link (session, state);
  arm_liveness (session);
}

/* Those that came for an offer which the peer had not seen. */
static void
push_early_candidates (RtcClientSession *session)
{
  for (guint i = 0; i < rtc_trickle_queue_get_length (session->early_candidates); i++)
    rtc_peer_driver_add_candidate (
        session->driver, rtc_trickle_queue_peek (session->early_candidates, i), NULL);
  rtc_trickle_queue_clear (session->early_candidates);
}

static void
ask_peer (RtcClientSession *session)
{
  if (session->pending_sdp == NULL)
    return;
  rtc_peer_driver_negotiate (session->driver, session->pending_sdp,
      session->is_answered &&
          rtc_offer_facts_is_restart (&session->facts, &session->pending_facts));
  push_early_candidates (session);
}

RtcClientSession *
rtc_client_session_new (RtcLoop *loop, const gchar *id, const gchar *address,
    const RtcClientSessionLimits *limits, const RtcClientSessionFuncs *funcs, gpointer user_data)
{
  static guint n_sessions = 0;
  RtcClientSession *session = g_new0 (RtcClientSession, 1);
  session->loop = loop;
  session->id = g_strdup (id);
  session->key = g_strdup_printf ("%s#%u", id, (guint) g_atomic_int_add (&n_sessions, 1));
  session->address = g_strdup (address);
  session->limits = *limits;
  session->funcs = *funcs;
  session->user_data = user_data;
  session->early_candidates = rtc_trickle_queue_new ();
  session->answer_timer = rtc_loop_timer_new (loop, answer_limit_reached, session);
  session->liveness_timer = rtc_loop_timer_new (loop, liveness_due, session);
  return session;
}

void
rtc_client_session_free (RtcClientSession *session)
{
  if (session == NULL)
    return;
  g_clear_pointer (&session->request, rtc_http_request_unref);
  rtc_link_watch_free (session->link);
  rtc_idle_watch_free (session->idle);
  rtc_peer_driver_free (session->driver);
  rtc_trickle_queue_free (session->early_candidates);
  rtc_loop_timer_free (session->answer_timer);
  rtc_loop_timer_free (session->liveness_timer);
  rtc_offer_facts_clear (&session->facts);
  rtc_offer_facts_clear (&session->pending_facts);
  rtc_offer_facts_clear (&session->answer_facts);
  if (session->destroy_context != NULL)
    session->destroy_context (session->context);
  g_free (session->offer);
  g_free (session->pending_sdp);
  g_free (session->local_sdp);
  g_free (session->id);
  g_free (session->key);
  g_free (session->address);
  g_free (session);
}

const gchar *
rtc_client_session_get_id (const RtcClientSession *session)
{
  return session->id;
}

const gchar *
rtc_client_session_get_key (const RtcClientSession *session)
{
  return session->key;
}

const gchar *
rtc_client_session_get_address (const RtcClientSession *session)
{
  return session->address;
}

void
rtc_client_session_set_context (RtcClientSession *session, gpointer context, GDestroyNotify destroy)
{
  session->context = context;
  session->destroy_context = destroy;
}

gpointer
rtc_client_session_get_context (const RtcClientSession *session)
{
  return session->context;
}

const gchar *
rtc_client_session_get_offer (const RtcClientSession *session)
{
  return session->offer;
}

gboolean
rtc_client_session_has_ufrag (const RtcClientSession *session, const gchar *ufrag)
{
  return g_strcmp0 (session->facts.ice_ufrag, ufrag) == 0;
}

gboolean
rtc_client_session_get_stats (
    RtcClientSession *session, RtcPeerStatsFunc func, gpointer user_data, GDestroyNotify destroy)
{
  if (session->driver == NULL)
    return FALSE;
  rtc_peer_driver_get_stats (session->driver, func, user_data, destroy);
  return TRUE;
}

const gchar *
rtc_client_session_get_identity (const RtcClientSession *session)
{
  return session->is_answered ? session->facts.identity : session->pending_facts.identity;
}

static void
reject (RtcClientSession *session, RtcHttpRequest *request, guint status, const gchar *reason)
{
  if (request != NULL)
    rtc_http_request_reply_error (request, status, reason);
  else
    session->funcs.refused (session, reason, session->user_data);
}

/* W3C webrtc-pc §10.7: when both have made an offer, the impolite one's goes on. FALSE: ours does.
 */
static gboolean
give_way (RtcClientSession *session)
{
  gboolean is_collision = session->is_offering && !session->is_accepting;
  session->ignores_offer = is_collision && !session->is_polite;
  if (!is_collision)
    return TRUE;
  GST_INFO ("session %s: both made an offer, ours %s", session->id,
      session->is_polite ? "is taken back" : "goes on");
  if (!session->is_polite)
    return FALSE;
  rtc_peer_driver_cancel (session->driver);
  session->is_offering = FALSE;
  session->wants_offer = TRUE;
  session->wants_restart = session->is_restarting;
  return TRUE;
}

gboolean
rtc_client_session_offer (
    RtcClientSession *session, RtcHttpRequest *request, const gchar *sdp, RtcOfferFacts *facts)
{
  g_autoptr (GError) error = NULL;
  if (session->pending_sdp != NULL) {
    reject (session, request, 409, "an offer of this session is being answered");
    return FALSE;
  }
  if (session->is_answered && !rtc_offer_facts_may_follow (&session->facts, facts, &error)) {
    reject (session, request, 400, error->message);
    return FALSE;
  }
  if (!give_way (session))
    return FALSE;
  session->request = request != NULL ? rtc_http_request_ref (request) : NULL;
  if (session->is_answered && rtc_offer_facts_is_restart (&session->facts, facts)) {
    session->n_candidates = 0;
    /* One is enough. */
    session->wants_restart = FALSE;
    rtc_link_watch_note_peer_restart (session->link);
  }
  session->pending_facts = *facts;
  memset (facts, 0, sizeof *facts);
  session->pending_sdp = g_strdup (sdp);
  arm_answer_limit (session);
  if (session->driver != NULL && !session->is_accepting)
    ask_peer (session);
  return TRUE;
}

void
rtc_client_session_set_peer (RtcClientSession *session, GstElement *peer)
{
  static const RtcPeerDriverFuncs funcs = { peer_negotiated, peer_state_changed,
    peer_ice_state_changed, peer_left };
  static const RtcPeerDriverFuncs channel_funcs = { peer_negotiated, peer_state_changed,
    peer_ice_state_changed, peer_left, peer_offered, peer_candidate, peer_negotiation_needed };
  /* With a channel, a description needs not wait for the candidates. */
  session->driver = rtc_peer_driver_new (peer, session->loop,
      rtc_client_session_has_channel (session) && !session->is_whole ? 0
                                                                     : session->limits.gather_limit,
      rtc_client_session_has_channel (session) ? &channel_funcs : &funcs, session);
  /* What it has to send was there before anybody heard that it wants to negotiate. */
  if (session->begins && GST_ELEMENT (peer)->numsinkpads > 0)
    session->wants_offer = TRUE;
  ask_peer (session);
  offer_if_wanted (session);
  if (session->funcs.got_peer != NULL)
    session->funcs.got_peer (session, session->user_data);
}

/* --- over a channel --- */

void
rtc_client_session_set_manners (RtcClientSession *session, gboolean is_polite, gboolean begins)
{
  session->is_polite = is_polite;
  session->begins = begins;
}

void
rtc_client_session_offer_whole (RtcClientSession *session, GstClockTime limit)
{
  session->is_whole = TRUE;
  session->limits.answer_limit = limit;
  rtc_client_session_want_offer (session, FALSE);
}

gboolean
rtc_client_session_make_offer (RtcClientSession *session, gboolean is_restart, GError **error)
{
  if (!rtc_client_session_has_channel (session)) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_UNSUPPORTED,
        "session %s cannot be sent an offer: its client posts requests, so the client must restart",
        session->id);
    return FALSE;
  }
  if (!rtc_client_session_can_push (session)) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_STATE,
        "session %s cannot be sent an offer: its WebSocket is lost", session->id);
    return FALSE;
  }
  if (is_restart)
    rtc_link_watch_note_restart (session->link);
  rtc_client_session_want_offer (session, is_restart);
  return TRUE;
}

void
rtc_client_session_answer (RtcClientSession *session, const gchar *sdp)
{
  g_autoptr (GError) error = NULL;
  RtcOfferFacts facts = { NULL };
  if (!session->is_offering || !rtc_peer_driver_has_offer (session->driver)) {
    session->funcs.refused (session, "there is no offer to answer", session->user_data);
    return;
  }
  if (!rtc_offer_facts_read (sdp, &facts, &error)) {
    session->funcs.refused (session, error->message, session->user_data);
    return;
  }
  session->ignores_offer = FALSE;
  if (rtc_offer_facts_is_restart (&session->facts, &facts))
    session->n_candidates = 0;
  session->answer_facts = facts;
  session->is_accepting = TRUE;
  rtc_peer_driver_accept (session->driver, sdp);
}

void
rtc_client_session_roll_back (RtcClientSession *session)
{
  session->ignores_offer = FALSE;
  if (session->pending_sdp == NULL)
    return;
  if (session->driver != NULL && !session->is_accepting)
    rtc_peer_driver_cancel (session->driver);
  rtc_loop_timer_set (session->answer_timer, GST_CLOCK_TIME_NONE);
  rtc_offer_facts_clear (&session->pending_facts);
  g_clear_pointer (&session->pending_sdp, g_free);
  offer_if_wanted (session);
}

GstElement *
rtc_client_session_get_peer (RtcClientSession *session)
{
  return session->driver != NULL ? rtc_peer_driver_get_peer (session->driver) : NULL;
}

void
rtc_client_session_refuse (RtcClientSession *session, guint status, const gchar *reason)
{
  refuse_offer (session, status, reason);
}

gboolean
rtc_client_session_admit (RtcClientSession *session, RtcHttpRequest *request)
{
  GstClockTime wait;
  if (rtc_http_request_is_loopback (request))
    return TRUE;
  wait = rtc_token_bucket_take (&session->patches, session->limits.patches_per_second,
      session->limits.patches_burst, rtc_loop_now (session->loop));
  if (wait == 0)
    return TRUE;
  rtc_http_request_set_retry (request, wait);
  rtc_http_request_reply_error (request, 429, "too many requests for this session");
  return FALSE;
}

gboolean
rtc_client_session_add_candidate (
    RtcClientSession *session, const RtcTrickleCandidate *candidate, GError **error)
{
  if (session->ignores_offer)
    return TRUE;
  if (session->n_candidates >= RTC_TRICKLE_MAX_CANDIDATES) {
    g_set_error (
        error, RTC_ERROR, RTC_ERROR_LIMIT, "more than %u candidates", RTC_TRICKLE_MAX_CANDIDATES);
    return FALSE;
  }
  session->n_candidates++;
  if (session->driver == NULL || (session->is_accepting && session->pending_sdp != NULL))
    return rtc_trickle_queue_push (session->early_candidates, candidate, error);
  return rtc_peer_driver_add_candidate (session->driver, candidate, error);
}
