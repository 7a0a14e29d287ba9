/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The packets of one SSRC that were sent last, by their sequence numbers, for a peer that asks for
 * them again (RFC 4588). References, no copies; bounded by number, bytes and age. No lock inside:
 * the send stage owns it and guards it.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _GstRtcRtxHistory GstRtcRtxHistory;

#define GST_RTC_RTX_HISTORY_MAX_PACKETS 2048
#define GST_RTC_RTX_HISTORY_MAX_BYTES (4 * 1024 * 1024)
#define GST_RTC_RTX_HISTORY_MAX_AGE (2 * GST_SECOND)
/* A packet that is asked for again within this time is still on its way. */
#define GST_RTC_RTX_HISTORY_REPEAT_INTERVAL (10 * GST_MSECOND)

GstRtcRtxHistory *gst_rtc_rtx_history_new (void);
void gst_rtc_rtx_history_free (GstRtcRtxHistory *history);
void gst_rtc_rtx_history_clear (GstRtcRtxHistory *history);

/* Takes a reference of @packet. A sequence number far from the last ones begins anew. */
void gst_rtc_rtx_history_add (
    GstRtcRtxHistory *history, guint16 sequence, GstBuffer *packet, GstClockTime now);
/* (transfer full); NULL: not here, or given out less than the repeat interval ago. */
GstBuffer *gst_rtc_rtx_history_get (GstRtcRtxHistory *history, guint16 sequence, GstClockTime now);
guint gst_rtc_rtx_history_get_n_packets (const GstRtcRtxHistory *history);

G_END_DECLS
