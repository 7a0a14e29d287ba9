/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Executes what a description changed: the hands of the peer, whose head is the core's session. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcpeer.h"
#include "gstrtcpeerdata.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_bin_debug);
#define GST_CAT_DEFAULT gst_rtc_bin_debug

/* The session counts from here. */
#define FIRST_TRANSPORT 0

GstRtcTransport *
gst_rtc_peer_find_transport (GstRtcPeer *self, guint id)
{
  for (guint i = 0; i < self->transports->len; i++) {
    GstRtcTransport *transport = g_ptr_array_index (self->transports, i);

    if (gst_rtc_transport_get_id (transport) == id)
      return transport;
  }
  return NULL;
}

static void
warn (GstRtcPeer *self, const GError *error)
{
  self->events->warning (error, self->user_data);
}

static void
on_state_changed (GstRtcTransport *transport, gpointer user_data)
{
  GstRtcPeer *self = user_data;
  gboolean is_connected =
      gst_rtc_transport_get_dtls_state (transport) == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED;

  gst_rtc_media_set_connected (self->media, transport, is_connected);
  gst_rtc_peer_update_states (self);
  gst_rtc_peer_note_farewell (self);
}

static void
on_local_candidate (GstRtcTransport *transport, const gchar *candidate, gpointer user_data)
{
  GstRtcPeer *self = user_data;
  guint id = gst_rtc_transport_get_id (transport);
  g_autofree gchar *text = NULL;
  const gchar *mid;
  guint mline;

  if (!rtc_session_add_local_candidate (self->session, id, candidate, &mline, &mid))
    return;
  /* With the generation's name, as browsers write it: a candidate of a restart may be with the peer
   * before the restart's description is. */
  text = candidate
      ? g_strdup_printf ("%s ufrag %s", candidate, rtc_session_get_local_ufrag (self->session, id))
      : g_strdup ("");
  self->events->ice_candidate (mline, text, self->user_data);
}

static void
on_selected_pair (
    GstRtcTransport *transport, const gchar *local, const gchar *remote, gpointer user_data)
{
  GstRtcPeer *self = user_data;

  self->events->selected_pair (local, remote, self->user_data);
}

static void
on_failed (GstRtcTransport *transport, const GError *error, gpointer user_data)
{
  warn (user_data, error);
}

static const GstRtcTransportEvents transport_events = {
  .state_changed = on_state_changed,
  .local_candidate = on_local_candidate,
  .selected_pair = on_selected_pair,
  .failed = on_failed,
};

static void
add_server (GstRtcPeer *self, GstRtcIce *ice, const gchar *uri)
{
  g_autoptr (GError) error = NULL;

  if (uri && !gst_rtc_ice_add_server (ice, uri, &error))
    warn (self, error);
}

static void
add_servers (GstRtcPeer *self, GstRtcIce *ice)
{
  const GstRtcPeerSettings *settings = &self->settings;

  add_server (self, ice, settings->http_proxy);
  add_server (self, ice, settings->stun_server);
  for (guint i = 0; settings->turn_servers && i < settings->turn_servers->len; i++)
    add_server (self, ice, g_ptr_array_index (settings->turn_servers, i));
}

/* All transports of a session show the certificate that the first one's element has. That element
 * was made for the first description's fingerprint and is used for the first transport. */
static GstElement *
take_dtls (GstRtcPeer *self)
{
  g_auto (GValue) identity = G_VALUE_INIT;
  GstElement *dtls;

  if (!self->is_first_dtls_used) {
    self->is_first_dtls_used = TRUE;
    return self->first_dtls;
  }
  dtls = gst_element_factory_make ("rtcdtls", NULL);
  g_object_get_property (G_OBJECT (self->first_dtls), "identity", &identity);
  g_object_set_property (G_OBJECT (dtls), "identity", &identity);
  return dtls;
}

