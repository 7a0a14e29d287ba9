/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AV1 payloads as a sender makes them: [marker and gap bits] [size] [payload], over and over. What
 * the assembler completes can be cut into packets again, and comes out of those unchanged. */
#include "rtcav1payload.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
check_round_trip (const GByteArray *unit)
{
  RtcAv1Assembler *assembler = rtc_av1_assembler_new ();
  g_autoptr (GPtrArray) packets = rtc_av1_packetize (rtc_bytes (unit->data, unit->len), 40);
  RtcAv1Progress progress = RTC_AV1_MORE;
  GByteArray *again = NULL;

  g_assert_nonnull (packets);
  for (guint i = 0; i < packets->len; i++) {
    GBytes *packet = g_ptr_array_index (packets, i);

    g_assert_cmpuint (g_bytes_get_size (packet), <=, 40);
    progress = rtc_av1_assembler_push (assembler,
        rtc_bytes (g_bytes_get_data (packet, NULL), g_bytes_get_size (packet)),
        i + 1 == packets->len, FALSE, &again);
  }
  g_assert_cmpint (progress, ==, RTC_AV1_UNIT);
  g_assert_cmpmem (again->data, again->len, unit->data, unit->len);
  g_byte_array_unref (again);
  rtc_av1_assembler_free (assembler);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  RtcAv1Assembler *assembler = rtc_av1_assembler_new ();
  RtcBytes input = rtc_bytes (data, size);
  RtcBytes payload;
  guint8 flags, length;

  while (rtc_bytes_read_u8 (&input, &flags) && rtc_bytes_read_u8 (&input, &length) &&
      rtc_bytes_read_range (&input, length, &payload)) {
    GByteArray *unit = NULL;

    if (rtc_av1_assembler_push (assembler, payload, (flags & 1) != 0, (flags & 2) != 0, &unit) !=
        RTC_AV1_UNIT)
      continue;
    check_round_trip (unit);
    g_byte_array_unref (unit);
  }
  rtc_av1_assembler_free (assembler);
  return 0;
}
