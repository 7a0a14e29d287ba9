/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtpav1pay: AV1 temporal units into RTP packets. */
#pragma once

#include <gst/gst.h>
#include <gst/rtp/gstrtpbasepayload.h>

G_BEGIN_DECLS

#define GST_RTC_TYPE_AV1_PAY (gst_rtc_av1_pay_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcAv1Pay, gst_rtc_av1_pay, GST_RTC, AV1_PAY, GstRTPBasePayload)

GST_ELEMENT_REGISTER_DECLARE (rtpav1pay);

G_END_DECLS
