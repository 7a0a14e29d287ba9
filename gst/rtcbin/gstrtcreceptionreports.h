/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the other side said last of each SSRC that it receives from us: the report blocks of its
 * RTCP SR and RR packets (RFC 3550 §6.4.1). rtpmanager 1.22 keeps only the last block of a
 * packet, so that of two streams one has none. Owned by the peer; on the session's loop, where RTCP
 * arrives.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _GstRtcReceptionReports GstRtcReceptionReports;

typedef struct {
  guint8 fraction_lost; /* of 256, since the report before */
  gint32 packets_lost;
  guint32 jitter; /* in units of the RTP clock */
  /* Round trips in units of 1/65536 seconds; @n_round_trips is 0 before the first. */
  guint32 round_trip;
  guint64 total_round_trip;
  guint64 n_round_trips;
} GstRtcReceptionReport;

GstRtcReceptionReports *gst_rtc_reception_reports_new (void);
void gst_rtc_reception_reports_free (GstRtcReceptionReports *reports);
/* @session: rtpbin's internal one; listening to one twice is listening once. */
void gst_rtc_reception_reports_listen (GstRtcReceptionReports *reports, GObject *session);
/* (transfer none), NULL while there is none */
const GstRtcReceptionReport *gst_rtc_reception_reports_get (
    GstRtcReceptionReports *reports, guint32 ssrc);
/* Of a session that has ended. */
void gst_rtc_reception_reports_forget (GstRtcReceptionReports *reports);

G_END_DECLS
