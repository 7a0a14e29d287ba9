/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What goes wrong in a running session: descriptions and candidates that cannot be taken leave it
 * as it was, a closed one refuses what it is asked, and it may end in any callback and any state.
 */
#include <gst/sdp/sdp.h>
#include <string.h>

#include "flow.h"

typedef struct {
  PeerPair *pair;
  Peer *peers[2]; /* offerer, answerer */
  GstWebRTCDataChannel *offered;
  GstWebRTCDataChannel *answered;
  Flow *flows[2];
} Story;

static void
story_begin (Story *story)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");

  fail_unless (pair != NULL, "elements are missing");
  *story = (Story){ .pair = pair, .peers = { &pair->offerer, &pair->answerer } };
  peer_add_source (&pair->offerer, "video", "vp8");
  story->offered = peer_create_channel (&pair->offerer, "data", NULL);
  peer_pair_play (pair);
  peer_wait_sources (&pair->offerer);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_pair_wait_connected (pair);
  peer_wait_opened (&pair->offerer, 1);
  peer_wait_opened (&pair->answerer, 1);
  story->answered = peer_wait_channel (&pair->answerer);
  story->flows[0] = flow_start (story->offered, story->answered);
  story->flows[1] = flow_start (story->answered, story->offered);
}

static void
story_end (Story *story)
{
  for (guint i = 0; i < 2; i++)
    flow_wait (story->flows[i], 10);
  peer_pair_negotiate (story->pair, story->peers[1], NULL);
  for (guint i = 0; i < 2; i++) {
    flow_wait (story->flows[i], 10);
    flow_finish (story->flows[i]);
    fail_unless_equals_int (story->peers[i]->closed, 0);
    fail_unless_equals_int (story->peers[i]->warnings, 0);
  }
  g_object_unref (story->offered);
  peer_pair_free (story->pair);
}

static gchar *
replace_all (const gchar *text, const gchar *pattern, const gchar *by)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  gchar *replaced = g_regex_replace (regex, text, -1, 0, by, 0, NULL);

  ck_assert_str_ne (text, replaced);
  return replaced;
}

static GstWebRTCSessionDescription *
make_description (GstWebRTCSDPType type, const gchar *text)
{
  GstSDPMessage *sdp;

  gst_sdp_message_new (&sdp);
  if (*text)
    fail_unless_equals_int (
        gst_sdp_message_parse_buffer ((const guint8 *) text, (guint) strlen (text), sdp),
        GST_SDP_OK);
  return gst_webrtc_session_description_new (type, sdp);
}

/* What is refused changes neither the descriptions nor the signalling state. */
static void
check_refused (Peer *peer, const gchar *name, const gchar *action,
    GstWebRTCSessionDescription *description, GstWebRTCError code)
{
  g_autofree gchar *local = peer_get_sdp (peer, "local-description");
  g_autofree gchar *remote = peer_get_sdp (peer, "remote-description");
  GstWebRTCSignalingState before, after;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *local_after = NULL;
  g_autofree gchar *remote_after = NULL;

  g_object_get (peer->bin, "signaling-state", &before, NULL);
  error = peer_set (peer, action, description);
  fail_unless (error != NULL, "%s: it was taken", name);
  fail_unless (g_error_matches (error, GST_WEBRTC_ERROR, (gint) code), "%s: %s (%s %d)", name,
      error->message, g_quark_to_string (error->domain), error->code);
  local_after = peer_get_sdp (peer, "local-description");
  remote_after = peer_get_sdp (peer, "remote-description");
  g_object_get (peer->bin, "signaling-state", &after, NULL);
  ck_assert_str_eq (local, local_after);
  ck_assert_str_eq (remote, remote_after);
  fail_unless_equals_int (before, after);
}

