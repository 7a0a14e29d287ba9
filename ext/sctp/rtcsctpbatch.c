/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Batches of packets. A first small slab keeps an idle association cheap; a burst gets slabs of
 * 64 KiB. While a list of packets is received, the stack answers every second one with a SACK;
 * those that a later one of the same batch repeats are left out, all but one in MAX_SUPERSEDED,
 * because the peer's window grows by the number of SACKs (RFC 9260 §7.2.1). The last DATA of a
 * batch asks for a SACK at once: what comes next may wait for it, and usrsctp's retransmission
 * timer takes a packet whose SACK is delayed for a lost one, and the congestion window away.
 */
#include "rtcsctpbatch.h"

#include <string.h>

#include "rtcsctpcrc32c.h"
#include "rtcsctppacket.h"

#define FIRST_SLAB_BYTES (4 * 1024)
#define MAX_SUPERSEDED 7

void
rtc_sctp_batch_init (RtcSctpBatch *batch)
{
  *batch = (RtcSctpBatch){ .sack_index = -1 };
}

void
rtc_sctp_batch_clear (RtcSctpBatch *batch)
{
  g_clear_pointer (&batch->list, gst_buffer_list_unref);
  g_clear_pointer (&batch->slab, rtc_slab_free);
  rtc_sctp_batch_init (batch);
}

static void
drop_superseded (RtcSctpBatch *batch, const guint8 *packet, gsize size)
{
  if (batch->sack_index < 0 || !rtc_sctp_packet_begins_with_sack (packet, size))
    return;
  if (batch->n_superseded < MAX_SUPERSEDED) {
    gst_buffer_list_remove (batch->list, batch->sack_index, 1);
    batch->n_superseded++;
  } else {
    batch->n_superseded = 0;
  }
  batch->sack_index = -1;
}

/* Where the next packet goes; around it is room for the record layer. */
static guint8 *
reserve (RtcSctpBatch *batch, gsize packet_size)
{
  gsize size = RTC_PACKET_ROOM_BEFORE + packet_size + RTC_PACKET_ROOM_AFTER;

  if (batch->slab == NULL || rtc_slab_get_size (batch->slab) - batch->used_bytes < size) {
    gsize slab_size = batch->slab == NULL ? FIRST_SLAB_BYTES : RTC_SLAB_LARGE_BYTES;

    rtc_slab_free (batch->slab);
    batch->slab = rtc_slab_new (MAX (slab_size, size));
    batch->used_bytes = 0;
  }
  return rtc_slab_get_data (batch->slab) + batch->used_bytes + RTC_PACKET_ROOM_BEFORE;
}

void
rtc_sctp_batch_add (RtcSctpBatch *batch, const guint8 *packet, gsize size)
{
  guint8 *place;

  if (size < 12)
    return;
  if (batch->list == NULL)
    batch->list = gst_buffer_list_new_sized (8);
  drop_superseded (batch, packet, size);
  place = reserve (batch, size);
  memcpy (place, packet, size);
  rtc_sctp_packet_fill_checksum (place, size);
  batch->last_packet = place;
  batch->last_size = size;
  gst_buffer_list_add (batch->list,
      rtc_slab_slice_with_room (batch->slab, batch->used_bytes + RTC_PACKET_ROOM_BEFORE, size,
          RTC_PACKET_ROOM_BEFORE, RTC_PACKET_ROOM_AFTER));
  /* The next packet begins at a cache line half. */
  batch->used_bytes += (RTC_PACKET_ROOM_BEFORE + size + RTC_PACKET_ROOM_AFTER + 31) & ~(gsize) 31;
  batch->used_bytes = MIN (batch->used_bytes, rtc_slab_get_size (batch->slab));
  if (rtc_sctp_packet_is_sack (packet, size))
    batch->sack_index = gst_buffer_list_length (batch->list) - 1;
}

GstBufferList *
rtc_sctp_batch_take (RtcSctpBatch *batch)
{
  GstBufferList *list = g_steal_pointer (&batch->list);

  if (list != NULL && rtc_sctp_packet_ask_for_sack (batch->last_packet, batch->last_size))
    rtc_sctp_packet_fill_checksum (batch->last_packet, batch->last_size);
  rtc_sctp_batch_clear (batch);
  return list;
}
