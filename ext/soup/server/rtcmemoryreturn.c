/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. The figures are in docs/performance.md. */
#include "config.h"

#include "rtcmemoryreturn.h"

#include <gio/gio.h>
#ifdef HAVE_MALLOC_TRIM
#include <malloc.h>
#endif

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

/* Slices are multiples of the first; larger ones than the last come from malloc. */
#define SLICE_STEP 16
#define SLICE_MOST 1024

struct _RtcMemoryReturn {
  RtcLoop *loop;
  RtcLoopTimer *timer;
  void (*give_back) (void);
  guint n_sessions;
  /* The most since memory was given back. */
  guint most;
};

/* most - n >= max (MIN_SESSIONS, most / 2) */
static gboolean
is_worth_it (const RtcMemoryReturn *self)
{
  return self->most - self->n_sessions >= MAX (RTC_MEMORY_RETURN_MIN_SESSIONS, self->most / 2);
}

static void
on_delay (gpointer user_data)
{
  RtcMemoryReturn *self = user_data;
  if (!is_worth_it (self))
    return;
  self->most = self->n_sessions;
  self->give_back ();
}

RtcMemoryReturn *
rtc_memory_return_new (RtcLoop *loop, void (*give_back) (void))
{
  RtcMemoryReturn *self = g_new0 (RtcMemoryReturn, 1);
  self->loop = rtc_loop_ref (loop);
  self->give_back = give_back;
  self->timer = rtc_loop_timer_new (loop, on_delay, self);
  return self;
}

void
rtc_memory_return_note (RtcMemoryReturn *self, guint n_sessions)
{
  self->n_sessions = n_sessions;
  self->most = MAX (self->most, n_sessions);
  if (is_worth_it (self) && rtc_loop_timer_get (self->timer) == GST_CLOCK_TIME_NONE)
    rtc_loop_timer_set (self->timer, rtc_loop_now (self->loop) + RTC_MEMORY_RETURN_DELAY);
}

void
rtc_memory_return_free (RtcMemoryReturn *self)
{
  if (self == NULL)
    return;
  rtc_loop_timer_free (self->timer);
  rtc_loop_unref (self->loop);
  g_free (self);
}

/* --- on other threads --- */

#ifdef HAVE_MALLOC_TRIM
/* The end of a thread puts its slices into the list of all threads, which drops at that moment
 * what has been in it for 15 s. */
static gpointer
touch_slices (gpointer unused)
{
  for (gsize size = SLICE_STEP; size <= SLICE_MOST; size += SLICE_STEP)
    g_slice_free1 (size, g_slice_alloc (size));
  return NULL;
}

/* Twice, because the time is read only now and then: the first one sets the clock. */
static void
drop_slices (void)
{
  if (glib_check_version (2, 76, 0) == NULL)
    return;
  for (guint i = 0; i < 2; i++) {
    GThread *thread = g_thread_try_new ("rtc-slices", touch_slices, NULL, NULL);
    if (thread != NULL)
      g_thread_join (thread);
  }
}

static void
give_back (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  gint64 start = g_get_monotonic_time ();
  gint64 dropped;
  drop_slices ();
  dropped = g_get_monotonic_time ();
  malloc_trim (0);
  GST_INFO ("memory given back: %" G_GINT64_FORMAT " us for slices, %" G_GINT64_FORMAT
            " us for malloc",
      dropped - start, g_get_monotonic_time () - dropped);
}
#endif

void
rtc_memory_give_back (void)
{
#ifdef HAVE_MALLOC_TRIM
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_run_in_thread (task, give_back);
#endif
}
