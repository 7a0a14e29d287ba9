/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The element rtcice: GstRtcIce over libnice. See gstrtcnice.c. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_RTC_NICE (gst_rtc_nice_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcNice, gst_rtc_nice, GST, RTC_NICE, GstElement)

GST_ELEMENT_REGISTER_DECLARE (rtcice);

G_END_DECLS
