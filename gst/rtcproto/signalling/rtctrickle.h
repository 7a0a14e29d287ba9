/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Candidates that travel beside the descriptions: checked one by one, kept until their description
 * is there, and written into an answer that must carry them all. Plain values and one bounded list.
 */
#pragma once

#include "base/rtcerror.h"

#define RTC_TRICKLE_MAX_CANDIDATE 1024
#define RTC_TRICKLE_MAX_CANDIDATES 64

typedef struct {
  /* "candidate:...", or empty for the end of candidates. */
  gchar *candidate;
  /* NULL or the a=mid of the section; else @section counts, -1 when neither was given. */
  gchar *mid;
  gint section;
} RtcTrickleCandidate;

/* A list that takes at most RTC_TRICKLE_MAX_CANDIDATES. */
typedef struct _RtcTrickleQueue RtcTrickleQueue;

/* Takes what may stand before the line away ("a=", spaces). FALSE: not a candidate line. */
gboolean rtc_trickle_normalize (const gchar *text, gchar **out_candidate, GError **error);

RtcTrickleQueue *rtc_trickle_queue_new (void);
void rtc_trickle_queue_free (RtcTrickleQueue *queue);
/* FALSE with RTC_ERROR_LIMIT when the list is full. Copies the strings. */
gboolean rtc_trickle_queue_push (
    RtcTrickleQueue *queue, const RtcTrickleCandidate *candidate, GError **error);
guint rtc_trickle_queue_get_length (const RtcTrickleQueue *queue);
const RtcTrickleCandidate *rtc_trickle_queue_peek (const RtcTrickleQueue *queue, guint index);
void rtc_trickle_queue_drop_first (RtcTrickleQueue *queue);
void rtc_trickle_queue_clear (RtcTrickleQueue *queue);

/* (transfer full): @sdp with those candidates of @queue that are not in it yet, each at the end of
 * its section, and, when @is_end, a=end-of-candidates in each section that has candidates (RFC 8840
 * §4.1.1). */
gchar *rtc_trickle_complete_description (
    const gchar *sdp, const RtcTrickleQueue *queue, gboolean is_end);
