/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The action signal prepare: what the first description needs is there before it, and nobody can
 * tell the difference but by the clock.
 */
#include <gst/sdp/sdp.h>
#include <string.h>

#include "peerpair.h"

static void
prepare (Peer *peer)
{
  GstPromise *promise = gst_promise_new ();

  g_signal_emit_by_name (peer->bin, "prepare", promise);
  fail_unless_equals_int (gst_promise_wait (promise), GST_PROMISE_RESULT_REPLIED);
  gst_promise_unref (promise);
}

static void
emit_and_wait (Peer *peer, const gchar *action)
{
  GstPromise *promise = gst_promise_new ();

  g_signal_emit_by_name (peer->bin, action, promise);
  gst_promise_wait (promise);
  gst_promise_unref (promise);
}

/* Negotiates, and a message comes through. */
static void
check_pair (PeerPair *pair)
{
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_pair_wait_connected (pair);
  peer_wait_opened (&pair->offerer, 1);
  peer_wait_opened (&pair->answerer, 1);
  peer_send_text (
      GST_WEBRTC_DATA_CHANNEL (peer_wait_channel (&pair->answerer)), "from the answerer");
  peer_wait_messages (&pair->offerer, 1);
  fail_unless_equals_int (pair->offerer.warnings + pair->answerer.warnings, 0);
}

static const struct {
  const gchar *name;
  const gchar *answerer;
  gboolean is_offerer_prepared;
  gboolean is_answerer_prepared;
  gboolean has_video;
} rows[] = {
  { "offerer", "rtcbin", TRUE, FALSE, FALSE },
  { "answerer", "rtcbin", FALSE, TRUE, FALSE },
  { "both, with media", "rtcbin", TRUE, TRUE, TRUE },
  { "against webrtcbin", "webrtcbin", TRUE, FALSE, FALSE },
};

GST_START_TEST (test_prepared)
{
  PeerPair *pair;
  g_autoptr (GObject) channel = NULL;

  GST_INFO ("%s", rows[__i__].name);
  if (!peer_pair_can_run ("rtcbin", rows[__i__].answerer))
    return;
  pair = peer_pair_new ("rtcbin", rows[__i__].answerer);
  fail_unless (pair != NULL, "elements are missing");
  if (rows[__i__].has_video)
    peer_add_source (&pair->offerer, "video", "vp8");
  peer_pair_play (pair);
  if (rows[__i__].is_offerer_prepared)
    prepare (&pair->offerer);
  if (rows[__i__].is_answerer_prepared)
    prepare (&pair->answerer);
  channel = G_OBJECT (peer_create_channel (&pair->offerer, "data", NULL));
  if (rows[__i__].has_video)
    peer_wait_sources (&pair->offerer);
  check_pair (pair);
  if (rows[__i__].has_video)
    peer_wait_packets (&pair->answerer, TRUE, 10);
  peer_pair_free (pair);
}
GST_END_TEST;

/* What was prepared was for other settings. */
GST_START_TEST (test_other_transport)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  g_autoptr (GObject) channel = NULL;

  fail_unless (pair != NULL, "elements are missing");
  peer_pair_play (pair);
  prepare (&pair->offerer);
  prepare (&pair->answerer);
  peer_pair_use_link (pair, "prepared");
  channel = G_OBJECT (peer_create_channel (&pair->offerer, "data", NULL));
  check_pair (pair);
  peer_pair_free (pair);
}
GST_END_TEST;

/* (transfer full): the line with the certificate's fingerprint in an offer that nobody gets */
static gchar *
get_fingerprint (Peer *peer)
{
  g_autoptr (GstWebRTCSessionDescription) offer =
      peer_create_description (peer, "create-offer", NULL);
  g_autofree gchar *text = gst_sdp_message_as_text (offer->sdp);
  const gchar *at = strstr (text, "a=fingerprint:");

  fail_unless (at != NULL);
  return g_strndup (at, strcspn (at, "\r\n"));
}

/* Prepared again and again, used or not; a new session has a certificate of its own. */
GST_START_TEST (test_ends)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  g_autoptr (GObject) channel = NULL;
  g_autoptr (GObject) second = NULL;
  g_autofree gchar *before = NULL;
  g_autofree gchar *after = NULL;

  fail_unless (pair != NULL, "elements are missing");
  peer_pair_play (pair);
  channel = G_OBJECT (peer_create_channel (&pair->offerer, "data", NULL));
  prepare (&pair->offerer);
  prepare (&pair->offerer);
  before = get_fingerprint (&pair->offerer);
  emit_and_wait (&pair->offerer, "reset");
  prepare (&pair->offerer);
  second = G_OBJECT (peer_create_channel (&pair->offerer, "data", NULL));
  after = get_fingerprint (&pair->offerer);
  fail_unless (!g_str_equal (before, after), "%s again", before);
  prepare (&pair->answerer);
  emit_and_wait (&pair->answerer, "close");
  prepare (&pair->answerer);
  emit_and_wait (&pair->answerer, "reset");
  check_pair (pair);
  prepare (&pair->offerer);
  peer_pair_free (pair);
}
GST_END_TEST;

static Suite *
prepare_suite (void)
{
  Suite *suite = suite_create ("rtcbin prepare");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 120);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_prepared, 0, G_N_ELEMENTS (rows));
  tcase_add_test (chain, test_other_transport);
  tcase_add_test (chain, test_ends);
  return suite;
}

GST_CHECK_MAIN (prepare);
