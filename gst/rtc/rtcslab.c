/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Slabs; see the header. A slice is a writable buffer of its own bytes (gst_memory_share() would
 * make it read-only, and SRTP works in place); it owns one reference of the slab. Slices of one
 * slab must not overlap, neither may their rooms.
 *
 * Slices are GstMemory of an allocator of their own, so that others map, copy and share them as any
 * memory. As many as a batch mostly has lie behind the slab's bytes; more are allocated.
 *   n_embedded <= max_embedded
 */
#include <gst/rtc/rtcslab.h>

/* One for each so many bytes, and one: short packets are few at once. */
#define BYTES_PER_EMBEDDED_SLICE 1024

typedef struct {
  GstMemory memory;
  RtcSlab *slab;
  guint8 *base; /* the byte at offset 0 of the memory, room included */
} Slice;

struct _RtcSlab {
  gatomicrefcount ref_count;
  gsize size_bytes;
  Slice *embedded; /* behind the data */
  guint max_embedded;
  guint n_embedded; /* in use, or were; changed by the owner only */
  /* Cipher code likes its input aligned. */
  guint8 data[] __attribute__ ((aligned (16)));
};

/* Large slabs that nobody uses now. malloc() joins its free lists each time that so much memory is
 * given back, and the next user would have to fault the pages in again. */
#define MAX_SPARE_SLABS 16

static GMutex spare_lock;
static RtcSlab *spare_slabs[MAX_SPARE_SLABS];
static guint n_spare_slabs;

typedef struct {
  GstAllocator parent;
} RtcSlabAllocator;

typedef struct {
  GstAllocatorClass parent;
} RtcSlabAllocatorClass;

static GType rtc_slab_allocator_get_type (void);

G_DEFINE_TYPE (RtcSlabAllocator, rtc_slab_allocator, GST_TYPE_ALLOCATOR)

static gboolean
is_embedded (const RtcSlab *slab, const Slice *slice)
{
  return slice >= slab->embedded && slice < slab->embedded + slab->max_embedded;
}

static void
slice_free (GstAllocator *allocator, GstMemory *memory)
{
  Slice *slice = (Slice *) memory;
  RtcSlab *slab = slice->slab;

  if (!is_embedded (slab, slice))
    g_free (slice);
  rtc_slab_free (slab);
}

static gpointer
slice_map (GstMemory *memory, gsize max_size, GstMapFlags flags)
{
  return ((Slice *) memory)->base;
}

static void
slice_unmap (GstMemory *memory)
{
}

static GstMemory *
slice_share (GstMemory *memory, gssize offset, gssize size)
{
  Slice *slice = (Slice *) memory;
  Slice *part = g_new (Slice, 1);
  GstMemory *parent = memory->parent ? memory->parent : memory;

  part->slab = slice->slab;
  part->base = slice->base;
  g_atomic_ref_count_inc (&slice->slab->ref_count);
  gst_memory_init (&part->memory, GST_MEMORY_FLAG_READONLY, memory->allocator, parent,
      memory->maxsize, memory->align, memory->offset + (gsize) offset,
      size < 0 ? memory->size - (gsize) offset : (gsize) size);
  return &part->memory;
}

static void
rtc_slab_allocator_class_init (RtcSlabAllocatorClass *klass)
{
  GST_ALLOCATOR_CLASS (klass)->free = slice_free;
}

static void
rtc_slab_allocator_init (RtcSlabAllocator *self)
{
  GstAllocator *allocator = GST_ALLOCATOR (self);

  allocator->mem_type = "RtcSlab";
  allocator->mem_map = slice_map;
  allocator->mem_unmap = slice_unmap;
  allocator->mem_share = slice_share;
  GST_OBJECT_FLAG_SET (self, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC | GST_OBJECT_FLAG_MAY_BE_LEAKED);
}

static gpointer
make_allocator (gpointer data)
{
  return gst_object_ref_sink (g_object_new (rtc_slab_allocator_get_type (), NULL));
}

/* (transfer none): one for the process. */
static GstAllocator *
get_allocator (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_allocator, NULL);
}

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

static RtcSlab *
make_slab (gsize size_bytes)
{
  gsize data_bytes = (size_bytes + G_ALIGNOF (Slice) - 1) / G_ALIGNOF (Slice) * G_ALIGNOF (Slice);
  guint max_embedded = (guint) (size_bytes / BYTES_PER_EMBEDDED_SLICE) + 1;
  RtcSlab *slab = g_malloc (sizeof (RtcSlab) + data_bytes + max_embedded * sizeof (Slice));

  slab->size_bytes = size_bytes;
  slab->embedded = (Slice *) (gpointer) (slab->data + data_bytes);
  slab->max_embedded = max_embedded;
  return slab;
}

RtcSlab *
rtc_slab_new (gsize size_bytes)
{
  RtcSlab *slab = NULL;

  g_return_val_if_fail (size_bytes <= G_MAXINT32, NULL);

  if (size_bytes == RTC_SLAB_LARGE_BYTES)
    slab = take_spare ();
  if (slab == NULL)
    slab = make_slab (size_bytes);
  g_atomic_ref_count_init (&slab->ref_count);
  slab->n_embedded = 0;
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

static Slice *
take_slice (RtcSlab *slab)
{
  if (slab->n_embedded < slab->max_embedded)
    return &slab->embedded[slab->n_embedded++];
  return g_new (Slice, 1);
}

GstBuffer *
rtc_slab_slice_with_room (
    RtcSlab *slab, gsize offset, gsize size_bytes, gsize room_before, gsize room_after)
{
  GstBuffer *buffer;
  Slice *slice;

  g_return_val_if_fail (slab != NULL, NULL);
  g_return_val_if_fail (offset <= slab->size_bytes && room_before <= offset, NULL);
  g_return_val_if_fail (size_bytes <= slab->size_bytes - offset, NULL);
  g_return_val_if_fail (room_after <= slab->size_bytes - offset - size_bytes, NULL);

  slice = take_slice (slab);
  slice->slab = slab;
  slice->base = slab->data + offset - room_before;
  g_atomic_ref_count_inc (&slab->ref_count);
  gst_memory_init (&slice->memory, 0, get_allocator (), NULL, room_before + size_bytes + room_after,
      0, room_before, size_bytes);
  buffer = gst_buffer_new ();
  gst_buffer_append_memory (buffer, &slice->memory);
  return buffer;
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

guint8 *
rtc_slab_peek_memory (GstMemory *memory)
{
  if (memory->allocator != get_allocator ())
    return NULL;
  return ((Slice *) memory)->base + memory->offset;
}
