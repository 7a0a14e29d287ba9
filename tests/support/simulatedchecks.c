/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What ICE's checks come to at one end of a simulated link; see simulatedchecks.h. */

#include "simulatedchecks.h"

/* How long wrong or unanswered checks go on. */
#define CHECK_LIMIT (5 * GST_SECOND)
/* Answers missing this long: disconnected. */
#define DISCONNECT_LIMIT (2500 * GST_MSECOND)
/* RFC 7675 §5.1: consent "expires after 30 seconds". */
#define CONSENT_LIMIT (30 * GST_SECOND)

#define NEVER GST_CLOCK_TIME_NONE

void
rtc_simulated_checks_init (RtcSimulatedChecks *checks)
{
  *checks = (RtcSimulatedChecks){
    .state = GST_WEBRTC_ICE_CONNECTION_STATE_NEW,
    .checking_since = NEVER,
    .answer_at = NEVER,
    .nomination_at = NEVER,
    .blackout_since = NEVER,
  };
}

static gboolean
enter (RtcSimulatedChecks *checks, GstWebRTCICEConnectionState state)
{
  checks->state = state;
  return TRUE;
}

static gboolean
start_checking (RtcSimulatedChecks *checks, GstClockTime now)
{
  checks->checking_since = now;
  checks->answer_at = NEVER;
  checks->nomination_at = NEVER;
  checks->blackout_since = NEVER;
  return enter (checks, GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING);
}

static gboolean
fail (RtcSimulatedChecks *checks)
{
  checks->is_open = FALSE;
  checks->checking_since = NEVER;
  checks->answer_at = NEVER;
  checks->blackout_since = NEVER;
  /* Only new credentials of both sides begin anew. */
  checks->is_local_new = FALSE;
  checks->is_remote_new = FALSE;
  return enter (checks, GST_WEBRTC_ICE_CONNECTION_STATE_FAILED);
}

static gboolean
connect (RtcSimulatedChecks *checks, const RtcSimulatedView *view, GstClockTime now)
{
  checks->is_open = TRUE;
  checks->checking_since = NEVER;
  checks->answer_at = NEVER;
  checks->nomination_at = now + view->round_trip;
  checks->is_local_new = FALSE;
  checks->is_remote_new = FALSE;
  checks->n_connected++;
  return enter (checks, GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED);
}

static gboolean
step_checking (RtcSimulatedChecks *checks, const RtcSimulatedView *view, GstClockTime now)
{
  if (view->pair == RTC_SIMULATED_PAIR_RIGHT && !view->is_blacked_out) {
    if (checks->answer_at == NEVER)
      checks->answer_at = now + view->round_trip;
    if (now >= checks->answer_at)
      return connect (checks, view, now);
  } else {
    checks->answer_at = NEVER;
  }
  if (now >= checks->checking_since + CHECK_LIMIT)
    return fail (checks);
  return FALSE;
}

static gboolean
step_connected (RtcSimulatedChecks *checks, const RtcSimulatedView *view, GstClockTime now)
{
  if (!view->is_blacked_out) {
    checks->blackout_since = NEVER;
    if (now < checks->nomination_at)
      return FALSE;
    checks->nomination_at = NEVER;
    return enter (checks, GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED);
  }
  if (checks->blackout_since == NEVER)
    checks->blackout_since = now;
  if (now < checks->blackout_since + DISCONNECT_LIMIT)
    return FALSE;
  return enter (checks, GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED);
}

static gboolean
step_disconnected (RtcSimulatedChecks *checks, const RtcSimulatedView *view, GstClockTime now)
{
  if (!view->is_blacked_out) {
    checks->blackout_since = NEVER;
    checks->nomination_at = now + view->round_trip;
    return enter (checks, GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED);
  }
  return now >= checks->blackout_since + CONSENT_LIMIT ? fail (checks) : FALSE;
}

gboolean
rtc_simulated_checks_step (
    RtcSimulatedChecks *checks, const RtcSimulatedView *view, GstClockTime now)
{
  gboolean may_check =
      view->has_credentials && (view->has_candidate || view->pair != RTC_SIMULATED_PAIR_INCOMPLETE);
  gboolean is_checking = checks->state == GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING;

  /* RFC 8445 §9: a restart needs new credentials on both sides. */
  if (!is_checking && may_check && checks->is_local_new && checks->is_remote_new)
    return start_checking (checks, now);

  switch (checks->state) {
  case GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING:
    return step_checking (checks, view, now);
  case GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED:
  case GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED:
    return step_connected (checks, view, now);
  case GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED:
    return step_disconnected (checks, view, now);
  default:
    return FALSE;
  }
}

GstClockTime
rtc_simulated_checks_next_deadline (const RtcSimulatedChecks *checks)
{
  switch (checks->state) {
  case GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING:
    return MIN (checks->checking_since + CHECK_LIMIT, checks->answer_at);
  case GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED:
  case GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED:
    if (checks->blackout_since != NEVER)
      return checks->blackout_since + DISCONNECT_LIMIT;
    return checks->nomination_at;
  case GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED:
    return checks->blackout_since + CONSENT_LIMIT;
  default:
    return NEVER;
  }
}
