/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A receiver that does not take what comes: its stream is paused. The window that the peer sees
 * closes, so the peer keeps what is left, and nothing is dropped; when the stream goes on, all
 * arrives in order. Also with a peer that does not mind the window.
 */
#include "sctpsim.h"

#define MESSAGE_BYTES 16384
#define WINDOW_BYTES (8 * 1024 * 1024)
/* What a peer may cause beyond its window: probes, and packets that were checked together. */
#define SLACK_BYTES (4 * 1024 * 1024 + 256 * 1024)
#define PAUSED (120 * GST_SECOND)

static guint expected_messages;

static gboolean
b_has_all (SctpSim *sim)
{
  return sim->b.n_messages >= expected_messages;
}

static gboolean
b_has_all_and_is_closed (SctpSim *sim)
{
  return b_has_all (sim) && sim->b.state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED;
}

/* Sends on @stream whenever there is room, for 30 seconds. Returns how many were sent. */
static guint
send_for_a_while (SctpSim *sim, guint16 stream)
{
  GstClockTime end = sim->now + 30 * GST_SECOND;
  guint n_sent = 0;

  while (sim->now < end) {
    while (sctp_side_send (&sim->a, stream, MESSAGE_BYTES, (guint8) n_sent))
      n_sent++;
    g_assert_cmpuint (n_sent, <, 64 * 1024 * 1024 / MESSAGE_BYTES);
    sctp_sim_run_for (sim, 100 * GST_MSECOND);
  }
  return n_sent;
}

static void
assert_all_in_order (SctpSim *sim, guint n_messages)
{
  for (guint i = 0; i < n_messages; i++) {
    SctpMessage *message = sctp_side_pop (&sim->b);

    g_assert_nonnull (message);
    g_assert_cmpuint (*(const guint8 *) g_bytes_get_data (message->data, NULL), ==, (guint8) i);
    sctp_message_free (message);
  }
}

static const struct {
  const gchar *name;
  GstClockTime delay;
  gdouble loss;
  GstClockTime limit; /* to arrive, after the pause */
} ways[] = {
  { "short", GST_MSECOND, 0, 2 * GST_SECOND },
  { "50 ms each way", 50 * GST_MSECOND, 0, 10 * GST_SECOND },
  { "50 ms, a thousandth lost", 50 * GST_MSECOND, 0.001, 200 * GST_SECOND },
};

