/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the client role of rtcsignaller sends, and what it makes of replies: those of servers that
 * are busy, that redirect, that know no restart, and of those that mean harm or are none. The peer
 * is a stub without network.
 */
#include "scriptedserver.h"
#include "signallerclient.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <gst/webrtc/webrtc.h>
#include <string.h>

#define CLOSE "Connection: close\r\n"
#define EMPTY "Content-Length: 0\r\n" CLOSE "\r\n"
#define ANSWER_SDP                                                                                 \
  "v=0\r\no=- 9 9 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"                          \
  "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendonly\r\n"                \
  "a=ice-ufrag:serv\r\na=ice-pwd:0123456789012345678901\r\na=setup:active\r\na=fingerprint:sha-"   \
  "256 AA:BB\r\n"
#define SDP "Content-Type: application/sdp\r\n"
#define CREATED                                                                                    \
  "HTTP/1.1 201 Created\r\n" SDP "Location: /session/7\r\nETag: \"one\"\r\n" CLOSE "\r"            \
  "\n" ANSWER_SDP
#define OK "HTTP/1.1 200 OK\r\n" EMPTY
#define NO_CONTENT "HTTP/1.1 204 No Content\r\n" CLOSE "\r\n"
#define FRAGMENT "Content-Type: application/trickle-ice-sdpfrag\r\n"
#define RESTARTED                                                                                  \
  "HTTP/1.1 200 OK\r\n" FRAGMENT "ETag: \"two\"\r\n" CLOSE "\r\n"                                  \
  "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=ice-ufrag:new1\r\n"                              \
  "a=ice-pwd:1111111111111111111111\r\na=candidate:2 1 udp 1 192.0.2.2 2 typ host\r\n"
#define POSTED                                                                                     \
  "POST /whep/a HTTP/1.1\r\n|Content-Type: application/sdp\r\n|Accept: application/sdp\r\n|"       \
  "\r\n\r\nv=0\r\n|a=ice-ufrag:stub0"
#define DELETED "DELETE /session/7 HTTP/1.1\r\n"

/* A client with a stub for a peer, and the server that it asks. */
typedef struct {
  ScriptedServer *server;
  SignallerClient client;
  GstElement *peer;
} Story;

static void
story_call (Story *story, guint port, const gchar *behaviour, const gchar *properties)
{
  g_free (stub_peer_take_calls ());
  signaller_client_make (&story->client,
      "stubpeer name=p behaviour=%s rtcsignaller name=c role=client dialect=whep "
      "url=http://127.0.0.1:%u/whep/a request-timeout=3000 %s",
      behaviour, port, properties);
  story->peer = signaller_client_get (&story->client, "p");
  signaller_client_play (&story->client);
}

static void
story_begin_with (
    Story *story, const ScriptStep *steps, const gchar *behaviour, const gchar *properties)
{
  story->server = scripted_server_new ();
  scripted_server_start (story->server, steps, NULL);
  story_call (story, scripted_server_get_port (story->server), behaviour, properties);
}

static void
story_begin (Story *story, const ScriptStep *steps, const gchar *properties)
{
  story_begin_with (story, steps, "offer", properties);
}

static void
story_hang_up (Story *story)
{
  gst_object_unref (story->peer);
  signaller_client_stop (&story->client);
}

/* All that the server was to be asked it was asked. */
static void
story_end (Story *story)
{
  story_hang_up (story);
  scripted_server_finish (story->server);
}

static void
story_wait (Story *story, const gchar *name, const gchar *text)
{
  signaller_client_wait (&story->client, name, text);
}

static void
story_wait_started (Story *story)
{
  story_wait (story, "rtc-session-started", NULL);
}

static void
story_restart (Story *story)
{
  signaller_client_restart (&story->client);
}

static void
story_set_ice (Story *story, GstWebRTCICEConnectionState state)
{
  g_object_set (story->peer, "ice-connection-state", state, NULL);
}

