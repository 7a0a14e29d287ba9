/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frame headers of RFC 6455 §5.2; payload is skipped, not kept. Owned by a WebSocket connection. */
#include "signalling/rtcframewalker.h"

#include <string.h>

/*
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-+-+-+-+-------+-+-------------+-------------------------------+
 *  |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
 *  |I|S|S|S|  (4)  |A|     (7)     |             (16/64)           |
 *  |N|V|V|V|       |S|             |   (if payload len==126/127)   |
 *  | |1|2|3|       |K|             |                               |
 *  +-+-+-+-+-------+-+-------------+-------------------------------+
 */
#define FIN 0x80
/* §5.5: opcodes 0x8 to 0xF; they may stand between the fragments of a message. */
#define IS_CONTROL 0x08
#define OPCODE 0x0f
#define PING 0x09
#define MASK 0x80
#define LENGTH 0x7f
#define LENGTH_16 126
#define LENGTH_64 127
#define MASK_BYTES 4

static guint
header_size (const RtcFrameWalker *walker)
{
  guint length = walker->header[1] & LENGTH;
  guint size = 2;
  if (walker->n_header < 2)
    return size;
  if (length == LENGTH_16)
    size += 2;
  else if (length == LENGTH_64)
    size += 8;
  return size + ((walker->header[1] & MASK) != 0 ? MASK_BYTES : 0);
}

static guint64
payload_size (const RtcFrameWalker *walker)
{
  guint length = walker->header[1] & LENGTH;
  guint n_bytes = length == LENGTH_16 ? 2 : 8;
  guint64 value = 0;
  if (length < LENGTH_16)
    return length;
  for (guint i = 0; i < n_bytes; i++)
    value = value << 8 | walker->header[2 + i];
  return value;
}

static void
end_frame (RtcFrameWalker *walker)
{
  walker->n_header = 0;
  if (!walker->is_last_fragment)
    return;
  walker->is_last_fragment = FALSE;
  walker->message_bytes = 0;
  walker->n_fragments = 0;
  walker->n_messages++;
}

static gboolean
begin_frame (RtcFrameWalker *walker)
{
  guint64 size = payload_size (walker);
  walker->payload_left = size;
  if ((walker->header[0] & IS_CONTROL) == 0) {
    walker->n_fragments++;
    if (size > walker->max_message_bytes - walker->message_bytes ||
        walker->n_fragments > RTC_FRAME_MAX_FRAGMENTS)
      return FALSE;
    walker->message_bytes += size;
    walker->is_last_fragment = (walker->header[0] & FIN) != 0;
  }
  if ((walker->header[0] & OPCODE) == PING)
    walker->n_pings++;
  if (size == 0)
    end_frame (walker);
  return TRUE;
}

void
rtc_frame_walker_init (RtcFrameWalker *walker, guint64 max_message_bytes)
{
  *walker = (RtcFrameWalker){ .max_message_bytes = max_message_bytes };
}

gboolean
rtc_frame_walker_feed (RtcFrameWalker *walker, const guint8 *bytes, gsize size)
{
  while (size > 0) {
    gsize step = 1;
    if (walker->payload_left > 0) {
      step = (gsize) MIN ((guint64) size, walker->payload_left);
      walker->payload_left -= step;
      if (walker->payload_left == 0)
        end_frame (walker);
    } else {
      walker->header[walker->n_header++] = *bytes;
      if (walker->n_header >= 2 && walker->n_header == header_size (walker) &&
          !begin_frame (walker))
        return FALSE;
    }
    bytes += step;
    size -= step;
  }
  return TRUE;
}
