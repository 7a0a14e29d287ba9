/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A GMainContext that a loop turns. One g_main_context_iteration() costs O(sources), so the
 * contexts stay small (some ICE agents each, for example) and their descriptors share the loop's
 * epoll set: a wake-up costs the sources of one context. The loop acquires the context
 * once, prepares and queries it after every dispatch, and checks it only when one of its
 * descriptors or its deadline is due. The context's own wake-up descriptor is among those, so a
 * call from another thread is seen.
 */

#include <errno.h>
#include <unistd.h>

#include "rtcloopprivate.h"

GST_DEBUG_CATEGORY_EXTERN (rtc_loop_debug);
#define GST_CAT_DEFAULT rtc_loop_debug

G_STATIC_ASSERT ((int) EPOLLIN == (int) G_IO_IN && (int) EPOLLOUT == (int) G_IO_OUT);
G_STATIC_ASSERT ((int) EPOLLPRI == (int) G_IO_PRI);
G_STATIC_ASSERT ((int) EPOLLERR == (int) G_IO_ERR && (int) EPOLLHUP == (int) G_IO_HUP);

typedef struct {
  RtcLoopSource source;
  RtcLoopContext *context;
  gushort ready_events;
} ContextFd;

/* A context counts in milliseconds, so its deadline moves a little each time that it is asked for.
 * An earlier one that is nearly the same stays: it costs a turn in some seconds, not a place in the
 * heap for each packet. */
#define DEADLINE_SLACK (2 * GST_MSECOND)
/* That is for keep-alives, not for what is due soon. */
#define DEADLINE_SLACK_FROM GST_SECOND

struct _RtcLoopContext {
  RtcLoop *loop;
  GMainContext *context;
  RtcLoopTimer *deadline;
  GstClockTime deadline_time; /* what it is set to */
  gint max_priority;
  /* The context's own, which lives as long as the context does; -1: unknown. */
  gint wakeup_fd;
  gboolean is_steady;
  /* What the last query asked for, and the source of each at the same index. */
  GArray *polled;
  GPtrArray *sources;
  GPtrArray *spare_sources;
  /* In due_contexts of the loop, or in the list of those that are being run. */
  GList link;
  GQueue *queue;
  gboolean is_running;
  gboolean is_freed;
};

static void
context_schedule (RtcLoopContext *self)
{
  if (self->queue != NULL || self->is_freed)
    return;
  self->queue = &self->loop->due_contexts;
  g_queue_push_tail_link (self->queue, &self->link);
}

static void
context_unschedule (RtcLoopContext *self)
{
  if (self->queue != NULL)
    g_queue_unlink (self->queue, &self->link);
  self->queue = NULL;
}

static void
context_fd_ready (RtcLoopSource *source, guint32 events)
{
  ContextFd *context_fd = (ContextFd *) source;

  context_fd->ready_events |= events;
  context_schedule (context_fd->context);
}

static ContextFd *
take_source (RtcLoopContext *self, GPtrArray *from, gint fd)
{
  ContextFd *context_fd;

  for (guint i = 0; i < from->len; i++) {
    context_fd = g_ptr_array_index (from, i);
    if (context_fd->source.fd == fd)
      return g_ptr_array_remove_index (from, i);
  }
  context_fd = g_new0 (ContextFd, 1);
  rtc_loop_source_init (&context_fd->source, self->loop, fd, context_fd_ready);
  context_fd->context = self;
  return context_fd;
}

static gboolean
is_polled (const ContextFd *context_fd, gint fd, guint32 events)
{
  return context_fd->source.fd == fd && context_fd->source.events == events &&
      context_fd->source.polled_fd >= 0;
}

/* Polls one descriptor of the context. It is told to the epoll set each time, also when nothing
 * seems to have changed: a descriptor that was closed, and its number given to another file, has
 * left the set. That costs half a microsecond, so those that are known to stay are spared. */
static void
poll_source (RtcLoopContext *self, ContextFd *context_fd, guint32 events)
{
  gint fd = context_fd->source.fd;

  context_fd->ready_events = 0;
  if ((self->is_steady || fd == self->wakeup_fd) && is_polled (context_fd, fd, events))
    return;
  if (rtc_loop_source_poll (&context_fd->source, events))
    return;
  if (errno == EPERM) {
    /* A plain file: poll() says that it is always ready. */
    context_fd->ready_events = events;
    context_schedule (self);
    return;
  }
  GST_WARNING ("descriptor %d of a context cannot be polled: %s", fd, g_strerror (errno));
}

