/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario media: the CPU time of one RTP packet on its way from the sender's sink pad to the
 * receiver's source pad, at a fixed rate of equal packets, and how many are lost. Sender and
 * receiver are counted together, less what the connected pair takes while nothing is sent, and less
 * what it takes to make such packets, which is measured before, at the same rate and to nowhere.
 */
#include "bench.h"
#include "benchpair.h"
#include "benchrtp.h"

#define CONNECT_TIMEOUT_US (20 * G_USEC_PER_SEC)
#define IDLE_US (2 * G_USEC_PER_SEC)
/* What is on its way when sending stops: the jitter buffer's 200 ms and then some. */
#define DRAIN_US (G_USEC_PER_SEC)
#define MAKING_SECONDS 2

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

/* CPU time in microseconds that the pair takes of each one when nothing is sent. */
static gdouble
measure_idle (void)
{
  BenchUsage start, end;
  gint64 begin_us = g_get_monotonic_time ();

  bench_usage_get (&start);
  g_usleep (IDLE_US);
  bench_usage_get (&end);
  return (gdouble) (end.cpu_us - start.cpu_us) / (g_get_monotonic_time () - begin_us);
}

/* CPU time of sending for some seconds, less what is taken anyway. */
static gdouble
measure_run (BenchSource *source, gint seconds, gdouble idle_rate)
{
  BenchUsage start, end;
  gint64 begin_us = g_get_monotonic_time ();

  bench_usage_get (&start);
  bench_source_run (source, seconds);
  g_usleep (DRAIN_US);
  bench_usage_get (&end);
  return end.cpu_us - start.cpu_us - idle_rate * (g_get_monotonic_time () - begin_us);
}

/* The figure is one for a packet. */
static gboolean
measure_making (GstElement *pipeline, const BenchStream *stream, gdouble idle_rate, gdouble *out_us)
{
  gint64 counter = 0;
  g_autoptr (BenchSource) source = bench_source_new_alone (pipeline, stream, &counter);
  gdouble cpu_us;

  if (source == NULL)
    return FALSE;
  cpu_us = measure_run (source, MAKING_SECONDS, idle_rate);
  *out_us = cpu_us / MAX (bench_counter_get (&counter), 1);
  bench_source_end (source);
  return TRUE;
}

static void
measure (BenchSource *source, gint64 *counter, gint seconds, gdouble idle_rate, gdouble making_us)
{
  gint64 received = bench_counter_get (counter);
  guint64 sent = bench_source_get_sent (source);
  gdouble cpu_us = measure_run (source, seconds, idle_rate);

  sent = bench_source_get_sent (source) - sent;
  received = bench_counter_get (counter) - received;
  /* Of a packet that arrived: one that is lost early costs little and is no bargain. */
  if (received > 0)
    bench_print_figure ("CPU of an RTP packet, sent and received", "us", BENCH_LOWER_IS_BETTER,
        (cpu_us - making_us * sent) / received);
  bench_print_figure (
      "CPU of making it, not in the line above", "us", BENCH_LOWER_IS_BETTER, making_us);
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
  gdouble idle_rate, making_us;

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
  idle_rate = measure_idle ();
  if (!measure_making (bench_pair_get_pipeline (pair), &stream, idle_rate, &making_us))
    return FALSE;
  measure (source, &received, options->seconds, idle_rate, making_us);
  return TRUE;
}
