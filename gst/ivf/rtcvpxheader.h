/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first bytes of VP8 and VP9 frames: RFC 6386 §9.1 and the VP9 bitstream specification §6.2. */
#pragma once

#include "rtcframeinfo.h"

G_BEGIN_DECLS

RtcFrameInfo rtc_vp8_frame_info (const guint8 *data, gsize size_bytes);
/* A superframe is described by its first frame. */
RtcFrameInfo rtc_vp9_frame_info (const guint8 *data, gsize size_bytes);

G_END_DECLS
