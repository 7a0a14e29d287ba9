/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario footprint: threads, descriptors and resident memory that each further peer takes, with
 * many connected data-only pairs in one process and one pipeline, and the CPU time of all of them
 * when idle. One pair is made before the count, so that what a process has once is left out.
 */
#include "bench.h"
#include "benchpair.h"

#define OPEN_TIMEOUT_US (60 * G_USEC_PER_SEC)
/* ICE checks go on for some seconds after the connection; they are not what idle means. */
#define SETTLE_US (7 * G_USEC_PER_SEC)

static BenchPair *
connect_pair (GstElement *pipeline, const gchar *element)
{
  g_autoptr (BenchPair) pair = bench_pair_new_in (pipeline, element);
  g_autofree gchar *offer = NULL;

  if (pair == NULL || bench_pair_create_channel (pair) == NULL)
    return NULL;
  offer = bench_pair_negotiate (pair, NULL);
  if (offer == NULL || !bench_pair_wait_open (pair, OPEN_TIMEOUT_US))
    return NULL;
  return g_steal_pointer (&pair);
}

static gdouble
measure_idle_percent (gint seconds)
{
  BenchUsage before, after;
  gint64 start;

  g_usleep (SETTLE_US);
  start = g_get_monotonic_time ();
  bench_usage_get (&before);
  g_usleep ((gulong) seconds * G_USEC_PER_SEC);
  bench_usage_get (&after);
  return 100.0 * (after.cpu_us - before.cpu_us) / (g_get_monotonic_time () - start);
}

static gboolean
measure (const BenchOptions *options, GstElement *pipeline)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func ((GDestroyNotify) bench_pair_free);
  gdouble peers = 2.0 * options->footprint_pairs;
  BenchUsage before, after;

  for (gint i = 0; i <= options->footprint_pairs; i++) {
    BenchPair *pair = connect_pair (pipeline, options->element);
    if (pair == NULL)
      return FALSE;
    g_ptr_array_add (pairs, pair);
    if (i == 0)
      bench_usage_get (&before);
  }
  bench_usage_get (&after);
  bench_print_figure ("threads a peer", "", BENCH_LOWER_IS_BETTER,
      ((gdouble) after.threads - before.threads) / peers);
  bench_print_figure ("descriptors a peer", "", BENCH_LOWER_IS_BETTER,
      ((gdouble) after.descriptors - before.descriptors) / peers);
  bench_print_figure ("resident memory a peer", "KiB", BENCH_LOWER_IS_BETTER,
      ((gdouble) after.resident_bytes - before.resident_bytes) / 1024 / peers);
  bench_print_figure ("CPU of all idle peers", "% of a core", BENCH_LOWER_IS_BETTER,
      measure_idle_percent (options->seconds));
  return TRUE;
}

gboolean
bench_run_footprint (const BenchOptions *options)
{
  GstElement *pipeline = bench_pipeline_new ();
  gboolean is_done;

  bench_raise_descriptor_limit ();
  is_done = measure (options, pipeline);
  bench_pipeline_free (pipeline);
  return is_done;
}
