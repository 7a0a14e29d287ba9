/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcDtlsFlight: the datagrams of the handshake that were sent last, to be sent again (RFC 6347
 * §4.2.4) with new record numbers, since a peer drops numbers it has seen. OpenSSL's own
 * retransmission goes by the wall clock and gives up after twelve times. Owned by a connection.
 */
#pragma once

#include "rtcdtlsrecord.h"

#include <gst/gst.h>

typedef struct {
  GPtrArray *datagrams;
  GstClockTime interval, deadline;
} RtcDtlsFlight;

void rtc_dtls_flight_init (RtcDtlsFlight *flight);
void rtc_dtls_flight_clear (RtcDtlsFlight *flight);
/* A new flight, taken from @output (which stays as it is). */
void rtc_dtls_flight_set (RtcDtlsFlight *flight, GstBufferList *output, GstClockTime now);
/* No more timeouts; the datagrams stay. */
void rtc_dtls_flight_stop (RtcDtlsFlight *flight);
/* The timeout is over: the next one is twice as long. */
void rtc_dtls_flight_back_off (RtcDtlsFlight *flight, GstClockTime now);
/* (transfer full): the datagrams again, with numbers from *next_sequence for what is in the clear
 * and those of @layer for what is encrypted; NULL when that cannot be done. */
GstBufferList *rtc_dtls_flight_renew (
    const RtcDtlsFlight *flight, guint64 *next_sequence, RtcDtlsRecordLayer *layer);
gboolean rtc_dtls_flight_has_encrypted (const RtcDtlsFlight *flight);
/* Tells @layer the numbers that the flight's encrypted records have. */
void rtc_dtls_flight_note_sent (const RtcDtlsFlight *flight, RtcDtlsRecordLayer *layer);
/* Gives the records in the clear in a datagram numbers from *next_sequence. */
void rtc_dtls_renumber (guint8 *bytes, gsize size, guint64 *next_sequence);
