/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Slabs and lists: slices are writable, keep the memory, and an empty list is no push. */

#include <string.h>

#include <gst/check/gstharness.h>
#include <gst/rtc/rtcpacketlist.h>

static void
test_slices_outlive_the_slab (void)
{
  RtcSlab *slab = rtc_slab_new (3000);
  GstBuffer *first = rtc_slab_slice (slab, 0, 1200);
  GstBuffer *second = rtc_slab_slice (slab, 1200, 1800);
  GstMapInfo map;

  g_assert_cmpuint (rtc_slab_get_size (slab), ==, 3000);
  memset (rtc_slab_get_data (slab), 7, 3000);
  rtc_slab_free (slab);
  g_assert_true (gst_buffer_is_writable (first));
  g_assert_cmpuint (gst_buffer_n_memory (first), ==, 1);
  g_assert_true (gst_buffer_map (first, &map, GST_MAP_READWRITE));
  g_assert_cmpuint (map.size, ==, 1200);
  g_assert_cmpint (map.data[1199], ==, 7);
  memset (map.data, 9, map.size);
  gst_buffer_unmap (first, &map);
  gst_buffer_unref (first);
  g_assert_true (gst_buffer_map (second, &map, GST_MAP_READ));
  g_assert_cmpint (map.data[0], ==, 7);
  g_assert_cmpuint (map.size, ==, 1800);
  gst_buffer_unmap (second, &map);
  gst_buffer_unref (second);
}

static void
test_writing_does_not_copy (void)
{
  g_autoptr (RtcSlab) slab = rtc_slab_new (100);
  GstBuffer *slice = rtc_slab_slice (slab, 20, 50);
  GstMapInfo map;

  slice = gst_buffer_make_writable (slice);
  g_assert_true (gst_buffer_map (slice, &map, GST_MAP_WRITE));
  g_assert_true (map.data == rtc_slab_get_data (slab) + 20);
  gst_buffer_unmap (slice, &map);
  gst_buffer_unref (slice);
}

static void
test_whole_and_empty_slices (void)
{
  g_autoptr (RtcSlab) slab = rtc_slab_new (10);
  GstBuffer *whole = rtc_slab_slice (slab, 0, 10);
  GstBuffer *empty = rtc_slab_slice (slab, 10, 0);

  g_assert_cmpuint (gst_buffer_get_size (whole), ==, 10);
  g_assert_cmpuint (gst_buffer_get_size (empty), ==, 0);
  gst_buffer_unref (whole);
  gst_buffer_unref (empty);
}

static void
test_push_list (void)
{
  GstHarness *harness = gst_harness_new ("identity");
  GstBufferList *list = gst_buffer_list_new ();

  gst_harness_set_src_caps_str (harness, "application/x-rtc-packets");
  g_assert_cmpint (rtc_pad_push_list (harness->srcpad, list), ==, GST_FLOW_OK);
  g_assert_cmpuint (gst_harness_buffers_received (harness), ==, 0);
  list = gst_buffer_list_new ();
  gst_buffer_list_add (list, gst_buffer_new_allocate (NULL, 12, NULL));
  gst_buffer_list_add (list, gst_buffer_new_allocate (NULL, 12, NULL));
  g_assert_cmpint (rtc_pad_push_list (harness->srcpad, list), ==, GST_FLOW_OK);
  g_assert_cmpuint (gst_harness_buffers_received (harness), ==, 2);
  gst_harness_teardown (harness);
}

static void
test_room_is_used_in_place (void)
{
  g_autoptr (RtcSlab) slab = rtc_slab_new (RTC_SLAB_LARGE_BYTES);
  GstBuffer *packet = rtc_slab_slice_with_room (slab, 100, 50, 21, 16);
  GstMemory *memory = rtc_packet_peek_sole_memory (packet);

  g_assert_nonnull (memory);
  g_assert_cmpuint (gst_buffer_get_size (packet), ==, 50);
  g_assert_false (rtc_packet_memory_grow (memory, 22, 16));
  g_assert_false (rtc_packet_memory_grow (memory, 21, 17));
  g_assert_true (rtc_packet_memory_grow (memory, 21, 16));
  memset (rtc_slab_get_data (slab) + 79, 5, 87);
  g_assert_cmpuint (gst_buffer_get_size (packet), ==, 87);
  g_assert_cmpint (gst_buffer_memcmp (packet, 0, rtc_slab_get_data (slab) + 79, 87), ==, 0);
  rtc_packet_memory_trim (memory, 21, 50);
  g_assert_cmpint (gst_buffer_memcmp (packet, 0, rtc_slab_get_data (slab) + 100, 50), ==, 0);
  gst_buffer_unref (packet);
}

static void
test_shared_memory_is_not_sole (void)
{
  g_autoptr (RtcSlab) slab = rtc_slab_new (100);
  g_autoptr (GstBuffer) packet = rtc_slab_slice (slab, 0, 100);
  g_autoptr (GstBuffer) part = gst_buffer_copy_region (packet, GST_BUFFER_COPY_MEMORY, 10, 20);
  GstBuffer *again = gst_buffer_ref (packet);

  g_assert_null (rtc_packet_peek_sole_memory (packet));
  gst_buffer_unref (again);
  g_assert_null (rtc_packet_peek_sole_memory (packet));
  g_assert_null (rtc_packet_peek_sole_memory (part));
  gst_clear_buffer (&part);
  g_assert_nonnull (rtc_packet_peek_sole_memory (packet));
}

