/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The loop with real time and real descriptors: order and fairness of posts, watches and timers,
 * and how it ends. What needs exact times is in rtclooptimer.c on a manual loop.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gst/rtc/rtcloop.h>

#include "gate.h"

#define N_THREADS 8
#define N_POSTS_A_THREAD 20000

typedef struct {
  guint last[N_THREADS];
  guint count;
  guint n_out_of_order;
  Gate done;
} Order;

typedef struct {
  Order *order;
  RtcLoop *loop;
  guint thread;
} Poster;

typedef struct {
  Order *order;
  guint thread;
  guint number;
} Numbered;

static void
check_order (gpointer user_data)
{
  Numbered *numbered = user_data;
  Order *order = numbered->order;

  if (numbered->number != order->last[numbered->thread] + 1)
    order->n_out_of_order++;
  order->last[numbered->thread] = numbered->number;
  if (++order->count == N_THREADS * N_POSTS_A_THREAD)
    gate_raise (&order->done);
}

static gpointer
post_numbers (gpointer user_data)
{
  Poster *poster = user_data;

  for (guint i = 1; i <= N_POSTS_A_THREAD; i++) {
    Numbered *numbered = g_new (Numbered, 1);

    *numbered = (Numbered){ poster->order, poster->thread, i };
    rtc_loop_post (poster->loop, check_order, numbered, g_free);
  }
  return NULL;
}

static void
test_posts_keep_the_order_of_each_thread (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new ("test");
  GThread *threads[N_THREADS];
  Poster posters[N_THREADS];
  Order order = { 0 };

  gate_init (&order.done);
  for (guint i = 0; i < N_THREADS; i++) {
    posters[i] = (Poster){ &order, loop, i };
    threads[i] = g_thread_new ("poster", post_numbers, &posters[i]);
  }
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  gate_wait (&order.done, 1);
  g_assert_cmpuint (order.n_out_of_order, ==, 0);
  gate_clear (&order.done);
}

typedef struct {
  RtcLoop *loop;
  guint count;
  guint n_elsewhere;
} Counter;

static void
count_here (gpointer user_data)
{
  Counter *counter = user_data;

  counter->count++;
  if (!rtc_loop_is_current (counter->loop))
    counter->n_elsewhere++;
}

static void
count_nested (gpointer user_data)
{
  Counter *counter = user_data;

  rtc_loop_call (counter->loop, count_here, counter);
}

static gpointer
call_often (gpointer user_data)
{
  Counter *counter = user_data;

  for (guint i = 0; i < 1000; i++)
    rtc_loop_call (counter->loop, i % 2 ? count_here : count_nested, counter);
  return NULL;
}

