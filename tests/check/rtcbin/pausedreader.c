/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcbin pauses a channel on which another stack, in a process of its own, sends all it can:
 * webrtcbin (this program once more), aiortc, libdatachannel. The sender is stopped by the window,
 * or, as aiortc sends beyond it, by losses, and when the channel goes on, so does the sender, and
 * nothing is missing. A second session of this process, on the same loop, does not notice.
 */
#include <gst/check/gstcheck.h>
#include <stdlib.h>
#include <string.h>

#include "../../bench/benchpair.h"
#include "../../bench/benchswitch.h"

#define WAIT_US (60 * G_USEC_PER_SEC)
#define MESSAGE_BYTES 16384
#define WINDOW_BYTES (8 * 1024 * 1024)
/* Half a window of probes, and what was on its way. */
#define MAX_HELD_BYTES (WINDOW_BYTES + WINDOW_BYTES / 2 + 1024 * 1024)
/* What arrives after the pause, besides what was held. */
#define MORE_BYTES (8 * 1024 * 1024)
#define STILL_US (2 * G_USEC_PER_SEC)
#define LOW_WATER_BYTES (512 * 1024)
#define HIGH_WATER_BYTES (1024 * 1024)

/* --- the sender's process, when it is webrtcbin --- */

typedef struct {
  BenchWire *wire;
  guint32 n_sent;
} Flood;

static void
fill (GstWebRTCDataChannel *channel, Flood *flood)
{
  guint64 buffered;

  g_object_get (channel, "buffered-amount", &buffered, NULL);
  for (; buffered < HIGH_WATER_BYTES; buffered += MESSAGE_BYTES) {
    guint8 *content = g_malloc0 (MESSAGE_BYTES);
    g_autoptr (GBytes) bytes = g_bytes_new_take (content, MESSAGE_BYTES);

    GST_WRITE_UINT32_BE (content, flood->n_sent++);
    g_signal_emit_by_name (channel, "send-data", bytes);
  }
}

static void
tell_open (GstWebRTCDataChannel *channel, Flood *flood)
{
  bench_wire_send (flood->wire, bench_message_new ("open"));
}

static int
send_all_it_can (const gchar *element)
{
  Flood flood = { .wire = bench_wire_new_child () };
  BenchSwitch *sides = bench_switch_new (flood.wire);
  GstElement *pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  GstWebRTCDataChannel *channel = NULL;
  BenchSide *side;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  side = bench_side_new (GST_BIN (pipeline), element, flood.wire, 0);
  if (!bench_switch_add (sides, side))
    return 77;
  if (bench_switch_wait (sides, "prepare", WAIT_US) == NULL)
    return 1;
  bench_wire_send (flood.wire, bench_message_new ("prepared"));
  g_signal_emit_by_name (
      bench_side_get_element (side), "create-data-channel", "data", NULL, &channel);
  g_object_set (channel, "buffered-amount-low-threshold", (guint64) LOW_WATER_BYTES, NULL);
  g_signal_connect (channel, "on-open", G_CALLBACK (tell_open), &flood);
  g_signal_connect (channel, "on-buffered-amount-low", G_CALLBACK (fill), &flood);
  if (!bench_side_offer (side) || bench_switch_wait (sides, "start", WAIT_US) == NULL)
    return 1;
  fill (channel, &flood);
  bench_switch_wait (sides, "quit", 5 * WAIT_US);
  exit (0);
}

/* --- the reader --- */

typedef struct {
  GMutex lock;
  GCond cond;
  /* Under lock: */
  GstWebRTCDataChannel *channel;
  guint64 bytes;
  guint32 n_messages;
  gboolean is_numbered;
  guint n_echoes;
} Reader;

static void
on_message (GstWebRTCDataChannel *channel, GBytes *data, Reader *reader)
{
  g_mutex_lock (&reader->lock);
  fail_unless_equals_int (g_bytes_get_size (data), MESSAGE_BYTES);
  if (reader->is_numbered)
    fail_unless_equals_int (GST_READ_UINT32_BE (g_bytes_get_data (data, NULL)), reader->n_messages);
  reader->n_messages++;
  reader->bytes += g_bytes_get_size (data);
  g_cond_broadcast (&reader->cond);
  g_mutex_unlock (&reader->lock);
}

static void
on_data_channel (GstElement *element, GstWebRTCDataChannel *channel, Reader *reader)
{
  g_signal_connect (channel, "on-message-data", G_CALLBACK (on_message), reader);
  g_object_set (channel, "paused", TRUE, NULL);
  g_mutex_lock (&reader->lock);
  reader->channel = g_object_ref (channel);
  g_cond_broadcast (&reader->cond);
  g_mutex_unlock (&reader->lock);
}

static void
on_echo (GstWebRTCDataChannel *channel, const gchar *text, Reader *reader)
{
  g_mutex_lock (&reader->lock);
  reader->n_echoes++;
  g_cond_broadcast (&reader->cond);
  g_mutex_unlock (&reader->lock);
}

/* From the rtcsctp of @peer. */
static guint64
get_sctp_stat (GstElement *peer, const gchar *name)
{
  g_autoptr (GstIterator) iterator =
      gst_bin_iterate_all_by_element_factory_name (GST_BIN (peer), "rtcsctp");
  g_autoptr (GstStructure) stats = NULL;
  GValue item = G_VALUE_INIT;
  guint64 value = 0;

  if (gst_iterator_next (iterator, &item) != GST_ITERATOR_OK)
    return 0;
  g_object_get (g_value_get_object (&item), "stats", &stats, NULL);
  g_value_unset (&item);
  gst_structure_get_uint64 (stats, name, &value);
  return value;
}