static void
bury_sources (GPtrArray *sources)
{
  for (guint i = 0; i < sources->len; i++)
    rtc_loop_source_bury (g_ptr_array_index (sources, i));
  g_ptr_array_set_size (sources, 0);
}

static gboolean
is_unchanged (RtcLoopContext *self)
{
  if (!self->is_steady || self->sources->len != self->polled->len)
    return FALSE;
  for (guint i = 0; i < self->polled->len; i++) {
    const GPollFD *polled = &g_array_index (self->polled, GPollFD, i);

    if (!is_polled (g_ptr_array_index (self->sources, i), polled->fd, polled->events))
      return FALSE;
  }
  return TRUE;
}

static void
update_sources (RtcLoopContext *self)
{
  GPtrArray *previous = self->sources;

  if (is_unchanged (self))
    return;
  self->sources = self->spare_sources;
  self->spare_sources = previous;
  for (guint i = 0; i < self->polled->len; i++)
    g_ptr_array_add (
        self->sources, take_source (self, previous, g_array_index (self->polled, GPollFD, i).fd));
  bury_sources (previous);
  for (guint i = 0; i < self->polled->len; i++)
    poll_source (self, g_ptr_array_index (self->sources, i),
        g_array_index (self->polled, GPollFD, i).events);
}

static gint
query (RtcLoopContext *self)
{
  gint timeout_ms;
  gint n_fds;

  for (;;) {
    n_fds = g_main_context_query (self->context, self->max_priority, &timeout_ms,
        (GPollFD *) (gpointer) self->polled->data, (gint) self->polled->len);
    if (n_fds <= (gint) self->polled->len)
      break;
    g_array_set_size (self->polled, (guint) n_fds);
  }
  g_array_set_size (self->polled, (guint) n_fds);
  return timeout_ms;
}

/* After a wake-up its descriptor is readable. When another one is too, it stays unknown. */
static gint
find_wakeup_fd (RtcLoopContext *self)
{
  gint wakeup_fd = -1;
  gint n_readable;
  gint priority;

  g_main_context_wakeup (self->context);
  g_main_context_prepare (self->context, &priority);
  self->max_priority = G_MAXINT;
  query (self);
  n_readable = g_poll ((GPollFD *) (gpointer) self->polled->data, self->polled->len, 0);
  for (guint i = 0; n_readable == 1 && i < self->polled->len; i++) {
    const GPollFD *polled = &g_array_index (self->polled, GPollFD, i);

    if (polled->revents & G_IO_IN)
      wakeup_fd = polled->fd;
  }
  return wakeup_fd;
}

/* GLib takes the descriptors of a source away while it is dispatched, and wakes the context with
 * each. That is known here: it shall not cost another turn. What another thread has changed until
 * now, too, is seen by the prepare that follows. */
static void
acknowledge_wakeup (RtcLoopContext *self)
{
  guint64 count;

  while (self->wakeup_fd >= 0 && read (self->wakeup_fd, &count, sizeof count) < 0 && errno == EINTR)
    continue;
}

static void
set_deadline (RtcLoopContext *self, GstClockTime deadline, GstClockTime now)
{
  GstClockTime previous = self->deadline_time;

  if (deadline != GST_CLOCK_TIME_NONE && previous != GST_CLOCK_TIME_NONE &&
      previous >= now + DEADLINE_SLACK_FROM && previous <= deadline &&
      deadline - previous <= DEADLINE_SLACK)
    return;
  self->deadline_time = deadline;
  rtc_loop_timer_set (self->deadline, deadline);
}

static void
context_prepare (RtcLoopContext *self)
{
  GstClockTime now = rtc_loop_now (self->loop);
  GstClockTime deadline = GST_CLOCK_TIME_NONE;
  gboolean is_ready;
  gint timeout_ms;

  /* Room for as many as the last time: query() writes no more than the array's length. */
  g_array_set_size (self->polled, MAX (self->polled->len, 4));
  is_ready = g_main_context_prepare (self->context, &self->max_priority);
  timeout_ms = query (self);
  update_sources (self);

  if (is_ready || timeout_ms == 0)
    context_schedule (self);
  else if (timeout_ms > 0)
    deadline = now + (GstClockTime) timeout_ms * GST_MSECOND;
  set_deadline (self, deadline, now);
}

static void
context_destroy (RtcLoopContext *self)
{
  g_main_context_release (self->context);
  g_main_context_unref (self->context);
  g_array_unref (self->polled);
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->spare_sources);
  g_free (self);
}

