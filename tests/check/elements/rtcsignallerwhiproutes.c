/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * WHIP and WHEP at rtcsignaller's server role by raw requests: rows "S1" to "S20" are the
 * requirements on a server (RFC 9725, WHEP draft). The peer is a stub without network.
 */
#include "signallerrequests.h"

#include <gst/check/gstcheck.h>
#include <string.h>

/* --- WHIP and WHEP, S1 to S20 --- */

static const SignallerRow whip_rows[] = {
  { "S1 another type", "POST /whip/a" HOST "Content-Type: text/plain\r\n", "v=0", 415,
      PROBLEM_HEADER "Accept-Post: application/sdp\n", NULL },
  { "S1 no type", "POST /whep/a" HOST, "v=0", 415, "Accept-Post: application/sdp\n", NULL },
  { "S1 no SDP", "POST /whip/a" HOST SDP_TYPE, "hello", 400, PROBLEM_HEADER, NULL },
  { "S1 empty", "POST /whip/a" HOST SDP_TYPE, "", 400, PROBLEM_HEADER, NULL },
  { "S1 type in other letters", "POST /whip/s1" HOST "content-type: Application/SDP; charset=x\r\n",
      WHIP_OFFER ("sendonly"), 201,
      "Content-Type: application/sdp\nAccept-Patch: application/trickle-ice-sdpfrag\n", "v=0*" },
  { "S17 a token that nobody asks for",
      "POST /whip/s17" HOST SDP_TYPE "Authorization: Bearer undefined\r\n", WHIP_OFFER ("sendonly"),
      201, NULL, NULL },
  { "S3 publisher, sendrecv", "POST /whip/s3" HOST SDP_TYPE, WHIP_OFFER ("sendrecv"), 201, NULL,
      NULL },
  { "S3 publisher, recvonly", "POST /whip/a" HOST SDP_TYPE, WHIP_OFFER ("recvonly"), 422,
      PROBLEM_HEADER, NULL },
  { "S3 publisher, inactive", "POST /whip/a" HOST SDP_TYPE, WHIP_OFFER ("inactive"), 422,
      PROBLEM_HEADER, NULL },
  { "S3 viewer, recvonly", "POST /whep/a" HOST SDP_TYPE, WHIP_OFFER ("recvonly"), 201, NULL, NULL },
  { "S3 viewer, sendonly", "POST /whep/a" HOST SDP_TYPE, WHIP_OFFER ("sendonly"), 422,
      PROBLEM_HEADER, NULL },
  { "S4 all candidates", "POST /whip/s4" HOST SDP_TYPE, WHIP_OFFER ("sendonly"), 201, NULL,
      "v=0\r\no=- 9 9 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
      "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n"
      "a=candidate:1 1 UDP 1 192.0.2.1 5000 typ host\r\na=end-of-candidates\r\n" },
  { "S5 two videos", "POST /whip/a" HOST SDP_TYPE,
      MEDIA_HEAD "a=group:BUNDLE 0 1\r\n" VIDEO ("sendonly") VIDEO ("sendonly"), 422,
      PROBLEM_HEADER, NULL },
  { "S5 no media", "POST /whip/a" HOST SDP_TYPE,
      MEDIA_HEAD "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=ice-ufrag:abcd\r\n"
                 "a=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 AA:BB\r\n",
      422, PROBLEM_HEADER, NULL },
  { "S5 not bundled", "POST /whip/a" HOST SDP_TYPE,
      WHIP_OFFER ("sendonly") "m=audio 9 X 0\r\na=sendonly\r\na=rtcp-mux\r\n", 422, PROBLEM_HEADER,
      NULL },
  { "S5 no rtcp-mux", "POST /whip/a" HOST SDP_TYPE,
      MEDIA_HEAD "m=audio 9 X 0\r\na=sendonly\r\na=ice-ufrag:abcd\r\n"
                 "a=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 AA:BB\r\n",
      422, PROBLEM_HEADER, NULL },
  { "S6 active", "POST /whip/s6" HOST SDP_TYPE, WHIP_OFFER ("sendonly") "a=setup:active\r\n", 201,
      NULL, NULL },
  { "S6 passive", "POST /whip/a" HOST SDP_TYPE, WHIP_OFFER ("sendonly") "a=setup:passive\r\n", 422,
      PROBLEM_HEADER, NULL },
  { "S9 wrong method of an endpoint", "PUT /whip/a" HOST, NULL, 405,
      PROBLEM_HEADER "Allow: POST, GET, HEAD, OPTIONS\n", NULL },
  { "S9 wrong method of a session", "POST /session/x" HOST, NULL, 405,
      PROBLEM_HEADER "Allow: PATCH, DELETE, GET, HEAD, OPTIONS\n", NULL },
  { "S11 DELETE of nobody", "DELETE /session/x" HOST, NULL, 404, PROBLEM_HEADER, NULL },
  { "S12 OPTIONS", "OPTIONS /whip/a" HOST, NULL, 200,
      "Accept-Post: application/sdp\nAllow: POST, GET, HEAD, OPTIONS\n"
      "Access-Control-Allow-Methods: POST, GET, HEAD, OPTIONS, PATCH, DELETE\n",
      "" },
  { "S13 GET", "GET /whip/a" HOST, NULL, 200, "Content-Type: application/sdp\nContent-Length: 0\n",
      "" },
  { "S13 HEAD", "HEAD /whep/a" HOST, NULL, 200, "Content-Type: application/sdp\n", "" },
  { "S13 HEAD without name", "HEAD /whep" HOST, NULL, 200, "Content-Type: application/sdp\n", "" },
  { "S18 PATCH of nobody", "PATCH /session/x" HOST FRAGMENT_TYPE "If-Match: *\r\n", CANDIDATE, 404,
      PROBLEM_HEADER, NULL },
  { "S20 a sentence", "POST /whip/a" HOST SDP_TYPE, WHIP_OFFER ("recvonly"), 422, PROBLEM_HEADER,
      "{\"title\":\"Unprocessable Content\",\"status\":422,"
      "\"detail\":\"a publisher's sections must be sendonly\"}" },
};

