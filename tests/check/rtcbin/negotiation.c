/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Negotiations that follow each other in one session, by either side, and the ways that candidates
 * may go: ahead of their description, or only inside it.
 */
#include <gst/sdp/sdp.h>
#include <string.h>

#include "peerpair.h"

#define VIDEO_CAPS "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000"
#define AUDIO_CAPS                                                                                 \
  "application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000,"                 \
  "encoding-params=(string)2"

typedef struct {
  PeerPair *pair;
  guint needed[2]; /* on-negotiation-needed of offerer and answerer */
  GstWebRTCDataChannel *channel;
} Story;

static void
count_needed (PeerPair *pair, guint *counter)
{
  g_mutex_lock (&pair->lock);
  (*counter)++;
  g_cond_broadcast (&pair->changed);
  g_mutex_unlock (&pair->lock);
}

static void
on_offerer_needed (GstElement *bin, Story *story)
{
  count_needed (story->pair, &story->needed[0]);
}

static void
on_answerer_needed (GstElement *bin, Story *story)
{
  count_needed (story->pair, &story->needed[1]);
}

static void
wait_needed (Story *story, guint who, guint count)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&story->pair->lock);
  while (story->needed[who] < count)
    if (!g_cond_wait_until (&story->pair->changed, &story->pair->lock, end))
      ck_abort_msg ("on-negotiation-needed came %u times", story->needed[who]);
  fail_unless_equals_int (story->needed[who], count);
  g_mutex_unlock (&story->pair->lock);
}

static void
story_begin (Story *story)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");

  fail_unless (pair != NULL, "elements are missing");
  *story = (Story){ .pair = pair };
  g_signal_connect (
      pair->offerer.bin, "on-negotiation-needed", G_CALLBACK (on_offerer_needed), story);
  g_signal_connect (
      pair->answerer.bin, "on-negotiation-needed", G_CALLBACK (on_answerer_needed), story);
  peer_pair_play (pair);
  story->channel = peer_create_channel (&pair->offerer, "data", NULL);
  wait_needed (story, 0, 1);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_wait_opened (&pair->offerer, 1);
  peer_wait_opened (&pair->answerer, 1);
}

static void
story_end (Story *story)
{
  peer_send_text (story->channel, "end");
  peer_wait_messages (&story->pair->answerer, 1);
  fail_unless_equals_int (story->pair->offerer.closed + story->pair->answerer.closed, 0);
  g_object_unref (story->channel);
  peer_pair_free (story->pair);
}

static guint
count_sections (Peer *peer, const gchar *start)
{
  g_autofree gchar *sdp = peer_get_sdp (peer, "local-description");
  guint count = 0;

  for (const gchar *at = strstr (sdp, start); at; at = strstr (at + 1, start))
    count++;
  return count;
}

/* Data first, then a video of the offerer, one of the answerer, and a second one. */
GST_START_TEST (test_adding)
{
  Story story;

  story_begin (&story);
  peer_add_source (&story.pair->offerer, "video", "vp8");
  wait_needed (&story, 0, 2);
  peer_pair_negotiate (story.pair, &story.pair->offerer, NULL);
  peer_wait_packets (&story.pair->answerer, TRUE, 5);
  peer_add_source (&story.pair->answerer, "audio", NULL);
  wait_needed (&story, 1, 1);
  peer_pair_negotiate (story.pair, &story.pair->answerer, NULL);
  peer_wait_packets (&story.pair->offerer, FALSE, 5);
  peer_add_source (&story.pair->offerer, "video", "vp8");
  wait_needed (&story, 0, 3);
  peer_pair_negotiate (story.pair, &story.pair->offerer, NULL);
  fail_unless_equals_int (count_sections (&story.pair->offerer, "m=video"), 2);
  fail_unless_equals_int (count_sections (&story.pair->answerer, "m=audio"), 1);
  wait_needed (&story, 0, 3);
  wait_needed (&story, 1, 1);
  story_end (&story);
}
GST_END_TEST;

/* The direction that an application sets is what the next offer says. */
GST_START_TEST (test_direction)
{
  Story story;
  GstWebRTCRTPTransceiver *transceiver = NULL;

  story_begin (&story);
  peer_add_source (&story.pair->offerer, "video", "vp8");
  wait_needed (&story, 0, 2);
  peer_pair_negotiate (story.pair, &story.pair->offerer, NULL);
  g_signal_emit_by_name (story.pair->offerer.bin, "get-transceiver", 0, &transceiver);
  g_object_set (transceiver, "direction", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_INACTIVE, NULL);
  wait_needed (&story, 0, 3);
  peer_pair_negotiate (story.pair, &story.pair->offerer, NULL);
  fail_unless_equals_int (count_sections (&story.pair->offerer, "a=inactive"), 1);
  gst_object_unref (transceiver);
  story_end (&story);
}
GST_END_TEST;

