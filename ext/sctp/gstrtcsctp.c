/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The element rtcsctp. It joins the wire pads, the properties and the data interface to one
 * RtcSctpAssociation, which it owns; no protocol decision is made here.
 */

/* clang-format off */
/**
 * SECTION:element-rtcsctp
 * @title: rtcsctp
 *
 * One SCTP association, the transport of WebRTC data channels (RFC 8831). `sink` and `src` carry
 * SCTP packets, in WebRTC through DTLS; messages go through the GstRtcDataTransport interface.
 * The element works in the network loop, so what is connected to `src` must not block; a
 * `src_%u` pad pushes in a thread of its own. SCTP of other elements (webrtcbin, sctpenc) cannot be used in the same process.
 *
 * A buffer on a `sink_%u` pad is a message on that stream and comes out of the peer's `src_%u`; a
 * pad with caps text/... sends strings. The pad waits while a mebibyte of its messages does; at
 * the end of the stream it resets it, and the peer's pad gets EOS. What is behind `src_%u` may block:
 * when a mebibyte waits and the association's window of 8 MiB is full, the peer stops sending. With `auto-start` the association
 * opens in PLAYING, so a sink behind `src_%u` must not wait for its first buffer: `async=false`.
 *
 * ## Two associations that talk to each other
 *
 * |[
 * gst-launch-1.0 -e rtcsctp name=a auto-start=true rtcsctp name=b auto-start=true \
 *   a.src ! queue ! b.sink  b.src ! queue ! a.sink \
 *   filesrc location=README.md ! a.sink_0  b.src_0 ! queue ! filesink location=copy.md async=false
 * ]|
 */
/* clang-format on */
#include "gstrtcsctp.h"

#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/gstrtcerror.h>
#include <gst/rtc/gstrtcpacketpads.h>
#include <gst/rtc/rtcpacketlist.h>

#include "gstrtcsctppad.h"
#include "gstrtcsctpprivate.h"

GST_DEBUG_CATEGORY (rtc_sctp_debug);
#define GST_CAT_DEFAULT rtc_sctp_debug

#define PACKETS_TYPE "application/x-sctp"
/* 1200 bytes of UDP payload less the 37 of a DTLS 1.2 record with AES-GCM, in whole words. */
#define DEFAULT_MTU 1160
/* RFC 8841 §5.1 */
#define DEFAULT_PORT 5000
/* RFC 8841 §6.1: a description without max-message-size */
#define DEFAULT_MAX_MESSAGE_SIZE 65536

enum {
  PROP_STATE = 1,
  PROP_MAX_MESSAGE_SIZE,
  PROP_MAX_CHANNELS,
  PROP_LOCAL_PORT,
  PROP_REMOTE_PORT,
  PROP_MTU,
  PROP_VERIFY_CHECKSUM,
  PROP_AUTO_START,
  PROP_STATS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (PACKETS_TYPE));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (PACKETS_TYPE));

static GstStaticPadTemplate stream_sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink_%u", GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate stream_src_template =
    GST_STATIC_PAD_TEMPLATE ("src_%u", GST_PAD_SRC, GST_PAD_REQUEST, GST_STATIC_CAPS_ANY);

static void gst_rtc_sctp_transport_init (GstRtcDataTransportInterface *iface);

G_DEFINE_TYPE_WITH_CODE (GstRtcSctp, gst_rtc_sctp, GST_TYPE_ELEMENT,
    G_IMPLEMENT_INTERFACE (GST_RTC_TYPE_DATA_TRANSPORT, gst_rtc_sctp_transport_init))
GST_ELEMENT_REGISTER_DEFINE (rtcsctp, "rtcsctp", GST_RANK_NONE, GST_TYPE_RTC_SCTP)

static void
push_packets (GObject *owner, GstBufferList *list)
{
  GstRtcSctp *self = GST_RTC_SCTP (owner);
  GstFlowReturn flow = rtc_pad_push_list (self->src, list);

  if (flow != GST_FLOW_OK)
    GST_LOG_OBJECT (self, "packets lost: %s", gst_flow_get_name (flow));
}

static void
tell_waiting (GstRtcSctp *self)
{
  g_mutex_lock (&self->room_lock);
  g_cond_broadcast (&self->room_cond);
  g_mutex_unlock (&self->room_lock);
}