/* What the epoll set has told since the last time. Returns whether that was anything. */
static gboolean
take_ready_events (RtcLoopContext *self)
{
  GPollFD *polled = (GPollFD *) (gpointer) self->polled->data;
  gushort all_events = 0;

  for (guint i = 0; i < self->polled->len; i++) {
    ContextFd *context_fd = g_ptr_array_index (self->sources, i);

    polled[i].revents = context_fd->ready_events;
    all_events |= context_fd->ready_events;
    context_fd->ready_events = 0;
  }
  return all_events != 0;
}

static void
context_run (RtcLoopContext *self)
{
  gboolean has_events = take_ready_events (self);

  self->is_running = TRUE;
  /* What a callback starts asynchronously has to come back to this context. */
  g_main_context_push_thread_default (self->context);
  if (g_main_context_check (self->context, self->max_priority,
          (GPollFD *) (gpointer) self->polled->data, (gint) self->polled->len))
    g_main_context_dispatch (self->context);
  if (!self->is_freed) {
    if (has_events)
      acknowledge_wakeup (self);
    context_prepare (self);
  }
  g_main_context_pop_thread_default (self->context);
  self->is_running = FALSE;

  if (self->is_freed)
    context_destroy (self);
}

static void
context_deadline (gpointer user_data)
{
  RtcLoopContext *self = user_data;

  self->deadline_time = GST_CLOCK_TIME_NONE;
  context_unschedule (self);
  context_run (self);
}

guint
rtc_loop_run_due_contexts (RtcLoop *loop)
{
  GQueue due = G_QUEUE_INIT;
  guint n_run = 0;
  GList *link;

  /* Those that become due again meanwhile wait for the next turn. */
  while ((link = g_queue_pop_head_link (&loop->due_contexts)) != NULL) {
    ((RtcLoopContext *) link->data)->queue = &due;
    g_queue_push_tail_link (&due, link);
  }
  while ((link = g_queue_pop_head_link (&due)) != NULL) {
    RtcLoopContext *self = link->data;

    self->queue = NULL;
    n_run++;
    context_run (self);
  }
  return n_run;
}

RtcLoopContext *
rtc_loop_adopt_context (RtcLoop *loop, GMainContext *context)
{
  RtcLoopContext *self;

  g_return_val_if_fail (loop != NULL && rtc_loop_is_current (loop), NULL);
  g_return_val_if_fail (context != NULL, NULL);

  if (!g_main_context_acquire (context))
    return NULL;

  self = g_new0 (RtcLoopContext, 1);
  self->loop = loop;
  self->context = g_main_context_ref (context);
  self->link.data = self;
  self->polled = g_array_new (FALSE, TRUE, sizeof (GPollFD));
  self->sources = g_ptr_array_new ();
  self->spare_sources = g_ptr_array_new ();
  self->deadline = rtc_loop_timer_new (loop, context_deadline, self);
  self->deadline_time = GST_CLOCK_TIME_NONE;
  self->wakeup_fd = find_wakeup_fd (self);
  context_prepare (self);
  return self;
}

void
rtc_loop_context_set_steady (RtcLoopContext *context, gboolean is_steady)
{
  g_return_if_fail (context != NULL && rtc_loop_is_current (context->loop));

  context->is_steady = is_steady;
}

void
rtc_loop_context_forget (RtcLoopContext *context, gint fd)
{
  g_return_if_fail (context != NULL && rtc_loop_is_current (context->loop));

  for (guint i = 0; i < context->sources->len; i++) {
    ContextFd *context_fd = g_ptr_array_index (context->sources, i);

    if (context_fd->source.fd == fd)
      rtc_loop_source_forget (&context_fd->source);
  }
}

void
rtc_loop_context_refresh (RtcLoopContext *context)
{
  g_return_if_fail (context != NULL && rtc_loop_is_current (context->loop));

  context_schedule (context);
}

void
rtc_loop_context_free (RtcLoopContext *context)
{
  if (context == NULL)
    return;
  g_return_if_fail (rtc_loop_is_current (context->loop) && !context->is_freed);

  context_unschedule (context);
  context->is_freed = TRUE;
  rtc_loop_timer_free (context->deadline);
  bury_sources (context->sources);
  bury_sources (context->spare_sources);
  /* Inside its own dispatch the rest follows when that returns. */
  if (!context->is_running)
    context_destroy (context);
}
