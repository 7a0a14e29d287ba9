/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the peer tells, as signals, property notifications and bus messages of rtcbin. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcbin.h"

#define GST_CAT_DEFAULT gst_rtc_bin_debug

enum {
  SIGNAL_ON_NEGOTIATION_NEEDED,
  SIGNAL_ON_ICE_CANDIDATE,
  SIGNAL_ON_NEW_TRANSCEIVER,
  SIGNAL_ON_DATA_CHANNEL,
  SIGNAL_PREPARE_DATA_CHANNEL,
  SIGNAL_REQUEST_AUX_SENDER,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
post (GstRtcBin *self, GstStructure *structure)
{
  gst_element_post_message (
      GST_ELEMENT (self), gst_message_new_element (GST_OBJECT (self), structure));
}

static void
post_progress (GstRtcBin *self, GstProgressType type, const gchar *code, const gchar *text)
{
  gst_element_post_message (
      GST_ELEMENT (self), gst_message_new_progress (GST_OBJECT (self), type, code, text));
}

static void
report_connection (GstRtcBin *self, GstWebRTCPeerConnectionState state)
{
  switch (state) {
  case GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTING:
    post_progress (self, GST_PROGRESS_TYPE_START, "connect", "Connecting to the peer");
    break;
  case GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED:
    post_progress (self, GST_PROGRESS_TYPE_COMPLETE, "connect", "Connected to the peer");
    break;
  case GST_WEBRTC_PEER_CONNECTION_STATE_DISCONNECTED:
    post_progress (self, GST_PROGRESS_TYPE_CONTINUE, "connect",
        "The connection is interrupted, waiting for the peer");
    break;
  case GST_WEBRTC_PEER_CONNECTION_STATE_FAILED:
    post_progress (self, GST_PROGRESS_TYPE_ERROR, "connect",
        "The connection failed; an ICE restart may bring it back");
    break;
  case GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED:
    post_progress (self, GST_PROGRESS_TYPE_COMPLETE, "connect", "The connection is closed");
    break;
  default:
    break;
  }
}

static void
on_states_changed (const GstRtcPeerStates *states, gpointer user_data)
{
  GstRtcBin *self = user_data;
  GObject *object = user_data;
  GstRtcPeerStates before;

  GST_OBJECT_LOCK (self);
  before = self->states;
  self->states = *states;
  GST_OBJECT_UNLOCK (self);
  if (before.signaling != states->signaling)
    g_object_notify (object, "signaling-state");
  if (before.gathering != states->gathering)
    g_object_notify (object, "ice-gathering-state");
  if (before.ice != states->ice)
    g_object_notify (object, "ice-connection-state");
  if (before.connection != states->connection) {
    GST_INFO_OBJECT (self, "connection state %d", states->connection);
    g_object_notify (object, "connection-state");
    report_connection (self, states->connection);
    post (self,
        gst_structure_new ("rtc-state", "connection-state", GST_TYPE_WEBRTC_PEER_CONNECTION_STATE,
            states->connection, "ice-connection-state", GST_TYPE_WEBRTC_ICE_CONNECTION_STATE,
            states->ice, NULL));
  }
}

static void
on_negotiation_needed (gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_ON_NEGOTIATION_NEEDED], 0);
}

static void
on_ice_candidate (guint mline, const gchar *candidate, gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_ON_ICE_CANDIDATE], 0, mline, candidate);
}

static void
on_new_transceiver (GstWebRTCRTPTransceiver *transceiver, gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_ON_NEW_TRANSCEIVER], 0, transceiver);
}

static void
on_prepare_data_channel (GstWebRTCDataChannel *channel, gboolean is_local, gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_PREPARE_DATA_CHANNEL], 0, channel, is_local);
}

static void
on_data_channel (GstWebRTCDataChannel *channel, gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_ON_DATA_CHANNEL], 0, channel);
}

static void
on_selected_pair (const gchar *local, const gchar *remote, gpointer user_data)
{
  GstRtcBin *self = user_data;

  post (self,
      gst_structure_new ("rtc-selected-pair", "local", G_TYPE_STRING, local, "remote",
          G_TYPE_STRING, remote, NULL));
}

