/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * BenchPair: two peers that negotiate with each other in this process, and a data
 * channel between them. Candidates are handed over as they come. Owned by the scenario that made
 * it; its functions are called on one thread.
 */
#pragma once

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

typedef struct _BenchPair BenchPair;

/* A pair in state PLAYING, not negotiated; NULL (said why) when there is no such element. It has a
 * pipeline of its own, or stands with others in @pipeline. */
BenchPair *bench_pair_new (const gchar *element);
BenchPair *bench_pair_new_in (GstElement *pipeline, const gchar *element);
void bench_pair_free (BenchPair *pair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchPair, bench_pair_free)

/* (transfer full) A pipeline in state PLAYING for many pairs. Messages on its bus are dropped, as
 * if an application had read them. */
GstElement *bench_pipeline_new (void);
/* Stops it; NULL is fine. */
void bench_pipeline_free (GstElement *pipeline);

/* (transfer none) */
GstElement *bench_pair_get_pipeline (BenchPair *pair);
GstElement *bench_pair_get_offerer (BenchPair *pair);
GstElement *bench_pair_get_answerer (BenchPair *pair);

/* The offerer's data channel "data"; before the first offer. */
GstWebRTCDataChannel *bench_pair_create_channel (BenchPair *pair);
/* The answerer's end of it, once it is open. */
GstWebRTCDataChannel *bench_pair_get_remote_channel (BenchPair *pair);

/* Offer, answer, both applied on both sides. @options (transfer full) go to create-offer. Returns
 * the offer's SDP text (transfer full), NULL when a step failed. */
gchar *bench_pair_negotiate (BenchPair *pair, GstStructure *options);

/* Waits until both ends of the channel are open; FALSE after @timeout_us. */
gboolean bench_pair_wait_open (BenchPair *pair, gint64 timeout_us);

G_END_DECLS
