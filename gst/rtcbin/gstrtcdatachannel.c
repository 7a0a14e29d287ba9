/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The application's view of a data channel; see the header. Beyond webrtcbin's it has the property
 * "paused": an application that cannot take more messages for now sets it instead of blocking in
 * the handler, which would block the session's loop. Then messages wait, and when all channels of
 * the session have 8 MiB waiting, the peer stops sending.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "gstrtcdatachannel.h"
#include "gstrtcinvoke.h"

struct _GstRtcDataChannel {
  GstWebRTCDataChannel parent;

  RtcLoop *loop;
  GstRtcDataReliability reliability;
  gint is_ordered_for_now;          /* atomic */
  GstRtcDataChannelFunc close_func; /* loop thread only */
  gpointer close_data;
  GPtrArray *held; /* Held; NULL: deliver at once */

  /* under the parent's lock */
  GstRtcDataTransport *transport;
  guint16 stream;
  gint64 id;
  guint64 messages_sent;
  guint64 bytes_sent;
  guint64 messages_received;
  guint64 bytes_received;
  gboolean is_paused;
  guint64 sending_bytes;          /* in calls of send that have not returned */
  gboolean is_told_while_sending; /* so what was told may count some of them twice */
};

typedef struct {
  gboolean is_string;
  GBytes *data;
} Held;

enum { PROP_0, PROP_ID, PROP_PAUSED };

G_DEFINE_FINAL_TYPE (GstRtcDataChannel, gst_rtc_data_channel, GST_TYPE_WEBRTC_DATA_CHANNEL)

static gboolean
refuse (GError **error, const gchar *why)
{
  g_set_error_literal (error, GST_WEBRTC_ERROR, GST_WEBRTC_ERROR_INVALID_STATE, why);
  return FALSE;
}

static void
tell_again (gpointer user_data)
{
  gst_rtc_data_channel_buffered (user_data);
}

/* W3C WebRTC §6.2: bufferedAmount grows when send() is called, and falls on the event loop, as
 * gst_rtc_data_channel_buffered() does; so bytes that leave within the call are not missed by
 * on-buffered-amount-low. */
static void
begin_send (GstRtcDataChannel *self, gsize packed_size)
{
  GstWebRTCDataChannel *base = GST_WEBRTC_DATA_CHANNEL (self);

  g_mutex_lock (&base->lock);
  base->buffered_amount += packed_size;
  self->sending_bytes += packed_size;
  g_mutex_unlock (&base->lock);
}

static void
end_send (GstRtcDataChannel *self, gboolean is_sent, gsize packed_size, gsize size)
{
  GstWebRTCDataChannel *base = GST_WEBRTC_DATA_CHANNEL (self);
  gboolean is_due;

  g_mutex_lock (&base->lock);
  self->sending_bytes -= packed_size;
  if (is_sent) {
    self->messages_sent++;
    self->bytes_sent += size;
  } else {
    base->buffered_amount -= MIN (base->buffered_amount, packed_size);
  }
  is_due = self->is_told_while_sending && self->sending_bytes == 0;
  if (is_due)
    self->is_told_while_sending = FALSE;
  g_mutex_unlock (&base->lock);
  if (is_due)
    rtc_loop_post (self->loop, tell_again, g_object_ref (self), g_object_unref);
}

static gboolean
send_message (GstRtcDataChannel *self, gboolean is_string, GBytes *data, GError **error)
{
  GstWebRTCDataChannel *base = GST_WEBRTC_DATA_CHANNEL (self);
  GstRtcDataReliability reliability = self->reliability;
  g_autoptr (GstRtcDataTransport) transport = NULL;
  g_autoptr (GBytes) packed = NULL;
  guint32 ppid;
  guint16 stream;
  gboolean is_sent;

  g_mutex_lock (&base->lock);
  if (base->ready_state == GST_WEBRTC_DATA_CHANNEL_STATE_OPEN && self->transport)
    transport = g_object_ref (self->transport);
  stream = self->stream;
  g_mutex_unlock (&base->lock);
  if (!transport)
    return refuse (error, "The channel is not open: wait for on-open, and send before close");

  if (g_atomic_int_get (&self->is_ordered_for_now))
    reliability.is_ordered = TRUE;
  rtc_channel_pack_message (is_string, data, &ppid, &packed);
  begin_send (self, g_bytes_get_size (packed));
  is_sent = gst_rtc_data_transport_send (transport, stream, ppid, packed, &reliability, error);
  end_send (self, is_sent, g_bytes_get_size (packed), data ? g_bytes_get_size (data) : 0);
  return is_sent;
}

