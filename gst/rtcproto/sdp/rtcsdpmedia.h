/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The m= line, and the attributes that describe its codecs and header extensions. Private to this
 * folder. */
#pragma once

#include "sdp/rtcsdpcontext.h"

/* Makes the section of the context's line; its codecs have a payload type and no name yet. */
RtcSection *rtc_sdp_media_line_read (RtcSdpContext *context, GError **error);
/* NULL when there is none of this name. */
const RtcSdpAttribute *rtc_sdp_media_attribute_find (const gchar *name);
/* What can be told when the section's last line was read. */
gboolean rtc_sdp_media_finish (RtcSdpContext *context, GError **error);
