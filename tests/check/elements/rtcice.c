/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcice: two elements, each with a loop of its own, find each other on this machine and move
 * packets. Real sockets, so each wait has a generous limit, and no time is asserted.
 */
#include "../../support/icepair.h"

#include <gst/rtc/gstrtcerror.h>

#include <stdlib.h>
#include <string.h>

/* Rows: how the two sides are set up, and which path the packets must take. */
typedef struct {
  const gchar *name;
  const gchar *address;
  const gchar *path_a;
  const gchar *path_b;
  const gchar *nomination;
  const gchar *expected_a;
  const gchar *expected_b;
} ConnectRow;

static const ConnectRow connect_rows[] = {
  { "direct", "127.0.0.1", "auto", "auto", "aggressive", "direct", "direct" },
  { "only direct", "127.0.0.1", "direct", "direct", "aggressive", "direct", "direct" },
  { "agent", "127.0.0.1", "agent", "agent", "aggressive", "agent", "agent" },
  { "direct to agent", "127.0.0.1", "auto", "agent", "aggressive", "direct", "agent" },
  { "regular nomination", "127.0.0.1", "auto", "auto", "regular", "direct", "direct" },
  { "IPv6 direct", "::1", "auto", "auto", "aggressive", "direct", "direct" },
  { "IPv6 agent", "::1", "agent", "agent", "aggressive", "agent", "agent" },
};

GST_START_TEST (test_connect)
{
  const ConnectRow *row = &connect_rows[__i__];
  IcePair pair;

  GST_INFO ("%s", row->name);
  if (!ice_has_address (row->address))
    return;
  ice_pair_init (&pair);
  ice_peer_configure (&pair.a, row->address, row->path_a, row->nomination);
  ice_peer_configure (&pair.b, row->address, row->path_b, row->nomination);
  ice_pair_start (&pair);
  ice_pair_connect (&pair);
  ice_check_both_ways (&pair);
  ice_check_path (&pair.a, row->expected_a);
  ice_check_path (&pair.b, row->expected_b);
  ICE_WAIT_FOR (pair.a.state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED);
  ICE_WAIT_FOR (pair.b.state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED);
  fail_unless (
      ice_get_count (&pair.a, "packets-sent") == ice_get_count (&pair.b, "packets-received"));
  ice_pair_clear (&pair);
}

GST_END_TEST;

/* A restart of a, of b or of both: what signalling would do for the n-th generation. */
typedef enum { RESTART_BY_A, RESTART_BY_B, RESTART_BY_BOTH } Restart;

static void
restart (IcePair *pair, Restart kind, guint n)
{
  IcePeer *offerer = kind == RESTART_BY_B ? &pair->b : &pair->a;
  IcePeer *answerer = offerer->other;

  ice_set_local (offerer, n);
  ice_do_call (offerer, ICE_OP_GATHER, NULL, NULL);
  if (kind == RESTART_BY_BOTH) {
    ice_set_local (answerer, n);
    ice_do_call (answerer, ICE_OP_GATHER, NULL, NULL);
    ice_set_remote (answerer, n);
  } else {
    /* The offer is read before the answer is made. */
    ice_set_remote (answerer, n);
    ice_set_local (answerer, n);
    ice_do_call (answerer, ICE_OP_GATHER, NULL, NULL);
  }
  ice_set_remote (offerer, n);
}

typedef struct {
  IcePeer *from;
  gint stop; /* atomic */
  guint n_sent;
} Flow;

/* Sends without end, as fast as the receiver takes the packets. */
static gpointer
run_flow (gpointer data)
{
  Flow *flow = data;
  IcePeer *to = flow->from->other;

  while (!g_atomic_int_get (&flow->stop)) {
    ice_send_packets (flow->from, flow->n_sent, 10, ice_equal_size);
    flow->n_sent += 10;
    ICE_WAIT_FOR (to->packets->len + 200 > flow->n_sent);
  }
  return NULL;
}

static void
check_flow (Flow *flow)
{
  IcePeer *to = flow->from->other;
  g_autofree guint8 *seen = g_new0 (guint8, flow->n_sent);

  ICE_WAIT_FOR (to->packets->len >= flow->n_sent);
  fail_unless_equals_int (to->packets->len, flow->n_sent);
  for (guint i = 0; i < flow->n_sent; i++) {
    guint8 bytes[5];
    guint number;

    gst_buffer_extract (g_ptr_array_index (to->packets, i), 0, bytes, sizeof bytes);
    number = bytes[1] | bytes[2] << 8 | bytes[3] << 16 | (guint) bytes[4] << 24;
    fail_unless (number < flow->n_sent && !seen[number]);
    seen[number] = 1;
    ice_check_packet (g_ptr_array_index (to->packets, i), number, ice_equal_size (number));
  }
}

