/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of states as W3C webrtc-pc writes them. */
#include "example.h"

static const gchar *
get_nick (GType type, gint value)
{
  g_autoptr (GEnumClass) values = g_type_class_ref (type);
  GEnumValue *found = g_enum_get_value (values, value);

  return found != NULL ? found->value_nick : "unknown";
}

const gchar *
example_get_ice_state_name (GstWebRTCICEConnectionState state)
{
  return get_nick (GST_TYPE_WEBRTC_ICE_CONNECTION_STATE, state);
}

const gchar *
example_get_state_name (GstWebRTCPeerConnectionState state)
{
  return get_nick (GST_TYPE_WEBRTC_PEER_CONNECTION_STATE, state);
}
