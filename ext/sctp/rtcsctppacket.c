/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The few fields of RFC 9260 §3 that the element looks at. Every length is checked before use. */
#include "rtcsctppacket.h"

#define COMMON_HEADER_SIZE 12
#define CHUNK_HEADER_SIZE 4
#define DATA_HEADER_SIZE 16
#define INIT_HEADER_SIZE 20
#define PARAMETER_HEADER_SIZE 4

enum {
  CHUNK_DATA = 0,
  CHUNK_INIT = 1,
  CHUNK_INIT_ACK = 2,
  CHUNK_SACK = 3,
  CHUNK_ASCONF_ACK = 0x80,
  CHUNK_ASCONF = 0xc1,
};

/* RFC 9260 §3.3.2.1 */
enum {
  PARAMETER_IPV4_ADDRESS = 5,
  PARAMETER_IPV6_ADDRESS = 6,
  PARAMETER_HOST_NAME = 11,
};

#define DATA_FLAG_FIRST 0x02
#define DATA_FLAG_IMMEDIATE 0x08

static guint16
read_u16 (const guint8 *data)
{
  return data[0] << 8 | data[1];
}

static guint32
read_u32 (const guint8 *data)
{
  return (guint32) read_u16 (data) << 16 | read_u16 (data + 2);
}

/* The length of the chunk or parameter at @data; 0 when it does not fit into @size. */
static gsize
length_at (const guint8 *data, gsize size)
{
  gsize length;

  if (size < CHUNK_HEADER_SIZE)
    return 0;
  length = read_u16 (data + 2);
  return length >= CHUNK_HEADER_SIZE && length <= size ? length : 0;
}

static gsize
padded (gsize length, gsize size)
{
  return MIN ((length + 3) & ~(gsize) 3, size);
}

static gboolean
has_address_parameter (const guint8 *data, gsize size)
{
  gsize length;

  while ((length = length_at (data, size)) > 0) {
    guint16 type = read_u16 (data);
    gsize step = padded (length, size);

    if (type == PARAMETER_IPV4_ADDRESS || type == PARAMETER_IPV6_ADDRESS ||
        type == PARAMETER_HOST_NAME)
      return TRUE;
    data += step;
    size -= step;
  }
  return FALSE;
}

static RtcSctpPacketVerdict
check_chunk (const guint8 *chunk, gsize length, RtcSctpPacketInfo *info)
{
  switch (chunk[0]) {
  case CHUNK_ASCONF:
  case CHUNK_ASCONF_ACK:
    return RTC_SCTP_PACKET_UNWANTED;
  case CHUNK_INIT:
  case CHUNK_INIT_ACK:
    if (length < INIT_HEADER_SIZE)
      return RTC_SCTP_PACKET_SHORT;
    if (has_address_parameter (chunk + INIT_HEADER_SIZE, length - INIT_HEADER_SIZE))
      return RTC_SCTP_PACKET_UNWANTED;
    info->max_inbound_streams = read_u16 (chunk + 14);
    return RTC_SCTP_PACKET_GOOD;
  default:
    return RTC_SCTP_PACKET_GOOD;
  }
}

RtcSctpPacketVerdict
rtc_sctp_packet_check (const guint8 *packet, gsize size, guint16 local_port, guint16 remote_port,
    RtcSctpPacketInfo *out_info)
{
  RtcSctpPacketVerdict verdict = RTC_SCTP_PACKET_GOOD;
  gsize length;

  out_info->max_inbound_streams = 0;
  if (size < COMMON_HEADER_SIZE + CHUNK_HEADER_SIZE)
    return RTC_SCTP_PACKET_SHORT;
  if (read_u16 (packet) != remote_port || read_u16 (packet + 2) != local_port)
    return RTC_SCTP_PACKET_WRONG_PORT;
  packet += COMMON_HEADER_SIZE;
  size -= COMMON_HEADER_SIZE;
  if (length_at (packet, size) == 0)
    return RTC_SCTP_PACKET_SHORT;
  while (verdict == RTC_SCTP_PACKET_GOOD && (length = length_at (packet, size)) > 0) {
    gsize step = padded (length, size);

    verdict = check_chunk (packet, length, out_info);
    packet += step;
    size -= step;
  }
  return verdict;
}

void
rtc_sctp_data_iter_init (RtcSctpDataIter *iter, const guint8 *packet, gsize size)
{
  gsize header = MIN (size, COMMON_HEADER_SIZE);

  iter->rest = packet + header;
  iter->size = size - header;
}

gboolean
rtc_sctp_data_iter_next (RtcSctpDataIter *iter, RtcSctpDataChunk *out_chunk)
{
  gsize length;

  while ((length = length_at (iter->rest, iter->size)) > 0) {
    const guint8 *chunk = iter->rest;
    gsize step = padded (length, iter->size);

    iter->rest += step;
    iter->size -= step;
    if (chunk[0] != CHUNK_DATA || length < DATA_HEADER_SIZE)
      continue;
    out_chunk->tsn = read_u32 (chunk + 4);
    out_chunk->stream = read_u16 (chunk + 8);
    out_chunk->size_bytes = length - DATA_HEADER_SIZE;
    out_chunk->is_first = (chunk[1] & DATA_FLAG_FIRST) != 0;
    return TRUE;
  }
  return FALSE;
}

gboolean
rtc_sctp_packet_ask_for_sack (guint8 *packet, gsize size)
{
  gsize offset = COMMON_HEADER_SIZE;
  guint8 *last = NULL;
  gsize length;

  while (offset < size && (length = length_at (packet + offset, size - offset)) > 0) {
    if (packet[offset] == CHUNK_DATA && length >= DATA_HEADER_SIZE)
      last = packet + offset;
    offset += padded (length, size - offset);
  }
  if (last == NULL)
    return FALSE;
  last[1] |= DATA_FLAG_IMMEDIATE;
  return TRUE;
}

gboolean
rtc_sctp_packet_begins_with_sack (const guint8 *packet, gsize size)
{
  return size >= COMMON_HEADER_SIZE + CHUNK_HEADER_SIZE && packet[COMMON_HEADER_SIZE] == CHUNK_SACK;
}

gboolean
rtc_sctp_packet_is_sack (const guint8 *packet, gsize size)
{
  gsize length;

  if (!rtc_sctp_packet_begins_with_sack (packet, size))
    return FALSE;
  size -= COMMON_HEADER_SIZE;
  length = length_at (packet + COMMON_HEADER_SIZE, size);
  return length > 0 && padded (length, size) == size;
}
