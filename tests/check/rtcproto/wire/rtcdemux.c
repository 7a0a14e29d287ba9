/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets are told apart by their first bytes; headers that do not fit are refused. */
#include "wire/rtcdemux.h"

#include <string.h>

#include "wire/rtcrtpheader.h"

static RtcPacketType
expected_type (guint first, guint second)
{
  if (first <= 3)
    return RTC_PACKET_STUN;
  if (first >= 16 && first <= 19)
    return RTC_PACKET_ZRTP;
  if (first >= 20 && first <= 63)
    return RTC_PACKET_DTLS;
  if (first >= 64 && first <= 79)
    return RTC_PACKET_TURN_CHANNEL;
  if (first >= 128 && first <= 191)
    return second >= 192 && second <= 223 ? RTC_PACKET_RTCP : RTC_PACKET_RTP;
  return RTC_PACKET_UNKNOWN;
}

static void
test_classify (void)
{
  for (guint first = 0; first < 256; first++) {
    for (guint second = 0; second < 256; second++) {
      guint8 packet[2] = { (guint8) first, (guint8) second };

      g_assert_cmpint (rtc_packet_classify (packet, 2), ==, expected_type (first, second));
    }
  }
  g_assert_cmpint (rtc_packet_classify ((const guint8 *) "", 0), ==, RTC_PACKET_UNKNOWN);
  g_assert_cmpint (rtc_packet_classify ((const guint8 *) "\x80", 1), ==, RTC_PACKET_UNKNOWN);
  g_assert_cmpint (rtc_packet_classify ((const guint8 *) "\x16", 1), ==, RTC_PACKET_DTLS);
}

/* A packet of two CSRCs and an extension of one word: 12 + 8 + 4 + 4 bytes of header. */
static const guint8 rtp[] = { 0x92, 0xe0, 0x12, 0x34, 0, 0, 0, 9, 0, 0, 0, 7, 1, 1, 1, 1, 2, 2, 2,
  2, 0xbe, 0xde, 0, 1, 0x10, 'v', 0, 0, 0xaa };

static void
test_rtp_every_length (void)
{
  RtcRtpHeader header;

  for (gsize size = 0; size <= sizeof rtp; size++)
    g_assert_cmpint (rtc_rtp_is_valid (rtp, size), ==, size >= 28);
  g_assert_true (rtc_rtp_header_read (rtp, sizeof rtp, &header));
  g_assert_cmpuint (header.size_bytes, ==, 28);
  g_assert_cmpuint (header.pt, ==, 96);
  g_assert_true (header.has_marker);
  g_assert_cmphex (header.sequence, ==, 0x1234);
  g_assert_cmpuint (header.timestamp, ==, 9);
  g_assert_cmpuint (header.ssrc, ==, 7);
}

static void
test_rtp_version (void)
{
  for (guint version = 0; version < 4; version++) {
    guint8 packet[12] = { (guint8) (version << 6) };

    g_assert_cmpint (rtc_rtp_is_valid (packet, 12), ==, version == 2);
  }
}

static const struct {
  const gchar *name;
  guint8 profile[2];
  guint8 data[8];
  guint id;
  const gchar *expected; /* NULL: not found */
} extensions[] = {
  { "one byte", { 0xbe, 0xde }, { 0x32, 'a', 'b', 'c' }, 3, "abc" },
  { "other id", { 0xbe, 0xde }, { 0x32, 'a', 'b', 'c' }, 2, NULL },
  { "id 0 is never found", { 0xbe, 0xde }, { 0x00 }, 0, NULL },
  { "padding between", { 0xbe, 0xde }, { 0x10, 'x', 0, 0, 0x21, 'y', 'z' }, 2, "yz" },
  { "padding with a length", { 0xbe, 0xde }, { 0x05, 0x10, 'x' }, 1, "x" },
  { "15 ends it", { 0xbe, 0xde }, { 0xf0, 'x', 0x10, 'y' }, 1, NULL },
  { "15 is never found", { 0xbe, 0xde }, { 0xf0, 'x' }, 15, NULL },
  { "too long", { 0xbe, 0xde }, { 0x10, 'x', 0x2f, 'y' }, 2, NULL },
  { "two bytes", { 0x10, 0x00 }, { 200, 2, 'h', 'i' }, 200, "hi" },
  { "two bytes with application bits", { 0x10, 0x0f }, { 1, 1, 'h' }, 1, "h" },
  { "two bytes, empty", { 0x10, 0x00 }, { 1, 0, 2, 1, 'h' }, 1, "" },
  { "two bytes, padding", { 0x10, 0x00 }, { 0, 0, 0, 2, 1, 'h' }, 2, "h" },
  { "two bytes, too long", { 0x10, 0x00 }, { 1, 7, 'h' }, 1, NULL },
  { "two bytes, id 15", { 0x10, 0x00 }, { 15, 1, 'h' }, 15, "h" },
  { "other profile", { 0x20, 0x00 }, { 0x32, 'a', 'b', 'c' }, 3, NULL },
};

static void
test_extensions (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (extensions); i++) {
    guint8 packet[24] = { 0x90, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, extensions[i].profile[0],
      extensions[i].profile[1], 0, 2 };
    RtcRtpHeader header;
    RtcBytes element = { 0 };

    memcpy (packet + 16, extensions[i].data, 8);
    g_test_message ("%s", extensions[i].name);
    g_assert_true (rtc_rtp_header_read (packet, sizeof packet, &header));
    g_assert_cmpint (rtc_rtp_header_find_extension (&header, extensions[i].id, &element), ==,
        extensions[i].expected != NULL);
    if (extensions[i].expected)
      g_assert_cmpmem (
          element.data, element.size, extensions[i].expected, strlen (extensions[i].expected));
  }
}

static const struct {
  const gchar *name;
  guint8 packet[16];
  gsize size;
  gsize trailer;
  gboolean is_valid;
} rtcp[] = {
  { "receiver report", { 0x80, 201, 0, 1, 0, 0, 0, 1 }, 8, 0, TRUE },
  { "with trailer", { 0x80, 201, 0, 1, 0, 0, 0, 1 }, 14, 6, TRUE },
  { "trailer too short", { 0x80, 201, 0, 1, 0, 0, 0, 1 }, 13, 6, FALSE },
  { "shorter than it says", { 0x80, 201, 0, 2, 0, 0, 0, 1 }, 8, 0, FALSE },
  { "seven bytes", { 0x80, 201, 0, 1 }, 7, 0, FALSE },
  { "without SSRC", { 0x80, 201, 0, 0 }, 16, 0, FALSE },
  { "version 1", { 0x40, 201, 0, 1 }, 8, 0, FALSE },
  { "RTP", { 0x80, 96, 0, 1 }, 12, 0, FALSE },
  { "longest", { 0x80, 201, 0xff, 0xff }, 16, 0, FALSE },
  { "empty", { 0 }, 0, 0, FALSE },
};

static void
test_rtcp (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rtcp); i++) {
    g_test_message ("%s", rtcp[i].name);
    g_assert_cmpint (
        rtc_rtcp_is_valid (rtcp[i].packet, rtcp[i].size, rtcp[i].trailer), ==, rtcp[i].is_valid);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demux/classify", test_classify);
  g_test_add_func ("/demux/rtp-every-length", test_rtp_every_length);
  g_test_add_func ("/demux/rtp-version", test_rtp_version);
  g_test_add_func ("/demux/extensions", test_extensions);
  g_test_add_func ("/demux/rtcp", test_rtcp);
  return g_test_run ();
}
