/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Decides when the link of a session is so bad, or the network so different, that ICE shall be
 * restarted (RFC 8445 §2.4), how often that is tried, and when it is given up. It is told states,
 * measurements and changes of the network, and asks for measurements when it wants some. Time is an
 * argument, nothing is done here. Owned by whoever can signal a restart; used on its loop only.
 */
#pragma once

#include <gst/gst.h>
#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

typedef struct _RtcLinkMonitor RtcLinkMonitor;

/**
 * RtcLinkLimits:
 * @is_automatic: restart without being asked
 * @idle_limit: no sign of life for this long is trouble
 * @failure_limit: measurements in a row that must be bad before they are trouble
 * @max_attempts: restarts in a row that may fail, or not help
 * @round_trip_limit: a longer round trip is bad; 0: none is
 * @loss_limit_percent: more lost packets are bad; 0: none are
 * @backoff: wait after the first attempt that failed, doubled with each further one
 * @attempt_limit: an attempt that has brought no new pair by then has failed
 * @follows_addresses: a new local address is a reason for a restart of a link that works
 * @patience: what the other side gets to restart first, where it can
 */
typedef struct {
  gboolean is_automatic;
  GstClockTime idle_limit;
  guint failure_limit;
  guint max_attempts;
  GstClockTime round_trip_limit;
  guint loss_limit_percent;
  GstClockTime backoff;
  GstClockTime attempt_limit;
  gboolean follows_addresses;
  GstClockTime patience;
} RtcLinkLimits;

/**
 * RtcLinkSample: a measurement.
 * @round_trip: GST_CLOCK_TIME_NONE while unknown
 * @idle: since the last authenticated packet or answer; GST_CLOCK_TIME_NONE while unknown
 * @loss_percent: of the packets since the last measurement, either way; negative while unknown
 * @is_send_refused: the system took no packet since the last measurement, and refused some
 */
typedef struct {
  GstClockTime round_trip;
  GstClockTime idle;
  gdouble loss_percent;
  gboolean is_send_refused;
} RtcLinkSample;

/**
 * RtcNetworkChange:
 * @RTC_NETWORK_PAIR_LOST: the local address that packets leave from is gone
 * @RTC_NETWORK_ADDRESS_ADDED: there is one more, perhaps a better way
 * @RTC_NETWORK_DOWN: there is no address at all: nothing can be signalled
 * @RTC_NETWORK_UP: there are some again
 */
typedef enum {
  RTC_NETWORK_PAIR_LOST,
  RTC_NETWORK_ADDRESS_ADDED,
  RTC_NETWORK_DOWN,
  RTC_NETWORK_UP,
} RtcNetworkChange;

/**
 * RtcLinkAction:
 * @RTC_LINK_NONE: nothing until the next deadline
 * @RTC_LINK_MEASURE: call rtc_link_monitor_set_sample() soon, and note_pair() if packets travel on
 * a pair of new credentials
 * @RTC_LINK_RESTART: signal a restart now; then note_failure() when it cannot be signalled or is
 * refused
 * @RTC_LINK_COMPLETED: the restart has brought a new pair
 * @RTC_LINK_FAILED: the restart has not
 * @RTC_LINK_GIVE_UP: no more restarts until the link is good, or the network changes
 */
typedef enum {
  RTC_LINK_NONE,
  RTC_LINK_MEASURE,
  RTC_LINK_RESTART,
  RTC_LINK_COMPLETED,
  RTC_LINK_FAILED,
  RTC_LINK_GIVE_UP,
} RtcLinkAction;

/**
 * RtcLinkDecision:
 * @reason: why it is restarted, has failed or is given up: a sentence without a full stop, until
 * the next call; NULL for the others
 * @attempt: the number of the restart, from 1
 * @duration: of the restart
 */
typedef struct {
  RtcLinkAction action;
  const gchar *reason;
  guint attempt;
  GstClockTime duration;
} RtcLinkDecision;

/* 10 s without a sign of life, 3 failures, 3 attempts. */
RtcLinkLimits rtc_link_limits_default (void);

RtcLinkMonitor *rtc_link_monitor_new (const RtcLinkLimits *limits);
/* NULL is fine. */
void rtc_link_monitor_free (RtcLinkMonitor *monitor);

void rtc_link_monitor_set_state (
    RtcLinkMonitor *monitor, GstWebRTCICEConnectionState state, GstClockTime now);
void rtc_link_monitor_set_sample (
    RtcLinkMonitor *monitor, const RtcLinkSample *sample, GstClockTime now);
void rtc_link_monitor_note_network (
    RtcLinkMonitor *monitor, RtcNetworkChange change, GstClockTime now);
/* Packets travel on a pair of the newest credentials. */
void rtc_link_monitor_note_pair (RtcLinkMonitor *monitor, GstClockTime now);
/* The restart under way is over: @reason. */
void rtc_link_monitor_note_failure (RtcLinkMonitor *monitor, const gchar *reason, GstClockTime now);
/* The other side has begun a restart, so none of ours is needed now. */
void rtc_link_monitor_note_peer_restart (RtcLinkMonitor *monitor, GstClockTime now);
/* A restart of this side has begun for another reason, such as the application's wish. It is
 * watched like one of the monitor's own. */
void rtc_link_monitor_note_restart (RtcLinkMonitor *monitor, GstClockTime now);

GstClockTime rtc_link_monitor_next_deadline (const RtcLinkMonitor *monitor);
/* What is to be done at @now: call it after each of the above and at the deadline, until it says
 * RTC_LINK_NONE. */
RtcLinkDecision rtc_link_monitor_decide (RtcLinkMonitor *monitor, GstClockTime now);

G_END_DECLS
