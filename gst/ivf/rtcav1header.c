/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The OBUs of an AV1 temporal unit. Pure functions; see rtcframeinfo.h.
 */

#include "rtcav1header.h"

#include <gst/base/gstbitreader.h>
#include <gst/gst.h>

#define OBU_SEQUENCE_HEADER 1
#define OBU_TEMPORAL_DELIMITER 2
#define OBU_FRAME_HEADER 3
#define OBU_FRAME 6
#define FRAME_TYPE_KEY 0
#define FIRST_LEVEL_WITH_TIER 8

typedef struct {
  guint8 type;
  const guint8 *payload;
  gsize payload_bytes;
} Obu;

typedef struct {
  gboolean is_present;
  gboolean is_reduced_still_picture;
  guint width;
  guint height;
} SequenceHeader;

/* leb128(): at most eight bytes of seven bits (§4.10.5). */
static gboolean
read_leb128 (const guint8 *data, gsize size_bytes, guint64 *out_value, gsize *out_length)
{
  guint64 value = 0;

  for (gsize i = 0; i < MIN (size_bytes, 8); i++) {
    value |= (guint64) (data[i] & 0x7f) << (i * 7);
    if ((data[i] & 0x80) == 0) {
      *out_value = value;
      *out_length = i + 1;
      return TRUE;
    }
  }
  return FALSE;
}

/* obu_header() and obu_size; returns the length of the whole OBU, 0 when it does not fit. */
static gsize
read_obu (const guint8 *data, gsize size_bytes, Obu *out_obu)
{
  gsize header_bytes;
  gsize size_length;
  guint64 payload_bytes;

  if (size_bytes < 1 || (data[0] & 0x80) != 0)
    return 0;
  header_bytes = (data[0] & 0x04) != 0 ? 2 : 1;
  if (size_bytes < header_bytes)
    return 0;
  payload_bytes = size_bytes - header_bytes;
  if ((data[0] & 0x02) != 0) {
    if (!read_leb128 (data + header_bytes, size_bytes - header_bytes, &payload_bytes, &size_length))
      return 0;
    header_bytes += size_length;
  }
  if (payload_bytes > size_bytes - header_bytes)
    return 0;
  *out_obu = (Obu){ (data[0] >> 3) & 0x0f, data + header_bytes, (gsize) payload_bytes };
  return header_bytes + (gsize) payload_bytes;
}

static gboolean
read_flag (GstBitReader *reader, gboolean *out_flag)
{
  guint8 bit;

  if (!gst_bit_reader_get_bits_uint8 (reader, &bit, 1))
    return FALSE;
  *out_flag = bit;
  return TRUE;
}

static gboolean
skip_uvlc (GstBitReader *reader)
{
  guint n_zeros = 0;
  gboolean is_one = FALSE;

  while (!is_one && n_zeros < 32) {
    if (!read_flag (reader, &is_one))
      return FALSE;
    if (!is_one)
      n_zeros++;
  }
  return n_zeros == 32 || gst_bit_reader_skip (reader, n_zeros);
}

/* timing_info() and decoder_model_info(): leaves the bits of a buffer delay, 0 for no model. */
static gboolean
read_timing (GstBitReader *reader, guint8 *out_delay_bits)
{
  gboolean is_present;

  *out_delay_bits = 0;
  if (!read_flag (reader, &is_present))
    return FALSE;
  if (!is_present)
    return TRUE;
  if (!gst_bit_reader_skip (reader, 64) || !read_flag (reader, &is_present))
    return FALSE;
  if (is_present && !skip_uvlc (reader))
    return FALSE;
  if (!read_flag (reader, &is_present))
    return FALSE;
  if (!is_present)
    return TRUE;
  if (!gst_bit_reader_get_bits_uint8 (reader, out_delay_bits, 5))
    return FALSE;
  *out_delay_bits += 1;
  return gst_bit_reader_skip (reader, 32 + 5 + 5);
}

