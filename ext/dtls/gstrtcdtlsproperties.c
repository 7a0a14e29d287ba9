/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The properties of rtcdtls; gstrtcdtls.c gives them their meaning. */
#include "gstrtcdtlsproperties.h"

#include "rtcdtlscertificate.h"

#include <gst/webrtc/webrtc.h>

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