/* 0: no more will come. */
static void
story_gather (Story *story, guint number)
{
  g_autofree gchar *candidate =
      g_strdup_printf ("candidate:%u 1 udp 1 192.0.2.7 %u typ host", number, number);
  if (number == 0)
    g_object_set (
        story->peer, "ice-gathering-state", GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE, NULL);
  else
    g_signal_emit_by_name (story->peer, "on-ice-candidate", 0, candidate);
}

/* --- replies that end it --- */

static const struct {
  const gchar *name;
  const gchar *properties;
  ScriptStep steps[8];
  const gchar *error;
} failures[] = {
  { "no such place", "", { { POSTED, "HTTP/1.1 404 Not Found\r\n" EMPTY }, { NULL, NULL } },
      "status 404: there is nothing at this URL; check url and dialect" },
  { "no token", "", { { POSTED, "HTTP/1.1 401 Unauthorized\r\n" EMPTY }, { NULL, NULL } },
      "set the property token" },
  { "wrong token", "token=abc",
      { { POSTED "|Authorization: Bearer abc\r\n", "HTTP/1.1 403 Forbidden\r\n" EMPTY },
          { NULL, NULL } },
      "check the token" },
  { "words for a terminal", "",
      { { POSTED,
            "HTTP/1.1 422 Unprocessable\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n" CLOSE
            "\r\n\033[31mred" },
          { NULL, NULL } },
      "([31mred)" },
  { "the server says why", "",
      { { POSTED,
            "HTTP/1.1 422 Unprocessable\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n" CLOSE
            "\r\nno\nvideos" },
          { NULL, NULL } },
      "(no videos)" },
  { "the server says why, in JSON", "",
      { { POSTED,
            "HTTP/1.1 422 Unprocessable\r\nContent-Type: application/problem+json\r\n" CLOSE
            "\r\n{\"title\":\"x\",\"detail\":\"no videos\"}" },
          { NULL, NULL } },
      "(no videos)" },
  { "the server failed", "", { { POSTED, "HTTP/1.1 500 Oops\r\n" EMPTY }, { NULL, NULL } },
      "look at its log" },
  { "a page", "",
      { { POSTED,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nLocation: /x\r\n" CLOSE "\r\n<html>" },
          { "DELETE /x ", OK }, { NULL, NULL } },
      "the reply is text/html and not application/sdp" },
  { "garbage", "",
      { { POSTED, "HTTP/1.1 201 Created\r\n" SDP "Location: /x\r\n" CLOSE "\r\nhello" },
          { "DELETE /x ", OK }, { NULL, NULL } },
      "the answer is not usable SDP" },
  { "not text", "",
      { { POSTED, "HTTP/1.1 201 Created\r\n" SDP "Location: /x\r\n" CLOSE "\r\nv=0\r\n\xff\xfe" },
          { "DELETE /x ", OK }, { NULL, NULL } },
      "not valid UTF-8" },
  { "refused by the peer", "",
      { { POSTED,
            "HTTP/1.1 201 Created\r\n" SDP "Location: /x\r\n" CLOSE "\r\n" ANSWER_SDP
            "a=refuse\r\n" },
          { "DELETE /x ", OK }, { NULL, NULL } },
      "the server's description cannot be used: refused by the stub" },
  { "no Location", "",
      { { POSTED, "HTTP/1.1 201 Created\r\n" SDP CLOSE "\r\n" ANSWER_SDP }, { NULL, NULL } },
      "the server gave no Location" },
  { "a Location that is none", "",
      { { POSTED,
            "HTTP/1.1 201 Created\r\n" SDP "Location: file:///x\r\n" CLOSE "\r\n" ANSWER_SDP },
          { NULL, NULL } },
      "the server's Location cannot be used" },
  { "endless", "", { { POSTED, SCRIPT_ENDLESS }, { NULL, NULL } }, "longer than 131072 bytes" },
  { "silence", "request-timeout=300 retry-timeout=0", { { POSTED, NULL }, { NULL, NULL } },
      "the server did not answer within" },
  { "no HTTP", "retry-timeout=0", { { POSTED, "SSH-2.0-x\r\n" }, { NULL, NULL } }, "http://" },
  { "redirect as GET", "",
      { { POSTED, "HTTP/1.1 302 Found\r\nLocation: /b\r\n" EMPTY }, { NULL, NULL } },
      "it must use 307 or 308" },
  { "redirect to nowhere", "",
      { { POSTED, "HTTP/1.1 307 Temporary Redirect\r\n" EMPTY }, { NULL, NULL } },
      "without saying where to" },
  { "redirects without end", "",
      { { POSTED, "HTTP/1.1 307 T\r\nLocation: /whep/a\r\n" EMPTY },
          { POSTED, "HTTP/1.1 307 T\r\nLocation: /whep/a\r\n" EMPTY },
          { POSTED, "HTTP/1.1 308 P\r\nLocation: /whep/a\r\n" EMPTY },
          { POSTED, "HTTP/1.1 307 T\r\nLocation: /whep/a\r\n" EMPTY },
          { POSTED, "HTTP/1.1 307 T\r\nLocation: /whep/a\r\n" EMPTY },
          { POSTED, "HTTP/1.1 307 T\r\nLocation: /whep/a\r\n" EMPTY }, { NULL, NULL } },
      "redirects more than 5 times" },
  { "busy for too long", "retry-timeout=600",
      { { POSTED, "HTTP/1.1 503 Busy\r\n" EMPTY }, { POSTED, "HTTP/1.1 503 Busy\r\n" EMPTY },
          { NULL, NULL } },
      "status 503: the server is busy" },
  { "a long wait", "",
      { { POSTED, "HTTP/1.1 429 Slow\r\nRetry-After: 4000\r\n" EMPTY }, { NULL, NULL } },
      "too many requests" },
};

GST_START_TEST (test_failures)
{
  Story story;
  g_test_message ("%s", failures[__i__].name);
  story_begin (&story, failures[__i__].steps, failures[__i__].properties);
  story_wait (&story, "error", failures[__i__].error);
  story_end (&story);
}
GST_END_TEST;

GST_START_TEST (test_nobody_there)
{
  ScriptedServer *server = scripted_server_new ();
  guint port = scripted_server_get_port (server);
  Story story;
  scripted_server_finish (server);
  story_call (&story, port, "offer", "retry-timeout=0");
  story_wait (&story, "error", "http://127.0.0.1");
  story_hang_up (&story);
}
GST_END_TEST;

static const struct {
  const gchar *url;
  const gchar *error;
} bad_urls[] = {
  { "", "Set the property url" },
  { "url=ftp://a/b", "http://HOST" },
  { "url=http://h/ tls-certificate=/nothing/here.pem", "certificates" },
};

GST_START_TEST (test_bad_urls)
{
  SignallerClient client;
  signaller_client_make (
      &client, "stubpeer rtcsignaller name=c role=client %s", bad_urls[__i__].url);
  g_assert_cmpint (
      gst_element_set_state (client.pipeline, GST_STATE_PLAYING), ==, GST_STATE_CHANGE_FAILURE);
  signaller_client_wait (&client, "error", bad_urls[__i__].error);
  signaller_client_stop (&client);
}
GST_END_TEST;

/* --- stories that end well --- */

GST_START_TEST (test_whole_story)
{
  static const ScriptStep steps[] = {
    { POSTED "|!Authorization", "HTTP/1.1 409 Conflict\r\nRetry-After: 0\r\n" EMPTY },
    { POSTED, "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\n" EMPTY },
    { POSTED, CREATED },
    { "PATCH /session/7 HTTP/1.1\r\n|Content-Type: application/trickle-ice-sdpfrag\r\n|"
      "If-Match: *\r\n|a=ice-ufrag:stub1\r\n|a=group:BUNDLE 0\r\n|a=mid:0\r\n|!v=0|!rtpmap",
        RESTARTED },
    { DELETED, OK },
    { NULL, NULL },
  };
  Story story;
  story_begin (&story, steps, "");
  story_wait (&story, "rtc-session-waiting", "nobody publishes yet");
  story_wait (&story, "rtc-session-waiting", "asking again in 1.0 seconds");
  story_wait_started (&story);
  story_restart (&story);
  story_wait (&story, "rtc-session-restarted", NULL);
  story_end (&story);
}
GST_END_TEST;

static const gchar *const types[] = { "", "Content-Type: text/plain; charset=utf-8\r\n" };

/* Servers that do not say what an answer is, although it is one. */
GST_START_TEST (test_wrong_type)
{
  g_autofree gchar *reply = g_strconcat ("HTTP/1.1 201 Created\r\n", types[__i__],
      "Location: /session/7\r\n" CLOSE "\r\n" ANSWER_SDP, NULL);
  const ScriptStep steps[] = { { POSTED, reply }, { DELETED, OK }, { NULL, NULL } };
  Story story;
  story_begin (&story, steps, "");
  story_wait_started (&story);
  story_end (&story);
}
GST_END_TEST;

/* The token goes with a redirect of its own origin, and not to another one; the session's URL is
 * relative to where the reply came from. */
GST_START_TEST (test_token)
{
  ScriptedServer *servers[] = { scripted_server_new (), scripted_server_new (), NULL };
  const ScriptStep first[] = {
    { POSTED "|Authorization: Bearer s3cret\r\n", "HTTP/1.1 307 T\r\nLocation: /again\r\n" EMPTY },
    { "POST /again |Authorization: Bearer s3cret\r\n",
        "HTTP/1.1 308 P\r\nLocation: http://127.0.0.1:@1/far/away\r\n" EMPTY },
    { NULL, NULL },
  };
  const ScriptStep second[] = {
    { "POST /far/away |!s3cret|!Authorization",
        "HTTP/1.1 201 Created\r\n" SDP "Location: here\r\n" CLOSE "\r\n" ANSWER_SDP },
    { "DELETE /far/here |!s3cret|!Authorization", OK },
    { NULL, NULL },
  };
  Story story;
  scripted_server_start (servers[0], first, servers + 1);
  scripted_server_start (servers[1], second, NULL);
  story_call (&story, scripted_server_get_port (servers[0]), "offer", "token=s3cret");
  story_wait_started (&story);
  story_hang_up (&story);
  scripted_server_finish (servers[0]);
  scripted_server_finish (servers[1]);
}
GST_END_TEST;

static const struct {
  const gchar *reply;
  const gchar *text;
} refusals[] = {
  { "HTTP/1.1 405 Method Not Allowed\r\n" EMPTY, "status 405" },
  { "HTTP/1.1 501 Not Implemented\r\n" EMPTY, "status 501" },
  { "HTTP/1.1 412 Precondition Failed\r\n" EMPTY, "status 412" },
  { NO_CONTENT, "the server did not restart ICE" },
  { "HTTP/1.1 200 OK\r\n" FRAGMENT CLOSE "\r\na=mid:0\r\n", "no new credentials" },
  { "HTTP/1.1 200 OK\r\n" FRAGMENT CLOSE "\r\nhello", "cannot be read" },
};

/* A restart that is refused leaves the session alone; when the link is lost then, a new session
 * takes its place. */
GST_START_TEST (test_refused_restart)
{
  const ScriptStep steps[] = {
    { POSTED, CREATED },
    { "PATCH /session/7 |If-Match: *\r\n", refusals[__i__].reply },
    { DELETED, OK },
    { "POST /whep/a ", CREATED },
    { DELETED, OK },
    { NULL, NULL },
  };
  Story story;
  g_autofree gchar *calls = NULL;
  story_begin (&story, steps, "");
  story_wait_started (&story);
  story_restart (&story);
  story_wait (&story, "rtc-restart-refused", refusals[__i__].text);
  calls = stub_peer_take_calls ();
  g_assert_nonnull (strstr (calls, "set-local-description rollback"));
  g_assert_null (strstr (calls, "close"));
  story_set_ice (&story, GST_WEBRTC_ICE_CONNECTION_STATE_FAILED);
  story_wait (&story, "rtc-session-ended", "the connection is lost");
  story_wait_started (&story);
  story_end (&story);
}
GST_END_TEST;

/* The server has forgotten the session, and the link is interrupted: that is the end of it. */
GST_START_TEST (test_session_is_gone)
{
  static const ScriptStep steps[] = {
    { POSTED, CREATED },
    { "PATCH /session/7 ", "HTTP/1.1 404 Not Found\r\n" EMPTY },
    { DELETED, "HTTP/1.1 404 Not Found\r\n" EMPTY },
    { "POST /whep/a ", CREATED },
    { DELETED, OK },
    { NULL, NULL },
  };
  Story story;
  story_begin (&story, steps, "");
  story_wait_started (&story);
  story_restart (&story);
  story_wait (&story, "rtc-restart-refused", "status 404");
  story_set_ice (&story, GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED);
  story_wait (&story, "rtc-session-ended", NULL);
  story_wait_started (&story);
  story_end (&story);
}
GST_END_TEST;

/* The reply to the first PATCH comes after the second was asked for. */
GST_START_TEST (test_superseded_restart)
{
  static const ScriptStep steps[] = {
    { POSTED, CREATED },
    { "PATCH /session/7 |a=ice-ufrag:stub1\r\n", "~" RESTARTED },
    { "PATCH /session/7 |a=ice-ufrag:stub2\r\n", RESTARTED },
    { DELETED, OK },
    { NULL, NULL },
  };
  Story story;
  g_autofree gchar *calls = NULL;
  story_begin (&story, steps, "");
  story_wait_started (&story);
  story_restart (&story);
  scripted_server_wait (story.server, 2);
  g_free (stub_peer_take_calls ());
  story_restart (&story);
  scripted_server_release (story.server);
  story_wait (&story, "rtc-session-restarted", NULL);
  calls = stub_peer_take_calls ();
  g_assert_cmpstr (calls, ==,
      "set-local-description rollback\ncreate-offer restart\nset-local-description\n"
      "set-remote-description answer\n");
  story_end (&story);
}
GST_END_TEST;

/* A viewer's server that cannot answer makes an offer of its own. */
GST_START_TEST (test_counter_offer)
{
  static const ScriptStep steps[] = {
    { POSTED,
        "HTTP/1.1 406 Not Acceptable\r\n" SDP "Location: /session/7\r\nETag: \"one\"\r\n" CLOSE
        "\r\n" ANSWER_SDP },
    { "PATCH /session/7 |Content-Type: application/sdp\r\n|If-Match: \"one\"\r\n|\r\n\r\nv=0",
        NO_CONTENT },
    { DELETED, OK },
    { NULL, NULL },
  };
  Story story;
  g_autofree gchar *calls = NULL;
  story_begin (&story, steps, "");
  story_wait_started (&story);
  calls = stub_peer_take_calls ();
  g_assert_nonnull (strstr (
      calls, "set-local-description rollback\nset-remote-description offer\ncreate-answer\n"));
  story_end (&story);
}
GST_END_TEST;

/* --- what is gathered after the offer --- */

static const struct {
  const gchar *name;
  const gchar *behaviour;
  const gchar *properties;
  ScriptStep steps[8];
  /* What is gathered, 0 for the end of it, and the request that is awaited then, 0 for none. */
  struct {
    guint candidate;
    guint request;
  } gathered[6];
} trickles[] = {
  /* RFC 9725 §4.3.1: it goes by PATCH, with the entity tag. */
  { "trickle", "offer", "",
      { { POSTED, CREATED },
          { "PATCH /session/7 |If-Match: \"one\"\r\n|a=ice-ufrag:stub0\r\n|a=mid:0\r\n|"
            "a=candidate:7 1 udp 1 192.0.2.7 7 typ host\r\n|"
            "a=candidate:8 1 udp 1 192.0.2.7 8 typ host\r\n|!v=0",
              NO_CONTENT },
          { "PATCH /session/7 |If-Match: \"one\"\r\n|a=candidate:9 |!a=candidate:7", NO_CONTENT },
          { DELETED, OK }, { NULL, NULL } },
      { { 7, 0 }, { 8, 2 }, { 9, 3 } } },
  /* A server that wants it later gets it later, together with what has come meanwhile. */
  { "again", "offer", "",
      { { POSTED, CREATED },
          { "PATCH /session/7 |a=candidate:7 ",
              "HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\n" EMPTY },
          { "PATCH /session/7 |a=candidate:7 |a=candidate:8 ", "HTTP/1.1 503 Busy\r\n" EMPTY },
          { "PATCH /session/7 |a=candidate:7 |a=candidate:8 ", NO_CONTENT },
          { "PATCH /session/7 |a=candidate:9 |!a=candidate:8", "HTTP/1.1 400 Bad\r\n" EMPTY },
          { "PATCH /session/7 |a=candidate:10 |!a=candidate:9", NO_CONTENT }, { DELETED, OK },
          { NULL, NULL } },
      { { 7, 2 }, { 8, 4 }, { 9, 5 }, { 10, 6 } } },
  /* RFC 8838 §13: the end of candidates is told, also when it comes alone, and once. */
  { "the end", "offer-early", "gather-timeout=100",
      { { POSTED "|!a=end-of-candidates", CREATED },
          { "PATCH /session/7 |a=candidate:7 |!a=end-of-candidates", NO_CONTENT },
          { "PATCH /session/7 |If-Match: \"one\"\r\n|a=ice-ufrag:stub0\r\n|a=mid:0\r\n|"
            "a=end-of-candidates\r\n|!a=candidate",
              NO_CONTENT },
          { "PATCH /session/7 |a=candidate:8 ", NO_CONTENT }, { DELETED, OK }, { NULL, NULL } },
      { { 7, 2 }, { 0, 3 }, { 8, 4 } } },
};

GST_START_TEST (test_trickle)
{
  Story story;
  g_test_message ("%s", trickles[__i__].name);
  story_begin_with (
      &story, trickles[__i__].steps, trickles[__i__].behaviour, trickles[__i__].properties);
  story_wait_started (&story);
  for (guint i = 0; trickles[__i__].gathered[i].candidate + trickles[__i__].gathered[i].request > 0;
       i++) {
    story_gather (&story, trickles[__i__].gathered[i].candidate);
    if (trickles[__i__].gathered[i].request > 0)
      scripted_server_wait (story.server, trickles[__i__].gathered[i].request);
  }
  story_end (&story);
}
GST_END_TEST;

/* A server that is silent at the end does not hold the pipeline for long. */
GST_START_TEST (test_silent_end)
{
  static const ScriptStep steps[] = { { POSTED, CREATED }, { DELETED, NULL }, { NULL, NULL } };
  gint64 before;
  Story story;
  story_begin (&story, steps, "request-timeout=60000");
  story_wait_started (&story);
  before = g_get_monotonic_time ();
  story_hang_up (&story);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 10 * G_USEC_PER_SEC);
  scripted_server_finish (story.server);
}
GST_END_TEST;

static Suite *
client_replies_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-client-replies");
  TCase *tests = tcase_create ("replies");
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, test_failures, 0, G_N_ELEMENTS (failures));
  tcase_add_test (tests, test_nobody_there);
  tcase_add_loop_test (tests, test_bad_urls, 0, G_N_ELEMENTS (bad_urls));
  tcase_add_test (tests, test_whole_story);
  tcase_add_loop_test (tests, test_wrong_type, 0, G_N_ELEMENTS (types));
  tcase_add_test (tests, test_token);
  tcase_add_loop_test (tests, test_refused_restart, 0, G_N_ELEMENTS (refusals));
  tcase_add_test (tests, test_session_is_gone);
  tcase_add_test (tests, test_superseded_restart);
  tcase_add_test (tests, test_counter_offer);
  tcase_add_loop_test (tests, test_trickle, 0, G_N_ELEMENTS (trickles));
  tcase_add_test (tests, test_silent_end);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  stub_peer_register ();
  return gst_check_run_suite (client_replies_suite (), "rtcsignaller-client-replies", __FILE__);
}
