/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ICE transport of one element, while that is started: its generations (a restart makes a new
 * one beside the old, RtcNiceAgent), the pair that carries packets, and the state that the W3C
 * gives to it. GstRtcNice owns it. All functions run on the loop, and so do the listener's.
 */
#pragma once

#include "rtcicesender.h"
#include "rtcicesettings.h"
#include "rtcniceagent.h"

#include <gst/rtc/rtcloop.h>

G_BEGIN_DECLS

typedef struct _RtcIceSession RtcIceSession;

/**
 * RtcIceListener:
 * @local_candidate: of the newest generation; NULL: gathering is complete
 * @pair_selected: packets go on another pair from now on
 * @changed: state or gathering state are other than before
 * @packets: (transfer full) arrived from addresses that ICE validated
 */
typedef struct {
  void (*local_candidate) (const gchar *line, gpointer user_data);
  void (*pair_selected) (const gchar *local, const gchar *remote, gpointer user_data);
  void (*changed) (gpointer user_data);
  void (*packets) (GstBufferList *list, gpointer user_data);
} RtcIceListener;

RtcIceSession *rtc_ice_session_new (
    RtcLoop *loop, RtcIceSender *sender, const RtcIceListener *listener, gpointer user_data);
/* Ends all callbacks and stops the sender. May be called inside a callback. NULL is fine. */
void rtc_ice_session_close (RtcIceSession *session);

/* Counts from the next generation on. */
void rtc_ice_session_configure (RtcIceSession *session, const RtcIceSettings *settings);
void rtc_ice_session_set_controlling (RtcIceSession *session, gboolean is_controlling);
void rtc_ice_session_add_server (RtcIceSession *session, const RtcIceServer *server);

/* Credentials that are in use change nothing; those of an earlier generation that still carries
 * packets roll a restart back; others begin a generation. */
gboolean rtc_ice_session_set_local (
    RtcIceSession *session, const RtcIceCredentials *local, GError **error);
/* Given to the newest generation, or kept for the next one when that has others already: a peer's
 * restart needs one of ours (RFC 8445 §9). */
void rtc_ice_session_set_remote (RtcIceSession *session, const RtcIceCredentials *remote);
gboolean rtc_ice_session_gather (RtcIceSession *session, GError **error);
/* FALSE: bad syntax. */
gboolean rtc_ice_session_add_remote_line (RtcIceSession *session, const gchar *line);

GPtrArray *rtc_ice_session_get_local_lines (RtcIceSession *session);
GstWebRTCICEConnectionState rtc_ice_session_get_state (RtcIceSession *session);
GstWebRTCICEGatheringState rtc_ice_session_get_gathering_state (RtcIceSession *session);
/* The fields that GstRtcIce.get_stats() promises. */
GstStructure *rtc_ice_session_get_stats (RtcIceSession *session);

G_END_DECLS
