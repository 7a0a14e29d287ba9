/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Inside the client role: its state, and the functions of the files that it is made of, one for
 * each family of dialects. All on the loop.
 */
#pragma once

#include "rtcclientrole.h"
#include "http/rtchttpclient.h"
#include "peer/rtcpeerdriver.h"

#include <gst/rtc/rtcnetworkwatch.h>

#include "signalling/rtcretry.h"

#define RTC_CLIENT_LEAVE_LIMIT (2 * GST_SECOND)

/* What a dialect does; a constant. */
typedef struct {
  /* Sends role->offer. Ends in rtc_client_role_answered(), _counter_offered(), _refused()
   * or _no_answer(). */
  void (*send) (RtcClientRole *role);
  /* Sends role->candidates, or the first of them, with rtc_client_role_send_candidates(); NULL:
   * there is no way. */
  void (*trickle) (RtcClientRole *role);
  /* Sends what ends the session, with rtc_client_role_farewell(), if there is such a thing. */
  void (*leave) (RtcClientRole *role);
  /* Sends the answer to the other side's offer, which ends in rtc_client_role_counter_taken() if it
   * is; NULL: there are no such offers. */
  void (*answer) (RtcClientRole *role, const gchar *answer);
  /* NULL: we offer first. Else the peer is there, or done with an offer, and the other side offers,
   * with rtc_client_role_remote_offered(). */
  void (*wait) (RtcClientRole *role);
  /* Messages go both ways at any time, so descriptions do not wait for candidates; and somebody
   * else may say something that is of no use. */
  gboolean is_channel;
  /* There is a way to say that no more candidates will come: trickle() without any. */
  gboolean tells_end;
} RtcClientDialectFuncs;

/* rtcclientrelay.c: its WebSocket */
typedef struct _RtcClientRelay RtcClientRelay;
/* rtcclientanswerer.c */
typedef struct _RtcClientAnswerer RtcClientAnswerer;

typedef enum {
  RTC_CLIENT_PHASE_IDLE,
  RTC_CLIENT_PHASE_OFFERING,
  RTC_CLIENT_PHASE_ASKING,
  RTC_CLIENT_PHASE_WAITING,
  RTC_CLIENT_PHASE_APPLYING,
  /* The server's own offer is answered. */
  RTC_CLIENT_PHASE_COUNTER,
} RtcClientPhase;

struct _RtcClientRole {
  RtcLoop *loop;
  RtcClientRoleConfig config;
  const RtcClientDialectFuncs *dialect;
  RtcClientRoleFuncs funcs;
  gpointer user_data;
  RtcHttpClient *http;
  /* NULL in dialects without a WebSocket. */
  RtcClientRelay *relay;
  /* NULL in dialects that offer. */
  RtcClientAnswerer *answerer;
  /* NULL but for the dialect that listens. */
  RtcHttpServer *server;
  RtcPeerDriver *driver;
  RtcClientPhase phase;
  gboolean is_restart;
  /* The offer that runs, what was agreed on last. */
  gchar *offer;
  gchar *agreed_offer;
  gchar *answer;
  /* How the server calls the session: a URL for WHIP, else an id; NULL before. */
  gchar *session;
  gchar *etag;
  gboolean is_established;
  gboolean is_connected;
  gboolean is_restart_refused;
  /* The server knows nothing of the session any more. */
  gboolean is_gone;
  gboolean is_over;
  GstWebRTCICEConnectionState ice_state;
  RtcRetry retry;
  RtcLoopTimer *retry_timer;
  RtcLiveness liveness;
  RtcLoopTimer *liveness_timer;
  /* Candidates for the server: collected for a moment, one request at a time. They stay in the
   * queue until the server has them. */
  RtcTrickleQueue *candidates;
  gboolean is_end_of_candidates;
  gboolean is_end_told;
  gboolean is_trickle_refused;
  gboolean is_trickling;
  /* What the request that runs brings. */
  guint n_sent_candidates;
  gboolean is_end_sent;
  RtcRetry trickle_retry;
  RtcLoopTimer *trickle_timer;
  /* The server named ICE servers that may help. */
  RtcLoopTimer *servers_timer;
  /* NULL: the peer cannot restart ICE, or there is none. */
  RtcLinkWatch *link;
  RtcNetworkWatch *network;
  guint n_farewells;
  /* Called when the last of them is through. */
  void (*left) (gpointer data);
  gpointer left_data;
};

/* rtcclientroleparts.c */
/* @func gets the role. */
void rtc_client_role_send (RtcClientRole *role, const RtcHttpCall *call, RtcHttpReplyFunc func);
/* The last request of a session. */
void rtc_client_role_farewell (RtcClientRole *role, const gchar *method, const gchar *url,
    const gchar *content_type, const gchar *body);
