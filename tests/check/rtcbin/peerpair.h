/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two peers in one process that offer, answer and trickle to each other, by webrtcbin's interface
 * alone, so that either of them may be webrtcbin itself. A test tells a story with these verbs; a
 * verb that has to wait waits on a condition with a generous limit and fails the test after it.
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/webrtc/webrtc.h>

#define PEER_MAX_PADS 8

typedef struct _Peer Peer;
typedef struct _PeerPair PeerPair;

struct _Peer {
  PeerPair *pair;
  Peer *other;
  GstElement *pipeline;
  GstElement *bin;
  GPtrArray *channels; /* GstWebRTCDataChannel: those of on-data-channel */
  GPtrArray *messages; /* gchar *: "s:text" or "b:SIZE:CHECKSUM", in their order */
  GPtrArray *states;   /* gchar *: connection states by their nicks, in their order */
  GPtrArray *history;  /* gchar *: each change of a state, with its time, in their order */
  guint opened;        /* channels that came to on-open */
  guint closed;
  guint packets[2];                 /* audio, video: buffers behind the source pads */
  guint pad_packets[PEER_MAX_PADS]; /* the same by the pads' numbers */
  guint selected;                   /* candidate pairs that came into use */
  gchar *selected_local;            /* the last of them: our candidate line */
  guint errors;     /* on the bus: the end of the pair fails the test when there are some */
  gboolean is_ours; /* webrtcbin reports an error when the other side goes first */
  guint warnings;
  gchar *last_warning;
  GPtrArray *told;   /* gchar *: names of element messages on the bus, in their order */
  gint64 last_video; /* monotonic; the longest time without a video packet, microseconds */
  gint64 video_gap;
  gboolean holds_candidates;
  GPtrArray *held;
  /* What the other side is told in place of a candidate of ours: (transfer full), NULL for none.
   * Not set: the candidate itself. */
  gchar *(*route) (Peer *peer, const gchar *candidate);
  gpointer route_data;
};

struct _PeerPair {
  GMutex lock;
  GCond changed;
  gint64 born; /* monotonic */
  Peer offerer;
  Peer answerer;
};

/* Under the leak tracer webrtcbin is left out: its plugin keeps a DTLS agent to the end. */
gboolean peer_pair_can_run (const gchar *offerer, const gchar *answerer);
/* Factory names; NULL when one of them is not installed. */
PeerPair *peer_pair_new (const gchar *offerer, const gchar *answerer);
/* @contexts: for the elements of either, or NULL */
PeerPair *peer_pair_new_in (const gchar *offerer, const gchar *answerer, GstContext **contexts);
void peer_pair_free (PeerPair *pair);
void peer_pair_play (PeerPair *pair);

/* Both are to use a simulated link of this name; before anything else. */
void peer_pair_use_link (PeerPair *pair, const gchar *link);

/* offer, answer, and all candidates; @options of create-offer, may be NULL */
void peer_pair_negotiate (PeerPair *pair, Peer *offerer, const gchar *options);
void peer_pair_wait_connected (PeerPair *pair);
void peer_wait_state (Peer *peer, GstWebRTCPeerConnectionState state);
/* ICE is connected or completed, and @selected pairs have come into use so far. */
void peer_wait_ice (Peer *peer, guint selected);
guint peer_get_selected (Peer *peer);
/* (transfer full): the address of our candidate in the pair that came into use last */
gchar *peer_get_local_address (Peer *peer);
gboolean peer_has_state (Peer *peer, const gchar *nick);
/* Every change of the connection's and of ICE's state so far, with the seconds since the start. */
void peer_print_states (Peer *peer, const gchar *name);

/* The reply's structure (transfer full): NULL on success without one. */
GstStructure *peer_create (Peer *peer, const gchar *action, const gchar *options);
GstWebRTCSessionDescription *peer_create_description (
    Peer *peer, const gchar *action, const gchar *options);
/* NULL when it worked, otherwise the error (transfer full). */
GError *peer_set (Peer *peer, const gchar *action, GstWebRTCSessionDescription *description);
void peer_set_ok (Peer *peer, const gchar *action, GstWebRTCSessionDescription *description);

/* (transfer full) with the counters connected */
GstWebRTCDataChannel *peer_create_channel (Peer *peer, const gchar *label, const gchar *options);
/* (transfer none): the first channel that the other side made. */
GstWebRTCDataChannel *peer_wait_channel (Peer *peer);
void peer_wait_opened (Peer *peer, guint count);
void peer_wait_closed (Peer *peer, guint count);
void peer_wait_messages (Peer *peer, guint count);
/* For the element message @name. */
void peer_wait_told (Peer *peer, const gchar *name);
void peer_send_text (GstWebRTCDataChannel *channel, const gchar *text);
/* @size bytes of a pattern that starts with @seed; returns the entry that messages will have */
gchar *peer_send_bytes (GstWebRTCDataChannel *channel, gsize size, guint8 seed);

/* A test source for "audio" (opus) or "video" (@codec: "vp8", "vp9") into a sink pad. */
void peer_add_source (Peer *peer, const gchar *media, const gchar *codec);
/* All sink pads know what they get; an offer made before would lack it. */
void peer_wait_sources (Peer *peer);
void peer_wait_packets (Peer *peer, gboolean is_video, guint count);
/* The longest time without a video packet since the last call, which includes the time since the
 * last packet; microseconds. */
gint64 peer_take_video_gap (Peer *peer);
/* @count more of them behind src_@number */
void peer_wait_more_packets (Peer *peer, guint number, guint count);
/* The m-line of sink_@number: sources get theirs in the order in which they start. */
guint peer_get_mline (Peer *peer, guint number);
/* Releases sink_@number while its source sends, and removes the source. */
void peer_remove_source (Peer *peer, guint number);
/* NULL: there is no such description. */
gchar *peer_get_sdp (Peer *peer, const gchar *property);
