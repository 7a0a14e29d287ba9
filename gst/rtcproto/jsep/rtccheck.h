/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether a description may be applied to a state (RFC 9429 §5.8 to §5.11, RFC 9143, RFC 8842).
 * Nothing is changed here; FALSE comes with an RTC_ERROR_INVALID that names the section.
 */
#pragma once

#include "jsep/rtcstate.h"

/* Every section has a mid. */
gboolean rtc_check_remote_offer (
    const RtcState *state, const RtcDescription *offer, GError **error);
/* @answer to the pending local offer of @state. */
gboolean rtc_check_remote_answer (
    const RtcState *state, const RtcDescription *answer, GError **error);
/* @description against what createOffer or createAnswer made: RFC 9429 §5.4: "if the SDP was
 * modified", only what is harmless passes: candidates, order and removal of codecs, format
 * parameters, header extensions, a narrower direction. */
gboolean rtc_check_local (
    const RtcDescription *created, const RtcDescription *description, GError **error);
