/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The frame of the example programs: see example.h. */
#include "example.h"

#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exampleoptions.h"
#include "examplepaste.h"

/* How long Ctrl-C waits for files. */
#define FILES_LIMIT_S 5

struct _Example {
  const ExampleInfo *info;
  ExampleOptions options;
  GMainLoop *loop;
  GstElement *pipeline;
  GstElement *peer;      /* of example_launch(), in the pipeline */
  GstElement *signaller; /* in the pipeline, with HTTP */
  ExamplePaste *paste;
  ExampleMakeFunc make;
  gpointer make_data;
  ExamplePeerFunc peer_func;
  gpointer peer_data;
  ExampleStateFunc state_func;
  gpointer state_data;
  gchar *certificate;
  /* Main thread. */
  gboolean was_connected;
  gboolean is_stopping;
  gint code;
};

/* --- the end --- */

static gboolean
give_up_files (gpointer user_data)
{
  Example *example = user_data;

  g_printerr ("Some files are not complete.\n");
  example->code = 1;
  g_main_loop_quit (example->loop);
  return G_SOURCE_CONTINUE;
}

static void
stop (Example *example)
{
  gboolean has_sinks = GST_OBJECT_FLAG_IS_SET (example->pipeline, GST_ELEMENT_FLAG_SINK);

  if (example->is_stopping || !example->info->has_files || !example->was_connected || !has_sinks) {
    g_main_loop_quit (example->loop);
    return;
  }
  example->is_stopping = TRUE;
  gst_element_send_event (example->pipeline, gst_event_new_eos ());
  g_timeout_add_seconds (FILES_LIMIT_S, give_up_files, example);
}

static gboolean
on_interrupt (gpointer user_data)
{
  g_print ("\n");
  stop (user_data);
  return G_SOURCE_CONTINUE;
}

typedef struct {
  Example *example;
  int code;
} End;

static gboolean
end_on_main_thread (gpointer data)
{
  End *end = data;

  if (end->code != 0)
    end->example->code = end->code;
  stop (end->example);
  return G_SOURCE_REMOVE;
}

void
example_quit (Example *example, int code)
{
  End *end = g_new (End, 1);

  *end = (End){ example, code };
  g_idle_add_full (G_PRIORITY_DEFAULT, end_on_main_thread, end, g_free);
}

void
example_fail (Example *example, const gchar *format, ...)
{
  g_autofree gchar *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("%s\n", text);
  example_quit (example, 1);
}

static void
on_error (GstBus *bus, GstMessage *message, Example *example)
{
  g_autoptr (GError) error = NULL;

  gst_message_parse_error (message, &error, NULL);
  example_fail (example, "%s: %s", GST_MESSAGE_SRC_NAME (message), error->message);
}

static void
on_warning (GstBus *bus, GstMessage *message, Example *example)
{
  g_autoptr (GError) error = NULL;

  gst_message_parse_warning (message, &error, NULL);
  g_printerr ("%s: %s\n", GST_MESSAGE_SRC_NAME (message), error->message);
}

/* What rtcsignaller tells of its clients. */
static void
on_progress (GstBus *bus, GstMessage *message, Example *example)
{
  g_autofree gchar *code = NULL;
  g_autofree gchar *text = NULL;

  gst_message_parse_progress (message, NULL, &code, &text);
  if (GST_MESSAGE_SRC (message) == GST_OBJECT (example->signaller) &&
      !g_str_equal (code, "rtc-listen"))
    g_print ("%s\n", text);
}

static void
on_end_of_stream (GstBus *bus, GstMessage *message, Example *example)
{
  g_main_loop_quit (example->loop);
}

/* --- what peers tell, on their threads --- */

static void
on_ice_state (GstElement *peer, GParamSpec *property, Example *example)
{
  GstWebRTCICEConnectionState state;

  g_object_get (peer, "ice-connection-state", &state, NULL);
  g_print ("ICE Connection State has changed: %s\n", example_get_ice_state_name (state));
  if (state == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED)
    g_print ("ICE Connection failed\n");
}

typedef struct {
  Example *example;
  GstElement *peer;
  GstWebRTCPeerConnectionState state;
} StateChange;

static void
state_change_free (gpointer data)
{
  StateChange *change = data;

  gst_object_unref (change->peer);
  g_free (change);
}

