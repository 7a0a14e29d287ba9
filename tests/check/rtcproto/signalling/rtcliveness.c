/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a session is over, as a table of steps in literal time. */
#include "signalling/rtcliveness.h"

#define STATE(name) GST_WEBRTC_PEER_CONNECTION_STATE_##name
#define ICE(name) GST_WEBRTC_ICE_CONNECTION_STATE_##name
#define S GST_SECOND
#define NONE GST_CLOCK_TIME_NONE

typedef struct {
  enum { END, IS, ICE_IS, WAIT } what;
  gint state;
  GstClockTime now;
  GstClockTime next_deadline;
  const gchar *end_reason;
} Step;

static const RtcLivenessLimits limits = { 15 * S, 30 * S, 20 * S };

static const struct {
  const gchar *name;
  Step steps[8];
} rows[] = {
  { "never", { { WAIT, 0, 14 * S, 15 * S }, { WAIT, 0, 15 * S, NONE, "ICE never connected" } } },
  { "ICE only",
      { { ICE_IS, ICE (CHECKING), 1 * S, 15 * S }, { ICE_IS, ICE (CONNECTED), 2 * S, 30 * S },
          { WAIT, 0, 30 * S, NONE, "DTLS never connected" } } },
  { "connected",
      { { IS, STATE (CONNECTING), 1 * S, 15 * S }, { IS, STATE (CONNECTED), 2 * S, NONE },
          { WAIT, 0, 9000 * S, NONE } } },
  { "closed",
      { { IS, STATE (CONNECTED), 2 * S, NONE },
          { IS, STATE (CLOSED), 3 * S, NONE, "the connection was closed" } } },
  { "failed for good",
      { { IS, STATE (CONNECTED), 2 * S, NONE }, { IS, STATE (FAILED), 10 * S, 30 * S },
          { IS, STATE (FAILED), 11 * S, 30 * S },
          { WAIT, 0, 30 * S, NONE, "the connection failed and was not restarted" } } },
  { "restarted",
      { { IS, STATE (FAILED), 10 * S, 15 * S }, { IS, STATE (CONNECTED), 12 * S, NONE },
          { IS, STATE (DISCONNECTED), 40 * S, NONE } } },
};

static void
test_steps (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    RtcLiveness liveness;
    rtc_liveness_start (&liveness, &limits, 0);
    for (const Step *step = rows[i].steps; step->what != END; step++) {
      g_test_message ("%s, %" GST_TIME_FORMAT, rows[i].name, GST_TIME_ARGS (step->now));
      if (step->what == IS)
        rtc_liveness_set_state (&liveness, step->state, step->now);
      else if (step->what == ICE_IS)
        rtc_liveness_set_ice_state (&liveness, step->state, step->now);
      else
        rtc_liveness_handle_deadline (&liveness, step->now);
      g_assert_cmpuint (rtc_liveness_next_deadline (&liveness), ==, step->next_deadline);
      g_assert_cmpstr (liveness.end_reason, ==, step->end_reason);
    }
  }
}

static void
test_first_connection (void)
{
  RtcLiveness liveness;
  rtc_liveness_start (&liveness, &limits, 0);
  g_assert_false (rtc_liveness_set_state (&liveness, STATE (CONNECTING), 1));
  g_assert_true (rtc_liveness_set_state (&liveness, STATE (CONNECTED), 2));
  g_assert_false (rtc_liveness_set_state (&liveness, STATE (DISCONNECTED), 3));
  g_assert_false (rtc_liveness_set_state (&liveness, STATE (CONNECTED), 4));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/liveness/steps", test_steps);
  g_test_add_func ("/signalling/liveness/first-connection", test_first_connection);
  return g_test_run ();
}
