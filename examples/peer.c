/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcbin in an application: the program owns the peer, adds a data channel handler and a test
 * picture, and leaves the talking with the browser to rtcsignaller, which it gives the peer by
 * name. Open http://127.0.0.1:8080/ and type a message: it comes back in capital letters.
 *
 *   meson devenv -C build examples/rtc-peer
 */
#include <glib-unix.h>
#include <gst/webrtc/webrtc.h>
#include <stdio.h>

static void
on_message_string (GstWebRTCDataChannel *channel, const gchar *text, gpointer user_data)
{
  g_autofree gchar *answer = g_utf8_strup (text != NULL ? text : "", -1);

  g_print ("Message from DataChannel: '%s'\n", text != NULL ? text : "");
  g_signal_emit_by_name (channel, "send-string", answer);
}

/* Called on the peer's own thread: connect at once, before the first message can come. */
static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, gpointer user_data)
{
  g_signal_connect (channel, "on-message-string", G_CALLBACK (on_message_string), NULL);
}

static void
on_state (GObject *peer, GParamSpec *property, gpointer user_data)
{
  GstWebRTCPeerConnectionState state;

  g_object_get (peer, "connection-state", &state, NULL);
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    g_print ("Connected\n");
}

/* What the browser sends: shown nowhere here, but it must flow. */
static void
on_pad_added (GstElement *peer, GstPad *pad, GstElement *pipeline)
{
  g_autoptr (GstPad) sink_pad = NULL;
  GstElement *sink;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  gst_bin_add (GST_BIN (pipeline), sink);
  gst_element_sync_state_with_parent (sink);
  sink_pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_link (pad, sink_pad);
}

static gboolean
on_bus_message (GstBus *bus, GstMessage *message, gpointer loop)
{
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    g_printerr ("%s: %s\n", GST_MESSAGE_SRC_NAME (message), error->message);
    g_main_loop_quit (loop);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_interrupt (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
parse_options (int *argc, char ***argv, gint *port)
{
  const GOptionEntry entries[] = {
    { "port", 'p', 0, G_OPTION_ARG_INT, port, "TCP port, 0 for any (8080)", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- a WebRTC peer for one browser");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (g_option_context_parse (context, argc, argv, &error) && *argc == 1)
    return TRUE;
  g_printerr ("%s\nTry %s --help\n", error != NULL ? error->message : "Words without an option",
      g_get_prgname ());
  return FALSE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) peer = NULL;
  g_autoptr (GstElement) signaller = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autofree gchar *url = NULL;
  gint port = 8080;

  setvbuf (stdout, NULL, _IOLBF, 0);
  if (!parse_options (&argc, &argv, &port))
    return 2;
  pipeline = gst_parse_launch ("videotestsrc is-live=true pattern=ball"
                               " ! video/x-raw,width=640,height=360,framerate=30/1"
                               " ! vp8enc deadline=1 cpu-used=8 ! rtpvp8pay ! peer."
                               " rtcbin name=peer bundle-policy=max-bundle"
                               " rtcsignaller name=signaller peer=peer",
      &error);
  if (error != NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  loop = g_main_loop_new (NULL, FALSE);
  signaller = gst_bin_get_by_name (GST_BIN (pipeline), "signaller");
  g_object_set (signaller, "port", (guint) port, NULL);
  peer = gst_bin_get_by_name (GST_BIN (pipeline), "peer");
  g_signal_connect (peer, "on-data-channel", G_CALLBACK (on_data_channel), NULL);
  g_signal_connect (peer, "notify::connection-state", G_CALLBACK (on_state), NULL);
  g_signal_connect (peer, "pad-added", G_CALLBACK (on_pad_added), pipeline);
  bus = gst_element_get_bus (pipeline);
  gst_bus_add_watch (bus, on_bus_message, loop);
  g_unix_signal_add (SIGINT, on_interrupt, loop);

  if (gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
    /* The bus knows why. */
    while (g_main_context_iteration (NULL, FALSE))
      ;
    gst_element_set_state (pipeline, GST_STATE_NULL);
    return 1;
  }
  g_object_get (signaller, "url", &url, NULL);
  g_print ("Open %s and press ctrl-c to stop\n", url);
  g_main_loop_run (loop);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return 0;
}
