/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A running session; see the header. */
#include "story.h"

gchar *
story_find_ufrag (const gchar *sdp)
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
  return story_find_ufrag (sdp);
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
set_up (Story *story, GstContext **contexts)
{
  PeerPair *pair = peer_pair_new_in ("rtcbin", "rtcbin", contexts);

  fail_unless (pair != NULL, "elements are missing");
  *story = (Story){ .pair = pair, .peers = { &pair->offerer, &pair->answerer } };
}

static void
connect (Story *story)
{
  PeerPair *pair = story->pair;

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

void
story_begin (Story *story, const gchar *link)
{
  set_up (story, NULL);
  if (link)
    peer_pair_use_link (story->pair, link);
  connect (story);
}

void
story_begin_in (Story *story, GstContext **contexts)
{
  set_up (story, contexts);
  connect (story);
}

/* Nobody outside can reach an address inside: such candidates would only be in the way. */
static gchar *
hide (Peer *peer, const gchar *candidate)
{
  return NULL;
}

static gchar *
route (Peer *peer, const gchar *candidate)
{
  return udp_router_route (peer->route_data, candidate);
}

void
story_begin_behind (Story *story, UdpRouter *router, guint inside)
{
  set_up (story, NULL);
  story->peers[inside]->route = hide;
  story->peers[1 - inside]->route = route;
  story->peers[1 - inside]->route_data = router;
  connect (story);
}

void
story_check_new_credentials (Story *story)
{
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *local = get_ufrag (story->peers[i], "current-local-description");
    g_autofree gchar *remote = get_ufrag (story->peers[1 - i], "current-remote-description");

    ck_assert_str_ne (local, story->ufrags[i]);
    ck_assert_str_eq (local, remote);
  }
  remember (story);
}

void
story_check_old_credentials (Story *story)
{
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *local = get_ufrag (story->peers[i], "local-description");

    ck_assert_str_eq (local, story->ufrags[i]);
  }
}

void
story_wait_restarted (Story *story, const guint *selected_before)
{
  for (guint i = 0; i < 2; i++)
    peer_wait_ice (story->peers[i], selected_before[i] + 1);
  story_check_new_credentials (story);
}

void
story_look_at_pairs (Story *story, guint *out_selected)
{
  for (guint i = 0; i < 2; i++)
    out_selected[i] = peer_get_selected (story->peers[i]);
}

void
story_restart_by (Story *story, guint who)
{
  guint selected[2];

  story_look_at_pairs (story, selected);
  peer_pair_negotiate (story->pair, story->peers[who], RESTART);
  story_wait_restarted (story, selected);
}

void
story_wait_flowing (Story *story)
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

void
story_end (Story *story, const gchar *name)
{
  guint gaps[2];

  story_wait_flowing (story);
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
