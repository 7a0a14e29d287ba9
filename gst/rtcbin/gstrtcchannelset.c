/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The data channels of one session; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcchannelset.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_bin_debug);
#define GST_CAT_DEFAULT gst_rtc_bin_debug

/* The streams of usrsctp end at this. */
#define FALLBACK_STREAMS 1024

/* W3C queues the "open" event, so that a program that creates a channel on an open association
 * still gets it. Here the creating thread connects its handlers while the loop goes on: the event
 * of a channel without a handler waits for one, so long. */
#define HANDLER_POLL_INTERVAL GST_MSECOND
#define HANDLER_POLLS 10

struct _GstRtcChannelSet {
  RtcLoop *loop;
  RtcChannels *channels;
  GstRtcDataTransport *transport;
  GHashTable *by_stream; /* guint16 -> GstRtcDataChannel (transfer none) */
  GPtrArray *objects;    /* all that are not closed, owned */
  GPtrArray *unheard;    /* open, but nobody listens yet; owned */
  RtcLoopTimer *unheard_timer;
  guint n_polls;
  guint n_unknown; /* unordered channels that the peer may not know yet */
  gboolean is_running;
  gboolean is_connected;
  gboolean is_closed;
  GstRtcChannelSetCounts counts;
  const GstRtcChannelSetEvents *events;
  gpointer user_data;
};

static void run_actions (GstRtcChannelSet *self);

static const GstRtcDataReliability dcep_reliability = {
  .is_ordered = TRUE,
  .max_retransmits = -1,
  .max_lifetime_ms = -1,
};

static GstRtcDataChannel *
object_of (RtcChannel *channel)
{
  return channel ? rtc_channel_get_user_data (channel) : NULL;
}

static void
on_close_requested (GstRtcDataChannel *object, gpointer user_data)
{
  GstRtcChannelSet *self = user_data;
  RtcChannel *channel = g_object_get_data (G_OBJECT (object), "rtc-channel");

  if (!channel)
    return;
  rtc_channel_close (self->channels, channel);
  run_actions (self);
}

static GstRtcDataChannel *
add_object (GstRtcChannelSet *self, RtcChannel *channel)
{
  GstRtcDataChannel *object = gst_rtc_data_channel_new (
      self->loop, rtc_channel_get_init (channel), on_close_requested, self);

  g_ptr_array_add (self->objects, object);
  rtc_channel_set_user_data (channel, object);
  g_object_set_data (G_OBJECT (object), "rtc-channel", channel);
  return object;
}

static void
attach_object (GstRtcChannelSet *self, RtcChannel *channel, GstRtcDataChannel *object)
{
  gint id = rtc_channel_get_id (channel);

  if (id < 0 || !self->transport)
    return;
  g_hash_table_insert (self->by_stream, GINT_TO_POINTER (id), object);
  gst_rtc_data_channel_attach (object, self->transport, (guint16) id);
}

static void
send_action (GstRtcChannelSet *self, const RtcChannelAction *action)
{
  g_autoptr (GError) error = NULL;

  if (!self->transport)
    return;
  if (!gst_rtc_data_transport_send (
          self->transport, action->stream, action->ppid, action->data, &dcep_reliability, &error))
    GST_WARNING_OBJECT (
        self->transport, "channel %u cannot be opened: %s", action->stream, error->message);
}

static void
close_object (GstRtcChannelSet *self, const RtcChannelAction *action)
{
  GstRtcDataChannel *object = object_of (action->channel);
  guint index;

  self->counts.closed++;
  if (g_hash_table_lookup (self->by_stream, GINT_TO_POINTER (action->stream)) == object)
    g_hash_table_remove (self->by_stream, GINT_TO_POINTER (action->stream));
  g_object_set_data (G_OBJECT (object), "rtc-channel", NULL);
  if (g_ptr_array_find (self->objects, object, &index)) {
    g_ptr_array_steal_index_fast (self->objects, index);
    gst_rtc_data_channel_closed (object, action->error);
    g_object_unref (object);
  }
  rtc_channel_release (self->channels, action->channel);
}

