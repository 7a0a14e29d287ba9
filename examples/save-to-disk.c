/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the other peer sends becomes files: VP8, VP9 and AV1 in IVF, H.264 as it is in Annex B, any
 * of them in Matroska, Opus in Ogg. Nothing is decoded; a file begins with a key frame.
 *
 *   rtc-save-to-disk -v camera.ivf -a microphone.ogg
 */
#include "example.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define WAIT " request-keyframe=true wait-for-keyframe=true"

/* One row for each codec; the file name's suffix says which of the two muxers. */
typedef struct {
  const gchar *encoding;
  const gchar *depayloader;
  const gchar *suffix;
  const gchar *muxer;
  const gchar *matroska;
} Format;

static const Format formats[] = {
  { "VP8", "rtpvp8depay" WAIT, ".ivf", "ivfmux", "matroskamux" },
  { "VP9", "rtpvp9depay" WAIT, ".ivf", "ivfmux", "vp9parse ! matroskamux" },
  { "AV1", "rtpav1depay" WAIT, ".ivf", "ivfmux", "av1parse ! matroskamux" },
  { "H264", "rtph264depay" WAIT " ! h264parse config-interval=-1", ".h264",
      "video/x-h264,stream-format=byte-stream,alignment=au", "matroskamux" },
  { "OPUS", "rtpopusdepay", ".ogg", "opusparse ! oggmux", "opusparse ! matroskamux" },
};

typedef struct {
  const Format *format;
  const gchar *path;
  gboolean is_used;
  /* The file's size before the frame that is being written, for a disk that is full. */
  goffset whole_bytes;
  gboolean has_failed;
} Track;

typedef struct {
  Example *example;
  Track video, audio; /* without path: not wanted */
} Save;

static Track *
find_track (Save *save, const gchar *encoding)
{
  if (save->video.path != NULL && g_ascii_strcasecmp (encoding, save->video.format->encoding) == 0)
    return &save->video;
  if (save->audio.path != NULL && g_ascii_strcasecmp (encoding, save->audio.format->encoding) == 0)
    return &save->audio;
  return NULL;
}

static GstPadProbeReturn
on_frame (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Track *track = user_data;
  GStatBuf facts;

  if (!track->has_failed && g_stat (track->path, &facts) == 0)
    track->whole_bytes = facts.st_size;
  return GST_PAD_PROBE_OK;
}

/* The file's time begins with its first frame, not with the program. */
static GstPadProbeReturn
on_first_frame (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  gst_pad_set_offset (pad, -(gint64) GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info)));
  return GST_PAD_PROBE_REMOVE;
}

static GstElement *
make_writer (const Track *track)
{
  const Format *format = track->format;
  gboolean is_matroska = g_str_has_suffix (track->path, ".mkv");
  /* Unbuffered, so that what is written survives a crash. */
  g_autofree gchar *launch = g_strdup_printf ("%s ! identity name=start ! %s ! filesink name=file "
                                              "buffer-mode=unbuffered sync=false async=false",
      format->depayloader, is_matroska ? format->matroska : format->muxer);

  return gst_parse_bin_from_description (launch, TRUE, NULL);
}

static GstElement *
start_track (Track *track)
{
  GstElement *writer = make_writer (track);
  g_autoptr (GstElement) file = gst_bin_get_by_name (GST_BIN (writer), "file");
  g_autoptr (GstElement) start = gst_bin_get_by_name (GST_BIN (writer), "start");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (file, "sink");
  g_autoptr (GstPad) start_pad = gst_element_get_static_pad (start, "src");
  gboolean is_opus = g_str_equal (track->format->encoding, "OPUS");

  track->is_used = TRUE;
  g_object_set (file, "location", track->path, NULL);
  g_object_set_data (G_OBJECT (file), "track", track);
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_frame, track, NULL);
  gst_pad_add_probe (start_pad, GST_PAD_PROBE_TYPE_BUFFER, on_first_frame, NULL, NULL);
  g_print ("Got %s track, saving to disk as %s%s\n", is_opus ? "Opus" : track->format->encoding,
      track->path, is_opus ? " (48 kHz, 2 channels)" : "");
  return writer;
}

/* On the thread of the packets: link before the first one. */
static void
on_pad_added (GstElement *peer, GstPad *pad, Save *save)
{
  g_autoptr (GstCaps) caps = gst_pad_query_caps (pad, NULL);
  g_autoptr (GstPad) sink_pad = NULL;
  const gchar *encoding =
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "encoding-name");
  Track *track = encoding != NULL ? find_track (save, encoding) : NULL;
  GstElement *writer;

  if (track != NULL && !track->is_used) {
    writer = start_track (track);
  } else {
    g_print ("Got another %s track, which is not saved\n", encoding);
    writer = gst_parse_bin_from_description ("fakesink sync=false async=false", TRUE, NULL);
  }
  gst_bin_add (GST_BIN (example_get_pipeline (save->example)), writer);
  sink_pad = gst_element_get_static_pad (writer, "sink");
  gst_pad_link (pad, sink_pad);
  gst_element_sync_state_with_parent (writer);
}

/* An offer has come: what has no file is declined. */
static void
on_new_transceiver (GstElement *peer, GstWebRTCRTPTransceiver *transceiver, Save *save)
{
  GstWebRTCKind kind;

  g_object_get (transceiver, "kind", &kind, NULL);
  if ((kind == GST_WEBRTC_KIND_AUDIO ? save->audio.path : save->video.path) == NULL)
    g_object_set (transceiver, "direction", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_INACTIVE, NULL);
}

