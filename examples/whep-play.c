/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Plays what a WHEP server sends, with playbin3; --count prints each second how much came, in place
 * of a window. Shows where a player's program finds the source, for its token and for "restart".
 *
 *   meson devenv -C build examples/rtc-whep-play whep://127.0.0.1:8080/whep/demo
 */
#include "examplepipeline.h"

#include <string.h>

typedef struct {
  GstElement *player;
  GstElement *source;
  gchar *token;
  gint n_video; /* atomic, as the next */
  gint n_audio;
} Program;

/* playbin3 has made the element for the URI, and not started it yet. */
static void
on_source_setup (GstElement *player, GstElement *source, Program *program)
{
  gst_object_replace ((GstObject **) &program->source, GST_OBJECT (source));
  if (program->token != NULL &&
      g_object_class_find_property (G_OBJECT_GET_CLASS (source), "token") != NULL)
    g_object_set (source, "token", program->token, NULL);
}

static gboolean
restart (gpointer user_data)
{
  Program *program = user_data;
  g_print ("Restarting ICE\n");
  if (program->source != NULL)
    g_signal_emit_by_name (program->source, "restart");
  return G_SOURCE_CONTINUE;
}

static void
on_handoff (GstElement *sink, GstBuffer *buffer, GstPad *pad, gint *count)
{
  g_atomic_int_inc (count);
}

static gboolean
print_counts (gpointer user_data)
{
  Program *program = user_data;
  g_print ("%d pictures, %d sounds\n", g_atomic_int_get (&program->n_video),
      g_atomic_int_get (&program->n_audio));
  return G_SOURCE_CONTINUE;
}

static void
count_with (Program *program, const gchar *property, gint *count)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "sync", TRUE, "signal-handoffs", TRUE, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (on_handoff), count);
  g_object_set (program->player, property, sink, NULL);
}

/* (transfer full): http://HOST/PATH as whep://HOST/PATH, which is a player's. */
static gchar *
to_uri (const gchar *url)
{
  return g_str_has_prefix (url, "http") ? g_strconcat ("whep", url + strlen ("http"), NULL)
                                        : g_strdup (url);
}

int
main (int argc, char **argv)
{
  Program program = { NULL };
  gboolean is_counting = FALSE;
  gint restart_s = 0;
  int code;
  const GOptionEntry entries[] = {
    { "token", 't', 0, G_OPTION_ARG_STRING, &program.token, "Bearer token of the server", "TEXT" },
    { "count", 'c', 0, G_OPTION_ARG_NONE, &is_counting,
        "Print each second how much came, without window and sound", NULL },
    { "restart", 'r', 0, G_OPTION_ARG_INT, &restart_s, "Restart ICE every N seconds (never)", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("URL - plays what a WHEP server sends");
  g_autoptr (GError) error = NULL;
  g_autofree gchar *uri = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2) {
    g_printerr ("%s; see --help\n",
        error != NULL ? error->message : "Give one URL, like http://127.0.0.1:8080/whep/demo");
    return 2;
  }
  uri = to_uri (argv[1]);
  program.player = gst_element_factory_make ("playbin3", NULL);
  if (program.player == NULL || !gst_uri_protocol_is_supported (GST_URI_SRC, "whep")) {
    g_printerr ("There is no playbin3, or nothing for whep://\n"
                "Try it in the environment of the build: meson devenv -C build\n");
    return 1;
  }
  g_object_set (program.player, "uri", uri, NULL);
  if (is_counting) {
    gst_util_set_object_arg (G_OBJECT (program.player), "flags", "video+audio");
    count_with (&program, "video-sink", &program.n_video);
    count_with (&program, "audio-sink", &program.n_audio);
    g_timeout_add_seconds (1, print_counts, &program);
  }
  g_signal_connect (program.player, "source-setup", G_CALLBACK (on_source_setup), &program);
  code = example_pipeline_run (program.player, (guint) MAX (restart_s, 0), restart, &program);
  gst_clear_object (&program.source);
  gst_object_unref (program.player);
  g_free (program.token);
  return code;
}
