/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers and words of SDP. */
#include "base/rtctext.h"

#include <string.h>

static const struct {
  const gchar *text;
  guint64 max;
  gboolean is_number;
  guint64 value;
} numbers[] = {
  { "0", 0, TRUE, 0 },
  { "1", 0, FALSE, 0 },
  { "007", 7, TRUE, 7 },
  { "65535", 65535, TRUE, 65535 },
  { "65536", 65535, FALSE, 0 },
  { "", 9, FALSE, 0 },
  { "+7", 9, FALSE, 0 },
  { "-7", 9, FALSE, 0 },
  { " 7", 9, FALSE, 0 },
  { "7 ", 9, FALSE, 0 },
  { "0x7", 9, FALSE, 0 },
  { "1e1", 99, FALSE, 0 },
  { "18446744073709551615", G_MAXUINT64, TRUE, G_MAXUINT64 },
  { "18446744073709551616", G_MAXUINT64, FALSE, 0 },
  { "99999999999999999999999999", G_MAXUINT64, FALSE, 0 },
};

static void
test_numbers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    guint64 value = 42;

    g_test_message ("\"%s\" up to %" G_GUINT64_FORMAT, numbers[i].text, numbers[i].max);
    g_assert_cmpint (
        rtc_text_to_number (numbers[i].text, numbers[i].max, &value), ==, numbers[i].is_number);
    g_assert_cmpuint (value, ==, numbers[i].is_number ? numbers[i].value : 42);
  }
}

static const struct {
  const gchar *text;
  gboolean is_token, is_ice, is_rid, is_word;
} words[] = {
  { "", FALSE, FALSE, FALSE, FALSE },
  { "abc", TRUE, TRUE, TRUE, TRUE },
  { "a+b/", FALSE, TRUE, FALSE, TRUE },
  { "a+b", TRUE, TRUE, FALSE, TRUE },
  { "a-b_c", TRUE, FALSE, TRUE, TRUE },
  { "{ab}", TRUE, FALSE, FALSE, TRUE },
  { "a b", FALSE, FALSE, FALSE, FALSE },
  { "a\tb", FALSE, FALSE, FALSE, FALSE },
  { "a\x7f", FALSE, FALSE, FALSE, FALSE },
  { "a:b", FALSE, FALSE, FALSE, TRUE },
  { "\xc3\xa4", FALSE, FALSE, FALSE, TRUE },
  { "123456789", FALSE, FALSE, FALSE, FALSE },
};

static void
test_words (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    g_test_message ("\"%s\"", words[i].text);
    g_assert_cmpint (rtc_text_is_token (words[i].text, 8), ==, words[i].is_token);
    g_assert_cmpint (rtc_text_is_ice_chars (words[i].text, 1, 8), ==, words[i].is_ice);
    g_assert_cmpint (
        rtc_text_is_rid (words[i].text, strlen (words[i].text), 8), ==, words[i].is_rid);
    g_assert_cmpint (rtc_text_is_word (words[i].text, 8), ==, words[i].is_word);
  }
  g_assert_false (rtc_text_is_ice_chars ("abc", 4, 8));
}

static void
test_take_word (void)
{
  const gchar *rest;
  g_autofree gchar *first = rtc_text_take_word ("a  b c", &rest);
  g_autofree gchar *second = NULL, *none = NULL;

  g_assert_cmpstr (first, ==, "a");
  g_assert_cmpstr (rest, ==, "b c");
  second = rtc_text_take_word ("bc", &rest);
  g_assert_cmpstr (second, ==, "bc");
  g_assert_cmpstr (rest, ==, "");
  none = rtc_text_take_word (" x", &rest);
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (rest, ==, "x");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/numbers", test_numbers);
  g_test_add_func ("/text/words", test_words);
  g_test_add_func ("/text/take-word", test_take_word);
  return g_test_run ();
}
