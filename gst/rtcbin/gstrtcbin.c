/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rtcbin
 * @title: rtcbin
 * @short_description: a WebRTC peer connection
 *
 * A peer connection (W3C WebRTC, RFC 9429) made of small elements: ICE, DTLS, SRTP and SCTP. It has
 * the properties, pads and signals of webrtcbin, so that an application written for that runs with
 * this after the element's name is changed. Beyond it: ICE restart (the field `ice-restart` of
 * create-offer's options, and the action signal `restart-ice`), rollback, `close`, one thread for
 * many sessions, and a peer whose certificate is not the one that it announced is refused.
 *
 * `src_%u` pads push packets that arrived together as a buffer list, which costs a fraction. A pad
 * with probes, and one that is linked with such a pad, gets them one by one, as from webrtcbin.
 * With `GST_RTC_SLOW_PATHS=media` in the environment all packets come so, through all of rtpbin.
 *
 * What a sink pad will carry should be known when a description is made: link a payloader before.
 * Otherwise the `codec-preferences` of the pad's transceiver decide, the kind of media before the
 * pad, the m= section in its name, or that the offer receives one kind only; with none of these
 * the description lacks the pad, and a warning message says so.
 *
 * When the other side closes, `rtc-peer-closed` comes as an element message: the DTLS transports
 * are in the state closed, and the channels have closed. `connection-state` goes its own way, as
 * W3C webrtc-pc has it: connected until ICE misses the peer. The `src_%u` pads get EOS with
 * `close`.
 *
 * The action signal `prepare` (promise) makes the certificate and the elements of a transport
 * before there is a description, which is then quicker by half a millisecond. Settings that come
 * later hold.
 *
 * Callbacks, and signals without media, come on the session's loop thread: they must not block. A
 * data channel has the property `paused` for an application that cannot take more messages now:
 * they wait, and when 8 MiB wait in the session, its peer stops sending.
 *
 * |[
 * gst-launch-1.0 -e videotestsrc is-live=true ! vp8enc deadline=1 ! rtpvp8pay ! rtcbin rtcsignaller
 * ]| Shows a test pattern to the browser that opens http://127.0.0.1:8080/
 *
 * Since: 0.1
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/rtc/gstrtccontext.h>

#include "gstrtcbin.h"

GST_DEBUG_CATEGORY (gst_rtc_bin_debug);
#define GST_CAT_DEFAULT gst_rtc_bin_debug

#define DEFAULT_LATENCY_MS 200
#define DEFAULT_BUNDLE_POLICY GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE
#define DEFAULT_TRANSPORT_ELEMENT "rtcice"

enum {
  PROP_0,
  PROP_CURRENT_LOCAL_DESCRIPTION,
  PROP_PENDING_LOCAL_DESCRIPTION,
  PROP_LOCAL_DESCRIPTION,
  PROP_CURRENT_REMOTE_DESCRIPTION,
  PROP_PENDING_REMOTE_DESCRIPTION,
  PROP_REMOTE_DESCRIPTION,
  PROP_CONNECTION_STATE,
  PROP_SIGNALING_STATE,
  PROP_ICE_CONNECTION_STATE,
  PROP_ICE_GATHERING_STATE,
  PROP_SCTP_TRANSPORT,
  PROP_BUNDLE_POLICY,
  PROP_ICE_TRANSPORT_POLICY,
  PROP_CANDIDATE_TYPES,
  PROP_STUN_SERVER,
  PROP_TURN_SERVER,
  PROP_HTTP_PROXY,
  PROP_LATENCY,
  PROP_TRANSPORT_ELEMENT,
  PROP_CERTIFICATE,
  PROP_LOCAL_ADDRESSES,
  PROP_MIN_PORT,
  PROP_MAX_PORT,
  PROP_AUDIO_CODECS,
  PROP_VIDEO_CODECS,
  PROP_ICE_AGENT,
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink_%u", GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS ("application/x-rtp"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src_%u", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS ("application/x-rtp"));

G_DEFINE_FINAL_TYPE (GstRtcBin, gst_rtc_bin, GST_TYPE_BIN)
GST_ELEMENT_REGISTER_DEFINE (rtcbin, "rtcbin", GST_RANK_NONE, GST_RTC_TYPE_BIN)

static void
create_peer (gpointer user_data)
{
  GstRtcBin *self = user_data;
  g_autoptr (GstContext) context = gst_rtc_loop_context_new (self->loop);

  gst_element_set_context (GST_ELEMENT (self), context);
  self->peer = gst_rtc_peer_new (GST_BIN (self), self->loop, &gst_rtc_bin_peer_events, self);
}

