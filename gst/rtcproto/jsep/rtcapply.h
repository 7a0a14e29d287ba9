/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A description applied: the state that follows, made aside (RFC 9429 §5.9 to §5.11). NULL with
 * an error leaves no trace. The session puts the result in place.
 */
#pragma once

#include "jsep/rtcsession-private.h"

/* (transfer full). @signaling: the state that the table allows. */
RtcState *rtc_apply_local (const RtcSession *session, RtcSdpType type,
    const RtcDescription *description, RtcSignalingState signaling, GError **error);
/* @base: the session's state, or the one after an implicit rollback. */
RtcState *rtc_apply_remote (const RtcSession *session, const RtcState *base, RtcSdpType type,
    const RtcDescription *description, RtcSignalingState signaling, GError **error);
/* The stable state before the pending offer (RFC 9429 §4.1.10.2). */
RtcState *rtc_apply_rollback (const RtcSession *session);
