/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What applications see of a transport; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtctransportobjects.h"

struct _GstRtcIceTransport {
  GstWebRTCICETransport parent;
};

G_DEFINE_FINAL_TYPE (GstRtcIceTransport, gst_rtc_ice_transport, GST_TYPE_WEBRTC_ICE_TRANSPORT)

static void
gst_rtc_ice_transport_finalize (GObject *object)
{
  GstWebRTCICETransport *base = GST_WEBRTC_ICE_TRANSPORT (object);

  gst_clear_object (&base->src);
  gst_clear_object (&base->sink);
  G_OBJECT_CLASS (gst_rtc_ice_transport_parent_class)->finalize (object);
}

static void
gst_rtc_ice_transport_class_init (GstRtcIceTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_rtc_ice_transport_finalize;
}

static void
gst_rtc_ice_transport_init (GstRtcIceTransport *self)
{
}

GstRtcIceTransport *
gst_rtc_ice_transport_new (GstElement *ice)
{
  GstRtcIceTransport *self = g_object_new (GST_RTC_TYPE_ICE_TRANSPORT, NULL);

  gst_object_ref_sink (self);
  GST_WEBRTC_ICE_TRANSPORT (self)->src = gst_object_ref (ice);
  GST_WEBRTC_ICE_TRANSPORT (self)->sink = gst_object_ref (ice);
  return self;
}

struct _GstRtcDtlsTransport {
  GstWebRTCDTLSTransport parent;
  GstElement *dtls;
};

enum {
  PROP_DTLS_0,
  PROP_DTLS_CERTIFICATE,
  PROP_DTLS_REMOTE_CERTIFICATE,
  PROP_DTLS_CLIENT,
  PROP_DTLS_STATE,
};

G_DEFINE_FINAL_TYPE (GstRtcDtlsTransport, gst_rtc_dtls_transport, GST_TYPE_WEBRTC_DTLS_TRANSPORT)