static void
check_restarts (const gchar *path, guint n_restarts)
{
  IcePair pair;
  Flow flows[2] = { { &pair.a, 0, 0 }, { &pair.b, 0, 0 } };
  GThread *threads[2];

  ice_pair_init (&pair);
  ice_peer_configure (&pair.a, "127.0.0.1", path, "aggressive");
  ice_peer_configure (&pair.b, "127.0.0.1", path, "aggressive");
  ice_pair_start (&pair);
  ice_pair_connect (&pair);
  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("flow", run_flow, &flows[i]);
  for (guint n = 1; n <= n_restarts; n++) {
    guint a_before = pair.a.n_selected;
    guint b_before = pair.b.n_selected;

    restart (&pair, n % 3, n);
    ICE_WAIT_FOR (pair.a.n_selected > a_before && pair.b.n_selected > b_before);
    fail_unless (ice_is_connected (&pair.a) && ice_is_connected (&pair.b));
  }
  for (guint i = 0; i < 2; i++) {
    g_atomic_int_set (&flows[i].stop, 1);
    g_thread_join (threads[i]);
    check_flow (&flows[i]);
  }
  ice_pair_clear (&pair);
}

GST_START_TEST (test_restart_while_packets_flow)
{
  check_restarts ("auto", 12);
  check_restarts ("agent", 6);
}

GST_END_TEST;

/* Without local-addresses the interfaces that are up are bound, and a peer that is on loopback
 * alone is within reach of them. */
GST_START_TEST (test_default_addresses)
{
  IcePair pair;

  ice_pair_init (&pair);
  g_object_set (pair.a.element, "local-addresses", NULL, NULL);
  ice_pair_start (&pair);
  ice_pair_connect (&pair);
  ice_check_both_ways (&pair);
  ice_pair_clear (&pair);
}

GST_END_TEST;

/* An offer without candidates: the other side's checks show where the peer is. */
GST_START_TEST (test_peer_reflexive)
{
  IcePair pair;

  ice_pair_init (&pair);
  pair.a.holds_candidates = TRUE;
  ice_pair_start (&pair);
  ice_pair_connect (&pair);
  ice_check_both_ways (&pair);
  ice_pair_clear (&pair);
}

GST_END_TEST;

static void
set_wrong_remote (IcePeer *peer)
{
  ice_do_call (peer, ICE_OP_REMOTE, "ufrag", "notthepasswordoftheother");
}

GST_START_TEST (test_wrong_password)
{
  IcePair pair;

  ice_pair_init (&pair);
  g_object_set (pair.a.element, "failed-timeout", 1000, NULL);
  g_object_set (pair.b.element, "failed-timeout", 1000, NULL);
  ice_pair_start (&pair);
  ice_set_local (&pair.a, 0);
  ice_set_local (&pair.b, 0);
  set_wrong_remote (&pair.a);
  set_wrong_remote (&pair.b);
  ice_do_call (&pair.a, ICE_OP_GATHER, NULL, NULL);
  ice_do_call (&pair.b, ICE_OP_GATHER, NULL, NULL);
  ICE_WAIT_FOR (pair.a.state == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED);
  ICE_WAIT_FOR (pair.b.state == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED);

  /* A restart with the right ones leads out of it. */
  restart (&pair, RESTART_BY_A, 1);
  ICE_WAIT_FOR (ice_is_connected (&pair.a) && ice_is_connected (&pair.b));
  ice_check_both_ways (&pair);
  ice_pair_clear (&pair);
}

GST_END_TEST;

