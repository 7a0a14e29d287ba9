/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtcdtls: the DTLS association of a session; see gstrtcdtls.c. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstRtcDtlsRole:
 * @GST_RTC_DTLS_ROLE_UNSET: not decided: "start" does nothing yet
 * @GST_RTC_DTLS_ROLE_CLIENT: a=setup:active, sends the ClientHello
 * @GST_RTC_DTLS_ROLE_SERVER: a=setup:passive
 */
typedef enum {
  GST_RTC_DTLS_ROLE_UNSET,
  GST_RTC_DTLS_ROLE_CLIENT,
  GST_RTC_DTLS_ROLE_SERVER,
} GstRtcDtlsRole;

#define GST_TYPE_RTC_DTLS_ROLE (gst_rtc_dtls_role_get_type ())
GType gst_rtc_dtls_role_get_type (void);

#define GST_TYPE_RTC_DTLS (gst_rtc_dtls_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcDtls, gst_rtc_dtls, GST, RTC_DTLS, GstElement)

GST_ELEMENT_REGISTER_DECLARE (rtcdtls)

G_END_DECLS
