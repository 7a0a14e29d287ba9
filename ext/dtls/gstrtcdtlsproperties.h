/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What rtcdtls can be asked and told: its table of properties, apart from what they do. */
#pragma once

#include <glib-object.h>

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

#define GST_RTC_DTLS_DEFAULT_SRTP_PROFILES                                                         \
  "SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80"
#define GST_RTC_DTLS_DEFAULT_MTU 1200
#define GST_RTC_DTLS_DEFAULT_HANDSHAKE_TIMEOUT 30000

enum {
  PROP_0,
  PROP_CERTIFICATE,
  PROP_IDENTITY,
  PROP_FINGERPRINT,
  PROP_REMOTE_FINGERPRINTS,
  PROP_ROLE,
  PROP_STATE,
  PROP_REMOTE_CERTIFICATE,
  PROP_SRTP_PROFILES,
  PROP_MTU,
  PROP_HANDSHAKE_TIMEOUT,
  PROP_STATS,
  N_PROPS
};

void gst_rtc_dtls_install_properties (GObjectClass *klass);
