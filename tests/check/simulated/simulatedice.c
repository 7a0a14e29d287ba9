/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two rtcsimulatedice on one manual loop: connecting, restarting, failing, and packets that meet
 * the same fates each time.
 */

#include <gst/check/gstharness.h>
#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/gstrtcerror.h>
#include <gst/rtc/gstrtcice.h>

#include "simulatedlink.h"

#define MS GST_MSECOND
#define N_PACKETS 500

typedef struct {
  GstHarness *harness;
  GstRtcIce *ice;
  GString *states;
  GPtrArray *candidates; /* of this end */
  guint n_gathered;
  guint n_selected;
} Peer;

typedef struct {
  RtcLoop *loop;
  GstClockTime now;
  RtcSimulatedLink *link;
  Peer peers[2];
} Pair;

static void
on_state (GObject *ice, GParamSpec *pspec, gpointer user_data)
{
  Peer *peer = user_data;
  GstWebRTCICEConnectionState state;
  g_autofree gchar *name = NULL;

  g_object_get (ice, "state", &state, NULL);
  name = g_enum_to_string (GST_TYPE_WEBRTC_ICE_CONNECTION_STATE, (gint) state);
  g_string_append_printf (peer->states, "%s ", g_strrstr (name, "_STATE_") + sizeof "_STATE_" - 1);
}

static void
on_candidate (GstRtcIce *ice, const gchar *candidate, gpointer user_data)
{
  Peer *peer = user_data;

  if (candidate == NULL)
    peer->n_gathered++;
  else
    g_ptr_array_add (peer->candidates, g_strdup (candidate));
}

static void
on_selected (GstRtcIce *ice, const gchar *local, const gchar *remote, gpointer user_data)
{
  ((Peer *) user_data)->n_selected++;
}

static void
peer_init (Peer *peer, RtcLoop *loop)
{
  GstElement *element = gst_element_factory_make ("rtcsimulatedice", NULL);
  GstContext *context = gst_rtc_loop_context_new (loop);

  g_assert_nonnull (element);
  gst_element_set_context (element, context);
  gst_context_unref (context);
  g_object_set (element, "link", "test", NULL);
  peer->ice = GST_RTC_ICE (element);
  peer->states = g_string_new (NULL);
  peer->candidates = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (element, "notify::state", G_CALLBACK (on_state), peer);
  g_signal_connect (element, "local-candidate", G_CALLBACK (on_candidate), peer);
  g_signal_connect (element, "selected-pair", G_CALLBACK (on_selected), peer);
  peer->harness = gst_harness_new_with_element (element, "sink", "src");
  gst_object_unref (element);
  gst_harness_set_src_caps_str (peer->harness, "application/x-rtc-packets");
}

static void
pair_init (Pair *pair)
{
  *pair = (Pair){ .loop = rtc_loop_new_manual (0), .link = rtc_simulated_link_get ("test") };
  for (guint i = 0; i < 2; i++)
    peer_init (&pair->peers[i], pair->loop);
}

static void
pair_clear (Pair *pair)
{
  for (guint i = 0; i < 2; i++) {
    Peer *peer = &pair->peers[i];

    gst_element_set_state (peer->harness->element, GST_STATE_NULL);
    g_signal_handlers_disconnect_by_data (peer->ice, peer);
    gst_harness_teardown (peer->harness);
    g_string_free (peer->states, TRUE);
    g_ptr_array_unref (peer->candidates);
  }
  rtc_simulated_link_unref (pair->link);
  rtc_loop_unref (pair->loop);
}

/* Stops at each deadline on the way, as time does. */
static void
run_until (Pair *pair, GstClockTime end)
{
  GstClockTime next = rtc_loop_turn (pair->loop, pair->now);

  while (next <= end) {
    pair->now = MAX (next, pair->now);
    next = rtc_loop_turn (pair->loop, pair->now);
  }
  pair->now = end;
  rtc_loop_turn (pair->loop, end);
}

