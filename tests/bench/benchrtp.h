/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Both ends of a measured video: BenchSource makes RTP packets of equal size at a fixed rate, and
 * BenchSink counts what comes out of a source pad. What is in the packets nobody looks at.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct {
  gint packet_rate; /* packets a second */
  gint packet_size; /* bytes, RTP header included */
  gint list_length; /* packets that are pushed at once; 0: all that are due, each millisecond */
} BenchStream;

typedef struct _BenchSource BenchSource;

/* Linked to @pad of @peer in @pipeline, with its caps there already; NULL (said why) on failure. */
BenchSource *bench_source_new (
    GstElement *pipeline, GstElement *peer, const gchar *pad, const BenchStream *stream);
/* The same packets to nowhere, from a source of its own: what making them takes. *@counter counts
 * them (atomic). */
BenchSource *bench_source_new_alone (
    GstElement *pipeline, const BenchStream *stream, gint64 *counter);
/* Leaves its pipeline; nothing is sent after that. */
void bench_source_end (BenchSource *source);
void bench_source_free (BenchSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchSource, bench_source_free)

/* One packet now, outside of the rate. */
void bench_source_push_one (BenchSource *source);
/* Sends for @seconds, in this thread. */
void bench_source_run (BenchSource *source, gint seconds);
/* What is due @elapsed_us after the source's first call of this; for many sources by turns. */
void bench_source_push_due (BenchSource *source, gint64 elapsed_us);
guint64 bench_source_get_sent (BenchSource *source);

/* Links @pad to something that throws away, and adds each packet to *@counter (atomic). */
void bench_sink_attach (GstPad *pad, gint64 *counter);
/* Does so with each source pad that @peer gets. */
void bench_sink_watch (GstElement *peer, gint64 *counter);
gint64 bench_counter_get (gint64 *counter);

G_END_DECLS
