/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RFC 3550 §5.1:
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *   |                           timestamp                           |
 *   |           synchronization source (SSRC) identifier            |
 *   |            contributing source (CSRC) identifiers             |
 * Values on the caller's stack, pointing into its packet.
 */
#include "wire/rtcrtpheader.h"

/* RFC 8285 §4.2, §4.3: the two-byte form leaves four bits to the application. */
#define PROFILE_ONE_BYTE 0xbede
#define PROFILE_TWO_BYTE 0x1000
#define PROFILE_TWO_BYTE_MASK 0xfff0

static gboolean
read_extension (RtcBytes *bytes, RtcRtpHeader *header)
{
  guint16 words;

  return rtc_bytes_read_u16 (bytes, &header->extension_profile) &&
      rtc_bytes_read_u16 (bytes, &words) &&
      rtc_bytes_read_range (bytes, (gsize) words * 4, &header->extension);
}

gboolean
rtc_rtp_header_read (const guint8 *packet, gsize size, RtcRtpHeader *out_header)
{
  RtcBytes bytes = rtc_bytes (packet, size);
  RtcRtpHeader header = { 0 };
  guint8 first, second;

  if (!rtc_bytes_read_u8 (&bytes, &first) || !rtc_bytes_read_u8 (&bytes, &second) ||
      !rtc_bytes_read_u16 (&bytes, &header.sequence) ||
      !rtc_bytes_read_u32 (&bytes, &header.timestamp) || !rtc_bytes_read_u32 (&bytes, &header.ssrc))
    return FALSE;
  if (first >> 6 != 2 || !rtc_bytes_skip (&bytes, (gsize) (first & 0x0f) * 4))
    return FALSE;
  if ((first & 0x10) && !read_extension (&bytes, &header))
    return FALSE;
  header.pt = second & 0x7f;
  header.has_marker = second >> 7;
  header.size_bytes = size - bytes.size;
  *out_header = header;
  return TRUE;
}

/* Takes one element off @bytes; FALSE at the end. Padding comes out as id 0. */
static gboolean
read_one_byte_element (RtcBytes *bytes, guint *out_id, RtcBytes *out_element)
{
  guint8 head;

  if (!rtc_bytes_read_u8 (bytes, &head))
    return FALSE;
  *out_id = head >> 4;
  *out_element = rtc_bytes (NULL, 0);
  /* RFC 8285 §4.2: an ID of 0 is padding; at 15 the processing of the extension MUST end. */
  if (*out_id == 0)
    return TRUE;
  return *out_id != 15 && rtc_bytes_read_range (bytes, (gsize) (head & 0x0f) + 1, out_element);
}

static gboolean
read_two_byte_element (RtcBytes *bytes, guint *out_id, RtcBytes *out_element)
{
  guint8 id, length;

  if (!rtc_bytes_read_u8 (bytes, &id))
    return FALSE;
  *out_id = id;
  *out_element = rtc_bytes (NULL, 0);
  /* RFC 8285 §4.3: a padding byte has no length. */
  if (id == 0)
    return TRUE;
  return rtc_bytes_read_u8 (bytes, &length) && rtc_bytes_read_range (bytes, length, out_element);
}

gboolean
rtc_rtp_header_find_extension (const RtcRtpHeader *header, guint id, RtcBytes *out_element)
{
  gboolean (*read_element) (RtcBytes * bytes, guint * out_id, RtcBytes * out_element);
  RtcBytes bytes = header->extension, element;
  guint found;

  if (header->extension_profile == PROFILE_ONE_BYTE)
    read_element = read_one_byte_element;
  else if ((header->extension_profile & PROFILE_TWO_BYTE_MASK) == PROFILE_TWO_BYTE)
    read_element = read_two_byte_element;
  else
    return FALSE;
  if (id == 0)
    return FALSE;
  while (read_element (&bytes, &found, &element)) {
    if (found == id) {
      *out_element = element;
      return TRUE;
    }
  }
  return FALSE;
}
