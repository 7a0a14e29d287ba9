/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waits between tries (RFC 9110 §10.2.3). Owned by the client role. */
#include "signalling/rtcretry.h"

#include <stdio.h>
#include <string.h>

/* More seconds than anybody waits, and no overflow. */
#define MAX_SECONDS 1000000
/* RTC_RETRY_FIRST << this > RTC_RETRY_LONGEST */
#define MAX_DOUBLINGS 6

void
rtc_retry_init (RtcRetry *retry, GstClockTime limit)
{
  retry->limit = limit;
  rtc_retry_reset (retry);
}

void
rtc_retry_reset (RtcRetry *retry)
{
  retry->started = GST_CLOCK_TIME_NONE;
  retry->n_waits = 0;
}

GstClockTime
rtc_retry_next (RtcRetry *retry, GstClockTime after, GstClockTime now)
{
  GstClockTime wait =
      MIN (RTC_RETRY_FIRST << MIN (retry->n_waits, MAX_DOUBLINGS), RTC_RETRY_LONGEST);
  if (retry->started == GST_CLOCK_TIME_NONE)
    retry->started = now;
  retry->n_waits++;
  if (after != GST_CLOCK_TIME_NONE) {
    if (after > RTC_RETRY_LONGEST_AFTER)
      return GST_CLOCK_TIME_NONE;
    /* "0" must not make a loop without pause. */
    wait = MAX (after, RTC_RETRY_FIRST);
  }
  if (retry->limit != GST_CLOCK_TIME_NONE && now + wait > retry->started + retry->limit)
    return GST_CLOCK_TIME_NONE;
  return wait;
}

static gint
find_month (const gchar *name)
{
  static const gchar names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const gchar *found = strlen (name) == 3 ? strstr (names, name) : NULL;
  return found != NULL && (found - names) % 3 == 0 ? (gint) (found - names) / 3 + 1 : 0;
}

/* RFC 9110 §5.6.7: IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT". */
static GstClockTime
parse_date (const gchar *text, gint64 utc_seconds)
{
  g_autoptr (GDateTime) date = NULL;
  gchar month[4] = "";
  gint day = 0, year = 0, hour = 0, minute = 0, second = 0;
  gint64 wait;
  if (sscanf (text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT", &day, month, &year, &hour,
          &minute, &second) != 6)
    return GST_CLOCK_TIME_NONE;
  date = g_date_time_new_utc (year, find_month (month), day, hour, minute, second);
  if (date == NULL)
    return GST_CLOCK_TIME_NONE;
  wait = CLAMP (g_date_time_to_unix (date) - utc_seconds, 0, MAX_SECONDS);
  return (GstClockTime) wait * GST_SECOND;
}

GstClockTime
rtc_retry_parse_after (const gchar *text, gint64 utc_seconds)
{
  const gchar *end = text;
  if (text == NULL)
    return GST_CLOCK_TIME_NONE;
  while (g_ascii_isdigit (*end))
    end++;
  if (end != text && *end == '\0')
    return MIN (g_ascii_strtoull (text, NULL, 10), MAX_SECONDS) * GST_SECOND;
  return parse_date (text, utc_seconds);
}
