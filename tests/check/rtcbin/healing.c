/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a link does in a long session: the NAT in front of a peer takes another port, packets are
 * lost at random, and ICE is restarted again and again. Over real sockets, through a router of our
 * own. RTC_SOAK=1 makes the numbers large.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "story.h"

#define LOSS_PERCENT 10
/* Longer than the silence that makes a peer disconnected. */
#define LOSS_TIME_S 12
#define LOSS_TIME_SOAK_S 3600
#define RESTARTS 50
#define RESTARTS_SOAK 1000
#define RESTART_INTERVAL_MS 100

static gboolean
is_soak (void)
{
  return g_getenv ("RTC_SOAK") != NULL;
}

static void
check_never (Story *story, const gchar *state)
{
  for (guint i = 0; i < 2; i++)
    fail_if (peer_has_state (story->peers[i], state), "peer %u was %s", i, state);
}

static void
take_gaps (Story *story, gint64 *out_gaps)
{
  out_gaps[0] = flow_take_gap (story->flows[0]);
  out_gaps[1] = flow_take_gap (story->flows[1]);
  out_gaps[2] = peer_take_video_gap (story->peers[1]);
}

/* Everything flows again within the 6 s that a NAT gets, without any signalling. */
GST_START_TEST (test_rebinding)
{
  UdpRouter *router = udp_router_new (1);
  guint rounds = is_soak () ? 20 : 2;
  Story story;
  gint64 gaps[3];

  story_begin_behind (&story, router, __i__);
  for (guint round = 0; round < rounds; round++) {
    guint selected[2];

    story_look_at_pairs (&story, selected);
    take_gaps (&story, gaps);
    udp_router_rebind (router);
    peer_wait_ice (story.peers[1 - __i__], selected[1 - __i__] + 1);
    story_wait_flowing (&story);
    take_gaps (&story, gaps);
    g_print ("peer %u has another port: gaps %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT
             " ms, video %" G_GINT64_FORMAT " ms\n",
        __i__, gaps[0] / 1000, gaps[1] / 1000, gaps[2] / 1000);
    for (guint i = 0; i < G_N_ELEMENTS (gaps); i++)
      ck_assert_int_le (gaps[i], 6 * G_USEC_PER_SEC);
  }
  story_check_old_credentials (&story);
  check_never (&story, "failed");
  story_end (&story, "rebinding");
  udp_router_free (router);
}
GST_END_TEST;

/* One packet of ten is lost, each way, and nobody says that the peer is gone. */
GST_START_TEST (test_loss)
{
  UdpRouter *router = udp_router_new (2);
  gint64 end = g_get_monotonic_time () +
      (is_soak () ? LOSS_TIME_SOAK_S : LOSS_TIME_S) * (gint64) G_USEC_PER_SEC;
  guint64 passed, lost;
  Story story;

  story_begin_behind (&story, router, __i__);
  udp_router_set_loss (router, LOSS_PERCENT);
  while (g_get_monotonic_time () < end)
    story_wait_flowing (&story);
  udp_router_get_counts (router, &passed, &lost);
  g_print ("%" G_GUINT64_FORMAT " packets passed, %" G_GUINT64_FORMAT " were lost\n", passed, lost);
  ck_assert_uint_gt (lost, passed / 20);
  peer_print_states (story.peers[0], "offerer");
  peer_print_states (story.peers[1], "answerer");
  check_never (&story, "failed");
  check_never (&story, "disconnected");
  udp_router_set_loss (router, 0);
  story_end (&story, "loss");
  udp_router_free (router);
}
GST_END_TEST;

/* Outages in seconds, what the peers may be in them at worst, and whether it takes a restart to
 * come back. The first is for the ordinary run. */
static const struct {
  guint seconds;
  const gchar *allowed;
  const gchar *forbidden;
  gboolean needs_restart;
} outages[] = {
  { 3, "connected", "disconnected", FALSE },
  { 10, "disconnected", "failed", FALSE },
  { 36, "failed", "closed", TRUE },
};