/* Candidates that come before anything else are kept, those that come late are used. */
GST_START_TEST (test_early_and_late_candidates)
{
  IcePair pair;

  ice_pair_init (&pair);
  pair.b.holds_candidates = TRUE;
  ice_pair_start (&pair);
  ice_do_call (&pair.a, ICE_OP_CONTROLLING, "yes", NULL);
  ice_set_local (&pair.b, 0);
  ice_do_call (&pair.b, ICE_OP_GATHER, NULL, NULL);
  ICE_WAIT_FOR (pair.b.n_gathered == 1);
  for (guint i = 0; i < pair.b.candidates->len; i++)
    ice_do_call (&pair.a, ICE_OP_CANDIDATE, g_ptr_array_index (pair.b.candidates, i), NULL);
  ice_do_call (&pair.a, ICE_OP_CANDIDATE, NULL, NULL);

  ice_set_remote (&pair.a, 0);
  ice_set_local (&pair.a, 0);
  ice_do_call (&pair.a, ICE_OP_GATHER, NULL, NULL);
  ICE_WAIT_FOR (pair.a.n_gathered == 1);
  fail_if (ice_is_connected (&pair.a) && ice_is_connected (&pair.b));
  ice_set_remote (&pair.b, 0);
  ICE_WAIT_FOR (ice_is_connected (&pair.a) && ice_is_connected (&pair.b));
  ice_check_both_ways (&pair);
  ice_pair_clear (&pair);
}

GST_END_TEST;

/* Whatever a peer sends as candidates: bad syntax is an error, the rest is silent, and the good one
 * among them still connects, when it comes within the limit. */
GST_START_TEST (test_hostile_candidates)
{
  static const gchar *const good_syntax[] = { "candidate:1 1 udp 1 224.0.0.1 5000 typ host",
    "candidate:1 1 udp 1 0.0.0.0 5000 typ host", "candidate:1 2 udp 1 127.0.0.1 5000 typ host",
    "candidate:1 1 tcp 1 127.0.0.1 9 typ host tcptype active",
    "candidate:1 1 udp 1 nobody-here.local 5000 typ host",
    "candidate:1 1 udp 1 fe80::1 5000 typ host", "candidate:1 1 quic 1 127.0.0.1 5 typ host" };
  static const gchar *const bad_syntax[] = { "", "candidate:", "candidate:1 1 udp", "nonsense",
    "candidate:1 1 udp 1 127.0.0.1 99999 typ host" };
  IcePair pair;

  ice_pair_init (&pair);
  ice_pair_start (&pair);
  for (guint i = 0; i < G_N_ELEMENTS (good_syntax); i++)
    ice_do_call (&pair.a, ICE_OP_CANDIDATE, good_syntax[i], NULL);
  for (guint i = 0; i < G_N_ELEMENTS (bad_syntax); i++) {
    g_autoptr (GError) error = NULL;

    fail_if (ice_try_call (&pair.a, ICE_OP_CANDIDATE, bad_syntax[i], NULL, &error));
    fail_unless (g_error_matches (error, GST_RTC_ERROR, GST_RTC_ERROR_SYNTAX));
  }
  ice_pair_connect (&pair);
  for (guint i = 0; i < 10000; i++) {
    g_autofree gchar *line = g_strdup_printf (
        "candidate:%u 1 udp %u 127.%u.%u.1 5000 typ host", i, i + 1, 1 + i / 256, i % 256);

    ice_do_call (&pair.a, ICE_OP_CANDIDATE, line, NULL);
  }
  ice_check_both_ways (&pair);
  ice_pair_clear (&pair);
}

GST_END_TEST;

static guint
count_descriptors (void)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;
  g_dir_close (dir);
  return count;
}

/* Each time with a session that is connected, and then stopped from the application's thread. */
GST_START_TEST (test_start_and_stop)
{
  IcePair pair;
  guint before = 0;

  for (guint i = 0; i < 25; i++) {
    ice_pair_init (&pair);
    ice_pair_start (&pair);
    ice_pair_connect (&pair);
    ice_pair_clear (&pair);
    if (i == 0)
      before = count_descriptors ();
  }
  fail_unless (
      count_descriptors () <= before, "%u descriptors, %u before", count_descriptors (), before);
}

GST_END_TEST;

#define N_NEIGHBOURS 12

static IcePair *
neighbour_new (RtcLoop *loop_a, RtcLoop *loop_b, guint number)
{
  IcePair *pair = g_new0 (IcePair, 1);
  const gchar *path = number % 2 == 0 ? "auto" : "agent";

  ice_pair_init_on (pair, loop_a, loop_b);
  ice_peer_configure (&pair->a, "127.0.0.1", path, "aggressive");
  ice_peer_configure (&pair->b, "127.0.0.1", path, "aggressive");
  ice_pair_start (pair);
  return pair;
}

