/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The application's view of a transceiver; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtctransceiver.h"
#include "gstrtcinvoke.h"
#include "sdp/rtccodecs.h"

#define DEFAULT_DO_NACK TRUE
#define DEFAULT_FEC_PERCENTAGE 100

struct _GstRtcTransceiver {
  GstWebRTCRTPTransceiver parent;

  RtcLoop *loop;
  RtcTransceiver *core; /* loop thread only */
  gint wanted_mline;    /* loop thread only */
  RtcLoopFunc changed;
  gpointer changed_data;

  /* under the object lock */
  GstWebRTCFECType fec_type;
  guint fec_percentage;
  gboolean do_nack;
};

enum {
  PROP_0,
  PROP_CURRENT_DIRECTION,
  PROP_FEC_TYPE,
  PROP_DO_NACK,
  PROP_FEC_PERCENTAGE,
};

G_DEFINE_FINAL_TYPE (GstRtcTransceiver, gst_rtc_transceiver, GST_TYPE_WEBRTC_RTP_TRANSCEIVER)

GstWebRTCRTPTransceiverDirection
gst_rtc_direction_to_webrtc (RtcDirection direction)
{
  static const GstWebRTCRTPTransceiverDirection map[] = {
    [RTC_DIRECTION_INACTIVE] = GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_INACTIVE,
    [RTC_DIRECTION_SENDONLY] = GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY,
    [RTC_DIRECTION_RECVONLY] = GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY,
    [RTC_DIRECTION_SENDRECV] = GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV,
  };
  return map[direction];
}

RtcDirection
gst_rtc_direction_from_webrtc (GstWebRTCRTPTransceiverDirection direction)
{
  switch (direction) {
  case GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY:
    return RTC_DIRECTION_SENDONLY;
  case GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY:
    return RTC_DIRECTION_RECVONLY;
  case GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV:
    return RTC_DIRECTION_SENDRECV;
  default:
    return RTC_DIRECTION_INACTIVE;
  }
}

static GstWebRTCKind
kind_to_webrtc (RtcKind kind)
{
  switch (kind) {
  case RTC_KIND_AUDIO:
    return GST_WEBRTC_KIND_AUDIO;
  case RTC_KIND_VIDEO:
    return GST_WEBRTC_KIND_VIDEO;
  default:
    return GST_WEBRTC_KIND_UNKNOWN;
  }
}

/* Loop thread: gives the core what the application set on the object. */
static void
push_settings (gpointer user_data)
{
  GstRtcTransceiver *self = user_data;
  GstWebRTCRTPTransceiver *base = user_data;
  g_autoptr (GPtrArray) codecs = NULL;
  g_autoptr (GError) error = NULL;
  GstCaps *preferences;
  RtcKind kind;
  guint32 ssrc;

  if (!self->core)
    return;
  rtc_transceiver_set_direction (self->core, gst_rtc_direction_from_webrtc (base->direction));
  GST_OBJECT_LOCK (self);
  preferences = base->codec_preferences ? gst_caps_ref (base->codec_preferences) : NULL;
  GST_OBJECT_UNLOCK (self);
  if (preferences && !gst_caps_is_any (preferences) && !gst_caps_is_empty (preferences)) {
    codecs = rtc_codecs_from_caps (preferences, &kind, &ssrc, &error);
    if (codecs)
      rtc_transceiver_set_codec_preferences (self->core, codecs);
    else
      GST_WARNING_OBJECT (self, "codec-preferences ignored: %s", error->message);
  }
  gst_clear_caps (&preferences);
  if (self->changed)
    self->changed (self->changed_data);
}

static void
on_setting_changed (GstRtcTransceiver *self, GParamSpec *pspec, gpointer user_data)
{
  gst_rtc_invoke (self->loop, push_settings, gst_object_ref (self), gst_object_unref);
}

