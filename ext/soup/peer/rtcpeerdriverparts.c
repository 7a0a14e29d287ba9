/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The peer as answerer: offer in, answer out (W3C webrtc-pc §4.4, RFC 9429 §5), for any element
 * with webrtcbin's interface. The peer's promises and signals come on threads of its own; each is
 * posted to the loop, so the state here needs no lock. The object lives until the last of them has
 * gone.
 */
#include "rtcpeerdriverparts.h"

#include <string.h>

#include "rtcpeerelement.h"
#include "signalling/rtcofferfacts.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

/* Host candidates are there within milliseconds. */
#define HOST_GATHER_FRACTION 4

/* --- from the peer's threads to the loop --- */

static void
driver_unref (RtcPeerDriver *driver)
{
  if (!g_atomic_ref_count_dec (&driver->refs))
    return;
  rtc_trickle_queue_free (driver->local_candidates);
  rtc_trickle_queue_free (driver->early_candidates);
  gst_clear_object (&driver->peer);
  rtc_loop_unref (driver->loop);
  g_free (driver->offer);
  g_free (driver->offer_before);
  g_free (driver->answer);
  g_free (driver->local);
  g_free (driver);
}

static void
driver_unref_closure (gpointer data, GClosure *closure)
{
  driver_unref (data);
}

static void
event_free (gpointer data)
{
  RtcPeerEvent *event = data;
  g_clear_pointer (&event->stats_call, rtc_peer_stats_call_unref);
  g_clear_pointer (&event->reply, gst_structure_free);
  g_clear_pointer (&event->transports, g_ptr_array_unref);
  g_weak_ref_clear (&event->peer);
  g_free (event->text);
  driver_unref (event->driver);
  g_free (event);
}

static void
event_run (gpointer data)
{
  RtcPeerEvent *event = data;
  if (!event->driver->is_freed)
    event->func (event->driver, event);
}

RtcPeerEvent *
rtc_peer_event_new (RtcPeerDriver *driver, void (*func) (RtcPeerDriver *, gpointer))
{
  RtcPeerEvent *event = g_new0 (RtcPeerEvent, 1);
  g_atomic_ref_count_inc (&driver->refs);
  event->driver = driver;
  event->func = func;
  g_weak_ref_init (&event->peer, NULL);
  return event;
}

void
rtc_peer_event_post (RtcPeerEvent *event)
{
  rtc_loop_post (event->driver->loop, event_run, event, event_free);
}

static gint
get_state (GstElement *peer, const gchar *name)
{
  gint state = 0;
  g_object_get (peer, name, &state, NULL);
  return state;
}

/* --- negotiation, on the loop --- */

static void
push_candidate (RtcPeerDriver *driver, const RtcTrickleCandidate *candidate)
{
  gint section = candidate->section;
  if (candidate->mid != NULL)
    section = rtc_sdp_find_mid (driver->offer, candidate->mid);
  /* The end of candidates needs no action: neither peer waits for it. */
  if (candidate->candidate[0] == '\0' || (candidate->mid != NULL && section < 0))
    return;
  g_signal_emit_by_name (
      driver->peer, "add-ice-candidate", (guint) MAX (section, 0), candidate->candidate);
}

void
rtc_peer_push_early_candidates (RtcPeerDriver *driver)
{
  for (guint i = 0; i < rtc_trickle_queue_get_length (driver->early_candidates); i++)
    push_candidate (driver, rtc_trickle_queue_peek (driver->early_candidates, i));
  rtc_trickle_queue_clear (driver->early_candidates);
}

/* The session is what it was before the other side's offer. Candidates that came meanwhile are of
 * a restart that is none, or of the session. */
static void
forget_offer (RtcPeerDriver *driver)
{
  driver->has_remote = driver->was_negotiated;
  if (driver->offer_before == NULL)
    return;
  g_free (driver->offer);
  driver->offer = g_steal_pointer (&driver->offer_before);
  if (driver->is_restart)
    rtc_trickle_queue_clear (driver->early_candidates);
  else if (driver->has_remote)
    rtc_peer_push_early_candidates (driver);
}

