/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A file with VP8 is played with each byte of its frames changed, which stands for an encryption
 * that only the page can undo: what lies between sees nothing but noise. The page decrypts with
 * encoded transforms (W3C webrtc-encoded-transform); without them, or without its tick, it shows
 * nothing new.
 *
 *   rtc-insertable-streams -v camera.ivf
 */
#include "example.h"

#include <errno.h>
#include <gst/rtp/rtp.h>
#include <stdio.h>
#include <string.h>

/* The key of this "cipher". Bit 0 of a frame's first byte says whether it is a key frame; it stays
 * readable for those who put packets together. */
#define KEY 0xaa
/* RFC 7741 §4.2: one byte when the payloader writes neither picture id nor layers. */
#define DESCRIPTOR_BYTES 1

static gboolean
encrypt_packet (GstBuffer **packet, guint index, gpointer user_data)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  guint8 *payload;
  guint size;

  *packet = gst_buffer_make_writable (*packet);
  if (!gst_rtp_buffer_map (*packet, GST_MAP_READWRITE, &rtp))
    return TRUE;
  payload = gst_rtp_buffer_get_payload (&rtp);
  size = gst_rtp_buffer_get_payload_len (&rtp);
  for (guint i = DESCRIPTOR_BYTES; i < size; i++)
    payload[i] ^= KEY;
  gst_rtp_buffer_unmap (&rtp);
  return TRUE;
}

/* A payloader pushes all packets of a frame as a list. */
static GstPadProbeReturn
on_packets (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  if ((info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0) {
    GstBufferList *list = gst_buffer_list_make_writable (GST_PAD_PROBE_INFO_BUFFER_LIST (info));
    gst_buffer_list_foreach (list, encrypt_packet, NULL);
    GST_PAD_PROBE_INFO_DATA (info) = list;
  } else {
    GstBuffer *packet = GST_PAD_PROBE_INFO_BUFFER (info);
    encrypt_packet (&packet, 0, NULL);
    GST_PAD_PROBE_INFO_DATA (info) = packet;
  }
  return GST_PAD_PROBE_OK;
}

static void
on_end (GstBus *bus, GstMessage *message, gpointer user_data)
{
  g_print ("All video frames parsed and sent\n");
}

/* FALSE with a sentence when it is no IVF file with VP8. */
static gboolean
check_file (const gchar *path)
{
  gchar bytes[12] = { 0 };
  FILE *file = fopen (path, "rb");
  gboolean is_vp8;

  if (file == NULL) {
    if (errno == ENOENT)
      g_printerr ("video file: '%s' not exist\n", path);
    else
      g_printerr ("video file: '%s': %s\n", path, g_strerror (errno));
    return FALSE;
  }
  is_vp8 = fread (bytes, 1, sizeof bytes, file) == sizeof bytes && memcmp (bytes, "DKIF", 4) == 0 &&
      memcmp (bytes + 8, "VP80", 4) == 0;
  fclose (file);
  if (!is_vp8)
    g_printerr ("video file: '%s' is not VP8 in IVF\n", path);
  return is_vp8;
}

int
main (int argc, char **argv)
{
  g_autofree gchar *path = NULL;
  const GOptionEntry options[] = {
    { "video", 'v', 0, G_OPTION_ARG_FILENAME, &path, "IVF file with VP8", "FILE" },
    { NULL },
  };
  const ExampleInfo info = { "- plays a file whose frames only the page can decrypt", NULL, options,
    .http_port = 8080, .page = "insertable-streams.html" };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstElement) payloader = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstBus) bus = NULL;
  GstElement *pipeline;

  if (path == NULL) {
    g_printerr ("Nothing to play: name a file with -v\n");
    return 2;
  }
  if (!check_file (path))
    return 2;
  example_launch (example,
      "filesrc name=source ! ivfparse ! rtpvp8pay name=payloader"
      " picture-id-mode=none ! rtcbin name=peer video-codecs=VP8");
  pipeline = example_get_pipeline (example);
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  g_object_set (source, "location", path, NULL);
  payloader = gst_bin_get_by_name (GST_BIN (pipeline), "payloader");
  pad = gst_element_get_static_pad (payloader, "src");
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packets, NULL, NULL);
  bus = gst_element_get_bus (pipeline);
  g_signal_connect (bus, "message::eos", G_CALLBACK (on_end), NULL);
  return example_run (example);
}
