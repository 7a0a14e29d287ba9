/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets and lists of them; see the header. */
#include <gst/rtc/rtcpacketlist.h>

#include <string.h>

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

gboolean
rtc_packet_memory_map (GstMemory *memory, GstMapInfo *out_map)
{
  guint8 *bytes;

  g_return_val_if_fail (memory != NULL, FALSE);

  bytes = rtc_slab_peek_memory (memory);
  if (bytes == NULL)
    return gst_memory_map (memory, out_map, GST_MAP_READWRITE);
  *out_map = (GstMapInfo){ .memory = memory, .data = bytes, .size = memory->size };
  return TRUE;
}

void
rtc_packet_memory_unmap (GstMapInfo *map)
{
  if (rtc_slab_peek_memory (map->memory) == NULL)
    gst_memory_unmap (map->memory, map);
}

/* gst_buffer_map() asks at each step what it might have to merge. */
gboolean
rtc_packet_map (GstBuffer *packet, GstMapInfo *out_map)
{
  GstMemory *memory;
  guint8 *bytes;

  g_return_val_if_fail (GST_IS_BUFFER (packet), FALSE);

  if (gst_buffer_n_memory (packet) != 1)
    return gst_buffer_map (packet, out_map, GST_MAP_READ);
  memory = gst_buffer_peek_memory (packet, 0);
  bytes = rtc_slab_peek_memory (memory);
  if (bytes == NULL) {
    if (!gst_memory_map (memory, out_map, GST_MAP_READ))
      return FALSE;
    gst_memory_ref (memory);
    return TRUE;
  }
  *out_map = (GstMapInfo){ .memory = memory, .data = bytes, .size = memory->size };
  return TRUE;
}

void
rtc_packet_unmap (GstBuffer *packet, GstMapInfo *map)
{
  g_return_if_fail (GST_IS_BUFFER (packet));

  /* Without flags it was no map. The packet may have had more memories before than now. */
  if (map->flags != 0)
    gst_buffer_unmap (packet, map);
}

/* Copies the first bytes of @memory, at most @size; returns how many. None when it has some that
 * nobody may read. */
static gsize
read_memory (GstMemory *memory, guint8 *out, gsize size)
{
  guint8 *bytes = rtc_slab_peek_memory (memory);
  GstMapInfo map;

  size = MIN (size, memory->size);
  if (bytes != NULL) {
    memcpy (out, bytes, size);
  } else if (gst_memory_map (memory, &map, GST_MAP_READ)) {
    memcpy (out, map.data, size);
    gst_memory_unmap (memory, &map);
  } else {
    return 0;
  }
  return size;
}

/* A payloader's packets have their header in a memory of its own: no more is looked at than needed.
 */
gsize
rtc_packet_read (GstBuffer *packet, guint8 *out, gsize size)
{
  gsize done = 0;

  g_return_val_if_fail (GST_IS_BUFFER (packet), 0);

  for (guint i = 0; done < size && i < gst_buffer_n_memory (packet); i++) {
    GstMemory *memory = gst_buffer_peek_memory (packet, i);
    gsize n_read = read_memory (memory, out + done, size - done);

    if (n_read == 0 && memory->size > 0)
      break;
    done += n_read;
  }
  return done;
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
