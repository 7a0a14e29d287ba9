/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the pair share: waiting under its lock, and the record of what a peer hears. */
#pragma once

#include "peerpair.h"

#define PEER_WAIT_LIMIT (30 * G_TIME_SPAN_SECOND)

/* With the lock held. */
#define WAIT_UNTIL(pair, condition, what)                                                          \
  do {                                                                                             \
    gint64 end = g_get_monotonic_time () + PEER_WAIT_LIMIT;                                        \
    while (!(condition))                                                                           \
      if (!g_cond_wait_until (&(pair)->changed, &(pair)->lock, end) && !(condition))               \
        ck_abort_msg ("timeout waiting for %s", what);                                             \
  } while (0)

/* peerrecord.c */
void peer_record_start (Peer *peer);
void peer_record_clear (Peer *peer);
/* The other peer hears of no more candidates. */
void peer_record_ignore_candidates (Peer *peer);
void peer_record_watch_channel (Peer *peer, GstWebRTCDataChannel *channel);
/* (transfer full): the entry that a message of these bytes has */
gchar *peer_record_describe (GBytes *bytes);
