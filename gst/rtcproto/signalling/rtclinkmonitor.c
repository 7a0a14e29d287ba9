/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * When to restart ICE, see the header. Five phases: watching a link that works; waiting, because
 * there is trouble and a restart is not due yet; restarting; following a restart of the other side;
 * and given up.
 */
#include "signalling/rtclinkmonitor.h"

#define CALM_PERIOD (5 * GST_SECOND)
#define TROUBLE_PERIOD GST_SECOND
#define RESTART_PERIOD (100 * GST_MSECOND)
/* A link that was good for this long has healed, whatever was wrong: attempts are counted anew. */
#define SETTLE_TIME (10 * GST_SECOND)
/* A restart that had begun before the network changed may have gathered what is gone: it gets no
 * more time than this. */
#define STALE_TIME (2 * GST_SECOND)
#define MAX_BACKOFF_DOUBLINGS 10

typedef enum {
  PHASE_NEW,
  PHASE_WATCHING,
  PHASE_WAITING,
  PHASE_RESTARTING,
  PHASE_FOLLOWING,
  PHASE_GIVEN_UP,
} Phase;

/* What is wrong. Of several the first one counts. */
typedef enum {
  TROUBLE_NONE,
  TROUBLE_PAIR_LOST,
  TROUBLE_FAILED,
  TROUBLE_IDLE,
  TROUBLE_SEND,
  TROUBLE_ROUND_TRIP,
  TROUBLE_LOSS,
  TROUBLE_ADDRESS_ADDED,
} Trouble;

static const gchar *const trouble_texts[] = {
  [TROUBLE_NONE] = "the link is bad",
  [TROUBLE_PAIR_LOST] = "the address in use is gone",
  [TROUBLE_FAILED] = "the connection failed",
  [TROUBLE_IDLE] = "nothing was heard of the peer",
  [TROUBLE_SEND] = "packets cannot be sent",
  [TROUBLE_ROUND_TRIP] = "the round trip is too long",
  [TROUBLE_LOSS] = "too many packets are lost",
  [TROUBLE_ADDRESS_ADDED] = "there is a new address",
};

struct _RtcLinkMonitor {
  RtcLinkLimits limits;
  Phase phase;
  GstWebRTCICEConnectionState state;
  gboolean has_network;
  gboolean is_pair_lost;
  GstClockTime next_sample;

  /* measurements in a row that were bad */
  guint n_silent;
  guint n_refused;
  guint n_slow;
  guint n_lossy;

  Trouble trouble; /* of the phases from waiting on */
  GstClockTime restart_at;
  GstClockTime phase_start;
  GstClockTime phase_end; /* of a restart; GST_CLOCK_TIME_NONE for the other phases */
  guint n_attempts;
  GstClockTime good_since; /* GST_CLOCK_TIME_NONE: it is not */

  /* told by the next decisions */
  gboolean is_completed;
  guint told_attempt;
  GstClockTime duration;
  gchar *failure;
  gchar *told; /* the failure that the last decision points to */
  gboolean has_given_up;
};

RtcLinkLimits
rtc_link_limits_default (void)
{
  return (RtcLinkLimits){
    .is_automatic = TRUE,
    .idle_limit = 10 * GST_SECOND,
    .failure_limit = 3,
    .max_attempts = 3,
    .round_trip_limit = 2 * GST_SECOND,
    .loss_limit_percent = 50,
    .backoff = GST_SECOND,
    .attempt_limit = 10 * GST_SECOND,
    .follows_addresses = TRUE,
    .patience = 0,
  };
}

RtcLinkMonitor *
rtc_link_monitor_new (const RtcLinkLimits *limits)
{
  RtcLinkMonitor *monitor = g_new0 (RtcLinkMonitor, 1);

  monitor->limits = *limits;
  monitor->has_network = TRUE;
  monitor->next_sample = GST_CLOCK_TIME_NONE;
  monitor->restart_at = GST_CLOCK_TIME_NONE;
  monitor->phase_end = GST_CLOCK_TIME_NONE;
  monitor->good_since = GST_CLOCK_TIME_NONE;
  return monitor;
}

void
rtc_link_monitor_free (RtcLinkMonitor *monitor)
{
  if (monitor == NULL)
    return;
  g_free (monitor->failure);
  g_free (monitor->told);
  g_free (monitor);
}

