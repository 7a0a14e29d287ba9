/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plain routes of rtcsignaller's server role by raw requests: status, headers and body, to the
 * byte where a contract says so; origins and tokens on all routes. The peer is a stub without
 * network.
 */
#include "signallerrequests.h"

#include <gst/check/gstcheck.h>
#include <string.h>

/* --- the ice-restart contract --- */

static const SignallerRow plain_rows[] = {
  { "page", "GET /" HOST, NULL, 200, "Content-Type: text/html; charset=utf-8\n",
      "<!doctype html>*" },
  { "page by its name", "GET /index.html" HOST, NULL, 200, NULL, "<!doctype html>*" },
  { "HEAD of the page", "HEAD /" HOST, NULL, 200, "Content-Type: text/html; charset=utf-8\n", "" },
  { "style", "GET /style.css" HOST, NULL, 200, "Content-Type: text/css; charset=utf-8\n", NULL },
  { "script", "GET /main.js" HOST, NULL, 200, "Content-Type: text/javascript; charset=utf-8\n",
      NULL },
  { "POST of a script", "POST /main.js" HOST, "{}", 405, "Allow: GET, HEAD\n", "" },
  { "other path", "GET /other" HOST, NULL, 404, NO_TYPE, "" },
  { "POST to another path", "POST /other" HOST JSON, "{}", 404, NO_TYPE, "" },
  { "HEAD of another path", "HEAD /other" HOST, NULL, 404, NO_TYPE, "" },
  { "GET of /doSignaling", "GET /doSignaling" HOST, NULL, 404, NO_TYPE, "" },
  { "PUT of /doSignaling", "PUT /doSignaling" HOST, "{}", 404, NO_TYPE, "" },
  { "DELETE of /doSignaling", "DELETE /doSignaling" HOST, NULL, 404, NO_TYPE, "" },
  { "OPTIONS of /doSignaling", "OPTIONS /doSignaling" HOST, NULL, 404, NO_TYPE, "" },
  { "offer", "POST /doSignaling" HOST JSON, PLAIN_OFFER ("1"), 200, JSON_HEADER, PLAIN_ANSWER },
  { "offer again", "POST /doSignaling" HOST JSON, PLAIN_OFFER ("1"), 200, JSON_HEADER,
      PLAIN_ANSWER },
  { "offer without type header", "POST /doSignaling" HOST, PLAIN_OFFER ("1"), 200, JSON_HEADER,
      PLAIN_ANSWER },
  { "not UTF-8", "POST /doSignaling" HOST JSON, "{\"type\":\"offer\",\"sdp\":\"\xff\"}", 400,
      PLAIN_HEADER, "Bad Request: the body is not valid UTF-8" },
  { "not JSON", "POST /doSignaling" HOST JSON, "{\"type\"", 400, PLAIN_HEADER,
      "Bad Request: <data>:1:*" },
  { "nothing", "POST /doSignaling" HOST JSON, "", 400, PLAIN_HEADER,
      "Bad Request: the body is empty" },
  { "an answer", "POST /doSignaling" HOST JSON, "{\"type\":\"answer\",\"sdp\":\"v=0\"}", 400,
      PLAIN_HEADER, "Bad Request: \"type\" must be \"offer\"" },
  { "rollback", "POST /doSignaling" HOST JSON, "{\"type\":\"rollback\",\"sdp\":\"\"}", 400,
      PLAIN_HEADER, "Bad Request: \"type\" must be \"offer\"" },
  { "no SDP", "POST /doSignaling" HOST JSON, "{\"type\":\"offer\",\"sdp\":\"x\"}", 400,
      PLAIN_HEADER, "Bad Request: the first line must be v=0" },
  { "deep JSON", "POST /doSignaling" HOST JSON, "[[[[[[[[[[[[[[[[[[[[", 400, PLAIN_HEADER,
      "Bad Request: the JSON is nested too deeply" },
};

GST_START_TEST (test_plain)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS);
  RUN (&harness, plain_rows);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static const SignallerRow missing_page_rows[] = {
  { "page", "GET /" HOST, NULL, 404, PLAIN_HEADER, "Not Found" },
  { "page by its name", "GET /index.html" HOST, NULL, 404, PLAIN_HEADER, "Not Found" },
};

