/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GstRtcTransceiver: the GObject that applications see of a core RtcTransceiver. It exists before
 * the core one when the kind of a new sink pad is not known yet. The core object is touched on the
 * session's loop only; properties that other threads read are copies in the parent's struct.
 */
#pragma once

#include <gst/rtc/rtcloop.h>

#include "gstrtcwebrtctypes.h"
#include "jsep/rtcsession.h"

G_BEGIN_DECLS

#define GST_RTC_TYPE_TRANSCEIVER (gst_rtc_transceiver_get_type ())
G_DECLARE_FINAL_TYPE (
    GstRtcTransceiver, gst_rtc_transceiver, GST_RTC, TRANSCEIVER, GstWebRTCRTPTransceiver)

GstRtcTransceiver *gst_rtc_transceiver_new (
    RtcLoop *loop, GstWebRTCRTPTransceiverDirection direction);

/* Joins the two; the core's user data becomes this object. */
void gst_rtc_transceiver_set_core (GstRtcTransceiver *transceiver, RtcTransceiver *core);
RtcTransceiver *gst_rtc_transceiver_get_core (GstRtcTransceiver *transceiver);
/* The session is gone; the object lives on in applications. */
void gst_rtc_transceiver_detach (GstRtcTransceiver *transceiver);
/* Copies what a description changed (mid, m-line, current direction) and notifies. */
void gst_rtc_transceiver_refresh (GstRtcTransceiver *transceiver);
void gst_rtc_transceiver_set_transport (
    GstRtcTransceiver *transceiver, GstWebRTCDTLSTransport *transport);
/* Whether lost packets are asked for again and answered (RFC 4588); TRUE by default. */
/* The m= section that the name of its pad asks for; -1: any. */
void gst_rtc_transceiver_set_wanted_mline (GstRtcTransceiver *transceiver, gint mline);
gint gst_rtc_transceiver_get_wanted_mline (GstRtcTransceiver *transceiver);
gboolean gst_rtc_transceiver_does_nack (GstRtcTransceiver *transceiver);
/* Codec preferences changed: @changed is called on the loop. */
void gst_rtc_transceiver_set_changed_func (
    GstRtcTransceiver *transceiver, RtcLoopFunc changed, gpointer user_data);

GstWebRTCRTPTransceiverDirection gst_rtc_direction_to_webrtc (RtcDirection direction);
RtcDirection gst_rtc_direction_from_webrtc (GstWebRTCRTPTransceiverDirection direction);

G_END_DECLS