gboolean
gst_rtc_peer_ensure_certificate (GstRtcPeer *self, GError **error)
{
  g_autofree gchar *fingerprint = NULL;
  g_auto (GStrv) words = NULL;
  GstElement *dtls;

  if (self->has_certificate)
    return TRUE;
  dtls = gst_element_factory_make ("rtcdtls", NULL);
  if (!dtls) {
    g_set_error_literal (error, GST_WEBRTC_ERROR, GST_WEBRTC_ERROR_INTERNAL_FAILURE,
        "The element \"rtcdtls\" is missing: build or install the dtls plugin");
    return FALSE;
  }
  self->first_dtls = gst_object_ref_sink (dtls);
  if (self->settings.certificate)
    g_object_set (dtls, "certificate", self->settings.certificate, NULL);
  g_object_get (dtls, "fingerprint", &fingerprint, NULL);
  words = g_strsplit (fingerprint ? fingerprint : "", " ", 2);
  if (g_strv_length (words) != 2) {
    g_set_error_literal (error, GST_WEBRTC_ERROR, GST_WEBRTC_ERROR_INTERNAL_FAILURE,
        "The property \"certificate\" has no usable certificate and key in PEM form");
    return FALSE;
  }
  rtc_session_set_fingerprint (self->session, words[0], words[1]);
  self->has_certificate = TRUE;
  return TRUE;
}

static GstRtcTransport *
make_transport (GstRtcPeer *self, guint id, GError **error)
{
  const gchar *factory = self->settings.transport_element;

  return gst_rtc_transport_new (id, self->bin, factory ? factory : "rtcice", take_dtls (self),
      &transport_events, self, error);
}

/* What fails here fails again with the first description, which says so. */
void
gst_rtc_peer_prepare (GstRtcPeer *self)
{
  if (self->is_closed || self->prepared || self->is_first_dtls_used ||
      !gst_rtc_peer_ensure_certificate (self, NULL))
    return;
  self->prepared = make_transport (self, FIRST_TRANSPORT, NULL);
  if (!self->prepared)
    gst_rtc_peer_unprepare (self);
}

void
gst_rtc_peer_unprepare (GstRtcPeer *self)
{
  if (self->transports->len)
    return;
  g_clear_pointer (&self->prepared, gst_rtc_transport_free);
  if (self->first_dtls && !self->is_first_dtls_used)
    gst_element_set_state (self->first_dtls, GST_STATE_NULL);
  gst_clear_object (&self->first_dtls);
  self->has_certificate = FALSE;
  self->is_first_dtls_used = FALSE;
}

static void
add_transport (GstRtcPeer *self, guint id)
{
  const GstRtcPeerSettings *settings = &self->settings;
  g_autoptr (GError) error = NULL;
  GstRtcTransport *transport = id == FIRST_TRANSPORT ? g_steal_pointer (&self->prepared) : NULL;
  GstRtcIce *ice;

  if (!transport)
    transport = make_transport (self, id, &error);

  if (!transport) {
    warn (self, error);
    return;
  }
  ice = gst_rtc_transport_get_ice (transport);
  g_object_set (ice, "transport-policy", settings->transport_policy, "local-addresses",
      settings->local_addresses, "min-port", settings->min_port, "max-port", settings->max_port,
      NULL);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (ice), "candidate-types"))
    g_object_set (ice, "candidate-types", settings->candidate_types, NULL);
  add_servers (self, ice);
  g_ptr_array_add (self->transports, transport);
}

static void
remove_transport (GstRtcPeer *self, guint id)
{
  GstRtcTransport *transport = gst_rtc_peer_find_transport (self, id);

  if (!transport)
    return;
  gst_rtc_media_remove_transport (self->media, transport);
  g_ptr_array_remove (self->transports, transport);
  gst_rtc_transport_close (transport);
  gst_rtc_transport_free (transport);
}

void
gst_rtc_peer_drop_transports (GstRtcPeer *self)
{
  while (self->transports->len) {
    GstRtcTransport *transport = g_ptr_array_index (self->transports, 0);

    remove_transport (self, gst_rtc_transport_get_id (transport));
  }
}

