/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One client of the signalling server: its offers one after the other, the peer element that
 * answers them, the request that waits, and the time at which it is over. Where there is a channel
 * to the client, the peer may offer as well (perfect negotiation, W3C webrtc-pc §10.7). Lives on
 * the loop; owned by the element's table of sessions.
 */
#pragma once

#include "http/rtchttpserver.h"
#include "peer/rtclinkwatch.h"
#include "peer/rtcpeerdriver.h"

#include "signalling/rtcliveness.h"
#include "signalling/rtcofferfacts.h"

typedef struct _RtcClientSession RtcClientSession;

typedef struct {
  GstClockTime answer_limit;
  GstClockTime gather_limit;
  RtcLivenessLimits liveness;
  /* 0 for none. */
  GstClockTime idle_limit;
  guint patches_per_second;
  guint patches_burst;
  RtcLinkLimits link;
} RtcClientSessionLimits;

typedef enum {
  RTC_CLIENT_SESSION_ANSWERED,
  RTC_CLIENT_SESSION_CONNECTED,
  RTC_CLIENT_SESSION_RENEGOTIATED,
  RTC_CLIENT_SESSION_RESTARTED,
} RtcClientSessionEvent;

/* Called on the loop. answered() replies to @request, which may be out of reach. After ended() the
 * session is only to be freed, which may be done inside. */
typedef struct {
  void (*answered) (RtcClientSession *session, RtcHttpRequest *request, const gchar *answer,
      RtcClientSessionEvent event, gpointer user_data);
  void (*happened) (RtcClientSession *session, RtcClientSessionEvent event, gpointer user_data);
  void (*ended) (RtcClientSession *session, const gchar *reason, gpointer user_data);
  /* What the watch of its link tells. */
  void (*link) (RtcClientSession *session, const RtcLinkNews *news, gpointer user_data);
  /* The rest is for sessions with a channel to the client, and NULL for the others: what is to be
   * sent. @mid may be NULL. */
  void (*description) (
      RtcClientSession *session, const gchar *type, const gchar *sdp, gpointer user_data);
  void (*candidate) (RtcClientSession *session, guint section, const gchar *mid,
      const gchar *candidate, gpointer user_data);
  /* What the client sent cannot be used; the session goes on, unless ended() follows. */
  void (*refused) (RtcClientSession *session, const gchar *reason, gpointer user_data);
  void (*state_changed) (
      RtcClientSession *session, GstWebRTCPeerConnectionState state, gpointer user_data);
  /* rtc_client_session_get_peer() gives it from now on. */
  void (*got_peer) (RtcClientSession *session, gpointer user_data);
} RtcClientSessionFuncs;

RtcClientSession *rtc_client_session_new (RtcLoop *loop, const gchar *id, const gchar *address,
    const RtcClientSessionLimits *limits, const RtcClientSessionFuncs *funcs, gpointer user_data);
void rtc_client_session_free (RtcClientSession *session);

const gchar *rtc_client_session_get_id (const RtcClientSession *session);
/* The id, '#' and a number: clients may name another session like one that is still being taken
 * down, but no two have the same key. */
const gchar *rtc_client_session_get_key (const RtcClientSession *session);
/* To send offers over. */
gboolean rtc_client_session_has_channel (const RtcClientSession *session);
const gchar *rtc_client_session_get_address (const RtcClientSession *session);
/* What the server knows of it besides; freed with the session. */
void rtc_client_session_set_context (
    RtcClientSession *session, gpointer context, GDestroyNotify destroy);
gpointer rtc_client_session_get_context (const RtcClientSession *session);
/* The last offer that was answered; NULL before. */
const gchar *rtc_client_session_get_offer (const RtcClientSession *session);
/* Whether that offer had the ICE user fragment @ufrag. */
gboolean rtc_client_session_has_ufrag (const RtcClientSession *session, const gchar *ufrag);
/* Calls @func on the loop with the peer's statistics, or NULL where there are none, unless the
 * session is freed before. FALSE: there is no peer yet. */
gboolean rtc_client_session_get_stats (
    RtcClientSession *session, RtcPeerStatsFunc func, gpointer user_data, GDestroyNotify destroy);
/* The o= line of its offers, NULL before the first one. */
const gchar *rtc_client_session_get_identity (const RtcClientSession *session);

/* Replies to @request sooner or later: an answer, or an error that leaves the session as it was.
 * With NULL the reply is a function. @facts are taken over on success; FALSE: it is refused
 * already. A session whose first offer fails ends. */
gboolean rtc_client_session_offer (
    RtcClientSession *session, RtcHttpRequest *request, const gchar *sdp, RtcOfferFacts *facts);
/* The peer is there; a waiting offer goes on. */
void rtc_client_session_set_peer (RtcClientSession *session, GstElement *peer);
/* There will be none: the waiting request gets @status, the session ends. */
void rtc_client_session_refuse (RtcClientSession *session, guint status, const gchar *reason);
/* Whether @request may add candidates or restart now; else it was replied to. */
gboolean rtc_client_session_admit (RtcClientSession *session, RtcHttpRequest *request);
/* FALSE when its ICE session has enough of them. */
gboolean rtc_client_session_add_candidate (
    RtcClientSession *session, const RtcTrickleCandidate *candidate, GError **error);
/* The rest is for sessions with a channel. @is_polite: when both offer, ours is taken back.
 * @begins: the peer may offer before the client has. */
void rtc_client_session_set_manners (
    RtcClientSession *session, gboolean is_polite, gboolean begins);
/* The channel is gone, the session not: only the client can restart it now. And: it is back. */
void rtc_client_session_lose_channel (RtcClientSession *session);
void rtc_client_session_regain_channel (RtcClientSession *session);
/* The machine's addresses are others. */
void rtc_client_session_network_changed (
    RtcClientSession *session, const gchar *const *before, const gchar *const *after);
/* The client's answer to our offer. */
void rtc_client_session_answer (RtcClientSession *session, const gchar *sdp);
/* The client takes its offer back. */
void rtc_client_session_roll_back (RtcClientSession *session);
/* Offers as soon as nothing else is negotiated. FALSE: without a channel the client must offer. */
gboolean rtc_client_session_make_offer (
    RtcClientSession *session, gboolean is_restart, GError **error);
/* In place of make_offer(), before there is a peer: one offer with all its candidates, whose answer
 * may take @limit. */
void rtc_client_session_offer_whole (RtcClientSession *session, GstClockTime limit);
/* (transfer none), NULL before it is there. */
GstElement *rtc_client_session_get_peer (RtcClientSession *session);
/* Ends it for @reason. */
void rtc_client_session_end (RtcClientSession *session, const gchar *reason);
