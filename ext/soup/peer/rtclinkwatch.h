/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The link of one session under a monitor: measures the peer with its statistics, tells the monitor
 * what happens, and passes on what it decides. Lives on the loop; owned by whoever can signal a
 * restart: the client role, or a server's session with a WebSocket.
 */
#pragma once

#include "rtclinkstats.h"
#include "rtcpeerdriver.h"

typedef struct _RtcLinkWatch RtcLinkWatch;

/**
 * RtcLinkNews: something to tell the application.
 * @action: RTC_LINK_MEASURE for a measurement
 */
typedef struct {
  RtcLinkAction action;
  RtcLinkDecision decision;
  RtcLinkSample sample;
} RtcLinkNews;

/* Called on the loop; each may free the watch. */
typedef struct {
  /* Signal a restart. */
  void (*restart) (gpointer user_data);
  void (*told) (const RtcLinkNews *news, gpointer user_data);
} RtcLinkWatchFuncs;

/* @driver outlives it. NULL when the peer cannot restart ICE. */
RtcLinkWatch *rtc_link_watch_new (RtcLoop *loop, RtcPeerDriver *driver, const RtcLinkLimits *limits,
    const RtcLinkWatchFuncs *funcs, gpointer user_data);
void rtc_link_watch_free (RtcLinkWatch *watch);

/* In all of these NULL is fine. */
void rtc_link_watch_set_ice_state (RtcLinkWatch *watch, GstWebRTCICEConnectionState state);
/* Lists of the machine's addresses. */
void rtc_link_watch_network_changed (
    RtcLinkWatch *watch, const gchar *const *before, const gchar *const *after);
/* As rtc_link_monitor_note_failure(), _note_restart() and _note_peer_restart(). */
void rtc_link_watch_note_failure (RtcLinkWatch *watch, const gchar *reason);
void rtc_link_watch_note_restart (RtcLinkWatch *watch);
void rtc_link_watch_note_peer_restart (RtcLinkWatch *watch);

/* An element message and, but for measurements, a progress message in words. @who: "Server URL" or
 * "Client ADDRESS". */
void rtc_link_news_post (
    const RtcLinkNews *news, GstElement *element, const gchar *who, const gchar *session);