static void
state_changed (GObject *owner, GstWebRTCSCTPTransportState state)
{
  GstRtcSctp *self = GST_RTC_SCTP (owner);

  GST_INFO_OBJECT (self, "state %d", state);
  tell_waiting (self);
  g_object_notify_by_pspec (owner, properties[PROP_STATE]);
  if (state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED)
    g_object_notify_by_pspec (owner, properties[PROP_MAX_CHANNELS]);
  if (self->listener.state_changed != NULL)
    self->listener.state_changed (state, self->listener_data);
}

static void
message (GObject *owner, guint16 stream, guint32 ppid, GBytes *data)
{
  GstRtcSctp *self = GST_RTC_SCTP (owner);
  g_autoptr (GstPad) pad = gst_rtc_sctp_find_stream_pad (self, stream);

  if (pad != NULL)
    gst_rtc_sctp_pad_push_message (GST_RTC_SCTP_PAD (pad), ppid, data);
  else if (self->listener.message != NULL)
    self->listener.message (stream, ppid, data, self->listener_data);
  else
    g_bytes_unref (data);
}

static void
stream_reset (GObject *owner, guint16 stream)
{
  GstRtcSctp *self = GST_RTC_SCTP (owner);
  g_autoptr (GstPad) pad = gst_rtc_sctp_find_stream_pad (self, stream);

  if (pad != NULL) {
    gst_rtc_data_transport_reset_stream (GST_RTC_DATA_TRANSPORT (self), stream);
    gst_rtc_sctp_pad_push_eos (GST_RTC_SCTP_PAD (pad));
  } else if (self->listener.stream_reset != NULL)
    self->listener.stream_reset (stream, self->listener_data);
}

static void
stream_closed (GObject *owner, guint16 stream)
{
  GstRtcSctp *self = GST_RTC_SCTP (owner);

  if (self->listener.stream_closed != NULL)
    self->listener.stream_closed (stream, self->listener_data);
}

static void
buffered (GObject *owner, guint16 stream, guint64 buffered_bytes)
{
  GstRtcSctp *self = GST_RTC_SCTP (owner);

  tell_waiting (self);
  if (self->listener.buffered != NULL)
    self->listener.buffered (stream, buffered_bytes, self->listener_data);
}

static const RtcSctpAssociationFuncs functions = {
  .push = push_packets,
  .state_changed = state_changed,
  .message = message,
  .stream_reset = stream_reset,
  .stream_closed = stream_closed,
  .buffered = buffered,
};

RtcSctpAssociation *
gst_rtc_sctp_get_association (GstRtcSctp *self)
{
  RtcSctpAssociation *association = NULL;

  GST_OBJECT_LOCK (self);
  if (self->association != NULL)
    association = rtc_sctp_association_ref (self->association);
  GST_OBJECT_UNLOCK (self);
  return association;
}

static void
gst_rtc_sctp_set_listener (
    GstRtcDataTransport *transport, const GstRtcDataListener *listener, gpointer user_data)
{
  GstRtcSctp *self = GST_RTC_SCTP (transport);

  self->listener = listener != NULL ? *listener : (GstRtcDataListener){ NULL };
  self->listener_data = user_data;
}

static gboolean
gst_rtc_sctp_start (
    GstRtcDataTransport *transport, guint16 local_port, guint16 remote_port, GError **error)
{
  GstRtcSctp *self = GST_RTC_SCTP (transport);
  g_autoptr (RtcSctpAssociation) association = gst_rtc_sctp_get_association (self);
  RtcSctpAssociationConfig config;
  gboolean is_started;

  if (association == NULL) {
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_STATE,
        "The element must be in PAUSED or PLAYING to open its association");
    return FALSE;
  }
  GST_OBJECT_LOCK (self);
  self->config.local_port = local_port;
  self->config.remote_port = remote_port;
  config = self->config;
  GST_OBJECT_UNLOCK (self);
  is_started = rtc_sctp_association_start (association, &config, error);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  return is_started;
}

static gboolean
gst_rtc_sctp_send (GstRtcDataTransport *transport, guint16 stream, guint32 ppid, GBytes *data,
    const GstRtcDataReliability *reliability, GError **error)
{
  g_autoptr (RtcSctpAssociation) association =
      gst_rtc_sctp_get_association (GST_RTC_SCTP (transport));

  if (association == NULL) {
    g_set_error (
        error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_STATE, "The association is not connected");
    return FALSE;
  }
  return rtc_sctp_association_send (association, stream, ppid, data, reliability, error);
}

