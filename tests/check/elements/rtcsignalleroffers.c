/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcsignaller's sessions: offers and their answers, the peers that are asked, candidates, and what
 * ends a session. The peer is a stub without network.
 */
#include "signallerharness.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <gst/webrtc/webrtc.h>
#include <string.h>

/* A session's peer is found among the signaller's children, so there are no others. */
#define SESSIONS "rtcsignaller name=s spare-sessions=0 session=stubpeer "

static gchar *
must_get_session (Response *response)
{
  gchar *id = response_get_header (response, "Session-Id");
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_nonnull (id);
  response_clear (response);
  return id;
}

/* (transfer full): the session's id; the offer must be answered. */
static gchar *
must_offer (SignallerHarness *harness, guint session, const gchar *ufrag, const gchar *more)
{
  Response response = signaller_harness_offer (harness, session, ufrag, more);
  return must_get_session (&response);
}

/* --- offers --- */

GST_START_TEST (test_answer)
{
  SignallerHarness harness;
  Response response;
  g_autofree gchar *type = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *started = NULL;
  g_autofree gchar *calls = NULL;

  g_free (stub_peer_take_calls ());
  signaller_harness_start (&harness, SESSIONS);
  response = signaller_harness_offer (&harness, 1, "abcd", "");
  type = response_get_header (&response, "Content-Type");
  g_assert_cmpstr (type, ==, "application/json");
  g_assert_true (g_str_has_prefix (response.body, "{\"type\":\"answer\",\"sdp\":\"v=0\\r\\n"));
  g_assert_nonnull (strstr (response.body, "a=candidate:1 1 UDP 1 192.0.2.1 5000 typ host\\r\\n"));
  g_assert_nonnull (strstr (response.body, "a=end-of-candidates"));
  id = must_get_session (&response);
  started = signaller_harness_wait_field (&harness, "rtc-session-started", "session-id");
  g_assert_cmpstr (started, ==, id);
  calls = stub_peer_take_calls ();
  g_assert_cmpstr (
      calls, ==, "set-remote-description offer\ncreate-answer\nset-local-description\n");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_renegotiation)
{
  SignallerHarness harness;
  g_autofree gchar *first = NULL;
  g_autofree gchar *second = NULL;
  g_autofree gchar *third = NULL;

  signaller_harness_start (&harness, SESSIONS);
  first = must_offer (&harness, 1, "abcd", "");
  second = must_offer (&harness, 1, "abcd", "m=video 9 UDP/TLS/RTP/SAVPF 96\\r\\n");
  gst_message_unref (signaller_harness_wait (&harness, "rtc-session-renegotiated"));
  third = must_offer (&harness, 1, "efgh", "m=video 9 UDP/TLS/RTP/SAVPF 96\\r\\n");
  gst_message_unref (signaller_harness_wait (&harness, "rtc-session-restarted"));
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (first, ==, third);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_two_sessions)
{
  SignallerHarness harness;
  Response response;
  g_autofree gchar *first = NULL;
  g_autofree gchar *second = NULL;
  guint count = 0;

  signaller_harness_start (&harness, SESSIONS "max-sessions=2");
  first = must_offer (&harness, 1, "abcd", "");
  second = must_offer (&harness, 2, "abcd", "");
  g_assert_cmpstr (first, !=, second);
  g_object_get (harness.signaller, "sessions", &count, NULL);
  g_assert_cmpuint (count, ==, 2);
  response = signaller_harness_offer (&harness, 3, "abcd", "");
  {
    g_autofree gchar *retry = response_get_header (&response, "Retry-After");
    g_assert_cmpstr (retry, ==, "5");
  }
  response_check (response, 503, "Service Unavailable: all sessions are taken");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* A wrong later offer is answered with 400 and leaves the session as it was. */
GST_START_TEST (test_bad_later_offer)
{
  SignallerHarness harness;
  g_autofree gchar *first = NULL;
  g_autofree gchar *last = NULL;
  guint count = 0;

  signaller_harness_start (&harness, SESSIONS);
  first = must_offer (&harness, 1, "abcd", "m=video 9 UDP/TLS/RTP/SAVPF 96\\r\\n");
  response_check (signaller_harness_offer (&harness, 1, "abcd", ""), 400,
      "Bad Request: the session has 2 m= sections");
  response_check (signaller_harness_offer (
                      &harness, 1, "efgh", "m=video 9 UDP/TLS/RTP/SAVPF 96\\r\\na=refuse\\r\\n"),
      400, "Bad Request: refused by the stub");
  g_object_get (harness.signaller, "sessions", &count, NULL);
  g_assert_cmpuint (count, ==, 1);
  last = must_offer (&harness, 1, "efgh", "m=video 9 UDP/TLS/RTP/SAVPF 96\\r\\n");
  g_assert_cmpstr (first, ==, last);
  /* The refused offer with these credentials was none: this one is the restart. */
  gst_message_unref (signaller_harness_wait (&harness, "rtc-session-restarted"));
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_bad_first_offer)
{
  SignallerHarness harness;
  g_autofree gchar *reason = NULL;
  signaller_harness_start (&harness, SESSIONS);
  response_check (signaller_harness_offer (&harness, 1, "abcd", "a=refuse\\r\\n"), 400,
      "Bad Request: refused by the stub");
  reason = signaller_harness_wait_field (&harness, "rtc-session-ended", "reason");
  g_assert_cmpstr (reason, ==, "refused by the stub");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_no_answer)
{
  SignallerHarness harness;
  Response response;
  signaller_harness_start (
      &harness, "rtcsignaller answer-timeout=200 session=\"stubpeer behaviour=silent\"");
  response = signaller_harness_offer (&harness, 1, "abcd", "");
  g_assert_cmpstr (response.body, ==, "Request Timeout");
  response_check (response, 408, "");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_unknown_session_id)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS);
  response_check (
      signaller_harness_post (&harness, "/offer",
          "{\"type\":\"offer\",\"session_id\":\"nobody\",\"sdp\":\"v=0\\r\\no=- 1 1 IN IP4 0\\r\\n"
          "m=audio 9 X 0\\r\\na=ice-ufrag:abcd\\r\\na=ice-pwd:0123456789012345678901\\r\\n"
          "a=fingerprint:x\\r\\n\"}"),
      404, "");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- the peer of the pipeline --- */

