/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The client role of rtcsignaller against its server role, rtcbin on both sides: each dialect
 * connects, restarts ICE and tells the server of its end; what is published is seen. Skipped where
 * one of rtcbin's parts is not built.
 */
#include "signallerclient.h"
#include "signallerharness.h"
#include "tests/support/framecount.h"

#include <gst/check/gstcheck.h>
#include <glib/gstdio.h>
#include <string.h>

#define SOURCE                                                                                     \
  "videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=30/1 ! "                   \
  "vp8enc deadline=1 keyframe-max-dist=30 ! rtpvp8pay ! "

static const gchar *scheme = "http";

/* @launch: with an rtcsignaller named "c". */
static void
client_start (SignallerClient *client, const gchar *launch, const gchar *dialect, guint port,
    const gchar *path)
{
  signaller_client_make (client, "%s role=client dialect=%s url=%s://127.0.0.1:%u%s", launch,
      dialect, scheme, port, path);
  signaller_client_play (client);
}

static void
client_wait (SignallerClient *client, const gchar *name)
{
  signaller_client_wait (client, name, NULL);
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
  SignallerClient client;
  signaller_harness_start (&harness, "rtcsignaller session=rtcbin");
  client_start (
      &client, "rtcbin rtcsignaller name=c", rows[__i__].dialect, harness.port, rows[__i__].path);
  client_wait (&client, "rtc-session-started");
  client_wait (&client, "rtc-session-connected");
  for (guint i = 0; i < 2; i++) {
    signaller_client_restart (&client);
    client_wait (&client, "rtc-session-restarted");
    gst_message_unref (signaller_harness_wait (&harness, "rtc-session-restarted"));
  }
  signaller_client_stop (&client);
  must_hear_of_the_end (&harness);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- WHIP and WHEP --- */

GST_START_TEST (test_publish_and_view)
{
  SignallerHarness harness;
  SignallerClient publisher;
  SignallerClient viewer;
  FrameCount frames;
  g_autoptr (GstElement) sink = NULL;

  frame_count_init (&frames);
  signaller_harness_start (&harness, "rtcsignaller");
  /* The viewer is first, and waits for its publisher. */
  client_start (&viewer,
      "rtcbin name=p p. ! rtpvp8depay ! fakesink name=f signal-handoffs=true rtcsignaller name=c",
      "whep", harness.port, "/whep/a");
  sink = signaller_client_get (&viewer, "f");
  frame_count_watch (&frames, sink);
  client_wait (&viewer, "rtc-session-waiting");
  client_start (&publisher, SOURCE "rtcbin rtcsignaller name=c", "whip", harness.port, "/whip/a");
  client_wait (&publisher, "rtc-session-connected");
  client_wait (&viewer, "rtc-session-connected");
  frame_count_wait (&frames, 10, 0, "viewer");

  signaller_client_restart (&publisher);
  client_wait (&publisher, "rtc-session-restarted");
  signaller_client_restart (&viewer);
  client_wait (&viewer, "rtc-session-restarted");
  frame_count_wait (&frames, 10, 0, "viewer");

  signaller_client_stop (&viewer);
  must_hear_of_the_end (&harness);
  signaller_client_stop (&publisher);
  must_hear_of_the_end (&harness);
  signaller_harness_stop (&harness);
  frame_count_clear (&frames);
}
GST_END_TEST;

/* RFC 9725 §4.6: a peer that has no STUN server of its own gets the server's, for its next
 * gathering. */
GST_START_TEST (test_link_header)
{
  SignallerHarness harness;
  SignallerClient client;
  g_autoptr (GstElement) peer = NULL;
  gchar *servers = NULL;
  signaller_harness_start (&harness, "rtcsignaller session=rtcbin ice-servers=stun:127.0.0.1:9");
  client_start (
      &client, SOURCE "rtcbin name=p rtcsignaller name=c", "whip", harness.port, "/whip/a");
  client_wait (&client, "rtc-session-connected");
  peer = signaller_client_get (&client, "p");
  /* It is set on a worker thread, which stopping waits for. */
  gst_element_set_locked_state (client.signaller, TRUE);
  gst_element_set_state (client.signaller, GST_STATE_NULL);
  g_object_get (peer, "stun-server", &servers, NULL);
  g_assert_cmpstr (servers, ==, "stun://127.0.0.1:9");
  g_free (servers);
  signaller_client_stop (&client);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- HTTPS --- */

static gboolean
has_tls (void)
{
  return g_tls_backend_supports_tls (g_tls_backend_get_default ());
}

/* A certificate that nobody knows is trusted where the user says so, and only there. */
GST_START_TEST (test_https)
{
  SignallerHarness harness;
  SignallerClient client;
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
    signaller_client_wait (&client, "error", "tls-certificate");
    signaller_client_stop (&client);
    client_start (&client, trusting, "plain", harness.port, "/doSignaling");
    client_wait (&client, "rtc-session-connected");
    signaller_client_stop (&client);
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
    "vp8enc", "rtpvp8pay", "videotestsrc", NULL };
  gst_check_init (&argc, &argv);
  if (!signaller_elements_are_there (needed))
    return 77;
  return gst_check_run_suite (rtcsignaller_client_suite (), "rtcsignaller-client", __FILE__);
}
