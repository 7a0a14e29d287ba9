/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario goodput: how many bytes of messages arrive in a second on one reliable, ordered data
 * channel, for each message size. The sender keeps between 512 KiB and 1 MiB buffered, as an
 * application does that listens to on-buffered-amount-low.
 */
#include "bench.h"
#include "benchpair.h"

#define OPEN_TIMEOUT_US (20 * G_USEC_PER_SEC)
#define WARM_UP_US (G_USEC_PER_SEC / 2)
#define HIGH_WATER_BYTES (1024 * 1024)
#define LOW_WATER_BYTES (512 * 1024)
/* How many bytes may be sent between two looks at buffered-amount. */
#define CHECK_EVERY_BYTES (64 * 1024)
/* webrtcbin does not stop while its SCTP buffer is full, so all is let through before the end. */
#define DRAIN_TIMEOUT_US (10 * G_USEC_PER_SEC)
#define DRAIN_INTERVAL_US (10 * G_TIME_SPAN_MILLISECOND)
/* Only so that the sender sees the end; the signal is what it waits for. */
#define SIGNAL_TIMEOUT_US (G_USEC_PER_SEC / 10)

typedef struct {
  GstWebRTCDataChannel *channel;
  GBytes *message;
  gint is_stopped;       /* atomic */
  gint64 sent_bytes;     /* the sender alone, until it is joined */
  gint64 received_bytes; /* written by the receiver's thread, read as one word */
  GMutex lock;
  GCond cond;
  gboolean is_low; /* under lock: on-buffered-amount-low came */
} Goodput;

static void
on_message (GstWebRTCDataChannel *channel, GBytes *data, Goodput *goodput)
{
  __atomic_add_fetch (&goodput->received_bytes, g_bytes_get_size (data), __ATOMIC_RELAXED);
}

static void
on_buffered_amount_low (GstWebRTCDataChannel *channel, Goodput *goodput)
{
  g_mutex_lock (&goodput->lock);
  goodput->is_low = TRUE;
  g_cond_signal (&goodput->cond);
  g_mutex_unlock (&goodput->lock);
}

static guint64
get_buffered (Goodput *goodput)
{
  guint64 buffered_bytes;

  g_object_get (goodput->channel, "buffered-amount", &buffered_bytes, NULL);
  return buffered_bytes;
}

/* The flag is taken back before the look, so that a signal between look and wait is not lost. */
static void
wait_for_room (Goodput *goodput)
{
  gboolean is_low = FALSE;

  while (!is_low && !g_atomic_int_get (&goodput->is_stopped)) {
    gint64 deadline = g_get_monotonic_time () + SIGNAL_TIMEOUT_US;

    g_mutex_lock (&goodput->lock);
    goodput->is_low = FALSE;
    g_mutex_unlock (&goodput->lock);
    if (get_buffered (goodput) <= LOW_WATER_BYTES)
      return;
    g_mutex_lock (&goodput->lock);
    while (!goodput->is_low && g_cond_wait_until (&goodput->cond, &goodput->lock, deadline))
      continue;
    is_low = goodput->is_low;
    g_mutex_unlock (&goodput->lock);
  }
}

static gpointer
send_messages (gpointer user_data)
{
  Goodput *goodput = user_data;
  gsize unchecked_bytes = 0;

  while (!g_atomic_int_get (&goodput->is_stopped)) {
    g_signal_emit_by_name (goodput->channel, "send-data", goodput->message);
    goodput->sent_bytes += g_bytes_get_size (goodput->message);
    unchecked_bytes += g_bytes_get_size (goodput->message);
    if (unchecked_bytes < CHECK_EVERY_BYTES)
      continue;
    unchecked_bytes = 0;
    if (get_buffered (goodput) > HIGH_WATER_BYTES)
      wait_for_room (goodput);
  }
  return NULL;
}

