/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcdtls: the DTLS association of a session; see gstrtcdtls.c, which also says which thread may do
 * what. This is its state, and what its files call of each other.
 */
#pragma once

#include "rtcdtlsconnection.h"

#include <gst/rtc/rtcloop.h>

G_BEGIN_DECLS

#define GST_TYPE_RTC_DTLS (gst_rtc_dtls_get_type ())
G_DECLARE_FINAL_TYPE (GstRtcDtls, gst_rtc_dtls, GST, RTC_DTLS, GstElement)

GST_ELEMENT_REGISTER_DECLARE (rtcdtls)

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

typedef struct {
  guint64 packets, bytes;
} GstRtcDtlsCount;

struct _GstRtcDtls {
  GstElement parent;
  GstPad *sink, *src, *srtp_sink, *srtp_src, *data_sink, *data_src;
  /* The loop's alone, and set before packets can come: */
  RtcLoop *loop;
  RtcLoopTimer *timer;

  GMutex lock;
  /* with the lock: */
  RtcDtlsConnection *connection;
  GstWebRTCDTLSTransportState state;
  RtcDtlsCertificate *certificate;
  GError *certificate_error;
  GstRtcDtlsRole role;
  gchar **remote_fingerprints;
  gchar *srtp_profiles;
  guint mtu, handshake_timeout_ms;
  GstRtcDtlsCount srtp_sent, srtp_received;
  guint64 srtp_dropped, unknown_dropped;
};

/* With the lock: makes one where there is none and none was refused. */
void gst_rtc_dtls_ensure_certificate (GstRtcDtls *dtls);
/* Without the lock: the connection hears of them on the loop. */
void gst_rtc_dtls_update_fingerprints (GstRtcDtls *dtls);

/* gstrtcdtlsproperties.c */
void gst_rtc_dtls_install_properties (GObjectClass *klass);
void gst_rtc_dtls_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec);
void gst_rtc_dtls_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec);

G_END_DECLS
