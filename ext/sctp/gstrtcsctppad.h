/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A pad of rtcsctp that is one stream: each buffer is a message. The pad knows its number, its
 * reliability and how messages and buffers become each other; the element moves them.
 */
#pragma once

#include <gst/rtc/gstrtcdatatransport.h>

G_BEGIN_DECLS

#define GST_TYPE_RTC_SCTP_PAD (gst_rtc_sctp_pad_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcSctpPad, gst_rtc_sctp_pad, GST, RTC_SCTP_PAD, GstPad)

/* (transfer floating) */
GstPad *gst_rtc_sctp_pad_new (GstPadTemplate *templ, const gchar *name, guint16 stream);
guint16 gst_rtc_sctp_pad_get_stream (GstRtcSctpPad *self);
GstRtcDataReliability gst_rtc_sctp_pad_get_reliability (GstRtcSctpPad *self);

/* From the caps of a sink pad: text/... makes strings of what comes. */
void gst_rtc_sctp_pad_set_caps (GstRtcSctpPad *self, const GstCaps *caps);
/* (transfer full), and the PPID of RFC 8831 §8 that it goes with. */
GBytes *gst_rtc_sctp_pad_to_message (GstRtcSctpPad *self, GstBuffer *buffer, guint32 *out_ppid);

/* Of source pads, on the loop: @data (transfer full) and the end leave in the pad's thread, after
 * the events that must come before. Messages that are not an application's are dropped. */
void gst_rtc_sctp_pad_push_message (GstRtcSctpPad *self, guint32 ppid, GBytes *data);
void gst_rtc_sctp_pad_push_eos (GstRtcSctpPad *self);

G_END_DECLS
