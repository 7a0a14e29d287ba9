/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a link is restarted, tried again and given up, as tables of steps in literal time. */
#include "signalling/rtclinkmonitor.h"

#define S GST_SECOND
#define MS GST_MSECOND
#define NONE GST_CLOCK_TIME_NONE
#define STATE(name) IS, .value = GST_WEBRTC_ICE_CONNECTION_STATE_##name
#define NETWORK(name) CHANGE, .value = RTC_NETWORK_##name

typedef enum { END, IS, CHANGE, SAMPLE, PAIR, REFUSED, FOLLOW, ASK, WAIT } Kind;

/* @actions: what is decided after the step, in its order: measure, Restart, completed, failed,
 * give up. @deadline: the next one, 0 to leave it open. */
typedef struct {
  GstClockTime now;
  Kind kind;
  gint value;
  RtcLinkSample sample;
  const gchar *actions;
  const gchar *reason;
  GstClockTime deadline;
} Step;

#define GOOD                                                                                       \
  {                                                                                                \
    20 * MS, 1 * S, 0, FALSE                                                                       \
  }
#define IDLE(time)                                                                                 \
  {                                                                                                \
    20 * MS, time, -1, FALSE                                                                       \
  }
#define SLOW                                                                                       \
  {                                                                                                \
    3 * S, 1 * S, 0, FALSE                                                                         \
  }
#define LOSSY                                                                                      \
  {                                                                                                \
    20 * MS, 1 * S, 60, FALSE                                                                      \
  }
#define STUCK                                                                                      \
  {                                                                                                \
    20 * MS, 1 * S, -1, TRUE                                                                       \
  }

typedef struct {
  const gchar *name;
  gboolean is_manual;
  GstClockTime patience; /* of a server, which does not move */
  Step steps[40];
} Row;

