/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The loop reaches an element by its context; a pad's first events open a stream. */

#include <gst/check/gstharness.h>
#include <gst/rtc/gstrtccontext.h>

static void
test_context_carries_the_loop (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new_manual (0);
  GstContext *context = gst_rtc_loop_context_new (loop);
  GstContext *other = gst_context_new ("something.else", FALSE);
  GstContext *empty = gst_context_new (GST_RTC_LOOP_CONTEXT, FALSE);

  g_assert_true (gst_rtc_loop_context_get (context) == loop);
  g_assert_null (gst_rtc_loop_context_get (other));
  g_assert_null (gst_rtc_loop_context_get (empty));
  gst_context_unref (context);
  gst_context_unref (other);
  gst_context_unref (empty);
}

static void
test_element_uses_the_loop_it_was_given (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new_manual (0);
  GstElement *element = gst_element_factory_make ("identity", NULL);
  GstContext *context = gst_rtc_loop_context_new (loop);
  RtcLoop *found;

  gst_element_set_context (element, context);
  found = gst_rtc_element_get_loop (element);
  g_assert_true (found == loop);
  rtc_loop_unref (found);
  gst_context_unref (context);
  gst_object_unref (element);
}

/* A bin hands a context on to the elements that it has, also through bins in bins. */
static void
test_bin_hands_the_loop_on (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new_manual (0);
  GstElement *bin = gst_parse_bin_from_description ("( identity name=inner )", FALSE, NULL);
  GstElement *element = gst_bin_get_by_name (GST_BIN (bin), "inner");
  GstContext *context = gst_rtc_loop_context_new (loop);
  RtcLoop *found;

  gst_element_set_context (bin, context);
  found = gst_rtc_element_get_loop (element);
  g_assert_true (found == loop);
  rtc_loop_unref (found);
  gst_context_unref (context);
  gst_object_unref (element);
  gst_object_unref (bin);
}

static void
test_element_without_context_takes_one_of_the_process (void)
{
  GstElement *element = gst_element_factory_make ("identity", NULL);
  g_autoptr (RtcLoop) loop = gst_rtc_element_get_loop (element);

  g_assert_nonnull (loop);
  g_assert_false (rtc_loop_is_current (loop));
  gst_object_unref (element);
}

typedef struct {
  const gchar *name;
  const gchar *media_type;
  const GstEventType expected[4];
} EventsRow;

static const EventsRow events_rows[] = {
  { "with caps", "application/x-dtls",
      { GST_EVENT_STREAM_START, GST_EVENT_CAPS, GST_EVENT_SEGMENT, GST_EVENT_UNKNOWN } },
  { "without caps", NULL, { GST_EVENT_STREAM_START, GST_EVENT_SEGMENT, GST_EVENT_UNKNOWN } },
};

static void
test_initial_events (gconstpointer data)
{
  const EventsRow *row = data;
  GstElement *element = gst_bin_new (NULL);
  GstPad *pad = gst_pad_new ("src", GST_PAD_SRC);
  GstHarness *harness;

  gst_element_add_pad (element, pad);
  gst_pad_set_active (pad, TRUE);
  gst_rtc_pad_push_initial_events (pad, row->media_type);
  harness = gst_harness_new_with_element (element, NULL, "src");
  gst_pad_push (pad, gst_buffer_new ());
  for (guint i = 0; row->expected[i] != GST_EVENT_UNKNOWN; i++) {
    GstEvent *event = gst_harness_pull_event (harness);

    g_assert_nonnull (event);
    g_assert_cmpint (GST_EVENT_TYPE (event), ==, row->expected[i]);
    gst_event_unref (event);
  }
  g_assert_cmpuint (gst_harness_buffers_received (harness), ==, 1);
  gst_harness_teardown (harness);
  gst_object_unref (element);
}

int
main (int argc, char **argv)
{
  gint result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/context/loop", test_context_carries_the_loop);
  g_test_add_func ("/context/given", test_element_uses_the_loop_it_was_given);
  g_test_add_func ("/context/bin", test_bin_hands_the_loop_on);
  g_test_add_func ("/context/process", test_element_without_context_takes_one_of_the_process);
  for (gsize i = 0; i < G_N_ELEMENTS (events_rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/events/%s", events_rows[i].name);

    g_test_add_data_func (path, &events_rows[i], test_initial_events);
  }
  result = g_test_run ();
  gst_deinit ();
  return result;
}
