/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first bytes of VP8, VP9 and AV1 frames, as ivfmux reads them from a network. */

#include "rtcav1header.h"
#include "rtcvpxheader.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
check (RtcFrameInfo info)
{
  g_assert_true (info.is_key_frame || (info.width == 0 && info.height == 0));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  check (rtc_vp8_frame_info (data, size));
  check (rtc_vp9_frame_info (data, size));
  check (rtc_av1_frame_info (data, size));
  rtc_av1_has_temporal_delimiter (data, size);
  return 0;
}
