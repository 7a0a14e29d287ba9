/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcsignaller under attack: a flood of requests, 1,000 slow connections, half-open sessions. A
 * session that runs meanwhile loses nothing, others are served, and the memory comes back. In a
 * network namespace of its own, because loopback clients have no rates. Argument: "short" or
 * "long".
 */
#include "signallerecho.h"
#include "signallerpeer.h"
#include "tests/support/netnamespace.h"
#include "tests/support/processfacts.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define ATTACKER "192.0.2.1"
#define RUNNING "192.0.2.2"
#define VISITOR "192.0.2.3"
#define HEAD " HTTP/1.1\r\nHost: a.example\r\n"
#define MEGABYTE (1024 * 1024)
#define N_THREADS 4
#define MAX_GROWTH (20 * MEGABYTE)
/* From one to the next: requests of each thread, messages of the session that runs meanwhile, bytes
 * of a slow connection. */
#define FLOOD_PACE_MICROSECONDS (N_THREADS * 1000)
#define PING_PACE_MICROSECONDS 10000
#define SLOW_PACE_MICROSECONDS 100000

static gboolean is_long;
/* Of an rtcbin, as JSON has it. */
static gchar *quoted_offer;

static void
use_address (SignallerHarness *harness, const gchar *address)
{
  harness->host = address;
  harness->from = address;
}

/* --- who wants to be served --- */

/* What an rtcbin offers, to be posted by somebody else. */
static void
make_visitor (void)
{
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  GstElement *peer = gst_element_factory_make ("rtcbin", NULL);
  g_autoptr (GstWebRTCDataChannel) channel = NULL;
  g_autofree gchar *offer = NULL;

  gst_object_ref_sink (pipeline);
  gst_bin_add (GST_BIN (pipeline), peer);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_signal_emit_by_name (peer, "create-data-channel", "data", NULL, &channel);
  offer = signaller_peer_create_offer (peer, FALSE);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  quoted_offer = signaller_peer_quote (offer);
}

/* A whole offer of another client, answered and closed again. How long the answer took. */
static guint
visit (SignallerHarness *harness)
{
  static guint number = 0;
  SignallerHarness visitor = *harness;
  g_autofree gchar *body =
      g_strdup_printf ("{\"sdp\":{\"type\":\"offer\",\"sdp\":\"%s\"},\"session_id\":\"visit-%u\"}",
          quoted_offer, number);
  g_autofree gchar *close = g_strdup_printf ("{\"session_id\":\"visit-%u\"}", number++);
  gint64 start = g_get_monotonic_time ();
  Response response;
  guint time;

  use_address (&visitor, VISITOR);
  response = signaller_harness_post (&visitor, "/webrtc/offer", body);
  time = (guint) (g_get_monotonic_time () - start);
  if (response.status != 200)
    g_error ("a visitor got %s", response.text);
  response_clear (&response);
  response = signaller_harness_post (&visitor, "/webrtc/close", close);
  g_assert_cmpuint (response.status, ==, 200);
  response_clear (&response);
  return time;
}

static void
keep_worst (guint *worst, guint time)
{
  *worst = MAX (*worst, time);
}

/* --- a flood of requests --- */

typedef struct {
  SignallerHarness *harness;
  guint number;
  gint64 end;
  guint pace_microseconds;
  guint n_requests;
  guint counts[600];
} Flooder;

static const gchar *const floods[] = {
  "GET /" HEAD "\r\n",
  "POST /doSignaling" HEAD "Content-Length: 2\r\n\r\n{}",
  "POST /whip/x" HEAD "Content-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n",
  "DELETE /session/AAAAAAAAAAAAAAAAAAAAAA" HEAD "\r\n",
  "GET /" HEAD "Range: bytes=0-,0-,0-\r\nTransfer-Encoding: chunked\r\n\r\n",
  "\x16\x03\x01\r\n\r\n",
};

static void
flood_once (Flooder *flooder)
{
  const gchar *bytes = floods[flooder->n_requests % G_N_ELEMENTS (floods)];
  Response response = signaller_harness_exchange (flooder->harness, bytes, strlen (bytes));
  g_autofree gchar *retry = response_get_header (&response, "Retry-After");
  flooder->n_requests++;
  flooder->counts[MIN (response.status, 599)]++;
  /* Nothing fails, and what is too much is told when to come again. */
  if ((response.status >= 500 && response.status != 503) ||
      ((response.status == 429 || response.status == 503) && retry == NULL))
    g_error ("%s", response.text);
  response_clear (&response);
}

static gpointer
flood_run (gpointer data)
{
  Flooder *flooder = data;
  gint64 next = g_get_monotonic_time ();
  while (next < flooder->end) {
    gint64 now = g_get_monotonic_time ();
    flood_once (flooder);
    next += flooder->pace_microseconds;
    if (next > now)
      g_usleep ((gulong) (next - now));
  }
  return NULL;
}

