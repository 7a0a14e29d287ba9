/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Slabs: one allocation that the packets of a batch share. A slice is a writable buffer of its
 * own bytes (gst_memory_share() would make it read-only, and SRTP works in place); it owns one
 * reference of the slab. Slices of one slab must not overlap.
 */

#include <gst/rtc/rtcpacketlist.h>

struct _RtcSlab {
  gatomicrefcount ref_count;
  gsize size_bytes;
  /* Cipher code likes its input aligned. */
  guint8 data[] __attribute__ ((aligned (16)));
};

RtcSlab *
rtc_slab_new (gsize size_bytes)
{
  RtcSlab *slab;

  g_return_val_if_fail (size_bytes <= G_MAXSIZE - sizeof (RtcSlab), NULL);

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
rtc_slab_slice (RtcSlab *slab, gsize offset, gsize size_bytes)
{
  g_return_val_if_fail (slab != NULL, NULL);
  g_return_val_if_fail (offset <= slab->size_bytes, NULL);
  g_return_val_if_fail (size_bytes <= slab->size_bytes - offset, NULL);

  g_atomic_ref_count_inc (&slab->ref_count);
  return gst_buffer_new_wrapped_full (
      0, slab->data + offset, size_bytes, 0, size_bytes, slab, (GDestroyNotify) rtc_slab_free);
}

void
rtc_slab_free (RtcSlab *slab)
{
  if (slab != NULL && g_atomic_ref_count_dec (&slab->ref_count))
    g_free (slab);
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
