/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A session's link under a monitor, see the header. */
#include "rtclinkwatch.h"

#include "rtcpost.h"

#define TELL_INTERVAL GST_SECOND

struct _RtcLinkWatch {
  guint refs; /* the owner's, and one for each call or measurement under way; the loop counts */
  RtcLoop *loop;
  RtcPeerDriver *driver;
  RtcLinkMonitor *monitor;
  RtcLoopTimer *timer;
  RtcLinkWatchFuncs funcs;
  gpointer user_data;
  RtcLinkStats stats;
  gboolean has_stats;
  GstClockTime last_told; /* of a measurement */
  gboolean is_measuring;
  /* The network has changed: the machine's addresses before and after. The pair in use is asked for
   * anew, and a measurement that had begun before says nothing about it. */
  GStrv before;
  GStrv after;
  gboolean is_outdated;
  gboolean is_running;
  gboolean is_freed;
};

static RtcLinkWatch *
watch_ref (RtcLinkWatch *watch)
{
  watch->refs++;
  return watch;
}

static void
watch_unref (gpointer data)
{
  RtcLinkWatch *watch = data;
  if (--watch->refs > 0)
    return;
  rtc_link_monitor_free (watch->monitor);
  g_strfreev (watch->before);
  g_strfreev (watch->after);
  rtc_link_stats_clear (&watch->stats);
  rtc_loop_unref (watch->loop);
  g_free (watch);
}

static void run (RtcLinkWatch *watch);
static void measure (RtcLinkWatch *watch);

/* Packets that travel with other credentials than before: a restart has come to its end. */
static void
look_for_new_pair (RtcLinkWatch *watch, const RtcLinkStats *stats, GstClockTime now)
{
  if (watch->stats.ufrag != NULL && stats->ufrag != NULL &&
      !g_str_equal (watch->stats.ufrag, stats->ufrag))
    rtc_link_monitor_note_pair (watch->monitor, now);
}

static gboolean
has_more (const gchar *const *a, const gchar *const *b)
{
  for (; *a != NULL; a++) {
    if (!g_strv_contains (b, *a))
      return TRUE;
  }
  return FALSE;
}

/* Whether the address that packets leave from is gone, as far as it is known. */
static gboolean
is_pair_lost (const RtcLinkWatch *watch, const gchar *const *before, const gchar *const *after)
{
  const gchar *address = watch->stats.address;
  if (address == NULL)
    return has_more (before, after);
  return g_strv_contains (before, address) && !g_strv_contains (after, address);
}

static void
judge_network (RtcLinkWatch *watch, GstClockTime now)
{
  g_auto (GStrv) old = g_steal_pointer (&watch->before);
  g_auto (GStrv) new = g_steal_pointer (&watch->after);
  const gchar *const *before = (const gchar *const *) old;
  const gchar *const *after = (const gchar *const *) new;
  if (before == NULL)
    return;
  if (after[0] == NULL)
    rtc_link_monitor_note_network (watch->monitor, RTC_NETWORK_DOWN, now);
  if (is_pair_lost (watch, before, after))
    rtc_link_monitor_note_network (watch->monitor, RTC_NETWORK_PAIR_LOST, now);
  if (before[0] == NULL)
    rtc_link_monitor_note_network (watch->monitor, RTC_NETWORK_UP, now);
  else if (has_more (after, before))
    rtc_link_monitor_note_network (watch->monitor, RTC_NETWORK_ADDRESS_ADDED, now);
}

