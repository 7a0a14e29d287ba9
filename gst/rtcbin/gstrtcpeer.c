/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One peer connection; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "gstrtcpeer.h"
#include "gstrtcpeerdata.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_bin_debug);
#define GST_CAT_DEFAULT gst_rtc_bin_debug

typedef struct {
  guint mline;
  gchar *candidate;
} EarlyCandidate;

static void
early_candidate_free (gpointer data)
{
  EarlyCandidate *early = data;

  g_free (early->candidate);
  g_free (early);
}

void
gst_rtc_peer_settings_clear (GstRtcPeerSettings *settings)
{
  g_free (settings->transport_element);
  g_free (settings->stun_server);
  g_free (settings->http_proxy);
  g_clear_pointer (&settings->turn_servers, g_ptr_array_unref);
  g_strfreev (settings->local_addresses);
  g_free (settings->certificate);
  g_free (settings->audio_codecs);
  g_free (settings->video_codecs);
  memset (settings, 0, sizeof (*settings));
}

void
gst_rtc_peer_settings_copy (GstRtcPeerSettings *to, const GstRtcPeerSettings *from)
{
  gst_rtc_peer_settings_clear (to);
  *to = *from;
  to->transport_element = g_strdup (from->transport_element);
  to->stun_server = g_strdup (from->stun_server);
  to->http_proxy = g_strdup (from->http_proxy);
  to->turn_servers = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; from->turn_servers && i < from->turn_servers->len; i++)
    g_ptr_array_add (to->turn_servers, g_strdup (g_ptr_array_index (from->turn_servers, i)));
  to->local_addresses = g_strdupv (from->local_addresses);
  to->certificate = g_strdup (from->certificate);
  to->audio_codecs = g_strdup (from->audio_codecs);
  to->video_codecs = g_strdup (from->video_codecs);
}

/* The core's errors in the words that webrtcbin's applications know. */
static void
translate_error (GError **error)
{
  static const GstWebRTCError map[] = {
    [RTC_ERROR_SYNTAX] = GST_WEBRTC_ERROR_SDP_SYNTAX_ERROR,
    [RTC_ERROR_INVALID] = GST_WEBRTC_ERROR_INVALID_MODIFICATION,
    [RTC_ERROR_STATE] = GST_WEBRTC_ERROR_INVALID_STATE,
    [RTC_ERROR_ARGUMENT] = GST_WEBRTC_ERROR_TYPE_ERROR,
    [RTC_ERROR_UNSUPPORTED] = GST_WEBRTC_ERROR_INTERNAL_FAILURE,
    [RTC_ERROR_LIMIT] = GST_WEBRTC_ERROR_INTERNAL_FAILURE,
  };

  if (!error || !*error || (*error)->domain != RTC_ERROR)
    return;
  (*error)->domain = GST_WEBRTC_ERROR;
  (*error)->code = map[(*error)->code];
}

static void
announce_negotiation (gpointer user_data)
{
  GstRtcPeer *self = user_data;

  if (self->is_closed || !self->is_ready)
    return;
  gst_rtc_peer_resolve_transceivers (self);
  /* An offer before a pad's caps are known would lack it or say less; its caps will call again. */
  if (gst_rtc_peer_has_unresolved (self) || !gst_rtc_media_has_all_caps (self->media) ||
      !rtc_session_is_negotiation_needed (self->session)) {
    self->is_negotiation_announced = FALSE;
    return;
  }
  if (self->is_negotiation_announced)
    return;
  self->is_negotiation_announced = TRUE;
  self->events->negotiation_needed (self->user_data);
}

void
gst_rtc_peer_update_negotiation_needed (GstRtcPeer *self)
{
  rtc_loop_timer_set (self->negotiation_timer, 0);
}

void
gst_rtc_peer_set_ready (GstRtcPeer *self, gboolean is_ready)
{
  self->is_ready = is_ready;
  gst_rtc_peer_update_negotiation_needed (self);
}

static void
on_caps_changed (gpointer user_data)
{
  GstRtcPeer *self = user_data;

  self->events->caps_changed (self->user_data);
}

