/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The states of a peer connection out of those of its transports, by the tables of W3C WebRTC
 * §4.3.3 (RTCIceGatheringState, RTCPeerConnectionState, RTCIceConnectionState).
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcpeer.h"
#include "gstrtcpeerdata.h"

#define ICE(name) (1u << GST_WEBRTC_ICE_CONNECTION_STATE_##name)
#define DTLS(name) (1u << GST_WEBRTC_DTLS_TRANSPORT_STATE_##name)

/* Sets of the states that occur among the transports. */
typedef struct {
  guint ice;
  guint dtls;
  guint gathering;
} Seen;

static Seen
look (GstRtcPeer *self)
{
  Seen seen = { 0 };

  for (guint i = 0; i < self->transports->len; i++) {
    GstRtcTransport *transport = g_ptr_array_index (self->transports, i);

    seen.ice |= 1u << gst_rtc_transport_get_ice_state (transport);
    seen.dtls |= 1u << gst_rtc_transport_get_dtls_state (transport);
    seen.gathering |= 1u << gst_rtc_transport_get_gathering_state (transport);
  }
  return seen;
}

static gboolean
only (guint seen, guint allowed)
{
  return (seen & ~allowed) == 0;
}

static GstWebRTCICEConnectionState
ice_state (Seen seen)
{
  if (seen.ice & ICE (FAILED))
    return GST_WEBRTC_ICE_CONNECTION_STATE_FAILED;
  if (seen.ice & ICE (DISCONNECTED))
    return GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED;
  if (only (seen.ice, ICE (NEW) | ICE (CLOSED)))
    return GST_WEBRTC_ICE_CONNECTION_STATE_NEW;
  if (seen.ice & (ICE (NEW) | ICE (CHECKING)))
    return GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING;
  if (only (seen.ice, ICE (COMPLETED) | ICE (CLOSED)))
    return GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED;
  return GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED;
}

static GstWebRTCPeerConnectionState
connection_state (Seen seen)
{
  if ((seen.ice & ICE (FAILED)) || (seen.dtls & DTLS (FAILED)))
    return GST_WEBRTC_PEER_CONNECTION_STATE_FAILED;
  if (seen.ice & ICE (DISCONNECTED))
    return GST_WEBRTC_PEER_CONNECTION_STATE_DISCONNECTED;
  if (only (seen.ice, ICE (NEW) | ICE (CLOSED)) && only (seen.dtls, DTLS (NEW) | DTLS (CLOSED)))
    return GST_WEBRTC_PEER_CONNECTION_STATE_NEW;
  if ((seen.ice & (ICE (NEW) | ICE (CHECKING))) || (seen.dtls & (DTLS (NEW) | DTLS (CONNECTING))))
    return GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTING;
  return GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED;
}

static GstWebRTCICEGatheringState
gathering_state (Seen seen)
{
  if (seen.gathering & (1u << GST_WEBRTC_ICE_GATHERING_STATE_GATHERING))
    return GST_WEBRTC_ICE_GATHERING_STATE_GATHERING;
  if (seen.gathering == 1u << GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    return GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE;
  return GST_WEBRTC_ICE_GATHERING_STATE_NEW;
}

static GstWebRTCSignalingState
signaling_state (RtcSignalingState state)
{
  static const GstWebRTCSignalingState map[] = {
    [RTC_SIGNALING_STABLE] = GST_WEBRTC_SIGNALING_STATE_STABLE,
    [RTC_SIGNALING_CLOSED] = GST_WEBRTC_SIGNALING_STATE_CLOSED,
    [RTC_SIGNALING_HAVE_LOCAL_OFFER] = GST_WEBRTC_SIGNALING_STATE_HAVE_LOCAL_OFFER,
    [RTC_SIGNALING_HAVE_REMOTE_OFFER] = GST_WEBRTC_SIGNALING_STATE_HAVE_REMOTE_OFFER,
    [RTC_SIGNALING_HAVE_LOCAL_PRANSWER] = GST_WEBRTC_SIGNALING_STATE_HAVE_LOCAL_PRANSWER,
    [RTC_SIGNALING_HAVE_REMOTE_PRANSWER] = GST_WEBRTC_SIGNALING_STATE_HAVE_REMOTE_PRANSWER,
  };
  return map[state];
}

static gboolean
equal (const GstRtcPeerStates *a, const GstRtcPeerStates *b)
{
  return a->signaling == b->signaling && a->connection == b->connection && a->ice == b->ice &&
      a->gathering == b->gathering;
}

void
gst_rtc_peer_update_states (GstRtcPeer *self)
{
  Seen seen = look (self);
  GstRtcPeerStates states = {
    .signaling = signaling_state (rtc_session_get_signaling_state (self->session)),
    .connection = connection_state (seen),
    .ice = ice_state (seen),
    .gathering = gathering_state (seen),
  };

  if (self->is_closed) {
    states.connection = GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED;
    states.ice = GST_WEBRTC_ICE_CONNECTION_STATE_CLOSED;
    states.gathering = self->states.gathering;
  }
  if (equal (&states, &self->states))
    return;
  self->states = states;
  self->events->states_changed (&states, self->user_data);
}
