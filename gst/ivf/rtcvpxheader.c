/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The first bytes of VP8 and VP9 frames. Pure functions; see rtcframeinfo.h.
 */

#include "rtcvpxheader.h"

#include <gst/base/gstbitreader.h>

#define VP8_KEY_FRAME_HEADER_BYTES 10
#define VP9_FRAME_MARKER 2
#define VP9_SYNC_CODE 0x498342
#define VP9_COLOR_SPACE_RGB 7

RtcFrameInfo
rtc_vp8_frame_info (const guint8 *data, gsize size_bytes)
{
  RtcFrameInfo info = { 0 };

  /* RFC 6386 §9.1: "A 1-bit frame type (0 for key frames, 1 for interframes)"; a key frame has
   * after the three bytes of the tag the start code and two sizes of 14 bits, each with two bits
   * of scaling above. */
  if (size_bytes < VP8_KEY_FRAME_HEADER_BYTES || (data[0] & 1) != 0)
    return info;
  if (data[3] != 0x9d || data[4] != 0x01 || data[5] != 0x2a)
    return info;
  info.is_key_frame = TRUE;
  info.width = data[6] | (data[7] & 0x3fu) << 8;
  info.height = data[8] | (data[9] & 0x3fu) << 8;
  return info;
}

static gboolean
vp9_read_profile (GstBitReader *reader, guint8 *out_profile)
{
  guint8 marker;
  guint8 low;
  guint8 high;
  guint8 reserved = 0;

  if (!gst_bit_reader_get_bits_uint8 (reader, &marker, 2) || marker != VP9_FRAME_MARKER)
    return FALSE;
  if (!gst_bit_reader_get_bits_uint8 (reader, &low, 1) ||
      !gst_bit_reader_get_bits_uint8 (reader, &high, 1))
    return FALSE;
  *out_profile = (guint8) (high << 1 | low);
  if (*out_profile == 3 && !gst_bit_reader_get_bits_uint8 (reader, &reserved, 1))
    return FALSE;
  return reserved == 0;
}

/* color_config(): the number of its bits depends on the profile and the colour space. */
static gboolean
vp9_skip_color_config (GstBitReader *reader, guint8 profile)
{
  gboolean has_subsampling = profile == 1 || profile == 3;
  guint8 color_space;

  if (profile >= 2 && !gst_bit_reader_skip (reader, 1))
    return FALSE;
  if (!gst_bit_reader_get_bits_uint8 (reader, &color_space, 3))
    return FALSE;
  if (color_space == VP9_COLOR_SPACE_RGB)
    return gst_bit_reader_skip (reader, has_subsampling ? 1 : 0);
  return gst_bit_reader_skip (reader, has_subsampling ? 4 : 1);
}

RtcFrameInfo
rtc_vp9_frame_info (const guint8 *data, gsize size_bytes)
{
  RtcFrameInfo info = { 0 };
  GstBitReader reader;
  guint8 profile;
  guint8 shows_existing;
  guint8 is_inter;
  guint32 sync_code;
  guint16 width;
  guint16 height;

  gst_bit_reader_init (&reader, data, (guint) MIN (size_bytes, 64));
  if (!vp9_read_profile (&reader, &profile))
    return info;
  if (!gst_bit_reader_get_bits_uint8 (&reader, &shows_existing, 1) || shows_existing)
    return info;
  if (!gst_bit_reader_get_bits_uint8 (&reader, &is_inter, 1) || is_inter)
    return info;
  /* show_frame and error_resilient_mode */
  if (!gst_bit_reader_skip (&reader, 2) ||
      !gst_bit_reader_get_bits_uint32 (&reader, &sync_code, 24) || sync_code != VP9_SYNC_CODE)
    return info;
  if (!vp9_skip_color_config (&reader, profile))
    return info;
  if (!gst_bit_reader_get_bits_uint16 (&reader, &width, 16) ||
      !gst_bit_reader_get_bits_uint16 (&reader, &height, 16))
    return info;

  info.is_key_frame = TRUE;
  info.width = width + 1u;
  info.height = height + 1u;
  return info;
}
