/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The SRTP key box: how rtcdtls hands its keys to rtcsrtp. It is immutable, reference counted,
 * overwritten with zeros when freed, and never prints its content. rtcdtls pushes it downstream on
 * srtp_src in a sticky event, so the elements need not know each other.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The protection profiles of RFC 5764 §4.1.2 and RFC 7714 §14.2, by their IANA numbers. */
typedef enum {
  GST_RTC_SRTP_PROFILE_NONE = 0,
  GST_RTC_SRTP_PROFILE_AES128_CM_HMAC_SHA1_80 = 0x0001,
  GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM = 0x0007,
  GST_RTC_SRTP_PROFILE_AEAD_AES_256_GCM = 0x0008,
} GstRtcSrtpProfile;

typedef struct _GstRtcSrtpKeys GstRtcSrtpKeys;

#define GST_RTC_TYPE_SRTP_KEYS (gst_rtc_srtp_keys_get_type ())
GType gst_rtc_srtp_keys_get_type (void);

/* Lengths of the master key and master salt of @profile in bytes; FALSE for an unknown profile. */
gboolean gst_rtc_srtp_profile_get_lengths (
    GstRtcSrtpProfile profile, gsize *out_key_length, gsize *out_salt_length);
const gchar *gst_rtc_srtp_profile_to_string (GstRtcSrtpProfile profile);

/* @send and @receive are master key || master salt, as libsrtp wants them; copied. */
GstRtcSrtpKeys *gst_rtc_srtp_keys_new (
    GstRtcSrtpProfile profile, const guint8 *send, const guint8 *receive);
GstRtcSrtpKeys *gst_rtc_srtp_keys_ref (GstRtcSrtpKeys *keys);
void gst_rtc_srtp_keys_unref (GstRtcSrtpKeys *keys);
GstRtcSrtpProfile gst_rtc_srtp_keys_get_profile (const GstRtcSrtpKeys *keys);
const guint8 *gst_rtc_srtp_keys_get_send (const GstRtcSrtpKeys *keys);
const guint8 *gst_rtc_srtp_keys_get_receive (const GstRtcSrtpKeys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRtcSrtpKeys, gst_rtc_srtp_keys_unref)

/* A sticky custom downstream event that carries the keys (transfer none), and back: NULL when
 * @event is another one. */
GstEvent *gst_rtc_srtp_keys_to_event (GstRtcSrtpKeys *keys);
GstRtcSrtpKeys *gst_rtc_srtp_keys_from_event (GstEvent *event);

G_END_DECLS