static void
run_for (Pair *pair, GstClockTime duration)
{
  run_until (pair, pair->now + duration);
}

static void
set_credentials (Pair *pair, const gchar *pwd_that_1_knows)
{
  GstRtcIce *a = pair->peers[0].ice;
  GstRtcIce *b = pair->peers[1].ice;

  g_assert_true (gst_rtc_ice_set_local_credentials (a, "aaaa", "password-of-a", NULL));
  g_assert_true (gst_rtc_ice_set_local_credentials (b, "bbbb", "password-of-b", NULL));
  g_assert_true (gst_rtc_ice_set_remote_credentials (a, "bbbb", "password-of-b", NULL));
  g_assert_true (gst_rtc_ice_set_remote_credentials (b, "aaaa", pwd_that_1_knows, NULL));
}

static void
exchange_candidates (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    g_assert_true (gst_rtc_ice_gather (pair->peers[i].ice, NULL));
  rtc_loop_turn (pair->loop, pair->now);
  for (guint i = 0; i < 2; i++) {
    GPtrArray *candidates = pair->peers[1 - i].candidates;

    for (guint j = 0; j < candidates->len; j++)
      g_assert_true (gst_rtc_ice_add_remote_candidate (
          pair->peers[i].ice, g_ptr_array_index (candidates, j), NULL));
    g_assert_true (gst_rtc_ice_add_remote_candidate (pair->peers[i].ice, NULL, NULL));
  }
}

static void
connect_pair (Pair *pair)
{
  set_credentials (pair, "password-of-a");
  exchange_candidates (pair);
  run_for (pair, 1000 * MS);
}

static void
send_packet (Pair *pair, guint from, guint8 value, gsize size_bytes)
{
  GstBuffer *packet = gst_buffer_new_allocate (NULL, size_bytes, NULL);

  gst_buffer_memset (packet, 0, value, size_bytes);
  g_assert_cmpint (gst_harness_push (pair->peers[from].harness, packet), ==, GST_FLOW_OK);
}

/* The first byte of each packet that arrived, in order. */
static gchar *
received (Pair *pair, guint at)
{
  GString *text = g_string_new (NULL);
  GstBuffer *packet;

  while ((packet = gst_harness_try_pull (pair->peers[at].harness)) != NULL) {
    guint8 value = 0;

    gst_buffer_extract (packet, 0, &value, 1);
    g_string_append_c (text, (gchar) value);
    gst_buffer_unref (packet);
  }
  return g_string_free (text, FALSE);
}

static void
assert_passes (Pair *pair, const gchar *expected)
{
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *text = NULL;

    send_packet (pair, 1 - i, 'x', 100);
    run_for (pair, 100 * MS);
    text = received (pair, i);
    g_assert_cmpstr (text, ==, expected);
  }
}

static void
test_connects_and_carries_packets (void)
{
  Pair pair;

  pair_init (&pair);
  rtc_simulated_link_set (pair.link, -1, "delay=20");
  connect_pair (&pair);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpstr (pair.peers[i].states->str, ==, "CHECKING CONNECTED COMPLETED ");
    g_assert_cmpuint (pair.peers[i].candidates->len, ==, 1);
    g_assert_cmpuint (pair.peers[i].n_gathered, ==, 1);
    g_assert_cmpuint (pair.peers[i].n_selected, ==, 1);
  }
  assert_passes (&pair, "x");
  pair_clear (&pair);
}

static void
test_nothing_passes_before_the_checks (void)
{
  Pair pair;

  pair_init (&pair);
  set_credentials (&pair, "password-of-a");
  run_for (&pair, 10000 * MS);
  assert_passes (&pair, "");
  g_assert_cmpstr (pair.peers[0].states->str, ==, "");
  pair_clear (&pair);
}

