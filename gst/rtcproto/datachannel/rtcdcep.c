/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DCEP messages (RFC 8832 §5). Nothing is kept, nothing is trusted: what a peer wrote is either a
 * complete, valid message or INVALID.
 */
#include "datachannel/rtcdcep.h"

#include "base/rtcbytes.h"

#include <string.h>

/* RFC 8832 §8.2.1 */
#define MESSAGE_TYPE_ACK 0x02
#define MESSAGE_TYPE_OPEN 0x03

/* RFC 8832 §5.1: the channel type; its high bit says "unordered" (§8.2.2). */
#define CHANNEL_RELIABLE 0x00
#define CHANNEL_PARTIAL_RELIABLE_REXMIT 0x01
#define CHANNEL_PARTIAL_RELIABLE_TIMED 0x02
#define CHANNEL_UNORDERED_BIT 0x80

static gboolean
read_text (RtcBytes *bytes, guint16 length, gchar **out_text)
{
  RtcBytes range;

  if (!rtc_bytes_read_range (bytes, length, &range))
    return FALSE;
  /* RFC 8832 §5.1: "a UTF-8-encoded string [...] not null-terminated". A NUL inside cannot be
   * kept by a C string and is refused here, by g_utf8_validate(). */
  if (length > 0 && !g_utf8_validate ((const gchar *) range.data, length, NULL))
    return FALSE;
  *out_text = g_strndup ((const gchar *) range.data, length);
  return TRUE;
}

static gboolean
set_reliability (RtcChannelInit *init, guint8 channel_type, guint32 parameter)
{
  gint limit = MIN (parameter, G_MAXINT);

  init->is_ordered = (channel_type & CHANNEL_UNORDERED_BIT) == 0;
  switch (channel_type & ~CHANNEL_UNORDERED_BIT) {
  case CHANNEL_RELIABLE:
    /* RFC 8832 §5.1: "MUST be ignored" for the reliable types. */
    return TRUE;
  case CHANNEL_PARTIAL_RELIABLE_REXMIT:
    init->max_retransmits = limit;
    return TRUE;
  case CHANNEL_PARTIAL_RELIABLE_TIMED:
    init->max_lifetime_ms = limit;
    return TRUE;
  default:
    return FALSE;
  }
}

/*
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Message Type |  Channel Type |            Priority           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Reliability Parameter                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Label Length          |       Protocol Length         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Label ...                                   |  Protocol ...  |
 */
static gboolean
read_open (RtcBytes *bytes, RtcChannelInit *out_init)
{
  guint8 channel_type;
  guint16 label_length, protocol_length;
  guint32 parameter;

  if (!rtc_bytes_read_u8 (bytes, &channel_type) ||
      !rtc_bytes_read_u16 (bytes, &out_init->priority) || !rtc_bytes_read_u32 (bytes, &parameter) ||
      !rtc_bytes_read_u16 (bytes, &label_length) || !rtc_bytes_read_u16 (bytes, &protocol_length))
    return FALSE;
  if (!set_reliability (out_init, channel_type, parameter))
    return FALSE;
  return read_text (bytes, label_length, &out_init->label) &&
      read_text (bytes, protocol_length, &out_init->protocol) && bytes->size == 0;
}

RtcDcepType
rtc_dcep_read (GBytes *message, RtcChannelInit *out_init)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (message, &size);
  RtcBytes bytes = rtc_bytes (data, size);
  g_auto (RtcChannelInit) init = RTC_CHANNEL_INIT;
  guint8 message_type;

  if (!rtc_bytes_read_u8 (&bytes, &message_type))
    return RTC_DCEP_INVALID;
  if (message_type == MESSAGE_TYPE_ACK)
    return RTC_DCEP_ACK;
  if (message_type != MESSAGE_TYPE_OPEN || !read_open (&bytes, &init))
    return RTC_DCEP_INVALID;
  *out_init = init;
  init = (RtcChannelInit) RTC_CHANNEL_INIT;
  return RTC_DCEP_OPEN;
}

static guint8
channel_type_of (const RtcChannelInit *init, guint32 *out_parameter)
{
  guint8 unordered = init->is_ordered ? 0 : CHANNEL_UNORDERED_BIT;

  if (init->max_retransmits >= 0) {
    *out_parameter = init->max_retransmits;
    return CHANNEL_PARTIAL_RELIABLE_REXMIT | unordered;
  }
  if (init->max_lifetime_ms >= 0) {
    *out_parameter = init->max_lifetime_ms;
    return CHANNEL_PARTIAL_RELIABLE_TIMED | unordered;
  }
  *out_parameter = 0;
  return CHANNEL_RELIABLE | unordered;
}

GBytes *
rtc_dcep_write_open (const RtcChannelInit *init)
{
  GByteArray *array = g_byte_array_new ();
  gsize label_length = strlen (init->label);
  gsize protocol_length = strlen (init->protocol);
  guint32 parameter;
  guint8 channel_type = channel_type_of (init, &parameter);

  rtc_bytes_append_u8 (array, MESSAGE_TYPE_OPEN);
  rtc_bytes_append_u8 (array, channel_type);
  rtc_bytes_append_u16 (array, init->priority);
  rtc_bytes_append_u32 (array, parameter);
  rtc_bytes_append_u16 (array, label_length);
  rtc_bytes_append_u16 (array, protocol_length);
  g_byte_array_append (array, (const guint8 *) init->label, label_length);
  g_byte_array_append (array, (const guint8 *) init->protocol, protocol_length);
  return g_byte_array_free_to_bytes (array);
}

GBytes *
rtc_dcep_write_ack (void)
{
  static const guint8 ack[] = { MESSAGE_TYPE_ACK };

  return g_bytes_new_static (ack, sizeof ack);
}
