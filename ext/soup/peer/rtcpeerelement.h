/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which elements are peers (webrtcbin, rtcbin, any other with their signals), and what can be seen
 * of one before it is driven. Any thread.
 */
#pragma once

#include <gst/gst.h>

/* Whether @element has all the signals; any thread. */
gboolean rtc_peer_is_peer (GstElement *element);
/* (transfer full): the first one in @bin, at any depth but not inside another peer; NULL.
 * @out_count counts them and may be NULL. Any thread. */
GstElement *rtc_peer_find (GstBin *bin, guint *out_count);
/* Waits until every linked sink pad of @peer knows its caps, which an answer is made from, but not
 * longer than @limit. Blocks; not on a loop. */
void rtc_peer_wait_for_caps (GstElement *peer, GstClockTime limit);
/* Whether @peer has been given STUN or TURN servers. */
gboolean rtc_peer_has_servers (GstElement *peer);
