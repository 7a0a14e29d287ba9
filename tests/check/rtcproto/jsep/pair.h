/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two sessions that talk to each other through text: each description is printed and read again
 * on its way. A failure of a verb fails the test.
 */
#pragma once

#include "dump.h"
#include "jsep/rtcsession.h"

typedef enum { ALICE, BOB } Peer;

typedef struct {
  guint64 seed;
  RtcSession *sessions[2];
  GPtrArray *changes[2]; /* of the last description that was set */
} Pair;

void pair_init (Pair *pair);
void pair_clear (Pair *pair);
void pair_set_policies (Pair *pair, RtcBundlePolicy alice, RtcBundlePolicy bob);
/* "a": audio, "v": video transceivers, sendrecv; "d": data; in this order. Upper case: like from
 * addTrack. */
void pair_add (Pair *pair, Peer peer, const gchar *sections);
RtcTransceiver *pair_get (Pair *pair, Peer peer, guint mline);

/* (transfer full): through text. */
RtcDescription *pair_transport (const RtcDescription *description);
void pair_set_local (Pair *pair, Peer peer, RtcSdpType type, const RtcDescription *description);
void pair_set_remote (Pair *pair, Peer peer, RtcSdpType type, const RtcDescription *description);
/* createOffer, setLocalDescription; (transfer full): as the other reads it. */
RtcDescription *pair_make_offer (Pair *pair, Peer peer, gboolean is_ice_restart);
RtcDescription *pair_make_answer (Pair *pair, Peer peer);
/* The offer arrives at the other. */
void pair_offer (Pair *pair, Peer offerer);
void pair_answer (Pair *pair, Peer answerer);
void pair_exchange (Pair *pair, Peer offerer);
void pair_restart (Pair *pair, Peer offerer);
/* Both set_ return this error, and the session is as before. */
void pair_refuse_local (
    Pair *pair, Peer peer, RtcSdpType type, const RtcDescription *description, RtcError expected);
void pair_refuse_remote (
    Pair *pair, Peer peer, RtcSdpType type, const RtcDescription *description, RtcError expected);

/* (transfer full): the names of the last changes, a space between them. */
gchar *pair_get_changes (Pair *pair, Peer peer);
guint pair_count_changes (Pair *pair, Peer peer, RtcChangeType type);
RtcChange *pair_find_change (Pair *pair, Peer peer, RtcChangeType type);
void pair_expect_changes (Pair *pair, Peer peer, const gchar *expected);
/* (transfer full): @description as text, @search (must be there) replaced by @replace, read again.
 */
RtcDescription *pair_munge (
    const RtcDescription *description, const gchar *search, const gchar *replace);
/* The ICE fragment that this side has for a section, in its newest description. */
const gchar *pair_get_ufrag (Pair *pair, Peer peer, guint mline);
