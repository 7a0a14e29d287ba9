/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario many: a thousand connected pairs in one process and one pipeline, data channels only.
 * How long until all of them are open, what each peer takes, and the CPU time of all when idle.
 * They are negotiated one after the other by one thread, as signalling would, and connect at the
 * same time. The numbers of --many are tried in turn until an element does not survive one.
 */
#include "bench.h"
#include "benchpair.h"

#define OPEN_TIMEOUT_US (120 * G_USEC_PER_SEC)
/* ICE checks go on for some seconds after the connection; they are not what idle means. */
#define SETTLE_US (12 * G_USEC_PER_SEC)
#define IDLE_US (10 * G_USEC_PER_SEC)

static gboolean
add_pair (GPtrArray *pairs, GstElement *pipeline, const gchar *element)
{
  g_autofree gchar *offer = NULL;
  BenchPair *pair = bench_pair_new_in (pipeline, element);

  if (pair == NULL)
    return FALSE;
  g_ptr_array_add (pairs, pair);
  if (bench_pair_create_channel (pair) == NULL)
    return FALSE;
  offer = bench_pair_negotiate (pair, NULL);
  return offer != NULL;
}

static gboolean
open_pairs (GPtrArray *pairs, GstElement *pipeline, const gchar *element, guint count)
{
  for (guint i = 0; i < count; i++)
    if (!add_pair (pairs, pipeline, element)) {
      g_printerr ("The pair %u of %u cannot be made.\n", i + 1, count);
      return FALSE;
    }
  for (guint i = 0; i < pairs->len; i++)
    if (!bench_pair_wait_open (pairs->pdata[i], OPEN_TIMEOUT_US)) {
      g_printerr ("The pair %u of %u does not open.\n", i + 1, count);
      return FALSE;
    }
  return TRUE;
}

static void
print_figure (
    const gchar *what, guint n_pairs, const gchar *unit, BenchDirection direction, gdouble value)
{
  g_autofree gchar *name = g_strdup_printf ("%s, %u pairs", what, n_pairs);

  bench_print_figure (name, unit, direction, value);
}

static void
print_idle (guint n_pairs)
{
  BenchUsage before, after;
  gint64 start;

  g_usleep (SETTLE_US);
  start = g_get_monotonic_time ();
  bench_usage_get (&before);
  g_usleep (IDLE_US);
  bench_usage_get (&after);
  print_figure ("CPU when idle", n_pairs, "% of a core", BENCH_LOWER_IS_BETTER,
      100.0 * (after.cpu_us - before.cpu_us) / (g_get_monotonic_time () - start));
  /* Those of pools that had work while the pairs opened are gone, for both elements. */
  print_figure ("threads of the process", n_pairs, "", BENCH_LOWER_IS_BETTER, after.threads);
}

static gboolean
run_pairs (const BenchOptions *options, GstElement *pipeline, guint n_pairs)
{
  g_autoptr (GPtrArray) first = g_ptr_array_new_with_free_func ((GDestroyNotify) bench_pair_free);
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func ((GDestroyNotify) bench_pair_free);
  gdouble peers = 2.0 * n_pairs;
  BenchUsage before, after;
  gint64 start;

  /* What a process has once is left out. */
  if (!open_pairs (first, pipeline, options->element, 1))
    return FALSE;
  bench_usage_get (&before);
  start = g_get_monotonic_time ();
  if (!open_pairs (pairs, pipeline, options->element, n_pairs))
    return FALSE;
  print_figure ("time until all are open", n_pairs, "s", BENCH_LOWER_IS_BETTER,
      (g_get_monotonic_time () - start) / (gdouble) G_USEC_PER_SEC);
  bench_usage_get (&after);
  print_figure ("CPU until all are open", n_pairs, "s", BENCH_LOWER_IS_BETTER,
      (after.cpu_us - before.cpu_us) / (gdouble) G_USEC_PER_SEC);
  print_figure ("resident memory of a peer", n_pairs, "KiB", BENCH_LOWER_IS_BETTER,
      ((gdouble) after.resident_bytes - before.resident_bytes) / 1024 / peers);
  print_figure ("descriptors of a peer", n_pairs, "", BENCH_LOWER_IS_BETTER,
      ((gdouble) after.descriptors - before.descriptors) / peers);
  print_idle (n_pairs);
  start = g_get_monotonic_time ();
  g_ptr_array_set_size (pairs, 0);
  print_figure ("time until all are freed", n_pairs, "s", BENCH_LOWER_IS_BETTER,
      (g_get_monotonic_time () - start) / (gdouble) G_USEC_PER_SEC);
  return TRUE;
}

gboolean
bench_run_many (const BenchOptions *options)
{
  GstElement *pipeline = bench_pipeline_new ();
  gboolean is_done = TRUE;

  bench_raise_descriptor_limit ();
  for (guint i = 0; i < options->many->len && is_done; i++)
    is_done = run_pairs (options, pipeline, g_array_index (options->many, guint, i));
  bench_pipeline_free (pipeline);
  return is_done;
}