/* Two videos, in the sections 1 and 2. */
static void
begin_with_videos (Story *story)
{
  story_begin (story);
  peer_add_source (&story->pair->offerer, "video", "vp8");
  peer_add_source (&story->pair->offerer, "video", "vp8");
  peer_wait_sources (&story->pair->offerer);
  peer_pair_negotiate (story->pair, &story->pair->offerer, NULL);
  peer_wait_more_packets (&story->pair->answerer, 1, 5);
  peer_wait_more_packets (&story->pair->answerer, 2, 5);
}

/* A pad that goes takes its direction along, and nothing else; another one may come. */
GST_START_TEST (test_releasing)
{
  Peer *offerer, *answerer;
  Story story;

  begin_with_videos (&story);
  offerer = &story.pair->offerer;
  answerer = &story.pair->answerer;
  for (guint i = 0; i < 2; i++) {
    guint number = i == 0 ? (guint) __i__ : 2;
    guint kept = 3 - peer_get_mline (offerer, number);

    peer_remove_source (offerer, number);
    peer_wait_more_packets (answerer, kept, 5);
    peer_pair_negotiate (story.pair, offerer, NULL);
    fail_unless_equals_int (count_sections (offerer, "a=recvonly"), 1);
    fail_unless_equals_int (count_sections (offerer, "a=sendrecv"), 1);
    fail_unless_equals_int (count_sections (answerer, "a=inactive"), 1);
    peer_wait_more_packets (answerer, kept, 5);
    peer_add_source (offerer, "video", "vp8");
    peer_wait_sources (offerer);
    peer_pair_negotiate (story.pair, offerer, NULL);
    fail_unless_equals_int (count_sections (offerer, "m=video"), 2);
    fail_unless_equals_int (count_sections (answerer, "a=recvonly"), 2);
    peer_wait_more_packets (answerer, 1, 5);
    peer_wait_more_packets (answerer, 2, 5);
  }
  story_end (&story);
}
GST_END_TEST;

/* As peer_pair_negotiate(), but the answerer sees the offer with section @number rejected. */
static void
negotiate_without (PeerPair *pair, guint number)
{
  g_autoptr (GstWebRTCSessionDescription) offer =
      peer_create_description (&pair->offerer, "create-offer", NULL);
  g_autoptr (GstWebRTCSessionDescription) changed = gst_webrtc_session_description_copy (offer);
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  GstSDPMedia *media = (GstSDPMedia *) gst_sdp_message_get_media (changed->sdp, number);

  gst_sdp_media_set_port_info (media, 0, 0);
  peer_set_ok (&pair->offerer, "set-local-description", offer);
  peer_set_ok (&pair->answerer, "set-remote-description", changed);
  answer = peer_create_description (&pair->answerer, "create-answer", NULL);
  peer_set_ok (&pair->answerer, "set-local-description", answer);
  peer_set_ok (&pair->offerer, "set-remote-description", answer);
}

/* A section that the peer has stopped is used again by what comes next. */
GST_START_TEST (test_recycling)
{
  Peer *offerer, *answerer;
  Story story;
  guint stopped;

  begin_with_videos (&story);
  offerer = &story.pair->offerer;
  answerer = &story.pair->answerer;
  stopped = peer_get_mline (offerer, 0);
  negotiate_without (story.pair, stopped);
  fail_unless_equals_int (count_sections (answerer, "m=video 0 "), 1);
  peer_wait_more_packets (answerer, 3 - stopped, 5);
  peer_remove_source (offerer, 0);
  peer_add_source (offerer, "audio", NULL);
  peer_wait_sources (offerer);
  peer_pair_negotiate (story.pair, offerer, NULL);
  fail_unless_equals_int (count_sections (offerer, "m=video"), 1);
  fail_unless_equals_int (count_sections (offerer, "m=audio"), 1);
  fail_unless_equals_int (count_sections (offerer, "m="), 3);
  peer_wait_more_packets (answerer, 3 - stopped, 5);
  peer_wait_packets (answerer, FALSE, 5);
  story_end (&story);
}
GST_END_TEST;

