/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GstRtcReceiveSwitch: stands behind the RTP session, where rtpbin has room for an auxiliary
 * element. Packets of a stream that rtpbin already has go from here into its jitter buffer, as one
 * list; all others take the way on, through what finds retransmissions (RFC 4588), rtpstorage and
 * rtpssrcdemux, each of which would look at every packet alone. An element of the plugin only,
 * without a factory. On the session's loop.
 */
#pragma once

#include "gstrtcreceiveoutlet.h"

G_BEGIN_DECLS

#define GST_RTC_TYPE_RECEIVE_SWITCH (gst_rtc_receive_switch_get_type ())
G_DECLARE_FINAL_TYPE (
    GstRtcReceiveSwitch, gst_rtc_receive_switch, GST_RTC, RECEIVE_SWITCH, GstElement)

/* FALSE when GST_RTC_SLOW_PATHS names "media": then all packets take the long way, which is for
 * tests and for finding faults. */
gboolean gst_rtc_receive_switch_is_wanted (void);

/* (transfer full) floating. @id is rtpbin's number of the session, part of the pads' names. */
GstRtcReceiveSwitch *gst_rtc_receive_switch_new (guint id);

/* Packets with these payload types take the long way, whatever their SSRC is. */
void gst_rtc_receive_switch_clear_payload_types (GstRtcReceiveSwitch *self);
void gst_rtc_receive_switch_add_payload_type (GstRtcReceiveSwitch *self, guint pt);
/* @sink is that of the jitter buffer; it may be linked later. @outlet learns what enters it. */
void gst_rtc_receive_switch_add_stream (
    GstRtcReceiveSwitch *self, guint32 ssrc, GstPad *sink, GstRtcReceiveOutlet *outlet);
/* What entered jitter buffers since the last call may leave them. */
void gst_rtc_receive_switch_release (GstRtcReceiveSwitch *self);
void gst_rtc_receive_switch_remove_stream (GstRtcReceiveSwitch *self, guint32 ssrc);

G_END_DECLS