/* What each does to the text of a good offer; "": an empty message in its place. */
static const struct {
  const gchar *name;
  const gchar *pattern;
  const gchar *by;
  GstWebRTCError code;
} bad_offers[] = {
  { "empty", "^(.|\n|\r)*$", "", GST_WEBRTC_ERROR_SDP_SYNTAX_ERROR },
  { "no fingerprint", "a=fingerprint:[^\r]*\r\n", "", GST_WEBRTC_ERROR_INVALID_MODIFICATION },
  { "broken fingerprint", "(a=fingerprint:sha-256 ..:)..", "\\1xy",
      GST_WEBRTC_ERROR_SDP_SYNTAX_ERROR },
  { "other fingerprint", "(a=fingerprint:sha-256 )..:..:..", "\\g<1>01:23:45",
      GST_WEBRTC_ERROR_INVALID_MODIFICATION },
  { "no ufrag", "a=ice-ufrag:[^\r]*\r\n", "", GST_WEBRTC_ERROR_INVALID_MODIFICATION },
  { "broken password", "a=ice-pwd:[^\r]*", "a=ice-pwd:short", GST_WEBRTC_ERROR_SDP_SYNTAX_ERROR },
  { "one section less", "m=application(.|\n|\r)*$", "", GST_WEBRTC_ERROR_INVALID_MODIFICATION },
  { "sections of other kinds", "m=video", "m=audio", GST_WEBRTC_ERROR_INVALID_MODIFICATION },
  { "one mid twice", "a=mid:1", "a=mid:0", GST_WEBRTC_ERROR_INVALID_MODIFICATION },
  { "other mids", "a=mid:", "a=mid:x", GST_WEBRTC_ERROR_INVALID_MODIFICATION },
};

GST_START_TEST (test_bad_offers)
{
  Story story;

  story_begin (&story);
  for (guint i = 0; i < G_N_ELEMENTS (bad_offers); i++) {
    g_autoptr (GstWebRTCSessionDescription) offer =
        peer_create_description (story.peers[0], "create-offer", NULL);
    g_autofree gchar *good = gst_sdp_message_as_text (offer->sdp);
    g_autofree gchar *text = replace_all (good, bad_offers[i].pattern, bad_offers[i].by);
    g_autoptr (GstWebRTCSessionDescription) bad =
        make_description (GST_WEBRTC_SDP_TYPE_OFFER, text);

    check_refused (
        story.peers[1], bad_offers[i].name, "set-remote-description", bad, bad_offers[i].code);
    flow_wait (story.flows[0], 5);
  }
  story_end (&story);
}
GST_END_TEST;

/* The same for an answer, after which the good one must still be taken. */
GST_START_TEST (test_bad_answers)
{
  Story story;
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  g_autofree gchar *good = NULL;

  story_begin (&story);
  offer = peer_create_description (story.peers[0], "create-offer", "options,ice-restart=true");
  peer_set_ok (story.peers[0], "set-local-description", offer);
  peer_set_ok (story.peers[1], "set-remote-description", offer);
  answer = peer_create_description (story.peers[1], "create-answer", NULL);
  good = gst_sdp_message_as_text (answer->sdp);
  for (guint i = 0; i < G_N_ELEMENTS (bad_offers); i++) {
    g_autofree gchar *text = NULL;
    g_autoptr (GstWebRTCSessionDescription) bad = NULL;

    /* RFC 8842 §4: with new ICE credentials there may be a new DTLS association. */
    if (g_str_equal (bad_offers[i].name, "other fingerprint"))
      continue;
    text = replace_all (good, bad_offers[i].pattern, bad_offers[i].by);
    bad = make_description (GST_WEBRTC_SDP_TYPE_ANSWER, text);
    check_refused (
        story.peers[0], bad_offers[i].name, "set-remote-description", bad, bad_offers[i].code);
  }
  peer_set_ok (story.peers[1], "set-local-description", answer);
  peer_set_ok (story.peers[0], "set-remote-description", answer);
  story_end (&story);
}
GST_END_TEST;

static void
check_create_refused (Peer *peer, const gchar *action)
{
  g_autoptr (GstStructure) reply = peer_create (peer, action, NULL);
  g_autoptr (GError) error = NULL;

  fail_unless (reply && gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL));
  fail_unless (g_error_matches (error, GST_WEBRTC_ERROR, GST_WEBRTC_ERROR_INVALID_STATE), "%s",
      error->message);
}

