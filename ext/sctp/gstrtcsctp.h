/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtcsctp: one SCTP association of a WebRTC session; implements GstRtcDataTransport. */
#pragma once

#include <gst/rtc/gstrtcdatatransport.h>

G_BEGIN_DECLS

#define GST_TYPE_RTC_SCTP (gst_rtc_sctp_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcSctp, gst_rtc_sctp, GST, RTC_SCTP, GstElement)

GST_ELEMENT_REGISTER_DECLARE (rtcsctp);

G_END_DECLS
