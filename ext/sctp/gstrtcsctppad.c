/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Streams as pads. The element does not speak DCEP: an application that uses these pads has agreed
 * on the numbers with its peer (W3C: negotiated channels).
 *
 * A source pad pushes in a thread of its own, since what is behind it may block as long as it likes
 * and the loop must not. A mebibyte waits for that thread at most; then the pad pauses its stream,
 * so that the peer stops sending when the receive window is full.
 */
#include "gstrtcsctppad.h"

#include <gst/rtc/gstrtccontext.h>

#define HIGH_WATER_BYTES (1024 * 1024)
#define LOW_WATER_BYTES (256 * 1024)

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

  /* Of source pads: what waits for the pad's thread, under the lock. */
  GMutex lock;
  GCond cond;
  GQueue waiting; /* of Item */
  gsize waiting_bytes;
  gboolean is_paused;
  gboolean is_flushing;
  gboolean has_task;
  /* Used by the thread alone. */
  gboolean has_events;
};

typedef struct {
  GstMiniObject *object; /* buffer or event */
  gboolean is_text;
} Item;

G_DEFINE_TYPE (GstRtcSctpPad, gst_rtc_sctp_pad, GST_TYPE_PAD)

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

static void
item_free (gpointer data)
{
  Item *item = data;

  g_clear_pointer (&item->object, gst_mini_object_unref);
  g_free (item);
}

static gsize
size_of (const Item *item)
{
  return GST_IS_BUFFER (item->object) ? gst_buffer_get_size (GST_BUFFER (item->object)) : 0;
}

/* With the lock held, so that the last call is the right one; the transport calls nobody back. */
static void
set_paused (GstRtcSctpPad *self, gboolean is_paused)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (GST_PAD (self));

  self->is_paused = is_paused;
  if (element != NULL)
    gst_rtc_data_transport_set_paused (GST_RTC_DATA_TRANSPORT (element), self->stream, is_paused);
}

/* Waits for the next one; NULL: the pad closes. */
static Item *
take_item (GstRtcSctpPad *self)
{
  Item *item = NULL;

  g_mutex_lock (&self->lock);
  while (!self->is_flushing && g_queue_is_empty (&self->waiting))
    g_cond_wait (&self->cond, &self->lock);
  if (!self->is_flushing)
    item = g_queue_pop_head (&self->waiting);
  if (item != NULL)
    self->waiting_bytes -= size_of (item);
  if (item != NULL && self->is_paused && self->waiting_bytes <= LOW_WATER_BYTES)
    set_paused (self, FALSE);
  g_mutex_unlock (&self->lock);
  return item;
}

/* The pad's thread. What nobody takes is lost, as packets of a pad that is not linked are. */
static void
push_next (gpointer user_data)
{
  GstRtcSctpPad *self = user_data;
  Item *item = take_item (self);
  GstMiniObject *object;

  if (item == NULL) {
    gst_pad_pause_task (GST_PAD (self));
    return;
  }
  if (!self->has_events) {
    self->has_events = TRUE;
    gst_rtc_pad_push_initial_events (
        GST_PAD (self), item->is_text ? "text/x-raw" : "application/octet-stream");
  }
  object = g_steal_pointer (&item->object);
  if (GST_IS_BUFFER (object))
    gst_pad_push (GST_PAD (self), GST_BUFFER (object));
  else
    gst_pad_push_event (GST_PAD (self), GST_EVENT (object));
  item_free (item);
}

/* @object: (transfer full) */
static void
let_wait (GstRtcSctpPad *self, GstMiniObject *object, gboolean is_text)
{
  Item *item = g_new0 (Item, 1);
  gboolean is_first;

  item->object = object;
  item->is_text = is_text;
  g_mutex_lock (&self->lock);
  if (self->is_flushing) {
    g_mutex_unlock (&self->lock);
    item_free (item);
    return;
  }
  g_queue_push_tail (&self->waiting, item);
  self->waiting_bytes += size_of (item);
  if (self->waiting_bytes > HIGH_WATER_BYTES && !self->is_paused)
    set_paused (self, TRUE);
  is_first = !self->has_task;
  self->has_task = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  if (is_first)
    gst_pad_start_task (GST_PAD (self), push_next, self, NULL);
}

void
gst_rtc_sctp_pad_push_message (GstRtcSctpPad *self, guint32 ppid, GBytes *data)
{
  GstBuffer *buffer = to_buffer (ppid, data);

  g_bytes_unref (data);
  if (buffer != NULL)
    let_wait (self, GST_MINI_OBJECT (buffer), ppid == PPID_STRING || ppid == PPID_STRING_EMPTY);
}

void
gst_rtc_sctp_pad_push_eos (GstRtcSctpPad *self)
{
  let_wait (self, GST_MINI_OBJECT (gst_event_new_eos ()), FALSE);
}

static gboolean
activate_source (GstPad *pad, GstObject *parent, GstPadMode mode, gboolean is_active)
{
  GstRtcSctpPad *self = GST_RTC_SCTP_PAD (pad);

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  g_mutex_lock (&self->lock);
  self->is_flushing = !is_active;
  self->has_task = self->has_events = self->is_paused = FALSE;
  g_queue_clear_full (&self->waiting, item_free);
  self->waiting_bytes = 0;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  return is_active || gst_pad_stop_task (pad);
}

static void
gst_rtc_sctp_pad_finalize (GObject *object)
{
  GstRtcSctpPad *self = GST_RTC_SCTP_PAD (object);

  g_queue_clear_full (&self->waiting, item_free);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  G_OBJECT_CLASS (gst_rtc_sctp_pad_parent_class)->finalize (object);
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
  object_class->finalize = gst_rtc_sctp_pad_finalize;
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
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->waiting);
  self->is_flushing = TRUE;
}

GstPad *
gst_rtc_sctp_pad_new (GstPadTemplate *templ, const gchar *name, guint16 stream)
{
  GstRtcSctpPad *self = g_object_new (GST_TYPE_RTC_SCTP_PAD, "name", name, "direction",
      GST_PAD_TEMPLATE_DIRECTION (templ), "template", templ, NULL);

  self->stream = stream;
  if (GST_PAD_IS_SRC (self))
    gst_pad_set_activatemode_function (GST_PAD (self), activate_source);
  return GST_PAD (self);
}
