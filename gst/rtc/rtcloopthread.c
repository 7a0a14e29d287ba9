/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The loop itself: its thread, its turn, the posted work, its end. One turn waits for descriptors,
 * then runs what is ready: watches, posts, contexts, timers, each at most once, so none of them
 * keeps the others waiting. The last reference ends it; a thread that drops the last reference of
 * its own loop frees it on its way out.
 */

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "rtcloopprivate.h"

GST_DEBUG_CATEGORY (rtc_loop_debug);
#define GST_CAT_DEFAULT rtc_loop_debug

#define MAX_EVENTS 128
/* More waiting posts than this at once is rare; the memory is then given back. */
#define MAX_KEPT_POSTS 1024
/* A descriptor or context that stays ready must not keep rtc_loop_turn() from returning. */
#define MAX_READY_TURNS 64

G_DEFINE_BOXED_TYPE (RtcLoop, rtc_loop, rtc_loop_ref, rtc_loop_unref)

static void
init_debug_category (void)
{
  static gsize is_done = 0;

  if (g_once_init_enter (&is_done)) {
    GST_DEBUG_CATEGORY_INIT (rtc_loop_debug, "rtcloop", 0, "rtc network loop");
    g_once_init_leave (&is_done, 1);
  }
}

static void
destroy_posts (GArray *posts)
{
  for (guint i = 0; i < posts->len; i++) {
    RtcLoopPost *post = &g_array_index (posts, RtcLoopPost, i);

    if (post->destroy != NULL)
      post->destroy (post->user_data);
  }
  g_array_set_size (posts, 0);
}

/* Swaps the filled array for the empty one: one lock for all that waits. */
static void
take_posts (RtcLoop *loop)
{
  GArray *empty = loop->running_posts;

  g_mutex_lock (&loop->lock);
  loop->running_posts = loop->posts;
  loop->posts = empty;
  g_mutex_unlock (&loop->lock);
}

static void
recycle_running_posts (RtcLoop *loop)
{
  if (loop->running_posts->len > MAX_KEPT_POSTS) {
    g_array_unref (loop->running_posts);
    loop->running_posts = g_array_new (FALSE, FALSE, sizeof (RtcLoopPost));
  }
  g_array_set_size (loop->running_posts, 0);
}

static guint
run_posts (RtcLoop *loop)
{
  guint n_posts;

  take_posts (loop);
  n_posts = loop->running_posts->len;
  for (guint i = 0; i < n_posts; i++) {
    RtcLoopPost post = g_array_index (loop->running_posts, RtcLoopPost, i);

    if (!g_atomic_int_get (&loop->is_quitting))
      post.func (post.user_data);
    if (post.destroy != NULL)
      post.destroy (post.user_data);
  }
  recycle_running_posts (loop);
  return n_posts;
}

static void
loop_free (RtcLoop *loop)
{
  rtc_loop_unregister (loop);
  do {
    take_posts (loop);
    destroy_posts (loop->running_posts);
  } while (loop->posts->len > 0);

  if (loop->n_children > 0)
    g_critical ("loop %s ended with %u watches, timers or contexts that were not freed", loop->name,
        loop->n_children);
  rtc_loop_free_dead_sources (loop);
  g_ptr_array_unref (loop->polled);
  rtc_loop_timers_free (loop->timers);
  g_array_unref (loop->posts);
  g_array_unref (loop->running_posts);
  if (loop->epoll_fd >= 0)
    close (loop->epoll_fd);
  if (loop->event_fd >= 0)
    close (loop->event_fd);
  g_mutex_clear (&loop->lock);
  g_free (loop->name);
  g_free (loop);
}

static void
wake_up (RtcLoop *loop)
{
  guint64 one = 1;

  while (write (loop->event_fd, &one, sizeof one) < 0 && errno == EINTR)
    ;
}

static void
acknowledge_wake_up (RtcLoop *loop)
{
  guint64 count;

  while (read (loop->event_fd, &count, sizeof count) < 0 && errno == EINTR)
    ;
}

/* The source pointer of the eventfd in the epoll set is NULL. */
static RtcLoop *
loop_new (const gchar *name)
{
  RtcLoop *loop = g_new0 (RtcLoop, 1);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };

  init_debug_category ();
  g_atomic_ref_count_init (&loop->ref_count);
  loop->name = g_strdup (name);
  g_mutex_init (&loop->lock);
  loop->posts = g_array_new (FALSE, FALSE, sizeof (RtcLoopPost));
  loop->running_posts = g_array_new (FALSE, FALSE, sizeof (RtcLoopPost));
  loop->polled = g_ptr_array_new ();
  loop->timers = rtc_loop_timers_new ();
  g_queue_init (&loop->due_contexts);
  loop->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  loop->event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (loop->epoll_fd < 0 || loop->event_fd < 0 ||
      epoll_ctl (loop->epoll_fd, EPOLL_CTL_ADD, loop->event_fd, &event) != 0)
    g_error ("a network loop cannot be made: %s", g_strerror (errno));
  return loop;
}

