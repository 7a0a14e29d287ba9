/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcwhipsink: publishes to a WHIP server (RFC 9725). Each pad is one of the peer's, with a
 * payloader before it where frames come and not RTP.
 */

/**
 * SECTION:element-rtcwhipsink
 * @title: rtcwhipsink
 * @short_description: publish to a WHIP server
 *
 * |[
 * gst-launch-1.0 videotestsrc is-live=true ! vp8enc deadline=1 !
 * rtcwhipsink location=http://127.0.0.1:8080/whip/NAME
 * ]|
 * Each pad takes RTP, from a payloader with settings of your own, or encoded frames of VP8, VP9,
 * H.264, AV1, Opus, PCMU or PCMA.
 */
#include "gstrtcwhipbase.h"
#include "gstrtcwhipsinkpad.h"

struct _GstRtcWhipSink {
  GstRtcWhipBase parent;
};

G_DEFINE_TYPE (GstRtcWhipSink, gst_rtc_whip_sink, GST_TYPE_RTC_WHIP_BASE)
GST_ELEMENT_REGISTER_DEFINE (rtcwhipsink, "rtcwhipsink", GST_RANK_PRIMARY, GST_TYPE_RTC_WHIP_SINK)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink_%u", GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS (GST_RTC_WHIP_SINK_CAPS));

static GstPad *
gst_rtc_whip_sink_request_new_pad (
    GstElement *element, GstPadTemplate *pad_template, const gchar *name, const GstCaps *caps)
{
  GstElement *peer = gst_rtc_whip_base_get_peer (GST_RTC_WHIP_BASE (element));
  g_autoptr (GstCaps) rtp = gst_caps_new_empty_simple ("application/x-rtp");
  g_autoptr (GstPad) target = NULL;
  GstPadTemplate *peer_template;
  GstPad *ghost;
  if (peer == NULL)
    return NULL;
  peer_template = gst_element_get_pad_template (peer, "sink_%u");
  /* The peer knows RTP only. */
  if (caps != NULL && !gst_caps_is_any (caps) && !gst_caps_can_intersect (caps, rtp))
    caps = NULL;
  target = gst_element_request_pad (peer, peer_template, name, caps);
  if (target == NULL)
    return NULL;
  ghost = gst_rtc_whip_sink_pad_new (GST_BIN (element), target, pad_template);
  gst_pad_set_active (ghost, TRUE);
  gst_element_add_pad (element, ghost);
  return ghost;
}

static void
gst_rtc_whip_sink_release_pad (GstElement *element, GstPad *pad)
{
  GstElement *peer = gst_rtc_whip_base_get_peer (GST_RTC_WHIP_BASE (element));
  g_autoptr (GstPad) target = gst_rtc_whip_sink_pad_release (GST_BIN (element), pad);
  if (target != NULL)
    gst_element_release_request_pad (peer, target);
  gst_element_remove_pad (element, pad);
}

static void
gst_rtc_whip_sink_class_init (GstRtcWhipSinkClass *klass)
{
  static const gchar *const protocols[] = { "whip", "whips", NULL };
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstRtcWhipBaseClass *base_class = GST_RTC_WHIP_BASE_CLASS (klass);

  base_class->dialect = RTC_CLIENT_DIALECT_WHIP;
  base_class->uri_type = GST_URI_SINK;
  base_class->protocols = protocols;
  element_class->request_new_pad = gst_rtc_whip_sink_request_new_pad;
  element_class->release_pad = gst_rtc_whip_sink_release_pad;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "WHIP sink", "Sink/Network/WebRTC",
      "Publishes RTP or encoded frames to a WHIP server", "rtc developers");
}

static void
gst_rtc_whip_sink_init (GstRtcWhipSink *self)
{
  gst_bin_set_suppressed_flags (GST_BIN (self), GST_ELEMENT_FLAG_SINK | GST_ELEMENT_FLAG_SOURCE);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SINK);
}
