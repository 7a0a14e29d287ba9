/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Drives one peer element as answerer or as offerer, through what webrtcbin and rtcbin have in
 * common: the action signals set-remote-description, create-answer, create-offer,
 * set-local-description, add-ice-candidate, the signal on-ice-candidate and the properties that end
 * in -state, all looked up at run time. Owned by a client session or by the client role; lives on
 * the loop.
 */
#pragma once

#include <gst/rtc/rtcloop.h>
#include <gst/webrtc/webrtc.h>

#include "signalling/rtctrickle.h"

typedef struct _RtcPeerDriver RtcPeerDriver;

/* Called on the loop; negotiated() may come from inside rtc_peer_driver_negotiate() and
 * rtc_peer_driver_accept(). */
typedef struct {
  /* The answer with all candidates is ready, or the other side's is applied; or @error says why
   * not: RTC_ERROR_INVALID when the peer refused the description, RTC_ERROR_STATE when it could not
   * answer. */
  void (*negotiated) (const gchar *answer, const GError *error, gpointer user_data);
  void (*state_changed) (GstWebRTCPeerConnectionState state, gpointer user_data);
  void (*ice_state_changed) (GstWebRTCICEConnectionState state, gpointer user_data);
  /* The other side has ended DTLS, and with that the session; a restart does not bring it back. */
  void (*left) (const gchar *reason, gpointer user_data);
  /* The rest is for those who offer; NULL for the others. */
  /* Our offer is ready, or @error says why not. */
  void (*offered) (const gchar *offer, const GError *error, gpointer user_data);
  /* One that came too late for the description; may be NULL. @candidate is NULL when there will be
   * no more. */
  void (*local_candidate) (guint section, const gchar *candidate, gpointer user_data);
  /* on-negotiation-needed; may be NULL. */
  void (*negotiation_needed) (gpointer user_data);
} RtcPeerDriverFuncs;

/* @gather_limit: how long the answer waits for candidates after a server is asked; with host
 * candidates only it is a fraction of that. */
RtcPeerDriver *rtc_peer_driver_new (GstElement *peer, RtcLoop *loop, GstClockTime gather_limit,
    const RtcPeerDriverFuncs *funcs, gpointer user_data);
/* Ends in funcs->negotiated once, unless rtc_peer_driver_cancel() comes first. One at a time. */
void rtc_peer_driver_negotiate (RtcPeerDriver *driver, const gchar *offer, gboolean is_restart);
/* Makes an offer, which ends in funcs->offered once; an exchange that runs is taken back first.
 * @is_restart: with new ICE credentials. */
void rtc_peer_driver_offer (RtcPeerDriver *driver, gboolean is_restart);
/* The answer to the offer that funcs->offered gave; ends in funcs->negotiated once. When it cannot
 * be used, the offer is taken back. */
void rtc_peer_driver_accept (RtcPeerDriver *driver, const gchar *answer);
/* Our offer waits for its answer. */
gboolean rtc_peer_driver_has_offer (const RtcPeerDriver *driver);
/* (transfer none) */
GstElement *rtc_peer_driver_get_peer (const RtcPeerDriver *driver);
/* Takes a running negotiation back, so that the peer is stable again where it can do that. */
void rtc_peer_driver_cancel (RtcPeerDriver *driver);
/* Kept until the offer is set. */
gboolean rtc_peer_driver_add_candidate (
    RtcPeerDriver *driver, const RtcTrickleCandidate *candidate, GError **error);
/* Whether an offer of it may restart ICE in a running session. */
gboolean rtc_peer_driver_can_restart (RtcPeerDriver *driver);
/* @stats is NULL where the peer has none, or does not tell in 2 seconds. */
typedef void (*RtcPeerStatsFunc) (const GstStructure *stats, gpointer user_data);
/* Calls @func on the loop, unless the driver is freed before; then @destroy, in any case. */
void rtc_peer_driver_get_stats (
    RtcPeerDriver *driver, RtcPeerStatsFunc func, gpointer user_data, GDestroyNotify destroy);
/* No function is called any more. The peer itself stays as it is. */
void rtc_peer_driver_free (RtcPeerDriver *driver);
