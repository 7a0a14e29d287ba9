/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The JSON API of rtcsignaller with session ids, its status routes, CORS and the token: raw
 * requests, replies to the byte. The peer is a stub without network.
 */
#include "signallerharness.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define SESSIONS "rtcsignaller name=s session=stubpeer "
#define SDP                                                                                        \
  "v=0\\r\\no=- 7 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n"                                    \
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\\r\\nc=IN IP4 0.0.0.0\\r\\na=mid:data\\r\\n"   \
  "a=ice-ufrag:abcd\\r\\na=ice-pwd:0123456789012345678901\\r\\na=fingerprint:sha-256 AA:BB\\r\\n"
#define OFFER "\"sdp\":{\"type\":\"offer\",\"sdp\":\"" SDP "\"}"
#define ANSWER                                                                                     \
  "{\"sdp\":{\"type\":\"answer\",\"sdp\":\"v=0\\r\\no=- 9 9 IN IP4 0.0.0.0\\r\\ns=-\\r\\n"         \
  "t=0 0\\r\\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\\r\\nc=IN IP4 0.0.0.0\\r\\n"        \
  "a=mid:0\\r\\na=candidate:1 1 UDP 1 192.0.2.1 5000 typ host\\r\\na=end-of-candidates\\r\\n\"}"
#define CANDIDATES                                                                                 \
  "\"ice_candidates\":[{\"candidate\":\"candidate:1 1 UDP 1 192.0.2.1 5000 typ host\","            \
  "\"sdpMLineIndex\":0,\"sdpMid\":\"0\"}]"

typedef struct {
  const gchar *name;
  const gchar *path;
  const gchar *request;
  guint status;
  const gchar *reply;
} Exchange;

static void
run_exchanges (SignallerHarness *harness, const Exchange *exchanges, gsize count)
{
  for (gsize i = 0; i < count; i++) {
    Response response = exchanges[i].request != NULL
        ? signaller_harness_post (harness, exchanges[i].path, exchanges[i].request)
        : signaller_harness_get (harness, exchanges[i].path);
    g_autofree gchar *type = response_get_header (&response, "Content-Type");
    if (response.status != exchanges[i].status || strcmp (response.body, exchanges[i].reply) != 0)
      g_error ("%s: expected %u %s, got %s", exchanges[i].name, exchanges[i].status,
          exchanges[i].reply, response.text);
    g_assert_cmpstr (type, ==, "application/json");
    response_clear (&response);
  }
}

