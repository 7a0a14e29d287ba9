/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One descriptor in a loop's epoll set, and the watch, its public form. A source that dies stays
 * allocated until the events that epoll handed out with it are worked through, so a callback may
 * free any watch, also one that is ready in the same turn. A loop knows which source holds which
 * number: a descriptor that was closed has left the epoll set, and its number may be another's.
 * Invariant: loop->polled[fd] == source if and only if source->polled_fd == fd.
 */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "rtcloopprivate.h"

GST_DEBUG_CATEGORY_EXTERN (rtc_loop_debug);
#define GST_CAT_DEFAULT rtc_loop_debug

struct _RtcLoopWatch {
  RtcLoopSource source;
  RtcLoopWatchFunc func;
  gpointer user_data;
};

void
rtc_loop_source_init (RtcLoopSource *source, RtcLoop *loop, gint fd,
    void (*ready) (RtcLoopSource *source, guint32 events))
{
  source->ready = ready;
  source->loop = loop;
  source->fd = fd;
  source->polled_fd = -1;
}

static gboolean
source_control (RtcLoopSource *source, gint operation, gint fd, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = source };

  return epoll_ctl (source->loop->epoll_fd, operation, fd, &event) == 0;
}

/* The set has taken @fd: a source that had the number before has lost it with its file. */
static void
source_hold (RtcLoopSource *source, gint fd)
{
  GPtrArray *polled = source->loop->polled;
  RtcLoopSource *previous;

  if ((guint) fd >= polled->len)
    g_ptr_array_set_size (polled, MAX (fd + 1, 2 * (gint) polled->len));
  previous = g_ptr_array_index (polled, fd);
  if (previous != NULL)
    previous->polled_fd = -1;
  g_ptr_array_index (polled, fd) = source;
  source->polled_fd = fd;
}

void
rtc_loop_source_forget (RtcLoopSource *source)
{
  source->events = 0;
  if (source->polled_fd < 0)
    return;
  /* The owner may have closed it before; then the set has dropped it by itself. */
  source_control (source, EPOLL_CTL_DEL, source->polled_fd, 0);
  g_ptr_array_index (source->loop->polled, source->polled_fd) = NULL;
  if (source->polled_fd != source->fd)
    close (source->polled_fd);
  source->polled_fd = -1;
}

/* An epoll set takes a descriptor once, but two contexts may poll the same one. */
static gboolean
source_add (RtcLoopSource *source, guint32 events)
{
  gint duplicate;

  if (source_control (source, EPOLL_CTL_ADD, source->fd, events)) {
    source_hold (source, source->fd);
    return TRUE;
  }
  if (errno != EEXIST)
    return FALSE;

  duplicate = fcntl (source->fd, F_DUPFD_CLOEXEC, 0);
  if (duplicate < 0)
    return FALSE;
  if (!source_control (source, EPOLL_CTL_ADD, duplicate, events)) {
    gint saved_errno = errno;

    close (duplicate);
    errno = saved_errno;
    return FALSE;
  }
  source_hold (source, duplicate);
  return TRUE;
}

gboolean
rtc_loop_source_poll (RtcLoopSource *source, guint32 events)
{
  gboolean is_polled = source->polled_fd == source->fd &&
      source_control (source, EPOLL_CTL_MOD, source->polled_fd, events);

  if (!is_polled) {
    /* A duplicate says nothing about what the number means now. */
    rtc_loop_source_forget (source);
    is_polled = source_add (source, events);
  }
  source->events = events;
  return is_polled;
}

void
rtc_loop_source_bury (RtcLoopSource *source)
{
  rtc_loop_source_forget (source);
  source->is_dead = TRUE;
  source->next_dead = source->loop->dead_sources;
  source->loop->dead_sources = source;
}

void
rtc_loop_free_dead_sources (RtcLoop *loop)
{
  while (loop->dead_sources != NULL) {
    RtcLoopSource *source = loop->dead_sources;

    loop->dead_sources = source->next_dead;
    g_free (source);
  }
}

static void
watch_ready (RtcLoopSource *source, guint32 events)
{
  RtcLoopWatch *watch = (RtcLoopWatch *) source;

  /* The callback may free the watch: it must not be touched after. */
  watch->func (source->fd, events, watch->user_data);
}

RtcLoopWatch *
rtc_loop_watch_new (
    RtcLoop *loop, gint fd, guint32 events, RtcLoopWatchFunc func, gpointer user_data)
{
  RtcLoopWatch *watch;

  g_return_val_if_fail (loop != NULL && rtc_loop_is_current (loop), NULL);
  g_return_val_if_fail (fd >= 0 && func != NULL, NULL);

  watch = g_new0 (RtcLoopWatch, 1);
  rtc_loop_source_init (&watch->source, loop, fd, watch_ready);
  watch->func = func;
  watch->user_data = user_data;
  loop->n_children++;
  if (!rtc_loop_source_poll (&watch->source, events))
    GST_ERROR ("descriptor %d cannot be watched: %s", fd, g_strerror (errno));
  return watch;
}

void
rtc_loop_watch_set_events (RtcLoopWatch *watch, guint32 events)
{
  g_return_if_fail (watch != NULL && rtc_loop_is_current (watch->source.loop));

  if (watch->source.events == events)
    return;
  if (!rtc_loop_source_poll (&watch->source, events))
    GST_ERROR ("descriptor %d cannot be watched: %s", watch->source.fd, g_strerror (errno));
}

void
rtc_loop_watch_free (RtcLoopWatch *watch)
{
  if (watch == NULL)
    return;
  g_return_if_fail (rtc_loop_is_current (watch->source.loop));

  watch->source.loop->n_children--;
  rtc_loop_source_bury (&watch->source);
}