/* The peer is held up for two minutes, hears of the room at once, and nothing was lost. */
GST_START_TEST (test_window_closes)
{
  SctpSim *sim = sctp_sim_new (31);
  guint64 buffered;
  guint n_sent;

  g_test_message ("%s", ways[__i__].name);
  sim->delay = ways[__i__].delay;
  sctp_sim_connect (sim);
  sim->loss = ways[__i__].loss;
  gst_rtc_data_transport_set_paused (sim->b.transport, 3, TRUE);
  n_sent = send_for_a_while (sim, 3);
  sctp_sim_run_for (sim, PAUSED);
  g_assert_cmpuint (sim->b.n_messages, ==, 0);
  g_assert_cmpuint (sctp_side_get_stat (&sim->a, "receiver-window"), <, 4096);
  buffered = gst_rtc_data_transport_get_buffered (sim->a.transport, 3);
  g_assert_cmpuint (buffered, >, 11 * 1024 * 1024);
  g_assert_cmpuint ((guint64) n_sent * MESSAGE_BYTES - buffered, <=, WINDOW_BYTES + SLACK_BYTES);
  g_assert_cmpuint ((guint64) n_sent * MESSAGE_BYTES - buffered, >, WINDOW_BYTES / 2);

  gst_rtc_data_transport_set_paused (sim->b.transport, 3, FALSE);
  expected_messages = n_sent;
  sctp_sim_run_until (sim, b_has_all, ways[__i__].limit);
  assert_all_in_order (sim, n_sent);
  g_assert_cmpuint (gst_rtc_data_transport_get_buffered (sim->a.transport, 3), ==, 0);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* While there is room, the other streams do not notice. */
GST_START_TEST (test_others_go_on)
{
  SctpSim *sim = sctp_sim_new (32);

  sctp_sim_connect (sim);
  gst_rtc_data_transport_set_paused (sim->b.transport, 3, TRUE);
  for (guint i = 0; i < 100; i++)
    g_assert_true (sctp_side_send (&sim->a, 3, MESSAGE_BYTES, (guint8) i));
  for (guint i = 0; i < 50; i++)
    g_assert_true (sctp_side_send (&sim->a, 5, MESSAGE_BYTES, (guint8) i));
  expected_messages = 50;
  sctp_sim_run_until (sim, b_has_all, 10 * GST_SECOND);
  sctp_sim_run_for (sim, GST_SECOND);
  g_assert_cmpuint (sim->b.n_messages, ==, 50);
  assert_all_in_order (sim, 50);
  /* Twice is once. */
  gst_rtc_data_transport_set_paused (sim->b.transport, 3, TRUE);
  gst_rtc_data_transport_set_paused (sim->b.transport, 3, FALSE);
  expected_messages = 150;
  sctp_sim_run_until (sim, b_has_all, 10 * GST_SECOND);
  assert_all_in_order (sim, 100);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* What was sent before the end comes before it, on a paused stream too. */
GST_START_TEST (test_end)
{
  SctpSim *sim = sctp_sim_new (33);

  sctp_sim_connect (sim);
  gst_rtc_data_transport_set_paused (sim->b.transport, 3, TRUE);
  for (guint i = 0; i < 100; i++)
    g_assert_true (sctp_side_send (&sim->a, 3, MESSAGE_BYTES, (guint8) i));
  sctp_sim_run_for (sim, 10 * GST_SECOND);
  g_assert_cmpuint (sim->b.n_messages, ==, 0);
  gst_rtc_data_transport_abort (sim->a.transport);
  expected_messages = 100;
  sctp_sim_run_until (sim, b_has_all_and_is_closed, 10 * GST_SECOND);
  assert_all_in_order (sim, 100);
  gst_rtc_data_transport_set_paused (sim->b.transport, 3, FALSE);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* The reset of a stream waits behind its messages. */
GST_START_TEST (test_reset_waits)
{
  SctpSim *sim = sctp_sim_new (34);

  sctp_sim_connect (sim);
  gst_rtc_data_transport_set_paused (sim->b.transport, 3, TRUE);
  for (guint i = 0; i < 10; i++)
    g_assert_true (sctp_side_send (&sim->a, 3, MESSAGE_BYTES, (guint8) i));
  gst_rtc_data_transport_reset_stream (sim->a.transport, 3);
  sctp_sim_run_for (sim, 10 * GST_SECOND);
  g_assert_cmpuint (sim->b.n_resets, ==, 0);
  gst_rtc_data_transport_set_paused (sim->b.transport, 3, FALSE);
  sctp_sim_run_for (sim, GST_SECOND);
  g_assert_cmpuint (sim->b.n_messages, ==, 10);
  g_assert_cmpuint (sim->b.n_resets, ==, 1);
  g_assert_cmpuint (sim->a.n_closed, ==, 1);
  g_assert_cmpuint (sim->b.n_closed, ==, 1);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* The peer believes that the window is open: what it sends beyond is dropped, no memory grows, the
 * association lives, and all arrives when there is room. */
GST_START_TEST (test_peer_beyond_window)
{
  SctpSim *sim = sctp_sim_new (35);
  guint64 buffered;
  guint n_sent;

  sctp_sim_connect (sim);
  sim->b.is_lying = TRUE;
  gst_rtc_data_transport_set_paused (sim->b.transport, 3, TRUE);
  n_sent = send_for_a_while (sim, 3);
  sctp_sim_run_for (sim, 30 * GST_SECOND);
  buffered = sctp_side_get_stat (&sim->b, "bytes-received");
  g_assert_cmpuint (buffered, <=, WINDOW_BYTES + SLACK_BYTES);
  g_assert_cmpuint (sctp_side_get_stat (&sim->b, "packets-dropped"), >, 0);
  sim->b.is_lying = FALSE;
  gst_rtc_data_transport_set_paused (sim->b.transport, 3, FALSE);
  expected_messages = n_sent;
  sctp_sim_run_until (sim, b_has_all, 60 * GST_SECOND);
  assert_all_in_order (sim, n_sent);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* A peer that keeps its window closed for ten minutes, and takes no probe but answers it, as it
 * may: the sender waits, though the same path would be given up after a minute of silence. */
GST_START_TEST (test_strict_peer)
{
  SctpSim *sim = sctp_sim_new (36);

  sctp_sim_connect (sim);
  g_assert_true (sctp_side_send (&sim->a, 3, MESSAGE_BYTES, 0));
  expected_messages = 1;
  sctp_sim_run_until (sim, b_has_all, GST_SECOND);
  sctp_sim_run_for (sim, GST_SECOND);
  sim->b.is_strict = TRUE;
  for (guint i = 1; i < 100; i++)
    g_assert_true (sctp_side_send (&sim->a, 3, MESSAGE_BYTES, (guint8) i));
  sctp_sim_run_for (sim, 600 * GST_SECOND);
  g_assert_cmpint (sim->a.state, ==, GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED);
  sim->b.is_strict = FALSE;
  expected_messages = 100;
  sctp_sim_run_until (sim, b_has_all, 10 * GST_SECOND);
  assert_all_in_order (sim, 100);

  /* And then silence is given up again. */
  g_assert_true (sctp_side_send (&sim->a, 3, MESSAGE_BYTES, 0));
  sim->is_dark = TRUE;
  sctp_sim_run_for (sim, 120 * GST_SECOND);
  g_assert_cmpint (sim->a.state, ==, GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* A handler that needs two milliseconds for a message, and what the loop does besides. */
static struct {
  RtcLoop *loop;
  guint n_messages;
  guint n_before_other; /* messages until the other work had its turn */
} slow;

static void
other_work (gpointer data)
{
  slow.n_before_other = slow.n_messages;
}

static void
take_slowly (guint16 stream, guint32 ppid, GBytes *data, gpointer user_data)
{
  if (slow.n_messages++ == 0)
    rtc_loop_post (slow.loop, other_work, NULL, NULL);
  g_usleep (2000);
  g_bytes_unref (data);
}

static void
ignore_state (GstWebRTCSCTPTransportState state, gpointer user_data)
{
}

/* Of fifty messages that came together a slow handler gets a few, then it is somebody else's turn.
 */
GST_START_TEST (test_slow_handler)
{
  static const GstRtcDataListener listener = { .message = take_slowly,
    .state_changed = ignore_state };
  SctpSim *sim = sctp_sim_new (37);

  sctp_sim_connect (sim);
  slow.loop = sim->loop;
  slow.n_messages = slow.n_before_other = 0;
  gst_rtc_data_transport_set_listener (sim->b.transport, &listener, NULL);
  for (guint i = 0; i < 50; i++)
    g_assert_true (sctp_side_send (&sim->a, 3, 100, (guint8) i));
  sctp_sim_run_for (sim, GST_SECOND);
  g_assert_cmpuint (slow.n_messages, ==, 50);
  g_assert_cmpuint (slow.n_before_other, >, 0);
  g_assert_cmpuint (slow.n_before_other, <, 20);
  sctp_sim_free (sim);
}
GST_END_TEST;

static Suite *
rtcsctppaused_suite (void)
{
  Suite *s = suite_create ("rtcsctppaused");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_loop_test (tc, test_window_closes, 0, G_N_ELEMENTS (ways));
  tcase_add_test (tc, test_others_go_on);
  tcase_add_test (tc, test_end);
  tcase_add_test (tc, test_reset_waits);
  tcase_add_test (tc, test_peer_beyond_window);
  tcase_add_test (tc, test_strict_peer);
  tcase_add_test (tc, test_slow_handler);
  return s;
}

GST_CHECK_MAIN (rtcsctppaused);
