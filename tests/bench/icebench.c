/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What rtcice costs: set-up, restart, a packet on each path, descriptors and memory. Prints
 * figures, judges none: meson devenv -C build tests/bench/icebench
 */
#include "../support/icepair.h"

#include <string.h>
#include <time.h>

#define N_SETUPS 100
#define N_LISTS 4000
#define LIST_LENGTH 50
#define N_IDLE 100

static gdouble
now_ms (void)
{
  return (gdouble) g_get_monotonic_time () / 1000;
}

static gdouble
cpu_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (gdouble) time.tv_sec * 1e6 + (gdouble) time.tv_nsec / 1e3;
}

static guint
count_descriptors (void)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;
  g_dir_close (dir);
  return count;
}

static gulong
resident_kib (void)
{
  g_autofree gchar *text = NULL;
  const gchar *line;

  g_file_get_contents ("/proc/self/status", &text, NULL, NULL);
  line = text != NULL ? strstr (text, "VmRSS:") : NULL;
  return line != NULL ? strtoul (line + strlen ("VmRSS:"), NULL, 10) : 0;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gdouble difference = *(const gdouble *) a - *(const gdouble *) b;

  return difference < 0 ? -1 : difference > 0;
}

static void
print_quantiles (const gchar *what, gdouble *values, guint n_values)
{
  qsort (values, n_values, sizeof *values, compare);
  g_print ("%-40s median %6.2f ms, 95 %% %6.2f ms\n", what, values[n_values / 2],
      values[n_values * 95 / 100]);
}

static void
measure_setup (const gchar *nomination, guint pacing, gboolean has_all_addresses)
{
  g_autofree gchar *what = g_strdup_printf ("set-up, %s, pacing %u, %s", nomination, pacing,
      has_all_addresses ? "all addresses" : "loopback");
  gdouble times[N_SETUPS];

  for (guint i = 0; i < N_SETUPS; i++) {
    IcePair pair;
    gdouble start;

    ice_pair_init (&pair);
    ice_peer_configure (&pair.a, "127.0.0.1", "auto", nomination);
    ice_peer_configure (&pair.b, "127.0.0.1", "auto", nomination);
    if (has_all_addresses)
      g_object_set (pair.a.element, "local-addresses", NULL, NULL);
    if (has_all_addresses)
      g_object_set (pair.b.element, "local-addresses", NULL, NULL);
    g_object_set (pair.a.element, "pacing", pacing, NULL);
    g_object_set (pair.b.element, "pacing", pacing, NULL);
    ice_pair_start (&pair);
    start = now_ms ();
    ice_pair_connect (&pair);
    times[i] = now_ms () - start;
    ice_pair_clear (&pair);
  }
  print_quantiles (what, times, N_SETUPS);
}

static void
measure_restart (void)
{
  gdouble times[N_SETUPS];
  IcePair pair;

  ice_pair_init (&pair);
  ice_pair_start (&pair);
  ice_pair_connect (&pair);
  for (guint i = 0; i < N_SETUPS; i++) {
    guint a_before = pair.a.n_selected;
    guint b_before = pair.b.n_selected;
    gdouble start = now_ms ();

    ice_set_local (&pair.a, i + 1);
    ice_set_remote (&pair.b, i + 1);
    ice_set_local (&pair.b, i + 1);
    ice_set_remote (&pair.a, i + 1);
    ice_do_call (&pair.a, ICE_OP_GATHER, NULL, NULL);
    ice_do_call (&pair.b, ICE_OP_GATHER, NULL, NULL);
    ICE_WAIT_FOR (pair.a.n_selected > a_before && pair.b.n_selected > b_before);
    times[i] = now_ms () - start;
  }
  print_quantiles ("restart, until both sides selected", times, N_SETUPS);
  ice_pair_clear (&pair);
}

/* Both directions of the element and the kernel, on both sides, and no work above them. */
static void
measure_packets (const gchar *path, guint list_length, const gchar *what)
{
  guint n_packets = N_LISTS * LIST_LENGTH / 4;
  GstBufferList *list = gst_buffer_list_new ();
  gdouble start, used;
  guint n_sent = 0;
  IcePair pair;

  ice_pair_init (&pair);
  ice_peer_configure (&pair.a, "127.0.0.1", path, "aggressive");
  ice_peer_configure (&pair.b, "127.0.0.1", path, "aggressive");
  ice_pair_start (&pair);
  ice_pair_connect (&pair);
  for (guint i = 0; i < list_length; i++)
    gst_buffer_list_add (list, ice_make_packet (i, 1200));
  start = cpu_us ();
  while (n_sent < n_packets) {
    gst_pad_push_list (pair.a.feed, gst_buffer_list_ref (list));
    n_sent += list_length;
    ICE_WAIT_FOR (pair.b.packets->len + 500 > n_sent);
  }
  ICE_WAIT_FOR (pair.b.packets->len >= n_sent);
  used = cpu_us () - start;
  g_print ("packet of 1200 bytes, %-18s %5.2f us CPU both ends, lists of %u in, of %.1f out\n",
      what, used / n_sent, list_length, (gdouble) n_sent / pair.b.n_lists);
  gst_buffer_list_unref (list);
  ice_pair_clear (&pair);
}

static void
measure_footprint (void)
{
  static IcePair pairs[N_IDLE];
  guint descriptors = count_descriptors ();
  gulong resident = resident_kib ();
  gdouble cpu;

  for (guint i = 0; i < N_IDLE; i++) {
    ice_pair_init (&pairs[i]);
    ice_pair_start (&pairs[i]);
    ice_pair_connect (&pairs[i]);
  }
  /* Each loop of the harness has an epoll set and an eventfd of its own, and a thread. */
  g_print ("%u connected elements: %.2f descriptors and %.1f KiB each, loop and pads included\n",
      2 * N_IDLE, (gdouble) (count_descriptors () - descriptors) / (2 * N_IDLE),
      (gdouble) (resident_kib () - resident) / (2 * N_IDLE));
  cpu = cpu_us ();
  g_usleep (5 * G_USEC_PER_SEC);
  g_print ("%u idle elements: %.2f %% of a core\n", 2 * N_IDLE, (cpu_us () - cpu) / 5e6 * 100);
  for (guint i = 0; i < N_IDLE; i++)
    ice_pair_clear (&pairs[i]);
}

/* The harness fails as a test does, so it has to be one. */
GST_START_TEST (measure)
{
  measure_setup ("aggressive", 0, FALSE);
  measure_setup ("aggressive", 5, FALSE);
  measure_setup ("regular", 0, FALSE);
  measure_setup ("regular", 5, FALSE);
  measure_setup ("aggressive", 0, TRUE);
  measure_setup ("regular", 0, TRUE);
  measure_restart ();
  measure_packets ("auto", LIST_LENGTH, "direct, in lists");
  measure_packets ("auto", 1, "direct, singly");
  measure_packets ("agent", LIST_LENGTH, "agent, in lists");
  measure_packets ("agent", 1, "agent, singly");
  measure_footprint ();
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("icebench");
  TCase *all = tcase_create ("all");

  g_setenv ("CK_FORK", "no", TRUE);
  gst_check_init (&argc, &argv);
  tcase_add_test (all, measure);
  suite_add_tcase (suite, all);
  return gst_check_run_suite (suite, "icebench", __FILE__);
}
