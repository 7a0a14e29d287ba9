/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The settings of rtcice and their properties, see the header. */
#include "rtcicesettings.h"

enum {
  SETTING_TRANSPORT_POLICY,
  SETTING_LOCAL_ADDRESSES,
  SETTING_MIN_PORT,
  SETTING_MAX_PORT,
  SETTING_ICE_TCP,
  SETTING_NOMINATION,
  SETTING_PACING,
  SETTING_DISCONNECTED_TIMEOUT,
  SETTING_FAILED_TIMEOUT,
  SETTING_PATH,
  SETTING_RECEIVE_BUFFER_SIZE,
  SETTING_SEND_BUFFER_SIZE,
  SETTING_CANDIDATE_TYPES,
};

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING)

GType
gst_rtc_ice_nomination_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { GST_RTC_ICE_NOMINATION_REGULAR, "Nominate one pair when checks succeeded", "regular" },
    { GST_RTC_ICE_NOMINATION_AGGRESSIVE, "Nominate with each check", "aggressive" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstRtcIceNomination", values));
  return type;
}

GType
gst_rtc_ice_path_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { GST_RTC_ICE_PATH_AUTO, "A socket beside libnice's where the system can steer", "auto" },
    { GST_RTC_ICE_PATH_DIRECT, "A socket beside libnice's, or nothing is sent", "direct" },
    { GST_RTC_ICE_PATH_AGENT, "Through libnice always", "agent" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstRtcIcePath", values));
  return type;
}

void
rtc_ice_settings_init (RtcIceSettings *settings)
{
  *settings = (RtcIceSettings){
    .transport_policy = GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL,
    .nomination = GST_RTC_ICE_NOMINATION_AGGRESSIVE,
    .disconnected_timeout_ms = RTC_ICE_DEFAULT_DISCONNECTED_TIMEOUT_MS,
    .failed_timeout_ms = RTC_ICE_DEFAULT_FAILED_TIMEOUT_MS,
    .path = GST_RTC_ICE_PATH_AUTO,
    .receive_buffer_bytes = RTC_ICE_DEFAULT_RECEIVE_BUFFER,
    .send_buffer_bytes = RTC_ICE_DEFAULT_SEND_BUFFER,
    .candidate_types = GST_RTC_ICE_CANDIDATE_ALL,
  };
}

void
rtc_ice_settings_copy (const RtcIceSettings *from, RtcIceSettings *to)
{
  gchar **previous = to->local_addresses;

  *to = *from;
  to->local_addresses = g_strdupv (from->local_addresses);
  g_strfreev (previous);
}

void
rtc_ice_settings_clear (RtcIceSettings *settings)
{
  g_clear_pointer (&settings->local_addresses, g_strfreev);
}

static void
install_network (GObjectClass *object_class, guint first_id)
{
  g_object_class_install_property (object_class, first_id + SETTING_TRANSPORT_POLICY,
      g_param_spec_enum ("transport-policy", "Transport policy",
          "Which candidates are used: all, or only those of a relay (hides local addresses)",
          GST_TYPE_WEBRTC_ICE_TRANSPORT_POLICY, GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL, FLAGS));
  g_object_class_install_property (object_class, first_id + SETTING_LOCAL_ADDRESSES,
      g_param_spec_boxed ("local-addresses", "Local addresses",
          "IP addresses to bind; NULL = those of all interfaces that are up, and loopback only "
          "when no other is",
          G_TYPE_STRV, FLAGS));
  g_object_class_install_property (object_class, first_id + SETTING_MIN_PORT,
      g_param_spec_uint ("min-port", "Minimum port", "Lowest local UDP port to bind (0 = any port)",
          0, G_MAXUINT16, 0, FLAGS));
  g_object_class_install_property (object_class, first_id + SETTING_MAX_PORT,
      g_param_spec_uint ("max-port", "Maximum port", "Highest local UDP port to bind (0 = 65535)",
          0, G_MAXUINT16, 0, FLAGS));
  g_object_class_install_property (object_class, first_id + SETTING_ICE_TCP,
      g_param_spec_boolean (
          "ice-tcp", "ICE-TCP", "Also offer and use TCP candidates (RFC 6544)", FALSE, FLAGS));
}

static void
install_timing (GObjectClass *object_class, guint first_id)
{
  g_object_class_install_property (object_class, first_id + SETTING_NOMINATION,
      g_param_spec_enum ("nomination", "Nomination",
          "How the controlling side chooses the pair: regular (RFC 8445), or aggressive (RFC "
          "5245), which connects one round trip and one pacing interval earlier",
          GST_RTC_TYPE_ICE_NOMINATION, GST_RTC_ICE_NOMINATION_AGGRESSIVE, FLAGS));
  g_object_class_install_property (object_class, first_id + SETTING_PACING,
      g_param_spec_uint ("pacing", "Pacing",
          "Time between two connectivity checks in milliseconds (0 = automatic: 1 while all remote "
          "candidates are on this machine or a private network and no server is set, otherwise 5)",
          0, 1000, 0, FLAGS));
  g_object_class_install_property (object_class, first_id + SETTING_DISCONNECTED_TIMEOUT,
      g_param_spec_uint ("disconnected-timeout", "Disconnected timeout",
          "Time in milliseconds without a sign of life from the peer after which the state is "
          "disconnected",
          5000, G_MAXINT, RTC_ICE_DEFAULT_DISCONNECTED_TIMEOUT_MS, FLAGS));
  g_object_class_install_property (object_class, first_id + SETTING_FAILED_TIMEOUT,
      g_param_spec_uint ("failed-timeout", "Failed timeout",
          "Time in milliseconds after which checks without a pair, or a pair without consent (RFC "
          "7675), end in the state failed",
          1000, G_MAXINT, RTC_ICE_DEFAULT_FAILED_TIMEOUT_MS, FLAGS));
}

