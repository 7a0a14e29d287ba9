/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GstRtcSendStage: what stands between an application's sink pad and the RTP session. It holds the
 * packets until they may flow (waits for a source that can wait, drops a live one's), starts a
 * file's clock at that moment, and writes the payload type and SSRC that were negotiated, which
 * need not be those of the payloader. It keeps what it sent for a while and answers the RTP
 * session's requests for retransmission. An element of the plugin only, without a factory.
 */
#pragma once

#include "gstrtcsendpacket.h"

G_BEGIN_DECLS

#define GST_RTC_TYPE_SEND_STAGE (gst_rtc_send_stage_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcSendStage, gst_rtc_send_stage, GST_RTC, SEND_STAGE, GstElement)

/**
 * GstRtcSendClock: the moment at which the sources of one session that are not live began to flow,
 * so that sound and picture of a file start together. Reference counted, any thread.
 */
typedef struct _GstRtcSendClock GstRtcSendClock;

GstRtcSendClock *gst_rtc_send_clock_new (void);
GstRtcSendClock *gst_rtc_send_clock_ref (GstRtcSendClock *clock);
void gst_rtc_send_clock_unref (GstRtcSendClock *clock);

/* Called on the streaming thread when the payloader's caps are new. */
typedef void (*GstRtcSendStageCapsFunc) (GstRtcSendStage *stage, GstCaps *caps, gpointer user_data);

/* (transfer full) floating: */
GstRtcSendStage *gst_rtc_send_stage_new (
    GstRtcSendClock *clock, GstRtcSendStageCapsFunc caps_func, gpointer user_data);

/* Packets may flow, in this format. @caps: what the session is told of them (clock-rate,
 * encoding-name, feedback). Any thread. */
void gst_rtc_send_stage_open (
    GstRtcSendStage *stage, const GstRtcSendFormat *format, GstCaps *caps);
/* Back to holding. */
void gst_rtc_send_stage_shut (GstRtcSendStage *stage);
/* Waits as long as the last packet of a file lasts, as a sink does at the end of its stream: what
 * ends the session at once would cut off what the peer has not decoded yet. Streaming thread. */
void gst_rtc_send_stage_play_out (GstRtcSendStage *stage);
/* (transfer full): what the payloader said of its packets, or NULL while it said nothing; then what
 * is linked is asked what it can do. */
GstCaps *gst_rtc_send_stage_get_caps (GstRtcSendStage *stage);
/* Whether the payloader itself said it; an answer to a query is only what it could do. */
gboolean gst_rtc_send_stage_has_caps (GstRtcSendStage *stage);
/* No more callbacks: the owner goes. */
void gst_rtc_send_stage_detach (GstRtcSendStage *stage);

G_END_DECLS