static void
announce_object (GstRtcChannelSet *self, RtcChannel *channel)
{
  GstRtcDataChannel *object = add_object (self, channel);

  attach_object (self, channel, object);
  self->events->prepare (GST_WEBRTC_DATA_CHANNEL (object), FALSE, self->user_data);
  self->events->announced (GST_WEBRTC_DATA_CHANNEL (object), self->user_data);
}

static gboolean
has_open_handler (GstRtcDataChannel *object)
{
  guint id = g_signal_lookup ("on-open", GST_TYPE_WEBRTC_DATA_CHANNEL);

  return g_signal_has_handler_pending (object, id, 0, TRUE);
}

static void
poll_unheard (gpointer user_data)
{
  GstRtcChannelSet *self = user_data;
  g_autoptr (GPtrArray) unheard = g_steal_pointer (&self->unheard);

  self->unheard = g_ptr_array_new_with_free_func (g_object_unref);
  self->n_polls++;
  for (guint i = 0; i < unheard->len; i++) {
    GstRtcDataChannel *object = g_ptr_array_index (unheard, i);

    if (has_open_handler (object) || self->n_polls > HANDLER_POLLS)
      gst_rtc_data_channel_open (object);
    else
      g_ptr_array_add (self->unheard, g_object_ref (object));
  }
  if (self->unheard->len)
    rtc_loop_timer_set (self->unheard_timer, rtc_loop_now (self->loop) + HANDLER_POLL_INTERVAL);
}

static void
open_object (GstRtcChannelSet *self, GstRtcDataChannel *object)
{
  self->counts.opened++;
  if (has_open_handler (object)) {
    gst_rtc_data_channel_open (object);
    return;
  }
  gst_rtc_data_channel_hold (object);
  g_ptr_array_add (self->unheard, g_object_ref (object));
  self->n_polls = 0;
  rtc_loop_timer_set (self->unheard_timer, 0);
}

static void
run_action (GstRtcChannelSet *self, const RtcChannelAction *action)
{
  GstRtcDataChannel *object = object_of (action->channel);

  GST_LOG ("channel action %d on stream %u", action->type, action->stream);
  switch (action->type) {
  case RTC_CHANNEL_ACTION_SEND:
    send_action (self, action);
    break;
  case RTC_CHANNEL_ACTION_RESET:
    if (self->transport)
      gst_rtc_data_transport_reset_stream (self->transport, action->stream);
    break;
  case RTC_CHANNEL_ACTION_ANNOUNCED:
    announce_object (self, action->channel);
    break;
  case RTC_CHANNEL_ACTION_OPENED:
    attach_object (self, action->channel, object);
    if (!rtc_channel_get_init (action->channel)->is_ordered &&
        rtc_channel_must_send_ordered (action->channel)) {
      gst_rtc_data_channel_set_ordered_for_now (object, TRUE);
      self->n_unknown++;
    }
    open_object (self, object);
    break;
  case RTC_CHANNEL_ACTION_MESSAGE:
    gst_rtc_data_channel_deliver (object, action->is_string, action->data);
    break;
  case RTC_CHANNEL_ACTION_CLOSING:
    gst_rtc_data_channel_closing (object);
    break;
  case RTC_CHANNEL_ACTION_CLOSED:
    close_object (self, action);
    break;
  }
}

/* An application may call back from a signal; what it causes is queued and runs in its turn. */
static void
run_actions (GstRtcChannelSet *self)
{
  RtcChannelAction action;

  if (self->is_running)
    return;
  self->is_running = TRUE;
  while (rtc_channels_poll (self->channels, &action)) {
    run_action (self, &action);
    rtc_channel_action_clear (&action);
  }
  self->is_running = FALSE;
}

