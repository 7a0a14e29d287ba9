/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the client role of rtcsignaller sends, and what it makes of replies: those of servers that
 * are busy, that redirect, that know no restart, and of those that mean harm or are none. The peer
 * is a stub without network.
 */
#include "scriptedserver.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <gst/webrtc/webrtc.h>
#include <string.h>

#define LIMIT (20 * GST_SECOND)
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

typedef struct {
  GstElement *pipeline;
  GstElement *signaller;
  GstElement *peer;
  GstBus *bus;
} Client;

static void
client_start_with (
    Client *client, const gchar *behaviour, guint port, const gchar *path, const gchar *properties)
{
  g_autofree gchar *launch =
      g_strdup_printf ("stubpeer name=p behaviour=%s rtcsignaller name=c role=client dialect=whep "
                       "url=http://127.0.0.1:%u%s request-timeout=3000 %s",
          behaviour, port, path, properties);
  GError *error = NULL;
  g_free (stub_peer_take_calls ());
  client->pipeline = gst_parse_launch (launch, &error);
  g_assert_no_error (error);
  client->signaller = gst_bin_get_by_name (GST_BIN (client->pipeline), "c");
  client->peer = gst_bin_get_by_name (GST_BIN (client->pipeline), "p");
  client->bus = gst_element_get_bus (client->pipeline);
  gst_element_set_state (client->pipeline, GST_STATE_PLAYING);
}

static void
client_start (Client *client, guint port, const gchar *path, const gchar *properties)
{
  client_start_with (client, "offer", port, path, properties);
}

static void
client_stop (Client *client)
{
  gst_element_set_state (client->pipeline, GST_STATE_NULL);
  gst_object_unref (client->bus);
  gst_object_unref (client->peer);
  gst_object_unref (client->signaller);
  gst_object_unref (client->pipeline);
}

/* (transfer full): the message's reason, or the error's text. */
static gchar *
client_wait (Client *client, const gchar *name)
{
  for (;;) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (client->bus, LIMIT, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);
    g_autoptr (GError) error = NULL;
    if (message == NULL)
      g_error ("no message %s came", name);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
      gst_message_parse_error (message, &error, NULL);
      if (strcmp (name, "error") != 0)
        g_error ("waiting for %s: %s", name, error->message);
      return g_strdup (error->message);
    }
    if (gst_message_has_name (message, name))
      return g_strdup (gst_structure_get_string (gst_message_get_structure (message), "reason"));
  }
}

static void
must_wait (Client *client, const gchar *name, const gchar *text)
{
  g_autofree gchar *reason = client_wait (client, name);
  if (text != NULL && (reason == NULL || strstr (reason, text) == NULL))
    g_error ("%s: '%s' is not in '%s'", name, text, reason);
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
  ScriptedServer *server = scripted_server_new ();
  Client client;
  g_test_message ("%s", failures[__i__].name);
  scripted_server_start (server, failures[__i__].steps, NULL);
  client_start (&client, scripted_server_get_port (server), "/whep/a", failures[__i__].properties);
  must_wait (&client, "error", failures[__i__].error);
  client_stop (&client);
  scripted_server_finish (server);
}
GST_END_TEST;

GST_START_TEST (test_nobody_there)
{
  ScriptedServer *server = scripted_server_new ();
  guint port = scripted_server_get_port (server);
  Client client;
  scripted_server_finish (server);
  client_start (&client, port, "/whep/a", "retry-timeout=0");
  must_wait (&client, "error", "http://127.0.0.1");
  client_stop (&client);
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
  g_autofree gchar *launch =
      g_strdup_printf ("stubpeer rtcsignaller name=c role=client %s", bad_urls[__i__].url);
  Client client = { gst_parse_launch (launch, NULL) };
  client.bus = gst_element_get_bus (client.pipeline);
  g_assert_cmpint (
      gst_element_set_state (client.pipeline, GST_STATE_PLAYING), ==, GST_STATE_CHANGE_FAILURE);
  must_wait (&client, "error", bad_urls[__i__].error);
  gst_element_set_state (client.pipeline, GST_STATE_NULL);
  gst_object_unref (client.bus);
  gst_object_unref (client.pipeline);
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
  ScriptedServer *server = scripted_server_new ();
  Client client;
  scripted_server_start (server, steps, NULL);
  client_start (&client, scripted_server_get_port (server), "/whep/a", "");
  must_wait (&client, "rtc-session-waiting", "nobody publishes yet");
  must_wait (&client, "rtc-session-waiting", "asking again in 1.0 seconds");
  must_wait (&client, "rtc-session-started", NULL);
  g_signal_emit_by_name (client.signaller, "restart", NULL, &(gboolean){ FALSE });
  must_wait (&client, "rtc-session-restarted", NULL);
  client_stop (&client);
  scripted_server_finish (server);
}
GST_END_TEST;

static const gchar *const types[] = { "", "Content-Type: text/plain; charset=utf-8\r\n" };

