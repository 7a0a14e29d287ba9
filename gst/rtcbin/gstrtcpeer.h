/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GstRtcPeer: one peer connection: the JSEP session and what its changes move: transports, media,
 * data channels. It lives on one loop; every function is called there, except where said
 * otherwise. Owned by rtcbin, which turns properties, pads and signals into calls of it.
 */
#pragma once

#include "gstrtcpeertypes.h"

G_BEGIN_DECLS

void gst_rtc_peer_settings_clear (GstRtcPeerSettings *settings);
void gst_rtc_peer_settings_copy (GstRtcPeerSettings *to, const GstRtcPeerSettings *from);

GstRtcPeer *gst_rtc_peer_new (
    GstBin *bin, RtcLoop *loop, const GstRtcPeerEvents *events, gpointer user_data);
void gst_rtc_peer_free (GstRtcPeer *peer);

void gst_rtc_peer_set_settings (GstRtcPeer *peer, const GstRtcPeerSettings *settings);

/* W3C createOffer, createAnswer, setLocalDescription, setRemoteDescription, addIceCandidate.
 * Errors are of GST_WEBRTC_ERROR. */
GstWebRTCSessionDescription *gst_rtc_peer_create_offer (
    GstRtcPeer *peer, gboolean is_ice_restart, GError **error);
GstWebRTCSessionDescription *gst_rtc_peer_create_answer (GstRtcPeer *peer, GError **error);
/* @is_local; @type; @sdp may be %NULL for a rollback */
gboolean gst_rtc_peer_set_description (GstRtcPeer *peer, gboolean is_local, GstWebRTCSDPType type,
    const GstSDPMessage *sdp, GError **error);
/* The changes of a description are under way: a callback is being called in the middle. */
gboolean gst_rtc_peer_is_executing (GstRtcPeer *peer);
gboolean gst_rtc_peer_add_candidate (
    GstRtcPeer *peer, guint mline, const gchar *candidate, GError **error);
void gst_rtc_peer_restart_ice (GstRtcPeer *peer);
/* Ends the session; the peer stays usable for looking at. */
void gst_rtc_peer_close (GstRtcPeer *peer);
/* Ends the session if there is one and begins a new one with the same sink pads. */
void gst_rtc_peer_reset (GstRtcPeer *peer);
/* Makes the certificate and the first transport's elements ahead of the first description. */
void gst_rtc_peer_prepare (GstRtcPeer *peer);
/* Below READY nothing is announced: an application is still putting its pipeline together. */
void gst_rtc_peer_set_ready (GstRtcPeer *peer, gboolean is_ready);
/* Something that an offer would carry changed: W3C "update the negotiation-needed flag". */
void gst_rtc_peer_update_negotiation_needed (GstRtcPeer *peer);

typedef enum {
  GST_RTC_DESCRIPTION_CURRENT_LOCAL,
  GST_RTC_DESCRIPTION_PENDING_LOCAL,
  GST_RTC_DESCRIPTION_LOCAL,
  GST_RTC_DESCRIPTION_CURRENT_REMOTE,
  GST_RTC_DESCRIPTION_PENDING_REMOTE,
  GST_RTC_DESCRIPTION_REMOTE,
} GstRtcDescriptionSlot;

/* (transfer full), or NULL */
GstWebRTCSessionDescription *gst_rtc_peer_get_description (
    GstRtcPeer *peer, GstRtcDescriptionSlot slot);

/* (transfer full). @caps: codec preferences; may be NULL when there is a kind in the direction's
 * later sink pad. */
GstRtcTransceiver *gst_rtc_peer_add_transceiver (
    GstRtcPeer *peer, GstWebRTCRTPTransceiverDirection direction, GstCaps *caps, GError **error);
/* A transceiver for a sink pad; its kind may be unknown still. (transfer full) */
GstRtcTransceiver *gst_rtc_peer_add_track (GstRtcPeer *peer, gint mline);
/* The sink pad is gone: the transceiver does not send any more. */
void gst_rtc_peer_remove_track (GstRtcPeer *peer, GstRtcTransceiver *transceiver);
/* What a sink pad carries became known or changed. */
void gst_rtc_peer_refresh_senders (GstRtcPeer *peer);
/* (element-type GstRtcTransceiver) (transfer none) */
GPtrArray *gst_rtc_peer_get_transceivers (GstRtcPeer *peer);
/* (transfer full) */
GstRtcDataChannel *gst_rtc_peer_create_data_channel (
    GstRtcPeer *peer, const gchar *label, const GstStructure *options, GError **error);

/* (transfer full), or NULL */
GstRtcSctpTransport *gst_rtc_peer_get_sctp_transport (GstRtcPeer *peer);
/* Any thread. */
GstRtcMedia *gst_rtc_peer_get_media (GstRtcPeer *peer);
/* (transfer full): "application/x-webrtc-stats" with a structure for each object. */
GstStructure *gst_rtc_peer_get_stats (GstRtcPeer *peer);

G_END_DECLS
