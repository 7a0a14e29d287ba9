/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Certificates of the process that a thread makes ahead of need, so that a session's first
 * description does not wait for one. Owned by nobody: one stock for all sessions.
 */
#pragma once

#include "rtcdtlscertificate.h"

/* (transfer full): one of the stock when there is one, otherwise a fresh one; and has the thread
 * make the next. NULL when OpenSSL cannot. Any thread; never waits for the one that makes them. */
RtcDtlsCertificate *rtc_dtls_spares_take (void);
/* Has the thread make the first ones. */
void rtc_dtls_spares_prepare (void);
