/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of packets told apart and taken apart; see the header. */
#include "rtcdtlsdemux.h"

#include <gst/rtc/rtcpacketlist.h>

RtcPacketType
rtc_dtls_demux_classify (GstBuffer *buffer)
{
  guint8 first[2];

  return rtc_packet_classify (first, rtc_packet_read (buffer, first, sizeof first));
}

gboolean
rtc_dtls_demux_is_srtp (GstBufferList *list)
{
  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    RtcPacketType type = rtc_dtls_demux_classify (gst_buffer_list_get (list, i));

    if (type != RTC_PACKET_RTP && type != RTC_PACKET_RTCP)
      return FALSE;
  }
  return TRUE;
}

GstBufferList *
rtc_dtls_demux_split_off (GstBufferList **list, guint n_packets)
{
  GstBufferList *front;

  if (n_packets == gst_buffer_list_length (*list))
    return g_steal_pointer (list);
  front = gst_buffer_list_new_sized (n_packets);
  for (guint i = 0; i < n_packets; i++)
    gst_buffer_list_add (front, gst_buffer_ref (gst_buffer_list_get (*list, i)));
  gst_buffer_list_remove (*list, 0, n_packets);
  return front;
}

GstBufferList *
rtc_dtls_demux_join (GstBufferList *first, GstBufferList *second)
{
  for (guint i = 0; second && i < gst_buffer_list_length (second); i++)
    gst_buffer_list_add (first, gst_buffer_ref (gst_buffer_list_get (second, i)));
  g_clear_pointer (&second, gst_buffer_list_unref);
  return first;
}
