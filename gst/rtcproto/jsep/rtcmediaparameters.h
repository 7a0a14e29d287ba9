/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What may be sent or received on a transceiver. Owned by the negotiated part of it. */
#pragma once

#include "sdp/rtcdescription.h"

/**
 * RtcMediaParameters: what was negotiated for one direction of a transceiver
 * @is_active: packets may flow
 * @codecs: (array of RtcCodec): by preference; payload types are those that go on the wire in
 *     this direction
 * @extmaps: (array of RtcExtmap): usable in this direction
 * @sources: (array of RtcSource): ours when sending; announced by the peer when receiving
 * @rids: (array of RtcRid)
 */
typedef struct {
  gboolean is_active;
  GPtrArray *codecs;
  GPtrArray *extmaps;
  GPtrArray *sources;
  GPtrArray *rids;
} RtcMediaParameters;

void rtc_media_parameters_init (RtcMediaParameters *parameters);
void rtc_media_parameters_copy (RtcMediaParameters *to, const RtcMediaParameters *from);
void rtc_media_parameters_clear (RtcMediaParameters *parameters);
/* (transfer full): every field; equal parameters give equal strings. */
gchar *rtc_media_parameters_to_string (const RtcMediaParameters *parameters);
