/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The other process of the scenario http: clients that post an offer, read the answer, and close
 * the session. They speak plain HTTP/1.1 over a socket, so that no library of theirs is measured.
 * Each offer is another peer's: the session-id of its o= line is new.
 */
#include "bench.h"
#include "benchnegotiate.h"
#include "benchswitch.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#define STEP_TIMEOUT_US (600 * G_USEC_PER_SEC)
#define REQUEST_TIMEOUT_S 30

typedef struct {
  guint16 port;
  gint n_left;   /* atomic: sessions not begun */
  gint n_failed; /* atomic */
  gint pause_ms;
  gchar **offer; /* before and after the session-id */
  GMutex lock;
  GArray *samples; /* under lock; of gdouble, ms */
} Clients;

/* (transfer full): the offer of a peer with one data channel; NULL (said why). */
static gchar *
make_offer (const gchar *element)
{
  g_autoptr (GstElement) pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *peer = gst_element_factory_make (element, NULL);
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  g_autoptr (GObject) channel = NULL;

  if (peer == NULL)
    return NULL;
  gst_util_set_object_arg (G_OBJECT (peer), "bundle-policy", "max-bundle");
  gst_bin_add (GST_BIN (pipeline), peer);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_signal_emit_by_name (peer, "create-data-channel", "data", NULL, &channel);
  offer = bench_create_description (peer, "offer", NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return offer != NULL ? gst_sdp_message_as_text (offer->sdp) : NULL;
}

/* "o=- SESSION-ID ...": two parts, (transfer full). */
static gchar **
split_offer (const gchar *offer)
{
  const gchar *origin = strstr (offer, "o=");
  const gchar *id = origin != NULL ? strchr (origin, ' ') : NULL;
  gchar **parts;

  if (id == NULL)
    return NULL;
  id++;
  parts = g_new0 (gchar *, 3);
  parts[0] = g_strndup (offer, id - offer);
  parts[1] = g_strdup (strchr (id, ' '));
  return parts;
}

/* (transfer full), NULL: no reply. The server closes the connection after each. */
static gchar *
post (guint16 port, const gchar *path, const gchar *body)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree gchar *request = g_strdup_printf (
      "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/json\r\n"
      "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
      path, port, strlen (body), body);
  g_autoptr (GOutputStream) reply = g_memory_output_stream_new_resizable ();

  g_socket_client_set_timeout (client, REQUEST_TIMEOUT_S);
  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);
  if (connection == NULL ||
      !g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request,
          strlen (request), NULL, NULL, NULL) ||
      g_output_stream_splice (reply, g_io_stream_get_input_stream (G_IO_STREAM (connection)),
          G_OUTPUT_STREAM_SPLICE_NONE, NULL, NULL) < 0)
    return NULL;
  g_output_stream_write_all (reply, "", 1, NULL, NULL, NULL);
  g_output_stream_close (reply, NULL, NULL);
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (reply));
}

/* (transfer full) */
static gchar *
make_body (Clients *clients)
{
  g_autofree gchar *sdp =
      g_strdup_printf ("%s%u%s", clients->offer[0], g_random_int (), clients->offer[1]);
  g_autoptr (JsonObject) object = bench_message_new ("offer");
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

  json_object_set_string_member (object, "sdp", sdp);
  return json_to_string (node, FALSE);
}

/* The session of @reply ends; the next one must not find it. */
static void
close_session (Clients *clients, const gchar *reply)
{
  const gchar *header = strstr (reply, "Session-Id: ");
  g_autofree gchar *id = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *closed = NULL;

  if (header == NULL)
    return;
  header += strlen ("Session-Id: ");
  id = g_strndup (header, strcspn (header, "\r\n"));
  path = g_strdup_printf ("/close?session=%s", id);
  closed = post (clients->port, path, "");
}

static void
run_session (Clients *clients)
{
  g_autofree gchar *body = make_body (clients);
  gint64 start = g_get_monotonic_time ();
  g_autofree gchar *reply = post (clients->port, "/offer", body);
  gdouble ms = (g_get_monotonic_time () - start) / 1000.0;

  if (reply == NULL || !g_str_has_prefix (reply, "HTTP/1.1 200") ||
      strstr (reply, "\"answer\"") == NULL) {
    if (g_atomic_int_add (&clients->n_failed, 1) == 0)
      g_printerr ("No answer: %.300s\n", reply != NULL ? reply : "no reply");
    return;
  }
  g_mutex_lock (&clients->lock);
  g_array_append_val (clients->samples, ms);
  g_mutex_unlock (&clients->lock);
  close_session (clients, reply);
}

static gpointer
run_client (gpointer user_data)
{
  Clients *clients = user_data;

  while (g_atomic_int_add (&clients->n_left, -1) > 0) {
    run_session (clients);
    g_usleep ((gulong) clients->pause_ms * 1000);
  }
  return NULL;
}

/* (transfer full) */
static JsonObject *
run_clients (gchar **offer, const BenchOptions *options, JsonObject *order)
{
  gint n_clients = (gint) json_object_get_int_member (order, "at-once");
  Clients clients = { .port = (guint16) json_object_get_int_member (order, "port"),
    .n_left = options->http_sessions,
    .pause_ms = options->http_pause_ms,
    .offer = offer,
    .samples = g_array_new (FALSE, FALSE, sizeof (gdouble)) };
  g_autoptr (GPtrArray) threads = g_ptr_array_new_with_free_func ((GDestroyNotify) g_thread_join);
  JsonObject *times = bench_message_new ("times");

  g_mutex_init (&clients.lock);
  for (gint i = 0; i < n_clients; i++)
    g_ptr_array_add (threads, g_thread_new ("client", run_client, &clients));
  g_ptr_array_set_size (threads, 0);
  json_object_set_double_member (times, "median", bench_percentile (clients.samples, 50));
  json_object_set_double_member (times, "percentile", bench_percentile (clients.samples, 99));
  if (clients.n_failed > 0)
    g_printerr ("%d of %d sessions got no answer.\n", clients.n_failed, options->http_sessions);
  g_array_unref (clients.samples);
  g_mutex_clear (&clients.lock);
  return times;
}

gboolean
bench_run_http_client (const BenchOptions *options)
{
  g_autoptr (BenchWire) wire = bench_wire_new_child ();
  g_autofree gchar *text = make_offer (options->element);
  g_auto (GStrv) offer = text != NULL ? split_offer (text) : NULL;

  while (offer != NULL) {
    g_autoptr (JsonObject) order = bench_wire_receive (wire);

    if (order == NULL || !g_str_equal (bench_message_get_type (order), "post"))
      return TRUE;
    bench_wire_send (wire, run_clients (offer, options, order));
  }
  return FALSE;
}