static void
gst_rtc_sctp_reset_stream (GstRtcDataTransport *transport, guint16 stream)
{
  g_autoptr (RtcSctpAssociation) association =
      gst_rtc_sctp_get_association (GST_RTC_SCTP (transport));

  if (association == NULL)
    return;
  rtc_sctp_association_set_paused (association, stream, FALSE);
  rtc_sctp_association_reset_stream (association, stream);
}

static void
gst_rtc_sctp_set_paused (GstRtcDataTransport *transport, guint16 stream, gboolean is_paused)
{
  g_autoptr (RtcSctpAssociation) association =
      gst_rtc_sctp_get_association (GST_RTC_SCTP (transport));

  if (association != NULL)
    rtc_sctp_association_set_paused (association, stream, is_paused);
}

static guint64
gst_rtc_sctp_get_buffered (GstRtcDataTransport *transport, guint16 stream)
{
  g_autoptr (RtcSctpAssociation) association =
      gst_rtc_sctp_get_association (GST_RTC_SCTP (transport));

  return association != NULL ? rtc_sctp_association_get_buffered (association, stream) : 0;
}

static void
gst_rtc_sctp_abort (GstRtcDataTransport *transport)
{
  g_autoptr (RtcSctpAssociation) association =
      gst_rtc_sctp_get_association (GST_RTC_SCTP (transport));

  if (association != NULL)
    rtc_sctp_association_close (association);
}

static GstStructure *
gst_rtc_sctp_get_stats (GstRtcDataTransport *transport)
{
  g_autoptr (RtcSctpAssociation) association =
      gst_rtc_sctp_get_association (GST_RTC_SCTP (transport));

  if (association == NULL)
    return gst_structure_new ("rtc-sctp-stats", "state", GST_TYPE_WEBRTC_SCTP_TRANSPORT_STATE,
        GST_WEBRTC_SCTP_TRANSPORT_STATE_NEW, NULL);
  return rtc_sctp_association_get_stats (association);
}

static void
gst_rtc_sctp_transport_init (GstRtcDataTransportInterface *iface)
{
  iface->set_listener = gst_rtc_sctp_set_listener;
  iface->start = gst_rtc_sctp_start;
  iface->send = gst_rtc_sctp_send;
  iface->reset_stream = gst_rtc_sctp_reset_stream;
  iface->set_paused = gst_rtc_sctp_set_paused;
  iface->get_buffered = gst_rtc_sctp_get_buffered;
  iface->abort = gst_rtc_sctp_abort;
  iface->get_stats = gst_rtc_sctp_get_stats;
}

static GstFlowReturn
gst_rtc_sctp_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  g_autoptr (RtcSctpAssociation) association = gst_rtc_sctp_get_association (GST_RTC_SCTP (parent));

  if (association != NULL)
    rtc_sctp_association_receive (association, list);
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static GstFlowReturn
gst_rtc_sctp_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstBufferList *list = gst_buffer_list_new_sized (1);

  gst_buffer_list_add (list, buffer);
  return gst_rtc_sctp_chain_list (pad, parent, list);
}

static gboolean
gst_rtc_sctp_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_EOS:
  case GST_EVENT_SEGMENT:
  case GST_EVENT_CAPS:
  case GST_EVENT_STREAM_START:
    /* The two directions are one connection, but not one stream. */
    gst_event_unref (event);
    return TRUE;
  default:
    return gst_pad_event_default (pad, parent, event);
  }
}

static void
set_flushing (GstRtcSctp *self, gboolean is_flushing)
{
  g_mutex_lock (&self->room_lock);
  self->is_flushing = is_flushing;
  g_cond_broadcast (&self->room_cond);
  g_mutex_unlock (&self->room_lock);
}

static void
open_association (GstRtcSctp *self)
{
  RtcLoop *loop = gst_rtc_element_get_loop (GST_ELEMENT (self));
  RtcSctpAssociation *association = rtc_sctp_association_new (G_OBJECT (self), loop, &functions);

  GST_OBJECT_LOCK (self);
  self->loop = loop;
  self->association = association;
  GST_OBJECT_UNLOCK (self);
}

static void
close_association (GstRtcSctp *self)
{
  g_autoptr (RtcSctpAssociation) association = NULL;
  RtcLoop *loop;

  GST_OBJECT_LOCK (self);
  association = g_steal_pointer (&self->association);
  loop = g_steal_pointer (&self->loop);
  GST_OBJECT_UNLOCK (self);
  if (association != NULL)
    rtc_sctp_association_close (association);
  if (loop != NULL)
    rtc_loop_unref (loop);
}

