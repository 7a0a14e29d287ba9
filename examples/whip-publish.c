/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Publishes to a WHIP server: a test picture with a tone, or what launch descriptions say. Restarts
 * ICE on the way, if asked to; the picture goes on meanwhile.
 *
 *   meson devenv -C build examples/rtc-whip-publish http://127.0.0.1:8080/whip/demo
 */
#include "examplepipeline.h"

#define VIDEO "videotestsrc is-live=true ! timeoverlay ! vp8enc deadline=1"
#define AUDIO "audiotestsrc is-live=true volume=0.1 ! opusenc"

static gboolean
restart (gpointer sink)
{
  g_print ("Restarting ICE\n");
  g_signal_emit_by_name (sink, "restart");
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  gchar *token = NULL;
  gchar *video = NULL;
  gchar *audio = NULL;
  gint restart_s = 0;
  const GOptionEntry entries[] = {
    { "token", 't', 0, G_OPTION_ARG_STRING, &token, "Bearer token of the server", "TEXT" },
    { "video", 'v', 0, G_OPTION_ARG_STRING, &video,
        "What to show, up to the encoder; \"none\" for nothing (a test picture, VP8)", "LAUNCH" },
    { "audio", 'a', 0, G_OPTION_ARG_STRING, &audio,
        "What to play, up to the encoder; \"none\" for nothing (a tone, Opus)", "LAUNCH" },
    { "restart", 'r', 0, G_OPTION_ARG_INT, &restart_s, "Restart ICE every N seconds (never)", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("URL - publishes to a WHIP server");
  g_autoptr (GString) launch = g_string_new ("rtcwhipsink name=whip");
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) sink = NULL;
  GstElement *pipeline;
  int code;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2) {
    g_printerr ("%s; see --help\n",
        error != NULL ? error->message : "Give one URL, like http://127.0.0.1:8080/whip/demo");
    return 2;
  }
  if (g_strcmp0 (video, "none") != 0)
    g_string_append_printf (launch, " %s ! queue ! whip.", video != NULL ? video : VIDEO);
  if (g_strcmp0 (audio, "none") != 0)
    g_string_append_printf (launch, " %s ! queue ! whip.", audio != NULL ? audio : AUDIO);
  pipeline = gst_parse_launch_full (launch->str, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (pipeline == NULL) {
    g_printerr (
        "%s\nTry it in the environment of the build: meson devenv -C build\n", error->message);
    return 1;
  }
  if (!GST_IS_PIPELINE (pipeline)) {
    g_printerr ("There is nothing to publish; see --help\n");
    return 2;
  }
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "whip");
  g_object_set (sink, "location", argv[1], "token", token, NULL);
  code = example_pipeline_run (pipeline, (guint) MAX (restart_s, 0), restart, sink);
  gst_object_unref (pipeline);
  g_free (token);
  g_free (video);
  g_free (audio);
  return code;
}