static void
gst_rtc_dtls_transport_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstRtcDtlsTransport *self = GST_RTC_DTLS_TRANSPORT (object);
  GstWebRTCDTLSTransport *base = GST_WEBRTC_DTLS_TRANSPORT (object);

  switch (id) {
  case PROP_DTLS_CERTIFICATE:
    g_object_get_property (G_OBJECT (self->dtls), "certificate", value);
    break;
  case PROP_DTLS_REMOTE_CERTIFICATE:
    g_object_get_property (G_OBJECT (self->dtls), "remote-certificate", value);
    break;
  case PROP_DTLS_CLIENT:
    g_value_set_boolean (value, base->client);
    break;
  case PROP_DTLS_STATE:
    g_value_set_enum (value, base->state);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_rtc_dtls_transport_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstRtcDtlsTransport *self = GST_RTC_DTLS_TRANSPORT (object);

  switch (id) {
  case PROP_DTLS_CERTIFICATE:
    g_object_set_property (G_OBJECT (self->dtls), "certificate", value);
    break;
  case PROP_DTLS_CLIENT:
    GST_WEBRTC_DTLS_TRANSPORT (object)->client = g_value_get_boolean (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

/* The parent's makes a dtlssrtpenc and a dtlssrtpdec for each transport, which nobody uses here. */
static void
gst_rtc_dtls_transport_constructed (GObject *object)
{
  GObjectClass *grandparent =
      G_OBJECT_CLASS (g_type_class_peek (g_type_parent (GST_TYPE_WEBRTC_DTLS_TRANSPORT)));

  grandparent->constructed (object);
}

static void
gst_rtc_dtls_transport_finalize (GObject *object)
{
  gst_clear_object (&GST_RTC_DTLS_TRANSPORT (object)->dtls);
  G_OBJECT_CLASS (gst_rtc_dtls_transport_parent_class)->finalize (object);
}

static void
gst_rtc_dtls_transport_class_init (GstRtcDtlsTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = gst_rtc_dtls_transport_constructed;
  object_class->get_property = gst_rtc_dtls_transport_get_property;
  object_class->set_property = gst_rtc_dtls_transport_set_property;
  object_class->finalize = gst_rtc_dtls_transport_finalize;
  g_object_class_override_property (object_class, PROP_DTLS_CERTIFICATE, "certificate");
  g_object_class_override_property (
      object_class, PROP_DTLS_REMOTE_CERTIFICATE, "remote-certificate");
  g_object_class_override_property (object_class, PROP_DTLS_CLIENT, "client");
  g_object_class_override_property (object_class, PROP_DTLS_STATE, "state");
}

static void
gst_rtc_dtls_transport_init (GstRtcDtlsTransport *self)
{
}

GstRtcDtlsTransport *
gst_rtc_dtls_transport_new (guint session_id, GstRtcIceTransport *ice, GstElement *dtls)
{
  GstRtcDtlsTransport *self =
      g_object_new (GST_RTC_TYPE_DTLS_TRANSPORT, "session-id", session_id, NULL);

  gst_object_ref_sink (self);
  self->dtls = gst_object_ref (dtls);
  GST_WEBRTC_DTLS_TRANSPORT (self)->transport = gst_object_ref (GST_WEBRTC_ICE_TRANSPORT (ice));
  return self;
}

void
gst_rtc_dtls_transport_set_state (GstRtcDtlsTransport *self, GstWebRTCDTLSTransportState state)
{
  GST_WEBRTC_DTLS_TRANSPORT (self)->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

struct _GstRtcSctpTransport {
  GstWebRTCSCTPTransport parent;
  GstRtcDtlsTransport *dtls;
  GstElement *sctp;
};

enum {
  PROP_SCTP_0,
  PROP_SCTP_TRANSPORT,
  PROP_SCTP_STATE,
  PROP_SCTP_MAX_MESSAGE_SIZE,
  PROP_SCTP_MAX_CHANNELS,
};

G_DEFINE_FINAL_TYPE (GstRtcSctpTransport, gst_rtc_sctp_transport, GST_TYPE_WEBRTC_SCTP_TRANSPORT)

static void
gst_rtc_sctp_transport_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstRtcSctpTransport *self = GST_RTC_SCTP_TRANSPORT (object);

  switch (id) {
  case PROP_SCTP_TRANSPORT:
    g_value_set_object (value, self->dtls);
    break;
  case PROP_SCTP_STATE:
  case PROP_SCTP_MAX_MESSAGE_SIZE:
  case PROP_SCTP_MAX_CHANNELS:
    g_object_get_property (G_OBJECT (self->sctp), pspec->name, value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_rtc_sctp_transport_finalize (GObject *object)
{
  GstRtcSctpTransport *self = GST_RTC_SCTP_TRANSPORT (object);

  gst_clear_object (&self->dtls);
  gst_clear_object (&self->sctp);
  G_OBJECT_CLASS (gst_rtc_sctp_transport_parent_class)->finalize (object);
}

static void
gst_rtc_sctp_transport_class_init (GstRtcSctpTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gst_rtc_sctp_transport_get_property;
  object_class->finalize = gst_rtc_sctp_transport_finalize;
  g_object_class_override_property (object_class, PROP_SCTP_TRANSPORT, "transport");
  g_object_class_override_property (object_class, PROP_SCTP_STATE, "state");
  g_object_class_override_property (object_class, PROP_SCTP_MAX_MESSAGE_SIZE, "max-message-size");
  g_object_class_override_property (object_class, PROP_SCTP_MAX_CHANNELS, "max-channels");
}

static void
gst_rtc_sctp_transport_init (GstRtcSctpTransport *self)
{
}

static void
forward_state (GstElement *sctp, GParamSpec *pspec, GstRtcSctpTransport *self)
{
  g_object_notify (G_OBJECT (self), "state");
}

GstRtcSctpTransport *
gst_rtc_sctp_transport_new (GstRtcDtlsTransport *dtls, GstElement *sctp)
{
  GstRtcSctpTransport *self = g_object_new (GST_RTC_TYPE_SCTP_TRANSPORT, NULL);

  gst_object_ref_sink (self);
  self->dtls = gst_object_ref (dtls);
  self->sctp = gst_object_ref (sctp);
  g_signal_connect_object (sctp, "notify::state", G_CALLBACK (forward_state), self, 0);
  return self;
}
