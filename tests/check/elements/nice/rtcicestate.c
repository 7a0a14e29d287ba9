/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The states of an ICE transport, row by row. */
#include "rtcicestate.h"

typedef struct {
  const gchar *name;
  RtcIceFacts facts;
  GstWebRTCICEConnectionState expected;
} Row;

#define STATE(x) GST_WEBRTC_ICE_CONNECTION_STATE_##x

static const Row rows[] = {
  { "nothing yet", { 0 }, STATE (NEW) },
  { "credentials of both", { .is_checking = TRUE }, STATE (CHECKING) },
  { "no pair in time", { .is_checking = TRUE, .has_given_up = TRUE }, STATE (FAILED) },
  { "pair", { .is_checking = TRUE, .has_pair = TRUE }, STATE (CONNECTED) },
  { "pair, checks over", { .is_checking = TRUE, .has_pair = TRUE, .is_complete = TRUE },
      STATE (COMPLETED) },
  { "silence", { .is_checking = TRUE, .has_pair = TRUE, .is_complete = TRUE, .is_silent = TRUE },
      STATE (DISCONNECTED) },
  { "consent over",
      { .is_checking = TRUE,
          .has_pair = TRUE,
          .is_complete = TRUE,
          .is_silent = TRUE,
          .is_expired = TRUE },
      STATE (FAILED) },
  { "restart offered", { .has_pair = TRUE, .is_restarting = TRUE }, STATE (CONNECTED) },
  { "restart under way", { .is_checking = TRUE, .has_pair = TRUE, .is_restarting = TRUE },
      STATE (CONNECTED) },
  { "restart in silence, offered", { .has_pair = TRUE, .is_restarting = TRUE, .is_silent = TRUE },
      STATE (DISCONNECTED) },
  { "restart in silence",
      { .is_checking = TRUE, .has_pair = TRUE, .is_restarting = TRUE, .is_silent = TRUE },
      STATE (CHECKING) },
  { "restart after failure",
      { .is_checking = TRUE,
          .has_pair = TRUE,
          .is_restarting = TRUE,
          .is_silent = TRUE,
          .is_expired = TRUE },
      STATE (CHECKING) },
  { "restart after failure that leads nowhere",
      { .is_checking = TRUE,
          .has_pair = TRUE,
          .is_restarting = TRUE,
          .is_silent = TRUE,
          .is_expired = TRUE,
          .has_given_up = TRUE },
      STATE (FAILED) },
  { "restart that leads nowhere, old pair well",
      { .is_checking = TRUE, .has_pair = TRUE, .is_restarting = TRUE, .has_given_up = TRUE },
      STATE (CONNECTED) },
  { "stopped", { .is_closed = TRUE, .is_checking = TRUE, .has_pair = TRUE }, STATE (CLOSED) },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;

  g_assert_cmpint (rtc_ice_state_derive (&row->facts), ==, row->expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/ice-state/%s", rows[i].name);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  return g_test_run ();
}
