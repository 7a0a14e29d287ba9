/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A peer gets ready to offer: what the dialect wants sent and received, so that a launch line needs
 * no program beside it. Functions of the client role for any thread but a loop's: they may block.
 */
#pragma once

#include "rtcclientrole.h"

/* WHIP: what is linked is only sent. WHEP without anything in the peer: one audio and one video
 * stream are received. The others without anything: audio for the dialect of telephony, a data
 * channel "data" else. FALSE with @error: the peer cannot offer anything. */
gboolean rtc_client_peer_prepare (GstElement *peer, RtcClientDialect dialect, GError **error);
/* (element-type RtcIceServer): for the next gathering. */
void rtc_client_peer_use_servers (GstElement *peer, const GPtrArray *servers);
