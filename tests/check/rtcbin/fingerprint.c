/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Descriptions whose fingerprint is not that of the certificate that comes (RFC 8122 §6.2): nothing
 * may be delivered, neither a message nor a packet of media, whoever is the DTLS client.
 */
#include <gst/sdp/sdp.h>
#include <string.h>

#include "peerpair.h"

typedef struct {
  const gchar *offerer;
  const gchar *answerer;
  gboolean is_offer_forged;
  gboolean is_answer_forged;
  gboolean is_offerer_client;
} Row;

static const Row rows[] = {
  { "rtcbin", "rtcbin", TRUE, FALSE, FALSE },
  { "rtcbin", "rtcbin", TRUE, FALSE, TRUE },
  { "rtcbin", "rtcbin", FALSE, TRUE, FALSE },
  { "rtcbin", "rtcbin", FALSE, TRUE, TRUE },
  { "rtcbin", "rtcbin", TRUE, TRUE, FALSE },
  { "rtcbin", "rtcbin", TRUE, TRUE, TRUE },
  { "rtcbin", "webrtcbin", FALSE, TRUE, FALSE },
  { "webrtcbin", "rtcbin", TRUE, FALSE, FALSE },
};

static gchar *
replace_all (const gchar *text, const gchar *pattern, const gchar *by)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  gchar *replaced = g_regex_replace (regex, text, -1, 0, by, 0, NULL);

  ck_assert_str_ne (text, replaced);
  return replaced;
}

/* As it arrives at the other side. (transfer full) */
static GstWebRTCSessionDescription *
carry (GstWebRTCSessionDescription *description, gboolean is_forged, gboolean is_active)
{
  gchar *text = gst_sdp_message_as_text (description->sdp);
  GstSDPMessage *sdp;
  gchar *changed;

  if (is_forged) {
    changed = replace_all (text, "(a=fingerprint:sha-256 )..:..:..", "\\g<1>01:23:45");
    g_free (text);
    text = changed;
  }
  if (is_active) {
    changed = replace_all (text, "a=setup:actpass", "a=setup:active");
    g_free (text);
    text = changed;
  }
  gst_sdp_message_new (&sdp);
  gst_sdp_message_parse_buffer ((const guint8 *) text, (guint) strlen (text), sdp);
  g_free (text);
  return gst_webrtc_session_description_new (description->type, sdp);
}

static void
exchange (PeerPair *pair, const Row *row)
{
  g_autoptr (GstWebRTCSessionDescription) offer =
      peer_create_description (&pair->offerer, "create-offer", NULL);
  g_autoptr (GstWebRTCSessionDescription) carried_offer =
      carry (offer, row->is_offer_forged, row->is_offerer_client);
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  g_autoptr (GstWebRTCSessionDescription) carried_answer = NULL;

  peer_set_ok (&pair->offerer, "set-local-description", offer);
  peer_set_ok (&pair->answerer, "set-remote-description", carried_offer);
  answer = peer_create_description (&pair->answerer, "create-answer", NULL);
  carried_answer = carry (answer, row->is_answer_forged, FALSE);
  peer_set_ok (&pair->answerer, "set-local-description", answer);
  peer_set_ok (&pair->offerer, "set-remote-description", carried_answer);
}

static void
check_nothing_came (Peer *peer)
{
  g_mutex_lock (&peer->pair->lock);
  fail_unless_equals_int (peer->opened, 0);
  fail_unless_equals_int (peer->messages->len, 0);
  fail_unless_equals_int (peer->packets[FALSE], 0);
  fail_unless_equals_int (peer->packets[TRUE], 0);
  fail_unless (
      !peer->last_warning || strstr (peer->last_warning, "certificate"), "%s", peer->last_warning);
  g_mutex_unlock (&peer->pair->lock);
}

/* The side that is refused learns it from an alert in the clear, which proves nothing: it waits
 * for the rest of the handshake. */
static void
on_deep_element (GstBin *bin, GstBin *parent, GstElement *element, gpointer user_data)
{
  if (g_str_has_prefix (GST_OBJECT_NAME (element), "rtcdtls"))
    g_object_set (element, "handshake-timeout", 3000, NULL);
}

static void
on_connected_send (GstElement *bin, GParamSpec *pspec, GstWebRTCDataChannel *channel)
{
  gst_webrtc_data_channel_send_string_full (channel, "Hello", NULL);
}

GST_START_TEST (test_forged)
{
  const Row *row = &rows[__i__];
  PeerPair *pair = peer_pair_new (row->offerer, row->answerer);
  Peer *peers[] = { &pair->offerer, &pair->answerer };
  const gchar *factories[] = { row->offerer, row->answerer };
  GstWebRTCDataChannel *channel;

  fail_unless (pair != NULL, "elements are missing");
  for (guint i = 0; i < 2; i++) {
    g_signal_connect (peers[i]->bin, "deep-element-added", G_CALLBACK (on_deep_element), NULL);
    peer_add_source (peers[i], "video", "vp8");
  }
  peer_pair_play (pair);
  channel = peer_create_channel (&pair->offerer, "data", NULL);
  if (g_str_equal (row->offerer, "rtcbin"))
    g_signal_connect_object (
        pair->offerer.bin, "notify::connection-state", G_CALLBACK (on_connected_send), channel, 0);
  for (guint i = 0; i < 2; i++)
    peer_wait_sources (peers[i]);
  exchange (pair, row);
  for (guint i = 0; i < 2; i++) {
    if (!g_str_equal (factories[i], "rtcbin"))
      continue;
    peer_wait_state (peers[i], GST_WEBRTC_PEER_CONNECTION_STATE_FAILED);
    fail_if (peer_has_state (peers[i], "connected"));
    check_nothing_came (peers[i]);
  }
  for (guint i = 0; i < 2; i++)
    if (g_str_equal (factories[i], "rtcbin"))
      fail_unless_equals_int (peers[i]->warnings, 1);
  g_object_unref (channel);
  peer_pair_free (pair);
}
GST_END_TEST;

/* GStreamer's dtlsdec, which webrtcbin has, keeps its agent when a handshake fails. */
static int
count_rows (void)
{
  gsize n_rows = G_N_ELEMENTS (rows);

  if (g_strcmp0 (g_getenv ("GST_TRACERS"), "leaks") == 0)
    while (!g_str_equal (rows[n_rows - 1].offerer, rows[n_rows - 1].answerer))
      n_rows--;
  return (int) n_rows;
}

static Suite *
fingerprint_suite (void)
{
  Suite *suite = suite_create ("rtcbin fingerprint");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 120);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_forged, 0, count_rows ());
  return suite;
}

GST_CHECK_MAIN (fingerprint);
