/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. Blocking sockets with a generous timeout; the server is on a loop thread. */
#include "signallerharness.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define LIMIT_SECONDS 20

gboolean
signaller_elements_are_there (const gchar *const *names)
{
  for (; *names != NULL; names++) {
    g_autoptr (GstElementFactory) factory = gst_element_factory_find (*names);
    if (factory == NULL) {
      g_print ("skipped: %s is not there\n", *names);
      return FALSE;
    }
  }
  return TRUE;
}

void
signaller_harness_start (SignallerHarness *harness, const gchar *launch)
{
  GError *error = NULL;
  GstElement *bin;
  g_autoptr (GstIterator) iterator = NULL;
  g_auto (GValue) item = G_VALUE_INIT;

  bin = gst_parse_bin_from_description (launch, FALSE, &error);
  g_assert_no_error (error);
  *harness = (SignallerHarness){ gst_pipeline_new (NULL) };
  gst_bin_add (GST_BIN (harness->pipeline), bin);
  iterator =
      gst_bin_iterate_all_by_element_factory_name (GST_BIN (harness->pipeline), "rtcsignaller");
  g_assert_cmpint (gst_iterator_next (iterator, &item), ==, GST_ITERATOR_OK);
  harness->signaller = g_value_dup_object (&item);
  g_object_set (harness->signaller, "port", 0, NULL);
  harness->bus = gst_element_get_bus (harness->pipeline);
  g_assert_cmpint (
      gst_element_set_state (harness->pipeline, GST_STATE_PLAYING), !=, GST_STATE_CHANGE_FAILURE);
  g_object_get (harness->signaller, "port", &harness->port, NULL);
  g_assert_cmpuint (harness->port, !=, 0);
}

void
signaller_harness_stop (SignallerHarness *harness)
{
  gst_element_set_state (harness->pipeline, GST_STATE_NULL);
  gst_bus_set_flushing (harness->bus, TRUE);
  gst_object_unref (harness->bus);
  gst_object_unref (harness->signaller);
  gst_object_unref (harness->pipeline);
}

GstMessage *
signaller_harness_wait (SignallerHarness *harness, const gchar *name)
{
  for (;;) {
    GstMessage *message =
        gst_bus_timed_pop_filtered (harness->bus, LIMIT_SECONDS * GST_SECOND, GST_MESSAGE_ELEMENT);
    if (message == NULL)
      g_error ("no message %s came", name);
    if (gst_message_has_name (message, name))
      return message;
    gst_message_unref (message);
  }
}

gchar *
signaller_harness_wait_field (SignallerHarness *harness, const gchar *name, const gchar *field)
{
  g_autoptr (GstMessage) message = signaller_harness_wait (harness, name);
  return g_strdup (gst_structure_get_string (gst_message_get_structure (message), field));
}

static guint
count_bins (SignallerHarness *harness)
{
  guint count;
  GST_OBJECT_LOCK (harness->signaller);
  count = (guint) GST_BIN_NUMCHILDREN (harness->signaller);
  GST_OBJECT_UNLOCK (harness->signaller);
  return count;
}

static void
on_bin_removed (GstElement *signaller, GstElement *bin, gpointer removals)
{
  g_async_queue_push (removals, GUINT_TO_POINTER (1));
}

static void
unref_queue (gpointer queue, GClosure *closure)
{
  g_async_queue_unref (queue);
}

void
signaller_harness_wait_for_bins (SignallerHarness *harness, guint count)
{
  g_autoptr (GAsyncQueue) removals = g_async_queue_new ();
  gulong handler = g_signal_connect_data (harness->signaller, "element-removed",
      G_CALLBACK (on_bin_removed), g_async_queue_ref (removals), unref_queue, (GConnectFlags) 0);
  while (count_bins (harness) > count) {
    if (g_async_queue_timeout_pop (removals, 3 * LIMIT_SECONDS * G_USEC_PER_SEC) == NULL)
      g_error ("%u bins are left of sessions that have ended", count_bins (harness) - count);
  }
  g_signal_handler_disconnect (harness->signaller, handler);
  /* Messages that nobody has read would keep the bins. */
  gst_bus_set_flushing (harness->bus, TRUE);
  gst_bus_set_flushing (harness->bus, FALSE);
}