/* The offer has arrived, and its answer will come by another way. */
void rtc_client_role_await_answer (RtcClientRole *role);
void rtc_client_role_answered (RtcClientRole *role, const gchar *answer);
/* The server offers itself; the answer goes to the dialect's answer(). */
void rtc_client_role_counter_offered (RtcClientRole *role, const gchar *offer);
/* The same at any time. */
void rtc_client_role_remote_offered (RtcClientRole *role, const gchar *offer, gboolean is_restart);
/* The session ends, and begins anew with another peer, at once. */
void rtc_client_role_renew (RtcClientRole *role, const gchar *reason);
void rtc_client_role_tell_waiting (RtcClientRole *role, const gchar *reason);
/* The role itself ends; what is begun now is done in RTC_CLIENT_LEAVE_LIMIT. */
gboolean rtc_client_role_is_leaving (const RtcClientRole *role);
void rtc_client_role_farewell_begin (RtcClientRole *role);
void rtc_client_role_farewell_done (RtcClientRole *role);
/* It has taken that answer. */
void rtc_client_role_counter_taken (RtcClientRole *role);
/* Neither an answer nor anything else of use came. @reply is NULL when there was none. */
void rtc_client_role_no_answer (
    RtcClientRole *role, const RtcHttpReply *reply, const GError *error);
/* The reply was no answer, for a @reason that a second try would not change. */
void rtc_client_role_refused (RtcClientRole *role, const gchar *reason);
void rtc_client_role_set_session (RtcClientRole *role, const gchar *session);
/* What the server says of ICE servers, for the next gathering. */
void rtc_client_role_take_link (RtcClientRole *role, const gchar *link);

/* rtc_client_role_restart() without its being told to the watch. */
void rtc_client_role_begin_restart (RtcClientRole *role);

/* rtcclienttrickle.c: candidates on their way to the server */
/* @call brings the first @count candidates: all of them say also that no more will come, if that is
 * so. */
void rtc_client_role_send_candidates (RtcClientRole *role, const RtcHttpCall *call, guint count);
/* The candidates have gone, without a reply. */
void rtc_client_role_trickled (RtcClientRole *role);
/* There may be something to send; and: now, for the timer. */
void rtc_client_role_trickle_soon (RtcClientRole *role);
void rtc_client_role_flush_candidates (gpointer role);

/* rtcclientreply.c: what a reply means that is none of use. One of @reply and @error is NULL. */
/* (transfer full): what went wrong, and what can be done. */
gchar *rtc_client_role_explain (
    RtcClientRole *role, const RtcHttpReply *reply, const GError *error);
/* It may be better after @out_after; GST_CLOCK_TIME_NONE where the server does not say when. */
gboolean rtc_client_reply_is_later (
    const RtcHttpReply *reply, const GError *error, GstClockTime *out_after);

/* rtcclientlink.c: when the link is bad or the network another one */
void rtc_client_link_watch_network (RtcClientRole *role);
/* The peer is there; the peer goes. */
void rtc_client_link_start (RtcClientRole *role);
void rtc_client_link_stop (RtcClientRole *role);

/* rtcclientanswerer.c: the other side offers */
/* Made when first asked for, freed with the role. */
RtcClientAnswerer *rtc_client_role_get_answerer (RtcClientRole *role);
void rtc_client_answerer_free (RtcClientAnswerer *answerer);
/* FALSE: it is none. Now or, when the peer is not ready for it, in ..._take_early(); the last of
 * several counts. */
gboolean rtc_client_answerer_take_offer (
    RtcClientAnswerer *answerer, const gchar *sdp, GError **error);
gboolean rtc_client_answerer_take_candidate (
    RtcClientAnswerer *answerer, const RtcTrickleCandidate *candidate, GError **error);
/* The peer is there, or done with an offer. */
void rtc_client_answerer_take_early (RtcClientAnswerer *answerer);

/* rtcclientjson.c: JSON descriptions, with session ids and without */
extern const RtcClientDialectFuncs rtc_client_plain;
extern const RtcClientDialectFuncs rtc_client_pbx;

/* rtcclientpair.c: two programs that both listen */
extern const RtcClientDialectFuncs rtc_client_pair;
extern const RtcClientDialectFuncs rtc_client_pair_answerer;
void rtc_client_pair_handle (RtcHttpServer *server, RtcHttpRequest *request, gpointer user_data);

/* rtcclientwhip.c: WHIP and WHEP */
extern const RtcClientDialectFuncs rtc_client_whip;

/* rtcclientrelay.c: two peers in the room of a message relay */
extern const RtcClientDialectFuncs rtc_client_relay;
extern const RtcClientDialectFuncs rtc_client_relay_answerer;
void rtc_client_relay_free (RtcClientRelay *relay);
