/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The inputs of rtcwhipsink: RTP goes to the peer as it is, encoded frames through a payloader. */
#pragma once

#include <gst/gst.h>

/* What rtcwhipsink takes. */
#define GST_RTC_WHIP_SINK_CAPS                                                                     \
  "application/x-rtp; video/x-vp8; video/x-vp9; video/x-h264; video/x-av1; "                       \
  "audio/x-opus; audio/x-mulaw; audio/x-alaw"

/* (transfer floating): before @target, a pad of a peer in @bin. */
GstPad *gst_rtc_whip_sink_pad_new (GstBin *bin, GstPad *target, GstPadTemplate *pad_template);
/* (transfer full): the peer's pad, which the input lets go of; NULL when it has none. */
GstPad *gst_rtc_whip_sink_pad_release (GstBin *bin, GstPad *pad);