/* Servers that do not say what an answer is, although it is one. */
GST_START_TEST (test_wrong_type)
{
  g_autofree gchar *reply = g_strconcat ("HTTP/1.1 201 Created\r\n", types[__i__],
      "Location: /session/7\r\n" CLOSE "\r\n" ANSWER_SDP, NULL);
  const ScriptStep steps[] = { { POSTED, reply }, { DELETED, OK }, { NULL, NULL } };
  ScriptedServer *server = scripted_server_new ();
  Client client;
  scripted_server_start (server, steps, NULL);
  client_start (&client, scripted_server_get_port (server), "/whep/a", "");
  must_wait (&client, "rtc-session-started", NULL);
  client_stop (&client);
  scripted_server_finish (server);
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
  Client client;
  scripted_server_start (servers[0], first, servers + 1);
  scripted_server_start (servers[1], second, NULL);
  client_start (&client, scripted_server_get_port (servers[0]), "/whep/a", "token=s3cret");
  must_wait (&client, "rtc-session-started", NULL);
  client_stop (&client);
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

static void
lose_link (Client *client)
{
  g_object_set (client->peer, "ice-connection-state", GST_WEBRTC_ICE_CONNECTION_STATE_FAILED, NULL);
}

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
  ScriptedServer *server = scripted_server_new ();
  Client client;
  g_autofree gchar *calls = NULL;
  scripted_server_start (server, steps, NULL);
  client_start (&client, scripted_server_get_port (server), "/whep/a", "");
  must_wait (&client, "rtc-session-started", NULL);
  g_signal_emit_by_name (client.signaller, "restart", NULL, &(gboolean){ FALSE });
  must_wait (&client, "rtc-restart-refused", refusals[__i__].text);
  calls = stub_peer_take_calls ();
  g_assert_nonnull (strstr (calls, "set-local-description rollback"));
  g_assert_null (strstr (calls, "close"));
  lose_link (&client);
  must_wait (&client, "rtc-session-ended", "the connection is lost");
  must_wait (&client, "rtc-session-started", NULL);
  client_stop (&client);
  scripted_server_finish (server);
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
  ScriptedServer *server = scripted_server_new ();
  Client client;
  scripted_server_start (server, steps, NULL);
  client_start (&client, scripted_server_get_port (server), "/whep/a", "");
  must_wait (&client, "rtc-session-started", NULL);
  g_signal_emit_by_name (client.signaller, "restart", NULL, &(gboolean){ FALSE });
  must_wait (&client, "rtc-restart-refused", "status 404");
  g_object_set (
      client.peer, "ice-connection-state", GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED, NULL);
  must_wait (&client, "rtc-session-ended", NULL);
  must_wait (&client, "rtc-session-started", NULL);
  client_stop (&client);
  scripted_server_finish (server);
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
  ScriptedServer *server = scripted_server_new ();
  Client client;
  g_autofree gchar *calls = NULL;
  scripted_server_start (server, steps, NULL);
  client_start (&client, scripted_server_get_port (server), "/whep/a", "");
  must_wait (&client, "rtc-session-started", NULL);
  g_signal_emit_by_name (client.signaller, "restart", NULL, &(gboolean){ FALSE });
  scripted_server_wait (server, 2);
  g_free (stub_peer_take_calls ());
  g_signal_emit_by_name (client.signaller, "restart", NULL, &(gboolean){ FALSE });
  scripted_server_release (server);
  must_wait (&client, "rtc-session-restarted", NULL);
  calls = stub_peer_take_calls ();
  g_assert_cmpstr (calls, ==,
      "set-local-description rollback\ncreate-offer restart\nset-local-description\n"
      "set-remote-description answer\n");
  client_stop (&client);
  scripted_server_finish (server);
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
  ScriptedServer *server = scripted_server_new ();
  Client client;
  g_autofree gchar *calls = NULL;
  scripted_server_start (server, steps, NULL);
  client_start (&client, scripted_server_get_port (server), "/whep/a", "");
  must_wait (&client, "rtc-session-started", NULL);
  calls = stub_peer_take_calls ();
  g_assert_nonnull (strstr (
      calls, "set-local-description rollback\nset-remote-description offer\ncreate-answer\n"));
  client_stop (&client);
  scripted_server_finish (server);
}
GST_END_TEST;

/* RFC 9725 §4.3.1: what is gathered after the offer goes by PATCH, with the entity tag. */
GST_START_TEST (test_trickle)
{
  static const ScriptStep steps[] = {
    { POSTED, CREATED },
    { "PATCH /session/7 |If-Match: \"one\"\r\n|a=ice-ufrag:stub0\r\n|a=mid:0\r\n|"
      "a=candidate:7 1 udp 1 192.0.2.7 7 typ host\r\n|"
      "a=candidate:8 1 udp 1 192.0.2.7 8 typ host\r\n|!v=0",
        NO_CONTENT },
    { "PATCH /session/7 |If-Match: \"one\"\r\n|a=candidate:9 |!a=candidate:7", NO_CONTENT },
    { DELETED, OK },
    { NULL, NULL },
  };
  ScriptedServer *server = scripted_server_new ();
  Client client;
  scripted_server_start (server, steps, NULL);
  client_start (&client, scripted_server_get_port (server), "/whep/a", "");
  must_wait (&client, "rtc-session-started", NULL);
  g_signal_emit_by_name (
      client.peer, "on-ice-candidate", 0, "candidate:7 1 udp 1 192.0.2.7 7 typ host");
  g_signal_emit_by_name (
      client.peer, "on-ice-candidate", 0, "candidate:8 1 udp 1 192.0.2.7 8 typ host");
  scripted_server_wait (server, 2);
  g_signal_emit_by_name (
      client.peer, "on-ice-candidate", 0, "candidate:9 1 udp 1 192.0.2.7 9 typ host");
  scripted_server_wait (server, 3);
  client_stop (&client);
  scripted_server_finish (server);
}
GST_END_TEST;

