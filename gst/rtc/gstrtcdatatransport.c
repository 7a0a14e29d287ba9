/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GstRtcDataTransport: the calls of the interface, forwarded to the element that implements it.
 */

#include <gst/rtc/gstrtcdatatransport.h>

G_DEFINE_INTERFACE (GstRtcDataTransport, gst_rtc_data_transport, GST_TYPE_ELEMENT)

static void
gst_rtc_data_transport_default_init (GstRtcDataTransportInterface *iface)
{
}

void
gst_rtc_data_transport_set_listener (
    GstRtcDataTransport *transport, const GstRtcDataListener *listener, gpointer user_data)
{
  g_return_if_fail (GST_RTC_IS_DATA_TRANSPORT (transport));

  GST_RTC_DATA_TRANSPORT_GET_IFACE (transport)->set_listener (transport, listener, user_data);
}

gboolean
gst_rtc_data_transport_start (
    GstRtcDataTransport *transport, guint16 local_port, guint16 remote_port, GError **error)
{
  g_return_val_if_fail (GST_RTC_IS_DATA_TRANSPORT (transport), FALSE);

  return GST_RTC_DATA_TRANSPORT_GET_IFACE (transport)->start (
      transport, local_port, remote_port, error);
}

gboolean
gst_rtc_data_transport_send (GstRtcDataTransport *transport, guint16 stream, guint32 ppid,
    GBytes *data, const GstRtcDataReliability *reliability, GError **error)
{
  g_return_val_if_fail (GST_RTC_IS_DATA_TRANSPORT (transport), FALSE);
  g_return_val_if_fail (data != NULL && reliability != NULL, FALSE);

  return GST_RTC_DATA_TRANSPORT_GET_IFACE (transport)->send (
      transport, stream, ppid, data, reliability, error);
}

void
gst_rtc_data_transport_reset_stream (GstRtcDataTransport *transport, guint16 stream)
{
  g_return_if_fail (GST_RTC_IS_DATA_TRANSPORT (transport));

  GST_RTC_DATA_TRANSPORT_GET_IFACE (transport)->reset_stream (transport, stream);
}

void
gst_rtc_data_transport_set_paused (
    GstRtcDataTransport *transport, guint16 stream, gboolean is_paused)
{
  g_return_if_fail (GST_RTC_IS_DATA_TRANSPORT (transport));

  GST_RTC_DATA_TRANSPORT_GET_IFACE (transport)->set_paused (transport, stream, is_paused);
}

guint64
gst_rtc_data_transport_get_buffered (GstRtcDataTransport *transport, guint16 stream)
{
  g_return_val_if_fail (GST_RTC_IS_DATA_TRANSPORT (transport), 0);

  return GST_RTC_DATA_TRANSPORT_GET_IFACE (transport)->get_buffered (transport, stream);
}

void
gst_rtc_data_transport_abort (GstRtcDataTransport *transport)
{
  g_return_if_fail (GST_RTC_IS_DATA_TRANSPORT (transport));

  GST_RTC_DATA_TRANSPORT_GET_IFACE (transport)->abort (transport);
}

GstStructure *
gst_rtc_data_transport_get_stats (GstRtcDataTransport *transport)
{
  g_return_val_if_fail (GST_RTC_IS_DATA_TRANSPORT (transport), NULL);

  return GST_RTC_DATA_TRANSPORT_GET_IFACE (transport)->get_stats (transport);
}
