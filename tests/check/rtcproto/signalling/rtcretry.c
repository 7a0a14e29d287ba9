/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a server is asked again. */
#include "signalling/rtcretry.h"

#define S GST_SECOND
#define MS GST_MSECOND
#define NONE GST_CLOCK_TIME_NONE
/* 1994-11-06 08:49:07 UTC */
#define NOW 784111747

static const struct {
  const gchar *text;
  GstClockTime wait;
} afters[] = {
  { NULL, NONE },
  { "", NONE },
  { "0", 0 },
  { "5", 5 * S },
  { "120", 120 * S },
  { "99999999999999999999", 1000000 * S },
  { "-1", NONE },
  { "1.5", NONE },
  { "soon", NONE },
  { "Sun, 06 Nov 1994 08:49:37 GMT", 30 * S },
  { "Sun, 06 Nov 1994 08:49:07 GMT", 0 },
  { "Sun, 06 Nov 1993 08:49:07 GMT", 0 },
  { "Sun, 06 Nov 9994 08:49:07 GMT", 1000000 * S },
  { "Sun, 06 Abc 1994 08:49:37 GMT", NONE },
  { "Sun, 06 anF 1994 08:49:37 GMT", NONE },
  { "Sun, 76 Nov 1994 08:49:37 GMT", NONE },
  { "Sunday, 06-Nov-94 08:49:37 GMT", NONE },
};

static void
test_after (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (afters); i++) {
    g_test_message ("%s", afters[i].text);
    g_assert_cmpuint (rtc_retry_parse_after (afters[i].text, NOW), ==, afters[i].wait);
  }
}

static const struct {
  const gchar *name;
  GstClockTime limit;
  /* What the server asks for each time. */
  GstClockTime after;
  GstClockTime waits[9];
} rows[] = {
  { "doubles up to a limit", NONE, NONE,
      { 500 * MS, 1 * S, 2 * S, 4 * S, 8 * S, 16 * S, 16 * S, 16 * S, 16 * S } },
  { "ends", 4 * S, NONE, { 500 * MS, 1 * S, 2 * S, NONE } },
  { "one try only", 0, NONE, { NONE } },
  { "the server says when", 10 * S, 3 * S, { 3 * S, 3 * S, 3 * S, NONE } },
  { "no loop without pause", 1 * S, 0, { 500 * MS, 500 * MS, NONE } },
  { "too long to wait", NONE, 301 * S, { NONE } },
  { "longer than there is time", 10 * S, 11 * S, { NONE } },
};

static void
test_waits (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstClockTime now = 100 * S;
    RtcRetry retry;
    g_test_message ("%s", rows[i].name);
    rtc_retry_init (&retry, rows[i].limit);
    for (gsize k = 0; k < G_N_ELEMENTS (rows[i].waits) && rows[i].waits[k] != 0; k++) {
      GstClockTime wait = rtc_retry_next (&retry, rows[i].after, now);
      g_assert_cmpuint (wait, ==, rows[i].waits[k]);
      if (wait == NONE)
        break;
      now += wait;
    }
  }
}

static void
test_reset (void)
{
  RtcRetry retry;
  rtc_retry_init (&retry, 1 * S);
  g_assert_cmpuint (rtc_retry_next (&retry, NONE, 10 * S), ==, 500 * MS);
  g_assert_cmpuint (rtc_retry_next (&retry, NONE, 20 * S), ==, NONE);
  rtc_retry_reset (&retry);
  g_assert_cmpuint (rtc_retry_next (&retry, NONE, 20 * S), ==, 500 * MS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/retry/after", test_after);
  g_test_add_func ("/signalling/retry/waits", test_waits);
  g_test_add_func ("/signalling/retry/reset", test_reset);
  return g_test_run ();
}
