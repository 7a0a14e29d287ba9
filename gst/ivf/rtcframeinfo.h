/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a video frame says of itself in its first bytes: whether decoding can start with it, and
 * the size of its pictures. Parsers are bounded by the frame and never fail: a frame that cannot
 * be read is no key frame.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* width and height are 0 when unknown. */
typedef struct {
  gboolean is_key_frame;
  guint width;
  guint height;
} RtcFrameInfo;

typedef RtcFrameInfo (*RtcFrameInfoFunc) (const guint8 *data, gsize size_bytes);

G_END_DECLS