GstRtcPeer *
gst_rtc_bin_get_peer (GstRtcBin *self)
{
  gboolean is_new;

  g_mutex_lock (&self->lock);
  is_new = self->peer == NULL;
  if (is_new) {
    self->loop = gst_rtc_element_get_loop (GST_ELEMENT (self));
    rtc_loop_call (self->loop, create_peer, self);
  }
  g_mutex_unlock (&self->lock);
  if (is_new)
    gst_rtc_bin_apply_settings (self);
  return self->peer;
}

static void
set_string (gchar **member, const GValue *value)
{
  g_free (*member);
  *member = g_value_dup_string (value);
}

static void
set_turn_server (GstRtcBin *self, const GValue *value)
{
  g_ptr_array_set_size (self->settings.turn_servers, 0);
  if (g_value_get_string (value))
    g_ptr_array_add (self->settings.turn_servers, g_value_dup_string (value));
}

static gboolean
set_setting (GstRtcBin *self, guint id, const GValue *value)
{
  GstRtcPeerSettings *settings = &self->settings;

  switch (id) {
  case PROP_BUNDLE_POLICY:
    settings->bundle_policy = g_value_get_enum (value);
    return TRUE;
  case PROP_ICE_TRANSPORT_POLICY:
    settings->transport_policy = g_value_get_enum (value);
    return TRUE;
  case PROP_CANDIDATE_TYPES:
    settings->candidate_types = g_value_get_flags (value);
    return TRUE;
  case PROP_STUN_SERVER:
    set_string (&settings->stun_server, value);
    return TRUE;
  case PROP_TURN_SERVER:
    set_turn_server (self, value);
    return TRUE;
  case PROP_HTTP_PROXY:
    set_string (&settings->http_proxy, value);
    return TRUE;
  case PROP_LATENCY:
    settings->latency_ms = g_value_get_uint (value);
    return TRUE;
  case PROP_TRANSPORT_ELEMENT:
    set_string (&settings->transport_element, value);
    return TRUE;
  case PROP_CERTIFICATE:
    set_string (&settings->certificate, value);
    return TRUE;
  case PROP_LOCAL_ADDRESSES:
    g_strfreev (settings->local_addresses);
    settings->local_addresses = g_value_dup_boxed (value);
    return TRUE;
  case PROP_MIN_PORT:
    settings->min_port = g_value_get_uint (value);
    return TRUE;
  case PROP_MAX_PORT:
    settings->max_port = g_value_get_uint (value);
    return TRUE;
  case PROP_AUDIO_CODECS:
    set_string (&settings->audio_codecs, value);
    return TRUE;
  case PROP_VIDEO_CODECS:
    set_string (&settings->video_codecs, value);
    return TRUE;
  default:
    return FALSE;
  }
}

static void
gst_rtc_bin_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstRtcBin *self = GST_RTC_BIN (object);
  gboolean is_known;

  if (id == PROP_ICE_AGENT) {
    if (g_value_get_object (value))
      GST_WARNING_OBJECT (self, "ICE agents of others are not used: see transport-element");
    return;
  }
  GST_OBJECT_LOCK (self);
  is_known = set_setting (self, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!is_known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (self->peer)
    gst_rtc_bin_apply_settings (self);
}

static void
get_setting (GstRtcBin *self, guint id, GValue *value, GParamSpec *pspec)
{
  const GstRtcPeerSettings *settings = &self->settings;

  switch (id) {
  case PROP_BUNDLE_POLICY:
    g_value_set_enum (value, settings->bundle_policy);
    break;
  case PROP_ICE_TRANSPORT_POLICY:
    g_value_set_enum (value, settings->transport_policy);
    break;
  case PROP_CANDIDATE_TYPES:
    g_value_set_flags (value, settings->candidate_types);
    break;
  case PROP_STUN_SERVER:
    g_value_set_string (value, settings->stun_server);
    break;
  case PROP_TURN_SERVER:
    g_value_set_string (
        value, settings->turn_servers->len ? g_ptr_array_index (settings->turn_servers, 0) : NULL);
    break;
  case PROP_HTTP_PROXY:
    g_value_set_string (value, settings->http_proxy);
    break;
  case PROP_ICE_AGENT:
    g_value_set_object (value, self->ice_agent);
    break;
  case PROP_LATENCY:
    g_value_set_uint (value, settings->latency_ms);
    break;
  case PROP_TRANSPORT_ELEMENT:
    g_value_set_string (value, settings->transport_element);
    break;
  case PROP_LOCAL_ADDRESSES:
    g_value_set_boxed (value, settings->local_addresses);
    break;
  case PROP_MIN_PORT:
    g_value_set_uint (value, settings->min_port);
    break;
  case PROP_MAX_PORT:
    g_value_set_uint (value, settings->max_port);
    break;
  case PROP_AUDIO_CODECS:
    g_value_set_string (value, settings->audio_codecs);
    break;
  case PROP_VIDEO_CODECS:
    g_value_set_string (value, settings->video_codecs);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (self, id, pspec);
  }
}

