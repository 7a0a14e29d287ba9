/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One direction of a simulated network: decides what becomes of each packet. Plain and without a
 * clock: the same seed, conditions, sizes and times give the same fates, which the trace proves.
 * Every packet takes the same number of random numbers, so a changed condition does not shift the
 * fates that the others decide.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * RtcSimulatedConditions:
 * @loss_percent: independent loss
 * @burst_enter_percent: Gilbert-Elliott: chance per packet to go from the good to the bad state
 * @burst_leave_percent: and back
 * @burst_loss_percent: loss in the bad state
 * @delay: one way
 * @jitter: uniform from 0, added to the delay; does not change the order
 * @reorder_percent: packets that later ones overtake
 * @duplicate_percent: packets that arrive twice
 * @bit_flip_percent: packets that arrive with one bit changed
 * @rate_bps: 0 for no limit
 * @queue_bytes: what waits before a limited rate; more is dropped. 0: 64 KiB
 * @is_blackout: nothing passes
 */
typedef struct {
  gdouble loss_percent;
  gdouble burst_enter_percent;
  gdouble burst_leave_percent;
  gdouble burst_loss_percent;
  GstClockTime delay;
  GstClockTime jitter;
  gdouble reorder_percent;
  gdouble duplicate_percent;
  gdouble bit_flip_percent;
  guint64 rate_bps;
  guint64 queue_bytes;
  gboolean is_blackout;
} RtcSimulatedConditions;

/* "loss=5,delay=50,...": loss, burst-enter, burst-leave, burst-loss, reorder, duplicate, bit-flip
 * in percent, delay and jitter in milliseconds, rate in bit/s, queue in bytes, blackout 0 or 1.
 * What is not named is 0. FALSE and @error for an unknown name or a bad value. */
gboolean rtc_simulated_conditions_parse (
    const gchar *text, RtcSimulatedConditions *out_conditions, GError **error);

typedef struct {
  guint n_copies; /* 0: lost */
  GstClockTime arrives_at[2];
  gint64 flipped_bit; /* -1: none */
} RtcSimulatedFate;

typedef struct {
  guint64 n_sent;
  guint64 n_delivered; /* copies included */
  guint64 n_lost;
  guint64 n_queue_full;
  guint64 n_blacked_out;
  guint64 n_duplicated;
  guint64 n_reordered;
  guint64 n_flipped;
} RtcSimulatedCounts;

typedef struct _RtcSimulatedPath RtcSimulatedPath;

RtcSimulatedPath *rtc_simulated_path_new (guint32 seed);
void rtc_simulated_path_free (RtcSimulatedPath *path);
void rtc_simulated_path_set_seed (RtcSimulatedPath *path, guint32 seed);
void rtc_simulated_path_set_conditions (
    RtcSimulatedPath *path, const RtcSimulatedConditions *conditions);
const RtcSimulatedConditions *rtc_simulated_path_get_conditions (const RtcSimulatedPath *path);
void rtc_simulated_path_decide (
    RtcSimulatedPath *path, gsize size_bytes, GstClockTime now, RtcSimulatedFate *out_fate);
/* FNV-1a over the sizes and fates so far. */
guint64 rtc_simulated_path_get_trace (const RtcSimulatedPath *path);
RtcSimulatedCounts rtc_simulated_path_get_counts (const RtcSimulatedPath *path);

G_END_DECLS
