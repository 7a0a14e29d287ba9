/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The properties of rtcdtls: their table, and what they set and tell. */
#include "gstrtcdtls.h"

#include "rtcdtlscertificate.h"

#include <gst/webrtc/webrtc.h>

GST_DEBUG_CATEGORY_EXTERN (rtcdtls_debug);
#define GST_CAT_DEFAULT rtcdtls_debug

#define MIN_MTU 256

static GParamSpec *properties[N_PROPS];

GType
gst_rtc_dtls_role_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { GST_RTC_DTLS_ROLE_UNSET, "Not decided yet", "unset" },
    { GST_RTC_DTLS_ROLE_CLIENT, "Sends the ClientHello (a=setup:active)", "client" },
    { GST_RTC_DTLS_ROLE_SERVER, "Answers the ClientHello (a=setup:passive)", "server" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstRtcDtlsRole", values));
  return type;
}

/* With the lock. */
static GstStructure *
get_stats (GstRtcDtls *self)
{
  GstStructure *stats = gst_structure_new ("rtc-dtls-stats", "dtls-state",
      GST_TYPE_WEBRTC_DTLS_TRANSPORT_STATE, self->state, "role", GST_TYPE_RTC_DTLS_ROLE, self->role,
      "srtp-packets-sent", G_TYPE_UINT64, self->srtp_sent.packets, "srtp-bytes-sent", G_TYPE_UINT64,
      self->srtp_sent.bytes, "srtp-packets-received", G_TYPE_UINT64, self->srtp_received.packets,
      "srtp-bytes-received", G_TYPE_UINT64, self->srtp_received.bytes, "srtp-dropped",
      G_TYPE_UINT64, self->srtp_dropped, "unknown-dropped", G_TYPE_UINT64, self->unknown_dropped,
      NULL);

  rtc_dtls_connection_add_stats (self->connection, stats);
  return stats;
}

/* (transfer full) both */
static void
take_certificate (GstRtcDtls *self, RtcDtlsCertificate *certificate, GError *error)
{
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->certificate, rtc_dtls_certificate_unref);
  g_clear_error (&self->certificate_error);
  self->certificate = certificate;
  self->certificate_error = error;
  g_mutex_unlock (&self->lock);
}

static void
set_certificate (GstRtcDtls *self, const gchar *pem)
{
  RtcDtlsCertificate *certificate = NULL;
  GError *error = NULL;

  if (pem)
    certificate = rtc_dtls_certificate_new_from_pem (pem, &error);
  if (error)
    GST_ERROR_OBJECT (self, "%s", error->message);
  take_certificate (self, certificate, error);
}

static void
set_remote_fingerprints (GstRtcDtls *self, gchar **fingerprints)
{
  gchar **old;

  g_mutex_lock (&self->lock);
  old = self->remote_fingerprints;
  self->remote_fingerprints = g_strdupv (fingerprints);
  g_mutex_unlock (&self->lock);
  g_strfreev (old);
  gst_rtc_dtls_update_fingerprints (self);
}

static void
set_plain_property (GstRtcDtls *self, guint id, const GValue *value)
{
  g_mutex_lock (&self->lock);
  switch (id) {
  case PROP_ROLE:
    self->role = g_value_get_enum (value);
    break;
  case PROP_SRTP_PROFILES:
    g_free (self->srtp_profiles);
    self->srtp_profiles = g_value_dup_string (value);
    if (self->srtp_profiles == NULL)
      self->srtp_profiles = g_strdup ("");
    break;
  case PROP_MTU:
    self->mtu = g_value_get_uint (value);
    break;
  default:
    self->handshake_timeout_ms = g_value_get_uint (value);
  }
  g_mutex_unlock (&self->lock);
}

