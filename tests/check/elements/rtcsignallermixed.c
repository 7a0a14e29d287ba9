/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Clients of several dialects at one rtcsignaller: what one of them says never reaches another's
 * session, and who is answered in another way than he asked for is told so at once. The peer is a
 * stub without network.
 */
#include "rawsocket.h"
#include "signallerrows.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <sys/socket.h>
#include <string.h>

#define SESSIONS "rtcsignaller session=stubpeer "
#define HOST " HTTP/1.1\r\nHost: localhost\r\n"
#define SDP_TYPE "Content-Type: application/sdp\r\n"
#define FRAGMENT_TYPE "Content-Type: application/trickle-ice-sdpfrag\r\n"
#define DATA_SDP                                                                                   \
  "v=0\\r\\no=- 1 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n"                                    \
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\\r\\nc=IN IP4 0.0.0.0\\r\\na=mid:data\\r\\n"   \
  "a=ice-ufrag:abcd\\r\\na=ice-pwd:0123456789012345678901\\r\\na=fingerprint:sha-256 AA:BB\\r\\n"
#define RESTART(ufrag) "a=ice-ufrag:" ufrag "\r\na=ice-pwd:9876543210987654321098\r\n"
#define WHIP_OFFER                                                                                 \
  "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"                                            \
  "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendonly\r\n"                \
  "a=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\na=ice-ufrag:abcd\r\n"                                    \
  "a=ice-pwd:0123456789012345678901\r\na=setup:actpass\r\na=fingerprint:sha-256 AA:BB\r\n"

/* (transfer full): its URL's path. */
static gchar *
publish (SignallerHarness *harness)
{
  Response response = signaller_rows_ask (harness, "POST /whip/a" HOST SDP_TYPE, WHIP_OFFER);
  gchar *location = response_get_header (&response, "Location");
  g_assert_cmpuint (response.status, ==, 201);
  response_clear (&response);
  return location;
}

/* Who names no session means his own, and a publisher on the same machine has one of another kind.
 */
