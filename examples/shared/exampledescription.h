/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A session description on its way between programs: the JSON of a browser's RTCSessionDescription,
 * {"type":"offer","sdp":"v=0..."}, bare or in base64 on one line.
 */
#pragma once

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

/* Both (transfer full). Parsing takes JSON and base64 of JSON; the error says what is wrong. */
gchar *example_description_to_json (const GstWebRTCSessionDescription *description);
gchar *example_description_to_base64 (const GstWebRTCSessionDescription *description);
GstWebRTCSessionDescription *example_description_parse (const gchar *text, GError **error);

/* Action signals of a peer, waiting for the promise. FALSE with the peer's reason. */
gboolean example_set_remote (
    GstElement *peer, GstWebRTCSessionDescription *description, GError **error);
/* Creates an answer or an offer and makes it the local description. */
gboolean example_create_local (GstElement *peer, GstWebRTCSDPType type, GError **error);
/* Until all candidates are in the local description, for two seconds at most. */
void example_wait_for_candidates (GstElement *peer);

G_END_DECLS
