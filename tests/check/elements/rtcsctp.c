/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtcsctp: two associations over a simulated link, in virtual time. */
#include "sctpsim.h"

#include <string.h>

static guint expected_messages;
static guint expected_closed;

static gboolean
b_has_all (SctpSim *sim)
{
  return sim->b.n_messages >= expected_messages;
}

static gboolean
both_have_all (SctpSim *sim)
{
  return b_has_all (sim) && sim->a.n_messages >= expected_messages;
}

static gboolean
both_closed_all (SctpSim *sim)
{
  return sim->a.n_closed >= expected_closed && sim->b.n_closed >= expected_closed;
}

static gboolean
b_is_closed (SctpSim *sim)
{
  return sim->b.state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED;
}

static gboolean
a_is_closed (SctpSim *sim)
{
  return sim->a.state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED;
}

static gboolean
a_has_nothing_buffered (SctpSim *sim)
{
  return sctp_side_get_stat (&sim->a, "buffered") == 0;
}

static void
assert_message (SctpSide *side, guint16 stream, gsize size, guint8 fill)
{
  SctpMessage *message = sctp_side_pop (side);
  gsize received;
  const guint8 *data;

  g_assert_nonnull (message);
  data = g_bytes_get_data (message->data, &received);
  g_assert_cmpuint (message->stream, ==, stream);
  g_assert_cmpuint (message->ppid, ==, 53);
  g_assert_cmpuint (received, ==, size);
  for (gsize i = 0; i < size; i++)
    g_assert_cmpuint (data[i], ==, fill);
  sctp_message_free (message);
}

static const gsize sizes[] = { 1, 2, 3, 64, 1100, 1132, 1133, 1160, 1200, 4096, 16384, 65535, 65536,
  65537, 131072, 262143, 262144 };

static void
send_all_sizes (SctpSim *sim)
{
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_assert_true (sctp_side_send (&sim->a, 0, sizes[i], i + 1));
    g_assert_true (sctp_side_send (&sim->b, 0, sizes[i], i + 101));
  }
  expected_messages = G_N_ELEMENTS (sizes);
  sctp_sim_run_until (sim, both_have_all, 120 * GST_SECOND);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    assert_message (&sim->b, 0, sizes[i], i + 1);
    assert_message (&sim->a, 0, sizes[i], i + 101);
  }
}

GST_START_TEST (test_sizes)
{
  SctpSim *sim = sctp_sim_new (1);

  sctp_sim_connect (sim);
  send_all_sizes (sim);
  g_assert_cmpuint (sim->a.largest_packet, <=, 1160);
  g_assert_cmpuint (sim->a.largest_packet, >, 1100);
  g_assert_cmpuint (sctp_side_get_stat (&sim->a, "mtu"), ==, 1160);
  sctp_sim_free (sim);
}
GST_END_TEST;

static const struct {
  const gchar *name;
  gdouble loss;
  gdouble duplicate;
  GstClockTime jitter;
} links[] = {
  { "reorder", 0, 0, 5 * GST_MSECOND },
  { "duplicate", 0, 0.2, GST_MSECOND },
  { "20 % loss", 0.2, 0, 0 },
  { "all of it", 0.2, 0.1, 10 * GST_MSECOND },
};

GST_START_TEST (test_bad_links)
{
  SctpSim *sim = sctp_sim_new (2 + __i__);

  g_test_message ("%s", links[__i__].name);
  sim->loss = links[__i__].loss;
  sim->duplicate = links[__i__].duplicate;
  sim->jitter = links[__i__].jitter;
  sctp_sim_connect (sim);
  send_all_sizes (sim);
  sctp_sim_free (sim);
}
GST_END_TEST;

