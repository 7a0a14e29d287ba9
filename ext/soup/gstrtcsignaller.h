/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtcsignaller: offer, answer, trickle and restart over HTTP, for webrtcbin and rtcbin. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_RTC_SIGNALLER (gst_rtc_signaller_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcSignaller, gst_rtc_signaller, GST, RTC_SIGNALLER, GstBin)
GST_ELEMENT_REGISTER_DECLARE (rtcsignaller);

G_END_DECLS
