/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The GObjects through which applications look at a transport: sender.transport (DTLS),
 * .transport (ICE), and the bin's sctp-transport. They mirror the elements' states and do nothing.
 */
#pragma once

#include "gstrtcwebrtctypes.h"

G_BEGIN_DECLS

#define GST_RTC_TYPE_ICE_TRANSPORT (gst_rtc_ice_transport_get_type ())
G_DECLARE_FINAL_TYPE (
    GstRtcIceTransport, gst_rtc_ice_transport, GST_RTC, ICE_TRANSPORT, GstWebRTCICETransport)

#define GST_RTC_TYPE_DTLS_TRANSPORT (gst_rtc_dtls_transport_get_type ())
G_DECLARE_FINAL_TYPE (
    GstRtcDtlsTransport, gst_rtc_dtls_transport, GST_RTC, DTLS_TRANSPORT, GstWebRTCDTLSTransport)

#define GST_RTC_TYPE_SCTP_TRANSPORT (gst_rtc_sctp_transport_get_type ())
G_DECLARE_FINAL_TYPE (
    GstRtcSctpTransport, gst_rtc_sctp_transport, GST_RTC, SCTP_TRANSPORT, GstWebRTCSCTPTransport)

/* All return a full reference. */
GstRtcIceTransport *gst_rtc_ice_transport_new (GstElement *ice);
GstRtcDtlsTransport *gst_rtc_dtls_transport_new (
    guint session_id, GstRtcIceTransport *ice, GstElement *dtls);
GstRtcSctpTransport *gst_rtc_sctp_transport_new (GstRtcDtlsTransport *dtls, GstElement *sctp);

void gst_rtc_dtls_transport_set_state (
    GstRtcDtlsTransport *transport, GstWebRTCDTLSTransportState state);

G_END_DECLS
