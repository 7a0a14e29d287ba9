/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. Looks at the peer's statistics four times in the limit. */
#include "rtcidlewatch.h"

#include "peer/rtcstatsjson.h"

#define LOOKS_IN_LIMIT 4

struct _RtcIdleWatch {
  /* The owner's, and one while the peer is asked; the loop counts. */
  guint refs;
  RtcLoop *loop;
  RtcPeerDriver *driver;
  RtcLoopTimer *timer;
  GstClockTime limit;
  guint64 total;
  GstClockTime changed;
  RtcIdleWatchFunc func;
  gpointer user_data;
};

static void
watch_unref (gpointer data)
{
  RtcIdleWatch *watch = data;
  if (--watch->refs > 0)
    return;
  rtc_loop_unref (watch->loop);
  g_free (watch);
}

static void
measured (const GstStructure *stats, gpointer user_data)
{
  RtcIdleWatch *watch = user_data;
  RtcStatsSums sums = { 0 };
  GstClockTime now = rtc_loop_now (watch->loop);
  guint64 total;

  if (watch->func == NULL)
    return;
  rtc_stats_add (&sums, stats);
  total = sums.bytes_received + sums.bytes_sent + sums.data_bytes;
  if (total != watch->total)
    watch->changed = now;
  watch->total = total;
  if (now < watch->changed + watch->limit)
    rtc_loop_timer_set (watch->timer, now + watch->limit / LOOKS_IN_LIMIT);
  else
    watch->func (watch->user_data);
}

static void
look (gpointer user_data)
{
  RtcIdleWatch *watch = user_data;
  watch->refs++;
  rtc_peer_driver_get_stats (watch->driver, measured, watch, watch_unref);
}

RtcIdleWatch *
rtc_idle_watch_new (RtcLoop *loop, RtcPeerDriver *driver, GstClockTime limit, RtcIdleWatchFunc func,
    gpointer user_data)
{
  RtcIdleWatch *watch = g_new0 (RtcIdleWatch, 1);
  watch->refs = 1;
  watch->loop = rtc_loop_ref (loop);
  watch->driver = driver;
  watch->limit = limit;
  watch->changed = rtc_loop_now (loop);
  watch->func = func;
  watch->user_data = user_data;
  watch->timer = rtc_loop_timer_new (loop, look, watch);
  rtc_loop_timer_set (watch->timer, watch->changed + limit / LOOKS_IN_LIMIT);
  return watch;
}

void
rtc_idle_watch_free (RtcIdleWatch *watch)
{
  if (watch == NULL)
    return;
  watch->func = NULL;
  rtc_loop_timer_free (watch->timer);
  watch_unref (watch);
}
