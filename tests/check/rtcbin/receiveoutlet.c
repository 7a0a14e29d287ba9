/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The outlet of a jitter buffer, alone: what leaves together, and by which way. The test is the
 * jitter buffer. A row's story, word by word: "e2-4": 2, 3 and 4 enter; "2": 2 leaves; "p2": so
 * does 2, with another payload type; "x": a serialized event. What came out: packets of one list
 * joined by "+", "L" before what took the long way, "x" for the event.
 */
#include <gst/gst.h>
#include <stdio.h>

#include "gstrtcreceiveoutlet.h"

#define PT 96
#define OTHER_PT 97

typedef struct {
  GstPad *source; /* the jitter buffer's */
  GstPad *source_peer;
  GstPad *pad; /* rtcbin's */
  GstPad *pad_peer;
  GstPad *target;
  GstPad *target_peer;
  GstRtcReceiveStage *stage;
  GstRtcReceiveOutlet *outlet;
  GString *seen;
  gint64 linger_us; /* set before setup () */
} Fixture;

static guint
get_sequence (GstBuffer *packet)
{
  guint8 bytes[4];

  g_assert_cmpuint (gst_buffer_extract (packet, 0, bytes, sizeof bytes), ==, sizeof bytes);
  return GST_READ_UINT16_BE (bytes + 2);
}

static void
see (GstPad *pad, const gchar *format, guint number)
{
  GString *seen = g_object_get_data (G_OBJECT (pad), "seen");

  if (seen->len > 0)
    g_string_append_c (seen, ' ');
  g_string_append_printf (seen, format, number);
}

static GstFlowReturn
on_long (GstPad *pad, GstObject *parent, GstBuffer *packet)
{
  see (pad, "L%u", get_sequence (packet));
  gst_buffer_unref (packet);
  return GST_FLOW_OK;
}

static GstFlowReturn
on_single (GstPad *pad, GstObject *parent, GstBuffer *packet)
{
  GAsyncQueue *arrived = g_object_get_data (G_OBJECT (pad), "arrived");

  see (pad, "%u", get_sequence (packet));
  gst_buffer_unref (packet);
  if (arrived)
    g_async_queue_push (arrived, pad);
  return GST_FLOW_OK;
}

static GstFlowReturn
on_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  see (pad, "%u", get_sequence (gst_buffer_list_get (list, 0)));
  for (guint i = 1; i < gst_buffer_list_length (list); i++)
    g_string_append_printf (g_object_get_data (G_OBJECT (pad), "seen"), "+%u",
        get_sequence (gst_buffer_list_get (list, i)));
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static gboolean
on_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM)
    see (pad, "x", 0);
  gst_event_unref (event);
  return TRUE;
}

static GstPad *
make_pair (Fixture *fixture, GstPad **out_peer)
{
  GstPad *src = gst_pad_new (NULL, GST_PAD_SRC);
  GstSegment segment;

  *out_peer = gst_pad_new (NULL, GST_PAD_SINK);
  g_object_set_data (G_OBJECT (*out_peer), "seen", fixture->seen);
  gst_pad_set_event_function (*out_peer, on_event);
  gst_pad_set_active (*out_peer, TRUE);
  gst_pad_set_active (src, TRUE);
  g_assert_cmpint (gst_pad_link (src, *out_peer), ==, GST_PAD_LINK_OK);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (src, gst_event_new_stream_start ("test"));
  gst_pad_push_event (src, gst_event_new_segment (&segment));
  return src;
}

static gboolean
pass_all (GstBuffer *packet, gpointer user_data)
{
  return TRUE;
}

static void
passed (gpointer user_data)
{
}

static void
setup (Fixture *fixture, gboolean is_short)
{
  fixture->seen = g_string_new (NULL);
  fixture->source = make_pair (fixture, &fixture->source_peer);
  fixture->pad = make_pair (fixture, &fixture->pad_peer);
  fixture->target = make_pair (fixture, &fixture->target_peer);
  gst_pad_set_chain_function (fixture->source_peer, on_long);
  gst_pad_set_chain_function (fixture->pad_peer, on_single);
  gst_pad_set_chain_list_function (fixture->pad_peer, on_list);
  fixture->stage = gst_object_ref_sink (gst_rtc_receive_stage_new (pass_all, passed, NULL));
  fixture->outlet =
      gst_rtc_receive_outlet_new (fixture->stage, fixture->source, is_short, fixture->linger_us);
  gst_rtc_receive_outlet_open (fixture->outlet, fixture->pad, fixture->target, PT);
}

