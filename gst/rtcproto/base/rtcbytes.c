/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bounds-checked big-endian fields. Every parser of the core reads through these few functions, so
 * that the check of a length stands in one place. A reader is a value on its caller's stack. */
#include "base/rtcbytes.h"

gboolean
rtc_bytes_read_range (RtcBytes *bytes, gsize size, RtcBytes *out_range)
{
  if (size > bytes->size)
    return FALSE;
  *out_range = rtc_bytes (bytes->data, size);
  bytes->data += size;
  bytes->size -= size;
  return TRUE;
}

gboolean
rtc_bytes_skip (RtcBytes *bytes, gsize size)
{
  RtcBytes skipped;

  return rtc_bytes_read_range (bytes, size, &skipped);
}

static gboolean
read_field (RtcBytes *bytes, gsize size, guint64 *out_value)
{
  RtcBytes field;
  guint64 value = 0;

  if (!rtc_bytes_read_range (bytes, size, &field))
    return FALSE;
  for (gsize i = 0; i < size; i++)
    value = value << 8 | field.data[i];
  *out_value = value;
  return TRUE;
}

gboolean
rtc_bytes_read_u8 (RtcBytes *bytes, guint8 *out_value)
{
  guint64 value;

  if (!read_field (bytes, 1, &value))
    return FALSE;
  *out_value = (guint8) value;
  return TRUE;
}

gboolean
rtc_bytes_read_u16 (RtcBytes *bytes, guint16 *out_value)
{
  guint64 value;

  if (!read_field (bytes, 2, &value))
    return FALSE;
  *out_value = (guint16) value;
  return TRUE;
}

gboolean
rtc_bytes_read_u24 (RtcBytes *bytes, guint32 *out_value)
{
  guint64 value;

  if (!read_field (bytes, 3, &value))
    return FALSE;
  *out_value = (guint32) value;
  return TRUE;
}

gboolean
rtc_bytes_read_u32 (RtcBytes *bytes, guint32 *out_value)
{
  guint64 value;

  if (!read_field (bytes, 4, &value))
    return FALSE;
  *out_value = (guint32) value;
  return TRUE;
}

gboolean
rtc_bytes_read_u64 (RtcBytes *bytes, guint64 *out_value)
{
  return read_field (bytes, 8, out_value);
}

static void
append_field (GByteArray *array, guint64 value, guint size)
{
  guint8 field[8];

  for (guint i = 0; i < size; i++)
    field[i] = (guint8) (value >> (8 * (size - 1 - i)));
  g_byte_array_append (array, field, size);
}

void
rtc_bytes_append_u8 (GByteArray *array, guint8 value)
{
  append_field (array, value, 1);
}

void
rtc_bytes_append_u16 (GByteArray *array, guint16 value)
{
  append_field (array, value, 2);
}

void
rtc_bytes_append_u24 (GByteArray *array, guint32 value)
{
  append_field (array, value, 3);
}

void
rtc_bytes_append_u32 (GByteArray *array, guint32 value)
{
  append_field (array, value, 4);
}

void
rtc_bytes_append_u64 (GByteArray *array, guint64 value)
{
  append_field (array, value, 8);
}

void
rtc_bytes_put_u16 (GByteArray *array, gsize offset, guint16 value)
{
  g_return_if_fail (offset + 2 <= array->len);
  array->data[offset] = (guint8) (value >> 8);
  array->data[offset + 1] = (guint8) value;
}
