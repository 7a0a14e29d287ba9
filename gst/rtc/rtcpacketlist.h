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

RtcSlab *rtc_slab_new (gsize size_bytes);
guint8 *rtc_slab_get_data (RtcSlab *slab);
gsize rtc_slab_get_size (const RtcSlab *slab);
/* (transfer full): a writable buffer over @size_bytes at @offset. It keeps the memory alive; the
 * slab may be freed before it. */
GstBuffer *rtc_slab_slice (RtcSlab *slab, gsize offset, gsize size_bytes);
void rtc_slab_free (RtcSlab *slab);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcSlab, rtc_slab_free)

/* Pushes @list (transfer full); an empty list is freed and is GST_FLOW_OK. */
GstFlowReturn rtc_pad_push_list (GstPad *pad, GstBufferList *list);

G_END_DECLS