static void
gst_rtc_transceiver_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstRtcTransceiver *self = GST_RTC_TRANSCEIVER (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_FEC_TYPE:
    self->fec_type = g_value_get_enum (value);
    break;
  case PROP_DO_NACK:
    self->do_nack = g_value_get_boolean (value);
    break;
  case PROP_FEC_PERCENTAGE:
    self->fec_percentage = g_value_get_uint (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rtc_transceiver_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstRtcTransceiver *self = GST_RTC_TRANSCEIVER (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_CURRENT_DIRECTION:
    g_value_set_enum (value, GST_WEBRTC_RTP_TRANSCEIVER (self)->current_direction);
    break;
  case PROP_FEC_TYPE:
    g_value_set_enum (value, self->fec_type);
    break;
  case PROP_DO_NACK:
    g_value_set_boolean (value, self->do_nack);
    break;
  case PROP_FEC_PERCENTAGE:
    g_value_set_uint (value, self->fec_percentage);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rtc_transceiver_finalize (GObject *object)
{
  GstRtcTransceiver *self = GST_RTC_TRANSCEIVER (object);

  g_clear_pointer (&self->loop, rtc_loop_unref);
  G_OBJECT_CLASS (gst_rtc_transceiver_parent_class)->finalize (object);
}

static void
gst_rtc_transceiver_class_init (GstRtcTransceiverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = gst_rtc_transceiver_set_property;
  object_class->get_property = gst_rtc_transceiver_get_property;
  object_class->finalize = gst_rtc_transceiver_finalize;

  /* The library's own getter returns "direction" here (fixed in 1.26). */
  g_object_class_override_property (object_class, PROP_CURRENT_DIRECTION, "current-direction");
  g_object_class_install_property (object_class, PROP_FEC_TYPE,
      g_param_spec_enum ("fec-type", "FEC type", "Forward error correction to send",
          GST_TYPE_WEBRTC_FEC_TYPE, GST_WEBRTC_FEC_TYPE_NONE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_DO_NACK,
      g_param_spec_boolean ("do-nack", "Do NACK",
          "Ask for lost packets again and answer such requests, when the peer can (RFC 4585, "
          "RFC 4588)",
          DEFAULT_DO_NACK, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_FEC_PERCENTAGE,
      g_param_spec_uint ("fec-percentage", "FEC percentage",
          "Repair packets for each 100 media packets", 0, 100, DEFAULT_FEC_PERCENTAGE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

static void
gst_rtc_transceiver_init (GstRtcTransceiver *self)
{
  self->wanted_mline = -1;
  self->do_nack = DEFAULT_DO_NACK;
  self->fec_percentage = DEFAULT_FEC_PERCENTAGE;
  self->fec_type = GST_WEBRTC_FEC_TYPE_NONE;
  g_signal_connect (self, "notify::direction", G_CALLBACK (on_setting_changed), NULL);
  g_signal_connect (self, "notify::codec-preferences", G_CALLBACK (on_setting_changed), NULL);
}

GstRtcTransceiver *
gst_rtc_transceiver_new (RtcLoop *loop, GstWebRTCRTPTransceiverDirection direction)
{
  GstWebRTCRTPSender *sender = gst_webrtc_rtp_sender_new ();
  GstWebRTCRTPReceiver *receiver = gst_webrtc_rtp_receiver_new ();
  GstRtcTransceiver *self =
      g_object_new (GST_RTC_TYPE_TRANSCEIVER, "sender", sender, "receiver", receiver, NULL);

  gst_object_ref_sink (self);
  gst_object_unref (sender);
  gst_object_unref (receiver);
  self->loop = rtc_loop_ref (loop);
  GST_WEBRTC_RTP_TRANSCEIVER (self)->direction = direction;
  GST_WEBRTC_RTP_TRANSCEIVER (self)->mline = G_MAXUINT;
  return self;
}

void
gst_rtc_transceiver_set_core (GstRtcTransceiver *self, RtcTransceiver *core)
{
  GstWebRTCRTPTransceiver *base = GST_WEBRTC_RTP_TRANSCEIVER (self);

  self->core = core;
  rtc_transceiver_set_user_data (core, self);
  base->direction = gst_rtc_direction_to_webrtc (rtc_transceiver_get_direction (core));
  gst_rtc_transceiver_refresh (self);
}

RtcTransceiver *
gst_rtc_transceiver_get_core (GstRtcTransceiver *self)
{
  return self->core;
}

void
gst_rtc_transceiver_detach (GstRtcTransceiver *self)
{
  self->core = NULL;
}

void
gst_rtc_transceiver_refresh (GstRtcTransceiver *self)
{
  GstWebRTCRTPTransceiver *base = GST_WEBRTC_RTP_TRANSCEIVER (self);
  GstWebRTCRTPTransceiverDirection current = GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_NONE;
  RtcDirection direction;
  gboolean has_changed;

  if (!self->core)
    return;
  if (rtc_transceiver_get_current_direction (self->core, &direction))
    current = gst_rtc_direction_to_webrtc (direction);
  GST_OBJECT_LOCK (self);
  has_changed = base->current_direction != current ||
      g_strcmp0 (base->mid, rtc_transceiver_get_mid (self->core)) != 0;
  base->current_direction = current;
  base->kind = kind_to_webrtc (rtc_transceiver_get_kind (self->core));
  base->stopped = rtc_transceiver_is_stopped (self->core);
  base->mline = (guint) rtc_transceiver_get_mline (self->core);
  g_free (base->mid);
  base->mid = g_strdup (rtc_transceiver_get_mid (self->core));
  GST_OBJECT_UNLOCK (self);
  if (has_changed) {
    g_object_notify (G_OBJECT (self), "mid");
    g_object_notify (G_OBJECT (self), "current-direction");
  }
}

void
gst_rtc_transceiver_set_transport (GstRtcTransceiver *self, GstWebRTCDTLSTransport *transport)
{
  GstWebRTCRTPTransceiver *base = GST_WEBRTC_RTP_TRANSCEIVER (self);

  GST_OBJECT_LOCK (base->sender);
  gst_object_replace ((GstObject **) &base->sender->transport, GST_OBJECT_CAST (transport));
  GST_OBJECT_UNLOCK (base->sender);
  GST_OBJECT_LOCK (base->receiver);
  gst_object_replace ((GstObject **) &base->receiver->transport, GST_OBJECT_CAST (transport));
  GST_OBJECT_UNLOCK (base->receiver);
}

void
gst_rtc_transceiver_set_wanted_mline (GstRtcTransceiver *self, gint mline)
{
  self->wanted_mline = mline;
}

gint
gst_rtc_transceiver_get_wanted_mline (GstRtcTransceiver *self)
{
  return self->wanted_mline;
}

gboolean
gst_rtc_transceiver_does_nack (GstRtcTransceiver *self)
{
  gboolean does_nack;

  GST_OBJECT_LOCK (self);
  does_nack = self->do_nack;
  GST_OBJECT_UNLOCK (self);
  return does_nack;
}

void
gst_rtc_transceiver_set_changed_func (
    GstRtcTransceiver *self, RtcLoopFunc changed, gpointer user_data)
{
  self->changed = changed;
  self->changed_data = user_data;
}
