/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GstRtcReceiveStage: what stands between SRTP and the RTP session. It leaves out what no section
 * takes, and tells the threads behind the jitter buffers when a list has passed: each packet would
 * wake them, and they would take the processor from the loop that has the next one in hand. An
 * element of the plugin only, without a factory.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_RTC_TYPE_RECEIVE_STAGE (gst_rtc_receive_stage_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcReceiveStage, gst_rtc_receive_stage, GST_RTC, RECEIVE_STAGE, GstElement)

/* Whether @packet is passed on. On the session's loop. */
typedef gboolean (*GstRtcReceiveStageFunc) (GstBuffer *packet, gpointer user_data);

/* What was pushed has passed, and nobody is held any more. On the session's loop. */
typedef void (*GstRtcReceiveStagePassedFunc) (gpointer user_data);

/* (transfer full) floating: */
GstRtcReceiveStage *gst_rtc_receive_stage_new (
    GstRtcReceiveStageFunc func, GstRtcReceiveStagePassedFunc passed, gpointer user_data);

/* Nobody is told any more that something has passed. On the session's loop. */
void gst_rtc_receive_stage_detach (GstRtcReceiveStage *stage);

/* Returns when no list is on its way, or after 10 ms. Any thread. */
void gst_rtc_receive_stage_wait (GstRtcReceiveStage *stage);

G_END_DECLS
