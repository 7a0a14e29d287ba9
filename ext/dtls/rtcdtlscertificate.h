/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcDtlsCertificate: a certificate with its private key, immutable and reference counted. WebRTC's
 * certificates are self-signed and stand for nothing but their fingerprint (RFC 8122 §5); a
 * fresh one for each session keeps sessions from being linked (RFC 8827 §6.5).
 */
#pragma once

#include <glib-object.h>
#include <openssl/ssl.h>

typedef struct _RtcDtlsCertificate RtcDtlsCertificate;

/* ECDSA with P-256, a random common name, valid from yesterday for 30 days. NULL when OpenSSL
 * cannot. */
RtcDtlsCertificate *rtc_dtls_certificate_generate (void);
/* @pem: certificate and private key, in any order. NULL with a GST_RTC_ERROR. */
RtcDtlsCertificate *rtc_dtls_certificate_new_from_pem (const gchar *pem, GError **error);

RtcDtlsCertificate *rtc_dtls_certificate_ref (RtcDtlsCertificate *certificate);
void rtc_dtls_certificate_unref (RtcDtlsCertificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcDtlsCertificate, rtc_dtls_certificate_unref)

/* A boxed type, so that a property hands a certificate with its key on without showing it. */
#define RTC_TYPE_DTLS_CERTIFICATE (rtc_dtls_certificate_get_type ())
GType rtc_dtls_certificate_get_type (void);

/* "sha-256 AB:CD:..." */
const gchar *rtc_dtls_certificate_get_fingerprint (const RtcDtlsCertificate *certificate);
/* (transfer full): without the key. */
gchar *rtc_dtls_certificate_to_pem (const RtcDtlsCertificate *certificate);
gboolean rtc_dtls_certificate_use (const RtcDtlsCertificate *certificate, SSL *ssl);

/* (transfer full): PEM of any certificate. */
gchar *rtc_dtls_x509_to_pem (X509 *x509);
/* Whether a digest of @x509 is one of @fingerprints (array of RtcFingerprint), in constant time. */
gboolean rtc_dtls_x509_matches (X509 *x509, const GPtrArray *fingerprints);
/* (transfer full): "sha-256 AB:CD:..." of any certificate. */
gchar *rtc_dtls_x509_get_fingerprint (X509 *x509);
