/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Many viewers ask one publisher for key frames: no more than one request in an interval goes on,
 * and none is forgotten. A value, owned by the track.
 */
#pragma once

#include <gst/gst.h>

typedef struct {
  GstClockTime interval;
  /* No earlier; 0 at the start. */
  GstClockTime next;
  gboolean is_pending;
} RtcKeyFrameGate;

void rtc_key_frame_gate_ask (RtcKeyFrameGate *gate);
/* TRUE: a request is to be sent at @now. */
gboolean rtc_key_frame_gate_pass (RtcKeyFrameGate *gate, GstClockTime now);
