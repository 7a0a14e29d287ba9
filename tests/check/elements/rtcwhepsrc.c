/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcwhepsrc and rtcwhipsink against the server role of rtcsignaller: playbin3 plays a whep:// URI,
 * a file's publisher ends with its file, frames of all formats find their payloader, and URIs find
 * their elements. Skipped where one of the elements that it takes is not there.
 */
#include "signallerharness.h"
#include "tests/support/framecount.h"
#include "tests/support/rtpsessionwalk.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define LIMIT (40 * GST_SECOND)
#define SINK "fakesink signal-handoffs=true sync=true"
#define PICTURE "videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=30/1 ! "
#define SOUND "audiotestsrc is-live=true ! "

static const struct {
  GstURIType type;
  const gchar *uri;
  /* NULL: nothing takes it, or the element refuses it. */
  const gchar *factory;
} uris[] = {
  { GST_URI_SRC, "whep://127.0.0.1:8080/whep/a", "rtcwhepsrc" },
  { GST_URI_SRC, "wheps://a.example/whep/a", "rtcwhepsrc" },
  { GST_URI_SINK, "whip://127.0.0.1:8080/whip/a", "rtcwhipsink" },
  { GST_URI_SINK, "whips://a.example/whip/a", "rtcwhipsink" },
  { GST_URI_SRC, "whep:///a", NULL },
  { GST_URI_SINK, "whep://a.example/", NULL },
};

GST_START_TEST (test_uris)
{
  g_autoptr (GError) error = NULL;
  GstElement *element = gst_element_make_from_uri (uris[__i__].type, uris[__i__].uri, NULL, &error);
  g_autofree gchar *location = NULL;
  if (uris[__i__].factory == NULL) {
    g_assert_null (element);
    g_assert_nonnull (error);
    return;
  }
  g_assert_no_error (error);
  g_assert_cmpstr (GST_OBJECT_NAME (gst_element_get_factory (element)), ==, uris[__i__].factory);
  g_object_get (element, "location", &location, NULL);
  g_assert_cmpstr (location, ==, uris[__i__].uri);
  gst_object_unref (gst_object_ref_sink (element));
}
GST_END_TEST;

GST_START_TEST (test_no_location)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gst_bin_add (GST_BIN (pipeline), gst_element_factory_make ("rtcwhepsrc", NULL));
  g_assert_cmpint (
      gst_element_set_state (pipeline, GST_STATE_PLAYING), ==, GST_STATE_CHANGE_FAILURE);
  message = gst_bus_timed_pop_filtered (bus, LIMIT, GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  gst_message_parse_error (message, &error, NULL);
  g_assert_nonnull (strstr (error->message, "set the property location"));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}
GST_END_TEST;