static gboolean
is_received (GArray *transceivers, GstWebRTCKind wanted)
{
  GstWebRTCRTPTransceiverDirection direction;
  GstWebRTCKind kind;

  for (guint i = 0; i < transceivers->len; i++) {
    g_object_get (g_array_index (transceivers, GObject *, i), "kind", &kind, "current-direction",
        &direction, NULL);
    if (kind == wanted &&
        (direction == GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY ||
            direction == GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV))
      return TRUE;
  }
  return FALSE;
}

/* A file that will never be written needs a word. */
static void
on_state (GstElement *peer, GstWebRTCPeerConnectionState state, gpointer user_data)
{
  Save *save = user_data;
  g_autoptr (GArray) transceivers = NULL;

  if (state != GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    return;
  g_signal_emit_by_name (peer, "get-transceivers", &transceivers);
  if (save->video.path != NULL && !is_received (transceivers, GST_WEBRTC_KIND_VIDEO))
    g_printerr ("The other peer sends no %s for %s: let it send video, or ask for another codec.\n",
        save->video.format->encoding, save->video.path);
  if (save->audio.path != NULL && !is_received (transceivers, GST_WEBRTC_KIND_AUDIO))
    g_printerr ("The other peer sends no Opus for %s: let it send audio.\n", save->audio.path);
}

/* filesink tells the system's reason as the last words of its details. */
static void
on_error (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Track *track = g_object_get_data (G_OBJECT (GST_MESSAGE_SRC (message)), "track");
  g_autoptr (GError) error = NULL;
  g_autofree gchar *details = NULL;
  const gchar *reason;

  if (track == NULL)
    return;
  track->has_failed = TRUE;
  gst_message_parse_error (message, &error, &details);
  reason = details != NULL ? g_strrstr (details, ": ") : NULL;
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT))
    reason = g_strerror (ENOSPC);
  else
    reason = reason != NULL ? reason + 2 : error->message;
  g_printerr ("Cannot write %s: %s\n", track->path, reason);
}

/* What was cut off in the middle of a frame goes away; all before it stays. */
static void
finish_track (const Track *track, const gchar *kind)
{
  if (!track->is_used)
    return;
  g_print ("Closing %s file\n", kind);
  if (track->has_failed && truncate (track->path, track->whole_bytes) == 0)
    g_printerr ("%s is complete up to the last whole frame. Make room, or name another file.\n",
        track->path);
}

/* FALSE with a sentence when it cannot become a file. */
static gboolean
check_track (Track *track, const gchar *encoding)
{
  gint file;

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_str_equal (formats[i].encoding, encoding))
      track->format = &formats[i];
  if (track->path == NULL)
    return TRUE;
  if (!g_str_has_suffix (track->path, track->format->suffix) &&
      !g_str_has_suffix (track->path, ".mkv")) {
    g_printerr ("%s goes into a file that ends in %s or .mkv, not into %s\n", encoding,
        track->format->suffix, track->path);
    return FALSE;
  }
  file = g_open (track->path, O_WRONLY | O_CREAT, 0666);
  if (file < 0) {
    g_printerr ("Cannot write %s: %s; name another file\n", track->path, g_strerror (errno));
    return FALSE;
  }
  return g_close (file, NULL);
}

int
main (int argc, char **argv)
{
  g_autofree gchar *video = NULL, *audio = NULL;
  gboolean is_vp9 = FALSE, is_av1 = FALSE, is_h264 = FALSE;
  const GOptionEntry options[] = {
    { "video", 'v', 0, G_OPTION_ARG_FILENAME, &video,
        "Video file, .mkv for Matroska, \"\" for none (output.ivf, output.h264)", "FILE" },
    { "audio", 'a', 0, G_OPTION_ARG_FILENAME, &audio, "Opus file, .ogg or .mkv (none)", "FILE" },
    { "vp9", 0, 0, G_OPTION_ARG_NONE, &is_vp9, "Ask for VP9 (VP8)", NULL },
    { "av1", 0, 0, G_OPTION_ARG_NONE, &is_av1, "Ask for AV1 (VP8)", NULL },
    { "h264", 0, 0, G_OPTION_ARG_NONE, &is_h264, "Ask for H.264 (VP8)", NULL },
    { NULL },
  };
  const ExampleInfo info = { "- saves what a browser sends", NULL, options, .has_files = TRUE };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);
  Save save = { example };
  const gchar *encoding = is_vp9 ? "VP9" : is_av1 ? "AV1" : is_h264 ? "H264" : "VP8";
  g_autoptr (GstBus) bus = NULL;
  GstElement *peer;
  int code;

  if (video == NULL)
    video = g_strdup (is_h264 ? "output.h264" : "output.ivf");
  save.video.path = *video != '\0' ? video : NULL;
  save.audio.path = audio;
  if (!check_track (&save.video, encoding) || !check_track (&save.audio, "OPUS"))
    return 2;
  peer = example_launch (example, "rtcbin name=peer");
  g_object_set (peer, "video-codecs", encoding, "audio-codecs", "opus", NULL);
  g_signal_connect (peer, "pad-added", G_CALLBACK (on_pad_added), &save);
  g_signal_connect (peer, "on-new-transceiver", G_CALLBACK (on_new_transceiver), &save);
  example_set_state_func (example, on_state, &save);
  bus = gst_element_get_bus (example_get_pipeline (example));
  g_signal_connect (bus, "message::error", G_CALLBACK (on_error), NULL);
  code = example_run (example);
  finish_track (&save.video, "video");
  finish_track (&save.audio, "audio");
  if (save.video.is_used || save.audio.is_used)
    g_print ("Done writing media files\n");
  return code;
}