GST_START_TEST (test_missing_page)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS "page=/nonexistent/index.html");
  RUN (&harness, missing_page_rows);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static const SignallerRow silent_rows[] = {
  { "plain", "POST /doSignaling" HOST JSON, PLAIN_OFFER ("1"), 408, PLAIN_HEADER,
      "Request Timeout" },
  { "PBX", "POST /webrtc/offer" HOST JSON, "{" PBX_OFFER ("1") ",\"session_id\":\"a\"}", 408,
      JSON_HEADER,
      "{\"error\":\"the peer did not answer in time\",\"code\":408,\"session_id\":\"a\"}" },
  { "WHIP", "POST /whip/a" HOST SDP_TYPE, WHIP_OFFER ("sendonly"), 408, PROBLEM_HEADER,
      "{\"title\":\"Request Timeout\",\"status\":408,"
      "\"detail\":\"the peer did not answer in time\"}" },
};

static const SignallerRow broken_rows[] = {
  { "plain", "POST /doSignaling" HOST JSON, PLAIN_OFFER ("1"), 500, PLAIN_HEADER,
      "Internal Server Error" },
  { "PBX", "POST /webrtc/offer" HOST JSON, "{" PBX_OFFER ("1") ",\"session_id\":\"a\"}", 500,
      JSON_HEADER,
      "{\"error\":\"Failed to process SDP offer: the peer made no answer\",\"code\":500,"
      "\"session_id\":\"a\"}" },
  { "WHIP", "POST /whip/a" HOST SDP_TYPE, WHIP_OFFER ("sendonly"), 500, PROBLEM_HEADER,
      "{\"title\":\"Internal Server Error\",\"status\":500,"
      "\"detail\":\"the peer made no answer\"}" },
};

