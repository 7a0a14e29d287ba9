/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The packets that leave the session; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcsendpacket.h"

#include <string.h>

#include <gst/rtc/rtcpacketlist.h>
#include "wire/rtcrtpheader.h"

#define HEADER_BYTES 12
#define ORIGINAL_SEQUENCE_BYTES 2
#define ROOM (ORIGINAL_SEQUENCE_BYTES + RTC_PACKET_ROOM_AFTER)

/* Packets of a list lie close to each other, at any address; GStreamer's macros write whole words.
 */
static void
write_u16 (guint8 *bytes, guint value)
{
  bytes[0] = (guint8) (value >> 8);
  bytes[1] = (guint8) value;
}

static void
write_u32 (guint8 *bytes, guint32 value)
{
  write_u16 (bytes, value >> 16);
  write_u16 (bytes + 2, value);
}

/* Returns how many bytes were written, 0 when @packet is no RTP. */
static gsize
write_packet (const GstRtcSendFormat *format, GstBuffer *packet, guint8 *bytes, gsize size)
{
  if (size < HEADER_BYTES || rtc_packet_read (packet, bytes, size) < size)
    return 0;
  bytes[1] = (bytes[1] & 0x80) | format->pt;
  write_u32 (bytes + 8, format->ssrc);
  return size;
}

static void
copy_times (GstBuffer *to, GstBuffer *from)
{
  GST_BUFFER_PTS (to) = GST_BUFFER_PTS (from);
  GST_BUFFER_DTS (to) = GST_BUFFER_DTS (from);
  GST_BUFFER_DURATION (to) = GST_BUFFER_DURATION (from);
}

GstBufferList *
gst_rtc_send_packet_copy_list (const GstRtcSendFormat *format, GstBufferList *list)
{
  guint length = gst_buffer_list_length (list);
  GstBufferList *copies = gst_buffer_list_new_sized (length);
  g_autoptr (RtcSlab) slab = rtc_slab_new (gst_buffer_list_calculate_size (list) + length * ROOM);
  gsize offset = 0;

  for (guint i = 0; i < length; i++) {
    GstBuffer *packet = gst_buffer_list_get (list, i);
    gsize size = gst_buffer_get_size (packet);
    GstBuffer *copy;

    size = write_packet (format, packet, rtc_slab_get_data (slab) + offset, size);
    if (!size)
      continue;
    copy = rtc_slab_slice_with_room (slab, offset, size, 0, RTC_PACKET_ROOM_AFTER);
    copy_times (copy, packet);
    gst_buffer_list_add (copies, copy);
    offset += size + RTC_PACKET_ROOM_AFTER;
  }
  return copies;
}

GstBuffer *
gst_rtc_send_packet_copy (const GstRtcSendFormat *format, GstBuffer *packet)
{
  gsize size = gst_buffer_get_size (packet);
  g_autoptr (RtcSlab) slab = rtc_slab_new (size + ROOM);
  GstBuffer *copy;

  size = write_packet (format, packet, rtc_slab_get_data (slab), size);
  if (!size)
    return NULL;
  copy = rtc_slab_slice_with_room (slab, 0, size, 0, RTC_PACKET_ROOM_AFTER);
  copy_times (copy, packet);
  return copy;
}

GstBuffer *
gst_rtc_send_packet_repeat (const GstRtcSendFormat *format, GstBuffer *packet, guint16 sequence)
{
  GstRtcSendFormat repeated = { .pt = format->rtx_pt, .ssrc = format->rtx_ssrc };
  gsize size = gst_buffer_get_size (packet);
  g_autoptr (RtcSlab) slab = rtc_slab_new (size + ROOM);
  guint8 *bytes = rtc_slab_get_data (slab);
  RtcRtpHeader header;
  guint8 *original;

  size = write_packet (&repeated, packet, bytes, size);
  if (!size || !rtc_rtp_header_read (bytes, size, &header))
    return NULL;
  original = bytes + header.size_bytes;
  memmove (original + ORIGINAL_SEQUENCE_BYTES, original, size - header.size_bytes);
  write_u16 (original, header.sequence);
  write_u16 (bytes + 2, sequence);
  return rtc_slab_slice_with_room (
      slab, 0, size + ORIGINAL_SEQUENCE_BYTES, 0, RTC_PACKET_ROOM_AFTER);
}

gboolean
gst_rtc_send_packet_get_sequence (GstBuffer *packet, guint16 *out_sequence)
{
  guint8 bytes[4];

  if (rtc_packet_read (packet, bytes, sizeof bytes) < sizeof bytes)
    return FALSE;
  *out_sequence = GST_READ_UINT16_BE (bytes + 2);
  return TRUE;
}