static void
get_state (GstRtcBin *self, guint id, GValue *value)
{
  switch (id) {
  case PROP_CONNECTION_STATE:
    g_value_set_enum (value, self->states.connection);
    break;
  case PROP_SIGNALING_STATE:
    g_value_set_enum (value, self->states.signaling);
    break;
  case PROP_ICE_CONNECTION_STATE:
    g_value_set_enum (value, self->states.ice);
    break;
  default:
    g_value_set_enum (value, self->states.gathering);
    break;
  }
}

static void
gst_rtc_bin_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstRtcBin *self = GST_RTC_BIN (object);

  if (id >= PROP_CURRENT_LOCAL_DESCRIPTION && id <= PROP_REMOTE_DESCRIPTION) {
    if (self->peer)
      g_value_take_boxed (value,
          gst_rtc_bin_dup_description (
              self, GST_RTC_DESCRIPTION_CURRENT_LOCAL + id - PROP_CURRENT_LOCAL_DESCRIPTION));
    return;
  }
  if (id == PROP_SCTP_TRANSPORT) {
    if (self->peer)
      g_value_take_object (value, gst_rtc_bin_dup_sctp_transport (self));
    return;
  }
  GST_OBJECT_LOCK (self);
  if (id >= PROP_CONNECTION_STATE && id <= PROP_ICE_GATHERING_STATE)
    get_state (self, id, value);
  else
    get_setting (self, id, value, pspec);
  GST_OBJECT_UNLOCK (self);
}

static GstStateChangeReturn
gst_rtc_bin_change_state (GstElement *element, GstStateChange transition)
{
  GstRtcBin *self = GST_RTC_BIN (element);
  GstStateChangeReturn result;
  gboolean is_closed;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY) {
    gst_rtc_bin_get_peer (self);
    GST_OBJECT_LOCK (self);
    is_closed = self->states.connection == GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED;
    GST_OBJECT_UNLOCK (self);
    if (is_closed)
      gst_rtc_bin_reopen_now (self);
    gst_rtc_bin_set_ready_now (self);
  } else if (transition == GST_STATE_CHANGE_READY_TO_NULL) {
    gst_rtc_bin_close_now (self);
  }
  result = GST_ELEMENT_CLASS (gst_rtc_bin_parent_class)->change_state (element, transition);
  if (result == GST_STATE_CHANGE_FAILURE)
    return result;
  /* A source whose packets come when the peer sends them: live. */
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED ||
      transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    result = GST_STATE_CHANGE_NO_PREROLL;
  return result;
}

static void
free_peer (gpointer user_data)
{
  GstRtcBin *self = user_data;

  g_clear_pointer (&self->peer, gst_rtc_peer_free);
}

static void
gst_rtc_bin_dispose (GObject *object)
{
  GstRtcBin *self = GST_RTC_BIN (object);

  if (self->peer)
    rtc_loop_call (self->loop, free_peer, self);
  G_OBJECT_CLASS (gst_rtc_bin_parent_class)->dispose (object);
}

static void
gst_rtc_bin_finalize (GObject *object)
{
  GstRtcBin *self = GST_RTC_BIN (object);

  g_clear_pointer (&self->loop, rtc_loop_unref);
  gst_clear_object (&self->ice_agent);
  gst_rtc_peer_settings_clear (&self->settings);
  g_hash_table_unref (self->eos_pads);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_rtc_bin_parent_class)->finalize (object);
}

static void
install_read (GObjectClass *klass, guint id, GParamSpec *pspec)
{
  pspec->flags |= G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  g_object_class_install_property (klass, id, pspec);
}

static void
install_description (GObjectClass *klass, guint id, const gchar *name, const gchar *blurb)
{
  install_read (
      klass, id, g_param_spec_boxed (name, name, blurb, GST_TYPE_WEBRTC_SESSION_DESCRIPTION, 0));
}

