/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files are played to the other peer once it is connected: VP8, VP9 or AV1 from IVF, H.264 from
 * Annex B, Opus from Ogg. Nothing is encoded; each frame leaves at its time in the file.
 *
 *   rtc-play-from-disk -v camera.ivf -a microphone.ogg
 */
#include "example.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* What a file begins with, and how its frames get into packets. */
typedef struct {
  const gchar *name;
  gsize offset;
  const gchar *magic;
  gsize magic_bytes;
  const gchar *launch;
} Format;

#define ANNEX_B                                                                                    \
  "h264parse ! video/x-h264,alignment=au ! identity name=untimed"                                  \
  " ! rtph264pay config-interval=-1 aggregate-mode=zero-latency"

static const Format formats[] = {
  { "VP8", 8, "VP80", 4, "ivfparse ! rtpvp8pay picture-id-mode=15-bit" },
  { "VP9", 8, "VP90", 4, "ivfparse ! vp9parse ! rtpvp9pay picture-id-mode=15-bit" },
  { "AV1", 8, "AV01", 4, "ivfparse ! av1parse ! rtpav1pay" },
  { "H264", 0, "\0\0\0\1", 4, ANNEX_B },
  { "H264", 0, "\0\0\1", 3, ANNEX_B },
  { "Opus", 0, "OggS", 4, "oggdemux ! opusparse ! rtpopuspay" },
};

/* A browser may not be ready for media when the connection stands: Firefox drops what comes within
 * the first tenths of a second, and a file makes no second key frame for it. */
#define SETTLE_MS 500

typedef struct {
  const gchar *kind;
  const gchar *end; /* what is said when it has been sent */
  gchar *path;
  const Format *format;
  gint frames_a_second; /* where the file does not tell */
  guint64 n_frames;
  GstPad *end_pad;
  gulong hold; /* probe of @end_pad, until the other peer is ready */
} Track;

typedef struct {
  Example *example;
  Track video, audio;
} Play;

static const Format *
find_format (const gchar *bytes, gsize size)
{
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    const Format *format = &formats[i];
    if (format->offset + format->magic_bytes <= size &&
        memcmp (bytes + format->offset, format->magic, format->magic_bytes) == 0)
      return format;
  }
  return NULL;
}

/* FALSE with a sentence when it cannot be played. @wanted: the codec, NULL for any. */
static gboolean
open_track (Track *track, const gchar *wanted)
{
  gboolean is_audio = g_str_equal (track->kind, "audio");
  gchar bytes[16];
  gsize size;
  FILE *file;

  if (track->path == NULL)
    return TRUE;
  file = g_fopen (track->path, "rb");
  if (file == NULL) {
    if (errno == ENOENT)
      g_printerr ("%s file: '%s' not exist\n", track->kind, track->path);
    else
      g_printerr ("%s file: '%s': %s\n", track->kind, track->path, g_strerror (errno));
    return FALSE;
  }
  size = fread (bytes, 1, sizeof bytes, file);
  fclose (file);
  track->format = find_format (bytes, size);
  if (track->format == NULL || is_audio != g_str_equal (track->format->name, "Opus")) {
    g_printerr ("%s file: '%s' is not %s\n", track->kind, track->path,
        is_audio ? "Opus in Ogg" : "VP8, VP9 or AV1 in IVF, or H.264 in Annex B");
    return FALSE;
  }
  if (wanted == NULL || g_str_equal (wanted, track->format->name))
    return TRUE;
  g_printerr (
      "%s file: '%s' holds %s, not %s\n", track->kind, track->path, track->format->name, wanted);
  return FALSE;
}

/* Behind the last packet, which has left in its time. */
static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  const Track *track = user_data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS)
    g_print ("%s\n", track->end);
  return GST_PAD_PROBE_OK;
}

static void
on_end (GstBus *bus, GstMessage *message, gpointer user_data)
{
  g_print ("All media streaming completed\n");
}

static void
describe_track (const Track *track, GString *launch)
{
  if (track->path != NULL)
    g_string_append_printf (launch, " filesrc name=%s ! %s ! identity name=%s_end ! peer.",
        track->kind, track->format->launch, track->kind);
}

/* Annex B knows no times: one frame after the other. */
static GstPadProbeReturn
on_untimed_frame (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Track *track = user_data;
  GstBuffer *frame = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));

  GST_BUFFER_PTS (frame) =
      gst_util_uint64_scale_int (track->n_frames++, GST_SECOND, track->frames_a_second);
  GST_BUFFER_DTS (frame) = GST_BUFFER_PTS (frame);
  GST_PAD_PROBE_INFO_DATA (info) = frame;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_held_packet (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  return GST_PAD_PROBE_OK;
}

