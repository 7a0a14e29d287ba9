/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Telling apart what arrives on one port. Pure functions; they look at the clear header only, so
 * that they hold for SRTP and SRTCP too. */
#include "wire/rtcdemux.h"

#include "wire/rtcrtpheader.h"

/* RFC 7983 §7, its figure 3 as a table. */
static const struct {
  guint8 first, last;
  RtcPacketType type;
} first_bytes[] = {
  { 0, 3, RTC_PACKET_STUN },
  { 16, 19, RTC_PACKET_ZRTP },
  { 20, 63, RTC_PACKET_DTLS },
  { 64, 79, RTC_PACKET_TURN_CHANNEL },
  { 128, 191, RTC_PACKET_RTP },
};

/* RFC 5761 §4: RTCP packet types 192 to 223 look like RTP payload types 64 to 95 with the marker
 * bit set. */
static gboolean
is_rtcp_type (guint8 second)
{
  return second >= 192 && second <= 223;
}

RtcPacketType
rtc_packet_classify (const guint8 *bytes, gsize size)
{
  if (size == 0)
    return RTC_PACKET_UNKNOWN;
  for (guint i = 0; i < G_N_ELEMENTS (first_bytes); i++) {
    if (bytes[0] < first_bytes[i].first || bytes[0] > first_bytes[i].last)
      continue;
    if (first_bytes[i].type != RTC_PACKET_RTP)
      return first_bytes[i].type;
    if (size < 2)
      return RTC_PACKET_UNKNOWN;
    return is_rtcp_type (bytes[1]) ? RTC_PACKET_RTCP : RTC_PACKET_RTP;
  }
  return RTC_PACKET_UNKNOWN;
}

gboolean
rtc_rtp_is_valid (const guint8 *bytes, gsize size)
{
  RtcRtpHeader header;

  return rtc_rtp_header_read (bytes, size, &header);
}

gboolean
rtc_rtcp_is_valid (const guint8 *bytes, gsize size, gsize trailer)
{
  /* RFC 3550 §6.4.1: |V=2|P|   RC    |   PT   |   length   | and the sender's SSRC */
  RtcBytes rest = rtc_bytes (bytes, size);
  guint8 first, type;
  guint16 words;

  if (!rtc_bytes_read_u8 (&rest, &first) || !rtc_bytes_read_u8 (&rest, &type) ||
      !rtc_bytes_read_u16 (&rest, &words))
    return FALSE;
  /* SRTCP encrypts what is behind the SSRC, so that must be there too. */
  return first >> 6 == 2 && is_rtcp_type (type) && words >= 1 &&
      rtc_bytes_skip (&rest, (gsize) words * 4) && rest.size >= trailer;
}