static const GstRtcMediaEvents media_events = {
  .caps_changed = on_caps_changed,
};

void
gst_rtc_peer_refresh_senders (GstRtcPeer *self)
{
  if (self->is_closed)
    return;
  gst_rtc_peer_resolve_transceivers (self);
  gst_rtc_media_update_senders (self->media);
  gst_rtc_peer_update_negotiation_needed (self);
}

static void
on_prepare (GstWebRTCDataChannel *channel, gboolean is_local, gpointer user_data)
{
  GstRtcPeer *self = user_data;

  self->events->prepare_data_channel (channel, is_local, self->user_data);
}

static void
on_announced (GstWebRTCDataChannel *channel, gpointer user_data)
{
  GstRtcPeer *self = user_data;

  self->events->data_channel (channel, self->user_data);
}

static const GstRtcChannelSetEvents channel_events = {
  .prepare = on_prepare,
  .announced = on_announced,
};

static RtcBundlePolicy
bundle_policy (GstWebRTCBundlePolicy policy)
{
  switch (policy) {
  case GST_WEBRTC_BUNDLE_POLICY_NONE:
    return RTC_BUNDLE_NONE;
  case GST_WEBRTC_BUNDLE_POLICY_BALANCED:
    return RTC_BUNDLE_BALANCED;
  case GST_WEBRTC_BUNDLE_POLICY_MAX_COMPAT:
    return RTC_BUNDLE_MAX_COMPAT;
  default:
    return RTC_BUNDLE_MAX_BUNDLE;
  }
}

static void
begin (GstRtcPeer *self)
{
  self->session = rtc_session_new (rtc_random_system ());
  self->channels = gst_rtc_channel_set_new (self->loop, &channel_events, self);
  self->is_closed = FALSE;
  self->is_negotiation_announced = FALSE;
  self->has_certificate = FALSE;
  self->is_first_dtls_used = FALSE;
  self->is_left = FALSE;
  rtc_session_set_bundle_policy (self->session, bundle_policy (self->settings.bundle_policy));
  gst_rtc_peer_load_codecs (self);
  gst_rtc_media_set_cname (self->media, rtc_session_get_cname (self->session));
}

static void
end (GstRtcPeer *self)
{
  gst_rtc_channel_set_close (self->channels, NULL);
  gst_rtc_reception_reports_forget (self->reports);
  gst_rtc_peer_drop_transports (self);
  g_clear_pointer (&self->prepared, gst_rtc_transport_free);
  if (self->first_dtls && !self->is_first_dtls_used)
    gst_element_set_state (self->first_dtls, GST_STATE_NULL);
  gst_clear_object (&self->first_dtls);
  for (guint i = 0; i < self->transceivers->len; i++)
    gst_rtc_transceiver_detach (g_ptr_array_index (self->transceivers, i));
  g_ptr_array_set_size (self->early, 0);
}

GstRtcPeer *
gst_rtc_peer_new (GstBin *bin, RtcLoop *loop, const GstRtcPeerEvents *events, gpointer user_data)
{
  GstRtcPeer *self = g_new0 (GstRtcPeer, 1);

  self->bin = bin;
  self->loop = rtc_loop_ref (loop);
  self->events = events;
  self->user_data = user_data;
  self->transports = g_ptr_array_new ();
  self->transceivers = g_ptr_array_new_with_free_func (gst_object_unref);
  self->early = g_ptr_array_new_with_free_func (early_candidate_free);
  self->dirty = g_hash_table_new (NULL, NULL);
  self->reports = gst_rtc_reception_reports_new ();
  self->media = gst_rtc_media_new (bin, &media_events, self);
  self->negotiation_timer = rtc_loop_timer_new (loop, announce_negotiation, self);
  self->settings.bundle_policy = GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE;
  self->settings.candidate_types = GST_RTC_ICE_CANDIDATE_ALL;
  begin (self);
  return self;
}

