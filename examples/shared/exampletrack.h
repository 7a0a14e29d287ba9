/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ExampleTrack: the RTP packets of one source pad of a peer, on their way to sink pads of the same
 * peer or of others. They pass through appsink and appsrc, so the peers are not linked and may come
 * and go. A key frame that a receiver asks for is asked of the sender. Any thread.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _ExampleTrack ExampleTrack;

/* @key_frame_interval: how often the sender is asked for a key frame, GST_CLOCK_TIME_NONE for only
 * when a receiver asks. */
ExampleTrack *example_track_new (GstClockTime key_frame_interval);
/* Not while packets flow. */
void example_track_free (ExampleTrack *track);

/* From a peer's "pad-added", so that no packet is missed. The appsink goes into the peer's bin. A
 * source that comes after another one takes its place: its packets follow the other's. */
void example_track_take (ExampleTrack *track, GstPad *pad);
/* Adds a receiver, also before there is a source: requests @pad_name ("sink_%u" for any) of @peer,
 * whose bin the appsrc goes into and ends with. FALSE when there is no such pad. */
gboolean example_track_give (ExampleTrack *track, GstElement *peer, const gchar *pad_name);

/* (transfer full), NULL without source: what the packets are. */
GstCaps *example_track_get_caps (ExampleTrack *track);
void example_track_request_key_frame (ExampleTrack *track);

G_END_DECLS
