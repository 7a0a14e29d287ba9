/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Packets travel in GstBufferLists, one packet a buffer, each buffer with one memory. A slab is
 * one allocation that many packets of a batch share as slices, so a batch of 64 packets costs one
 * malloc and no copy on its way (performance: docs/performance.md).
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Memory for @size_bytes that packets are written into one behind the other. Single owner. */
typedef struct _RtcSlab RtcSlab;

/* The size for bursts: slabs of it are used again, so they cost no allocation. */
#define RTC_SLAB_LARGE_BYTES 65536

/* Bytes around a packet that whoever makes it may leave free, so that a record layer below writes
 * its header and tag there and encrypts in place: DTLS 1.2 with AES-GCM needs 13 + 8 and 16. */
#define RTC_PACKET_ROOM_BEFORE 24
#define RTC_PACKET_ROOM_AFTER 16

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

/* For packets in a list that is writable. The memory of @packet (transfer none) when nobody else
 * has it, otherwise NULL. */
GstMemory *rtc_packet_peek_sole_memory (GstBuffer *packet);
/* Grows such memory in place by bytes that are not set. FALSE: it has no such room. */
gboolean rtc_packet_memory_grow (GstMemory *memory, gsize before, gsize after);
/* Leaves @size bytes of it, those from @offset on. */
void rtc_packet_memory_trim (GstMemory *memory, gsize offset, gsize size);

/* Copies the first bytes of @packet, at most @size, to @out; returns how many. */
gsize rtc_packet_read (GstBuffer *packet, guint8 *out, gsize size);

/* As gst_buffer_map() for reading, and its unmap, for packets that are one memory each. */
gboolean rtc_packet_map (GstBuffer *packet, GstMapInfo *out_map);
void rtc_packet_unmap (GstBuffer *packet, GstMapInfo *map);

/* Pushes @list (transfer full); an empty list is freed and is GST_FLOW_OK. */
GstFlowReturn rtc_pad_push_list (GstPad *pad, GstBufferList *list);

G_END_DECLS
