/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Perfect negotiation: the page and the program's peer both offer whenever they want to, and when
 * two offers meet, the polite side gives way. Open /polite and /impolite, in two tabs if you like;
 * each has a peer of its own. What a page says over its data channel comes back in capital letters,
 * what it says over the WebSocket is printed.
 *
 *   meson devenv -C build examples/rtc-perfect-negotiation
 */
#include "example.h"

static void
on_message (GstWebRTCDataChannel *channel, const gchar *text, gpointer user_data)
{
  g_autofree gchar *answer = g_utf8_strup (text != NULL ? text : "", -1);

  g_print ("Message from DataChannel: '%s'\n", text != NULL ? text : "");
  g_signal_emit_by_name (channel, "send-string", answer);
}

static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, gpointer user_data)
{
  example_watch_channel (channel);
  g_signal_connect (channel, "on-message-string", G_CALLBACK (on_message), NULL);
}

/* On the peer's thread. */
static void
on_signaling_state (GstElement *peer, GParamSpec *property, gpointer user_data)
{
  static const gchar *const texts[] = {
    [GST_WEBRTC_SIGNALING_STATE_STABLE] = "Stable",
    [GST_WEBRTC_SIGNALING_STATE_CLOSED] = "Closed",
    [GST_WEBRTC_SIGNALING_STATE_HAVE_LOCAL_OFFER] = "Sending offer",
    [GST_WEBRTC_SIGNALING_STATE_HAVE_REMOTE_OFFER] = "Received offer",
  };
  GstWebRTCSignalingState state;

  g_object_get (peer, "signaling-state", &state, NULL);
  if (state < G_N_ELEMENTS (texts))
    g_print ("%s\n", texts[state]);
}

static void
use_peer (GstElement *peer, gpointer user_data)
{
  g_signal_connect (peer, "on-data-channel", G_CALLBACK (on_data_channel), NULL);
  g_signal_connect (peer, "notify::signaling-state", G_CALLBACK (on_signaling_state), NULL);
}

static void
on_element_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  if (gst_message_has_name (message, "rtc-client-message"))
    g_print ("Message from the page: '%s'\n",
        gst_structure_get_string (gst_message_get_structure (message), "text"));
}

int
main (int argc, char **argv)
{
  const ExampleInfo info = { .summary = "- both sides offer whenever they want to",
    .description = "Open http://localhost:8080/polite and http://localhost:8080/impolite.",
    .http_port = 8080 };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);
  g_autoptr (GstBus) bus = NULL;

  example_set_peer_func (example, use_peer, NULL);
  example_serve (example, NULL, NULL);
  bus = gst_element_get_bus (example_get_pipeline (example));
  g_signal_connect (bus, "message::element", G_CALLBACK (on_element_message), NULL);
  g_print ("Open /polite or /impolite at the address below\n");
  return example_run (example);
}
