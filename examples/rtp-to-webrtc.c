/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Plain RTP that other programs of this machine send to port 5004 goes on to a browser; --help has
 * a line that sends a test picture. Nothing is decoded.
 */
#include "example.h"

typedef struct {
  const gchar *name;
  const gchar *caps;
} Codec;

static const Codec codecs[] = {
  { "VP8", "media=video,encoding-name=VP8,clock-rate=90000,payload=96" },
  { "VP9", "media=video,encoding-name=VP9,clock-rate=90000,payload=98" },
  { "H264", "media=video,encoding-name=H264,clock-rate=90000,payload=102" },
  { "AV1", "media=video,encoding-name=AV1,clock-rate=90000,payload=106" },
  { "OPUS", "media=audio,encoding-name=OPUS,clock-rate=48000,payload=111" },
};

static const gchar description[] =
    "A test picture comes from\n"
    "  gst-launch-1.0 videotestsrc is-live=true ! video/x-raw,width=640,height=480 !"
    " vp8enc deadline=1 keyframe-max-dist=30 ! rtpvp8pay ! udpsink host=127.0.0.1 port=5004\n";

static const Codec *
find_codec (const gchar *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (g_ascii_strcasecmp (codecs[i].name, name) == 0)
      return &codecs[i];
  return NULL;
}

/* On the thread of the packets. */
static GstPadProbeReturn
on_first_packet (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_print ("The first packet came\n");
  return GST_PAD_PROBE_REMOVE;
}

int
main (int argc, char **argv)
{
  g_autofree gchar *address = NULL, *name = NULL, *launch = NULL;
  gint port = 5004;
  const GOptionEntry options[] = {
    { "from", 'f', 0, G_OPTION_ARG_STRING, &address,
        "Address that the packets come to, 0.0.0.0 for any (127.0.0.1)", "ADDRESS" },
    { "rtp-port", 'p', 0, G_OPTION_ARG_INT, &port, "UDP port that they come to (5004)", "N" },
    { "codec", 0, 0, G_OPTION_ARG_STRING, &name, "VP8, VP9, H264, AV1 or OPUS (VP8)", "CODEC" },
    { NULL },
  };
  const ExampleInfo info = { "- sends plain RTP on to a browser", description, options };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);
  const Codec *codec = find_codec (name != NULL ? name : "VP8");
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstPad) pad = NULL;

  if (codec == NULL || port < 1 || port > 65535) {
    g_printerr ("%s\n",
        codec == NULL ? "--codec is VP8, VP9, H264, AV1 or OPUS"
                      : "--rtp-port is a number from 1 to 65535");
    return 2;
  }
  launch = g_strdup_printf (
      "udpsrc name=source caps=\"application/x-rtp,%s\" ! rtcbin name=peer", codec->caps);
  example_launch (example, launch);
  source = gst_bin_get_by_name (GST_BIN (example_get_pipeline (example)), "source");
  g_object_set (source, "address", address != NULL ? address : "127.0.0.1", "port", port, NULL);
  pad = gst_element_get_static_pad (source, "src");
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_first_packet, NULL, NULL);
  g_print ("Waiting for RTP with %s at %s:%d\n", codec->name,
      address != NULL ? address : "127.0.0.1", port);
  return example_run (example);
}
