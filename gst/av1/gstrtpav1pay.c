/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtpav1pay: cuts temporal units into payloads (rtcav1payload.h) and pushes each unit as one list.
 * It has no state of its own.
 */

/**
 * SECTION:element-rtpav1pay
 * @title: rtpav1pay
 *
 * Puts AV1 into RTP packets, as browsers receive it. GStreamer 1.22 has no such element of its own.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -e filesrc location=camera.ivf ! ivfparse ! av1parse ! rtpav1pay !
 * rtcbin name=peer rtcsignaller
 * ]|
 */

#include "gstrtpav1pay.h"

#include <gst/rtp/rtp.h>

#include "rtcav1payload.h"

GST_DEBUG_CATEGORY_STATIC (gst_rtc_av1_pay_debug);
#define GST_CAT_DEFAULT gst_rtc_av1_pay_debug

struct _GstRtcAv1Pay {
  GstRTPBasePayload parent;
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK,
    GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("video/x-av1, stream-format = (string) obu-stream, alignment = (string) tu"));

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("application/x-rtp, media = (string) video, payload = (int) [ 96, 127 ], "
                         "clock-rate = (int) 90000, encoding-name = (string) AV1"));

G_DEFINE_FINAL_TYPE (GstRtcAv1Pay, gst_rtc_av1_pay, GST_TYPE_RTP_BASE_PAYLOAD)
GST_ELEMENT_REGISTER_DEFINE (rtpav1pay, "rtpav1pay", GST_RANK_SECONDARY, GST_RTC_TYPE_AV1_PAY)

static gboolean
set_caps (GstRTPBasePayload *payload, GstCaps *caps)
{
  gst_rtp_base_payload_set_options (payload, "video", TRUE, "AV1", 90000);
  return gst_rtp_base_payload_set_outcaps (payload, NULL);
}

static GstBuffer *
make_packet (GstRTPBasePayload *payload, GBytes *bytes, GstBuffer *unit, gboolean is_last)
{
  GstBuffer *packet = gst_rtp_base_payload_allocate_output_buffer (payload, 0, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  gst_rtp_buffer_map (packet, GST_MAP_WRITE, &rtp);
  gst_rtp_buffer_set_marker (&rtp, is_last);
  gst_rtp_buffer_unmap (&rtp);
  if (is_last)
    GST_BUFFER_FLAG_SET (packet, GST_BUFFER_FLAG_MARKER);
  GST_BUFFER_PTS (packet) = GST_BUFFER_PTS (unit);
  GST_BUFFER_DTS (packet) = GST_BUFFER_DTS (unit);
  return gst_buffer_append (packet, gst_buffer_new_wrapped_bytes (bytes));
}

static GstBufferList *
make_packets (GstRTPBasePayload *payload, GPtrArray *payloads, GstBuffer *unit)
{
  GstBufferList *list = gst_buffer_list_new_sized (payloads->len);

  for (guint i = 0; i < payloads->len; i++)
    gst_buffer_list_add (
        list, make_packet (payload, g_ptr_array_index (payloads, i), unit, i + 1 == payloads->len));
  return list;
}

static GstFlowReturn
handle_buffer (GstRTPBasePayload *payload, GstBuffer *unit)
{
  guint room = gst_rtp_buffer_calc_payload_len (GST_RTP_BASE_PAYLOAD_MTU (payload), 0, 0);
  g_autoptr (GPtrArray) payloads = NULL;
  GstFlowReturn flow = GST_FLOW_OK;
  GstMapInfo map;

  if (!gst_buffer_map (unit, &map, GST_MAP_READ)) {
    gst_buffer_unref (unit);
    return GST_FLOW_ERROR;
  }
  payloads =
      rtc_av1_packetize (rtc_bytes (map.data, map.size), MAX (room, RTC_AV1_SMALLEST_PAYLOAD));
  gst_buffer_unmap (unit, &map);
  if (payloads == NULL)
    GST_ELEMENT_WARNING (payload, STREAM, FORMAT,
        ("A temporal unit is damaged and not sent; put av1parse before this element."), (NULL));
  else if (payloads->len > 0)
    flow = gst_rtp_base_payload_push_list (payload, make_packets (payload, payloads, unit));
  gst_buffer_unref (unit);
  return flow;
}

static void
gst_rtc_av1_pay_class_init (GstRtcAv1PayClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstRTPBasePayloadClass *payload_class = GST_RTP_BASE_PAYLOAD_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_rtc_av1_pay_debug, "rtpav1pay", 0, "AV1 RTP payloader");

  payload_class->set_caps = set_caps;
  payload_class->handle_buffer = handle_buffer;

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "RTP AV1 payloader",
      "Codec/Payloader/Network/RTP", "Puts AV1 temporal units into RTP packets", "The rtc authors");
}

static void
gst_rtc_av1_pay_init (GstRtcAv1Pay *self)
{
}
