/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How data channels flow, in virtual time: what a long way carries, and what an application is told
 * of its messages that wait. The machine's speed decides nothing here.
 */
#include <gst/check/gstcheck.h>
#include <string.h>

#include "../../bench/benchvirtual.h"

#define LOW_WATER_BYTES (512 * 1024)
#define HIGH_WATER_BYTES (1024 * 1024)
#define MESSAGE_BYTES 16384
#define LIMIT_BYTES (16 * 1024 * 1024)

typedef struct {
  BenchVirtual *pair;
  GstWebRTCDataChannel *channel;
  gboolean is_filling;
  guint n_low;
  guint n_received;
  guint64 received_bytes;
  GArray *buffered; /* of guint64: as notified */
} Flow;

static void
on_message (GstWebRTCDataChannel *channel, GBytes *data, Flow *flow)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (data, &size);

  /* The first four bytes count. */
  if (size >= 4)
    fail_unless_equals_int (GST_READ_UINT32_BE (bytes), flow->n_received);
  flow->n_received++;
  flow->received_bytes += size;
}

static guint64
get_buffered (Flow *flow)
{
  guint64 buffered;

  g_object_get (flow->channel, "buffered-amount", &buffered, NULL);
  return buffered;
}

static gboolean
send (Flow *flow, guint number, gsize size, GError **error)
{
  guint8 *content = g_malloc0 (size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (content, size);

  GST_WRITE_UINT32_BE (content, number);
  return gst_webrtc_data_channel_send_data_full (flow->channel, bytes, error);
}

static void
fill (Flow *flow)
{
  static guint number;

  if (flow->n_received == 0 && flow->n_low == 0)
    number = 0;
  for (guint64 left = get_buffered (flow); left < HIGH_WATER_BYTES; left += MESSAGE_BYTES)
    fail_unless (send (flow, number++, MESSAGE_BYTES, NULL));
}

static void
on_low (GstWebRTCDataChannel *channel, Flow *flow)
{
  flow->n_low++;
  if (flow->is_filling)
    fill (flow);
}

static void
on_buffered (GstWebRTCDataChannel *channel, GParamSpec *pspec, Flow *flow)
{
  guint64 buffered = get_buffered (flow);

  g_array_append_val (flow->buffered, buffered);
}

static void
setup (Flow *flow, const gchar *conditions)
{
  *flow = (Flow){ .pair = bench_virtual_new ("rtcbin", conditions) };
  fail_unless (flow->pair != NULL);
  flow->buffered = g_array_new (FALSE, FALSE, sizeof (guint64));
  flow->channel = bench_virtual_get_channel (flow->pair, 0);
  g_signal_connect (
      bench_virtual_get_channel (flow->pair, 1), "on-message-data", G_CALLBACK (on_message), flow);
  g_signal_connect (flow->channel, "on-buffered-amount-low", G_CALLBACK (on_low), flow);
  g_signal_connect (flow->channel, "notify::buffered-amount", G_CALLBACK (on_buffered), flow);
}

static void
teardown (Flow *flow)
{
  g_signal_handlers_disconnect_by_data (flow->channel, flow);
  g_signal_handlers_disconnect_by_data (bench_virtual_get_channel (flow->pair, 1), flow);
  g_array_unref (flow->buffered);
  bench_virtual_free (flow->pair);
}

static const struct {
  const gchar *conditions;
  guint expected_mbit; /* in the second second */
} ways[] = {
  /* No window of ours is in the way. */
  { "delay=50,rate=1000000000,queue=12500000", 400 },
  /* A SACK that is late by the receiver's timer is no loss. */
  { "delay=10,rate=100000000,queue=1000000", 85 },
  /* What a slow start has lost is made good, and the flow goes on. */
  { "delay=10,rate=1000000000,queue=2500000", 20 },
};

GST_START_TEST (test_long_way)
{
  Flow flow;
  guint64 before;
  guint mbit;

  setup (&flow, ways[__i__].conditions);
  flow.is_filling = TRUE;
  g_object_set (flow.channel, "buffered-amount-low-threshold", (guint64) LOW_WATER_BYTES, NULL);
  fill (&flow);
  bench_virtual_run (flow.pair, 2 * GST_SECOND);
  before = flow.received_bytes;
  bench_virtual_run (flow.pair, GST_SECOND);
  mbit = (guint) ((flow.received_bytes - before) * 8 / 1000000);
  g_print ("%s: %u Mbit/s\n", ways[__i__].conditions, mbit);
  fail_unless (mbit >= ways[__i__].expected_mbit, "only %u Mbit/s", mbit);
  flow.is_filling = FALSE;
  teardown (&flow);
}
GST_END_TEST;

/* Sizes around a threshold of 1000: how often each burst makes the amount fall to it. */
static const struct {
  const gchar *name;
  guint n_messages;
  gsize size;
  guint n_low;
} bursts[] = {
  { "below the threshold", 9, 100, 0 },
  { "at the threshold", 10, 100, 0 },
  { "one byte above, gone within the call", 1, 1001, 1 },
  { "above, gone within the call", 11, 100, 1 },
  { "more than the window", 100, MESSAGE_BYTES, 1 },
};

GST_START_TEST (test_low_once)
{
  Flow flow;
  guint64 last = 0;

  setup (&flow, "delay=20");
  g_object_set (flow.channel, "buffered-amount-low-threshold", (guint64) 1000, NULL);
  for (guint i = 0; i < bursts[__i__].n_messages; i++) {
    fail_unless (send (&flow, i, bursts[__i__].size, NULL));
    fail_unless_equals_uint64 (get_buffered (&flow), (i + 1) * bursts[__i__].size);
  }
  fail_unless_equals_int (flow.n_low, 0);
  bench_virtual_run (flow.pair, 10 * GST_SECOND);
  fail_unless_equals_uint64 (get_buffered (&flow), 0);
  fail_unless_equals_int (flow.n_low, bursts[__i__].n_low);
  fail_unless_equals_int (flow.n_received, bursts[__i__].n_messages);
  for (guint i = 0; i < flow.buffered->len; i++) {
    guint64 buffered = g_array_index (flow.buffered, guint64, i);

    fail_unless (i == 0 || buffered < last, "%s: it rose without a send", bursts[__i__].name);
    last = buffered;
  }
  fail_unless (flow.buffered->len > 0);
  teardown (&flow);
}
GST_END_TEST;

/* While nothing passes, messages are taken up to the limit and refused beyond it; none is lost. */
GST_START_TEST (test_limit)
{
  g_autoptr (GError) error = NULL;
  guint n_sent = 0;
  guint64 at_limit;
  Flow flow;

  setup (&flow, "delay=5");
  bench_virtual_set_conditions (flow.pair, "delay=5,blackout=1");
  while (send (&flow, n_sent, MESSAGE_BYTES, &error))
    fail_unless (++n_sent <= LIMIT_BYTES / MESSAGE_BYTES + 16);
  g_print ("%u messages, then: %s\n", n_sent, error->message);
  at_limit = get_buffered (&flow);
  fail_unless (at_limit <= LIMIT_BYTES && at_limit + 2 * MESSAGE_BYTES > LIMIT_BYTES);
  fail_if (send (&flow, n_sent, MESSAGE_BYTES, NULL));
  fail_unless_equals_uint64 (get_buffered (&flow), at_limit);
  bench_virtual_run (flow.pair, GST_SECOND);
  bench_virtual_set_conditions (flow.pair, "delay=5");
  bench_virtual_run (flow.pair, 30 * GST_SECOND);
  fail_unless_equals_int (flow.n_received, n_sent);
  fail_unless_equals_uint64 (get_buffered (&flow), 0);
  fail_unless (send (&flow, n_sent, MESSAGE_BYTES, NULL));
  bench_virtual_run (flow.pair, GST_SECOND);
  fail_unless_equals_int (flow.n_received, n_sent + 1);
  teardown (&flow);
}
GST_END_TEST;

static Suite *
rtcbinflow_suite (void)
{
  Suite *suite = suite_create ("flow of data channels");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 120);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_long_way, 0, G_N_ELEMENTS (ways));
  tcase_add_loop_test (chain, test_low_once, 0, G_N_ELEMENTS (bursts));
  tcase_add_test (chain, test_limit);
  return suite;
}

GST_CHECK_MAIN (rtcbinflow);
