/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two rtcbins on a simulated link: whatever the network does to the packets, every message arrives
 * once and in order, both ways, and pictures and sound go on arriving.
 */
#include "../rtcbin/peerpair.h"
#include "simulatedlink.h"

#define MESSAGE_SIZE (16 * 1024)

static const struct {
  const gchar *name;
  const gchar *conditions;
  guint n_messages; /* each way */
  guint n_packets;  /* of video, and of audio */
} rows[] = {
  { "perfect", "", 64, 30 },
  { "5 % loss", "loss=5,delay=5", 64, 30 },
  { "20 % loss", "loss=20,delay=5", 6, 15 },
  { "reordering", "reorder=10,delay=5", 64, 30 },
  { "duplicates", "duplicate=10,delay=5", 64, 30 },
  { "bursts", "burst-enter=1,burst-leave=20,burst-loss=80,delay=5", 64, 30 },
  { "delay and jitter", "delay=50,jitter=20", 64, 30 },
  { "1 Mbit/s", "rate=1000000,delay=10", 64, 30 },
  { "flipped bits", "bit-flip=3,delay=5", 64, 30 },
};

static GPtrArray *
send_all (GstWebRTCDataChannel *channel, guint n_messages)
{
  GPtrArray *expected = g_ptr_array_new_with_free_func (g_free);

  peer_send_text (channel, "first");
  g_ptr_array_add (expected, g_strdup ("s:first"));
  for (guint i = 0; i < n_messages; i++)
    g_ptr_array_add (expected, peer_send_bytes (channel, MESSAGE_SIZE, (guint8) i));
  peer_send_text (channel, "last");
  g_ptr_array_add (expected, g_strdup ("s:last"));
  return expected;
}

static void
check_all (Peer *peer, GPtrArray *expected)
{
  peer_wait_messages (peer, expected->len);
  g_mutex_lock (&peer->pair->lock);
  fail_unless_equals_int (peer->messages->len, expected->len);
  for (guint i = 0; i < expected->len; i++)
    ck_assert_str_eq (g_ptr_array_index (peer->messages, i), g_ptr_array_index (expected, i));
  g_mutex_unlock (&peer->pair->lock);
}

GST_START_TEST (test_conditions)
{
  g_autoptr (RtcSimulatedLink) link = rtc_simulated_link_get ("rtcbin");
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  g_autoptr (GstWebRTCDataChannel) channel = NULL;
  g_autoptr (GPtrArray) there = NULL;
  g_autoptr (GPtrArray) back = NULL;
  gint64 start = g_get_monotonic_time ();
  RtcSimulatedCounts counts;

  fail_unless (pair != NULL, "elements are missing");
  rtc_simulated_link_set_seed (link, 1);
  rtc_simulated_link_set (link, -1, rows[__i__].conditions);
  peer_pair_use_link (pair, "rtcbin");
  channel = peer_create_channel (&pair->offerer, "data", NULL);
  peer_add_source (&pair->offerer, "video", "vp8");
  peer_add_source (&pair->offerer, "audio", NULL);
  peer_pair_play (pair);
  peer_wait_sources (&pair->offerer);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_wait_opened (&pair->offerer, 1);
  peer_wait_opened (&pair->answerer, 1);
  there = send_all (channel, rows[__i__].n_messages);
  back = send_all (peer_wait_channel (&pair->answerer), rows[__i__].n_messages);
  check_all (&pair->answerer, there);
  check_all (&pair->offerer, back);
  peer_wait_packets (&pair->answerer, TRUE, rows[__i__].n_packets);
  peer_wait_packets (&pair->answerer, FALSE, rows[__i__].n_packets);
  counts = rtc_simulated_link_get_counts (link, 0);
  g_print ("%s: %d ms; of %u packets there %u were lost, %u doubled, %u overtaken, %u flipped\n",
      rows[__i__].name, (gint) ((g_get_monotonic_time () - start) / 1000), (guint) counts.n_sent,
      (guint) (counts.n_lost + counts.n_queue_full), (guint) counts.n_duplicated,
      (guint) counts.n_reordered, (guint) counts.n_flipped);
  fail_unless_equals_int (pair->offerer.closed + pair->answerer.closed, 0);
  peer_pair_free (pair);
}
GST_END_TEST;

static Suite *
rtcbinlink_suite (void)
{
  Suite *suite = suite_create ("rtcbin on a simulated link");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 120);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_conditions, 0, G_N_ELEMENTS (rows));
  return suite;
}

GST_CHECK_MAIN (rtcbinlink);
