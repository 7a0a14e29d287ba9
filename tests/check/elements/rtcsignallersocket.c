/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The WebSockets of rtcsignaller from the outside, with a client that may do anything: the
 * handshake, what a hostile client sends, the message relay, and sessions with a stub as peer.
 */
#include "rawsocket.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define RELAY "rtcsignaller "

/* --- handshakes --- */

#define OLD_VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n"
#define NO_KEY "Sec-WebSocket-Version: 13\r\n"
#define SHORT_KEY "Sec-WebSocket-Key: abcd\r\nSec-WebSocket-Version: 13\r\n"

static const struct {
  const gchar *name;
  const gchar *settings;
  const gchar *path;
  const gchar *headers;
  guint status;
} handshakes[] = {
  { "root", "", "/", "", 101 },
  { "relay", "", "/relay", "", 101 },
  { "room", "", "/relay/a-room", "", 101 },
  { "no WebSocket there", "", "/offer", "", 404 },
  { "no room's name", "", "/relay/a%20b", "", 404 },
  { "old version", "", "/", OLD_VERSION, 426 },
  { "no key", "", "/", NO_KEY, 400 },
  { "short key", "", "/", SHORT_KEY, 400 },
  { "its own origin", "", "/", "Origin: http://localhost\r\n", 101 },
  { "foreign origin", "", "/", "Origin: http://evil.example\r\n", 403 },
  { "allowed origin", "allowed-origins=http://friend.example", "/",
      "Origin: http://friend.example\r\n", 101 },
  { "two origins", "", "/", "Origin: http://localhost\r\nOrigin: http://evil.example\r\n", 400 },
  { "rebound name", "", "/", "Host: evil.example\r\n", 400 },
  { "no token", "token=secret", "/", "", 401 },
  { "wrong token", "token=secret", "/?token=secreT", "", 401 },
  { "empty token", "token=secret", "/?token=", "", 401 },
  { "token as parameter", "token=secret", "/relay/x?a=b&token=secret", "", 101 },
  { "token as header", "token=secret", "/relay/x", "Authorization: Bearer secret\r\n", 101 },
  { "sub-protocol", "", "/", "Sec-WebSocket-Protocol: chat, other\r\n", 101 },
  { "body", "", "/", "Content-Length: 4\r\n", 413 },
};

GST_START_TEST (test_handshakes)
{
  for (gsize i = 0; i < G_N_ELEMENTS (handshakes); i++) {
    SignallerHarness harness;
    RawSocket socket;
    g_autofree gchar *launch = g_strconcat (RELAY, handshakes[i].settings, NULL);
    guint status;
    signaller_harness_start (&harness, launch);
    status = raw_socket_open (&socket, &harness, handshakes[i].path, handshakes[i].headers);
    if (status != handshakes[i].status)
      g_error ("%s: %u", handshakes[i].name, status);
    raw_socket_clear (&socket);
    signaller_harness_stop (&harness);
  }
}
GST_END_TEST;

