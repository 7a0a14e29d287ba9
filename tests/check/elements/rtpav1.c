/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtpav1depay and rtpav1pay: packets and temporal units byte by byte, and units of libaom through
 * both of them, cut small, with and without losses.
 */
#include <string.h>

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/rtp/rtp.h>
#include <gst/video/video.h>

#define RTP_CAPS "application/x-rtp,media=video,encoding-name=AV1,clock-rate=90000,payload=96"
#define AV1_CAPS "video/x-av1,stream-format=obu-stream,alignment=tu"
#define MAX_PACKETS 4

/* Sequence header, key frame and inter frame: not to be decoded, but told apart. */
#define SEQUENCE "0a02 aabb"
#define KEY "3203 101112"
#define INTER "3203 302122"

typedef struct {
  const gchar *name;
  /* Each: flags, a colon, the payload. m: marker; g: the packet before it is missing. */
  const gchar *packets[MAX_PACKETS + 1];
  const gchar *units[MAX_PACKETS + 1];
} DepayRow;

/* Payloads as "RTP Payload Format For AV1" §4.4 has them; elements have no size of their own. */
static const DepayRow depay_rows[] = {
  { "two elements, the last without length", { "m:28 03 08aabb 30101112" },
      { "1200" SEQUENCE KEY } },
  { "W 0: each has a length", { "m:08 03 08aabb 04 30101112" }, { "1200" SEQUENCE KEY } },
  { "elements with sizes of their own", { "m:28 04 0a02aabb 3203101112" },
      { "1200" SEQUENCE KEY } },
  { "a delimiter is ignored", { "m:38 02 1200 03 08aabb 30101112" }, { "1200" SEQUENCE KEY } },
  { "a tile list is ignored", { "m:38 03 08aabb 03 404142 30101112" }, { "1200" SEQUENCE KEY } },
  { "an extension stays", { "m:28 03 08aabb 3448101112" }, { "1200" SEQUENCE "3648 03 101112" } },
  { "a fragmented element", { ":68 03 08aabb 3010", "m:90 1112" }, { "1200" SEQUENCE KEY } },
  { "in three packets", { ":68 03 08aabb 30", ":d0 10", "m:90 1112" }, { "1200" SEQUENCE KEY } },
  { "fragments with lengths", { ":48 03 08aabb 02 3010", "m:80 02 1112" },
      { "1200" SEQUENCE KEY } },
  { "two units", { "m:28 03 08aabb 30101112", "m:10 30302122" },
      { "1200" SEQUENCE KEY, "1200" INTER } },
  { "the end of a fragment is lost", { ":68 03 08aabb 3010", "gm:28 03 08aabb 30101112" },
      { "1200" SEQUENCE KEY } },
  { "the start of a fragment is lost", { "m:28 03 08aabb 30101112", "gm:90 1112", "m:10 30302122" },
      { "1200" SEQUENCE KEY, "1200" INTER } },
  { "the middle of a fragment is lost", { ":68 03 08aabb 30", "gm:90 1112" }, { NULL } },
  { "a unit after a loss may lack its start", { "m:28 03 08aabb 30101112", "gm:10 30302122" },
      { "1200" SEQUENCE KEY } },
  { "the stream begins in a fragment", { "m:90 1112", "m:28 03 08aabb 30101112" },
      { "1200" SEQUENCE KEY } },
  { "a continuation that is none", { "m:28 03 08aabb 30101112", "m:90 1112", "m:10 30302122" },
      { "1200" SEQUENCE KEY, "1200" INTER } },
  { "a fragment is not continued", { ":68 03 08aabb 3010", "m:10 1112" }, { NULL } },
  { "a fragment at the end of a unit", { "m:68 03 08aabb 3010" }, { NULL } },
  { "a length beyond the end", { "m:28 70 08aabb" }, { NULL } },
  { "an endless length", { "m:08 ffffffffffffffffff01" }, { NULL } },
  { "an OBU size beyond the end", { "m:18 3270 101112" }, { NULL } },
  { "a forbidden bit", { "m:18 b0101112" }, { NULL } },
  { "an empty payload", { "m:" }, { NULL } },
  { "a header alone", { "m:18" }, { NULL } },
};

typedef struct {
  const gchar *name;
  guint mtu;
  const gchar *unit;
  const gchar *payloads[MAX_PACKETS + 1];
} PayRow;

