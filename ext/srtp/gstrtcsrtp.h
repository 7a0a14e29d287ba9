/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtcsrtp: protects and unprotects RTP and RTCP; see gstrtcsrtp.c. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_RTC_SRTP (gst_rtc_srtp_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcSrtp, gst_rtc_srtp, GST, RTC_SRTP, GstElement)

GST_ELEMENT_REGISTER_DECLARE (rtcsrtp)

G_END_DECLS
