/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A network between two ends in one process: two paths with their conditions, packets under way,
 * and the ICE credentials of both ends. Ends are rtcsimulatedice elements; a test finds the link
 * by the name that it gave them. Any thread; an end's `wake` is called on the end's loop.
 */
#pragma once

#include <gst/rtc/rtcloop.h>

#include "simulatedpath.h"

G_BEGIN_DECLS

typedef struct _RtcSimulatedLink RtcSimulatedLink;

/* (transfer full): the link of that name; made when there is none. It lives as long as someone
 * has a reference. */
RtcSimulatedLink *rtc_simulated_link_get (const gchar *name);
RtcSimulatedLink *rtc_simulated_link_ref (RtcSimulatedLink *link);
void rtc_simulated_link_unref (RtcSimulatedLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcSimulatedLink, rtc_simulated_link_unref)

/* @end is the sending one: 0 or 1 in the order of attaching; -1: both. */
void rtc_simulated_link_set_conditions (
    RtcSimulatedLink *link, gint end, const RtcSimulatedConditions *conditions);
/* The same by string, see rtc_simulated_conditions_parse(); an error is the test's end. */
void rtc_simulated_link_set (RtcSimulatedLink *link, gint end, const gchar *conditions);
void rtc_simulated_link_set_seed (RtcSimulatedLink *link, guint32 seed);
void rtc_simulated_link_set_blackout (RtcSimulatedLink *link, gboolean is_blackout);
/* Of the packets that @end sent. */
guint64 rtc_simulated_link_get_trace (RtcSimulatedLink *link, guint end);
RtcSimulatedCounts rtc_simulated_link_get_counts (RtcSimulatedLink *link, guint end);

/* For the element. */

typedef enum {
  RTC_SIMULATED_PAIR_INCOMPLETE, /* an end, its credentials or all candidates are missing */
  RTC_SIMULATED_PAIR_WRONG,      /* one end does not have the other's credentials */
  RTC_SIMULATED_PAIR_RIGHT
} RtcSimulatedPair;

/* -1 when the link has two ends already. @wake is posted to @loop with @owner, when it lives. */
gint rtc_simulated_link_attach (
    RtcSimulatedLink *link, GstObject *owner, RtcLoop *loop, RtcLoopFunc wake);
void rtc_simulated_link_detach (RtcSimulatedLink *link, guint end);

/* Each wakes the other end. A change of remote credentials forgets the remote candidates. */
void rtc_simulated_link_set_local_credentials (
    RtcSimulatedLink *link, guint end, const gchar *ufrag, const gchar *pwd);
void rtc_simulated_link_set_remote_credentials (
    RtcSimulatedLink *link, guint end, const gchar *ufrag, const gchar *pwd);
void rtc_simulated_link_add_remote_candidate (RtcSimulatedLink *link, guint end);

RtcSimulatedPair rtc_simulated_link_get_pair (RtcSimulatedLink *link);
gboolean rtc_simulated_link_is_blacked_out (RtcSimulatedLink *link);
/* Both ways. */
GstClockTime rtc_simulated_link_get_round_trip (RtcSimulatedLink *link);

/* (transfer none). The time is that of the sending end's loop. */
void rtc_simulated_link_send (RtcSimulatedLink *link, guint end, GstBuffer *packet);
GstClockTime rtc_simulated_link_next_arrival (RtcSimulatedLink *link, guint end);
/* (transfer full): what has arrived at @end until @now, possibly empty. */
GstBufferList *rtc_simulated_link_receive (RtcSimulatedLink *link, guint end, GstClockTime now);

G_END_DECLS
