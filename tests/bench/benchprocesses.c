/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario processes: goodput between two processes, one of which sends and the other receives, as
 * on two machines. Both are the same element, or the same other stack by its command (--peer). This
 * one hands descriptions and candidates over, and reads the CPU time of both, with what they
 * have started, from /proc.
 */
#include "bench.h"
#include "benchwire.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STEP_TIMEOUT_US (60 * G_USEC_PER_SEC)
#define WARM_UP_US G_USEC_PER_SEC

typedef struct _End End;

struct _End {
  BenchWire *wire;
  End *other;
  GThread *thread;
  GAsyncQueue *messages; /* of JsonObject, all but the handed over ones */
};

/* "pid (name) state ppid ... utime stime", see proc(5); the name may hold anything. */
static gboolean
read_process (const gchar *pid, gint *out_parent, guint64 *out_ticks)
{
  g_autofree gchar *path = g_build_filename ("/proc", pid, "stat", NULL);
  g_autofree gchar *content = NULL;
  unsigned long user, system;
  const gchar *rest;

  if (!g_file_get_contents (path, &content, NULL, NULL) ||
      (rest = strrchr (content, ')')) == NULL ||
      sscanf (rest + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", out_parent, &user,
          &system) != 3)
    return FALSE;
  *out_ticks = user + system;
  return TRUE;
}

/* CPU time of @root and of what it has started, in clock ticks. */
static guint64
sum_ticks (GPid root)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc", 0, NULL);
  const gchar *name;
  guint64 sum = 0, ticks;
  gint parent;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    gint pid = atoi (name);

    if (pid <= 0 || !read_process (name, &parent, &ticks))
      continue;
    if (pid == root)
      sum += ticks;
    else if (parent == root)
      sum += sum_ticks (pid);
  }
  return sum;
}

static gpointer
hand_over (gpointer user_data)
{
  End *end = user_data;
  JsonObject *message;

  while ((message = bench_wire_receive (end->wire)) != NULL) {
    const gchar *const types[] = { "offer", "answer", "candidate", NULL };

    if (g_strv_contains (types, bench_message_get_type (message)))
      bench_wire_send (end->other->wire, message);
    else
      g_async_queue_push (end->messages, message);
  }
  g_async_queue_push (end->messages, bench_message_new ("gone"));
  return NULL;
}

/* (transfer full), NULL (said why): another one or none came. */
static JsonObject *
wait_for (End *end, const gchar *type)
{
  g_autoptr (JsonObject) message = g_async_queue_timeout_pop (end->messages, STEP_TIMEOUT_US);

  if (message != NULL && g_str_equal (bench_message_get_type (message), type))
    return g_steal_pointer (&message);
  g_printerr ("Waited for \"%s\", got %s.\n", type,
      message != NULL ? bench_message_get_type (message) : "nothing");
  return NULL;
}

static gboolean
wait_for_step (End *end, const gchar *type)
{
  g_autoptr (JsonObject) message = wait_for (end, type);

  return message != NULL;
}

static gboolean
prepare (End *end, const gchar *role)
{
  JsonObject *message = bench_message_new ("prepare");

  json_object_set_string_member (message, "role", role);
  bench_wire_send (end->wire, message);
  return wait_for_step (end, "prepared");
}

static gboolean
get_received (End *receiver, gint64 *out_bytes)
{
  g_autoptr (JsonObject) message = NULL;

  bench_wire_send (receiver->wire, bench_message_new ("count"));
  message = wait_for (receiver, "count");
  if (message == NULL)
    return FALSE;
  *out_bytes = json_object_get_int_member (message, "bytes");
  return TRUE;
}

static gboolean
measure (End *ends, guint size, gint seconds)
{
  JsonObject *message = bench_message_new ("start");
  gint64 before, after, start;
  guint64 ticks;
  gdouble elapsed;

  json_object_set_int_member (message, "size", size);
  bench_wire_send (ends[0].wire, message);
  g_usleep (WARM_UP_US);
  ticks =
      sum_ticks (bench_wire_get_pid (ends[0].wire)) + sum_ticks (bench_wire_get_pid (ends[1].wire));
  start = g_get_monotonic_time ();
  if (!get_received (&ends[1], &before))
    return FALSE;
  g_usleep ((gulong) seconds * G_USEC_PER_SEC);
  if (!get_received (&ends[1], &after))
    return FALSE;
  elapsed = (g_get_monotonic_time () - start) / (gdouble) G_USEC_PER_SEC;
  ticks = sum_ticks (bench_wire_get_pid (ends[0].wire)) +
      sum_ticks (bench_wire_get_pid (ends[1].wire)) - ticks;
  bench_print_goodput ((after - before) / elapsed, ticks / elapsed / sysconf (_SC_CLK_TCK), size,
      " between two processes");
  return TRUE;
}

/* (transfer full): the command of one side. */
static GStrv
make_command (const BenchOptions *options)
{
  for (guint i = 0; options->peers != NULL && options->peers[i] != NULL; i++) {
    g_auto (GStrv) parts = g_strsplit (options->peers[i], "=", 2);
    GStrv command = NULL;

    if (g_strv_length (parts) == 2 && g_str_equal (parts[0], options->element) &&
        g_shell_parse_argv (parts[1], NULL, &command, NULL))
      return command;
  }
  return bench_make_command (options, "peer", options->element);
}

static gboolean
start_end (End *end, End *other, const BenchOptions *options)
{
  g_auto (GStrv) command = make_command (options);

  end->other = other;
  end->messages = g_async_queue_new_full ((GDestroyNotify) json_object_unref);
  end->wire = bench_wire_spawn ((const gchar *const *) command);
  return end->wire != NULL;
}

static void
stop_end (End *end)
{
  if (end->wire != NULL)
    bench_wire_send (end->wire, bench_message_new ("quit"));
}

static void
clear_end (End *end)
{
  g_clear_pointer (&end->thread, g_thread_join);
  g_clear_pointer (&end->wire, bench_wire_free);
  g_clear_pointer (&end->messages, g_async_queue_unref);
}

static gboolean
run_size (const BenchOptions *options, guint size)
{
  End ends[2] = { { NULL } };
  gboolean is_good =
      start_end (&ends[0], &ends[1], options) && start_end (&ends[1], &ends[0], options);

  for (guint i = 0; i < 2 && is_good; i++)
    ends[i].thread = g_thread_new ("wire", hand_over, &ends[i]);
  is_good = is_good && prepare (&ends[1], "receive") && prepare (&ends[0], "send") &&
      wait_for_step (&ends[0], "open") && wait_for_step (&ends[1], "open") &&
      measure (ends, size, options->seconds);
  for (guint i = 0; i < 2; i++)
    stop_end (&ends[i]);
  for (guint i = 0; i < 2; i++)
    clear_end (&ends[i]);
  return is_good;
}

gboolean
bench_run_processes (const BenchOptions *options)
{
  for (guint i = 0; i < options->message_sizes->len; i++)
    if (!run_size (options, g_array_index (options->message_sizes, guint, i)))
      return FALSE;
  return TRUE;
}
