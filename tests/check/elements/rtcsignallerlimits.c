/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The limits that loopback clients are free of: rates, connections, offers, patches, status routes.
 * The test and the server live in a network namespace of their own, with addresses of the
 * documentation networks (RFC 5737, RFC 3849). Skipped where none can be made.
 */
#include "tests/support/netnamespace.h"
#include "rawsocket.h"
#include "signallerharness.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define SESSIONS "rtcsignaller address=:: session=stubpeer "
#define ONE "192.0.2.1"
#define TWO "192.0.2.2"
#define SIX "2001:db8::1"
#define SAME_NETWORK "2001:db8::2"
#define OTHER_NETWORK "2001:db8:0:1::1"
#define HEAD " HTTP/1.1\r\nHost: a.example\r\n"

static void
use_addresses (SignallerHarness *harness, const gchar *address)
{
  harness->host = address;
  harness->from = address;
}

static void
start (SignallerHarness *harness, const gchar *launch)
{
  signaller_harness_start (harness, launch);
  use_addresses (harness, ONE);
}

/* The status; @out_retry: seconds, 0 without. */
static guint
get (SignallerHarness *harness, const gchar *path, guint *out_retry)
{
  Response response = signaller_harness_get (harness, path);
  g_autofree gchar *retry = response_get_header (&response, "Retry-After");
  guint status = response.status;
  if (out_retry != NULL)
    *out_retry = retry != NULL ? (guint) g_ascii_strtoull (retry, NULL, 10) : 0;
  response_clear (&response);
  return status;
}

static guint
offer (SignallerHarness *harness, guint session, guint *out_retry)
{
  Response response = signaller_harness_offer (harness, session, "abcd", "");
  g_autofree gchar *retry = response_get_header (&response, "Retry-After");
  guint status = response.status;
  if (out_retry != NULL)
    *out_retry = retry != NULL ? (guint) g_ascii_strtoull (retry, NULL, 10) : 0;
  response_clear (&response);
  return status;
}

