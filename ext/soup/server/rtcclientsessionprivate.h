/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Inside a client session: its state, and what its files need of each other. All on the loop.
 * Included after rtcclientsession.h. */
#pragma once

#include "rtcidlewatch.h"

struct _RtcClientSession {
  RtcLoop *loop;
  gchar *id;
  gchar *key;
  gchar *address;
  RtcClientSessionLimits limits;
  RtcClientSessionFuncs funcs;
  gpointer user_data;
  RtcPeerDriver *driver;
  RtcTrickleQueue *early_candidates;
  /* Of the ICE session that the last offer belongs to. */
  guint n_candidates;
  RtcTokenBucket patches;
  RtcIdleWatch *idle;
  /* What the peer accepted last, and what it is asked now. */
  RtcOfferFacts facts;
  RtcOfferFacts pending_facts;
  gchar *offer;
  gchar *pending_sdp;
  RtcHttpRequest *request;
  RtcLoopTimer *answer_timer;
  RtcLiveness liveness;
  RtcLoopTimer *liveness_timer;
  gpointer context;
  GDestroyNotify destroy_context;
  gboolean is_answered;
  gboolean is_ended;
  /* With a channel only. Our offer is being made or waits for its answer; one is wanted as soon as
   * nothing else is negotiated; the client's was ignored, and so are its candidates. */
  gboolean is_polite;
  gboolean begins;
  gboolean is_offering;
  /* The peer is about to take the client's answer; an offer that comes now waits for that. */
  gboolean is_accepting;
  RtcOfferFacts answer_facts;
  gboolean is_restarting;
  gboolean wants_offer;
  gboolean wants_restart;
  gboolean ignores_offer;
  gchar *local_sdp;
  gboolean has_lost_channel;
  /* Candidates have no other way than the description. */
  gboolean is_whole;
  /* With a channel always, else while there is trouble. */
  RtcLinkWatch *link;
};

/* rtcclientsession.c. As soon as nothing else is negotiated. */
void rtc_client_session_want_offer (RtcClientSession *session, gboolean is_restart);

/* rtcclientsessionlink.c. The client can be sent an offer. */
gboolean rtc_client_session_can_push (const RtcClientSession *session);
void rtc_client_session_watch_link (RtcClientSession *session, GstWebRTCICEConnectionState state);