GST_START_TEST (test_candidate_beside_publisher)
{
  SignallerHarness harness;
  Response response;
  g_autofree gchar *location = NULL;
  g_autofree gchar *calls = NULL;
  signaller_harness_start (&harness, SESSIONS);
  location = publish (&harness);
  response = signaller_harness_offer (&harness, 1, "abcd", "");
  g_assert_cmpuint (response.status, ==, 200);
  response_clear (&response);
  g_free (stub_peer_take_calls ());
  response = signaller_harness_post (&harness, "/candidate", "candidate:8 mine");
  g_assert_cmpuint (response.status, ==, 200);
  response_clear (&response);
  calls = stub_peer_take_calls ();
  g_assert_cmpstr (calls, ==, "add-ice-candidate 0 candidate:8 mine\n");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* What came before its offer waits for that, and not for a publisher of the same machine. */
GST_START_TEST (test_early_candidate_beside_publisher)
{
  SignallerHarness harness;
  Response response;
  g_autofree gchar *location = NULL;
  g_autofree gchar *calls = NULL;
  signaller_harness_start (&harness, SESSIONS);
  response = signaller_harness_post (&harness, "/candidate", "candidate:8 early");
  g_assert_cmpuint (response.status, ==, 200);
  response_clear (&response);
  location = publish (&harness);
  g_free (stub_peer_take_calls ());
  response = signaller_harness_offer (&harness, 1, "abcd", "");
  g_assert_cmpuint (response.status, ==, 200);
  response_clear (&response);
  calls = stub_peer_take_calls ();
  g_assert_nonnull (strstr (calls, "add-ice-candidate 0 candidate:8 early\n"));
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static gchar *
open_socket_session (SignallerHarness *harness, RawSocket *socket)
{
  static const gchar start[] = "{\"type\":\"status\",\"state\":\"session\",\"message\":\"";
  g_autofree gchar *text = NULL;
  g_assert_cmpuint (raw_socket_open (socket, harness, "/polite", ""), ==, 101);
  text = raw_socket_receive_text (socket);
  g_assert_true (g_str_has_prefix (text, start));
  return g_strndup (text + strlen (start), strcspn (text + strlen (start), "\""));
}

/* What a WebSocket negotiates is answered there: a request that names its session would wait for
 * ever. */
GST_START_TEST (test_offer_for_a_socket)
{
  static const struct {
    const gchar *path;
    const gchar *format;
  } rows[] = {
    { "/doSignaling", "{\"type\":\"offer\",\"sdp\":\"" DATA_SDP "\",\"session_id\":\"%s\"}" },
    { "/webrtc/offer",
        "{\"sdp\":{\"type\":\"offer\",\"sdp\":\"" DATA_SDP "\"},\"session_id\":\"%s\"}" },
  };
  SignallerHarness harness;
  RawSocket socket;
  g_autofree gchar *id = NULL;
  signaller_harness_start (&harness, SESSIONS);
  id = open_socket_session (&harness, &socket);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *body = g_strdup_printf (rows[i].format, id);
    Response response = signaller_harness_post (&harness, rows[i].path, body);
    if (response.status != 404)
      g_error ("%s: %s", rows[i].path, response.text);
    response_clear (&response);
  }
  raw_socket_clear (&socket);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static void
keep_peer (GstElement *signaller, const gchar *id, GstElement *peer, gpointer user_data)
{
  g_set_object ((GstElement **) user_data, peer);
}

/* The candidates of a restart that is refused are of no ICE session. */
GST_START_TEST (test_candidates_of_refused_restart)
{
  SignallerHarness harness;
  GstElement *peer = NULL;
  Response response;
  g_autoptr (GSocketConnection) first = NULL;
  g_autofree gchar *location = NULL;
  g_autofree gchar *head = NULL;
  g_autofree gchar *request = NULL;
  g_autofree gchar *calls = NULL;
  signaller_harness_start (&harness, SESSIONS "answer-timeout=60000");
  g_signal_connect (harness.signaller, "session-started", G_CALLBACK (keep_peer), &peer);
  location = publish (&harness);
  g_object_set (peer, "behaviour", "silent", NULL);
  head = g_strdup_printf ("PATCH %s" HOST FRAGMENT_TYPE "If-Match: *\r\n", location);
  request = g_strdup_printf (
      "%sContent-Length: %u\r\n\r\n%s", head, (guint) strlen (RESTART ("newu")), RESTART ("newu"));
  g_free (stub_peer_take_calls ());
  first = signaller_harness_send (&harness, request, strlen (request));
  while (calls == NULL || strstr (calls, "create-answer") == NULL) {
    g_free (calls);
    calls = stub_peer_take_calls ();
    g_thread_yield ();
  }
  response = signaller_rows_ask (
      &harness, head, RESTART ("more") "m=video 9 X 96\r\na=mid:0\r\na=candidate:5 of none\r\n");
  g_assert_cmpuint (response.status, ==, 409);
  response_clear (&response);
  g_free (calls);
  calls = stub_peer_take_calls ();
  g_assert_cmpstr (calls, ==, "");
  gst_object_unref (peer);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* A session that ends while its peer still counts. */
GST_START_TEST (test_statistics_of_ended_session)
{
  SignallerHarness harness;
  GstElement *peer = NULL;
  Response response;
  g_autoptr (GSocketConnection) waiting = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *request = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *calls = NULL;
  signaller_harness_start (&harness, SESSIONS "answer-timeout=60000");
  g_signal_connect (harness.signaller, "session-started", G_CALLBACK (keep_peer), &peer);
  response = signaller_harness_offer (&harness, 1, "abcd", "");
  id = response_get_header (&response, "Session-Id");
  response_clear (&response);
  g_object_set (peer, "behaviour", "silent", NULL);
  g_free (stub_peer_take_calls ());
  request = g_strdup_printf ("GET /webrtc/sessions/%s/stats" HOST "\r\n", id);
  waiting = signaller_harness_send (&harness, request, strlen (request));
  while (calls == NULL || strstr (calls, "get-stats") == NULL) {
    g_free (calls);
    calls = stub_peer_take_calls ();
    g_thread_yield ();
  }
  path = g_strconcat ("/close?session=", id, NULL);
  response = signaller_harness_post (&harness, path, "");
  g_assert_cmpuint (response.status, ==, 204);
  response_clear (&response);
  gst_clear_object (&peer);
  /* Messages hold their sources, and the stub never replies, but goes. */
  gst_bus_set_flushing (harness.bus, TRUE);
  response = signaller_harness_read (G_IO_STREAM (waiting));
  g_assert_cmpuint (response.status, ==, 404);
  response_clear (&response);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static void
wait_for_call (const gchar *call)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  g_autofree gchar *calls = NULL;
  while (calls == NULL || strstr (calls, call) == NULL) {
    if (g_get_monotonic_time () > deadline)
      g_error ("%s does not come", call);
    g_free (calls);
    calls = stub_peer_take_calls ();
    g_thread_yield ();
  }
}

static void
be_silent (GstElement *signaller, const gchar *id, GstElement *peer, gpointer user_data)
{
  g_object_set (peer, "behaviour", "silent", NULL);
  g_set_object ((GstElement **) user_data, peer);
}

/* The answer is ready when nobody is there any more. */
GST_START_TEST (test_client_is_gone)
{
  static const gchar body[] = "{\"type\":\"offer\",\"sdp\":\"" DATA_SDP "\"}";
  static const gchar *const paths[] = { "/doSignaling", "/webrtc/offer", "/whip/a" };
  const struct linger reset = { 1, 0 };
  g_autofree gchar *request = NULL;
  SignallerHarness harness;
  GstElement *peer = NULL;
  GSocketConnection *connection;
  Response response;
  request = __i__ == 0 ? g_strdup_printf ("POST %s" HOST "Content-Length: %u\r\n\r\n%s", paths[0],
                             (guint) strlen (body), body)
      : __i__ == 1     ? g_strdup_printf ("POST %s" HOST "Content-Length: %u\r\n\r\n{\"sdp\":%s}",
                             paths[1], (guint) strlen (body) + 8, body)
                       : g_strdup_printf ("POST %s" HOST SDP_TYPE "Content-Length: %u\r\n\r\n%s",
                             paths[2], (guint) strlen (WHIP_OFFER), WHIP_OFFER);
  signaller_harness_start (&harness, SESSIONS);
  g_signal_connect (harness.signaller, "session-started", G_CALLBACK (be_silent), &peer);
  g_free (stub_peer_take_calls ());
  connection = signaller_harness_send (&harness, request, strlen (request));
  wait_for_call ("create-answer");
  setsockopt (g_socket_get_fd (g_socket_connection_get_socket (connection)), SOL_SOCKET, SO_LINGER,
      &reset, sizeof reset);
  g_object_unref (connection);
  g_object_set (peer, "behaviour", "answer", NULL);
  g_free (signaller_harness_wait_field (&harness, "rtc-session-started", "session-id"));
  response = signaller_harness_get (&harness, "/healthz");
  g_assert_cmpuint (response.status, ==, 200);
  response_clear (&response);
  gst_clear_object (&peer);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static void
receive_until (RawSocket *socket, const gchar *part)
{
  for (;;) {
    g_autofree gchar *text = raw_socket_receive_text (socket);
    if (strstr (text, part) != NULL)
      return;
  }
}

/* A peer that does not take the client's answer in time is asked for no less afterwards. */
GST_START_TEST (test_answer_that_is_never_taken)
{
  SignallerHarness harness;
  RawSocket socket;
  signaller_harness_start (
      &harness, "rtcsignaller answer-timeout=300 session=\"stubpeer behaviour=offer-deaf\"");
  g_free (open_socket_session (&harness, &socket));
  raw_socket_send_text (&socket, "renegotiate");
  receive_until (&socket, "\"type\":\"offer\"");
  raw_socket_send_text (&socket,
      "{\"type\":\"description\",\"description\":{\"type\":\"answer\",\"sdp\":\"" DATA_SDP "\"}}");
  receive_until (&socket, "the offer was not answered in time");
  raw_socket_send_text (&socket,
      "{\"type\":\"description\",\"description\":{\"type\":\"offer\",\"sdp\":\"" DATA_SDP "\"}}");
  receive_until (&socket, "\"type\":\"answer\"");
  raw_socket_clear (&socket);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_mixed_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-mixed");
  TCase *tests = tcase_create ("mixed");
  stub_peer_register ();
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_candidate_beside_publisher);
  tcase_add_test (tests, test_early_candidate_beside_publisher);
  tcase_add_test (tests, test_offer_for_a_socket);
  tcase_add_test (tests, test_candidates_of_refused_restart);
  tcase_add_test (tests, test_statistics_of_ended_session);
  tcase_add_loop_test (tests, test_client_is_gone, 0, 3);
  tcase_add_test (tests, test_answer_that_is_never_taken);
  return suite;
}

GST_CHECK_MAIN (rtcsignaller_mixed);
