/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What rtpbin asks about one RTP session, on whatever thread it happens to be: the caps of a
 * payload type, the transceiver of an SSRC. Written on the session's loop, read under a lock.
 */
#pragma once

#include "gstrtctransceiver.h"

G_BEGIN_DECLS

typedef struct _GstRtcRtpTable GstRtcRtpTable;

GstRtcRtpTable *gst_rtc_rtp_table_new (void);
void gst_rtc_rtp_table_free (GstRtcRtpTable *table);

/* @caps_by_pt: (transfer full): guint pt -> GstCaps; replaces what was there. */
void gst_rtc_rtp_table_set_caps (GstRtcRtpTable *table, GHashTable *caps_by_pt);
/* (transfer full), or NULL */
GstCaps *gst_rtc_rtp_table_get_caps (GstRtcRtpTable *table, guint pt);

/* @rid: of a simulcast layer, or NULL. Says whether the SSRC is new. */
gboolean gst_rtc_rtp_table_add_source (
    GstRtcRtpTable *table, guint32 ssrc, GstRtcTransceiver *transceiver, const gchar *rid);
void gst_rtc_rtp_table_remove_source (GstRtcRtpTable *table, guint32 ssrc);
/* Whether the SSRC is known and belongs to @transceiver. */
gboolean gst_rtc_rtp_table_is_source_of (
    GstRtcRtpTable *table, guint32 ssrc, GstRtcTransceiver *transceiver);
/* (transfer full), or NULL; @out_rid (transfer full, nullable) */
GstRtcTransceiver *gst_rtc_rtp_table_get_source (
    GstRtcRtpTable *table, guint32 ssrc, gchar **out_rid);

G_END_DECLS
