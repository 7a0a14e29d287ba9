/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario roundtrip: goodput of one reliable, ordered channel over long and lossy ways, in virtual
 * time (benchvirtual.h), so the machine's speed is not in the figures. A way has a rate and a queue
 * of one bandwidth-delay product in front of it. Reported are the first --roundtrip-seconds after
 * the channel has opened, with the slow start, and as many after these.
 */
#include "bench.h"
#include "benchvirtual.h"

#define LOW_WATER_BYTES (512 * 1024)
#define HIGH_WATER_BYTES (1024 * 1024)
#define MESSAGE_BYTES 16384
#define MIN_QUEUE_BYTES (256 * 1024)

/* In tenths of a percent. */
static const guint losses[] = { 0, 1, 10 };

typedef struct {
  GBytes *message;
  gint64 received_bytes;
} Flow;

static void
on_message (GstWebRTCDataChannel *channel, GBytes *data, Flow *flow)
{
  flow->received_bytes += g_bytes_get_size (data);
}

static void
fill (GstWebRTCDataChannel *channel, Flow *flow)
{
  guint64 buffered;

  g_object_get (channel, "buffered-amount", &buffered, NULL);
  for (; buffered < HIGH_WATER_BYTES; buffered += MESSAGE_BYTES)
    g_signal_emit_by_name (channel, "send-data", flow->message);
}

static gdouble
measure_mbit (BenchVirtual *pair, Flow *flow, gint seconds)
{
  gint64 before = flow->received_bytes;

  bench_virtual_run (pair, seconds * GST_SECOND);
  return (gdouble) (flow->received_bytes - before) * 8 / seconds / 1e6;
}

static void
print_figure (guint round_trip_ms, guint loss, const gchar *when, gdouble mbit)
{
  g_autofree gchar *name = g_strdup_printf (
      "goodput, round trip %u ms, loss %u.%u %%, %s", round_trip_ms, loss / 10, loss % 10, when);

  bench_print_figure (name, "Mbit/s", BENCH_HIGHER_IS_BETTER, mbit);
}

static gboolean
run_way (const BenchOptions *options, guint round_trip_ms, guint loss)
{
  guint64 rate = (guint64) options->link_mbit * 1000000;
  guint64 product = rate / 8 * round_trip_ms / 1000;
  g_autofree gchar *conditions =
      g_strdup_printf ("delay=%u,loss=%u.%u,rate=%" G_GUINT64_FORMAT ",queue=%" G_GUINT64_FORMAT,
          round_trip_ms / 2, loss / 10, loss % 10, rate, MAX (product, MIN_QUEUE_BYTES));
  g_autoptr (GBytes) message = g_bytes_new_take (g_malloc0 (MESSAGE_BYTES), MESSAGE_BYTES);
  Flow flow = { .message = message };
  g_autoptr (BenchVirtual) pair = bench_virtual_new (options->element, conditions);
  GstWebRTCDataChannel *channel;

  if (pair == NULL)
    return FALSE;
  channel = bench_virtual_get_channel (pair, 0);
  g_signal_connect (
      bench_virtual_get_channel (pair, 1), "on-message-data", G_CALLBACK (on_message), &flow);
  g_object_set (channel, "buffered-amount-low-threshold", (guint64) LOW_WATER_BYTES, NULL);
  g_signal_connect (channel, "on-buffered-amount-low", G_CALLBACK (fill), &flow);
  fill (channel, &flow);
  print_figure (
      round_trip_ms, loss, "at first", measure_mbit (pair, &flow, options->roundtrip_seconds));
  print_figure (
      round_trip_ms, loss, "then", measure_mbit (pair, &flow, options->roundtrip_seconds));
  g_signal_handlers_disconnect_by_data (channel, &flow);
  g_signal_handlers_disconnect_by_data (bench_virtual_get_channel (pair, 1), &flow);
  return TRUE;
}

gboolean
bench_run_roundtrip (const BenchOptions *options)
{
  for (guint i = 0; i < G_N_ELEMENTS (losses); i++)
    for (guint j = 0; j < options->round_trips->len; j++)
      if (!run_way (options, g_array_index (options->round_trips, guint, j), losses[i]))
        return FALSE;
  return TRUE;
}
