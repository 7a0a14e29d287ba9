/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Big-endian fields in borrowed bytes. The reader never leaves its range: each read says whether
 * the field was there, and a failed one moves nothing and leaves its out parameter untouched. The
 * writer appends to a GByteArray.
 */
#pragma once

#include <glib.h>

/* A value; it does not own @data. */
typedef struct {
  const guint8 *data;
  gsize size; /* what is left to read */
} RtcBytes;

static inline RtcBytes
rtc_bytes (const guint8 *data, gsize size)
{
  return (RtcBytes){ data, size };
}

gboolean rtc_bytes_read_u8 (RtcBytes *bytes, guint8 *out_value);
gboolean rtc_bytes_read_u16 (RtcBytes *bytes, guint16 *out_value);
gboolean rtc_bytes_read_u24 (RtcBytes *bytes, guint32 *out_value);
gboolean rtc_bytes_read_u32 (RtcBytes *bytes, guint32 *out_value);
gboolean rtc_bytes_read_u64 (RtcBytes *bytes, guint64 *out_value);
/* The next @size bytes as a range of their own: what a length field encloses. */
gboolean rtc_bytes_read_range (RtcBytes *bytes, gsize size, RtcBytes *out_range);
gboolean rtc_bytes_skip (RtcBytes *bytes, gsize size);

void rtc_bytes_append_u8 (GByteArray *array, guint8 value);
void rtc_bytes_append_u16 (GByteArray *array, guint16 value);
void rtc_bytes_append_u24 (GByteArray *array, guint32 value);
void rtc_bytes_append_u32 (GByteArray *array, guint32 value);
void rtc_bytes_append_u64 (GByteArray *array, guint64 value);
/* Overwrites a field that was appended before: a length that is known at the end. */
void rtc_bytes_put_u16 (GByteArray *array, gsize offset, guint16 value);
