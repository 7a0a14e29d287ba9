/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcwhepsrc: what a WHEP server sends, as RTP, for playbin3, uridecodebin3 and launch lines. Each
 * track that the peer receives becomes a pad.
 */

/**
 * SECTION:element-rtcwhepsrc
 * @title: rtcwhepsrc
 * @short_description: watch what a WHEP server sends
 *
 * ## A player
 * |[
 * gst-launch-1.0 playbin3 uri=whep://127.0.0.1:8080/whep/NAME
 * ]|
 * ## One stream, without a player
 * |[
 * gst-launch-1.0 rtcwhepsrc location=http://127.0.0.1:8080/whep/NAME ! rtpvp8depay ! vp8dec !
 * autovideosink
 * ]|
 */
#include "gstrtcwhipbase.h"

#include <gst/video/video.h>

struct _GstRtcWhepSrc {
  GstRtcWhipBase parent;
};

G_DEFINE_TYPE (GstRtcWhepSrc, gst_rtc_whep_src, GST_TYPE_RTC_WHIP_BASE)
GST_ELEMENT_REGISTER_DEFINE (rtcwhepsrc, "rtcwhepsrc", GST_RANK_PRIMARY, GST_TYPE_RTC_WHEP_SRC)

static GstStaticPadTemplate source_template = GST_STATIC_PAD_TEMPLATE (
    "src_%u", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS ("application/x-rtp"));

/* Nothing can be decoded before the first key frame, and the server need not know that somebody has
 * begun to look. */
static void
ask_for_key_frame (GstPad *pad)
{
  gst_pad_send_event (
      pad, gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
}

static void
peer_pad_added (GstElement *peer, GstPad *pad, gpointer user_data)
{
  GstElement *self = user_data;
  g_autofree gchar *name = NULL;
  GstPad *ghost;
  GstPadTemplate *pad_template;
  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  name = gst_pad_get_name (pad);
  pad_template = gst_static_pad_template_get (&source_template);
  ghost = gst_ghost_pad_new_from_template (name, pad, pad_template);
  gst_object_unref (pad_template);
  gst_pad_set_active (ghost, TRUE);
  gst_element_add_pad (self, ghost);
  ask_for_key_frame (pad);
}

static void
peer_pad_removed (GstElement *peer, GstPad *pad, gpointer user_data)
{
  GstElement *self = user_data;
  g_autofree gchar *name = gst_pad_get_name (pad);
  g_autoptr (GstPad) ghost = gst_element_get_static_pad (self, name);
  if (ghost != NULL && GST_PAD_DIRECTION (pad) == GST_PAD_SRC)
    gst_element_remove_pad (self, ghost);
}

static void
gst_rtc_whep_src_class_init (GstRtcWhepSrcClass *klass)
{
  static const gchar *const protocols[] = { "whep", "wheps", NULL };
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstRtcWhipBaseClass *base_class = GST_RTC_WHIP_BASE_CLASS (klass);

  base_class->dialect = RTC_CLIENT_DIALECT_WHEP;
  base_class->uri_type = GST_URI_SRC;
  base_class->protocols = protocols;
  gst_element_class_add_static_pad_template (element_class, &source_template);
  gst_element_class_set_static_metadata (element_class, "WHEP source", "Source/Network/WebRTC",
      "Receives what a WHEP server sends", "rtc developers");
}

static void
gst_rtc_whep_src_init (GstRtcWhepSrc *self)
{
  GstElement *peer = gst_rtc_whip_base_get_peer (GST_RTC_WHIP_BASE (self));
  gst_bin_set_suppressed_flags (GST_BIN (self), GST_ELEMENT_FLAG_SINK | GST_ELEMENT_FLAG_SOURCE);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
  if (peer == NULL)
    return;
  /* The peer may be there for longer. */
  g_signal_connect_object (peer, "pad-added", G_CALLBACK (peer_pad_added), self, 0);
  g_signal_connect_object (peer, "pad-removed", G_CALLBACK (peer_pad_removed), self, 0);
}