static void
test_connecting_takes_a_round_trip (void)
{
  Pair pair;

  pair_init (&pair);
  rtc_simulated_link_set (pair.link, -1, "delay=50");
  set_credentials (&pair, "password-of-a");
  exchange_candidates (&pair);
  run_for (&pair, 99 * MS);
  g_assert_cmpstr (pair.peers[0].states->str, ==, "CHECKING ");
  run_for (&pair, 1 * MS);
  g_assert_cmpstr (pair.peers[0].states->str, ==, "CHECKING CONNECTED ");
  run_for (&pair, 100 * MS);
  g_assert_cmpstr (pair.peers[0].states->str, ==, "CHECKING CONNECTED COMPLETED ");
  pair_clear (&pair);
}

static void
test_wrong_password_fails (void)
{
  Pair pair;

  pair_init (&pair);
  set_credentials (&pair, "another-password");
  exchange_candidates (&pair);
  run_for (&pair, 4999 * MS);
  g_assert_cmpstr (pair.peers[0].states->str, ==, "CHECKING ");
  run_for (&pair, 1 * MS);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpstr (pair.peers[i].states->str, ==, "CHECKING FAILED ");
  assert_passes (&pair, "");
  pair_clear (&pair);
}

static void
test_restart_keeps_the_old_pair (void)
{
  Pair pair;
  GstRtcIce *a;
  GstRtcIce *b;

  pair_init (&pair);
  a = pair.peers[0].ice;
  b = pair.peers[1].ice;
  connect_pair (&pair);
  g_string_truncate (pair.peers[0].states, 0);

  /* The offer of a restart alone changes nothing, however long the answer takes. */
  g_assert_true (gst_rtc_ice_set_local_credentials (a, "aaa2", "second-of-a", NULL));
  g_assert_true (gst_rtc_ice_set_remote_credentials (b, "aaa2", "second-of-a", NULL));
  run_for (&pair, 20000 * MS);
  g_assert_cmpstr (pair.peers[0].states->str, ==, "");
  assert_passes (&pair, "x");

  g_assert_true (gst_rtc_ice_set_local_credentials (b, "bbb2", "second-of-b", NULL));
  g_assert_true (gst_rtc_ice_set_remote_credentials (a, "bbb2", "second-of-b", NULL));
  assert_passes (&pair, "x");
  exchange_candidates (&pair);
  run_for (&pair, 1000 * MS);
  g_assert_cmpstr (pair.peers[0].states->str, ==, "CHECKING CONNECTED COMPLETED ");
  g_assert_cmpuint (pair.peers[0].n_selected, ==, 2);
  g_assert_cmpuint (pair.peers[0].n_gathered, ==, 2);
  assert_passes (&pair, "x");
  pair_clear (&pair);
}

static void
test_blackout_disconnects_and_heals (void)
{
  Pair pair;

  pair_init (&pair);
  connect_pair (&pair);
  g_string_truncate (pair.peers[1].states, 0);
  rtc_simulated_link_set_blackout (pair.link, TRUE);
  assert_passes (&pair, "");
  run_for (&pair, 3000 * MS);
  g_assert_cmpstr (pair.peers[1].states->str, ==, "DISCONNECTED ");
  rtc_simulated_link_set_blackout (pair.link, FALSE);
  run_for (&pair, 1000 * MS);
  g_assert_cmpstr (pair.peers[1].states->str, ==, "DISCONNECTED CONNECTED COMPLETED ");
  assert_passes (&pair, "x");

  rtc_simulated_link_set_blackout (pair.link, TRUE);
  run_for (&pair, 31000 * MS);
  g_assert_true (g_str_has_suffix (pair.peers[1].states->str, "DISCONNECTED FAILED "));
  rtc_simulated_link_set_blackout (pair.link, FALSE);
  run_for (&pair, 1000 * MS);
  assert_passes (&pair, "");
  pair_clear (&pair);
}