static GstElement *
start (const gchar *format, guint port)
{
  g_autofree gchar *url = g_strdup_printf ("://127.0.0.1:%u", port);
  g_autoptr (GString) launch = g_string_new (format);
  GError *error = NULL;
  GstElement *pipeline;
  g_string_replace (launch, "://SERVER", url, 0);
  pipeline = gst_parse_launch (launch->str, &error);
  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

static void
stop (GstElement *pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

static void
must_end (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, LIMIT, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  if (message == NULL)
    g_error ("no end of stream came");
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    g_error ("%s", error->message);
  }
}

static void
watch (GstElement *player, const gchar *property, const gchar *description, FrameCount *frames)
{
  g_autoptr (GstElement) sink = gst_object_ref_sink (gst_parse_launch (description, NULL));
  frame_count_watch (frames, sink);
  g_object_set (player, property, sink, NULL);
}

GST_START_TEST (test_playbin)
{
  SignallerHarness harness;
  FrameCount frames;
  GstElement *publisher;
  GstElement *player = gst_element_factory_make ("playbin3", NULL);
  g_autofree gchar *uri = NULL;

  frame_count_init (&frames);
  signaller_harness_start (&harness, "rtcsignaller");
  publisher = start ("rtcwhipsink name=w location=http://SERVER/whip/a "
                     "videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=30/1 ! "
                     "vp8enc deadline=1 keyframe-max-dist=10000 ! rtpvp8pay ! w. "
                     "audiotestsrc is-live=true ! opusenc ! rtpopuspay ! w.",
      harness.port);
  uri = g_strdup_printf ("whep://127.0.0.1:%u/whep/a", harness.port);
  g_object_set (player, "uri", uri, NULL);
  /* Its volume element outlives it. */
  gst_util_set_object_arg (G_OBJECT (player), "flags", "video+audio");
  watch (player, "video-sink", SINK, &frames);
  watch (player, "audio-sink", SINK, &frames);
  gst_element_set_state (player, GST_STATE_PLAYING);

  frame_count_wait (&frames, 30, 30, "player");
  g_assert_cmpuint (frames.width, ==, 64);

  stop (player);
  stop (publisher);
  signaller_harness_stop (&harness);
  frame_count_clear (&frames);
}
GST_END_TEST;

/* Not live: the file waits for the connection, and the end of the file is the pipeline's. */
GST_START_TEST (test_end)
{
  SignallerHarness harness;
  GstElement *publisher;
  g_autofree gchar *reason = NULL;
  signaller_harness_start (&harness, "rtcsignaller");
  publisher =
      start ("videotestsrc num-buffers=30 ! video/x-raw,width=64,height=48,framerate=30/1 ! "
             "vp8enc deadline=1 ! rtpvp8pay ! rtcwhipsink location=whip://SERVER/whip/a",
          harness.port);
  gst_message_unref (signaller_harness_wait (&harness, "rtc-session-connected"));
  must_end (publisher);
  stop (publisher);
  reason = signaller_harness_wait_field (&harness, "rtc-session-ended", "reason");
  g_assert_cmpstr (reason, ==, "the client left");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* Without a payloader in the line: what comes in encoded is what comes out. */
static const struct {
  const gchar *encoder;
  const gchar *line;
  const gchar *depayloader;
  const gchar *encoding_name;
} formats[] = {
  { "vp8enc", PICTURE "vp8enc deadline=1", "rtpvp8depay ! vp8dec", "VP8" },
  { "vp9enc", PICTURE "vp9enc deadline=1 cpu-used=8", "rtpvp9depay ! vp9dec", "VP9" },
  { "openh264enc", PICTURE "openh264enc ! video/x-h264,profile=constrained-baseline",
      "rtph264depay ! avdec_h264", "H264" },
  { "x264enc", PICTURE "x264enc tune=zerolatency ! video/x-h264,profile=constrained-baseline",
      "rtph264depay ! avdec_h264", "H264" },
  /* av1dec gives up when it is shown anything before a key frame. */
  { "av1enc", PICTURE "av1enc cpu-used=8 usage-profile=realtime ! av1parse",
      "rtpav1depay ! av1parse", "AV1" },
  { "opusenc", SOUND "opusenc", "rtpopusdepay ! opusdec", "OPUS" },
  { "mulawenc", SOUND "mulawenc", "rtppcmudepay ! mulawdec", "PCMU" },
  { "alawenc", SOUND "alawenc", "rtppcmadepay ! alawdec", "PCMA" },
  /* As ever. */
  { "rtpvp8pay", PICTURE "vp8enc deadline=1 ! rtpvp8pay", "rtpvp8depay ! vp8dec", "VP8" },
};

static gboolean
has_elements (const gchar *line)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) bin =
      gst_parse_launch_full (line, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (bin != NULL)
    gst_object_ref_sink (bin);
  return bin != NULL;
}

typedef struct {
  FrameCount frames;
  GstElement *publisher;
  GstElement *player;
} Stream;

static void
stream_start (Stream *stream, guint row, guint port)
{
  g_autoptr (GstElement) sink = NULL;
  g_autofree gchar *publish =
      g_strdup_printf ("%s ! rtcwhipsink location=whip://SERVER/whip/%u", formats[row].line, row);
  g_autofree gchar *play =
      g_strdup_printf ("rtcwhepsrc location=whep://SERVER/whep/%u ! "
                       "application/x-rtp,encoding-name=%s ! %s ! fakesink name=sink "
                       "signal-handoffs=true sync=false",
          row, formats[row].encoding_name, formats[row].depayloader);
  if (!has_elements (publish) || !has_elements (play)) {
    g_print ("%s: not installed as a whole, not tested\n", formats[row].encoder);
    return;
  }
  frame_count_init (&stream->frames);
  stream->publisher = start (publish, port);
  stream->player = start (play, port);
  sink = gst_bin_get_by_name (GST_BIN (stream->player), "sink");
  frame_count_watch (&stream->frames, sink);
}

static void
stream_stop (Stream *stream, guint row)
{
  if (stream->publisher == NULL)
    return;
  frame_count_wait_any (&stream->frames, 5, formats[row].encoder);
  stop (stream->player);
  stop (stream->publisher);
  frame_count_clear (&stream->frames);
}

GST_START_TEST (test_formats)
{
  SignallerHarness harness;
  Stream streams[G_N_ELEMENTS (formats)] = { 0 };
  signaller_harness_start (&harness, "rtcsignaller");
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    stream_start (&streams[i], i, harness.port);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    stream_stop (&streams[i], i);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* Frames of a file: the end comes through the payloader. What nobody can payload is not linked,
 * and a pad can be given back before and after its caps. */
GST_START_TEST (test_pads)
{
  SignallerHarness harness;
  GstElement *publisher;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GError) error = NULL;
  GstPad *pad;
  guint n_children;
  signaller_harness_start (&harness, "rtcsignaller");
  publisher =
      start ("videotestsrc num-buffers=30 ! video/x-raw,width=64,height=48,framerate=30/1 ! "
             "vp8enc deadline=1 ! rtcwhipsink name=w location=whip://SERVER/whip/a",
          harness.port);
  must_end (publisher);
  sink = gst_bin_get_by_name (GST_BIN (publisher), "w");
  n_children = GST_BIN_NUMCHILDREN (sink);
  gst_element_set_state (publisher, GST_STATE_NULL);
  pad = gst_element_get_static_pad (sink, "sink_0");
  gst_element_release_request_pad (sink, pad);
  gst_object_unref (pad);
  g_assert_cmpint (GST_BIN_NUMCHILDREN (sink), ==, n_children - 1);
  pad = gst_element_request_pad_simple (sink, "sink_%u");
  g_assert_nonnull (pad);
  gst_element_release_request_pad (sink, pad);
  gst_object_unref (pad);
  g_assert_cmpint (GST_BIN_NUMCHILDREN (sink), ==, n_children - 1);
  gst_object_unref (publisher);
  publisher = gst_parse_launch ("videotestsrc ! rtcwhipsink", &error);
  g_assert_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_LINK);
  gst_clear_object (&publisher);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcwhepsrc_suite (void)
{
  Suite *suite = suite_create ("rtcwhepsrc");
  TCase *tests = tcase_create ("all");
  tcase_set_timeout (tests, 120);
  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, test_uris, 0, G_N_ELEMENTS (uris));
  tcase_add_test (tests, test_no_location);
  tcase_add_test (tests, test_playbin);
  tcase_add_test (tests, test_end);
  tcase_add_test (tests, test_formats);
  tcase_add_test (tests, test_pads);
  return suite;
}

int
main (int argc, char **argv)
{
  static const gchar *const needed[] = { "rtcbin", "rtcice", "rtcdtls", "rtcsrtp", "vp8enc",
    "vp8dec", "rtpvp8pay", "rtpvp8depay", "opusenc", "opusdec", "rtpopuspay", "playbin3",
    "videotestsrc", "audiotestsrc", NULL };
  gst_check_init (&argc, &argv);
  rtp_session_walk_tolerate ();
  if (!signaller_elements_are_there (needed))
    return 77;
  return gst_check_run_suite (rtcwhepsrc_suite (), "rtcwhepsrc", __FILE__);
}
