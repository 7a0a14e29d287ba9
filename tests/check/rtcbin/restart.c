/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ICE restarts of a running session (RFC 8445 §9, RFC 9429 §5.2.1): messages flow both ways and
 * video one way, and neither DTLS nor SCTP may notice. Over real sockets, and over a simulated
 * link where ICE has to fail.
 */
#include <gst/sdp/sdp.h>

#include "flow.h"
#include "simulatedlink.h"

#define RESTART "options,ice-restart=true"

typedef struct {
  PeerPair *pair;
  Peer *peers[2]; /* offerer, answerer */
  GstWebRTCDataChannel *offered;
  GstWebRTCDataChannel *answered;
  Flow *flows[2];
  gchar *certificates[2];
  GObject *associations[2];
  gchar *ufrags[2];
} Story;

static gchar *
find_ufrag (const gchar *sdp)
{
  const gchar *line = strstr (sdp, "a=ice-ufrag:");

  fail_unless (line != NULL);
  line += strlen ("a=ice-ufrag:");
  return g_strndup (line, strcspn (line, "\r\n"));
}

static gchar *
get_ufrag (Peer *peer, const gchar *property)
{
  g_autofree gchar *sdp = peer_get_sdp (peer, property);

  fail_unless (sdp != NULL);
  return find_ufrag (sdp);
}

/* (transfer full) */
static GObject *
get_association (Peer *peer)
{
  GObject *sctp = NULL;

  g_object_get (peer->bin, "sctp-transport", &sctp, NULL);
  fail_unless (sctp != NULL);
  return sctp;
}

static gchar *
get_certificate (GObject *sctp)
{
  g_autoptr (GObject) dtls = NULL;
  gchar *certificate = NULL;

  g_object_get (sctp, "transport", &dtls, NULL);
  g_object_get (dtls, "remote-certificate", &certificate, NULL);
  fail_unless (certificate != NULL);
  return certificate;
}

static void
remember (Story *story)
{
  for (guint i = 0; i < 2; i++) {
    g_free (story->ufrags[i]);
    story->ufrags[i] = get_ufrag (story->peers[i], "local-description");
  }
}

static void
story_begin (Story *story, const gchar *link)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");

  fail_unless (pair != NULL, "elements are missing");
  *story = (Story){ .pair = pair, .peers = { &pair->offerer, &pair->answerer } };
  if (link)
    peer_pair_use_link (pair, link);
  story->offered = peer_create_channel (&pair->offerer, "data", NULL);
  peer_add_source (&pair->offerer, "video", "vp8");
  peer_pair_play (pair);
  peer_wait_sources (&pair->offerer);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_pair_wait_connected (pair);
  peer_wait_opened (&pair->offerer, 1);
  peer_wait_opened (&pair->answerer, 1);
  story->answered = peer_wait_channel (&pair->answerer);
  story->flows[0] = flow_start (story->offered, story->answered);
  story->flows[1] = flow_start (story->answered, story->offered);
  peer_wait_packets (&pair->answerer, TRUE, 10);
  flow_wait (story->flows[0], 20);
  flow_wait (story->flows[1], 20);
  for (guint i = 0; i < 2; i++) {
    story->associations[i] = get_association (story->peers[i]);
    story->certificates[i] = get_certificate (story->associations[i]);
  }
  remember (story);
}

/* Both ends know the new credentials of both, and they differ from those before. */
static void
check_new_credentials (Story *story)
{
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *local = get_ufrag (story->peers[i], "current-local-description");
    g_autofree gchar *remote = get_ufrag (story->peers[1 - i], "current-remote-description");

    ck_assert_str_ne (local, story->ufrags[i]);
    ck_assert_str_eq (local, remote);
  }
  remember (story);
}

static void
check_old_credentials (Story *story)
{
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *local = get_ufrag (story->peers[i], "local-description");

    ck_assert_str_eq (local, story->ufrags[i]);
  }
}

static void
wait_restarted (Story *story, const guint *selected_before)
{
  for (guint i = 0; i < 2; i++)
    peer_wait_ice (story->peers[i], selected_before[i] + 1);
  check_new_credentials (story);
}

static void
look_at_pairs (Story *story, guint *out_selected)
{
  for (guint i = 0; i < 2; i++)
    out_selected[i] = peer_get_selected (story->peers[i]);
}

static void
restart_by (Story *story, guint who)
{
  guint selected[2];

  look_at_pairs (story, selected);
  peer_pair_negotiate (story->pair, story->peers[who], RESTART);
  wait_restarted (story, selected);
}

