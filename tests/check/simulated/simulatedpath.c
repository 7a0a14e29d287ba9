/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The simulated network's decisions: each condition does what it says, and repeats exactly. */

#include "simulatedpath.h"

#define N_PACKETS 20000
#define PACKET_BYTES 1000
#define INTERVAL GST_MSECOND

typedef struct {
  const gchar *name;
  const gchar *conditions;
  /* The counts expected of N_PACKETS, in percent, and how far they may be away. */
  gdouble lost, duplicated, reordered, flipped;
  gdouble tolerance;
} CountRow;

static const CountRow count_rows[] = {
  { "nothing happens", "", 0, 0, 0, 0, 0 },
  { "loss", "loss=5", 5, 0, 0, 0, 0.6 },
  { "all is lost", "loss=100", 100, 0, 0, 0, 0 },
  { "duplicates", "duplicate=10", 0, 10, 0, 0, 0.8 },
  { "order", "reorder=3", 0, 0, 3, 0, 0.5 },
  { "bit flips", "bit-flip=7", 0, 0, 0, 7, 0.7 },
  /* In the bad state 2 / (2 + 18) of the time. */
  { "bursts", "burst-enter=2, burst-leave=18", 10, 0, 0, 0, 1.5 },
  { "bursts that lose half", "burst-enter=2,burst-leave=18,burst-loss=50", 5, 0, 0, 0, 1.0 },
};

static RtcSimulatedPath *
path_new (guint32 seed, const gchar *conditions)
{
  RtcSimulatedPath *path = rtc_simulated_path_new (seed);
  RtcSimulatedConditions parsed;

  g_assert_true (rtc_simulated_conditions_parse (conditions, &parsed, NULL));
  rtc_simulated_path_set_conditions (path, &parsed);
  return path;
}

static void
send_packets (RtcSimulatedPath *path, guint n_packets)
{
  RtcSimulatedFate fate;

  for (guint i = 0; i < n_packets; i++)
    rtc_simulated_path_decide (path, PACKET_BYTES, i * INTERVAL, &fate);
}

static void
assert_percent (guint64 count, gdouble percent, gdouble tolerance)
{
  gdouble actual = 100.0 * (gdouble) count / N_PACKETS;

  g_assert_cmpfloat_with_epsilon (actual, percent, tolerance + 1e-9);
}

static void
test_counts (gconstpointer data)
{
  const CountRow *row = data;
  RtcSimulatedPath *path = path_new (3, row->conditions);
  RtcSimulatedCounts counts;

  send_packets (path, N_PACKETS);
  counts = rtc_simulated_path_get_counts (path);
  g_assert_cmpuint (counts.n_sent, ==, N_PACKETS);
  assert_percent (counts.n_lost, row->lost, row->tolerance);
  assert_percent (counts.n_duplicated, row->duplicated, row->tolerance);
  assert_percent (counts.n_reordered, row->reordered, row->tolerance);
  assert_percent (counts.n_flipped, row->flipped, row->tolerance);
  g_assert_cmpuint (counts.n_delivered, ==, N_PACKETS - counts.n_lost + counts.n_duplicated);
  rtc_simulated_path_free (path);
}

static guint64
trace_of (guint32 seed, const gchar *conditions)
{
  RtcSimulatedPath *path = path_new (seed, conditions);
  guint64 trace;

  send_packets (path, 1000);
  trace = rtc_simulated_path_get_trace (path);
  rtc_simulated_path_free (path);
  return trace;
}

static void
test_same_seed_same_fates (void)
{
  const gchar *conditions = "loss=2,jitter=10,reorder=1,duplicate=1,bit-flip=1,rate=5000000";

  g_assert_cmpuint (trace_of (1, conditions), ==, trace_of (1, conditions));
  g_assert_cmpuint (trace_of (1, conditions), !=, trace_of (2, conditions));
  g_assert_cmpuint (trace_of (1, conditions), !=, trace_of (1, "loss=2"));
}

/* Which packets are lost does not depend on whether others are duplicated. */
static void
test_conditions_do_not_shift_each_other (void)
{
  RtcSimulatedPath *plain = path_new (9, "loss=10");
  RtcSimulatedPath *busy = path_new (9, "loss=10,duplicate=50,jitter=5,bit-flip=20");

  for (guint i = 0; i < 1000; i++) {
    RtcSimulatedFate a;
    RtcSimulatedFate b;

    rtc_simulated_path_decide (plain, PACKET_BYTES, i * INTERVAL, &a);
    rtc_simulated_path_decide (busy, PACKET_BYTES, i * INTERVAL, &b);
    g_assert_cmpint (a.n_copies == 0, ==, b.n_copies == 0);
  }
  rtc_simulated_path_free (plain);
  rtc_simulated_path_free (busy);
}

