/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The packet kinds of RFC 7983 §7 and RFC 5761 §4, and length checks of their headers. */
#include "wire/rtcdemux.h"

#define RTP_HEADER 12
#define RTCP_HEADER 8

RtcPacketType
rtc_packet_classify (const guint8 *bytes, gsize size)
{
  if (size == 0)
    return RTC_PACKET_UNKNOWN;
  if (bytes[0] <= 3)
    return RTC_PACKET_STUN;
  if (bytes[0] >= 16 && bytes[0] <= 19)
    return RTC_PACKET_ZRTP;
  if (bytes[0] >= 20 && bytes[0] <= 63)
    return RTC_PACKET_DTLS;
  if (bytes[0] >= 64 && bytes[0] <= 79)
    return RTC_PACKET_TURN_CHANNEL;
  if (bytes[0] < 128 || bytes[0] > 191 || size < 2)
    return RTC_PACKET_UNKNOWN;
  return bytes[1] >= 192 && bytes[1] <= 223 ? RTC_PACKET_RTCP : RTC_PACKET_RTP;
}

gboolean
rtc_rtp_is_valid (const guint8 *bytes, gsize size)
{
  gsize length = RTP_HEADER;

  if (size < length || bytes[0] >> 6 != 2)
    return FALSE;
  length += 4 * (bytes[0] & 15);
  if (bytes[0] & 0x10) {
    if (size < length + 4)
      return FALSE;
    length += 4 + 4 * (bytes[length + 2] << 8 | bytes[length + 3]);
  }
  return size >= length;
}

gboolean
rtc_rtcp_is_valid (const guint8 *bytes, gsize size, gsize trailer)
{
  return size >= RTCP_HEADER + trailer && bytes[0] >> 6 == 2 &&
      size - trailer >= 4 * (1 + (gsize) (bytes[2] << 8 | bytes[3]));
}
