/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One transport's elements; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/gstrtcerror.h>
#include <gst/rtc/gstrtcpacketpads.h>

#include "gstrtctransport.h"
#include "gstrtctransportbin.h"

struct _GstRtcTransport {
  guint id;
  GstBin *parent; /* not owned: the peer's bin outlives it */
  GstBin *bin;    /* owned by the parent */
  GstElement *ice;
  GstElement *dtls;
  GstElement *srtp;
  GstElement *sctp;
  GstRtcIceTransport *ice_object;
  GstRtcDtlsTransport *dtls_object;
  GstRtcSctpTransport *sctp_object;

  gboolean has_dtls_role;
  gboolean is_dtls_started;
  gboolean is_sctp_started;
  guint local_port;
  guint remote_port;

  const GstRtcTransportEvents *events;
  gpointer user_data;
};

static gint
get_state (GstElement *element, const gchar *property)
{
  gint state = 0;

  g_object_get (element, property, &state, NULL);
  return state;
}

GstWebRTCICEConnectionState
gst_rtc_transport_get_ice_state (GstRtcTransport *self)
{
  return get_state (self->ice, "state");
}

GstWebRTCICEGatheringState
gst_rtc_transport_get_gathering_state (GstRtcTransport *self)
{
  return get_state (self->ice, "gathering-state");
}

GstWebRTCDTLSTransportState
gst_rtc_transport_get_dtls_state (GstRtcTransport *self)
{
  return get_state (self->dtls, "state");
}

gboolean
gst_rtc_transport_is_over (GstRtcTransport *self)
{
  GstWebRTCDTLSTransportState state = gst_rtc_transport_get_dtls_state (self);

  return state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CLOSED ||
      state == GST_WEBRTC_DTLS_TRANSPORT_STATE_FAILED;
}

static void
start_sctp (GstRtcTransport *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->sctp || self->is_sctp_started ||
      gst_rtc_transport_get_dtls_state (self) != GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED)
    return;
  self->is_sctp_started = TRUE;
  if (!gst_rtc_data_transport_start (
          GST_RTC_DATA_TRANSPORT (self->sctp), self->local_port, self->remote_port, &error))
    self->events->failed (self, error, self->user_data);
}

static gboolean
is_ice_usable (GstWebRTCICEConnectionState state)
{
  return state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED ||
      state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED;
}

static void
start_dtls (GstRtcTransport *self)
{
  if (self->is_dtls_started || !self->has_dtls_role ||
      !is_ice_usable (gst_rtc_transport_get_ice_state (self)))
    return;
  self->is_dtls_started = TRUE;
  g_signal_emit_by_name (self->dtls, "start");
}

static void
on_ice_state (GstElement *ice, GParamSpec *pspec, GstRtcTransport *self)
{
  gst_webrtc_ice_transport_connection_state_change (
      GST_WEBRTC_ICE_TRANSPORT (self->ice_object), gst_rtc_transport_get_ice_state (self));
  start_dtls (self);
  self->events->state_changed (self, self->user_data);
}

static void
on_gathering_state (GstElement *ice, GParamSpec *pspec, GstRtcTransport *self)
{
  gst_webrtc_ice_transport_gathering_state_change (
      GST_WEBRTC_ICE_TRANSPORT (self->ice_object), gst_rtc_transport_get_gathering_state (self));
  self->events->state_changed (self, self->user_data);
}

/* W3C webrtc-pc §6.1.2: the association is closed "when the underlying DTLS association has
 * transitioned to the closed state". */
static void
end_sctp (GstRtcTransport *self)
{
  if (self->sctp && self->is_sctp_started && gst_rtc_transport_is_over (self))
    gst_rtc_data_transport_abort (GST_RTC_DATA_TRANSPORT (self->sctp));
}

static void
on_dtls_state (GstElement *dtls, GParamSpec *pspec, GstRtcTransport *self)
{
  gst_rtc_dtls_transport_set_state (self->dtls_object, gst_rtc_transport_get_dtls_state (self));
  start_sctp (self);
  end_sctp (self);
  self->events->state_changed (self, self->user_data);
}

static void
on_dtls_failed (GstElement *dtls, GError *error, GstRtcTransport *self)
{
  self->events->failed (self, error, self->user_data);
}

static void
on_local_candidate (GstElement *ice, const gchar *candidate, GstRtcTransport *self)
{
  self->events->local_candidate (self, candidate, self->user_data);
}