static void
auto_start (GstRtcSctp *self)
{
  g_autoptr (GError) error = NULL;
  guint16 local_port, remote_port;
  gboolean is_auto_start;

  GST_OBJECT_LOCK (self);
  is_auto_start = self->is_auto_start;
  local_port = self->config.local_port;
  remote_port = self->config.remote_port;
  GST_OBJECT_UNLOCK (self);
  if (is_auto_start &&
      !gst_rtc_data_transport_start (
          GST_RTC_DATA_TRANSPORT (self), local_port, remote_port, &error))
    GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ_WRITE, ("%s", error->message), (NULL));
}

static GstStateChangeReturn
gst_rtc_sctp_change_state (GstElement *element, GstStateChange transition)
{
  GstRtcSctp *self = GST_RTC_SCTP (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    set_flushing (self, FALSE);
    open_association (self);
  }
  /* Before the pads close, so that the peer gets the ABORT. */
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    set_flushing (self, TRUE);
    close_association (self);
  }
  result = GST_ELEMENT_CLASS (gst_rtc_sctp_parent_class)->change_state (element, transition);
  if (result == GST_STATE_CHANGE_FAILURE)
    return result;
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    gst_rtc_pad_push_initial_events (self->src, PACKETS_TYPE);
  /* Not before: the first packet would find others without active pads, and a queue on the way
   * does not forget that. */
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    auto_start (self);
  return result;
}

static void
gst_rtc_sctp_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstRtcSctp *self = GST_RTC_SCTP (object);
  g_autoptr (RtcSctpAssociation) association = gst_rtc_sctp_get_association (self);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_MAX_MESSAGE_SIZE:
    self->config.max_message_bytes = g_value_get_uint64 (value);
    break;
  case PROP_LOCAL_PORT:
    self->config.local_port = g_value_get_uint (value);
    break;
  case PROP_REMOTE_PORT:
    self->config.remote_port = g_value_get_uint (value);
    break;
  case PROP_MTU:
    self->config.mtu = g_value_get_uint (value);
    break;
  case PROP_VERIFY_CHECKSUM:
    self->config.verify_checksum = g_value_get_boolean (value);
    break;
  case PROP_AUTO_START:
    self->is_auto_start = g_value_get_boolean (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  GST_OBJECT_UNLOCK (self);
  if (id == PROP_MAX_MESSAGE_SIZE && association != NULL)
    rtc_sctp_association_set_max_message (association, g_value_get_uint64 (value));
}

static void
get_live_property (GstRtcSctp *self, guint id, GValue *value)
{
  g_autoptr (RtcSctpAssociation) association = gst_rtc_sctp_get_association (self);

  if (id == PROP_STATS)
    g_value_take_boxed (value, gst_rtc_sctp_get_stats (GST_RTC_DATA_TRANSPORT (self)));
  else if (id == PROP_STATE)
    g_value_set_enum (value,
        association != NULL ? rtc_sctp_association_get_state (association)
                            : GST_WEBRTC_SCTP_TRANSPORT_STATE_NEW);
  else
    g_value_set_uint (
        value, association != NULL ? rtc_sctp_association_get_max_streams (association) : 1024);
}

