/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The frames that a browser sends, each with its number: an HTTPS server whose page offers camera,
 * microphone and a data channel, and a line for every frame:
 *
 *   MediaData { mid: Mid(0), pt: Pt(96), time: MediaTime(2995171130, 90000), len: 1234 }
 *
 *   meson devenv -C build examples/rtc-http-post
 */
#include "example.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gst/rtp/rtp.h>

/* The payload formats that browsers send, and who makes whole frames of their packets. */
static const struct {
  const gchar *name;
  const gchar *depayloader;
} formats[] = {
  { "VP8", "rtpvp8depay" },
  { "VP9", "rtpvp9depay" },
  { "H264", "rtph264depay ! video/x-h264,alignment=au" },
  { "OPUS", "rtpopusdepay" },
  { "PCMU", "rtppcmudepay" },
  { "PCMA", "rtppcmadepay" },
  { "G722", "rtpg722depay" },
};

/* A stream's last two RTP timestamps: packets of the next frame may come before a frame is out. */
typedef struct {
  gchar *mid;
  gint clock_rate;
  guint payload_type;
  struct {
    GstClockTime pts;
    guint32 rtp_time;
  } seen[2];
} Stream;

static void
stream_free (gpointer data)
{
  Stream *stream = data;

  g_free (stream->mid);
  g_free (stream);
}

static gboolean
note_packet (GstBuffer **buffer, guint index, gpointer user_data)
{
  Stream *stream = user_data;
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  if (stream->seen[0].pts == GST_BUFFER_PTS (*buffer) ||
      !gst_rtp_buffer_map (*buffer, GST_MAP_READ, &rtp))
    return TRUE;
  stream->seen[1] = stream->seen[0];
  stream->seen[0].pts = GST_BUFFER_PTS (*buffer);
  stream->seen[0].rtp_time = gst_rtp_buffer_get_timestamp (&rtp);
  stream->payload_type = gst_rtp_buffer_get_payload_type (&rtp);
  gst_rtp_buffer_unmap (&rtp);
  return TRUE;
}

static GstPadProbeReturn
on_packets (GstPad *pad, GstPadProbeInfo *info, gpointer stream)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info), note_packet, stream);
  else
    note_packet (&buffer, 0, stream);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_frame (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstBuffer *frame = GST_PAD_PROBE_INFO_BUFFER (info);
  Stream *stream = user_data;
  gsize which = stream->seen[1].pts == GST_BUFFER_PTS (frame) ? 1 : 0;

  g_print ("MediaData { mid: Mid(%s), pt: Pt(%u), time: MediaTime(%u, %d), len: %" G_GSIZE_FORMAT
           " }\n",
      stream->mid, stream->payload_type, stream->seen[which].rtp_time, stream->clock_rate,
      gst_buffer_get_size (frame));
  return GST_PAD_PROBE_OK;
}

static const gchar *
find_depayloader (const GstStructure *caps)
{
  const gchar *name = gst_structure_get_string (caps, "encoding-name");

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (g_strcmp0 (name, formats[i].name) == 0)
      return formats[i].depayloader;
  }
  g_print ("No depayloader for %s, its frames are not shown\n", name);
  return "identity";
}

static void
on_pad_added (GstElement *peer, GstPad *pad, gpointer user_data)
{
  g_autoptr (GstObject) session = gst_object_get_parent (GST_OBJECT (peer));
  g_autoptr (GstCaps) caps = gst_pad_query_caps (pad, NULL);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) input = NULL;
  g_autoptr (GstPad) output = NULL;
  g_autofree gchar *launch = NULL;
  const GstStructure *structure;
  GstElement *chain;
  Stream *stream;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC || gst_caps_get_size (caps) == 0)
    return;
  structure = gst_caps_get_structure (caps, 0);
  launch = g_strdup_printf (
      "%s ! fakesink name=sink sync=false async=false", find_depayloader (structure));
  chain = gst_parse_bin_from_description (launch, TRUE, NULL);
  stream = g_new0 (Stream, 1);
  gst_structure_get_int (structure, "clock-rate", &stream->clock_rate);
  g_object_get (pad, "transceiver", &transceiver, NULL);
  g_object_get (transceiver, "mid", &stream->mid, NULL);
  sink = gst_bin_get_by_name (GST_BIN (chain), "sink");
  output = gst_element_get_static_pad (sink, "sink");
  input = gst_element_get_static_pad (chain, "sink");
  gst_pad_add_probe (input, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packets,
      stream, stream_free);
  gst_pad_add_probe (output, GST_PAD_PROBE_TYPE_BUFFER, on_frame, stream, NULL);
  gst_bin_add (GST_BIN (session), chain);
  gst_element_sync_state_with_parent (chain);
  gst_pad_link (pad, input);
}

static void
on_message (GstWebRTCDataChannel *channel, const gchar *text, gpointer user_data)
{
  g_print ("Message from DataChannel: '%s'\n", text != NULL ? text : "");
}

static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, gpointer user_data)
{
  example_watch_channel (channel);
  g_signal_connect (channel, "on-message-string", G_CALLBACK (on_message), NULL);
}

static void
use_peer (GstElement *peer, gpointer user_data)
{
  g_signal_connect (peer, "pad-added", G_CALLBACK (on_pad_added), NULL);
  g_signal_connect (peer, "on-data-channel", G_CALLBACK (on_data_channel), NULL);
}

static GstElement *
make_session (const gchar *id, gpointer user_data, GError **error)
{
  return gst_parse_bin_from_description ("rtcbin", FALSE, error);
}

/* A browser that has been told to trust a certificate should meet it again next time. */
static gchar *
choose_certificate (void)
{
  g_autofree gchar *folder = g_build_filename (g_get_user_data_dir (), "rtc-examples", NULL);
  gchar *file = g_build_filename (folder, "http-post.pem", NULL);
  g_autoptr (GTlsCertificate) old = g_tls_certificate_new_from_file (file, NULL);
  g_autoptr (GDateTime) end = old != NULL ? g_tls_certificate_get_not_valid_after (old) : NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  g_mkdir_with_parents (folder, 0700);
  if (end != NULL && g_date_time_compare (end, now) < 0)
    g_unlink (file);
  g_print ("%s the certificate in %s\n",
      g_file_test (file, G_FILE_TEST_EXISTS) ? "Using" : "Making", file);
  return file;
}

int
main (int argc, char **argv)
{
  g_autofree gchar *certificate = NULL;
  const GOptionEntry options[] = {
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &certificate,
        "PEM file with certificate and key; one that is not there is made", "FILE" },
    { NULL },
  };
  const ExampleInfo info = { .summary = "- prints each frame that a browser sends",
    .options = options,
    .http_port = 3000,
    .is_https = TRUE,
    .page = "http-post.html" };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);

  if (certificate == NULL)
    certificate = choose_certificate ();
  example_set_certificate (example, certificate);
  example_set_peer_func (example, use_peer, NULL);
  example_serve (example, make_session, NULL);
  return example_run (example);
}
