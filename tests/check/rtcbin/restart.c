/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ICE restarts of a running session (RFC 8445 §9, RFC 9429 §5.2.1): messages flow both ways and
 * video one way, and neither DTLS nor SCTP may notice. Over real sockets, and over a simulated
 * link where ICE has to fail.
 */
#include <gst/sdp/sdp.h>

#include "simulatedlink.h"
#include "story.h"

/* Who restarts, one after the other: 'o' the offerer of the session, 'a' the answerer. */
static const gchar *restarts[] = { "a", "o", "oo", "oa", "aao" };

GST_START_TEST (test_restart)
{
  Story story;

  story_begin (&story, NULL);
  for (const gchar *who = restarts[__i__]; *who; who++)
    story_restart_by (&story, *who == 'a');
  story_end (&story, restarts[__i__]);
}
GST_END_TEST;

/* W3C restartIce(): the next offer does it, without an option. */
GST_START_TEST (test_restart_action)
{
  Story story;
  guint selected[2];

  story_begin (&story, NULL);
  story_look_at_pairs (&story, selected);
  g_signal_emit_by_name (story.peers[1]->bin, "restart-ice");
  peer_pair_negotiate (story.pair, story.peers[1], NULL);
  story_wait_restarted (&story, selected);
  story_end (&story, "restart-ice");
}
GST_END_TEST;

/* Perfect negotiation: the impolite one ignores the offer that meets its own, the polite one rolls
 * back implicitly. Each may be the one that began the session. */
GST_START_TEST (test_glare)
{
  Story story;
  Peer *impolite, *polite;
  g_autoptr (GstWebRTCSessionDescription) kept = NULL;
  g_autoptr (GstWebRTCSessionDescription) lost = NULL;
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  guint selected[2];

  story_begin (&story, NULL);
  impolite = story.peers[__i__];
  polite = impolite->other;
  story_look_at_pairs (&story, selected);
  kept = peer_create_description (impolite, "create-offer", RESTART);
  lost = peer_create_description (polite, "create-offer", RESTART);
  peer_set_ok (impolite, "set-local-description", kept);
  peer_set_ok (polite, "set-local-description", lost);
  peer_set_ok (polite, "set-remote-description", kept);
  answer = peer_create_description (polite, "create-answer", NULL);
  peer_set_ok (polite, "set-local-description", answer);
  peer_set_ok (impolite, "set-remote-description", answer);
  story_wait_restarted (&story, selected);
  story_end (&story, __i__ ? "glare, the answerer wins" : "glare, the offerer wins");
}
GST_END_TEST;

GST_START_TEST (test_discarded_offer)
{
  Story story;
  g_autoptr (GstWebRTCSessionDescription) discarded = NULL;
  g_autofree gchar *sdp = NULL;
  g_autofree gchar *ufrag = NULL;

  story_begin (&story, NULL);
  discarded = peer_create_description (story.peers[0], "create-offer", RESTART);
  sdp = gst_sdp_message_as_text (discarded->sdp);
  ufrag = story_find_ufrag (sdp);
  ck_assert_str_ne (ufrag, story.ufrags[0]);
  story_check_old_credentials (&story);
  story_wait_flowing (&story);
  /* An offer that does not restart has the credentials in use. */
  peer_pair_negotiate (story.pair, story.peers[0], NULL);
  story_check_old_credentials (&story);
  story_restart_by (&story, 0);
  story_end (&story, "discarded offer");
}
GST_END_TEST;

static void
roll_back (Peer *peer)
{
  GstSDPMessage *sdp;
  g_autoptr (GstWebRTCSessionDescription) rollback = NULL;

  gst_sdp_message_new (&sdp);
  rollback = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_ROLLBACK, sdp);
  peer_set_ok (peer, "set-local-description", rollback);
}

GST_START_TEST (test_explicit_rollback)
{
  Story story;
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;

  story_begin (&story, NULL);
  offer = peer_create_description (story.peers[__i__], "create-offer", RESTART);
  peer_set_ok (story.peers[__i__], "set-local-description", offer);
  story_wait_flowing (&story);
  roll_back (story.peers[__i__]);
  story_check_old_credentials (&story);
  story_wait_flowing (&story);
  peer_pair_negotiate (story.pair, story.peers[0], NULL);
  story_check_old_credentials (&story);
  story_wait_flowing (&story);
  story_restart_by (&story, 1 - __i__);
  story_restart_by (&story, __i__);
  story_end (&story, "explicit rollback");
}
GST_END_TEST;

static void
check_refused (Peer *peer, GstWebRTCSessionDescription *description, GstWebRTCError code)
{
  g_autofree gchar *local = peer_get_sdp (peer, "local-description");
  g_autofree gchar *remote = peer_get_sdp (peer, "remote-description");
  g_autoptr (GError) error = peer_set (peer, "set-remote-description", description);
  g_autofree gchar *local_after = peer_get_sdp (peer, "local-description");
  g_autofree gchar *remote_after = peer_get_sdp (peer, "remote-description");

  fail_unless (g_error_matches (error, GST_WEBRTC_ERROR, (gint) code), "%s",
      error ? error->message : "it was taken");
  ck_assert_str_eq (local, local_after);
  ck_assert_str_eq (remote, remote_after);
}

/* The answer to an earlier offer comes again: after the restart, when no answer is expected. */
GST_START_TEST (test_stale_answer)
{
  Story story;
  g_autoptr (GstWebRTCSessionDescription) stale = NULL;

  story_begin (&story, NULL);
  g_object_get (story.peers[0]->bin, "remote-description", &stale, NULL);
  story_restart_by (&story, 0);
  check_refused (story.peers[0], stale, GST_WEBRTC_ERROR_INVALID_STATE);
  story_wait_flowing (&story);
  story_restart_by (&story, 0);
  story_end (&story, "stale answer");
}
GST_END_TEST;

/* Nothing passes, the checks of a restart fail, and one more restart brings the session back. */
GST_START_TEST (test_after_failed)
{
  g_autoptr (RtcSimulatedLink) link = rtc_simulated_link_get ("restart");
  Story story;

  story_begin (&story, "restart");
  rtc_simulated_link_set_blackout (link, TRUE);
  peer_pair_negotiate (story.pair, story.peers[0], RESTART);
  story_check_new_credentials (&story);
  peer_wait_state (story.peers[0], GST_WEBRTC_PEER_CONNECTION_STATE_FAILED);
  peer_wait_state (story.peers[1], GST_WEBRTC_PEER_CONNECTION_STATE_FAILED);
  rtc_simulated_link_set_blackout (link, FALSE);
  story_restart_by (&story, __i__);
  story_end (&story, "after failed");
}
GST_END_TEST;

static Suite *
restart_suite (void)
{
  Suite *suite = suite_create ("rtcbin restart");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 120);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_restart, 0, G_N_ELEMENTS (restarts));
  tcase_add_test (chain, test_restart_action);
  tcase_add_loop_test (chain, test_glare, 0, 2);
  tcase_add_test (chain, test_discarded_offer);
  tcase_add_loop_test (chain, test_explicit_rollback, 0, 2);
  tcase_add_test (chain, test_stale_answer);
  tcase_add_loop_test (chain, test_after_failed, 0, 2);
  return suite;
}

GST_CHECK_MAIN (restart);