static void
gst_rtc_sctp_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstRtcSctp *self = GST_RTC_SCTP (object);

  if (id == PROP_STATS || id == PROP_STATE || id == PROP_MAX_CHANNELS) {
    get_live_property (self, id, value);
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_MAX_MESSAGE_SIZE:
    g_value_set_uint64 (value, self->config.max_message_bytes);
    break;
  case PROP_LOCAL_PORT:
    g_value_set_uint (value, self->config.local_port);
    break;
  case PROP_REMOTE_PORT:
    g_value_set_uint (value, self->config.remote_port);
    break;
  case PROP_MTU:
    g_value_set_uint (value, self->config.mtu);
    break;
  case PROP_VERIFY_CHECKSUM:
    g_value_set_boolean (value, self->config.verify_checksum);
    break;
  case PROP_AUTO_START:
    g_value_set_boolean (value, self->is_auto_start);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rtc_sctp_dispose (GObject *object)
{
  close_association (GST_RTC_SCTP (object));
  G_OBJECT_CLASS (gst_rtc_sctp_parent_class)->dispose (object);
}

static void
gst_rtc_sctp_finalize (GObject *object)
{
  GstRtcSctp *self = GST_RTC_SCTP (object);

  g_hash_table_unref (self->stream_pads);
  g_mutex_clear (&self->room_lock);
  g_cond_clear (&self->room_cond);
  G_OBJECT_CLASS (gst_rtc_sctp_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  const GParamFlags ready = writable | GST_PARAM_MUTABLE_READY;

  properties[PROP_STATE] = g_param_spec_enum ("state", "State", "State of the association",
      GST_TYPE_WEBRTC_SCTP_TRANSPORT_STATE, GST_WEBRTC_SCTP_TRANSPORT_STATE_NEW, readable);
  properties[PROP_MAX_MESSAGE_SIZE] = g_param_spec_uint64 ("max-message-size", "Max message size",
      "Bytes of a message that the peer accepts (0 = no limit); at most 262144 are sent anyway", 0,
      G_MAXUINT64, DEFAULT_MAX_MESSAGE_SIZE, writable);
  properties[PROP_MAX_CHANNELS] = g_param_spec_uint ("max-channels", "Max channels",
      "Streams that the association can have in each direction", 0, 1024, 1024, readable);
  properties[PROP_LOCAL_PORT] = g_param_spec_uint (
      "local-port", "Local port", "SCTP port of this side", 1, 65535, DEFAULT_PORT, ready);
  properties[PROP_REMOTE_PORT] = g_param_spec_uint (
      "remote-port", "Remote port", "SCTP port of the peer", 1, 65535, DEFAULT_PORT, ready);
  properties[PROP_MTU] = g_param_spec_uint ("mtu", "MTU",
      "Largest SCTP packet in bytes, without what DTLS adds", 512, 16384, DEFAULT_MTU, ready);
  properties[PROP_VERIFY_CHECKSUM] = g_param_spec_boolean ("verify-checksum", "Verify checksum",
      "Drop packets with a wrong checksum; DTLS, where there is one, has done better already",
      FALSE, ready);
  properties[PROP_AUTO_START] = g_param_spec_boolean ("auto-start", "Auto start",
      "Open the association in PLAYING, without a call of the data interface", FALSE, ready);
  properties[PROP_STATS] = g_param_spec_boxed (
      "stats", "Statistics", "A structure rtc-sctp-stats", GST_TYPE_STRUCTURE, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
gst_rtc_sctp_class_init (GstRtcSctpClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (rtc_sctp_debug, "rtcsctp", 0, "SCTP association");
  object_class->set_property = gst_rtc_sctp_set_property;
  object_class->get_property = gst_rtc_sctp_get_property;
  object_class->dispose = gst_rtc_sctp_dispose;
  object_class->finalize = gst_rtc_sctp_finalize;
  install_properties (object_class);
  element_class->change_state = gst_rtc_sctp_change_state;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_add_static_pad_template_with_gtype (
      element_class, &stream_sink_template, GST_TYPE_RTC_SCTP_PAD);
  gst_element_class_add_static_pad_template_with_gtype (
      element_class, &stream_src_template, GST_TYPE_RTC_SCTP_PAD);
  element_class->request_new_pad = gst_rtc_sctp_request_new_pad;
  element_class->release_pad = gst_rtc_sctp_release_pad;
  gst_element_class_set_static_metadata (element_class, "SCTP association", "Codec/Network/SCTP",
      "Carries the messages of WebRTC data channels over SCTP packets", "The rtc project");
}

static void
gst_rtc_sctp_init (GstRtcSctp *self)
{
  self->config = (RtcSctpAssociationConfig){
    .local_port = DEFAULT_PORT,
    .remote_port = DEFAULT_PORT,
    .mtu = DEFAULT_MTU,
    .max_message_bytes = DEFAULT_MAX_MESSAGE_SIZE,
  };
  self->stream_pads = g_hash_table_new_full (NULL, NULL, NULL, gst_object_unref);
  g_mutex_init (&self->room_lock);
  g_cond_init (&self->room_cond);
  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink, gst_rtc_sctp_chain);
  gst_pad_set_chain_list_function (self->sink, gst_rtc_sctp_chain_list);
  gst_pad_set_event_function (self->sink, gst_rtc_sctp_sink_event);
  gst_rtc_packet_pad_end (self->sink, FALSE);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);
  self->src = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_use_fixed_caps (self->src);
  gst_rtc_packet_pad_end (self->src, FALSE);
  gst_element_add_pad (GST_ELEMENT (self), self->src);
}
