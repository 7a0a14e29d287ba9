/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A key frame costs a publisher several times the bits of another frame, so requests are merged
 * (RFC 4585 §3.5.2 has the same idea for feedback). Owned by the track. */
#include "signalling/rtckeyframegate.h"

void
rtc_key_frame_gate_ask (RtcKeyFrameGate *gate)
{
  gate->is_pending = TRUE;
}

gboolean
rtc_key_frame_gate_pass (RtcKeyFrameGate *gate, GstClockTime now)
{
  if (!gate->is_pending || now < gate->next)
    return FALSE;
  gate->is_pending = FALSE;
  gate->next = now + gate->interval;
  return TRUE;
}