static const Row rows[] = {
  { "never connected is not ours", FALSE, 0,
      { { 1 * S, STATE (CHECKING), .deadline = NONE }, { 30 * S, STATE (FAILED), .deadline = NONE },
          { 31 * S, NETWORK (PAIR_LOST), .deadline = NONE } } },
  { "a good link is measured each 5 s", FALSE, 0,
      { { 1 * S, STATE (CONNECTED), .deadline = 6 * S },
          { 6 * S, WAIT, .actions = "m", .deadline = 11 * S },
          { 6 * S, SAMPLE, .sample = GOOD, .deadline = 11 * S },
          { 11 * S, WAIT, .actions = "m", .deadline = 16 * S } } },
  { "10 s of silence", FALSE, 0,
      { { 0, STATE (CONNECTED) }, { 6500 * MS, STATE (DISCONNECTED), .actions = "m" },
          { 6500 * MS, SAMPLE, .sample = IDLE (6500 * MS), .deadline = 7500 * MS },
          { 7500 * MS, WAIT, .actions = "m" }, { 7500 * MS, SAMPLE, .sample = IDLE (7500 * MS) },
          { 8500 * MS, WAIT, .actions = "m" }, { 8500 * MS, SAMPLE, .sample = IDLE (8500 * MS) },
          { 9500 * MS, WAIT, .actions = "m" },
          { 9500 * MS, SAMPLE, .sample = IDLE (9500 * MS), .deadline = 10 * S },
          { 10 * S, WAIT, .actions = "m" },
          { 10 * S, SAMPLE, .sample = IDLE (10 * S), .actions = "R",
              .reason = "nothing was heard of the peer", .deadline = 10100 * MS },
          { 10200 * MS, STATE (CHECKING), .actions = "m" },
          { 10300 * MS, PAIR, .actions = "c", .deadline = 11300 * MS },
          { 10400 * MS, STATE (CONNECTED) } } },
  { "silence that ends in time", FALSE, 0,
      { { 0, STATE (CONNECTED) }, { 7 * S, STATE (DISCONNECTED), .actions = "m" },
          { 8 * S, SAMPLE, .sample = IDLE (8 * S), .actions = "m" },
          { 9 * S, STATE (CONNECTED), .actions = "m" }, { 9 * S, SAMPLE, .sample = GOOD },
          { 14 * S, WAIT, .actions = "m" }, { 14 * S, SAMPLE, .sample = GOOD } } },
  { "a failed connection is restarted at once", FALSE, 0,
      { { 0, STATE (CONNECTED) },
          { 1 * S, STATE (FAILED), .actions = "R", .reason = "the connection failed" } } },
  { "three attempts, with doubled waits", FALSE, 0,
      { { 0, STATE (CONNECTED) }, { 1 * S, STATE (FAILED), .actions = "R" },
          { 11 * S, WAIT, .actions = "f", .reason = "no new way to the peer was found in time",
              .deadline = 12 * S },
          { 12 * S, WAIT, .actions = "R" },
          { 13 * S, REFUSED, .actions = "f", .reason = "409", .deadline = 14 * S },
          { 14 * S, WAIT, .actions = "m" }, { 15 * S, WAIT, .actions = "R" },
          { 25 * S, WAIT, .actions = "fg", .reason = "the connection failed" },
          { 99 * S, WAIT, .actions = "m" },
          /* It comes back by itself, and may fail again. */
          { 100 * S, STATE (CONNECTED), .actions = "m" }, { 100 * S, SAMPLE, .sample = GOOD },
          { 110 * S, SAMPLE, .sample = GOOD }, { 111 * S, STATE (FAILED), .actions = "R" } } },
  { "given up until the network changes", FALSE, 0,
      { { 0, STATE (CONNECTED) }, { 1 * S, STATE (FAILED), .actions = "R" },
          { 1 * S, REFUSED, .actions = "f" }, { 2 * S, WAIT, .actions = "R" },
          { 2 * S, REFUSED, .actions = "f" }, { 4 * S, WAIT, .actions = "R" },
          { 4 * S, REFUSED, .actions = "fg" },
          { 60 * S, NETWORK (ADDRESS_ADDED), .actions = "R", .reason = "the connection failed" },
          { 61 * S, PAIR, .actions = "c" } } },
  { "the pair's address goes", FALSE, 0,
      { { 0, STATE (CONNECTED) },
          { 1 * S, NETWORK (PAIR_LOST), .actions = "R", .reason = "the address in use is gone" },
          { 1100 * MS, WAIT, .actions = "m" }, { 1200 * MS, PAIR, .actions = "c" } } },
  { "a new address", FALSE, 0,
      { { 0, STATE (CONNECTED) },
          { 1 * S, NETWORK (ADDRESS_ADDED), .actions = "R",
              .reason = "there is a new address" } } },
  { "no network, no attempt", FALSE, 0,
      { { 0, STATE (CONNECTED) }, { 1 * S, NETWORK (DOWN) },
          { 1 * S, NETWORK (PAIR_LOST), .deadline = 6 * S }, { 6 * S, WAIT, .actions = "m" },
          { 30 * S, STATE (FAILED), .actions = "m" },
          { 40 * S, NETWORK (UP), .actions = "R", .reason = "the address in use is gone" } } },
  { "another change while restarting", FALSE, 0,
      { { 0, STATE (CONNECTED) }, { 1 * S, NETWORK (PAIR_LOST), .actions = "R" },
          { 1050 * MS, NETWORK (PAIR_LOST), .deadline = 1100 * MS },
          { 3050 * MS, WAIT, .actions = "fR", .reason = "the address in use is gone" },
          { 3200 * MS, PAIR, .actions = "c" } } },
  { "five hand-overs in a row", FALSE, 0,
      { { 0, STATE (CONNECTED) }, { 1 * S, NETWORK (PAIR_LOST), .actions = "R" },
          { 2 * S, PAIR, .actions = "c" }, { 3 * S, NETWORK (PAIR_LOST), .actions = "R" },
          { 4 * S, PAIR, .actions = "c" }, { 5 * S, NETWORK (PAIR_LOST), .actions = "R" },
          { 6 * S, PAIR, .actions = "c" }, { 7 * S, NETWORK (PAIR_LOST), .actions = "R" },
          { 8 * S, PAIR, .actions = "c" }, { 9 * S, NETWORK (PAIR_LOST), .actions = "R" },
          { 10 * S, PAIR, .actions = "c" } } },
  { "silence again and again, and each restart helps", FALSE, 0,
      { { 0, STATE (CONNECTED) }, { 10 * S, STATE (FAILED), .actions = "R" },
          { 11 * S, PAIR, .actions = "c" }, { 11 * S, STATE (CONNECTED) },
          { 20 * S, STATE (FAILED), .actions = "R" }, { 21 * S, PAIR, .actions = "c" },
          { 21 * S, STATE (CONNECTED) }, { 30 * S, STATE (FAILED), .actions = "R" },
          { 31 * S, PAIR, .actions = "c" }, { 31 * S, STATE (CONNECTED) },
          { 40 * S, STATE (FAILED), .actions = "R" } } },
  { "a long round trip, and no restart helps", FALSE, 0,
      { { 0, STATE (CONNECTED) }, { 5 * S, SAMPLE, .sample = SLOW, .actions = "m" },
          { 10 * S, SAMPLE, .sample = SLOW, .actions = "m" },
          { 15 * S, SAMPLE, .sample = SLOW, .actions = "R",
              .reason = "the round trip is too long" },
          { 16 * S, PAIR, .actions = "c" }, { 21 * S, SAMPLE, .sample = SLOW, .actions = "m" },
          { 26 * S, SAMPLE, .sample = SLOW, .actions = "m" },
          { 31 * S, SAMPLE, .sample = SLOW, .deadline = 32 * S }, { 32 * S, WAIT, .actions = "R" },
          { 33 * S, PAIR, .actions = "c" }, { 38 * S, SAMPLE, .sample = SLOW, .actions = "m" },
          { 43 * S, SAMPLE, .sample = SLOW, .actions = "m" },
          { 48 * S, SAMPLE, .sample = SLOW, .deadline = 50 * S }, { 50 * S, WAIT, .actions = "R" },
          { 51 * S, PAIR, .actions = "c" }, { 56 * S, SAMPLE, .sample = SLOW, .actions = "m" },
          { 61 * S, SAMPLE, .sample = SLOW, .actions = "m" },
          { 66 * S, SAMPLE, .sample = SLOW, .actions = "g",
              .reason = "the round trip is too long" },
          { 71 * S, SAMPLE, .sample = SLOW, .actions = "m" } } },
  { "loss that comes and goes", FALSE, 0,
      { { 0, STATE (CONNECTED) }, { 5 * S, SAMPLE, .sample = LOSSY, .actions = "m" },
          { 10 * S, SAMPLE, .sample = LOSSY, .actions = "m" },
          { 15 * S, SAMPLE, .sample = GOOD, .actions = "m" },
          { 20 * S, SAMPLE, .sample = LOSSY, .actions = "m" },
          { 25 * S, SAMPLE, .sample = LOSSY, .actions = "m" },
          { 30 * S, SAMPLE, .sample = LOSSY, .actions = "R",
              .reason = "too many packets are lost" } } },
  { "the system takes no packets", FALSE, 0,
      { { 0, STATE (CONNECTED) }, { 5 * S, SAMPLE, .sample = STUCK, .actions = "m" },
          { 10 * S, SAMPLE, .sample = STUCK, .actions = "m" },
          { 15 * S, SAMPLE, .sample = STUCK, .actions = "R",
              .reason = "packets cannot be sent" } } },
  { "a new address of a server", FALSE, 2 * S,
      { { 0, STATE (CONNECTED) }, { 1 * S, NETWORK (ADDRESS_ADDED), .deadline = 5 * S },
          { 2 * S, STATE (FAILED), .deadline = 3 * S },
          { 2 * S, NETWORK (ADDRESS_ADDED), .deadline = 3 * S },
          { 4 * S, WAIT, .actions = "R", .reason = "the connection failed" } } },
  { "the other side is faster", FALSE, 2 * S,
      { { 0, STATE (CONNECTED) }, { 1 * S, NETWORK (PAIR_LOST), .deadline = 3 * S },
          { 2 * S, FOLLOW, .deadline = 2100 * MS }, { 2100 * MS, WAIT, .actions = "m" },
          { 2200 * MS, PAIR, .deadline = 7200 * MS } } },
  { "the other side does nothing", FALSE, 2 * S,
      { { 0, STATE (CONNECTED) }, { 1 * S, NETWORK (PAIR_LOST), .deadline = 3 * S },
          { 3 * S, WAIT, .actions = "R" } } },
  { "the other side's restart fails", FALSE, 2 * S,
      { { 0, STATE (CONNECTED) }, { 1 * S, FOLLOW }, { 2 * S, STATE (FAILED) },
          { 11 * S, WAIT, .deadline = 12 * S }, { 13 * S, WAIT, .actions = "R" } } },
  { "manual", TRUE, 0,
      { { 0, STATE (CONNECTED) }, { 1 * S, NETWORK (PAIR_LOST), .deadline = 5 * S },
          { 2 * S, STATE (FAILED), .deadline = 3 * S }, { 3 * S, WAIT, .actions = "m" },
          { 3 * S, ASK, .deadline = 3100 * MS },
          { 3060 * MS, REFUSED, .actions = "f", .reason = "409" }, { 3060 * MS, ASK },
          { 4 * S, PAIR, .actions = "c" } } },
};

