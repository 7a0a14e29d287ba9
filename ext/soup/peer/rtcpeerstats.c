/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A peer's statistics, for the driver. Who asks is answered in any case: a peer that does not reply
 * in time must not keep a request waiting.
 */
#include "rtcpeerdriverparts.h"

#define STATS_LIMIT (2 * GST_SECOND)

/* On the loop, but for the references. */
struct _RtcPeerStatsCall {
  gatomicrefcount refs; /* the driver's while it waits, and the event's */
  GstClockTime deadline;
  RtcPeerStatsFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
};

void
rtc_peer_stats_call_unref (RtcPeerStatsCall *call)
{
  if (g_atomic_ref_count_dec (&call->refs))
    g_free (call);
}

static void
end_call (RtcPeerStatsCall *call)
{
  call->destroy (call->user_data);
  rtc_peer_stats_call_unref (call);
}

static void
stats_done (RtcPeerDriver *driver, gpointer data)
{
  RtcPeerEvent *event = data;
  RtcPeerStatsCall *call = event->stats_call;
  if (!g_queue_remove (&driver->stats_calls, call))
    return;
  call->func (event->reply, call->user_data);
  end_call (call);
}

/* In a thread of the peer's. */
static void
stats_replied (GstPromise *promise, gpointer user_data)
{
  RtcPeerEvent *event = user_data;
  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED) {
    const GstStructure *reply = gst_promise_get_reply (promise);
    event->reply = reply != NULL ? gst_structure_copy (reply) : NULL;
  }
  rtc_peer_event_post (event);
  gst_promise_unref (promise);
}

static void
set_timer (RtcPeerDriver *driver)
{
  const RtcPeerStatsCall *first = g_queue_peek_head (&driver->stats_calls);
  rtc_loop_timer_set (driver->stats_timer, first != NULL ? first->deadline : GST_CLOCK_TIME_NONE);
}

/* Whoever is told may free the driver: it is not looked at afterwards. */
void
rtc_peer_stats_due (gpointer user_data)
{
  RtcPeerDriver *driver = user_data;
  RtcPeerStatsCall *call = g_queue_peek_head (&driver->stats_calls);
  gboolean is_due = call != NULL && call->deadline <= rtc_loop_now (driver->loop);
  if (is_due)
    g_queue_pop_head (&driver->stats_calls);
  set_timer (driver);
  if (!is_due)
    return;
  call->func (NULL, call->user_data);
  end_call (call);
}

void
rtc_peer_forget_stats (RtcPeerDriver *driver)
{
  RtcPeerStatsCall *call;
  while ((call = g_queue_pop_head (&driver->stats_calls)) != NULL)
    end_call (call);
}

void
rtc_peer_driver_get_stats (
    RtcPeerDriver *driver, RtcPeerStatsFunc func, gpointer user_data, GDestroyNotify destroy)
{
  RtcPeerEvent *event = rtc_peer_event_new (driver, stats_done);
  RtcPeerStatsCall *call = g_new0 (RtcPeerStatsCall, 1);
  g_atomic_ref_count_init (&call->refs);
  g_atomic_ref_count_inc (&call->refs);
  call->deadline = rtc_loop_now (driver->loop) + STATS_LIMIT;
  call->func = func;
  call->user_data = user_data;
  call->destroy = destroy;
  event->stats_call = call;
  g_queue_push_tail (&driver->stats_calls, call);
  set_timer (driver);
  if (g_signal_lookup ("get-stats", G_OBJECT_TYPE (driver->peer)) == 0) {
    rtc_peer_event_post (event);
    return;
  }
  g_signal_emit_by_name (driver->peer, "get-stats", NULL,
      gst_promise_new_with_change_func (stats_replied, event, NULL));
}
