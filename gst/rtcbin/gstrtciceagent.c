/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ICE settings in webrtcbin's form; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gio/gio.h>

#include "gstrtciceagent.h"

struct _GstRtcIceAgent {
  GstWebRTCICE parent;
  GWeakRef bin;
};

G_DEFINE_FINAL_TYPE (GstRtcIceAgent, gst_rtc_ice_agent, GST_TYPE_WEBRTC_ICE)

static void
set_on_bin (GstWebRTCICE *ice, const gchar *property, const gchar *value)
{
  g_autoptr (GObject) bin = g_weak_ref_get (&GST_RTC_ICE_AGENT (ice)->bin);

  if (bin)
    g_object_set (bin, property, value, NULL);
}

static gchar *
get_from_bin (GstWebRTCICE *ice, const gchar *property)
{
  g_autoptr (GObject) bin = g_weak_ref_get (&GST_RTC_ICE_AGENT (ice)->bin);
  gchar *value = NULL;

  if (bin)
    g_object_get (bin, property, &value, NULL);
  return value;
}

static void
set_stun_server (GstWebRTCICE *ice, const gchar *uri)
{
  set_on_bin (ice, "stun-server", uri);
}

static gchar *
get_stun_server (GstWebRTCICE *ice)
{
  return get_from_bin (ice, "stun-server");
}

static void
set_turn_server (GstWebRTCICE *ice, const gchar *uri)
{
  set_on_bin (ice, "turn-server", uri);
}

static gchar *
get_turn_server (GstWebRTCICE *ice)
{
  return get_from_bin (ice, "turn-server");
}

static void
set_http_proxy (GstWebRTCICE *ice, const gchar *uri)
{
  set_on_bin (ice, "http-proxy", uri);
}

static gchar *
get_http_proxy (GstWebRTCICE *ice)
{
  return get_from_bin (ice, "http-proxy");
}

static gboolean
add_turn_server (GstWebRTCICE *ice, const gchar *uri)
{
  g_autoptr (GObject) bin = g_weak_ref_get (&GST_RTC_ICE_AGENT (ice)->bin);
  gboolean is_added = FALSE;

  if (bin)
    g_signal_emit_by_name (bin, "add-turn-server", uri, &is_added);
  return is_added;
}

static void
set_force_relay (GstWebRTCICE *ice, gboolean is_forced)
{
  g_autoptr (GObject) bin = g_weak_ref_get (&GST_RTC_ICE_AGENT (ice)->bin);

  if (bin)
    g_object_set (bin, "ice-transport-policy",
        is_forced ? GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY : GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL,
        NULL);
}

static gboolean
on_add_local_ip_address (GstRtcIceAgent *self, const gchar *address)
{
  g_autoptr (GObject) bin = g_weak_ref_get (&self->bin);
  g_auto (GStrv) before = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) after = NULL;

  if (!bin || !address || !g_hostname_is_ip_address (address))
    return FALSE;
  g_object_get (bin, "local-addresses", &before, NULL);
  if (before)
    g_strv_builder_addv (builder, (const char **) before);
  g_strv_builder_add (builder, address);
  after = g_strv_builder_end (builder);
  g_object_set (bin, "local-addresses", after, NULL);
  return TRUE;
}

static void
on_ports_changed (GstRtcIceAgent *self, GParamSpec *pspec, gpointer user_data)
{
  g_autoptr (GObject) bin = g_weak_ref_get (&self->bin);
  guint min_port, max_port;

  if (!bin)
    return;
  g_object_get (self, "min-rtp-port", &min_port, "max-rtp-port", &max_port, NULL);
  g_object_set (
      bin, "min-port", MIN (min_port, G_MAXUINT16), "max-port", MIN (max_port, G_MAXUINT16), NULL);
}

static void
gst_rtc_ice_agent_finalize (GObject *object)
{
  g_weak_ref_clear (&GST_RTC_ICE_AGENT (object)->bin);
  G_OBJECT_CLASS (gst_rtc_ice_agent_parent_class)->finalize (object);
}

static void
gst_rtc_ice_agent_class_init (GstRtcIceAgentClass *klass)
{
  GstWebRTCICEClass *ice_class = GST_WEBRTC_ICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_rtc_ice_agent_finalize;
  ice_class->set_stun_server = set_stun_server;
  ice_class->get_stun_server = get_stun_server;
  ice_class->set_turn_server = set_turn_server;
  ice_class->get_turn_server = get_turn_server;
  ice_class->set_http_proxy = set_http_proxy;
  ice_class->get_http_proxy = get_http_proxy;
  ice_class->add_turn_server = add_turn_server;
  ice_class->set_force_relay = set_force_relay;
  g_signal_override_class_handler (
      "add-local-ip-address", G_TYPE_FROM_CLASS (klass), G_CALLBACK (on_add_local_ip_address));
}

static void
gst_rtc_ice_agent_init (GstRtcIceAgent *self)
{
  g_weak_ref_init (&self->bin, NULL);
}

GstRtcIceAgent *
gst_rtc_ice_agent_new (GstElement *bin)
{
  GstRtcIceAgent *self = g_object_new (GST_RTC_TYPE_ICE_AGENT, NULL);

  gst_object_ref_sink (self);
  g_weak_ref_set (&self->bin, bin);
  g_signal_connect (self, "notify::min-rtp-port", G_CALLBACK (on_ports_changed), NULL);
  g_signal_connect (self, "notify::max-rtp-port", G_CALLBACK (on_ports_changed), NULL);
  return self;
}
