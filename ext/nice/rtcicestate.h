/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RTCIceConnectionState (W3C WebRTC §5.6.3, the states of an RTCIceTransport) from what is known
 * about the generations. A pure function, so that the table can be tested row by row.
 */
#pragma once

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

/**
 * RtcIceFacts:
 * @is_closed: the element has stopped
 * @is_checking: the newest generation has the credentials of both sides
 * @has_pair: some generation has a selected pair
 * @is_restarting: the pair is not that of the newest generation
 * @is_complete: the newest generation's checks are over, and no candidate is to come on either side
 * @is_silent: there was no sign of life on the pair for the time of disconnected-timeout
 * @is_expired: consent to send on the pair is over (RFC 7675 §5.1)
 * @has_given_up: the newest generation has had no pair for the time of failed-timeout
 */
typedef struct {
  gboolean is_closed;
  gboolean is_checking;
  gboolean has_pair;
  gboolean is_restarting;
  gboolean is_complete;
  gboolean is_silent;
  gboolean is_expired;
  gboolean has_given_up;
} RtcIceFacts;

GstWebRTCICEConnectionState rtc_ice_state_derive (const RtcIceFacts *facts);

G_END_DECLS
