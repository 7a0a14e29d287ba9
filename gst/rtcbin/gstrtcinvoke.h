/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the objects of rtcbin get onto their session's loop. */
#pragma once

#include <gst/rtc/rtcloop.h>

G_BEGIN_DECLS

/* On the loop: runs @func at once. Elsewhere: posts it, behind what was posted before. */
static inline void
gst_rtc_invoke (RtcLoop *loop, RtcLoopFunc func, gpointer user_data, GDestroyNotify destroy)
{
  if (!rtc_loop_is_current (loop)) {
    rtc_loop_post (loop, func, user_data, destroy);
    return;
  }
  func (user_data);
  if (destroy)
    destroy (user_data);
}

G_END_DECLS
