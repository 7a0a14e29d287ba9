/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* createAnswer (RFC 9429 §5.3): session with a remote offer -> description. Changes nothing. */
#pragma once

#include "jsep/rtcsession-private.h"

/* (transfer full) */
RtcDescription *rtc_answer_create (const RtcSession *session);
/* Whether this peer speaks the protocol of @section (RFC 9429 §5.1.2). */
gboolean rtc_section_is_protocol_known (const RtcSection *section);
