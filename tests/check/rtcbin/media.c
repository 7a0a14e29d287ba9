/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Audio and video of rtcbin, with itself and with webrtcbin in both roles, over real sockets. */
#include "peerpair.h"

static const struct {
  const gchar *offerer;
  const gchar *answerer;
  const gchar *codec;
} pairs[] = {
  { "rtcbin", "rtcbin", "vp8" },
  { "rtcbin", "rtcbin", "vp9" },
  { "rtcbin", "webrtcbin", "vp8" },
  { "webrtcbin", "rtcbin", "vp8" },
};

GST_START_TEST (test_both_ways)
{
  PeerPair *pair;
  Peer *peers[2];

  if (!peer_pair_can_run (pairs[__i__].offerer, pairs[__i__].answerer))
    return;
  pair = peer_pair_new (pairs[__i__].offerer, pairs[__i__].answerer);
  fail_unless (pair != NULL, "elements are missing");
  peers[0] = &pair->offerer;
  peers[1] = &pair->answerer;
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++) {
    peer_add_source (peers[i], "video", pairs[__i__].codec);
    peer_add_source (peers[i], "audio", NULL);
  }
  peer_pair_play (pair);
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    peer_wait_sources (peers[i]);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_pair_wait_connected (pair);
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++) {
    peer_wait_packets (peers[i], TRUE, 60);
    peer_wait_packets (peers[i], FALSE, 50);
  }
  peer_pair_free (pair);
}
GST_END_TEST;

static Suite *
media_suite (void)
{
  Suite *suite = suite_create ("rtcbin media");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 120);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_both_ways, 0, G_N_ELEMENTS (pairs));
  return suite;
}

GST_CHECK_MAIN (media);
