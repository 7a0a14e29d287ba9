/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A flow of numbered messages through a data channel: 200 a second, from a thread of its own. What
 * arrives is counted, must come once and in order, and the longest time without one is kept.
 */
#pragma once

#include "peerpair.h"

typedef struct _Flow Flow;

/* From @from, a channel, to the other end of it, @to. */
Flow *flow_start (GstWebRTCDataChannel *from, GstWebRTCDataChannel *to);
/* Until @count more messages have arrived. */
void flow_wait (Flow *flow, guint count);
/* The longest time without a message since the last call, in microseconds. */
gint64 flow_take_gap (Flow *flow);
/* No more are sent; waits until all have arrived. Returns the longest gap in milliseconds. */
guint flow_finish (Flow *flow);
