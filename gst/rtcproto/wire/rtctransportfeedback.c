/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1:
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |V=2|P|  FMT=15 |    PT=205     |           length              |
 *   |                     SSRC of packet sender                     |
 *   |                      SSRC of media source                     |
 *   |      base sequence number     |      packet status count      |
 *   |                 reference time                | fb pkt. count |
 *   |          packet chunk         |         packet chunk          |
 *   |         packet chunk          |  recv delta   |  recv delta   |
 * Read and written by the congestion controller's owner; a value that it owns.
 */
#include "wire/rtctransportfeedback.h"

#include "base/rtcbytes.h"

#define RTPFB 205
#define FORMAT 15
#define REFERENCE_US 64000
#define DELTA_US 250

/* §3.1.1: two bits a packet */
typedef enum {
  STATUS_NOT_RECEIVED = 0,
  STATUS_SMALL_DELTA = 1, /* 8 bits, unsigned */
  STATUS_LARGE_DELTA = 2, /* 16 bits, signed */
  STATUS_RESERVED = 3,
} Status;

RtcTransportFeedback *
rtc_transport_feedback_new (void)
{
  RtcTransportFeedback *feedback = g_new0 (RtcTransportFeedback, 1);

  feedback->packets = g_array_new (FALSE, TRUE, sizeof (RtcTransportFeedbackPacket));
  return feedback;
}

void
rtc_transport_feedback_free (RtcTransportFeedback *feedback)
{
  if (!feedback)
    return;
  g_clear_pointer (&feedback->packets, g_array_unref);
  g_free (feedback);
}

/* Takes up to seven or fourteen symbols, or a run of one, off a chunk. */
static gboolean
read_chunk (guint16 chunk, guint count, GByteArray *statuses)
{
  guint run = chunk & 0x1fff;
  gboolean is_run = !(chunk & 0x8000), has_two_bits = chunk & 0x4000;
  guint n_symbols = is_run ? run : has_two_bits ? 7 : 14;

  if (n_symbols == 0)
    return FALSE;
  for (guint i = 0; i < n_symbols && statuses->len < count; i++) {
    guint8 status;

    if (is_run)
      status = chunk >> 13 & 3;
    else if (has_two_bits)
      status = chunk >> (12 - 2 * i) & 3;
    else
      status = chunk >> (13 - i) & 1;
    if (status == STATUS_RESERVED)
      return FALSE;
    rtc_bytes_append_u8 (statuses, status);
  }
  return TRUE;
}

static gboolean
read_delta (RtcBytes *bytes, Status status, gint64 *out_delta)
{
  guint8 small;
  guint16 large;

  if (status == STATUS_SMALL_DELTA) {
    if (!rtc_bytes_read_u8 (bytes, &small))
      return FALSE;
    *out_delta = small;
    return TRUE;
  }
  if (!rtc_bytes_read_u16 (bytes, &large))
    return FALSE;
  *out_delta = (gint16) large;
  return TRUE;
}

static gboolean
read_packets (
    RtcTransportFeedback *feedback, RtcBytes *bytes, guint16 base, guint count, gint64 time_us)
{
  g_autoptr (GByteArray) statuses = g_byte_array_new ();
  guint16 chunk;

  while (statuses->len < count)
    if (!rtc_bytes_read_u16 (bytes, &chunk) || !read_chunk (chunk, count, statuses))
      return FALSE;
  for (guint i = 0; i < count; i++) {
    RtcTransportFeedbackPacket packet = { (guint16) (base + i), FALSE, 0 };
    gint64 delta;

    if (statuses->data[i] != STATUS_NOT_RECEIVED) {
      if (!read_delta (bytes, (Status) statuses->data[i], &delta))
        return FALSE;
      time_us += delta * DELTA_US;
      packet.is_received = TRUE;
      packet.arrival_us = time_us;
    }
    g_array_append_val (feedback->packets, packet);
  }
  return TRUE;
}

static gboolean
read_body (RtcTransportFeedback *feedback, RtcBytes *bytes)
{
  guint16 base, count;
  guint32 reference;
  gint64 reference_us;

  if (!rtc_bytes_read_u32 (bytes, &feedback->sender_ssrc) ||
      !rtc_bytes_read_u32 (bytes, &feedback->media_ssrc) || !rtc_bytes_read_u16 (bytes, &base) ||
      !rtc_bytes_read_u16 (bytes, &count) || !rtc_bytes_read_u24 (bytes, &reference) ||
      !rtc_bytes_read_u8 (bytes, &feedback->count))
    return FALSE;
  if (count == 0 || count > RTC_TRANSPORT_FEEDBACK_MAX_PACKETS)
    return FALSE;
  /* §3.1: the reference time is a signed number of 24 bits, in units of 64 ms. */
  reference_us = ((gint64) reference - (reference & 0x800000 ? 0x1000000 : 0)) * REFERENCE_US;
  return read_packets (feedback, bytes, base, count, reference_us);
}

