/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Timers on a manual loop: order, setting and freeing inside callbacks, virtual time.
 */

#include <gst/rtc/rtcloop.h>

typedef struct {
  RtcLoop *loop;
  GString *log;
} Log;

typedef struct {
  Log *log;
  gchar name;
  RtcLoopTimer *timer;
  /* What the callback does, once, to `other` (which may be itself). */
  RtcLoopTimer **other;
  GstClockTime set_to;
  gboolean frees;
} Timer;

static void
timer_fired (gpointer user_data)
{
  Timer *timer = user_data;

  g_string_append_printf (
      timer->log->log, "%c%" G_GUINT64_FORMAT " ", timer->name, rtc_loop_now (timer->log->loop));
  if (timer->other == NULL)
    return;
  if (timer->frees)
    rtc_loop_timer_free (g_steal_pointer (timer->other));
  else
    rtc_loop_timer_set (*timer->other, timer->set_to);
  timer->other = NULL;
}

typedef struct {
  const gchar *name;
  GstClockTime deadlines[3]; /* of a, b and c */
  gint from, to;             /* whose callback does it to whom; -1: none */
  gboolean frees;
  GstClockTime set_to;
  GstClockTime turns[4];
  const gchar *expected;
} Row;

#define OFF GST_CLOCK_TIME_NONE

/* a, b, c are created and set in that order; turns end with 0. */
static const Row rows[] = {
  { "in the order of deadlines", { 3, 2, 1 }, -1, -1, FALSE, 0, { 9 }, "c9 b9 a9 " },
  { "equal deadlines in the order of setting", { 5, 5, 5 }, -1, -1, FALSE, 0, { 5 }, "a5 b5 c5 " },
  { "not before the deadline", { 1, 5, 9 }, -1, -1, FALSE, 0, { 4, 5, 8, 9 }, "a4 b5 c9 " },
  { "off never fires", { OFF, 1, OFF }, -1, -1, FALSE, 0, { 2, 1000 }, "b2 " },
  { "zero is due", { 0, OFF, OFF }, -1, -1, FALSE, 0, { 1 }, "a1 " },
  { "one switches another off", { 1, 2, 3 }, 0, 1, FALSE, OFF, { 9 }, "a9 c9 " },
  { "one frees another", { 1, 2, 3 }, 0, 2, TRUE, 0, { 9 }, "a9 b9 " },
  { "one frees itself", { 1, 2, 3 }, 1, 1, TRUE, 0, { 9, 99 }, "a9 b9 c9 " },
  { "one postpones another", { 1, 2, 3 }, 0, 1, FALSE, 20, { 9, 20 }, "a9 c9 b20 " },
  { "one brings another forward", { 1, 2, 30 }, 0, 2, FALSE, 0, { 9 }, "a9 c9 b9 " },
  { "one sets itself again", { 1, 2, 3 }, 0, 0, FALSE, 12, { 9, 12 }, "a9 b9 c9 a12 " },
  { "one that has fired is set to the past", { 1, 2, 3 }, 2, 0, FALSE, 0, { 9 }, "a9 b9 c9 a9 " },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  RtcLoop *loop = rtc_loop_new_manual (0);
  Log log = { loop, g_string_new (NULL) };
  Timer timers[3] = { 0 };

  for (guint i = 0; i < 3; i++) {
    timers[i].log = &log;
    timers[i].name = (gchar) ('a' + i);
    timers[i].timer = rtc_loop_timer_new (loop, timer_fired, &timers[i]);
    rtc_loop_timer_set (timers[i].timer, row->deadlines[i]);
    g_assert_cmpuint (rtc_loop_timer_get (timers[i].timer), ==, row->deadlines[i]);
  }
  if (row->from >= 0) {
    timers[row->from].other = &timers[row->to].timer;
    timers[row->from].set_to = row->set_to;
    timers[row->from].frees = row->frees;
  }
  for (guint i = 0; i < G_N_ELEMENTS (row->turns) && row->turns[i] != 0; i++)
    rtc_loop_turn (loop, row->turns[i]);
  g_assert_cmpstr (log.log->str, ==, row->expected);

  for (guint i = 0; i < 3; i++)
    rtc_loop_timer_free (timers[i].timer);
  rtc_loop_unref (loop);
  g_string_free (log.log, TRUE);
}

