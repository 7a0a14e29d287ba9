/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every RTP packet goes back to the peer that sent it, on the same connection; nothing is decoded.
 * The page sees and hears itself. The camera is asked for a key frame every two seconds, so that
 * the picture comes back after a loss.
 *
 *   rtc-reflect
 */
#include "example.h"
#include "exampletrack.h"

#define KEY_FRAME_INTERVAL (2 * GST_SECOND)

typedef struct {
  gboolean has_video, has_audio;
} Reflect;

/* In an offer: what is wanted gets a way back before it is answered. */
static void
on_new_transceiver (GstElement *peer, GstWebRTCRTPTransceiver *transceiver, Reflect *reflect)
{
  g_autofree gchar *pad_name = NULL;
  ExampleTrack *track;
  GstWebRTCKind kind;
  guint line;

  g_object_get (transceiver, "kind", &kind, "mlineindex", &line, NULL);
  if (kind == GST_WEBRTC_KIND_AUDIO ? !reflect->has_audio : !reflect->has_video) {
    g_object_set (transceiver, "direction", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_INACTIVE, NULL);
    return;
  }
  track =
      example_track_new (kind == GST_WEBRTC_KIND_VIDEO ? KEY_FRAME_INTERVAL : GST_CLOCK_TIME_NONE);
  g_object_set_data_full (
      G_OBJECT (transceiver), "track", track, (GDestroyNotify) example_track_free);
  pad_name = g_strdup_printf ("sink_%u", line);
  example_track_give (track, peer, pad_name);
}

static void
on_pad_added (GstElement *peer, GstPad *pad, Reflect *reflect)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  GstWebRTCKind kind;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  g_object_get (pad, "transceiver", &transceiver, NULL);
  g_object_get (transceiver, "kind", &kind, NULL);
  g_print ("Sending %s back\n", kind == GST_WEBRTC_KIND_AUDIO ? "audio" : "video");
  example_track_take (g_object_get_data (G_OBJECT (transceiver), "track"), pad);
}

/* Each client's peer has a bin, which what belongs to it goes into. */
static GstElement *
make_peer (const gchar *id, gpointer user_data, GError **error)
{
  return gst_parse_bin_from_description ("rtcbin", FALSE, error);
}

static void
on_peer (GstElement *peer, gpointer user_data)
{
  g_signal_connect (peer, "on-new-transceiver", G_CALLBACK (on_new_transceiver), user_data);
  g_signal_connect (peer, "pad-added", G_CALLBACK (on_pad_added), user_data);
}

int
main (int argc, char **argv)
{
  Reflect reflect = { 0 };
  const GOptionEntry options[] = {
    { "video", 'v', 0, G_OPTION_ARG_NONE, &reflect.has_video, "Video only", NULL },
    { "audio", 'a', 0, G_OPTION_ARG_NONE, &reflect.has_audio, "Audio only", NULL },
    { NULL },
  };
  const ExampleInfo info = { "- sends a browser's camera and microphone back to it", NULL,
    options };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);

  if (!reflect.has_video && !reflect.has_audio)
    reflect.has_video = reflect.has_audio = TRUE;
  example_serve (example, make_peer, NULL);
  example_set_peer_func (example, on_peer, &reflect);
  return example_run (example);
}