GST_START_TEST (test_single_peer)
{
  SignallerHarness harness;
  g_autofree gchar *first = NULL;
  g_autofree gchar *second = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *calls = NULL;

  signaller_harness_start (&harness, "stubpeer name=p rtcsignaller peer=p");
  first = must_offer (&harness, 1, "abcd", "");
  response_check (signaller_harness_offer (&harness, 2, "abcd", ""), 503,
      "Service Unavailable: another client is connected");
  /* The page is loaded again. */
  g_free (stub_peer_take_calls ());
  path = g_strconcat ("/close?session=", first, NULL);
  response_check (signaller_harness_post (&harness, path, ""), 204, "");
  response_check (signaller_harness_post (&harness, path, ""), 404, "");
  second = must_offer (&harness, 3, "abcd", "");
  g_assert_cmpstr (first, !=, second);
  calls = stub_peer_take_calls ();
  g_assert_nonnull (strstr (calls, "close\nreset\nset-remote-description offer\n"));
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_no_peer)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, "fakesrc ! fakesink rtcsignaller");
  response_check (signaller_harness_offer (&harness, 1, "abcd", ""), 503,
      "a session needs one peer element, there are 0");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static GstElement *
request_session (GstElement *signaller, const gchar *id, gpointer user_data)
{
  return gst_object_ref_sink (gst_element_factory_make ("stubpeer", id));
}

static void
session_started (GstElement *signaller, const gchar *id, GstElement *peer, gpointer user_data)
{
  *(gchar **) user_data = g_strdup (GST_OBJECT_NAME (peer));
}

GST_START_TEST (test_session_signals)
{
  SignallerHarness harness;
  g_autofree gchar *id = NULL;
  g_autofree gchar *name = NULL;
  g_autofree gchar *reason = NULL;

  signaller_harness_start (&harness, SESSIONS);
  g_signal_connect (harness.signaller, "session-requested", G_CALLBACK (request_session), NULL);
  g_signal_connect (harness.signaller, "session-started", G_CALLBACK (session_started), &name);
  id = must_offer (&harness, 1, "abcd", "");
  g_assert_cmpstr (id, ==, name);
  g_signal_emit_by_name (harness.signaller, "end-session", id);
  reason = signaller_harness_wait_field (&harness, "rtc-session-ended", "reason");
  g_assert_cmpstr (reason, ==, "the application ended it");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- candidates --- */

GST_START_TEST (test_candidates)
{
  SignallerHarness harness;
  g_autofree gchar *id = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *early = NULL;
  g_autofree gchar *later = NULL;

  g_free (stub_peer_take_calls ());
  signaller_harness_start (&harness, SESSIONS);
  /* Before the offer: the bare line, and the end of candidates. */
  response_check (signaller_harness_post (&harness, "/candidate", "candidate:7 early"), 200, "");
  response_check (signaller_harness_post (&harness, "/candidate", ""), 200, "");
  id = must_offer (&harness, 1, "abcd", "");
  early = stub_peer_take_calls ();
  g_assert_cmpstr (early, ==,
      "set-remote-description offer\nadd-ice-candidate 0 candidate:7 early\n"
      "create-answer\nset-local-description\n");

  path = g_strconcat ("/candidate?session=", id, NULL);
  response_check (signaller_harness_post (
                      &harness, path, "{\"candidate\":\"candidate:8 by mid\",\"sdpMid\":\"data\"}"),
      200, "");
  response_check (signaller_harness_post (&harness, path,
                      "{\"candidate\":{\"candidate\":\"candidate:9\",\"sdpMLineIndex\":0}}"),
      200, "");
  response_check (signaller_harness_post (&harness, path,
                      "{\"candidate\":\"candidate:10 no such mid\",\"sdpMid\":\"x\"}"),
      200, "");
  response_check (signaller_harness_post (&harness, path, "{\"candidate\":7}"), 400, "a string");
  response_check (signaller_harness_post (&harness, path, "nonsense"), 400, "candidate:");
  response_check (
      signaller_harness_post (&harness, "/candidate?session=nobody", "candidate:1"), 404, "");
  later = stub_peer_take_calls ();
  g_assert_cmpstr (
      later, ==, "add-ice-candidate 0 candidate:8 by mid\nadd-ice-candidate 0 candidate:9\n");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_too_many_early_candidates)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS);
  for (guint i = 0; i < 64; i++)
    response_check (signaller_harness_post (&harness, "/candidate", "candidate:1"), 200, "");
  response_check (
      signaller_harness_post (&harness, "/candidate", "candidate:1"), 429, "more than 64");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- the end of sessions --- */

