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
  /* Atomic. */
  gint n_pads;
  gint is_ending;
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

/* A pad outlives its connection: what is behind it has neither an end nor a second beginning when
 * the client connects anew. Only the application ends it. */
static GstPadProbeReturn
keep_one_stream (GstPad *ghost, GstPadProbeInfo *info, gpointer user_data)
{
  static const gchar mark[] = "rtc-whep-src-has-begun";
  GstRtcWhepSrc *self = user_data;
  GstEventType type = GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info));
  if (type == GST_EVENT_EOS && !g_atomic_int_get (&self->is_ending))
    return GST_PAD_PROBE_DROP;
  if (type != GST_EVENT_STREAM_START)
    return GST_PAD_PROBE_OK;
  if (g_object_get_data (G_OBJECT (ghost), mark) != NULL)
    return GST_PAD_PROBE_DROP;
  g_object_set_data (G_OBJECT (ghost), mark, GINT_TO_POINTER (TRUE));
  return GST_PAD_PROBE_OK;
}

/* "audio" or "video"; NULL when nobody knows yet. */
static const gchar *
get_media (GstCaps *caps)
{
  if (caps == NULL || gst_caps_is_any (caps) || gst_caps_is_empty (caps))
    return NULL;
  return gst_structure_get_string (gst_caps_get_structure (caps, 0), "media");
}

static gboolean
is_of_kind (GstPad *ghost, GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (ghost);
  /* What has not flowed yet may still be asked for. */
  g_autoptr (GstCaps) other = gst_pad_query_caps (pad, NULL);
  return get_media (caps) != NULL && g_strcmp0 (get_media (caps), get_media (other)) == 0;
}

typedef struct {
  GstPad *pad;
  GstPad *found;
} Search;

static gboolean
look_at (const GValue *item, GValue *result, gpointer user_data)
{
  Search *search = user_data;
  GstPad *ghost = g_value_get_object (item);
  g_autoptr (GstPad) target = gst_ghost_pad_get_target (GST_GHOST_PAD (ghost));
  if (target == NULL && is_of_kind (ghost, search->pad))
    search->found = gst_object_ref (ghost);
  return search->found == NULL;
}

/* (transfer full): a pad that has lost its stream, which was one of the same media; NULL. Another
 * stream's thread may add its pad meanwhile. */
static GstPad *
find_orphan (GstElement *self, GstPad *pad)
{
  g_autoptr (GstIterator) iterator = gst_element_iterate_src_pads (self);
  Search search = { pad, NULL };
  while (gst_iterator_fold (iterator, look_at, NULL, &search) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (iterator);
  return search.found;
}

static void
add_ghost (GstRtcWhepSrc *self, GstPad *pad)
{
  g_autofree gchar *name = g_strdup_printf ("src_%u", (guint) g_atomic_int_add (&self->n_pads, 1));
  g_autoptr (GstPadTemplate) pad_template = gst_static_pad_template_get (&source_template);
  GstPad *ghost = gst_ghost_pad_new_from_template (name, pad, pad_template);
  gst_pad_add_probe (ghost, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, keep_one_stream, self, NULL);
  gst_pad_set_active (ghost, TRUE);
  gst_element_add_pad (GST_ELEMENT (self), ghost);
}

static void
peer_pad_added (GstElement *peer, GstPad *pad, gpointer user_data)
{
  GstElement *self = user_data;
  g_autoptr (GstPad) orphan = NULL;
  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  orphan = find_orphan (self, pad);
  if (orphan != NULL)
    gst_ghost_pad_set_target (GST_GHOST_PAD (orphan), pad);
  else
    add_ghost (GST_RTC_WHEP_SRC (self), pad);
  ask_for_key_frame (pad);
}

static gboolean
gst_rtc_whep_src_send_event (GstElement *element, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    g_atomic_int_set (&GST_RTC_WHEP_SRC (element)->is_ending, TRUE);
  return GST_ELEMENT_CLASS (gst_rtc_whep_src_parent_class)->send_event (element, event);
}

static void
remove_pads (GstElement *element)
{
  while (element->srcpads != NULL)
    gst_element_remove_pad (element, element->srcpads->data);
}

static GstStateChangeReturn
gst_rtc_whep_src_change_state (GstElement *element, GstStateChange transition)
{
  GstStateChangeReturn result =
      GST_ELEMENT_CLASS (gst_rtc_whep_src_parent_class)->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    remove_pads (element);
    g_atomic_int_set (&GST_RTC_WHEP_SRC (element)->is_ending, FALSE);
  }
  return result;
}

static void
gst_rtc_whep_src_class_init (GstRtcWhepSrcClass *klass)
{
  static const gchar *const protocols[] = { "whep", "wheps", NULL };
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstRtcWhipBaseClass *base_class = GST_RTC_WHIP_BASE_CLASS (klass);

  element_class->send_event = gst_rtc_whep_src_send_event;
  element_class->change_state = gst_rtc_whep_src_change_state;
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
}
