/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How long messages take that are sent now and then, when packets are lost: a lost one is sent
 * again about two round trips later, or when the next one has arrived, and not after the stack's
 * 200 ms.
 */
#include "sctpsim.h"

#define MESSAGES 2000
#define MESSAGE_BYTES 100

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  const GstClockTime *first = a, *second = b;

  return *first < *second ? -1 : *first > *second;
}

static guint
part_ms (GArray *times, guint thousandths)
{
  return g_array_index (times, GstClockTime, (times->len - 1) * thousandths / 1000) / GST_MSECOND;
}

/* A message each @interval until MESSAGES have arrived; the time that each took, sorted. */
static GArray *
send_now_and_then (SctpSim *sim, GstClockTime interval)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (GstClockTime));
  g_autofree GstClockTime *sent_at = g_new (GstClockTime, MESSAGES);
  GstClockTime next = sim->now;
  guint n_sent = 0;

  while (times->len < MESSAGES) {
    if (n_sent < MESSAGES && sim->now >= next) {
      g_assert_true (sctp_side_send (&sim->a, 1, MESSAGE_BYTES, (guint8) n_sent));
      sent_at[n_sent++] = sim->now;
      next += interval;
    }
    sctp_sim_run_for (sim, GST_MSECOND);
    while (times->len < sim->b.n_messages) {
      GstClockTime took = sim->now - sent_at[times->len];

      g_array_append_val (times, took);
    }
  }
  g_array_sort (times, compare_times);
  return times;
}

static const struct {
  const gchar *name;
  GstClockTime delay, interval;
  gdouble loss;
  guint max_99_ms, max_999_ms; /* the part of the messages that took no longer */
} rows[] = {
  { "20 ms, each 50 ms, 2 % lost", 10 * GST_MSECOND, 50 * GST_MSECOND, 0.02, 80, 150 },
  { "20 ms, each 10 ms, 2 % lost", 10 * GST_MSECOND, 10 * GST_MSECOND, 0.02, 60, 120 },
  { "100 ms, each 50 ms, 2 % lost", 50 * GST_MSECOND, 50 * GST_MSECOND, 0.02, 260, 500 },
  { "100 ms, each 10 ms, 2 % lost", 50 * GST_MSECOND, 10 * GST_MSECOND, 0.02, 260, 500 },
  { "20 ms, each 300 ms, 5 % lost", 10 * GST_MSECOND, 300 * GST_MSECOND, 0.05, 80, 250 },
};

GST_START_TEST (test_rare_messages)
{
  SctpSim *sim = sctp_sim_new (41);
  g_autoptr (GArray) times = NULL;

  sim->delay = rows[__i__].delay;
  sctp_sim_connect (sim);
  sim->loss = rows[__i__].loss;
  times = send_now_and_then (sim, rows[__i__].interval);
  g_print ("%s: half within %u ms, 99 %% within %u, 99.9 %% within %u\n", rows[__i__].name,
      part_ms (times, 500), part_ms (times, 990), part_ms (times, 999));
  if (g_getenv ("RTC_SCTP_FIGURES") == NULL) {
    g_assert_cmpuint (part_ms (times, 990), <=, rows[__i__].max_99_ms);
    g_assert_cmpuint (part_ms (times, 999), <=, rows[__i__].max_999_ms);
  }
  sctp_sim_free (sim);
}
GST_END_TEST;

static Suite *
rtcsctploss_suite (void)
{
  Suite *s = suite_create ("rtcsctploss");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_loop_test (tc, test_rare_messages, 0, G_N_ELEMENTS (rows));
  return s;
}

GST_CHECK_MAIN (rtcsctploss);
