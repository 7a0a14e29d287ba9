/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RFC 7983 §7: the kind of a packet from its first byte; RFC 5761 §4: RTCP by its type. */
#pragma once

#include <glib.h>

typedef enum {
  RTC_PACKET_UNKNOWN,
  RTC_PACKET_STUN,
  RTC_PACKET_ZRTP,
  RTC_PACKET_DTLS,
  RTC_PACKET_TURN_CHANNEL,
  RTC_PACKET_RTP,
  RTC_PACKET_RTCP,
} RtcPacketType;

RtcPacketType rtc_packet_classify (const guint8 *bytes, gsize size);
/* The fixed header, CSRC list and extension of RFC 3550 §5.1 fit into @size: version 2, and padding
 * is checked only after decryption. */
gboolean rtc_rtp_is_valid (const guint8 *bytes, gsize size);
/* The first packet of a compound (RFC 3550 §6.4) has a header that fits; SRTCP adds at least
 * @trailer bytes. */
gboolean rtc_rtcp_is_valid (const guint8 *bytes, gsize size, gsize trailer);