/* Good descriptions at the wrong time. */
GST_START_TEST (test_wrong_state)
{
  Story story;
  const GstWebRTCError code = GST_WEBRTC_ERROR_INVALID_STATE;
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  g_autoptr (GstWebRTCSessionDescription) rollback =
      make_description (GST_WEBRTC_SDP_TYPE_ROLLBACK, "");

  story_begin (&story);
  g_object_get (story.peers[0]->bin, "remote-description", &answer, NULL);
  check_refused (story.peers[0], "answer in stable", "set-remote-description", answer, code);
  check_refused (story.peers[1], "local answer in stable", "set-local-description", answer, code);
  check_refused (story.peers[0], "rollback in stable", "set-local-description", rollback, code);
  check_refused (story.peers[0], "remote rollback", "set-remote-description", rollback, code);
  check_create_refused (story.peers[0], "create-answer");
  check_refused (story.peers[0], "no description", "set-remote-description", NULL,
      GST_WEBRTC_ERROR_TYPE_ERROR);
  check_refused (
      story.peers[0], "no description", "set-local-description", NULL, GST_WEBRTC_ERROR_TYPE_ERROR);

  offer = peer_create_description (story.peers[0], "create-offer", NULL);
  peer_set_ok (story.peers[0], "set-local-description", offer);
  check_create_refused (story.peers[0], "create-answer");
  check_refused (
      story.peers[0], "local answer to its offer", "set-local-description", answer, code);
  peer_set_ok (story.peers[1], "set-remote-description", offer);
  check_refused (
      story.peers[1], "local offer in place of an answer", "set-local-description", offer, code);
  check_refused (
      story.peers[1], "remote answer to its offer", "set-remote-description", answer, code);
  peer_set_ok (story.peers[1], "set-remote-description", rollback);
  peer_set_ok (story.peers[0], "set-local-description", rollback);
  story_end (&story);
}
GST_END_TEST;

static const struct {
  const gchar *name;
  guint mline;
  const gchar *candidate;
  gboolean is_error;
} bad_candidates[] = {
  { "garbage", 0, "garbage", TRUE },
  { "half a line", 0, "candidate:1 1 UDP 2130706431 192.0.2.1", TRUE },
  { "no such section", 99, "candidate:1 1 UDP 2130706431 192.0.2.1 5000 typ host", TRUE },
  { "priority of 40 bits", 0, "candidate:1 1 UDP 999999999999 192.0.2.1 5000 typ host", TRUE },
  { "port 70000", 0, "candidate:1 1 UDP 2130706431 192.0.2.1 70000 typ host", TRUE },
  { "unknown transport", 0, "candidate:1 1 SCTP 2130706431 192.0.2.1 5000 typ host", FALSE },
  { "component 2", 0, "candidate:1 2 UDP 2130706431 192.0.2.1 5000 typ host", FALSE },
  { "broadcast", 0, "candidate:1 1 UDP 2130706431 255.255.255.255 5000 typ host", FALSE },
};

static GError *
add_candidate (Peer *peer, guint mline, const gchar *candidate)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();
  const GstStructure *reply;
  GError *error = NULL;

  g_signal_emit_by_name (
      peer->bin, "add-ice-candidate-full", mline, candidate, gst_promise_ref (promise));
  gst_promise_unref (promise);
  fail_unless_equals_int (gst_promise_wait (promise), GST_PROMISE_RESULT_REPLIED);
  reply = gst_promise_get_reply (promise);
  if (reply)
    gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL);
  return error;
}

GST_START_TEST (test_bad_candidates)
{
  Story story;

  story_begin (&story);
  for (guint i = 0; i < G_N_ELEMENTS (bad_candidates); i++) {
    g_autoptr (GError) error =
        add_candidate (story.peers[1], bad_candidates[i].mline, bad_candidates[i].candidate);

    fail_unless_equals_int (error != NULL, bad_candidates[i].is_error);
    fail_unless (!error || error->domain == GST_WEBRTC_ERROR, "%s: %s", bad_candidates[i].name,
        g_quark_to_string (error ? error->domain : 0));
  }
  story_end (&story);
}
GST_END_TEST;

