/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The packets that one association has to send, collected until the turn or call that made them
 * ends. They are written behind each other into slabs. Single owner, which locks it.
 */
#pragma once

#include <gst/rtc/rtcpacketlist.h>

typedef struct {
  GstBufferList *list;
  RtcSlab *slab;
  gsize used_bytes;
  gint sack_index; /* of the last packet that is a SACK alone and may be superseded, or -1 */
  guint n_superseded;
  guint8 *last_packet; /* in the slab */
  gsize last_size;
} RtcSctpBatch;

void rtc_sctp_batch_init (RtcSctpBatch *batch);
void rtc_sctp_batch_clear (RtcSctpBatch *batch);
/* Copies @packet and fills its checksum. */
void rtc_sctp_batch_add (RtcSctpBatch *batch, const guint8 *packet, gsize size);
/* (transfer full) What was collected, NULL when that is nothing. */
GstBufferList *rtc_sctp_batch_take (RtcSctpBatch *batch);
