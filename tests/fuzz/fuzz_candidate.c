/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stranger's candidate line: refused with an error, or the same after printing it. */
#include <stddef.h>
#include <stdint.h>

#include "base/rtcerror.h"
#include "wire/rtccandidate.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (RtcCandidate) candidate = rtc_candidate_from_text (text, &error);
  g_autoptr (RtcCandidate) again = NULL;
  g_autofree gchar *printed = NULL, *reprinted = NULL;

  g_assert_true (!candidate == (error != NULL));
  if (!candidate)
    return 0;
  rtc_candidate_classify (candidate);
  printed = rtc_candidate_to_text (candidate);
  again = rtc_candidate_from_text (printed, &error);
  /* "rport 0" and "tcptype passive" may be new in it, and make it too long. */
  if (g_error_matches (error, RTC_ERROR, RTC_ERROR_LIMIT))
    return 0;
  g_assert_no_error (error);
  reprinted = rtc_candidate_to_text (again);
  g_assert_cmpstr (printed, ==, reprinted);
  return 0;
}