static void
measured (const GstStructure *structure, gpointer user_data)
{
  RtcLinkWatch *watch = user_data;
  GstClockTime now = rtc_loop_now (watch->loop);
  RtcLinkNews news = { .action = RTC_LINK_MEASURE };
  RtcLinkStats stats;

  watch->is_measuring = FALSE;
  if (watch->is_freed)
    return;
  rtc_link_stats_read (&stats, structure);
  news.sample = rtc_link_stats_compare (watch->has_stats ? &watch->stats : &stats, &stats);
  look_for_new_pair (watch, &stats, now);
  rtc_link_stats_clear (&watch->stats);
  watch->stats = stats;
  watch->has_stats = TRUE;
  rtc_link_monitor_set_sample (watch->monitor, &news.sample, now);
  if (watch->is_outdated)
    measure (watch);
  else
    judge_network (watch, now);
  run (watch);
  /* During a restart there are many. */
  if (watch->is_freed || now - watch->last_told < TELL_INTERVAL)
    return;
  watch->last_told = now;
  watch->funcs.told (&news, watch->user_data);
}

static void
measure (RtcLinkWatch *watch)
{
  if (watch->is_measuring)
    return;
  watch->is_measuring = TRUE;
  watch->is_outdated = FALSE;
  rtc_peer_driver_get_stats (watch->driver, measured, watch_ref (watch), watch_unref);
}

static void
carry_out (RtcLinkWatch *watch, const RtcLinkDecision *decision)
{
  RtcLinkNews news = { .action = decision->action, .decision = *decision };
  if (decision->action == RTC_LINK_MEASURE)
    measure (watch);
  if (decision->action == RTC_LINK_MEASURE || decision->action == RTC_LINK_NONE)
    return;
  watch->funcs.told (&news, watch->user_data);
  if (decision->action == RTC_LINK_RESTART && !watch->is_freed)
    watch->funcs.restart (watch->user_data);
}

/* Until there is nothing to do; what is called out may come back in here. */
static void
run (RtcLinkWatch *watch)
{
  RtcLinkDecision decision;
  if (watch->is_running || watch->is_freed)
    return;
  watch_ref (watch);
  watch->is_running = TRUE;
  do {
    decision = rtc_link_monitor_decide (watch->monitor, rtc_loop_now (watch->loop));
    carry_out (watch, &decision);
  } while (decision.action != RTC_LINK_NONE && !watch->is_freed);
  watch->is_running = FALSE;
  if (!watch->is_freed)
    rtc_loop_timer_set (watch->timer, rtc_link_monitor_next_deadline (watch->monitor));
  watch_unref (watch);
}

static void
due (gpointer user_data)
{
  run (user_data);
}

RtcLinkWatch *
rtc_link_watch_new (RtcLoop *loop, RtcPeerDriver *driver, const RtcLinkLimits *limits,
    const RtcLinkWatchFuncs *funcs, gpointer user_data)
{
  RtcLinkWatch *watch;
  if (!rtc_peer_driver_can_restart (driver))
    return NULL;
  watch = g_new0 (RtcLinkWatch, 1);
  watch->refs = 1;
  watch->loop = rtc_loop_ref (loop);
  watch->driver = driver;
  watch->monitor = rtc_link_monitor_new (limits);
  watch->timer = rtc_loop_timer_new (loop, due, watch);
  watch->funcs = *funcs;
  watch->user_data = user_data;
  return watch;
}

void
rtc_link_watch_free (RtcLinkWatch *watch)
{
  if (watch == NULL)
    return;
  watch->is_freed = TRUE;
  g_clear_pointer (&watch->timer, rtc_loop_timer_free);
  watch_unref (watch);
}

void
rtc_link_watch_set_ice_state (RtcLinkWatch *watch, GstWebRTCICEConnectionState state)
{
  if (watch == NULL)
    return;
  rtc_link_monitor_set_state (watch->monitor, state, rtc_loop_now (watch->loop));
  /* What later measurements are compared with. */
  if (!watch->has_stats &&
      (state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED ||
          state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED))
    measure (watch);
  run (watch);
}

void
rtc_link_watch_network_changed (
    RtcLinkWatch *watch, const gchar *const *before, const gchar *const *after)
{
  if (watch == NULL)
    return;
  if (watch->before == NULL)
    watch->before = g_strdupv ((GStrv) before);
  g_strfreev (watch->after);
  watch->after = g_strdupv ((GStrv) after);
  watch->is_outdated = watch->is_measuring;
  measure (watch);
}

