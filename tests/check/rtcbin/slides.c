/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A video with pauses, as slides are: nothing comes for longer than the jitter buffer waits, and
 * the first packet afterwards is not late for that.
 */
#include <gst/check/gstcheck.h>

#include "../../bench/benchpair.h"
#include "../../bench/benchrtp.h"

#define WAIT_US (30 * G_USEC_PER_SEC)
/* The jitter buffer waits 200 ms. */
#define PAUSE_US (500 * G_TIME_SPAN_MILLISECOND)
#define TICK_US (20 * G_TIME_SPAN_MILLISECOND)
#define N_SLIDES 5
#define PACKETS_A_SLIDE 4
/* Steady packets, from which the jitter buffer learns their distance. */
#define N_STEADY 50

static void
wait_for_packets (gint64 *counter, gint64 count)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_US;

  while (bench_counter_get (counter) < count) {
    fail_unless (g_get_monotonic_time () < deadline, "%d packets of %d have come",
        (gint) bench_counter_get (counter), (gint) count);
    g_usleep (TICK_US);
  }
}

/* Returns how many of them were sent before the session was connected, and dropped. */
static gint64
send_until_steady (BenchSource *source, gint64 *counter)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_US;
  gint64 n_first;

  while (bench_counter_get (counter) == 0) {
    fail_unless (g_get_monotonic_time () < deadline, "no packet has come");
    bench_source_push_one (source);
    g_usleep (TICK_US);
  }
  for (guint i = 0; i < N_STEADY; i++) {
    bench_source_push_one (source);
    g_usleep (TICK_US);
  }
  g_usleep (PAUSE_US);
  n_first = (gint64) bench_source_get_sent (source) - bench_counter_get (counter);
  return n_first;
}

GST_START_TEST (test_slides)
{
  const BenchStream stream = { 120, 1000, 1 };
  g_autoptr (BenchSource) source = NULL;
  g_autoptr (BenchPair) pair = bench_pair_new ("rtcbin");
  g_autofree gchar *offer = NULL;
  gint64 received = 0, n_dropped;

  fail_unless (pair != NULL);
  bench_sink_watch (bench_pair_get_answerer (pair), &received);
  source = bench_source_new (
      bench_pair_get_pipeline (pair), bench_pair_get_offerer (pair), "sink_0", &stream);
  fail_unless (source != NULL);
  offer = bench_pair_negotiate (pair, NULL);
  fail_unless (offer != NULL);
  n_dropped = send_until_steady (source, &received);
  for (guint i = 0; i < N_SLIDES; i++) {
    for (guint j = 0; j < PACKETS_A_SLIDE; j++)
      bench_source_push_one (source);
    wait_for_packets (&received, (gint64) bench_source_get_sent (source) - n_dropped);
    g_usleep (PAUSE_US);
  }
}
GST_END_TEST;

static Suite *
slides_suite (void)
{
  Suite *suite = suite_create ("slides");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 120);
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, test_slides);
  return suite;
}

GST_CHECK_MAIN (slides);
