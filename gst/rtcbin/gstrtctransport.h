/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One transport of a session: the elements for ICE, DTLS and SRTP, and SCTP on the one that has
 * the data section, made by factory name, linked, and started in their order: gather, check,
 * handshake (RFC 8842), associate. Owned by the peer; everything on the session's loop.
 */
#pragma once

#include <gst/rtc/gstrtcdatatransport.h>
#include <gst/rtc/gstrtcice.h>
#include <gst/rtc/rtcloop.h>

#include "gstrtctransportobjects.h"
#include "sdp/rtcdescription.h"

G_BEGIN_DECLS

typedef struct _GstRtcTransport GstRtcTransport;

typedef struct {
  /* any of the states changed */
  void (*state_changed) (GstRtcTransport *transport, gpointer user_data);
  /* NULL: there are no more */
  void (*local_candidate) (GstRtcTransport *transport, const gchar *candidate, gpointer user_data);
  void (*selected_pair) (
      GstRtcTransport *transport, const gchar *local, const gchar *remote, gpointer user_data);
  void (*failed) (GstRtcTransport *transport, const GError *error, gpointer user_data);
} GstRtcTransportEvents;

/* @ice_factory: the element to use for ICE, usually "rtcice". @dtls: the rtcdtls with the session's
 * certificate. The elements are added to @bin with a state of their own. */
GstRtcTransport *gst_rtc_transport_new (guint id, GstBin *bin, const gchar *ice_factory,
    GstElement *dtls, const GstRtcTransportEvents *events, gpointer user_data, GError **error);
/* Stops and removes the elements. */
void gst_rtc_transport_free (GstRtcTransport *transport);

guint gst_rtc_transport_get_id (GstRtcTransport *transport);
GstRtcIce *gst_rtc_transport_get_ice (GstRtcTransport *transport);
GstElement *gst_rtc_transport_get_dtls (GstRtcTransport *transport);
/* NULL while there was no media section: data channels need none. */
GstElement *gst_rtc_transport_get_srtp (GstRtcTransport *transport);
/* NULL while there is no data section. */
GstElement *gst_rtc_transport_get_sctp (GstRtcTransport *transport);
GstRtcDtlsTransport *gst_rtc_transport_get_object (GstRtcTransport *transport);
GstRtcSctpTransport *gst_rtc_transport_get_sctp_object (GstRtcTransport *transport);

GstWebRTCICEConnectionState gst_rtc_transport_get_ice_state (GstRtcTransport *transport);
GstWebRTCICEGatheringState gst_rtc_transport_get_gathering_state (GstRtcTransport *transport);
GstWebRTCDTLSTransportState gst_rtc_transport_get_dtls_state (GstRtcTransport *transport);
/* DTLS was ended by either side, or failed: nothing passes any more, whatever ICE does. */
gboolean gst_rtc_transport_is_over (GstRtcTransport *transport);

/* @fingerprints: (element-type RtcFingerprint) */
void gst_rtc_transport_set_dtls (
    GstRtcTransport *transport, gboolean is_client, GPtrArray *fingerprints);
/* (transfer none): makes the SRTP element when there is none, also after the handshake. */
GstElement *gst_rtc_transport_ensure_srtp (GstRtcTransport *transport, GError **error);
/* (transfer none): makes the SCTP element when there is none; set its listener before the next. */
GstElement *gst_rtc_transport_ensure_sctp (GstRtcTransport *transport, GError **error);
/* The data section's values (RFC 8841); the association starts when DTLS is connected. */
void gst_rtc_transport_set_data (
    GstRtcTransport *transport, guint local_port, guint remote_port, guint64 max_message_size);
/* close_notify and the end of sending; the elements stay until the transport is freed. */
void gst_rtc_transport_close (GstRtcTransport *transport);

G_END_DECLS
