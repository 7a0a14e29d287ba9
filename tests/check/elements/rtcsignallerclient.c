/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The client role of rtcsignaller against its server role, rtcbin on both sides: each dialect
 * connects, restarts ICE and tells the server of its end; what is published is seen. Skipped where
 * one of rtcbin's parts is not built.
 */
#include "signallerharness.h"

#include <gst/check/gstcheck.h>
#include <glib/gstdio.h>
#include <string.h>

#define LIMIT (30 * GST_SECOND)
#define SOURCE                                                                                     \
  "videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=30/1 ! "                   \
  "vp8enc deadline=1 keyframe-max-dist=30 ! rtpvp8pay ! "

typedef struct {
  GstElement *pipeline;
  GstElement *signaller;
  GstBus *bus;
} Client;

static const gchar *scheme = "http";

/* @launch: with an rtcsignaller named "c". */
static void
client_start (
    Client *client, const gchar *launch, const gchar *dialect, guint port, const gchar *path)
{
  g_autofree gchar *url = g_strdup_printf ("%s://127.0.0.1:%u%s", scheme, port, path);
  GError *error = NULL;
  client->pipeline = gst_parse_launch (launch, &error);
  g_assert_no_error (error);
  client->signaller = gst_bin_get_by_name (GST_BIN (client->pipeline), "c");
  gst_util_set_object_arg (G_OBJECT (client->signaller), "role", "client");
  gst_util_set_object_arg (G_OBJECT (client->signaller), "dialect", dialect);
  g_object_set (client->signaller, "url", url, NULL);
  client->bus = gst_element_get_bus (client->pipeline);
  g_assert_cmpint (
      gst_element_set_state (client->pipeline, GST_STATE_PLAYING), !=, GST_STATE_CHANGE_FAILURE);
}

static void
client_stop (Client *client)
{
  gst_element_set_state (client->pipeline, GST_STATE_NULL);
  gst_object_unref (client->bus);
  gst_object_unref (client->signaller);
  gst_object_unref (client->pipeline);
}

static void
client_stop_signaller (Client *client)
{
  gst_element_set_locked_state (client->signaller, TRUE);
  gst_element_set_state (client->signaller, GST_STATE_NULL);
}

static void
client_wait (Client *client, const gchar *name)
{
  for (;;) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (client->bus, LIMIT, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);
    g_autoptr (GError) error = NULL;
    if (message == NULL)
      g_error ("no message %s came", name);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
      gst_message_parse_error (message, &error, NULL);
      g_error ("waiting for %s: %s", name, error->message);
    }
    if (gst_message_has_name (message, name))
      return;
  }
}

static void
must_hear_of_the_end (SignallerHarness *harness)
{
  g_autofree gchar *reason = signaller_harness_wait_field (harness, "rtc-session-ended", "reason");
  g_assert_true (g_str_has_prefix (reason, "the client"));
}

static const struct {
  const gchar *dialect;
  const gchar *path;
} rows[] = {
  { "plain", "/doSignaling" },
  { "pbx", "/" },
};

GST_START_TEST (test_json)
{
  SignallerHarness harness;
  Client client;
  signaller_harness_start (&harness, "rtcsignaller session=rtcbin");
  client_start (
      &client, "rtcbin rtcsignaller name=c", rows[__i__].dialect, harness.port, rows[__i__].path);
  client_wait (&client, "rtc-session-started");
  client_wait (&client, "rtc-session-connected");
  for (guint i = 0; i < 2; i++) {
    g_signal_emit_by_name (client.signaller, "restart", NULL, &(gboolean){ FALSE });
    client_wait (&client, "rtc-session-restarted");
    gst_message_unref (signaller_harness_wait (&harness, "rtc-session-restarted"));
  }
  client_stop (&client);
  must_hear_of_the_end (&harness);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- WHIP and WHEP --- */

typedef struct {
  GMutex lock;
  GCond cond;
  guint n_frames;
} Frames;

static void
count_frame (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  Frames *frames = user_data;
  g_mutex_lock (&frames->lock);
  frames->n_frames++;
  g_cond_signal (&frames->cond);
  g_mutex_unlock (&frames->lock);
}

static void
must_see_more (Frames *frames)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT / GST_USECOND;
  g_mutex_lock (&frames->lock);
  frames->n_frames = 0;
  while (frames->n_frames < 10) {
    if (!g_cond_wait_until (&frames->cond, &frames->lock, deadline))
      g_error ("%u frames came", frames->n_frames);
  }
  g_mutex_unlock (&frames->lock);
}

