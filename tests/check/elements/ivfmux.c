/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ivfmux: what it writes byte by byte, and round trips through files that ivfparse and, where it
 * is installed, ffprobe read.
 */

#include <string.h>

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/video/video.h>

#define VP8 "video/x-vp8"
#define VP9 "video/x-vp9"
#define AV1 "video/x-av1, stream-format=obu-stream, alignment=tu"

#define VP8_KEY_320x240 "106000 9d012a 4001 f000 0047"
#define VP8_DELTA "b10200 0000 0000"

typedef struct {
  const gchar *name;
  const gchar *caps;
  const gchar *frame;
  guint width; /* 0: not a key frame, nothing is written */
  guint height;
  const gchar *fourcc;
} FrameRow;

/* The first bytes of frames that libvpx, libaom and SVT-AV1 made, and damaged ones. */
static const FrameRow frame_rows[] = {
  { "VP8 key frame", VP8, "1060 009d 012a 4001 f000 0047", 320, 240, "VP80" },
  { "VP8 key frame with scaling", VP8, "1060 009d 012a 4041 f080 0047", 320, 240, "VP80" },
  { "VP8 delta frame", VP8, "1160 009d 012a 4001 f000 0047", 0, 0, NULL },
  { "VP8 without start code", VP8, "1060 009d 012b 4001 f000 0047", 0, 0, NULL },
  { "VP8 cut off", VP8, "1060 009d 012a 4001 f0", 0, 0, NULL },
  { "VP9 key frame", VP9, "a249 8342 e014 100b 7624 3824", 322, 184, "VP90" },
  { "VP9 delta frame", VP9, "a649 8342 e014 100b 7624 3824", 0, 0, NULL },
  { "VP9 shows an existing frame", VP9, "a849 8342 e014 100b 7624 3824", 0, 0, NULL },
  { "VP9 wrong marker", VP9, "6249 8342 e014 100b 7624 3824", 0, 0, NULL },
  { "VP9 wrong sync code", VP9, "a249 8343 e014 100b 7624 3824", 0, 0, NULL },
  { "VP9 cut off", VP9, "a249 8342 e014 10", 0, 0, NULL },
  { "AV1 of libaom", AV1, "1200 0a0d 2000 0004 3d06 dcda f920 21a0 04 3204 1400a0b0", 322, 184,
      "AV01" },
  { "AV1 of SVT-AV1", AV1, "1200 0a0b 0000 0004 3d06 dcfb f900 40 3204 1400a1c8", 322, 184,
      "AV01" },
  { "AV1 without delimiter", AV1, "0a0b 0000 0004 3d06 dcfb f900 40 3204 1400a1c8", 322, 184,
      "AV01" },
  { "AV1 inter frame", AV1, "1200 0a0b 0000 0004 3d06 dcfb f900 40 3204 3400a1c8", 0, 0, NULL },
  { "AV1 without sequence header", AV1, "1200 3204 1400a1c8", 0, 0, NULL },
  { "AV1 size beyond the end", AV1, "1200 0a7f 0000 0004", 0, 0, NULL },
  { "AV1 endless size", AV1, "1200 0aff ffff ffff ffff ffff ff", 0, 0, NULL },
};

static GstBuffer *
buffer_from_hex (const gchar *hex, GstClockTime pts)
{
  GByteArray *bytes = g_byte_array_new ();
  gsize length;
  GstBuffer *buffer;

  for (; *hex != '\0'; hex++) {
    guint8 byte;

    if (*hex == ' ')
      continue;
    byte = (guint8) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));
    g_byte_array_append (bytes, &byte, 1);
    hex++;
  }
  length = bytes->len;
  buffer = gst_buffer_new_wrapped (g_byte_array_free (bytes, FALSE), length);
  GST_BUFFER_PTS (buffer) = pts;
  return buffer;
}

static GstHarness *
harness_new (const gchar *caps)
{
  GstHarness *harness = gst_harness_new_with_padnames ("ivfmux", "video", "src");

  gst_harness_set_src_caps_str (harness, caps);
  return harness;
}

/* The bytes of the next buffer; NULL when there is none. */
static GBytes *
pull_bytes (GstHarness *harness)
{
  GstBuffer *buffer = gst_harness_try_pull (harness);
  gpointer data;
  gsize size;

  if (buffer == NULL)
    return NULL;
  gst_buffer_extract_dup (buffer, 0, gst_buffer_get_size (buffer), &data, &size);
  gst_buffer_unref (buffer);
  return g_bytes_new_take (data, size);
}

