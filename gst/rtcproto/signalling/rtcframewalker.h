/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Follows the frames of what one end of a WebSocket sends (RFC 6455 §5.2), header by header, and
 * knows how large a message in many fragments has become before it is whole: the library that
 * reads the frames bounds each of them, but not their sum. A value, owned by the connection.
 */
#pragma once

#include <glib.h>

/* Two bytes, 64 bits of length, the mask. */
#define RTC_FRAME_MAX_HEADER 14
#define RTC_FRAME_MAX_FRAGMENTS 256
/* Whose pongs nobody has read. */
#define RTC_FRAME_MAX_PINGS 64

typedef struct {
  guint64 max_message_bytes;
  guint8 header[RTC_FRAME_MAX_HEADER];
  guint n_header;
  /* Of the frame that is under way. */
  guint64 payload_left;
  /* Of the message that is under way. */
  guint64 message_bytes;
  guint n_fragments;
  gboolean is_last_fragment;
  guint64 n_messages;
  /* Since whoever answers them has set it to 0. */
  guint n_pings;
} RtcFrameWalker;

void rtc_frame_walker_init (RtcFrameWalker *walker, guint64 max_message_bytes);
/* The next @size bytes of the stream. FALSE: a message is larger than may be, or has more than
 * RTC_FRAME_MAX_FRAGMENTS fragments; nothing is to be fed after that. Pings are only counted. */
gboolean rtc_frame_walker_feed (RtcFrameWalker *walker, const guint8 *bytes, gsize size);
