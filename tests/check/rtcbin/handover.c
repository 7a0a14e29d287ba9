/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A session moves from one network to another (seed of the project: a rover between two networks):
 * two peers in network namespaces with two links between them. The link in use goes down, its
 * address changes, or a NAT in front of it forgets; what notices the change restarts ICE. Messages
 * arrive once and in order, video is back within 3 s. Skips without root.
 *
 * RTC_SOAK=1 does five cycles in a row instead of one.
 */
#include <stdio.h>
#include <string.h>

#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/rtcnetworkwatch.h>

#include "networks.h"
#include "story.h"

#define LIMIT (3 * G_USEC_PER_SEC)

typedef struct {
  Networks *networks;
  Story story;
  RtcNetworkWatch *watch;
  GMutex lock;
  GCond changed;
  guint n_changes;
} Handover;

static guint
get_cycles (void)
{
  return g_getenv ("RTC_SOAK") ? 5 : 1;
}

static void
on_network (const gchar *const *before, const gchar *const *after, gpointer data)
{
  Handover *handover = data;

  g_mutex_lock (&handover->lock);
  handover->n_changes++;
  g_cond_broadcast (&handover->changed);
  g_mutex_unlock (&handover->lock);
}

static void
start_watch (gpointer data)
{
  Handover *handover = data;

  handover->watch =
      rtc_network_watch_new (networks_get_loop (handover->networks, 0), on_network, handover);
}

static void
stop_watch (gpointer data)
{
  rtc_network_watch_free (((Handover *) data)->watch);
}

static void
handover_begin (Handover *handover)
{
  g_autofree gchar *why = NULL;
  g_autoptr (GstContext) here = NULL;
  g_autoptr (GstContext) there = NULL;

  memset (handover, 0, sizeof *handover);
  handover->networks = networks_new (&why);
  fail_unless (handover->networks != NULL, "%s", why);
  here = gst_rtc_loop_context_new (networks_get_loop (handover->networks, 0));
  there = gst_rtc_loop_context_new (networks_get_loop (handover->networks, 1));
  rtc_loop_call (networks_get_loop (handover->networks, 0), start_watch, handover);
  fail_unless (handover->watch != NULL);
  story_begin_in (&handover->story, (GstContext *[]){ here, there });
}

static void
handover_end (Handover *handover, const gchar *name)
{
  rtc_loop_call (networks_get_loop (handover->networks, 0), stop_watch, handover);
  story_end (&handover->story, name);
  networks_free (handover->networks);
}

static void
handover_wait_for_change (Handover *handover, guint before)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  g_mutex_lock (&handover->lock);
  while (handover->n_changes == before)
    if (!g_cond_wait_until (&handover->changed, &handover->lock, end))
      ck_abort_msg ("the change of the network was not noticed");
  g_mutex_unlock (&handover->lock);
}

static guint
handover_count_changes (Handover *handover)
{
  guint count;

  g_mutex_lock (&handover->lock);
  count = handover->n_changes;
  g_mutex_unlock (&handover->lock);
  return count;
}

/* One end of a link of side 0 goes down or up; returns when that was noticed. */
static void
handover_set_link (Handover *handover, guint link, gboolean is_up)
{
  guint before = handover_count_changes (handover);

  networks_set_link (handover->networks, 0, link, is_up);
  handover_wait_for_change (handover, before);
}

static void
handover_set_address (Handover *handover, guint link, guint host)
{
  guint before = handover_count_changes (handover);

  networks_set_address (handover->networks, 0, link, host);
  handover_wait_for_change (handover, before);
}

/* The link that packets of @side leave on: the number in the address of its selected pair. */
static guint
get_link (Handover *handover, guint side)
{
  g_autofree gchar *address = peer_get_local_address (handover->story.peers[side]);
  guint link = 0;

  fail_unless (sscanf (address, "10.77.%u.", &link) == 1, "%s", address);
  return link;
}

static void
take_gaps (Handover *handover, gint64 *out_gaps)
{
  out_gaps[0] = flow_take_gap (handover->story.flows[0]);
  out_gaps[1] = flow_take_gap (handover->story.flows[1]);
  out_gaps[2] = peer_take_video_gap (handover->story.peers[1]);
}

/* What comes now counts for check_gaps(). */
static void
forget_gaps (Handover *handover)
{
  gint64 gaps[3];

  take_gaps (handover, gaps);
}

static void
check_gaps (Handover *handover, const gchar *what)
{
  gint64 gaps[3];

  story_wait_flowing (&handover->story);
  take_gaps (handover, gaps);
  g_print ("%s: gaps %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " ms, video %" G_GINT64_FORMAT
           " ms\n",
      what, gaps[0] / 1000, gaps[1] / 1000, gaps[2] / 1000);
  for (guint i = 0; i < G_N_ELEMENTS (gaps); i++)
    ck_assert_int_le (gaps[i], LIMIT);
}

GST_START_TEST (test_link_down)
{
  Handover handover;

  handover_begin (&handover);
  for (guint cycle = 0; cycle < get_cycles (); cycle++) {
    guint link = get_link (&handover, 0);

    forget_gaps (&handover);
    handover_set_link (&handover, link, FALSE);
    story_restart_by (&handover.story, __i__);
    ck_assert_uint_ne (get_link (&handover, 0), link);
    check_gaps (&handover, "a link goes down");
    handover_set_link (&handover, link, TRUE);
    fail_unless (networks_wait_for_links (handover.networks));
  }
  handover_end (&handover, "hand-over");
}
GST_END_TEST;

GST_START_TEST (test_address_changes)
{
  Handover handover;

  handover_begin (&handover);
  for (guint cycle = 0; cycle < get_cycles (); cycle++) {
    forget_gaps (&handover);
    handover_set_address (&handover, get_link (&handover, 0), 10 + cycle);
    story_restart_by (&handover.story, __i__);
    check_gaps (&handover, "the address changes");
  }
  handover_end (&handover, "another address");
}
GST_END_TEST;

static Suite *
handover_suite (void)
{
  Suite *suite = suite_create ("rtcbin handover");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 300);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_link_down, 0, 2);
  tcase_add_loop_test (chain, test_address_changes, 0, 2);
  return suite;
}

int
main (int argc, char **argv)
{
  int n_failed;

  gst_check_init (&argc, &argv);
  if (!networks_can_run ())
    return 77;
  n_failed = gst_check_run_suite (handover_suite (), "handover", __FILE__);
  networks_clean_up ();
  return n_failed;
}