static gboolean
state_changed (gpointer data)
{
  StateChange *change = data;
  Example *example = change->example;

  if (change->state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    example->was_connected = TRUE;
  if (example->state_func != NULL)
    example->state_func (change->peer, change->state, example->state_data);
  if (example->options.is_http)
    return G_SOURCE_REMOVE;
  /* There is no other peer to wait for. */
  if (change->state == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED)
    example_fail (example,
        "The peers cannot reach each other, or one is gone. From behind a NAT --stun-server "
        "helps.");
  else if (change->state == GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED)
    example_quit (example, 0);
  return G_SOURCE_REMOVE;
}

static void
on_state (GstElement *peer, GParamSpec *property, Example *example)
{
  StateChange *change = g_new (StateChange, 1);

  *change = (StateChange){ example, gst_object_ref (peer) };
  g_object_get (peer, "connection-state", &change->state, NULL);
  g_print ("Peer Connection State has changed: %s\n", example_get_state_name (change->state));
  if (change->state == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED)
    g_print ("Peer Connection failed\n");
  else if (change->state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    g_print ("Peer Connection connected!\n");
  g_idle_add_full (G_PRIORITY_DEFAULT, state_changed, change, state_change_free);
}

/* --- peers --- */

/* What the peer receives and the program has no use for must flow all the same. */
static void
discard (GstElement *peer, GstPad *pad, gpointer user_data)
{
  g_autoptr (GstObject) parent = gst_object_get_parent (GST_OBJECT (peer));
  g_autoptr (GstPad) sink_pad = NULL;
  GstElement *sink;

  if (parent == NULL || GST_PAD_DIRECTION (pad) != GST_PAD_SRC || gst_pad_is_linked (pad))
    return;
  sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  sink_pad = gst_element_get_static_pad (sink, "sink");
  gst_bin_add (GST_BIN (parent), sink);
  gst_element_sync_state_with_parent (sink);
  gst_pad_link (pad, sink_pad);
}

void
example_add_peer (Example *example, GstElement *peer)
{
  example_options_apply (&example->options, peer);
  g_signal_connect (peer, "notify::ice-connection-state", G_CALLBACK (on_ice_state), example);
  g_signal_connect (peer, "notify::connection-state", G_CALLBACK (on_state), example);
  if (example->peer_func != NULL)
    example->peer_func (peer, example->peer_data);
  g_signal_connect_after (peer, "pad-added", G_CALLBACK (discard), NULL);
}

static GstElement *
find_peer (GstElement *element)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  g_autoptr (GstIterator) iterator = NULL;
  g_auto (GValue) item = G_VALUE_INIT;

  if (factory != NULL && g_str_equal (GST_OBJECT_NAME (factory), "rtcbin"))
    return gst_object_ref (element);
  if (!GST_IS_BIN (element))
    return NULL;
  iterator = gst_bin_iterate_all_by_element_factory_name (GST_BIN (element), "rtcbin");
  return gst_iterator_next (iterator, &item) == GST_ITERATOR_OK ? g_value_dup_object (&item) : NULL;
}

static GstElement *
make_plain_peer (const gchar *id, gpointer user_data, GError **error)
{
  return gst_parse_bin_from_description ("rtcbin", FALSE, error);
}

static GstElement *
make_peer (Example *example, const gchar *id)
{
  g_autoptr (GError) error = NULL;
  GstElement *element = example->make (id, example->make_data, &error);
  g_autoptr (GstElement) peer = element != NULL ? find_peer (element) : NULL;

  if (peer != NULL)
    example_add_peer (example, peer);
  else
    g_printerr ("No peer for a client: %s\n", error != NULL ? error->message : "no rtcbin");
  return element;
}

static GstElement *
on_session_requested (GstElement *signaller, const gchar *id, Example *example)
{
  return make_peer (example, id);
}

/* --- the pipeline --- */

static void
exit_without (const gchar *reason)
{
  g_printerr ("%s\nTry it in the environment of the build: meson devenv -C build\n", reason);
  exit (1);
}

static void
set_pipeline (Example *example, GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  example->pipeline = gst_object_ref_sink (pipeline);
  gst_bus_add_signal_watch (bus);
  g_signal_connect (bus, "message::error", G_CALLBACK (on_error), example);
  g_signal_connect (bus, "message::warning", G_CALLBACK (on_warning), example);
  g_signal_connect (bus, "message::progress", G_CALLBACK (on_progress), example);
  g_signal_connect (bus, "message::eos", G_CALLBACK (on_end_of_stream), example);
  if (!example->options.is_http || example->info->has_own_signalling)
    return;
  example->signaller = gst_element_factory_make ("rtcsignaller", NULL);
  if (example->signaller == NULL)
    exit_without ("There is no element rtcsignaller.");
  gst_bin_add (GST_BIN (pipeline), example->signaller);
}

GstElement *
example_launch (Example *example, const gchar *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline =
      gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);

  if (pipeline == NULL)
    exit_without (error->message);
  if (!GST_IS_PIPELINE (pipeline)) {
    GstElement *alone = pipeline;
    pipeline = gst_pipeline_new (NULL);
    gst_bin_add (GST_BIN (pipeline), alone);
  }
  set_pipeline (example, pipeline);
  example->peer = gst_bin_get_by_name (GST_BIN (pipeline), "peer");
  return example->peer;
}

GstElement *
example_get_pipeline (Example *example)
{
  return example->pipeline;
}

