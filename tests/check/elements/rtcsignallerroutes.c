/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every route of rtcsignaller's server role by raw requests: status, headers and body, to the byte
 * where a contract says so. Rows "S1" to "S20" are the requirements on a WHIP and WHEP server (RFC
 * 9725, WHEP draft). The peer is a stub without network.
 */
#include "signallerrows.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define SESSIONS "rtcsignaller session=stubpeer "
#define HOST " HTTP/1.1\r\nHost: localhost\r\n"
#define JSON "Content-Type: application/json\r\n"
#define SDP_TYPE "Content-Type: application/sdp\r\n"
#define FRAGMENT_TYPE "Content-Type: application/trickle-ice-sdpfrag\r\n"
#define ORIGIN "Origin: http://friend.example\r\n"
#define PLAIN_HEADER "Content-Type: text/plain; charset=utf-8\n"
#define JSON_HEADER "Content-Type: application/json\n"
#define PROBLEM_HEADER "Content-Type: application/problem+json\n"
#define NO_TYPE "-Content-Type\n"
#define RUN(harness, rows) signaller_rows_run (harness, rows, G_N_ELEMENTS (rows))

/* With @session in the o= line, as JSON has it. */
#define DATA_SDP(session)                                                                          \
  "v=0\\r\\no=- " session " 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n"                          \
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\\r\\nc=IN IP4 0.0.0.0\\r\\na=mid:data\\r\\n"   \
  "a=ice-ufrag:abcd\\r\\na=ice-pwd:0123456789012345678901\\r\\na=fingerprint:sha-256 AA:BB\\r\\n"
#define PLAIN_OFFER(session) "{\"type\":\"offer\",\"sdp\":\"" DATA_SDP (session) "\"}"
#define ANSWER_SDP                                                                                 \
  "v=0\\r\\no=- 9 9 IN IP4 0.0.0.0\\r\\ns=-\\r\\nt=0 0\\r\\n"                                      \
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\\r\\nc=IN IP4 0.0.0.0\\r\\na=mid:0\\r\\n"      \
  "a=candidate:1 1 UDP 1 192.0.2.1 5000 typ host\\r\\na=end-of-candidates\\r\\n"
#define PLAIN_ANSWER "{\"type\":\"answer\",\"sdp\":\"" ANSWER_SDP "\"}"
#define PBX_OFFER(session) "\"sdp\":{\"type\":\"offer\",\"sdp\":\"" DATA_SDP (session) "\"}"
#define MEDIA_HEAD "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define VIDEO(direction)                                                                           \
  "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=" direction "\r\n"           \
  "a=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\na=ice-ufrag:abcd\r\n"                                    \
  "a=ice-pwd:0123456789012345678901\r\na=setup:actpass\r\na=fingerprint:sha-256 AA:BB\r\n"
#define WHIP_OFFER(direction) MEDIA_HEAD VIDEO (direction)
#define CANDIDATE "m=video 9 X 96\r\na=mid:0\r\na=candidate:5 1 udp 1 192.0.2.5 5 typ host\r\n"
#define RESTART "a=ice-ufrag:newu\r\na=ice-pwd:9876543210987654321098\r\n"

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
      "Allow: PATCH, DELETE, GET, HEAD, OPTIONS\n", "" },
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

/* --- the text format 0.0.4 of metrics --- */

#define METRIC_NAME "[a-zA-Z_:][a-zA-Z0-9_:]*"
#define LABELS "(\\{[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\\n]|\\\\[\\\\\"n])*\"\\})?"

typedef struct {
  gchar *name;
  gboolean has_help;
  gboolean is_counter;
  guint n_samples;
} Family;

static void
family_end (Family *family)
{
  if (family->name == NULL)
    return;
  g_assert_true (family->has_help);
  /* What promtool checks: counters end with _total, and nothing else does. */
  g_assert_cmpint (family->is_counter, ==, g_str_has_suffix (family->name, "_total"));
  g_clear_pointer (&family->name, g_free);
}

static void
check_sample (const Family *family, const gchar *line, GHashTable *seen)
{
  g_autofree gchar *name = g_strndup (line, strcspn (line, "{ "));
  g_assert_cmpstr (name, ==, family->name);
  g_assert_true (g_regex_match_simple ("^" METRIC_NAME LABELS " -?[0-9]+(\\.[0-9]+)?$", line,
      (GRegexCompileFlags) 0, (GRegexMatchFlags) 0));
  if (!g_hash_table_add (seen, g_strndup (line, strrchr (line, ' ') - line)))
    g_error ("twice: %s", line);
}

static void
check_metrics (const gchar *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Family family = { NULL };
  guint n_lines = g_strv_length (lines);

  g_assert_cmpstr (lines[n_lines - 1], ==, "");
  for (guint i = 0; i + 1 < n_lines; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", 4);
    if (g_str_has_prefix (lines[i], "# HELP ")) {
      family_end (&family);
      family = (Family){ g_strdup (words[2]), words[3][0] != '\0' };
      g_assert_true (g_hash_table_add (seen, g_strdup (lines[i])));
    } else if (g_str_has_prefix (lines[i], "# TYPE ")) {
      g_assert_cmpstr (words[2], ==, family.name);
      g_assert_true (g_str_equal (words[3], "counter") || g_str_equal (words[3], "gauge"));
      family.is_counter = g_str_equal (words[3], "counter");
    } else {
      check_sample (&family, lines[i], seen);
    }
  }
  family_end (&family);
}

static const SignallerRow metrics_rows[] = {
  { "HEAD", "HEAD /metrics" HOST, NULL, 200,
      "Content-Type: text/plain; version=0.0.4; charset=utf-8\n", "" },
  { "POST", "POST /metrics" HOST, NULL, 405, "Allow: GET, HEAD, OPTIONS\n", NULL },
  { "HEAD of health", "HEAD /healthz" HOST, NULL, 200, PLAIN_HEADER, "" },
  { "health", "GET /healthz" HOST, NULL, 200, PLAIN_HEADER, "ok\n" },
};

GST_START_TEST (test_metrics)
{
  SignallerHarness harness;
  Response response;
  signaller_harness_start (&harness, SESSIONS);
  RUN (&harness, plain_rows);
  RUN (&harness, metrics_rows);
  response = signaller_harness_get (&harness, "/metrics");
  g_assert_cmpuint (response.status, ==, 200);
  check_metrics (response.body);
  g_assert_nonnull (strstr (response.body, "\nrtc_sessions 1\n"));
  g_assert_nonnull (strstr (response.body, "\nrtc_sessions_started_total 1\n"));
  g_assert_nonnull (strstr (response.body, "\nrtc_http_requests_total{code=\"405\"} 2\n"));
  response_clear (&response);
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
  tcase_add_test (tests, test_whip);
  tcase_add_test (tests, test_whip_session);
  tcase_add_test (tests, test_later);
  tcase_add_test (tests, test_cors_and_token);
  tcase_add_test (tests, test_same_origin_line);
  tcase_add_test (tests, test_refused_offer_and_candidates);
  tcase_add_test (tests, test_same_id_again);
  tcase_add_test (tests, test_limit_of_candidates);
  tcase_add_test (tests, test_metrics);
  return suite;
}

GST_CHECK_MAIN (rtcsignaller_routes);