void
gst_rtc_peer_free (GstRtcPeer *self)
{
  if (!self)
    return;
  end (self);
  for (guint i = 0; i < self->transceivers->len; i++)
    gst_rtc_transceiver_set_changed_func (g_ptr_array_index (self->transceivers, i), NULL, NULL);
  rtc_loop_timer_free (self->negotiation_timer);
  gst_rtc_channel_set_free (self->channels);
  gst_rtc_media_free (self->media);
  gst_rtc_reception_reports_free (self->reports);
  rtc_session_free (self->session);
  g_ptr_array_unref (self->transceivers);
  g_ptr_array_unref (self->transports);
  g_ptr_array_unref (self->early);
  g_hash_table_unref (self->dirty);
  gst_rtc_peer_settings_clear (&self->settings);
  rtc_loop_unref (self->loop);
  g_free (self);
}

void
gst_rtc_peer_set_settings (GstRtcPeer *self, const GstRtcPeerSettings *settings)
{
  gboolean has_other_codecs =
      g_strcmp0 (self->settings.audio_codecs, settings->audio_codecs) != 0 ||
      g_strcmp0 (self->settings.video_codecs, settings->video_codecs) != 0;

  if (self->prepared &&
      (g_strcmp0 (self->settings.certificate, settings->certificate) != 0 ||
          g_strcmp0 (self->settings.transport_element, settings->transport_element) != 0))
    gst_rtc_peer_unprepare (self);
  gst_rtc_peer_settings_copy (&self->settings, settings);
  rtc_session_set_bundle_policy (self->session, bundle_policy (settings->bundle_policy));
  if (has_other_codecs)
    gst_rtc_peer_load_codecs (self);
  gst_rtc_media_set_latency (self->media, settings->latency_ms);
}

gboolean
gst_rtc_peer_check_open (GstRtcPeer *self, GError **error)
{
  if (!self->is_closed)
    return TRUE;
  g_set_error_literal (error, GST_WEBRTC_ERROR, GST_WEBRTC_ERROR_INVALID_STATE,
      "The peer connection is closed: use a new element, or emit \"reset\" to begin a new session");
  return FALSE;
}

static GstWebRTCSDPType
type_to_webrtc (RtcSdpType type)
{
  static const GstWebRTCSDPType map[] = {
    [RTC_SDP_OFFER] = GST_WEBRTC_SDP_TYPE_OFFER,
    [RTC_SDP_PRANSWER] = GST_WEBRTC_SDP_TYPE_PRANSWER,
    [RTC_SDP_ANSWER] = GST_WEBRTC_SDP_TYPE_ANSWER,
    [RTC_SDP_ROLLBACK] = GST_WEBRTC_SDP_TYPE_ROLLBACK,
  };
  return map[type];
}

static RtcSdpType
type_from_webrtc (GstWebRTCSDPType type)
{
  static const RtcSdpType map[] = {
    [GST_WEBRTC_SDP_TYPE_OFFER] = RTC_SDP_OFFER,
    [GST_WEBRTC_SDP_TYPE_PRANSWER] = RTC_SDP_PRANSWER,
    [GST_WEBRTC_SDP_TYPE_ANSWER] = RTC_SDP_ANSWER,
    [GST_WEBRTC_SDP_TYPE_ROLLBACK] = RTC_SDP_ROLLBACK,
  };
  return map[type];
}

static GstWebRTCSessionDescription *
to_webrtc (const RtcDescription *description, RtcSdpType type)
{
  return gst_webrtc_session_description_new (
      type_to_webrtc (type), rtc_description_to_sdp (description));
}

static gboolean
prepare (GstRtcPeer *self, GError **error)
{
  if (!gst_rtc_peer_check_open (self, error) || !gst_rtc_peer_ensure_certificate (self, error))
    return FALSE;
  gst_rtc_peer_resolve_transceivers (self);
  return TRUE;
}

GstWebRTCSessionDescription *
gst_rtc_peer_create_offer (GstRtcPeer *self, gboolean is_ice_restart, GError **error)
{
  g_autoptr (RtcDescription) offer = NULL;

  if (!prepare (self, error))
    return NULL;
  gst_rtc_peer_settle_tracks (self);
  offer = rtc_session_create_offer (self->session, is_ice_restart, error);
  translate_error (error);
  return offer ? to_webrtc (offer, RTC_SDP_OFFER) : NULL;
}

