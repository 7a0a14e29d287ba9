/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtpav1depay: RTP packets into AV1 temporal units. */
#pragma once

#include <gst/gst.h>
#include <gst/rtp/gstrtpbasedepayload.h>

G_BEGIN_DECLS

#define GST_RTC_TYPE_AV1_DEPAY (gst_rtc_av1_depay_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcAv1Depay, gst_rtc_av1_depay, GST_RTC, AV1_DEPAY, GstRTPBaseDepayload)

GST_ELEMENT_REGISTER_DECLARE (rtpav1depay);

G_END_DECLS