GST_START_TEST (test_no_answer)
{
  SignallerHarness harness;
  signaller_harness_start (
      &harness, "rtcsignaller answer-timeout=100 session=\"stubpeer behaviour=silent\"");
  RUN (&harness, silent_rows);
  signaller_harness_stop (&harness);
  signaller_harness_start (&harness, "rtcsignaller session=\"stubpeer behaviour=broken\"");
  RUN (&harness, broken_rows);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- its relatives: the echo-test suite, and the pair of /sdp and /candidate --- */

/* PLAIN_OFFER ("6") and PLAIN_ANSWER on one line, for a terminal's clipboard. */
#define BASE64_OFFER                                                                               \
  "eyJ0eXBlIjoib2ZmZXIiLCJzZHAiOiJ2PTBcclxubz0tIDYgMiBJTiBJUDQgMTI3LjAuMC4xXHJcbnM9"               \
  "LVxyXG50PTAgMFxyXG5tPWFwcGxpY2F0aW9uIDkgVURQL0RUTFMvU0NUUCB3ZWJydGMtZGF0YWNoYW5u"               \
  "ZWxcclxuYz1JTiBJUDQgMC4wLjAuMFxyXG5hPW1pZDpkYXRhXHJcbmE9aWNlLXVmcmFnOmFiY2Rcclxu"               \
  "YT1pY2UtcHdkOjAxMjM0NTY3ODkwMTIzNDU2Nzg5MDFcclxuYT1maW5nZXJwcmludDpzaGEtMjU2IEFB"               \
  "OkJCXHJcbiJ9"
#define BASE64_ANSWER                                                                              \
  "eyJ0eXBlIjoiYW5zd2VyIiwic2RwIjoidj0wXHJcbm89LSA5IDkgSU4gSVA0IDAuMC4wLjBcclxucz0t"               \
  "XHJcbnQ9MCAwXHJcbm09YXBwbGljYXRpb24gOSBVRFAvRFRMUy9TQ1RQIHdlYnJ0Yy1kYXRhY2hhbm5l"               \
  "bFxyXG5jPUlOIElQNCAwLjAuMC4wXHJcbmE9bWlkOjBcclxuYT1jYW5kaWRhdGU6MSAxIFVEUCAxIDE5"               \
  "Mi4wLjIuMSA1MDAwIHR5cCBob3N0XHJcbmE9ZW5kLW9mLWNhbmRpZGF0ZXNcclxuIn0="

static const SignallerRow relative_rows[] = {
  { "candidate before the offer",
      "POST /candidate" HOST "Content-Type: application/json; "
      "charset=utf-8\r\n",
      "candidate:1 1 udp 1 192.0.2.1 1 typ host", 200, NO_TYPE, "" },
  { "the offer of the pair", "POST /sdp" HOST JSON, PLAIN_OFFER ("2"), 200, JSON_HEADER,
      PLAIN_ANSWER },
  { "candidate", "POST /candidate" HOST, "candidate:2 1 udp 1 192.0.2.2 2 typ host", 200, NO_TYPE,
      "" },
  { "candidate as JSON", "POST /candidate" HOST JSON,
      "{\"candidate\":\"candidate:3 1 udp 1 192.0.2.3 3 typ host\",\"sdpMid\":\"data\","
      "\"sdpMLineIndex\":0,\"usernameFragment\":\"abcd\"}",
      200, NO_TYPE, "" },
  { "the end of candidates", "POST /candidate" HOST, "", 200, NO_TYPE, "" },
  { "no candidate", "POST /candidate" HOST, "hello", 400, PLAIN_HEADER,
      "Bad Request: a candidate starts with \"candidate:\"" },
  { "candidate for nobody", "POST /candidate?session=x" HOST, "candidate:1", 404, PLAIN_HEADER,
      "there is no such session" },
  { "an offer in base64", "POST /sdp" HOST, BASE64_OFFER, 200, PLAIN_HEADER, BASE64_ANSWER },
  { "base64 with a line's end", "POST /sdp" HOST, BASE64_OFFER "\r\n", 200, PLAIN_HEADER,
      BASE64_ANSWER },
  { "base64 of half an offer", "POST /sdp" HOST, "eyJ0eXBlIjoib2ZmZXIi", 400, PLAIN_HEADER,
      "Bad Request: <data>:1:*" },
  { "no base64", "POST /sdp" HOST, "eyJ0?", 400, PLAIN_HEADER, "Bad Request: <data>:1:*" },
  { "GET of /sdp", "GET /sdp" HOST, NULL, 405, "Allow: POST, OPTIONS\n", "" },
  { "GET of /candidate", "GET /candidate" HOST, NULL, 405, "Allow: POST, OPTIONS\n", "" },
  { "the offer of the echo suite", "POST /offer" HOST JSON, PLAIN_OFFER ("3"), 200, JSON_HEADER,
      PLAIN_ANSWER },
  { "with a mode", "POST /offer" HOST JSON,
      "{\"sdp\":\"" DATA_SDP ("4") "\",\"type\":\"offer\",\"mode\":\"echo\"}", 200, JSON_HEADER,
      PLAIN_ANSWER },
  { "GET of /offer", "GET /offer" HOST, NULL, 405, "Allow: POST, OPTIONS\n", "" },
  { "an offer at any path", "POST /rtc/v1/call" HOST JSON, PLAIN_OFFER ("5"), 200, JSON_HEADER,
      PLAIN_ANSWER },
  { "an offer at the root", "POST /" HOST JSON, PLAIN_OFFER ("5"), 200, JSON_HEADER, PLAIN_ANSWER },
  { "no offer at the root", "POST /" HOST JSON, "{}", 404, NO_TYPE, "" },
  { "close of nothing", "POST /close" HOST, "", 400, PLAIN_HEADER,
      "Bad Request: the parameter session is missing" },
  { "close of nobody", "POST /close?session=x" HOST, "", 404, PLAIN_HEADER,
      "there is no such session" },
};

GST_START_TEST (test_relatives)
{
  SignallerHarness harness;
  g_autofree gchar *calls = NULL;
  g_free (stub_peer_take_calls ());
  signaller_harness_start (&harness, SESSIONS);
  RUN (&harness, relative_rows);
  calls = stub_peer_take_calls ();
  for (guint i = 1; i <= 3; i++) {
    g_autofree gchar *call = g_strdup_printf ("add-ice-candidate 0 candidate:%u ", i);
    if (strstr (calls, call) == NULL)
      g_error ("'%s' is not in %s", call, calls);
  }
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- JSON with session ids; its bodies are in rtcsignallerpbx.c --- */

static const SignallerRow pbx_rows[] = {
  { "GET of /webrtc/offer", "GET /webrtc/offer" HOST, NULL, 405,
      JSON_HEADER "Allow: POST, OPTIONS\n",
      "{\"error\":\"this path does not take this method\",\"code\":405}" },
  { "GET of /webrtc/ice-candidate", "GET /webrtc/ice-candidate" HOST, NULL, 405,
      JSON_HEADER "Allow: POST, OPTIONS\n", NULL },
  { "PUT of /webrtc/close", "PUT /webrtc/close" HOST, NULL, 405, JSON_HEADER, NULL },
  { "POST to /iceservers", "POST /iceservers" HOST, NULL, 405,
      JSON_HEADER "Allow: GET, HEAD, OPTIONS\n", NULL },
  { "offer", "POST /webrtc/offer" HOST JSON,
      "{" PBX_OFFER ("1") ",\"session_id\":\"mine\",\"metadata\":null}", 200, JSON_HEADER,
      "{\"sdp\":{\"type\":\"answer\",\"sdp\":\"" ANSWER_SDP "\"},\"session_id\":\"mine\","
      "\"ice_candidates\":[{\"candidate\":\"candidate:1 1 UDP 1 192.0.2.1 5000 typ host\","
      "\"sdpMLineIndex\":0,\"sdpMid\":\"0\"}],\"metadata\":null}" },
  { "statistics", "GET /webrtc/sessions/mine/stats" HOST, NULL, 200, JSON_HEADER, "{}" },
  { "HEAD of the statistics", "HEAD /webrtc/sessions/mine/stats" HOST, NULL, 200, JSON_HEADER, "" },
  { "POST to the statistics", "POST /webrtc/sessions/mine/stats" HOST, NULL, 405,
      JSON_HEADER "Allow: GET, HEAD, OPTIONS\n", NULL },
  { "ICE servers", "GET /iceservers" HOST, NULL, 200, JSON_HEADER "Cache-Control: no-store\n",
      "[]" },
  { "HEAD of the ICE servers", "HEAD /iceservers" HOST, NULL, 200, JSON_HEADER, "" },
  { "too large", "POST /webrtc/offer" HOST "Content-Length: 131073\r\n", NULL, 413, JSON_HEADER,
      "{\"error\":\"the body is too large\",\"code\":413}" },
  { "close", "POST /webrtc/close" HOST JSON, "{\"session_id\":\"mine\"}", 200, JSON_HEADER,
      "{\"session_id\":\"mine\",\"status\":\"closed\"}" },
};

GST_START_TEST (test_pbx)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS);
  RUN (&harness, pbx_rows);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- CORS, tokens, links --- */

#define EXPOSED                                                                                    \
  "Access-Control-Expose-Headers: Location, Link, ETag, Accept-Patch, Retry-After, Session-Id\n"
#define ALLOWED "Access-Control-Allow-Origin: http://friend.example\nVary: Origin\n" EXPOSED
#define PREFLIGHT "Access-Control-Request-Method: POST\r\n"
#define ALLOW_HEADERS                                                                              \
  "Access-Control-Allow-Headers: Authorization, Content-Type, If-Match, ETag, Accept, Origin\n"

static const SignallerRow cors_rows[] = {
  { "S12 preflight of WHIP", "OPTIONS /whip/a" HOST ORIGIN PREFLIGHT, NULL, 200,
      ALLOWED ALLOW_HEADERS
      "Access-Control-Allow-Methods: POST, GET, HEAD, OPTIONS, PATCH, DELETE\n-Link\n"
      "-WWW-Authenticate\n",
      "" },
  { "S12 preflight of a session", "OPTIONS /session/x" HOST ORIGIN PREFLIGHT, NULL, 200,
      ALLOWED ALLOW_HEADERS "-Link\n", "" },
  { "preflight of PBX", "OPTIONS /webrtc/offer" HOST ORIGIN PREFLIGHT, NULL, 200,
      ALLOWED ALLOW_HEADERS "Access-Control-Allow-Methods: POST, OPTIONS\n-Accept-Post\n", "" },
  { "preflight of the statistics", "OPTIONS /webrtc/sessions/x/stats" HOST ORIGIN PREFLIGHT, NULL,
      200, ALLOWED ALLOW_HEADERS "Access-Control-Allow-Methods: GET, HEAD, OPTIONS\n", "" },
  { "preflight of /offer", "OPTIONS /offer" HOST ORIGIN PREFLIGHT, NULL, 200,
      ALLOWED ALLOW_HEADERS "Access-Control-Allow-Methods: POST, OPTIONS\n", "" },
  { "S14 link", "POST /whip/a" HOST ORIGIN SDP_TYPE "Authorization: Bearer secret\r\n",
      WHIP_OFFER ("sendonly"), 201,
      ALLOWED "Link: <turn:t.example:3478>; rel=\"ice-server\"; username=\"me\"; "
              "credential=\"pw\"; credential-type=\"password\"\n",
      NULL },
  { "S17 no token", "POST /whip/b" HOST ORIGIN SDP_TYPE, WHIP_OFFER ("sendonly"), 401,
      "WWW-Authenticate: Bearer\n" PROBLEM_HEADER
      "Access-Control-Allow-Origin: http://friend.example\n",
      "{\"title\":\"Unauthorized\",\"status\":401,"
      "\"detail\":\"the right Bearer token is needed\"}" },
  { "S17 wrong token", "POST /whip/b" HOST SDP_TYPE "Authorization: Bearer secreT\r\n",
      WHIP_OFFER ("sendonly"), 401, "WWW-Authenticate: Bearer\n", NULL },
  { "S17 undefined", "POST /whip/b" HOST SDP_TYPE "Authorization: Bearer undefined\r\n",
      WHIP_OFFER ("sendonly"), 401, "WWW-Authenticate: Bearer\n", NULL },
  { "S17 longer", "POST /whip/b" HOST SDP_TYPE "Authorization: Bearer secretsecret\r\n",
      WHIP_OFFER ("sendonly"), 401, "WWW-Authenticate: Bearer\n", NULL },
  { "S17 Basic", "POST /whip/b" HOST SDP_TYPE "Authorization: Basic c2VjcmV0\r\n",
      WHIP_OFFER ("sendonly"), 401, "WWW-Authenticate: Bearer\n", NULL },
  { "S17 bearer in small letters", "POST /whip/b" HOST SDP_TYPE "Authorization: bearer secret\r\n",
      WHIP_OFFER ("sendonly"), 201, NULL, NULL },
  { "S17 a session's URL", "DELETE /session/x" HOST, NULL, 401, "WWW-Authenticate: Bearer\n",
      NULL },
  { "S17 PBX", "POST /webrtc/offer" HOST JSON, "{}", 401, "WWW-Authenticate: Bearer\n" JSON_HEADER,
      "{\"error\":\"the right Bearer token is needed\",\"code\":401}" },
  { "S17 plain", "POST /doSignaling" HOST JSON, "{}", 401,
      "WWW-Authenticate: Bearer\n" PLAIN_HEADER, "Unauthorized: the right Bearer token is needed" },
  { "S17 metrics", "GET /metrics" HOST, NULL, 401, "WWW-Authenticate: Bearer\n", NULL },
  { "the page needs none", "GET /" HOST, NULL, 200, NULL, NULL },
  { "nor does health", "GET /healthz" HOST, NULL, 200, PLAIN_HEADER, "ok\n" },
};

static const SignallerRow stranger_rows[] = {
  { "preflight of a stranger", "OPTIONS /whip/a" HOST ORIGIN PREFLIGHT, NULL, 403,
      PROBLEM_HEADER "-Access-Control-Allow-Origin\n", NULL },
  { "offer of a stranger", "POST /doSignaling" HOST ORIGIN JSON, PLAIN_OFFER ("1"), 403,
      PLAIN_HEADER "-Access-Control-Allow-Origin\n",
      "Forbidden: pages of another origin may not use this server" },
  { "a sandboxed page", "POST /doSignaling" HOST "Origin: null\r\n" JSON, PLAIN_OFFER ("1"), 403,
      "-Access-Control-Allow-Origin\n", NULL },
  { "its own page", "POST /doSignaling" HOST "Origin: http://localhost\r\n" JSON, PLAIN_OFFER ("1"),
      200, "-Access-Control-Allow-Origin\n", PLAIN_ANSWER },
};

GST_START_TEST (test_cors_and_token)
{
  SignallerHarness harness;
  signaller_harness_start (&harness,
      SESSIONS "allowed-origins=http://friend.example token=secret "
               "turn-server=turn://me:pw@t.example:3478");
  RUN (&harness, cors_rows);
  signaller_harness_stop (&harness);
  signaller_harness_start (&harness, SESSIONS);
  RUN (&harness, stranger_rows);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_routes_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-routes");
  TCase *tests = tcase_create ("routes");
  stub_peer_register ();
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_plain);
  tcase_add_test (tests, test_missing_page);
  tcase_add_test (tests, test_no_answer);
  tcase_add_test (tests, test_relatives);
  tcase_add_test (tests, test_pbx);
  tcase_add_test (tests, test_cors_and_token);
  return suite;
}

GST_CHECK_MAIN (rtcsignaller_routes);
