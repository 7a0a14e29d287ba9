/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificate fingerprints (RFC 8122): text, bytes, comparing. The digest itself is computed by
 * whoever has the certificate. Owned by the description or the transport that holds it. */
#include "wire/rtcfingerprint.h"

#include <string.h>

#include "base/rtcerror.h"

static const struct {
  const gchar *name;
  gsize size_bytes;
} hashes[] = {
  { "sha-256", 32 },
  { "sha-384", 48 },
  { "sha-512", 64 },
};

gsize
rtc_fingerprint_hash_size (const gchar *hash)
{
  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++)
    if (g_ascii_strcasecmp (hash, hashes[i].name) == 0)
      return hashes[i].size_bytes;
  return 0;
}

RtcFingerprint *
rtc_fingerprint_new (const gchar *hash, const gchar *value)
{
  RtcFingerprint *fingerprint = g_new0 (RtcFingerprint, 1);

  fingerprint->hash = g_ascii_strdown (hash, -1);
  fingerprint->value = g_ascii_strup (value, -1);
  return fingerprint;
}

RtcFingerprint *
rtc_fingerprint_copy (const RtcFingerprint *fingerprint)
{
  return rtc_fingerprint_new (fingerprint->hash, fingerprint->value);
}

void
rtc_fingerprint_free (RtcFingerprint *fingerprint)
{
  if (!fingerprint)
    return;
  g_free (fingerprint->hash);
  g_free (fingerprint->value);
  g_free (fingerprint);
}

gsize
rtc_fingerprint_to_bytes (
    const RtcFingerprint *fingerprint, guint8 out_bytes[RTC_FINGERPRINT_MAX_BYTES])
{
  gsize size = rtc_fingerprint_hash_size (fingerprint->hash);
  const gchar *value = fingerprint->value;
  guint8 bytes[RTC_FINGERPRINT_MAX_BYTES];

  /* RFC 8122 §5: fingerprint = 2UHEX *(":" 2UHEX) */
  if (size == 0 || strlen (value) != size * 3 - 1)
    return 0;
  for (gsize i = 0; i < size; i++, value += 3) {
    if (!g_ascii_isxdigit (value[0]) || !g_ascii_isxdigit (value[1]))
      return 0;
    if (value[2] != (i + 1 < size ? ':' : '\0'))
      return 0;
    bytes[i] = (guint8) (g_ascii_xdigit_value (value[0]) << 4 | g_ascii_xdigit_value (value[1]));
  }
  memcpy (out_bytes, bytes, size);
  return size;
}

RtcFingerprint *
rtc_fingerprint_from_text (const gchar *text, GError **error)
{
  g_autoptr (RtcFingerprint) fingerprint = NULL;
  g_auto (GStrv) words = g_strsplit (text, " ", 3);
  guint8 bytes[RTC_FINGERPRINT_MAX_BYTES];

  if (g_strv_length (words) != 2) {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX,
        "the fingerprint is not a hash, a space and hexadecimal pairs");
    return NULL;
  }
  if (rtc_fingerprint_hash_size (words[0]) == 0) {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_UNSUPPORTED,
        "the fingerprint's hash is not sha-256, sha-384 or sha-512");
    return NULL;
  }
  fingerprint = rtc_fingerprint_new (words[0], words[1]);
  if (rtc_fingerprint_to_bytes (fingerprint, bytes) == 0) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_SYNTAX,
        "the fingerprint is not %" G_GSIZE_FORMAT " hexadecimal pairs with colons between",
        rtc_fingerprint_hash_size (words[0]));
    return NULL;
  }
  return g_steal_pointer (&fingerprint);
}

gchar *
rtc_fingerprint_to_text (const RtcFingerprint *fingerprint)
{
  return g_strconcat (fingerprint->hash, " ", fingerprint->value, NULL);
}

RtcFingerprint *
rtc_fingerprint_from_bytes (const gchar *hash, const guint8 *bytes, gsize size)
{
  g_autoptr (GString) value = NULL;

  if (size == 0 || size != rtc_fingerprint_hash_size (hash))
    return NULL;
  value = g_string_sized_new (size * 3);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (value, "%s%02X", i ? ":" : "", bytes[i]);
  return rtc_fingerprint_new (hash, value->str);
}

static gboolean
bytes_equal (const guint8 *a, const guint8 *b, gsize size)
{
  volatile guint8 difference = 0;

  for (gsize i = 0; i < size; i++)
    difference = difference | (a[i] ^ b[i]);
  return difference == 0;
}

gboolean
rtc_fingerprint_equal (const RtcFingerprint *a, const RtcFingerprint *b)
{
  guint8 bytes_a[RTC_FINGERPRINT_MAX_BYTES], bytes_b[RTC_FINGERPRINT_MAX_BYTES];
  gsize size = rtc_fingerprint_to_bytes (a, bytes_a);

  return size != 0 && g_ascii_strcasecmp (a->hash, b->hash) == 0 &&
      rtc_fingerprint_to_bytes (b, bytes_b) == size && bytes_equal (bytes_a, bytes_b, size);
}

gboolean
rtc_fingerprints_match (
    const GPtrArray *fingerprints, const gchar *hash, const guint8 *digest, gsize size)
{
  gboolean is_found = FALSE;

  for (guint i = 0; i < fingerprints->len; i++) {
    const RtcFingerprint *fingerprint = g_ptr_array_index (fingerprints, i);
    guint8 bytes[RTC_FINGERPRINT_MAX_BYTES];

    if (g_ascii_strcasecmp (fingerprint->hash, hash) != 0)
      continue;
    if (rtc_fingerprint_to_bytes (fingerprint, bytes) == size && bytes_equal (bytes, digest, size))
      is_found = TRUE;
  }
  return is_found;
}