static void
neighbour_free (IcePair *pair)
{
  ice_pair_clear (pair);
  g_free (pair);
}

typedef struct {
  IcePeer *ends, *begins;
} Succession;

/* In one turn of the loop, so that the new sockets get the numbers of the old ones. */
static void
succeed (gpointer user_data)
{
  Succession *succession = user_data;

  ice_peer_stop (succession->ends);
  ice_set_local (succession->begins, 0);
  ice_do_call (succession->begins, ICE_OP_GATHER, NULL, NULL);
}

static IcePair *
replace_neighbour (IcePair *old, guint number)
{
  IcePair *pair = neighbour_new (old->a.loop, old->b.loop, number);
  Succession successions[] = { { &old->a, &pair->a }, { &old->b, &pair->b } };

  for (guint i = 0; i < G_N_ELEMENTS (successions); i++)
    rtc_loop_call (successions[i].ends->loop, succeed, &successions[i]);
  ice_pair_connect (pair);
  neighbour_free (old);
  return pair;
}

/* Sessions of one loop share GMainContexts: some end and others begin beside those that go on, with
 * the same descriptors, and each second one moves its packets through libnice. */
GST_START_TEST (test_neighbours)
{
  g_autoptr (RtcLoop) loop_a = rtc_loop_new ("a");
  g_autoptr (RtcLoop) loop_b = rtc_loop_new ("b");
  IcePair *pairs[N_NEIGHBOURS];

  for (guint i = 0; i < N_NEIGHBOURS; i++) {
    pairs[i] = neighbour_new (loop_a, loop_b, i);
    ice_pair_connect (pairs[i]);
  }
  for (guint round = 0; round < 3; round++) {
    for (guint i = round; i < N_NEIGHBOURS; i += 3)
      pairs[i] = replace_neighbour (pairs[i], i);
    for (guint i = 0; i < N_NEIGHBOURS; i++)
      ice_check_both_ways (pairs[i]);
  }
  for (guint i = 0; i < N_NEIGHBOURS; i++)
    neighbour_free (pairs[i]);
}

GST_END_TEST;

/* The same element again and again; what was set on it before the start counts each time. */
GST_START_TEST (test_reuse)
{
  IcePair pair;
  guint descriptors = 0;

  ice_pair_init (&pair);
  ice_pair_start (&pair);
  for (guint i = 0; i < 100; i++) {
    ice_set_local (&pair.a, i);
    ice_do_call (&pair.a, ICE_OP_GATHER, NULL, NULL);
    ice_peer_stop (&pair.a);
    fail_unless_equals_int (pair.a.state, GST_WEBRTC_ICE_CONNECTION_STATE_CLOSED);
    gst_element_set_state (pair.a.element, GST_STATE_PLAYING);
    fail_unless_equals_int (pair.a.state, GST_WEBRTC_ICE_CONNECTION_STATE_NEW);
    if (i == 0)
      descriptors = count_descriptors ();
  }
  fail_unless_equals_int (count_descriptors (), descriptors);
  ice_pair_connect (&pair);
  ice_check_both_ways (&pair);
  ice_pair_clear (&pair);
}

GST_END_TEST;

/* An application stops the element in a callback on the loop, as early and as late as it can. */
static void
stop_in_callback (GstElement *element, IcePeer *peer)
{
  gst_element_set_state (element, GST_STATE_NULL);
}

static void
stop_in_pair_callback (GstElement *element, const gchar *local, const gchar *remote, IcePeer *peer)
{
  stop_in_callback (element, peer);
}

static void
stop_in_candidate_callback (GstElement *element, const gchar *line, IcePeer *peer)
{
  stop_in_callback (element, peer);
}

static void
stop_in_state_callback (GstElement *element, GParamSpec *spec, IcePeer *peer)
{
  GstWebRTCICEConnectionState state;

  g_object_get (element, "state", &state, NULL);
  if (state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED)
    stop_in_callback (element, peer);
}