static guint64
run_traffic (guint32 seed, gchar **out_received)
{
  Pair pair;
  guint64 trace;

  pair_init (&pair);
  connect_pair (&pair);
  rtc_simulated_link_set_seed (pair.link, seed);
  rtc_simulated_link_set (
      pair.link, -1, "loss=5,delay=30,jitter=10,reorder=5,duplicate=5,bit-flip=2,rate=2000000");
  for (guint i = 0; i < N_PACKETS; i++) {
    send_packet (&pair, 0, (guint8) ('A' + i % 26), 200 + i);
    run_for (&pair, 2 * MS);
  }
  run_for (&pair, 5000 * MS);
  trace = rtc_simulated_link_get_trace (pair.link, 0);
  *out_received = received (&pair, 1);
  pair_clear (&pair);
  return trace;
}

static void
test_same_seed_same_packets (void)
{
  g_autofree gchar *first = NULL;
  g_autofree gchar *second = NULL;
  g_autofree gchar *other = NULL;
  guint64 trace = run_traffic (7, &first);

  g_assert_cmpuint (trace, ==, run_traffic (7, &second));
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpuint (strlen (first), >, N_PACKETS / 2);
  g_assert_cmpuint (trace, !=, run_traffic (8, &other));
  g_assert_cmpstr (first, !=, other);
}

static void
test_third_end_is_refused (void)
{
  Pair pair;
  GstElement *third = gst_element_factory_make ("rtcsimulatedice", NULL);
  GstContext *context;
  g_autoptr (GError) error = NULL;

  pair_init (&pair);
  set_credentials (&pair, "password-of-a");
  context = gst_rtc_loop_context_new (pair.loop);
  gst_element_set_context (third, context);
  gst_context_unref (context);
  g_object_set (third, "link", "test", NULL);
  g_assert_false (gst_rtc_ice_gather (GST_RTC_ICE (third), &error));
  g_assert_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_STATE);
  gst_object_unref (third);
  pair_clear (&pair);
}

static void
test_candidate_syntax (void)
{
  Pair pair;
  g_autoptr (GError) error = NULL;

  pair_init (&pair);
  g_assert_false (gst_rtc_ice_add_remote_candidate (pair.peers[0].ice, "nonsense", &error));
  g_assert_error (error, GST_RTC_ERROR, GST_RTC_ERROR_SYNTAX);
  pair_clear (&pair);
}

static void
test_stats (void)
{
  Pair pair;
  GstStructure *stats;
  guint64 n_packets;
  gdouble round_trip;

  pair_init (&pair);
  rtc_simulated_link_set (pair.link, -1, "delay=10");
  connect_pair (&pair);
  assert_passes (&pair, "x");
  gst_rtc_ice_set_controlling (pair.peers[0].ice, TRUE);
  stats = gst_rtc_ice_get_stats (pair.peers[0].ice);
  g_assert_cmpstr (gst_structure_get_string (stats, "role"), ==, "controlling");
  g_assert_true (gst_structure_get_uint64 (stats, "packets-received", &n_packets));
  g_assert_cmpuint (n_packets, ==, 1);
  g_assert_true (gst_structure_get_double (stats, "round-trip-time", &round_trip));
  g_assert_cmpfloat_with_epsilon (round_trip, 0.02, 1e-9);
  gst_structure_free (stats);
  pair_clear (&pair);
}

int
main (int argc, char **argv)
{
  gint result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/ice/connects", test_connects_and_carries_packets);
  g_test_add_func ("/ice/before", test_nothing_passes_before_the_checks);
  g_test_add_func ("/ice/round-trip", test_connecting_takes_a_round_trip);
  g_test_add_func ("/ice/wrong-password", test_wrong_password_fails);
  g_test_add_func ("/ice/restart", test_restart_keeps_the_old_pair);
  g_test_add_func ("/ice/blackout", test_blackout_disconnects_and_heals);
  g_test_add_func ("/ice/same-seed", test_same_seed_same_packets);
  g_test_add_func ("/ice/third-end", test_third_end_is_refused);
  g_test_add_func ("/ice/syntax", test_candidate_syntax);
  g_test_add_func ("/ice/stats", test_stats);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
