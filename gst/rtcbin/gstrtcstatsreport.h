/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A report of statistics while it is made: what its files (gstrtcstats.c, gstrtcstreamstats.c)
 * share. */
#pragma once

#include "gstrtcpeer.h"
#include "gstrtcpeerdata.h"

G_BEGIN_DECLS

typedef struct {
  GstRtcPeer *peer;
  GstStructure *all;
  gdouble timestamp_ms;
} GstRtcStatsReport;

/* (transfer full): the members that every object has */
GstStructure *gst_rtc_stats_new (
    const GstRtcStatsReport *report, GstWebRTCStatsType type, const gchar *id);
/* @stats: (transfer full) */
void gst_rtc_stats_add (GstRtcStatsReport *report, GstStructure *stats);
/* Nothing happens when @from is NULL or has no such field. */
void gst_rtc_stats_copy (
    GstStructure *to, const gchar *name, const GstStructure *from, const gchar *field);

/* gstrtcstreamstats.c: the RTP streams of a transport and their codecs */
void gst_rtc_stats_add_streams (GstRtcStatsReport *report, guint transport);

G_END_DECLS
