/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The network loop: a small, fixed number of threads turns every session of the process. Each
 * thread runs one epoll set of descriptors, an eventfd for posted work, one heap of deadlines and
 * the GMainContexts it adopted. A session stays on one loop, so what belongs to it needs no lock.
 * A function that runs on a loop must never block. See docs/architecture.md.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * RtcLoop: one loop thread, reference counted.
 */
typedef struct _RtcLoop RtcLoop;
typedef struct _RtcLoopWatch RtcLoopWatch;
typedef struct _RtcLoopTimer RtcLoopTimer;
typedef struct _RtcLoopContext RtcLoopContext;

typedef void (*RtcLoopFunc) (gpointer user_data);
/* @events: the EPOLL... bits that are ready. */
typedef void (*RtcLoopWatchFunc) (gint fd, guint32 events, gpointer user_data);

#define RTC_TYPE_LOOP (rtc_loop_get_type ())
GType rtc_loop_get_type (void);

/* The process's loops: min (4, cores) threads, or GST_RTC_LOOP_THREADS of them (1 to 64), started
 * when first needed and kept. Returns (transfer full) the loop with the fewest references, which
 * stand for its sessions. */
RtcLoop *rtc_loop_acquire (void);

/* A loop with a thread of its own, which ends with the last reference. */
RtcLoop *rtc_loop_new (const gchar *name);

/* A loop without a thread, for tests: the caller turns it with rtc_loop_turn(). Its time starts at
 * @now and moves only by rtc_loop_turn(). The creating thread is its thread. */
RtcLoop *rtc_loop_new_manual (GstClockTime now);
/* Sets the time to @now (not before the current one), runs all that is due: posted work, ready
 * descriptors, contexts and deadlines <= @now, until nothing is due (what stays ready, such as an
 * unread socket, is called 64 times). Returns the next deadline, or GST_CLOCK_TIME_NONE. Only for
 * a manual loop; the deadlines of adopted contexts still follow the real clock. */
GstClockTime rtc_loop_turn (RtcLoop *loop, GstClockTime now);

RtcLoop *rtc_loop_ref (RtcLoop *loop);
/* May be called on the loop's own thread; the thread then ends by itself. */
void rtc_loop_unref (RtcLoop *loop);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcLoop, rtc_loop_unref)

gboolean rtc_loop_is_current (RtcLoop *loop);
/* Monotonic time, from CLOCK_MONOTONIC (a manual loop: its own). Any thread. */
GstClockTime rtc_loop_now (RtcLoop *loop);

/* Any thread. Runs @func once on the loop, in the order of posting; then @destroy (may be NULL)
 * frees @user_data. Work that is still waiting when the loop ends is destroyed, not run. */
void rtc_loop_post (RtcLoop *loop, RtcLoopFunc func, gpointer user_data, GDestroyNotify destroy);
/* Any thread. On the loop: runs @func at once. Elsewhere: posts it and waits until it has run. */
void rtc_loop_call (RtcLoop *loop, RtcLoopFunc func, gpointer user_data);

/* The rest is for the loop's own thread. Whoever makes one of these holds a reference of the loop
 * until it is freed. */

/* Calls @func while @fd has any of @events (EPOLLIN ...). The descriptor stays the caller's; free
 * the watch before closing it. */
RtcLoopWatch *rtc_loop_watch_new (
    RtcLoop *loop, gint fd, guint32 events, RtcLoopWatchFunc func, gpointer user_data);
void rtc_loop_watch_set_events (RtcLoopWatch *watch, guint32 events);
/* NULL is fine. May be called inside any callback; @func is not called again. */
void rtc_loop_watch_free (RtcLoopWatch *watch);

/* A timer that is off. */
RtcLoopTimer *rtc_loop_timer_new (RtcLoop *loop, RtcLoopFunc func, gpointer user_data);
/* Fires once when rtc_loop_now() reaches @deadline; GST_CLOCK_TIME_NONE turns it off. A deadline
 * that has passed (0 is always one) fires at the end of this turn, after the descriptors and posts
 * that are ready now: the place for what a batch should do once, such as a flush. */
void rtc_loop_timer_set (RtcLoopTimer *timer, GstClockTime deadline);
GstClockTime rtc_loop_timer_get (RtcLoopTimer *timer);
void rtc_loop_timer_free (RtcLoopTimer *timer);

/* Turns @context on this loop, as if it had a GMainLoop: the loop acquires it and polls its
 * descriptors and deadline in the same epoll set, so a wake-up costs the sources of one context
 * and not those of all. The context is the thread's default while it is dispatched, so what its
 * callbacks start asynchronously comes back to it. NULL when another thread owns the context. */
RtcLoopContext *rtc_loop_adopt_context (RtcLoop *loop, GMainContext *context);
/* A steady context costs less: what it dispatches neither opens nor closes a descriptor that it
 * polls, so each is told to the epoll set once and not again at each wake-up. Whoever closes one of
 * them, or has opened one, says so with rtc_loop_context_forget(). */
void rtc_loop_context_set_steady (RtcLoopContext *context, gboolean is_steady);
/* Before @fd is closed, or after it was opened: what was polled as @fd until now is gone. Is it
 * still, or again, in the context, it is polled anew after a rtc_loop_context_refresh(). */
void rtc_loop_context_forget (RtcLoopContext *context, gint fd);
/* Must be called after something outside the loop's sight changed the context's sources or
 * deadlines (a call from another thread wakes it by itself). */
void rtc_loop_context_refresh (RtcLoopContext *context);
void rtc_loop_context_free (RtcLoopContext *context);

G_END_DECLS
