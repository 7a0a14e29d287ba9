/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The end of a session by what its peer connection reports (W3C webrtc-pc §4.3.3) and by time. A
 * value of the session, used on its loop only. */
#include "signalling/rtcliveness.h"

void
rtc_liveness_start (RtcLiveness *liveness, const RtcLivenessLimits *limits, GstClockTime now)
{
  *liveness = (RtcLiveness){
    .limits = *limits,
    .ice_deadline = now + limits->ice_limit,
    .connect_deadline = now + limits->connect_limit,
    .failed_deadline = GST_CLOCK_TIME_NONE,
  };
}

void
rtc_liveness_set_ice_state (
    RtcLiveness *liveness, GstWebRTCICEConnectionState state, GstClockTime now)
{
  if (state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED ||
      state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED)
    liveness->ice_deadline = GST_CLOCK_TIME_NONE;
}

gboolean
rtc_liveness_set_state (RtcLiveness *liveness, GstWebRTCPeerConnectionState state, GstClockTime now)
{
  gboolean is_first;
  switch (state) {
  case GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED:
    is_first = !liveness->was_connected;
    liveness->was_connected = TRUE;
    liveness->ice_deadline = GST_CLOCK_TIME_NONE;
    liveness->connect_deadline = GST_CLOCK_TIME_NONE;
    liveness->failed_deadline = GST_CLOCK_TIME_NONE;
    return is_first;
  case GST_WEBRTC_PEER_CONNECTION_STATE_FAILED:
    if (!GST_CLOCK_TIME_IS_VALID (liveness->failed_deadline))
      liveness->failed_deadline = now + liveness->limits.failed_limit;
    return FALSE;
  case GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED:
    liveness->end_reason = "the connection was closed";
    return FALSE;
  default:
    return FALSE;
  }
}

GstClockTime
rtc_liveness_next_deadline (const RtcLiveness *liveness)
{
  /* GST_CLOCK_TIME_NONE is the largest time. */
  if (liveness->end_reason != NULL)
    return GST_CLOCK_TIME_NONE;
  return MIN (liveness->ice_deadline, MIN (liveness->connect_deadline, liveness->failed_deadline));
}

void
rtc_liveness_handle_deadline (RtcLiveness *liveness, GstClockTime now)
{
  if (liveness->end_reason != NULL)
    return;
  if (now >= liveness->failed_deadline)
    liveness->end_reason = "the connection failed and was not restarted";
  else if (now >= liveness->ice_deadline)
    liveness->end_reason = "ICE never connected";
  else if (now >= liveness->connect_deadline)
    liveness->end_reason = "DTLS never connected";
}
