/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a link monitor wants to know, out of a peer's get-stats. Pure functions. */
#pragma once

#include "signalling/rtclinkmonitor.h"

/**
 * RtcLinkStats: of the selected pair of the first transport, and of all streams.
 * @ufrag: the local credentials of the pair; NULL while there is none
 * @address: the local address that packets leave from; NULL while unknown, or behind something
 * @remote_loss_percent: of what we send, by the other side; negative while unknown
 */
typedef struct {
  gchar *ufrag;
  gchar *address;
  GstClockTime round_trip;
  GstClockTime idle;
  guint64 n_sent;
  guint64 n_discarded;
  gint64 n_received;
  gint64 n_lost;
  gdouble remote_loss_percent;
} RtcLinkStats;

/* @structure may be NULL: nothing is known. */
void rtc_link_stats_read (RtcLinkStats *stats, const GstStructure *structure);
void rtc_link_stats_clear (RtcLinkStats *stats);
/* What happened between the two. */
RtcLinkSample rtc_link_stats_compare (const RtcLinkStats *before, const RtcLinkStats *after);
