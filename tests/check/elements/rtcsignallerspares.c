/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcsignaller's spare sessions: a peer that is there before its client, which nobody but the clock
 * may notice. The signaller's children are watched: a spare is a bin without a session.
 */
#include "signallerharness.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define SPARES "rtcsignaller name=s "

static GMutex lock;
static GCond changed;
/* Under the lock. */
static GstElement *last_removed;

static void
child_added (GstBin *bin, GstElement *child, gpointer user_data)
{
  g_mutex_lock (&lock);
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

static void
child_removed (GstBin *bin, GstElement *child, gpointer user_data)
{
  g_mutex_lock (&lock);
  last_removed = child;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

/* The first spares are made when the pipeline plays, so there may be some already. */
static void
start (SignallerHarness *harness, const gchar *launch)
{
  GstBin *bin;
  signaller_harness_start (harness, launch);
  bin = GST_BIN (harness->signaller);
  g_signal_connect (bin, "element-added", G_CALLBACK (child_added), NULL);
  g_signal_connect (bin, "element-removed", G_CALLBACK (child_removed), NULL);
}

static guint
count_children (SignallerHarness *harness)
{
  guint count;
  GST_OBJECT_LOCK (harness->signaller);
  count = (guint) GST_BIN (harness->signaller)->numchildren;
  GST_OBJECT_UNLOCK (harness->signaller);
  return count;
}

static void
wait_for_children (SignallerHarness *harness, guint count)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  g_mutex_lock (&lock);
  while (count_children (harness) != count && g_cond_wait_until (&changed, &lock, deadline))
    ;
  g_mutex_unlock (&lock);
  g_assert_cmpuint (count_children (harness), ==, count);
}

/* (transfer full) */
static GstElement *
get_child (SignallerHarness *harness)
{
  GstElement *child;
  GST_OBJECT_LOCK (harness->signaller);
  child = gst_object_ref (GST_BIN_CHILDREN (harness->signaller)->data);
  GST_OBJECT_UNLOCK (harness->signaller);
  return child;
}

/* (transfer full): the id of the session */
static gchar *
open_session (SignallerHarness *harness, guint number)
{
  Response response = signaller_harness_offer (harness, number, "abcd", "");
  gchar *id = response_get_header (&response, "Session-Id");
  if (response.status != 200 || id == NULL)
    g_error ("no session: %s", response.text);
  response_clear (&response);
  return id;
}

static void
close_session (SignallerHarness *harness, const gchar *id)
{
  g_autofree gchar *path = g_strdup_printf ("/close?session=%s", id);
  Response response = signaller_harness_post (harness, path, "");
  g_assert_cmpuint (response.status, ==, 204);
  response_clear (&response);
}

static guint
count_sessions (SignallerHarness *harness)
{
  guint count;
  g_object_get (harness->signaller, "sessions", &count, NULL);
  return count;
}

GST_START_TEST (test_taken)
{
  SignallerHarness harness;
  g_autoptr (GstElement) spare = NULL;
  g_autofree gchar *first = NULL;
  g_autofree gchar *second = NULL;
  g_autofree gchar *ended = NULL;

  start (&harness, SPARES "session=stubpeer");
  wait_for_children (&harness, 1);
  g_assert_cmpuint (count_sessions (&harness), ==, 0);
  spare = get_child (&harness);

  first = open_session (&harness, 1);
  g_assert_cmpuint (count_sessions (&harness), ==, 1);
  wait_for_children (&harness, 2);
  second = open_session (&harness, 2);
  g_assert_cmpstr (first, !=, second);
  g_assert_cmpuint (strlen (first), ==, strlen (second));
  g_assert_null (strstr (first, "spare"));
  wait_for_children (&harness, 3);

  close_session (&harness, first);
  ended = signaller_harness_wait_field (&harness, "rtc-session-ended", "session-id");
  g_assert_cmpstr (ended, ==, first);
  wait_for_children (&harness, 2);
  g_assert_true (last_removed == spare);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

typedef struct {
  GThread *thread;
  gchar *id;
  GstElement *peer;
} Started;

static void
on_started (GstElement *signaller, const gchar *id, GstElement *peer, gpointer user_data)
{
  Started *started = user_data;
  started->thread = g_thread_self ();
  started->id = g_strdup (id);
  started->peer = peer;
}

GST_START_TEST (test_announced)
{
  SignallerHarness harness;
  Started started = { NULL };
  g_autoptr (GstElement) spare = NULL;
  g_autofree gchar *id = NULL;

  start (&harness, SPARES "session=stubpeer");
  wait_for_children (&harness, 1);
  spare = get_child (&harness);
  g_signal_connect (harness.signaller, "session-started", G_CALLBACK (on_started), &started);
  id = open_session (&harness, 1);
  g_assert_cmpstr (started.id, ==, id);
  g_assert_true (gst_object_has_as_ancestor (GST_OBJECT (started.peer), GST_OBJECT (spare)));
  g_assert_true (started.thread != g_thread_self ());
  g_free (started.id);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static GstElement *
on_requested (GstElement *signaller, const gchar *id, gpointer user_data)
{
  g_atomic_int_inc ((gint *) user_data);
  return gst_element_factory_make ("stubpeer", NULL);
}

/* The application makes the peers: it is asked for each of them, from the moment it wants to. */
GST_START_TEST (test_requested)
{
  SignallerHarness harness;
  g_autofree gchar *first = NULL;
  g_autofree gchar *second = NULL;
  gint n_requested = 0;

  start (&harness, SPARES "session=stubpeer");
  wait_for_children (&harness, 1);
  g_signal_connect (
      harness.signaller, "session-requested", G_CALLBACK (on_requested), &n_requested);
  first = open_session (&harness, 1);
  second = open_session (&harness, 2);
  g_assert_cmpint (n_requested, ==, 2);
  /* The spare from before, and two sessions. */
  wait_for_children (&harness, 3);
  close_session (&harness, first);
  close_session (&harness, second);
  wait_for_children (&harness, 1);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- when there are none --- */

static const struct {
  const gchar *name;
  const gchar *launch;
} without[] = {
  { "none are wanted", SPARES "spare-sessions=0 session=stubpeer" },
  { "more than a peer", SPARES "session=\"stubpeer fakesrc ! fakesink\"" },
  { "a peer in a bin", SPARES "session=\"bin.( stubpeer )\"" },
};

GST_START_TEST (test_without)
{
  SignallerHarness harness;
  g_autofree gchar *id = NULL;

  GST_INFO ("%s", without[__i__].name);
  start (&harness, without[__i__].launch);
  id = open_session (&harness, 1);
  wait_for_children (&harness, 1);
  close_session (&harness, id);
  wait_for_children (&harness, 0);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* Whatever is added to the signaller cannot start. */
static void
break_child (GstBin *bin, GstElement *child, gpointer user_data)
{
  GstElement *source = gst_element_factory_make ("filesrc", NULL);
  g_object_set (source, "location", "/nonexistent/file", NULL);
  gst_bin_add (GST_BIN (child), source);
}

/* (transfer full): what a client and the bus are told of a session that cannot be made. */
static gchar *
describe_failure (const gchar *launch)
{
  SignallerHarness harness;
  Response response;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gchar *text;

  start (&harness, launch);
  gst_element_set_state (harness.pipeline, GST_STATE_READY);
  g_signal_connect (harness.signaller, "element-added", G_CALLBACK (break_child), NULL);
  gst_element_set_state (harness.pipeline, GST_STATE_PLAYING);
  g_object_get (harness.signaller, "port", &harness.port, NULL);
  response = signaller_harness_offer (&harness, 1, "abcd", "");
  g_assert_cmpuint (response.status, ==, 503);
  message = gst_bus_timed_pop_filtered (
      harness.bus, 20 * GST_SECOND, GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_WARNING);
  gst_message_parse_warning (message, &error, NULL);
  text = g_strconcat (response.body, "\n", error->message, NULL);
  wait_for_children (&harness, 0);
  g_assert_null (gst_bus_pop_filtered (harness.bus, GST_MESSAGE_WARNING | GST_MESSAGE_ERROR));
  response_clear (&response);
  signaller_harness_stop (&harness);
  return text;
}

/* A spare that cannot be made is no news; the client's own peer is. */
GST_START_TEST (test_broken)
{
  g_autofree gchar *expected = describe_failure (SPARES "spare-sessions=0 session=stubpeer");
  g_autofree gchar *text = describe_failure (SPARES "spare-sessions=2 session=stubpeer");
  g_assert_cmpstr (text, ==, expected);
}
GST_END_TEST;

GST_START_TEST (test_one_session)
{
  SignallerHarness harness;
  start (&harness, SPARES "spare-sessions=3 max-sessions=1 session=stubpeer");
  wait_for_children (&harness, 3);
  for (guint i = 0; i < 3; i++) {
    g_autofree gchar *id = open_session (&harness, 2 * i);
    Response refused = signaller_harness_offer (&harness, 2 * i + 1, "abcd", "");
    g_assert_cmpuint (refused.status, ==, 503);
    g_assert_nonnull (strstr (refused.body, "all sessions are taken"));
    response_clear (&refused);
    close_session (&harness, id);
  }
  wait_for_children (&harness, 3);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* A spare that fails goes by itself, and the pipeline does not hear of it. */
GST_START_TEST (test_spare_fails)
{
  SignallerHarness harness;
  g_autofree gchar *id = NULL;
  g_autoptr (GstElement) spare = NULL;

  start (&harness, SPARES "session=stubpeer");
  wait_for_children (&harness, 1);
  spare = get_child (&harness);
  GST_ELEMENT_ERROR (spare, RESOURCE, FAILED, ("it broke"), (NULL));
  g_mutex_lock (&lock);
  while (last_removed != spare)
    g_cond_wait (&changed, &lock);
  g_mutex_unlock (&lock);
  id = open_session (&harness, 1);
  g_assert_null (gst_bus_pop_filtered (harness.bus, GST_MESSAGE_ERROR));
  wait_for_children (&harness, 2);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* The pipeline stops while spares are being made, at any moment of that. */
GST_START_TEST (test_stop)
{
  for (guint i = 0; i < 20; i++) {
    SignallerHarness harness;
    GstElement *signaller;
    start (&harness, SPARES "spare-sessions=8 session=stubpeer");
    while (count_children (&harness) < i % 8)
      g_thread_yield ();
    signaller = gst_object_ref (harness.signaller);
    signaller_harness_stop (&harness);
    g_assert_cmpuint ((guint) GST_BIN (signaller)->numchildren, ==, 0);
    gst_object_unref (signaller);
  }
}
GST_END_TEST;

static void
setup (void)
{
  g_mutex_lock (&lock);
  last_removed = NULL;
  g_mutex_unlock (&lock);
}

static Suite *
rtcsignaller_spares_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-spares");
  TCase *tests = tcase_create ("spares");
  tcase_set_timeout (tests, 120);
  tcase_add_checked_fixture (tests, setup, NULL);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_taken);
  tcase_add_test (tests, test_announced);
  tcase_add_test (tests, test_requested);
  tcase_add_loop_test (tests, test_without, 0, G_N_ELEMENTS (without));
  tcase_add_test (tests, test_broken);
  tcase_add_test (tests, test_one_session);
  tcase_add_test (tests, test_spare_fails);
  tcase_add_test (tests, test_stop);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  stub_peer_register ();
  return gst_check_run_suite (rtcsignaller_spares_suite (), "rtcsignaller-spares", __FILE__);
}
