/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * WHIP and WHEP of rtcsignaller, request by request: status, headers, bodies. The peer is a stub
 * without network.
 */
#include "signallerharness.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define SESSIONS "rtcsignaller name=s session=stubpeer "
#define HOST " HTTP/1.1\r\nHost: localhost\r\n"
#define SDP_TYPE "Content-Type: application/sdp\r\n"
#define FRAGMENT_TYPE "Content-Type: application/trickle-ice-sdpfrag\r\n"
#define OFFER(direction)                                                                           \
  "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"          \
  "c=IN IP4 0.0.0.0\r\na=mid:0\r\na=" direction "\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\n"      \
  "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=setup:actpass\r\n"                    \
  "a=fingerprint:sha-256 AA:BB\r\n"
#define CANDIDATE "m=video 9 X 96\r\na=mid:0\r\na=candidate:5 1 udp 1 192.0.2.5 5 typ host\r\n"
#define RESTART "a=ice-ufrag:newu\r\na=ice-pwd:9876543210987654321098\r\n"

static Response
ask (SignallerHarness *harness, const gchar *head, const gchar *body)
{
  g_autofree gchar *request = body[0] != '\0'
      ? g_strdup_printf ("%sContent-Length: %u\r\n\r\n%s", head, (guint) strlen (body), body)
      : g_strdup_printf ("%s\r\n", head);
  return signaller_harness_exchange (harness, request, strlen (request));
}

static const struct {
  const gchar *name;
  const gchar *head;
  const gchar *body;
  guint status;
  /* In the whole reply. */
  const gchar *text;
} requests[] = {
  { "wrong type", "POST /whip/a" HOST "Content-Type: application/json\r\n", "{}", 415,
      "Accept-Post: application/sdp\r\n" },
  { "no type", "POST /whip/a" HOST, "v=0", 415, "application/problem+json" },
  { "not SDP", "POST /whip/a" HOST SDP_TYPE, "hello", 400,
      "{\"title\":\"Bad Request\",\"status\":400,\"detail\":\"the first line must be v=0\"}" },
  { "publisher that receives", "POST /whip/a" HOST SDP_TYPE, OFFER ("recvonly"), 422,
      "a publisher's sections must be sendonly" },
  { "viewer that sends", "POST /whep/a" HOST SDP_TYPE, OFFER ("sendonly"), 422,
      "a viewer's sections must be recvonly" },
  { "an offer that the peer refuses", "POST /whip/a" HOST SDP_TYPE,
      OFFER ("sendonly") "a=refuse\r\n", 400, "refused by the stub" },
  { "PUT", "PUT /whip/a" HOST, "", 405, "Allow: POST, GET, HEAD, OPTIONS\r\n" },
  { "POST to a session", "POST /session/x" HOST, "", 405,
      "Allow: PATCH, DELETE, GET, HEAD, OPTIONS\r\n" },
  { "look", "GET /whip/a" HOST, "", 200, "Content-Length: 0\r\n" },
  { "look at a viewer's endpoint", "HEAD /whep/a" HOST, "", 200,
      "Content-Type: application/sdp\r\n" },
  { "options", "OPTIONS /whip/a" HOST, "", 200, "Accept-Post: application/sdp\r\n" },
  { "options of a session", "OPTIONS /session/x" HOST, "", 200,
      "Access-Control-Allow-Methods: POST, GET, HEAD, OPTIONS, PATCH, DELETE\r\n" },
  { "no such session", "DELETE /session/x" HOST, "", 404, "application/problem+json" },
  { "trickle to nobody", "PATCH /session/x" HOST FRAGMENT_TYPE "If-Match: *\r\n", CANDIDATE, 404,
      "" },
};

GST_START_TEST (test_requests)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS);
  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++) {
    Response response = ask (&harness, requests[i].head, requests[i].body);
    if (response.status != requests[i].status || strstr (response.text, requests[i].text) == NULL)
      g_error ("%s: expected %u with '%s', got: %s", requests[i].name, requests[i].status,
          requests[i].text, response.text);
    response_clear (&response);
  }
  signaller_harness_stop (&harness);
}
GST_END_TEST;

typedef struct {
  gchar *location;
  gchar *etag;
} Created;

