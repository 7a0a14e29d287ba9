/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario videos: many connected pairs in one process, each with one video of 1 Mbit/s in each
 * direction. CPU time, threads, and how many packets are lost.
 */
#include "bench.h"
#include "benchpair.h"
#include "benchrtp.h"

#define CONNECT_TIMEOUT_US (60 * G_USEC_PER_SEC)
#define SETTLE_SECONDS 2
#define DRAIN_US (2 * G_USEC_PER_SEC)
#define TICK_US (5 * G_TIME_SPAN_MILLISECOND)
#define BITS_PER_SECOND 1000000
/* What an access unit of a video of that rate has at 30 frames a second. */
#define PACKETS_AT_ONCE 3

typedef struct {
  GPtrArray *pairs;   /* of BenchPair */
  GPtrArray *sources; /* of BenchSource, two a pair */
  GArray *received;   /* of gint64, one a source */
} Videos;

static gboolean
add_pair (Videos *videos, const BenchOptions *options, guint number)
{
  const BenchStream stream = { BITS_PER_SECOND / 8 / options->packet_size, options->packet_size,
    PACKETS_AT_ONCE };
  BenchPair *pair = bench_pair_new (options->element);
  g_autofree gchar *offer = NULL;
  GstElement *peers[2];

  if (pair == NULL)
    return FALSE;
  g_ptr_array_add (videos->pairs, pair);
  peers[0] = bench_pair_get_offerer (pair);
  peers[1] = bench_pair_get_answerer (pair);
  for (guint i = 0; i < 2; i++) {
    BenchSource *source =
        bench_source_new (bench_pair_get_pipeline (pair), peers[i], "sink_0", &stream);

    if (source == NULL)
      return FALSE;
    g_ptr_array_add (videos->sources, source);
    bench_sink_watch (peers[1 - i], &g_array_index (videos->received, gint64, 2 * number + i));
  }
  offer = bench_pair_negotiate (pair, NULL);
  return offer != NULL;
}

static gint64
sum_received (Videos *videos)
{
  gint64 sum = 0;

  for (guint i = 0; i < videos->received->len; i++)
    sum += bench_counter_get (&g_array_index (videos->received, gint64, i));
  return sum;
}

static guint64
sum_sent (Videos *videos)
{
  guint64 sum = 0;

  for (guint i = 0; i < videos->sources->len; i++)
    sum += bench_source_get_sent (videos->sources->pdata[i]);
  return sum;
}

static guint
count_silent (Videos *videos)
{
  guint n_silent = 0;

  for (guint i = 0; i < videos->received->len; i++)
    n_silent += bench_counter_get (&g_array_index (videos->received, gint64, i)) == 0;
  return n_silent;
}

static gboolean
wait_until_all_flow (Videos *videos)
{
  gint64 deadline = g_get_monotonic_time () + CONNECT_TIMEOUT_US;
  guint n_silent;

  while ((n_silent = count_silent (videos)) > 0) {
    if (g_get_monotonic_time () > deadline) {
      g_printerr ("%u of %u videos do not arrive.\n", n_silent, videos->received->len);
      return FALSE;
    }
    for (guint i = 0; i < videos->sources->len; i++)
      bench_source_push_one (videos->sources->pdata[i]);
    g_usleep (4 * TICK_US);
  }
  return TRUE;
}

/* Until @seconds after @start. */
static void
send_all (Videos *videos, gint64 start, gint seconds)
{
  gint64 length_us = (gint64) seconds * G_USEC_PER_SEC;
  gint64 elapsed_us;

  do {
    elapsed_us = MIN (g_get_monotonic_time () - start, length_us);
    for (guint i = 0; i < videos->sources->len; i++)
      bench_source_push_due (videos->sources->pdata[i], elapsed_us);
    g_usleep (TICK_US);
  } while (elapsed_us < length_us);
}

static void
measure (Videos *videos, gint seconds)
{
  BenchUsage before, after;
  gint64 received = sum_received (videos);
  gdouble sent = sum_sent (videos), arrived;
  gint64 begin = g_get_monotonic_time (), start;

  /* The videos do not stop in between: a jitter buffer takes the first packet after a pause for one
   * that is late. */
  send_all (videos, begin, SETTLE_SECONDS);
  bench_usage_get (&before);
  start = g_get_monotonic_time ();
  send_all (videos, begin, SETTLE_SECONDS + seconds);
  bench_usage_get (&after);
  bench_print_figure ("CPU of all videos", "% of a core", BENCH_LOWER_IS_BETTER,
      100.0 * (after.cpu_us - before.cpu_us) / (g_get_monotonic_time () - start));
  g_usleep (DRAIN_US);
  sent = sum_sent (videos) - sent;
  arrived = sum_received (videos) - received;
  bench_print_figure ("packets of all videos lost", "%", BENCH_LOWER_IS_BETTER,
      100 * (sent - arrived) / MAX (sent, 1));
  bench_print_figure ("packets of all videos a second", "", BENCH_HIGHER_IS_BETTER,
      arrived / (SETTLE_SECONDS + seconds));
  /* Without those of the sources, which are the bench's. */
  bench_print_figure ("threads a peer with a video each way", "", BENCH_LOWER_IS_BETTER,
      ((gdouble) after.threads - videos->sources->len) / (2.0 * videos->pairs->len));
}

gboolean
bench_run_videos (const BenchOptions *options)
{
  Videos videos = { .received = g_array_new (FALSE, TRUE, sizeof (gint64)) };
  gboolean is_good = TRUE;

  bench_raise_descriptor_limit ();
  videos.pairs = g_ptr_array_new_with_free_func ((GDestroyNotify) bench_pair_free);
  videos.sources = g_ptr_array_new_with_free_func ((GDestroyNotify) bench_source_free);
  g_array_set_size (videos.received, 2 * options->video_pairs);
  for (gint i = 0; i < options->video_pairs && is_good; i++)
    is_good = add_pair (&videos, options, (guint) i);
  is_good = is_good && wait_until_all_flow (&videos);
  if (is_good)
    measure (&videos, options->seconds);
  g_ptr_array_unref (videos.pairs);
  g_ptr_array_unref (videos.sources);
  g_array_unref (videos.received);
  return is_good;
}
