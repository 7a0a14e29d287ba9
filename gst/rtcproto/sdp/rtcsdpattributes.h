/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The attributes that describe the session and its transports: groups, ICE, DTLS, RTCP
 * multiplexing, SCTP. Private to this folder. */
#pragma once

#include "sdp/rtcsdpcontext.h"

/* NULL when there is none of this name. */
const RtcSdpAttribute *rtc_sdp_transport_attribute_find (const gchar *name);
/* Session-level values that the finished section does not have itself (RFC 8839 §5.4, RFC 8122
 * §5, RFC 8842 §5.2, RFC 8866 §6.7). FALSE: the section is incomplete. */
gboolean rtc_sdp_transport_finish (RtcSdpContext *context, GError **error);
