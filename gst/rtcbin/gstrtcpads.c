/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pads of rtcbin; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcpads.h"

struct _GstRtcBinPad {
  GstGhostPad parent;
  GstRtcTransceiver *transceiver;
  gchar *msid; /* under the object lock */
  gchar *rid;  /* set before others see the pad */
};

enum { PROP_0, PROP_TRANSCEIVER, PROP_MSID, PROP_RID };

G_DEFINE_FINAL_TYPE (GstRtcBinPad, gst_rtc_bin_pad, GST_TYPE_GHOST_PAD)

static void
gst_rtc_bin_pad_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstRtcBinPad *self = GST_RTC_BIN_PAD (object);

  switch (id) {
  case PROP_TRANSCEIVER:
    g_value_set_object (value, self->transceiver);
    break;
  case PROP_MSID:
    g_value_take_string (value, gst_rtc_bin_pad_get_msid (self));
    break;
  case PROP_RID:
    g_value_set_string (value, self->rid);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_rtc_bin_pad_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_MSID:
    gst_rtc_bin_pad_set_msid (GST_RTC_BIN_PAD (object), g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_rtc_bin_pad_finalize (GObject *object)
{
  GstRtcBinPad *self = GST_RTC_BIN_PAD (object);

  gst_clear_object (&self->transceiver);
  g_free (self->msid);
  g_free (self->rid);
  G_OBJECT_CLASS (gst_rtc_bin_pad_parent_class)->finalize (object);
}

static void
gst_rtc_bin_pad_class_init (GstRtcBinPadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gst_rtc_bin_pad_get_property;
  object_class->set_property = gst_rtc_bin_pad_set_property;
  object_class->finalize = gst_rtc_bin_pad_finalize;
  g_object_class_install_property (object_class, PROP_TRANSCEIVER,
      g_param_spec_object ("transceiver", "Transceiver", "The transceiver of this pad",
          GST_TYPE_WEBRTC_RTP_TRANSCEIVER, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_MSID,
      g_param_spec_string ("msid", "Media stream id",
          "The stream that the track belongs to (RFC 8830); on a sink pad it is announced with the "
          "next description, on a source pad it is the peer's",
          NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  /**
   * GstRtcBinPad:rid:
   *
   * Which layer of a simulcast comes from this source pad: each has a pad of its own, with the same
   * transceiver.
   */
  g_object_class_install_property (object_class, PROP_RID,
      g_param_spec_string ("rid", "Restriction id",
          "The name that the peer gave this simulcast layer (RFC 8851), NULL without simulcast",
          NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
gst_rtc_bin_pad_init (GstRtcBinPad *self)
{
}

/* rtpbin gives all streams of a session the stream id that comes with their packets. */
static GstEvent *
give_own_id (GstEvent *event, GstPad *pad)
{
  g_autofree gchar *id = NULL;
  const gchar *common;

  gst_event_parse_stream_start (event, &common);
  id = g_strdup_printf ("%s/%s", common, GST_PAD_NAME (pad));
  event = gst_event_make_writable (event);
  gst_structure_set (gst_event_writable_structure (event), "stream-id", G_TYPE_STRING, id, NULL);
  return event;
}

/* Not a probe: a pad with probes gets its packets one by one. */
static gboolean
source_event (GstPad *internal, GstObject *parent, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START)
    event = give_own_id (event, GST_PAD (parent));
  return gst_pad_event_default (internal, parent, event);
}

static void
watch_source_events (GstRtcBinPad *self)
{
  g_autoptr (GstProxyPad) internal = gst_proxy_pad_get_internal (GST_PROXY_PAD (self));

  gst_pad_set_event_function (GST_PAD (internal), source_event);
}

GstPad *
gst_rtc_bin_pad_new (const gchar *name, GstPadTemplate *templ, GstRtcTransceiver *transceiver)
{
  GstRtcBinPad *self = g_object_new (GST_RTC_TYPE_BIN_PAD, "name", name, "direction",
      GST_PAD_TEMPLATE_DIRECTION (templ), "template", templ, NULL);

  self->transceiver = gst_object_ref (transceiver);
  if (GST_PAD_IS_SRC (self))
    watch_source_events (self);
  return GST_PAD (self);
}

GstRtcTransceiver *
gst_rtc_bin_pad_get_transceiver (GstRtcBinPad *self)
{
  return self->transceiver;
}

void
gst_rtc_bin_pad_set_transceiver (GstRtcBinPad *self, GstRtcTransceiver *transceiver)
{
  GST_OBJECT_LOCK (self);
  gst_object_replace ((GstObject **) &self->transceiver, GST_OBJECT_CAST (transceiver));
  GST_OBJECT_UNLOCK (self);
  g_object_notify (G_OBJECT (self), "transceiver");
}

void
gst_rtc_bin_pad_set_msid (GstRtcBinPad *self, const gchar *msid)
{
  GST_OBJECT_LOCK (self);
  g_free (self->msid);
  self->msid = g_strdup (msid);
  GST_OBJECT_UNLOCK (self);
}

gchar *
gst_rtc_bin_pad_get_msid (GstRtcBinPad *self)
{
  gchar *msid;

  GST_OBJECT_LOCK (self);
  msid = g_strdup (self->msid);
  GST_OBJECT_UNLOCK (self);
  return msid;
}

void
gst_rtc_bin_pad_set_rid (GstRtcBinPad *self, const gchar *rid)
{
  g_free (self->rid);
  self->rid = g_strdup (rid);
}