RtcTransportFeedback *
rtc_transport_feedback_read (const guint8 *packet, gsize size)
{
  g_autoptr (RtcTransportFeedback) feedback = rtc_transport_feedback_new ();
  RtcBytes bytes = rtc_bytes (packet, size), body;
  guint8 first, type;
  guint16 words;

  if (!rtc_bytes_read_u8 (&bytes, &first) || !rtc_bytes_read_u8 (&bytes, &type) ||
      !rtc_bytes_read_u16 (&bytes, &words))
    return NULL;
  if (first >> 6 != 2 || (first & 0x1f) != FORMAT || type != RTPFB)
    return NULL;
  /* Padding needs no look: what is behind the last delta is not read. */
  if (!rtc_bytes_read_range (&bytes, (gsize) words * 4, &body) || !read_body (feedback, &body))
    return NULL;
  return g_steal_pointer (&feedback);
}

static const RtcTransportFeedbackPacket *
get_packet (const RtcTransportFeedback *feedback, guint index)
{
  return &g_array_index (feedback->packets, RtcTransportFeedbackPacket, index);
}

static gint64
divide_down (gint64 value, gint64 divisor)
{
  return value / divisor - (value % divisor < 0);
}

/* The reference time in units of 64 ms: that of the first packet that arrived. */
static gint64
find_reference (const RtcTransportFeedback *feedback)
{
  for (guint i = 0; i < feedback->packets->len; i++)
    if (get_packet (feedback, i)->is_received)
      return divide_down (get_packet (feedback, i)->arrival_us, REFERENCE_US);
  return 0;
}

/* Status and delta of each packet. FALSE: cannot be written. */
static gboolean
measure (const RtcTransportFeedback *feedback, gint64 reference, GByteArray *statuses,
    GByteArray *deltas)
{
  gint64 before = reference * (REFERENCE_US / DELTA_US);

  for (guint i = 0; i < feedback->packets->len; i++) {
    const RtcTransportFeedbackPacket *packet = get_packet (feedback, i);
    gint64 arrival = divide_down (packet->arrival_us, DELTA_US), delta = arrival - before;

    if (packet->sequence != (guint16) (get_packet (feedback, 0)->sequence + i))
      return FALSE;
    if (!packet->is_received) {
      rtc_bytes_append_u8 (statuses, STATUS_NOT_RECEIVED);
      continue;
    }
    if (delta < G_MININT16 || delta > G_MAXINT16)
      return FALSE;
    before = arrival;
    if (delta >= 0 && delta <= G_MAXUINT8) {
      rtc_bytes_append_u8 (statuses, STATUS_SMALL_DELTA);
      rtc_bytes_append_u8 (deltas, (guint8) delta);
    } else {
      rtc_bytes_append_u8 (statuses, STATUS_LARGE_DELTA);
      rtc_bytes_append_u16 (deltas, (guint16) delta);
    }
  }
  return TRUE;
}

static guint
count_run (const GByteArray *statuses, guint from)
{
  guint end = from;

  while (end < statuses->len && end - from < 0x1fff && statuses->data[end] == statuses->data[from])
    end++;
  return end - from;
}

/* A run where it covers more than the seven packets of a vector. */
static void
write_chunks (GByteArray *packet, const GByteArray *statuses)
{
  for (guint i = 0; i < statuses->len;) {
    guint run = count_run (statuses, i);
    guint16 vector = 0xc000;

    if (run >= 7 || i + run == statuses->len) {
      rtc_bytes_append_u16 (packet, (guint16) (statuses->data[i] << 13 | run));
      i += run;
      continue;
    }
    for (guint j = 0; j < 7 && i < statuses->len; j++, i++)
      vector |= (guint16) (statuses->data[i] << (12 - 2 * j));
    rtc_bytes_append_u16 (packet, vector);
  }
}

GBytes *
rtc_transport_feedback_write (const RtcTransportFeedback *feedback)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  g_autoptr (GByteArray) statuses = g_byte_array_new ();
  g_autoptr (GByteArray) deltas = g_byte_array_new ();
  gint64 reference = find_reference (feedback);

  if (feedback->packets->len == 0 || feedback->packets->len > RTC_TRANSPORT_FEEDBACK_MAX_PACKETS ||
      !measure (feedback, reference, statuses, deltas))
    return NULL;
  rtc_bytes_append_u8 (packet, 2 << 6 | FORMAT);
  rtc_bytes_append_u8 (packet, RTPFB);
  rtc_bytes_append_u16 (packet, 0);
  rtc_bytes_append_u32 (packet, feedback->sender_ssrc);
  rtc_bytes_append_u32 (packet, feedback->media_ssrc);
  rtc_bytes_append_u16 (packet, get_packet (feedback, 0)->sequence);
  rtc_bytes_append_u16 (packet, (guint16) feedback->packets->len);
  rtc_bytes_append_u24 (packet, (guint32) reference & 0xffffff);
  rtc_bytes_append_u8 (packet, feedback->count);
  write_chunks (packet, statuses);
  g_byte_array_append (packet, deltas->data, deltas->len);
  while (packet->len % 4)
    rtc_bytes_append_u8 (packet, 0);
  /* RFC 3550 §6.4.1: the length in 32-bit words minus one. */
  rtc_bytes_put_u16 (packet, 2, (guint16) (packet->len / 4 - 1));
  return g_byte_array_free_to_bytes (g_steal_pointer (&packet));
}