static gboolean
gst_rtc_data_channel_send_data (GstWebRTCDataChannel *channel, GBytes *data, GError **error)
{
  return send_message (GST_RTC_DATA_CHANNEL (channel), FALSE, data, error);
}

static gboolean
gst_rtc_data_channel_send_string (GstWebRTCDataChannel *channel, const gchar *text, GError **error)
{
  g_autoptr (GBytes) data = text ? g_bytes_new (text, strlen (text)) : NULL;

  return send_message (GST_RTC_DATA_CHANNEL (channel), TRUE, data, error);
}

static void
close_on_loop (gpointer user_data)
{
  GstRtcDataChannel *self = user_data;

  if (self->close_func)
    self->close_func (self, self->close_data);
}

static void
gst_rtc_data_channel_close (GstWebRTCDataChannel *channel)
{
  GstRtcDataChannel *self = GST_RTC_DATA_CHANNEL (channel);

  gst_rtc_data_channel_closing (self);
  gst_rtc_invoke (self->loop, close_on_loop, g_object_ref (self), g_object_unref);
}

static void
gst_rtc_data_channel_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstRtcDataChannel *self = GST_RTC_DATA_CHANNEL (object);
  GstWebRTCDataChannel *base = GST_WEBRTC_DATA_CHANNEL (object);

  switch (id) {
  case PROP_ID:
    g_mutex_lock (&base->lock);
    g_value_set_int (value, base->id);
    g_mutex_unlock (&base->lock);
    break;
  case PROP_PAUSED:
    g_mutex_lock (&base->lock);
    g_value_set_boolean (value, self->is_paused);
    g_mutex_unlock (&base->lock);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (self, id, pspec);
  }
}

/* The transport is called under the lock, so that the last call is the right one. */
static void
set_paused (GstRtcDataChannel *self, gboolean is_paused)
{
  GstWebRTCDataChannel *base = GST_WEBRTC_DATA_CHANNEL (self);

  g_mutex_lock (&base->lock);
  self->is_paused = is_paused;
  if (self->transport)
    gst_rtc_data_transport_set_paused (self->transport, self->stream, is_paused);
  g_mutex_unlock (&base->lock);
}

