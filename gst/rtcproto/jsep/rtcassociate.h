/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which transceiver a section of the peer's offer belongs to (RFC 9429 §5.10). */
#pragma once

#include "jsep/rtcsession-private.h"

/* Gives each accepted audio and video section of @offer its line and its transceiver, an existing
 * one or a new one in @draft->made. FALSE with RTC_ERROR_LIMIT: too many. */
gboolean rtc_associate_offer (
    const RtcSession *session, RtcState *draft, const RtcDescription *offer, GError **error);