GST_START_TEST (test_outage)
{
  UdpRouter *router = udp_router_new (3);
  Story story;
  gint64 gaps[3];
  gint64 back;
  guint packets;

  story_begin_behind (&story, router, 0);
  udp_router_set_loss (router, 100);
  g_usleep (outages[__i__].seconds * G_USEC_PER_SEC);
  for (guint i = 0; i < 2; i++)
    fail_unless (peer_has_state (story.peers[i], outages[__i__].allowed));
  check_never (&story, outages[__i__].forbidden);
  take_gaps (&story, gaps);
  udp_router_set_loss (router, 0);
  back = g_get_monotonic_time ();
  if (outages[__i__].needs_restart)
    story_restart_by (&story, 0);
  g_mutex_lock (&story.pair->lock);
  packets = story.peers[1]->packets[TRUE];
  g_mutex_unlock (&story.pair->lock);
  peer_wait_packets (story.peers[1], TRUE, packets + 1);
  back = g_get_monotonic_time () - back;
  g_print ("%u s of nothing: video after %" G_GINT64_FORMAT " ms\n", outages[__i__].seconds,
      back / 1000);
  ck_assert_int_le (back, (outages[__i__].needs_restart ? 3 : 1) * G_USEC_PER_SEC);
  story_end (&story, "outage");
  udp_router_free (router);
}
GST_END_TEST;

static guint
count_descriptors (void)
{
  DIR *folder = opendir ("/proc/self/fd");
  guint count = 0;

  fail_unless (folder != NULL);
  while (readdir (folder))
    count++;
  closedir (folder);
  return count;
}

static gsize
get_resident_bytes (void)
{
  g_autofree gchar *text = NULL;
  g_auto (GStrv) words = NULL;

  fail_unless (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  words = g_strsplit (text, " ", -1);
  return (gsize) g_ascii_strtoull (words[1], NULL, 10) * (gsize) sysconf (_SC_PAGESIZE);
}

/* Retired generations close after 3 s, the last ones of a row. */
static guint
wait_for_descriptors (guint expected)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (count_descriptors () > expected && g_get_monotonic_time () < end)
    g_usleep (100000);
  return count_descriptors ();
}

/* (element-type ufrag): the credentials of all restarts are new. */
static void
remember_ufrags (Story *story, GHashTable *seen)
{
  for (guint i = 0; i < 2; i++)
    fail_unless (
        g_hash_table_add (seen, g_strdup (story->ufrags[i])), "a user fragment came again");
}

/* The harness keeps all messages, which is not what is measured. */
static void
forget_messages (Story *story)
{
  g_mutex_lock (&story->pair->lock);
  for (guint i = 0; i < 2; i++) {
    g_ptr_array_unref (story->peers[i]->messages);
    story->peers[i]->messages = g_ptr_array_new_with_free_func (g_free);
  }
  g_mutex_unlock (&story->pair->lock);
}

GST_START_TEST (test_many_restarts)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_restarts = is_soak () ? RESTARTS_SOAK : RESTARTS;
  guint warm_up = n_restarts / 5;
  guint descriptors;
  gsize bytes = 0;
  gint64 start;
  Story story;

  story_begin (&story, NULL);
  remember_ufrags (&story, seen);
  descriptors = count_descriptors ();
  start = g_get_monotonic_time ();
  for (guint i = 0; i < n_restarts; i++) {
    gint64 due = start + i * RESTART_INTERVAL_MS * G_TIME_SPAN_MILLISECOND;

    if (due > g_get_monotonic_time ())
      g_usleep ((gulong) (due - g_get_monotonic_time ()));
    story_restart_by (&story, i % 2);
    remember_ufrags (&story, seen);
    forget_messages (&story);
    if (i == warm_up)
      bytes = get_resident_bytes ();
  }
  g_print ("%u restarts in %" G_GINT64_FORMAT " ms\n", n_restarts,
      (g_get_monotonic_time () - start) / 1000);
  bytes = get_resident_bytes () - MIN (bytes, get_resident_bytes ());
  g_print ("%" G_GSIZE_FORMAT " bytes more for each restart\n", bytes / (n_restarts - warm_up));
  ck_assert_uint_le (wait_for_descriptors (descriptors), descriptors);
  /* The resident size of a short run is full of chance. */
  if (is_soak ())
    ck_assert_uint_lt (bytes / (n_restarts - warm_up), 1024);
  story_end (&story, "many restarts");
}
GST_END_TEST;

static Suite *
healing_suite (void)
{
  Suite *suite = suite_create ("rtcbin healing");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, is_soak () ? 2 * LOSS_TIME_SOAK_S : 300);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_rebinding, 0, 2);
  tcase_add_loop_test (chain, test_loss, 0, 1);
  tcase_add_loop_test (chain, test_outage, 0, is_soak () ? G_N_ELEMENTS (outages) : 1);
  tcase_add_test (chain, test_many_restarts);
  return suite;
}

GST_CHECK_MAIN (healing);
