/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ICE restart while data flows: each browser gets a peer, which sends the time on the browser's
 * data channel every three seconds. The page's button restarts ICE; the channel stays open, and no
 * message is lost.
 *
 *   meson devenv -C build examples/rtc-ice-restart
 */
#include "example.h"

static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, gpointer user_data)
{
  example_watch_channel (channel);
  example_tell_time (channel);
}

/* On the peer's thread. A browser's second offer renegotiates or restarts: its user fragment tells,
 * and rtcbin has seen to that already. */
static void
on_signaling_state (GstElement *peer, GParamSpec *property, gpointer user_data)
{
  GstWebRTCSignalingState state;
  g_autoptr (GstWebRTCSessionDescription) before = NULL;

  g_object_get (peer, "signaling-state", &state, "current-remote-description", &before, NULL);
  if (state == GST_WEBRTC_SIGNALING_STATE_HAVE_REMOTE_OFFER)
    g_print ("Received %ssignaling request\nSet remote description\n",
        before != NULL ? "ICE restart " : "");
  else if (state == GST_WEBRTC_SIGNALING_STATE_STABLE)
    g_print ("Created and set answer\n");
}

/* Each peer, before it sees the offer. */
static void
use_peer (GstElement *peer, gpointer user_data)
{
  g_print ("Created peer connection\n");
  g_signal_connect (peer, "notify::signaling-state", G_CALLBACK (on_signaling_state), NULL);
  g_signal_connect (peer, "on-data-channel", G_CALLBACK (on_data_channel), NULL);
}

int
main (int argc, char **argv)
{
  const ExampleInfo info = {
    .summary = "- ICE restart while data flows", .http_port = 8080, .debug_level = "TRACE"
  };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);

  example_set_peer_func (example, use_peer, NULL);
  example_serve (example, NULL, NULL);
  return example_run (example);
}