void
gst_rtc_dtls_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstRtcDtls *self = GST_RTC_DTLS (object);

  switch (id) {
  case PROP_CERTIFICATE:
    set_certificate (self, g_value_get_string (value));
    break;
  case PROP_IDENTITY:
    take_certificate (self, g_value_dup_boxed (value), NULL);
    break;
  case PROP_REMOTE_FINGERPRINTS:
    set_remote_fingerprints (self, g_value_get_boxed (value));
    break;
  case PROP_ROLE:
  case PROP_SRTP_PROFILES:
  case PROP_MTU:
  case PROP_HANDSHAKE_TIMEOUT:
    set_plain_property (self, id, value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

/* With the lock. */
static void
get_certificate_property (GstRtcDtls *self, guint id, GValue *value)
{
  gst_rtc_dtls_ensure_certificate (self);
  if (self->certificate == NULL)
    return;
  if (id == PROP_CERTIFICATE)
    g_value_take_string (value, rtc_dtls_certificate_to_pem (self->certificate));
  else if (id == PROP_IDENTITY)
    g_value_set_boxed (value, self->certificate);
  else
    g_value_set_string (value, rtc_dtls_certificate_get_fingerprint (self->certificate));
}

void
gst_rtc_dtls_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstRtcDtls *self = GST_RTC_DTLS (object);
  X509 *remote;

  g_mutex_lock (&self->lock);
  switch (id) {
  case PROP_CERTIFICATE:
  case PROP_IDENTITY:
  case PROP_FINGERPRINT:
    get_certificate_property (self, id, value);
    break;
  case PROP_REMOTE_FINGERPRINTS:
    g_value_set_boxed (value, self->remote_fingerprints);
    break;
  case PROP_ROLE:
    g_value_set_enum (value, self->role);
    break;
  case PROP_STATE:
    g_value_set_enum (value, self->state);
    break;
  case PROP_REMOTE_CERTIFICATE:
    remote = rtc_dtls_connection_get_remote_certificate (self->connection);
    if (remote)
      g_value_take_string (value, rtc_dtls_x509_to_pem (remote));
    break;
  case PROP_SRTP_PROFILES:
    g_value_set_string (value, self->srtp_profiles);
    break;
  case PROP_MTU:
    g_value_set_uint (value, self->mtu);
    break;
  case PROP_HANDSHAKE_TIMEOUT:
    g_value_set_uint (value, self->handshake_timeout_ms);
    break;
  case PROP_STATS:
    g_value_take_boxed (value, get_stats (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  g_mutex_unlock (&self->lock);
}

static void
make_identity_properties (void)
{
  /**
   * GstRtcDtls:certificate:
   *
   * Certificate and private key in PEM, both. %NULL: a fresh self-signed one with a P-256 key.
   * Reading gives the certificate without the key. Write it before the session starts.
   */
  properties[PROP_CERTIFICATE] = g_param_spec_string ("certificate", "Certificate",
      "PEM text of certificate and private key; NULL makes a fresh self-signed one; reading gives "
      "the certificate alone",
      NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  /**
   * GstRtcDtls:identity:
   *
   * The same with its key, in a box that prints nothing: several elements of a session show one
   * certificate by copying this property from one to another.
   */
  properties[PROP_IDENTITY] = g_param_spec_boxed ("identity", "Identity",
      "Our certificate with its key, to be copied to another rtcdtls", RTC_TYPE_DTLS_CERTIFICATE,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_FINGERPRINT] = g_param_spec_string ("fingerprint", "Fingerprint",
      "Of our certificate, as in a=fingerprint: \"sha-256 AB:CD:...\"", NULL,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GstRtcDtls:remote-fingerprints:
   *
   * The peer's certificate must be one of these. %NULL: not known yet; the handshake runs, but
   * nothing passes. Lines with md5 and sha-1 are ignored; without any other line no peer is
   * accepted. Write it on the session's loop once the session runs: GObject holds back
   * notifications of other threads while a property is written and would emit "notify::state"
   * in the writer's thread.
   */
  properties[PROP_REMOTE_FINGERPRINTS] = g_param_spec_boxed ("remote-fingerprints",
      "Remote fingerprints",
      "What the peer's certificate must match, lines as in a=fingerprint: \"sha-256 AB:CD:...\" "
      "(sha-256, sha-384, sha-512)",
      G_TYPE_STRV, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_REMOTE_CERTIFICATE] = g_param_spec_string ("remote-certificate",
      "Remote certificate", "PEM text of the peer's certificate; NULL before it was shown", NULL,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
make_session_properties (void)
{
  properties[PROP_ROLE] = g_param_spec_enum ("role", "Role",
      "Which side of the handshake we are; set it before start", GST_TYPE_RTC_DTLS_ROLE,
      GST_RTC_DTLS_ROLE_UNSET, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] = g_param_spec_enum ("state", "State",
      "Of the association; notified on the session's loop", GST_TYPE_WEBRTC_DTLS_TRANSPORT_STATE,
      GST_WEBRTC_DTLS_TRANSPORT_STATE_NEW, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SRTP_PROFILES] = g_param_spec_string ("srtp-profiles", "SRTP profiles",
      "To offer or accept, best first, by OpenSSL's names, separated by colons; empty for none",
      GST_RTC_DTLS_DEFAULT_SRTP_PROFILES, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MTU] =
      g_param_spec_uint ("mtu", "MTU", "Largest datagram of the handshake in bytes", MIN_MTU,
          G_MAXUINT16, GST_RTC_DTLS_DEFAULT_MTU, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HANDSHAKE_TIMEOUT] = g_param_spec_uint ("handshake-timeout", "Handshake timeout",
      "Milliseconds from start until the association must be verified", 1, G_MAXINT,
      GST_RTC_DTLS_DEFAULT_HANDSHAKE_TIMEOUT, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  /**
   * GstRtcDtls:stats:
   *
   * "rtc-dtls-stats": dtls-state, role, fingerprint-verified (gboolean), remote-fingerprint,
   * dtls-version, dtls-cipher, srtp-profile (strings, once known), and guint64 counters:
   * srtp-packets-sent, srtp-bytes-sent, srtp-packets-received, srtp-bytes-received, srtp-dropped
   * (before or after the association), data-packets-sent, data-bytes-sent, data-packets-received,
   * data-bytes-received, dropped (DTLS), unknown-dropped (neither).
   */
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "What the association is and what passed through it", GST_TYPE_STRUCTURE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

void
gst_rtc_dtls_install_properties (GObjectClass *klass)
{
  make_identity_properties ();
  make_session_properties ();
  g_object_class_install_properties (klass, N_PROPS, properties);
}