static void
install_state_properties (GObjectClass *klass)
{
  install_description (klass, PROP_CURRENT_LOCAL_DESCRIPTION, "current-local-description",
      "The local description that was negotiated last, with the candidates gathered since");
  install_description (klass, PROP_PENDING_LOCAL_DESCRIPTION, "pending-local-description",
      "The local description that is being negotiated");
  install_description (klass, PROP_LOCAL_DESCRIPTION, "local-description",
      "The pending or else the current local description");
  install_description (klass, PROP_CURRENT_REMOTE_DESCRIPTION, "current-remote-description",
      "The remote description that was negotiated last");
  install_description (klass, PROP_PENDING_REMOTE_DESCRIPTION, "pending-remote-description",
      "The remote description that is being negotiated");
  install_description (klass, PROP_REMOTE_DESCRIPTION, "remote-description",
      "The pending or else the current remote description");
  install_read (klass, PROP_CONNECTION_STATE,
      g_param_spec_enum ("connection-state", "Connection state",
          "The state of the peer connection as a whole (W3C RTCPeerConnectionState)",
          GST_TYPE_WEBRTC_PEER_CONNECTION_STATE, GST_WEBRTC_PEER_CONNECTION_STATE_NEW, 0));
  install_read (klass, PROP_SIGNALING_STATE,
      g_param_spec_enum ("signaling-state", "Signalling state",
          "Where offer and answer are (W3C RTCSignalingState)", GST_TYPE_WEBRTC_SIGNALING_STATE,
          GST_WEBRTC_SIGNALING_STATE_STABLE, 0));
  install_read (klass, PROP_ICE_CONNECTION_STATE,
      g_param_spec_enum ("ice-connection-state", "ICE connection state",
          "The state of ICE on all transports (W3C RTCIceConnectionState)",
          GST_TYPE_WEBRTC_ICE_CONNECTION_STATE, GST_WEBRTC_ICE_CONNECTION_STATE_NEW, 0));
  install_read (klass, PROP_ICE_GATHERING_STATE,
      g_param_spec_enum ("ice-gathering-state", "ICE gathering state",
          "Whether candidates are still being gathered (W3C RTCIceGatheringState)",
          GST_TYPE_WEBRTC_ICE_GATHERING_STATE, GST_WEBRTC_ICE_GATHERING_STATE_NEW, 0));
  install_read (klass, PROP_SCTP_TRANSPORT,
      g_param_spec_object ("sctp-transport", "SCTP transport",
          "What the data channels go through, once negotiated", GST_TYPE_WEBRTC_SCTP_TRANSPORT, 0));
}

static void
install_setting (GObjectClass *klass, guint id, GParamSpec *pspec)
{
  pspec->flags |= G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;
  g_object_class_install_property (klass, id, pspec);
}

static void
install_media_settings (GObjectClass *klass)
{
  install_setting (klass, PROP_LATENCY,
      g_param_spec_uint ("latency", "Latency",
          "How long received packets wait in the jitter buffers, in milliseconds", 0, G_MAXUINT,
          DEFAULT_LATENCY_MS, G_PARAM_READWRITE));
  install_setting (klass, PROP_AUDIO_CODECS,
      g_param_spec_string ("audio-codecs", "Audio codecs",
          "Encoding names to negotiate, by preference, separated by commas: opus, PCMU, PCMA "
          "(unset: all)",
          NULL, G_PARAM_READWRITE));
  install_setting (klass, PROP_VIDEO_CODECS,
      g_param_spec_string ("video-codecs", "Video codecs",
          "Encoding names to negotiate, by preference, separated by commas: VP8, VP9, H264, AV1 "
          "(unset: all)",
          NULL, G_PARAM_READWRITE));
}

