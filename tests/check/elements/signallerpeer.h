/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Verbs of a peer that calls a signaller by hand: rtcbin, webrtcbin, or what has their interface.
 */
#pragma once

#include <gst/gst.h>

/* (transfer full): an offer's text; the peer is left as it was. */
gchar *signaller_peer_create_offer (GstElement *peer, gboolean is_restart);
/* (transfer full): the same, and it is the peer's local description. */
gchar *signaller_peer_offer (GstElement *peer, gboolean is_restart);
void signaller_peer_set_answer (GstElement *peer, const gchar *sdp);
/* (transfer full): @text as a JSON string without the quotes. */
gchar *signaller_peer_quote (const gchar *text);
/* (transfer full): the body of POST /doSignaling. */
gchar *signaller_peer_print_offer (const gchar *sdp);
/* (transfer full): the SDP in the body of its reply, without the escapes of its line ends. */
gchar *signaller_peer_read_answer (const gchar *body);
