/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario fairness: one session sends as fast as it can beside many others of the same process
 * that send one small message a second. How long such a message takes, alone and beside the flood.
 */
#include "bench.h"
#include "benchflood.h"
#include "benchpair.h"

#include <string.h>

#define OPEN_TIMEOUT_US (60 * G_USEC_PER_SEC)
#define SETTLE_US (3 * G_USEC_PER_SEC)
#define FLOOD_MESSAGE_BYTES 16384
/* Messages that are under way when sending ends. */
#define DRAIN_US G_USEC_PER_SEC

typedef struct {
  GPtrArray *pairs; /* of BenchPair; the last one is flooded */
  GMutex lock;
  GArray *samples; /* under lock; of gdouble, ms */
  guint n_sent;
} Fairness;

static void
on_message (GstWebRTCDataChannel *channel, GBytes *data, Fairness *fairness)
{
  gint64 sent_us;
  gdouble ms;

  if (g_bytes_get_size (data) != sizeof sent_us)
    return;
  memcpy (&sent_us, g_bytes_get_data (data, NULL), sizeof sent_us);
  ms = (g_get_monotonic_time () - sent_us) / 1000.0;
  g_mutex_lock (&fairness->lock);
  g_array_append_val (fairness->samples, ms);
  g_mutex_unlock (&fairness->lock);
}

static GstWebRTCDataChannel *
get_channel (BenchPair *pair)
{
  return g_object_get_data (G_OBJECT (bench_pair_get_offerer (pair)), "bench-channel");
}

static gboolean
add_pair (Fairness *fairness, const gchar *element)
{
  BenchPair *pair = bench_pair_new (element);
  g_autofree gchar *offer = NULL;
  GstWebRTCDataChannel *channel;

  if (pair == NULL)
    return FALSE;
  g_ptr_array_add (fairness->pairs, pair);
  channel = bench_pair_create_channel (pair);
  if (channel == NULL)
    return FALSE;
  g_object_set_data (G_OBJECT (bench_pair_get_offerer (pair)), "bench-channel", channel);
  offer = bench_pair_negotiate (pair, NULL);
  if (offer == NULL || !bench_pair_wait_open (pair, OPEN_TIMEOUT_US))
    return FALSE;
  g_signal_connect (
      bench_pair_get_remote_channel (pair), "on-message-data", G_CALLBACK (on_message), fairness);
  return TRUE;
}

static void
send_time (GstWebRTCDataChannel *channel)
{
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GBytes) bytes = g_bytes_new (&now, sizeof now);

  g_signal_emit_by_name (channel, "send-data", bytes);
}

/* Each session once a second, one after the other. */
static void
send_slowly (Fairness *fairness, guint n_sessions, gint seconds)
{
  gint64 start = g_get_monotonic_time ();
  gint64 interval_us = G_USEC_PER_SEC / n_sessions;
  guint n_messages = n_sessions * (guint) seconds;

  for (guint i = 0; i < n_messages; i++) {
    gint64 left = start + i * interval_us - g_get_monotonic_time ();

    if (left > 0)
      g_usleep ((gulong) left);
    send_time (get_channel (fairness->pairs->pdata[i % n_sessions]));
  }
  fairness->n_sent = n_messages;
  g_usleep (DRAIN_US);
}

static void
print_figures (Fairness *fairness, const gchar *where)
{
  g_autofree gchar *median = g_strdup_printf ("a message a second %s, median", where);
  g_autofree gchar *high = g_strdup_printf ("a message a second %s, 99th percentile", where);
  g_autofree gchar *late = g_strdup_printf ("a message a second %s, not there after 1 s", where);

  g_mutex_lock (&fairness->lock);
  bench_print_figure (
      median, "ms", BENCH_LOWER_IS_BETTER, bench_percentile (fairness->samples, 50));
  bench_print_figure (high, "ms", BENCH_LOWER_IS_BETTER, bench_percentile (fairness->samples, 99));
  bench_print_figure (late, "%", BENCH_LOWER_IS_BETTER,
      100.0 * ((gdouble) fairness->n_sent - fairness->samples->len) / fairness->n_sent);
  g_array_set_size (fairness->samples, 0);
  g_mutex_unlock (&fairness->lock);
}

static void
measure (Fairness *fairness, const BenchOptions *options)
{
  guint n_sessions = fairness->pairs->len - 1;
  BenchPair *flooded = fairness->pairs->pdata[n_sessions];
  gint64 received = 0;
  BenchFlood *flood;
  gint64 start;

  g_usleep (SETTLE_US);
  send_slowly (fairness, n_sessions, options->seconds);
  print_figures (fairness, "alone");
  bench_flood_count (bench_pair_get_remote_channel (flooded), &received);
  flood = bench_flood_new (get_channel (flooded), FLOOD_MESSAGE_BYTES);
  start = g_get_monotonic_time ();
  send_slowly (fairness, n_sessions, options->seconds);
  bench_print_figure ("goodput of the flood beside them", "MB/s", BENCH_HIGHER_IS_BETTER,
      (gdouble) __atomic_load_n (&received, __ATOMIC_RELAXED) / (g_get_monotonic_time () - start));
  bench_flood_free (flood);
  print_figures (fairness, "beside a flood");
  g_signal_handlers_disconnect_by_data (bench_pair_get_remote_channel (flooded), &received);
}

gboolean
bench_run_fairness (const BenchOptions *options)
{
  Fairness fairness = { .samples = g_array_new (FALSE, FALSE, sizeof (gdouble)) };
  gboolean is_good = TRUE;

  bench_raise_descriptor_limit ();
  g_mutex_init (&fairness.lock);
  fairness.pairs = g_ptr_array_new_with_free_func ((GDestroyNotify) bench_pair_free);
  for (gint i = 0; i <= options->fairness_pairs && is_good; i++)
    is_good = add_pair (&fairness, options->element);
  if (is_good)
    measure (&fairness, options);
  for (guint i = 0; i < fairness.pairs->len; i++) {
    GstWebRTCDataChannel *channel = bench_pair_get_remote_channel (fairness.pairs->pdata[i]);
    if (channel != NULL)
      g_signal_handlers_disconnect_by_data (channel, &fairness);
  }
  g_ptr_array_unref (fairness.pairs);
  g_array_unref (fairness.samples);
  g_mutex_clear (&fairness.lock);
  return is_good;
}
