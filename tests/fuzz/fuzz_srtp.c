/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A stranger's packet, and one of the application, through SRTP. Input: a byte (bits 0 and 1: the
 * profile, bit 2: RTCP), then the packet. What is protected must come back; nothing else may.
 */
#include "rtcsrtpcontext.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define MAX_PACKET 4096

static const guint8 key[64] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static void
run_packet (GstRtcSrtpProfile profile, gboolean is_rtcp, const uint8_t *data, size_t size)
{
  RtcSrtpContext *send = rtc_srtp_context_new_send (profile, key, FALSE);
  RtcSrtpContext *receive = rtc_srtp_context_new_receive (profile, key);
  g_autofree guint8 *packet = g_malloc (size + RTC_SRTP_MAX_OVERHEAD);
  gsize protected_size, plain_size;

  memcpy (packet, data, size);
  g_assert (
      rtc_srtp_context_unprotect (receive, is_rtcp, packet, size, &plain_size) != RTC_SRTP_OK);
  g_assert (rtc_srtp_context_get_n_ssrcs (receive) == 0);
  memcpy (packet, data, size);
  if (rtc_srtp_context_protect (send, is_rtcp, packet, size, &protected_size) == RTC_SRTP_OK) {
    g_assert (protected_size <= size + RTC_SRTP_MAX_OVERHEAD);
    g_assert (rtc_srtp_context_unprotect (receive, is_rtcp, packet, protected_size, &plain_size) ==
        RTC_SRTP_OK);
    g_assert (plain_size == size && memcmp (packet, data, size) == 0);
  }
  rtc_srtp_context_free (send);
  rtc_srtp_context_free (receive);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const GstRtcSrtpProfile profiles[] = { GST_RTC_SRTP_PROFILE_AES128_CM_HMAC_SHA1_80,
    GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM, GST_RTC_SRTP_PROFILE_AEAD_AES_256_GCM };
  guint profile;

  if (size == 0 || size > MAX_PACKET)
    return 0;
  profile = data[0] & 3;
  if (profile < G_N_ELEMENTS (profiles))
    run_packet (profiles[profile], (data[0] & 4) != 0, data + 1, size - 1);
  return 0;
}
