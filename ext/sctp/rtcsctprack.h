/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Packets of a short flight that were lost, found by time as in RACK-TLP (RFC 8985, there for TCP).
 * usrsctp sends a packet again after three later ones were acknowledged, or after 200 ms at least:
 * an application that sends a message now and then waits for either. Here a copy of each of the
 * last few packets is kept until it is acknowledged. One is sent again when a packet that left
 * later has arrived and a quarter of a round trip is over, and the oldest one when nothing has been
 * heard for two round trips. A flight of more packets is the stack's alone, with its congestion
 * control. Pure; its owner, the association, locks it.
 */
#pragma once

#include <gst/gst.h>

#include "rtcsctppacket.h"

/* Less than a first congestion window of 10 (RFC 6928). */
#define RTC_SCTP_RACK_PACKETS 8

typedef struct {
  guint32 first_tsn;
  guint32 last_tsn;
  GstClockTime sent_at; /* for the last time */
  guint n_sent;
  GByteArray *packet;
} RtcSctpRackPacket;

typedef struct {
  RtcSctpRackPacket packets[RTC_SCTP_RACK_PACKETS]; /* by TSN */
  guint n_packets;
  gboolean is_long; /* the flight; until @long_tsn is acknowledged */
  guint32 long_tsn;
  GstClockTime round_trip; /* smoothed; 0: not known yet */
  GstClockTime min_round_trip;
  GstClockTime arrived_sent_at; /* of those that arrived, the one that was sent last */
  guint32 arrived_tsn;
  guint n_probes;            /* since something arrived */
  gboolean is_window_closed; /* what is under way is a probe, at the stack's pace */
  guint64 n_repeated;
} RtcSctpRack;

void rtc_sctp_rack_init (RtcSctpRack *rack);
void rtc_sctp_rack_clear (RtcSctpRack *rack);

/* @packet leaves at @now; its DATA chunks from @first_tsn to @last_tsn do so for the first time.
 * @may_repeat: all of them are of messages that are sent until they arrive. */
void rtc_sctp_rack_sent (RtcSctpRack *rack, const guint8 *packet, gsize size, guint32 first_tsn,
    guint32 last_tsn, gboolean may_repeat, GstClockTime now);
/* The stack itself sends @tsn again. */
void rtc_sctp_rack_resent (RtcSctpRack *rack, guint32 tsn, GstClockTime now);
/* @packet with @sack arrives. */
void rtc_sctp_rack_acknowledged (
    RtcSctpRack *rack, const guint8 *packet, const RtcSctpSack *sack, GstClockTime now);

/* GST_CLOCK_TIME_NONE: nothing is to be sent again unless something happens. */
GstClockTime rtc_sctp_rack_next_deadline (const RtcSctpRack *rack);
/* The next packet to send again at @now, without a checksum, or NULL; valid until the next call. */
const GByteArray *rtc_sctp_rack_take (RtcSctpRack *rack, GstClockTime now);