static void
close_peer (Peer *peer)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();

  g_signal_emit_by_name (peer->bin, "close", gst_promise_ref (promise));
  gst_promise_unref (promise);
  fail_unless_equals_int (gst_promise_wait (promise), GST_PROMISE_RESULT_REPLIED);
}

GST_START_TEST (test_after_close)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  Peer *peer = &pair->offerer;
  GstWebRTCDataChannel *channel = peer_create_channel (peer, "data", NULL);
  GstWebRTCDataChannel *none = NULL;
  GstWebRTCRTPTransceiver *no_transceiver = NULL;
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  g_autoptr (GError) set_error = NULL;
  g_autoptr (GError) candidate_error = NULL;
  g_autoptr (GError) send_error = NULL;
  GstStructure *stats;

  peer_pair_play (pair);
  peer_pair_negotiate (pair, peer, NULL);
  peer_wait_opened (peer, 1);
  offer = peer_create_description (peer, "create-offer", NULL);
  close_peer (peer);
  peer_wait_state (peer, GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED);
  peer_wait_closed (peer, 1);
  /* RFC 8831 §6.7 ends with DTLS' alert: the other side's channel is closed, too. */
  peer_wait_closed (&pair->answerer, 1);
  check_create_refused (peer, "create-offer");
  check_create_refused (peer, "create-answer");
  set_error = peer_set (peer, "set-local-description", offer);
  fail_unless (g_error_matches (set_error, GST_WEBRTC_ERROR, GST_WEBRTC_ERROR_INVALID_STATE));
  candidate_error = add_candidate (peer, 0, "");
  fail_unless (g_error_matches (candidate_error, GST_WEBRTC_ERROR, GST_WEBRTC_ERROR_INVALID_STATE));
  fail_if (gst_webrtc_data_channel_send_string_full (channel, "late", &send_error));
  fail_unless (g_error_matches (send_error, GST_WEBRTC_ERROR, GST_WEBRTC_ERROR_INVALID_STATE));
  g_signal_emit_by_name (channel, "close");
  g_signal_emit_by_name (peer->bin, "create-data-channel", "late", NULL, &none);
  fail_unless (none == NULL);
  g_signal_emit_by_name (peer->bin, "add-transceiver",
      GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV, NULL, &no_transceiver);
  fail_unless (no_transceiver == NULL);
  fail_unless_equals_int (peer->warnings, 2);
  g_signal_emit_by_name (peer->bin, "restart-ice");
  stats = peer_create (peer, "get-stats", NULL);
  fail_unless (stats != NULL);
  gst_structure_free (stats);
  close_peer (peer);
  fail_unless_equals_int (peer->closed, 1);
  g_object_unref (channel);
  peer_pair_free (pair);
}
GST_END_TEST;

/* Where the session is closed from: the object and signal, and by which side. */
typedef enum { ON_BIN, ON_OFFERED_CHANNEL, ON_ANNOUNCED_CHANNEL } Where;

static const struct {
  const gchar *signal;
  Where where;
  guint peer;
} callbacks[] = {
  { "on-message-string", ON_ANNOUNCED_CHANNEL, 1 },
  { "on-open", ON_OFFERED_CHANNEL, 0 },
  { "on-open", ON_ANNOUNCED_CHANNEL, 1 },
  { "on-data-channel", ON_BIN, 1 },
  { "prepare-data-channel", ON_BIN, 1 },
  { "pad-added", ON_BIN, 1 },
  { "on-new-transceiver", ON_BIN, 1 },
  { "on-negotiation-needed", ON_BIN, 0 },
  { "on-ice-candidate", ON_BIN, 0 },
  { "on-ice-candidate", ON_BIN, 1 },
  { "notify::connection-state", ON_BIN, 0 },
  { "notify::connection-state", ON_BIN, 1 },
  { "notify::ice-connection-state", ON_BIN, 1 },
  { "notify::ice-gathering-state", ON_BIN, 0 },
  { "notify::signaling-state", ON_BIN, 1 },
  { "notify::sctp-transport", ON_BIN, 1 },
};