void
example_serve (Example *example, ExampleMakeFunc make, gpointer user_data)
{
  example->make = make != NULL ? make : make_plain_peer;
  example->make_data = user_data;
  set_pipeline (example, gst_pipeline_new (NULL));
}

void
example_set_peer_func (Example *example, ExamplePeerFunc func, gpointer user_data)
{
  example->peer_func = func;
  example->peer_data = user_data;
}

GstElement *
example_get_signaller (Example *example)
{
  return example->signaller;
}

gboolean
example_set_http_address (Example *example, const gchar *address, GError **error)
{
  return example->options.is_http_given ||
      example_options_parse_address (&example->options, address, error);
}

gboolean
example_has_stun_server (Example *example)
{
  return example->options.stun_server != NULL;
}

gchar *
example_get_http_address (Example *example)
{
  const ExampleOptions *options = &example->options;
  gboolean is_ipv6 = strchr (options->http_address, ':') != NULL;

  return g_strdup_printf (is_ipv6 ? "[%s]:%u" : "%s:%u", options->http_address, options->http_port);
}

void
example_set_certificate (Example *example, const gchar *file)
{
  g_free (example->certificate);
  example->certificate = g_strdup (file);
}

void
example_set_state_func (Example *example, ExampleStateFunc func, gpointer user_data)
{
  example->state_func = func;
  example->state_data = user_data;
}

/* --- start --- */

static void
paste_failed (const gchar *reason, gpointer user_data)
{
  example_fail (user_data, "%s", reason);
}

static gboolean
start_here (Example *example)
{
  ExamplePasteSettings settings = { example->info->is_offerer, example->options.is_dtls_client,
    example->options.input_file };
  g_autoptr (GstElement) made = NULL;

  if (example->peer == NULL) {
    made = make_peer (example, "paste");
    if (made == NULL)
      return FALSE;
    example->peer = find_peer (made);
    gst_bin_add (GST_BIN (example->pipeline), g_steal_pointer (&made));
  }
  if (gst_element_set_state (example->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    return FALSE;
  g_print ("Press Ctrl-C to stop\n");
  if (!example->info->has_own_signalling)
    example->paste = example_paste_new (example->peer, &settings, paste_failed, example);
  return TRUE;
}

static gboolean
start_http (Example *example)
{
  g_autofree gchar *url = NULL;

  example_options_apply_to_signaller (&example->options, example->signaller, example->info->page);
  g_object_set (example->signaller, "tls-certificate", example->certificate, NULL);
  if (example->peer != NULL)
    g_object_set (example->signaller, "peer-element", example->peer, NULL);
  else
    g_signal_connect (
        example->signaller, "session-requested", G_CALLBACK (on_session_requested), example);
  if (gst_element_set_state (example->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    return FALSE;
  g_object_get (example->signaller, "url", &url, NULL);
  g_print ("Open %s to access this demo\nPress Ctrl-C to stop\n", url);
  return TRUE;
}

/* Why the pipeline did not start is on its bus. */
static void
print_error (Example *example)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (example->pipeline);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  if (message != NULL)
    on_error (bus, message, example);
}

int
example_run (Example *example)
{
  gboolean is_started;

  if (example->peer != NULL)
    example_add_peer (example, example->peer);
  is_started = example->options.is_http && !example->info->has_own_signalling
      ? start_http (example)
      : start_here (example);
  if (is_started) {
    g_unix_signal_add (SIGINT, on_interrupt, example);
    g_unix_signal_add (SIGTERM, on_interrupt, example);
    g_main_loop_run (example->loop);
  } else {
    print_error (example);
    if (example->options.is_http)
      g_printerr ("Choose with --http=ADDRESS:PORT; port 0 takes any free one.\n");
    example->code = 1;
  }
  g_clear_pointer (&example->paste, example_paste_free);
  gst_element_set_state (example->pipeline, GST_STATE_NULL);
  /* What peers said last holds references. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return example->code;
}

Example *
example_new (const ExampleInfo *info, int *argc, char ***argv)
{
  Example *example = g_new0 (Example, 1);
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  setvbuf (stdout, NULL, _IOLBF, 0);
  example->info = info;
  if (!example_options_parse (&example->options, info, argc, argv, &error)) {
    g_printerr ("%s\nTry %s --help\n", error->message, g_get_prgname ());
    exit (2);
  }
  example->loop = g_main_loop_new (NULL, FALSE);
  return example;
}

void
example_free (Example *example)
{
  if (example == NULL)
    return;
  if (example->pipeline != NULL) {
    g_autoptr (GstBus) bus = gst_element_get_bus (example->pipeline);
    gst_bus_remove_signal_watch (bus);
  }
  gst_clear_object (&example->peer);
  gst_clear_object (&example->pipeline);
  example_options_clear (&example->options);
  g_free (example->certificate);
  g_main_loop_unref (example->loop);
  g_free (example);
}
