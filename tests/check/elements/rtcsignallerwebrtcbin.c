/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcsignaller with GStreamer's own webrtcbin on both sides: one is the session's peer, the other
 * plays the browser, which posts its offer before it has a candidate and never trickles. Skipped
 * where webrtcbin is not installed.
 */
#include "signallerharness.h"

#include <gst/check/gstcheck.h>
#include <gst/webrtc/webrtc.h>
#include <string.h>

#define LIMIT_US (20 * G_USEC_PER_SEC)

typedef struct {
  GstElement *pipeline;
  GstElement *peer;
  GstWebRTCDataChannel *channel;
  GMutex lock;
  GCond cond;
  gboolean is_open;
} Browser;

static void
channel_opened (GstWebRTCDataChannel *channel, gpointer user_data)
{
  Browser *browser = user_data;
  g_mutex_lock (&browser->lock);
  browser->is_open = TRUE;
  g_cond_signal (&browser->cond);
  g_mutex_unlock (&browser->lock);
}

static void
browser_start (Browser *browser)
{
  memset (browser, 0, sizeof *browser);
  g_mutex_init (&browser->lock);
  g_cond_init (&browser->cond);
  browser->pipeline = gst_pipeline_new (NULL);
  browser->peer = gst_element_factory_make ("webrtcbin", NULL);
  gst_util_set_object_arg (G_OBJECT (browser->peer), "bundle-policy", "max-bundle");
  gst_bin_add (GST_BIN (browser->pipeline), browser->peer);
  gst_element_set_state (browser->pipeline, GST_STATE_PLAYING);
  g_signal_emit_by_name (browser->peer, "create-data-channel", "data", NULL, &browser->channel);
  g_assert_nonnull (browser->channel);
  g_signal_connect (browser->channel, "on-open", G_CALLBACK (channel_opened), browser);
}

static GstWebRTCSessionDescription *
browser_offer (Browser *browser)
{
  GstWebRTCSessionDescription *offer = NULL;
  GstPromise *promise = gst_promise_new ();
  g_signal_emit_by_name (browser->peer, "create-offer", NULL, promise);
  g_assert_cmpint (gst_promise_wait (promise), ==, GST_PROMISE_RESULT_REPLIED);
  gst_structure_get (
      gst_promise_get_reply (promise), "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, NULL);
  gst_promise_unref (promise);
  g_assert_nonnull (offer);
  return offer;
}

static gboolean
browser_wait_open (Browser *browser)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT_US;
  gboolean is_open;
  g_mutex_lock (&browser->lock);
  while (!browser->is_open && g_cond_wait_until (&browser->cond, &browser->lock, deadline))
    ;
  is_open = browser->is_open;
  g_mutex_unlock (&browser->lock);
  return is_open;
}

static void
browser_stop (Browser *browser)
{
  gst_element_set_state (browser->pipeline, GST_STATE_NULL);
  g_clear_object (&browser->channel);
  gst_object_unref (browser->pipeline);
  g_cond_clear (&browser->cond);
  g_mutex_clear (&browser->lock);
}

/* The line ends of SDP are the only thing in it that JSON escapes. */
static gchar *
to_json (const GstWebRTCSessionDescription *offer)
{
  g_autofree gchar *sdp = gst_sdp_message_as_text (offer->sdp);
  g_autoptr (GString) text = g_string_new (sdp);
  g_string_replace (text, "\r\n", "\\r\\n", 0);
  return g_strdup_printf ("{\"type\":\"offer\",\"sdp\":\"%s\"}", text->str);
}

static GstWebRTCSessionDescription *
read_answer (const Response *response)
{
  const gchar *start = strstr (response->body, "v=0");
  const gchar *end = start != NULL ? strrchr (start, '"') : NULL;
  g_autoptr (GString) text = NULL;
  GstSDPMessage *message = NULL;

  g_assert_nonnull (end);
  text = g_string_new_len (start, end - start);
  g_string_replace (text, "\\r\\n", "\r\n", 0);
  g_assert_nonnull (strstr (text->str, "a=candidate:"));
  g_assert_cmpint (gst_sdp_message_new_from_text (text->str, &message), ==, GST_SDP_OK);
  return gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_ANSWER, message);
}

static void
browser_call (Browser *browser, SignallerHarness *harness)
{
  g_autoptr (GstWebRTCSessionDescription) offer = browser_offer (browser);
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  g_autofree gchar *body = to_json (offer);
  Response response;

  g_assert_null (strstr (body, "a=candidate:"));
  g_signal_emit_by_name (browser->peer, "set-local-description", offer, NULL);
  response = signaller_harness_post (harness, "/doSignaling", body);
  if (response.status != 200)
    g_error ("%s", response.text);
  answer = read_answer (&response);
  g_signal_emit_by_name (browser->peer, "set-remote-description", answer, NULL);
  response_clear (&response);
}

GST_START_TEST (test_two_browsers)
{
  SignallerHarness harness;
  Browser browsers[2];

  signaller_harness_start (&harness, "rtcsignaller session=\"webrtcbin bundle-policy=max-bundle\"");
  for (gsize i = 0; i < G_N_ELEMENTS (browsers); i++) {
    browser_start (&browsers[i]);
    browser_call (&browsers[i], &harness);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (browsers); i++) {
    gst_message_unref (signaller_harness_wait (&harness, "rtc-session-connected"));
    g_assert_true (browser_wait_open (&browsers[i]));
  }
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
  browser_start (&browser);
  browser_call (&browser, &harness);
  gst_message_unref (signaller_harness_wait (&harness, "rtc-session-connected"));
  g_assert_true (browser_wait_open (&browser));
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
  static const gchar *const needed[] = { "webrtcbin", "nicesrc", "dtlsenc", "srtpenc", "sctpenc" };
  const gchar *tracers = g_getenv ("GST_TRACERS");
  gst_check_init (&argc, &argv);
  if (tracers != NULL && strstr (tracers, "leaks") != NULL) {
    g_print ("webrtcbin keeps a DTLS agent for ever, so there is nothing to learn here\n");
    return 77;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++) {
    g_autoptr (GstElementFactory) factory = gst_element_factory_find (needed[i]);
    if (factory == NULL) {
      g_print ("%s is not installed\n", needed[i]);
      return 77;
    }
  }
  return gst_check_run_suite (rtcsignaller_webrtcbin_suite (), "rtcsignaller-webrtcbin", __FILE__);
}
