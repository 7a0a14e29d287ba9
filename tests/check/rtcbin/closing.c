/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One peer closes, and the other one knows at once, not when ICE misses it (RFC 7675 §5.2): its
 * DTLS transport is closed, then its association and its channels (W3C webrtc-pc §6.1.2). webrtcbin
 * understands that too; it says no farewell itself.
 */
#include "peerpair.h"

#define RTCBIN "rtcbin"
#define WEBRTCBIN "webrtcbin"

typedef enum { CLOSE, STOP } How;

static const struct {
  const gchar *name;
  const gchar *offerer;
  const gchar *answerer;
  gboolean is_offerer_leaving;
  How how;
} rows[] = {
  { "the offerer closes", RTCBIN, RTCBIN, TRUE, CLOSE },
  { "the answerer closes", RTCBIN, RTCBIN, FALSE, CLOSE },
  { "the offerer's pipeline is stopped", RTCBIN, RTCBIN, TRUE, STOP },
  { "the answerer's pipeline is stopped", RTCBIN, RTCBIN, FALSE, STOP },
  { "rtcbin leaves webrtcbin", RTCBIN, WEBRTCBIN, TRUE, CLOSE },
};

static void
leave (Peer *peer, How how)
{
  if (how == CLOSE)
    g_signal_emit_by_name (peer->bin, "close", NULL);
  else
    gst_element_set_state (peer->pipeline, GST_STATE_NULL);
}

/* (transfer full) */
static GstWebRTCDTLSTransport *
get_transport (Peer *peer)
{
  g_autoptr (GObject) sctp = NULL;
  GstWebRTCDTLSTransport *dtls = NULL;

  g_object_get (peer->bin, "sctp-transport", &sctp, NULL);
  fail_unless (sctp != NULL);
  g_object_get (sctp, "transport", &dtls, NULL);
  return dtls;
}

typedef struct {
  GMutex lock;
  GCond changed;
  gboolean is_closed;
} Watch;

static void
on_state (GstWebRTCDTLSTransport *transport, GParamSpec *pspec, gpointer user_data)
{
  Watch *watch = user_data;
  GstWebRTCDTLSTransportState state;

  g_object_get (transport, "state", &state, NULL);
  g_mutex_lock (&watch->lock);
  watch->is_closed |= state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CLOSED;
  g_cond_signal (&watch->changed);
  g_mutex_unlock (&watch->lock);
}

static void
wait_closed (Watch *watch)
{
  gint64 end = g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&watch->lock);
  while (!watch->is_closed && g_cond_wait_until (&watch->changed, &watch->lock, end))
    ;
  fail_unless (watch->is_closed, "DTLS never closed");
  g_mutex_unlock (&watch->lock);
}

/* It was the farewell that ended the session, not ICE, which takes seconds to miss a peer. */
static void
check_ice_is_well (Peer *peer)
{
  fail_if (peer_has_state (peer, "disconnected"), "ICE was first");
  fail_if (peer_has_state (peer, "failed"), "the session failed");
}

static void
check_states (Peer *peer)
{
  g_autoptr (GObject) sctp = NULL;
  GstWebRTCSCTPTransportState state;
  GstWebRTCPeerConnectionState connection;

  g_object_get (peer->bin, "sctp-transport", &sctp, "connection-state", &connection, NULL);
  g_object_get (sctp, "state", &state, NULL);
  fail_unless_equals_int (state, GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED);
  /* W3C webrtc-pc §4.3.3: "all RTCDtlsTransports are in the connected or closed state" */
  fail_unless_equals_int (connection, GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED);
}

static PeerPair *
begin (guint row, GstWebRTCDataChannel **out_channel)
{
  PeerPair *pair = peer_pair_new (rows[row].offerer, rows[row].answerer);

  fail_unless (pair != NULL, "elements are missing");
  *out_channel = peer_create_channel (&pair->offerer, "data", NULL);
  peer_add_source (&pair->offerer, "video", "vp8");
  peer_add_source (&pair->answerer, "video", "vp8");
  peer_pair_play (pair);
  peer_wait_sources (&pair->offerer);
  peer_wait_sources (&pair->answerer);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_pair_wait_connected (pair);
  peer_wait_opened (&pair->offerer, 1);
  peer_wait_channel (&pair->answerer);
  peer_wait_packets (&pair->answerer, TRUE, 10);
  peer_wait_packets (&pair->offerer, TRUE, 10);
  return pair;
}

GST_START_TEST (test_leaving)
{
  g_autoptr (GstWebRTCDataChannel) channel = NULL;
  g_autoptr (GstWebRTCDTLSTransport) transport = NULL;
  Watch watch = { 0 };
  PeerPair *pair;
  Peer *leaving, *other;
  gint64 start;

  if (!peer_pair_can_run (rows[__i__].offerer, rows[__i__].answerer))
    return;
  pair = begin (__i__, &channel);
  leaving = rows[__i__].is_offerer_leaving ? &pair->offerer : &pair->answerer;
  other = leaving->other;
  transport = get_transport (other);
  g_signal_connect (transport, "notify::state", G_CALLBACK (on_state), &watch);
  start = g_get_monotonic_time ();
  leave (leaving, rows[__i__].how);
  wait_closed (&watch);
  if (other->is_ours) {
    peer_wait_closed (other, 1);
    peer_wait_told (other, "rtc-peer-closed");
    check_states (other);
  }
  check_ice_is_well (other);
  g_print ("%s: the other one knew after %d ms\n", rows[__i__].name,
      (gint) ((g_get_monotonic_time () - start) / 1000));
  g_signal_handlers_disconnect_by_data (transport, &watch);
  peer_pair_free (pair);
}
GST_END_TEST;

static Suite *
closing_suite (void)
{
  Suite *suite = suite_create ("rtcbin closing");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 60);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_leaving, 0, G_N_ELEMENTS (rows));
  return suite;
}

GST_CHECK_MAIN (closing);