GST_START_TEST (test_whip)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS);
  RUN (&harness, whip_rows);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

typedef struct {
  gchar *location;
  gchar *etag;
} Created;

static Created
must_create (SignallerHarness *harness)
{
  Response response =
      signaller_rows_ask (harness, "POST /whip/a" HOST SDP_TYPE, WHIP_OFFER ("sendonly"));
  Created created = { response_get_header (&response, "Location"),
    response_get_header (&response, "ETag") };
  g_assert_cmpuint (response.status, ==, 201);
  response_clear (&response);
  return created;
}

/* @row with "%s" in its head for the session's path, and then for its tag. */
static void
run_on_session (SignallerHarness *harness, const Created *created, const SignallerRow *row)
{
  g_autoptr (GString) head = g_string_new (row->head);
  SignallerRow filled = *row;
  g_string_replace (head, "LOCATION", created->location, 0);
  g_string_replace (head, "ETAG", created->etag, 0);
  filled.head = head->str;
  signaller_rows_run (harness, &filled, 1);
}

static const SignallerRow session_rows[] = {
  { "S7 candidate", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: ETAG\r\n", CANDIDATE, 204,
      NO_TYPE "-ETag\n", "" },
  { "S7 one that nobody understands", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: ETAG\r\n",
      "a=mid:0\r\na=candidate:x y\r\na=candidate:\x01\r\n", 204, NO_TYPE, "" },
  { "S7 the end of candidates", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: ETAG\r\n",
      "a=end-of-candidates\r\n", 204, NO_TYPE, "" },
  { "S7 with the credentials of the session",
      "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: ETAG\r\n",
      "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n" CANDIDATE, 204, NO_TYPE, "" },
  { "S9 no tag", "PATCH LOCATION" HOST FRAGMENT_TYPE, CANDIDATE, 428, PROBLEM_HEADER, NULL },
  { "S9 another tag", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: \"x\"\r\n", CANDIDATE, 412,
      PROBLEM_HEADER, NULL },
  { "S9 another type", "PATCH LOCATION" HOST SDP_TYPE "If-Match: ETAG\r\n", CANDIDATE, 415,
      PROBLEM_HEADER "Accept-Patch: application/trickle-ice-sdpfrag\n", NULL },
  { "S10 one of several", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: \"x\", ETAG\r\n",
      CANDIDATE, 204, NULL, "" },
  { "S10 weak", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: W/ETAG\r\n", CANDIDATE, 412, NULL,
      NULL },
  { "S10 in the wrong header", "PATCH LOCATION" HOST FRAGMENT_TYPE "ETag: ETAG\r\n", CANDIDATE, 204,
      NULL, "" },
  { "S8 half a restart", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: *\r\n",
      "a=ice-ufrag:newu\r\n", 400, PROBLEM_HEADER, NULL },
  { "S8 a short password", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: *\r\n",
      "a=ice-ufrag:newu\r\na=ice-pwd:short\r\n", 400, PROBLEM_HEADER, NULL },
  { "S8 no fragment", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: *\r\n", "hello", 400,
      PROBLEM_HEADER, NULL },
  { "S8 what failed did not end it", "GET LOCATION" HOST, NULL, 200,
      "Content-Type: application/sdp\n", "" },
  { "S2 the tag is the same", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: ETAG\r\n", CANDIDATE,
      204, NULL, "" },
  { "S8 restart", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: *\r\n", RESTART CANDIDATE, 200,
      "Content-Type: application/trickle-ice-sdpfrag\n",
      "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n"
      "a=candidate:1 1 UDP 1 192.0.2.1 5000 typ host\r\na=end-of-candidates\r\n" },
  { "S2 the tag is another", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: ETAG\r\n", CANDIDATE,
      412, NULL, NULL },
  { "S10 quoted star", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: \"*\"\r\n",
      "a=ice-ufrag:more\r\na=ice-pwd:1111111111111111111111\r\n", 200, NULL, NULL },
  { "S12 OPTIONS of a session", "OPTIONS LOCATION" HOST, NULL, 200,
      "Allow: PATCH, DELETE, GET, HEAD, OPTIONS\n"
      "Accept-Patch: application/trickle-ice-sdpfrag\n-Accept-Post\n",
      "" },
  { "S13 HEAD of a session", "HEAD LOCATION" HOST, NULL, 200, NULL, "" },
  { "S11 DELETE ignores the tag", "DELETE LOCATION" HOST "If-Match: \"x\"\r\n", NULL, 200, NULL,
      "" },
  { "S11 GET afterwards", "GET LOCATION" HOST, NULL, 404, PROBLEM_HEADER, NULL },
  { "S11 PATCH afterwards", "PATCH LOCATION" HOST FRAGMENT_TYPE "If-Match: *\r\n", CANDIDATE, 404,
      PROBLEM_HEADER, NULL },
  { "S11 DELETE afterwards", "DELETE LOCATION" HOST, NULL, 404, PROBLEM_HEADER, NULL },
};

