/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which session of rtcsignaller a request means, and what it keeps, when requests overlap, repeat
 * and are refused. The peer is a stub without network.
 */
#include "signallerrequests.h"

#include <gst/check/gstcheck.h>
#include <string.h>

/* --- what goes wrong in between --- */

static gchar *
must_offer (SignallerHarness *harness, const gchar *body)
{
  Response response = signaller_harness_post (harness, "/doSignaling", body);
  gchar *id = response_get_header (&response, "Session-Id");
  if (response.status != 200)
    g_error ("%s", response.text);
  response_clear (&response);
  return id;
}

/* Some stacks take the time of day as the session's number: two of their clients are two. */
GST_START_TEST (test_same_origin_line)
{
  g_autoptr (GString) other = g_string_new (PLAIN_OFFER ("1"));
  SignallerHarness harness;
  g_autofree gchar *first = NULL;
  g_autofree gchar *second = NULL;
  g_autofree gchar *again = NULL;
  g_string_replace (other, "AA:BB", "CC:DD", 0);
  signaller_harness_start (&harness, SESSIONS);
  first = must_offer (&harness, PLAIN_OFFER ("1"));
  second = must_offer (&harness, other->str);
  again = must_offer (&harness, PLAIN_OFFER ("1"));
  g_assert_cmpstr (first, !=, second);
  g_assert_cmpstr (first, ==, again);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* An offer that is refused takes nothing from the session: candidates still go through, by the
 * names of the offer that holds. */
GST_START_TEST (test_refused_offer_and_candidates)
{
  g_autoptr (GString) refused = g_string_new (PLAIN_OFFER ("1"));
  SignallerHarness harness;
  Response response;
  g_autofree gchar *id = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *calls = NULL;

  g_string_replace (refused, "a=mid:data", "a=mid:other\\r\\na=refuse", 0);
  g_string_replace (refused, "abcd", "efgh", 0);
  signaller_harness_start (&harness, SESSIONS);
  id = must_offer (&harness, PLAIN_OFFER ("1"));
  response = signaller_harness_post (&harness, "/doSignaling", refused->str);
  g_assert_cmpuint (response.status, ==, 400);
  response_clear (&response);
  g_free (stub_peer_take_calls ());
  path = g_strconcat ("/candidate?session=", id, NULL);
  response = signaller_harness_post (
      &harness, path, "{\"candidate\":\"candidate:8 after\",\"sdpMid\":\"data\"}");
  g_assert_cmpuint (response.status, ==, 200);
  response_clear (&response);
  calls = stub_peer_take_calls ();
  g_assert_cmpstr (calls, ==, "add-ice-candidate 0 candidate:8 after\n");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* Ids that clients choose come again at once, also while the peer of the one before is still being
 * made or taken down. */
GST_START_TEST (test_same_id_again)
{
  static const SignallerRow again[] = {
    { "offer", "POST /webrtc/offer" HOST JSON, "{" PBX_OFFER ("1") ",\"session_id\":\"mine\"}", 200,
        NULL, NULL },
    { "close", "POST /webrtc/close" HOST JSON, "{\"session_id\":\"mine\"}", 200, NULL, NULL },
  };
  const gchar *body = "{" PBX_OFFER ("1") ",\"session_id\":\"mine\"}";
  g_autofree gchar *offer = g_strdup_printf (
      "POST /webrtc/offer" HOST "Content-Length: %u\r\n\r\n%s", (guint) strlen (body), body);
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS);
  for (guint i = 0; i < 20; i++)
    RUN (&harness, again);
  for (guint i = 0; i < 50; i++) {
    g_autoptr (GSocketConnection) left = signaller_harness_send (&harness, offer, strlen (offer));
    Response response =
        signaller_harness_post (&harness, "/webrtc/close", "{\"session_id\":\"mine\"}");
    g_assert_true (response.status == 200 || response.status == 404);
    response_clear (&response);
  }
  {
    Response response =
        signaller_harness_post (&harness, "/webrtc/close", "{\"session_id\":\"mine\"}");
    response_clear (&response);
  }
  RUN (&harness, again);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* 64 for each ICE session, however they come. */
GST_START_TEST (test_limit_of_candidates)
{
  g_autoptr (GString) restart = g_string_new (PLAIN_OFFER ("1"));
  SignallerHarness harness;
  g_autofree gchar *path = NULL;
  g_autofree gchar *id = NULL;
  g_string_replace (restart, "abcd", "efgh", 0);
  signaller_harness_start (&harness, SESSIONS);
  id = must_offer (&harness, PLAIN_OFFER ("1"));
  path = g_strconcat ("/candidate?session=", id, NULL);
  for (guint i = 0; i <= 64; i++) {
    Response response = signaller_harness_post (&harness, path, "candidate:1");
    g_autofree gchar *retry = response_get_header (&response, "Retry-After");
    g_assert_cmpuint (response.status, ==, i < 64 ? 200 : 429);
    g_assert_cmpint (retry != NULL, ==, i == 64);
    response_clear (&response);
  }
  g_free (must_offer (&harness, restart->str));
  {
    Response response = signaller_harness_post (&harness, path, "candidate:1");
    g_assert_cmpuint (response.status, ==, 200);
    response_clear (&response);
  }
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_sameid_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-sameid");
  TCase *tests = tcase_create ("sameid");
  stub_peer_register ();
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_same_origin_line);
  tcase_add_test (tests, test_refused_offer_and_candidates);
  tcase_add_test (tests, test_same_id_again);
  tcase_add_test (tests, test_limit_of_candidates);
  return suite;
}

GST_CHECK_MAIN (rtcsignaller_sameid);
