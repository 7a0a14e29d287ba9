/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stranger's congestion feedback: what is read is within the limit, and if it can be written, it
 * is read as the same again. */
#include <stddef.h>
#include <stdint.h>

#include "wire/rtctransportfeedback.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The reference time has 24 bits of 64 ms: after 12 days the clock begins again. */
#define CLOCK_PERIOD_US (G_GINT64_CONSTANT (64000) << 24)

static void
check_equal (const RtcTransportFeedback *a, const RtcTransportFeedback *b)
{
  g_assert_cmpuint (a->packets->len, ==, b->packets->len);
  for (guint i = 0; i < a->packets->len; i++) {
    const RtcTransportFeedbackPacket *packet_a =
        &g_array_index (a->packets, RtcTransportFeedbackPacket, i);
    const RtcTransportFeedbackPacket *packet_b =
        &g_array_index (b->packets, RtcTransportFeedbackPacket, i);

    g_assert_cmpuint (packet_a->sequence, ==, packet_b->sequence);
    g_assert_cmpint (packet_a->is_received, ==, packet_b->is_received);
    g_assert_cmpint ((packet_a->arrival_us - packet_b->arrival_us) % CLOCK_PERIOD_US, ==, 0);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (RtcTransportFeedback) feedback = rtc_transport_feedback_read (data, size);
  g_autoptr (RtcTransportFeedback) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const guint8 *written;
  gsize written_size;

  if (!feedback)
    return 0;
  g_assert_cmpuint (feedback->packets->len, <=, RTC_TRANSPORT_FEEDBACK_MAX_PACKETS);
  bytes = rtc_transport_feedback_write (feedback);
  if (!bytes)
    return 0;
  written = g_bytes_get_data (bytes, &written_size);
  again = rtc_transport_feedback_read (written, written_size);
  g_assert_nonnull (again);
  check_equal (feedback, again);
  return 0;
}