static void
test_call_waits_and_runs_on_the_loop (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new ("test");
  Counter counter = { loop, 0, 0 };
  GThread *threads[4];

  g_assert_false (rtc_loop_is_current (loop));
  rtc_loop_call (loop, count_here, &counter);
  g_assert_cmpuint (counter.count, ==, 1);
  for (guint i = 0; i < 4; i++)
    threads[i] = g_thread_new ("caller", call_often, &counter);
  for (guint i = 0; i < 4; i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (counter.count, ==, 4001);
  g_assert_cmpuint (counter.n_elsewhere, ==, 0);
}

typedef struct {
  Gate entered;
  Gate leave;
  Gate destroyed;
  guint n_run;
} Ending;

static void
block_in_callback (gpointer user_data)
{
  Ending *ending = user_data;

  gate_raise (&ending->entered);
  gate_wait (&ending->leave, 1);
}

static void
must_not_run (gpointer user_data)
{
  ((Ending *) user_data)->n_run++;
}

static void
count_destroyed (gpointer user_data)
{
  gate_raise (&((Ending *) user_data)->destroyed);
}

static gpointer
unref_loop (gpointer loop)
{
  rtc_loop_unref (loop);
  return NULL;
}

static void
test_waiting_work_is_destroyed_not_run (void)
{
  Ending ending = { 0 };
  RtcLoop *loop = rtc_loop_new ("test");
  GThread *ender;

  gate_init (&ending.entered);
  gate_init (&ending.leave);
  gate_init (&ending.destroyed);
  rtc_loop_post (loop, block_in_callback, &ending, NULL);
  gate_wait (&ending.entered, 1);
  for (guint i = 0; i < 100; i++)
    rtc_loop_post (loop, must_not_run, &ending, count_destroyed);
  /* unref() waits for the callback that runs. */
  ender = g_thread_new ("ender", unref_loop, loop);
  g_thread_yield ();
  gate_raise (&ending.leave);
  g_thread_join (ender);
  /* Whatever was taken before the end has run, the rest has not; each was destroyed once. */
  g_assert_cmpuint (gate_get (&ending.destroyed), ==, 100);
  gate_clear (&ending.entered);
  gate_clear (&ending.leave);
  gate_clear (&ending.destroyed);
}

static void
test_manual_loop_destroys_waiting_work (void)
{
  Ending ending = { 0 };
  RtcLoop *loop = rtc_loop_new_manual (0);

  gate_init (&ending.destroyed);
  rtc_loop_post (loop, must_not_run, &ending, count_destroyed);
  rtc_loop_unref (loop);
  g_assert_cmpuint (gate_get (&ending.destroyed), ==, 1);
  g_assert_cmpuint (ending.n_run, ==, 0);
  gate_clear (&ending.destroyed);
}

static void
post_again_when_destroyed (gpointer user_data)
{
  gpointer *arguments = user_data;

  rtc_loop_post (arguments[0], must_not_run, arguments[1], count_destroyed);
}

static void
test_post_while_ending (void)
{
  Ending ending = { 0 };
  RtcLoop *loop = rtc_loop_new_manual (0);
  gpointer arguments[] = { loop, &ending };

  gate_init (&ending.destroyed);
  rtc_loop_post (loop, must_not_run, arguments, post_again_when_destroyed);
  rtc_loop_unref (loop);
  g_assert_cmpuint (gate_get (&ending.destroyed), ==, 1);
  g_assert_cmpuint (ending.n_run, ==, 0);
  gate_clear (&ending.destroyed);
}

static void
drop_last_reference (gpointer user_data)
{
  gpointer *arguments = user_data;

  rtc_loop_unref (arguments[0]);
  gate_raise (arguments[1]);
}

static void
test_last_reference_goes_on_its_own_thread (void)
{
  Gate dropped;
  RtcLoop *loop = rtc_loop_new ("test");
  gpointer arguments[] = { loop, &dropped };

  gate_init (&dropped);
  rtc_loop_ref (loop);
  rtc_loop_post (loop, drop_last_reference, arguments, NULL);
  gate_wait (&dropped, 1);
  rtc_loop_post (loop, drop_last_reference, arguments, NULL);
  gate_wait (&dropped, 2);
  gate_clear (&dropped);
}

typedef struct {
  RtcLoop *loop;
  gint fds[3][2];
  RtcLoopWatch *watches[3];
  guint n_called;
  guint n_wrong;
} Watches;

/* Whichever comes first frees them all, its own included. */
static void
free_all_watches (gint fd, guint32 events, gpointer user_data)
{
  Watches *watches = user_data;

  watches->n_called++;
  if (!(events & EPOLLIN))
    watches->n_wrong++;
  for (guint i = 0; i < 3; i++) {
    rtc_loop_watch_free (watches->watches[i]);
    watches->watches[i] = NULL;
  }
}

static void
test_callback_frees_every_ready_watch (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new_manual (0);
  Watches watches = { loop };

  for (guint i = 0; i < 3; i++) {
    g_assert_cmpint (pipe2 (watches.fds[i], O_CLOEXEC), ==, 0);
    g_assert_cmpint (write (watches.fds[i][1], "x", 1), ==, 1);
    watches.watches[i] =
        rtc_loop_watch_new (loop, watches.fds[i][0], EPOLLIN, free_all_watches, &watches);
  }
  rtc_loop_turn (loop, 1);
  g_assert_cmpuint (watches.n_called, ==, 1);
  g_assert_cmpuint (watches.n_wrong, ==, 0);
  for (guint i = 0; i < 3; i++) {
    close (watches.fds[i][0]);
    close (watches.fds[i][1]);
  }
}

static void
count_watch (gint fd, guint32 events, gpointer user_data)
{
  guint64 value;

  if (read (fd, &value, sizeof value) == sizeof value)
    ++*(guint *) user_data;
}

static void
add_to (gint fd)
{
  guint64 one = 1;

  g_assert_cmpint (write (fd, &one, sizeof one), ==, sizeof one);
}

static void
test_watch_events_can_change (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new_manual (0);
  gint fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  guint first = 0;
  guint second = 0;
  RtcLoopWatch *watch = rtc_loop_watch_new (loop, fd, EPOLLIN, count_watch, &first);
  RtcLoopWatch *other;

  add_to (fd);
  rtc_loop_turn (loop, 1);
  g_assert_cmpuint (first, ==, 1);
  rtc_loop_watch_set_events (watch, 0);
  add_to (fd);
  rtc_loop_turn (loop, 2);
  g_assert_cmpuint (first, ==, 1);

  /* A second watch on the same descriptor is a watch of its own. */
  other = rtc_loop_watch_new (loop, fd, EPOLLIN, count_watch, &second);
  rtc_loop_turn (loop, 3);
  g_assert_cmpuint (first, ==, 1);
  g_assert_cmpuint (second, ==, 1);
  rtc_loop_watch_free (watch);
  add_to (fd);
  rtc_loop_turn (loop, 4);
  g_assert_cmpuint (second, ==, 2);
  rtc_loop_watch_free (other);
  rtc_loop_watch_free (NULL);
  close (fd);
}

static void
ignore_readiness (gint fd, guint32 events, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
count_call (gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_manual_turn_ends_with_a_busy_descriptor (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new_manual (0);
  gint fd = eventfd (1, EFD_NONBLOCK | EFD_CLOEXEC);
  guint n_ready = 0;
  guint n_timer = 0;
  RtcLoopWatch *watch = rtc_loop_watch_new (loop, fd, EPOLLIN, ignore_readiness, &n_ready);
  RtcLoopTimer *timer = rtc_loop_timer_new (loop, count_call, &n_timer);

  rtc_loop_timer_set (timer, 10);
  rtc_loop_turn (loop, 10);
  g_assert_cmpuint (n_timer, ==, 1);
  g_assert_cmpuint (n_ready, >, 0);
  rtc_loop_timer_free (timer);
  rtc_loop_watch_free (watch);
  close (fd);
}

/* Fairness: the descriptor is always ready, one timer is always due, posts never end. */
typedef struct {
  RtcLoop *loop;
  RtcLoopWatch *watch;
  RtcLoopTimer *timer;
  gint fd;
  guint n_ready;
  guint n_fired;
  guint n_posts;
  gboolean is_over;
  Gate done;
} Busy;

static void
busy_check (Busy *busy)
{
  if (busy->is_over || busy->n_ready < 1000 || busy->n_fired < 1000 || busy->n_posts < 1000)
    return;
  busy->is_over = TRUE;
  rtc_loop_watch_free (g_steal_pointer (&busy->watch));
  rtc_loop_timer_set (busy->timer, GST_CLOCK_TIME_NONE);
  gate_raise (&busy->done);
}

static void
busy_ready (gint fd, guint32 events, gpointer user_data)
{
  Busy *busy = user_data;

  busy->n_ready++;
  busy_check (busy);
}

static void
busy_timer (gpointer user_data)
{
  Busy *busy = user_data;

  busy->n_fired++;
  rtc_loop_timer_set (busy->timer, 0);
  busy_check (busy);
}

static void
busy_post (gpointer user_data)
{
  Busy *busy = user_data;

  busy->n_posts++;
  busy_check (busy);
  if (!busy->is_over)
    rtc_loop_post (busy->loop, busy_post, busy, NULL);
}

static void
busy_start (gpointer user_data)
{
  Busy *busy = user_data;

  busy->watch = rtc_loop_watch_new (busy->loop, busy->fd, EPOLLIN, busy_ready, busy);
  busy->timer = rtc_loop_timer_new (busy->loop, busy_timer, busy);
  rtc_loop_timer_set (busy->timer, 0);
  busy_post (busy);
}

static void
busy_stop (gpointer user_data)
{
  rtc_loop_timer_free (((Busy *) user_data)->timer);
}

static void
test_nothing_starves (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new ("test");
  Busy busy = { .loop = loop, .fd = eventfd (1, EFD_CLOEXEC) };

  gate_init (&busy.done);
  rtc_loop_call (loop, busy_start, &busy);
  gate_wait (&busy.done, 1);
  rtc_loop_call (loop, busy_stop, &busy);
  /* Each once a turn: none may have run far ahead. */
  g_assert_cmpuint (busy.n_ready, <=, 1100);
  g_assert_cmpuint (busy.n_fired, <=, 1100);
  g_assert_cmpuint (busy.n_posts, <=, 1100);
  gate_clear (&busy.done);
  close (busy.fd);
}

typedef struct {
  RtcLoop *loop;
  RtcLoopTimer *timer;
  GstClockTime deadline;
  GstClockTime fired_at;
  Gate fired;
} RealTimer;

static void
real_timer_fired (gpointer user_data)
{
  RealTimer *real = user_data;

  real->fired_at = rtc_loop_now (real->loop);
  gate_raise (&real->fired);
}

static void
real_timer_start (gpointer user_data)
{
  RealTimer *real = user_data;

  real->timer = rtc_loop_timer_new (real->loop, real_timer_fired, real);
  real->deadline = rtc_loop_now (real->loop) + 300 * GST_USECOND;
  rtc_loop_timer_set (real->timer, real->deadline);
}

static void
real_timer_stop (gpointer user_data)
{
  rtc_loop_timer_free (((RealTimer *) user_data)->timer);
}

static void
test_real_timer_is_never_early (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new ("test");
  RealTimer real = { .loop = loop };

  gate_init (&real.fired);
  rtc_loop_call (loop, real_timer_start, &real);
  gate_wait (&real.fired, 1);
  g_assert_cmpuint (real.fired_at, >=, real.deadline);
  rtc_loop_call (loop, real_timer_stop, &real);
  gate_clear (&real.fired);
}

static void
write_to_closed_socket (gpointer user_data)
{
  gint *result = user_data;
  gint fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  close (fds[1]);
  *result = write (fds[0], "x", 1) < 0 ? errno : 0;
  close (fds[0]);
}

static void
test_broken_pipe_is_an_error_not_the_end (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new ("test");
  gint result = 0;

  rtc_loop_call (loop, write_to_closed_socket, &result);
  g_assert_cmpint (result, ==, EPIPE);
}

static void
test_process_loops_are_shared (void)
{
  struct rlimit limit;
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_loop_unref);
  g_autoptr (GHashTable) loops = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < 12; i++) {
    RtcLoop *loop = rtc_loop_acquire ();

    g_ptr_array_add (held, loop);
    g_hash_table_add (loops, loop);
  }
  /* GST_RTC_LOOP_THREADS is 3 here; twelve sessions fill all of them. */
  g_assert_cmpuint (g_hash_table_size (loops), ==, 3);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, limit.rlim_max);
}