static void
install_path (GObjectClass *object_class, guint first_id)
{
  g_object_class_install_property (object_class, first_id + SETTING_PATH,
      g_param_spec_enum ("path", "Path",
          "How packets get to and from the network: auto uses a socket beside libnice's on UDP "
          "pairs without a relay where the system can steer packets to it, and libnice otherwise",
          GST_RTC_TYPE_ICE_PATH, GST_RTC_ICE_PATH_AUTO, FLAGS));
  g_object_class_install_property (object_class, first_id + SETTING_RECEIVE_BUFFER_SIZE,
      g_param_spec_uint ("receive-buffer-size", "Receive buffer size",
          "Size in bytes that is asked for the socket's receive buffer (0 = the system's); the "
          "limit net.core.rmem_max holds for processes without CAP_NET_ADMIN",
          0, G_MAXINT / 2, RTC_ICE_DEFAULT_RECEIVE_BUFFER, FLAGS));
  g_object_class_install_property (object_class, first_id + SETTING_SEND_BUFFER_SIZE,
      g_param_spec_uint ("send-buffer-size", "Send buffer size",
          "Size in bytes that is asked for the socket's send buffer (0 = the system's)", 0,
          G_MAXINT / 2, RTC_ICE_DEFAULT_SEND_BUFFER, FLAGS));
  g_object_class_install_property (object_class, first_id + SETTING_CANDIDATE_TYPES,
      g_param_spec_flags ("candidate-types", "Candidate types",
          "Which local candidates the peer is told: host, srflx, relay; with relay alone only a "
          "relay is used, and without host no other candidate names this machine's addresses",
          GST_RTC_TYPE_ICE_CANDIDATE_TYPES, GST_RTC_ICE_CANDIDATE_ALL, FLAGS));
}

void
rtc_ice_settings_install (GObjectClass *object_class, guint first_id)
{
  install_network (object_class, first_id);
  install_timing (object_class, first_id);
  install_path (object_class, first_id);
}

void
rtc_ice_settings_set (RtcIceSettings *settings, guint offset, const GValue *value)
{
  switch (offset) {
  case SETTING_TRANSPORT_POLICY:
    settings->transport_policy = g_value_get_enum (value);
    break;
  case SETTING_LOCAL_ADDRESSES:
    g_strfreev (settings->local_addresses);
    settings->local_addresses = g_value_dup_boxed (value);
    break;
  case SETTING_MIN_PORT:
    settings->min_port = g_value_get_uint (value);
    break;
  case SETTING_MAX_PORT:
    settings->max_port = g_value_get_uint (value);
    break;
  case SETTING_ICE_TCP:
    settings->ice_tcp = g_value_get_boolean (value);
    break;
  case SETTING_NOMINATION:
    settings->nomination = g_value_get_enum (value);
    break;
  case SETTING_PACING:
    settings->pacing_ms = g_value_get_uint (value);
    break;
  case SETTING_DISCONNECTED_TIMEOUT:
    settings->disconnected_timeout_ms = g_value_get_uint (value);
    break;
  case SETTING_FAILED_TIMEOUT:
    settings->failed_timeout_ms = g_value_get_uint (value);
    break;
  case SETTING_PATH:
    settings->path = g_value_get_enum (value);
    break;
  case SETTING_RECEIVE_BUFFER_SIZE:
    settings->receive_buffer_bytes = g_value_get_uint (value);
    break;
  case SETTING_SEND_BUFFER_SIZE:
    settings->send_buffer_bytes = g_value_get_uint (value);
    break;
  case SETTING_CANDIDATE_TYPES:
    settings->candidate_types = g_value_get_flags (value);
    break;
  }
}

void
rtc_ice_settings_get (const RtcIceSettings *settings, guint offset, GValue *value)
{
  switch (offset) {
  case SETTING_TRANSPORT_POLICY:
    g_value_set_enum (value, settings->transport_policy);
    break;
  case SETTING_LOCAL_ADDRESSES:
    g_value_set_boxed (value, settings->local_addresses);
    break;
  case SETTING_MIN_PORT:
    g_value_set_uint (value, settings->min_port);
    break;
  case SETTING_MAX_PORT:
    g_value_set_uint (value, settings->max_port);
    break;
  case SETTING_ICE_TCP:
    g_value_set_boolean (value, settings->ice_tcp);
    break;
  case SETTING_NOMINATION:
    g_value_set_enum (value, settings->nomination);
    break;
  case SETTING_PACING:
    g_value_set_uint (value, settings->pacing_ms);
    break;
  case SETTING_DISCONNECTED_TIMEOUT:
    g_value_set_uint (value, settings->disconnected_timeout_ms);
    break;
  case SETTING_FAILED_TIMEOUT:
    g_value_set_uint (value, settings->failed_timeout_ms);
    break;
  case SETTING_PATH:
    g_value_set_enum (value, settings->path);
    break;
  case SETTING_RECEIVE_BUFFER_SIZE:
    g_value_set_uint (value, settings->receive_buffer_bytes);
    break;
  case SETTING_SEND_BUFFER_SIZE:
    g_value_set_uint (value, settings->send_buffer_bytes);
    break;
  case SETTING_CANDIDATE_TYPES:
    g_value_set_flags (value, settings->candidate_types);
    break;
  }
}
