/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * a=fingerprint (RFC 8122 §5) as text and as bytes. Only hashes that stand today are known: a
 * fingerprint of md5 or sha-1 proves nothing and is treated as if it were not there.
 */
#pragma once

#include <glib.h>

/* SHA-512 */
#define RTC_FINGERPRINT_MAX_BYTES 64

/* @hash in lower case ("sha-256"), @value in upper case hex pairs ("AB:CD:..."). */
typedef struct {
  gchar *hash;
  gchar *value;
} RtcFingerprint;

/* The strings are taken as they are, only their case is made the one above. */
RtcFingerprint *rtc_fingerprint_new (const gchar *hash, const gchar *value);
RtcFingerprint *rtc_fingerprint_copy (const RtcFingerprint *fingerprint);
void rtc_fingerprint_free (RtcFingerprint *fingerprint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcFingerprint, rtc_fingerprint_free)

/* "sha-256 AB:CD:...", in either case. NULL with an RTC_ERROR: UNSUPPORTED for a hash that is not
 * sha-256, sha-384 or sha-512; SYNTAX for hex that is malformed or of another length. */
RtcFingerprint *rtc_fingerprint_from_text (const gchar *text, GError **error);
/* (transfer full): the same line, as it is written into a=fingerprint. */
gchar *rtc_fingerprint_to_text (const RtcFingerprint *fingerprint);
/* NULL when @size is not that of @hash, or @hash is not known. */
RtcFingerprint *rtc_fingerprint_from_bytes (const gchar *hash, const guint8 *bytes, gsize size);
/* The digest's size; 0 when the value is malformed. */
gsize rtc_fingerprint_to_bytes (
    const RtcFingerprint *fingerprint, guint8 out_bytes[RTC_FINGERPRINT_MAX_BYTES]);
/* The digest's size in bytes, 0 for a hash that is not known. Without case. */
gsize rtc_fingerprint_hash_size (const gchar *hash);

/* Same hash and same digest. The time depends on the sizes only, not on where they differ. */
gboolean rtc_fingerprint_equal (const RtcFingerprint *a, const RtcFingerprint *b);
/* Whether @digest, made with @hash, is one of @fingerprints (array of RtcFingerprint): RFC 8122
 * §5.1 wants a match with any of those that use this hash. */
gboolean rtc_fingerprints_match (
    const GPtrArray *fingerprints, const gchar *hash, const guint8 *digest, gsize size);