/* What is not an upgrade to WebSocket is a page. */
GST_START_TEST (test_no_upgrade)
{
  static const gchar request[] = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                                 "Upgrade: h2c\r\n\r\n";
  SignallerHarness harness;
  Response response;
  signaller_harness_start (&harness, RELAY);
  response = signaller_harness_exchange (&harness, request, strlen (request));
  g_assert_cmpuint (response.status, ==, 200);
  response_clear (&response);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_socket_limit)
{
  SignallerHarness harness;
  RawSocket first;
  RawSocket second;
  Response page;
  signaller_harness_start (&harness, RELAY "max-sockets=1 max-connections=1");
  raw_socket_join (&first, &harness, "/", "a");
  g_assert_cmpuint (raw_socket_open (&second, &harness, "/", ""), ==, 503);
  raw_socket_clear (&second);
  /* It takes no connection of the pages. */
  page = signaller_harness_get (&harness, "/");
  g_assert_cmpuint (page.status, ==, 200);
  response_clear (&page);
  raw_socket_clear (&first);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- what clients send --- */

static const struct {
  const gchar *name;
  guint first;
  const gchar *bytes;
  gsize size;
  guint code;
} wrong_frames[] = {
  { "binary", FIN | OPCODE_BINARY, "abc", 3, 1003 },
  { "no UTF-8", FIN | OPCODE_TEXT, "a\xff", 2, 1007 },
  { "half a character", FIN | OPCODE_TEXT, "\xc3", 1, 1007 },
  { "unknown opcode", FIN | 0x3, "a", 1, 1002 },
  { "continuation of nothing", FIN | OPCODE_MORE, "a", 1, 1002 },
  { "reserved bit", FIN | 0x40 | OPCODE_TEXT, "a", 1, 1002 },
  { "fragmented ping", OPCODE_PING, "a", 1, 1002 },
  { "empty id", FIN | OPCODE_TEXT, "", 0, 1008 },
};

GST_START_TEST (test_wrong_frames)
{
  SignallerHarness harness;
  RawSocket socket;
  g_autofree gchar *last = NULL;
  signaller_harness_start (&harness, RELAY);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong_frames); i++) {
    guint code;
    g_assert_cmpuint (raw_socket_open (&socket, &harness, "/", ""), ==, 101);
    raw_socket_send (&socket, wrong_frames[i].first, wrong_frames[i].bytes, wrong_frames[i].size);
    code = raw_socket_receive_close (&socket, NULL);
    if (code != wrong_frames[i].code)
      g_error ("%s: %u", wrong_frames[i].name, code);
    raw_socket_clear (&socket);
  }
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_unmasked)
{
  static const guint8 frame[] = { FIN | OPCODE_TEXT, 1, 'a' };
  SignallerHarness harness;
  RawSocket socket;
  signaller_harness_start (&harness, RELAY);
  g_assert_cmpuint (raw_socket_open (&socket, &harness, "/", ""), ==, 101);
  g_output_stream_write_all (socket.output, frame, sizeof frame, NULL, NULL, NULL);
  g_assert_cmpuint (raw_socket_receive_close (&socket, NULL), ==, 1002);
  raw_socket_clear (&socket);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* In one frame, or in many that are small. */
GST_START_TEST (test_oversize)
{
  SignallerHarness harness;
  RawSocket socket;
  g_autofree gchar *text = g_strnfill (5000, 'x');
  signaller_harness_start (&harness, RELAY "max-message-size=4096");
  raw_socket_join (&socket, &harness, "/", "a");
  raw_socket_send_text (&socket, text);
  g_assert_cmpuint (raw_socket_receive_close (&socket, NULL), ==, 1009);
  raw_socket_clear (&socket);

  raw_socket_join (&socket, &harness, "/", "a");
  raw_socket_send (&socket, OPCODE_TEXT, text, 100);
  for (guint i = 1; i < 50; i++)
    raw_socket_send (&socket, OPCODE_MORE, text, 100);
  g_assert_cmpuint (raw_socket_receive_close (&socket, NULL), !=, 1000);
  raw_socket_clear (&socket);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* The largest message, in fragments with a ping between them, arrives as one. */
GST_START_TEST (test_fragments)
{
  SignallerHarness harness;
  RawSocket sender;
  RawSocket receiver;
  RawFrame pong;
  g_autofree gchar *text = g_strnfill (4096, 'x');
  g_autofree gchar *received = NULL;
  signaller_harness_start (&harness, RELAY "max-message-size=4096");
  raw_socket_join (&receiver, &harness, "/", "receiver");
  g_free (signaller_harness_wait_field (&harness, "rtc-relay-joined", "room"));
  raw_socket_join (&sender, &harness, "/", "sender");
  raw_socket_send (&sender, OPCODE_TEXT, text, 4000);
  raw_socket_send (&sender, FIN | OPCODE_PING, "hello", 5);
  raw_socket_send (&sender, OPCODE_MORE, text, 90);
  raw_socket_send (&sender, FIN | OPCODE_MORE, text, 6);
  received = raw_socket_receive_text (&receiver);
  g_assert_cmpstr (received, ==, text);
  g_assert_true (raw_socket_receive (&sender, &pong));
  g_assert_cmpuint (pong.opcode, ==, OPCODE_PONG);
  g_assert_cmpstr ((const gchar *) pong.bytes, ==, "hello");
  raw_frame_clear (&pong);
  raw_socket_clear (&sender);
  raw_socket_clear (&receiver);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* Who sends pings and reads no pong is cut before they take memory. */
GST_START_TEST (test_unread_pings)
{
  /* 125 bytes, masked with zeros. */
  static const guint8 ping[2 + 4 + 125] = { FIN | OPCODE_PING, 0x80 | 125 };
  SignallerHarness harness;
  RawSocket socket;
  g_autoptr (GError) error = NULL;
  guint count = 0;
  signaller_harness_start (&harness, RELAY);
  g_assert_cmpuint (raw_socket_open (&socket, &harness, "/", ""), ==, 101);
  /* What the two sockets hold is some megabytes. */
  while (g_output_stream_write_all (socket.output, ping, sizeof ping, NULL, NULL, &error))
    g_assert_cmpuint (++count, <, 400000);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    g_error ("after %u pings: %s", count, error->message);
  raw_socket_clear (&socket);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_close)
{
  static const guint8 normal[] = { 0x03, 0xe8 };
  SignallerHarness harness;
  RawSocket socket;
  g_autofree gchar *id = NULL;
  g_autofree gchar *reason = NULL;
  signaller_harness_start (&harness, RELAY);
  raw_socket_join (&socket, &harness, "/relay/x", "a");
  raw_socket_send (&socket, FIN | OPCODE_CLOSE, normal, sizeof normal);
  g_assert_cmpuint (raw_socket_receive_close (&socket, NULL), ==, 1000);
  raw_socket_clear (&socket);
  id = signaller_harness_wait_field (&harness, "rtc-relay-left", "client-id");
  g_assert_cmpstr (id, ==, "a");

  raw_socket_join (&socket, &harness, "/relay/x", "b");
  g_free (signaller_harness_wait_field (&harness, "rtc-relay-joined", "client-id"));
  gst_element_set_state (harness.pipeline, GST_STATE_NULL);
  g_assert_cmpuint (raw_socket_receive_close (&socket, &reason), ==, 1001);
  g_assert_cmpstr (reason, ==, "the server stops");
  raw_socket_clear (&socket);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- the relay --- */

static void
join_and_wait (RawSocket *socket, SignallerHarness *harness, const gchar *path, const gchar *id)
{
  g_autofree gchar *joined = NULL;
  raw_socket_join (socket, harness, path, id);
  joined = signaller_harness_wait_field (harness, "rtc-relay-joined", "client-id");
  g_assert_cmpstr (joined, ==, id);
}

static void
assert_receives (RawSocket *socket, const gchar *text)
{
  g_autofree gchar *received = raw_socket_receive_text (socket);
  g_assert_cmpstr (received, ==, text);
}

/* The first relay's two programs, byte for byte, and somebody who has not said who he is. */
GST_START_TEST (test_relay)
{
  static const gchar offer[] = "{\"type\":\"Sdp\",\"sdp\":\"v=0\\r\\n\"}";
  static const gchar candidate[] = " {\"type\": \"Ice\",\"candidate\":\"candidate:1 \xc3\xa4\"}";
  SignallerHarness harness;
  RawSocket offerer;
  RawSocket answerer;
  RawSocket silent;
  signaller_harness_start (&harness, RELAY);
  join_and_wait (&answerer, &harness, "/", "answerer");
  g_assert_cmpuint (raw_socket_open (&silent, &harness, "/", ""), ==, 101);
  join_and_wait (&offerer, &harness, "/relay", "offerer");
  raw_socket_send_text (&offerer, offer);
  raw_socket_send_text (&offerer, candidate);
  raw_socket_send_text (&offerer, "anything");
  raw_socket_send_text (&offerer, "");
  assert_receives (&answerer, offer);
  assert_receives (&answerer, candidate);
  assert_receives (&answerer, "anything");
  assert_receives (&answerer, "");
  /* Nothing before this came to the others. */
  raw_socket_send_text (&answerer, "first");
  assert_receives (&offerer, "first");
  raw_socket_send_text (&silent, "third");
  g_free (signaller_harness_wait_field (&harness, "rtc-relay-joined", "client-id"));
  raw_socket_send_text (&offerer, "second");
  assert_receives (&silent, "second");
  raw_socket_clear (&silent);
  raw_socket_clear (&offerer);
  raw_socket_clear (&answerer);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

#define N_ROOMS 10
#define N_CLIENTS 10

GST_START_TEST (test_rooms)
{
  SignallerHarness harness;
  RawSocket clients[N_ROOMS][N_CLIENTS];
  signaller_harness_start (&harness, RELAY "max-rooms=10");
  for (guint client = 0; client < N_CLIENTS; client++) {
    for (guint room = 0; room < N_ROOMS; room++) {
      g_autofree gchar *path = g_strdup_printf ("/relay/room-%u", room);
      g_autofree gchar *id = g_strdup_printf ("%u-%u", room, client);
      join_and_wait (&clients[room][client], &harness, path, id);
    }
  }
  for (guint room = 0; room < N_ROOMS; room++) {
    for (guint client = 0; client < N_CLIENTS; client++) {
      g_autofree gchar *text = g_strdup_printf ("from %u in %u", client, room);
      raw_socket_send_text (&clients[room][client], text);
      for (guint other = 0; other < N_CLIENTS; other++) {
        if (other != client)
          assert_receives (&clients[room][other], text);
      }
    }
  }
  {
    RawSocket eleventh;
    g_autofree gchar *reason = NULL;
    g_assert_cmpuint (raw_socket_open (&eleventh, &harness, "/relay/more", ""), ==, 101);
    g_assert_cmpuint (raw_socket_receive_close (&eleventh, &reason), ==, 1008);
    g_assert_cmpstr (reason, ==, "there are 10 rooms already");
    raw_socket_clear (&eleventh);
  }
  for (guint room = 0; room < N_ROOMS; room++) {
    for (guint client = 0; client < N_CLIENTS; client++)
      raw_socket_clear (&clients[room][client]);
  }
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* He does not read: the others are not delayed, and what waits for him is bounded. */
GST_START_TEST (test_slow_reader)
{
  SignallerHarness harness;
  RawSocket slow;
  RawSocket sender;
  RawSocket quick;
  g_autofree gchar *text = g_strnfill (100 * 1024, 'x');
  g_autofree gchar *left = NULL;
  g_autofree gchar *echo = NULL;
  guint count = 0;
  signaller_harness_start (&harness, RELAY);
  join_and_wait (&slow, &harness, "/", "slow");
  join_and_wait (&sender, &harness, "/", "sender");
  join_and_wait (&quick, &harness, "/", "quick");
  while (left == NULL) {
    g_autoptr (GstMessage) message = NULL;
    raw_socket_send_text (&sender, text);
    assert_receives (&quick, text);
    message = gst_bus_pop_filtered (harness.bus, GST_MESSAGE_ELEMENT);
    if (message != NULL && gst_message_has_name (message, "rtc-relay-left"))
      left = g_strdup (gst_structure_get_string (gst_message_get_structure (message), "client-id"));
    /* 4 MiB wait in the server, and what the two sockets hold. */
    g_assert_cmpuint (++count, <, 1000);
  }
  g_assert_cmpstr (left, ==, "slow");
  g_assert_cmpuint (count, >, 40);
  raw_socket_send_text (&quick, "still here");
  echo = raw_socket_receive_text (&sender);
  g_assert_cmpstr (echo, ==, "still here");
  raw_socket_clear (&slow);
  raw_socket_clear (&sender);
  raw_socket_clear (&quick);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- sessions --- */

#define OFFER                                                                                      \
  "{\"type\":\"offer\",\"sdp\":\"v=0\\r\\no=- 7 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n"      \
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\\r\\nc=IN IP4 0.0.0.0\\r\\na=mid:data\\r\\n"   \
  "a=ice-ufrag:abcd\\r\\na=ice-pwd:0123456789012345678901\\r\\n"                                   \
  "a=fingerprint:sha-256 AA:BB\\r\\n\"}"
#define CANDIDATE "candidate:1 1 UDP 1 192.0.2.1 9 typ host"

static void
keep_peer (GstElement *signaller, const gchar *id, GstElement *peer, gpointer user_data)
{
  g_set_object ((GstElement **) user_data, peer);
}

/* A candidate goes each way after the descriptions, in the form that a browser takes as it is. */
GST_START_TEST (test_trickle)
{
  SignallerHarness harness;
  RawSocket socket;
  GstElement *peer = NULL;
  g_autofree gchar *answer = NULL;
  g_autofree gchar *candidate = NULL;
  g_autofree gchar *reason = NULL;
  signaller_harness_start (&harness, "rtcsignaller session=stubpeer");
  g_signal_connect (harness.signaller, "session-started", G_CALLBACK (keep_peer), &peer);
  g_assert_cmpuint (raw_socket_open (&socket, &harness, "/trickle", ""), ==, 101);
  raw_socket_send_text (&socket, OFFER);
  answer = raw_socket_receive_text (&socket);
  g_assert_true (g_str_has_prefix (answer, "{\"type\":\"answer\",\"sdp\":\"v=0"));
  g_signal_emit_by_name (peer, "on-ice-candidate", 0u, CANDIDATE);
  candidate = raw_socket_receive_text (&socket);
  g_assert_cmpstr (
      candidate, ==, "{\"candidate\":\"" CANDIDATE "\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}");
  raw_socket_send (&socket, FIN | OPCODE_CLOSE, "\x03\xe8", 2);
  g_assert_cmpuint (raw_socket_receive_close (&socket, NULL), ==, 1000);
  reason = signaller_harness_wait_field (&harness, "rtc-session-ended", "reason");
  g_assert_cmpstr (reason, ==, "the client left");
  gst_clear_object (&peer);
  raw_socket_clear (&socket);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* (transfer full): what the server calls the session, on a WebSocket that was just opened. */
static gchar *
receive_session (RawSocket *socket)
{
  static const gchar start[] = "{\"type\":\"status\",\"state\":\"session\",\"message\":\"";
  g_autofree gchar *status = raw_socket_receive_text (socket);
  g_assert_true (g_str_has_prefix (status, start));
  return g_strndup (status + strlen (start), strlen (status) - strlen (start) - 2);
}

/* What cannot be used is told, and the session goes on; without one, the reason is the end. */
GST_START_TEST (test_wrong_messages)
{
  static const struct {
    const gchar *message;
    const gchar *error;
  } rows[] = {
    { "abc", "{\"type\":\"status\",\"state\":\"error\"" },
    { "[]", "the body must be a JSON object" },
    { "{}", "\\\"type\\\" or \\\"candidate\\\" must be given" },
    { "{\"type\":\"description\"}", "\\\"description\\\" must be an object" },
    { "{\"type\":\"description\",\"description\":{\"type\":\"answer\",\"sdp\":\"v=0\"}}",
        "there is no offer to answer" },
    { "{\"type\":\"description\",\"description\":{\"type\":\"pranswer\",\"sdp\":\"v=0\"}}",
        "an offer, an answer or a rollback" },
    { "{\"type\":\"offer\",\"sdp\":\"v=1\"}", "the first line must be v=0" },
    { "{\"type\":\"message\"}", "\\\"message\\\" must be given" },
    { "{\"type\":\"candidate\",\"candidate\":{\"candidate\":\"x\\ny\"}}", "error" },
  };
  SignallerHarness harness;
  RawSocket socket;
  g_autofree gchar *reason = NULL;
  g_autofree gchar *answer = NULL;
  g_autofree gchar *text = NULL;
  signaller_harness_start (&harness, "rtcsignaller session=stubpeer");
  g_assert_cmpuint (raw_socket_open (&socket, &harness, "/polite", ""), ==, 101);
  g_free (receive_session (&socket));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *status = NULL;
    raw_socket_send_text (&socket, rows[i].message);
    status = raw_socket_receive_text (&socket);
    if (strstr (status, rows[i].error) == NULL)
      g_error ("%s: %s", rows[i].message, status);
  }
  raw_socket_send_text (&socket, OFFER);
  answer = raw_socket_receive_text (&socket);
  g_assert_true (
      g_str_has_prefix (answer, "{\"type\":\"description\",\"description\":{\"type\":\"answer"));
  raw_socket_send_text (&socket, "{\"type\":\"message\",\"message\":\"hello\"}");
  text = signaller_harness_wait_field (&harness, "rtc-client-message", "text");
  g_assert_cmpstr (text, ==, "hello");
  raw_socket_clear (&socket);

  g_assert_cmpuint (raw_socket_open (&socket, &harness, "/trickle", ""), ==, 101);
  raw_socket_send_text (&socket, "{\"type\":\"offer\",\"sdp\":\"v=1\"}");
  g_assert_cmpuint (raw_socket_receive_close (&socket, &reason), ==, 1008);
  g_assert_cmpstr (reason, ==, "the first line must be v=0");
  raw_socket_clear (&socket);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* The connection is lost, the session is not: it goes on where its client comes back, and also
 * where the old WebSocket is still believed in. */
GST_START_TEST (test_resume)
{
  SignallerHarness harness;
  RawSocket first;
  RawSocket second;
  RawSocket third;
  GstElement *peer = NULL;
  guint count = 0;
  g_autofree gchar *id = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *candidate = NULL;
  g_autofree gchar *reason = NULL;
  signaller_harness_start (&harness, "rtcsignaller session=stubpeer");
  g_signal_connect (harness.signaller, "session-started", G_CALLBACK (keep_peer), &peer);
  g_assert_cmpuint (raw_socket_open (&first, &harness, "/polite?session=nobody", ""), ==, 404);
  raw_socket_clear (&first);
  g_assert_cmpuint (raw_socket_open (&first, &harness, "/polite", ""), ==, 101);
  id = receive_session (&first);
  path = g_strconcat ("/polite?session=", id, NULL);
  raw_socket_send_text (&first, OFFER);
  g_free (raw_socket_receive_text (&first));
  g_assert_cmpuint (raw_socket_open (&second, &harness, path, ""), ==, 101);
  g_assert_cmpuint (raw_socket_receive_close (&first, NULL), ==, 1006);
  raw_socket_clear (&first);
  raw_socket_clear (&second);
  g_assert_cmpuint (raw_socket_open (&third, &harness, path, ""), ==, 101);
  g_signal_emit_by_name (peer, "on-ice-candidate", 0u, CANDIDATE);
  candidate = raw_socket_receive_text (&third);
  g_assert_nonnull (strstr (candidate, CANDIDATE));
  g_object_get (harness.signaller, "sessions", &count, NULL);
  g_assert_cmpuint (count, ==, 1);
  raw_socket_send (&third, FIN | OPCODE_CLOSE, "\x03\xe8", 2);
  reason = signaller_harness_wait_field (&harness, "rtc-session-ended", "reason");
  g_assert_cmpstr (reason, ==, "the client left");
  gst_clear_object (&peer);
  raw_socket_clear (&third);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* A client that posts requests cannot be sent an offer. */
GST_START_TEST (test_no_restart)
{
  SignallerHarness harness;
  Response response;
  g_autofree gchar *id = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_done = TRUE;
  signaller_harness_start (&harness, "rtcsignaller session=stubpeer");
  g_signal_emit_by_name (harness.signaller, "restart", NULL, &is_done);
  g_assert_false (is_done);
  response = signaller_harness_offer (&harness, 1, "abcd", "");
  id = response_get_header (&response, "Session-Id");
  response_clear (&response);
  gst_bus_set_flushing (harness.bus, TRUE);
  gst_bus_set_flushing (harness.bus, FALSE);
  g_signal_emit_by_name (harness.signaller, "restart", id, &is_done);
  g_assert_false (is_done);
  message = gst_bus_timed_pop_filtered (harness.bus, 20 * GST_SECOND, GST_MESSAGE_WARNING);
  gst_message_parse_warning (message, &error, NULL);
  g_assert_nonnull (strstr (error->message, "so the client must restart"));
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
socket_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-socket");
  TCase *handshake = tcase_create ("handshake");
  TCase *frames = tcase_create ("frames");
  TCase *relay = tcase_create ("relay");
  TCase *session = tcase_create ("session");

  stub_peer_register ();
  suite_add_tcase (suite, handshake);
  tcase_set_timeout (handshake, 120);
  tcase_add_test (handshake, test_handshakes);
  tcase_add_test (handshake, test_no_upgrade);
  tcase_add_test (handshake, test_socket_limit);
  suite_add_tcase (suite, frames);
  tcase_set_timeout (frames, 120);
  tcase_add_test (frames, test_wrong_frames);
  tcase_add_test (frames, test_unmasked);
  tcase_add_test (frames, test_oversize);
  tcase_add_test (frames, test_fragments);
  tcase_add_test (frames, test_unread_pings);
  tcase_add_test (frames, test_close);
  suite_add_tcase (suite, relay);
  tcase_set_timeout (relay, 120);
  tcase_add_test (relay, test_relay);
  tcase_add_test (relay, test_rooms);
  tcase_add_test (relay, test_slow_reader);
  suite_add_tcase (suite, session);
  tcase_set_timeout (session, 120);
  tcase_add_test (session, test_trickle);
  tcase_add_test (session, test_wrong_messages);
  tcase_add_test (session, test_resume);
  tcase_add_test (session, test_no_restart);
  return suite;
}

GST_CHECK_MAIN (socket)