/* Every signal of interest has at most two arguments and no result. */
static void
close_in_callback (GClosure *closure, GValue *result, guint n_values, const GValue *values,
    gpointer hint, gpointer data)
{
  g_signal_emit_by_name (closure->data, "close", NULL);
}

static void
connect_close (gpointer object, const gchar *signal, GstElement *bin)
{
  GClosure *closure = g_closure_new_object (sizeof (GClosure), G_OBJECT (bin));

  g_closure_set_marshal (closure, close_in_callback);
  closure->data = bin;
  g_signal_connect_closure (object, signal, closure, FALSE);
}

static void
on_announced (
    GstElement *bin, GstWebRTCDataChannel *channel, gboolean is_local, const gchar *signal)
{
  connect_close (channel, signal, bin);
}

static void
on_open_send (GstWebRTCDataChannel *channel, gpointer user_data)
{
  gst_webrtc_data_channel_send_string_full (channel, "Hello", NULL);
}

/* As far as it goes: the end comes somewhere on the way. */
static void
negotiate_until_closed (PeerPair *pair)
{
  Peer *peers[] = { &pair->offerer, &pair->answerer };
  const gchar *actions[] = { "create-offer", "create-answer" };

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstStructure) reply = peer_create (peers[i], actions[i], NULL);
    g_autoptr (GstWebRTCSessionDescription) description = NULL;
    g_autoptr (GError) local_error = NULL;
    g_autoptr (GError) remote_error = NULL;

    if (!reply || gst_structure_has_field (reply, "error"))
      return;
    gst_structure_get (reply, actions[i] + strlen ("create-"), GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
        &description, NULL);
    local_error = peer_set (peers[i], "set-local-description", description);
    remote_error = peer_set (peers[1 - i], "set-remote-description", description);
  }
}

GST_START_TEST (test_close_in_callback)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  Peer *peers[] = { &pair->offerer, &pair->answerer };
  GstElement *bin = peers[callbacks[__i__].peer]->bin;
  const gchar *signal = callbacks[__i__].signal;
  GstWebRTCDataChannel *channel;

  if (callbacks[__i__].where == ON_BIN)
    connect_close (bin, signal, bin);
  else if (callbacks[__i__].where == ON_ANNOUNCED_CHANNEL)
    g_signal_connect (bin, "prepare-data-channel", G_CALLBACK (on_announced), (gpointer) signal);
  peer_add_source (&pair->offerer, "video", "vp8");
  channel = peer_create_channel (&pair->offerer, "data", NULL);
  g_signal_connect (channel, "on-open", G_CALLBACK (on_open_send), NULL);
  if (callbacks[__i__].where == ON_OFFERED_CHANNEL)
    connect_close (channel, signal, bin);
  peer_pair_play (pair);
  peer_wait_sources (&pair->offerer);
  negotiate_until_closed (pair);
  peer_wait_state (peers[callbacks[__i__].peer], GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED);
  g_object_unref (channel);
  peer_pair_free (pair);
}
GST_END_TEST;

static void
close_on_reply (GstPromise *promise, gpointer bin)
{
  g_signal_emit_by_name (bin, "close", NULL);
}

GST_START_TEST (test_close_in_promise)
{
  const gchar *actions[] = { "create-offer", "set-local-description", "get-stats" };
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  GstWebRTCDataChannel *channel = peer_create_channel (&pair->offerer, "data", NULL);
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  GstPromise *promise;

  peer_pair_play (pair);
  offer = peer_create_description (&pair->offerer, "create-offer", NULL);
  promise = gst_promise_new_with_change_func (
      close_on_reply, gst_object_ref (pair->offerer.bin), gst_object_unref);
  g_signal_emit_by_name (pair->offerer.bin, actions[__i__],
      g_str_has_prefix (actions[__i__], "set") ? offer : NULL, gst_promise_ref (promise));
  gst_promise_unref (promise);
  peer_wait_state (&pair->offerer, GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED);
  gst_promise_unref (promise);
  g_object_unref (channel);
  peer_pair_free (pair);
}
GST_END_TEST;

