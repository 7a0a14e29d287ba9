/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sink pads whose caps nobody knows yet when an offer is answered: what is known of them decides,
 * and what the offer leaves as the only choice; otherwise a warning names the pad.
 */
#include <string.h>

#include "peerpair.h"

#define AUDIO "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=111"
#define VIDEO "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96"

/* @offered: caps of receiving transceivers. @upstream: what is linked to the pad, if anything.
 * @preferences: of the pad's transceiver. @sends: the section that the answer sends in, -1: none.
 */
static const struct {
  const gchar *name;
  const gchar *offered[2];
  const gchar *pad;
  const gchar *upstream;
  const gchar *preferences;
  gint sends;
  const gchar *codec;
} rows[] = {
  { "the only kind", { VIDEO }, "sink_%u", NULL, NULL, 0, "VP8" },
  { "any kind", { AUDIO, VIDEO }, "sink_%u", NULL, NULL, -1 },
  { "any kind behind a filter", { AUDIO, VIDEO }, "sink_%u", "capsfilter caps=application/x-rtp",
      NULL, -1 },
  { "the filter names the kind", { AUDIO, VIDEO }, "sink_%u",
      "capsfilter caps=application/x-rtp,media=video", NULL, 1, "VP8" },
  { "preferred codecs", { AUDIO, VIDEO }, "sink_%u", NULL, AUDIO, 0, "opus" },
  { "the pad names the section", { AUDIO, VIDEO }, "sink_1", NULL, NULL, 1, "VP8" },
};

static void
offer_to_receive (Peer *peer, const gchar *const *offered)
{
  for (guint i = 0; i < 2 && offered[i]; i++) {
    g_autoptr (GstCaps) caps = gst_caps_from_string (offered[i]);
    g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

    g_signal_emit_by_name (peer->bin, "add-transceiver",
        GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, caps, &transceiver);
    fail_unless (transceiver != NULL);
  }
}

/* (transfer full) */
static GstPad *
add_pad (Peer *peer, guint row)
{
  GstPad *pad = gst_element_request_pad_simple (peer->bin, rows[row].pad);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autoptr (GstCaps) preferences = NULL;
  g_autoptr (GstPad) upstream = NULL;
  GstElement *source;

  fail_unless (pad != NULL);
  if (rows[row].preferences) {
    preferences = gst_caps_from_string (rows[row].preferences);
    g_object_get (pad, "transceiver", &transceiver, NULL);
    g_object_set (transceiver, "codec-preferences", preferences, NULL);
  }
  if (!rows[row].upstream)
    return pad;
  source = gst_parse_bin_from_description (rows[row].upstream, TRUE, NULL);
  gst_bin_add (GST_BIN (peer->pipeline), source);
  upstream = gst_element_get_static_pad (source, "src");
  fail_unless_equals_int (gst_pad_link (upstream, pad), GST_PAD_LINK_OK);
  return pad;
}

static void
check_sections (const GstSDPMessage *sdp, guint row)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    const GstSDPMedia *media = gst_sdp_message_get_media (sdp, i);
    gboolean sends = gst_sdp_media_get_attribute_val (media, "sendonly") != NULL;

    fail_unless_equals_int (sends, (gint) i == rows[row].sends);
    if (sends)
      fail_unless (strstr (gst_sdp_media_get_attribute_val (media, "rtpmap"), rows[row].codec));
  }
}

static void
check_warning (Peer *peer, guint row)
{
  g_mutex_lock (&peer->pair->lock);
  fail_unless_equals_int (peer->warnings, rows[row].sends < 0);
  if (rows[row].sends < 0)
    fail_unless (strstr (peer->last_warning, "sink_0"), "%s", peer->last_warning);
  g_mutex_unlock (&peer->pair->lock);
}

GST_START_TEST (test_answer)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  GstWebRTCSessionDescription *offer, *answer;
  g_autoptr (GstPad) pad = NULL;

  fail_unless (pair != NULL, "elements are missing");
  g_test_message ("%s", rows[__i__].name);
  offer_to_receive (&pair->offerer, rows[__i__].offered);
  pad = add_pad (&pair->answerer, __i__);
  offer = peer_create_description (&pair->offerer, "create-offer", NULL);
  peer_set_ok (&pair->answerer, "set-remote-description", offer);
  answer = peer_create_description (&pair->answerer, "create-answer", NULL);
  check_sections (answer->sdp, __i__);
  check_warning (&pair->answerer, __i__);
  gst_webrtc_session_description_free (offer);
  gst_webrtc_session_description_free (answer);
  peer_pair_free (pair);
}
GST_END_TEST;

/* The source comes after the answer; its packets go the way that was agreed on. */
GST_START_TEST (test_late_source)
{
  static const gchar *const offered[2] = { VIDEO };
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstPad) upstream = NULL;
  GstElement *source;

  fail_unless (pair != NULL, "elements are missing");
  offer_to_receive (&pair->offerer, offered);
  pad = gst_element_request_pad_simple (pair->answerer.bin, "sink_%u");
  peer_pair_play (pair);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_pair_wait_connected (pair);
  source = gst_parse_bin_from_description (
      "videotestsrc is-live=true ! vp8enc deadline=1 ! rtpvp8pay", TRUE, NULL);
  gst_bin_add (GST_BIN (pair->answerer.pipeline), source);
  upstream = gst_element_get_static_pad (source, "src");
  fail_unless_equals_int (gst_pad_link (upstream, pad), GST_PAD_LINK_OK);
  gst_element_sync_state_with_parent (source);
  peer_wait_packets (&pair->offerer, TRUE, 10);
  peer_pair_free (pair);
}
GST_END_TEST;

static Suite *
unknowntracks_suite (void)
{
  Suite *suite = suite_create ("rtcbin unknowntracks");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 60);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_answer, 0, G_N_ELEMENTS (rows));
  tcase_add_test (chain, test_late_source);
  return suite;
}

GST_CHECK_MAIN (unknowntracks);