static Created
must_create (SignallerHarness *harness, const gchar *head, const gchar *offer)
{
  Response response = ask (harness, head, offer);
  Created created = { response_get_header (&response, "Location"),
    response_get_header (&response, "ETag") };
  g_autofree gchar *type = response_get_header (&response, "Content-Type");
  g_autofree gchar *patch = response_get_header (&response, "Accept-Patch");
  if (response.status != 201)
    g_error ("not created: %s", response.text);
  g_assert_cmpstr (type, ==, "application/sdp");
  g_assert_cmpstr (patch, ==, "application/trickle-ice-sdpfrag");
  g_assert_true (g_str_has_prefix (response.body, "v=0\r\n"));
  g_assert_nonnull (strstr (response.body, "a=candidate:"));
  g_assert_true (g_str_has_prefix (created.location, "/session/"));
  g_assert_true (g_str_has_prefix (created.etag, "\""));
  g_assert_true (g_str_has_suffix (created.etag, "\""));
  response_clear (&response);
  return created;
}

static void
created_clear (Created *created)
{
  g_free (created->location);
  g_free (created->etag);
}

/* @more: headers. */
static Response
patch (SignallerHarness *harness, const Created *created, const gchar *more, const gchar *body)
{
  g_autofree gchar *head = g_strdup_printf ("PATCH %s" HOST "%s", created->location, more);
  return ask (harness, head, body);
}

static void
assert_patch (SignallerHarness *harness, const Created *created, const gchar *more,
    const gchar *body, guint status)
{
  Response response = patch (harness, created, more, body);
  if (response.status != status)
    g_error ("%s: expected %u: %s", more, status, response.text);
  if (status == 204)
    g_assert_cmpstr (response.body, ==, "");
  response_clear (&response);
}

static void
assert_method (SignallerHarness *harness, const Created *created, const gchar *method, guint status)
{
  g_autofree gchar *head = g_strdup_printf ("%s %s" HOST, method, created->location);
  Response response = ask (harness, head, "");
  g_assert_cmpuint (response.status, ==, status);
  response_clear (&response);
}

