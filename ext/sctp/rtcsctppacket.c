/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The few fields of RFC 9260 §3 that the element looks at. Every length is checked before use. */
#include "rtcsctppacket.h"

#define CHUNK_HEADER_SIZE 4
#define DATA_HEADER_SIZE 16
#define INIT_HEADER_SIZE 20
#define SACK_HEADER_SIZE 16
#define GAP_SIZE 4
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

static void
write_u32 (guint8 *data, guint32 value)
{
  data[0] = value >> 24;
  data[1] = value >> 16;
  data[2] = value >> 8;
  data[3] = value;
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
  case CHUNK_DATA:
    if (length >= DATA_HEADER_SIZE && !info->has_data) {
      info->has_data = TRUE;
      info->first_tsn = read_u32 (chunk + 4);
    }
    return RTC_SCTP_PACKET_GOOD;
  case CHUNK_SACK:
    if (length >= SACK_HEADER_SIZE) {
      info->has_sack = TRUE;
      info->cumulative_tsn = read_u32 (chunk + 4);
      info->window_bytes = read_u32 (chunk + 8);
    }
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

  *out_info = (RtcSctpPacketInfo){ 0 };
  if (size < RTC_SCTP_COMMON_HEADER_BYTES + CHUNK_HEADER_SIZE)
    return RTC_SCTP_PACKET_SHORT;
  if (read_u16 (packet) != remote_port || read_u16 (packet + 2) != local_port)
    return RTC_SCTP_PACKET_WRONG_PORT;
  packet += RTC_SCTP_COMMON_HEADER_BYTES;
  size -= RTC_SCTP_COMMON_HEADER_BYTES;
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
  gsize header = MIN (size, RTC_SCTP_COMMON_HEADER_BYTES);

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
  gsize offset = RTC_SCTP_COMMON_HEADER_BYTES;
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
  return size >= RTC_SCTP_COMMON_HEADER_BYTES + CHUNK_HEADER_SIZE &&
      packet[RTC_SCTP_COMMON_HEADER_BYTES] == CHUNK_SACK;
}

gboolean
rtc_sctp_packet_is_sack (const guint8 *packet, gsize size)
{
  gsize length;

  if (!rtc_sctp_packet_begins_with_sack (packet, size))
    return FALSE;
  size -= RTC_SCTP_COMMON_HEADER_BYTES;
  length = length_at (packet + RTC_SCTP_COMMON_HEADER_BYTES, size);
  return length > 0 && padded (length, size) == size;
}

gboolean
rtc_sctp_packet_find_sack (const guint8 *packet, gsize size, RtcSctpSack *out_sack)
{
  gsize offset = RTC_SCTP_COMMON_HEADER_BYTES;
  gsize length;

  while (offset < size && (length = length_at (packet + offset, size - offset)) > 0 &&
      packet[offset] != CHUNK_DATA) {
    const guint8 *chunk = packet + offset;

    if (chunk[0] == CHUNK_SACK && length >= SACK_HEADER_SIZE &&
        SACK_HEADER_SIZE + (gsize) read_u16 (chunk + 12) * GAP_SIZE <= length) {
      *out_sack = (RtcSctpSack){ .offset = offset,
        .cumulative_tsn = read_u32 (chunk + 4),
        .window_bytes = read_u32 (chunk + 8),
        .n_gaps = read_u16 (chunk + 12) };
      return TRUE;
    }
    offset += padded (length, size - offset);
  }
  return FALSE;
}

void
rtc_sctp_packet_set_window (guint8 *sack, guint32 window_bytes)
{
  write_u32 (sack + 8, window_bytes);
}

void
rtc_sctp_packet_append_sack (GByteArray *array, const guint8 *packet, const RtcSctpSack *sack)
{
  gsize length = SACK_HEADER_SIZE + (gsize) sack->n_gaps * GAP_SIZE;
  guint start = array->len;
  guint8 *chunk;

  g_byte_array_append (array, packet, RTC_SCTP_COMMON_HEADER_BYTES);
  g_byte_array_append (array, packet + sack->offset, length);
  chunk = array->data + start + RTC_SCTP_COMMON_HEADER_BYTES;
  chunk[2] = length >> 8;
  chunk[3] = (guint8) length;
  /* No duplicates. */
  chunk[14] = chunk[15] = 0;
}

void
rtc_sctp_packet_get_gap (const guint8 *packet, const RtcSctpSack *sack, guint index,
    guint16 *out_start, guint16 *out_end)
{
  const guint8 *gap = packet + sack->offset + SACK_HEADER_SIZE + (gsize) index * GAP_SIZE;

  *out_start = read_u16 (gap);
  *out_end = read_u16 (gap + 2);
}

void
rtc_sctp_packet_append_data (GByteArray *array, const guint8 *packet, gsize size)
{
  gsize offset = RTC_SCTP_COMMON_HEADER_BYTES;
  gsize length;

  g_byte_array_append (array, packet, RTC_SCTP_COMMON_HEADER_BYTES);
  while (offset < size && (length = length_at (packet + offset, size - offset)) > 0) {
    gsize step = padded (length, size - offset);

    if (packet[offset] == CHUNK_DATA)
      g_byte_array_append (array, packet + offset, step);
    offset += step;
  }
}
