/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A peer that stops reading: its application blocks in the handler of a message. The peer is in a
 * process of its own, this program once more, and is webrtcbin or rtcbin. The sender is refused at
 * 16 MiB, needs no more memory, and serves its other session on the same loop; when the peer reads
 * on, nothing is lost.
 */
#include <gst/check/gstcheck.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../bench/benchpair.h"
#include "../../bench/benchswitch.h"

#define WAIT_US (60 * G_USEC_PER_SEC)
#define MESSAGE_BYTES 16384
/* Longer than the largest time between two retransmissions. */
#define BLOCKED_US (5 * G_USEC_PER_SEC)
#define LIMIT_BYTES (16 * 1024 * 1024)
/* With what the reader's stack and the way take. */
#define MAX_MESSAGES (64 * 1024 * 1024 / MESSAGE_BYTES)
/* Our queue, SCTP's copy of what is under way, and the test's own. */
#define MAX_GROWTH_BYTES (96 * 1024 * 1024)
/* ASan keeps what was freed for a while. */
#ifdef __SANITIZE_ADDRESS__
#define HAS_OWN_MEMORY FALSE
#else
#define HAS_OWN_MEMORY TRUE
#endif

/* --- the reader's process --- */

typedef struct {
  BenchWire *wire;
  GMutex lock;
  GCond cond;
  gboolean is_reading; /* under lock */
  gint64 n_messages;   /* the handler's */
} Reader;

static void
on_message (GstWebRTCDataChannel *channel, GBytes *data, Reader *reader)
{
  guint32 number = GST_READ_UINT32_BE (g_bytes_get_data (data, NULL));
  gboolean is_last = GST_READ_UINT32_BE ((const guint8 *) g_bytes_get_data (data, NULL) + 4) != 0;

  if (number != reader->n_messages)
    bench_wire_send (reader->wire, bench_message_new ("wrong-order"));
  reader->n_messages++;
  g_mutex_lock (&reader->lock);
  while (!reader->is_reading)
    g_cond_wait (&reader->cond, &reader->lock);
  g_mutex_unlock (&reader->lock);
  if (is_last) {
    JsonObject *message = bench_message_new ("all");

    json_object_set_int_member (message, "messages", reader->n_messages);
    bench_wire_send (reader->wire, message);
  }
}

static void
on_data_channel (GstElement *element, GstWebRTCDataChannel *channel, Reader *reader)
{
  g_object_ref (channel);
  g_signal_connect (channel, "on-message-data", G_CALLBACK (on_message), reader);
}

static int
read_slowly (const gchar *element)
{
  Reader reader = { .wire = bench_wire_new_child () };
  BenchSwitch *sides = bench_switch_new (reader.wire);
  GstElement *pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  BenchSide *side;
  JsonObject *message;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  side = bench_side_new (GST_BIN (pipeline), element, reader.wire, 0);
  if (!bench_switch_add (sides, side))
    return 77;
  g_signal_connect (
      bench_side_get_element (side), "on-data-channel", G_CALLBACK (on_data_channel), &reader);
  bench_wire_send (reader.wire, bench_message_new ("ready"));
  message = bench_switch_wait (sides, "read", 5 * WAIT_US);
  g_mutex_lock (&reader.lock);
  reader.is_reading = TRUE;
  g_cond_broadcast (&reader.cond);
  g_mutex_unlock (&reader.lock);
  if (message != NULL)
    bench_switch_wait (sides, "quit", 5 * WAIT_US);
  exit (0);
}

/* --- the sender --- */

typedef struct {
  GMutex lock;
  GCond cond;
  /* Under lock: */
  gboolean is_open;
  guint n_low;
  guint n_echoes;
} Told;

static void
on_open (GstWebRTCDataChannel *channel, Told *told)
{
  g_mutex_lock (&told->lock);
  told->is_open = TRUE;
  g_cond_broadcast (&told->cond);
  g_mutex_unlock (&told->lock);
}

static void
on_low (GstWebRTCDataChannel *channel, Told *told)
{
  g_mutex_lock (&told->lock);
  told->n_low++;
  g_cond_broadcast (&told->cond);
  g_mutex_unlock (&told->lock);
}

static void
on_neighbour_message (GstWebRTCDataChannel *channel, const gchar *text, Told *told)
{
  g_mutex_lock (&told->lock);
  told->n_echoes++;
  g_cond_broadcast (&told->cond);
  g_mutex_unlock (&told->lock);
}

static void
wait_until_open (Told *told)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_US;

  g_mutex_lock (&told->lock);
  while (!told->is_open)
    fail_unless (g_cond_wait_until (&told->cond, &told->lock, deadline));
  g_mutex_unlock (&told->lock);
}

static void
wait_for_low (Told *told, guint n_before)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_US;

  g_mutex_lock (&told->lock);
  while (told->n_low == n_before)
    fail_unless (g_cond_wait_until (&told->cond, &told->lock, deadline),
        "the sender is not told that nothing waits any more");
  g_mutex_unlock (&told->lock);
}

static gboolean
send (GstWebRTCDataChannel *channel, guint number, gboolean is_last, GError **error)
{
  guint8 *content = g_malloc0 (MESSAGE_BYTES);
  g_autoptr (GBytes) bytes = g_bytes_new_take (content, MESSAGE_BYTES);

  GST_WRITE_UINT32_BE (content, number);
  GST_WRITE_UINT32_BE (content + 4, is_last);
  return gst_webrtc_data_channel_send_data_full (channel, bytes, error);
}

