/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcsignaller with rtcbin on both sides: connect, restart ICE by a second offer, and the data
 * channel goes on. Skipped where one of rtcbin's parts is not built.
 */
#include "signallerbrowser.h"

#include <gst/check/gstcheck.h>
#include <string.h>

typedef struct {
  GMutex lock;
  GCond cond;
  GString *text;
} Inbox;

static Inbox inbox;

static void
inbox_add (GstWebRTCDataChannel *channel, const gchar *text, gpointer user_data)
{
  g_mutex_lock (&inbox.lock);
  g_string_append_printf (inbox.text, "%s\n", text);
  g_cond_signal (&inbox.cond);
  g_mutex_unlock (&inbox.lock);
}

static gboolean
inbox_wait (const gchar *expected)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  gboolean is_there;
  g_mutex_lock (&inbox.lock);
  while (strcmp (inbox.text->str, expected) != 0 &&
      g_cond_wait_until (&inbox.cond, &inbox.lock, deadline))
    ;
  is_there = strcmp (inbox.text->str, expected) == 0;
  g_mutex_unlock (&inbox.lock);
  return is_there;
}

static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, gpointer user_data)
{
  g_signal_connect (channel, "on-message-string", G_CALLBACK (inbox_add), NULL);
}

static void
on_session_started (GstElement *signaller, const gchar *id, GstElement *peer, gpointer user_data)
{
  g_signal_connect (peer, "on-data-channel", G_CALLBACK (on_data_channel), NULL);
}

static gchar *
get_ufrag (const gchar *sdp)
{
  const gchar *at = strstr (sdp, "a=ice-ufrag:");
  g_assert_nonnull (at);
  return g_strndup (at, strcspn (at, "\r\n"));
}

GST_START_TEST (test_ice_restart)
{
  SignallerHarness harness;
  Browser browser;
  g_autofree gchar *first_ufrag = NULL;
  g_autofree gchar *second_ufrag = NULL;

  inbox.text = g_string_new (NULL);
  signaller_harness_start (&harness, "rtcsignaller session=rtcbin");
  g_signal_connect (harness.signaller, "session-started", G_CALLBACK (on_session_started), NULL);
  g_free (browser_connect (&browser, &harness, "rtcbin"));
  first_ufrag = get_ufrag (browser.answer);
  gst_webrtc_data_channel_send_string (browser.channel, "Hello before restart!");
  g_assert_true (inbox_wait ("Hello before restart!\n"));

  browser_call (&browser, &harness, TRUE);
  second_ufrag = get_ufrag (browser.answer);
  gst_message_unref (signaller_harness_wait (&harness, "rtc-session-restarted"));
  gst_webrtc_data_channel_send_string (browser.channel, "Hello after restart!");
  g_assert_true (inbox_wait ("Hello before restart!\nHello after restart!\n"));

  g_assert_cmpstr (first_ufrag, !=, second_ufrag);
  browser_stop (&browser);
  signaller_harness_stop (&harness);
  g_string_free (inbox.text, TRUE);
}
GST_END_TEST;

