/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario setup: the time from create-offer until both ends of a data channel are open, for pair
 * after pair, and what one pair costs in CPU time. The first pair is reported alone: it pays for
 * what a process does once.
 */
#include "bench.h"
#include "benchpair.h"

#define OPEN_TIMEOUT_US (20 * G_USEC_PER_SEC)

static gboolean
measure_pair (const gchar *element, gdouble *out_ms)
{
  g_autoptr (BenchPair) pair = bench_pair_new (element);
  g_autofree gchar *offer = NULL;
  gint64 start;

  if (pair == NULL || bench_pair_create_channel (pair) == NULL)
    return FALSE;
  start = g_get_monotonic_time ();
  offer = bench_pair_negotiate (pair, NULL);
  if (offer == NULL || !bench_pair_wait_open (pair, OPEN_TIMEOUT_US))
    return FALSE;
  *out_ms = (g_get_monotonic_time () - start) / 1000.0;
  return TRUE;
}

gboolean
bench_run_setup (const BenchOptions *options)
{
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (gdouble));
  BenchUsage before, after;
  gdouble first_ms, ms;

  if (!measure_pair (options->element, &first_ms))
    return FALSE;
  bench_usage_get (&before);
  for (gint i = 0; i < options->setup_pairs; i++) {
    if (!measure_pair (options->element, &ms))
      return FALSE;
    g_array_append_val (samples, ms);
  }
  bench_usage_get (&after);
  bench_print_figure ("offer to open data channel, median", "ms", BENCH_LOWER_IS_BETTER,
      bench_percentile (samples, 50));
  bench_print_figure ("offer to open data channel, 99th percentile", "ms", BENCH_LOWER_IS_BETTER,
      bench_percentile (samples, 99));
  bench_print_figure (
      "offer to open data channel, first pair", "ms", BENCH_LOWER_IS_BETTER, first_ms);
  bench_print_figure ("CPU time of a pair, made, connected and freed", "ms", BENCH_LOWER_IS_BETTER,
      (after.cpu_us - before.cpu_us) / 1000.0 / MAX (options->setup_pairs, 1));
  return TRUE;
}
