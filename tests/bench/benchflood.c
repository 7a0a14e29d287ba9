/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BenchFlood: see benchflood.h. */
#include "benchflood.h"

#define HIGH_WATER_BYTES (1024 * 1024)
#define LOW_WATER_BYTES (512 * 1024)
/* How many bytes may be sent between two looks at buffered-amount. */
#define CHECK_EVERY_BYTES (64 * 1024)
/* Only so that the sender sees the end; the signal is what it waits for. */
#define SIGNAL_TIMEOUT_US (G_USEC_PER_SEC / 10)

struct _BenchFlood {
  GstWebRTCDataChannel *channel;
  GBytes *message;
  GThread *thread;
  gint is_stopped;   /* atomic */
  gint64 sent_bytes; /* the thread's, until it is joined */
  GMutex lock;
  GCond cond;
  gboolean is_low; /* under lock: on-buffered-amount-low came */
};

static void
on_buffered_amount_low (GstWebRTCDataChannel *channel, BenchFlood *flood)
{
  g_mutex_lock (&flood->lock);
  flood->is_low = TRUE;
  g_cond_signal (&flood->cond);
  g_mutex_unlock (&flood->lock);
}

static guint64
get_buffered (BenchFlood *flood)
{
  guint64 buffered_bytes;

  g_object_get (flood->channel, "buffered-amount", &buffered_bytes, NULL);
  return buffered_bytes;
}

/* The flag is taken back before the look, so that a signal between look and wait is not lost. */
static void
wait_for_room (BenchFlood *flood)
{
  gboolean is_low = FALSE;

  while (!is_low && !g_atomic_int_get (&flood->is_stopped)) {
    gint64 deadline = g_get_monotonic_time () + SIGNAL_TIMEOUT_US;

    g_mutex_lock (&flood->lock);
    flood->is_low = FALSE;
    g_mutex_unlock (&flood->lock);
    if (get_buffered (flood) <= LOW_WATER_BYTES)
      return;
    g_mutex_lock (&flood->lock);
    while (!flood->is_low && g_cond_wait_until (&flood->cond, &flood->lock, deadline))
      continue;
    is_low = flood->is_low;
    g_mutex_unlock (&flood->lock);
  }
}

static gpointer
send_messages (gpointer user_data)
{
  BenchFlood *flood = user_data;
  gsize unchecked_bytes = 0;

  while (!g_atomic_int_get (&flood->is_stopped)) {
    g_signal_emit_by_name (flood->channel, "send-data", flood->message);
    flood->sent_bytes += g_bytes_get_size (flood->message);
    unchecked_bytes += g_bytes_get_size (flood->message);
    if (unchecked_bytes < CHECK_EVERY_BYTES)
      continue;
    unchecked_bytes = 0;
    if (get_buffered (flood) > HIGH_WATER_BYTES)
      wait_for_room (flood);
  }
  return NULL;
}

BenchFlood *
bench_flood_new (GstWebRTCDataChannel *channel, gsize message_bytes)
{
  BenchFlood *flood = g_new0 (BenchFlood, 1);

  flood->channel = g_object_ref (channel);
  flood->message = g_bytes_new_take (g_malloc0 (message_bytes), message_bytes);
  g_mutex_init (&flood->lock);
  g_cond_init (&flood->cond);
  g_object_set (channel, "buffered-amount-low-threshold", (guint64) LOW_WATER_BYTES, NULL);
  g_signal_connect (channel, "on-buffered-amount-low", G_CALLBACK (on_buffered_amount_low), flood);
  flood->thread = g_thread_new ("flood", send_messages, flood);
  return flood;
}

gint64
bench_flood_stop (BenchFlood *flood)
{
  g_atomic_int_set (&flood->is_stopped, TRUE);
  g_clear_pointer (&flood->thread, g_thread_join);
  return flood->sent_bytes;
}

void
bench_flood_free (BenchFlood *flood)
{
  if (flood == NULL)
    return;
  bench_flood_stop (flood);
  g_signal_handlers_disconnect_by_data (flood->channel, flood);
  g_object_unref (flood->channel);
  g_bytes_unref (flood->message);
  g_mutex_clear (&flood->lock);
  g_cond_clear (&flood->cond);
  g_free (flood);
}

static void
on_message (GstWebRTCDataChannel *channel, GBytes *data, gint64 *counter)
{
  __atomic_add_fetch (counter, (gint64) g_bytes_get_size (data), __ATOMIC_RELAXED);
}

void
bench_flood_count (GstWebRTCDataChannel *channel, gint64 *counter)
{
  g_signal_connect (channel, "on-message-data", G_CALLBACK (on_message), counter);
}
