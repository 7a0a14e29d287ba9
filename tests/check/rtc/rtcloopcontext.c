/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Adopted GMainContexts: many at once, changes of their sources, and being freed by whom they
 * call.
 */

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib-unix.h>
#include <gst/rtc/rtcloop.h>

#include "gate.h"

#define N_CONTEXTS 1000
#define N_TICKS 5
#define N_MESSAGES 5

typedef struct {
  RtcLoop *loop;
  Gate *done;
  GMainContext *context;
  RtcLoopContext *adopted;
  gint fds[2];
  GSource *sources[2];
  guint n_ticks;
  guint n_messages;
  guint n_elsewhere;
} Member;

static void
member_progress (Member *member)
{
  if (!rtc_loop_is_current (member->loop) ||
      g_main_context_get_thread_default () != member->context)
    member->n_elsewhere++;
  if (member->n_ticks == N_TICKS && member->n_messages == N_MESSAGES)
    gate_raise (member->done);
}

static gboolean
member_tick (gpointer user_data)
{
  Member *member = user_data;

  member->n_ticks++;
  member_progress (member);
  return member->n_ticks < N_TICKS;
}

static gboolean
member_message (gint fd, GIOCondition condition, gpointer user_data)
{
  Member *member = user_data;
  gchar byte;

  g_assert_cmpint (read (fd, &byte, 1), ==, 1);
  member->n_messages++;
  if (member->n_messages < N_MESSAGES)
    g_assert_cmpint (write (member->fds[1], &byte, 1), ==, 1);
  member_progress (member);
  return G_SOURCE_CONTINUE;
}

static void
member_init (Member *member, RtcLoop *loop, Gate *done)
{
  member->loop = loop;
  member->done = done;
  member->context = g_main_context_new ();
  g_assert_cmpint (pipe2 (member->fds, O_CLOEXEC | O_NONBLOCK), ==, 0);
  member->sources[0] = g_timeout_source_new (2);
  g_source_set_callback (member->sources[0], member_tick, member, NULL);
  g_source_attach (member->sources[0], member->context);
  member->sources[1] = g_unix_fd_source_new (member->fds[0], G_IO_IN);
  g_source_set_callback (member->sources[1], G_SOURCE_FUNC (member_message), member, NULL);
  g_source_attach (member->sources[1], member->context);
}

static void
member_adopt (gpointer user_data)
{
  Member *member = user_data;

  member->adopted = rtc_loop_adopt_context (member->loop, member->context);
  g_assert_nonnull (member->adopted);
}

static void
member_release (gpointer user_data)
{
  rtc_loop_context_free (((Member *) user_data)->adopted);
}

static void
member_clear (Member *member)
{
  for (guint i = 0; i < 2; i++) {
    g_source_destroy (member->sources[i]);
    g_source_unref (member->sources[i]);
  }
  g_main_context_unref (member->context);
  close (member->fds[0]);
  close (member->fds[1]);
}

static void
test_a_thousand_contexts (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_acquire ();
  g_autofree Member *members = g_new0 (Member, N_CONTEXTS);
  Gate done;

  gate_init (&done);
  for (guint i = 0; i < N_CONTEXTS; i++) {
    member_init (&members[i], loop, &done);
    rtc_loop_post (loop, member_adopt, &members[i], NULL);
  }
  for (guint i = 0; i < N_CONTEXTS; i++)
    g_assert_cmpint (write (members[i].fds[1], "x", 1), ==, 1);
  gate_wait (&done, N_CONTEXTS);
  for (guint i = 0; i < N_CONTEXTS; i++) {
    rtc_loop_call (loop, member_release, &members[i]);
    g_assert_cmpuint (members[i].n_elsewhere, ==, 0);
    /* Given back: this thread may own it now. */
    g_assert_true (g_main_context_acquire (members[i].context));
    g_main_context_release (members[i].context);
    member_clear (&members[i]);
  }
  gate_clear (&done);
}

static void
try_to_adopt (gpointer user_data)
{
  Member *member = user_data;

  member->adopted = rtc_loop_adopt_context (member->loop, member->context);
}

static void
test_owned_context_is_refused (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (RtcLoop) loop = rtc_loop_new ("test");
  Member member = { .loop = loop, .context = context };

  g_assert_true (g_main_context_acquire (context));
  rtc_loop_call (loop, try_to_adopt, &member);
  g_assert_null (member.adopted);
  g_main_context_release (context);
  rtc_loop_call (loop, try_to_adopt, &member);
  g_assert_nonnull (member.adopted);
  rtc_loop_call (loop, member_release, &member);
}

/* One context on a manual loop whose callbacks do what the test says. */
typedef struct {
  RtcLoop *loop;
  GMainContext *context;
  RtcLoopContext *adopted;
  guint count;
  gint fd;
  GSource *source;
} Single;

static void
single_init (Single *single)
{
  single->loop = rtc_loop_new_manual (0);
  single->context = g_main_context_new ();
  single->adopted = rtc_loop_adopt_context (single->loop, single->context);
  single->fd = -1;
}

