/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Inside a peer driver: its state, and the functions of the files that it is made of, one for the
 * answerer and one for the offerer. All on the loop, but for the making and posting of events.
 */
#pragma once

#include "rtcpeerdriver.h"

typedef enum {
  RTC_PEER_STEP_NONE,
  /* The answerer's. */
  RTC_PEER_STEP_SET_REMOTE,
  RTC_PEER_STEP_CREATE_ANSWER,
  RTC_PEER_STEP_SET_LOCAL,
  RTC_PEER_STEP_GATHER,
  /* The offerer's. */
  RTC_PEER_STEP_CREATE_OFFER,
  RTC_PEER_STEP_SET_OFFER,
  RTC_PEER_STEP_GATHER_OFFER,
  RTC_PEER_STEP_HAVE_OFFER,
  RTC_PEER_STEP_SET_ANSWER,
} RtcPeerStep;

typedef struct _RtcPeerStatsCall RtcPeerStatsCall;

struct _RtcPeerDriver {
  gatomicrefcount refs;
  GstElement *peer;
  RtcLoop *loop;
  GstClockTime gather_limit;
  RtcLoopTimer *gather_timer;
  RtcPeerDriverFuncs funcs;
  gpointer user_data;
  /* The last one only for those who want to know; else 0. */
  gulong handlers[5];
  gboolean is_freed;
  /* Since the connection: its DTLS transports; and why they are over, a constant. */
  GPtrArray *transports;
  gboolean is_left;
  const gchar *farewell;
  RtcLoopTimer *farewell_timer;
  /* Who waits for statistics, in the order of their deadlines. */
  GQueue stats_calls;
  RtcLoopTimer *stats_timer;
  /* The running negotiation; its number tells late replies of an older one. */
  RtcPeerStep step;
  guint number;
  /* Whoever made them. */
  gchar *offer;
  gchar *answer;
  /* The local description as it was set, or when all candidates were there; NULL before. */
  gchar *local;
  gboolean is_local_final;
  /* Atomic: it was set before all candidates were there. */
  gint wants_final;
  gboolean has_remote;
  gboolean was_negotiated;
  /* While an offer of the other side is tried: the one before it, and whether it restarts ICE. */
  gchar *offer_before;
  gboolean is_restart;
  /* The description has left: what is gathered from now on goes to funcs.local_candidate. */
  gboolean is_trickling;
  RtcTrickleQueue *local_candidates;
  RtcTrickleQueue *early_candidates;
};

/* What goes from a thread of the peer to the loop. */
typedef struct {
  RtcPeerDriver *driver;
  void (*func) (RtcPeerDriver *driver, gpointer event);
  guint number;
  gint value;
  gchar *text;
  /* With the local description as text: all candidates are there. */
  gboolean is_final;
  /* Of those that look at the peer; a promise that is never replied to must not keep it. */
  GWeakRef peer;
  GstStructure *reply;
  GPtrArray *transports;
  RtcPeerStatsCall *stats_call;
} RtcPeerEvent;

/* rtcpeerdriverparts.c. Events: any thread. */
RtcPeerEvent *rtc_peer_event_new (
    RtcPeerDriver *driver, void (*func) (RtcPeerDriver *driver, gpointer event));
void rtc_peer_event_post (RtcPeerEvent *event);
/* With a reference to the driver for as long as the handler is there. */
gulong rtc_peer_driver_connect (
    RtcPeerDriver *driver, GObject *object, const gchar *signal, GCallback callback);
/* (transfer full): a promise whose reply ends @step. */
GstPromise *rtc_peer_make_promise (RtcPeerDriver *driver, RtcPeerStep step);
/* Waits for the candidates in @step, which ends with the gathering or at the limit. */
void rtc_peer_gather (RtcPeerDriver *driver, RtcPeerStep step);
/* (transfer full): the local description with all candidates that are known. */
gchar *rtc_peer_complete_local (RtcPeerDriver *driver, const gchar *fallback);
/* A new one is being made. */
void rtc_peer_forget_local (RtcPeerDriver *driver);
void rtc_peer_push_early_candidates (RtcPeerDriver *driver);

/* rtcpeerfarewell.c. (transfer full): the DTLS transports; in a thread of the peer's, since it asks
 * the peer. */
GPtrArray *rtc_peer_list_transports (GstElement *peer);
/* funcs.left follows when they are over. */
void rtc_peer_watch_transports (RtcPeerDriver *driver, GPtrArray *transports);
void rtc_peer_forget_transports (RtcPeerDriver *driver);
/* The loop timer's. */
void rtc_peer_farewell_due (gpointer driver);

/* rtcpeerstats.c. Any thread. */
void rtc_peer_stats_call_unref (RtcPeerStatsCall *call);
/* The loop timer's. */
void rtc_peer_stats_due (gpointer driver);
void rtc_peer_forget_stats (RtcPeerDriver *driver);

/* rtcpeeroffer.c: what the offerer does when a step of its own is done, has failed or is taken
 * back. */
void rtc_peer_offer_step_done (RtcPeerDriver *driver, const GstStructure *reply);
/* @is_complete: all candidates are there. */
void rtc_peer_offer_gathered (RtcPeerDriver *driver, gboolean is_complete);
void rtc_peer_offer_fail (RtcPeerDriver *driver, RtcError code, const gchar *message);
void rtc_peer_offer_roll_back (RtcPeerDriver *driver);
