/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* createOffer (RFC 9429 §5.2): session -> description. Changes nothing. */
#pragma once

#include "jsep/rtcsession-private.h"

/* (transfer full). @out_transceivers: (transfer full) by section, NULL where there is none. */
RtcDescription *rtc_offer_create (const RtcSession *session, gboolean is_ice_restart,
    GPtrArray **out_transceivers, GError **error);