static void
on_selected_pair (GstElement *ice, const gchar *local, const gchar *remote, GstRtcTransport *self)
{
  gst_webrtc_ice_transport_selected_pair_change (GST_WEBRTC_ICE_TRANSPORT (self->ice_object));
  self->events->selected_pair (self, local, remote, self->user_data);
}

/* A transport's elements live from its first description to its end, whatever the bin's state in
 * between: an application may negotiate in READY. */
static void
add_element (GstRtcTransport *self, GstElement *element)
{
  gst_bin_add (self->bin, element);
}

static GstElement *
make_element (GstRtcTransport *self, const gchar *factory, GError **error)
{
  g_autofree gchar *name = g_strdup_printf ("%s%u", factory, self->id);
  GstElement *element = gst_element_factory_make (factory, name);

  if (!element) {
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_UNSUPPORTED,
        "The element \"%s\" is missing: install the plugin that has it; \"gst-inspect-1.0 -b\" "
        "says which plugins could not be loaded",
        factory);
    return NULL;
  }
  add_element (self, element);
  return element;
}

static gboolean
make_elements (GstRtcTransport *self, const gchar *ice_factory, GError **error)
{
  self->ice = make_element (self, ice_factory, error);
  if (!self->ice)
    return FALSE;
  if (!GST_RTC_IS_ICE (self->ice)) {
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT,
        "\"%s\" cannot be a transport element: it does not implement GstRtcIce", ice_factory);
    return FALSE;
  }
  return TRUE;
}

static void
connect_signals (GstRtcTransport *self)
{
  g_signal_connect (self->ice, "notify::state", G_CALLBACK (on_ice_state), self);
  g_signal_connect (self->ice, "notify::gathering-state", G_CALLBACK (on_gathering_state), self);
  g_signal_connect (self->ice, "local-candidate", G_CALLBACK (on_local_candidate), self);
  g_signal_connect (self->ice, "selected-pair", G_CALLBACK (on_selected_pair), self);
  g_signal_connect (self->dtls, "notify::state", G_CALLBACK (on_dtls_state), self);
  g_signal_connect (self->dtls, "failed", G_CALLBACK (on_dtls_failed), self);
}

static void
remove_element (GstRtcTransport *self, GstElement **element)
{
  if (!*element)
    return;
  g_signal_handlers_disconnect_by_data (*element, self);
  gst_element_set_state (*element, GST_STATE_NULL);
  gst_bin_remove (self->bin, *element);
  *element = NULL;
}

GstRtcTransport *
gst_rtc_transport_new (guint id, GstBin *bin, const gchar *ice_factory, GstElement *dtls,
    const GstRtcTransportEvents *events, gpointer user_data, GError **error)
{
  GstRtcTransport *self = g_new0 (GstRtcTransport, 1);

  self->id = id;
  self->parent = bin;
  self->bin = gst_rtc_transport_bin_new (id);
  gst_element_set_locked_state (GST_ELEMENT (self->bin), TRUE);
  gst_bin_add (bin, GST_ELEMENT (self->bin));
  gst_element_set_state (GST_ELEMENT (self->bin), GST_STATE_PLAYING);
  self->events = events;
  self->user_data = user_data;
  self->dtls = dtls;
  add_element (self, dtls);
  if (!make_elements (self, ice_factory, error)) {
    gst_rtc_transport_free (self);
    return NULL;
  }
  gst_element_link_pads (self->ice, "src", self->dtls, "sink");
  gst_element_link_pads (self->dtls, "src", self->ice, "sink");
  self->ice_object = gst_rtc_ice_transport_new (self->ice);
  self->dtls_object = gst_rtc_dtls_transport_new (id, self->ice_object, self->dtls);
  connect_signals (self);
  gst_element_set_state (self->dtls, GST_STATE_PLAYING);
  gst_element_set_state (self->ice, GST_STATE_PLAYING);
  return self;
}

void
gst_rtc_transport_free (GstRtcTransport *self)
{
  if (!self)
    return;
  remove_element (self, &self->ice);
  remove_element (self, &self->sctp);
  remove_element (self, &self->dtls);
  remove_element (self, &self->srtp);
  gst_element_set_state (GST_ELEMENT (self->bin), GST_STATE_NULL);
  gst_bin_remove (self->parent, GST_ELEMENT (self->bin));
  gst_clear_object (&self->ice_object);
  gst_clear_object (&self->dtls_object);
  gst_clear_object (&self->sctp_object);
  g_free (self);
}