static gboolean
skip_operating_point (GstBitReader *reader, guint8 delay_bits, gboolean has_display_delay)
{
  guint8 level;
  gboolean is_present;

  if (!gst_bit_reader_skip (reader, 12) || !gst_bit_reader_get_bits_uint8 (reader, &level, 5))
    return FALSE;
  if (level >= FIRST_LEVEL_WITH_TIER && !gst_bit_reader_skip (reader, 1))
    return FALSE;
  if (delay_bits > 0) {
    if (!read_flag (reader, &is_present))
      return FALSE;
    if (is_present && !gst_bit_reader_skip (reader, 2u * delay_bits + 1))
      return FALSE;
  }
  if (!has_display_delay)
    return TRUE;
  return read_flag (reader, &is_present) && gst_bit_reader_skip (reader, is_present ? 4 : 0);
}

static gboolean
skip_operating_points (GstBitReader *reader)
{
  guint8 delay_bits;
  guint8 last_point;
  gboolean has_display_delay;

  if (!read_timing (reader, &delay_bits) || !read_flag (reader, &has_display_delay) ||
      !gst_bit_reader_get_bits_uint8 (reader, &last_point, 5))
    return FALSE;
  for (guint i = 0; i <= last_point; i++) {
    if (!skip_operating_point (reader, delay_bits, has_display_delay))
      return FALSE;
  }
  return TRUE;
}

/* sequence_header_obu() up to the frame size (§5.5.1). */
static SequenceHeader
read_sequence_header (const Obu *obu)
{
  SequenceHeader header = { .is_present = TRUE };
  GstBitReader reader;
  guint8 width_bits;
  guint8 height_bits;
  guint32 width;
  guint32 height;

  gst_bit_reader_init (&reader, obu->payload, (guint) MIN (obu->payload_bytes, 1024));
  /* seq_profile and still_picture */
  if (!gst_bit_reader_skip (&reader, 4) || !read_flag (&reader, &header.is_reduced_still_picture))
    return header;
  if (header.is_reduced_still_picture ? !gst_bit_reader_skip (&reader, 5)
                                      : !skip_operating_points (&reader))
    return header;
  if (!gst_bit_reader_get_bits_uint8 (&reader, &width_bits, 4) ||
      !gst_bit_reader_get_bits_uint8 (&reader, &height_bits, 4) ||
      !gst_bit_reader_get_bits_uint32 (&reader, &width, width_bits + 1u) ||
      !gst_bit_reader_get_bits_uint32 (&reader, &height, height_bits + 1u))
    return header;
  header.width = width + 1;
  header.height = height + 1;
  return header;
}

/* The start of uncompressed_header() (§5.9.2). */
static gboolean
is_key_frame (const Obu *obu, const SequenceHeader *sequence)
{
  gboolean shows_existing;
  guint8 frame_type;
  GstBitReader reader;

  if (sequence->is_reduced_still_picture)
    return TRUE;
  gst_bit_reader_init (&reader, obu->payload, (guint) MIN (obu->payload_bytes, 8));
  if (!read_flag (&reader, &shows_existing) || shows_existing)
    return FALSE;
  return gst_bit_reader_get_bits_uint8 (&reader, &frame_type, 2) && frame_type == FRAME_TYPE_KEY;
}

RtcFrameInfo
rtc_av1_frame_info (const guint8 *data, gsize size_bytes)
{
  SequenceHeader sequence = { 0 };
  RtcFrameInfo info = { 0 };
  gsize length;
  Obu obu;

  while ((length = read_obu (data, size_bytes, &obu)) > 0) {
    if (obu.type == OBU_SEQUENCE_HEADER)
      sequence = read_sequence_header (&obu);
    if (obu.type == OBU_FRAME || obu.type == OBU_FRAME_HEADER) {
      info.is_key_frame = sequence.is_present && is_key_frame (&obu, &sequence);
      break;
    }
    data += length;
    size_bytes -= length;
  }
  if (info.is_key_frame) {
    info.width = sequence.width;
    info.height = sequence.height;
  }
  return info;
}

gboolean
rtc_av1_has_temporal_delimiter (const guint8 *data, gsize size_bytes)
{
  Obu obu;

  return read_obu (data, size_bytes, &obu) > 0 && obu.type == OBU_TEMPORAL_DELIMITER;
}
