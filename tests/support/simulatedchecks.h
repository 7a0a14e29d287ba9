/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What ICE's checks come to at one end of a simulated link: the connection state as a function of
 * the credentials, the network and the time. Plain, without a clock.
 */
#pragma once

#include <gst/webrtc/webrtc.h>

#include "simulatedlink.h"

G_BEGIN_DECLS

/* What the end sees now. */
typedef struct {
  gboolean has_credentials; /* its own and the peer's */
  gboolean has_candidate;   /* of the peer */
  RtcSimulatedPair pair;
  gboolean is_blacked_out;
  GstClockTime round_trip;
} RtcSimulatedView;

typedef struct {
  GstWebRTCICEConnectionState state;
  gboolean is_open; /* a pair carries packets: until failure, also through a restart */
  guint n_connected;
  /* Of the credentials since the last connection. */
  gboolean is_local_new;
  gboolean is_remote_new;
  GstClockTime checking_since;
  GstClockTime answer_at;
  GstClockTime nomination_at;
  GstClockTime blackout_since;
} RtcSimulatedChecks;

void rtc_simulated_checks_init (RtcSimulatedChecks *checks);
/* One step; TRUE when the state changed, and more may follow. */
gboolean rtc_simulated_checks_step (
    RtcSimulatedChecks *checks, const RtcSimulatedView *view, GstClockTime now);
GstClockTime rtc_simulated_checks_next_deadline (const RtcSimulatedChecks *checks);

G_END_DECLS
