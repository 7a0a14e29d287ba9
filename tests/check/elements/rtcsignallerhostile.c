/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What nobody sends by mistake, byte for byte into rtcsignaller's socket: requests that two readers
 * read in two ways, lengths that lie, heads without end, connections that say nothing. Each gets
 * one status or is cut in time, and an offer is answered right after it.
 */
#include "signallerharness.h"
#include "stubpeer.h"

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <string.h>

#define SESSIONS "rtcsignaller session=stubpeer "
#define HEAD " HTTP/1.1\r\nHost: localhost\r\n"
#define POST "POST /offer" HEAD
#define SMUGGLED "GET /healthz" HEAD "\r\n"

typedef struct {
  const gchar *name;
  const gchar *bytes;
  gsize size;
  guint status;
  /* In the reply. */
  const gchar *text;
} Row;

#define ROW(name, bytes, status, text)                                                             \
  {                                                                                                \
    name, bytes, sizeof (bytes) - 1, status, text                                                  \
  }

static const Row rows[] = {
  /* RFC 9112 §3.2: one Host. */
  ROW ("two Host", "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400, "Host"),
  ROW ("two Host that differ", "GET / HTTP/1.1\r\nHost: localhost\r\nHost: a\r\n\r\n", 400, "Host"),
  ROW ("no Host", "GET / HTTP/1.1\r\n\r\n", 400, ""),
  ROW ("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 403, ""),
  ROW ("two names in Host", "GET / HTTP/1.1\r\nHost: localhost, a.example\r\n\r\n", 403, ""),
  ROW ("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 400, "Host"),
  /* RFC 9112 §6.3: how long is the body. */
  ROW ("two Content-Length", POST "Content-Length: 4\r\nContent-Length: 8\r\n\r\nabcd", 400, ""),
  ROW ("twice the same", POST "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400, ""),
  ROW ("a list of lengths", POST "Content-Length: 2, 2\r\n\r\n{}", 400, ""),
  ROW ("length -1", POST "Content-Length: -1\r\n\r\n", 400, ""),
  ROW ("length +2", POST "Content-Length: +2\r\n\r\n{}", 400, ""),
  ROW ("length 0x2", POST "Content-Length: 0x2\r\n\r\n{}", 400, ""),
  ROW ("no length", POST "Content-Length:\r\n\r\n{}", 400, ""),
  ROW ("length 99999999", POST "Content-Length: 99999999\r\n\r\n", 413, "too large"),
  ROW ("length of 2^64", POST "Content-Length: 18446744073709551616\r\n\r\n", 400, ""),
  ROW ("length of 2^63", POST "Content-Length: 9223372036854775808\r\n\r\n", 400, ""),
  ROW ("one byte too many", POST "Content-Length: 131073\r\n\r\n", 413, "too large"),
  ROW ("chunked and a length",
      POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED, 411, ""),
  ROW ("a length and chunked",
      POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" SMUGGLED, 411, ""),
  ROW ("chunked", POST "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 411, ""),
  ROW ("chunks with bare line feeds",
      POST "Transfer-Encoding: chunked\r\n\r\n4\nabcd\n0\n\n" SMUGGLED, 411, ""),
  ROW ("identity", POST "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}", 411, ""),
  ROW ("chunked behind a tab", POST "Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n", 411, ""),
  ROW ("chunked with a space before the colon",
      POST "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" SMUGGLED, 400, ""),
  ROW ("a coding that is none", POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501, ""),
  ROW ("a body on a page", "GET /" HEAD "Content-Length: 26\r\n\r\n" SMUGGLED, 413, ""),
  ROW ("two requests", "GET /nope" HEAD "\r\n" SMUGGLED, 404, ""),
  ROW ("two requests, kept alive", "GET /nope" HEAD "Connection: keep-alive\r\n\r\n" SMUGGLED, 404,
      "Connection: close"),
  ROW ("a request behind the body", POST "Content-Length: 2\r\n\r\n{}" SMUGGLED, 400, "\"type\""),
  /* RFC 9112 §2.2 and §5. */
  ROW ("bare line feeds", "GET / HTTP/1.1\nHost: localhost\n\n", 400, "CR LF"),
  ROW ("bare carriage returns", "GET / HTTP/1.1\rHost: localhost\r\r", 400, "CR LF"),
  ROW ("folded", "GET /" HEAD "X: a\r\n b\r\n\r\n", 400, "folded"),
  ROW ("folded length", POST "Content-Length:\r\n 2\r\n\r\n{}", 400, ""),
  ROW ("space before the colon", "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400, "colon"),
  ROW ("no colon", "GET /" HEAD "nonsense\r\n\r\n", 400, "colon"),
  ROW ("NUL in a name", "GET /" HEAD "X\0: a\r\n\r\n", 400, "NUL"),
  ROW ("NUL in a value", "GET /" HEAD "X: a\0b\r\n\r\n", 400, "NUL"),
  ROW ("NUL in a length", POST "Content-Length: 2\0\r\n\r\n{}", 400, "NUL"),
  ROW ("NUL in the path", "GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "NUL"),
  ROW ("NUL in the body", POST "Content-Length: 3\r\n\r\n{\0}", 400, ""),
  ROW ("NUL in a string of the body",
      POST "Content-Length: 30\r\n\r\n{\"type\":\"offer\",\"sdp\":\"v=0\0x\"}", 400, ""),
  /* Targets. */
  ROW ("NUL, escaped", "GET /healthz%00" HEAD "\r\n", 400, ""),
  ROW ("an escape that is none", "GET /%zz" HEAD "\r\n", 400, ""),
  ROW ("half an escape", "GET /%" HEAD "\r\n", 400, ""),
  ROW ("a bad escape in the query", "POST /close?session=%zz" HEAD "\r\n", 400, ""),
  ROW ("path upward", "GET /../../../etc/passwd" HEAD "\r\n", 404, ""),
  ROW ("path upward, escaped", "GET /%2e%2e/%2e%2e/etc/passwd" HEAD "\r\n", 404, ""),
  ROW ("path upward, escaped twice", "GET /%252e%252e/etc/passwd" HEAD "\r\n", 404, ""),
  ROW ("path upward, escaped slashes", "GET /..%2f..%2fetc%2fpasswd" HEAD "\r\n", 400, ""),
  ROW ("path upward with backslashes", "GET /..\\..\\etc\\passwd" HEAD "\r\n", 404, ""),
  ROW ("path upward from a name", "GET /session/../../etc/passwd" HEAD "\r\n", 404, ""),
  ROW ("two slashes", "GET //etc/passwd" HEAD "\r\n", 404, ""),
  ROW ("absolute form", "GET http://localhost/nope" HEAD "\r\n", 404, ""),
  ROW ("absolute form, another name", "GET http://a.example/healthz" HEAD "\r\n", 403, "machine"),
  ROW ("absolute form, another scheme", "GET ftp://localhost/healthz" HEAD "\r\n", 400, ""),
  ROW ("absolute form, a file", "GET file:///etc/passwd" HEAD "\r\n", 403, ""),
  ROW ("a star", "OPTIONS *" HEAD "\r\n", 404, ""),
  ROW ("CONNECT", "CONNECT a.example:25" HEAD "\r\n", 403, ""),
  ROW ("TRACE", "TRACE /" HEAD "Cookie: a\r\n\r\n", 404, ""),
  ROW ("rebound name", "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", 403, "machine"),
  ROW ("rebound name with localhost in it", "GET / HTTP/1.1\r\nHost: localhost.a.example\r\n\r\n",
      403, "machine"),
  ROW ("localhost as the user", "GET / HTTP/1.1\r\nHost: localhost@a.example\r\n\r\n", 403, ""),
  /* Other protocols. */
  ROW ("HTTP/2 at once", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 505, ""),
  ROW ("HTTP/9.9", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 505, ""),
  ROW ("upgrade to h2c",
      "GET /nope" HEAD "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
      "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
      404, ""),
  ROW ("a WebSocket where there is none",
      "GET /nope" HEAD "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      404, ""),
  ROW ("a WebSocket by POST",
      POST "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nContent-Length: 2\r\n\r\n{}",
      400, ""),
  ROW ("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\0\0\0\0", 400, ""),
  ROW ("SSH", "SSH-2.0-OpenSSH_9.2\r\n\r\n", 400, ""),
  ROW ("something", "\xff\xfe\xfd\xfc\r\n\r\n", 400, ""),
  ROW ("an expectation", POST "Expect: tea\r\nContent-Length: 2\r\n\r\n{}", 417, ""),
  ROW ("continue, but too large", POST "Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n",
      413, ""),
  ROW ("two Origin", "GET /" HEAD "Origin: http://a\r\nOrigin: http://localhost\r\n\r\n", 400, ""),
};

/* The server is whole. */
static void
assert_works (SignallerHarness *harness, const gchar *after)
{
  Response response = signaller_harness_offer (harness, 1, "abcd", "");
  if (response.status != 200)
    g_error ("after '%s': %s", after, response.text);
  response_clear (&response);
}

GST_START_TEST (test_rows)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    Response response = signaller_harness_exchange (&harness, rows[i].bytes, rows[i].size);
    g_print ("  %s: %u\n", rows[i].name, response.status);
    if (response.n_responses != 1)
      g_error ("%s: %u responses: %s", rows[i].name, response.n_responses, response.text);
    if (response.status != rows[i].status || strstr (response.text, rows[i].text) == NULL)
      g_error ("%s: expected %u with '%s': %s", rows[i].name, rows[i].status, rows[i].text,
          response.text);
    if (strstr (response.text, "root:") != NULL)
      g_error ("%s: a file of the machine", rows[i].name);
    response_clear (&response);
    assert_works (&harness, rows[i].name);
  }
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- sizes --- */

static guint
ask_size (SignallerHarness *harness, const gchar *start, gsize count, const gchar *end)
{
  g_autofree gchar *filler = g_strnfill (count, 'x');
  g_autofree gchar *request = g_strconcat (start, filler, end, NULL);
  Response response = signaller_harness_exchange (harness, request, strlen (request));
  guint status = response.status;
  g_assert_cmpuint (response.n_responses, ==, 1);
  response_clear (&response);
  return status;
}

static guint
ask_headers (SignallerHarness *harness, guint count, gsize size)
{
  g_autoptr (GString) request = g_string_new ("GET /healthz" HEAD);
  g_autofree gchar *filler = g_strnfill (size, 'x');
  Response response;
  guint status;
  for (guint i = 1; i < count; i++)
    g_string_append_printf (request, "X: %s\r\n", filler);
  g_string_append (request, "\r\n");
  response = signaller_harness_exchange (harness, request->str, request->len);
  status = response.status;
  response_clear (&response);
  return status;
}

GST_START_TEST (test_sizes)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS);
  g_assert_cmpuint (ask_headers (&harness, 64, 10), ==, 200);
  g_assert_cmpuint (ask_headers (&harness, 65, 10), ==, 431);
  g_assert_cmpuint (ask_headers (&harness, 15, 1024), ==, 200);
  g_assert_cmpuint (ask_headers (&harness, 17, 1024), ==, 431);
  g_assert_cmpuint (ask_size (&harness, "GET /healthz" HEAD "X: ", 8000, "\r\n\r\n"), ==, 200);
  g_assert_cmpuint (ask_size (&harness, "GET /healthz" HEAD "X: ", 8200, "\r\n\r\n"), ==, 431);
  /* libsoup alone cuts the connection without a word from 64 KiB on. */
  g_assert_cmpuint (ask_size (&harness, "GET /healthz" HEAD "X: ", 100000, "\r\n\r\n"), ==, 431);
  g_assert_cmpuint (ask_size (&harness, "GET /", 100000, HEAD "\r\n"), ==, 431);
  g_assert_cmpuint (ask_size (&harness, "GET /", 2100, HEAD "\r\n"), ==, 431);
  g_assert_cmpuint (ask_size (&harness, "", 1000000, ""), ==, 431);
  /* Bodies: SDP 128 KiB, candidates 32 KiB. */
  g_assert_cmpuint (
      ask_size (&harness, POST "Content-Length: 131072\r\n\r\n", 131072, ""), ==, 400);
  g_assert_cmpuint (
      ask_size (&harness, POST "Content-Length: 131073\r\n\r\n", 131073, ""), ==, 413);
  g_assert_cmpuint (
      ask_size (&harness, "POST /candidate" HEAD "Content-Length: 32769\r\n\r\n", 32769, ""), ==,
      413);
  g_assert_cmpuint (
      ask_size (&harness, "PATCH /session/x" HEAD "Content-Length: 32769\r\n\r\n", 32769, ""), ==,
      413);
  g_assert_cmpuint (
      ask_size (&harness, "POST /webrtc/close" HEAD "Content-Length: 4097\r\n\r\n", 4097, ""), ==,
      413);
  assert_works (&harness, "sizes");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* What an offer may have: sections 32, candidates 64, lines 8 KiB, credentials 256. */
static guint
offer_with (SignallerHarness *harness, const gchar *line, guint count)
{
  g_autoptr (GString) more = g_string_new (NULL);
  Response response;
  guint status;
  for (guint i = 0; i < count; i++)
    g_string_append (more, line);
  response = signaller_harness_offer (harness, 2, "abcd", more->str);
  status = response.status;
  response_clear (&response);
  return status;
}

GST_START_TEST (test_offer_sizes)
{
  SignallerHarness harness;
  g_autofree gchar *filler = g_strnfill (8200, 'x');
  g_autofree gchar *line = g_strdup_printf ("a=%s\\r\\n", filler);
  g_autofree gchar *ufrag = g_strdup_printf ("a=ice-ufrag:%.257s\\r\\n", filler);
  g_autofree gchar *pwd = g_strdup_printf ("a=ice-pwd:%.257s\\r\\n", filler);
  signaller_harness_start (&harness, SESSIONS);
  g_assert_cmpuint (
      offer_with (&harness, "a=candidate:1 1 udp 1 192.0.2.1 1 typ host\\r\\n", 65), ==, 400);
  g_assert_cmpuint (
      offer_with (&harness, "a=candidate:1 1 udp 1 192.0.2.1 1 typ host\\r\\n", 64), ==, 200);
  g_assert_cmpuint (offer_with (&harness, "m=audio 9 UDP/TLS/RTP/SAVPF 0\\r\\n", 32), ==, 400);
  g_assert_cmpuint (offer_with (&harness, "m=audio 9 UDP/TLS/RTP/SAVPF 0\\r\\n", 31), ==, 200);
  g_assert_cmpuint (offer_with (&harness, line, 1), ==, 400);
  g_assert_cmpuint (offer_with (&harness, ufrag, 1), ==, 400);
  g_assert_cmpuint (offer_with (&harness, pwd, 1), ==, 400);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* 500 overlapping ranges would be 500 times the file. */
GST_START_TEST (test_ranges)
{
  g_autoptr (GString) request = g_string_new ("GET /main.js" HEAD "Range: bytes=0-");
  SignallerHarness harness;
  Response plain;
  Response ranges;
  for (guint i = 1; i < 500; i++)
    g_string_append (request, ",0-");
  g_string_append (request, "\r\n\r\n");
  signaller_harness_start (&harness, SESSIONS);
  plain = signaller_harness_get (&harness, "/main.js");
  ranges = signaller_harness_exchange (&harness, request->str, request->len);
  g_assert_cmpuint (ranges.status, ==, 200);
  g_assert_cmpstr (ranges.body, ==, plain.body);
  response_clear (&plain);
  response_clear (&ranges);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* A 100 Continue does not take the headers of the reply with it. */
GST_START_TEST (test_continue)
{
  static const gchar request[] = POST "Origin: http://friend.example\r\nExpect: 100-continue\r\n"
                                      "Content-Length: 2\r\n\r\n{}";
  SignallerHarness harness;
  Response response;
  const gchar *final;
  signaller_harness_start (&harness, SESSIONS "allowed-origins=*");
  response = signaller_harness_exchange (&harness, request, strlen (request));
  g_assert_cmpuint (response.n_responses, ==, 2);
  g_assert_cmpuint (response.status, ==, 100);
  final = strstr (response.text, "HTTP/1.1 400 ");
  g_assert_nonnull (final);
  g_assert_nonnull (strstr (final, "\r\nConnection: close\r\n"));
  g_assert_nonnull (strstr (final, "\r\nAccess-Control-Allow-Origin: http://friend.example\r\n"));
  response_clear (&response);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- time --- */

/* From the connection to its end, and what came till then. */
static gint64
wait_for_end (GSocketConnection *connection, gint64 start, guint n_responses)
{
  Response response = signaller_harness_read (G_IO_STREAM (connection));
  g_assert_cmpuint (response.n_responses, ==, n_responses);
  response_clear (&response);
  return g_get_monotonic_time () - start;
}

static const struct {
  const gchar *name;
  const gchar *bytes;
  guint n_responses;
} silent[] = {
  { "nothing", "", 0 },
  { "half a line", "POST /of", 0 },
  { "half a head", POST "Content-Le", 0 },
  { "half a body", POST "Content-Length: 20\r\n\r\n{\"type\"", 0 },
  { "no body", POST "Content-Length: 20\r\n\r\n", 0 },
  { "a refused body that does not come", POST "Content-Length: 99999999\r\n\r\n", 1 },
  { "a refused head that does not end", "GET /" HEAD " folded", 1 },
};

GST_START_TEST (test_silence)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS "request-timeout=500");
  for (gsize i = 0; i < G_N_ELEMENTS (silent); i++) {
    gint64 start = g_get_monotonic_time ();
    g_autoptr (GSocketConnection) connection =
        signaller_harness_send (&harness, silent[i].bytes, strlen (silent[i].bytes));
    gint64 time = wait_for_end (connection, start, silent[i].n_responses);
    g_print ("  %s: %u ms\n", silent[i].name, (guint) (time / 1000));
    if (silent[i].n_responses == 0)
      g_assert_cmpint (time, >=, 450 * G_TIME_SPAN_MILLISECOND);
  }
  assert_works (&harness, "silence");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* A byte at a time, each long before a limit of inactivity: the whole request has a limit. */
GST_START_TEST (test_drip)
{
  static const gchar bytes[] = POST "X: y";
  SignallerHarness harness;
  g_autoptr (GSocketConnection) connection = NULL;
  gint64 start = g_get_monotonic_time ();
  gboolean is_open = TRUE;
  guint count = 0;

  signaller_harness_start (&harness, SESSIONS "request-timeout=600");
  connection = signaller_harness_connect (&harness);
  g_socket_set_timeout (g_socket_connection_get_socket (connection), 20);
  while (is_open) {
    gchar byte = count < sizeof bytes - 1 ? bytes[count] : 'y';
    gchar answer;
    /* The end is seen at once; till then, 20 ms from byte to byte. */
    g_socket_send (g_socket_connection_get_socket (connection), &byte, 1, NULL, NULL);
    if (g_socket_condition_timed_wait (g_socket_connection_get_socket (connection),
            G_IO_IN | G_IO_HUP, 20 * G_TIME_SPAN_MILLISECOND, NULL, NULL))
      is_open = g_socket_receive (
                    g_socket_connection_get_socket (connection), &answer, 1, NULL, NULL) > 0;
    count++;
    g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_TIME_SPAN_SECOND);
  }
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 550 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpuint (count, >, 3);
  assert_works (&harness, "drip");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* The oldest of those that say nothing goes; those behind it stay. */
GST_START_TEST (test_idle_connections)
{
  SignallerHarness harness;
  GSocketConnection *idle[12];
  signaller_harness_start (&harness, SESSIONS "max-connections=8");
  for (guint i = 0; i < G_N_ELEMENTS (idle); i++)
    idle[i] = signaller_harness_connect (&harness);
  for (guint i = 0; i < 3; i++)
    assert_works (&harness, "idle connections");
  for (guint i = 0; i < 5; i++)
    wait_for_end (idle[i], 0, 0);
  g_assert_false (g_socket_condition_check (g_socket_connection_get_socket (idle[11]), G_IO_IN));
  for (guint i = 0; i < G_N_ELEMENTS (idle); i++)
    g_object_unref (idle[i]);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* Whoever does not read the reply is cut as well, and costs nobody else anything. */
GST_START_TEST (test_no_reader)
{
  SignallerHarness harness;
  GSocketConnection *connections[20];
  signaller_harness_start (
      &harness, SESSIONS "request-timeout=300 answer-timeout=200 max-connections=8");
  for (guint i = 0; i < G_N_ELEMENTS (connections); i++) {
    static const gchar request[] = "GET /main.js" HEAD "\r\n";
    connections[i] = signaller_harness_send (&harness, request, strlen (request));
  }
  assert_works (&harness, "readers");
  for (guint i = 0; i < G_N_ELEMENTS (connections); i++)
    g_object_unref (connections[i]);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- over TLS --- */

static gboolean
accept_any (GTlsConnection *tls, GTlsCertificate *certificate, GTlsCertificateFlags errors,
    gpointer user_data)
{
  return TRUE;
}

static GIOStream *
connect_tls (SignallerHarness *harness)
{
  g_autoptr (GSocketConnection) connection = signaller_harness_connect (harness);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  g_autoptr (GError) error = NULL;
  GIOStream *tls =
      g_tls_client_connection_new (G_IO_STREAM (connection), G_SOCKET_CONNECTABLE (remote), &error);
  g_assert_no_error (error);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_any), NULL);
  return tls;
}

static Response
exchange_tls (SignallerHarness *harness, const gchar *bytes, gsize size)
{
  g_autoptr (GIOStream) tls = connect_tls (harness);
  g_output_stream_write_all (g_io_stream_get_output_stream (tls), bytes, size, NULL, NULL, NULL);
  return signaller_harness_read (tls);
}

/* The same rows, and what is no TLS at all. */
GST_START_TEST (test_tls)
{
  static const gchar page[] = "GET /" HEAD "\r\n";
  static const gchar hello[] = "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03";
  SignallerHarness harness;
  g_autoptr (GIOStream) half = NULL;
  g_autoptr (GSocketConnection) stalled = NULL;
  Response response;
  gint64 start;

  signaller_harness_start (&harness, SESSIONS "https=true request-timeout=1000");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    response = exchange_tls (&harness, rows[i].bytes, rows[i].size);
    if (response.status != rows[i].status || response.n_responses != 1)
      g_error ("%s over TLS: expected %u: %s", rows[i].name, rows[i].status, response.text);
    response_clear (&response);
  }
  start = g_get_monotonic_time ();
  half = connect_tls (&harness);
  g_output_stream_write_all (g_io_stream_get_output_stream (half), "GET / HT", 8, NULL, NULL, NULL);
  stalled = signaller_harness_send (&harness, hello, sizeof hello - 1);
  response = signaller_harness_exchange (&harness, page, strlen (page));
  g_assert_cmpuint (response.n_responses, ==, 0);
  response_clear (&response);
  g_assert_cmpint (wait_for_end (stalled, start, 0), <, 20 * G_TIME_SPAN_SECOND);
  response = signaller_harness_read (half);
  g_assert_cmpuint (response.n_responses, ==, 0);
  response_clear (&response);
  response = exchange_tls (&harness, page, strlen (page));
  g_assert_cmpuint (response.status, ==, 200);
  response_clear (&response);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* Half a ClientHello a hundred times: handshakes have few threads, and none waits behind these. */
GST_START_TEST (test_silent_tls)
{
  static const gchar page[] = "GET /" HEAD "\r\n";
  static const gchar hello[] = "\x16\x03\x01\x00\xc8\x01";
  SignallerHarness harness;
  GSocketConnection *stalled[100];
  signaller_harness_start (&harness, SESSIONS "https=true");
  for (guint i = 0; i < G_N_ELEMENTS (stalled); i++)
    stalled[i] = signaller_harness_send (&harness, hello, sizeof hello - 1);
  for (guint i = 0; i < 5; i++) {
    gint64 start = g_get_monotonic_time ();
    Response response = exchange_tls (&harness, page, strlen (page));
    guint time = (guint) (g_get_monotonic_time () - start) / 1000;
    g_print ("  a visitor among silent handshakes: %u after %u ms\n", response.status, time);
    g_assert_cmpuint (response.status, ==, 200);
    g_assert_cmpuint (time, <, 8000);
    response_clear (&response);
  }
  for (guint i = 0; i < G_N_ELEMENTS (stalled); i++)
    g_object_unref (stalled[i]);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* The end of TLS is a record more, which must not wait for a client that does not read: whatever
 * still fits into the socket, others are served. */
GST_START_TEST (test_no_reader_over_tls)
{
  static const gchar page[] = "GET /" HEAD "\r\n";
  g_autofree gchar *path = NULL;
  g_autofree gchar *launch = NULL;
  gint fd = g_file_open_tmp ("rtcsignaller-XXXXXX.html", &path, NULL);
  SignallerHarness harness;
  GPtrArray *greedy = g_ptr_array_new_with_free_func (g_object_unref);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  launch = g_strdup_printf (SESSIONS "https=true page=\"%s\"", path);
  signaller_harness_start (&harness, launch);
  for (gsize size = 64 * 1024; size < 4 * 1024 * 1024; size += 250 * 1024) {
    g_autofree gchar *text = g_strnfill (size, 'x');
    GIOStream *tls;
    Response response;
    gint64 start = g_get_monotonic_time ();
    g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
    tls = connect_tls (&harness);
    g_ptr_array_add (greedy, tls);
    g_output_stream_write_all (
        g_io_stream_get_output_stream (tls), page, strlen (page), NULL, NULL, NULL);
    response =
        exchange_tls (&harness, "GET /healthz" HEAD "\r\n", strlen ("GET /healthz" HEAD "\r\n"));
    g_assert_cmpuint (response.status, ==, 200);
    g_assert_cmpint (g_get_monotonic_time () - start, <, 8 * G_TIME_SPAN_SECOND);
    response_clear (&response);
  }
  g_ptr_array_unref (greedy);
  signaller_harness_stop (&harness);
  g_unlink (path);
}
GST_END_TEST;

/* libsoup's HTTP/2 stays off, also where its environment variable asks for it. */
GST_START_TEST (test_no_http2)
{
  static const gchar *const protocols[] = { "h2", NULL };
  static const gchar preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
  SignallerHarness harness;
  g_autoptr (GIOStream) tls = NULL;
  Response response;

  g_setenv ("SOUP_SERVER_HTTP2", "1", TRUE);
  signaller_harness_start (&harness, SESSIONS "https=true");
  tls = connect_tls (&harness);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), protocols);
  g_output_stream_write_all (
      g_io_stream_get_output_stream (tls), preface, sizeof preface - 1, NULL, NULL, NULL);
  response = signaller_harness_read (tls);
  g_assert_cmpuint (response.status, ==, 505);
  g_assert_null (g_tls_connection_get_negotiated_protocol (G_TLS_CONNECTION (tls)));
  response_clear (&response);
  signaller_harness_stop (&harness);
  g_unsetenv ("SOUP_SERVER_HTTP2");
}
GST_END_TEST;

/* --- the end of the server --- */

/* Whatever state connections and sessions are in, the server can stop. */
GST_START_TEST (test_stop)
{
  static const gchar refused[] = POST "Content-Length: 99999999\r\n\r\nabc";
  static const gchar half[] = POST "Content-Le";
  for (guint round = 0; round < 20; round++) {
    SignallerHarness harness;
    GSocketConnection *connections[13];
    guint n = 0;
    signaller_harness_start (&harness,
        /* Metrics wait for silent peers until their sessions end. */
        round % 2 == 0 ? SESSIONS
                       : "rtcsignaller spare-sessions=0 answer-timeout=300 "
                         "session=\"stubpeer behaviour=silent\"");
    for (guint i = 0; i < 4; i++) {
      g_autofree gchar *body = g_strdup_printf (
          "{\"type\":\"offer\",\"sdp\":\"v=0\\r\\no=- %u 1 IN IP4 0\\r\\nm=audio 9 X 0\\r\\n"
          "a=ice-ufrag:abcd\\r\\na=ice-pwd:0123456789012345678901\\r\\na=fingerprint:x\\r\\n\"}",
          i);
      g_autofree gchar *offer =
          g_strdup_printf (POST "Content-Length: %u\r\n\r\n%s", (guint) strlen (body), body);
      connections[n++] = signaller_harness_send (&harness, offer, strlen (offer));
      connections[n++] = signaller_harness_send (&harness, refused, strlen (refused));
      connections[n++] = signaller_harness_send (&harness, half, strlen (half));
    }
    /* A silent peer tells no statistics: who asks for them waits, too. */
    if (round % 4 == 3) {
      static const gchar metrics[] = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
      connections[n++] = signaller_harness_send (&harness, metrics, sizeof metrics - 1);
    } else if (round % 4 == 2) {
      Response response = signaller_harness_get (&harness, "/metrics");
      response_clear (&response);
    }
    signaller_harness_stop (&harness);
    while (n > 0)
      g_object_unref (connections[--n]);
  }
}
GST_END_TEST;

static Suite *
rtcsignaller_hostile_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-hostile");
  TCase *tests = tcase_create ("hostile");
  stub_peer_register ();
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_rows);
  tcase_add_test (tests, test_sizes);
  tcase_add_test (tests, test_offer_sizes);
  tcase_add_test (tests, test_ranges);
  tcase_add_test (tests, test_continue);
  tcase_add_test (tests, test_silence);
  tcase_add_test (tests, test_drip);
  tcase_add_test (tests, test_idle_connections);
  tcase_add_test (tests, test_no_reader);
  tcase_add_test (tests, test_tls);
  tcase_add_test (tests, test_silent_tls);
  tcase_add_test (tests, test_no_reader_over_tls);
  tcase_add_test (tests, test_no_http2);
  tcase_add_test (tests, test_stop);
  return suite;
}

GST_CHECK_MAIN (rtcsignaller_hostile);