static void
install_transport_settings (GObjectClass *klass)
{
  install_setting (klass, PROP_BUNDLE_POLICY,
      g_param_spec_enum ("bundle-policy", "Bundle policy",
          "Which sections share a transport (RFC 9429 §4.1.1)", GST_TYPE_WEBRTC_BUNDLE_POLICY,
          DEFAULT_BUNDLE_POLICY, G_PARAM_READWRITE));
  install_setting (klass, PROP_ICE_TRANSPORT_POLICY,
      g_param_spec_enum ("ice-transport-policy", "ICE transport policy",
          "Which candidates may be used; \"relay\" keeps this host's addresses private",
          GST_TYPE_WEBRTC_ICE_TRANSPORT_POLICY, GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL,
          G_PARAM_READWRITE));
  install_setting (klass, PROP_CANDIDATE_TYPES,
      g_param_spec_flags ("candidate-types", "Candidate types",
          "Which of its candidates the peer is told: host, srflx, relay; without host no other "
          "candidate names this machine's addresses, with relay alone only a relay is used",
          GST_RTC_TYPE_ICE_CANDIDATE_TYPES, GST_RTC_ICE_CANDIDATE_ALL, G_PARAM_READWRITE));
  install_setting (klass, PROP_STUN_SERVER,
      g_param_spec_string (
          "stun-server", "STUN server", "stun://host:port", NULL, G_PARAM_READWRITE));
  install_setting (klass, PROP_TURN_SERVER,
      g_param_spec_string ("turn-server", "TURN server",
          "turn://user:password@host:port?transport=udp|tcp; see add-turn-server for more than one",
          NULL, G_PARAM_READWRITE));
  install_setting (klass, PROP_HTTP_PROXY,
      g_param_spec_string ("http-proxy", "HTTP proxy",
          "For TURN over TCP: http://[user:password@]host[:port]", NULL, G_PARAM_READWRITE));
  g_object_class_install_property (klass, PROP_ICE_AGENT,
      g_param_spec_object ("ice-agent", "ICE agent",
          "The ICE settings in webrtcbin's form: ports, addresses, servers. Another agent cannot "
          "be "
          "given; see transport-element",
          GST_TYPE_WEBRTC_ICE,
          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  install_setting (klass, PROP_TRANSPORT_ELEMENT,
      g_param_spec_string ("transport-element", "Transport element",
          "The factory name of the element that moves the packets; it implements GstRtcIce",
          DEFAULT_TRANSPORT_ELEMENT, G_PARAM_READWRITE));
  install_setting (klass, PROP_CERTIFICATE,
      g_param_spec_string ("certificate", "Certificate",
          "Certificate and private key in PEM form (unset: a new ECDSA P-256 one for each session)",
          NULL, G_PARAM_WRITABLE));
  install_setting (klass, PROP_LOCAL_ADDRESSES,
      g_param_spec_boxed ("local-addresses", "Local addresses",
          "The addresses to gather candidates on (unset: all)", G_TYPE_STRV, G_PARAM_READWRITE));
  install_setting (klass, PROP_MIN_PORT,
      g_param_spec_uint ("min-port", "Lowest port", "Lowest local UDP port, 0 for any", 0,
          G_MAXUINT16, 0, G_PARAM_READWRITE));
  install_setting (klass, PROP_MAX_PORT,
      g_param_spec_uint ("max-port", "Highest port", "Highest local UDP port, 0 for any", 0,
          G_MAXUINT16, 0, G_PARAM_READWRITE));
}

static void
gst_rtc_bin_class_init (GstRtcBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_rtc_bin_debug, "rtcbin", 0, "WebRTC peer connection");
  object_class->set_property = gst_rtc_bin_set_property;
  object_class->get_property = gst_rtc_bin_get_property;
  object_class->dispose = gst_rtc_bin_dispose;
  object_class->finalize = gst_rtc_bin_finalize;
  element_class->change_state = gst_rtc_bin_change_state;
  element_class->request_new_pad = gst_rtc_bin_request_new_pad;
  element_class->release_pad = gst_rtc_bin_release_pad;
  element_class->send_event = gst_rtc_bin_send_event;
  element_class->query = gst_rtc_bin_query;
  install_state_properties (object_class);
  install_media_settings (object_class);
  install_transport_settings (object_class);
  gst_rtc_bin_install_signals (object_class);
  gst_rtc_bin_install_actions (object_class);
  gst_element_class_add_static_pad_template_with_gtype (
      element_class, &sink_template, GST_RTC_TYPE_BIN_PAD);
  gst_element_class_add_static_pad_template_with_gtype (
      element_class, &src_template, GST_RTC_TYPE_BIN_PAD);
  gst_element_class_set_static_metadata (element_class, "WebRTC peer", "Filter/Network/WebRTC",
      "A WebRTC peer connection", "The rtc project");
}

static void
gst_rtc_bin_init (GstRtcBin *self)
{
  g_mutex_init (&self->lock);
  self->eos_pads = g_hash_table_new (NULL, NULL);
  self->settings.latency_ms = DEFAULT_LATENCY_MS;
  self->settings.bundle_policy = DEFAULT_BUNDLE_POLICY;
  self->settings.candidate_types = GST_RTC_ICE_CANDIDATE_ALL;
  self->settings.transport_element = g_strdup (DEFAULT_TRANSPORT_ELEMENT);
  self->settings.turn_servers = g_ptr_array_new_with_free_func (g_free);
  self->ice_agent = gst_rtc_ice_agent_new (GST_ELEMENT (self));
  self->states.signaling = GST_WEBRTC_SIGNALING_STATE_STABLE;
  /* What its children are says nothing of the peer: it is a source always, and a sink while it has
   * sink pads. */
  gst_bin_set_suppressed_flags (GST_BIN (self), GST_ELEMENT_FLAG_SINK | GST_ELEMENT_FLAG_SOURCE);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
}