GST_START_TEST (test_publish_and_view)
{
  SignallerHarness harness;
  Client publisher;
  Client viewer;
  Frames frames = { .n_frames = 0 };
  g_autoptr (GstElement) sink = NULL;

  g_mutex_init (&frames.lock);
  g_cond_init (&frames.cond);
  signaller_harness_start (&harness, "rtcsignaller");
  /* The viewer is first, and waits for its publisher. */
  client_start (&viewer,
      "rtcbin name=p p. ! rtpvp8depay ! fakesink name=f signal-handoffs=true rtcsignaller name=c",
      "whep", harness.port, "/whep/a");
  sink = gst_bin_get_by_name (GST_BIN (viewer.pipeline), "f");
  g_signal_connect (sink, "handoff", G_CALLBACK (count_frame), &frames);
  client_wait (&viewer, "rtc-session-waiting");
  client_start (&publisher, SOURCE "rtcbin rtcsignaller name=c", "whip", harness.port, "/whip/a");
  client_wait (&publisher, "rtc-session-connected");
  client_wait (&viewer, "rtc-session-connected");
  must_see_more (&frames);

  g_signal_emit_by_name (publisher.signaller, "restart", NULL, &(gboolean){ FALSE });
  client_wait (&publisher, "rtc-session-restarted");
  g_signal_emit_by_name (viewer.signaller, "restart", NULL, &(gboolean){ FALSE });
  client_wait (&viewer, "rtc-session-restarted");
  must_see_more (&frames);

  client_stop (&viewer);
  must_hear_of_the_end (&harness);
  client_stop (&publisher);
  must_hear_of_the_end (&harness);
  signaller_harness_stop (&harness);
  g_mutex_clear (&frames.lock);
  g_cond_clear (&frames.cond);
}
GST_END_TEST;

/* RFC 9725 §4.6: a peer that has no STUN server of its own gets the server's, for its next
 * gathering. */
GST_START_TEST (test_link_header)
{
  SignallerHarness harness;
  Client client;
  g_autoptr (GstElement) peer = NULL;
  gchar *servers = NULL;
  signaller_harness_start (&harness, "rtcsignaller session=rtcbin ice-servers=stun:127.0.0.1:9");
  client_start (
      &client, SOURCE "rtcbin name=p rtcsignaller name=c", "whip", harness.port, "/whip/a");
  client_wait (&client, "rtc-session-connected");
  peer = gst_bin_get_by_name (GST_BIN (client.pipeline), "p");
  /* It is set on a worker thread, which stopping waits for. */
  client_stop_signaller (&client);
  g_object_get (peer, "stun-server", &servers, NULL);
  g_assert_cmpstr (servers, ==, "stun://127.0.0.1:9");
  g_free (servers);
  client_stop (&client);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- HTTPS --- */

static gboolean
has_tls (void)
{
  return g_tls_backend_supports_tls (g_tls_backend_get_default ());
}

static void
client_must_fail (Client *client, const gchar *text)
{
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (client->bus, LIMIT, GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  g_assert_nonnull (message);
  gst_message_parse_error (message, &error, NULL);
  if (strstr (error->message, text) == NULL)
    g_error ("'%s' is not in '%s'", text, error->message);
}

/* A certificate that nobody knows is trusted where the user says so, and only there. */
GST_START_TEST (test_https)
{
  SignallerHarness harness;
  Client client;
  g_autofree gchar *folder = g_dir_make_tmp ("rtc-client-XXXXXX", NULL);
  g_autofree gchar *file = g_build_filename (folder, "certificate.pem", NULL);
  g_autofree gchar *server =
      g_strdup_printf ("rtcsignaller session=rtcbin https=true tls-certificate=%s", file);
  g_autofree gchar *trusting =
      g_strdup_printf ("rtcbin rtcsignaller name=c tls-certificate=%s", file);
  if (has_tls ()) {
    signaller_harness_start (&harness, server);
    scheme = "https";
    client_start (&client, "rtcbin rtcsignaller name=c", "plain", harness.port, "/doSignaling");
    client_must_fail (&client, "tls-certificate");
    client_stop (&client);
    client_start (&client, trusting, "plain", harness.port, "/doSignaling");
    client_wait (&client, "rtc-session-connected");
    client_stop (&client);
    must_hear_of_the_end (&harness);
    scheme = "http";
    signaller_harness_stop (&harness);
    g_assert_cmpint (g_remove (file), ==, 0);
  }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}
GST_END_TEST;

static Suite *
rtcsignaller_client_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-client");
  TCase *tests = tcase_create ("rtcbin");
  tcase_set_timeout (tests, 120);
  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, test_json, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tests, test_publish_and_view);
  tcase_add_test (tests, test_link_header);
  tcase_add_test (tests, test_https);
  return suite;
}

int
main (int argc, char **argv)
{
  static const gchar *const needed[] = { "rtcbin", "rtcice", "rtcdtls", "rtcsrtp", "rtcsctp",
    "vp8enc", "rtpvp8pay", "videotestsrc" };
  gst_check_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++) {
    g_autoptr (GstElementFactory) factory = gst_element_factory_find (needed[i]);
    if (factory == NULL) {
      g_print ("%s is not there\n", needed[i]);
      return 77;
    }
  }
  return gst_check_run_suite (rtcsignaller_client_suite (), "rtcsignaller-client", __FILE__);
}