/* The stream number is construct-only in the parent, but is chosen later. */
static void
gst_rtc_data_channel_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_ID:
    GST_WEBRTC_DATA_CHANNEL (object)->id = g_value_get_int (value);
    break;
  case PROP_PAUSED:
    set_paused (GST_RTC_DATA_CHANNEL (object), g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_rtc_data_channel_finalize (GObject *object)
{
  GstRtcDataChannel *self = GST_RTC_DATA_CHANNEL (object);

  g_clear_pointer (&self->held, g_ptr_array_unref);
  g_clear_object (&self->transport);
  g_clear_pointer (&self->loop, rtc_loop_unref);
  G_OBJECT_CLASS (gst_rtc_data_channel_parent_class)->finalize (object);
}

static void
gst_rtc_data_channel_class_init (GstRtcDataChannelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstWebRTCDataChannelClass *channel_class = (GstWebRTCDataChannelClass *) klass;

  object_class->get_property = gst_rtc_data_channel_get_property;
  object_class->set_property = gst_rtc_data_channel_set_property;
  object_class->finalize = gst_rtc_data_channel_finalize;
  channel_class->send_data = gst_rtc_data_channel_send_data;
  channel_class->send_string = gst_rtc_data_channel_send_string;
  channel_class->close = gst_rtc_data_channel_close;
  g_object_class_override_property (object_class, PROP_ID, "id");
  g_object_class_install_property (object_class, PROP_PAUSED,
      g_param_spec_boolean ("paused", "Paused",
          "Messages wait; when 8 MiB wait in the session, its peer stops sending. Any thread may "
          "set "
          "it; a message that is on its way to the handler still comes",
          FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

static void
gst_rtc_data_channel_init (GstRtcDataChannel *self)
{
}

static GstWebRTCPriorityType
priority_to_webrtc (guint16 priority)
{
  /* RFC 8831 §6.4: 128 "below normal", 256 "normal", 512 "high", 1024 "extra high". */
  if (priority <= 128)
    return GST_WEBRTC_PRIORITY_TYPE_VERY_LOW;
  if (priority <= 256)
    return GST_WEBRTC_PRIORITY_TYPE_LOW;
  if (priority <= 512)
    return GST_WEBRTC_PRIORITY_TYPE_MEDIUM;
  return GST_WEBRTC_PRIORITY_TYPE_HIGH;
}

GstRtcDataChannel *
gst_rtc_data_channel_new (
    RtcLoop *loop, const RtcChannelInit *init, GstRtcDataChannelFunc close_func, gpointer user_data)
{
  GstRtcDataChannel *self = g_object_new (GST_RTC_TYPE_DATA_CHANNEL, "label", init->label,
      "ordered", init->is_ordered, "max-packet-lifetime", init->max_lifetime_ms, "max-retransmits",
      init->max_retransmits, "protocol", init->protocol ? init->protocol : "", "negotiated",
      init->is_negotiated, "id", init->id, "priority", priority_to_webrtc (init->priority), NULL);

  self->loop = rtc_loop_ref (loop);
  self->close_func = close_func;
  self->close_data = user_data;
  self->reliability.is_ordered = init->is_ordered;
  self->reliability.max_retransmits = init->max_retransmits;
  self->reliability.max_lifetime_ms = init->max_lifetime_ms;
  return self;
}

void
gst_rtc_data_channel_attach (
    GstRtcDataChannel *self, GstRtcDataTransport *transport, guint16 stream)
{
  GstWebRTCDataChannel *base = GST_WEBRTC_DATA_CHANNEL (self);
  gboolean has_changed;

  g_mutex_lock (&base->lock);
  g_set_object (&self->transport, transport);
  self->stream = stream;
  has_changed = base->id != stream;
  base->id = stream;
  if (self->is_paused && transport)
    gst_rtc_data_transport_set_paused (transport, stream, TRUE);
  g_mutex_unlock (&base->lock);
  if (has_changed)
    g_object_notify (G_OBJECT (self), "id");
}

static void
held_free (gpointer data)
{
  Held *held = data;

  g_bytes_unref (held->data);
  g_free (held);
}

gboolean
gst_rtc_data_channel_set_ordered_for_now (GstRtcDataChannel *self, gboolean is_ordered)
{
  return g_atomic_int_compare_and_exchange (&self->is_ordered_for_now, !is_ordered, is_ordered);
}

void
gst_rtc_data_channel_hold (GstRtcDataChannel *self)
{
  if (!self->held)
    self->held = g_ptr_array_new_with_free_func (held_free);
}

static void
deliver_now (GstRtcDataChannel *self, gboolean is_string, GBytes *data)
{
  GstWebRTCDataChannel *base = GST_WEBRTC_DATA_CHANNEL (self);
  gsize size;
  const gchar *bytes = g_bytes_get_data (data, &size);

  g_mutex_lock (&base->lock);
  self->messages_received++;
  self->bytes_received += size;
  g_mutex_unlock (&base->lock);
  if (is_string) {
    /* W3C: a string is decoded as UTF-8, what is none becomes U+FFFD; so does NUL, which would end
     * the string here. */
    g_autofree gchar *text = g_utf8_make_valid (bytes ? bytes : "", (gssize) size);

    gst_webrtc_data_channel_on_message_string (base, text);
  } else {
    gst_webrtc_data_channel_on_message_data (base, data);
  }
}

void
gst_rtc_data_channel_open (GstRtcDataChannel *self)
{
  g_autoptr (GPtrArray) held = g_steal_pointer (&self->held);

  gst_webrtc_data_channel_on_open (GST_WEBRTC_DATA_CHANNEL (self));
  for (guint i = 0; held && i < held->len; i++) {
    const Held *message = g_ptr_array_index (held, i);

    deliver_now (self, message->is_string, message->data);
  }
}

void
gst_rtc_data_channel_deliver (GstRtcDataChannel *self, gboolean is_string, GBytes *data)
{
  Held *held;

  if (!self->held) {
    deliver_now (self, is_string, data);
    return;
  }
  held = g_new0 (Held, 1);
  held->is_string = is_string;
  held->data = g_bytes_ref (data);
  g_ptr_array_add (self->held, held);
}

void
gst_rtc_data_channel_buffered (GstRtcDataChannel *self)
{
  GstWebRTCDataChannel *base = GST_WEBRTC_DATA_CHANNEL (self);
  guint64 before, after;
  gboolean is_low;

  g_mutex_lock (&base->lock);
  before = base->buffered_amount;
  /* What is being sent may be counted already, or not yet. */
  after = self->sending_bytes;
  if (self->transport)
    after += gst_rtc_data_transport_get_buffered (self->transport, self->stream);
  self->is_told_while_sending = self->sending_bytes > 0;
  base->buffered_amount = after;
  /* W3C: fires when the amount falls from above the threshold to it or below. */
  is_low =
      before > base->buffered_amount_low_threshold && after <= base->buffered_amount_low_threshold;
  g_mutex_unlock (&base->lock);
  if (before != after)
    g_object_notify (G_OBJECT (self), "buffered-amount");
  if (is_low)
    gst_webrtc_data_channel_on_buffered_amount_low (base);
}

void
gst_rtc_data_channel_closing (GstRtcDataChannel *self)
{
  GstWebRTCDataChannel *base = GST_WEBRTC_DATA_CHANNEL (self);
  gboolean has_changed = FALSE;

  g_mutex_lock (&base->lock);
  if (base->ready_state < GST_WEBRTC_DATA_CHANNEL_STATE_CLOSING) {
    base->ready_state = GST_WEBRTC_DATA_CHANNEL_STATE_CLOSING;
    has_changed = TRUE;
  }
  g_mutex_unlock (&base->lock);
  if (has_changed)
    g_object_notify (G_OBJECT (self), "ready-state");
}

void
gst_rtc_data_channel_closed (GstRtcDataChannel *self, const GError *error)
{
  GstWebRTCDataChannel *base = GST_WEBRTC_DATA_CHANNEL (self);
  g_autoptr (GstRtcDataTransport) transport = NULL;

  self->close_func = NULL;
  g_mutex_lock (&base->lock);
  transport = g_steal_pointer (&self->transport);
  g_mutex_unlock (&base->lock);
  if (error)
    gst_webrtc_data_channel_on_error (base, g_error_copy (error));
  gst_webrtc_data_channel_on_close (base);
}

void
gst_rtc_data_channel_get_counts (GstRtcDataChannel *self, guint64 *out_messages_sent,
    guint64 *out_bytes_sent, guint64 *out_messages_received, guint64 *out_bytes_received)
{
  GstWebRTCDataChannel *base = GST_WEBRTC_DATA_CHANNEL (self);

  g_mutex_lock (&base->lock);
  *out_messages_sent = self->messages_sent;
  *out_bytes_sent = self->bytes_sent;
  *out_messages_received = self->messages_received;
  *out_bytes_received = self->bytes_received;
  g_mutex_unlock (&base->lock);
}
