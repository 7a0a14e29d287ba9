/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Packets travel in GstBufferLists, one packet a buffer, each buffer with one memory, mostly a
 * slice of a slab (rtcslab.h). What is here looks at them without asking GStreamer what it might
 * have to merge, copy or lock (performance: docs/performance.md).
 */
#pragma once

#include <gst/rtc/rtcslab.h>

G_BEGIN_DECLS

/* Bytes around a packet that whoever makes it may leave free, so that a record layer below writes
 * its header and tag there and encrypts in place: DTLS 1.2 with AES-GCM needs 13 + 8 and 16. */
#define RTC_PACKET_ROOM_BEFORE 24
#define RTC_PACKET_ROOM_AFTER 16

/* For packets in a list that is writable. The memory of @packet (transfer none) when nobody else
 * has it, otherwise NULL. */
GstMemory *rtc_packet_peek_sole_memory (GstBuffer *packet);
/* Grows such memory in place by bytes that are not set. FALSE: it has no such room. */
gboolean rtc_packet_memory_grow (GstMemory *memory, gsize before, gsize after);
/* Leaves @size bytes of it, those from @offset on. */
void rtc_packet_memory_trim (GstMemory *memory, gsize offset, gsize size);

/* Such memory for reading and writing, and the end of that. */
gboolean rtc_packet_memory_map (GstMemory *memory, GstMapInfo *out_map);
void rtc_packet_memory_unmap (GstMapInfo *map);

/* Copies the first bytes of @packet, at most @size, to @out; returns how many. */
gsize rtc_packet_read (GstBuffer *packet, guint8 *out, gsize size);

/* As gst_buffer_map() for reading, and its unmap, for packets that are one memory each. */
gboolean rtc_packet_map (GstBuffer *packet, GstMapInfo *out_map);
void rtc_packet_unmap (GstBuffer *packet, GstMapInfo *map);

/* Pushes @list (transfer full); an empty list is freed and is GST_FLOW_OK. */
GstFlowReturn rtc_pad_push_list (GstPad *pad, GstBufferList *list);

G_END_DECLS
