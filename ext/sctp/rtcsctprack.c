/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lost packets of a short flight; see the header. */
#include "rtcsctprack.h"

/* RFC 8985 §7.3: probes without an answer; then the stack's own timer decides. */
#define MAX_PROBES 2
/* A receiver or a loop that is busy for so long has lost nothing. */
#define MIN_WAIT (10 * GST_MSECOND)

void
rtc_sctp_rack_init (RtcSctpRack *rack)
{
  *rack = (RtcSctpRack){ 0 };
}

void
rtc_sctp_rack_clear (RtcSctpRack *rack)
{
  for (guint i = 0; i < rack->n_packets; i++)
    g_byte_array_unref (rack->packets[i].packet);
  rack->n_packets = 0;
}

void
rtc_sctp_rack_sent (RtcSctpRack *rack, const guint8 *packet, gsize size, guint32 first_tsn,
    guint32 last_tsn, gboolean may_repeat, GstClockTime now)
{
  RtcSctpRackPacket *sent;

  if (rack->n_packets == RTC_SCTP_RACK_PACKETS || rack->is_long) {
    rtc_sctp_rack_clear (rack);
    rack->is_long = TRUE;
    rack->long_tsn = last_tsn;
    return;
  }
  sent = &rack->packets[rack->n_packets++];
  *sent = (RtcSctpRackPacket){
    .first_tsn = first_tsn, .last_tsn = last_tsn, .sent_at = now, .n_sent = 1
  };
  sent->packet = g_byte_array_new ();
  if (may_repeat)
    rtc_sctp_packet_append_data (sent->packet, packet, size);
}

void
rtc_sctp_rack_resent (RtcSctpRack *rack, guint32 tsn, GstClockTime now)
{
  for (guint i = 0; i < rack->n_packets; i++) {
    RtcSctpRackPacket *sent = &rack->packets[i];

    if (tsn - sent->first_tsn > sent->last_tsn - sent->first_tsn)
      continue;
    sent->sent_at = now;
    sent->n_sent++;
  }
}

static gboolean
has_arrived (const RtcSctpRackPacket *sent, const guint8 *packet, const RtcSctpSack *sack)
{
  guint32 first = sent->first_tsn - sack->cumulative_tsn;
  guint32 last = sent->last_tsn - sack->cumulative_tsn;

  if (!rtc_sctp_tsn_is_after (sent->last_tsn, sack->cumulative_tsn))
    return TRUE;
  for (guint i = 0; i < sack->n_gaps; i++) {
    guint16 start, end;

    rtc_sctp_packet_get_gap (packet, sack, i, &start, &end);
    if (first >= start && last <= end)
      return TRUE;
  }
  return FALSE;
}

/* RFC 6298 §2.3's average. */
static void
measure (RtcSctpRack *rack, GstClockTime round_trip)
{
  rack->round_trip =
      rack->round_trip == 0 ? MAX (round_trip, 1) : (7 * rack->round_trip + round_trip) / 8;
  rack->min_round_trip =
      rack->min_round_trip == 0 ? round_trip : MIN (rack->min_round_trip, round_trip);
}

/* RFC 8985 §6.2 step 2: what arrives sooner than a round trip after it was sent again is probably
 * the first one. */
static void
note_arrival (RtcSctpRack *rack, const RtcSctpRackPacket *sent, GstClockTime now)
{
  rack->n_probes = 0;
  if (sent->n_sent == 1)
    measure (rack, now - sent->sent_at);
  else if (now - sent->sent_at < rack->min_round_trip)
    return;
  if (sent->sent_at >= rack->arrived_sent_at) {
    rack->arrived_sent_at = sent->sent_at;
    rack->arrived_tsn = sent->last_tsn;
  }
}

void
rtc_sctp_rack_acknowledged (
    RtcSctpRack *rack, const guint8 *packet, const RtcSctpSack *sack, GstClockTime now)
{
  guint n_left = 0;

  rack->is_window_closed = sack->window_bytes < RTC_SCTP_CLOSED_WINDOW_BYTES;
  if (rack->is_long && !rtc_sctp_tsn_is_after (rack->long_tsn, sack->cumulative_tsn))
    rack->is_long = FALSE;
  for (guint i = 0; i < rack->n_packets; i++) {
    RtcSctpRackPacket *sent = &rack->packets[i];

    if (has_arrived (sent, packet, sack)) {
      note_arrival (rack, sent, now);
      g_byte_array_unref (sent->packet);
    } else {
      rack->packets[n_left++] = *sent;
    }
  }
  rack->n_packets = n_left;
}

/* RFC 8985 §6.2 step 5: a packet that left before one that arrived is lost when it is a quarter of
 * a round trip late. */
static GstClockTime
lost_at (const RtcSctpRack *rack, const RtcSctpRackPacket *sent)
{
  if (rack->is_window_closed || sent->packet->len == 0 || sent->sent_at > rack->arrived_sent_at)
    return GST_CLOCK_TIME_NONE;
  if (sent->sent_at == rack->arrived_sent_at &&
      !rtc_sctp_tsn_is_after (rack->arrived_tsn, sent->last_tsn))
    return GST_CLOCK_TIME_NONE;
  return sent->sent_at + rack->round_trip + MAX (rack->min_round_trip / 4, GST_MSECOND);
}

/* RFC 8985 §7.2: two round trips after the last packet; here twice as long for the second probe. */
static GstClockTime
probe_at (const RtcSctpRack *rack)
{
  GstClockTime last = 0;

  if (rack->is_window_closed || rack->round_trip == 0 || rack->n_probes == MAX_PROBES ||
      rack->n_packets == 0 || rack->packets[0].packet->len == 0)
    return GST_CLOCK_TIME_NONE;
  for (guint i = 0; i < rack->n_packets; i++)
    last = MAX (last, rack->packets[i].sent_at);
  return last + ((2 * rack->round_trip + MIN_WAIT) << rack->n_probes);
}

GstClockTime
rtc_sctp_rack_next_deadline (const RtcSctpRack *rack)
{
  GstClockTime deadline = probe_at (rack);

  for (guint i = 0; i < rack->n_packets; i++)
    deadline = MIN (deadline, lost_at (rack, &rack->packets[i]));
  return deadline;
}

static const GByteArray *
repeat (RtcSctpRack *rack, RtcSctpRackPacket *sent, GstClockTime now)
{
  sent->sent_at = now;
  sent->n_sent++;
  rack->n_repeated++;
  return sent->packet;
}

const GByteArray *
rtc_sctp_rack_take (RtcSctpRack *rack, GstClockTime now)
{
  for (guint i = 0; i < rack->n_packets; i++)
    if (lost_at (rack, &rack->packets[i]) <= now)
      return repeat (rack, &rack->packets[i], now);
  if (probe_at (rack) > now)
    return NULL;
  rack->n_probes++;
  return repeat (rack, &rack->packets[0], now);
}
