/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario restart: an ICE restart while messages flow, one each millisecond. Reported is how long
 * the exchange of the restarting offer and answer takes until both are applied on both sides, and
 * the longest pause between two messages that arrived meanwhile. An element whose offer keeps its
 * ufrag does not restart; it gets no figure.
 */
#include "bench.h"
#include "benchpair.h"

#include <string.h>

#define OPEN_TIMEOUT_US (20 * G_USEC_PER_SEC)
#define MESSAGE_INTERVAL_US G_TIME_SPAN_MILLISECOND
/* Until the checks of the new generation are over. */
#define WATCH_US G_USEC_PER_SEC

typedef struct {
  GstWebRTCDataChannel *channel;
  gint is_stopped; /* atomic */
  GMutex lock;
  /* Under lock: */
  gint64 last_arrival_us;
  gint64 longest_gap_us;
} Restart;

static void
on_message (GstWebRTCDataChannel *channel, GBytes *data, Restart *restart)
{
  gint64 now = g_get_monotonic_time ();

  g_mutex_lock (&restart->lock);
  if (restart->last_arrival_us != 0)
    restart->longest_gap_us = MAX (restart->longest_gap_us, now - restart->last_arrival_us);
  restart->last_arrival_us = now;
  g_mutex_unlock (&restart->lock);
}

static gpointer
send_steadily (gpointer user_data)
{
  Restart *restart = user_data;
  g_autoptr (GBytes) message = g_bytes_new_static ("tick", 4);

  while (!g_atomic_int_get (&restart->is_stopped)) {
    g_signal_emit_by_name (restart->channel, "send-data", message);
    g_usleep (MESSAGE_INTERVAL_US);
  }
  return NULL;
}

static gint64
take_longest_gap (Restart *restart)
{
  gint64 gap_us;

  g_mutex_lock (&restart->lock);
  /* A pause that has not ended counts with the length it has. */
  gap_us = MAX (restart->longest_gap_us, g_get_monotonic_time () - restart->last_arrival_us);
  restart->longest_gap_us = 0;
  g_mutex_unlock (&restart->lock);
  return gap_us;
}

/* The value of the first a=ice-ufrag line, (transfer full). */
static gchar *
find_ufrag (const gchar *sdp)
{
  const gchar *line = strstr (sdp, "a=ice-ufrag:");

  return line != NULL ? g_strndup (line, strcspn (line, "\r\n")) : g_strdup ("");
}

static gboolean
measure (BenchPair *pair, Restart *restart, const gchar *first_offer)
{
  GstStructure *options =
      gst_structure_new ("offer-options", "ice-restart", G_TYPE_BOOLEAN, TRUE, NULL);
  g_autofree gchar *before = find_ufrag (first_offer);
  g_autofree gchar *after = NULL;
  g_autofree gchar *offer = NULL;
  gint64 start, exchange_us;
  gdouble calm_ms;

  g_usleep (WATCH_US);
  take_longest_gap (restart);
  g_usleep (WATCH_US);
  calm_ms = take_longest_gap (restart) / 1000.0;
  start = g_get_monotonic_time ();
  offer = bench_pair_negotiate (pair, options);
  exchange_us = g_get_monotonic_time () - start;
  if (offer == NULL)
    return FALSE;
  after = find_ufrag (offer);
  if (g_str_equal (before, after)) {
    g_printerr ("The offer kept its ufrag: no ICE restart.\n");
    return FALSE;
  }
  g_usleep (WATCH_US);
  bench_print_figure (
      "ICE restart, offer to applied answer", "ms", BENCH_LOWER_IS_BETTER, exchange_us / 1000.0);
  bench_print_figure ("longest pause between messages in it", "ms", BENCH_LOWER_IS_BETTER,
      take_longest_gap (restart) / 1000.0);
  bench_print_figure (
      "longest pause between messages before it", "ms", BENCH_LOWER_IS_BETTER, calm_ms);
  return TRUE;
}

gboolean
bench_run_restart (const BenchOptions *options)
{
  Restart restart = { 0 };
  g_autoptr (BenchPair) pair = bench_pair_new (options->element);
  g_autofree gchar *offer = NULL;
  GThread *sender;
  gboolean is_measured;

  if (pair == NULL || (restart.channel = bench_pair_create_channel (pair)) == NULL)
    return FALSE;
  offer = bench_pair_negotiate (pair, NULL);
  if (offer == NULL || !bench_pair_wait_open (pair, OPEN_TIMEOUT_US))
    return FALSE;
  g_signal_connect (
      bench_pair_get_remote_channel (pair), "on-message-data", G_CALLBACK (on_message), &restart);
  sender = g_thread_new ("sender", send_steadily, &restart);
  is_measured = measure (pair, &restart, offer);
  g_atomic_int_set (&restart.is_stopped, TRUE);
  g_thread_join (sender);
  g_signal_handlers_disconnect_by_data (bench_pair_get_remote_channel (pair), &restart);
  return is_measured;
}
