/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The struct of the peer, and what its files call of each other. */
#pragma once

#include "gstrtcpeertypes.h"
#include "gstrtcreceptionreports.h"

G_BEGIN_DECLS

/* Candidates that came before the description that they belong to: at most so many are kept. */
#define GST_RTC_PEER_MAX_EARLY_CANDIDATES 64

struct _GstRtcPeer {
  GstBin *bin; /* not owned: it owns the peer */
  RtcLoop *loop;
  RtcSession *session;
  GPtrArray *transports;   /* GstRtcTransport */
  GPtrArray *transceivers; /* GstRtcTransceiver, with and without a core */
  GPtrArray *early;        /* EarlyCandidate of gstrtcpeer.c */
  GstRtcMedia *media;
  GstRtcReceptionReports *reports;
  GstRtcChannelSet *channels;
  GstRtcTransport *prepared; /* made ahead of the first description, with no part in anything */
  GstElement *first_dtls;    /* whose certificate all transports of the session use */
  GHashTable *dirty;         /* ids of transports whose media changed in this batch */
  gboolean is_closed;
  gboolean is_ready; /* the element is in READY or above */
  gboolean is_executing;
  gboolean has_certificate;
  gboolean is_first_dtls_used;
  gboolean is_negotiation_announced;
  gboolean is_left; /* the other side has ended the session */
  RtcLoopTimer *negotiation_timer;
  GstRtcPeerStates states;
  GstRtcPeerSettings settings;
  const GstRtcPeerEvents *events;
  gpointer user_data;
};

/* gstrtcpeer.c; FALSE and an error after close */
gboolean gst_rtc_peer_check_open (GstRtcPeer *peer, GError **error);

/* gstrtcexecute.c */
void gst_rtc_peer_execute (GstRtcPeer *peer, GPtrArray *changes);
GstRtcTransport *gst_rtc_peer_find_transport (GstRtcPeer *peer, guint id);
void gst_rtc_peer_drop_transports (GstRtcPeer *peer);
/* Forgets what gst_rtc_peer_prepare() made, when no description has used it. */
void gst_rtc_peer_unprepare (GstRtcPeer *peer);
/* The certificate's fingerprint must be in the first description. */
gboolean gst_rtc_peer_ensure_certificate (GstRtcPeer *peer, GError **error);

/* gstrtcfarewell.c */
void gst_rtc_peer_note_farewell (GstRtcPeer *peer);

/* gstrtcstates.c */
void gst_rtc_peer_update_states (GstRtcPeer *peer);

/* gstrtcpeertransceivers.c */
/* Gives every transceiver whose kind is known by now its core. */
void gst_rtc_peer_resolve_transceivers (GstRtcPeer *peer);
gboolean gst_rtc_peer_has_unresolved (GstRtcPeer *peer);
GstRtcTransceiver *gst_rtc_peer_adopt_core (GstRtcPeer *peer, RtcTransceiver *core);
void gst_rtc_peer_load_codecs (GstRtcPeer *peer);
/* Makes @transceiver one of @kind, or joins it with one that does not send yet. @preferred: the
 * only codecs (element-type RtcCodec), or NULL for all. */
void gst_rtc_peer_give_core (
    GstRtcPeer *peer, GstRtcTransceiver *transceiver, RtcKind kind, GPtrArray *preferred);
/* @transceiver sends what comes to the pad of @placeholder, which is taken out of the list. */
void gst_rtc_peer_join_tracks (
    GstRtcPeer *peer, GstRtcTransceiver *placeholder, GstRtcTransceiver *transceiver);

/* gstrtcunknowntracks.c: before a description is made */
void gst_rtc_peer_settle_tracks (GstRtcPeer *peer);

G_END_DECLS