GST_START_TEST (test_whip_session)
{
  SignallerHarness harness;
  Created created;
  signaller_harness_start (&harness, SESSIONS);
  created = must_create (&harness);
  /* Not to be guessed: 132 bits. */
  g_assert_true (g_regex_match_simple ("^/session/[A-Za-z0-9_-]{22}$", created.location,
      (GRegexCompileFlags) 0, (GRegexMatchFlags) 0));
  g_assert_true (g_regex_match_simple (
      "^\"[^\"]+\"$", created.etag, (GRegexCompileFlags) 0, (GRegexMatchFlags) 0));
  for (gsize i = 0; i < G_N_ELEMENTS (session_rows); i++)
    run_on_session (&harness, &created, &session_rows[i]);
  g_free (created.location);
  g_free (created.etag);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static const SignallerRow publishers_rows[] = {
  { "S18 no publisher", "POST /whep/a" HOST SDP_TYPE, WHIP_OFFER ("recvonly"), 409,
      PROBLEM_HEADER "Retry-After: 2\n",
      "{\"title\":\"Conflict\",\"status\":409,"
      "\"detail\":\"nobody publishes under this name yet\"}" },
};

static const SignallerRow full_rows[] = {
  { "one", "POST /whip/a" HOST SDP_TYPE, WHIP_OFFER ("sendonly"), 201, NULL, NULL },
  { "S16 the same name", "POST /whip/a" HOST SDP_TYPE, WHIP_OFFER ("sendonly"), 409,
      PROBLEM_HEADER "Retry-After: 2\n", NULL },
  { "S16 WHIP", "POST /whip/b" HOST SDP_TYPE, WHIP_OFFER ("sendonly"), 503,
      PROBLEM_HEADER "Retry-After: 5\n",
      "{\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"all sessions are taken\"}" },
  { "S16 PBX", "POST /webrtc/offer" HOST JSON, "{" PBX_OFFER ("1") ",\"session_id\":\"a\"}", 503,
      JSON_HEADER "Retry-After: 5\n",
      "{\"error\":\"all sessions are taken\",\"code\":503,\"session_id\":\"a\"}" },
  { "S16 plain", "POST /doSignaling" HOST JSON, PLAIN_OFFER ("1"), 503,
      PLAIN_HEADER "Retry-After: 5\n", "Service Unavailable: all sessions are taken" },
};

static const SignallerRow no_peer_rows[] = {
  { "S16 no peer", "POST /doSignaling" HOST JSON, PLAIN_OFFER ("1"), 503,
      PLAIN_HEADER "Retry-After: 5\n", "Service Unavailable: *" },
};

GST_START_TEST (test_later)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, "rtcsignaller");
  RUN (&harness, publishers_rows);
  signaller_harness_stop (&harness);
  signaller_harness_start (&harness, SESSIONS "max-sessions=1");
  RUN (&harness, full_rows);
  signaller_harness_stop (&harness);
  signaller_harness_start (&harness, "fakesrc ! fakesink rtcsignaller");
  RUN (&harness, no_peer_rows);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_whiproutes_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-whiproutes");
  TCase *tests = tcase_create ("whiproutes");
  stub_peer_register ();
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_whip);
  tcase_add_test (tests, test_whip_session);
  tcase_add_test (tests, test_later);
  return suite;
}

GST_CHECK_MAIN (rtcsignaller_whiproutes);
