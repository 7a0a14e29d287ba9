/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pads of rtcbin: ghost pads that know their transceiver and media stream id (RFC 8830). */
#pragma once

#include "gstrtctransceiver.h"

G_BEGIN_DECLS

#define GST_RTC_TYPE_BIN_PAD (gst_rtc_bin_pad_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcBinPad, gst_rtc_bin_pad, GST_RTC, BIN_PAD, GstGhostPad)

/* Floating, without a target. */
GstPad *gst_rtc_bin_pad_new (
    const gchar *name, GstPadTemplate *templ, GstRtcTransceiver *transceiver);
/* (transfer none); the pad's transceiver changes only on the session's loop. */
GstRtcTransceiver *gst_rtc_bin_pad_get_transceiver (GstRtcBinPad *pad);
void gst_rtc_bin_pad_set_transceiver (GstRtcBinPad *pad, GstRtcTransceiver *transceiver);
void gst_rtc_bin_pad_set_msid (GstRtcBinPad *pad, const gchar *msid);
/* (transfer full), or NULL */
gchar *gst_rtc_bin_pad_get_msid (GstRtcBinPad *pad);
/* Before the pad is added; @rid may be NULL. */
void gst_rtc_bin_pad_set_rid (GstRtcBinPad *pad, const gchar *rid);

G_END_DECLS