GST_START_TEST (test_limits_of_a_message)
{
  SctpSim *sim = sctp_sim_new (3);

  g_assert_false (sctp_side_send (&sim->a, 0, 1, 1));
  sctp_sim_connect (sim);
  g_assert_false (sctp_side_send (&sim->a, 0, 0, 1));
  g_assert_false (sctp_side_send (&sim->a, 0, 262145, 1));
  g_assert_false (sctp_side_send (&sim->a, 1024, 1, 1));
  g_object_set (sim->a.element, "max-message-size", G_GUINT64_CONSTANT (1000), NULL);
  g_assert_false (sctp_side_send (&sim->a, 0, 1001, 1));
  g_assert_true (sctp_side_send (&sim->a, 0, 1000, 7));
  expected_messages = 1;
  sctp_sim_run_until (sim, b_has_all, 10 * GST_SECOND);
  assert_message (&sim->b, 0, 1000, 7);
  sctp_sim_free (sim);
}
GST_END_TEST;

static gboolean
send_unreliable (SctpSide *side, const GstRtcDataReliability *reliability, guint8 fill, gsize size)
{
  guint8 *data = g_malloc (size);
  g_autoptr (GBytes) bytes = NULL;

  memset (data, fill, size);
  bytes = g_bytes_new_take (data, size);
  return gst_rtc_data_transport_send (side->transport, 4, 53, bytes, reliability, NULL);
}

/* A message that must not be repeated is lost as often as the link loses packets; everything
 * behind it comes, and the account goes back to 0. */
GST_START_TEST (test_max_retransmits)
{
  const GstRtcDataReliability once = { FALSE, 0, -1 };
  SctpSim *sim = sctp_sim_new (4);
  guint received;

  sctp_sim_connect (sim);
  sim->loss = 0.2;
  for (guint i = 0; i < 1000; i++) {
    g_assert_true (send_unreliable (&sim->a, &once, i, i % 10 == 0 ? 5000 : 900));
    sctp_sim_step (sim);
  }
  sctp_sim_run_until (sim, a_has_nothing_buffered, 60 * GST_SECOND);
  sim->loss = 0;
  sctp_sim_run_for (sim, 5 * GST_SECOND);
  received = sim->b.n_messages;
  g_print ("max-retransmits 0, 20 %% loss: %u of 1000 messages arrived\n", received);
  g_assert_cmpuint (received, <, 850);
  g_assert_cmpuint (received, >, 500);
  g_assert_cmpuint (gst_rtc_data_transport_get_buffered (sim->a.transport, 4), ==, 0);
  g_assert_true (sctp_side_send (&sim->a, 6, 5, 1));
  expected_messages = received + 1;
  sctp_sim_run_until (sim, b_has_all, 10 * GST_SECOND);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* What was sent into the dark and has become too old never arrives. */
GST_START_TEST (test_lifetime)
{
  const GstRtcDataReliability brief = { TRUE, -1, 20 };
  SctpSim *sim = sctp_sim_new (5);

  sctp_sim_connect (sim);
  sim->is_dark = TRUE;
  for (guint i = 0; i < 200; i++)
    g_assert_true (send_unreliable (&sim->a, &brief, i, 10000));
  sctp_sim_run_for (sim, 60 * GST_MSECOND);
  sim->is_dark = FALSE;
  sctp_sim_run_for (sim, 20 * GST_SECOND);
  g_assert_cmpuint (sim->b.n_messages, ==, 0);
  g_assert_cmpuint (gst_rtc_data_transport_get_buffered (sim->a.transport, 4), ==, 0);
  g_assert_true (send_unreliable (&sim->a, &sctp_reliable, 9, 10));
  expected_messages = 1;
  sctp_sim_run_until (sim, b_has_all, 10 * GST_SECOND);
  assert_message (&sim->b, 4, 10, 9);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* Nothing leaves in the dark beyond the first window, so what is buffered can be counted. */
GST_START_TEST (test_buffered_is_exact)
{
  SctpSim *sim = sctp_sim_new (6);
  guint64 sent = 0, waiting;

  sctp_sim_connect (sim);
  g_assert_true (sctp_side_send (&sim->a, 2, 100, 1));
  /* On the wire at once, when the turn is over. */
  rtc_loop_turn (sim->loop, sim->now);
  g_assert_cmpuint (gst_rtc_data_transport_get_buffered (sim->a.transport, 2), ==, 0);
  g_assert_cmpuint (sim->a.n_buffered, ==, 1);
  g_assert_cmpuint (sim->a.last_buffered, ==, 0);
  expected_messages = 1;
  sctp_sim_run_until (sim, b_has_all, GST_SECOND);

  sim->is_dark = TRUE;
  sim->a.capture = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 0; i < 20; i++)
    g_assert_true (sctp_side_send (&sim->a, 2, 100000, 1));
  rtc_loop_turn (sim->loop, sim->now);
  for (guint i = 0; i < sim->a.capture->len; i++) {
    gsize size = g_bytes_get_size (g_ptr_array_index (sim->a.capture, i));

    /* Full DATA chunks, alone in their packets: 12 bytes of header and 16 of the chunk. */
    sent += size - 28;
  }
  waiting = gst_rtc_data_transport_get_buffered (sim->a.transport, 2);
  g_assert_cmpuint (sent, >, 0);
  g_assert_cmpuint (waiting, ==, 2000000 - sent);
  g_assert_cmpuint (gst_rtc_data_transport_get_buffered (sim->a.transport, 3), ==, 0);
  g_assert_cmpuint (sim->a.n_buffered, ==, 2);
  g_assert_cmpuint (sim->a.last_buffered, ==, waiting);
  sim->is_dark = FALSE;
  expected_messages = 21;
  sctp_sim_run_until (sim, b_has_all, 60 * GST_SECOND);
  g_assert_cmpuint (gst_rtc_data_transport_get_buffered (sim->a.transport, 2), ==, 0);
  g_assert_cmpuint (sim->a.last_buffered, ==, 0);
  sctp_sim_free (sim);
}
GST_END_TEST;

GST_START_TEST (test_16_mib_limit)
{
  SctpSim *sim = sctp_sim_new (7);
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (65536), 65536);
  g_autoptr (GError) error = NULL;
  guint n_sent = 0;

  sctp_sim_connect (sim);
  sim->is_dark = TRUE;
  sim->b.keeps_messages = FALSE;
  while (gst_rtc_data_transport_send (
      sim->a.transport, n_sent % 50, 53, bytes, &sctp_reliable, &error))
    n_sent++;
  g_assert_error (error, GST_RTC_ERROR, GST_RTC_ERROR_LIMIT);
  g_assert_cmpuint (n_sent, >=, 256);
  g_assert_cmpuint (n_sent, <=, 257);
  sim->is_dark = FALSE;
  expected_messages = n_sent;
  sctp_sim_run_until (sim, b_has_all, 60 * GST_SECOND);
  g_assert_true (sctp_side_send (&sim->a, 0, 65536, 1));
  sctp_sim_free (sim);
}
GST_END_TEST;

