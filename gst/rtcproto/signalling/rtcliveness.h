/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * When a session is over: it never got a connection, or lost it for good. Fed with the states of
 * the peer connection; owned by the session.
 */
#pragma once

#include <gst/gst.h>
#include <gst/webrtc/webrtc.h>

typedef struct {
  /* ICE must be connected this long after the first answer. */
  GstClockTime ice_limit;
  /* And DTLS, in other words everything, this long. */
  GstClockTime connect_limit;
  /* A failed connection may still be restarted for this long. */
  GstClockTime failed_limit;
} RtcLivenessLimits;

typedef struct {
  RtcLivenessLimits limits;
  GstClockTime ice_deadline;
  GstClockTime connect_deadline;
  GstClockTime failed_deadline;
  gboolean was_connected;
  /* Set when it is over: a sentence for the user, constant. */
  const gchar *end_reason;
} RtcLiveness;

/* The first answer left at @now. */
void rtc_liveness_start (RtcLiveness *liveness, const RtcLivenessLimits *limits, GstClockTime now);
void rtc_liveness_set_ice_state (
    RtcLiveness *liveness, GstWebRTCICEConnectionState state, GstClockTime now);
/* TRUE when this is the first time that the peer connection is connected. */
gboolean rtc_liveness_set_state (
    RtcLiveness *liveness, GstWebRTCPeerConnectionState state, GstClockTime now);
GstClockTime rtc_liveness_next_deadline (const RtcLiveness *liveness);
void rtc_liveness_handle_deadline (RtcLiveness *liveness, GstClockTime now);