/* A server that wants it later gets it later, together with what has come meanwhile. */
GST_START_TEST (test_trickle_again)
{
  static const ScriptStep steps[] = {
    { POSTED, CREATED },
    { "PATCH /session/7 |a=candidate:7 ", "HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\n" EMPTY },
    { "PATCH /session/7 |a=candidate:7 |a=candidate:8 ", "HTTP/1.1 503 Busy\r\n" EMPTY },
    { "PATCH /session/7 |a=candidate:7 |a=candidate:8 ", NO_CONTENT },
    { "PATCH /session/7 |a=candidate:9 |!a=candidate:8", "HTTP/1.1 400 Bad\r\n" EMPTY },
    { "PATCH /session/7 |a=candidate:10 |!a=candidate:9", NO_CONTENT },
    { DELETED, OK },
    { NULL, NULL },
  };
  ScriptedServer *server = scripted_server_new ();
  Client client;
  scripted_server_start (server, steps, NULL);
  client_start (&client, scripted_server_get_port (server), "/whep/a", "");
  must_wait (&client, "rtc-session-started", NULL);
  g_signal_emit_by_name (
      client.peer, "on-ice-candidate", 0, "candidate:7 1 udp 1 192.0.2.7 7 typ host");
  scripted_server_wait (server, 2);
  g_signal_emit_by_name (
      client.peer, "on-ice-candidate", 0, "candidate:8 1 udp 1 192.0.2.7 8 typ host");
  scripted_server_wait (server, 4);
  g_signal_emit_by_name (
      client.peer, "on-ice-candidate", 0, "candidate:9 1 udp 1 192.0.2.7 9 typ host");
  scripted_server_wait (server, 5);
  g_signal_emit_by_name (
      client.peer, "on-ice-candidate", 0, "candidate:10 1 udp 1 192.0.2.7 10 typ host");
  scripted_server_wait (server, 6);
  client_stop (&client);
  scripted_server_finish (server);
}
GST_END_TEST;

/* RFC 8838 §13: the end of candidates is told, also when it comes alone, and once. */
GST_START_TEST (test_end_of_candidates)
{
  static const ScriptStep steps[] = {
    { POSTED "|!a=end-of-candidates", CREATED },
    { "PATCH /session/7 |a=candidate:7 |!a=end-of-candidates", NO_CONTENT },
    { "PATCH /session/7 |If-Match: \"one\"\r\n|a=ice-ufrag:stub0\r\n|a=mid:0\r\n|"
      "a=end-of-candidates\r\n|!a=candidate",
        NO_CONTENT },
    { "PATCH /session/7 |a=candidate:8 ", NO_CONTENT },
    { DELETED, OK },
    { NULL, NULL },
  };
  ScriptedServer *server = scripted_server_new ();
  Client client;
  scripted_server_start (server, steps, NULL);
  client_start_with (
      &client, "offer-early", scripted_server_get_port (server), "/whep/a", "gather-timeout=100");
  must_wait (&client, "rtc-session-started", NULL);
  g_signal_emit_by_name (
      client.peer, "on-ice-candidate", 0, "candidate:7 1 udp 1 192.0.2.7 7 typ host");
  scripted_server_wait (server, 2);
  g_object_set (client.peer, "ice-gathering-state", GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE, NULL);
  scripted_server_wait (server, 3);
  g_signal_emit_by_name (
      client.peer, "on-ice-candidate", 0, "candidate:8 1 udp 1 192.0.2.7 8 typ host");
  scripted_server_wait (server, 4);
  client_stop (&client);
  scripted_server_finish (server);
}
GST_END_TEST;

/* A server that is silent at the end does not hold the pipeline for long. */
GST_START_TEST (test_silent_end)
{
  static const ScriptStep steps[] = { { POSTED, CREATED }, { DELETED, NULL }, { NULL, NULL } };
  ScriptedServer *server = scripted_server_new ();
  gint64 before;
  Client client;
  scripted_server_start (server, steps, NULL);
  client_start (&client, scripted_server_get_port (server), "/whep/a", "request-timeout=60000");
  must_wait (&client, "rtc-session-started", NULL);
  before = g_get_monotonic_time ();
  client_stop (&client);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 10 * G_USEC_PER_SEC);
  scripted_server_finish (server);
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
  tcase_add_test (tests, test_trickle);
  tcase_add_test (tests, test_trickle_again);
  tcase_add_test (tests, test_end_of_candidates);
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
