/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Slabs: one allocation that the packets of a batch share. A slice is a writable buffer of its
 * own bytes (gst_memory_share() would make it read-only, and SRTP works in place); it owns one
 * reference of the slab. Slices of one slab must not overlap, neither may their rooms.
 */

#include <gst/rtc/rtcpacketlist.h>

#include <string.h>

struct _RtcSlab {
  gatomicrefcount ref_count;
  gsize size_bytes;
  /* Cipher code likes its input aligned. */
  guint8 data[] __attribute__ ((aligned (16)));
};

/* Large slabs that nobody uses now. malloc() joins its free lists each time that so much memory is
 * given back, and the next user would have to fault the pages in again. */
#define MAX_SPARE_SLABS 16

static GMutex spare_lock;
static RtcSlab *spare_slabs[MAX_SPARE_SLABS];
static guint n_spare_slabs;

static RtcSlab *
take_spare (void)
{
  RtcSlab *slab = NULL;

  g_mutex_lock (&spare_lock);
  if (n_spare_slabs > 0)
    slab = spare_slabs[--n_spare_slabs];
  g_mutex_unlock (&spare_lock);
  return slab;
}

static gboolean
keep_spare (RtcSlab *slab)
{
  gboolean has_room;

  g_mutex_lock (&spare_lock);
  has_room = n_spare_slabs < MAX_SPARE_SLABS;
  if (has_room)
    spare_slabs[n_spare_slabs++] = slab;
  g_mutex_unlock (&spare_lock);
  return has_room;
}

RtcSlab *
rtc_slab_new (gsize size_bytes)
{
  RtcSlab *slab = NULL;

  g_return_val_if_fail (size_bytes <= G_MAXSIZE - sizeof (RtcSlab), NULL);

  if (size_bytes == RTC_SLAB_LARGE_BYTES)
    slab = take_spare ();
  if (slab == NULL)
    slab = g_malloc (sizeof (RtcSlab) + size_bytes);
  g_atomic_ref_count_init (&slab->ref_count);
  slab->size_bytes = size_bytes;
  return slab;
}

guint8 *
rtc_slab_get_data (RtcSlab *slab)
{
  g_return_val_if_fail (slab != NULL, NULL);

  return slab->data;
}

gsize
rtc_slab_get_size (const RtcSlab *slab)
{
  g_return_val_if_fail (slab != NULL, 0);

  return slab->size_bytes;
}

GstBuffer *
rtc_slab_slice_with_room (
    RtcSlab *slab, gsize offset, gsize size_bytes, gsize room_before, gsize room_after)
{
  g_return_val_if_fail (slab != NULL, NULL);
  g_return_val_if_fail (offset <= slab->size_bytes && room_before <= offset, NULL);
  g_return_val_if_fail (size_bytes <= slab->size_bytes - offset, NULL);
  g_return_val_if_fail (room_after <= slab->size_bytes - offset - size_bytes, NULL);

  g_atomic_ref_count_inc (&slab->ref_count);
  return gst_buffer_new_wrapped_full (0, slab->data + offset - room_before,
      room_before + size_bytes + room_after, room_before, size_bytes, slab,
      (GDestroyNotify) rtc_slab_free);
}

GstBuffer *
rtc_slab_slice (RtcSlab *slab, gsize offset, gsize size_bytes)
{
  return rtc_slab_slice_with_room (slab, offset, size_bytes, 0, 0);
}

void
rtc_slab_free (RtcSlab *slab)
{
  if (slab == NULL || !g_atomic_ref_count_dec (&slab->ref_count))
    return;
  if (slab->size_bytes != RTC_SLAB_LARGE_BYTES || !keep_spare (slab))
    g_free (slab);
}

/* GStreamer's own check walks from the memory to the list and back, at each step that writes. */
GstMemory *
rtc_packet_peek_sole_memory (GstBuffer *packet)
{
  GstMemory *memory;

  g_return_val_if_fail (GST_IS_BUFFER (packet), NULL);

  if (GST_MINI_OBJECT_REFCOUNT_VALUE (packet) != 1 || gst_buffer_n_memory (packet) != 1)
    return NULL;
  memory = gst_buffer_peek_memory (packet, 0);
  return GST_MINI_OBJECT_REFCOUNT_VALUE (memory) == 1 && !GST_MEMORY_IS_READONLY (memory) ? memory
                                                                                          : NULL;
}

gboolean
rtc_packet_memory_grow (GstMemory *memory, gsize before, gsize after)
{
  g_return_val_if_fail (memory != NULL, FALSE);

  if (memory->offset < before || memory->maxsize - memory->offset - memory->size < after)
    return FALSE;
  memory->offset -= before;
  memory->size += before + after;
  return TRUE;
}

void
rtc_packet_memory_trim (GstMemory *memory, gsize offset, gsize size)
{
  g_return_if_fail (memory != NULL && offset <= memory->size && size <= memory->size - offset);

  memory->offset += offset;
  memory->size = size;
}

/* gst_buffer_map() asks at each step what it might have to merge. */
gboolean
rtc_packet_map (GstBuffer *packet, GstMapInfo *out_map)
{
  g_return_val_if_fail (GST_IS_BUFFER (packet), FALSE);

  if (gst_buffer_n_memory (packet) != 1)
    return gst_buffer_map (packet, out_map, GST_MAP_READ);
  return gst_memory_map (gst_buffer_peek_memory (packet, 0), out_map, GST_MAP_READ);
}

void
rtc_packet_unmap (GstBuffer *packet, GstMapInfo *map)
{
  g_return_if_fail (GST_IS_BUFFER (packet));

  if (gst_buffer_n_memory (packet) != 1)
    gst_buffer_unmap (packet, map);
  else
    gst_memory_unmap (map->memory, map);
}

/* A payloader's packets have their header in a memory of its own: no more is looked at than needed.
 */
gsize
rtc_packet_read (GstBuffer *packet, guint8 *out, gsize size)
{
  GstMemory *first;
  gboolean is_there;
  GstMapInfo map;

  g_return_val_if_fail (GST_IS_BUFFER (packet), 0);

  if (gst_buffer_n_memory (packet) == 0)
    return 0;
  first = gst_buffer_peek_memory (packet, 0);
  if (!gst_memory_map (first, &map, GST_MAP_READ))
    return 0;
  is_there = map.size >= size;
  if (is_there)
    memcpy (out, map.data, size);
  gst_memory_unmap (first, &map);
  return is_there ? size : gst_buffer_extract (packet, 0, out, size);
}

GstFlowReturn
rtc_pad_push_list (GstPad *pad, GstBufferList *list)
{
  g_return_val_if_fail (GST_IS_PAD (pad), GST_FLOW_ERROR);
  g_return_val_if_fail (list != NULL, GST_FLOW_ERROR);

  if (gst_buffer_list_length (list) == 0) {
    gst_buffer_list_unref (list);
    return GST_FLOW_OK;
  }
  return gst_pad_push_list (pad, list);
}
