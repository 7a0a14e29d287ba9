/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The other side has ended the session (RFC 7675 §5.2): the DTLS transports of the peer, which
 * webrtcbin's interface shows through its transceivers and its SCTP transport, are all closed by a
 * close_notify, or have failed by a fatal alert. connection-state does not tell (W3C webrtc-pc
 * §4.3.3: "connected or closed"). Part of the peer's driver.
 */
#include "rtcpeerdriverparts.h"

static void
add_transport (GPtrArray *transports, GObject *owner, const gchar *property)
{
  GObject *transport = NULL;
  if (owner != NULL)
    g_object_get (owner, property, &transport, NULL);
  if (transport == NULL)
    return;
  if (g_ptr_array_find (transports, transport, NULL))
    g_object_unref (transport);
  else
    g_ptr_array_add (transports, transport);
}

static void
add_media_transports (GPtrArray *transports, GstElement *peer)
{
  g_autoptr (GArray) transceivers = NULL;
  if (g_signal_lookup ("get-transceivers", G_OBJECT_TYPE (peer)) == 0)
    return;
  g_signal_emit_by_name (peer, "get-transceivers", &transceivers);
  for (guint i = 0; transceivers != NULL && i < transceivers->len; i++) {
    g_autoptr (GObject) receiver = NULL;
    g_object_get (g_array_index (transceivers, GObject *, i), "receiver", &receiver, NULL);
    add_transport (transports, receiver, "transport");
  }
}

GPtrArray *
rtc_peer_list_transports (GstElement *peer)
{
  GPtrArray *transports = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GObject) sctp = NULL;
  add_media_transports (transports, peer);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (peer), "sctp-transport") != NULL)
    g_object_get (peer, "sctp-transport", &sctp, NULL);
  add_transport (transports, sctp, "transport");
  return transports;
}

/* Whether each is closed or has failed. */
static gboolean
are_over (GPtrArray *transports, gboolean *out_has_failed)
{
  *out_has_failed = FALSE;
  for (guint i = 0; i < transports->len; i++) {
    GstWebRTCDTLSTransportState state = GST_WEBRTC_DTLS_TRANSPORT_STATE_NEW;
    g_object_get (g_ptr_array_index (transports, i), "state", &state, NULL);
    if (state == GST_WEBRTC_DTLS_TRANSPORT_STATE_FAILED)
      *out_has_failed = TRUE;
    else if (state != GST_WEBRTC_DTLS_TRANSPORT_STATE_CLOSED)
      return FALSE;
  }
  return transports->len > 0;
}

/* What came before the farewell leaves the peer's jitter buffers first. */
static GstClockTime
get_latency (GstElement *peer)
{
  guint latency_ms = 0;
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (peer), "latency") != NULL)
    g_object_get (peer, "latency", &latency_ms, NULL);
  return latency_ms * GST_MSECOND;
}

static void
look (RtcPeerDriver *driver)
{
  gboolean has_failed;
  if (driver->is_left || !are_over (driver->transports, &has_failed))
    return;
  driver->is_left = TRUE;
  driver->farewell = has_failed ? "DTLS has failed" : "the peer closed the connection";
  rtc_loop_timer_set (
      driver->farewell_timer, rtc_loop_now (driver->loop) + get_latency (driver->peer));
}

void
rtc_peer_farewell_due (gpointer user_data)
{
  RtcPeerDriver *driver = user_data;
  driver->funcs.left (driver->farewell, driver->user_data);
}

static void
state_changed (RtcPeerDriver *driver, gpointer data)
{
  look (driver);
}

static void
on_state (GObject *transport, GParamSpec *property, gpointer user_data)
{
  rtc_peer_event_post (rtc_peer_event_new (user_data, state_changed));
}

void
rtc_peer_watch_transports (RtcPeerDriver *driver, GPtrArray *transports)
{
  rtc_peer_forget_transports (driver);
  driver->transports = g_ptr_array_ref (transports);
  for (guint i = 0; i < transports->len; i++)
    rtc_peer_driver_connect (
        driver, g_ptr_array_index (transports, i), "notify::state", G_CALLBACK (on_state));
  look (driver);
}

void
rtc_peer_forget_transports (RtcPeerDriver *driver)
{
  for (guint i = 0; driver->transports != NULL && i < driver->transports->len; i++)
    g_signal_handlers_disconnect_by_func (
        g_ptr_array_index (driver->transports, i), on_state, driver);
  g_clear_pointer (&driver->transports, g_ptr_array_unref);
}