static void
single_clear (Single *single)
{
  rtc_loop_context_free (single->adopted);
  g_main_context_unref (single->context);
  rtc_loop_unref (single->loop);
  if (single->fd >= 0)
    close (single->fd);
}

static void
single_attach (Single *single, GSource *source, GSourceFunc func)
{
  g_source_set_callback (source, func, single, NULL);
  g_source_attach (source, single->context);
  g_source_unref (source);
}

static gboolean
free_own_context (gpointer user_data)
{
  Single *single = user_data;

  single->count++;
  rtc_loop_context_free (g_steal_pointer (&single->adopted));
  return G_SOURCE_CONTINUE;
}

static void
test_callback_frees_its_own_context (void)
{
  Single single = { 0 };

  single_init (&single);
  single_attach (&single, g_idle_source_new (), free_own_context);
  rtc_loop_context_refresh (single.adopted);
  rtc_loop_turn (single.loop, 1);
  rtc_loop_turn (single.loop, 2);
  g_assert_cmpuint (single.count, ==, 1);
  single_clear (&single);
}

typedef struct {
  RtcLoopContext *adopted[3];
  guint count;
} Siblings;

static gboolean
free_siblings (gpointer user_data)
{
  Siblings *siblings = user_data;

  siblings->count++;
  for (guint i = 0; i < 3; i++)
    rtc_loop_context_free (g_steal_pointer (&siblings->adopted[i]));
  return G_SOURCE_REMOVE;
}

static void
test_callback_frees_contexts_that_are_ready_too (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new_manual (0);
  GMainContext *contexts[3];
  Siblings siblings = { 0 };

  for (guint i = 0; i < 3; i++) {
    g_autoptr (GSource) source = g_idle_source_new ();

    contexts[i] = g_main_context_new ();
    g_source_set_callback (source, free_siblings, &siblings, NULL);
    g_source_attach (source, contexts[i]);
    siblings.adopted[i] = rtc_loop_adopt_context (loop, contexts[i]);
  }
  rtc_loop_turn (loop, 1);
  g_assert_cmpuint (siblings.count, ==, 1);
  for (guint i = 0; i < 3; i++)
    g_main_context_unref (contexts[i]);
}

static gboolean
count_once (gpointer user_data)
{
  ((Single *) user_data)->count++;
  return G_SOURCE_REMOVE;
}

static gpointer
invoke_from_thread (gpointer user_data)
{
  Single *single = user_data;

  g_main_context_invoke (single->context, count_once, single);
  return NULL;
}

static void
test_call_from_another_thread_wakes_the_context (void)
{
  Single single = { 0 };

  single_init (&single);
  g_thread_join (g_thread_new ("invoker", invoke_from_thread, &single));
  rtc_loop_turn (single.loop, 1);
  g_assert_cmpuint (single.count, ==, 1);
  single_clear (&single);
}

static gboolean
count_readable (gint fd, GIOCondition condition, gpointer user_data)
{
  Single *single = user_data;
  guint64 value;

  if (read (fd, &value, sizeof value) == sizeof value)
    single->count++;
  return G_SOURCE_CONTINUE;
}

static void
open_counter (Single *single)
{
  single->fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  single->source = g_unix_fd_source_new (single->fd, G_IO_IN);
  single_attach (single, single->source, G_SOURCE_FUNC (count_readable));
}

/* Closes the descriptor and opens another that gets the same number. */
static gboolean
replace_counter (gpointer user_data)
{
  Single *single = user_data;
  gint previous = single->fd;

  g_source_destroy (single->source);
  close (single->fd);
  open_counter (single);
  g_assert_cmpint (single->fd, ==, previous);
  return G_SOURCE_REMOVE;
}

static void
test_descriptor_number_is_used_again (void)
{
  Single single = { 0 };
  guint64 one = 1;

  single_init (&single);
  open_counter (&single);
  rtc_loop_context_refresh (single.adopted);
  rtc_loop_turn (single.loop, 1);
  single_attach (&single, g_idle_source_new (), replace_counter);
  rtc_loop_context_refresh (single.adopted);
  rtc_loop_turn (single.loop, 2);

  g_assert_cmpint (write (single.fd, &one, sizeof one), ==, sizeof one);
  rtc_loop_turn (single.loop, 3);
  g_assert_cmpuint (single.count, ==, 1);
  single_clear (&single);
}

/* A steady context is told which descriptor goes, and polls the next one with that number anew. */
static void
test_steady_context_forgets (void)
{
  Single single = { 0 };
  guint64 one = 1;

  single_init (&single);
  rtc_loop_context_set_steady (single.adopted, TRUE);
  open_counter (&single);
  rtc_loop_context_refresh (single.adopted);
  for (guint i = 1; i <= 3; i++) {
    rtc_loop_turn (single.loop, i);
    g_assert_cmpint (write (single.fd, &one, sizeof one), ==, sizeof one);
    rtc_loop_turn (single.loop, i);
    g_assert_cmpuint (single.count, ==, i);
    rtc_loop_context_forget (single.adopted, single.fd);
    replace_counter (&single);
    rtc_loop_context_refresh (single.adopted);
  }
  single_clear (&single);
}