static void
on_left (gpointer user_data)
{
  GstRtcBin *self = user_data;

  GST_INFO_OBJECT (self, "the peer has closed");
  post_progress (self, GST_PROGRESS_TYPE_COMPLETE, "connect", "The peer has closed the connection");
  post (self, gst_structure_new_empty ("rtc-peer-closed"));
}

static void
on_sctp_transport (gpointer user_data)
{
  g_object_notify (user_data, "sctp-transport");
}

static void
on_warning (const GError *error, gpointer user_data)
{
  GstRtcBin *self = user_data;

  GST_ELEMENT_WARNING (self, RESOURCE, FAILED, ("%s", error->message),
      ("%s %d", g_quark_to_string (error->domain), error->code));
}

static void
refresh_senders (gpointer user_data)
{
  GstRtcBin *self = user_data;

  gst_rtc_peer_refresh_senders (self->peer);
}

static void
on_caps_changed (gpointer user_data)
{
  GstRtcBin *self = user_data;

  rtc_loop_post (self->loop, refresh_senders, gst_object_ref (self), gst_object_unref);
}

const GstRtcPeerEvents gst_rtc_bin_peer_events = {
  .states_changed = on_states_changed,
  .negotiation_needed = on_negotiation_needed,
  .ice_candidate = on_ice_candidate,
  .new_transceiver = on_new_transceiver,
  .prepare_data_channel = on_prepare_data_channel,
  .data_channel = on_data_channel,
  .selected_pair = on_selected_pair,
  .left = on_left,
  .sctp_transport = on_sctp_transport,
  .warning = on_warning,
  .caps_changed = on_caps_changed,
};

void
gst_rtc_bin_install_signals (GObjectClass *klass)
{
  GType type = G_OBJECT_CLASS_TYPE (klass);

  /**
   * GstRtcBin::on-negotiation-needed:
   *
   * An offer is needed to bring what changed to the peer (W3C "negotiationneeded").
   */
  signals[SIGNAL_ON_NEGOTIATION_NEEDED] = g_signal_new (
      "on-negotiation-needed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * GstRtcBin::on-ice-candidate:
   * @mline: the m= section that it belongs to
   * @candidate: "candidate:..."; empty: there are no more
   */
  signals[SIGNAL_ON_ICE_CANDIDATE] = g_signal_new ("on-ice-candidate", type, G_SIGNAL_RUN_LAST, 0,
      NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
  /**
   * GstRtcBin::on-new-transceiver:
   * @transceiver: made by a remote description
   */
  signals[SIGNAL_ON_NEW_TRANSCEIVER] = g_signal_new ("on-new-transceiver", type, G_SIGNAL_RUN_LAST,
      0, NULL, NULL, NULL, G_TYPE_NONE, 1, GST_TYPE_WEBRTC_RTP_TRANSCEIVER);
  /**
   * GstRtcBin::on-data-channel:
   * @channel: made by the peer; connect to its signals here
   */
  signals[SIGNAL_ON_DATA_CHANNEL] = g_signal_new ("on-data-channel", type, G_SIGNAL_RUN_LAST, 0,
      NULL, NULL, NULL, G_TYPE_NONE, 1, GST_TYPE_WEBRTC_DATA_CHANNEL);
  /**
   * GstRtcBin::prepare-data-channel:
   * @channel: a new channel on which nothing has happened yet
   * @is_local: made by this side
   */
  signals[SIGNAL_PREPARE_DATA_CHANNEL] =
      g_signal_new ("prepare-data-channel", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
          G_TYPE_NONE, 2, GST_TYPE_WEBRTC_DATA_CHANNEL, G_TYPE_BOOLEAN);
  /**
   * GstRtcBin::request-aux-sender:
   * @transport: for which it would be
   *
   * Returns: (transfer full) (nullable): an element to put before the RTP session
   */
  signals[SIGNAL_REQUEST_AUX_SENDER] = g_signal_new ("request-aux-sender", type, G_SIGNAL_RUN_LAST,
      0, NULL, NULL, NULL, GST_TYPE_ELEMENT, 1, GST_TYPE_WEBRTC_DTLS_TRANSPORT);
}