static void
on_state_changed (GstWebRTCSCTPTransportState state, gpointer user_data)
{
  GstRtcChannelSet *self = user_data;
  guint max_channels = FALLBACK_STREAMS;

  if (state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED) {
    g_object_get (self->transport, "max-channels", &max_channels, NULL);
    self->is_connected = TRUE;
    rtc_channels_connected (self->channels, max_channels ? max_channels : FALLBACK_STREAMS);
  } else if (state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED) {
    self->is_connected = FALSE;
    rtc_channels_disconnected (self->channels, NULL);
  }
  run_actions (self);
}

/* A message on its stream, the ACK among them, shows that the peer knows a channel. */
static void
check_known (GstRtcChannelSet *self, guint16 stream)
{
  GstRtcDataChannel *object = g_hash_table_lookup (self->by_stream, GINT_TO_POINTER (stream));
  RtcChannel *channel = object ? g_object_get_data (G_OBJECT (object), "rtc-channel") : NULL;

  if (channel && !rtc_channel_must_send_ordered (channel) &&
      gst_rtc_data_channel_set_ordered_for_now (object, FALSE))
    self->n_unknown--;
}

/* What the application causes meanwhile runs afterwards, as with an action. */
static gboolean
deliver_at_once (GstRtcChannelSet *self, guint16 stream, guint32 ppid, GBytes *data)
{
  g_autoptr (GstRtcDataChannel) object = NULL;
  gboolean is_string = FALSE;
  RtcChannel *channel;

  if (self->is_running || self->n_unknown)
    return FALSE;
  channel = rtc_channels_take_message (self->channels, stream, ppid, &is_string);
  if (!channel)
    return FALSE;
  object = g_object_ref (object_of (channel));
  self->is_running = TRUE;
  gst_rtc_data_channel_deliver (object, is_string, data);
  self->is_running = FALSE;
  return TRUE;
}

static void
on_message (guint16 stream, guint32 ppid, GBytes *data, gpointer user_data)
{
  GstRtcChannelSet *self = user_data;

  if (!deliver_at_once (self, stream, ppid, data))
    rtc_channels_handle_message (self->channels, stream, ppid, data);
  g_bytes_unref (data);
  if (self->n_unknown)
    check_known (self, stream);
  run_actions (self);
}

static void
on_stream_reset (guint16 stream, gpointer user_data)
{
  GstRtcChannelSet *self = user_data;

  rtc_channels_handle_stream_reset (self->channels, stream);
  run_actions (self);
}

static void
on_stream_closed (guint16 stream, gpointer user_data)
{
  GstRtcChannelSet *self = user_data;

  rtc_channels_handle_stream_closed (self->channels, stream);
  run_actions (self);
}

static void
on_buffered (guint16 stream, guint64 buffered_bytes, gpointer user_data)
{
  GstRtcChannelSet *self = user_data;
  GstRtcDataChannel *object = g_hash_table_lookup (self->by_stream, GINT_TO_POINTER (stream));

  if (!object)
    return;
  g_object_ref (object);
  gst_rtc_data_channel_buffered (object);
  g_object_unref (object);
}

static const GstRtcDataListener listener = {
  .state_changed = on_state_changed,
  .message = on_message,
  .stream_reset = on_stream_reset,
  .stream_closed = on_stream_closed,
  .buffered = on_buffered,
};

GstRtcChannelSet *
gst_rtc_channel_set_new (RtcLoop *loop, const GstRtcChannelSetEvents *events, gpointer user_data)
{
  GstRtcChannelSet *self = g_new0 (GstRtcChannelSet, 1);

  self->loop = rtc_loop_ref (loop);
  self->channels = rtc_channels_new ();
  self->by_stream = g_hash_table_new (NULL, NULL);
  self->objects = g_ptr_array_new_with_free_func (g_object_unref);
  self->unheard = g_ptr_array_new_with_free_func (g_object_unref);
  self->unheard_timer = rtc_loop_timer_new (loop, poll_unheard, self);
  self->events = events;
  self->user_data = user_data;
  return self;
}