GstWebRTCSessionDescription *
gst_rtc_peer_create_answer (GstRtcPeer *self, GError **error)
{
  g_autoptr (RtcDescription) answer = NULL;

  if (!prepare (self, error))
    return NULL;
  gst_rtc_peer_settle_tracks (self);
  answer = rtc_session_create_answer (self->session, error);
  translate_error (error);
  return answer ? to_webrtc (answer, RTC_SDP_ANSWER) : NULL;
}

static gboolean
add_candidate (GstRtcPeer *self, guint mline, const gchar *candidate, GError **error)
{
  GstRtcTransport *transport;
  GError *local_error = NULL;
  guint id;

  if (candidate && !*candidate)
    candidate = NULL;
  if (!rtc_session_add_remote_candidate (
          self->session, mline, NULL, candidate, &id, &local_error)) {
    translate_error (&local_error);
    if (!local_error)
      return TRUE;
    g_propagate_error (error, local_error);
    return FALSE;
  }
  transport = gst_rtc_peer_find_transport (self, id);
  return !transport ||
      gst_rtc_ice_add_remote_candidate (gst_rtc_transport_get_ice (transport), candidate, error);
}

static void
keep_early (GstRtcPeer *self, guint mline, const gchar *candidate)
{
  EarlyCandidate *early = g_new0 (EarlyCandidate, 1);

  early->mline = mline;
  early->candidate = g_strdup (candidate);
  if (self->early->len >= GST_RTC_PEER_MAX_EARLY_CANDIDATES)
    g_ptr_array_remove_index (self->early, 0);
  g_ptr_array_add (self->early, early);
}

/* Those that still belong to no description are dropped: they were late, not early. */
static void
add_early_candidates (GstRtcPeer *self)
{
  g_autoptr (GPtrArray) early = g_steal_pointer (&self->early);

  self->early = g_ptr_array_new_with_free_func (early_candidate_free);
  for (guint i = 0; i < early->len; i++) {
    EarlyCandidate *item = g_ptr_array_index (early, i);
    g_autoptr (GError) error = NULL;

    if (!add_candidate (self, item->mline, item->candidate, &error))
      GST_INFO_OBJECT (self->bin, "candidate dropped: %s", error->message);
  }
}

gboolean
gst_rtc_peer_set_description (GstRtcPeer *self, gboolean is_local, GstWebRTCSDPType type,
    const GstSDPMessage *sdp, GError **error)
{
  g_autoptr (RtcDescription) description = NULL;
  g_autoptr (GPtrArray) changes = NULL;

  if (!prepare (self, error))
    return FALSE;
  if (type != GST_WEBRTC_SDP_TYPE_ROLLBACK) {
    description = rtc_description_from_sdp (sdp, error);
    translate_error (error);
    if (!description)
      return FALSE;
  }
  changes = is_local
      ? rtc_session_set_local (self->session, type_from_webrtc (type), description, error)
      : rtc_session_set_remote (self->session, type_from_webrtc (type), description, error);
  translate_error (error);
  if (!changes)
    return FALSE;
  self->is_negotiation_announced = FALSE;
  gst_rtc_peer_execute (self, changes);
  if (!is_local)
    add_early_candidates (self);
  return TRUE;
}

/* An end of candidates is of the generation of those before it. */
static gboolean
is_early (GstRtcPeer *self, const gchar *candidate)
{
  if (!rtc_session_get_current_remote (self->session) &&
      !rtc_session_get_pending_remote (self->session))
    return TRUE;
  if (!candidate || !*candidate)
    return self->early->len > 0;
  return rtc_session_is_candidate_early (self->session, candidate);
}

gboolean
gst_rtc_peer_add_candidate (GstRtcPeer *self, guint mline, const gchar *candidate, GError **error)
{
  if (!gst_rtc_peer_check_open (self, error))
    return FALSE;
  if (!is_early (self, candidate))
    return add_candidate (self, mline, candidate, error);
  keep_early (self, mline, candidate);
  return TRUE;
}

