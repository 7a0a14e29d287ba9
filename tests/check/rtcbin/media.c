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

/* (transfer full) */
static gchar *
get_stream_id (Peer *peer, const gchar *name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (peer->bin, name);
  gchar *id = pad ? gst_pad_get_stream_id (pad) : NULL;

  fail_unless (id != NULL, "%s has no stream", name);
  return id;
}

/* decodebin3 takes streams of one id for one stream: it plays either sound or pictures. */
GST_START_TEST (test_stream_ids)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  g_autofree gchar *first = NULL;
  g_autofree gchar *second = NULL;

  peer_add_source (&pair->offerer, "video", "vp8");
  peer_add_source (&pair->offerer, "audio", NULL);
  peer_pair_play (pair);
  peer_wait_sources (&pair->offerer);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_wait_packets (&pair->answerer, TRUE, 1);
  peer_wait_packets (&pair->answerer, FALSE, 1);
  first = get_stream_id (&pair->answerer, "src_0");
  second = get_stream_id (&pair->answerer, "src_1");
  ck_assert_str_ne (first, second);
  peer_pair_free (pair);
}
GST_END_TEST;

#define LATE_SOURCE                                                                                \
  "videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=30/1"                    \
  " ! vp8enc deadline=1 cpu-used=8 ! valve name=valve drop=true ! rtpvp8pay"

static void
add_late_source (GstElement *bin, GstWebRTCRTPTransceiver *transceiver, Peer *peer)
{
  GstElement *source = gst_parse_bin_from_description (LATE_SOURCE, TRUE, NULL);

  gst_bin_add (GST_BIN (peer->pipeline), source);
  fail_unless (gst_element_link_pads (source, "src", bin, "sink_0"));
  gst_element_sync_state_with_parent (source);
}

/* An answerer links its payloader when the offer has come; what it sends is known when it sends.
 * That is no reason for a warning. */
GST_START_TEST (test_caps_come_late)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  g_autoptr (GstElement) valve = NULL;

  g_signal_connect (
      pair->answerer.bin, "on-new-transceiver", G_CALLBACK (add_late_source), &pair->answerer);
  peer_add_source (&pair->offerer, "video", "vp8");
  peer_pair_play (pair);
  peer_wait_sources (&pair->offerer);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_pair_wait_connected (pair);
  peer_wait_packets (&pair->answerer, TRUE, 10);
  fail_unless (pair->answerer.warnings == 0, "warning: %s", pair->answerer.last_warning);
  valve = gst_bin_get_by_name (GST_BIN (pair->answerer.pipeline), "valve");
  g_object_set (valve, "drop", FALSE, NULL);
  peer_wait_packets (&pair->offerer, TRUE, 30);
  fail_unless (pair->answerer.warnings == 0, "warning: %s", pair->answerer.last_warning);
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
  tcase_add_test (chain, test_stream_ids);
  tcase_add_test (chain, test_caps_come_late);
  return suite;
}

GST_CHECK_MAIN (media);