/* How far a session gets before its end. */
enum {
  STAGE_NEW,
  STAGE_CHANNEL,
  STAGE_PLAYING,
  STAGE_OFFER,
  STAGE_LOCAL,
  STAGE_REMOTE,
  STAGE_ANSWERED,
  STAGE_NEGOTIATED,
  STAGE_CONNECTED,
  STAGE_OPEN,
  STAGE_CLOSED,
  N_STAGES,
};

static void
negotiate_up_to (PeerPair *pair, guint stage)
{
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;

  if (stage < STAGE_OFFER)
    return;
  offer = peer_create_description (&pair->offerer, "create-offer", NULL);
  if (stage >= STAGE_LOCAL)
    peer_set_ok (&pair->offerer, "set-local-description", offer);
  if (stage < STAGE_REMOTE)
    return;
  peer_set_ok (&pair->answerer, "set-remote-description", offer);
  answer = peer_create_description (&pair->answerer, "create-answer", NULL);
  if (stage >= STAGE_ANSWERED)
    peer_set_ok (&pair->answerer, "set-local-description", answer);
  if (stage >= STAGE_NEGOTIATED)
    peer_set_ok (&pair->offerer, "set-remote-description", answer);
}

/* (transfer full) */
static GstWebRTCDataChannel *
go_to_stage (PeerPair *pair, guint stage)
{
  GstWebRTCDataChannel *channel = NULL;

  if (stage >= STAGE_CHANNEL)
    channel = peer_create_channel (&pair->offerer, "data", NULL);
  if (stage >= STAGE_PLAYING)
    peer_pair_play (pair);
  negotiate_up_to (pair, stage);
  if (stage >= STAGE_CONNECTED)
    peer_pair_wait_connected (pair);
  if (stage >= STAGE_OPEN) {
    peer_wait_opened (&pair->offerer, 1);
    peer_wait_opened (&pair->answerer, 1);
  }
  if (stage >= STAGE_CLOSED)
    close_peer (&pair->answerer);
  return channel;
}

static void
disconnect_candidates (PeerPair *pair)
{
  pair->offerer.holds_candidates = TRUE;
  pair->answerer.holds_candidates = TRUE;
}

/* After its end a peer begins anew: NULL to READY is a new session. */
GST_START_TEST (test_stop_in_stage)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  GstWebRTCDataChannel *channel = go_to_stage (pair, (guint) __i__);
  GstWebRTCDataChannel *again;
  guint opened = pair->offerer.opened;

  gst_element_set_state (pair->offerer.pipeline, GST_STATE_NULL);
  gst_element_set_state (pair->answerer.pipeline, GST_STATE_NULL);
  peer_pair_play (pair);
  again = peer_create_channel (&pair->offerer, "again", NULL);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_wait_opened (&pair->offerer, opened + 1);
  g_object_unref (again);
  g_clear_object (&channel);
  peer_pair_free (pair);
}
GST_END_TEST;

GST_START_TEST (test_many_cycles)
{
  for (guint i = 0; i < 200; i++) {
    PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
    GstWebRTCDataChannel *channel = go_to_stage (pair, i % (STAGE_NEGOTIATED + 1));

    disconnect_candidates (pair);
    g_clear_object (&channel);
    peer_pair_free (pair);
  }
}
GST_END_TEST;

static Suite *
errors_suite (void)
{
  Suite *suite = suite_create ("rtcbin errors");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 120);
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, test_bad_offers);
  tcase_add_test (chain, test_bad_answers);
  tcase_add_test (chain, test_wrong_state);
  tcase_add_test (chain, test_bad_candidates);
  tcase_add_test (chain, test_after_close);
  tcase_add_loop_test (chain, test_close_in_callback, 0, G_N_ELEMENTS (callbacks));
  tcase_add_loop_test (chain, test_close_in_promise, 0, 3);
  tcase_add_loop_test (chain, test_stop_in_stage, 0, N_STAGES);
  tcase_add_test (chain, test_many_cycles);
  return suite;
}

GST_CHECK_MAIN (errors);