/* 20 at once, then 5 a second; others are not in the way. */
GST_START_TEST (test_requests)
{
  SignallerHarness harness;
  guint n_refused = 0;
  guint retry = 0;
  start (&harness, SESSIONS "requests-per-second-per-address=1");
  for (guint i = 0; i < 20; i++)
    g_assert_cmpuint (get (&harness, "/style.css", NULL), ==, 200);
  for (guint i = 0; i < 5; i++) {
    guint status = get (&harness, "/style.css", &retry);
    n_refused += status == 429;
    g_assert_cmpint (status == 429, ==, retry != 0);
    g_assert_cmpuint (retry, <=, 2);
  }
  g_assert_cmpuint (n_refused, >=, 3);
  use_addresses (&harness, TWO);
  g_assert_cmpuint (get (&harness, "/style.css", NULL), ==, 200);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* 80 at once of all together. */
GST_START_TEST (test_requests_of_all)
{
  static const gchar *const addresses[] = { ONE, TWO, SIX, OTHER_NETWORK, "192.0.2.3" };
  SignallerHarness harness;
  guint n_good = 0;
  start (&harness, SESSIONS "requests-per-second=1 requests-per-second-per-address=1");
  for (guint i = 0; i < 100; i++) {
    use_addresses (&harness, addresses[i / 20]);
    n_good += get (&harness, "/style.css", NULL) == 200;
  }
  g_assert_cmpuint (n_good, >=, 80);
  g_assert_cmpuint (n_good, <, 95);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* 5 offers at once, then one a second; loopback has no such limit. */
GST_START_TEST (test_offers)
{
  SignallerHarness harness;
  guint n_good = 0;
  guint retry = 0;
  start (&harness, SESSIONS);
  for (guint i = 0; i < 12; i++) {
    guint status = offer (&harness, i, &retry);
    n_good += status == 200;
    g_assert_true (status == 200 || (status == 429 && retry >= 1 && retry <= 2));
  }
  g_assert_cmpuint (n_good, >=, 5);
  g_assert_cmpuint (n_good, <, 12);
  use_addresses (&harness, TWO);
  g_assert_cmpuint (offer (&harness, 100, NULL), ==, 200);
  use_addresses (&harness, "127.0.0.1");
  for (guint i = 0; i < 40; i++)
    g_assert_cmpuint (offer (&harness, 200 + i, NULL), ==, 200);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* Whoever has a /64 has no more than one address. */
GST_START_TEST (test_networks)
{
  SignallerHarness harness;
  guint n_good = 0;
  start (&harness, SESSIONS);
  for (guint i = 0; i < 12; i++) {
    use_addresses (&harness, i % 2 == 0 ? SIX : SAME_NETWORK);
    n_good += offer (&harness, i, NULL) == 200;
  }
  g_assert_cmpuint (n_good, >=, 5);
  g_assert_cmpuint (n_good, <, 10);
  use_addresses (&harness, OTHER_NETWORK);
  g_assert_cmpuint (offer (&harness, 100, NULL), ==, 200);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static void
join (RawSocket *socket, SignallerHarness *harness, const gchar *address, const gchar *id)
{
  use_addresses (harness, address);
  raw_socket_join (socket, harness, "/relay/room", id);
}

static void
expect_flood_refused (RawSocket *socket)
{
  g_autofree gchar *reason = NULL;
  g_assert_cmpuint (raw_socket_receive_close (socket, &reason), ==, 1008);
  g_assert_cmpstr (reason, ==, "too many messages");
}

/* The same for the messages of WebSockets: four at once here, and the first is the join. */
GST_START_TEST (test_socket_networks)
{
  SignallerHarness harness;
  RawSocket loud, neighbour, other;
  RawFrame pong;
  start (&harness, SESSIONS "messages-per-second=1");
  join (&loud, &harness, SIX, "loud");
  join (&other, &harness, OTHER_NETWORK, "other");
  for (guint i = 0; i < 20; i++)
    raw_socket_send (&loud, FIN | OPCODE_TEXT, "x", 1);
  expect_flood_refused (&loud);
  use_addresses (&harness, SAME_NETWORK);
  g_assert_cmpuint (raw_socket_open (&neighbour, &harness, "/relay/room", ""), ==, 101);
  /* As many as an address of its own could send. */
  for (guint i = 0; i < 4; i++)
    raw_socket_send (&neighbour, FIN | OPCODE_TEXT, "x", 1);
  expect_flood_refused (&neighbour);
  raw_socket_send (&other, FIN | OPCODE_PING, "y", 1);
  while (raw_socket_receive (&other, &pong) && pong.opcode == OPCODE_TEXT)
    raw_frame_clear (&pong);
  g_assert_cmpuint (pong.opcode, ==, OPCODE_PONG);
  raw_frame_clear (&pong);
  raw_socket_clear (&loud);
  raw_socket_clear (&neighbour);
  raw_socket_clear (&other);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static guint
candidate (SignallerHarness *harness, const gchar *path)
{
  Response response = signaller_harness_post (harness, path, "candidate:1");
  g_autofree gchar *retry = response_get_header (&response, "Retry-After");
  guint status = response.status;
  g_assert_cmpint (status == 429, ==, retry != NULL);
  response_clear (&response);
  return status;
}

/* Each session has its own limit, whoever asks. */
GST_START_TEST (test_patches)
{
  SignallerHarness harness;
  Response response;
  g_autofree gchar *id = NULL;
  g_autofree gchar *path = NULL;
  guint n_good = 0;
  start (&harness,
      SESSIONS "patches-per-second=1 requests-burst-per-address=1000 requests-burst=1000");
  response = signaller_harness_offer (&harness, 1, "abcd", "");
  id = response_get_header (&response, "Session-Id");
  response_clear (&response);
  path = g_strconcat ("/candidate?session=", id, NULL);
  for (guint i = 0; i < 40; i++)
    n_good += candidate (&harness, path) == 200;
  g_assert_cmpuint (n_good, >=, 20);
  g_assert_cmpuint (n_good, <, 35);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static GSocketConnection *
send_offer (SignallerHarness *harness, guint session)
{
  g_autofree gchar *body = g_strdup_printf (
      "{\"type\":\"offer\",\"sdp\":\"v=0\\r\\no=- %u 1 IN IP4 0\\r\\nm=audio 9 X 0\\r\\n"
      "a=ice-ufrag:abcd\\r\\na=ice-pwd:0123456789012345678901\\r\\na=fingerprint:x\\r\\n\"}",
      session);
  g_autofree gchar *request = g_strdup_printf (
      "POST /offer" HEAD "Content-Length: %u\r\n\r\n%s", (guint) strlen (body), body);
  return signaller_harness_send (harness, request, strlen (request));
}

/* Those that wait for an answer are not thrown out: the ninth has to come again. */
GST_START_TEST (test_connections)
{
  SignallerHarness harness;
  GSocketConnection *waiting[8];
  GSocketConnection *silent;
  guint retry = 0;

  start (&harness,
      "rtcsignaller address=:: session=\"stubpeer behaviour=silent\" answer-timeout=3000 "
      "offers-burst-per-address=100");
  for (guint i = 0; i < G_N_ELEMENTS (waiting); i++)
    waiting[i] = send_offer (&harness, i);
  /* Requests are read in the order of their coming: when one of another address is answered, so
   * are these. */
  use_addresses (&harness, TWO);
  g_assert_cmpuint (get (&harness, "/style.css", NULL), ==, 200);
  silent = signaller_harness_connect (&harness);
  use_addresses (&harness, ONE);
  g_assert_cmpuint (get (&harness, "/style.css", &retry), ==, 429);
  g_assert_cmpuint (retry, ==, 1);
  use_addresses (&harness, TWO);
  g_assert_cmpuint (get (&harness, "/style.css", NULL), ==, 200);
  for (guint i = 0; i < G_N_ELEMENTS (waiting); i++) {
    Response response = signaller_harness_read (G_IO_STREAM (waiting[i]));
    g_assert_cmpuint (response.status, ==, 408);
    response_clear (&response);
    g_object_unref (waiting[i]);
  }
  g_object_unref (silent);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* How busy a server is, is not everybody's business; an IPv4 client of a socket for both families
 * is what it is. */
GST_START_TEST (test_status)
{
  SignallerHarness harness;
  start (&harness, SESSIONS);
  g_assert_cmpuint (get (&harness, "/metrics", NULL), ==, 403);
  g_assert_cmpuint (get (&harness, "/healthz", NULL), ==, 403);
  use_addresses (&harness, SIX);
  g_assert_cmpuint (get (&harness, "/metrics", NULL), ==, 403);
  use_addresses (&harness, "127.0.0.1");
  g_assert_cmpuint (get (&harness, "/metrics", NULL), ==, 200);
  g_assert_cmpuint (get (&harness, "/healthz", NULL), ==, 200);
  use_addresses (&harness, "::1");
  g_assert_cmpuint (get (&harness, "/metrics", NULL), ==, 200);
  signaller_harness_stop (&harness);
  start (&harness, SESSIONS "public-status=true");
  g_assert_cmpuint (get (&harness, "/metrics", NULL), ==, 200);
  g_assert_cmpuint (get (&harness, "/healthz", NULL), ==, 200);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_limits_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-limits");
  TCase *tests = tcase_create ("limits");
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_requests);
  tcase_add_test (tests, test_requests_of_all);
  tcase_add_test (tests, test_offers);
  tcase_add_test (tests, test_networks);
  tcase_add_test (tests, test_socket_networks);
  tcase_add_test (tests, test_patches);
  tcase_add_test (tests, test_connections);
  tcase_add_test (tests, test_status);
  return suite;
}

int
main (int argc, char **argv)
{
  static const gchar *const addresses[] = { ONE "/32", TWO "/32", "192.0.2.3/32", SIX "/128",
    SAME_NETWORK "/128", OTHER_NETWORK "/128", NULL };
  if (!net_namespace_enter (addresses))
    return 77;
  gst_check_init (&argc, &argv);
  stub_peer_register ();
  return gst_check_run_suite (rtcsignaller_limits_suite (), "rtcsignaller-limits", __FILE__);
}