static void
finish (RtcPeerDriver *driver, const gchar *answer, const GError *error)
{
  if (error != NULL)
    forget_offer (driver);
  g_clear_pointer (&driver->offer_before, g_free);
  driver->step = RTC_PEER_STEP_NONE;
  driver->was_negotiated |= error == NULL;
  rtc_loop_timer_set (driver->gather_timer, GST_CLOCK_TIME_NONE);
  driver->funcs.negotiated (answer, error, driver->user_data);
}

static void
roll_back (RtcPeerDriver *driver)
{
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  GstSDPMessage *empty = NULL;
  gst_sdp_message_new (&empty);
  description = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_ROLLBACK, empty);
  g_signal_emit_by_name (driver->peer, "set-remote-description", description, NULL);
}

static void
fail (RtcPeerDriver *driver, RtcError code, const gchar *message)
{
  g_autoptr (GError) error = g_error_new_literal (RTC_ERROR, code, message);
  if (driver->step > RTC_PEER_STEP_SET_REMOTE)
    roll_back (driver);
  finish (driver, NULL, error);
}

static gboolean
has_gathered (GstElement *peer)
{
  return get_state (peer, "ice-gathering-state") == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE;
}

/* The peer may live on another loop, which this one would have to wait for: so it is asked from
 * its own thread, as long as that tells something anyway. */
static void
look_at_local (RtcPeerEvent *event, GstElement *peer)
{
  g_autoptr (GstWebRTCSessionDescription) local = NULL;
  event->is_final = has_gathered (peer);
  g_object_get (peer, "local-description", &local, NULL);
  event->text = local != NULL ? gst_sdp_message_as_text (local->sdp) : NULL;
}

/* Takes the event's text. */
static void
keep_local (RtcPeerDriver *driver, RtcPeerEvent *event)
{
  g_free (driver->local);
  driver->local = g_steal_pointer (&event->text);
  driver->is_local_final = event->is_final;
}

void
rtc_peer_forget_local (RtcPeerDriver *driver)
{
  g_clear_pointer (&driver->local, g_free);
  driver->is_local_final = FALSE;
  g_atomic_int_set (&driver->wants_final, FALSE);
}

gchar *
rtc_peer_complete_local (RtcPeerDriver *driver, const gchar *fallback)
{
  gboolean is_complete = has_gathered (driver->peer);
  if (is_complete && !driver->is_local_final) {
    RtcPeerEvent now = { .text = NULL };
    look_at_local (&now, driver->peer);
    keep_local (driver, &now);
  }
  return rtc_trickle_complete_description (driver->local != NULL ? driver->local : fallback,
      driver->local_candidates, driver->funcs.local_candidate == NULL || is_complete);
}

static void
answer_now (RtcPeerDriver *driver)
{
  g_autofree gchar *complete = rtc_peer_complete_local (driver, driver->answer);
  driver->is_trickling = TRUE;
  finish (driver, complete, NULL);
}

static void
gather_limit_reached (gpointer user_data)
{
  RtcPeerDriver *driver = user_data;
  if (driver->step != RTC_PEER_STEP_GATHER && driver->step != RTC_PEER_STEP_GATHER_OFFER)
    return;
  GST_INFO_OBJECT (driver->peer, "going on before all candidates are gathered");
  if (driver->step == RTC_PEER_STEP_GATHER)
    answer_now (driver);
  else
    rtc_peer_offer_gathered (driver, FALSE);
}

