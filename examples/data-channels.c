/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Data channels: prints what comes on every channel of the other peer, and sends a random text
 * every five seconds; or sends back what comes. It can make the channel and the offer itself, and
 * close the channel after some messages.
 *
 *   meson devenv -C build examples/rtc-data-channels               answers, by copy and paste
 *   meson devenv -C build examples/rtc-data-channels --create      offers
 *   meson devenv -C build examples/rtc-data-channels --http        answers POST /offer at port 8080
 */
#include "example.h"

typedef struct {
  gboolean does_echo;
  gboolean does_create;
  gint close_after;
} DataChannels;

/* --- echo, on the peer's thread --- */

static void
on_text (GstWebRTCDataChannel *channel, const gchar *text, gpointer user_data)
{
  g_print ("Message from DataChannel: '%s'\n", text != NULL ? text : "");
  g_signal_emit_by_name (channel, "send-string", text);
}

static void
on_bytes (GstWebRTCDataChannel *channel, GBytes *bytes, gpointer user_data)
{
  g_print ("Message from DataChannel: %" G_GSIZE_FORMAT " bytes\n",
      bytes != NULL ? g_bytes_get_size (bytes) : 0);
  g_signal_emit_by_name (channel, "send-data", bytes);
}

/* Connected at once, before the first message can come. */
static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, gpointer user_data)
{
  DataChannels *self = user_data;

  if (!self->does_echo) {
    example_talk (channel, (guint) self->close_after);
    return;
  }
  example_watch_channel (channel);
  g_signal_connect (channel, "on-message-string", G_CALLBACK (on_text), NULL);
  g_signal_connect (channel, "on-message-data", G_CALLBACK (on_bytes), NULL);
}

/* Each peer, before it sees a description. */
static void
use_peer (GstElement *peer, gpointer user_data)
{
  DataChannels *self = user_data;
  g_autoptr (GstWebRTCDataChannel) channel = NULL;

  g_signal_connect (peer, "on-data-channel", G_CALLBACK (on_data_channel), self);
  if (!self->does_create)
    return;
  g_signal_emit_by_name (peer, "create-data-channel", "data", NULL, &channel);
  on_data_channel (peer, channel, self);
}

int
main (int argc, char **argv)
{
  DataChannels self = { FALSE };
  const GOptionEntry options[] = {
    { "create", 0, 0, G_OPTION_ARG_NONE, &self.does_create, "Make the channel and the offer",
        NULL },
    { "close-after", 0, 0, G_OPTION_ARG_INT, &self.close_after,
        "Close the channel after N messages, 0 for never (0)", "N" },
    { "echo", 'e', 0, G_OPTION_ARG_NONE, &self.does_echo, "Send back what comes", NULL },
    { NULL },
  };
  ExampleInfo info = { .summary = "- messages on data channels", .options = options };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);

  if (self.close_after < 0) {
    g_printerr ("--close-after is 0 or more\n");
    return 2;
  }
  info.is_offerer = self.does_create;
  example_set_peer_func (example, use_peer, &self);
  example_serve (example, NULL, NULL);
  return example_run (example);
}
