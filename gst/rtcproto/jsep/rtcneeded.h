/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* W3C webrtc §4.7.3: "check if negotiation is needed". Pure. */
#pragma once

#include "jsep/rtcsession-private.h"

/* In stable only; FALSE otherwise. */
gboolean rtc_negotiation_is_needed (const RtcSession *session);
