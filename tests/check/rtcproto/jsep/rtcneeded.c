/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* W3C webrtc §4.7.3, row by row: what happened since the last exchange, and whether it needs
 * another. */
#include "pair.h"

static RtcTransceiver *
get_first (Pair *pair)
{
  return pair_get (pair, ALICE, 0);
}

static void
do_nothing (Pair *pair)
{
}

static void
add_transceiver (Pair *pair)
{
  pair_add (pair, ALICE, "v");
}

static void
add_stopped_transceiver (Pair *pair)
{
  rtc_transceiver_stop (rtc_session_add_transceiver (
      pair->sessions[ALICE], RTC_KIND_VIDEO, RTC_DIRECTION_SENDRECV, NULL));
}

static void
add_data (Pair *pair)
{
  pair_add (pair, ALICE, "d");
}

static void
add_data_and_exchange (Pair *pair)
{
  pair_add (pair, ALICE, "d");
  pair_exchange (pair, ALICE);
  pair_add (pair, ALICE, "d");
}

static void
stop (Pair *pair)
{
  rtc_transceiver_stop (get_first (pair));
}

static void
stop_and_exchange (Pair *pair)
{
  rtc_transceiver_stop (get_first (pair));
  pair_exchange (pair, ALICE);
}

static void
receive_only (Pair *pair)
{
  rtc_transceiver_set_direction (get_first (pair), RTC_DIRECTION_RECVONLY);
}

/* The peer only receives: its answer says what we want now. */
static void
send_only (Pair *pair)
{
  rtc_transceiver_set_direction (get_first (pair), RTC_DIRECTION_SENDONLY);
}

static void
be_inactive (Pair *pair)
{
  rtc_transceiver_set_direction (get_first (pair), RTC_DIRECTION_INACTIVE);
}

static void
be_inactive_and_back (Pair *pair)
{
  be_inactive (pair);
  rtc_transceiver_set_direction (get_first (pair), RTC_DIRECTION_SENDRECV);
}

static void
change_stream (Pair *pair)
{
  rtc_transceiver_set_msid (get_first (pair), "another", NULL);
}

static void
restart (Pair *pair)
{
  rtc_session_restart_ice (pair->sessions[ALICE]);
}

static void
restart_in_offer (Pair *pair)
{
  restart (pair);
  pair_offer (pair, ALICE);
}

static void
add_while_offering (Pair *pair)
{
  pair_offer (pair, ALICE);
  pair_add (pair, ALICE, "v");
}

static void
add_while_offering_and_answer (Pair *pair)
{
  add_while_offering (pair);
  pair_answer (pair, BOB);
}

static void
answer_narrower (Pair *pair)
{
  rtc_transceiver_set_direction (pair_get (pair, BOB, 0), RTC_DIRECTION_SENDRECV);
  pair_exchange (pair, BOB);
}

static void
answer_then_receive_only (Pair *pair)
{
  answer_narrower (pair);
  receive_only (pair);
}

static void
close_session (Pair *pair)
{
  add_transceiver (pair);
  rtc_session_close (pair->sessions[ALICE]);
}

/* Alice has offered one audio section, sendrecv; Bob receives only. */
static const struct {
  const gchar *name;
  void (*act) (Pair *pair);
  gboolean is_needed;
} rows[] = {
  { "nothing", do_nothing, FALSE },
  { "new transceiver", add_transceiver, TRUE },
  { "new but stopped", add_stopped_transceiver, FALSE },
  { "data", add_data, TRUE },
  { "data again", add_data_and_exchange, FALSE },
  { "stop", stop, TRUE },
  { "stopped", stop_and_exchange, FALSE },
  { "receive only", receive_only, TRUE },
  { "send only, as answered", send_only, FALSE },
  { "inactive", be_inactive, TRUE },
  { "inactive and back", be_inactive_and_back, FALSE },
  { "another stream", change_stream, TRUE },
  { "restart", restart, TRUE },
  { "restart in an offer", restart_in_offer, FALSE },
  { "new while offering", add_while_offering, FALSE },
  { "new while offering, answered", add_while_offering_and_answer, TRUE },
  { "answered with all we want", answer_narrower, FALSE },
  { "answered, then less", answer_then_receive_only, TRUE },
  { "closed", close_session, FALSE },
};

static void
test_row (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  Pair pair;

  pair_init (&pair);
  pair_add (&pair, ALICE, "a");
  g_assert_true (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  pair_exchange (&pair, ALICE);
  g_assert_false (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  rows[row].act (&pair);
  g_assert_cmpint (
      rtc_session_is_negotiation_needed (pair.sessions[ALICE]), ==, rows[row].is_needed);
  pair_clear (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/jsep/needed/%s", rows[i].name);
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_row);
  }
  return g_test_run ();
}
