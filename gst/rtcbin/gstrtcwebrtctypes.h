/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The layouts of the GstWebRTC types whose structs the installed headers only name. The data
 * channel, transceiver and transports of rtcbin derive from them, so that an application sees the
 * types that it knows. gst_rtc_webrtc_types_check() compares the sizes with the type system's
 * before any class is made; a library with other layouts makes the plugin refuse to load.
 */
#pragma once

#include <gst/webrtc/webrtc.h>
#include <gst/webrtc/sctptransport.h>

G_BEGIN_DECLS

struct _GstWebRTCDataChannel {
  GObject parent;
  GMutex lock;
  gchar *label;
  gboolean ordered;
  guint max_packet_lifetime;
  guint max_retransmits;
  gchar *protocol;
  gboolean negotiated;
  gint id;
  GstWebRTCPriorityType priority;
  GstWebRTCDataChannelState ready_state;
  guint64 buffered_amount;
  guint64 buffered_amount_low_threshold;
  gpointer padding[GST_PADDING];
};

struct _GstWebRTCDataChannelClass {
  GObjectClass parent_class;
  gboolean (*send_data) (GstWebRTCDataChannel *channel, GBytes *data, GError **error);
  gboolean (*send_string) (GstWebRTCDataChannel *channel, const gchar *text, GError **error);
  void (*close) (GstWebRTCDataChannel *channel);
  gpointer padding[GST_PADDING];
};

struct _GstWebRTCRTPTransceiver {
  GstObject parent;
  guint mline;
  gchar *mid;
  gboolean stopped;
  GstWebRTCRTPSender *sender;
  GstWebRTCRTPReceiver *receiver;
  GstWebRTCRTPTransceiverDirection direction;
  GstWebRTCRTPTransceiverDirection current_direction;
  GstCaps *codec_preferences;
  GstWebRTCKind kind;
  gpointer padding[GST_PADDING];
};

struct _GstWebRTCRTPTransceiverClass {
  GstObjectClass parent_class;
  gpointer padding[GST_PADDING];
};

struct _GstWebRTCRTPSender {
  GstObject parent;
  GstWebRTCDTLSTransport *transport;
  GArray *send_encodings;
  GstWebRTCPriorityType priority;
  gpointer padding[GST_PADDING];
};

struct _GstWebRTCRTPReceiver {
  GstObject parent;
  GstWebRTCDTLSTransport *transport;
  gpointer padding[GST_PADDING];
};

struct _GstWebRTCDTLSTransport {
  GstObject parent;
  GstWebRTCICETransport *transport;
  GstWebRTCDTLSTransportState state;
  gboolean client;
  guint session_id;
  GstElement *dtlssrtpenc;
  GstElement *dtlssrtpdec;
  gpointer padding[GST_PADDING];
};

struct _GstWebRTCDTLSTransportClass {
  GstObjectClass parent_class;
  gpointer padding[GST_PADDING];
};

struct _GstWebRTCSCTPTransport {
  GstObject parent;
};

struct _GstWebRTCSCTPTransportClass {
  GstObjectClass parent_class;
};

/* Exported by the library, in no installed header. */
GstWebRTCRTPSender *gst_webrtc_rtp_sender_new (void);
GstWebRTCRTPReceiver *gst_webrtc_rtp_receiver_new (void);
void gst_webrtc_data_channel_on_open (GstWebRTCDataChannel *channel);
void gst_webrtc_data_channel_on_close (GstWebRTCDataChannel *channel);
void gst_webrtc_data_channel_on_error (GstWebRTCDataChannel *channel, GError *error);
void gst_webrtc_data_channel_on_message_data (GstWebRTCDataChannel *channel, GBytes *data);
void gst_webrtc_data_channel_on_message_string (GstWebRTCDataChannel *channel, const gchar *text);
void gst_webrtc_data_channel_on_buffered_amount_low (GstWebRTCDataChannel *channel);

/* FALSE: the installed library has other layouts; @out_type names the first one that differs. */
gboolean gst_rtc_webrtc_types_check (const gchar **out_type);

G_END_DECLS
