/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tells when a session's peer has neither sent nor received media or messages for a time. What
 * keeps the connection itself alive does not count. Owned by the session; lives on the loop.
 */
#pragma once

#include "peer/rtcpeerdriver.h"

typedef struct _RtcIdleWatch RtcIdleWatch;

/* Called once. */
typedef void (*RtcIdleWatchFunc) (gpointer user_data);

RtcIdleWatch *rtc_idle_watch_new (RtcLoop *loop, RtcPeerDriver *driver, GstClockTime limit,
    RtcIdleWatchFunc func, gpointer user_data);
/* Before the driver's end. */
void rtc_idle_watch_free (RtcIdleWatch *watch);
