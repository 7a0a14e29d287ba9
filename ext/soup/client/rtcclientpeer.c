/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Transceivers, data channel and bundling of a peer that is to offer (W3C webrtc-pc §5.1, RFC 9725
 * §4.2). No state; owned by nobody. */
#include "rtcclientpeer.h"

#include <string.h>

#include "signalling/rtciceservers.h"

#define AUDIO                                                                                      \
  "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,encoding-params=(string)2,"   \
  "payload=111; "                                                                                  \
  "application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,payload=0; "                   \
  "application/x-rtp,media=audio,encoding-name=PCMA,clock-rate=8000,payload=8"
#define VIDEO                                                                                      \
  "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96; "                  \
  "application/x-rtp,media=video,encoding-name=VP9,clock-rate=90000,payload=98; "                  \
  "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload=102,"                 \
  "packetization-mode=(string)1,profile-level-id=(string)42e01f; "                                 \
  "application/x-rtp,media=video,encoding-name=AV1,clock-rate=90000,payload=106"
#define CHANNEL "data"

static void
receive (GstElement *peer, const gchar *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_signal_emit_by_name (
      peer, "add-transceiver", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, caps, &transceiver);
}

/* RFC 9725 §4.2: the offer of a publisher is sendonly. */
static void
only_send (GArray *transceivers)
{
  for (guint i = 0; i < transceivers->len; i++) {
    GObject *transceiver = g_array_index (transceivers, GObject *, i);
    GstWebRTCRTPTransceiverDirection direction;
    g_object_get (transceiver, "direction", &direction, NULL);
    if (direction == GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV)
      g_object_set (transceiver, "direction", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY, NULL);
  }
}

/* RFC 9725 §4.4.1: bundled, on one transport. Who has asked for something else has reasons. */
static void
bundle (GstElement *peer)
{
  GstWebRTCBundlePolicy policy = GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE;
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (peer), "bundle-policy") == NULL)
    return;
  g_object_get (peer, "bundle-policy", &policy, NULL);
  if (policy == GST_WEBRTC_BUNDLE_POLICY_NONE)
    g_object_set (peer, "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE, NULL);
}

/* An application may have made a data channel already, which nothing but an offer shows. */
static gboolean
offers_something (GstElement *peer)
{
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  GstPromise *promise = gst_promise_new ();
  g_signal_emit_by_name (peer, "create-offer", NULL, promise);
  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED && gst_promise_get_reply (promise))
    gst_structure_get (gst_promise_get_reply (promise), "offer",
        GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, NULL);
  gst_promise_unref (promise);
  return offer != NULL && gst_sdp_message_medias_len (offer->sdp) > 0;
}

static gboolean
open_channel (GstElement *peer, GError **error)
{
  g_autoptr (GstWebRTCDataChannel) channel = NULL;
  g_signal_emit_by_name (peer, "create-data-channel", CHANNEL, NULL, &channel);
  if (channel != NULL)
    return TRUE;
  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "%s has no stream and can open no data channel: link a payloader to it",
      GST_OBJECT_NAME (peer));
  return FALSE;
}

gboolean
rtc_client_peer_prepare (GstElement *peer, RtcClientDialect dialect, GError **error)
{
  g_autoptr (GArray) transceivers = NULL;
  gboolean is_empty;

  bundle (peer);
  if (dialect == RTC_CLIENT_DIALECT_RELAY_ANSWERER || dialect == RTC_CLIENT_DIALECT_PAIR_ANSWERER)
    return TRUE;
  /* A peer that shows none is left as it is: its application knows what it offers. */
  if (g_signal_lookup ("get-transceivers", G_OBJECT_TYPE (peer)) == 0 ||
      g_signal_lookup ("add-transceiver", G_OBJECT_TYPE (peer)) == 0)
    return TRUE;
  g_signal_emit_by_name (peer, "get-transceivers", &transceivers);
  is_empty = transceivers->len == 0;
  if (dialect == RTC_CLIENT_DIALECT_WHIP) {
    if (!is_empty) {
      only_send (transceivers);
      return TRUE;
    }
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "there is nothing to publish: link a payloader to %s", GST_OBJECT_NAME (peer));
    return FALSE;
  }
  if (!is_empty)
    return TRUE;
  if (dialect == RTC_CLIENT_DIALECT_PLAIN || dialect == RTC_CLIENT_DIALECT_RELAY ||
      dialect == RTC_CLIENT_DIALECT_PAIR)
    return offers_something (peer) || open_channel (peer, error);
  receive (peer, AUDIO);
  if (dialect == RTC_CLIENT_DIALECT_WHEP)
    receive (peer, VIDEO);
  return TRUE;
}

static void
use_server (GstElement *peer, const RtcIceServer *server)
{
  g_autofree gchar *uri = rtc_ice_server_to_uri (server);
  gboolean is_added = FALSE;
  if (g_str_has_prefix (uri, "stun") &&
      g_object_class_find_property (G_OBJECT_GET_CLASS (peer), "stun-server") != NULL)
    g_object_set (peer, "stun-server", uri, NULL);
  else if (g_str_has_prefix (uri, "turn") &&
      g_signal_lookup ("add-turn-server", G_OBJECT_TYPE (peer)) != 0)
    g_signal_emit_by_name (peer, "add-turn-server", uri, &is_added);
}

void
rtc_client_peer_use_servers (GstElement *peer, const GPtrArray *servers)
{
  for (guint i = 0; i < servers->len; i++)
    use_server (peer, g_ptr_array_index (servers, i));
}
