/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GstRtcDataChannel: the GObject of one data channel (W3C RTCDataChannel). Its owner is the
 * channel set, which hands out references. Messages go from the calling thread straight to the
 * data transport; everything else happens on the session's loop.
 */
#pragma once

#include <gst/rtc/gstrtcdatatransport.h>
#include <gst/rtc/rtcloop.h>

#include "datachannel/rtcchannels.h"
#include "gstrtcwebrtctypes.h"

G_BEGIN_DECLS

#define GST_RTC_TYPE_DATA_CHANNEL (gst_rtc_data_channel_get_type ())
G_DECLARE_FINAL_TYPE (
    GstRtcDataChannel, gst_rtc_data_channel, GST_RTC, DATA_CHANNEL, GstWebRTCDataChannel)

/* @close_func is called on the loop when the application closes the channel. */
typedef void (*GstRtcDataChannelFunc) (GstRtcDataChannel *channel, gpointer user_data);

GstRtcDataChannel *gst_rtc_data_channel_new (RtcLoop *loop, const RtcChannelInit *init,
    GstRtcDataChannelFunc close_func, gpointer user_data);

/* The rest is the owner's, on the loop. */

/* The stream number is known, messages go to @transport from now on. */
void gst_rtc_data_channel_attach (
    GstRtcDataChannel *channel, GstRtcDataTransport *transport, guint16 stream);
/* RFC 8832 §6: until the peer has shown that it knows the channel, messages "MUST be sent ordered,
 * no matter whether the data channel is ordered or not". Says whether that changed. */
gboolean gst_rtc_data_channel_set_ordered_for_now (GstRtcDataChannel *channel, gboolean is_ordered);
/* Messages that arrive are kept until open() or closed(). */
void gst_rtc_data_channel_hold (GstRtcDataChannel *channel);
void gst_rtc_data_channel_open (GstRtcDataChannel *channel);
void gst_rtc_data_channel_deliver (GstRtcDataChannel *channel, gboolean is_string, GBytes *data);
/* The transport has less to send than before. */
void gst_rtc_data_channel_buffered (GstRtcDataChannel *channel);
void gst_rtc_data_channel_closing (GstRtcDataChannel *channel);
/* @error: NULL when it was closed on request. The owner is not called any more. */
void gst_rtc_data_channel_closed (GstRtcDataChannel *channel, const GError *error);
void gst_rtc_data_channel_get_counts (GstRtcDataChannel *channel, guint64 *out_messages_sent,
    guint64 *out_bytes_sent, guint64 *out_messages_received, guint64 *out_bytes_received);

G_END_DECLS
