/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The demo: a small server for browsers. Every page that connects gets a session of its own: a test
 * picture with a clock and a tone to see and hear, its camera and microphone saved into files, and
 * a line of text every three seconds on its data channel. sh examples/demo/run.sh builds and starts
 * it.
 */
#include "demosession.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <locale.h>

#define MESSAGE_INTERVAL_S 3
/* How long Ctrl-C waits for the files. */
#define SHUTDOWN_LIMIT_S 5

typedef struct {
  DemoConfig config;
  gint port;
  gchar *address;
  gboolean is_https;

  GMainLoop *loop;
  GstElement *pipeline;
  GstElement *signaller; /* in the pipeline */
  guint session_count;
  guint finishing_sessions; /* main thread */
  gboolean is_stopping;     /* main thread */

  GMutex lock;
  GHashTable *sessions; /* under lock: id -> DemoSession */
} Demo;

static void
stop_when_done (Demo *demo)
{
  if (demo->is_stopping && demo->finishing_sessions == 0)
    g_main_loop_quit (demo->loop);
}

static void
session_finished (DemoSession *session, gpointer user_data)
{
  Demo *demo = user_data;

  demo->finishing_sessions--;
  stop_when_done (demo);
}

static void
finish_session (Demo *demo, DemoSession *session)
{
  demo->finishing_sessions++;
  demo_session_finish (session, session_finished, demo);
}

/* --- the signaller's signals, on its threads --- */

static GstElement *
on_session_requested (GstElement *signaller, const gchar *id, Demo *demo)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree gchar *time = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree gchar *name = NULL;
  g_autoptr (GError) error = NULL;
  DemoSession *session;

  g_mutex_lock (&demo->lock);
  name = g_strdup_printf ("%s-%u", time, ++demo->session_count);
  g_mutex_unlock (&demo->lock);
  session = demo_session_new (&demo->config, name, &error);
  if (session == NULL) {
    g_printerr ("No session for a client: %s\n", error->message);
    return NULL;
  }
  g_print ("%s: a client connects\n", name);
  g_mutex_lock (&demo->lock);
  g_hash_table_insert (demo->sessions, g_strdup (id), session);
  g_mutex_unlock (&demo->lock);
  return gst_object_ref (demo_session_get_bin (session));
}

typedef struct {
  Demo *demo;
  DemoSession *session;
} EndedSession;

static gboolean
finish_on_main_thread (gpointer user_data)
{
  EndedSession *ended = user_data;

  finish_session (ended->demo, ended->session);
  return G_SOURCE_REMOVE;
}

static void
on_session_ended (GstElement *signaller, const gchar *id, const gchar *reason, Demo *demo)
{
  gpointer key = NULL, session = NULL;
  EndedSession *ended;

  g_mutex_lock (&demo->lock);
  g_hash_table_steal_extended (demo->sessions, id, &key, &session);
  g_mutex_unlock (&demo->lock);
  g_free (key);
  if (session == NULL)
    return;
  g_print ("%s: ended, %s\n", demo_session_get_name (session), reason);
  ended = g_new (EndedSession, 1);
  *ended = (EndedSession){ demo, session };
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, finish_on_main_thread, ended, g_free);
}

/* --- the main thread --- */