/* Until nothing more has been taken for BLOCKED_US, or MAX_MESSAGES. Returns the number. */
static guint
send_until_refused (GstWebRTCDataChannel *channel)
{
  g_autoptr (GError) error = NULL;
  gint64 last_us = g_get_monotonic_time ();
  guint64 buffered = 0;
  guint n_sent = 0;

  while (g_get_monotonic_time () < last_us + BLOCKED_US) {
    g_clear_error (&error);
    if (!send (channel, n_sent, FALSE, &error)) {
      g_usleep (10 * G_TIME_SPAN_MILLISECOND);
      continue;
    }
    last_us = g_get_monotonic_time ();
    if (++n_sent == MAX_MESSAGES)
      return n_sent;
  }
  g_object_get (channel, "buffered-amount", &buffered, NULL);
  g_print ("%u messages, %u bytes wait: %s\n", n_sent, (guint) buffered, error->message);
  fail_unless (buffered <= LIMIT_BYTES && buffered > LIMIT_BYTES / 2);
  return n_sent;
}

/* The other session of this process goes on meanwhile. */
static void
check_neighbour (GstWebRTCDataChannel *channel, Told *told)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_US;

  for (guint i = 0; i < 20; i++) {
    fail_unless (gst_webrtc_data_channel_send_string_full (channel, "still there?", NULL));
    g_mutex_lock (&told->lock);
    while (told->n_echoes <= i)
      fail_unless (g_cond_wait_until (&told->cond, &told->lock, deadline));
    g_mutex_unlock (&told->lock);
  }
}

static guint64
get_resident_bytes (void)
{
  g_autofree gchar *content = NULL;
  gulong size, resident = 0;

  g_file_get_contents ("/proc/self/statm", &content, NULL, NULL);
  fail_unless_equals_int (sscanf (content, "%lu %lu", &size, &resident), 2);
  return (guint64) resident * (guint64) sysconf (_SC_PAGESIZE);
}

/* The reader has read all but the last one, which is sent again while the queue is full. */
static void
send_last (GstWebRTCDataChannel *channel, guint number)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_US;

  while (!send (channel, number, TRUE, NULL)) {
    fail_unless (g_get_monotonic_time () < deadline);
    g_usleep (10 * G_TIME_SPAN_MILLISECOND);
  }
}

/* webrtcbin takes in what comes, however long its application blocks. */
static const struct {
  const gchar *element;
  gboolean stops_sender;
} readers[] = { { "webrtcbin", FALSE }, { "rtcbin", TRUE } };

GST_START_TEST (test_slow_reader)
{
  const gchar *const command[] = { "/proc/self/exe", readers[__i__].element, NULL };
  g_autoptr (BenchWire) wire = bench_wire_spawn (command);
  BenchSwitch *sides = bench_switch_new (wire);
  GstElement *pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  g_autoptr (BenchPair) neighbour = bench_pair_new ("rtcbin");
  GstWebRTCDataChannel *beside = bench_pair_create_channel (neighbour);
  g_autofree gchar *offer = bench_pair_negotiate (neighbour, NULL);
  GstWebRTCDataChannel *channel = NULL;
  Told told = { 0 };
  guint n_low;
  JsonObject *message;
  guint64 before;
  guint n_sent;
  BenchSide *side;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless (bench_pair_wait_open (neighbour, WAIT_US));
  g_signal_connect (bench_pair_get_remote_channel (neighbour), "on-message-string",
      G_CALLBACK (on_neighbour_message), &told);
  json_object_unref (bench_switch_wait (sides, "ready", WAIT_US));
  side = bench_side_new (GST_BIN (pipeline), "rtcbin", wire, 0);
  fail_unless (bench_switch_add (sides, side));
  g_signal_emit_by_name (
      bench_side_get_element (side), "create-data-channel", "data", NULL, &channel);
  g_signal_connect (channel, "on-open", G_CALLBACK (on_open), &told);
  g_signal_connect (channel, "on-buffered-amount-low", G_CALLBACK (on_low), &told);
  fail_unless (bench_side_offer (side));
  wait_until_open (&told);

  before = get_resident_bytes ();
  n_sent = send_until_refused (channel);
  check_neighbour (beside, &told);
  if (HAS_OWN_MEMORY)
    fail_unless (get_resident_bytes () < before + MAX_GROWTH_BYTES);
  if (readers[__i__].stops_sender)
    fail_unless (n_sent < MAX_MESSAGES / 2, "the reader does not stop the sender");

  g_mutex_lock (&told.lock);
  n_low = told.n_low;
  g_mutex_unlock (&told.lock);
  bench_wire_send (wire, bench_message_new ("read"));
  send_last (channel, n_sent);
  message = bench_switch_wait (sides, "all", 2 * WAIT_US);
  fail_unless (message != NULL);
  fail_unless_equals_int (json_object_get_int_member (message, "messages"), n_sent + 1);
  json_object_unref (message);
  wait_for_low (&told, n_low);

  bench_wire_send (wire, bench_message_new ("quit"));
  g_signal_handlers_disconnect_by_data (channel, &told);
  g_signal_handlers_disconnect_by_data (bench_pair_get_remote_channel (neighbour), &told);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  bench_switch_free (sides);
  g_object_unref (channel);
  gst_object_unref (pipeline);
}
GST_END_TEST;

static Suite *
slowreader_suite (void)
{
  Suite *suite = suite_create ("slow reader");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 180);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_slow_reader, 0, G_N_ELEMENTS (readers));
  return suite;
}

int
main (int argc, char **argv)
{
  if (argc > 1) {
    gst_init (NULL, NULL);
    return read_slowly (argv[1]);
  }
  /* Both of the sender's sessions are on one loop. */
  g_setenv ("GST_RTC_LOOP_THREADS", "1", TRUE);
  gst_check_init (&argc, &argv);
  return gst_check_run_suite (slowreader_suite (), "slowreader", __FILE__);
}