/* One rtcbin in the pipeline serves one client after the other. */
GST_START_TEST (test_page_reload)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, "rtcbin rtcsignaller");
  for (guint i = 0; i < 2; i++) {
    Browser browser;
    g_autofree gchar *id = NULL;
    g_autofree gchar *ended = NULL;
    id = browser_connect (&browser, &harness, "rtcbin");
    g_signal_emit_by_name (harness.signaller, "end-session", id);
    ended = signaller_harness_wait_field (&harness, "rtc-session-ended", "session-id");
    g_assert_cmpstr (id, ==, ended);
    browser_stop (&browser);
  }
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* Nothing is gathered where all is refused: the answer does not wait for candidates. */
GST_START_TEST (test_all_refused)
{
  static const gchar body[] =
      "{\"type\":\"offer\",\"sdp\":\"v=0\\r\\no=- 1 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n"
      "m=application 9 UDP/UNHEARD/OF webrtc-datachannel\\r\\nc=IN IP4 0.0.0.0\\r\\na=mid:0\\r\\n"
      "a=ice-ufrag:abcd\\r\\na=ice-pwd:0123456789012345678901\\r\\na=setup:actpass\\r\\n"
      "a=fingerprint:sha-256 "
      "A0:0F:43:3C:7C:6E:5B:5C:03:7A:2B:9F:E1:0D:62:31:AB:54:90:11:CD:5E:22:F7:18:39:BB:4A:D0:86:"
      "EE:71\\r\\n\"}";
  SignallerHarness harness;
  Response response;
  signaller_harness_start (&harness,
      "rtcsignaller gather-timeout=60000 session=\"rtcbin stun-server=stun://127.0.0.1:9\"");
  response = signaller_harness_post (&harness, "/doSignaling", body);
  g_assert_cmpuint (response.status, ==, 200);
  g_assert_nonnull (strstr (response.text, "m=application 0 "));
  response_clear (&response);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* The client closes without a word to the server: its DTLS farewell ends the session, before ICE
 * misses it. */
GST_START_TEST (test_farewell)
{
  SignallerHarness harness;
  Browser browser;
  g_autofree gchar *reason = NULL;

  signaller_harness_start (&harness, "rtcsignaller session=rtcbin");
  g_free (browser_connect (&browser, &harness, "rtcbin"));
  browser_stop (&browser);
  reason = signaller_harness_wait_field (&harness, "rtc-session-ended", "reason");
  g_assert_cmpstr (reason, ==, "the peer closed the connection");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static gchar *
wait_ended (GstBus *bus)
{
  for (;;) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND, GST_MESSAGE_ELEMENT);
    if (message == NULL)
      g_error ("the client did not end its session");
    if (gst_message_has_name (message, "rtc-session-ended"))
      return g_strdup (gst_structure_get_string (gst_message_get_structure (message), "reason"));
  }
}

/* The other way round: the client begins anew when its server has closed. */
GST_START_TEST (test_farewell_of_server)
{
  SignallerHarness harness;
  GstElement *pipeline;
  g_autoptr (GstElement) peer = NULL;
  g_autoptr (GstWebRTCDataChannel) channel = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autofree gchar *launch = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *reason = NULL;

  signaller_harness_start (&harness, "rtcsignaller session=rtcbin");
  launch = g_strdup_printf (
      "rtcbin name=peer rtcsignaller role=client url=http://127.0.0.1:%u/", harness.port);
  pipeline = gst_parse_launch (launch, NULL);
  peer = gst_bin_get_by_name (GST_BIN (pipeline), "peer");
  bus = gst_element_get_bus (pipeline);
  g_signal_emit_by_name (peer, "create-data-channel", "data", NULL, &channel);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  id = signaller_harness_wait_field (&harness, "rtc-session-connected", "session-id");
  g_signal_emit_by_name (harness.signaller, "end-session", id);
  reason = wait_ended (bus);
  g_assert_cmpstr (reason, ==, "the peer closed the connection");
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_rtcbin_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-rtcbin");
  TCase *tests = tcase_create ("rtcbin");
  tcase_set_timeout (tests, 120);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_ice_restart);
  tcase_add_test (tests, test_page_reload);
  tcase_add_test (tests, test_all_refused);
  tcase_add_test (tests, test_farewell);
  tcase_add_test (tests, test_farewell_of_server);
  return suite;
}

int
main (int argc, char **argv)
{
  static const gchar *const needed[] = { "rtcbin", "rtcice", "rtcdtls", "rtcsrtp", "rtcsctp",
    NULL };
  gst_check_init (&argc, &argv);
  if (!signaller_elements_are_there (needed))
    return 77;
  return gst_check_run_suite (rtcsignaller_rtcbin_suite (), "rtcsignaller-rtcbin", __FILE__);
}
