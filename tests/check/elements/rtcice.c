/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcice: two elements, each with a loop of its own, find each other on this machine and move
 * packets. Real sockets, so each wait has a generous limit, and no time is asserted.
 */
#include "../../support/icepair.h"

#include <gst/rtc/gstrtcerror.h>

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

static Suite *
rtcice_suite (void)
{
  Suite *suite = suite_create ("rtcice");
  TCase *basic = tcase_create ("basic");
  TCase *restarts = tcase_create ("restart");

  suite_add_tcase (suite, basic);
  tcase_add_loop_test (basic, test_connect, 0, G_N_ELEMENTS (connect_rows));
  suite_add_tcase (suite, restarts);
  tcase_add_test (restarts, test_restart_while_packets_flow);
  return suite;
}

GST_CHECK_MAIN (rtcice)