static GstElement *
get_session_peer (SignallerHarness *harness)
{
  GstElement *bin = GST_ELEMENT (g_list_first (GST_BIN_CHILDREN (harness->signaller))->data);
  return gst_object_ref (g_list_first (GST_BIN_CHILDREN (bin))->data);
}

GST_START_TEST (test_connected_and_closed)
{
  SignallerHarness harness;
  g_autoptr (GstElement) peer = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *reason = NULL;

  signaller_harness_start (&harness, SESSIONS);
  id = must_offer (&harness, 1, "abcd", "");
  peer = get_session_peer (&harness);
  g_object_set (peer, "connection-state", GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED, NULL);
  gst_message_unref (signaller_harness_wait (&harness, "rtc-session-connected"));
  g_object_set (peer, "connection-state", GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED, NULL);
  reason = signaller_harness_wait_field (&harness, "rtc-session-ended", "reason");
  g_assert_cmpstr (reason, ==, "the connection was closed");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_never_connected)
{
  SignallerHarness harness;
  g_autofree gchar *reason = NULL;
  signaller_harness_start (&harness, SESSIONS "connect-timeout=1000");
  response_check (signaller_harness_offer (&harness, 1, "abcd", ""), 200, "");
  reason = signaller_harness_wait_field (&harness, "rtc-session-ended", "reason");
  g_assert_cmpstr (reason, ==, "ICE never connected");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* ICE is there, DTLS never: twice the time. */
GST_START_TEST (test_stalled_dtls)
{
  SignallerHarness harness;
  g_autoptr (GstElement) peer = NULL;
  g_autofree gchar *reason = NULL;
  gint64 start = g_get_monotonic_time ();
  signaller_harness_start (&harness, SESSIONS "connect-timeout=1000");
  response_check (signaller_harness_offer (&harness, 1, "abcd", ""), 200, "");
  peer = get_session_peer (&harness);
  g_object_set (peer, "ice-connection-state", GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED, NULL);
  g_object_notify (G_OBJECT (peer), "ice-connection-state");
  reason = signaller_harness_wait_field (&harness, "rtc-session-ended", "reason");
  g_assert_cmpstr (reason, ==, "DTLS never connected");
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 1900 * G_TIME_SPAN_MILLISECOND);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* What fails in a session's bin ends that session; no error reaches the application. */
GST_START_TEST (test_failing_session)
{
  SignallerHarness harness;
  g_autoptr (GstElement) peer = NULL;
  g_autofree gchar *reason = NULL;

  signaller_harness_start (&harness, SESSIONS);
  response_check (signaller_harness_offer (&harness, 1, "abcd", ""), 200, "");
  peer = get_session_peer (&harness);
  GST_ELEMENT_ERROR (peer, STREAM, FAILED, ("it broke"), (NULL));
  reason = signaller_harness_wait_field (&harness, "rtc-session-ended", "reason");
  g_assert_cmpstr (reason, ==, "it broke");
  g_assert_null (gst_bus_pop_filtered (harness.bus, GST_MESSAGE_ERROR));
  response_check (signaller_harness_offer (&harness, 2, "abcd", ""), 200, "");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_offers_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-offers");
  TCase *offers = tcase_create ("offers");
  stub_peer_register ();
  tcase_set_timeout (offers, 60);
  suite_add_tcase (suite, offers);
  tcase_add_test (offers, test_answer);
  tcase_add_test (offers, test_renegotiation);
  tcase_add_test (offers, test_two_sessions);
  tcase_add_test (offers, test_bad_later_offer);
  tcase_add_test (offers, test_bad_first_offer);
  tcase_add_test (offers, test_no_answer);
  tcase_add_test (offers, test_unknown_session_id);
  tcase_add_test (offers, test_single_peer);
  tcase_add_test (offers, test_no_peer);
  tcase_add_test (offers, test_session_signals);
  tcase_add_test (offers, test_candidates);
  tcase_add_test (offers, test_too_many_early_candidates);
  tcase_add_test (offers, test_connected_and_closed);
  tcase_add_test (offers, test_never_connected);
  tcase_add_test (offers, test_stalled_dtls);
  tcase_add_test (offers, test_failing_session);
  return suite;
}

GST_CHECK_MAIN (rtcsignaller_offers);