guint
gst_rtc_transport_get_id (GstRtcTransport *self)
{
  return self->id;
}

GstRtcIce *
gst_rtc_transport_get_ice (GstRtcTransport *self)
{
  return GST_RTC_ICE (self->ice);
}

GstElement *
gst_rtc_transport_get_dtls (GstRtcTransport *self)
{
  return self->dtls;
}

GstElement *
gst_rtc_transport_get_srtp (GstRtcTransport *self)
{
  return self->srtp;
}

GstElement *
gst_rtc_transport_get_sctp (GstRtcTransport *self)
{
  return self->sctp;
}

GstRtcDtlsTransport *
gst_rtc_transport_get_object (GstRtcTransport *self)
{
  return self->dtls_object;
}

GstRtcSctpTransport *
gst_rtc_transport_get_sctp_object (GstRtcTransport *self)
{
  return self->sctp_object;
}

/* The association goes on with the certificate that it was made with. */
static void
refuse_certificate (GstRtcTransport *self)
{
  g_autoptr (GError) error = g_error_new_literal (GST_RTC_ERROR, GST_RTC_ERROR_UNSUPPORTED,
      "The peer announced another certificate for a running session: begin a new session for it");

  self->events->failed (self, error, self->user_data);
}

void
gst_rtc_transport_set_dtls (GstRtcTransport *self, gboolean is_client, GPtrArray *fingerprints)
{
  g_auto (GStrv) list = g_new0 (gchar *, fingerprints->len + 1);

  if (self->is_dtls_started) {
    refuse_certificate (self);
    return;
  }
  for (guint i = 0; i < fingerprints->len; i++) {
    const RtcFingerprint *fingerprint = g_ptr_array_index (fingerprints, i);

    list[i] = g_strdup_printf ("%s %s", fingerprint->hash, fingerprint->value);
  }
  g_object_set (self->dtls, "remote-fingerprints", list, NULL);
  if (!self->has_dtls_role)
    gst_util_set_object_arg (G_OBJECT (self->dtls), "role", is_client ? "client" : "server");
  self->has_dtls_role = TRUE;
  GST_WEBRTC_DTLS_TRANSPORT (self->dtls_object)->client = is_client;
  start_dtls (self);
}

GstElement *
gst_rtc_transport_ensure_srtp (GstRtcTransport *self, GError **error)
{
  g_autoptr (GstPad) srtp_src = NULL;

  if (self->srtp)
    return self->srtp;
  self->srtp = make_element (self, "rtcsrtp", error);
  if (!self->srtp)
    return NULL;
  gst_element_link_pads (self->dtls, "srtp_src", self->srtp, "sink");
  gst_element_link_pads (self->srtp, "src", self->dtls, "srtp_sink");
  gst_element_set_state (self->srtp, GST_STATE_PLAYING);
  /* The keys may be there since a handshake long ago. */
  srtp_src = gst_element_get_static_pad (self->dtls, "srtp_src");
  gst_rtc_packet_src_pad_push_events (srtp_src);
  return self->srtp;
}

GstElement *
gst_rtc_transport_ensure_sctp (GstRtcTransport *self, GError **error)
{
  if (self->sctp)
    return self->sctp;
  self->sctp = make_element (self, "rtcsctp", error);
  if (!self->sctp)
    return NULL;
  gst_element_link_pads (self->dtls, "data_src", self->sctp, "sink");
  gst_element_link_pads (self->sctp, "src", self->dtls, "data_sink");
  gst_element_set_state (self->sctp, GST_STATE_PLAYING);
  self->sctp_object = gst_rtc_sctp_transport_new (self->dtls_object, self->sctp);
  return self->sctp;
}

void
gst_rtc_transport_set_data (
    GstRtcTransport *self, guint local_port, guint remote_port, guint64 max_message_size)
{
  self->local_port = local_port;
  self->remote_port = remote_port;
  g_object_set (self->sctp, "max-message-size", max_message_size, NULL);
  start_sctp (self);
}

void
gst_rtc_transport_close (GstRtcTransport *self)
{
  if (self->sctp && self->is_sctp_started)
    gst_rtc_data_transport_abort (GST_RTC_DATA_TRANSPORT (self->sctp));
  if (self->is_dtls_started)
    g_signal_emit_by_name (self->dtls, "close");
}