static void
gathering_changed (RtcPeerDriver *driver, gpointer data)
{
  RtcPeerEvent *event = data;
  if (event->value != GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    return;
  if (event->text != NULL)
    keep_local (driver, event);
  if (driver->step == RTC_PEER_STEP_GATHER)
    answer_now (driver);
  else if (driver->step == RTC_PEER_STEP_GATHER_OFFER)
    rtc_peer_offer_gathered (driver, TRUE);
  else if (driver->is_trickling && driver->funcs.local_candidate != NULL)
    driver->funcs.local_candidate (0, NULL, driver->user_data);
}

/* W3C webrtc-pc §5.6.3: the state is "new" while there is no transport. Where all media are refused
 * there never is one. */
static gboolean
has_transports (const RtcPeerDriver *driver)
{
  return driver->local == NULL || strstr (driver->local, "\na=ice-ufrag:") != NULL;
}

void
rtc_peer_gather (RtcPeerDriver *driver, RtcPeerStep step)
{
  GstClockTime limit = driver->gather_limit;
  driver->step = step;
  /* Candidates that were signalled before may still be on their way to the loop: ask behind them.
   */
  if (has_gathered (driver->peer) || !has_transports (driver)) {
    RtcPeerEvent *event = rtc_peer_event_new (driver, gathering_changed);
    event->value = GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE;
    rtc_peer_event_post (event);
  }
  if (!rtc_peer_has_servers (driver->peer))
    limit /= HOST_GATHER_FRACTION;
  rtc_loop_timer_set (driver->gather_timer, rtc_loop_now (driver->loop) + limit);
}

static void
promise_changed (GstPromise *promise, gpointer user_data)
{
  RtcPeerEvent *event = user_data;
  g_autoptr (GstElement) peer = g_weak_ref_get (&event->peer);
  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED) {
    const GstStructure *reply = gst_promise_get_reply (promise);
    event->reply = reply != NULL ? gst_structure_copy (reply) : NULL;
  }
  if (peer != NULL) {
    g_atomic_int_set (&event->driver->wants_final, TRUE);
    look_at_local (event, peer);
  }
  rtc_peer_event_post (event);
  gst_promise_unref (promise);
}

static void step_done (RtcPeerDriver *driver, gpointer data);

GstPromise *
rtc_peer_make_promise (RtcPeerDriver *driver, RtcPeerStep step)
{
  RtcPeerEvent *event = rtc_peer_event_new (driver, step_done);
  driver->step = step;
  event->number = driver->number;
  event->value = (gint) step;
  if (step == RTC_PEER_STEP_SET_LOCAL || step == RTC_PEER_STEP_SET_OFFER)
    g_weak_ref_set (&event->peer, driver->peer);
  return gst_promise_new_with_change_func (promise_changed, event, NULL);
}

static void
create_answer (RtcPeerDriver *driver)
{
  driver->has_remote = TRUE;
  rtc_peer_push_early_candidates (driver);
  g_signal_emit_by_name (driver->peer, "create-answer", NULL,
      rtc_peer_make_promise (driver, RTC_PEER_STEP_CREATE_ANSWER));
}