/* In this order, on one server. */
static const Exchange exchanges[] = {
  { "candidate of nobody", "/webrtc/ice-candidate",
      "{\"session_id\":\"early\",\"candidate\":{\"candidate\":\"candidate:5 1 UDP 1 192.0.2.5 5 "
      "typ host\",\"sdpMLineIndex\":0,\"sdpMid\":\"data\"}}",
      404, "{\"error\":\"Session not found\",\"code\":404,\"session_id\":\"early\"}" },
  { "its offer", "/webrtc/offer",
      "{" OFFER ",\"session_id\":\"early\",\"metadata\":{\"b\":[1,null,\"\\u00e4\"],\"a\":{}}}",
      200,
      ANSWER ",\"session_id\":\"early\"," CANDIDATES
             ",\"metadata\":{\"b\":[1,null,\"\xc3\xa4\"],\"a\":{}}}" },
  { "the same again", "/webrtc/offer", "{" OFFER ",\"session_id\":\"early\"}", 200,
      ANSWER ",\"session_id\":\"early\"," CANDIDATES "}" },
  { "candidate", "/webrtc/ice-candidate",
      "{\"session_id\":\"early\",\"candidate\":{\"candidate\":\"candidate:6 1 UDP 1 192.0.2.6 6 "
      "typ host\",\"sdpMLineIndex\":0,\"sdpMid\":\"data\"}}",
      200, "{\"session_id\":\"early\",\"status\":\"received\"}" },
  { "candidates", "/webrtc/ice-candidate",
      "{\"session_id\":\"early\",\"candidate\":[{\"candidate\":\"candidate:7 1 UDP 1 192.0.2.7 7 "
      "typ host\",\"sdpMLineIndex\":0},\"candidate:8 1 UDP 1 192.0.2.8 8 typ host\"]}",
      200, "{\"session_id\":\"early\",\"status\":\"received\"}" },
  { "no candidate", "/webrtc/ice-candidate", "{\"session_id\":\"early\"}", 400,
      "{\"error\":\"\\\"session_id\\\" and \\\"candidate\\\" must be given\",\"code\":400}" },
  { "statistics of a peer that has none", "/webrtc/sessions/early/stats", NULL, 200, "{}" },
  { "close", "/webrtc/close", "{\"session_id\":\"early\",\"reason\":\"done\"}", 200,
      "{\"session_id\":\"early\",\"status\":\"closed\"}" },
  { "close again", "/webrtc/close", "{\"session_id\":\"early\"}", 404,
      "{\"error\":\"Session not found\",\"code\":404,\"session_id\":\"early\"}" },
  { "statistics of nobody", "/webrtc/sessions/early/stats", NULL, 404,
      "{\"error\":\"Session not found\",\"code\":404,\"session_id\":\"early\"}" },
  { "close of nothing", "/webrtc/close", "{}", 400,
      "{\"error\":\"\\\"session_id\\\" must be given\",\"code\":400}" },
  { "an answer", "/webrtc/offer",
      "{\"sdp\":{\"type\":\"answer\",\"sdp\":\"v=0\"},\"session_id\":\"x\"}", 400,
      "{\"error\":\"Invalid SDP type, expected 'offer'\",\"code\":400,\"session_id\":\"x\"}" },
  { "empty SDP", "/webrtc/offer", "{\"sdp\":{\"type\":\"offer\",\"sdp\":\" \\r\\n\"}}", 400,
      "{\"error\":\"SDP content cannot be empty\",\"code\":400}" },
  { "no SDP", "/webrtc/offer", "{\"sdp\":{\"type\":\"offer\",\"sdp\":\"hello\"}}", 400,
      "{\"error\":\"the first line must be v=0\",\"code\":400}" },
  { "text as SDP", "/webrtc/offer", "{\"sdp\":\"v=0\"}", 400,
      "{\"error\":\"\\\"sdp\\\" must be an object\",\"code\":400}" },
  { "an id that fits in no path", "/webrtc/offer", "{" OFFER ",\"session_id\":\"a/b\"}", 400,
      "{\"error\":\"A session_id has 1 to 128 letters, digits, '-', '.', '_' or '~'\",\"code\":400,"
      "\"session_id\":\"a/b\"}" },
  { "an offer that the peer refuses", "/webrtc/offer",
      "{\"sdp\":{\"type\":\"offer\",\"sdp\":\"" SDP "a=refuse\\r\\n\"},\"session_id\":\"refused\"}",
      400, "{\"error\":\"refused by the stub\",\"code\":400,\"session_id\":\"refused\"}" },
};

GST_START_TEST (test_exchanges)
{
  SignallerHarness harness;
  g_autofree gchar *calls = NULL;
  g_free (stub_peer_take_calls ());
  signaller_harness_start (&harness, SESSIONS);
  run_exchanges (&harness, exchanges, G_N_ELEMENTS (exchanges));
  calls = stub_peer_take_calls ();
  g_assert_nonnull (strstr (calls, "add-ice-candidate 0 candidate:5 "));
  g_assert_nonnull (strstr (calls, "add-ice-candidate 0 candidate:6 "));
  g_assert_nonnull (strstr (calls, "add-ice-candidate 0 candidate:7 "));
  g_assert_nonnull (strstr (calls, "add-ice-candidate 0 candidate:8 "));
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_made_id)
{
  SignallerHarness harness;
  Response response;
  g_autoptr (GRegex) regex = g_regex_new ("\"session_id\":\"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-"
                                          "[89ab][0-9a-f]{3}-[0-9a-f]{12}\"",
      (GRegexCompileFlags) 0, (GRegexMatchFlags) 0, NULL);
  signaller_harness_start (&harness, SESSIONS);
  response = signaller_harness_post (&harness, "/webrtc/offer", "{" OFFER "}");
  g_assert_cmpuint (response.status, ==, 200);
  g_assert_true (g_regex_match (regex, response.body, (GRegexMatchFlags) 0, NULL));
  response_clear (&response);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_timeout)
{
  static const Exchange slow[] = {
    { "a silent peer", "/webrtc/offer", "{" OFFER ",\"session_id\":\"slow\"}", 408,
        "{\"error\":\"the peer did not answer in time\",\"code\":408,\"session_id\":\"slow\"}" },
  };
  SignallerHarness harness;
  signaller_harness_start (
      &harness, "rtcsignaller answer-timeout=100 session=\"stubpeer behaviour=silent\"");
  run_exchanges (&harness, slow, G_N_ELEMENTS (slow));
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_ice_servers)
{
  static const Exchange none[] = { { "none", "/iceservers", NULL, 200, "[]" } };
  static const Exchange some[] = {
    { "two", "/iceservers", NULL, 200,
        "[{\"urls\":[\"stun:s.example:3478\"]},{\"urls\":[\"turn:t.example\"],"
        "\"username\":\"me\",\"credential\":\"pw\"}]" },
  };
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS);
  run_exchanges (&harness, none, G_N_ELEMENTS (none));
  signaller_harness_stop (&harness);
  signaller_harness_start (
      &harness, SESSIONS "stun-server=stun://s.example:3478 turn-server=turn://me:pw@t.example");
  run_exchanges (&harness, some, G_N_ELEMENTS (some));
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static void
assert_exchange (SignallerHarness *harness, const gchar *request, guint status, const gchar *text)
{
  Response response = signaller_harness_exchange (harness, request, strlen (request));
  if (response.status != status || strstr (response.text, text) == NULL)
    g_error ("expected %u with '%s', got: %s", status, text, response.text);
  response_clear (&response);
}

