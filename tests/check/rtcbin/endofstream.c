/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A pipeline ends when all its sinks have, and rtcbin is one while it has sink pads, however deep
 * in bins it is. Nobody is connected: what is live is dropped, its end is not.
 */
#include <gst/check/gstcheck.h>

#define SHORT_VIDEO "videotestsrc is-live=true num-buffers=3 ! vp8enc deadline=1 ! rtpvp8pay"
#define LONG_VIDEO "videotestsrc is-live=true num-buffers=40 ! vp8enc deadline=1 ! rtpvp8pay"
#define OTHER_SINK "videotestsrc num-buffers=3 ! fakesink"
#define ENDLESS_SINK "videotestsrc is-live=true ! fakesink"

static const struct {
  const gchar *name;
  const gchar *launch;
  gboolean ends;
} rows[] = {
  { "alone", SHORT_VIDEO " name=last ! rtcbin", TRUE },
  { "in a bin", "( " SHORT_VIDEO " name=last ! rtcbin )", TRUE },
  { "in a bin in a bin", "( ( " SHORT_VIDEO " name=last ! rtcbin ) )", TRUE },
  { "beside a sink that ends first", LONG_VIDEO " name=last ! rtcbin " OTHER_SINK, TRUE },
  { "in a bin, beside one", "( " LONG_VIDEO " name=last ! rtcbin ) " OTHER_SINK, TRUE },
  { "in a bin with one", "( " LONG_VIDEO " name=last ! rtcbin " OTHER_SINK " )", TRUE },
  { "beside a sink that does not end", "( " SHORT_VIDEO " name=last ! rtcbin ) " ENDLESS_SINK,
      FALSE },
  { "only a receiver", "rtcbin videotestsrc num-buffers=3 ! identity name=last ! fakesink", TRUE },
  { "a receiver in a bin", "( rtcbin ) videotestsrc num-buffers=3 ! identity name=last ! fakesink",
      TRUE },
};

typedef struct {
  GMutex lock;
  GCond changed;
  gboolean has_ended;
} Last;

static GstPadProbeReturn
note_end (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Last *last = user_data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS)
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&last->lock);
  last->has_ended = TRUE;
  g_cond_signal (&last->changed);
  g_mutex_unlock (&last->lock);
  return GST_PAD_PROBE_OK;
}

static gboolean
last_has_ended (Last *last, GstClockTime limit)
{
  gint64 end = g_get_monotonic_time () + (gint64) GST_TIME_AS_USECONDS (limit);
  gboolean has_ended;

  g_mutex_lock (&last->lock);
  while (!last->has_ended && g_cond_wait_until (&last->changed, &last->lock, end))
    ;
  has_ended = last->has_ended;
  g_mutex_unlock (&last->lock);
  return has_ended;
}

static GstElement *
launch (const gchar *text)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch_full (text, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);

  fail_unless (pipeline != NULL, "%s", error ? error->message : text);
  /* A line that is one bin. */
  if (!GST_IS_PIPELINE (pipeline)) {
    GstElement *bin = pipeline;

    pipeline = gst_pipeline_new (NULL);
    gst_bin_add (GST_BIN (pipeline), bin);
  }
  return pipeline;
}

static void
watch_last (GstElement *pipeline, Last *last)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "last");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, note_end, last, NULL);
}

static GstMessageType
wait_for_end (GstElement *pipeline, GstClockTime limit)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, limit, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  return message ? GST_MESSAGE_TYPE (message) : GST_MESSAGE_UNKNOWN;
}

GST_START_TEST (test_end)
{
  GstElement *pipeline = launch (rows[__i__].launch);
  Last last = { 0 };

  g_test_message ("%s", rows[__i__].name);
  watch_last (pipeline, &last);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  if (rows[__i__].ends) {
    fail_unless_equals_int (wait_for_end (pipeline, 30 * GST_SECOND), GST_MESSAGE_EOS);
    fail_unless (last_has_ended (&last, 0), "%s: too early", rows[__i__].name);
  } else {
    fail_unless (last_has_ended (&last, 30 * GST_SECOND));
    /* What does not come cannot be waited for; it would be there by now. */
    fail_unless_equals_int (wait_for_end (pipeline, 200 * GST_MSECOND), GST_MESSAGE_UNKNOWN);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}
GST_END_TEST;

static gboolean
is_sink (GstElement *element)
{
  return GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK);
}

/* The bins around it are sinks for as long as it is one, or another of their children. */
GST_START_TEST (test_bins_around)
{
  GstElement *pipeline = launch ("bin.( name=outer bin.( name=inner rtcbin name=peer ) )");
  g_autoptr (GstElement) outer = gst_bin_get_by_name (GST_BIN (pipeline), "outer");
  g_autoptr (GstElement) inner = gst_bin_get_by_name (GST_BIN (pipeline), "inner");
  g_autoptr (GstElement) peer = gst_bin_get_by_name (GST_BIN (pipeline), "peer");
  GstPad *pads[2];

  fail_if (is_sink (peer) || is_sink (inner) || is_sink (outer) || is_sink (pipeline));
  for (guint i = 0; i < G_N_ELEMENTS (pads); i++)
    pads[i] = gst_element_request_pad_simple (peer, "sink_%u");
  fail_unless (is_sink (peer) && is_sink (inner) && is_sink (outer) && is_sink (pipeline));
  gst_element_release_request_pad (peer, pads[0]);
  fail_unless (is_sink (peer) && is_sink (outer));
  gst_bin_add (GST_BIN (outer), gst_element_factory_make ("fakesink", NULL));
  gst_element_release_request_pad (peer, pads[1]);
  fail_if (is_sink (peer) || is_sink (inner));
  fail_unless (is_sink (outer) && is_sink (pipeline), "another sink is in it");
  for (guint i = 0; i < G_N_ELEMENTS (pads); i++)
    gst_object_unref (pads[i]);
  gst_object_unref (pipeline);
}
GST_END_TEST;

static Suite *
endofstream_suite (void)
{
  Suite *suite = suite_create ("rtcbin endofstream");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 60);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_end, 0, G_N_ELEMENTS (rows));
  tcase_add_test (chain, test_bins_around);
  return suite;
}

GST_CHECK_MAIN (endofstream);
