/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A running session of two rtcbins for tests of what may happen to it: numbered messages flow both
 * ways and video one way, and neither DTLS nor SCTP may notice.
 */
#pragma once

#include "flow.h"
#include "udprouter.h"

#define RESTART "options,ice-restart=true"

typedef struct {
  PeerPair *pair;
  Peer *peers[2]; /* offerer, answerer */
  GstWebRTCDataChannel *offered;
  GstWebRTCDataChannel *answered;
  Flow *flows[2];
  gchar *certificates[2];
  GObject *associations[2];
  gchar *ufrags[2];
} Story;

/* @link: the name of a simulated link, NULL for sockets */
void story_begin (Story *story, const gchar *link);
/* Over sockets, with a context for the elements of each peer. */
void story_begin_in (Story *story, GstContext **contexts);
/* Over sockets and through @router; peer @inside, of 0 and 1, is the one behind it. */
void story_begin_behind (Story *story, UdpRouter *router, guint inside);
/* All that was sent has arrived, and it is still the same session. Prints the longest gaps. */
void story_end (Story *story, const gchar *name);

/* (transfer full) */
gchar *story_find_ufrag (const gchar *sdp);
/* Both ends know the new credentials of both, and they differ from those before. */
void story_check_new_credentials (Story *story);
void story_check_old_credentials (Story *story);
/* The numbers of pairs that have come into use so far. */
void story_look_at_pairs (Story *story, guint *out_selected);
/* Another pair than those is in use on both sides, with new credentials. */
void story_wait_restarted (Story *story, const guint *selected_before);
/* A whole restart that begins with an offer of peer @who. */
void story_restart_by (Story *story, guint who);
/* Messages both ways, and video. */
void story_wait_flowing (Story *story);
