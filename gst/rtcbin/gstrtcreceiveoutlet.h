/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GstRtcReceiveOutlet: where the packets of one jitter buffer leave. Those whose payload type has a
 * pad of rtcbin go to that pad at once, in lists where it is known that more of them follow now;
 * all others, and every event, take the way through rtpptdemux and the pads of rtpbin, in the same
 * thread, so the order stays. Owned by the RTP session and by a probe of the jitter buffer. Any
 * thread.
 */
#pragma once

#include "gstrtcreceivestage.h"

G_BEGIN_DECLS

typedef struct _GstRtcReceiveOutlet GstRtcReceiveOutlet;

/* @src is the jitter buffer's. What leaves it waits for @stage, see gst_rtc_receive_stage_wait().
 * @is_short FALSE: every packet takes the long way. @linger_us: how long the jitter buffer's thread
 * may stay here when the jitter buffer is empty, see gst_rtc_receive_outlet_release(); 0: never. */
GstRtcReceiveOutlet *gst_rtc_receive_outlet_new (
    GstRtcReceiveStage *stage, GstPad *src, gboolean is_short, gint64 linger_us);
GstRtcReceiveOutlet *gst_rtc_receive_outlet_ref (GstRtcReceiveOutlet *outlet);
void gst_rtc_receive_outlet_unref (GstRtcReceiveOutlet *outlet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRtcReceiveOutlet, gst_rtc_receive_outlet_unref)

/* Packets of @pt go to @pad, rtcbin's, as long as @target, rtpbin's, is linked with it. */
void gst_rtc_receive_outlet_open (
    GstRtcReceiveOutlet *outlet, GstPad *pad, GstPad *target, guint pt);

/* Packets with the sequence numbers @first, @first + 1, ... @last are about to enter the jitter
 * buffer. When nothing is missing before them, they leave it together. */
void gst_rtc_receive_outlet_expect (GstRtcReceiveOutlet *outlet, guint16 first, guint16 last);
/* Packets are about to enter of which some are missing. */
void gst_rtc_receive_outlet_expect_some (GstRtcReceiveOutlet *outlet);
/* All that was expected has entered the jitter buffer. Its thread, when it has emptied it and lists
 * come fast, waits here for that, not in the jitter buffer, where the first packet of a list would
 * wake it. */
void gst_rtc_receive_outlet_release (GstRtcReceiveOutlet *outlet);
/* Nothing will enter any more: the thread does not wait here. */
void gst_rtc_receive_outlet_close (GstRtcReceiveOutlet *outlet);

G_END_DECLS
