/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pads between the elements of one transport; see the header. */
#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/gstrtcpacketpads.h>

static GstFlowReturn
chain_one (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstBufferList *list = gst_buffer_list_new_sized (1);

  gst_buffer_list_add (list, buffer);
  return GST_PAD_CHAINLISTFUNC (pad) (pad, parent, list);
}

static gboolean
swallow_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

static gboolean
activate_src (GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active)
{
  if (active) {
    g_autoptr (GstCaps) caps = gst_pad_get_pad_template_caps (pad);

    gst_rtc_pad_push_initial_events (
        pad, gst_structure_get_name (gst_caps_get_structure (caps, 0)));
  }
  return TRUE;
}

GstPad *
gst_rtc_packet_sink_pad_add (
    GstElement *element, GstStaticPadTemplate *static_template, GstPadChainListFunction chain_list)
{
  GstPad *pad = gst_pad_new_from_static_template (static_template, static_template->name_template);

  gst_pad_set_chain_function (pad, chain_one);
  gst_pad_set_chain_list_function (pad, chain_list);
  gst_pad_set_event_function (pad, swallow_event);
  gst_element_add_pad (element, pad);
  return pad;
}

GstPad *
gst_rtc_packet_src_pad_add (GstElement *element, GstStaticPadTemplate *static_template)
{
  GstPad *pad = gst_pad_new_from_static_template (static_template, static_template->name_template);

  gst_pad_set_activatemode_function (pad, activate_src);
  gst_pad_use_fixed_caps (pad);
  gst_element_add_pad (element, pad);
  return pad;
}

void
gst_rtc_packet_src_pad_push_events (GstPad *pad)
{
  GstEvent *last = gst_pad_get_sticky_event (pad, GST_EVENT_CUSTOM_DOWNSTREAM_STICKY, 0);

  if (!last)
    last = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  /* It brings what is pending before it along. */
  if (last)
    gst_pad_push_event (pad, last);
}

static GstIterator *
iterate_other (GstPad *pad, GstObject *parent)
{
  GstPad *other = gst_pad_get_element_private (pad);
  g_auto (GValue) value = G_VALUE_INIT;

  if (!other)
    return NULL;
  g_value_init (&value, GST_TYPE_PAD);
  g_value_set_object (&value, other);
  return gst_iterator_new_single (GST_TYPE_PAD, &value);
}

void
gst_rtc_packet_pad_lead_to (GstPad *pad, GstPad *other)
{
  gst_pad_set_element_private (pad, other);
  gst_pad_set_iterate_internal_links_function (pad, iterate_other);
}

static gboolean
answer_latency (GstPad *pad, GstObject *parent, GstQuery *query, gboolean is_live)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return gst_pad_query_default (pad, parent, query);
  gst_query_set_latency (query, is_live, 0, GST_CLOCK_TIME_NONE);
  return TRUE;
}

static gboolean
query_live (GstPad *pad, GstObject *parent, GstQuery *query)
{
  return answer_latency (pad, parent, query, TRUE);
}

static gboolean
query_not_live (GstPad *pad, GstObject *parent, GstQuery *query)
{
  return answer_latency (pad, parent, query, FALSE);
}

void
gst_rtc_packet_pad_end (GstPad *pad, gboolean is_live)
{
  gst_rtc_packet_pad_lead_to (pad, NULL);
  if (GST_PAD_IS_SRC (pad))
    gst_pad_set_query_function (pad, is_live ? query_live : query_not_live);
}