static void
apply_ice (GstRtcPeer *self, GstRtcTransport *transport, const RtcChange *change)
{
  GstRtcIce *ice = gst_rtc_transport_get_ice (transport);
  g_autoptr (GError) error = NULL;
  gboolean is_done = TRUE;

  switch (change->type) {
  case RTC_CHANGE_ICE_ROLE:
    gst_rtc_ice_set_controlling (ice, change->is_controlling);
    break;
  case RTC_CHANGE_LOCAL_ICE:
    is_done = gst_rtc_ice_set_local_credentials (ice, change->ufrag, change->pwd, &error) &&
        gst_rtc_ice_gather (ice, &error);
    break;
  case RTC_CHANGE_REMOTE_ICE:
    is_done = gst_rtc_ice_set_remote_credentials (ice, change->ufrag, change->pwd, &error);
    break;
  default:
    is_done = gst_rtc_ice_add_remote_candidate (ice, change->candidate, &error);
    /* RFC 8838 §8.1: a candidate that cannot be used is dropped, the session goes on. */
    if (!is_done)
      GST_INFO_OBJECT (self->bin, "candidate dropped: %s", error->message);
    return;
  }
  if (!is_done)
    warn (self, error);
}

static void
apply_data (GstRtcPeer *self, GstRtcTransport *transport, const RtcChange *change)
{
  g_autoptr (GError) error = NULL;
  gboolean is_new = gst_rtc_transport_get_sctp (transport) == NULL;
  GstElement *sctp = gst_rtc_transport_ensure_sctp (transport, &error);

  if (!sctp) {
    warn (self, error);
    return;
  }
  gst_rtc_channel_set_set_transport (self->channels, GST_RTC_DATA_TRANSPORT (sctp),
      rtc_session_is_dtls_client (self->session, change->transport));
  gst_rtc_transport_set_data (
      transport, change->local_port, change->remote_port, change->max_message_size);
  if (is_new)
    self->events->sctp_transport (self->user_data);
}

static void
apply_transport_change (GstRtcPeer *self, const RtcChange *change)
{
  GstRtcTransport *transport = gst_rtc_peer_find_transport (self, change->transport);

  if (!transport)
    return;
  if (change->type == RTC_CHANGE_DTLS)
    gst_rtc_transport_set_dtls (transport, change->is_client, change->fingerprints);
  else if (change->type == RTC_CHANGE_DATA)
    apply_data (self, transport, change);
  else
    apply_ice (self, transport, change);
}

static void
keep_remote_msid (GstRtcTransceiver *transceiver, RtcTransceiver *core)
{
  GPtrArray *msids = rtc_transceiver_get_remote_msids (core);
  const RtcMsid *first = msids && msids->len ? g_ptr_array_index (msids, 0) : NULL;

  g_object_set_data_full (
      G_OBJECT (transceiver), "rtc-remote-msid", first ? g_strdup (first->stream) : NULL, g_free);
}

static void
apply_transceiver_change (GstRtcPeer *self, const RtcChange *change)
{
  GstRtcTransceiver *transceiver = rtc_transceiver_get_user_data (change->transceiver);
  gint id = rtc_transceiver_get_transport (change->transceiver);
  GstRtcTransport *transport;

  if (change->type == RTC_CHANGE_TRANSCEIVER_ADDED) {
    transceiver = gst_rtc_peer_adopt_core (self, change->transceiver);
    gst_rtc_transceiver_refresh (transceiver);
    self->events->new_transceiver (GST_WEBRTC_RTP_TRANSCEIVER (transceiver), self->user_data);
  }
  if (!transceiver)
    return;
  if (id >= 0)
    g_hash_table_add (self->dirty, GINT_TO_POINTER (id));
  transport = id >= 0 ? gst_rtc_peer_find_transport (self, id) : NULL;
  if (transport)
    gst_rtc_transceiver_set_transport (
        transceiver, GST_WEBRTC_DTLS_TRANSPORT (gst_rtc_transport_get_object (transport)));
  keep_remote_msid (transceiver, change->transceiver);
  gst_rtc_transceiver_refresh (transceiver);
}

