/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The first browser publishes its camera and microphone, all later ones watch; nothing is decoded.
 * When the publisher leaves, the next one that connects takes its place. Offers come to POST /sdp,
 * as JSON or in base64, and are answered in the same form.
 *
 *   rtc-broadcast
 */
#include "example.h"
#include "exampletrack.h"

typedef struct {
  ExampleTrack *video, *audio;
  GMutex lock;
  GWeakRef publisher; /* under lock: its peer, which is gone when its session has ended */
} Broadcast;

static ExampleTrack *
find_track (Broadcast *broadcast, GstWebRTCRTPTransceiver *transceiver)
{
  GstWebRTCKind kind;

  g_object_get (transceiver, "kind", &kind, NULL);
  return kind == GST_WEBRTC_KIND_AUDIO ? broadcast->audio : broadcast->video;
}

/* --- the publisher --- */

static void
on_pad_added (GstElement *peer, GstPad *pad, Broadcast *broadcast)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  ExampleTrack *track;

  g_object_get (pad, "transceiver", &transceiver, NULL);
  track = find_track (broadcast, transceiver);
  g_print ("The publisher sends %s\n", track == broadcast->audio ? "audio" : "video");
  example_track_take (track, pad);
}

/* --- viewers --- */

/* In an offer: what the viewer wants gets its packets before it is answered. */
static void
on_new_transceiver (GstElement *peer, GstWebRTCRTPTransceiver *transceiver, Broadcast *broadcast)
{
  g_autofree gchar *pad_name = NULL;
  guint line;

  g_object_get (transceiver, "mlineindex", &line, NULL);
  pad_name = g_strdup_printf ("sink_%u", line);
  example_track_give (find_track (broadcast, transceiver), peer, pad_name);
}

static void
on_state (GstElement *peer, GstWebRTCPeerConnectionState state, gpointer user_data)
{
  Broadcast *broadcast = user_data;

  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    example_track_request_key_frame (broadcast->video);
}

/* --- both --- */

static GstElement *
make_peer (const gchar *id, gpointer user_data, GError **error)
{
  Broadcast *broadcast = user_data;
  GstElement *bin = gst_parse_bin_from_description (
      "rtcbin name=peer video-codecs=VP8 audio-codecs=opus", FALSE, error);
  g_autoptr (GstElement) peer = bin != NULL ? gst_bin_get_by_name (GST_BIN (bin), "peer") : NULL;
  g_autoptr (GstElement) publisher = NULL;

  if (peer == NULL)
    return NULL;
  g_mutex_lock (&broadcast->lock);
  publisher = g_weak_ref_get (&broadcast->publisher);
  if (publisher == NULL)
    g_weak_ref_set (&broadcast->publisher, peer);
  g_mutex_unlock (&broadcast->lock);
  if (publisher == NULL)
    g_signal_connect (peer, "pad-added", G_CALLBACK (on_pad_added), broadcast);
  else
    g_signal_connect (peer, "on-new-transceiver", G_CALLBACK (on_new_transceiver), broadcast);
  g_print ("A browser connects and %s\n", publisher == NULL ? "publishes" : "watches");
  return bin;
}

int
main (int argc, char **argv)
{
  const ExampleInfo info = { "- shows the camera of the first browser to all others",
    "An offer in base64 is answered by\n"
    "  curl localhost:8080/sdp -d \"$OFFER\"\n",
    .http_port = 8080, .page = "broadcast.html" };
  Example *example = example_new (&info, &argc, &argv);
  Broadcast broadcast = { example_track_new (GST_CLOCK_TIME_NONE),
    example_track_new (GST_CLOCK_TIME_NONE) };
  int code;

  g_mutex_init (&broadcast.lock);
  g_weak_ref_init (&broadcast.publisher, NULL);
  example_serve (example, make_peer, &broadcast);
  example_set_state_func (example, on_state, &broadcast);
  code = example_run (example);
  example_free (example);
  example_track_free (broadcast.video);
  example_track_free (broadcast.audio);
  g_weak_ref_clear (&broadcast.publisher);
  g_mutex_clear (&broadcast.lock);
  return code;
}
