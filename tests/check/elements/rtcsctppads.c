/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Streams of rtcsctp as pads. A source pad pushes in a thread of its own, so the tests wait for
 * what arrives there, and what is behind it may block.
 */
#include "sctpsim.h"

#define MESSAGE_BYTES 16384
#define WAIT_US (60 * G_USEC_PER_SEC)

/* What left a src_%u pad. */
typedef struct {
  GMutex lock;
  GCond cond;
  GQueue buffers;
  gboolean is_text;
  gboolean has_eos;
  gboolean is_blocked; /* the pad's thread waits with the next buffer */
} Collected;

static Collected collected;

static GstFlowReturn
collect_buffer (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  g_mutex_lock (&collected.lock);
  while (collected.is_blocked)
    g_cond_wait (&collected.cond, &collected.lock);
  g_queue_push_tail (&collected.buffers, buffer);
  g_cond_broadcast (&collected.cond);
  g_mutex_unlock (&collected.lock);
  return GST_FLOW_OK;
}

static gboolean
collect_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstCaps *caps;

  g_mutex_lock (&collected.lock);
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    gst_event_parse_caps (event, &caps);
    collected.is_text = gst_structure_has_name (gst_caps_get_structure (caps, 0), "text/x-raw");
  }
  collected.has_eos |= GST_EVENT_TYPE (event) == GST_EVENT_EOS;
  g_cond_broadcast (&collected.cond);
  g_mutex_unlock (&collected.lock);
  gst_event_unref (event);
  return TRUE;
}

static void
reset_collected (void)
{
  collected.is_text = collected.has_eos = collected.is_blocked = FALSE;
  g_queue_clear_full (&collected.buffers, (GDestroyNotify) gst_buffer_unref);
}

static void
wait_for_eos (void)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_US;

  g_mutex_lock (&collected.lock);
  while (!collected.has_eos)
    g_assert_true (g_cond_wait_until (&collected.cond, &collected.lock, deadline));
  g_mutex_unlock (&collected.lock);
}

static void
set_blocked (gboolean is_blocked)
{
  g_mutex_lock (&collected.lock);
  collected.is_blocked = is_blocked;
  g_cond_broadcast (&collected.cond);
  g_mutex_unlock (&collected.lock);
}

/* Virtual time goes on meanwhile, a step for each millisecond at most. */
static void
run_until_collected (SctpSim *sim, guint n_buffers)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_US;
  guint length = 0;

  while (length < n_buffers) {
    sctp_sim_run_for (sim, GST_MSECOND);
    g_mutex_lock (&collected.lock);
    length = collected.buffers.length;
    if (length < n_buffers)
      g_cond_wait_until (&collected.cond, &collected.lock, g_get_monotonic_time () + 1000);
    length = collected.buffers.length;
    g_mutex_unlock (&collected.lock);
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
  }
}

static gboolean
both_closed (SctpSim *sim)
{
  return sim->a.n_closed == 1 && sim->b.n_closed == 1;
}

static void
assert_collected (gsize size)
{
  GstBuffer *buffer = g_queue_pop_head (&collected.buffers);

  g_assert_nonnull (buffer);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, size);
  gst_buffer_unref (buffer);
}

static GstPad *
link_to_stream (GstElement *element, const gchar *name, GstPadDirection direction)
{
  GstPad *stream = gst_element_request_pad_simple (element, name);
  GstPad *pad = gst_object_ref_sink (gst_pad_new ("test", direction));

  g_assert_nonnull (stream);
  if (direction == GST_PAD_SINK) {
    gst_pad_set_chain_function (pad, collect_buffer);
    gst_pad_set_event_function (pad, collect_event);
  }
  gst_pad_set_active (pad, TRUE);
  g_assert_cmpint (
      direction == GST_PAD_SRC ? gst_pad_link (pad, stream) : gst_pad_link (stream, pad), ==,
      GST_PAD_LINK_OK);
  gst_object_unref (stream);
  return pad;
}

static void
release_stream (GstElement *element, const gchar *name, GstPad *pad)
{
  GstPad *stream = gst_element_get_static_pad (element, name);

  gst_pad_set_active (pad, FALSE);
  gst_element_release_request_pad (element, stream);
  gst_object_unref (stream);
  gst_object_unref (pad);
}