/* Until the reader holds a good part of a window, and then hardly more for a while. Returns what it
 * holds. */
static guint64
wait_until_stopped (GstElement *peer)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_US, still_since = 0;
  guint64 held = 0;

  while (still_since == 0 || g_get_monotonic_time () < still_since + STILL_US) {
    guint64 now = get_sctp_stat (peer, "bytes-received");

    fail_unless (g_get_monotonic_time () < deadline, "%u bytes held, still more come", (guint) now);
    fail_unless (now <= MAX_HELD_BYTES, "%u bytes held", (guint) now);
    if (still_since == 0 && now > WINDOW_BYTES * 3 / 4)
      still_since = g_get_monotonic_time ();
    held = now;
    g_usleep (10 * G_TIME_SPAN_MILLISECOND);
  }
  return held;
}

static void
check_neighbour (GstWebRTCDataChannel *channel, Reader *reader)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_US;

  for (guint i = 0; i < 20; i++) {
    fail_unless (gst_webrtc_data_channel_send_string_full (channel, "still there?", NULL));
    g_mutex_lock (&reader->lock);
    while (reader->n_echoes <= i)
      fail_unless (g_cond_wait_until (&reader->cond, &reader->lock, deadline));
    g_mutex_unlock (&reader->lock);
  }
}

static void
wait_for_bytes (Reader *reader, guint64 bytes)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_US;

  g_mutex_lock (&reader->lock);
  while (reader->bytes < bytes)
    fail_unless (g_cond_wait_until (&reader->cond, &reader->lock, deadline),
        "%u bytes of %u have come", (guint) reader->bytes, (guint) bytes);
  g_mutex_unlock (&reader->lock);
}

static const struct {
  const gchar *name;
  const gchar *command[4];
  const gchar *needs; /* a file */
  gboolean is_numbered;
} senders[] = {
  { "webrtcbin", { "/proc/self/exe", "webrtcbin" }, NULL, TRUE },
  { "rtcbin", { "/proc/self/exe", "rtcbin" }, NULL, TRUE },
  { "aiortc", { "/usr/bin/python3", PEERS "/flood_aiortc.py" },
      "/usr/lib/python3/dist-packages/aiortc", FALSE },
  { "libdatachannel", { "node", PEERS "/flood_nodedatachannel.mjs" },
      PEERS "/../node_modules/node-datachannel", FALSE },
};

static void
start_flood (BenchWire *wire, BenchSwitch *sides)
{
  JsonObject *message = bench_message_new ("prepare");

  json_object_set_string_member (message, "role", "send");
  bench_wire_send (wire, message);
  message = bench_switch_wait (sides, "open", WAIT_US);
  fail_unless (message != NULL);
  json_object_unref (message);
  message = bench_message_new ("start");
  json_object_set_int_member (message, "size", MESSAGE_BYTES);
  bench_wire_send (wire, message);
}

GST_START_TEST (test_paused_reader)
{
  Reader reader = { .is_numbered = senders[__i__].is_numbered };
  g_autoptr (BenchPair) neighbour = NULL;
  g_autoptr (BenchWire) wire = NULL;
  GstWebRTCDataChannel *beside;
  BenchSwitch *sides;
  GstElement *pipeline;
  BenchSide *side;
  guint64 held;

  if (senders[__i__].needs != NULL && !g_file_test (senders[__i__].needs, G_FILE_TEST_EXISTS)) {
    g_print ("%s is not installed: left out\n", senders[__i__].name);
    return;
  }
  neighbour = bench_pair_new ("rtcbin");
  beside = bench_pair_create_channel (neighbour);
  g_free (bench_pair_negotiate (neighbour, NULL));
  fail_unless (bench_pair_wait_open (neighbour, WAIT_US));
  g_signal_connect (bench_pair_get_remote_channel (neighbour), "on-message-string",
      G_CALLBACK (on_echo), &reader);

  wire = bench_wire_spawn (senders[__i__].command);
  sides = bench_switch_new (wire);
  pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  side = bench_side_new (GST_BIN (pipeline), "rtcbin", wire, 0);
  fail_unless (bench_switch_add (sides, side));
  g_signal_connect (
      bench_side_get_element (side), "on-data-channel", G_CALLBACK (on_data_channel), &reader);
  start_flood (wire, sides);

  held = wait_until_stopped (bench_side_get_element (side));
  check_neighbour (beside, &reader);
  g_print ("%s: %u bytes held, %u packets dropped\n", senders[__i__].name, (guint) held,
      (guint) get_sctp_stat (bench_side_get_element (side), "packets-dropped"));
  fail_unless_equals_int (reader.n_messages, 0);
  g_object_set (reader.channel, "paused", FALSE, NULL);
  wait_for_bytes (&reader, held + MORE_BYTES);

  bench_wire_send (wire, bench_message_new ("quit"));
  g_signal_handlers_disconnect_by_data (reader.channel, &reader);
  g_signal_handlers_disconnect_by_data (bench_pair_get_remote_channel (neighbour), &reader);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  bench_switch_free (sides);
  g_object_unref (reader.channel);
  gst_object_unref (pipeline);
}
GST_END_TEST;

static Suite *
pausedreader_suite (void)
{
  Suite *suite = suite_create ("paused reader");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 180);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_paused_reader, 0, G_N_ELEMENTS (senders));
  return suite;
}

int
main (int argc, char **argv)
{
  if (argc > 1) {
    gst_init (NULL, NULL);
    return send_all_it_can (argv[1]);
  }
  /* Both sessions are on one loop. */
  g_setenv ("GST_RTC_LOOP_THREADS", "1", TRUE);
  gst_check_init (&argc, &argv);
  return gst_check_run_suite (pausedreader_suite (), "pausedreader", __FILE__);
}