static gboolean
send_time (gpointer user_data)
{
  Demo *demo = user_data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree gchar *text = g_date_time_format_iso8601 (now);
  GHashTableIter iter;
  gpointer session;

  g_mutex_lock (&demo->lock);
  g_hash_table_iter_init (&iter, demo->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    demo_session_send (session, text);
  g_mutex_unlock (&demo->lock);
  return G_SOURCE_CONTINUE;
}

static gboolean
give_up (gpointer user_data)
{
  Demo *demo = user_data;

  g_printerr ("Some files are not complete.\n");
  g_main_loop_quit (demo->loop);
  return G_SOURCE_CONTINUE;
}

static void
stop (Demo *demo)
{
  g_autoptr (GList) sessions = NULL;

  if (demo->is_stopping) {
    g_main_loop_quit (demo->loop);
    return;
  }
  demo->is_stopping = TRUE;
  g_print ("\nStopping\n");
  g_mutex_lock (&demo->lock);
  sessions = g_hash_table_get_values (demo->sessions);
  g_hash_table_steal_all (demo->sessions);
  g_mutex_unlock (&demo->lock);
  gst_element_set_state (demo->pipeline, GST_STATE_NULL);
  for (GList *item = sessions; item != NULL; item = item->next)
    finish_session (demo, item->data);
  g_timeout_add_seconds (SHUTDOWN_LIMIT_S, give_up, demo);
  stop_when_done (demo);
}

static gboolean
on_interrupt (gpointer user_data)
{
  stop (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_bus_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Demo *demo = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *detail = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING) {
    gst_message_parse_warning (message, &error, NULL);
    g_printerr ("%s: %s\n", GST_MESSAGE_SRC_NAME (message), error->message);
    return G_SOURCE_CONTINUE;
  }
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;
  gst_message_parse_error (message, &error, &detail);
  g_printerr ("%s: %s\n", GST_MESSAGE_SRC_NAME (message), error->message);
  /* A session that fails is one client's; the others go on. */
  if (demo->session_count == 0)
    stop (demo);
  return G_SOURCE_CONTINUE;
}

static gboolean
start (Demo *demo)
{
  GstElement *signaller = gst_element_factory_make ("rtcsignaller", NULL);
  g_autoptr (GstBus) bus = NULL;

  demo->signaller = signaller;
  if (signaller == NULL) {
    g_printerr ("The element rtcsignaller is not here; see README.md.\n");
    return FALSE;
  }
  g_object_set (signaller, "port", (guint) demo->port, "address", demo->address, "https",
      demo->is_https, NULL);
  g_signal_connect (signaller, "session-requested", G_CALLBACK (on_session_requested), demo);
  g_signal_connect (signaller, "session-ended", G_CALLBACK (on_session_ended), demo);
  demo->pipeline = gst_object_ref_sink (gst_pipeline_new ("demo"));
  gst_bin_add (GST_BIN (demo->pipeline), signaller);
  bus = gst_element_get_bus (demo->pipeline);
  gst_bus_add_watch (bus, on_bus_message, demo);
  return gst_element_set_state (demo->pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
}

static gboolean
parse_options (Demo *demo, int *argc, char ***argv)
{
  gchar *codec = NULL, *output = NULL, *peer = NULL;
  const GOptionEntry entries[] = {
    { "port", 'p', 0, G_OPTION_ARG_INT, &demo->port, "TCP port to listen on, 0 for any (8080)",
        "N" },
    { "address", 'a', 0, G_OPTION_ARG_STRING, &demo->address,
        "Address to listen on; 0.0.0.0 for all (127.0.0.1)", "ADDRESS" },
    { "https", 's', 0, G_OPTION_ARG_NONE, &demo->is_https,
        "Speak HTTPS, which a browser on another machine needs for its camera", NULL },
    { "codec", 'c', 0, G_OPTION_ARG_STRING, &codec, "Video to send and to save: vp8 or vp9 (vp8)",
        "CODEC" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Where files are saved (.)", "FOLDER" },
    { "peer", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &peer, "Peer element", "NAME" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- a WebRTC peer for browsers");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, argc, argv, &error) || *argc > 1) {
    g_printerr ("%s\nTry %s --help\n", error != NULL ? error->message : "Words without an option",
        g_get_prgname ());
    return FALSE;
  }
  demo->config.codec = codec != NULL ? codec : "vp8";
  demo->config.output = output != NULL ? output : ".";
  demo->config.peer = peer != NULL ? peer : "rtcbin";
  if (demo->address == NULL)
    demo->address = g_strdup ("127.0.0.1");
  if (!g_str_equal (demo->config.codec, "vp8") && !g_str_equal (demo->config.codec, "vp9")) {
    g_printerr ("--codec is vp8 or vp9, not %s\n", demo->config.codec);
    return FALSE;
  }
  if (g_mkdir_with_parents (demo->config.output, 0755) != 0) {
    g_printerr ("Cannot make the folder %s\n", demo->config.output);
    return FALSE;
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  Demo demo = { .port = 8080 };
  g_autofree gchar *url = NULL;

  setlocale (LC_ALL, "");
  setvbuf (stdout, NULL, _IOLBF, 0);
  if (!parse_options (&demo, &argc, &argv))
    return 2;
  g_mutex_init (&demo.lock);
  demo.sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  demo.loop = g_main_loop_new (NULL, FALSE);
  if (!start (&demo)) {
    /* The bus knows why. */
    while (g_main_context_iteration (NULL, FALSE))
      ;
    return 1;
  }
  g_object_get (demo.signaller, "url", &url, NULL);
  g_print ("Open %s to access this demo\nPress ctrl-c to stop\n", url);
  g_unix_signal_add (SIGINT, on_interrupt, &demo);
  g_unix_signal_add (SIGTERM, on_interrupt, &demo);
  g_timeout_add_seconds (MESSAGE_INTERVAL_S, send_time, &demo);
  g_main_loop_run (demo.loop);
  gst_element_set_state (demo.pipeline, GST_STATE_NULL);
  gst_object_unref (demo.pipeline);
  g_main_loop_unref (demo.loop);
  g_hash_table_unref (demo.sessions);
  g_mutex_clear (&demo.lock);
  g_free (demo.address);
  return 0;
}
