/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtpav1depay: hands the payloads to the assembler (rtcav1payload.h), pushes what it completes, and
 * asks for a key frame when something is missing. Its state belongs to the streaming thread; only
 * the properties have a lock (the object's).
 */

/**
 * SECTION:element-rtpav1depay
 * @title: rtpav1depay
 *
 * Takes AV1 out of RTP packets, as browsers send it. GStreamer 1.22 has no such element of its own.
 * With both properties set nothing comes out that cannot be decoded, and after a loss the sender
 * is asked for a key frame.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -e rtcsignaller rtcbin name=peer video-codecs=AV1
 * peer. ! application/x-rtp,media=video ! rtpav1depay request-keyframe=true wait-for-keyframe=true
 * ! ivfmux ! filesink location=camera.ivf
 * ]|
 */

#include "gstrtpav1depay.h"

#include <gst/video/video.h>

#include "rtcav1payload.h"

GST_DEBUG_CATEGORY_STATIC (gst_rtc_av1_depay_debug);
#define GST_CAT_DEFAULT gst_rtc_av1_depay_debug

/* Between two requests while no key frame comes. */
#define REQUEST_INTERVAL GST_SECOND

enum { PROP_0, PROP_REQUEST_KEYFRAME, PROP_WAIT_FOR_KEYFRAME };

struct _GstRtcAv1Depay {
  GstRTPBaseDepayload parent;
  /* Object lock. */
  gboolean requests_key_frame;
  gboolean waits_for_key_frame;
  /* Streaming thread. */
  RtcAv1Assembler *assembler;
  gboolean has_key_frame; /* what comes next can be decoded */
  GstClockTime requested_at;
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("application/x-rtp, media = (string) video, clock-rate = (int) 90000, "
                         "encoding-name = (string) AV1"));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC,
    GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("video/x-av1, stream-format = (string) obu-stream, alignment = (string) tu"));

G_DEFINE_FINAL_TYPE (GstRtcAv1Depay, gst_rtc_av1_depay, GST_TYPE_RTP_BASE_DEPAYLOAD)
GST_ELEMENT_REGISTER_DEFINE (rtpav1depay, "rtpav1depay", GST_RANK_SECONDARY, GST_RTC_TYPE_AV1_DEPAY)

static void
reset (GstRtcAv1Depay *self)
{
  rtc_av1_assembler_reset (self->assembler);
  self->has_key_frame = FALSE;
  self->requested_at = GST_CLOCK_TIME_NONE;
}

static gboolean
get_flag (GstRtcAv1Depay *self, const gboolean *flag)
{
  gboolean value;

  GST_OBJECT_LOCK (self);
  value = *flag;
  GST_OBJECT_UNLOCK (self);
  return value;
}