static void
add_probe (GstBin *pipeline, const gchar *name, GstPadProbeType type, GstPadProbeCallback func,
    Track *track)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (pipeline, name);
  g_autoptr (GstPad) pad = element != NULL ? gst_element_get_static_pad (element, "src") : NULL;

  if (pad != NULL)
    gst_pad_add_probe (pad, type, func, track, NULL);
}

static void
set_up_track (Track *track, GstBin *pipeline)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (pipeline, track->kind);
  g_autofree gchar *end_name = g_strconcat (track->kind, "_end", NULL);
  g_autoptr (GstElement) end = gst_bin_get_by_name (pipeline, end_name);

  if (source == NULL)
    return;
  g_object_set (source, "location", track->path, NULL);
  track->end_pad = gst_element_get_static_pad (end, "src");
  track->hold = gst_pad_add_probe (track->end_pad,
      GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
      on_held_packet, NULL, NULL);
  add_probe (pipeline, end_name, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, track);
  if (track->frames_a_second != 0)
    add_probe (pipeline, "untimed", GST_PAD_PROBE_TYPE_BUFFER, on_untimed_frame, track);
}

static void
release_track (Track *track)
{
  if (track->hold != 0)
    gst_pad_remove_probe (track->end_pad, track->hold);
  track->hold = 0;
}

static gboolean
start_playing (gpointer user_data)
{
  Play *play = user_data;

  release_track (&play->video);
  release_track (&play->audio);
  return G_SOURCE_REMOVE;
}

/* The other peer has answered: what it declined will never be played. */
static void
on_state (GstElement *peer, GstWebRTCPeerConnectionState state, gpointer user_data)
{
  Play *play = user_data;
  g_autoptr (GArray) transceivers = NULL;
  GstWebRTCRTPTransceiverDirection direction;

  if (state != GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    return;
  g_signal_emit_by_name (peer, "get-transceivers", &transceivers);
  for (guint i = 0; transceivers != NULL && i < transceivers->len; i++) {
    g_object_get (
        g_array_index (transceivers, GObject *, i), "current-direction", &direction, NULL);
    if (direction != GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY &&
        direction != GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV)
      example_fail (play->example,
          "The other peer does not want all of this: offer to receive video "
          "for -v, and audio for -a, in this codec.");
  }
  g_timeout_add (SETTLE_MS, start_playing, play);
}

int
main (int argc, char **argv)
{
  Play play = {
    .video = { "video", "All video frames parsed and sent", .frames_a_second = 30 },
    .audio = { "audio", "All audio pages parsed and sent" },
  };
  gboolean is_vp9 = FALSE, is_av1 = FALSE, is_h264 = FALSE;
  const GOptionEntry options[] = {
    { "video", 'v', 0, G_OPTION_ARG_FILENAME, &play.video.path, "IVF or Annex B file", "FILE" },
    { "audio", 'a', 0, G_OPTION_ARG_FILENAME, &play.audio.path, "Ogg file with Opus", "FILE" },
    { "vp9", 0, 0, G_OPTION_ARG_NONE, &is_vp9, "The file must hold VP9", NULL },
    { "av1", 0, 0, G_OPTION_ARG_NONE, &is_av1, "The file must hold AV1", NULL },
    { "h264", 0, 0, G_OPTION_ARG_NONE, &is_h264, "The file must hold H.264", NULL },
    { "fps", 0, 0, G_OPTION_ARG_INT, &play.video.frames_a_second,
        "Frames a second of an Annex B file, which has no times (30)", "N" },
    { NULL },
  };
  const ExampleInfo info = { "- plays files to a browser", NULL, options };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);
  g_autoptr (GString) launch = g_string_new ("rtcbin name=peer");
  g_autoptr (GstBus) bus = NULL;
  GstElement *pipeline;
  int code;

  if (play.video.path == NULL && play.audio.path == NULL) {
    g_printerr ("Nothing to play: name a file with -v or -a\n");
    return 2;
  }
  if (play.video.frames_a_second < 1 || play.video.frames_a_second > 1000) {
    g_printerr ("--fps is a number from 1 to 1000\n");
    return 2;
  }
  if (!open_track (&play.video,
          is_vp9        ? "VP9"
              : is_av1  ? "AV1"
              : is_h264 ? "H264"
                        : NULL) ||
      !open_track (&play.audio, NULL))
    return 2;
  describe_track (&play.video, launch);
  describe_track (&play.audio, launch);
  example_launch (example, launch->str);
  pipeline = example_get_pipeline (example);
  set_up_track (&play.video, GST_BIN (pipeline));
  set_up_track (&play.audio, GST_BIN (pipeline));
  play.example = example;
  example_set_state_func (example, on_state, &play);
  bus = gst_element_get_bus (pipeline);
  g_signal_connect (bus, "message::eos", G_CALLBACK (on_end), NULL);
  code = example_run (example);
  gst_clear_object (&play.video.end_pad);
  gst_clear_object (&play.audio.end_pad);
  return code;
}