static void
test_least_used_loop_is_next (void)
{
  RtcLoop *held[6];
  RtcLoop *next;

  for (guint i = 0; i < 6; i++)
    held[i] = rtc_loop_acquire ();
  rtc_loop_unref (held[4]);
  next = rtc_loop_acquire ();
  g_assert_true (next == held[4]);
  rtc_loop_unref (next);
  for (guint i = 0; i < 6; i++) {
    if (i != 4)
      rtc_loop_unref (held[i]);
  }
}

int
main (int argc, char **argv)
{
  gint result;

  g_test_init (&argc, &argv, NULL);
  g_setenv ("GST_RTC_LOOP_THREADS", "3", TRUE);
  gst_init (&argc, &argv);

  g_test_add_func ("/loop/post/order", test_posts_keep_the_order_of_each_thread);
  g_test_add_func ("/loop/call", test_call_waits_and_runs_on_the_loop);
  g_test_add_func ("/loop/end/destroyed-not-run", test_waiting_work_is_destroyed_not_run);
  g_test_add_func ("/loop/end/manual", test_manual_loop_destroys_waiting_work);
  g_test_add_func ("/loop/end/post-while-ending", test_post_while_ending);
  g_test_add_func ("/loop/end/own-thread", test_last_reference_goes_on_its_own_thread);
  g_test_add_func ("/loop/watch/free-all", test_callback_frees_every_ready_watch);
  g_test_add_func ("/loop/watch/events", test_watch_events_can_change);
  g_test_add_func ("/loop/watch/manual-busy", test_manual_turn_ends_with_a_busy_descriptor);
  g_test_add_func ("/loop/fairness", test_nothing_starves);
  g_test_add_func ("/loop/timer/real", test_real_timer_is_never_early);
  g_test_add_func ("/loop/sigpipe", test_broken_pipe_is_an_error_not_the_end);
  g_test_add_func ("/loop/pool/shared", test_process_loops_are_shared);
  g_test_add_func ("/loop/pool/least-used", test_least_used_loop_is_next);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