static void
take_step (RtcLinkMonitor *monitor, const Step *step)
{
  switch (step->kind) {
  case IS:
    rtc_link_monitor_set_state (monitor, (GstWebRTCICEConnectionState) step->value, step->now);
    break;
  case CHANGE:
    rtc_link_monitor_note_network (monitor, (RtcNetworkChange) step->value, step->now);
    break;
  case SAMPLE:
    rtc_link_monitor_set_sample (monitor, &step->sample, step->now);
    break;
  case PAIR:
    rtc_link_monitor_note_pair (monitor, step->now);
    break;
  case REFUSED:
    rtc_link_monitor_note_failure (monitor, "409", step->now);
    break;
  case FOLLOW:
    rtc_link_monitor_note_peer_restart (monitor, step->now);
    break;
  case ASK:
    rtc_link_monitor_note_restart (monitor, step->now);
    break;
  default:
    break;
  }
}

static gchar *
collect_actions (RtcLinkMonitor *monitor, GstClockTime now, gchar **out_reason)
{
  static const gchar letters[] = { [RTC_LINK_MEASURE] = 'm',
    [RTC_LINK_RESTART] = 'R',
    [RTC_LINK_COMPLETED] = 'c',
    [RTC_LINK_FAILED] = 'f',
    [RTC_LINK_GIVE_UP] = 'g' };
  GString *actions = g_string_new (NULL);
  RtcLinkDecision decision;

  *out_reason = NULL;
  while ((decision = rtc_link_monitor_decide (monitor, now)).action != RTC_LINK_NONE) {
    g_string_append_c (actions, letters[decision.action]);
    if (decision.reason != NULL) {
      g_free (*out_reason);
      *out_reason = g_strdup (decision.reason);
    }
    g_assert_cmpuint (actions->len, <, 8);
  }
  return g_string_free (actions, FALSE);
}