GST_START_TEST (test_stop_in_callback)
{
  static const struct {
    const gchar *signal;
    GCallback callback;
  } rows[] = {
    { "local-candidate", G_CALLBACK (stop_in_candidate_callback) },
    { "selected-pair", G_CALLBACK (stop_in_pair_callback) },
    { "notify::state", G_CALLBACK (stop_in_state_callback) },
  };
  IcePair pair;

  ice_pair_init (&pair);
  g_signal_connect (pair.a.element, rows[__i__].signal, rows[__i__].callback, &pair.a);
  ice_pair_start (&pair);
  ice_do_call (&pair.a, ICE_OP_CONTROLLING, "yes", NULL);
  ice_set_local (&pair.a, 0);
  ice_set_local (&pair.b, 0);
  ice_set_remote (&pair.a, 0);
  ice_set_remote (&pair.b, 0);
  ice_do_call (&pair.b, ICE_OP_GATHER, NULL, NULL);
  ice_do_call (&pair.a, ICE_OP_GATHER, NULL, NULL);
  ICE_WAIT_FOR (pair.a.state == GST_WEBRTC_ICE_CONNECTION_STATE_CLOSED);
  ice_pair_clear (&pair);
}

GST_END_TEST;

static void
send_from_stranger (const gchar *candidate, const guint8 *bytes, gsize size)
{
  g_auto (GStrv) fields = g_strsplit (candidate, " ", 0);
  g_autoptr (GSocketAddress) to =
      g_inet_socket_address_new_from_string (fields[4], (guint) atoi (fields[5]));
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  fail_unless (g_socket_send_to (socket, to, (const gchar *) bytes, size, NULL, NULL) > 0);
}

/* A third socket sends what looks like DTLS and RTP, and its packets do not arrive (CVE-2023-49786
 * and its kin began so); those of the peer that were sent after them do. */
static void
check_strangers (const gchar *path, gboolean is_counted)
{
  static const guint8 client_hello[64] = { 22, 0xfe, 0xfd };
  static const guint8 rtp[64] = { 0x80, 96 };
  static const guint8 odd[64] = { 200 };
  const gchar *candidate;
  IcePair pair;

  ice_pair_init (&pair);
  ice_peer_configure (&pair.b, "127.0.0.1", path, "aggressive");
  ice_pair_start (&pair);
  ice_pair_connect (&pair);
  candidate = g_ptr_array_index (pair.b.candidates, 0);
  send_from_stranger (candidate, client_hello, sizeof client_hello);
  send_from_stranger (candidate, rtp, sizeof rtp);
  send_from_stranger (candidate, odd, sizeof odd);
  ice_check_both_ways (&pair);
  fail_unless (ice_get_count (&pair.b, "packets-from-strangers") == (guint64) (is_counted ? 2 : 0));
  ice_pair_clear (&pair);
}

GST_START_TEST (test_strangers)
{
  check_strangers ("direct", TRUE);
  check_strangers ("agent", FALSE);
}

GST_END_TEST;

/* Until the peer has answered a check, its silence means nothing. */
static void
prove (IcePair *pair)
{
  gboolean is_proven = FALSE;

  for (guint i = 0; i < 100 && !is_proven; i++) {
    GstStructure *stats;

    ice_check_both_ways (pair);
    stats = ice_get_stats (&pair->a);
    is_proven = gst_structure_has_field (stats, "round-trip-time");
    gst_structure_free (stats);
  }
  fail_unless (is_proven);
}

/* The peer is gone: disconnected first, failed then, and not a packet leaves after that. The peer
 * that comes back with a restart is found. */
GST_START_TEST (test_peer_is_gone)
{
  IcePair pair;
  guint64 n_sent;

  ice_pair_init (&pair);
  g_object_set (pair.a.element, "disconnected-timeout", 5000, "failed-timeout", 7000, NULL);
  ice_pair_start (&pair);
  ice_pair_connect (&pair);
  prove (&pair);
  ice_peer_stop (&pair.b);
  ICE_WAIT_FOR (pair.a.state == GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED);
  ICE_WAIT_FOR (pair.a.state == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED);
  n_sent = ice_get_count (&pair.a, "packets-sent");
  ice_send_packets (&pair.a, 0, 10, ice_equal_size);
  fail_unless (ice_get_count (&pair.a, "packets-sent") == n_sent);

  gst_element_set_state (pair.b.element, GST_STATE_PLAYING);
  restart (&pair, RESTART_BY_A, 1);
  ICE_WAIT_FOR (ice_is_connected (&pair.a) && ice_is_connected (&pair.b));
  ice_check_both_ways (&pair);
  ice_pair_clear (&pair);
}

GST_END_TEST;

