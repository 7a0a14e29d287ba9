/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bin around one transport's elements. Their links form circles (what ICE receives goes up,
 * what is sent comes down through the same elements), which GstBin warns of when it sorts its
 * children for a state change. Here the owner sets each child's state, so nothing is sorted; and
 * since the elements are not rtcbin's own children, rtcbin sees no circle through rtpbin either.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_RTC_TYPE_TRANSPORT_BIN (gst_rtc_transport_bin_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcTransportBin, gst_rtc_transport_bin, GST_RTC, TRANSPORT_BIN, GstBin)

GstBin *gst_rtc_transport_bin_new (guint id);

G_END_DECLS
