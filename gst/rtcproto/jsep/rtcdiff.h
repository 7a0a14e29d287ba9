/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The changes that lead from one state to another. Pure. Their order: new transports, their role
 * and local credentials; new transceivers; what is sent and received; data; transports that went;
 * DTLS, then the peer's credentials and candidates; stopped transceivers; the signalling state;
 * tracks.
 */
#pragma once

#include "jsep/rtcstate.h"

/* Appends to @changes (array of RtcChange). */
void rtc_diff (const RtcState *before, const RtcState *after, GPtrArray *changes);
