/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Key frame requests: one an interval, none lost. */
#include "signalling/rtckeyframegate.h"

static const struct {
  GstClockTime now;
  gboolean asks;
  gboolean passes;
} steps[] = {
  { 0, FALSE, FALSE },
  { 0, TRUE, TRUE },
  { 1, FALSE, FALSE },
  { GST_SECOND / 2, TRUE, FALSE },
  { GST_SECOND / 2 + 1, TRUE, FALSE },
  { GST_SECOND - 1, FALSE, FALSE },
  { GST_SECOND, FALSE, TRUE },
  { GST_SECOND, TRUE, FALSE },
  { 5 * GST_SECOND, FALSE, TRUE },
  { 9 * GST_SECOND, FALSE, FALSE },
};

static void
test_steps (void)
{
  RtcKeyFrameGate gate = { GST_SECOND };
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++) {
    if (steps[i].asks)
      rtc_key_frame_gate_ask (&gate);
    g_assert_cmpint (rtc_key_frame_gate_pass (&gate, steps[i].now), ==, steps[i].passes);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/key-frame-gate", test_steps);
  return g_test_run ();
}