static void
count_call (gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_turn_tells_the_next_deadline (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new_manual (100);
  guint count = 0;
  RtcLoopTimer *timer = rtc_loop_timer_new (loop, count_call, &count);

  g_assert_cmpuint (rtc_loop_now (loop), ==, 100);
  g_assert_cmpuint (rtc_loop_turn (loop, 100), ==, GST_CLOCK_TIME_NONE);
  rtc_loop_timer_set (timer, 250);
  g_assert_cmpuint (rtc_loop_turn (loop, 200), ==, 250);
  g_assert_cmpuint (rtc_loop_now (loop), ==, 200);
  g_assert_cmpuint (rtc_loop_turn (loop, 250), ==, GST_CLOCK_TIME_NONE);
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpuint (rtc_loop_timer_get (timer), ==, GST_CLOCK_TIME_NONE);
  rtc_loop_timer_free (timer);
  rtc_loop_timer_free (NULL);
}

static void
drop_reference (gpointer user_data)
{
  rtc_loop_unref (user_data);
}

static void
test_last_reference_goes_inside_a_turn (void)
{
  RtcLoop *loop = rtc_loop_new_manual (0);

  rtc_loop_post (loop, drop_reference, loop, NULL);
  g_assert_cmpuint (rtc_loop_turn (loop, 1), ==, GST_CLOCK_TIME_NONE);
}

#define N_TIMERS 2000
#define N_STEPS 20000

typedef struct {
  RtcLoop *loop;
  RtcLoopTimer *timer;
  GstClockTime deadline;
  GstClockTime *last;
  guint *n_wrong;
  guint *n_fired;
} Random;

static void
random_fired (gpointer user_data)
{
  Random *random = user_data;

  if (random->deadline > rtc_loop_now (random->loop) || random->deadline < *random->last)
    ++*random->n_wrong;
  *random->last = random->deadline;
  random->deadline = GST_CLOCK_TIME_NONE;
  ++*random->n_fired;
}

/* The heap against a plain list: whatever is set, moved and switched off, in any order. */
static void
test_random_operations (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new_manual (0);
  g_autoptr (GRand) rand = g_rand_new_with_seed (4711);
  g_autofree Random *timers = g_new0 (Random, N_TIMERS);
  GstClockTime last = 0;
  GstClockTime now = 0;
  guint n_wrong = 0;
  guint n_fired = 0;

  for (guint i = 0; i < N_TIMERS; i++) {
    timers[i] = (Random){ loop, NULL, GST_CLOCK_TIME_NONE, &last, &n_wrong, &n_fired };
    timers[i].timer = rtc_loop_timer_new (loop, random_fired, &timers[i]);
  }
  for (guint step = 0; step < N_STEPS; step++) {
    Random *random = &timers[g_rand_int_range (rand, 0, N_TIMERS)];
    gboolean is_off = g_rand_int_range (rand, 0, 4) == 0;

    random->deadline =
        is_off ? GST_CLOCK_TIME_NONE : now + 1 + (guint) g_rand_int_range (rand, 0, 1000);
    rtc_loop_timer_set (random->timer, random->deadline);
    if (step % 10 == 0) {
      last = 0;
      now += (guint) g_rand_int_range (rand, 1, 50);
      rtc_loop_turn (loop, now);
      for (guint i = 0; i < N_TIMERS; i++)
        g_assert_true (timers[i].deadline > now);
    }
  }
  g_assert_cmpuint (n_wrong, ==, 0);
  g_assert_cmpuint (n_fired, >, N_STEPS / 4);
  for (guint i = 0; i < N_TIMERS; i++)
    rtc_loop_timer_free (timers[i].timer);
}

int
main (int argc, char **argv)
{
  gint result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/timer/%s", rows[i].name);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/timer/next deadline", test_turn_tells_the_next_deadline);
  g_test_add_func ("/timer/last reference", test_last_reference_goes_inside_a_turn);
  g_test_add_func ("/timer/random", test_random_operations);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