static void
wait_flowing (Story *story)
{
  guint packets;

  g_mutex_lock (&story->pair->lock);
  packets = story->peers[1]->packets[TRUE];
  g_mutex_unlock (&story->pair->lock);
  flow_wait (story->flows[0], 40);
  flow_wait (story->flows[1], 40);
  peer_wait_packets (story->peers[1], TRUE, packets + 10);
}

static void
check_same_session (Story *story)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GObject) association = get_association (story->peers[i]);
    g_autofree gchar *certificate = get_certificate (association);
    GstWebRTCSignalingState signaling;

    fail_unless (association == story->associations[i]);
    ck_assert_str_eq (certificate, story->certificates[i]);
    g_object_get (story->peers[i]->bin, "signaling-state", &signaling, NULL);
    fail_unless_equals_int (signaling, GST_WEBRTC_SIGNALING_STATE_STABLE);
    g_mutex_lock (&story->pair->lock);
    fail_unless_equals_int (story->peers[i]->opened, 1);
    fail_unless_equals_int (story->peers[i]->closed, 0);
    fail_unless_equals_int (story->peers[i]->warnings, 0);
    g_mutex_unlock (&story->pair->lock);
  }
}

static void
story_end (Story *story, const gchar *name)
{
  guint gaps[2];

  wait_flowing (story);
  peer_pair_wait_connected (story->pair);
  for (guint i = 0; i < 2; i++)
    gaps[i] = flow_finish (story->flows[i]);
  g_print ("%s: longest gap %u ms there, %u ms back\n", name, gaps[0], gaps[1]);
  check_same_session (story);
  for (guint i = 0; i < 2; i++) {
    g_object_unref (story->associations[i]);
    g_free (story->certificates[i]);
    g_free (story->ufrags[i]);
  }
  g_object_unref (story->offered);
  peer_pair_free (story->pair);
}

/* Who restarts, one after the other: 'o' the offerer of the session, 'a' the answerer. */
static const gchar *restarts[] = { "a", "o", "oo", "oa", "aao" };

GST_START_TEST (test_restart)
{
  Story story;

  story_begin (&story, NULL);
  for (const gchar *who = restarts[__i__]; *who; who++)
    restart_by (&story, *who == 'a');
  story_end (&story, restarts[__i__]);
}
GST_END_TEST;

/* W3C restartIce(): the next offer does it, without an option. */
GST_START_TEST (test_restart_action)
{
  Story story;
  guint selected[2];

  story_begin (&story, NULL);
  look_at_pairs (&story, selected);
  g_signal_emit_by_name (story.peers[1]->bin, "restart-ice");
  peer_pair_negotiate (story.pair, story.peers[1], NULL);
  wait_restarted (&story, selected);
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
  look_at_pairs (&story, selected);
  kept = peer_create_description (impolite, "create-offer", RESTART);
  lost = peer_create_description (polite, "create-offer", RESTART);
  peer_set_ok (impolite, "set-local-description", kept);
  peer_set_ok (polite, "set-local-description", lost);
  peer_set_ok (polite, "set-remote-description", kept);
  answer = peer_create_description (polite, "create-answer", NULL);
  peer_set_ok (polite, "set-local-description", answer);
  peer_set_ok (impolite, "set-remote-description", answer);
  wait_restarted (&story, selected);
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
  ufrag = find_ufrag (sdp);
  ck_assert_str_ne (ufrag, story.ufrags[0]);
  check_old_credentials (&story);
  wait_flowing (&story);
  /* An offer that does not restart has the credentials in use. */
  peer_pair_negotiate (story.pair, story.peers[0], NULL);
  check_old_credentials (&story);
  restart_by (&story, 0);
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
  wait_flowing (&story);
  roll_back (story.peers[__i__]);
  check_old_credentials (&story);
  wait_flowing (&story);
  peer_pair_negotiate (story.pair, story.peers[0], NULL);
  check_old_credentials (&story);
  wait_flowing (&story);
  restart_by (&story, 1 - __i__);
  restart_by (&story, __i__);
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
  restart_by (&story, 0);
  check_refused (story.peers[0], stale, GST_WEBRTC_ERROR_INVALID_STATE);
  wait_flowing (&story);
  restart_by (&story, 0);
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
  check_new_credentials (&story);
  peer_wait_state (story.peers[0], GST_WEBRTC_PEER_CONNECTION_STATE_FAILED);
  peer_wait_state (story.peers[1], GST_WEBRTC_PEER_CONNECTION_STATE_FAILED);
  rtc_simulated_link_set_blackout (link, FALSE);
  restart_by (&story, __i__);
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