static const guint8 *
bytes_data (GBytes *bytes)
{
  return g_bytes_get_data (bytes, NULL);
}

/* Byte by byte: the fields of an IVF file are not aligned. */
static guint64
read_le (guint n_bytes, const guint8 *data)
{
  guint64 value = 0;

  while (n_bytes > 0)
    value = value << 8 | data[--n_bytes];
  return value;
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

static void
check_header (GBytes *header, const FrameRow *row)
{
  const guint8 *data = bytes_data (header);

  fail_unless_equals_int (g_bytes_get_size (header), 32);
  fail_unless (memcmp (data, "DKIF\0\0\x20\0", 8) == 0);
  fail_unless (memcmp (data + 8, row->fourcc, 4) == 0);
  fail_unless_equals_int (read_le (2, data + 12), row->width);
  fail_unless_equals_int (read_le (2, data + 14), row->height);
  fail_unless_equals_int (read_le (4, data + 16), 90000);
  fail_unless_equals_int (read_le (4, data + 20), 1);
}

GST_START_TEST (test_frames)
{
  const FrameRow *row = &frame_rows[__i__];
  GstHarness *harness = harness_new (row->caps);
  GBytes *header;
  GBytes *frame;

  GST_INFO ("%s", row->name);
  fail_unless_equals_int (gst_harness_push (harness, buffer_from_hex (row->frame, 0)), GST_FLOW_OK);
  header = pull_bytes (harness);
  if (row->width == 0) {
    fail_unless (header == NULL);
    fail_unless_equals_int (count_key_frame_requests (harness), 1);
  } else {
    check_header (header, row);
    g_bytes_unref (header);
    frame = pull_bytes (harness);
    fail_unless_equals_int (read_le (4, bytes_data (frame)), g_bytes_get_size (frame) - 12);
    fail_unless_equals_int (read_le (8, bytes_data (frame) + 4), 0);
    if (g_str_equal (row->fourcc, "AV01"))
      fail_unless (memcmp (bytes_data (frame) + 12, "\x12\0\x0a", 3) == 0);
    fail_unless_equals_int (count_key_frame_requests (harness), 0);
    g_bytes_unref (frame);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (test_key_frame_is_asked_for_once_a_second)
{
  GstHarness *harness = harness_new (VP8);

  /* 0 to 2.9 s in steps of 100 ms: at 0, 1 and 2 s. */
  for (guint i = 0; i < 30; i++)
    gst_harness_push (harness, buffer_from_hex (VP8_DELTA, i * 100 * GST_MSECOND));
  fail_unless_equals_int (count_key_frame_requests (harness), 3);
  fail_unless_equals_int (gst_harness_buffers_received (harness), 0);
  gst_harness_push (harness, buffer_from_hex (VP8_KEY_320x240, 3 * GST_SECOND));
  gst_harness_push (harness, buffer_from_hex (VP8_DELTA, 10 * GST_SECOND));
  fail_unless_equals_int (count_key_frame_requests (harness), 0);
  fail_unless_equals_int (gst_harness_buffers_received (harness), 3);
  gst_harness_teardown (harness);
}

GST_END_TEST;

#define NONE GST_CLOCK_TIME_NONE

typedef struct {
  const gchar *name;
  const gchar *caps;
  gint timebase[2];
  GstClockTime pts_ms[4];
  guint denominator;
  guint numerator;
  guint64 ticks[4];
} TimeRow;

static const TimeRow time_rows[] = {
  { "RTP clock without a frame rate", VP8, { 0, 1 }, { 0, 40, 80, 120 }, 90000, 1,
      { 0, 3600, 7200, 10800 } },
  { "one tick a frame", VP8 ", framerate=25/1", { 0, 1 }, { 0, 40, 80, 120 }, 25, 1,
      { 0, 1, 2, 3 } },
  { "a gap stays a gap", VP8 ", framerate=25/1", { 0, 1 }, { 0, 40, 2040, 2080 }, 25, 1,
      { 0, 1, 51, 52 } },
  { "drop frame rate", VP8 ", framerate=30000/1001", { 0, 1 }, { 0, 33, 67, 100 }, 30000, 1001,
      { 0, 1, 2, 3 } },
  { "unknown frame rate", VP8 ", framerate=0/1", { 0, 1 }, { 0, 1, 2, 3 }, 90000, 1,
      { 0, 90, 180, 270 } },
  { "the application's choice", VP8 ", framerate=25/1", { 1, 1000 }, { 0, 40, 80, 120 }, 1000, 1,
      { 0, 40, 80, 120 } },
  { "the file starts at zero", VP8, { 1, 1000 }, { 5000, 5040, 5080, 5120 }, 1000, 1,
      { 0, 40, 80, 120 } },
  { "equal times increase", VP8, { 1, 1000 }, { 0, 40, 40, 40 }, 1000, 1, { 0, 40, 41, 42 } },
  { "times that go back increase", VP8, { 1, 1000 }, { 100, 140, 20, 180 }, 1000, 1,
      { 0, 40, 41, 80 } },
  { "frames without time", VP8 ", framerate=25/1", { 1, 1000 }, { 0, NONE, NONE, 120 }, 1000, 1,
      { 0, 40, 80, 120 } },
};

GST_START_TEST (test_times)
{
  const TimeRow *row = &time_rows[__i__];
  GstHarness *harness = gst_harness_new_with_padnames ("ivfmux", "video", "src");
  GBytes *bytes;

  GST_INFO ("%s", row->name);
  gst_util_set_object_arg (G_OBJECT (harness->element), "timebase", "0/1");
  if (row->timebase[0] != 0)
    g_object_set (harness->element, "timebase", row->timebase[0], row->timebase[1], NULL);
  gst_harness_set_src_caps_str (harness, row->caps);
  for (guint i = 0; i < 4; i++) {
    GstClockTime pts = row->pts_ms[i] == NONE ? NONE : row->pts_ms[i] * GST_MSECOND;

    gst_harness_push (harness, buffer_from_hex (i == 0 ? VP8_KEY_320x240 : VP8_DELTA, pts));
  }
  bytes = pull_bytes (harness);
  fail_unless_equals_int (read_le (4, bytes_data (bytes) + 16), row->denominator);
  fail_unless_equals_int (read_le (4, bytes_data (bytes) + 20), row->numerator);
  g_bytes_unref (bytes);
  for (guint i = 0; i < 4; i++) {
    bytes = pull_bytes (harness);
    fail_unless_equals_uint64 (read_le (8, bytes_data (bytes) + 4), row->ticks[i]);
    g_bytes_unref (bytes);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (test_sink_that_cannot_seek_gets_one_header)
{
  GstHarness *harness = harness_new (VP8);

  gst_harness_push (harness, buffer_from_hex (VP8_KEY_320x240, 0));
  gst_harness_push_event (harness, gst_event_new_eos ());
  fail_unless_equals_int (gst_harness_buffers_received (harness), 2);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static GstPadProbeReturn
answer_seekable (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_SEEKING)
    return GST_PAD_PROBE_OK;
  gst_query_set_seeking (query, GST_FORMAT_BYTES, TRUE, 0, -1);
  return GST_PAD_PROBE_HANDLED;
}

static GstPadProbeReturn
refuse_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = GST_FLOW_ERROR;
  return GST_PAD_PROBE_HANDLED;
}

/* A full disk: the header counts what is whole in the file. */
GST_START_TEST (test_frame_that_could_not_be_written_is_not_counted)
{
  GstHarness *harness = harness_new (VP8);
  GBytes *bytes;
  gulong probe;

  gst_pad_add_probe (
      harness->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, answer_seekable, NULL, NULL);
  gst_harness_push (harness, buffer_from_hex (VP8_KEY_320x240, 0));
  probe =
      gst_pad_add_probe (harness->sinkpad, GST_PAD_PROBE_TYPE_BUFFER, refuse_buffer, NULL, NULL);
  fail_unless_equals_int (
      gst_harness_push (harness, buffer_from_hex (VP8_DELTA, GST_SECOND)), GST_FLOW_ERROR);
  gst_pad_remove_probe (harness->sinkpad, probe);
  gst_harness_push_event (harness, gst_event_new_eos ());
  g_bytes_unref (pull_bytes (harness));
  g_bytes_unref (pull_bytes (harness));
  bytes = pull_bytes (harness);
  fail_unless (bytes != NULL, "the header is not written again");
  fail_unless_equals_int (read_le (4, bytes_data (bytes) + 24), 1);
  g_bytes_unref (bytes);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (test_another_codec_is_refused)
{
  GstHarness *harness = harness_new (VP8);

  gst_harness_push (harness, buffer_from_hex (VP8_KEY_320x240, 0));
  gst_harness_set_src_caps_str (harness, VP9);
  fail_unless_equals_int (
      gst_harness_push (harness, buffer_from_hex (VP8_KEY_320x240, 1)), GST_FLOW_NOT_NEGOTIATED);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (test_element_starts_anew_after_ready)
{
  GstHarness *harness = harness_new (VP8);

  for (guint i = 0; i < 2; i++) {
    GBytes *header;

    gst_harness_push (harness, buffer_from_hex (VP8_KEY_320x240, 0));
    header = pull_bytes (harness);
    fail_unless (memcmp (bytes_data (header), "DKIF", 4) == 0);
    g_bytes_unref (header);
    g_bytes_unref (pull_bytes (harness));
    gst_element_set_state (harness->element, GST_STATE_READY);
    gst_element_set_state (harness->element, GST_STATE_PLAYING);
    gst_harness_set_src_caps_str (harness, VP8);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Files. */

static gchar *
temporary_file (void)
{
  g_autofree gchar *directory = g_dir_make_tmp ("ivfmux-XXXXXX", NULL);

  fail_unless (directory != NULL);
  return g_build_filename (directory, "test.ivf", NULL);
}

static void
remove_file (const gchar *path)
{
  g_autofree gchar *directory = g_path_get_dirname (path);

  g_unlink (path);
  g_rmdir (directory);
}

static void
run_to_end (const gchar *description)
{
  GstElement *pipeline = gst_parse_launch (description, NULL);
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 30 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS, "%s", description);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
}

static void
count_buffer (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  ++*(guint *) user_data;
}

static guint
count_frames (const gchar *path, const gchar *decoder)
{
  g_autofree gchar *description = g_strdup_printf (
      "filesrc location=%s ! ivfparse ! %s ! fakesink name=sink signal-handoffs=true sync=false",
      path, decoder);
  GstElement *pipeline = gst_parse_launch (description, NULL);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  guint count = 0;

  g_signal_connect (sink, "handoff", G_CALLBACK (count_buffer), &count);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 30 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
  return count;
}

static void
check_file_header (const gchar *path, guint n_frames, guint width, guint height)
{
  g_autofree gchar *content = NULL;
  gsize length;
  const guint8 *data;

  fail_unless (g_file_get_contents (path, &content, &length, NULL));
  data = (const guint8 *) content;
  fail_unless (length > 32 && memcmp (data, "DKIF", 4) == 0);
  fail_unless_equals_int (read_le (2, data + 12), width);
  fail_unless_equals_int (read_le (2, data + 14), height);
  fail_unless_equals_int (read_le (4, data + 24), n_frames);
}

/* What ffprobe says, when it is there. */
static void
check_with_ffprobe (const gchar *path, const gchar *expected)
{
  const gchar *arguments[] = { "ffprobe", "-v", "error", "-count_frames", "-of", "csv=p=0",
    "-show_entries", "stream=codec_name,width,height,nb_read_frames", path, NULL };
  g_autofree gchar *program = g_find_program_in_path ("ffprobe");
  g_autofree gchar *output = NULL;

  if (program == NULL)
    return;
  fail_unless (g_spawn_sync (NULL, (gchar **) arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
      &output, NULL, NULL, NULL));
  fail_unless_equals_string (g_strstrip (output), expected);
}

typedef struct {
  const gchar *name;
  const gchar *encoder;
  const gchar *decoder;
  const gchar *ffprobe;
} FileRow;

static const FileRow file_rows[] = {
  { "VP8", "vp8enc deadline=1", "vp8dec", "vp8,176,144,30" },
  { "VP9", "vp9enc deadline=1 cpu-used=8", "vp9dec", "vp9,176,144,30" },
};

static gboolean
has_elements (const FileRow *row)
{
  g_auto (GStrv) encoder = g_strsplit (row->encoder, " ", 2);

  return gst_registry_check_feature_version (gst_registry_get (), encoder[0], 1, 0, 0) &&
      gst_registry_check_feature_version (gst_registry_get (), row->decoder, 1, 0, 0) &&
      gst_registry_check_feature_version (gst_registry_get (), "ivfparse", 1, 0, 0);
}

GST_START_TEST (test_round_trip)
{
  const FileRow *row = &file_rows[__i__];
  g_autofree gchar *path = temporary_file ();
  g_autofree gchar *description =
      g_strdup_printf ("videotestsrc num-buffers=30 ! video/x-raw,width=176,height=144 ! %s ! "
                       "ivfmux ! filesink location=%s",
          row->encoder, path);

  if (has_elements (row)) {
    run_to_end (description);
    check_file_header (path, 30, 176, 144);
    fail_unless_equals_int (count_frames (path, row->decoder), 30);
    check_with_ffprobe (path, row->ffprobe);
  }
  remove_file (path);
}

GST_END_TEST;

/* Writes keys of two sizes and ends, or is cut off like a process that is killed. */
static void
write_frames (const gchar *path, gboolean has_end)
{
  g_autofree gchar *description =
      g_strdup_printf ("ivfmux ! filesink async=false buffer-mode=unbuffered location=%s", path);
  GstHarness *harness = gst_harness_new_parse (description);

  gst_harness_set_src_caps_str (harness, VP8);
  gst_harness_push (harness, buffer_from_hex (VP8_KEY_320x240, 0));
  gst_harness_push (harness, buffer_from_hex (VP8_DELTA, 40 * GST_MSECOND));
  gst_harness_push (harness, buffer_from_hex ("106000 9d012a 8002 e001 0047", 80 * GST_MSECOND));
  if (has_end)
    gst_harness_push_event (harness, gst_event_new_eos ());
  gst_harness_teardown (harness);
}

GST_START_TEST (test_file_is_whole_with_and_without_an_end)
{
  gboolean has_end = __i__;
  g_autofree gchar *path = temporary_file ();
  g_autofree gchar *content = NULL;
  gsize position = 32;
  gsize length;
  guint n_frames = 0;

  write_frames (path, has_end);
  /* The largest size, known at the end; the first, until then. */
  check_file_header (path, has_end ? 3 : 0, has_end ? 640 : 320, has_end ? 480 : 240);
  fail_unless (g_file_get_contents (path, &content, &length, NULL));
  for (; position + 12 <= length; n_frames++)
    position += 12 + read_le (4, (const guint8 *) content + position);
  fail_unless_equals_int (n_frames, 3);
  fail_unless_equals_int (position, length);
  remove_file (path);
}

GST_END_TEST;

/* A full disk is the pipeline's error, with the reason; nothing hangs. */
GST_START_TEST (test_full_disk_is_an_error)
{
  GstHarness *harness = gst_harness_new_parse (
      "ivfmux ! filesink async=false buffer-mode=unbuffered location=/dev/full");
  GstBus *bus = gst_bus_new ();
  g_autoptr (GError) error = NULL;
  GstMessage *message;

  gst_element_set_bus (harness->element, bus);
  gst_harness_set_src_caps_str (harness, VP8);
  fail_unless_equals_int (
      gst_harness_push (harness, buffer_from_hex (VP8_KEY_320x240, 0)), GST_FLOW_ERROR);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT));
  gst_message_unref (message);
  gst_element_set_bus (harness->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static Suite *
ivfmux_suite (void)
{
  Suite *suite = suite_create ("ivfmux");
  TCase *bytes = tcase_create ("bytes");
  TCase *files = tcase_create ("files");

  suite_add_tcase (suite, bytes);
  tcase_add_loop_test (bytes, test_frames, 0, G_N_ELEMENTS (frame_rows));
  tcase_add_test (bytes, test_key_frame_is_asked_for_once_a_second);
  tcase_add_loop_test (bytes, test_times, 0, G_N_ELEMENTS (time_rows));
  tcase_add_test (bytes, test_sink_that_cannot_seek_gets_one_header);
  tcase_add_test (bytes, test_frame_that_could_not_be_written_is_not_counted);
  tcase_add_test (bytes, test_another_codec_is_refused);
  tcase_add_test (bytes, test_element_starts_anew_after_ready);
  suite_add_tcase (suite, files);
  tcase_add_loop_test (files, test_round_trip, 0, G_N_ELEMENTS (file_rows));
  tcase_add_loop_test (files, test_file_is_whole_with_and_without_an_end, 0, 2);
  tcase_add_test (files, test_full_disk_is_an_error);
  return suite;
}

GST_CHECK_MAIN (ivfmux);
