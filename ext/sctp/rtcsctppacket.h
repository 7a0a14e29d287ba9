/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What this element reads of SCTP packets itself (RFC 9260 §3): which packets the stack must not
 * see, which bytes of which stream a packet carries, and whether it carries a SACK alone. Pure
 * functions over bytes.
 */
#pragma once

#include <glib.h>

/* RFC 9260 §3.1 */
#define RTC_SCTP_COMMON_HEADER_BYTES 12

/* usrsctp does not send into less (its rule against silly windows). */
#define RTC_SCTP_CLOSED_WINDOW_BYTES 4096

typedef enum {
  RTC_SCTP_PACKET_GOOD,
  RTC_SCTP_PACKET_SHORT,
  RTC_SCTP_PACKET_WRONG_PORT,
  RTC_SCTP_PACKET_UNWANTED, /* addresses or ASCONF: never needed over DTLS (RFC 8261 §6.1) */
} RtcSctpPacketVerdict;

typedef struct {
  /* The number of streams that the sender of an INIT or INIT ACK takes; 0: another packet. */
  guint16 max_inbound_streams;
  gboolean has_data;
  guint32 first_tsn; /* of its DATA chunks */
  gboolean has_sack;
  guint32 window_bytes; /* that its SACK tells of */
  guint32 cumulative_tsn;
} RtcSctpPacketInfo;

RtcSctpPacketVerdict rtc_sctp_packet_check (const guint8 *packet, gsize size, guint16 local_port,
    guint16 remote_port, RtcSctpPacketInfo *out_info);

/* One DATA chunk. */
typedef struct {
  guint32 tsn;
  guint16 stream;
  gsize size_bytes;  /* of user data */
  gboolean is_first; /* of its message */
} RtcSctpDataChunk;

typedef struct {
  const guint8 *rest;
  gsize size;
} RtcSctpDataIter;

void rtc_sctp_data_iter_init (RtcSctpDataIter *iter, const guint8 *packet, gsize size);
gboolean rtc_sctp_data_iter_next (RtcSctpDataIter *iter, RtcSctpDataChunk *out_chunk);

/* Sets the I bit of the last DATA chunk: the receiver acknowledges at once (RFC 9260 §3.3.1).
 * FALSE: there is none. The checksum is wrong afterwards. */
gboolean rtc_sctp_packet_ask_for_sack (guint8 *packet, gsize size);

/* One SACK chunk and nothing else. */
gboolean rtc_sctp_packet_is_sack (const guint8 *packet, gsize size);

/* A SACK chunk (RFC 9260 §3.3.4). */
typedef struct {
  gsize offset; /* in its packet */
  guint32 cumulative_tsn;
  guint32 window_bytes;
  guint16 n_gaps;
} RtcSctpSack;

/* The SACK of a packet; it stands before any DATA (RFC 9260 §6.10). */
gboolean rtc_sctp_packet_find_sack (const guint8 *packet, gsize size, RtcSctpSack *out_sack);
/* @sack: the chunk itself. The checksum of its packet is wrong afterwards. */
void rtc_sctp_packet_set_window (guint8 *sack, guint32 window_bytes);
/* Appends a packet with the SACK of @packet and nothing else, without the duplicates that it tells
 * of and without a checksum. */
void rtc_sctp_packet_append_sack (GByteArray *array, const guint8 *packet, const RtcSctpSack *sack);

/* Gap @index of a SACK that was found: what arrived, as distances from its cumulative TSN. */
void rtc_sctp_packet_get_gap (const guint8 *packet, const RtcSctpSack *sack, guint index,
    guint16 *out_start, guint16 *out_end);

/* Appends a packet with the DATA chunks of @packet and nothing else, without a checksum. */
void rtc_sctp_packet_append_data (GByteArray *array, const guint8 *packet, gsize size);

/* The first chunk is a SACK: it tells at least what an earlier one told. */
gboolean rtc_sctp_packet_begins_with_sack (const guint8 *packet, gsize size);

/* a > b in serial number arithmetic (RFC 1982, RFC 9260 §1.6). */
static inline gboolean
rtc_sctp_tsn_is_after (guint32 a, guint32 b)
{
  return (gint32) (a - b) > 0;
}