GST_START_TEST (test_status_routes)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS);
  assert_exchange (&harness, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, "ok\n");
  assert_exchange (&harness, "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, "");
  {
    Response offer = signaller_harness_post (&harness, "/webrtc/offer", "{" OFFER "}");
    g_assert_cmpuint (offer.status, ==, 200);
    response_clear (&offer);
  }
  assert_exchange (&harness, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 200,
      "# TYPE rtc_sessions gauge\nrtc_sessions 1\n");
  assert_exchange (&harness, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 200,
      "rtc_http_requests_total{code=\"404\"} 1\n");
  assert_exchange (&harness, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 200,
      "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_cors)
{
  static const gchar preflight[] = "OPTIONS /webrtc/offer HTTP/1.1\r\nHost: localhost\r\n"
                                   "Origin: http://friend.example\r\n"
                                   "Access-Control-Request-Method: POST\r\n\r\n";
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS "allowed-origins=* token=secret");
  assert_exchange (
      &harness, preflight, 200, "Access-Control-Allow-Origin: http://friend.example\r\n");
  assert_exchange (&harness, preflight, 200, "Access-Control-Allow-Methods: POST, OPTIONS\r\n");
  assert_exchange (&harness,
      "GET /iceservers HTTP/1.1\r\nHost: localhost\r\nOrigin: http://friend.example\r\n\r\n", 401,
      "Access-Control-Allow-Origin: http://friend.example\r\n");
  signaller_harness_stop (&harness);
  signaller_harness_start (&harness, SESSIONS);
  assert_exchange (&harness, preflight, 403, "\"code\":403");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_token)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS "token=secret");
  assert_exchange (&harness, "GET /iceservers HTTP/1.1\r\nHost: localhost\r\n\r\n", 401,
      "WWW-Authenticate: Bearer\r\n");
  assert_exchange (&harness,
      "GET /iceservers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer wrong!\r\n\r\n", 401,
      "\"code\":401");
  assert_exchange (&harness,
      "GET /iceservers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\n\r\n", 200,
      "[]");
  assert_exchange (&harness, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, "<!doctype html>");
  assert_exchange (&harness,
      "POST /doSignaling HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", 401,
      "Unauthorized: the right Bearer token is needed");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_pbx_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-pbx");
  TCase *tests = tcase_create ("requests");
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_exchanges);
  tcase_add_test (tests, test_made_id);
  tcase_add_test (tests, test_timeout);
  tcase_add_test (tests, test_ice_servers);
  tcase_add_test (tests, test_status_routes);
  tcase_add_test (tests, test_cors);
  tcase_add_test (tests, test_token);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  stub_peer_register ();
  return gst_check_run_suite (rtcsignaller_pbx_suite (), "rtcsignaller-pbx", __FILE__);
}