/* More slices than a slab has room for, given back in any order. */
static void
test_many_small_slices (void)
{
  enum { N_SLICES = 100, BYTES = 20 };
  RtcSlab *slab = rtc_slab_new (N_SLICES * BYTES);
  GstBuffer *slices[N_SLICES];

  for (guint i = 0; i < N_SLICES; i++) {
    memset (rtc_slab_get_data (slab) + i * BYTES, (int) i, BYTES);
    slices[i] = rtc_slab_slice (slab, i * BYTES, BYTES);
  }
  rtc_slab_free (slab);
  for (guint i = 0; i < N_SLICES; i++) {
    guint8 byte = 0;

    g_assert_cmpuint (rtc_packet_read (slices[i * 37 % N_SLICES], &byte, 1), ==, 1);
    g_assert_cmpuint (byte, ==, i * 37 % N_SLICES);
    gst_buffer_unref (slices[i * 37 % N_SLICES]);
  }
}

/* As a depayloader does it: a part of a packet's payload goes on alone. */
static void
test_a_part_outlives_the_packet (void)
{
  RtcSlab *slab = rtc_slab_new (100);
  GstBuffer *packet = rtc_slab_slice_with_room (slab, 20, 60, 10, 16);
  g_autoptr (GstBuffer) part = gst_buffer_copy_region (packet, GST_BUFFER_COPY_MEMORY, 10, 40);
  g_autoptr (GstBuffer) piece = gst_buffer_copy_region (part, GST_BUFFER_COPY_MEMORY, 5, -1);
  g_autoptr (GstBuffer) copy = gst_buffer_copy_deep (packet);
  GstMemory *memory = gst_buffer_peek_memory (piece, 0);
  GstMapInfo map;

  for (guint i = 0; i < 100; i++)
    rtc_slab_get_data (slab)[i] = (guint8) i;
  rtc_slab_free (slab);
  gst_buffer_unref (packet);
  g_assert_true (gst_buffer_map (part, &map, GST_MAP_READ));
  g_assert_cmpuint (map.size, ==, 40);
  g_assert_cmpuint (map.data[0], ==, 30);
  gst_buffer_unmap (part, &map);
  g_assert_false (gst_memory_map (memory, &map, GST_MAP_WRITE));
  g_assert_cmpuint (gst_buffer_get_size (piece), ==, 35);
  g_assert_cmpuint (rtc_slab_peek_memory (memory)[0], ==, 35);
  g_assert_null (rtc_slab_peek_memory (gst_buffer_peek_memory (copy, 0)));
  g_assert_cmpuint (gst_buffer_get_size (copy), ==, 60);
}

/* Of one memory, of a header and its payload, of bytes spread over both, of nothing. */
static void
test_reading_the_first_bytes (void)
{
  static const guint8 bytes[] = { 1, 2, 3, 4, 5, 6 };
  g_autoptr (GstBuffer) packet = gst_buffer_new_memdup (bytes, 4);
  g_autoptr (GstBuffer) empty = gst_buffer_new ();
  guint8 out[8] = { 0 };
  GstMapInfo map;

  g_assert_cmpuint (rtc_packet_read (packet, out, 4), ==, 4);
  g_assert_cmpmem (out, 4, bytes, 4);
  g_assert_cmpuint (rtc_packet_read (packet, out, 8), ==, 4);
  gst_buffer_append (packet, gst_buffer_new_memdup (bytes + 4, 2));
  memset (out, 0, sizeof out);
  g_assert_cmpuint (rtc_packet_read (packet, out, 2), ==, 2);
  g_assert_cmpmem (out, 3, "\1\2\0", 3);
  g_assert_cmpuint (rtc_packet_read (packet, out, 8), ==, 6);
  g_assert_cmpmem (out, 6, bytes, 6);
  g_assert_cmpuint (rtc_packet_read (empty, out, 2), ==, 0);

  g_assert_true (rtc_packet_map (packet, &map));
  g_assert_cmpmem (map.data, map.size, bytes, 6);
  rtc_packet_unmap (packet, &map);
}

/* More than are kept are in use at once. */
static void
test_large_slabs_are_used_again (void)
{
  RtcSlab *slabs[40];

  for (guint round = 0; round < 2; round++) {
    for (guint i = 0; i < G_N_ELEMENTS (slabs); i++) {
      slabs[i] = rtc_slab_new (RTC_SLAB_LARGE_BYTES);
      g_assert_cmpuint (rtc_slab_get_size (slabs[i]), ==, RTC_SLAB_LARGE_BYTES);
      memset (rtc_slab_get_data (slabs[i]), (int) i, RTC_SLAB_LARGE_BYTES);
    }
    for (guint i = 0; i < G_N_ELEMENTS (slabs); i++) {
      g_assert_cmpuint (rtc_slab_get_data (slabs[i])[RTC_SLAB_LARGE_BYTES - 1], ==, i);
      rtc_slab_free (slabs[i]);
    }
  }
}

int
main (int argc, char **argv)
{
  gint result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/slab/outlived", test_slices_outlive_the_slab);
  g_test_add_func ("/slab/in-place", test_writing_does_not_copy);
  g_test_add_func ("/slab/bounds", test_whole_and_empty_slices);
  g_test_add_func ("/slab/room", test_room_is_used_in_place);
  g_test_add_func ("/slab/sole", test_shared_memory_is_not_sole);
  g_test_add_func ("/slab/many", test_many_small_slices);
  g_test_add_func ("/slab/part", test_a_part_outlives_the_packet);
  g_test_add_func ("/packet/read", test_reading_the_first_bytes);
  g_test_add_func ("/slab/large", test_large_slabs_are_used_again);
  g_test_add_func ("/list/push", test_push_list);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