/* An RTP header has 12 bytes, so an MTU of 28 leaves 16. */
static const PayRow pay_rows[] = {
  { "a key frame is counted and marked", 1400, "1200" SEQUENCE KEY, { "28 03 08aabb 30101112" } },
  { "an inter frame", 1400, "1200" INTER, { "10 30302122" } },
  { "more than three elements have lengths", 1400, "1200" SEQUENCE SEQUENCE SEQUENCE KEY,
      { "08 03 08aabb 03 08aabb 03 08aabb 04 30101112" } },
  { "a long one is fragmented", 28, "1200 3214 303132333435363738393a3b3c3d3e3f40414243",
      { "50 30303132333435363738393a3b", "90 3c3d3e3f40414243" } },
  { "layers are kept apart", 1400, "1200 3600 01 30 3608 01 30", { "10 340030", "10 340830" } },
  { "a delimiter alone", 1400, "1200", { NULL } },
  { "no OBU", 1400, "ff00", { NULL } },
  { "cut off", 1400, "1200 3210 30", { NULL } },
};

static GByteArray *
bytes_from_hex (const gchar *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; *hex != '\0'; hex++) {
    guint8 byte;

    if (*hex == ' ')
      continue;
    byte = (guint8) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));
    g_byte_array_append (bytes, &byte, 1);
    hex++;
  }
  return bytes;
}

static GstBuffer *
buffer_from_hex (const gchar *hex)
{
  return gst_buffer_new_wrapped_bytes (g_byte_array_free_to_bytes (bytes_from_hex (hex)));
}

static GstBuffer *
make_packet (const gchar *text, guint16 *sequence)
{
  const gchar *hex = strchr (text, ':') + 1;
  gboolean is_marked = memchr (text, 'm', (gsize) (hex - text)) != NULL;
  GstBuffer *packet = gst_rtp_buffer_new_allocate (0, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  *sequence += memchr (text, 'g', (gsize) (hex - text)) != NULL ? 2 : 1;
  gst_rtp_buffer_map (packet, GST_MAP_WRITE, &rtp);
  gst_rtp_buffer_set_payload_type (&rtp, 96);
  gst_rtp_buffer_set_seq (&rtp, *sequence);
  gst_rtp_buffer_set_marker (&rtp, is_marked);
  gst_rtp_buffer_unmap (&rtp);
  GST_BUFFER_PTS (packet) = *sequence * GST_MSECOND;
  return *hex != '\0' ? gst_buffer_append (packet, buffer_from_hex (hex)) : packet;
}

static void
fail_unless_bytes (const gchar *name, gconstpointer data, gsize size, const gchar *expected)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex (expected);

  fail_unless (size == bytes->len && memcmp (data, bytes->data, size) == 0,
      "%s: %" G_GSIZE_FORMAT " bytes are not %s", name, size, expected);
}

static guint
count_key_frame_requests (GstHarness *harness)
{
  guint count = 0;
  GstEvent *event;

  while ((event = gst_harness_try_pull_upstream_event (harness)) != NULL) {
    if (gst_video_event_is_force_key_unit (event))
      count++;
    gst_event_unref (event);
  }
  return count;
}

GST_START_TEST (test_depay)
{
  const DepayRow *row = &depay_rows[__i__];
  GstHarness *harness = gst_harness_new ("rtpav1depay");
  guint16 sequence = 7;
  GstBuffer *unit;
  GstMapInfo map;

  gst_harness_set_src_caps_str (harness, RTP_CAPS);
  for (guint i = 0; row->packets[i] != NULL; i++)
    fail_unless_equals_int (
        gst_harness_push (harness, make_packet (row->packets[i], &sequence)), GST_FLOW_OK);
  for (guint i = 0; row->units[i] != NULL; i++) {
    unit = gst_harness_try_pull (harness);
    fail_unless (unit != NULL, "%s: unit %u is missing", row->name, i);
    gst_buffer_map (unit, &map, GST_MAP_READ);
    fail_unless_bytes (row->name, map.data, map.size, row->units[i]);
    gst_buffer_unmap (unit, &map);
    gst_buffer_unref (unit);
  }
  fail_unless (gst_harness_try_pull (harness) == NULL, "%s: one unit too many", row->name);
  gst_harness_teardown (harness);
}
GST_END_TEST

GST_START_TEST (test_pay)
{
  const PayRow *row = &pay_rows[__i__];
  GstHarness *harness = gst_harness_new ("rtpav1pay");
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  GstBuffer *packet;

  g_object_set (harness->element, "mtu", row->mtu, NULL);
  gst_harness_set_src_caps_str (harness, AV1_CAPS);
  fail_unless_equals_int (gst_harness_push (harness, buffer_from_hex (row->unit)), GST_FLOW_OK);
  for (guint i = 0; row->payloads[i] != NULL; i++) {
    packet = gst_harness_try_pull (harness);
    fail_unless (packet != NULL, "%s: packet %u is missing", row->name, i);
    fail_unless (gst_buffer_get_size (packet) <= row->mtu, "%s: too large", row->name);
    gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp);
    fail_unless (gst_rtp_buffer_get_marker (&rtp) == (row->payloads[i + 1] == NULL),
        "%s: marker of packet %u", row->name, i);
    fail_unless_bytes (row->name, gst_rtp_buffer_get_payload (&rtp),
        gst_rtp_buffer_get_payload_len (&rtp), row->payloads[i]);
    gst_rtp_buffer_unmap (&rtp);
    gst_buffer_unref (packet);
  }
  fail_unless (gst_harness_try_pull (harness) == NULL, "%s: one packet too many", row->name);
  gst_harness_teardown (harness);
}
GST_END_TEST

