/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A WebSocket's bytes: fed whole or one by one, the same messages are seen, and none is larger than
 * may be. */
#include "signalling/rtcframewalker.h"

#define MAX_MESSAGE 4096

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  RtcFrameWalker whole;
  RtcFrameWalker single;
  gboolean is_fine = TRUE;
  rtc_frame_walker_init (&whole, MAX_MESSAGE);
  rtc_frame_walker_init (&single, MAX_MESSAGE);
  for (gsize i = 0; i < size && is_fine; i++) {
    is_fine = rtc_frame_walker_feed (&single, data + i, 1);
    g_assert_true (single.message_bytes <= MAX_MESSAGE && single.n_header <= RTC_FRAME_MAX_HEADER);
  }
  g_assert_cmpint (rtc_frame_walker_feed (&whole, data, size), ==, is_fine);
  g_assert_cmpuint (whole.n_messages, ==, single.n_messages);
  return 0;
}
