/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The main loop of the examples whose elements do the signalling: see the header. */
#include "examplepipeline.h"

#include <glib-unix.h>

typedef struct {
  GMainLoop *loop;
  int code;
} Run;

static gboolean
on_interrupt (gpointer user_data)
{
  Run *run = user_data;
  g_print ("\n");
  g_main_loop_quit (run->loop);
  return G_SOURCE_CONTINUE;
}

static void
on_error (GstBus *bus, GstMessage *message, Run *run)
{
  g_autoptr (GError) error = NULL;
  gst_message_parse_error (message, &error, NULL);
  g_printerr ("%s\n", error->message);
  run->code = 1;
  g_main_loop_quit (run->loop);
}

static void
on_end_of_stream (GstBus *bus, GstMessage *message, Run *run)
{
  g_main_loop_quit (run->loop);
}

/* What the client says of the server, in words. */
static void
on_progress (GstBus *bus, GstMessage *message, Run *run)
{
  g_autofree gchar *text = NULL;
  gst_message_parse_progress (message, NULL, NULL, &text);
  g_print ("%s\n", text);
}

int
example_pipeline_run (GstElement *pipeline, guint interval_s, GSourceFunc func, gpointer user_data)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  Run run = { g_main_loop_new (NULL, FALSE), 0 };
  guint sources[] = { g_unix_signal_add (SIGINT, on_interrupt, &run),
    g_unix_signal_add (SIGTERM, on_interrupt, &run),
    interval_s > 0 ? g_timeout_add_seconds (interval_s, func, user_data) : 0 };

  gst_bus_add_signal_watch (bus);
  g_signal_connect (bus, "message::error", G_CALLBACK (on_error), &run);
  g_signal_connect (bus, "message::eos", G_CALLBACK (on_end_of_stream), &run);
  g_signal_connect (bus, "message::progress", G_CALLBACK (on_progress), &run);
  g_print ("Press ctrl-c to stop\n");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (run.loop);
  /* The server is told of the end. */
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bus_remove_signal_watch (bus);
  g_signal_handlers_disconnect_by_data (bus, &run);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++) {
    if (sources[i] != 0)
      g_source_remove (sources[i]);
  }
  g_main_loop_unref (run.loop);
  return run.code;
}