GSocketConnection *
signaller_harness_connect (SignallerHarness *harness)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;
  g_socket_client_set_timeout (client, LIMIT_SECONDS);
  if (harness->from != NULL) {
    g_autoptr (GSocketAddress) local = g_inet_socket_address_new_from_string (harness->from, 0);
    g_socket_client_set_local_address (client, local);
  }
  connection = g_socket_client_connect_to_host (
      client, harness->host != NULL ? harness->host : "127.0.0.1", harness->port, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

GSocketConnection *
signaller_harness_send (SignallerHarness *harness, const gchar *bytes, gsize size)
{
  GSocketConnection *connection = signaller_harness_connect (harness);
  /* The server may refuse and close before it has read all. */
  g_output_stream_write_all (
      g_io_stream_get_output_stream (G_IO_STREAM (connection)), bytes, size, NULL, NULL, NULL);
  return connection;
}

static guint
count_responses (const gchar *text)
{
  guint count = 0;
  for (const gchar *at = strstr (text, "HTTP/1."); at != NULL; at = strstr (at + 1, "HTTP/1."))
    count++;
  return count;
}

Response
signaller_harness_read (GIOStream *stream)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gchar buffer[4096];
  Response response = { 0 };
  gssize size;

  /* A reset after the response is an end as well. */
  while ((size = g_input_stream_read (
              g_io_stream_get_input_stream (stream), buffer, sizeof buffer, NULL, NULL)) > 0)
    g_string_append_len (text, buffer, size);
  response.n_responses = count_responses (text->str);
  if (g_str_has_prefix (text->str, "HTTP/1."))
    response.status = (guint) g_ascii_strtoull (text->str + 9, NULL, 10);
  response.text = g_string_free (g_steal_pointer (&text), FALSE);
  response.body = strstr (response.text, "\r\n\r\n");
  response.body = response.body != NULL ? response.body + 4 : "";
  return response;
}

Response
signaller_harness_exchange (SignallerHarness *harness, const gchar *bytes, gsize size)
{
  g_autoptr (GSocketConnection) connection = signaller_harness_send (harness, bytes, size);
  return signaller_harness_read (G_IO_STREAM (connection));
}

Response
signaller_harness_get (SignallerHarness *harness, const gchar *path)
{
  g_autofree gchar *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
  return signaller_harness_exchange (harness, request, strlen (request));
}

Response
signaller_harness_post (SignallerHarness *harness, const gchar *path, const gchar *body)
{
  g_autofree gchar *request =
      g_strdup_printf ("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                       "Content-Length: %u\r\n\r\n%s",
          path, (guint) strlen (body), body);
  return signaller_harness_exchange (harness, request, strlen (request));
}

Response
signaller_harness_offer (
    SignallerHarness *harness, guint session, const gchar *ufrag, const gchar *more)
{
  g_autofree gchar *body = g_strdup_printf (
      "{\"type\":\"offer\",\"sdp\":\"v=0\\r\\no=- %u 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n"
      "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\\r\\nc=IN IP4 0.0.0.0\\r\\na=mid:data\\r\\n"
      "a=ice-ufrag:%s\\r\\na=ice-pwd:0123456789012345678901\\r\\n"
      "a=fingerprint:sha-256 AA:BB\\r\\n%s\"}",
      session, ufrag, more);
  return signaller_harness_post (harness, "/doSignaling", body);
}

gchar *
response_get_header (const Response *response, const gchar *name)
{
  g_autofree gchar *start = g_strdup_printf ("\r\n%s: ", name);
  const gchar *at = strstr (response->text, start);
  const gchar *end = at != NULL ? strstr (at + 2, "\r\n") : NULL;
  if (end == NULL || at >= response->body)
    return NULL;
  at += strlen (start);
  return g_strndup (at, end - at);
}

void
response_clear (Response *response)
{
  g_clear_pointer (&response->text, g_free);
  response->body = NULL;
}

void
response_check (Response response, guint status, const gchar *part)
{
  if (response.status != status || strstr (response.body, part) == NULL)
    g_error ("expected %u with '%s', got: %s", status, part, response.text);
  response_clear (&response);
}