void
gst_rtc_peer_restart_ice (GstRtcPeer *self)
{
  if (self->is_closed)
    return;
  rtc_session_restart_ice (self->session);
  gst_rtc_peer_update_negotiation_needed (self);
}

void
gst_rtc_peer_close (GstRtcPeer *self)
{
  if (self->is_closed)
    return;
  self->is_closed = TRUE;
  rtc_session_close (self->session);
  end (self);
  gst_rtc_media_end_source_pads (self->media);
  gst_rtc_peer_update_states (self);
}

/* The transceivers of sink pads go on; those that descriptions made end with their session. */
static void
keep_senders (GstRtcPeer *self)
{
  for (guint i = self->transceivers->len; i > 0; i--) {
    GstRtcTransceiver *transceiver = g_ptr_array_index (self->transceivers, i - 1);

    if (!gst_rtc_media_has_sink_pad (self->media, transceiver))
      g_ptr_array_remove_index (self->transceivers, i - 1);
  }
}

void
gst_rtc_peer_reset (GstRtcPeer *self)
{
  if (!self->is_closed) {
    rtc_session_close (self->session);
    end (self);
  }
  keep_senders (self);
  gst_rtc_channel_set_free (self->channels);
  rtc_session_free (self->session);
  begin (self);
  gst_rtc_peer_update_states (self);
  gst_rtc_peer_update_negotiation_needed (self);
}

static const RtcDescription *
find_description (GstRtcPeer *self, GstRtcDescriptionSlot slot)
{
  const RtcDescription *pending;

  switch (slot) {
  case GST_RTC_DESCRIPTION_CURRENT_LOCAL:
    return rtc_session_get_current_local (self->session);
  case GST_RTC_DESCRIPTION_PENDING_LOCAL:
    return rtc_session_get_pending_local (self->session);
  case GST_RTC_DESCRIPTION_LOCAL:
    pending = rtc_session_get_pending_local (self->session);
    return pending ? pending : rtc_session_get_current_local (self->session);
  case GST_RTC_DESCRIPTION_CURRENT_REMOTE:
    return rtc_session_get_current_remote (self->session);
  case GST_RTC_DESCRIPTION_PENDING_REMOTE:
    return rtc_session_get_pending_remote (self->session);
  default:
    pending = rtc_session_get_pending_remote (self->session);
    return pending ? pending : rtc_session_get_current_remote (self->session);
  }
}

GstWebRTCSessionDescription *
gst_rtc_peer_get_description (GstRtcPeer *self, GstRtcDescriptionSlot slot)
{
  const RtcDescription *description = find_description (self, slot);
  RtcSdpType type = slot < GST_RTC_DESCRIPTION_CURRENT_REMOTE
      ? rtc_session_get_local_type (self->session)
      : rtc_session_get_remote_type (self->session);

  return description ? to_webrtc (description, type) : NULL;
}

GstRtcDataChannel *
gst_rtc_peer_create_data_channel (
    GstRtcPeer *self, const gchar *label, const GstStructure *options, GError **error)
{
  GstRtcDataChannel *channel;

  if (!gst_rtc_peer_check_open (self, error))
    return NULL;
  channel = gst_rtc_channel_set_create (self->channels, label, options, error);
  translate_error (error);
  if (!channel)
    return NULL;
  rtc_session_add_data (self->session);
  gst_rtc_peer_update_negotiation_needed (self);
  return channel;
}

GstRtcSctpTransport *
gst_rtc_peer_get_sctp_transport (GstRtcPeer *self)
{
  for (guint i = 0; i < self->transports->len; i++) {
    GstRtcSctpTransport *sctp =
        gst_rtc_transport_get_sctp_object (g_ptr_array_index (self->transports, i));

    if (sctp)
      return gst_object_ref (sctp);
  }
  return NULL;
}

GstRtcMedia *
gst_rtc_peer_get_media (GstRtcPeer *self)
{
  return self->media;
}
