/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcSlab: one allocation that many packets of a batch share as slices, so a batch of 64 packets
 * costs one malloc and no copy on its way. A slice is an ordinary writable GstBuffer with one
 * GstMemory; that memory's bookkeeping lies in the slab, too, and its bytes are found without a
 * map, which is four atomic operations for each look at a header.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Memory for @size_bytes that packets are written into one behind the other. Single owner. */
typedef struct _RtcSlab RtcSlab;

/* The size for bursts: slabs of it are used again, so they cost no allocation. */
#define RTC_SLAB_LARGE_BYTES 65536

RtcSlab *rtc_slab_new (gsize size_bytes);
guint8 *rtc_slab_get_data (RtcSlab *slab);
gsize rtc_slab_get_size (const RtcSlab *slab);
/* (transfer full): a writable buffer over @size_bytes at @offset. It keeps the memory alive; the
 * slab may be freed before it. */
GstBuffer *rtc_slab_slice (RtcSlab *slab, gsize offset, gsize size_bytes);
/* The same with room that belongs to the slice: @offset is that of the packet itself. */
GstBuffer *rtc_slab_slice_with_room (
    RtcSlab *slab, gsize offset, gsize size_bytes, gsize room_before, gsize room_after);
void rtc_slab_free (RtcSlab *slab);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcSlab, rtc_slab_free)

/* (transfer none) (nullable): where the bytes of @memory are when it is a slice, or a part of one;
 * they are gst_memory_get_sizes() long. NULL: it must be mapped. */
guint8 *rtc_slab_peek_memory (GstMemory *memory);

G_END_DECLS