static void
print_counts (const Flooder *flooders)
{
  guint n_requests = 0;
  for (guint i = 0; i < N_THREADS; i++)
    n_requests += flooders[i].n_requests;
  g_print ("  %u requests:", n_requests);
  for (guint status = 0; status < 600; status++) {
    guint count = 0;
    for (guint i = 0; i < N_THREADS; i++)
      count += flooders[i].counts[status];
    if (count > 0)
      g_print (" %u x %u", count, status);
  }
  g_print ("\n");
}

GST_START_TEST (test_flood)
{
  SignallerHarness harness;
  SignallerHarness attacker;
  Flooder flooders[N_THREADS];
  GThread *threads[N_THREADS];
  gint64 seconds = is_long ? 60 : 3;
  gint64 end;
  guint64 before;
  guint64 after;
  guint worst_visit = 0;
  guint worst_ping = 0;
  guint n_visits = 0;
  Echo echo;

  signaller_harness_start (&harness, "rtcsignaller spare-sessions=0 address=:: session=rtcbin");
  signaller_echo_serve (&harness);
  use_address (&harness, RUNNING);
  echo_start (&echo, &harness);
  make_visitor ();
  attacker = harness;
  use_address (&attacker, ATTACKER);
  before = process_resident_bytes ();
  end = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  for (guint i = 0; i < N_THREADS; i++) {
    flooders[i] = (Flooder){ &attacker, i, end, FLOOD_PACE_MICROSECONDS };
    threads[i] = g_thread_new ("flood", flood_run, &flooders[i]);
  }
  while (g_get_monotonic_time () < end) {
    gint64 next = g_get_monotonic_time () + G_USEC_PER_SEC;
    keep_worst (&worst_visit, visit (&harness));
    n_visits++;
    while (g_get_monotonic_time () < MIN (next, end)) {
      keep_worst (&worst_ping, echo_ping (&echo));
      g_usleep (PING_PACE_MICROSECONDS);
    }
  }
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  after = process_resident_bytes ();
  print_counts (flooders);
  g_print ("  %u visitors, the slowest %u us; %u messages, the slowest %u us; memory %+.1f MB\n",
      n_visits, worst_visit, echo.n_sent, worst_ping, ((gdouble) after - before) / MEGABYTE);
  g_assert_cmpuint (flooders[0].counts[429], >, 0);
  g_assert_cmpuint (after, <, before + MAX_GROWTH);
  echo_stop (&echo);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- slow connections --- */

static guint
count_open (GPtrArray *connections)
{
  guint count = 0;
  for (guint i = 0; i < connections->len; i++) {
    GSocket *socket = g_socket_connection_get_socket (connections->pdata[i]);
    gchar byte = 'x';
    /* One byte more of a header that has no end. */
    if (g_socket_is_connected (socket) && !g_socket_condition_check (socket, G_IO_IN | G_IO_HUP) &&
        g_socket_send (socket, &byte, 1, NULL, NULL) == 1)
      count++;
  }
  return count;
}

/* @from: loopback clients have one limit, others two. */
static void
run_slow (SignallerHarness *harness, Echo *echo, const gchar *from, guint count, guint limit)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  SignallerHarness attacker = *harness;
  gint64 opened;
  guint worst = 0;
  guint n_open;

  use_address (&attacker, from);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (connections, signaller_harness_send (&attacker, "GET /" HEAD "X: ", 30));
  opened = g_get_monotonic_time ();
  do {
    /* When the visitor is answered, all that came before have been accepted. */
    keep_worst (&worst, visit (harness));
    n_open = count_open (connections);
    g_assert_cmpuint (n_open, <=, limit);
    for (guint i = 0; i < 100; i++)
      echo_ping (echo);
    g_usleep (SLOW_PACE_MICROSECONDS);
    /* Each has had its 10 seconds, and as much again for a slow machine. */
    g_assert_cmpint (g_get_monotonic_time () - opened, <, 20 * G_USEC_PER_SEC);
  } while (n_open > 0);
  g_print ("  %u slow connections of %s: gone after %.1f s, the slowest visitor %u us\n", count,
      from, (gdouble) (g_get_monotonic_time () - opened) / G_USEC_PER_SEC, worst);
}