static void
set_local (RtcPeerDriver *driver, const GstStructure *reply)
{
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  if (reply != NULL)
    gst_structure_get (reply, "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &answer, NULL);
  if (answer == NULL) {
    fail (driver, RTC_ERROR_STATE, "the peer made no answer");
    return;
  }
  g_free (driver->answer);
  driver->answer = gst_sdp_message_as_text (answer->sdp);
  g_signal_emit_by_name (driver->peer, "set-local-description", answer,
      rtc_peer_make_promise (driver, RTC_PEER_STEP_SET_LOCAL));
}

static void
step_done (RtcPeerDriver *driver, gpointer data)
{
  RtcPeerEvent *event = data;
  g_autoptr (GError) error = NULL;
  if (event->number != driver->number || event->value != (gint) driver->step)
    return;

  if (event->reply != NULL && gst_structure_has_field (event->reply, "error"))
    gst_structure_get (event->reply, "error", G_TYPE_ERROR, &error, NULL);
  if (error != NULL && driver->step >= RTC_PEER_STEP_CREATE_OFFER) {
    rtc_peer_offer_fail (driver,
        driver->step == RTC_PEER_STEP_SET_ANSWER ? RTC_ERROR_INVALID : RTC_ERROR_STATE,
        error->message);
    return;
  }
  if (error != NULL) {
    fail (driver, driver->step == RTC_PEER_STEP_SET_REMOTE ? RTC_ERROR_INVALID : RTC_ERROR_STATE,
        error->message);
    return;
  }
  if (event->text != NULL)
    keep_local (driver, event);
  switch (driver->step) {
  case RTC_PEER_STEP_SET_REMOTE:
    create_answer (driver);
    break;
  case RTC_PEER_STEP_CREATE_ANSWER:
    set_local (driver, event->reply);
    break;
  case RTC_PEER_STEP_SET_LOCAL:
    rtc_peer_gather (driver, RTC_PEER_STEP_GATHER);
    break;
  default:
    rtc_peer_offer_step_done (driver, event->reply);
    break;
  }
}

/* --- signals of the peer --- */

static void
local_candidate (RtcPeerDriver *driver, gpointer data)
{
  RtcPeerEvent *event = data;
  RtcTrickleCandidate candidate = { event->text, NULL, event->value };
  if (candidate.candidate == NULL || candidate.candidate[0] == '\0')
    return;
  rtc_trickle_queue_push (driver->local_candidates, &candidate, NULL);
  if (driver->is_trickling && driver->funcs.local_candidate != NULL)
    driver->funcs.local_candidate ((guint) event->value, event->text, driver->user_data);
}

static void
on_ice_candidate (GstElement *peer, guint section, const gchar *candidate, gpointer user_data)
{
  RtcPeerEvent *event = rtc_peer_event_new (user_data, local_candidate);
  event->value = (gint) section;
  event->text = g_strdup (candidate);
  rtc_peer_event_post (event);
}

static void
connection_changed (RtcPeerDriver *driver, gpointer data)
{
  RtcPeerEvent *event = data;
  if (event->transports != NULL)
    rtc_peer_watch_transports (driver, event->transports);
  driver->funcs.state_changed ((GstWebRTCPeerConnectionState) event->value, driver->user_data);
}

static void
ice_changed (RtcPeerDriver *driver, gpointer data)
{
  driver->funcs.ice_state_changed (
      (GstWebRTCICEConnectionState) ((RtcPeerEvent *) data)->value, driver->user_data);
}

static void
on_gathering_state (GstElement *peer, GParamSpec *property, gpointer user_data)
{
  RtcPeerEvent *event = rtc_peer_event_new (user_data, gathering_changed);
  event->value = get_state (peer, "ice-gathering-state");
  if (event->value == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE &&
      g_atomic_int_get (&event->driver->wants_final))
    look_at_local (event, peer);
  rtc_peer_event_post (event);
}

static void
on_connection_state (GstElement *peer, GParamSpec *property, gpointer user_data)
{
  RtcPeerEvent *event = rtc_peer_event_new (user_data, connection_changed);
  event->value = get_state (peer, "connection-state");
  if (event->value == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    event->transports = rtc_peer_list_transports (peer);
  rtc_peer_event_post (event);
}

static void
on_ice_state (GstElement *peer, GParamSpec *property, gpointer user_data)
{
  RtcPeerEvent *event = rtc_peer_event_new (user_data, ice_changed);
  event->value = get_state (peer, "ice-connection-state");
  rtc_peer_event_post (event);
}

static void
negotiation_needed (RtcPeerDriver *driver, gpointer data)
{
  driver->funcs.negotiation_needed (driver->user_data);
}

static void
on_negotiation_needed (GstElement *peer, gpointer user_data)
{
  rtc_peer_event_post (rtc_peer_event_new (user_data, negotiation_needed));
}

gulong
rtc_peer_driver_connect (
    RtcPeerDriver *driver, GObject *object, const gchar *signal, GCallback callback)
{
  g_atomic_ref_count_inc (&driver->refs);
  return g_signal_connect_data (
      object, signal, callback, driver, driver_unref_closure, (GConnectFlags) 0);
}

static gulong
connect (RtcPeerDriver *driver, const gchar *signal, GCallback callback)
{
  return rtc_peer_driver_connect (driver, G_OBJECT (driver->peer), signal, callback);
}

/* --- public --- */

RtcPeerDriver *
rtc_peer_driver_new (GstElement *peer, RtcLoop *loop, GstClockTime gather_limit,
    const RtcPeerDriverFuncs *funcs, gpointer user_data)
{
  RtcPeerDriver *driver = g_new0 (RtcPeerDriver, 1);
  g_atomic_ref_count_init (&driver->refs);
  driver->peer = gst_object_ref (peer);
  driver->loop = rtc_loop_ref (loop);
  driver->gather_limit = gather_limit;
  driver->gather_timer = rtc_loop_timer_new (loop, gather_limit_reached, driver);
  driver->farewell_timer = rtc_loop_timer_new (loop, rtc_peer_farewell_due, driver);
  driver->stats_timer = rtc_loop_timer_new (loop, rtc_peer_stats_due, driver);
  driver->funcs = *funcs;
  driver->user_data = user_data;
  driver->local_candidates = rtc_trickle_queue_new ();
  driver->early_candidates = rtc_trickle_queue_new ();
  driver->handlers[0] = connect (driver, "on-ice-candidate", G_CALLBACK (on_ice_candidate));
  driver->handlers[1] =
      connect (driver, "notify::ice-gathering-state", G_CALLBACK (on_gathering_state));
  driver->handlers[2] =
      connect (driver, "notify::connection-state", G_CALLBACK (on_connection_state));
  driver->handlers[3] = connect (driver, "notify::ice-connection-state", G_CALLBACK (on_ice_state));
  if (funcs->negotiation_needed != NULL &&
      g_signal_lookup ("on-negotiation-needed", G_OBJECT_TYPE (peer)) != 0)
    driver->handlers[4] =
        connect (driver, "on-negotiation-needed", G_CALLBACK (on_negotiation_needed));
  return driver;
}

GstElement *
rtc_peer_driver_get_peer (const RtcPeerDriver *driver)
{
  return driver->peer;
}

void
rtc_peer_driver_negotiate (RtcPeerDriver *driver, const gchar *offer, gboolean is_restart)
{
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  GstSDPMessage *message = NULL;

  driver->number++;
  driver->step = RTC_PEER_STEP_SET_REMOTE;
  if (gst_sdp_message_new_from_text (offer, &message) != GST_SDP_OK) {
    fail (driver, RTC_ERROR_INVALID, "the SDP cannot be read");
    return;
  }
  g_free (driver->offer_before);
  driver->offer_before = g_steal_pointer (&driver->offer);
  driver->offer = g_strdup (offer);
  driver->is_restart = is_restart;
  driver->has_remote = FALSE;
  driver->is_trickling = FALSE;
  rtc_peer_forget_local (driver);
  if (is_restart)
    rtc_trickle_queue_clear (driver->local_candidates);
  description = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_OFFER, message);
  g_signal_emit_by_name (driver->peer, "set-remote-description", description,
      rtc_peer_make_promise (driver, RTC_PEER_STEP_SET_REMOTE));
}

void
rtc_peer_driver_cancel (RtcPeerDriver *driver)
{
  if (driver->step == RTC_PEER_STEP_NONE)
    return;
  if (driver->step > RTC_PEER_STEP_SET_REMOTE && driver->step < RTC_PEER_STEP_GATHER)
    roll_back (driver);
  else if (driver->step > RTC_PEER_STEP_CREATE_OFFER)
    rtc_peer_offer_roll_back (driver);
  if (driver->step < RTC_PEER_STEP_GATHER)
    forget_offer (driver);
  driver->number++;
  driver->step = RTC_PEER_STEP_NONE;
  rtc_loop_timer_set (driver->gather_timer, GST_CLOCK_TIME_NONE);
}

gboolean
rtc_peer_driver_add_candidate (
    RtcPeerDriver *driver, const RtcTrickleCandidate *candidate, GError **error)
{
  if (!driver->has_remote)
    return rtc_trickle_queue_push (driver->early_candidates, candidate, error);
  push_candidate (driver, candidate);
  return TRUE;
}

void
rtc_peer_driver_free (RtcPeerDriver *driver)
{
  if (driver == NULL)
    return;
  driver->is_freed = TRUE;
  rtc_loop_timer_free (driver->gather_timer);
  rtc_loop_timer_free (driver->farewell_timer);
  rtc_loop_timer_free (driver->stats_timer);
  rtc_peer_forget_stats (driver);
  rtc_peer_forget_transports (driver);
  for (gsize i = 0; i < G_N_ELEMENTS (driver->handlers) && driver->handlers[i] != 0; i++)
    g_signal_handler_disconnect (driver->peer, driver->handlers[i]);
  /* A promise that the peer never replied to keeps the driver: it must not keep the peer. */
  gst_clear_object (&driver->peer);
  driver_unref (driver);
}
