/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fingerprints as text and bytes, and which of them prove a certificate. */
#include "wire/rtcfingerprint.h"

#include <string.h>

#include "base/rtcerror.h"

#define PAIRS_16 "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"
#define PAIRS_16_UPPER "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"
#define PAIRS_32 PAIRS_16 ":" PAIRS_16
#define UPPER_32 PAIRS_16_UPPER ":" PAIRS_16_UPPER

static const struct {
  const gchar *name;
  const gchar *text;
  gint code; /* -1: good */
} rows[] = {
  { "sha-256", "sha-256 " PAIRS_32, -1 },
  { "upper case hash", "SHA-256 " PAIRS_32, -1 },
  { "sha-384", "sha-384 " PAIRS_32 ":" PAIRS_16, -1 },
  { "sha-512", "sha-512 " PAIRS_32 ":" PAIRS_32, -1 },
  { "sha-1", "sha-1 " PAIRS_16 ":00:11:22:33", RTC_ERROR_UNSUPPORTED },
  { "md5", "md5 " PAIRS_16, RTC_ERROR_UNSUPPORTED },
  { "empty", "", RTC_ERROR_SYNTAX },
  { "hash only", "sha-256", RTC_ERROR_SYNTAX },
  { "no hex", "sha-256 ", RTC_ERROR_SYNTAX },
  { "short", "sha-256 " PAIRS_16, RTC_ERROR_SYNTAX },
  { "long", "sha-256 " PAIRS_32 ":00", RTC_ERROR_SYNTAX },
  { "last digit missing", "sha-256 " PAIRS_16 ":00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:f",
      RTC_ERROR_SYNTAX },
  { "colon at end",
      "sha-256 " PAIRS_16 ":00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:", RTC_ERROR_SYNTAX },
  { "wrong digit", "sha-256 " PAIRS_16 ":00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:fg",
      RTC_ERROR_SYNTAX },
  { "wrong separator", "sha-256 " PAIRS_16 "-" PAIRS_16, RTC_ERROR_SYNTAX },
  { "third word", "sha-256 " PAIRS_32 " x", RTC_ERROR_SYNTAX },
};

static void
test_text (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RtcFingerprint) fingerprint = rtc_fingerprint_from_text (rows[i].text, &error);

    g_test_message ("%s", rows[i].name);
    g_assert_cmpint (fingerprint != NULL, ==, rows[i].code < 0);
    if (rows[i].code >= 0)
      g_assert_error (error, RTC_ERROR, rows[i].code);
  }
}

static void
test_canonical (void)
{
  g_autoptr (RtcFingerprint) fingerprint = rtc_fingerprint_from_text ("SHA-256 " PAIRS_32, NULL);
  g_autoptr (RtcFingerprint) again = NULL;
  g_autofree gchar *text = rtc_fingerprint_to_text (fingerprint);
  guint8 bytes[RTC_FINGERPRINT_MAX_BYTES];

  g_assert_cmpstr (text, ==, "sha-256 " UPPER_32);
  g_assert_cmpuint (rtc_fingerprint_to_bytes (fingerprint, bytes), ==, 32);
  g_assert_cmphex (bytes[31], ==, 0xff);
  again = rtc_fingerprint_from_bytes ("sha-256", bytes, 32);
  g_assert_cmpstr (again->value, ==, UPPER_32);
  g_assert_true (rtc_fingerprint_equal (fingerprint, again));
  g_assert_null (rtc_fingerprint_from_bytes ("sha-256", bytes, 31));
  g_assert_null (rtc_fingerprint_from_bytes ("sha-1", bytes, 20));
}

static void
test_match (void)
{
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_fingerprint_free);
  guint8 digest[RTC_FINGERPRINT_MAX_BYTES] = { 0 };

  g_assert_false (rtc_fingerprints_match (list, "sha-256", digest, 32));
  g_ptr_array_add (list, rtc_fingerprint_new ("sha-256", "garbage"));
  g_ptr_array_add (list, rtc_fingerprint_from_bytes ("sha-512", digest, 64));
  g_assert_false (rtc_fingerprints_match (list, "sha-256", digest, 32));
  g_ptr_array_add (list, rtc_fingerprint_from_bytes ("sha-256", digest, 32));
  g_assert_true (rtc_fingerprints_match (list, "SHA-256", digest, 32));
  g_assert_false (rtc_fingerprints_match (list, "sha-256", digest, 31));
  for (guint i = 0; i < 32; i++) {
    digest[i] ^= 1;
    g_assert_false (rtc_fingerprints_match (list, "sha-256", digest, 32));
    digest[i] ^= 1;
  }
}

static void
test_unequal (void)
{
  g_autoptr (RtcFingerprint) good = rtc_fingerprint_new ("sha-256", UPPER_32);
  g_autoptr (RtcFingerprint) broken = rtc_fingerprint_new ("sha-256", "00");
  g_autoptr (RtcFingerprint) other = rtc_fingerprint_new ("sha-384", UPPER_32 ":" PAIRS_16_UPPER);

  g_assert_false (rtc_fingerprint_equal (good, broken));
  g_assert_false (rtc_fingerprint_equal (broken, broken));
  g_assert_false (rtc_fingerprint_equal (good, other));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fingerprint/text", test_text);
  g_test_add_func ("/fingerprint/canonical", test_canonical);
  g_test_add_func ("/fingerprint/match", test_match);
  g_test_add_func ("/fingerprint/unequal", test_unequal);
  return g_test_run ();
}
