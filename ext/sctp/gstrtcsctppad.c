/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Streams as pads. The element does not speak DCEP: an application that uses these pads has agreed
 * on the numbers with its peer (W3C: negotiated channels).
 */
#include "gstrtcsctppad.h"

#include <gst/rtc/gstrtccontext.h>

/* RFC 8831 §8 */
enum {
  PPID_STRING = 51,
  PPID_BINARY = 53,
  PPID_STRING_EMPTY = 56,
  PPID_BINARY_EMPTY = 57,
};

enum { PROP_ORDERED = 1, PROP_MAX_RETRANSMITS, PROP_MAX_LIFETIME };

struct _GstRtcSctpPad {
  GstPad parent;
  guint16 stream;
  /* The object lock protects what follows. */
  GstRtcDataReliability reliability;
  gboolean is_text;
  /* Used on the loop alone. */
  gboolean has_events;
};

G_DEFINE_TYPE (GstRtcSctpPad, gst_rtc_sctp_pad, GST_TYPE_PAD)

GstPad *
gst_rtc_sctp_pad_new (GstPadTemplate *templ, const gchar *name, guint16 stream)
{
  GstRtcSctpPad *self = g_object_new (GST_TYPE_RTC_SCTP_PAD, "name", name, "direction",
      GST_PAD_TEMPLATE_DIRECTION (templ), "template", templ, NULL);

  self->stream = stream;
  return GST_PAD (self);
}

guint16
gst_rtc_sctp_pad_get_stream (GstRtcSctpPad *self)
{
  return self->stream;
}

GstRtcDataReliability
gst_rtc_sctp_pad_get_reliability (GstRtcSctpPad *self)
{
  GstRtcDataReliability reliability;

  GST_OBJECT_LOCK (self);
  reliability = self->reliability;
  GST_OBJECT_UNLOCK (self);
  return reliability;
}

void
gst_rtc_sctp_pad_set_caps (GstRtcSctpPad *self, const GstCaps *caps)
{
  const gchar *name = gst_structure_get_name (gst_caps_get_structure (caps, 0));

  GST_OBJECT_LOCK (self);
  self->is_text = g_str_has_prefix (name, "text/");
  GST_OBJECT_UNLOCK (self);
}

GBytes *
gst_rtc_sctp_pad_to_message (GstRtcSctpPad *self, GstBuffer *buffer, guint32 *out_ppid)
{
  static const guint8 padding[1] = { 0 };
  gboolean is_text;
  gpointer data;
  gsize size;

  GST_OBJECT_LOCK (self);
  is_text = self->is_text;
  GST_OBJECT_UNLOCK (self);
  if (gst_buffer_get_size (buffer) == 0) {
    /* RFC 8831 §6.6 */
    *out_ppid = is_text ? PPID_STRING_EMPTY : PPID_BINARY_EMPTY;
    return g_bytes_new_static (padding, sizeof padding);
  }
  *out_ppid = is_text ? PPID_STRING : PPID_BINARY;
  gst_buffer_extract_dup (buffer, 0, -1, &data, &size);
  return g_bytes_new_take (data, size);
}

static GstBuffer *
to_buffer (guint32 ppid, GBytes *data)
{
  if (ppid == PPID_STRING || ppid == PPID_BINARY)
    return gst_buffer_new_wrapped_bytes (data);
  if (ppid == PPID_STRING_EMPTY || ppid == PPID_BINARY_EMPTY)
    return gst_buffer_new ();
  return NULL;
}

GstFlowReturn
gst_rtc_sctp_pad_push_message (GstRtcSctpPad *self, guint32 ppid, GBytes *data)
{
  GstBuffer *buffer = to_buffer (ppid, data);
  gboolean is_text = ppid == PPID_STRING || ppid == PPID_STRING_EMPTY;

  g_bytes_unref (data);
  if (buffer == NULL)
    return GST_FLOW_OK;
  if (!self->has_events) {
    self->has_events = TRUE;
    gst_rtc_pad_push_initial_events (
        GST_PAD (self), is_text ? "text/x-raw" : "application/octet-stream");
  }
  return gst_pad_push (GST_PAD (self), buffer);
}

static void
gst_rtc_sctp_pad_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstRtcSctpPad *self = GST_RTC_SCTP_PAD (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_ORDERED:
    self->reliability.is_ordered = g_value_get_boolean (value);
    break;
  case PROP_MAX_RETRANSMITS:
    self->reliability.max_retransmits = g_value_get_int (value);
    break;
  case PROP_MAX_LIFETIME:
    self->reliability.max_lifetime_ms = g_value_get_int (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rtc_sctp_pad_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstRtcDataReliability reliability = gst_rtc_sctp_pad_get_reliability (GST_RTC_SCTP_PAD (object));

  switch (id) {
  case PROP_ORDERED:
    g_value_set_boolean (value, reliability.is_ordered);
    break;
  case PROP_MAX_RETRANSMITS:
    g_value_set_int (value, reliability.max_retransmits);
    break;
  case PROP_MAX_LIFETIME:
    g_value_set_int (value, reliability.max_lifetime_ms);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_rtc_sctp_pad_class_init (GstRtcSctpPadClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = gst_rtc_sctp_pad_set_property;
  object_class->get_property = gst_rtc_sctp_pad_get_property;
  g_object_class_install_property (object_class, PROP_ORDERED,
      g_param_spec_boolean ("ordered", "Ordered",
          "Messages arrive in the order in which they were sent (sink pads)", TRUE, flags));
  g_object_class_install_property (object_class, PROP_MAX_RETRANSMITS,
      g_param_spec_int ("max-retransmits", "Max retransmits",
          "How often a message is sent again at most (sink pads; -1 = no limit)", -1, G_MAXINT, -1,
          flags));
  g_object_class_install_property (object_class, PROP_MAX_LIFETIME,
      g_param_spec_int ("max-lifetime", "Max lifetime",
          "Milliseconds after which a message is not sent any more (sink pads; -1 = no limit, and "
          "max-retransmits comes first)",
          -1, G_MAXINT, -1, flags));
}

static void
gst_rtc_sctp_pad_init (GstRtcSctpPad *self)
{
  self->reliability = (GstRtcDataReliability){ TRUE, -1, -1 };
}