static GstClockTime
monotonic_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return GST_TIMESPEC_TO_TIME (now);
}

static GstClockTime
get_manual_now (RtcLoop *loop)
{
  GstClockTime now;

  g_mutex_lock (&loop->lock);
  now = loop->manual_now;
  g_mutex_unlock (&loop->lock);
  return now;
}

/* epoll_wait() takes milliseconds: rounded up, so that it does not return early and spin. */
static gint
wait_milliseconds (RtcLoop *loop, struct epoll_event *events, GstClockTime timeout)
{
  gint timeout_ms = -1;

  if (timeout != GST_CLOCK_TIME_NONE)
    timeout_ms = (gint) MIN ((timeout + GST_MSECOND - 1) / GST_MSECOND, G_MAXINT);
  return epoll_wait (loop->epoll_fd, events, MAX_EVENTS, timeout_ms);
}

static gint
wait_for_events (RtcLoop *loop, struct epoll_event *events, GstClockTime timeout)
{
#ifdef HAVE_EPOLL_PWAIT2
  static gint is_missing; /* atomic: the kernel is older than 5.11, or a filter forbids it */

  if (timeout != 0 && timeout != GST_CLOCK_TIME_NONE && !g_atomic_int_get (&is_missing)) {
    struct timespec duration;
    gint n_events;

    GST_TIME_TO_TIMESPEC (timeout, duration);
    n_events = epoll_pwait2 (loop->epoll_fd, events, MAX_EVENTS, &duration, NULL);
    if (n_events >= 0 || (errno != ENOSYS && errno != EPERM))
      return n_events;
    g_atomic_int_set (&is_missing, TRUE);
  }
#endif
  return wait_milliseconds (loop, events, timeout);
}

/* How long the loop may sleep. From here until it wakes, rtc_loop_post() writes the eventfd. */
static GstClockTime
prepare_to_wait (RtcLoop *loop, gboolean may_sleep)
{
  GstClockTime deadline = rtc_loop_timers_next_deadline (loop->timers);
  GstClockTime timeout = GST_CLOCK_TIME_NONE;
  gboolean has_posts;

  if (!may_sleep || !g_queue_is_empty (&loop->due_contexts))
    return 0;
  if (deadline != GST_CLOCK_TIME_NONE) {
    GstClockTime now = rtc_loop_now (loop);

    if (deadline <= now)
      return 0;
    timeout = deadline - now;
  }

  g_mutex_lock (&loop->lock);
  has_posts = loop->posts->len > 0 || g_atomic_int_get (&loop->is_quitting);
  loop->is_sleeping = !has_posts;
  g_mutex_unlock (&loop->lock);
  return has_posts ? 0 : timeout;
}

static guint
wait_and_run_sources (RtcLoop *loop, gboolean may_sleep)
{
  struct epoll_event events[MAX_EVENTS];
  GstClockTime timeout = prepare_to_wait (loop, may_sleep);
  gint n_events = wait_for_events (loop, events, timeout);
  guint n_run = 0;

  if (timeout != 0) {
    g_mutex_lock (&loop->lock);
    loop->is_sleeping = FALSE;
    g_mutex_unlock (&loop->lock);
  }
  for (gint i = 0; i < n_events; i++) {
    RtcLoopSource *source = events[i].data.ptr;

    if (source == NULL) {
      acknowledge_wake_up (loop);
    } else if (!source->is_dead) {
      source->ready (source, events[i].events);
      n_run++;
    }
  }
  rtc_loop_free_dead_sources (loop);
  return n_run;
}

/* Returns how many posts and timers were run; of descriptors and contexts in *out_n_ready. */
static guint
turn_once (RtcLoop *loop, gboolean may_sleep, guint *out_n_ready)
{
  guint n_run;

  *out_n_ready = wait_and_run_sources (loop, may_sleep);
  n_run = run_posts (loop);
  *out_n_ready += rtc_loop_run_due_contexts (loop);
  n_run += rtc_loop_timers_fire (loop->timers, rtc_loop_now (loop));
  rtc_loop_free_dead_sources (loop);
  return n_run;
}

/* A write to a socket or pipe that the peer closed must be an error here, not the program's end. */
static void
block_sigpipe (void)
{
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);
}

static gpointer
loop_thread (gpointer user_data)
{
  RtcLoop *loop = user_data;
  guint n_ready;

  block_sigpipe ();
  g_atomic_pointer_set (&loop->owner, g_thread_self ());
  while (!g_atomic_int_get (&loop->is_quitting))
    turn_once (loop, TRUE, &n_ready);
  if (loop->is_detached)
    loop_free (loop);
  return NULL;
}

RtcLoop *
rtc_loop_new (const gchar *name)
{
  RtcLoop *loop = loop_new (name != NULL ? name : "rtc-loop");

  loop->thread = g_thread_new (loop->name, loop_thread, loop);
  rtc_loop_register (loop);
  return loop;
}

