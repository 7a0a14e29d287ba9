/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Many sessions of one rtcsignaller at a time, with clients in another process: how soon an offer
 * is answered, what a session costs, and that all comes back. Then a client that is killed.
 * Arguments: the clients' program, and how many.
 */
#include "signallerecho.h"
#include "tests/support/processfacts.h"

#include <gst/check/gstcheck.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KILOBYTE 1024
#define MEGABYTE (1024 * 1024)
#define MESSAGES "3"
/* So many that their memory is worth the server's while, and the test's: it waits for 20 s. */
#define MANY 500
#define LOOK_INTERVAL_MICROSECONDS 100000
#define PING_PACE_MICROSECONDS 100000

static const gchar *program;
static guint n_clients;

typedef struct {
  GSubprocess *process;
  GDataInputStream *output;
  GOutputStream *input;
} Clients;

static void
clients_start (Clients *clients, const SignallerHarness *harness, guint count)
{
  g_autofree gchar *port = g_strdup_printf ("%u", harness->port);
  g_autofree gchar *number = g_strdup_printf ("%u", count);
  g_autoptr (GError) error = NULL;
  clients->process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
          program, port, number, MESSAGES, NULL);
  g_assert_no_error (error);
  clients->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (clients->process));
  clients->input = g_subprocess_get_stdin_pipe (clients->process);
}

/* (transfer full) */
static gchar *
clients_read (Clients *clients)
{
  return g_data_input_stream_read_line (clients->output, NULL, NULL, NULL);
}

static void
clients_hang_up (Clients *clients)
{
  g_autofree gchar *done = NULL;
  g_output_stream_write_all (clients->input, "\n", 1, NULL, NULL, NULL);
  done = clients_read (clients);
  g_assert_cmpstr (done, ==, "done");
  g_subprocess_wait (clients->process, NULL, NULL);
  g_assert_cmpint (g_subprocess_get_exit_status (clients->process), ==, 0);
}

static void
clients_clear (Clients *clients)
{
  g_object_unref (clients->output);
  g_object_unref (clients->process);
}

/* The server gives memory back some time after many sessions have ended. Nobody tells when the
 * kernel has it. */