static void
execute_change (GstRtcPeer *self, const RtcChange *change)
{
  GST_DEBUG_OBJECT (self->bin, "%s", rtc_change_type_to_string (change->type));
  switch (change->type) {
  case RTC_CHANGE_TRANSPORT_ADDED:
    add_transport (self, change->transport);
    break;
  case RTC_CHANGE_TRANSPORT_REMOVED:
    remove_transport (self, change->transport);
    break;
  case RTC_CHANGE_ICE_ROLE:
  case RTC_CHANGE_LOCAL_ICE:
  case RTC_CHANGE_REMOTE_ICE:
  case RTC_CHANGE_REMOTE_CANDIDATE:
  case RTC_CHANGE_DTLS:
  case RTC_CHANGE_DATA:
    apply_transport_change (self, change);
    break;
  case RTC_CHANGE_TRANSCEIVER_ADDED:
  case RTC_CHANGE_SEND:
  case RTC_CHANGE_RECEIVE:
  case RTC_CHANGE_TRACK_ADDED:
  case RTC_CHANGE_TRACK_REMOVED:
  case RTC_CHANGE_TRANSCEIVER_STOPPED:
    apply_transceiver_change (self, change);
    break;
  case RTC_CHANGE_DATA_CLOSED:
    gst_rtc_channel_set_close (self->channels, NULL);
    break;
  case RTC_CHANGE_SIGNALING_STATE:
    break;
  }
}

/* rtpmanager believes a source after two packets in a row (RFC 3550 §A.1), holds the first one back
 * so long, which may be the only retransmission there is, and counts it as one more than were
 * expected. Here SRTP has told who sends. */
static void
skip_probation (GObject *session)
{
  g_object_set (session, "probation", 0, NULL);
}

/* What rtpbin, the router and the senders need is built anew for each transport that a change
 * touched, after all changes of the description. */
static void
configure_media (GstRtcPeer *self, GstRtcTransport *transport)
{
  g_autoptr (GPtrArray) members = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  gint id = (gint) gst_rtc_transport_get_id (transport);
  g_autoptr (GObject) session = NULL;

  for (guint i = 0; i < self->transceivers->len; i++) {
    GstRtcTransceiver *transceiver = g_ptr_array_index (self->transceivers, i);
    RtcTransceiver *core = gst_rtc_transceiver_get_core (transceiver);

    if (core && rtc_transceiver_get_transport (core) == id &&
        rtc_transceiver_get_mline (core) >= 0 && !rtc_transceiver_is_stopped (core))
      g_ptr_array_add (members, transceiver);
  }
  if (members->len && !gst_rtc_transport_ensure_srtp (transport, &error)) {
    warn (self, error);
    return;
  }
  gst_rtc_media_configure (self->media, transport, members);
  session = gst_rtc_media_get_rtp_session (self->media, (guint) id);
  if (!session)
    return;
  skip_probation (session);
  gst_rtc_reception_reports_listen (self->reports, session);
}

void
gst_rtc_peer_execute (GstRtcPeer *self, GPtrArray *changes)
{
  self->is_executing = TRUE;
  for (guint i = 0; i < changes->len; i++)
    execute_change (self, g_ptr_array_index (changes, i));
  for (guint i = 0; i < self->transports->len; i++) {
    GstRtcTransport *transport = g_ptr_array_index (self->transports, i);

    if (g_hash_table_contains (
            self->dirty, GUINT_TO_POINTER (gst_rtc_transport_get_id (transport))))
      configure_media (self, transport);
  }
  g_hash_table_remove_all (self->dirty);
  self->is_executing = FALSE;
  gst_rtc_peer_update_states (self);
  gst_rtc_peer_update_negotiation_needed (self);
}

gboolean
gst_rtc_peer_is_executing (GstRtcPeer *self)
{
  return self->is_executing;
}