/* Bytes a second and CPU seconds a second, over @seconds after a warm-up. */
static void
measure (Goodput *goodput, gint seconds, gdouble *out_bytes_per_second, gdouble *out_cpu)
{
  BenchUsage before, after;
  gint64 bytes, start_us, elapsed_us;
  GThread *sender = g_thread_new ("sender", send_messages, goodput);

  g_usleep (WARM_UP_US);
  bench_usage_get (&before);
  bytes = __atomic_load_n (&goodput->received_bytes, __ATOMIC_RELAXED);
  start_us = g_get_monotonic_time ();
  g_usleep ((gulong) seconds * G_USEC_PER_SEC);
  bytes = __atomic_load_n (&goodput->received_bytes, __ATOMIC_RELAXED) - bytes;
  elapsed_us = g_get_monotonic_time () - start_us;
  bench_usage_get (&after);
  g_atomic_int_set (&goodput->is_stopped, TRUE);
  g_thread_join (sender);
  *out_bytes_per_second = (gdouble) bytes * G_USEC_PER_SEC / elapsed_us;
  *out_cpu = (gdouble) (after.cpu_us - before.cpu_us) / elapsed_us;
}

static void
drain (Goodput *goodput)
{
  gint64 deadline = g_get_monotonic_time () + DRAIN_TIMEOUT_US;

  while (__atomic_load_n (&goodput->received_bytes, __ATOMIC_RELAXED) < goodput->sent_bytes &&
      g_get_monotonic_time () < deadline)
    g_usleep (DRAIN_INTERVAL_US);
}

static gboolean
connect_channel (BenchPair *pair, Goodput *goodput)
{
  g_autofree gchar *offer = NULL;

  goodput->channel = bench_pair_create_channel (pair);
  if (goodput->channel == NULL)
    return FALSE;
  g_object_set (goodput->channel, "buffered-amount-low-threshold", (guint64) LOW_WATER_BYTES, NULL);
  g_signal_connect (
      goodput->channel, "on-buffered-amount-low", G_CALLBACK (on_buffered_amount_low), goodput);
  offer = bench_pair_negotiate (pair, NULL);
  if (offer == NULL || !bench_pair_wait_open (pair, OPEN_TIMEOUT_US))
    return FALSE;
  g_signal_connect (
      bench_pair_get_remote_channel (pair), "on-message-data", G_CALLBACK (on_message), goodput);
  return TRUE;
}

static void
print_figures (gdouble bytes_per_second, gdouble cpu, guint size)
{
  g_autofree gchar *label =
      size % 1024 == 0 ? g_strdup_printf ("%u KiB", size / 1024) : g_strdup_printf ("%u B", size);
  g_autofree gchar *goodput = g_strdup_printf ("goodput, messages of %s", label);
  g_autofree gchar *rate = g_strdup_printf ("messages of %s a second", label);
  g_autofree gchar *cost = g_strdup_printf ("CPU of both sides, messages of %s", label);

  bench_print_figure (goodput, "MB/s", BENCH_HIGHER_IS_BETTER, bytes_per_second / 1e6);
  bench_print_figure (rate, "", BENCH_HIGHER_IS_BETTER, bytes_per_second / size);
  if (bytes_per_second > 0)
    bench_print_figure (cost, "s/GB", BENCH_LOWER_IS_BETTER, cpu / bytes_per_second * 1e9);
}

static gboolean
run_size (const BenchOptions *options, guint size)
{
  g_autoptr (GBytes) message = g_bytes_new_take (g_malloc0 (size), size);
  Goodput goodput = { .message = message };
  g_autoptr (BenchPair) pair = bench_pair_new (options->element);
  gdouble bytes_per_second, cpu;

  if (pair == NULL || !connect_channel (pair, &goodput))
    return FALSE;
  measure (&goodput, options->seconds, &bytes_per_second, &cpu);
  print_figures (bytes_per_second, cpu, size);
  drain (&goodput);
  g_signal_handlers_disconnect_by_data (goodput.channel, &goodput);
  g_signal_handlers_disconnect_by_data (bench_pair_get_remote_channel (pair), &goodput);
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