/* A restart that the peer refuses is taken back: the pair was there all the time. */
GST_START_TEST (test_roll_back)
{
  IcePair pair;

  ice_pair_init (&pair);
  ice_pair_start (&pair);
  ice_pair_connect (&pair);
  ice_set_local (&pair.a, 1);
  ice_do_call (&pair.a, ICE_OP_GATHER, NULL, NULL);
  ice_check_both_ways (&pair);
  ice_set_local (&pair.a, 0);
  ice_check_both_ways (&pair);
  fail_unless_equals_int (pair.a.n_selected, 1);
  restart (&pair, RESTART_BY_B, 2);
  ICE_WAIT_FOR (pair.a.n_selected == 2 && pair.b.n_selected == 2);
  ice_check_both_ways (&pair);
  ice_pair_clear (&pair);
}

GST_END_TEST;

/* One port for both generations of a restart: the old socket has to give way. */
GST_START_TEST (test_restart_on_one_port)
{
  IcePair pair;

  ice_pair_init (&pair);
  g_object_set (pair.a.element, "min-port", 47811, "max-port", 47811, NULL);
  ice_pair_start (&pair);
  ice_pair_connect (&pair);
  restart (&pair, RESTART_BY_A, 1);
  ICE_WAIT_FOR (pair.a.n_selected >= 2 && pair.b.n_selected >= 2);
  ice_settle_on_path (&pair.a, &pair.b, "direct");
  ice_settle_on_path (&pair.b, &pair.a, "direct");
  ice_check_both_ways (&pair);
  ice_pair_clear (&pair);
}

GST_END_TEST;

GST_START_TEST (test_misuse)
{
  IcePair pair;
  GError *error = NULL;

  ice_pair_init (&pair);
  fail_if (ice_try_call (&pair.a, ICE_OP_LOCAL, "ufrag", "passwordpasswordpassword", &error));
  fail_unless (g_error_matches (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_STATE));
  g_clear_error (&error);
  ice_pair_start (&pair);
  fail_if (ice_try_call (&pair.a, ICE_OP_GATHER, NULL, NULL, &error));
  fail_unless (g_error_matches (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_STATE));
  g_clear_error (&error);
  fail_if (ice_try_call (&pair.a, ICE_OP_LOCAL, "abc", "tooshort", &error));
  fail_unless (g_error_matches (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT));
  g_clear_error (&error);
  fail_if (ice_try_call (&pair.a, ICE_OP_SERVER, "turns://u:p@127.0.0.1", NULL, &error));
  fail_unless (g_error_matches (error, GST_RTC_ERROR, GST_RTC_ERROR_UNSUPPORTED));
  g_clear_error (&error);
  ice_peer_configure (&pair.b, "not an address", "auto", "regular");
  fail_if (ice_try_call (&pair.b, ICE_OP_LOCAL, "ufrag", "passwordpasswordpassword", &error));
  fail_unless (g_error_matches (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT));
  g_clear_error (&error);
  ice_pair_clear (&pair);
}

GST_END_TEST;

static Suite *
rtcice_suite (void)
{
  Suite *suite = suite_create ("rtcice");
  TCase *basic = tcase_create ("basic");
  TCase *restarts = tcase_create ("restart");
  TCase *faults = tcase_create ("faults");

  suite_add_tcase (suite, basic);
  tcase_add_loop_test (basic, test_connect, 0, G_N_ELEMENTS (connect_rows));
  tcase_add_test (basic, test_default_addresses);
  tcase_add_test (basic, test_peer_reflexive);
  tcase_add_test (basic, test_early_and_late_candidates);
  tcase_add_test (basic, test_start_and_stop);
  tcase_add_test (basic, test_neighbours);
  tcase_add_test (basic, test_reuse);
  tcase_add_loop_test (basic, test_stop_in_callback, 0, 3);
  tcase_add_test (basic, test_misuse);
  suite_add_tcase (suite, restarts);
  tcase_add_test (restarts, test_restart_while_packets_flow);
  tcase_add_test (restarts, test_roll_back);
  tcase_add_test (restarts, test_restart_on_one_port);
  suite_add_tcase (suite, faults);
  tcase_add_test (faults, test_wrong_password);
  tcase_add_test (faults, test_hostile_candidates);
  tcase_add_test (faults, test_strangers);
  tcase_add_test (faults, test_peer_is_gone);
  return suite;
}

GST_CHECK_MAIN (rtcice)