/* Until a key frame nothing comes, and it is asked for once a second of the stream's time. */
GST_START_TEST (test_key_frames)
{
  GstHarness *harness =
      gst_harness_new_parse ("rtpav1depay request-keyframe=true wait-for-keyframe=true");
  guint16 sequence = 0;

  gst_harness_set_src_caps_str (harness, RTP_CAPS);
  for (guint i = 0; i < 1500; i++)
    gst_harness_push (harness, make_packet ("m:10 30302122", &sequence));
  fail_unless_equals_int (gst_harness_buffers_received (harness), 0);
  fail_unless_equals_int (count_key_frame_requests (harness), 2);

  gst_harness_push (harness, make_packet ("m:28 03 08aabb 30101112", &sequence));
  gst_harness_push (harness, make_packet ("m:10 30302122", &sequence));
  fail_unless_equals_int (gst_harness_buffers_received (harness), 2);
  fail_unless_equals_int (count_key_frame_requests (harness), 0);

  gst_harness_push (harness, make_packet ("gm:10 30302122", &sequence));
  fail_unless_equals_int (count_key_frame_requests (harness), 1);
  gst_harness_push (harness, make_packet ("m:10 30302122", &sequence));
  fail_unless_equals_int (gst_harness_buffers_received (harness), 2);
  gst_harness_push (harness, make_packet ("m:28 03 08aabb 30101112", &sequence));
  fail_unless_equals_int (gst_harness_buffers_received (harness), 3);
  gst_harness_teardown (harness);
}
GST_END_TEST

#define ENCODER                                                                                    \
  "videotestsrc num-buffers=12 pattern=ball ! video/x-raw,format=I420,width=320,height=240"        \
  " ! av1enc cpu-used=8 usage-profile=realtime keyframe-max-dist=4 ! av1parse"

/* Frames that come out of libaom's decoder behind @middle, and -1 for an error. */
static gint
count_decoded (const gchar *middle)
{
  g_autofree gchar *launch = g_strdup_printf (
      ENCODER " ! %s ! av1dec ! fakesink name=sink sync=false num-buffers=-1", middle);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);
  GstElement *sink;
  GstMessage *message;
  GstStructure *stats;
  guint64 rendered = 0;
  gboolean is_good;

  g_assert_no_error (error);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (
      GST_ELEMENT_BUS (pipeline), 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  is_good = message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
  g_object_get (sink, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "rendered", &rendered);
  gst_structure_free (stats);
  gst_clear_message (&message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
  return is_good ? (gint) rendered : -1;
}

GST_START_TEST (test_real_units)
{
  static const guint mtus[] = { 64, 300, 1400 };

  if (!gst_registry_check_feature_version (gst_registry_get (), "av1enc", 1, 0, 0) ||
      !gst_registry_check_feature_version (gst_registry_get (), "av1parse", 1, 0, 0)) {
    g_printerr ("skipped: av1enc or av1parse is not installed\n");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (mtus); i++) {
    g_autofree gchar *all =
        g_strdup_printf ("rtpav1pay mtu=%u ! rtpav1depay wait-for-keyframe=true", mtus[i]);
    g_autofree gchar *lossy = g_strdup_printf ("rtpav1pay mtu=%u ! identity drop-probability=0.01"
                                               " ! rtpav1depay wait-for-keyframe=true",
        mtus[i]);
    gint n_left = count_decoded (lossy);

    fail_unless_equals_int (count_decoded (all), 12);
    fail_unless (n_left >= 0 && n_left <= 12, "%d frames after losses", n_left);
  }
}
GST_END_TEST

static Suite *
rtpav1_suite (void)
{
  Suite *suite = suite_create ("rtpav1");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 120);
  tcase_add_loop_test (tcase, test_depay, 0, G_N_ELEMENTS (depay_rows));
  tcase_add_loop_test (tcase, test_pay, 0, G_N_ELEMENTS (pay_rows));
  tcase_add_test (tcase, test_key_frames);
  tcase_add_test (tcase, test_real_units);
  return suite;
}

GST_CHECK_MAIN (rtpav1);
