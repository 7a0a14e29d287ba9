/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The deadlines of one loop: a binary heap of timers, each of which knows its place, so that
 * setting and freeing cost O(log n) and no allocation. What is compared stands in the heap itself:
 * with some thousand timers each look at one of them is a cache miss. Equal deadlines fire in the
 * order in which they were set. Invariant: heap[timer->index].timer == timer, or index is OFF or
 * WAITING.
 *
 * A timer that fires and is set to the past again in its own callback waits for the next turn
 * (in the list `again`): a timer that is always due does not keep descriptors and posts waiting.
 */

#include "rtcloopprivate.h"

#define OFF G_MAXUINT
#define WAITING (G_MAXUINT - 1)

typedef struct {
  GstClockTime deadline;
  guint64 order;
  RtcLoopTimer *timer;
} HeapEntry;

struct _RtcLoopTimers {
  GArray *heap; /* HeapEntry */
  GPtrArray *again;
  guint64 next_order;
  guint64 round;
  gboolean is_firing;
  GstClockTime firing_now;
};

struct _RtcLoopTimer {
  RtcLoop *loop;
  RtcLoopFunc func;
  gpointer user_data;
  GstClockTime deadline;
  guint64 order;
  guint64 fired_round;
  guint index;
};

RtcLoopTimers *
rtc_loop_timers_new (void)
{
  RtcLoopTimers *timers = g_new0 (RtcLoopTimers, 1);

  timers->heap = g_array_new (FALSE, FALSE, sizeof (HeapEntry));
  timers->again = g_ptr_array_new ();
  return timers;
}

void
rtc_loop_timers_free (RtcLoopTimers *timers)
{
  if (timers == NULL)
    return;
  g_array_unref (timers->heap);
  g_ptr_array_unref (timers->again);
  g_free (timers);
}

static HeapEntry *
heap_get (RtcLoopTimers *timers, guint index)
{
  return &g_array_index (timers->heap, HeapEntry, index);
}

static void
heap_put (RtcLoopTimers *timers, guint index, HeapEntry entry)
{
  *heap_get (timers, index) = entry;
  entry.timer->index = index;
}

static gboolean
is_earlier (const HeapEntry *a, const HeapEntry *b)
{
  return a->deadline < b->deadline || (a->deadline == b->deadline && a->order < b->order);
}

static void
heap_sift_up (RtcLoopTimers *timers, HeapEntry entry, guint index)
{
  while (index > 0) {
    guint parent = (index - 1) / 2;

    if (!is_earlier (&entry, heap_get (timers, parent)))
      break;
    heap_put (timers, index, *heap_get (timers, parent));
    index = parent;
  }
  heap_put (timers, index, entry);
}

static void
heap_sift_down (RtcLoopTimers *timers, HeapEntry entry, guint index)
{
  guint length = timers->heap->len;

  while (2 * index + 1 < length) {
    guint child = 2 * index + 1;

    if (child + 1 < length && is_earlier (heap_get (timers, child + 1), heap_get (timers, child)))
      child++;
    if (!is_earlier (heap_get (timers, child), &entry))
      break;
    heap_put (timers, index, *heap_get (timers, child));
    index = child;
  }
  heap_put (timers, index, entry);
}

static void
heap_place (RtcLoopTimers *timers, HeapEntry entry, guint index)
{
  heap_sift_up (timers, entry, index);
  if (entry.timer->index == index)
    heap_sift_down (timers, entry, index);
}

static void
heap_insert (RtcLoopTimers *timers, RtcLoopTimer *timer)
{
  HeapEntry entry = { timer->deadline, timer->order, timer };

  g_array_append_val (timers->heap, entry);
  heap_sift_up (timers, entry, timers->heap->len - 1);
}

static void
heap_remove (RtcLoopTimers *timers, RtcLoopTimer *timer)
{
  guint index = timer->index;
  HeapEntry last = *heap_get (timers, timers->heap->len - 1);

  g_array_set_size (timers->heap, timers->heap->len - 1);
  timer->index = OFF;
  if (last.timer != timer)
    heap_place (timers, last, index);
}

static void
timer_switch_off (RtcLoopTimers *timers, RtcLoopTimer *timer)
{
  if (timer->index == WAITING)
    g_ptr_array_remove (timers->again, timer);
  else if (timer->index != OFF)
    heap_remove (timers, timer);
  timer->index = OFF;
}

GstClockTime
rtc_loop_timers_next_deadline (RtcLoopTimers *timers)
{
  return timers->heap->len > 0 ? heap_get (timers, 0)->deadline : GST_CLOCK_TIME_NONE;
}

guint
rtc_loop_timers_fire (RtcLoopTimers *timers, GstClockTime now)
{
  guint n_fired = 0;

  timers->round++;
  timers->firing_now = now;
  timers->is_firing = TRUE;
  while (timers->heap->len > 0 && heap_get (timers, 0)->deadline <= now) {
    RtcLoopTimer *timer = heap_get (timers, 0)->timer;

    heap_remove (timers, timer);
    timer->deadline = GST_CLOCK_TIME_NONE;
    timer->fired_round = timers->round;
    n_fired++;
    /* The callback may free the timer: it must not be touched after. */
    timer->func (timer->user_data);
  }
  timers->is_firing = FALSE;

  for (guint i = 0; i < timers->again->len; i++)
    heap_insert (timers, g_ptr_array_index (timers->again, i));
  g_ptr_array_set_size (timers->again, 0);
  return n_fired;
}

RtcLoopTimer *
rtc_loop_timer_new (RtcLoop *loop, RtcLoopFunc func, gpointer user_data)
{
  RtcLoopTimer *timer;

  g_return_val_if_fail (loop != NULL && rtc_loop_is_current (loop), NULL);
  g_return_val_if_fail (func != NULL, NULL);

  timer = g_new0 (RtcLoopTimer, 1);
  timer->loop = loop;
  timer->func = func;
  timer->user_data = user_data;
  timer->deadline = GST_CLOCK_TIME_NONE;
  timer->index = OFF;
  loop->n_children++;
  return timer;
}

void
rtc_loop_timer_set (RtcLoopTimer *timer, GstClockTime deadline)
{
  RtcLoopTimers *timers;

  g_return_if_fail (timer != NULL && rtc_loop_is_current (timer->loop));

  if (timer->deadline == deadline)
    return;
  timers = timer->loop->timers;
  timer->deadline = deadline;
  timer->order = timers->next_order++;

  if (deadline == GST_CLOCK_TIME_NONE) {
    timer_switch_off (timers, timer);
  } else if (timers->is_firing && timer->fired_round == timers->round &&
      deadline <= timers->firing_now) {
    timer_switch_off (timers, timer);
    timer->index = WAITING;
    g_ptr_array_add (timers->again, timer);
  } else if (timer->index < timers->heap->len) {
    heap_place (timers, (HeapEntry){ deadline, timer->order, timer }, timer->index);
  } else {
    timer_switch_off (timers, timer);
    heap_insert (timers, timer);
  }
}

GstClockTime
rtc_loop_timer_get (RtcLoopTimer *timer)
{
  g_return_val_if_fail (timer != NULL, GST_CLOCK_TIME_NONE);

  return timer->deadline;
}

void
rtc_loop_timer_free (RtcLoopTimer *timer)
{
  if (timer == NULL)
    return;
  g_return_if_fail (rtc_loop_is_current (timer->loop));

  timer_switch_off (timer->loop->timers, timer);
  timer->loop->n_children--;
  g_free (timer);
}