static void
teardown (Fixture *fixture)
{
  GstPad *pads[] = { fixture->source, fixture->source_peer, fixture->pad, fixture->pad_peer,
    fixture->target, fixture->target_peer };

  for (guint i = 0; i < G_N_ELEMENTS (pads); i++)
    gst_pad_set_active (pads[i], FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (pads); i++)
    gst_object_unref (pads[i]);
  gst_rtc_receive_outlet_unref (fixture->outlet);
  gst_object_unref (fixture->stage);
  g_string_free (fixture->seen, TRUE);
}

static void
leave (Fixture *fixture, guint8 pt, guint sequence)
{
  guint8 bytes[12] = { 0x80, pt };

  GST_WRITE_UINT16_BE (bytes + 2, sequence);
  g_assert_cmpint (
      gst_pad_push (fixture->source, gst_buffer_new_memdup (bytes, sizeof bytes)), ==, GST_FLOW_OK);
}

static void
tell (Fixture *fixture, const gchar *word)
{
  guint first, last;

  if (sscanf (word, "e%u-%u", &first, &last) == 2)
    gst_rtc_receive_outlet_expect (fixture->outlet, (guint16) first, (guint16) last);
  else if (g_str_equal (word, "x"))
    gst_pad_push_event (fixture->source,
        gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty ("lost")));
  else if (sscanf (word, "p%u", &first) == 1)
    leave (fixture, OTHER_PT, first);
  else if (sscanf (word, "%u", &first) == 1)
    leave (fixture, PT, first);
  else
    g_assert_not_reached ();
}

static void
tell_all (Fixture *fixture, const gchar *story)
{
  g_auto (GStrv) words = g_strsplit (story, " ", -1);

  for (guint i = 0; words[i]; i++)
    tell (fixture, words[i]);
}

typedef struct {
  const gchar *name;
  const gchar *story;
  const gchar *expected;
} Row;

static const Row rows[] = {
  { "in order", "1 e2-4 2 3 4", "1 2+3+4" },
  { "nothing has left yet", "e1-3 1 2 3", "1 2 3" },
  { "the next list is there already", "1 e2-3 e4-5 2 3 4 5", "1 2+3+4+5" },
  { "the next list comes in between", "1 e2-3 2 e4-5 3 4 5", "1 2+3+4+5" },
  { "one is missing before them", "1 e3-5 3 4 5", "1 3 4 5" },
  { "one is missing between lists", "1 e2-3 2 e5-6 3 5 6", "1 2+3 5 6" },
  { "many still to leave when one is missing", "1 e2-4 2 e6-7 3 4 6 7", "1 2+3 4 6 7" },
  { "a packet is given up", "1 e3-4 x 3 4 e5-6 5 6", "1 x 3 4 5+6" },
  { "an event stays in its place", "1 e2-4 2 x 3 4", "1 2 x 3 4" },
  { "another payload type", "1 e2-4 2 p3 4 e5-6 5 6", "1 2 L3 4 5+6" },
  { "a packet came by the long way in", "1 2 e4-5 4 5 e6-7 6 7", "1 2 4 5 6+7" },
  { "the numbers begin anew", "65534 e65535-1 65535 0 1", "65534 65535+0+1" },
  { "the jitter buffer starts anew", "1 e2-4 2 900 e901-902 901 902", "1 2+900 901+902" },
};

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Fixture fixture = { 0 };

    g_test_message ("%s", rows[i].name);
    setup (&fixture, TRUE);
    tell_all (&fixture, rows[i].story);
    g_assert_cmpstr (fixture.seen->str, ==, rows[i].expected);
    teardown (&fixture);
  }
}

static GstPadProbeReturn
count (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  ++*(guint *) user_data;
  return GST_PAD_PROBE_OK;
}

/* On rtcbin's own pad, and on the one that it is linked with. */
static void
test_probes_see_each_packet (void)
{
  for (guint is_peer = 0; is_peer < 2; is_peer++) {
    Fixture fixture = { 0 };
    guint n_seen = 0;

    setup (&fixture, TRUE);
    gst_pad_add_probe (
        is_peer ? fixture.pad_peer : fixture.pad, GST_PAD_PROBE_TYPE_BUFFER, count, &n_seen, NULL);
    tell_all (&fixture, "1 e2-4 2 3 4");
    g_assert_cmpstr (fixture.seen->str, ==, "1 2 3 4");
    g_assert_cmpuint (n_seen, ==, 4);
    teardown (&fixture);
  }
}

