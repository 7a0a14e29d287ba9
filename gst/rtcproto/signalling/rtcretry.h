/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * When a client asks a server again: Retry-After (RFC 9110 §10.2.3) where the server gave it, else
 * waits that double up to a limit. A value, owned by the client role; time is given in.
 */
#pragma once

#include <gst/gst.h>

#define RTC_RETRY_FIRST (500 * GST_MSECOND)
#define RTC_RETRY_LONGEST (16 * GST_SECOND)
/* A server that wants more is not waited for. */
#define RTC_RETRY_LONGEST_AFTER (300 * GST_SECOND)

typedef struct {
  /* No try begins later than this long after the first one; GST_CLOCK_TIME_NONE: never ends. */
  GstClockTime limit;
  /* GST_CLOCK_TIME_NONE before the first try. */
  GstClockTime started;
  guint n_waits;
} RtcRetry;

void rtc_retry_init (RtcRetry *retry, GstClockTime limit);
/* It worked: the next trouble begins anew. */
void rtc_retry_reset (RtcRetry *retry);
/* How long to wait from @now on; GST_CLOCK_TIME_NONE: give up. @after: what the server asked for,
 * or GST_CLOCK_TIME_NONE. */
GstClockTime rtc_retry_next (RtcRetry *retry, GstClockTime after, GstClockTime now);

/* Seconds or a date, of which @utc_seconds is the present; GST_CLOCK_TIME_NONE: neither, or NULL.
 */
GstClockTime rtc_retry_parse_after (const gchar *text, gint64 utc_seconds);
