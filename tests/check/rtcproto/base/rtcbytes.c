/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reader never leaves its bytes, and what the writer appends is read again. */
#include "base/rtcbytes.h"

static void
test_read_fields (void)
{
  const guint8 data[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a };
  RtcBytes bytes = rtc_bytes (data, sizeof data);
  guint8 u8;
  guint16 u16;
  guint32 u24, u32;

  g_assert_true (rtc_bytes_read_u8 (&bytes, &u8));
  g_assert_cmphex (u8, ==, 0x01);
  g_assert_true (rtc_bytes_read_u16 (&bytes, &u16));
  g_assert_cmphex (u16, ==, 0x0203);
  g_assert_true (rtc_bytes_read_u24 (&bytes, &u24));
  g_assert_cmphex (u24, ==, 0x040506);
  g_assert_true (rtc_bytes_read_u32 (&bytes, &u32));
  g_assert_cmphex (u32, ==, 0x0708090a);
  g_assert_cmpuint (bytes.size, ==, 0);
}

static void
test_read_u64 (void)
{
  const guint8 data[] = { 0xff, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08 };
  RtcBytes bytes = rtc_bytes (data, sizeof data);
  guint64 value;

  g_assert_true (rtc_bytes_read_u64 (&bytes, &value));
  g_assert_cmphex (value, ==, G_GUINT64_CONSTANT (0xff02030405060708));
}

static void
test_short_reads_move_nothing (void)
{
  const guint8 data[] = { 1, 2, 3, 4, 5, 6, 7 };

  for (gsize size = 0; size < 8; size++) {
    RtcBytes bytes = rtc_bytes (data, size), range = { 0 };
    guint64 u64 = 42;
    guint32 u32 = 42;
    guint16 u16 = 42;
    guint8 u8 = 42;

    g_assert_false (rtc_bytes_read_u64 (&bytes, &u64));
    g_assert_cmpuint (u64, ==, 42);
    g_assert_cmpuint (bytes.size, ==, size);
    g_assert_false (rtc_bytes_read_range (&bytes, size + 1, &range));
    g_assert_false (rtc_bytes_skip (&bytes, G_MAXSIZE));
    g_assert_null (range.data);
    g_assert_cmpint (rtc_bytes_read_u32 (&bytes, &u32), ==, size >= 4);
    bytes = rtc_bytes (data, size);
    g_assert_cmpint (rtc_bytes_read_u24 (&bytes, &u32), ==, size >= 3);
    bytes = rtc_bytes (data, size);
    g_assert_cmpint (rtc_bytes_read_u16 (&bytes, &u16), ==, size >= 2);
    bytes = rtc_bytes (data, size);
    g_assert_cmpint (rtc_bytes_read_u8 (&bytes, &u8), ==, size >= 1);
  }
}

static void
test_range_encloses (void)
{
  const guint8 data[] = { 1, 2, 3, 4 };
  RtcBytes bytes = rtc_bytes (data, sizeof data), range;
  guint16 u16;

  g_assert_true (rtc_bytes_read_range (&bytes, 1, &range));
  g_assert_false (rtc_bytes_read_u16 (&range, &u16));
  g_assert_true (rtc_bytes_skip (&bytes, 1));
  g_assert_true (rtc_bytes_read_u16 (&bytes, &u16));
  g_assert_cmphex (u16, ==, 0x0304);
}

static void
test_append (void)
{
  const guint8 expected[] = { 0x01, 0xff, 0xee, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0, 0, 0,
    0, 0, 0, 0, 0x0b };
  g_autoptr (GByteArray) array = g_byte_array_new ();

  rtc_bytes_append_u8 (array, 0x01);
  rtc_bytes_append_u16 (array, 0x0203);
  rtc_bytes_append_u24 (array, 0x040506);
  rtc_bytes_append_u32 (array, 0x0708090a);
  rtc_bytes_append_u64 (array, 0x0b);
  rtc_bytes_put_u16 (array, 1, 0xffee);
  g_assert_cmpmem (array->data, array->len, expected, sizeof expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bytes/read-fields", test_read_fields);
  g_test_add_func ("/bytes/read-u64", test_read_u64);
  g_test_add_func ("/bytes/short-reads-move-nothing", test_short_reads_move_nothing);
  g_test_add_func ("/bytes/range-encloses", test_range_encloses);
  g_test_add_func ("/bytes/append", test_append);
  return g_test_run ();
}
