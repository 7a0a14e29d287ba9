/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario http: from an offer that is posted to rtcsignaller to the last byte of its answer, for
 * session after session and for many at once. Each session gets a new element. Clients are in
 * another process (benchhttpclient.c); what this one takes is the server's.
 */
#include "bench.h"
#include "benchswitch.h"

#define STEP_TIMEOUT_US (300 * G_USEC_PER_SEC)

typedef struct {
  const BenchOptions *options;
  BenchSwitch *sides;
  BenchWire *wire;
  guint port;
} Server;

/* (transfer full), NULL (said why). */
static GstElement *
start_signaller (const gchar *element, guint *out_port)
{
  g_autofree gchar *session = g_strdup_printf ("%s bundle-policy=max-bundle", element);
  GstElement *pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *signaller = gst_element_factory_make ("rtcsignaller", NULL);

  if (signaller == NULL) {
    g_printerr ("There is no element rtcsignaller.\n");
    gst_object_unref (pipeline);
    return NULL;
  }
  g_object_set (signaller, "port", 0, "session", session, "max-connections", 1000, NULL);
  gst_bin_add (GST_BIN (pipeline), signaller);
  if (gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    g_printerr ("rtcsignaller does not start.\n");
  g_object_get (signaller, "port", out_port, NULL);
  return pipeline;
}

static void
print_time (JsonObject *times, const gchar *member, const gchar *which, gint n_at_once)
{
  g_autofree gchar *name = g_strdup_printf ("POST to answer, %d at once, %s", n_at_once, which);

  bench_print_figure (
      name, "ms", BENCH_LOWER_IS_BETTER, json_object_get_double_member (times, member));
}

static gboolean
measure (Server *server, gint n_at_once)
{
  JsonObject *order = bench_message_new ("post");
  g_autofree gchar *cpu_name =
      g_strdup_printf ("CPU of a session over HTTP, %d at once", n_at_once);
  g_autoptr (JsonObject) times = NULL;
  BenchUsage before, after;

  json_object_set_int_member (order, "port", server->port);
  json_object_set_int_member (order, "at-once", n_at_once);
  bench_usage_get (&before);
  bench_wire_send (server->wire, order);
  times = bench_switch_wait (server->sides, "times", STEP_TIMEOUT_US);
  bench_usage_get (&after);
  if (times == NULL)
    return FALSE;
  print_time (times, "median", "median", n_at_once);
  print_time (times, "percentile", "99th percentile", n_at_once);
  bench_print_figure (cpu_name, "ms", BENCH_LOWER_IS_BETTER,
      (after.cpu_us - before.cpu_us) / 1000.0 / server->options->http_sessions);
  return TRUE;
}

gboolean
bench_run_http (const BenchOptions *options)
{
  g_auto (GStrv) command = bench_make_command (options, "http-client", options->ends);
  Server server = { .options = options };
  GstElement *pipeline = start_signaller (options->element, &server.port);
  gboolean is_done = FALSE;

  if (pipeline == NULL)
    return FALSE;
  server.wire = bench_wire_spawn ((const gchar *const *) command);
  if (server.wire != NULL) {
    server.sides = bench_switch_new (server.wire);
    is_done = measure (&server, 1) && measure (&server, options->http_clients);
    bench_wire_send (server.wire, bench_message_new ("quit"));
    bench_switch_free (server.sides);
    bench_wire_free (server.wire);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  return is_done;
}
