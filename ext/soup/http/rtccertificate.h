/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The certificate of an HTTPS signalling server: from PEM files, or made on the spot with OpenSSL
 * (GLib has no generator): ECDSA P-256, self-signed, for localhost and the address listened on. One
 * that was made is made anew a week before it expires; the user's own are never touched.
 */
#pragma once

#include <gio/gio.h>

typedef enum {
  /* The user's. */
  RTC_CERTIFICATE_FOREIGN,
  /* Made here: earlier; now, for the first time; now, in place of one that was about to expire. */
  RTC_CERTIFICATE_KEPT,
  RTC_CERTIFICATE_MADE,
  RTC_CERTIFICATE_RENEWED,
} RtcCertificateOrigin;

/* All may block for a file. */

/* (transfer full). Without @certificate_file a new one is made; @key_file may be NULL when the key
 * is in the same file. */
GTlsCertificate *rtc_certificate_load (const gchar *certificate_file, const gchar *key_file,
    const gchar *address, RtcCertificateOrigin *out_origin, GError **error);
/* (transfer full): a new one, kept in @file, which may be NULL. */
GTlsCertificate *rtc_certificate_make (const gchar *address, const gchar *file, GError **error);
/* Microseconds from @now (g_get_real_time()) to the end of its time; negative: it has passed. */
gint64 rtc_certificate_get_rest (GTlsCertificate *certificate, gint64 now);
/* The same to the time when one that was made here should be made anew. */
gint64 rtc_certificate_get_rest_to_renewal (GTlsCertificate *certificate, gint64 now);