static gboolean
is_connected (const RtcLinkMonitor *monitor)
{
  return monitor->state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED ||
      monitor->state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED;
}

static gboolean
is_under_way (const RtcLinkMonitor *monitor)
{
  return monitor->phase == PHASE_RESTARTING || monitor->phase == PHASE_FOLLOWING;
}

static GstClockTime
sample_period (const RtcLinkMonitor *monitor)
{
  if (is_under_way (monitor))
    return RESTART_PERIOD;
  return is_connected (monitor) ? CALM_PERIOD : TROUBLE_PERIOD;
}

static void
enter (RtcLinkMonitor *monitor, Phase phase, GstClockTime now)
{
  monitor->phase = phase;
  monitor->phase_start = now;
  monitor->restart_at = GST_CLOCK_TIME_NONE;
  monitor->phase_end =
      is_under_way (monitor) ? now + monitor->limits.attempt_limit : GST_CLOCK_TIME_NONE;
  monitor->next_sample = phase == PHASE_NEW ? GST_CLOCK_TIME_NONE : now + sample_period (monitor);
}

static void
forget_samples (RtcLinkMonitor *monitor)
{
  monitor->n_silent = monitor->n_refused = monitor->n_slow = monitor->n_lossy = 0;
}

/* INVARIANT: a restart that follows n others which failed or did not help comes no earlier than
 * backoff * 2^(n-1) after the last of them. */
static GstClockTime
get_backoff (const RtcLinkMonitor *monitor)
{
  if (monitor->n_attempts == 0)
    return 0;
  return monitor->limits.backoff << MIN (monitor->n_attempts - 1, MAX_BACKOFF_DOUBLINGS);
}

static void
wait_for_restart (RtcLinkMonitor *monitor, Trouble trouble, GstClockTime wait, GstClockTime now)
{
  if (monitor->limits.max_attempts <= monitor->n_attempts) {
    monitor->trouble = trouble;
    monitor->has_given_up = TRUE;
    enter (monitor, PHASE_GIVEN_UP, now);
    return;
  }
  enter (monitor, PHASE_WAITING, now);
  monitor->trouble = trouble;
  monitor->restart_at = now + wait;
}

/* What the states and measurements say now. */
static Trouble
find_trouble (const RtcLinkMonitor *monitor)
{
  guint limit = monitor->limits.failure_limit;

  if (monitor->is_pair_lost)
    return TROUBLE_PAIR_LOST;
  if (monitor->state == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED)
    return TROUBLE_FAILED;
  if (monitor->n_silent >= limit)
    return TROUBLE_IDLE;
  if (monitor->n_refused >= limit)
    return TROUBLE_SEND;
  if (monitor->n_slow >= limit)
    return TROUBLE_ROUND_TRIP;
  return monitor->n_lossy >= limit ? TROUBLE_LOSS : TROUBLE_NONE;
}

/* A new pair says nothing about these: only later measurements do. */
static gboolean
is_quality (Trouble trouble)
{
  return trouble == TROUBLE_ROUND_TRIP || trouble == TROUBLE_LOSS || trouble == TROUBLE_SEND;
}

static gboolean
may_heal (Trouble trouble)
{
  return trouble != TROUBLE_ADDRESS_ADDED;
}

static void
note_goodness (RtcLinkMonitor *monitor, GstClockTime now)
{
  if (!is_connected (monitor) || monitor->is_pair_lost ||
      monitor->n_silent + monitor->n_refused + monitor->n_slow + monitor->n_lossy > 0)
    monitor->good_since = GST_CLOCK_TIME_NONE;
  else if (monitor->good_since == GST_CLOCK_TIME_NONE)
    monitor->good_since = now;
  else if (now - monitor->good_since >= SETTLE_TIME)
    monitor->n_attempts = 0;
}

/* After each news. */
static void
review (RtcLinkMonitor *monitor, GstClockTime now)
{
  Trouble trouble = find_trouble (monitor);

  note_goodness (monitor, now);
  switch (monitor->phase) {
  case PHASE_WATCHING:
    if (trouble != TROUBLE_NONE && monitor->limits.is_automatic)
      wait_for_restart (
          monitor, trouble, MAX (get_backoff (monitor), monitor->limits.patience), now);
    break;
  case PHASE_WAITING:
    if (trouble == TROUBLE_NONE && is_connected (monitor) && may_heal (monitor->trouble))
      enter (monitor, PHASE_WATCHING, now);
    break;
  case PHASE_GIVEN_UP:
    if (trouble == TROUBLE_NONE && is_connected (monitor) && monitor->n_attempts == 0)
      enter (monitor, PHASE_WATCHING, now);
    break;
  default:
    break;
  }
}

