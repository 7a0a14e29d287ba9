/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The GstContext that carries a session's loop from its bin to the elements, and the events that
 * open a packet stream on a pad. The context owns one reference of the loop.
 */

#include <gst/rtc/gstrtccontext.h>

GstContext *
gst_rtc_loop_context_new (RtcLoop *loop)
{
  GstContext *context;

  g_return_val_if_fail (loop != NULL, NULL);

  context = gst_context_new (GST_RTC_LOOP_CONTEXT, TRUE);
  gst_structure_set (gst_context_writable_structure (context), "loop", RTC_TYPE_LOOP, loop, NULL);
  return context;
}

RtcLoop *
gst_rtc_loop_context_get (GstContext *context)
{
  const GValue *value;

  g_return_val_if_fail (GST_IS_CONTEXT (context), NULL);

  if (!gst_context_has_context_type (context, GST_RTC_LOOP_CONTEXT))
    return NULL;
  value = gst_structure_get_value (gst_context_get_structure (context), "loop");
  if (value == NULL || !G_VALUE_HOLDS (value, RTC_TYPE_LOOP))
    return NULL;
  return g_value_get_boxed (value);
}

RtcLoop *
gst_rtc_element_get_loop (GstElement *element)
{
  GstContext *context;
  RtcLoop *loop = NULL;

  g_return_val_if_fail (GST_IS_ELEMENT (element), NULL);

  context = gst_element_get_context (element, GST_RTC_LOOP_CONTEXT);
  if (context != NULL) {
    loop = gst_rtc_loop_context_get (context);
    if (loop != NULL)
      rtc_loop_ref (loop);
    gst_context_unref (context);
  }
  return loop != NULL ? loop : rtc_loop_acquire ();
}

void
gst_rtc_pad_push_initial_events (GstPad *pad, const gchar *media_type)
{
  g_autofree gchar *stream_id = NULL;
  g_autoptr (GstElement) element = NULL;
  GstEvent *event;
  GstSegment segment;

  g_return_if_fail (GST_IS_PAD (pad));

  element = gst_pad_get_parent_element (pad);
  g_return_if_fail (element != NULL);
  /* gst_pad_create_stream_id() is for elements with one sink pad at most. */
  stream_id = g_strdup_printf (
      "%s/%s/%08x", GST_ELEMENT_NAME (element), GST_PAD_NAME (pad), g_random_int ());
  event = gst_event_new_stream_start (stream_id);
  gst_event_set_group_id (event, gst_util_group_id_next ());
  gst_pad_push_event (pad, event);

  if (media_type != NULL) {
    g_autoptr (GstCaps) caps = gst_caps_new_empty_simple (media_type);

    gst_pad_push_event (pad, gst_event_new_caps (caps));
  }

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (pad, gst_event_new_segment (&segment));
}
