/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The system's source does not repeat itself, the seeded one does. */
#include "base/rtcrandom.h"

#include <string.h>

#include "base/rtctext.h"

static void
test_seeded_repeats (void)
{
  guint64 seed_a = 7, seed_b = 7, seed_c = 8;
  RtcRandom a = rtc_random_seeded (&seed_a), b = rtc_random_seeded (&seed_b);
  RtcRandom c = rtc_random_seeded (&seed_c);
  guint64 first = rtc_random_uint64 (a);

  g_assert_cmphex (first, ==, rtc_random_uint64 (b));
  g_assert_cmphex (first, !=, rtc_random_uint64 (c));
  g_assert_cmphex (first, !=, rtc_random_uint64 (a));
}

static void
test_system_differs (void)
{
  RtcRandom random = rtc_random_system ();
  guint8 a[1000], b[1000];

  rtc_random_bytes (random, a, sizeof a);
  rtc_random_bytes (random, b, sizeof b);
  g_assert_cmpint (memcmp (a, b, sizeof a), !=, 0);
  g_assert_cmphex (rtc_random_uint64 (random), !=, rtc_random_uint64 (random));
}

static void
test_ice_string (void)
{
  RtcRandom random = rtc_random_system ();
  gboolean seen[256] = { 0 };
  guint n_seen = 0;
  g_autofree gchar *string = rtc_random_ice_string (random, 10000);
  g_autofree gchar *empty = rtc_random_ice_string (random, 0);

  g_assert_true (rtc_text_is_ice_chars (string, 10000, 10000));
  g_assert_cmpstr (empty, ==, "");
  for (const gchar *c = string; *c; c++) {
    n_seen += !seen[(guchar) *c];
    seen[(guchar) *c] = TRUE;
  }
  g_assert_cmpuint (n_seen, ==, 64);
}

static void
test_uint32_spreads (void)
{
  guint64 seed = 1;
  RtcRandom random = rtc_random_seeded (&seed);
  guint32 all_or = 0, all_and = G_MAXUINT32;

  for (guint i = 0; i < 64; i++) {
    guint32 value = rtc_random_uint32 (random);

    all_or |= value;
    all_and &= value;
  }
  g_assert_cmphex (all_or, ==, G_MAXUINT32);
  g_assert_cmphex (all_and, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/seeded-repeats", test_seeded_repeats);
  g_test_add_func ("/random/system-differs", test_system_differs);
  g_test_add_func ("/random/ice-string", test_ice_string);
  g_test_add_func ("/random/uint32-spreads", test_uint32_spreads);
  return g_test_run ();
}