void
rtc_link_monitor_set_state (
    RtcLinkMonitor *monitor, GstWebRTCICEConnectionState state, GstClockTime now)
{
  if (monitor->state == state)
    return;
  monitor->state = state;
  if (monitor->phase == PHASE_NEW) {
    if (is_connected (monitor))
      enter (monitor, PHASE_WATCHING, now);
    return;
  }
  /* The state tells of silence before the next measurement would. */
  monitor->next_sample = MIN (monitor->next_sample, now + sample_period (monitor));
  review (monitor, now);
}

static void
count (guint *counter, gboolean is_bad)
{
  *counter = is_bad ? *counter + 1 : 0;
}

static void
count_silence (RtcLinkMonitor *monitor, GstClockTime idle, GstClockTime now)
{
  GstClockTime limit = monitor->limits.idle_limit;

  if (idle == GST_CLOCK_TIME_NONE)
    return;
  count (&monitor->n_silent, idle >= limit / 2);
  if (idle < limit && !is_connected (monitor))
    monitor->next_sample = MIN (monitor->next_sample, now + limit - idle);
  /* However many measurements there were: not before its time. */
  if (idle < limit)
    monitor->n_silent = MIN (monitor->n_silent, monitor->limits.failure_limit - 1);
}

void
rtc_link_monitor_set_sample (RtcLinkMonitor *monitor, const RtcLinkSample *sample, GstClockTime now)
{
  const RtcLinkLimits *limits = &monitor->limits;

  /* While a restart is under way it is one of the old pair. */
  if (monitor->phase == PHASE_NEW || is_under_way (monitor))
    return;
  count_silence (monitor, sample->idle, now);
  count (&monitor->n_refused, sample->is_send_refused);
  count (&monitor->n_slow,
      limits->round_trip_limit > 0 && sample->round_trip != GST_CLOCK_TIME_NONE &&
          sample->round_trip > limits->round_trip_limit);
  count (&monitor->n_lossy,
      limits->loss_limit_percent > 0 && sample->loss_percent > limits->loss_limit_percent);
  review (monitor, now);
}

static void
note_news_of_network (RtcLinkMonitor *monitor, Trouble trouble, GstClockTime now)
{
  /* What failed before says nothing about this network. */
  monitor->n_attempts = 0;
  if (is_under_way (monitor))
    monitor->phase_end = MIN (monitor->phase_end, now + STALE_TIME);
  if (!monitor->limits.is_automatic)
    return;
  if (monitor->phase == PHASE_WATCHING || monitor->phase == PHASE_GIVEN_UP ||
      monitor->phase == PHASE_WAITING)
    wait_for_restart (monitor, trouble, monitor->limits.patience, now);
}

void
rtc_link_monitor_note_network (RtcLinkMonitor *monitor, RtcNetworkChange change, GstClockTime now)
{
  if (change == RTC_NETWORK_DOWN || change == RTC_NETWORK_UP)
    monitor->has_network = change == RTC_NETWORK_UP;
  if (monitor->phase == PHASE_NEW || change == RTC_NETWORK_DOWN)
    return;
  if (change == RTC_NETWORK_PAIR_LOST)
    monitor->is_pair_lost = TRUE;
  if (monitor->is_pair_lost)
    note_news_of_network (monitor, TROUBLE_PAIR_LOST, now);
  else if (monitor->limits.follows_addresses || !is_connected (monitor))
    note_news_of_network (
        monitor, is_connected (monitor) ? TROUBLE_ADDRESS_ADDED : find_trouble (monitor), now);
}

void
rtc_link_monitor_note_pair (RtcLinkMonitor *monitor, GstClockTime now)
{
  monitor->is_pair_lost = FALSE;
  if (monitor->phase != PHASE_RESTARTING && monitor->phase != PHASE_FOLLOWING)
    return;
  forget_samples (monitor);
  monitor->good_since = GST_CLOCK_TIME_NONE;
  if (monitor->phase == PHASE_RESTARTING) {
    monitor->is_completed = TRUE;
    monitor->told_attempt = monitor->n_attempts;
    monitor->duration = now - monitor->phase_start;
    if (!is_quality (monitor->trouble))
      monitor->n_attempts = 0;
  }
  enter (monitor, PHASE_WATCHING, now);
}

