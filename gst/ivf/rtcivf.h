/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The IVF container: a header of 32 bytes, and 12 bytes before each frame; all little-endian.
 *
 *   0 "DKIF"         4 version 0     6 header length 32
 *   8 codec          12 width        14 height
 *  16 time base denominator          20 time base numerator
 *  24 number of frames               28 unused
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define RTC_IVF_HEADER_BYTES 32
#define RTC_IVF_FRAME_HEADER_BYTES 12

typedef struct {
  const gchar *fourcc;
  guint width;
  guint height;
  /* One tick lasts numerator / denominator seconds. */
  guint32 timebase_numerator;
  guint32 timebase_denominator;
  guint32 n_frames;
} RtcIvfHeader;

/* Sizes that do not fit into 16 bits are written as 65535. */
void rtc_ivf_header_write (const RtcIvfHeader *header, guint8 out_bytes[RTC_IVF_HEADER_BYTES]);
void rtc_ivf_frame_header_write (
    guint32 size_bytes, guint64 ticks, guint8 out_bytes[RTC_IVF_FRAME_HEADER_BYTES]);

G_END_DECLS