/* A small message on another stream does not wait for the large ones before it. */
GST_START_TEST (test_no_blocking_between_streams)
{
  SctpSim *sim = sctp_sim_new (8);
  guint position = 0;
  SctpMessage *message;

  sctp_sim_connect (sim);
  for (guint i = 0; i < 40; i++)
    g_assert_true (sctp_side_send (&sim->a, 0, 200000, 1));
  g_assert_true (sctp_side_send (&sim->a, 2, 10, 2));
  expected_messages = 41;
  sctp_sim_run_until (sim, b_has_all, 60 * GST_SECOND);
  while ((message = sctp_side_pop (&sim->b)) != NULL) {
    gboolean is_small = message->stream == 2;

    sctp_message_free (message);
    if (is_small)
      break;
    position++;
  }
  g_print ("the small message overtook %u of 40 large ones\n", 40 - position);
  g_assert_cmpuint (position, <, 5);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* A reset comes behind all data of its stream, and the number starts anew. */
GST_START_TEST (test_reset_comes_last)
{
  SctpSim *sim = sctp_sim_new (9);

  sim->loss = 0.1;
  sctp_sim_connect (sim);
  for (guint cycle = 1; cycle <= 20; cycle++) {
    for (guint i = 0; i < 10; i++)
      g_assert_true (sctp_side_send (&sim->a, 3, 20000, i));
    gst_rtc_data_transport_reset_stream (sim->a.transport, 3);
    g_assert_false (sctp_side_send (&sim->a, 3, 1, 1));
    expected_closed = cycle;
    sctp_sim_run_until (sim, both_closed_all, 60 * GST_SECOND);
    g_assert_cmpuint (sim->b.n_messages, ==, cycle * 10);
    g_assert_cmpuint (sim->b.n_resets, ==, cycle);
    g_assert_cmpuint (sim->a.n_resets, ==, 0);
    g_assert_cmpuint (sim->a.last_closed, ==, 3);
    for (guint i = 0; i < 10; i++)
      assert_message (&sim->b, 3, 20000, i);
  }
  sctp_sim_free (sim);
}
GST_END_TEST;

GST_START_TEST (test_1000_cycles)
{
  SctpSim *sim = sctp_sim_new (10);

  sctp_sim_connect (sim);
  for (guint cycle = 1; cycle <= 1000; cycle++) {
    guint16 stream = cycle % 7;

    g_assert_true (sctp_side_send (&sim->a, stream, 10, cycle));
    g_assert_true (sctp_side_send (&sim->b, stream, 10, cycle));
    gst_rtc_data_transport_reset_stream (sim->a.transport, stream);
    if (cycle % 3 == 0)
      gst_rtc_data_transport_reset_stream (sim->b.transport, stream);
    expected_closed = cycle;
    sctp_sim_run_until (sim, both_closed_all, 60 * GST_SECOND);
    assert_message (&sim->b, stream, 10, cycle);
    assert_message (&sim->a, stream, 10, cycle);
  }
  g_assert_cmpuint (sim->a.n_closed, ==, 1000);
  g_assert_cmpuint (sim->b.n_closed, ==, 1000);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* Numbers beyond the first 64 make the association grow, up to 1024; then all close at once. */
GST_START_TEST (test_streams_grow)
{
  SctpSim *sim = sctp_sim_new (11);
  guint max_channels = 0;

  sctp_sim_connect (sim);
  g_object_get (sim->a.element, "max-channels", &max_channels, NULL);
  g_assert_cmpuint (max_channels, ==, 1024);
  g_assert_true (sctp_side_send (&sim->a, 70, 10, 1));
  for (guint stream = 0; stream < 1024; stream++) {
    g_assert_true (sctp_side_send (&sim->a, stream, 100, stream));
    if (stream == 100)
      sctp_sim_run_for (sim, GST_SECOND);
  }
  expected_messages = 1025;
  sctp_sim_run_until (sim, b_has_all, 60 * GST_SECOND);
  for (guint stream = 0; stream < 1024; stream++)
    gst_rtc_data_transport_reset_stream (sim->a.transport, stream);
  expected_closed = 1024;
  sctp_sim_run_until (sim, both_closed_all, 60 * GST_SECOND);
  /* A stream that nobody sent on is closed as well. */
  gst_rtc_data_transport_reset_stream (sim->b.transport, 999);
  expected_closed = 1025;
  sctp_sim_run_until (sim, both_closed_all, 60 * GST_SECOND);
  sctp_sim_free (sim);
}
GST_END_TEST;

GST_START_TEST (test_abort)
{
  SctpSim *sim = sctp_sim_new (12);

  sctp_sim_connect (sim);
  g_assert_true (sctp_side_send (&sim->b, 0, 100000, 1));
  gst_rtc_data_transport_abort (sim->a.transport);
  sctp_sim_run_until (sim, b_is_closed, GST_SECOND);
  sctp_sim_run_until (sim, a_is_closed, GST_SECOND);
  g_assert_false (sctp_side_send (&sim->b, 0, 1, 1));
  g_assert_false (sctp_side_send (&sim->a, 0, 1, 1));
  g_assert_cmpuint (gst_rtc_data_transport_get_buffered (sim->b.transport, 0), ==, 0);
  sctp_sim_free (sim);
}
GST_END_TEST;

GST_START_TEST (test_peer_stops)
{
  SctpSim *sim = sctp_sim_new (13);

  sctp_sim_connect (sim);
  gst_element_set_state (sim->a.element, GST_STATE_READY);
  sctp_sim_run_until (sim, b_is_closed, GST_SECOND);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* A path that is dead for 20 s while ICE restarts costs time, not the association. */
GST_START_TEST (test_blackout)
{
  SctpSim *sim = sctp_sim_new (14);
  GstClockTime light;

  sctp_sim_connect (sim);
  sim->is_dark = TRUE;
  for (guint i = 0; i < 10; i++)
    g_assert_true (sctp_side_send (&sim->a, 0, 1000, i));
  sctp_sim_run_for (sim, 20 * GST_SECOND);
  sim->is_dark = FALSE;
  light = sim->now;
  expected_messages = 10;
  sctp_sim_run_until (sim, b_has_all, 10 * GST_SECOND);
  g_print ("after 20 s of blackout data came %" G_GUINT64_FORMAT " ms later\n",
      (sim->now - light) / GST_MSECOND);
  for (guint i = 0; i < 10; i++)
    assert_message (&sim->b, 0, 1000, i);
  sctp_sim_free (sim);
}
GST_END_TEST;

GST_START_TEST (test_dead_path_ends)
{
  SctpSim *sim = sctp_sim_new (15);
  GstClockTime start;

  sctp_sim_connect (sim);
  sim->is_dark = TRUE;
  start = sim->now;
  g_assert_true (sctp_side_send (&sim->a, 0, 1000, 1));
  sctp_sim_run_until (sim, a_is_closed, 180 * GST_SECOND);
  g_print ("a dead path ended the association after %" G_GUINT64_FORMAT " s\n",
      (sim->now - start) / GST_SECOND);
  g_assert_cmpuint (sim->now - start, >, 30 * GST_SECOND);
  sctp_sim_free (sim);
}
GST_END_TEST;

static void
push_bytes (SctpSide *side, gconstpointer data, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_fill (buffer, 0, data, size);
  gst_pad_push (side->to_element, buffer);
}

/* Every packet of a conversation, cut at every length and with every byte changed, into a live
 * association: it goes on, or ends by a state change, and nothing else happens. */
GST_START_TEST (test_garbage)
{
  SctpSim *sim = sctp_sim_new (16);
  g_autoptr (GPtrArray) packets = NULL;
  guint n_aborted = 0;

  sim->a.capture = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  sctp_sim_connect (sim);
  g_assert_true (sctp_side_send (&sim->a, 0, 300, 1));
  g_assert_true (sctp_side_send (&sim->b, 70, 30, 1));
  gst_rtc_data_transport_reset_stream (sim->a.transport, 0);
  sctp_sim_run_for (sim, GST_SECOND);
  packets = g_steal_pointer (&sim->a.capture);
  g_assert_cmpuint (packets->len, >, 4);
  sim->b.keeps_messages = FALSE;
  for (guint i = 0; i < packets->len; i++) {
    gsize size;
    const guint8 *data = g_bytes_get_data (g_ptr_array_index (packets, i), &size);

    for (gsize length = 0; length < size; length++)
      push_bytes (&sim->b, data, length);
    for (gsize at = 4; at < MIN (size, 80); at++) {
      g_autofree guint8 *copy = g_memdup2 (data, size);

      copy[at] ^= 0xff;
      push_bytes (&sim->b, copy, size);
      sctp_sim_step (sim);
    }
    n_aborted += sim->b.state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED;
    if (n_aborted > 0)
      break;
  }
  g_assert_cmpuint (sctp_side_get_stat (&sim->b, "packets-dropped"), >, 0);
  sctp_sim_free (sim);
}
GST_END_TEST;

static void
put_u16 (guint8 *data, guint16 value)
{
  data[0] = value >> 8;
  data[1] = value;
}

/* Packets for other ports, with addresses in INIT, with ASCONF, and too short ones are counted. */
GST_START_TEST (test_unwanted_packets)
{
  SctpSim *sim = sctp_sim_new (17);
  guint8 init[12 + 20 + 8] = { 0 };
  guint8 asconf[12 + 8] = { 0 };

  sctp_sim_connect (sim);
  put_u16 (init, 5001);
  put_u16 (init + 2, 5000);
  init[12] = 1;
  put_u16 (init + 14, 28);
  put_u16 (init + 32, 5);
  put_u16 (init + 34, 8);
  memcpy (asconf, init, 12);
  asconf[12] = 0xc1;
  put_u16 (asconf + 14, 8);
  push_bytes (&sim->a, init, sizeof init);
  push_bytes (&sim->a, asconf, sizeof asconf);
  push_bytes (&sim->a, init, 15);
  put_u16 (init, 5002);
  push_bytes (&sim->a, init, 12 + 20);
  g_assert_cmpuint (sctp_side_get_stat (&sim->a, "packets-dropped"), ==, 4);
  expected_messages = 1;
  g_assert_true (sctp_side_send (&sim->a, 0, 1, 1));
  sctp_sim_run_until (sim, b_has_all, GST_SECOND);
  sctp_sim_free (sim);
}
GST_END_TEST;

GST_START_TEST (test_checksum)
{
  SctpSim *sim = sctp_sim_new (18);
  gsize size;
  g_autofree guint8 *copy = NULL;

  gst_element_set_state (sim->b.element, GST_STATE_READY);
  g_object_set (sim->b.element, "verify-checksum", TRUE, NULL);
  gst_element_set_state (sim->b.element, GST_STATE_PLAYING);
  gst_check_setup_events (sim->b.to_element, sim->b.element, NULL, GST_FORMAT_TIME);
  sim->a.capture = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  sctp_sim_connect (sim);
  send_all_sizes (sim);
  g_assert_cmpuint (sctp_side_get_stat (&sim->b, "packets-dropped"), ==, 0);
  copy = g_bytes_unref_to_data (g_bytes_ref (g_ptr_array_index (sim->a.capture, 3)), &size);
  copy[8] ^= 1;
  push_bytes (&sim->b, copy, size);
  g_assert_cmpuint (sctp_side_get_stat (&sim->b, "packets-dropped"), ==, 1);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* What a peer sees of our memory: the state cookie has no address of this process in it. */
GST_START_TEST (test_cookie_has_no_pointer)
{
  SctpSim *sim = sctp_sim_new (19);
  guintptr heap = (guintptr) sim->a.element >> 24;

  sim->a.capture = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  sctp_sim_connect (sim);
  for (guint i = 0; i < sim->a.capture->len; i++) {
    gsize size;
    const guint8 *data = g_bytes_get_data (g_ptr_array_index (sim->a.capture, i), &size);

    for (gsize at = 0; at + sizeof (guintptr) <= size; at++) {
      guintptr value;

      memcpy (&value, data + at, sizeof value);
      g_assert_cmpuint (value >> 24, !=, heap);
    }
  }
  sctp_sim_free (sim);
}
GST_END_TEST;

GST_START_TEST (test_start_twice)
{
  SctpSim *sim = sctp_sim_new (20);
  g_autoptr (GError) error = NULL;

  sctp_sim_connect (sim);
  g_assert_false (gst_rtc_data_transport_start (sim->a.transport, 5000, 5001, &error));
  g_assert_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_STATE);
  sctp_sim_free (sim);
}
GST_END_TEST;

static Suite *
rtcsctp_suite (void)
{
  Suite *s = suite_create ("rtcsctp");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, test_sizes);
  tcase_add_loop_test (tc, test_bad_links, 0, G_N_ELEMENTS (links));
  tcase_add_test (tc, test_limits_of_a_message);
  tcase_add_test (tc, test_max_retransmits);
  tcase_add_test (tc, test_lifetime);
  tcase_add_test (tc, test_buffered_is_exact);
  tcase_add_test (tc, test_16_mib_limit);
  tcase_add_test (tc, test_no_blocking_between_streams);
  tcase_add_test (tc, test_reset_comes_last);
  tcase_add_test (tc, test_1000_cycles);
  tcase_add_test (tc, test_streams_grow);
  tcase_add_test (tc, test_abort);
  tcase_add_test (tc, test_peer_stops);
  tcase_add_test (tc, test_blackout);
  tcase_add_test (tc, test_dead_path_ends);
  tcase_add_test (tc, test_garbage);
  tcase_add_test (tc, test_unwanted_packets);
  tcase_add_test (tc, test_checksum);
  tcase_add_test (tc, test_cookie_has_no_pointer);
  tcase_add_test (tc, test_start_twice);
  return s;
}

GST_CHECK_MAIN (rtcsctp);
