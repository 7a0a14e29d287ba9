/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Peers are found, and waited for, in pipelines that other threads change meanwhile: sessions come
 * and go in the same one.
 */
#include "peer/rtcpeerelement.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>

#define N_OTHERS 50
#define N_LOOKS 3000
#define N_WAITS 300
#define LIMIT (20 * GST_SECOND)

typedef struct {
  GstBin *bin;
  gint is_over;
} Change;

static gpointer
change (gpointer data)
{
  Change *self = data;
  while (!g_atomic_int_get (&self->is_over)) {
    GstElement *element = gst_element_factory_make ("identity", NULL);
    gst_bin_add (self->bin, element);
    gst_bin_remove (self->bin, element);
  }
  return NULL;
}

GST_START_TEST (test_find)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  Change self = { GST_BIN (pipeline) };
  GThread *thread;
  guint count;

  gst_bin_add (GST_BIN (pipeline), gst_element_factory_make ("stubpeer", NULL));
  for (guint i = 0; i < N_OTHERS; i++)
    gst_bin_add (GST_BIN (pipeline), gst_element_factory_make ("identity", NULL));
  thread = g_thread_new ("change", change, &self);
  for (guint i = 0; i < N_LOOKS; i++) {
    g_autoptr (GstElement) peer = rtc_peer_find (GST_BIN (pipeline), &count);
    g_assert_nonnull (peer);
    g_assert_cmpuint (count, ==, 1);
  }
  g_atomic_int_set (&self.is_over, TRUE);
  g_thread_join (thread);
  gst_object_unref (pipeline);
}
GST_END_TEST;

static gpointer
give_caps (gpointer pad)
{
  GstCaps *caps = gst_caps_new_empty_simple ("application/x-rtp");
  gst_pad_push_event (pad, gst_event_new_stream_start ("test"));
  gst_pad_push_event (pad, gst_event_new_caps (caps));
  gst_caps_unref (caps);
  return NULL;
}

/* At the very moment in which the caps come, the wait is over. */
GST_START_TEST (test_wait)
{
  for (guint i = 0; i < N_WAITS; i++) {
    GstElement *sink = gst_element_factory_make ("fakesink", NULL);
    g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (sink, "sink");
    g_autoptr (GstPad) src = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
    GThread *thread;
    gst_pad_set_active (src, TRUE);
    g_assert_cmpint (gst_pad_link (src, sink_pad), ==, GST_PAD_LINK_OK);
    thread = g_thread_new ("caps", give_caps, src);
    rtc_peer_wait_for_caps (sink, LIMIT);
    g_assert_true (gst_pad_has_current_caps (src));
    g_thread_join (thread);
    gst_pad_unlink (src, sink_pad);
    gst_object_unref (gst_object_ref_sink (sink));
  }
}
GST_END_TEST;

static Suite *
rtcpeerelement_suite (void)
{
  Suite *suite = suite_create ("rtcpeerelement");
  TCase *tests = tcase_create ("elements");
  stub_peer_register ();
  tcase_set_timeout (tests, 120);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_find);
  tcase_add_test (tests, test_wait);
  return suite;
}

GST_CHECK_MAIN (rtcpeerelement);
