/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcbench: what a WebRTC element costs, side by side with another one. Each scenario runs with
 * each element in a process of its own, which prints its figures as lines that the parent collects
 * into one table. The elements are driven through webrtcbin's action signals and promises alone.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What the command line says. One struct, set up by main() and read by the scenarios. */
typedef struct {
  gchar *element;
  gint setup_pairs;
  gint footprint_pairs;
  gint seconds;
  GArray *message_sizes; /* of guint, bytes */
  gint packet_rate;      /* packets a second */
  gint packet_size;      /* bytes, RTP header included */
  gint list_length;      /* packets that media pushes at once; 0: all that are due, each ms */
  gint forward_rate;     /* packets a second, to all destinations together */
  GArray *destinations;  /* of guint */
  gint http_sessions;
  /* Of each client, after a session. */
  gint http_pause_ms;
  gint http_clients;   /* at once */
  GArray *many;        /* of guint: pairs */
  GArray *round_trips; /* of guint, ms */
  gint roundtrip_seconds;
  gint link_mbit;
  gint fairness_pairs;
  gint video_pairs;
  gchar *ends;       /* element of publisher and destinations of forward */
  gchar **peers;     /* "NAME=COMMAND": other stacks, for processes */
  gchar **arguments; /* the command line as a child is to get it, without --run */
} BenchOptions;

typedef enum {
  BENCH_LOWER_IS_BETTER,
  BENCH_HIGHER_IS_BETTER,
} BenchDirection;

/* One line of result of the running scenario, on stdout. @name and @unit hold no tab. */
void bench_print_figure (
    const gchar *name, const gchar *unit, BenchDirection direction, gdouble value);

/* A scenario returns FALSE when it could not measure; it has said why on stderr. */
gboolean bench_run_setup (const BenchOptions *options);
gboolean bench_run_footprint (const BenchOptions *options);
gboolean bench_run_goodput (const BenchOptions *options);
gboolean bench_run_media (const BenchOptions *options);
gboolean bench_run_restart (const BenchOptions *options);
gboolean bench_run_forward (const BenchOptions *options);
gboolean bench_run_fairness (const BenchOptions *options);
gboolean bench_run_videos (const BenchOptions *options);
gboolean bench_run_processes (const BenchOptions *options);
gboolean bench_run_many (const BenchOptions *options);
gboolean bench_run_roundtrip (const BenchOptions *options);
gboolean bench_run_http (const BenchOptions *options);
/* The other processes of forward and of http. */
gboolean bench_run_ends (const BenchOptions *options);
/* One of the two processes of processes. */
gboolean bench_run_peer (const BenchOptions *options);
gboolean bench_run_http_client (const BenchOptions *options);

/* The command that runs @scenario with @element and these options, (transfer full). */
gchar **bench_make_command (
    const BenchOptions *options, const gchar *scenario, const gchar *element);

/* Figures of a channel under load; @cpu is seconds a second, @where goes into their names. */
void bench_print_goodput (gdouble bytes_per_second, gdouble cpu, guint size, const gchar *where);

/* What the process has used so far. */
typedef struct {
  guint threads;
  guint descriptors;
  guint64 resident_bytes;
  gint64 cpu_us; /* user and system time of all threads */
} BenchUsage;

void bench_usage_get (BenchUsage *out_usage);

/* As many descriptors as the process may have. */
void bench_raise_descriptor_limit (void);

/* The @percent-th percentile of @samples (of gdouble, sorted by this call). */
gdouble bench_percentile (GArray *samples, gdouble percent);

G_END_DECLS