static void
add_transceivers (Peer *peer, const gchar *text, guint count)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  for (guint i = 0; i < count; i++) {
    GstWebRTCRTPTransceiver *transceiver = NULL;

    g_signal_emit_by_name (peer->bin, "add-transceiver",
        GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV, caps, &transceiver);
    fail_unless (transceiver != NULL);
    gst_object_unref (transceiver);
  }
}

GST_START_TEST (test_many_sections)
{
  Story story;

  story_begin (&story);
  add_transceivers (&story.pair->offerer, AUDIO_CAPS, 10);
  add_transceivers (&story.pair->offerer, VIDEO_CAPS, 10);
  peer_pair_negotiate (story.pair, &story.pair->offerer, NULL);
  fail_unless_equals_int (count_sections (&story.pair->offerer, "m=audio"), 10);
  fail_unless_equals_int (count_sections (&story.pair->answerer, "m=video"), 10);
  story_end (&story);
}
GST_END_TEST;

static void
on_gathering (GstElement *bin, GParamSpec *pspec, PeerPair *pair)
{
  g_mutex_lock (&pair->lock);
  g_cond_broadcast (&pair->changed);
  g_mutex_unlock (&pair->lock);
}

/* (transfer full): the local description with all candidates in it */
static GstWebRTCSessionDescription *
wait_gathered (Peer *peer)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  GstWebRTCSessionDescription *description = NULL;
  GstWebRTCICEGatheringState state;

  g_mutex_lock (&peer->pair->lock);
  for (g_object_get (peer->bin, "ice-gathering-state", &state, NULL);
       state != GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE;
       g_object_get (peer->bin, "ice-gathering-state", &state, NULL))
    if (!g_cond_wait_until (&peer->pair->changed, &peer->pair->lock, end))
      ck_abort_msg ("gathering does not end");
  g_mutex_unlock (&peer->pair->lock);
  g_object_get (peer->bin, "local-description", &description, NULL);
  return description;
}

static void
release_candidates (Peer *peer)
{
  for (guint i = 0; i < peer->held->len; i++) {
    const gchar *entry = g_ptr_array_index (peer->held, i);

    g_signal_emit_by_name (
        peer->other->bin, "add-ice-candidate", (guint) atoi (entry), strchr (entry, ' ') + 1);
  }
}

/* Candidates inside the descriptions only; or all of the offerer's before its offer. */
GST_START_TEST (test_candidates)
{
  gboolean is_early = __i__ == 1;
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  Peer *peers[] = { &pair->offerer, &pair->answerer };
  g_autoptr (GstWebRTCDataChannel) channel = peer_create_channel (&pair->offerer, "data", NULL);
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  g_autoptr (GstWebRTCSessionDescription) full_offer = NULL;
  g_autoptr (GstWebRTCSessionDescription) full_answer = NULL;

  for (guint i = 0; i < 2; i++) {
    peers[i]->holds_candidates = TRUE;
    g_signal_connect (
        peers[i]->bin, "notify::ice-gathering-state", G_CALLBACK (on_gathering), pair);
  }
  peer_pair_play (pair);
  offer = peer_create_description (&pair->offerer, "create-offer", NULL);
  peer_set_ok (&pair->offerer, "set-local-description", offer);
  full_offer = wait_gathered (&pair->offerer);
  if (is_early)
    release_candidates (&pair->offerer);
  peer_set_ok (&pair->answerer, "set-remote-description", is_early ? offer : full_offer);
  answer = peer_create_description (&pair->answerer, "create-answer", NULL);
  peer_set_ok (&pair->answerer, "set-local-description", answer);
  full_answer = wait_gathered (&pair->answerer);
  peer_set_ok (&pair->offerer, "set-remote-description", is_early ? answer : full_answer);
  peer_wait_opened (&pair->offerer, 1);
  peer_pair_free (pair);
}
GST_END_TEST;

static Suite *
negotiation_suite (void)
{
  Suite *suite = suite_create ("rtcbin negotiation");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 120);
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, test_adding);
  tcase_add_test (chain, test_direction);
  tcase_add_loop_test (chain, test_releasing, 0, 2);
  tcase_add_test (chain, test_recycling);
  tcase_add_test (chain, test_many_sections);
  tcase_add_loop_test (chain, test_candidates, 0, 2);
  return suite;
}

GST_CHECK_MAIN (negotiation);
