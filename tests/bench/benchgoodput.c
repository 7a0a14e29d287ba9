/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario goodput: how many bytes of messages arrive in a second on one reliable, ordered data
 * channel, for each message size. The sender keeps between 512 KiB and 1 MiB buffered, as an
 * application does that listens to on-buffered-amount-low.
 */
#include "bench.h"
#include "benchflood.h"
#include "benchpair.h"

#define OPEN_TIMEOUT_US (20 * G_USEC_PER_SEC)
#define WARM_UP_US (G_USEC_PER_SEC / 2)
/* webrtcbin does not stop while its SCTP buffer is full, so all is let through before the end. */
#define DRAIN_TIMEOUT_US (10 * G_USEC_PER_SEC)
#define DRAIN_INTERVAL_US (10 * G_TIME_SPAN_MILLISECOND)

static gint64
get_counter (gint64 *counter)
{
  return __atomic_load_n (counter, __ATOMIC_RELAXED);
}

/* Bytes a second and CPU seconds a second, over @seconds after a warm-up. */
static void
measure (gint64 *counter, gint seconds, gdouble *out_bytes_per_second, gdouble *out_cpu)
{
  BenchUsage before, after;
  gint64 bytes, start_us, elapsed_us;

  g_usleep (WARM_UP_US);
  bench_usage_get (&before);
  bytes = get_counter (counter);
  start_us = g_get_monotonic_time ();
  g_usleep ((gulong) seconds * G_USEC_PER_SEC);
  bytes = get_counter (counter) - bytes;
  elapsed_us = g_get_monotonic_time () - start_us;
  bench_usage_get (&after);
  *out_bytes_per_second = (gdouble) bytes * G_USEC_PER_SEC / elapsed_us;
  *out_cpu = (gdouble) (after.cpu_us - before.cpu_us) / elapsed_us;
}

static void
drain (gint64 *counter, gint64 sent_bytes)
{
  gint64 deadline = g_get_monotonic_time () + DRAIN_TIMEOUT_US;

  while (get_counter (counter) < sent_bytes && g_get_monotonic_time () < deadline)
    g_usleep (DRAIN_INTERVAL_US);
}

void
bench_print_goodput (gdouble bytes_per_second, gdouble cpu, guint size, const gchar *where)
{
  g_autofree gchar *label =
      size % 1024 == 0 ? g_strdup_printf ("%u KiB", size / 1024) : g_strdup_printf ("%u B", size);
  g_autofree gchar *goodput = g_strdup_printf ("goodput%s, messages of %s", where, label);
  g_autofree gchar *rate = g_strdup_printf ("messages of %s a second%s", label, where);
  g_autofree gchar *cost = g_strdup_printf ("CPU of both sides%s, messages of %s", where, label);

  bench_print_figure (goodput, "MB/s", BENCH_HIGHER_IS_BETTER, bytes_per_second / 1e6);
  bench_print_figure (rate, "", BENCH_HIGHER_IS_BETTER, bytes_per_second / size);
  if (bytes_per_second > 0)
    bench_print_figure (cost, "s/GB", BENCH_LOWER_IS_BETTER, cpu / bytes_per_second * 1e9);
}

static gboolean
run_size (const BenchOptions *options, guint size)
{
  g_autoptr (BenchPair) pair = bench_pair_new (options->element);
  g_autofree gchar *offer = NULL;
  GstWebRTCDataChannel *channel = pair != NULL ? bench_pair_create_channel (pair) : NULL;
  gdouble bytes_per_second, cpu;
  gint64 received_bytes = 0;
  BenchFlood *flood;

  if (channel == NULL)
    return FALSE;
  offer = bench_pair_negotiate (pair, NULL);
  if (offer == NULL || !bench_pair_wait_open (pair, OPEN_TIMEOUT_US))
    return FALSE;
  bench_flood_count (bench_pair_get_remote_channel (pair), &received_bytes);
  flood = bench_flood_new (channel, size);
  measure (&received_bytes, options->seconds, &bytes_per_second, &cpu);
  bench_print_goodput (bytes_per_second, cpu, size, "");
  drain (&received_bytes, bench_flood_stop (flood));
  bench_flood_free (flood);
  g_signal_handlers_disconnect_by_data (bench_pair_get_remote_channel (pair), &received_bytes);
  return TRUE;
}

gboolean
bench_run_goodput (const BenchOptions *options)
{
  for (guint i = 0; i < options->message_sizes->len; i++)
    if (!run_size (options, g_array_index (options->message_sizes, guint, i)))
      return FALSE;
  return TRUE;
}
