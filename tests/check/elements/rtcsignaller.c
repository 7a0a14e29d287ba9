/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcsignaller from the outside: bytes into its socket and the replies, its page, HTTPS, and where
 * it listens. The peer is a stub without network.
 */
#include "signallerharness.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <glib/gstdio.h>
#include <string.h>

/* A session's peer is found among the signaller's children, so there are no others. */
#define SESSIONS "rtcsignaller name=s spare-sessions=0 session=stubpeer "

/* --- requests as they should and should not be --- */

static const struct {
  const gchar *name;
  const gchar *bytes;
  guint status;
  const gchar *body;
} requests[] = {
  { "page", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, "<!doctype html>" },
  { "page by its name", "GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, "<h1>" },
  { "script", "GET /main.js HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, "Peer" },
  { "HEAD", "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, "" },
  { "no such path", "GET /nope HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, "" },
  { "path upward", "GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, "" },
  { "GET of the offer route", "GET /doSignaling HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, "" },
  { "GET of /offer", "GET /offer HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, "" },
  { "no body", "POST /doSignaling HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "Bad Request: " },
  { "not JSON", "POST /doSignaling HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc",
      400, "Bad Request: " },
  { "not UTF-8",
      "POST /doSignaling HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\n{\"a\":\"\xff\"",
      400, "Bad Request: the body is not valid UTF-8" },
  { "an array", "POST /doSignaling HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n[]", 400,
      "Bad Request: the body must be a JSON object" },
  { "no sdp", "POST /doSignaling HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", 400,
      "Bad Request: \"type\" and \"sdp\"" },
  { "sdp is a number",
      "POST /offer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 25\r\n\r\n"
      "{\"type\":\"offer\",\"sdp\":42}",
      400, "Bad Request: \"sdp\" must be a string" },
  { "an answer",
      "POST /offer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 29\r\n\r\n"
      "{\"type\":\"answer\",\"sdp\":\"v=0\"}",
      400, "Bad Request: \"type\" must be \"offer\"" },
  { "no offer at all",
      "POST /offer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 28\r\n\r\n"
      "{\"type\":\"offer\",\"sdp\":\"v=0\"}",
      400, "Bad Request: the first line must be v=0" },
  /* What libsoup alone lets through. */
  { "two hosts", "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400, "" },
  { "two lengths",
      "POST /offer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: "
      "8\r\n\r\nabcd",
      400, "" },
  { "smuggled request",
      "POST /offer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
      411, "" },
  { "chunks with bare line feeds",
      "POST /offer HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n4\nabcd\n0\n\n",
      411, "" },
  { "negative length", "POST /offer HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400,
      "" },
  { "length without body",
      "POST /offer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n", 413, "" },
  { "body on a page", "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nabcd", 413,
      "" },
  { "large body that goes nowhere",
      "POST /nope HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999\r\n\r\n", 413, "" },
  { "ranges", "GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-,0-,0-,0-,0-\r\n\r\n", 200,
      "<!doctype html>" },
  { "pipelined", "GET /nope HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      404, "" },
  { "HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "" },
  { "upgrade to h2c",
      "GET /nope HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 404,
      "" },
  /* Pages of others. */
  { "foreign origin",
      "POST /offer HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n"
      "Content-Length: 2\r\n\r\n{}",
      403, "another origin" },
  { "its own origin",
      "POST /offer HTTP/1.1\r\nHost: localhost:9\r\nOrigin: http://localhost:9\r\n"
      "Content-Length: 2\r\n\r\n{}",
      400, "\"type\"" },
  { "rebound name", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403, "another machine" },
};

GST_START_TEST (test_requests)
{
  SignallerHarness harness;
  signaller_harness_start (&harness, SESSIONS);
  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++) {
    Response response =
        signaller_harness_exchange (&harness, requests[i].bytes, strlen (requests[i].bytes));
    GST_INFO ("%s", requests[i].name);
    if (response.n_responses != 1)
      g_error ("%s: %u responses: %s", requests[i].name, response.n_responses, response.text);
    if (response.status != requests[i].status || strstr (response.body, requests[i].body) == NULL)
      g_error ("%s: %s", requests[i].name, response.text);
    response_clear (&response);
  }
  /* After all that, it still works. */
  response_check (signaller_harness_offer (&harness, 1, "abcd", ""), 200, "\"answer\"");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_header_limits)
{
  SignallerHarness harness;
  g_autoptr (GString) many = g_string_new ("GET / HTTP/1.1\r\nHost: localhost\r\n");
  g_autofree gchar *filler = g_strnfill (12 * 1024, 'x');
  g_autofree gchar *line =
      g_strdup_printf ("GET / HTTP/1.1\r\nHost: localhost\r\nX: %s\r\n\r\n", filler);
  g_autofree gchar *target =
      g_strdup_printf ("GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n", filler);

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (many, "X-%u: y\r\n", i);
  g_string_append (many, "\r\n");
  signaller_harness_start (&harness, SESSIONS);
  response_check (signaller_harness_exchange (&harness, many->str, many->len), 431, "too large");
  response_check (signaller_harness_exchange (&harness, line, strlen (line)), 431, "too large");
  response_check (signaller_harness_exchange (&harness, target, strlen (target)), 431, "too large");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* A drip of bytes does not move the deadline either. */
GST_START_TEST (test_slow_request)
{
  SignallerHarness harness;
  g_autoptr (GSocketConnection) connection = NULL;
  Response response;
  gint64 start;

  signaller_harness_start (&harness, SESSIONS "request-timeout=300");
  connection = signaller_harness_connect (&harness);
  start = g_get_monotonic_time ();
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
      "POST /offer HTTP/1.1\r\nHo", 24, NULL, NULL, NULL);
  response = signaller_harness_read (G_IO_STREAM (connection));
  g_assert_cmpuint (response.n_responses, ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 250 * G_TIME_SPAN_MILLISECOND);
  response_clear (&response);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static GMutex count_lock;
static GCond count_cond;

static void
count_up (GObject *object, GParamSpec *property, gpointer user_data)
{
  g_mutex_lock (&count_lock);
  ++*(guint *) user_data;
  g_cond_signal (&count_cond);
  g_mutex_unlock (&count_lock);
}

static void
wait_for_count (const guint *count)
{
  g_mutex_lock (&count_lock);
  while (*count == 0)
    g_cond_wait (&count_cond, &count_lock);
  g_mutex_unlock (&count_lock);
}

/* Silent connections do not shut others out: the oldest one goes. */
GST_START_TEST (test_silent_connections)
{
  SignallerHarness harness;
  g_autoptr (GSocketConnection) first = NULL;
  g_autoptr (GSocketConnection) second = NULL;

  signaller_harness_start (&harness, SESSIONS "max-connections=2");
  first = signaller_harness_connect (&harness);
  second = signaller_harness_connect (&harness);
  response_check (signaller_harness_get (&harness, "/"), 200, "");
  {
    Response response = signaller_harness_read (G_IO_STREAM (first));
    g_assert_cmpuint (response.n_responses, ==, 0);
    response_clear (&response);
  }
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* Those that wait for an answer stay. */
GST_START_TEST (test_connection_limit)
{
  static const gchar offer[] =
      "{\"type\":\"offer\",\"sdp\":\"v=0\\r\\no=- 1 1 IN IP4 0\\r\\nm=audio 9 X 0\\r\\n"
      "a=ice-ufrag:abcd\\r\\na=ice-pwd:0123456789012345678901\\r\\na=fingerprint:x\\r\\n\"}";
  g_autofree gchar *request =
      g_strdup_printf ("POST /offer HTTP/1.1\r\nHost: localhost\r\nContent-Length: %u\r\n\r\n%s",
          (guint) strlen (offer), offer);
  SignallerHarness harness;
  g_autoptr (GSocketConnection) waiting = NULL;
  g_autofree gchar *retry = NULL;
  Response response;
  guint count = 0;

  signaller_harness_start (&harness,
      "rtcsignaller max-connections=1 answer-timeout=1000 "
      "session=\"stubpeer behaviour=silent\"");
  g_signal_connect (harness.signaller, "notify::sessions", G_CALLBACK (count_up), &count);
  waiting = signaller_harness_connect (&harness);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (waiting)), request,
      strlen (request), NULL, NULL, NULL);
  wait_for_count (&count);
  response = signaller_harness_get (&harness, "/");
  retry = response_get_header (&response, "Retry-After");
  g_assert_cmpstr (retry, ==, "1");
  response_check (response, 503, "Service Unavailable: all connections are taken");
  response_check (signaller_harness_read (G_IO_STREAM (waiting)), 408, "");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_allowed_origins)
{
  static const gchar request[] = "POST /offer HTTP/1.1\r\nHost: localhost\r\nOrigin: "
                                 "http://friend.example\r\nContent-Length: 2\r\n\r\n{}";
  SignallerHarness harness;
  signaller_harness_start (
      &harness, SESSIONS "allowed-origins=\"http://a.example http://friend.example\"");
  response_check (signaller_harness_exchange (&harness, request, strlen (request)), 400, "");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- the page, HTTPS, the address --- */

GST_START_TEST (test_own_page)
{
  SignallerHarness harness;
  g_autofree gchar *path = NULL;
  g_autofree gchar *launch = NULL;
  gint fd = g_file_open_tmp ("rtcsignaller-XXXXXX.html", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, "my page", -1, NULL));
  launch = g_strdup_printf (SESSIONS "page=\"%s\"", path);
  signaller_harness_start (&harness, launch);
  response_check (signaller_harness_get (&harness, "/"), 200, "my page");
  response_check (signaller_harness_get (&harness, "/style.css"), 200, ":root");
  g_unlink (path);
  response_check (signaller_harness_get (&harness, "/index.html"), 404, "Not Found");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static gboolean
accept_certificate (
    GTlsConnection *tls, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer data)
{
  /* Made a moment ago for this very address, and signed by nobody. */
  g_assert_cmpint (errors, ==, G_TLS_CERTIFICATE_UNKNOWN_CA);
  return TRUE;
}

GST_START_TEST (test_https)
{
  static const gchar request[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  SignallerHarness harness;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GSocketAddress) remote = NULL;
  g_autoptr (GIOStream) tls = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *url = NULL;

  signaller_harness_start (&harness, SESSIONS "https=true");
  g_object_get (harness.signaller, "url", &url, NULL);
  g_assert_true (g_str_has_prefix (url, "https://127.0.0.1:"));
  connection = signaller_harness_connect (&harness);
  remote = g_socket_connection_get_remote_address (connection, NULL);
  tls =
      g_tls_client_connection_new (G_IO_STREAM (connection), G_SOCKET_CONNECTABLE (remote), &error);
  g_assert_no_error (error);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_certificate), NULL);
  g_output_stream_write_all (
      g_io_stream_get_output_stream (tls), request, strlen (request), NULL, NULL, &error);
  g_assert_no_error (error);
  response_check (signaller_harness_read (tls), 200, "<!doctype html>");
  /* Plain HTTP on the same port gets no page. */
  {
    Response response = signaller_harness_get (&harness, "/");
    g_assert_cmpuint (response.n_responses, ==, 0);
    response_clear (&response);
  }
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* (transfer full): the certificate that the server shows, as PEM. */
static gchar *
see_certificate (SignallerHarness *harness)
{
  g_autoptr (GSocketConnection) connection = signaller_harness_connect (harness);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  g_autoptr (GIOStream) tls =
      g_tls_client_connection_new (G_IO_STREAM (connection), G_SOCKET_CONNECTABLE (remote), NULL);
  g_autoptr (GError) error = NULL;
  gchar *pem = NULL;
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_certificate), NULL);
  g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, &error);
  g_assert_no_error (error);
  g_object_get (g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (tls)), "certificate-pem",
      &pem, NULL);
  return pem;
}

/* A file that is not there yet is made on the first run, for its owner alone, and used again. */
GST_START_TEST (test_kept_certificate)
{
  SignallerHarness harness;
  g_autofree gchar *folder = g_dir_make_tmp ("rtcsignaller-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "server.pem", NULL);
  g_autofree gchar *launch = g_strdup_printf (SESSIONS "https=true tls-certificate=\"%s\"", path);
  g_autofree gchar *first = NULL;
  g_autofree gchar *second = NULL;
  g_autofree gchar *text = NULL;
  GStatBuf information;

  signaller_harness_start (&harness, launch);
  first = see_certificate (&harness);
  signaller_harness_stop (&harness);
  g_assert_cmpint (g_stat (path, &information), ==, 0);
  g_assert_cmpuint (information.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "PRIVATE KEY"));
  signaller_harness_start (&harness, launch);
  second = see_certificate (&harness);
  signaller_harness_stop (&harness);
  g_assert_cmpstr (first, ==, second);
  g_unlink (path);
  g_rmdir (folder);
}
GST_END_TEST;

GST_START_TEST (test_start_again)
{
  SignallerHarness harness;
  g_autofree gchar *url = NULL;

  signaller_harness_start (&harness, SESSIONS);
  response_check (signaller_harness_offer (&harness, 1, "abcd", ""), 200, "");
  gst_element_set_state (harness.pipeline, GST_STATE_READY);
  g_object_get (harness.signaller, "url", &url, NULL);
  g_assert_null (url);
  g_assert_null (GST_BIN_CHILDREN (harness.signaller));
  gst_element_set_state (harness.pipeline, GST_STATE_PLAYING);
  g_object_get (harness.signaller, "port", &harness.port, NULL);
  response_check (signaller_harness_offer (&harness, 1, "abcd", ""), 200, "");
  signaller_harness_stop (&harness);
}
GST_END_TEST;

GST_START_TEST (test_port_in_use)
{
  SignallerHarness harness;
  GstElement *second = gst_element_factory_make ("rtcsignaller", NULL);
  signaller_harness_start (&harness, SESSIONS);
  g_object_set (second, "port", harness.port, NULL);
  g_assert_cmpint (gst_element_set_state (second, GST_STATE_PLAYING), ==, GST_STATE_CHANGE_FAILURE);
  gst_element_set_state (second, GST_STATE_NULL);
  gst_object_unref (second);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller");
  TCase *http = tcase_create ("http");
  stub_peer_register ();
  tcase_set_timeout (http, 60);
  suite_add_tcase (suite, http);
  tcase_add_test (http, test_requests);
  tcase_add_test (http, test_header_limits);
  tcase_add_test (http, test_slow_request);
  tcase_add_test (http, test_silent_connections);
  tcase_add_test (http, test_connection_limit);
  tcase_add_test (http, test_allowed_origins);
  tcase_add_test (http, test_own_page);
  tcase_add_test (http, test_https);
  tcase_add_test (http, test_kept_certificate);
  tcase_add_test (http, test_start_again);
  tcase_add_test (http, test_port_in_use);
  return suite;
}

GST_CHECK_MAIN (rtcsignaller);
