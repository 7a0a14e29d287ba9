/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcsignaller with GStreamer's own webrtcbin on both sides: one is the session's peer, the other
 * plays the browser, which posts its offer before it has a candidate and never trickles. Skipped
 * where webrtcbin is not installed.
 */
#include "signallerbrowser.h"

#include <gst/check/gstcheck.h>
#include <string.h>

GST_START_TEST (test_two_browsers)
{
  SignallerHarness harness;
  Browser browsers[2];

  signaller_harness_start (&harness, "rtcsignaller session=\"webrtcbin bundle-policy=max-bundle\"");
  for (gsize i = 0; i < G_N_ELEMENTS (browsers); i++) {
    browser_start (&browsers[i], "webrtcbin");
    browser_call (&browsers[i], &harness, FALSE);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (browsers); i++)
    g_free (browser_wait_connected (&browsers[i], &harness));
  for (gsize i = 0; i < G_N_ELEMENTS (browsers); i++)
    browser_stop (&browsers[i]);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* Its peer is in the pipeline, as in a launch line. */
GST_START_TEST (test_peer_in_pipeline)
{
  SignallerHarness harness;
  Browser browser;
  Response response;

  signaller_harness_start (&harness, "webrtcbin bundle-policy=max-bundle rtcsignaller");
  g_free (browser_connect (&browser, &harness, "webrtcbin"));
  response = signaller_harness_offer (&harness, 77, "abcd", "");
  g_assert_cmpuint (response.status, ==, 503);
  response_clear (&response);
  browser_stop (&browser);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_webrtcbin_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-webrtcbin");
  TCase *tests = tcase_create ("webrtcbin");
  tcase_set_timeout (tests, 120);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_two_browsers);
  tcase_add_test (tests, test_peer_in_pipeline);
  return suite;
}

int
main (int argc, char **argv)
{
  static const gchar *const needed[] = { "webrtcbin", "nicesrc", "dtlsenc", "srtpenc", "sctpenc",
    NULL };
  const gchar *tracers = g_getenv ("GST_TRACERS");
  gst_check_init (&argc, &argv);
  if (tracers != NULL && strstr (tracers, "leaks") != NULL) {
    g_print ("webrtcbin keeps a DTLS agent for ever, so there is nothing to learn here\n");
    return 77;
  }
  if (!signaller_elements_are_there (needed))
    return 77;
  return gst_check_run_suite (rtcsignaller_webrtcbin_suite (), "rtcsignaller-webrtcbin", __FILE__);
}
