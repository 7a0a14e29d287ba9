/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The attributes that describe what flows in an m= section: streams and tracks, sources, simulcast.
 * Private to this folder. */
#pragma once

#include "sdp/rtcsdpcontext.h"

/* NULL when there is none of this name. */
const RtcSdpAttribute *rtc_sdp_streams_attribute_find (const gchar *name);
/* What can be told when the section's last line was read. */
gboolean rtc_sdp_streams_finish (RtcSdpContext *context, GError **error);
