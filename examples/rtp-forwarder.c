/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a browser sends goes on as plain RTP to other programs of this machine: Opus as payload type
 * 111 to port 4000, VP8 as 96 to port 4002. rtp-forwarder.sdp tells them so:
 *
 *   rtc-rtp-forwarder
 *   ffplay -protocol_whitelist file,udp,rtp -i examples/rtp-forwarder.sdp
 */
#include "example.h"

#include <gst/rtp/rtp.h>
#include <gst/video/video.h>

/* A program that starts late sees the picture with the next one. */
#define KEY_FRAME_INTERVAL (3 * GST_SECOND)

typedef struct {
  guint8 payload_type;
  gint port;
  gboolean is_video;
  GstClockTime key_frame_requested; /* streaming thread */
} Stream;

typedef struct {
  Example *example;
  gchar *address;
  Stream audio, video;
} Forwarder;

/* A browser chooses its payload types itself. */
static gboolean
set_payload_type (GstBuffer **packet, guint index, gpointer user_data)
{
  const Stream *stream = user_data;
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  *packet = gst_buffer_make_writable (*packet);
  if (gst_rtp_buffer_map (*packet, GST_MAP_READWRITE, &rtp)) {
    gst_rtp_buffer_set_payload_type (&rtp, stream->payload_type);
    gst_rtp_buffer_unmap (&rtp);
  }
  return TRUE;
}

static void
request_key_frame (Stream *stream, GstPad *pad, GstClockTime now)
{
  if (!stream->is_video || !GST_CLOCK_TIME_IS_VALID (now) ||
      now < stream->key_frame_requested + KEY_FRAME_INTERVAL)
    return;
  stream->key_frame_requested = now;
  gst_pad_push_event (
      pad, gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, FALSE, 0));
}

static GstPadProbeReturn
on_packets (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstBufferList *list;
  GstBuffer *packet;

  if ((info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0) {
    list = gst_buffer_list_make_writable (GST_PAD_PROBE_INFO_BUFFER_LIST (info));
    gst_buffer_list_foreach (list, set_payload_type, user_data);
    packet = gst_buffer_list_get (list, 0);
    GST_PAD_PROBE_INFO_DATA (info) = list;
  } else {
    packet = GST_PAD_PROBE_INFO_BUFFER (info);
    set_payload_type (&packet, 0, user_data);
    GST_PAD_PROBE_INFO_DATA (info) = packet;
  }
  request_key_frame (user_data, pad, GST_BUFFER_PTS (packet));
  return GST_PAD_PROBE_OK;
}

static void
on_pad_added (GstElement *peer, GstPad *pad, Forwarder *forwarder)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  GstElement *sink = gst_element_factory_make ("udpsink", NULL);
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (sink, "sink");
  GstWebRTCKind kind;
  Stream *stream;

  g_object_get (pad, "transceiver", &transceiver, NULL);
  g_object_get (transceiver, "kind", &kind, NULL);
  stream = kind == GST_WEBRTC_KIND_VIDEO ? &forwarder->video : &forwarder->audio;
  g_print ("Forwarding %s to %s:%d\n", stream->is_video ? "video" : "audio", forwarder->address,
      stream->port);
  g_object_set (
      sink, "host", forwarder->address, "port", stream->port, "sync", FALSE, "async", FALSE, NULL);
  gst_pad_add_probe (sink_pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
      on_packets, stream, NULL);
  gst_bin_add (GST_BIN (example_get_pipeline (forwarder->example)), sink);
  gst_element_sync_state_with_parent (sink);
  gst_pad_link (pad, sink_pad);
}

/* The content of rtp-forwarder.sdp, for other ports and addresses. */
static gboolean
write_sdp (const Forwarder *forwarder, const gchar *path)
{
  g_autofree gchar *text = g_strdup_printf ("v=0\r\n"
                                            "o=- 0 0 IN IP4 %s\r\n"
                                            "s=rtp-forwarder\r\n"
                                            "c=IN IP4 %s\r\n"
                                            "t=0 0\r\n"
                                            "m=audio %d RTP/AVP 111\r\n"
                                            "a=rtpmap:111 opus/48000/2\r\n"
                                            "m=video %d RTP/AVP 96\r\n"
                                            "a=rtpmap:96 VP8/90000\r\n",
      forwarder->address, forwarder->address, forwarder->audio.port, forwarder->video.port);
  g_autoptr (GError) error = NULL;

  if (path == NULL || g_file_set_contents (path, text, -1, &error))
    return TRUE;
  g_printerr ("%s\n", error->message);
  return FALSE;
}

static gboolean
is_port (gint port)
{
  return port > 0 && port <= 65535;
}

int
main (int argc, char **argv)
{
  Forwarder forwarder = { .audio = { 111, 4000, FALSE }, .video = { 96, 4002, TRUE } };
  g_autofree gchar *sdp_file = NULL;
  const GOptionEntry options[] = {
    { "to", 't', 0, G_OPTION_ARG_STRING, &forwarder.address, "Where to (127.0.0.1)", "ADDRESS" },
    { "audio-port", 'a', 0, G_OPTION_ARG_INT, &forwarder.audio.port, "UDP port for Opus (4000)",
        "N" },
    { "video-port", 'v', 0, G_OPTION_ARG_INT, &forwarder.video.port, "UDP port for VP8 (4002)",
        "N" },
    { "sdp", 's', 0, G_OPTION_ARG_FILENAME, &sdp_file,
        "Write a description of both streams for ffplay and others", "FILE" },
    { NULL },
  };
  const ExampleInfo info = { "- sends a browser's camera and microphone on as plain RTP",
    "Watch it with\n"
    "  ffplay -protocol_whitelist file,udp,rtp -i examples/rtp-forwarder.sdp\n",
    options };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);
  GstElement *peer;

  forwarder.example = example;
  if (forwarder.address == NULL)
    forwarder.address = g_strdup ("127.0.0.1");
  if (!is_port (forwarder.audio.port) || !is_port (forwarder.video.port)) {
    g_printerr ("A port is a number from 1 to 65535.\n");
    return 2;
  }
  if (!write_sdp (&forwarder, sdp_file))
    return 2;
  peer = example_launch (example, "rtcbin name=peer video-codecs=VP8 audio-codecs=opus");
  g_signal_connect (peer, "pad-added", G_CALLBACK (on_pad_added), &forwarder);
  return example_run (example);
}
