/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GstRtcDataTransport: the message side of rtcsctp: whole messages on numbered streams of one
 * SCTP association (RFC 8831 §6). It knows nothing of channels; those are DCEP's, in the core's
 * datachannel folder. Functions run on the session's loop and the listener is called there, except
 * where said otherwise.
 */
#pragma once

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

#define GST_RTC_TYPE_DATA_TRANSPORT (gst_rtc_data_transport_get_type ())
G_DECLARE_INTERFACE (
    GstRtcDataTransport, gst_rtc_data_transport, GST_RTC, DATA_TRANSPORT, GstElement)

/**
 * GstRtcDataReliability:
 * @is_ordered: deliver in the order of sending
 * @max_retransmits: -1 for no limit
 * @max_lifetime_ms: -1 for no limit; at most one of the two limits is set (RFC 8832 §5.1)
 */
typedef struct {
  gboolean is_ordered;
  gint max_retransmits;
  gint max_lifetime_ms;
} GstRtcDataReliability;

/**
 * GstRtcDataListener:
 * @state_changed: the association opened (connected), or ended (closed); once each
 * @message: a whole message; @data is (transfer full), empty messages come with their one padding
 *     byte (RFC 8831 §6.6) as they were sent
 * @stream_reset: the peer reset its side of @stream (RFC 6525); answer with reset_stream()
 * @stream_closed: both directions of @stream are reset, its number is free again
 * @buffered: the bytes of @stream that were accepted and have not been given to the network yet
 *     fell; called at most once a turn and stream
 */
typedef struct {
  void (*state_changed) (GstWebRTCSCTPTransportState state, gpointer user_data);
  void (*message) (guint16 stream, guint32 ppid, GBytes *data, gpointer user_data);
  void (*stream_reset) (guint16 stream, gpointer user_data);
  void (*stream_closed) (guint16 stream, gpointer user_data);
  void (*buffered) (guint16 stream, guint64 buffered_bytes, gpointer user_data);
} GstRtcDataListener;

/**
 * GstRtcDataTransportInterface:
 * @set_listener: %NULL to end; set before start
 * @start: opens the association; both sides do (RFC 8831 §6.2); in PAUSED or PLAYING
 * @send: any thread. Takes the message (transfer none, no copy needed before it returns), keeps
 *     the order of calls on one stream. %FALSE: not connected, larger than the peer accepts, more
 *     than 16 MiB waiting on the association, or closed; nothing was sent then
 * @reset_stream: close our side after all that was sent before (RFC 8831 §6.7)
 * @set_paused: any thread. The messages of a stream that is paused wait in the transport, and its
 *     end does; they count in the receive window of the association, so the peer stops sending, on
 *     all streams, when they are many. A message that is being handed on may still come. Closing
 * the stream or the end of the association brings what waits
 * @get_buffered: any thread. Honest to the byte, directly after send()
 * @abort: ends the association at once
 * @get_stats: (transfer full): "rtc-sctp-stats": state, round-trip-time (gdouble, seconds),
 *     congestion-window, receiver-window, unacknowledged-data, mtu (guint), bytes-sent,
 *     bytes-received, messages-sent, messages-received (guint64)
 *
 * Properties: "state" (GstWebRTCSCTPTransportState), "max-message-size" (guint64: what the peer
 * accepts, set from its description; 0 = no limit; more than 262144 are never sent), "max-channels"
 * (guint, read). The pad "src" is pushed to from any thread that sends.
 */
struct _GstRtcDataTransportInterface {
  GTypeInterface parent;

  void (*set_listener) (
      GstRtcDataTransport *transport, const GstRtcDataListener *listener, gpointer user_data);
  gboolean (*start) (
      GstRtcDataTransport *transport, guint16 local_port, guint16 remote_port, GError **error);
  gboolean (*send) (GstRtcDataTransport *transport, guint16 stream, guint32 ppid, GBytes *data,
      const GstRtcDataReliability *reliability, GError **error);
  void (*reset_stream) (GstRtcDataTransport *transport, guint16 stream);
  void (*set_paused) (GstRtcDataTransport *transport, guint16 stream, gboolean is_paused);
  guint64 (*get_buffered) (GstRtcDataTransport *transport, guint16 stream);
  void (*abort) (GstRtcDataTransport *transport);
  GstStructure *(*get_stats) (GstRtcDataTransport *transport);
};

void gst_rtc_data_transport_set_listener (
    GstRtcDataTransport *transport, const GstRtcDataListener *listener, gpointer user_data);
gboolean gst_rtc_data_transport_start (
    GstRtcDataTransport *transport, guint16 local_port, guint16 remote_port, GError **error);
gboolean gst_rtc_data_transport_send (GstRtcDataTransport *transport, guint16 stream, guint32 ppid,
    GBytes *data, const GstRtcDataReliability *reliability, GError **error);
void gst_rtc_data_transport_reset_stream (GstRtcDataTransport *transport, guint16 stream);
void gst_rtc_data_transport_set_paused (
    GstRtcDataTransport *transport, guint16 stream, gboolean is_paused);
guint64 gst_rtc_data_transport_get_buffered (GstRtcDataTransport *transport, guint16 stream);
void gst_rtc_data_transport_abort (GstRtcDataTransport *transport);
GstStructure *gst_rtc_data_transport_get_stats (GstRtcDataTransport *transport);

G_END_DECLS
