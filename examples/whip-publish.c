/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Publishes to a WHIP server: a test picture with a tone, or what launch descriptions say. Restarts
 * ICE on the way, if asked to; the picture goes on meanwhile.
 *
 *   meson devenv -C build examples/rtc-whip-publish http://127.0.0.1:8080/whip/demo
 */
#include <glib-unix.h>
#include <gst/gst.h>

#define VIDEO "videotestsrc is-live=true ! timeoverlay ! vp8enc deadline=1 ! rtpvp8pay"
#define AUDIO "audiotestsrc is-live=true volume=0.1 ! opusenc ! rtpopuspay"

typedef struct {
  GMainLoop *loop;
  GstElement *sink;
  int code;
} Program;

static gboolean
on_interrupt (gpointer user_data)
{
  Program *program = user_data;
  g_print ("\n");
  g_main_loop_quit (program->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
restart (gpointer user_data)
{
  Program *program = user_data;
  g_print ("Restarting ICE\n");
  g_signal_emit_by_name (program->sink, "restart");
  return G_SOURCE_CONTINUE;
}

static void
on_error (GstBus *bus, GstMessage *message, Program *program)
{
  g_autoptr (GError) error = NULL;
  gst_message_parse_error (message, &error, NULL);
  g_printerr ("%s\n", error->message);
  program->code = 1;
  g_main_loop_quit (program->loop);
}

static void
on_end_of_stream (GstBus *bus, GstMessage *message, Program *program)
{
  g_main_loop_quit (program->loop);
}

/* What the client says of the server, in words. */
static void
on_progress (GstBus *bus, GstMessage *message, Program *program)
{
  g_autofree gchar *text = NULL;
  gst_message_parse_progress (message, NULL, NULL, &text);
  g_print ("%s\n", text);
}

static void
watch (Program *program, GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gst_bus_add_signal_watch (bus);
  g_signal_connect (bus, "message::error", G_CALLBACK (on_error), program);
  g_signal_connect (bus, "message::eos", G_CALLBACK (on_end_of_stream), program);
  g_signal_connect (bus, "message::progress", G_CALLBACK (on_progress), program);
  g_unix_signal_add (SIGINT, on_interrupt, program);
  g_unix_signal_add (SIGTERM, on_interrupt, program);
}

static void
run (Program *program, GstElement *pipeline, gint restart_s)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  program->loop = g_main_loop_new (NULL, FALSE);
  watch (program, pipeline);
  if (restart_s > 0)
    g_timeout_add_seconds ((guint) restart_s, restart, program);
  g_print ("Press ctrl-c to stop\n");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (program->loop);
  /* The server is told of the end. */
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bus_remove_signal_watch (bus);
  g_main_loop_unref (program->loop);
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
        "What to show, up to the payloader; \"none\" for nothing (a test picture, VP8)", "LAUNCH" },
    { "audio", 'a', 0, G_OPTION_ARG_STRING, &audio,
        "What to play, up to the payloader; \"none\" for nothing (a tone, Opus)", "LAUNCH" },
    { "restart", 'r', 0, G_OPTION_ARG_INT, &restart_s, "Restart ICE every N seconds (never)", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("URL - publishes to a WHIP server");
  g_autoptr (GString) launch = g_string_new ("rtcwhipsink name=whip");
  g_autoptr (GError) error = NULL;
  GstElement *pipeline;
  Program program = { NULL };

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
  program.sink = gst_bin_get_by_name (GST_BIN (pipeline), "whip");
  g_object_set (program.sink, "location", argv[1], "token", token, NULL);
  run (&program, pipeline, restart_s);
  gst_object_unref (program.sink);
  gst_object_unref (pipeline);
  g_free (token);
  g_free (video);
  g_free (audio);
  return program.code;
}
