/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the peers of the sessions come from: one bin for each session, made from a launch
 * description or by the application, or the one peer of the pipeline. Making and taking down may
 * block, so both are done off the loop. Owned by the element; its functions are for any thread but
 * a loop's, where they do not say that they do not block.
 */
#pragma once

#include <gst/gst.h>

typedef struct _RtcPeerPool RtcPeerPool;

/* @home is the element's own bin, not referenced: it owns the pool. */
RtcPeerPool *rtc_peer_pool_new (GstBin *home);
void rtc_peer_pool_free (RtcPeerPool *pool);

/* Whether rtc_peer_pool_make() could make a peer of @description. */
gboolean rtc_peer_pool_check (const gchar *description, GError **error);
/* (transfer full): the peer of session @id, its bin added to @home and started; NULL with @error.
 */
GstElement *rtc_peer_pool_make (
    RtcPeerPool *pool, const gchar *id, const gchar *description, GError **error);
/* The same with a bin or peer that the application made; one that has a parent already stays
 * there. Takes @element. */
GstElement *rtc_peer_pool_adopt (
    RtcPeerPool *pool, const gchar *id, GstElement *element, GError **error);
/* From now until rtc_peer_pool_drop_all() there may be spares: peers that are started, but of no
 * session yet. They are made of descriptions that are a peer element and nothing else, because
 * sources, sinks and files would not wait for a client. */
void rtc_peer_pool_allow_spares (RtcPeerPool *pool);
/* Whether there are less than @count, and may be more. Does not block. */
gboolean rtc_peer_pool_lacks_spares (RtcPeerPool *pool, guint count);
/* Makes them. What cannot be made is not there: who needs it makes it, and is told why not. */
void rtc_peer_pool_make_spares (RtcPeerPool *pool, const gchar *description, guint count);
/* (transfer full): the oldest spare becomes the peer of session @id; NULL when there is none. Does
 * not block. */
GstElement *rtc_peer_pool_take_spare (RtcPeerPool *pool, const gchar *id);
/* Whether rtc_peer_pool_share() would find its peer in the pipeline as that is now. */
gboolean rtc_peer_pool_has_shared (RtcPeerPool *pool, const gchar *name, GError **error);
/* The peer that is in the pipeline. @named: its name, may be NULL. @given: itself, may be NULL. */
GstElement *rtc_peer_pool_share (
    RtcPeerPool *pool, const gchar *id, const gchar *name, GstElement *given, GError **error);
/* Whether no peer at all is in the pipeline. */
gboolean rtc_peer_pool_has_none (RtcPeerPool *pool);
/* From now on, what @peer receives and nobody links runs into a fakesink beside it: webrtcbin ends
 * with an error otherwise, and a launch line cannot know what a browser will send. Connect to
 * pad-added before this to have a pad first. */
void rtc_peer_sink_unlinked_pads (GstElement *peer);
/* The session is over: its bin is stopped and removed, a shared peer is closed. */
void rtc_peer_pool_drop (RtcPeerPool *pool, const gchar *id);
/* All of them; when it returns, no bin is left. */
void rtc_peer_pool_drop_all (RtcPeerPool *pool);
/* The latency inside session @id's bin has changed. It is nobody else's: sessions share no sink. */
void rtc_peer_pool_update_latency (RtcPeerPool *pool, const gchar *id);
/* (transfer full): the session whose bin contains @object, or NULL. */
gchar *rtc_peer_pool_find_session (RtcPeerPool *pool, GstObject *object);
