/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The end of a NiceAgent with allocations on TURN servers. RFC 8656 §7: an allocation is given back
 * with a refresh of lifetime 0, which needs the socket and the context for one more round trip.
 */
#pragma once

#include "rtcnicecontext.h"

#include <nice/agent.h>

G_BEGIN_DECLS

/* Takes both; they go when the servers have answered, or after a second. On the loop. */
void rtc_nice_closing_begin (
    RtcLoop *loop, NiceAgent *nice, guint stream_id, RtcNiceContext *context);

G_END_DECLS