GST_START_TEST (test_trickle)
{
  SignallerHarness harness;
  Created created;
  g_autofree gchar *match = NULL;
  g_autofree gchar *etag = NULL;
  g_autofree gchar *calls = NULL;

  signaller_harness_start (&harness, SESSIONS);
  created = must_create (&harness, "POST /whip/a" HOST SDP_TYPE, OFFER ("sendonly"));
  match = g_strdup_printf (FRAGMENT_TYPE "If-Match: %s\r\n", created.etag);
  etag = g_strdup_printf (FRAGMENT_TYPE "ETag: %s\r\n", created.etag);
  g_free (stub_peer_take_calls ());
  assert_patch (&harness, &created, match, CANDIDATE, 204);
  assert_patch (&harness, &created, etag, CANDIDATE, 204);
  assert_patch (&harness, &created, match, "a=mid:0\r\na=candidate:\x01\r\n", 204);
  assert_patch (&harness, &created, FRAGMENT_TYPE, CANDIDATE, 428);
  assert_patch (&harness, &created, FRAGMENT_TYPE "If-Match: \"other\"\r\n", CANDIDATE, 412);
  assert_patch (&harness, &created, SDP_TYPE "If-Match: *\r\n", CANDIDATE, 415);
  assert_patch (&harness, &created, match, "hello", 400);
  calls = stub_peer_take_calls ();
  g_assert_cmpstr (calls, ==,
      "add-ice-candidate 0 candidate:5 1 udp 1 192.0.2.5 5 typ host\n"
      "add-ice-candidate 0 candidate:5 1 udp 1 192.0.2.5 5 typ host\n");
  assert_method (&harness, &created, "GET", 200);
  assert_method (&harness, &created, "DELETE", 200);
  assert_method (&harness, &created, "DELETE", 404);
  assert_patch (&harness, &created, match, CANDIDATE, 404);
  created_clear (&created);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* The tag changes with the ICE session, and older ones no longer match. */
GST_START_TEST (test_restart)
{
  static const gchar *const stars[] = { "*", "\"*\"" };
  for (gsize i = 0; i < G_N_ELEMENTS (stars); i++) {
    g_autofree gchar *more = g_strdup_printf (FRAGMENT_TYPE "If-Match: %s\r\n", stars[i]);
    SignallerHarness harness;
    Created created;
    Response response;
    g_autofree gchar *etag = NULL;
    g_autofree gchar *type = NULL;
    g_autofree gchar *old = NULL;
    g_autofree gchar *id = NULL;

    signaller_harness_start (&harness, SESSIONS);
    created = must_create (&harness, "POST /whep" HOST SDP_TYPE, OFFER ("recvonly"));
    response = patch (&harness, &created, more, RESTART CANDIDATE);
    etag = response_get_header (&response, "ETag");
    type = response_get_header (&response, "Content-Type");
    g_assert_cmpuint (response.status, ==, 200);
    g_assert_cmpstr (etag, !=, created.etag);
    g_assert_cmpstr (type, ==, "application/trickle-ice-sdpfrag");
    g_assert_nonnull (strstr (response.body, "a=candidate:1 1 UDP 1 192.0.2.1 5000 typ host\r\n"));
    response_clear (&response);
    id = signaller_harness_wait_field (&harness, "rtc-session-restarted", "session-id");
    g_assert_cmpstr (id, ==, created.location + strlen ("/session/"));
    old = g_strdup_printf (FRAGMENT_TYPE "If-Match: %s\r\n", created.etag);
    assert_patch (&harness, &created, old, CANDIDATE, 412);
    created_clear (&created);
    signaller_harness_stop (&harness);
  }
}
GST_END_TEST;

GST_START_TEST (test_publishers)
{
  SignallerHarness harness;
  Created created;
  Response response;
  g_autofree gchar *retry = NULL;
  signaller_harness_start (&harness, SESSIONS);
  created = must_create (&harness, "POST /whip/a" HOST SDP_TYPE, OFFER ("sendonly"));
  response = ask (&harness, "POST /whip/a" HOST SDP_TYPE, OFFER ("sendonly"));
  retry = response_get_header (&response, "Retry-After");
  g_assert_cmpuint (response.status, ==, 409);
  g_assert_cmpstr (retry, ==, "2");
  response_clear (&response);
  created_clear (&created);
  created = must_create (&harness, "POST /whip/b" HOST SDP_TYPE, OFFER ("sendonly"));
  assert_method (&harness, &created, "DELETE", 200);
  created_clear (&created);
  created = must_create (&harness, "POST /whip/b" HOST SDP_TYPE, OFFER ("sendonly"));
  created_clear (&created);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_limit_of_sessions)
{
  SignallerHarness harness;
  Created created;
  Response response;
  g_autofree gchar *retry = NULL;
  signaller_harness_start (&harness, SESSIONS "max-sessions=1");
  created = must_create (&harness, "POST /whip/a" HOST SDP_TYPE, OFFER ("sendonly"));
  response = ask (&harness, "POST /whip/b" HOST SDP_TYPE, OFFER ("sendonly"));
  retry = response_get_header (&response, "Retry-After");
  g_assert_cmpuint (response.status, ==, 503);
  g_assert_nonnull (retry);
  response_clear (&response);
  created_clear (&created);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* With nothing to show, viewers wait for a publisher. */
GST_START_TEST (test_viewer_first)
{
  SignallerHarness harness;
  Response response;
  g_autofree gchar *retry = NULL;
  signaller_harness_start (&harness, "rtcsignaller");
  response = ask (&harness, "POST /whep/a" HOST SDP_TYPE, OFFER ("recvonly"));
  retry = response_get_header (&response, "Retry-After");
  g_assert_cmpuint (response.status, ==, 409);
  g_assert_cmpstr (retry, ==, "2");
  response_clear (&response);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_token_and_links)
{
  static const gchar endpoint[] = "POST /whip/a" HOST SDP_TYPE;
  SignallerHarness harness;
  Response response;
  g_autofree gchar *link = NULL;
  signaller_harness_start (
      &harness, SESSIONS "token=secret turn-server=turn://me:pw@t.example:3478");
  response = ask (&harness, endpoint, OFFER ("sendonly"));
  g_assert_cmpuint (response.status, ==, 401);
  g_assert_nonnull (strstr (response.text, "WWW-Authenticate: Bearer\r\n"));
  g_assert_nonnull (strstr (response.text, "application/problem+json"));
  response_clear (&response);
  response = ask (&harness, "POST /whip/a" HOST SDP_TYPE "Authorization: Bearer secret\r\n",
      OFFER ("sendonly"));
  link = response_get_header (&response, "Link");
  g_assert_cmpuint (response.status, ==, 201);
  g_assert_cmpstr (link, ==,
      "<turn:t.example:3478>; rel=\"ice-server\"; username=\"me\"; credential=\"pw\"; "
      "credential-type=\"password\"");
  response_clear (&response);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_whip_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-whip");
  TCase *tests = tcase_create ("requests");
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_requests);
  tcase_add_test (tests, test_trickle);
  tcase_add_test (tests, test_restart);
  tcase_add_test (tests, test_publishers);
  tcase_add_test (tests, test_limit_of_sessions);
  tcase_add_test (tests, test_viewer_first);
  tcase_add_test (tests, test_token_and_links);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  stub_peer_register ();
  return gst_check_run_suite (rtcsignaller_whip_suite (), "rtcsignaller-whip", __FILE__);
}