/* Buffers in, messages over, buffers out; text stays text, and the end arrives. */
GST_START_TEST (test_streams_as_pads)
{
  SctpSim *sim = sctp_sim_new (21);
  g_autoptr (GstCaps) caps = gst_caps_from_string ("text/x-raw,format=utf8");
  GstPad *in, *out;
  GstQuery *query;
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  reset_collected ();
  g_assert_null (gst_element_request_pad_simple (sim->a.element, "sink_1024"));
  sctp_sim_connect (sim);
  in = link_to_stream (sim->a.element, "sink_3", GST_PAD_SRC);
  out = link_to_stream (sim->b.element, "src_3", GST_PAD_SINK);
  gst_pad_push_event (in, gst_event_new_stream_start ("test"));
  gst_pad_push_event (in, gst_event_new_caps (caps));
  gst_pad_push_event (in, gst_event_new_segment (&segment));
  g_assert_cmpint (gst_pad_push (in, gst_buffer_new_memdup ("hello", 5)), ==, GST_FLOW_OK);
  g_assert_cmpint (gst_pad_push (in, gst_buffer_new ()), ==, GST_FLOW_OK);
  gst_pad_push_event (in, gst_event_new_eos ());
  sctp_sim_run_until (sim, both_closed, 10 * GST_SECOND);
  wait_for_eos ();
  g_assert_true (collected.is_text);
  assert_collected (5);
  assert_collected (0);
  g_assert_null (g_queue_pop_head (&collected.buffers));
  g_assert_cmpuint (sim->b.n_messages, ==, 0);

  /* A query does not run around the network. */
  query = gst_query_new_latency ();
  g_assert_true (gst_pad_peer_query (out, query));
  gst_query_unref (query);
  release_stream (sim->a.element, "sink_3", in);
  release_stream (sim->b.element, "src_3", out);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* What is behind the pad blocks: the loop goes on, the sender is stopped, its pad waits; then all
 * arrives in order. */
GST_START_TEST (test_blocked_pad)
{
  SctpSim *sim = sctp_sim_new (22);
  guint n_sent = 0;
  GstPad *out;

  reset_collected ();
  set_blocked (TRUE);
  sctp_sim_connect (sim);
  out = link_to_stream (sim->b.element, "src_3", GST_PAD_SINK);
  for (guint i = 0; i < 300; i++) {
    while (sctp_side_send (&sim->a, 3, MESSAGE_BYTES, (guint8) n_sent))
      n_sent++;
    g_assert_cmpuint (n_sent, <, 64 * 1024 * 1024 / MESSAGE_BYTES);
    sctp_sim_run_for (sim, 100 * GST_MSECOND);
  }
  /* The window and probes, what waits for the pad's thread, and the 16 MiB of the sender. */
  g_assert_cmpuint (n_sent, <=, 30 * 1024 * 1024 / MESSAGE_BYTES);
  g_assert_false (sctp_side_send (&sim->a, 5, MESSAGE_BYTES, 1));
  set_blocked (FALSE);
  run_until_collected (sim, n_sent);
  for (guint i = 0; i < n_sent; i++) {
    GstBuffer *buffer = g_queue_pop_head (&collected.buffers);
    guint8 number;

    gst_buffer_extract (buffer, 0, &number, 1);
    g_assert_cmpuint (number, ==, (guint8) i);
    gst_buffer_unref (buffer);
  }
  release_stream (sim->b.element, "src_3", out);
  sctp_sim_free (sim);
}
GST_END_TEST;

/* The element stops while the pad's thread waits in what is behind it. */
GST_START_TEST (test_stop_while_blocked)
{
  SctpSim *sim = sctp_sim_new (23);
  GstPad *out;

  reset_collected ();
  set_blocked (TRUE);
  sctp_sim_connect (sim);
  out = link_to_stream (sim->b.element, "src_3", GST_PAD_SINK);
  for (guint i = 0; i < 200; i++)
    g_assert_true (sctp_side_send (&sim->a, 3, MESSAGE_BYTES, (guint8) i));
  sctp_sim_run_for (sim, GST_SECOND);
  set_blocked (FALSE);
  release_stream (sim->b.element, "src_3", out);
  sctp_sim_run_for (sim, GST_SECOND);
  /* The stream is the listener's again. */
  g_assert_true (sctp_side_send (&sim->a, 3, 1, 1));
  sctp_sim_run_for (sim, GST_SECOND);
  g_assert_cmpuint (sim->b.n_messages, >, 0);
  sctp_sim_free (sim);
  reset_collected ();
}
GST_END_TEST;

static Suite *
rtcsctppads_suite (void)
{
  Suite *s = suite_create ("rtcsctppads");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, test_streams_as_pads);
  tcase_add_test (tc, test_blocked_pad);
  tcase_add_test (tc, test_stop_while_blocked);
  return s;
}

GST_CHECK_MAIN (rtcsctppads);
