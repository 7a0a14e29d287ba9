/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of the loop know of each other. A source is one descriptor in the epoll set: a
 * watch, or one descriptor of an adopted context. Everything here but rtc_loop_now() and the refs
 * runs on the loop's own thread.
 */
#pragma once

#include <sys/epoll.h>

#include <gst/rtc/rtcloop.h>

G_BEGIN_DECLS

typedef struct _RtcLoopSource RtcLoopSource;
typedef struct _RtcLoopTimers RtcLoopTimers;

/* rtcloopsource.c. The object that has the source as its first member is allocated with g_new()
 * and given away with rtc_loop_source_bury(). */
struct _RtcLoopSource {
  void (*ready) (RtcLoopSource *source, guint32 events);
  RtcLoop *loop;
  gint fd;
  /* What the epoll set knows: fd, or a duplicate where the set has fd already; -1: nothing. */
  gint polled_fd;
  guint32 events;
  gboolean is_dead;
  RtcLoopSource *next_dead;
};

G_GNUC_INTERNAL void rtc_loop_source_init (RtcLoopSource *source, RtcLoop *loop, gint fd,
    void (*ready) (RtcLoopSource *source, guint32 events));
/* Adds or changes; also when the descriptor was closed and opened again since. FALSE and errno:
 * EPERM for a file that is always ready, others as epoll_ctl(). */
G_GNUC_INTERNAL gboolean rtc_loop_source_poll (RtcLoopSource *source, guint32 events);
/* Out of the set until it is polled again: the descriptor will be closed. */
G_GNUC_INTERNAL void rtc_loop_source_forget (RtcLoopSource *source);
/* Out of the set for ever; freed when no event of this turn can point to it any more. */
G_GNUC_INTERNAL void rtc_loop_source_bury (RtcLoopSource *source);
G_GNUC_INTERNAL void rtc_loop_free_dead_sources (RtcLoop *loop);

/* rtclooptimer.c: all timers of a loop, a binary heap. */
G_GNUC_INTERNAL RtcLoopTimers *rtc_loop_timers_new (void);
G_GNUC_INTERNAL void rtc_loop_timers_free (RtcLoopTimers *timers);
G_GNUC_INTERNAL GstClockTime rtc_loop_timers_next_deadline (RtcLoopTimers *timers);
/* Fires each timer with a deadline <= now at most once; returns how many. */
G_GNUC_INTERNAL guint rtc_loop_timers_fire (RtcLoopTimers *timers, GstClockTime now);

/* rtcloopcontext.c. Runs the contexts that are due now, each once; returns how many. */
G_GNUC_INTERNAL guint rtc_loop_run_due_contexts (RtcLoop *loop);

/* rtcloopthread.c */
typedef struct {
  RtcLoopFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} RtcLoopPost;

struct _RtcLoop {
  gatomicrefcount ref_count;
  gchar *name;
  GThread *thread; /* NULL: manual */
  GThread *owner;  /* atomic */
  gboolean is_manual;
  gboolean is_quitting; /* atomic */
  gboolean is_parked;   /* atomic: the process ends, the thread does nothing any more */
  gboolean is_detached; /* its own thread dropped the last reference and frees the loop */

  gint epoll_fd;
  gint event_fd;
  GPtrArray *polled; /* RtcLoopSource by the number that the epoll set knows it by; not owned */
  RtcLoopSource *dead_sources;
  RtcLoopTimers *timers;
  GQueue due_contexts; /* of RtcLoopContext, each with its own link */
  guint n_children;    /* watches, timers and contexts that live */
  gboolean is_turning;

  /* The lock protects these; nothing is called with it held. */
  GMutex lock;
  GstClockTime manual_now;
  GArray *posts;
  gboolean is_sleeping;

  GArray *running_posts; /* the loop's own: what it took from posts */
};

/* rtcloopexit.c: of every loop with a thread */
G_GNUC_INTERNAL void rtc_loop_register (RtcLoop *loop);
G_GNUC_INTERNAL void rtc_loop_unregister (RtcLoop *loop);

/* rtclooppool.c */
G_GNUC_INTERNAL guint rtc_loop_get_ref_count (RtcLoop *loop);

G_END_DECLS
