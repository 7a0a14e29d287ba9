/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From one publisher to its viewers, without transcoding: what the publisher's peer receives is
 * pushed into the peers of all viewers of the same name, and their requests for key frames go back
 * merged. Owned by the element; its functions are for any thread, rtc_relay_drop() for any but a
 * loop's.
 */
#pragma once

#include <gst/gst.h>

typedef struct _RtcRelay RtcRelay;

RtcRelay *rtc_relay_new (void);
void rtc_relay_free (RtcRelay *relay);
/* Session @id with @peer publishes as @name. */
void rtc_relay_publish (RtcRelay *relay, const gchar *id, const gchar *name, GstElement *peer);
/* Session @id with @peer watches @name: a sink pad of @peer for each track. FALSE: nobody
 * publishes under that name. */
gboolean rtc_relay_view (RtcRelay *relay, const gchar *id, const gchar *name, GstElement *peer);
/* The viewer @id is connected and needs key frames. */
void rtc_relay_request_key_frames (RtcRelay *relay, const gchar *id);
/* (transfer full): the encoding names of the tracks of @name; NULL when nobody publishes there. */
gchar **rtc_relay_list_encodings (RtcRelay *relay, const gchar *name);
/* Session @id is over: when it returns, nothing flows to or from its peer. */
void rtc_relay_drop (RtcRelay *relay, const gchar *id);