void
gst_rtc_channel_set_free (GstRtcChannelSet *self)
{
  if (!self)
    return;
  if (self->transport)
    gst_rtc_data_transport_set_listener (self->transport, NULL, NULL);
  gst_rtc_channel_set_close (self, NULL);
  g_clear_object (&self->transport);
  g_hash_table_unref (self->by_stream);
  g_ptr_array_unref (self->objects);
  g_ptr_array_unref (self->unheard);
  rtc_loop_timer_free (self->unheard_timer);
  rtc_channels_free (self->channels);
  rtc_loop_unref (self->loop);
  g_free (self);
}

static guint16
priority_from_webrtc (GstWebRTCPriorityType priority)
{
  switch (priority) {
  case GST_WEBRTC_PRIORITY_TYPE_VERY_LOW:
    return 128;
  case GST_WEBRTC_PRIORITY_TYPE_MEDIUM:
    return 512;
  case GST_WEBRTC_PRIORITY_TYPE_HIGH:
    return 1024;
  default:
    return 256;
  }
}

static void
read_options (const GstStructure *options, RtcChannelInit *init)
{
  gint priority = GST_WEBRTC_PRIORITY_TYPE_LOW;
  const gchar *protocol;

  gst_structure_get_boolean (options, "ordered", &init->is_ordered);
  gst_structure_get_int (options, "max-packet-lifetime", &init->max_lifetime_ms);
  gst_structure_get_int (options, "max-retransmits", &init->max_retransmits);
  gst_structure_get_boolean (options, "negotiated", &init->is_negotiated);
  gst_structure_get_int (options, "id", &init->id);
  gst_structure_get_enum (options, "priority", GST_TYPE_WEBRTC_PRIORITY_TYPE, &priority);
  init->priority = priority_from_webrtc (priority);
  if ((protocol = gst_structure_get_string (options, "protocol"))) {
    g_free (init->protocol);
    init->protocol = g_strdup (protocol);
  }
}

GstRtcDataChannel *
gst_rtc_channel_set_create (
    GstRtcChannelSet *self, const gchar *label, const GstStructure *options, GError **error)
{
  g_autofree gchar *owned_label = g_strdup (label ? label : "");
  g_autofree gchar *owned_protocol = NULL;
  RtcChannelInit init = {
    .label = owned_label,
    .protocol = g_strdup (""),
    .is_ordered = TRUE,
    .max_retransmits = -1,
    .max_lifetime_ms = -1,
    .priority = 256,
    .id = -1,
  };
  GstRtcDataChannel *object;
  RtcChannel *channel;

  if (options)
    read_options (options, &init);
  owned_protocol = init.protocol;
  channel = rtc_channels_create (self->channels, &init, error);
  if (!channel)
    return NULL;
  object = g_object_ref (add_object (self, channel));
  self->events->prepare (GST_WEBRTC_DATA_CHANNEL (object), TRUE, self->user_data);
  attach_object (self, channel, object);
  run_actions (self);
  return object;
}

void
gst_rtc_channel_set_set_transport (
    GstRtcChannelSet *self, GstRtcDataTransport *transport, gboolean is_client)
{
  if (g_set_object (&self->transport, transport))
    gst_rtc_data_transport_set_listener (transport, &listener, self);
  rtc_channels_set_role (self->channels, is_client);
  run_actions (self);
}

gboolean
gst_rtc_channel_set_is_connected (GstRtcChannelSet *self)
{
  return self->is_connected;
}

void
gst_rtc_channel_set_close (GstRtcChannelSet *self, const GError *reason)
{
  if (self->is_closed)
    return;
  self->is_closed = TRUE;
  rtc_channels_disconnected (self->channels, reason);
  run_actions (self);
}

void
gst_rtc_channel_set_get_counts (GstRtcChannelSet *self, GstRtcChannelSetCounts *out_counts)
{
  *out_counts = self->counts;
}

GPtrArray *
gst_rtc_channel_set_list (GstRtcChannelSet *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->objects->len; i++)
    g_ptr_array_add (list, g_object_ref (g_ptr_array_index (self->objects, i)));
  return list;
}
