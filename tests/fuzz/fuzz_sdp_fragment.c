/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* application/trickle-ice-sdpfrag: whatever a client sends is read or refused, and an offer that is
 * restarted with it has the new credentials. */
#include "signalling/rtcsdpfragment.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const gchar offer[] = "v=0\r\no=- 1 1 IN IP4 0\r\nm=audio 9 X 0\r\na=ice-ufrag:old1\r\n"
                               "a=ice-pwd:0123456789012345678901\r\n";
  RtcSdpFragment fragment = { NULL };
  g_autofree gchar *next = NULL;
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  g_autofree gchar *answer = rtc_sdp_fragment_from_answer (text);

  g_assert_nonnull (answer);
  if (!rtc_sdp_fragment_parse ((const gchar *) data, size, &fragment, NULL))
    return 0;
  if (fragment.ice_ufrag != NULL) {
    next = rtc_sdp_fragment_restart_offer (&fragment, offer);
    g_assert_nonnull (strstr (next, fragment.ice_ufrag));
    g_assert_nonnull (strstr (next, fragment.ice_pwd));
  }
  rtc_sdp_fragment_clear (&fragment);
  return 0;
}
