/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtcdtls: the DTLS association of a session; see gstrtcdtls.c. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_RTC_DTLS (gst_rtc_dtls_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcDtls, gst_rtc_dtls, GST, RTC_DTLS, GstElement)

GST_ELEMENT_REGISTER_DECLARE (rtcdtls)

G_END_DECLS
