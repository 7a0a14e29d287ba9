/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario media: the CPU time of one RTP packet on its way from the sender's sink pad to the
 * receiver's source pad, at a fixed rate of equal packets, and how many are lost. Sender and
 * receiver are counted together, less what the connected pair takes while nothing is sent.
 */
#include "bench.h"
#include "benchpair.h"
#include "benchrtp.h"

#define CONNECT_TIMEOUT_US (20 * G_USEC_PER_SEC)
#define IDLE_US (2 * G_USEC_PER_SEC)
/* What is on its way when sending stops: the jitter buffer's 200 ms and then some. */
#define DRAIN_US (G_USEC_PER_SEC)

static gboolean
wait_until_received (BenchSource *source, gint64 *received, gint64 timeout_us)
{
  gint64 deadline = g_get_monotonic_time () + timeout_us;

  while (bench_counter_get (received) == 0) {
    if (g_get_monotonic_time () > deadline) {
      g_printerr ("No RTP packet arrived.\n");
      return FALSE;
    }
    bench_source_push_one (source);
    g_usleep (20 * G_TIME_SPAN_MILLISECOND);
  }
  return TRUE;
}

static void
measure (BenchSource *source, gint64 *counter, gint seconds)
{
  BenchUsage start, idle, busy;
  gint64 idle_us, begin_us = g_get_monotonic_time ();
  gint64 received;
  guint64 sent;
  gdouble idle_rate, cpu_us;

  bench_usage_get (&start);
  g_usleep (IDLE_US);
  bench_usage_get (&idle);
  idle_us = g_get_monotonic_time () - begin_us;
  idle_rate = (gdouble) (idle.cpu_us - start.cpu_us) / idle_us;

  received = bench_counter_get (counter);
  sent = bench_source_get_sent (source);
  begin_us = g_get_monotonic_time ();
  bench_source_run (source, seconds);
  g_usleep (DRAIN_US);
  bench_usage_get (&busy);
  sent = bench_source_get_sent (source) - sent;
  received = bench_counter_get (counter) - received;
  cpu_us = busy.cpu_us - idle.cpu_us - idle_rate * (g_get_monotonic_time () - begin_us);

  /* Of a packet that arrived: one that is lost early costs little and is no bargain. */
  if (received > 0)
    bench_print_figure (
        "CPU of an RTP packet, sent and received", "us", BENCH_LOWER_IS_BETTER, cpu_us / received);
  bench_print_figure (
      "RTP packets lost", "%", BENCH_LOWER_IS_BETTER, 100.0 * ((gdouble) sent - received) / sent);
}

gboolean
bench_run_media (const BenchOptions *options)
{
  const BenchStream stream = { options->packet_rate, options->packet_size, options->list_length };
  gint64 received = 0;
  g_autoptr (BenchSource) source = NULL;
  g_autoptr (BenchPair) pair = bench_pair_new (options->element);
  g_autofree gchar *offer = NULL;

  if (pair == NULL)
    return FALSE;
  bench_sink_watch (bench_pair_get_answerer (pair), &received);
  source = bench_source_new (
      bench_pair_get_pipeline (pair), bench_pair_get_offerer (pair), "sink_0", &stream);
  if (source == NULL)
    return FALSE;
  offer = bench_pair_negotiate (pair, NULL);
  if (offer == NULL || !wait_until_received (source, &received, CONNECT_TIMEOUT_US))
    return FALSE;
  measure (source, &received, options->seconds);
  return TRUE;
}