static void
wait_for_memory (guint64 before, guint64 peak)
{
  gint64 start = g_get_monotonic_time ();
  guint64 now = process_resident_bytes_now ();
  guint64 at_end = now;
  guint64 last;
  do {
    g_assert_cmpint (g_get_monotonic_time () - start, <, 120 * G_USEC_PER_SEC);
    g_usleep (LOOK_INTERVAL_MICROSECONDS);
    last = now;
    now = process_resident_bytes_now ();
  } while (now >= before + (peak - before) / 2 || now < last);
  g_print (
      "  %.1f MB resident before, %.1f at the most, %.1f when all were closed, %.1f after %.1f s\n",
      (gdouble) before / MEGABYTE, (gdouble) peak / MEGABYTE, (gdouble) at_end / MEGABYTE,
      (gdouble) now / MEGABYTE, (gdouble) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
}

static void
run_round (SignallerHarness *harness)
{
  guint64 before = process_resident_bytes ();
  gint64 start = g_get_monotonic_time ();
  Clients clients;
  g_autofree gchar *ready = NULL;
  guint count = 0;
  guint median = 0;
  guint most = 0;
  guint sessions = 0;
  guint64 peak;

  clients_start (&clients, harness, n_clients);
  ready = clients_read (&clients);
  g_assert_nonnull (ready);
  g_assert_cmpint (sscanf (ready, "ready %u %u %u", &count, &median, &most), ==, 3);
  g_object_get (harness->signaller, "sessions", &sessions, NULL);
  g_assert_cmpuint (sessions, ==, n_clients);
  peak = process_resident_bytes_now ();
  g_print ("  %u sessions in %.1f s; offer to answer: median %.1f ms, 99 %% %.1f ms; "
           "%.0f kB and %.1f descriptors each\n",
      count, (gdouble) (g_get_monotonic_time () - start) / G_USEC_PER_SEC, median / 1000.0,
      most / 1000.0, ((gdouble) process_resident_bytes () - before) / n_clients / KILOBYTE,
      (gdouble) process_count_descriptors () / n_clients);
  clients_hang_up (&clients);
  clients_clear (&clients);
  signaller_harness_wait_for_bins (harness, 0);
  if (n_clients >= MANY)
    wait_for_memory (before, peak);
}

GST_START_TEST (test_load)
{
  SignallerHarness harness;
  guint64 resident[4];
  guint64 allocated[4];
  guint descriptors[4];

  signaller_harness_start (&harness, "rtcsignaller spare-sessions=0 session=rtcbin");
  signaller_echo_serve (&harness);
  for (guint round = 0; round < 4; round++) {
    resident[round] = process_resident_bytes ();
    allocated[round] = process_allocated_bytes ();
    descriptors[round] = process_count_descriptors ();
    g_print ("  %.1f MB allocated, %.1f MB resident, %u descriptors\n",
        (gdouble) allocated[round] / MEGABYTE, (gdouble) resident[round] / MEGABYTE,
        descriptors[round]);
    if (round < 3)
      run_round (&harness);
  }
  /* What the first round has left are the lists of free slices of threads that go on, and the pages
   * between them, which the next ones use. */
  g_assert_cmpuint (allocated[3], <, allocated[1] + MEGABYTE + n_clients * KILOBYTE);
  g_assert_cmpuint (resident[3], <, resident[1] + 5 * MEGABYTE + n_clients * 10 * KILOBYTE);
  g_assert_cmpuint (descriptors[3], <=, descriptors[1] + 4);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- a client that is killed --- */

static GMutex states_lock;
static GCond states_cond;
static gint64 state_times[GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED + 1];

static void
on_state (GObject *peer, GParamSpec *property, gpointer user_data)
{
  GstWebRTCPeerConnectionState state;
  g_object_get (peer, "connection-state", &state, NULL);
  g_mutex_lock (&states_lock);
  if (state_times[state] == 0)
    state_times[state] = g_get_monotonic_time ();
  g_cond_broadcast (&states_cond);
  g_mutex_unlock (&states_lock);
}

static void
on_session_started (GstElement *signaller, const gchar *id, GstElement *peer, gpointer user_data)
{
  g_signal_connect (peer, "notify::connection-state", G_CALLBACK (on_state), NULL);
}

static guint
count_ends (SignallerHarness *harness)
{
  guint count = 0;
  GstMessage *message;
  while ((message = gst_bus_pop_filtered (harness->bus, GST_MESSAGE_ELEMENT)) != NULL) {
    count += gst_message_has_name (message, "rtc-session-ended");
    gst_message_unref (message);
  }
  return count;
}

static gdouble
seconds_between (gint64 start, gint64 end)
{
  return (gdouble) (end - start) / G_USEC_PER_SEC;
}

/* The harness waits no longer than 20 seconds for a message. */
static gchar *
wait_for_end (SignallerHarness *harness)
{
  gint64 deadline = g_get_monotonic_time () + 90 * G_USEC_PER_SEC;
  while (g_get_monotonic_time () < deadline) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (harness->bus, GST_SECOND, GST_MESSAGE_ELEMENT);
    if (message != NULL && gst_message_has_name (message, "rtc-session-ended"))
      return g_strdup (gst_structure_get_string (gst_message_get_structure (message), "reason"));
  }
  g_error ("the session did not end");
}

/* The machine may be busy with other tests: half as much again, and a second. */
static void
check_time (gint64 start, gint64 end, guint seconds)
{
  g_assert_cmpint (end, >, start);
  g_assert_cmpint (end - start, <, (seconds * 3 / 2 + 1) * G_USEC_PER_SEC);
}

GST_START_TEST (test_killed_client)
{
  SignallerHarness harness;
  Clients clients;
  Response response;
  gint64 killed;
  gint64 ended;
  g_autofree gchar *ready = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *reason = NULL;

  signaller_harness_start (&harness, "rtcsignaller spare-sessions=0 session=rtcbin");
  signaller_echo_serve (&harness);
  g_signal_connect (harness.signaller, "session-started", G_CALLBACK (on_session_started), NULL);
  clients_start (&clients, &harness, 1);
  id = signaller_harness_wait_field (&harness, "rtc-session-connected", "session-id");
  ready = clients_read (&clients);
  g_assert_nonnull (ready);
  killed = g_get_monotonic_time ();
  g_subprocess_send_signal (clients.process, SIGKILL);
  reason = wait_for_end (&harness);
  ended = g_get_monotonic_time ();
  g_print ("  disconnected after %.1f s, failed after %.1f s, ended after %.1f s: %s\n",
      seconds_between (killed, state_times[GST_WEBRTC_PEER_CONNECTION_STATE_DISCONNECTED]),
      seconds_between (killed, state_times[GST_WEBRTC_PEER_CONNECTION_STATE_FAILED]),
      seconds_between (killed, ended), reason);
  g_assert_cmpstr (reason, ==, "the connection failed and was not restarted");
  check_time (killed, state_times[GST_WEBRTC_PEER_CONNECTION_STATE_DISCONNECTED], 7);
  check_time (killed, state_times[GST_WEBRTC_PEER_CONNECTION_STATE_FAILED], 30);
  check_time (killed, ended, 35);
  g_assert_cmpuint (count_ends (&harness), ==, 0);
  signaller_harness_wait_for_bins (&harness, 0);
  path = g_strconcat ("/webrtc/sessions/", id, "/stats", NULL);
  response = signaller_harness_get (&harness, path);
  g_assert_cmpuint (response.status, ==, 404);
  response_clear (&response);
  clients_clear (&clients);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* Each message is a reason to stay; when none comes any more, the session ends. */
GST_START_TEST (test_idle)
{
  SignallerHarness harness;
  guint sessions = 0;
  gint64 start;
  Echo echo;
  g_autofree gchar *reason = NULL;

  signaller_harness_start (
      &harness, "rtcsignaller spare-sessions=0 session=rtcbin idle-timeout=2000");
  signaller_echo_serve (&harness);
  echo_start (&echo, &harness);
  start = g_get_monotonic_time ();
  while (g_get_monotonic_time () < start + 5 * G_USEC_PER_SEC) {
    echo_ping (&echo);
    g_usleep (PING_PACE_MICROSECONDS);
  }
  g_object_get (harness.signaller, "sessions", &sessions, NULL);
  g_assert_cmpuint (sessions, ==, 1);
  start = g_get_monotonic_time ();
  reason = wait_for_end (&harness);
  g_assert_cmpstr (reason, ==, "nothing was sent or received for too long");
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 1400 * G_TIME_SPAN_MILLISECOND);
  echo_stop (&echo);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_load_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-load");
  TCase *tests = tcase_create ("load");
  tcase_set_timeout (tests, 1800);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_load);
  tcase_add_test (tests, test_killed_client);
  tcase_add_test (tests, test_idle);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  g_assert_cmpint (argc, >, 2);
  program = argv[1];
  n_clients = (guint) atoi (argv[2]);
  if (!echo_is_possible ())
    return 77;
  if (process_raise_descriptor_limit () < n_clients * 10) {
    g_print ("skipped: more descriptors are needed than this process may have\n");
    return 77;
  }
  return gst_check_run_suite (rtcsignaller_load_suite (), "rtcsignaller-load", __FILE__);
}