void
rtc_link_watch_note_failure (RtcLinkWatch *watch, const gchar *reason)
{
  if (watch == NULL)
    return;
  rtc_link_monitor_note_failure (watch->monitor, reason, rtc_loop_now (watch->loop));
  run (watch);
}

void
rtc_link_watch_note_restart (RtcLinkWatch *watch)
{
  if (watch == NULL)
    return;
  rtc_link_monitor_note_restart (watch->monitor, rtc_loop_now (watch->loop));
  run (watch);
}

void
rtc_link_watch_note_peer_restart (RtcLinkWatch *watch)
{
  if (watch == NULL)
    return;
  rtc_link_monitor_note_peer_restart (watch->monitor, rtc_loop_now (watch->loop));
  run (watch);
}

/* --- messages --- */

static void
add_time (GstStructure *structure, const gchar *name, GstClockTime time)
{
  if (time != GST_CLOCK_TIME_NONE)
    gst_structure_set (structure, name, G_TYPE_UINT64, time / GST_MSECOND, NULL);
}

static GstStructure *
make_structure (const RtcLinkNews *news, const gchar *session)
{
  static const gchar *const names[] = { [RTC_LINK_MEASURE] = "rtc-link-quality",
    [RTC_LINK_RESTART] = "rtc-restart-started",
    [RTC_LINK_COMPLETED] = "rtc-restart-completed",
    [RTC_LINK_FAILED] = "rtc-restart-failed",
    [RTC_LINK_GIVE_UP] = "rtc-restart-given-up" };
  GstStructure *structure =
      rtc_post_make (names[news->action], session, "reason", news->decision.reason);
  if (news->action == RTC_LINK_MEASURE) {
    add_time (structure, "round-trip-ms", news->sample.round_trip);
    add_time (structure, "idle-ms", news->sample.idle);
    if (news->sample.loss_percent >= 0)
      gst_structure_set (structure, "loss-percent", G_TYPE_DOUBLE, news->sample.loss_percent, NULL);
    return structure;
  }
  gst_structure_set (structure, "attempt", G_TYPE_UINT, news->decision.attempt, NULL);
  if (news->action == RTC_LINK_COMPLETED)
    add_time (structure, "duration-ms", news->decision.duration);
  return structure;
}

static gchar *
make_text (const RtcLinkNews *news, const gchar *who)
{
  const RtcLinkDecision *decision = &news->decision;
  switch (news->action) {
  case RTC_LINK_RESTART:
    return g_strdup_printf (
        "%s: restarting ICE, attempt %u: %s", who, decision->attempt, decision->reason);
  case RTC_LINK_COMPLETED:
    return g_strdup_printf ("%s: a new way was found after %" G_GUINT64_FORMAT " ms", who,
        decision->duration / GST_MSECOND);
  case RTC_LINK_FAILED:
    return g_strdup_printf ("%s: restart %u failed: %s", who, decision->attempt, decision->reason);
  default:
    return g_strdup_printf ("%s: no more restarts for now: %s", who, decision->reason);
  }
}

void
rtc_link_news_post (
    const RtcLinkNews *news, GstElement *element, const gchar *who, const gchar *session)
{
  static const GstProgressType types[] = { [RTC_LINK_RESTART] = GST_PROGRESS_TYPE_START,
    [RTC_LINK_COMPLETED] = GST_PROGRESS_TYPE_COMPLETE,
    [RTC_LINK_FAILED] = GST_PROGRESS_TYPE_CONTINUE,
    [RTC_LINK_GIVE_UP] = GST_PROGRESS_TYPE_ERROR };
  rtc_post_structure (element, make_structure (news, session));
  if (news->action != RTC_LINK_MEASURE)
    rtc_post_progress (element, types[news->action], "rtc-restart", make_text (news, who));
}
