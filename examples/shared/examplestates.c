/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of states as W3C webrtc-pc writes them, and the lines of a data channel. */
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

static void
print_channel (GstWebRTCDataChannel *channel, const gchar *what)
{
  g_autofree gchar *label = NULL;
  gint id = -1;

  g_object_get (channel, "label", &label, "id", &id, NULL);
  g_print ("Data channel '%s'-'%d' %s\n", label, id, what);
}

static void
on_open (GstWebRTCDataChannel *channel, gpointer user_data)
{
  print_channel (channel, "open");
}

static void
on_close (GstWebRTCDataChannel *channel, gpointer user_data)
{
  print_channel (channel, "closed");
}

void
example_watch_channel (GstWebRTCDataChannel *channel)
{
  GstWebRTCDataChannelState state;

  g_signal_connect (channel, "on-open", G_CALLBACK (on_open), NULL);
  g_signal_connect (channel, "on-close", G_CALLBACK (on_close), NULL);
  g_object_get (channel, "ready-state", &state, NULL);
  if (state == GST_WEBRTC_DATA_CHANNEL_STATE_OPEN)
    print_channel (channel, "open");
}