RtcLoop *
rtc_loop_new_manual (GstClockTime now)
{
  RtcLoop *loop;

  g_return_val_if_fail (GST_CLOCK_TIME_IS_VALID (now), NULL);

  loop = loop_new ("manual");
  loop->is_manual = TRUE;
  loop->manual_now = now;
  loop->owner = g_thread_self ();
  return loop;
}

GstClockTime
rtc_loop_turn (RtcLoop *loop, GstClockTime now)
{
  GstClockTime deadline;
  guint n_ready_turns = 0;
  guint n_ready;

  g_return_val_if_fail (loop != NULL && loop->is_manual, GST_CLOCK_TIME_NONE);
  g_return_val_if_fail (rtc_loop_is_current (loop) && !loop->is_turning, GST_CLOCK_TIME_NONE);
  g_return_val_if_fail (now >= rtc_loop_now (loop), GST_CLOCK_TIME_NONE);

  rtc_loop_ref (loop);
  g_mutex_lock (&loop->lock);
  loop->manual_now = now;
  g_mutex_unlock (&loop->lock);
  loop->is_turning = TRUE;
  do {
    if (turn_once (loop, FALSE, &n_ready) > 0)
      n_ready_turns = 0;
    else if (n_ready == 0)
      break;
  } while (++n_ready_turns < MAX_READY_TURNS);
  loop->is_turning = FALSE;
  deadline = rtc_loop_timers_next_deadline (loop->timers);
  rtc_loop_unref (loop);
  return deadline;
}

guint
rtc_loop_get_ref_count (RtcLoop *loop)
{
  return (guint) g_atomic_int_get (&loop->ref_count);
}

RtcLoop *
rtc_loop_ref (RtcLoop *loop)
{
  g_return_val_if_fail (loop != NULL, NULL);

  g_atomic_ref_count_inc (&loop->ref_count);
  return loop;
}

void
rtc_loop_unref (RtcLoop *loop)
{
  if (loop == NULL || !g_atomic_ref_count_dec (&loop->ref_count))
    return;

  if (loop->is_manual) {
    loop_free (loop);
    return;
  }
  if (rtc_loop_is_current (loop)) {
    g_thread_unref (loop->thread);
    loop->is_detached = TRUE;
    g_atomic_int_set (&loop->is_quitting, TRUE);
    return;
  }
  g_mutex_lock (&loop->lock);
  g_atomic_int_set (&loop->is_quitting, TRUE);
  g_mutex_unlock (&loop->lock);
  wake_up (loop);
  g_thread_join (loop->thread);
  loop_free (loop);
}

gboolean
rtc_loop_is_current (RtcLoop *loop)
{
  g_return_val_if_fail (loop != NULL, FALSE);

  return g_atomic_pointer_get (&loop->owner) == g_thread_self () ||
      g_atomic_int_get (&loop->is_parked);
}

GstClockTime
rtc_loop_now (RtcLoop *loop)
{
  g_return_val_if_fail (loop != NULL, GST_CLOCK_TIME_NONE);

  return loop->is_manual ? get_manual_now (loop) : monotonic_now ();
}

void
rtc_loop_post (RtcLoop *loop, RtcLoopFunc func, gpointer user_data, GDestroyNotify destroy)
{
  RtcLoopPost post = { func, user_data, destroy };
  gboolean must_wake;

  g_return_if_fail (loop != NULL && func != NULL);

  g_mutex_lock (&loop->lock);
  g_array_append_val (loop->posts, post);
  must_wake = loop->is_sleeping;
  loop->is_sleeping = FALSE;
  g_mutex_unlock (&loop->lock);
  if (must_wake)
    wake_up (loop);
}

typedef struct {
  RtcLoopFunc func;
  gpointer user_data;
  GMutex lock;
  GCond is_over_cond;
  gboolean is_over;
} Call;

static void
call_run (gpointer user_data)
{
  Call *call = user_data;

  call->func (call->user_data);
}

/* Also reached without call_run(), when the loop ends first: the caller must not wait for ever. */
static void
call_over (gpointer user_data)
{
  Call *call = user_data;

  g_mutex_lock (&call->lock);
  call->is_over = TRUE;
  g_cond_signal (&call->is_over_cond);
  g_mutex_unlock (&call->lock);
}

void
rtc_loop_call (RtcLoop *loop, RtcLoopFunc func, gpointer user_data)
{
  Call call = { func, user_data };

  g_return_if_fail (loop != NULL && func != NULL);

  if (rtc_loop_is_current (loop)) {
    func (user_data);
    return;
  }
  g_mutex_init (&call.lock);
  g_cond_init (&call.is_over_cond);
  rtc_loop_post (loop, call_run, &call, call_over);
  g_mutex_lock (&call.lock);
  while (!call.is_over)
    g_cond_wait (&call.is_over_cond, &call.lock);
  g_mutex_unlock (&call.lock);
  g_mutex_clear (&call.lock);
  g_cond_clear (&call.is_over_cond);
}