static void
request_key_frame (GstRtcAv1Depay *self, GstClockTime now)
{
  if (!get_flag (self, &self->requests_key_frame))
    return;
  if (GST_CLOCK_TIME_IS_VALID (self->requested_at) && GST_CLOCK_TIME_IS_VALID (now) &&
      now >= self->requested_at && now - self->requested_at < REQUEST_INTERVAL)
    return;
  self->requested_at = GST_CLOCK_TIME_IS_VALID (now) ? now : 0;
  GST_INFO_OBJECT (self, "asking for a key frame");
  gst_pad_push_event (GST_RTP_BASE_DEPAYLOAD_SINKPAD (self),
      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
}

static GstBuffer *
finish_unit (GstRtcAv1Depay *self, GByteArray *unit, GstClockTime now)
{
  gboolean is_key_frame = rtc_av1_starts_sequence (rtc_bytes (unit->data, unit->len));
  GstBuffer *buffer;

  if (is_key_frame) {
    self->has_key_frame = TRUE;
    self->requested_at = GST_CLOCK_TIME_NONE;
  }
  if (!self->has_key_frame)
    request_key_frame (self, now);
  if (!self->has_key_frame && get_flag (self, &self->waits_for_key_frame)) {
    g_byte_array_unref (unit);
    return NULL;
  }
  buffer = gst_buffer_new_wrapped_bytes (g_byte_array_free_to_bytes (unit));
  if (!is_key_frame)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  return buffer;
}

static GstBuffer *
process (GstRTPBaseDepayload *depayload, GstRTPBuffer *rtp)
{
  GstRtcAv1Depay *self = GST_RTC_AV1_DEPAY (depayload);
  RtcBytes payload =
      rtc_bytes (gst_rtp_buffer_get_payload (rtp), gst_rtp_buffer_get_payload_len (rtp));
  gboolean is_after_gap = GST_BUFFER_IS_DISCONT (rtp->buffer);
  GstClockTime now = GST_BUFFER_PTS (rtp->buffer);
  GByteArray *unit = NULL;
  RtcAv1Progress progress;

  if (is_after_gap)
    self->has_key_frame = FALSE;
  progress = rtc_av1_assembler_push (
      self->assembler, payload, gst_rtp_buffer_get_marker (rtp), is_after_gap, &unit);
  if (progress == RTC_AV1_DAMAGED) {
    GST_DEBUG_OBJECT (self, "packet %u cannot be used", gst_rtp_buffer_get_seq (rtp));
    self->has_key_frame = FALSE;
    request_key_frame (self, now);
  }
  return progress == RTC_AV1_UNIT ? finish_unit (self, unit, now) : NULL;
}

static gboolean
set_caps (GstRTPBaseDepayload *depayload, GstCaps *caps)
{
  g_autoptr (GstCaps) src_caps = gst_static_pad_template_get_caps (&src_template);

  depayload->clock_rate = 90000;
  return gst_pad_set_caps (GST_RTP_BASE_DEPAYLOAD_SRCPAD (depayload), src_caps);
}

static gboolean
handle_event (GstRTPBaseDepayload *depayload, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    reset (GST_RTC_AV1_DEPAY (depayload));
  return GST_RTP_BASE_DEPAYLOAD_CLASS (gst_rtc_av1_depay_parent_class)
      ->handle_event (depayload, event);
}

static GstStateChangeReturn
change_state (GstElement *element, GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    reset (GST_RTC_AV1_DEPAY (element));
  return GST_ELEMENT_CLASS (gst_rtc_av1_depay_parent_class)->change_state (element, transition);
}

static gboolean *
find_flag (GstRtcAv1Depay *self, guint id)
{
  if (id == PROP_REQUEST_KEYFRAME)
    return &self->requests_key_frame;
  return id == PROP_WAIT_FOR_KEYFRAME ? &self->waits_for_key_frame : NULL;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  gboolean *flag = find_flag (GST_RTC_AV1_DEPAY (object), id);

  if (flag == NULL) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  GST_OBJECT_LOCK (object);
  *flag = g_value_get_boolean (value);
  GST_OBJECT_UNLOCK (object);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  gboolean *flag = find_flag (GST_RTC_AV1_DEPAY (object), id);

  if (flag == NULL)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else
    g_value_set_boolean (value, get_flag (GST_RTC_AV1_DEPAY (object), flag));
}

static void
finalize (GObject *object)
{
  rtc_av1_assembler_free (GST_RTC_AV1_DEPAY (object)->assembler);
  G_OBJECT_CLASS (gst_rtc_av1_depay_parent_class)->finalize (object);
}

static void
gst_rtc_av1_depay_class_init (GstRtcAv1DepayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstRTPBaseDepayloadClass *depayload_class = GST_RTP_BASE_DEPAYLOAD_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_rtc_av1_depay_debug, "rtpav1depay", 0, "AV1 RTP depayloader");

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  element_class->change_state = change_state;
  depayload_class->set_caps = set_caps;
  depayload_class->handle_event = handle_event;
  depayload_class->process_rtp_packet = process;

  g_object_class_install_property (object_class, PROP_REQUEST_KEYFRAME,
      g_param_spec_boolean ("request-keyframe", "Request key frame",
          "Ask the sender for a key frame when none has come, or packets are missing; at most "
          "once a second",
          FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_WAIT_FOR_KEYFRAME,
      g_param_spec_boolean ("wait-for-keyframe", "Wait for key frame",
          "Drop what cannot be decoded: everything up to a key frame, at the start and after a "
          "loss",
          FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "RTP AV1 depayloader",
      "Codec/Depayloader/Network/RTP", "Takes AV1 temporal units out of RTP packets",
      "The rtc authors");
}

static void
gst_rtc_av1_depay_init (GstRtcAv1Depay *self)
{
  self->assembler = rtc_av1_assembler_new ();
  self->requested_at = GST_CLOCK_TIME_NONE;
}