static void
count_event (gint fd, guint32 events, gpointer user_data)
{
  guint64 value;

  g_assert_cmpint (read (fd, &value, sizeof value), ==, sizeof value);
  ++*(guint *) user_data;
}

/* A context notices at its next turn that a descriptor was closed: whoever has the number by then
 * keeps it. */
static void
test_number_is_another_watch (void)
{
  Single single = { 0 };
  RtcLoopWatch *watch;
  guint n_events = 0;
  guint64 one = 1;
  gint fd;

  single_init (&single);
  open_counter (&single);
  rtc_loop_context_refresh (single.adopted);
  rtc_loop_turn (single.loop, 1);

  g_source_destroy (single.source);
  close (single.fd);
  fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  g_assert_cmpint (fd, ==, single.fd);
  single.fd = -1;
  watch = rtc_loop_watch_new (single.loop, fd, EPOLLIN, count_event, &n_events);
  rtc_loop_context_refresh (single.adopted);
  rtc_loop_turn (single.loop, 2);
  g_assert_cmpint (write (fd, &one, sizeof one), ==, sizeof one);
  rtc_loop_turn (single.loop, 3);
  g_assert_cmpuint (n_events, ==, 1);

  rtc_loop_watch_free (watch);
  close (fd);
  single_clear (&single);
}

/* Two contexts may poll one descriptor; each sees it. */
static void
test_descriptor_in_two_contexts (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new_manual (0);
  gint fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  guint64 one = 1;
  Single singles[2] = { 0 };

  for (guint i = 0; i < 2; i++) {
    singles[i].context = g_main_context_new ();
    singles[i].source = g_unix_fd_source_new (fd, G_IO_IN);
    single_attach (&singles[i], singles[i].source, G_SOURCE_FUNC (count_readable));
    singles[i].adopted = rtc_loop_adopt_context (loop, singles[i].context);
  }
  g_assert_cmpint (write (fd, &one, sizeof one), ==, sizeof one);
  rtc_loop_turn (loop, 1);
  g_assert_cmpuint (singles[0].count + singles[1].count, ==, 1);

  /* The second goes on when the first has gone. */
  rtc_loop_context_free (singles[0].adopted);
  singles[1].count = 0;
  g_assert_cmpint (write (fd, &one, sizeof one), ==, sizeof one);
  rtc_loop_turn (loop, 2);
  g_assert_cmpuint (singles[1].count, ==, 1);
  rtc_loop_context_free (singles[1].adopted);
  for (guint i = 0; i < 2; i++)
    g_main_context_unref (singles[i].context);
  close (fd);
}

typedef struct {
  Gate done;
  GMainContext *context;
  RtcLoop *loop;
  RtcLoopContext *adopted;
  gchar *content;
} FileRead;

static void
file_read_done (GObject *file, GAsyncResult *result, gpointer user_data)
{
  FileRead *read = user_data;

  g_file_load_contents_finish (G_FILE (file), result, &read->content, NULL, NULL, NULL);
  gate_raise (&read->done);
}

static gboolean
file_read_start (gpointer user_data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/null");

  g_file_load_contents_async (file, NULL, file_read_done, user_data);
  return G_SOURCE_REMOVE;
}

static void
file_read_adopt (gpointer user_data)
{
  FileRead *read = user_data;

  read->adopted = rtc_loop_adopt_context (read->loop, read->context);
}

static void
file_read_release (gpointer user_data)
{
  rtc_loop_context_free (((FileRead *) user_data)->adopted);
}

/* GIO answers in the thread-default context of the caller: the adopted one. */
static void
test_asynchronous_calls_come_back (void)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new ("test");
  FileRead read = { .loop = loop, .context = g_main_context_new () };

  gate_init (&read.done);
  rtc_loop_call (loop, file_read_adopt, &read);
  g_main_context_invoke (read.context, file_read_start, &read);
  gate_wait (&read.done, 1);
  g_assert_cmpstr (read.content, ==, "");
  rtc_loop_call (loop, file_read_release, &read);
  g_main_context_unref (read.context);
  g_free (read.content);
  gate_clear (&read.done);
}

int
main (int argc, char **argv)
{
  gint result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/context/thousand", test_a_thousand_contexts);
  g_test_add_func ("/context/owned", test_owned_context_is_refused);
  g_test_add_func ("/context/free-own", test_callback_frees_its_own_context);
  g_test_add_func ("/context/free-others", test_callback_frees_contexts_that_are_ready_too);
  g_test_add_func ("/context/wake", test_call_from_another_thread_wakes_the_context);
  g_test_add_func ("/context/number-again", test_descriptor_number_is_used_again);
  g_test_add_func ("/context/steady", test_steady_context_forgets);
  g_test_add_func ("/context/number-elsewhere", test_number_is_another_watch);
  g_test_add_func ("/context/two-contexts", test_descriptor_in_two_contexts);
  g_test_add_func ("/context/gio", test_asynchronous_calls_come_back);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