void
rtc_link_monitor_note_failure (RtcLinkMonitor *monitor, const gchar *reason, GstClockTime now)
{
  Trouble trouble;

  if (monitor->phase != PHASE_RESTARTING)
    return;
  g_free (monitor->failure);
  monitor->failure = g_strdup (reason);
  monitor->duration = now - monitor->phase_start;
  trouble = find_trouble (monitor);
  /* Nothing is lost by a restart that nobody needs. */
  if (!monitor->limits.is_automatic || (trouble == TROUBLE_NONE && is_connected (monitor)))
    enter (monitor, PHASE_WATCHING, now);
  else
    wait_for_restart (
        monitor, trouble != TROUBLE_NONE ? trouble : monitor->trouble, get_backoff (monitor), now);
}

void
rtc_link_monitor_note_peer_restart (RtcLinkMonitor *monitor, GstClockTime now)
{
  if (monitor->phase == PHASE_NEW || monitor->phase == PHASE_RESTARTING)
    return;
  enter (monitor, PHASE_FOLLOWING, now);
}

void
rtc_link_monitor_note_restart (RtcLinkMonitor *monitor, GstClockTime now)
{
  if (monitor->phase == PHASE_NEW)
    return;
  monitor->n_attempts = 1;
  enter (monitor, PHASE_RESTARTING, now);
}

GstClockTime
rtc_link_monitor_next_deadline (const RtcLinkMonitor *monitor)
{
  GstClockTime deadline = MIN (monitor->next_sample, monitor->phase_end);

  if (monitor->phase == PHASE_WAITING && monitor->has_network)
    deadline = MIN (deadline, monitor->restart_at);
  return deadline;
}

static void
handle_end (RtcLinkMonitor *monitor, GstClockTime now)
{
  if (now < monitor->phase_end)
    return;
  if (monitor->phase == PHASE_RESTARTING) {
    rtc_link_monitor_note_failure (monitor, "no new way to the peer was found in time", now);
    return;
  }
  enter (monitor, PHASE_WATCHING, now);
  review (monitor, now);
}

static RtcLinkDecision
begin_restart (RtcLinkMonitor *monitor, GstClockTime now)
{
  monitor->n_attempts++;
  enter (monitor, PHASE_RESTARTING, now);
  return (RtcLinkDecision){ .action = RTC_LINK_RESTART,
    .reason = trouble_texts[monitor->trouble],
    .attempt = monitor->n_attempts };
}

/* The news of a restart that is over. */
static gboolean
tell_end (RtcLinkMonitor *monitor, RtcLinkDecision *out_decision)
{
  RtcLinkDecision decision = { .attempt = monitor->n_attempts, .duration = monitor->duration };

  if (monitor->is_completed) {
    decision.action = RTC_LINK_COMPLETED;
    decision.attempt = monitor->told_attempt;
    monitor->is_completed = FALSE;
  } else if (monitor->failure != NULL) {
    decision.action = RTC_LINK_FAILED;
    g_free (monitor->told);
    decision.reason = monitor->told = g_steal_pointer (&monitor->failure);
  } else if (monitor->has_given_up) {
    decision.action = RTC_LINK_GIVE_UP;
    decision.reason = trouble_texts[monitor->trouble];
    monitor->has_given_up = FALSE;
  } else {
    return FALSE;
  }
  *out_decision = decision;
  return TRUE;
}

RtcLinkDecision
rtc_link_monitor_decide (RtcLinkMonitor *monitor, GstClockTime now)
{
  RtcLinkDecision decision = { .action = RTC_LINK_NONE };

  handle_end (monitor, now);
  if (tell_end (monitor, &decision))
    return decision;
  if (monitor->phase == PHASE_WAITING && monitor->has_network && now >= monitor->restart_at)
    return begin_restart (monitor, now);
  if (now >= monitor->next_sample) {
    monitor->next_sample = now + sample_period (monitor);
    decision.action = RTC_LINK_MEASURE;
  }
  return decision;
}
