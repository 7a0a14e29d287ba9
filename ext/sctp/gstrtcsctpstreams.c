/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The element's request pads, a stream each: what comes in at sink_%u is sent, and its thread waits
 * while there is no room; what leaves at src_%u is the pad's own (gstrtcsctppad.c).
 */
#include <gst/rtc/gstrtcpacketpads.h>
#include <string.h>

#include "gstrtcsctp.h"
#include "gstrtcsctppad.h"
#include "gstrtcsctpprivate.h"

#define GST_CAT_DEFAULT rtc_sctp_debug

/* What a sink_%u pad lets wait before it holds up its streaming thread. */
#define PAD_BUFFERED_BYTES (1024 * 1024)

GstPad *
gst_rtc_sctp_find_stream_pad (GstRtcSctp *self, guint16 stream)
{
  GstPad *pad;

  GST_OBJECT_LOCK (self);
  pad = g_hash_table_lookup (self->stream_pads, GUINT_TO_POINTER ((guint) stream));
  if (pad != NULL)
    gst_object_ref (pad);
  GST_OBJECT_UNLOCK (self);
  return pad;
}

/* Waits for the connection and for room; NULL: the element stops, or the association ended. */
static RtcSctpAssociation *
wait_for_room (GstRtcSctp *self, guint16 stream)
{
  RtcSctpAssociation *association;
  gboolean can_send = FALSE, is_over = FALSE;

  g_mutex_lock (&self->room_lock);
  while ((association = gst_rtc_sctp_get_association (self)) != NULL) {
    GstWebRTCSCTPTransportState state = rtc_sctp_association_get_state (association);

    is_over = self->is_flushing || state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED;
    can_send = state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED &&
        rtc_sctp_association_get_buffered (association, stream) < PAD_BUFFERED_BYTES;
    if (is_over || can_send)
      break;
    rtc_sctp_association_unref (association);
    g_cond_wait (&self->room_cond, &self->room_lock);
  }
  g_mutex_unlock (&self->room_lock);
  if (is_over)
    g_clear_pointer (&association, rtc_sctp_association_unref);
  return association;
}

static GstFlowReturn
gst_rtc_sctp_stream_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstRtcSctp *self = GST_RTC_SCTP (parent);
  GstRtcSctpPad *stream_pad = GST_RTC_SCTP_PAD (pad);
  guint16 stream = gst_rtc_sctp_pad_get_stream (stream_pad);
  GstRtcDataReliability reliability = gst_rtc_sctp_pad_get_reliability (stream_pad);
  g_autoptr (RtcSctpAssociation) association = wait_for_room (self, stream);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = NULL;
  guint32 ppid;

  data = gst_rtc_sctp_pad_to_message (stream_pad, buffer, &ppid);
  gst_buffer_unref (buffer);
  if (association == NULL)
    return GST_FLOW_FLUSHING;
  if (rtc_sctp_association_send (association, stream, ppid, data, &reliability, &error))
    return GST_FLOW_OK;
  GST_ELEMENT_ERROR (self, RESOURCE, WRITE, ("%s", error->message), (NULL));
  return GST_FLOW_ERROR;
}

static gboolean
gst_rtc_sctp_stream_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstRtcSctpPad *stream_pad = GST_RTC_SCTP_PAD (pad);
  GstCaps *caps;

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_CAPS:
    gst_event_parse_caps (event, &caps);
    gst_rtc_sctp_pad_set_caps (stream_pad, caps);
    break;
  case GST_EVENT_EOS:
    gst_rtc_data_transport_reset_stream (
        GST_RTC_DATA_TRANSPORT (parent), gst_rtc_sctp_pad_get_stream (stream_pad));
    break;
  default:
    break;
  }
  gst_event_unref (event);
  return TRUE;
}

static gboolean
parse_stream (const gchar *name, guint *out_stream)
{
  guint64 stream;
  const gchar *number = name != NULL ? strrchr (name, '_') : NULL;

  if (number == NULL || !g_ascii_string_to_unsigned (number + 1, 10, 0, 1023, &stream, NULL))
    return FALSE;
  *out_stream = stream;
  return TRUE;
}

GstPad *
gst_rtc_sctp_request_new_pad (
    GstElement *element, GstPadTemplate *templ, const gchar *name, const GstCaps *caps)
{
  GstRtcSctp *self = GST_RTC_SCTP (element);
  g_autoptr (GstPad) existing = NULL;
  guint stream;
  GstPad *pad;

  if (!parse_stream (name, &stream)) {
    GST_WARNING_OBJECT (self, "a stream's pad needs its number from 0 to 1023: sink_0");
    return NULL;
  }
  existing = gst_element_get_static_pad (element, name);
  if (existing != NULL)
    return NULL;
  pad = gst_rtc_sctp_pad_new (templ, name, stream);
  gst_rtc_packet_pad_end (pad, FALSE);
  if (GST_PAD_IS_SINK (pad)) {
    gst_pad_set_chain_function (pad, gst_rtc_sctp_stream_chain);
    gst_pad_set_event_function (pad, gst_rtc_sctp_stream_event);
  } else {
    GST_OBJECT_LOCK (self);
    g_hash_table_insert (self->stream_pads, GUINT_TO_POINTER (stream), gst_object_ref (pad));
    GST_OBJECT_UNLOCK (self);
  }
  if (GST_STATE (element) > GST_STATE_READY)
    gst_pad_set_active (pad, TRUE);
  gst_element_add_pad (element, pad);
  return pad;
}

void
gst_rtc_sctp_release_pad (GstElement *element, GstPad *pad)
{
  GstRtcSctp *self = GST_RTC_SCTP (element);

  if (GST_PAD_IS_SRC (pad)) {
    guint16 stream = gst_rtc_sctp_pad_get_stream (GST_RTC_SCTP_PAD (pad));
    g_autoptr (GstPad) known = NULL;

    GST_OBJECT_LOCK (self);
    g_hash_table_steal_extended (
        self->stream_pads, GUINT_TO_POINTER ((guint) stream), NULL, (gpointer *) &known);
    GST_OBJECT_UNLOCK (self);
    gst_pad_set_active (pad, FALSE);
    gst_rtc_data_transport_set_paused (GST_RTC_DATA_TRANSPORT (self), stream, FALSE);
  }
  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (element, pad);
}
