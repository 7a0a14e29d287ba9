/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two rtcice elements, each with a loop of its own, and the signalling between them: verbs for
 * tests and benchmarks of the element. What the loops report is guarded by one lock.
 */
#pragma once

#include <gio/gio.h>
#include <gst/check/gstcheck.h>

#include <gst/rtc/gstrtcice.h>
#include <gst/rtc/rtcloop.h>

#define ICE_LIMIT (20 * G_TIME_SPAN_SECOND)

typedef struct _IcePeer IcePeer;

extern GMutex ice_lock;
extern GCond ice_changed;

struct _IcePeer {
  const gchar *name;
  IcePeer *other;
  RtcLoop *loop;
  GstElement *element;
  GstPad *feed;    /* linked to the element's sink */
  GstPad *collect; /* linked to the element's src */
  gboolean holds_candidates;
  /* guarded by lock: */
  GPtrArray *candidates;
  GPtrArray *packets; /* GstBuffer */
  guint n_lists;
  guint n_gathered;
  guint n_selected;
  GstWebRTCICEConnectionState state;
};

typedef struct {
  IcePeer a;
  IcePeer b;
} IcePair;

typedef enum {
  ICE_OP_LOCAL,
  ICE_OP_REMOTE,
  ICE_OP_GATHER,
  ICE_OP_CANDIDATE,
  ICE_OP_SERVER,
  ICE_OP_CONTROLLING,
  ICE_OP_STATS,
} IceOp;

/* Waits until the loops have reported that @condition holds, which may read what ice_lock guards.
 */
#define ICE_WAIT_FOR(condition)                                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 end = g_get_monotonic_time () + ICE_LIMIT;                                              \
    gboolean in_time = TRUE;                                                                       \
                                                                                                   \
    g_mutex_lock (&ice_lock);                                                                      \
    while (in_time && !(condition))                                                                \
      in_time = g_cond_wait_until (&ice_changed, &ice_lock, end);                                  \
    g_mutex_unlock (&ice_lock);                                                                    \
    fail_unless (in_time, "waited too long for: " #condition);                                     \
  }                                                                                                \
  G_STMT_END

gboolean ice_try_call (
    IcePeer *peer, IceOp op, const gchar *first, const gchar *second, GError **error);
void ice_do_call (IcePeer *peer, IceOp op, const gchar *first, const gchar *second);
GstStructure *ice_get_stats (IcePeer *peer);
guint64 ice_get_count (IcePeer *peer, const gchar *name);
void ice_check_path (IcePeer *peer, const gchar *path);
/* Sends packets until @path carries them: an order across a change of path is not promised. */
void ice_settle_on_path (IcePeer *from, IcePeer *to, const gchar *path);
void ice_trickle (IcePeer *to, const gchar *line);
void ice_peer_init (IcePeer *peer, const gchar *name, IcePeer *other);
void ice_peer_start (IcePeer *peer);
void ice_peer_stop (IcePeer *peer);
void ice_peer_clear (IcePeer *peer);
void ice_pair_init (IcePair *pair);
/* On loops that other pairs have too. */
void ice_pair_init_on (IcePair *pair, RtcLoop *loop_a, RtcLoop *loop_b);
void ice_pair_start (IcePair *pair);
void ice_pair_clear (IcePair *pair);
gboolean ice_is_connected (IcePeer *peer);
void ice_set_local (IcePeer *peer, guint n);
void ice_set_remote (IcePeer *peer, guint n);
void ice_pair_connect (IcePair *pair);
GstBuffer *ice_make_packet (guint number, gsize size);
void ice_check_packet (GstBuffer *received, guint number, gsize size);
gsize ice_equal_size (guint number);
gsize ice_unequal_size (guint number);
void ice_send_packets (IcePeer *from, guint number, guint n_packets, gsize (*size_of) (guint));
void ice_check_transfer (IcePeer *from, IcePeer *to, gsize (*size_of) (guint));
void ice_check_both_ways (IcePair *pair);
void ice_peer_configure (
    IcePeer *peer, const gchar *address, const gchar *path, const gchar *nomination);
gboolean ice_has_address (const gchar *text);