static void
test_long_way (void)
{
  Fixture fixture = { 0 };

  setup (&fixture, FALSE);
  tell_all (&fixture, "1 e2-4 2 3 4");
  g_assert_cmpstr (fixture.seen->str, ==, "L1 L2 L3 L4");
  teardown (&fixture);
  /* rtcbin's pad has another target now. */
  setup (&fixture, TRUE);
  tell_all (&fixture, "1 e2-4 2");
  gst_pad_unlink (fixture.target, fixture.target_peer);
  tell_all (&fixture, "3 4");
  g_assert_cmpstr (fixture.seen->str, ==, "1 2 L3 L4");
  teardown (&fixture);
}

static void
test_flushed_packets_are_gone (void)
{
  GstSegment segment;
  Fixture fixture = { 0 };

  setup (&fixture, TRUE);
  tell_all (&fixture, "1 e2-4 2 3");
  gst_pad_push_event (fixture.source, gst_event_new_flush_start ());
  gst_pad_push_event (fixture.source, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (fixture.source, gst_event_new_segment (&segment));
  tell_all (&fixture, "20 e21-22 21 22");
  g_assert_cmpstr (fixture.seen->str, ==, "1 20 21+22");
  teardown (&fixture);
}

static void
test_no_list_is_too_long (void)
{
  Fixture fixture = { 0 };
  g_auto (GStrv) lists = NULL;

  setup (&fixture, TRUE);
  tell_all (&fixture, "0 e1-129");
  for (guint i = 1; i <= 129; i++)
    leave (&fixture, PT, i);
  lists = g_strsplit (fixture.seen->str, " ", -1);
  g_assert_cmpuint (g_strv_length (lists), ==, 4);
  g_assert_true (g_str_has_prefix (lists[1], "1+2+") && g_str_has_suffix (lists[1], "+64"));
  g_assert_true (g_str_has_prefix (lists[2], "65+66+") && g_str_has_suffix (lists[2], "+128"));
  g_assert_cmpstr (lists[3], ==, "129");
  teardown (&fixture);
}

/* 1 left the jitter buffer empty for the first time, so only after 2 the thread waits. */
static gpointer
leave_two (gpointer data)
{
  leave (data, PT, 2);
  return NULL;
}

static void
enter (GstRtcReceiveOutlet *outlet)
{
  gst_rtc_receive_outlet_expect (outlet, 3, 4);
  gst_rtc_receive_outlet_release (outlet);
}

static void
enter_some (GstRtcReceiveOutlet *outlet)
{
  gst_rtc_receive_outlet_expect_some (outlet);
  gst_rtc_receive_outlet_release (outlet);
}

/* Its thread waits at the outlet until something has entered, or nothing will enter any more. Here
 * it would wait for hours. */
static void
test_empty_jitter_buffer (gconstpointer data)
{
  void (*end_wait) (GstRtcReceiveOutlet *) = data;
  Fixture fixture = { .linger_us = 10 * G_TIME_SPAN_HOUR };
  g_autoptr (GAsyncQueue) arrived = g_async_queue_new ();
  GThread *thread;

  setup (&fixture, TRUE);
  tell_all (&fixture, "0 e1-1 1 e2-2");
  g_object_set_data (G_OBJECT (fixture.pad_peer), "arrived", arrived);
  thread = g_thread_new ("jitter buffer", leave_two, &fixture);
  g_async_queue_pop (arrived);
  end_wait (fixture.outlet);
  g_thread_join (thread);
  g_assert_cmpstr (fixture.seen->str, ==, "0 1 2");
  teardown (&fixture);
}

int
main (int argc, char **argv)
{
  gint result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/outlet/rows", test_rows);
  g_test_add_func ("/outlet/probes", test_probes_see_each_packet);
  g_test_add_func ("/outlet/long", test_long_way);
  g_test_add_func ("/outlet/flush", test_flushed_packets_are_gone);
  g_test_add_func ("/outlet/length", test_no_list_is_too_long);
  g_test_add_data_func ("/outlet/empty/entered", enter, test_empty_jitter_buffer);
  g_test_add_data_func ("/outlet/empty/some", enter_some, test_empty_jitter_buffer);
  g_test_add_data_func (
      "/outlet/empty/closed", gst_rtc_receive_outlet_close, test_empty_jitter_buffer);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
