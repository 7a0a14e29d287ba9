/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01
 * §3.1): which packets of a transport arrived, and when.
 */
#pragma once

#include <glib.h>

/* What one feedback may speak of; a run-length chunk alone could claim 8191 packets in two bytes.
 */
#define RTC_TRANSPORT_FEEDBACK_MAX_PACKETS 8192

/* In the receiver's clock. @arrival_us means nothing while not received. */
typedef struct {
  guint16 sequence;
  gboolean is_received;
  gint64 arrival_us;
} RtcTransportFeedbackPacket;

typedef struct {
  guint32 sender_ssrc;
  guint32 media_ssrc;
  guint8 count;    /* of feedbacks, modulo 256: a gap is a lost feedback */
  GArray *packets; /* of RtcTransportFeedbackPacket, by sequence number without a gap */
} RtcTransportFeedback;

RtcTransportFeedback *rtc_transport_feedback_new (void);
void rtc_transport_feedback_free (RtcTransportFeedback *feedback);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcTransportFeedback, rtc_transport_feedback_free)

/* One RTCP packet (not a compound). NULL: of another type, or malformed. */
RtcTransportFeedback *rtc_transport_feedback_read (const guint8 *packet, gsize size);
/* (transfer full): the RTCP packet. The arrival of the first received packet is rounded to 64 ms,
 * others are kept to 250 us. NULL when there is no packet, there are too many, their sequence
 * numbers have a gap, or two arrivals are further apart than 8 s. */
GBytes *rtc_transport_feedback_write (const RtcTransportFeedback *feedback);