typedef struct {
  const gchar *name;
  const gchar *conditions;
  GstClockTime sent_at[4];
  GstClockTime arrives_at[4]; /* NONE: lost */
} TimeRow;

#define MS GST_MSECOND
#define LOST GST_CLOCK_TIME_NONE

/* Packets of 1000 bytes: 8 ms at 1 Mbit/s. */
static const TimeRow time_rows[] = {
  { "at once", "", { 0, 1 * MS, 2 * MS, 3 * MS }, { 0, 1 * MS, 2 * MS, 3 * MS } },
  { "delay", "delay=50", { 0, 1 * MS, 2 * MS, 3 * MS }, { 50 * MS, 51 * MS, 52 * MS, 53 * MS } },
  { "rate", "rate=1000000", { 0, 0, 0, 100 * MS }, { 8 * MS, 16 * MS, 24 * MS, 108 * MS } },
  { "rate and delay", "rate=1000000,delay=10", { 0, 0, 0, 0 },
      { 18 * MS, 26 * MS, 34 * MS, 42 * MS } },
  { "full queue", "rate=1000000,queue=2000", { 0, 0, 0, 20 * MS },
      { 8 * MS, 16 * MS, LOST, 28 * MS } },
  { "blackout", "blackout=1", { 0, 1 * MS, 2 * MS, 3 * MS }, { LOST, LOST, LOST, LOST } },
};

static void
test_times (gconstpointer data)
{
  const TimeRow *row = data;
  RtcSimulatedPath *path = path_new (1, row->conditions);

  for (guint i = 0; i < 4; i++) {
    RtcSimulatedFate fate;

    rtc_simulated_path_decide (path, PACKET_BYTES, row->sent_at[i], &fate);
    g_assert_cmpuint (fate.n_copies, ==, row->arrives_at[i] == LOST ? 0 : 1);
    if (fate.n_copies > 0)
      g_assert_cmpuint (fate.arrives_at[0], ==, row->arrives_at[i]);
  }
  rtc_simulated_path_free (path);
}

static void
test_jitter_keeps_the_order (void)
{
  RtcSimulatedPath *path = path_new (1, "delay=20,jitter=30");
  GstClockTime last = 0;
  guint n_late = 0;

  for (guint i = 0; i < 1000; i++) {
    RtcSimulatedFate fate;

    rtc_simulated_path_decide (path, PACKET_BYTES, i * INTERVAL, &fate);
    g_assert_cmpuint (fate.arrives_at[0], >=, last);
    g_assert_cmpuint (fate.arrives_at[0], >=, i * INTERVAL + 20 * MS);
    g_assert_cmpuint (fate.arrives_at[0], <=, i * INTERVAL + 50 * MS);
    if (fate.arrives_at[0] > (GstClockTime) (i * INTERVAL + 20 * MS))
      n_late++;
    last = fate.arrives_at[0];
  }
  g_assert_cmpuint (n_late, >, 900);
  rtc_simulated_path_free (path);
}

static const gchar *const bad_conditions[] = { "lost=5", "loss", "loss=", "loss=x", "loss=101",
  "loss=-1", "delay=5ms", "blackout=2", "rate=nan", "=5" };

static void
test_bad_conditions_are_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_conditions); i++) {
    g_autoptr (GError) error = NULL;
    RtcSimulatedConditions conditions = { .loss_percent = 42 };

    g_assert_false (rtc_simulated_conditions_parse (bad_conditions[i], &conditions, &error));
    g_assert_nonnull (error);
    g_assert_cmpfloat (conditions.loss_percent, ==, 42);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (count_rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/path/counts/%s", count_rows[i].name);

    g_test_add_data_func (path, &count_rows[i], test_counts);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (time_rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/path/times/%s", time_rows[i].name);

    g_test_add_data_func (path, &time_rows[i], test_times);
  }
  g_test_add_func ("/path/seed", test_same_seed_same_fates);
  g_test_add_func ("/path/independent", test_conditions_do_not_shift_each_other);
  g_test_add_func ("/path/jitter", test_jitter_keeps_the_order);
  g_test_add_func ("/path/bad", test_bad_conditions_are_refused);
  return g_test_run ();
}
