/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The types of the peer: what it is told, and what it tells. */
#pragma once

#include "gstrtcchannelset.h"
#include "gstrtcmedia.h"
#include "jsep/rtcsession.h"

G_BEGIN_DECLS

typedef struct _GstRtcPeer GstRtcPeer;

typedef struct {
  GstWebRTCSignalingState signaling;
  GstWebRTCPeerConnectionState connection;
  GstWebRTCICEConnectionState ice;
  GstWebRTCICEGatheringState gathering;
} GstRtcPeerStates;

/* Called on the loop, with nothing locked. */
typedef struct {
  void (*states_changed) (const GstRtcPeerStates *states, gpointer user_data);
  void (*negotiation_needed) (gpointer user_data);
  void (*ice_candidate) (guint mline, const gchar *candidate, gpointer user_data);
  void (*new_transceiver) (GstWebRTCRTPTransceiver *transceiver, gpointer user_data);
  void (*prepare_data_channel) (
      GstWebRTCDataChannel *channel, gboolean is_local, gpointer user_data);
  void (*data_channel) (GstWebRTCDataChannel *channel, gpointer user_data);
  void (*selected_pair) (const gchar *local, const gchar *remote, gpointer user_data);
  /* the other side has closed every transport */
  void (*left) (gpointer user_data);
  void (*sctp_transport) (gpointer user_data);
  void (*warning) (const GError *error, gpointer user_data);
  /* Any thread: post a call of gst_rtc_peer_refresh_senders(). */
  void (*caps_changed) (gpointer user_data);
} GstRtcPeerEvents;

/**
 * GstRtcPeerSettings: copied when the peer is made or changed by gst_rtc_peer_set_settings()
 * @certificate: PEM of certificate and key, or %NULL for a new one
 * @audio_codecs, @video_codecs: comma-separated encoding names in order of preference, or %NULL
 */
typedef struct {
  GstWebRTCBundlePolicy bundle_policy;
  GstWebRTCICETransportPolicy transport_policy;
  GstRtcIceCandidateTypes candidate_types;
  gchar *transport_element;
  gchar *stun_server;
  gchar *http_proxy;
  GPtrArray *turn_servers;
  GStrv local_addresses;
  guint min_port;
  guint max_port;
  guint latency_ms;
  gchar *certificate;
  gchar *audio_codecs;
  gchar *video_codecs;
} GstRtcPeerSettings;

G_END_DECLS