/* Measurements are looked at where a row asks for them. */
static void
drop_measures (const gchar *expected, gchar *actions)
{
  if (strchr (expected, 'm') == NULL)
    actions[strcspn (actions, "m")] = '\0';
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  RtcLinkLimits limits = rtc_link_limits_default ();
  RtcLinkMonitor *monitor;

  limits.is_automatic = !row->is_manual;
  limits.patience = row->patience;
  limits.follows_addresses = row->patience == 0;
  monitor = rtc_link_monitor_new (&limits);
  for (const Step *step = row->steps; step->kind != END; step++) {
    g_autofree gchar *actions = NULL;
    g_autofree gchar *reason = NULL;
    const gchar *expected = step->actions != NULL ? step->actions : "";

    g_test_message ("%s, %" GST_TIME_FORMAT, row->name, GST_TIME_ARGS (step->now));
    take_step (monitor, step);
    actions = collect_actions (monitor, step->now, &reason);
    drop_measures (expected, actions);
    g_assert_cmpstr (actions, ==, expected);
    if (step->reason != NULL)
      g_assert_cmpstr (reason, ==, step->reason);
    if (step->deadline != 0)
      g_assert_cmpuint (rtc_link_monitor_next_deadline (monitor), ==, step->deadline);
  }
  rtc_link_monitor_free (monitor);
}

static void
test_duration (void)
{
  RtcLinkLimits limits = rtc_link_limits_default ();
  RtcLinkMonitor *monitor = rtc_link_monitor_new (&limits);
  RtcLinkDecision decision;

  rtc_link_monitor_set_state (monitor, GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED, 0);
  rtc_link_monitor_note_network (monitor, RTC_NETWORK_PAIR_LOST, S);
  decision = rtc_link_monitor_decide (monitor, S);
  g_assert_cmpint (decision.action, ==, RTC_LINK_RESTART);
  g_assert_cmpuint (decision.attempt, ==, 1);
  rtc_link_monitor_note_pair (monitor, S + 250 * MS);
  decision = rtc_link_monitor_decide (monitor, S + 300 * MS);
  g_assert_cmpint (decision.action, ==, RTC_LINK_COMPLETED);
  g_assert_cmpuint (decision.duration, ==, 250 * MS);
  rtc_link_monitor_free (monitor);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/signalling/link-monitor/%s", rows[i].name);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/signalling/link-monitor/duration", test_duration);
  return g_test_run ();
}
