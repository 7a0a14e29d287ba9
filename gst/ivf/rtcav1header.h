/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The OBUs of an AV1 temporal unit in the low-overhead format (AV1 bitstream specification §5.3 to
 * §5.9), as far as a file's header needs them.
 */
#pragma once

#include "rtcframeinfo.h"

G_BEGIN_DECLS

/* A temporal unit is a key frame when it has a sequence header and its first frame is one. */
RtcFrameInfo rtc_av1_frame_info (const guint8 *data, gsize size_bytes);
gboolean rtc_av1_has_temporal_delimiter (const guint8 *data, gsize size_bytes);

G_END_DECLS