GST_START_TEST (test_slow)
{
  guint count = is_long ? 1000 : 200;
  SignallerHarness harness;
  Echo echo;
  guint64 before;
  guint64 after;

  signaller_harness_start (&harness,
      is_long
          ? "rtcsignaller spare-sessions=0 address=:: session=rtcbin offers-burst-per-address=1000 "
            "offers-burst=1000 requests-burst=1000 requests-burst-per-address=1000"
          : "rtcsignaller spare-sessions=0 address=:: session=rtcbin request-timeout=1500 "
            "offers-burst-per-address=1000 offers-burst=1000 requests-burst=1000 "
            "requests-burst-per-address=1000");
  signaller_echo_serve (&harness);
  use_address (&harness, RUNNING);
  echo_start (&echo, &harness);
  make_visitor ();
  before = process_resident_bytes ();
  run_slow (&harness, &echo, ATTACKER, count, 8);
  run_slow (&harness, &echo, "127.0.0.1", count, 64);
  after = process_resident_bytes ();
  g_print ("  memory %+.1f MB\n", ((gdouble) after - before) / MEGABYTE);
  g_assert_cmpuint (after, <, before + MAX_GROWTH);
  echo_stop (&echo);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- half-open sessions --- */

static guint
open_half (SignallerHarness *harness, guint number)
{
  g_autofree gchar *body =
      g_strdup_printf ("{\"sdp\":{\"type\":\"offer\",\"sdp\":\"%s\"},\"session_id\":\"half-%u\"}",
          quoted_offer, number);
  Response response = signaller_harness_post (harness, "/webrtc/offer", body);
  guint status = response.status;
  response_clear (&response);
  return status;
}

static void
wait_for_ends (SignallerHarness *harness, guint count, const gchar *reason)
{
  while (count > 0) {
    g_autofree gchar *ended = signaller_harness_wait_field (harness, "rtc-session-ended", "reason");
    count -= g_str_equal (ended, reason);
  }
}

static guint
get_sessions (SignallerHarness *harness)
{
  guint count = 0;
  g_object_get (harness->signaller, "sessions", &count, NULL);
  return count;
}

GST_START_TEST (test_half_open)
{
  guint count = is_long ? 1000 : 50;
  SignallerHarness harness;
  SignallerHarness attacker;
  guint64 memory[3];
  guint n_others = 0;
  gint64 start;
  Echo echo;

  /* The attacker sits behind a proxy on this machine, so that no rate is in the way. */
  signaller_harness_start (&harness,
      is_long ? "rtcsignaller spare-sessions=0 address=:: session=rtcbin"
              : "rtcsignaller spare-sessions=0 address=:: session=rtcbin connect-timeout=3000");
  signaller_echo_serve (&harness);
  use_address (&harness, RUNNING);
  echo_start (&echo, &harness);
  make_visitor ();
  gst_message_unref (signaller_harness_wait (&harness, "rtc-session-connected"));
  attacker = harness;
  use_address (&attacker, "127.0.0.1");
  for (guint round = 0; round < 3; round++) {
    memory[round] = process_resident_bytes ();
    if (round == 2)
      break;
    start = g_get_monotonic_time ();
    for (guint i = 0; i < count; i++)
      g_assert_cmpuint (open_half (&attacker, i), ==, 200);
    g_print ("  %u half-open sessions in %.1f s, %.0f kB each\n", count,
        (gdouble) (g_get_monotonic_time () - start) / G_USEC_PER_SEC,
        ((gdouble) process_resident_bytes () - memory[round]) / count / 1024);
    echo_ping (&echo);
    /* Another one still gets in. */
    visit (&harness);
    wait_for_ends (&harness, count, "ICE never connected");
    signaller_harness_wait_for_bins (&harness, 1);
    g_print (
        "  all gone after %.1f s\n", (gdouble) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
    echo_ping (&echo);
  }
  g_print ("  memory after two rounds: %+.1f and %+.1f MB\n",
      ((gdouble) memory[1] - memory[0]) / MEGABYTE, ((gdouble) memory[2] - memory[1]) / MEGABYTE);
  g_assert_cmpuint (memory[2], <, memory[1] + MAX_GROWTH);

  /* From an address of its own it gets no further than its rate. */
  use_address (&attacker, ATTACKER);
  for (guint i = 0; i < 50; i++)
    n_others += open_half (&attacker, i) == 200;
  g_print ("  %u half-open sessions of one address\n", n_others);
  g_assert_cmpuint (n_others, >=, 5);
  g_assert_cmpuint (get_sessions (&harness), <=, 1 + n_others);
  g_assert_cmpuint (n_others, <, 40);
  echo_ping (&echo);
  echo_stop (&echo);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_flood_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-flood");
  TCase *tests = tcase_create ("flood");
  tcase_set_timeout (tests, 600);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_flood);
  tcase_add_test (tests, test_slow);
  tcase_add_test (tests, test_half_open);
  return suite;
}

int
main (int argc, char **argv)
{
  static const gchar *const addresses[] = { ATTACKER "/24", RUNNING "/24", VISITOR "/24", NULL };
  if (!net_namespace_enter (addresses))
    return 77;
  gst_check_init (&argc, &argv);
  if (!echo_is_possible () || process_raise_descriptor_limit () < 4096)
    return 77;
  is_long = argc > 1 && strcmp (argv[1], "long") == 0;
  return gst_check_run_suite (rtcsignaller_flood_suite (), "rtcsignaller-flood", __FILE__);
}
