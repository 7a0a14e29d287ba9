/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptions through webrtcbin's action signals, with the promise waited for. */
#pragma once

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

/* create-offer or create-answer: @what is "offer" or "answer". (transfer full); NULL (said why)
 * when the element refused. */
GstWebRTCSessionDescription *bench_create_description (
    GstElement *peer, const gchar *what, GstStructure *options);

/* @signal: "set-local-description" or "set-remote-description". */
gboolean bench_apply_description (
    GstElement *peer, const gchar *signal, GstWebRTCSessionDescription *description);

G_END_DECLS
