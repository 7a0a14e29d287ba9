/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes IVF headers; the layout is in rtcivf.h. */

#include "rtcivf.h"

#include <string.h>

#include <gst/gst.h>

void
rtc_ivf_header_write (const RtcIvfHeader *header, guint8 out_bytes[RTC_IVF_HEADER_BYTES])
{
  memset (out_bytes, 0, RTC_IVF_HEADER_BYTES);
  memcpy (out_bytes, "DKIF", 4);
  GST_WRITE_UINT16_LE (out_bytes + 6, RTC_IVF_HEADER_BYTES);
  memcpy (out_bytes + 8, header->fourcc, 4);
  GST_WRITE_UINT16_LE (out_bytes + 12, (guint16) MIN (header->width, G_MAXUINT16));
  GST_WRITE_UINT16_LE (out_bytes + 14, (guint16) MIN (header->height, G_MAXUINT16));
  GST_WRITE_UINT32_LE (out_bytes + 16, header->timebase_denominator);
  GST_WRITE_UINT32_LE (out_bytes + 20, header->timebase_numerator);
  GST_WRITE_UINT32_LE (out_bytes + 24, header->n_frames);
}

void
rtc_ivf_frame_header_write (
    guint32 size_bytes, guint64 ticks, guint8 out_bytes[RTC_IVF_FRAME_HEADER_BYTES])
{
  GST_WRITE_UINT32_LE (out_bytes, size_bytes);
  /* In two halves, because eight bytes are not aligned here. */
  GST_WRITE_UINT32_LE (out_bytes + 4, (guint32) ticks);
  GST_WRITE_UINT32_LE (out_bytes + 8, (guint32) (ticks >> 32));
}
