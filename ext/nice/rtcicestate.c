/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of the ICE transport, see the header. */
#include "rtcicestate.h"

static GstWebRTCICEConnectionState
derive_without_pair (const RtcIceFacts *facts)
{
  if (!facts->is_checking)
    return GST_WEBRTC_ICE_CONNECTION_STATE_NEW;
  return facts->has_given_up ? GST_WEBRTC_ICE_CONNECTION_STATE_FAILED
                             : GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING;
}

GstWebRTCICEConnectionState
rtc_ice_state_derive (const RtcIceFacts *facts)
{
  gboolean is_restart_checking = facts->is_restarting && facts->is_checking && !facts->has_given_up;

  if (facts->is_closed)
    return GST_WEBRTC_ICE_CONNECTION_STATE_CLOSED;
  if (!facts->has_pair)
    return derive_without_pair (facts);
  if (facts->is_expired)
    return is_restart_checking ? GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING
                               : GST_WEBRTC_ICE_CONNECTION_STATE_FAILED;
  /* W3C: a restart "begun in the transient disconnected state ... causes a transition to checking,
   * effectively forgetting that connectivity was previously lost". */
  if (facts->is_silent)
    return is_restart_checking ? GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING
                               : GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED;
  return facts->is_complete ? GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED
                            : GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED;
}
