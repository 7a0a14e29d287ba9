/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BenchWire: see benchwire.h. */
#include "benchwire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct _BenchWire {
  GPid pid;
  FILE *in;
  FILE *out; /* under lock */
  GMutex lock;
};

static BenchWire *
wire_new (GPid pid, gint in, gint out)
{
  BenchWire *wire = g_new0 (BenchWire, 1);

  wire->pid = pid;
  wire->in = fdopen (in, "r");
  wire->out = fdopen (out, "w");
  g_mutex_init (&wire->lock);
  return wire;
}

BenchWire *
bench_wire_spawn (const gchar *const *command)
{
  g_autoptr (GError) error = NULL;
  gint to_child, from_child;
  GPid pid;

  if (!g_spawn_async_with_pipes (NULL, (gchar **) command, NULL,
          G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, NULL, NULL, &pid, &to_child, &from_child,
          NULL, &error)) {
    g_printerr ("%s\n", error->message);
    return NULL;
  }
  return wire_new (pid, from_child, to_child);
}

BenchWire *
bench_wire_new_child (void)
{
  gint out = dup (STDOUT_FILENO);

  dup2 (STDERR_FILENO, STDOUT_FILENO);
  return wire_new (0, dup (STDIN_FILENO), out);
}

void
bench_wire_free (BenchWire *wire)
{
  if (wire == NULL)
    return;
  fclose (wire->out);
  if (wire->pid != 0)
    waitpid (wire->pid, NULL, 0);
  fclose (wire->in);
  g_mutex_clear (&wire->lock);
  g_free (wire);
}

GPid
bench_wire_get_pid (BenchWire *wire)
{
  return wire->pid;
}

void
bench_wire_send (BenchWire *wire, JsonObject *message)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), message);
  g_autofree gchar *text = json_to_string (node, FALSE);

  json_object_unref (message);
  g_mutex_lock (&wire->lock);
  fprintf (wire->out, "%s\n", text);
  fflush (wire->out);
  g_mutex_unlock (&wire->lock);
}

/* (transfer full), NULL: it is no message. */
static JsonObject *
parse (const gchar *line)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  JsonObject *object =
      node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (object == NULL || bench_message_get_type (object) == NULL)
    return NULL;
  return json_object_ref (object);
}

JsonObject *
bench_wire_receive (BenchWire *wire)
{
  JsonObject *message = NULL;
  gchar *line = NULL;
  gsize size = 0;

  while (message == NULL && getline (&line, &size, wire->in) > 0) {
    message = parse (line);
    if (message == NULL)
      g_printerr ("No message: %s", line);
  }
  free (line);
  return message;
}

JsonObject *
bench_message_new (const gchar *type)
{
  JsonObject *message = json_object_new ();

  json_object_set_string_member (message, "type", type);
  return message;
}

const gchar *
bench_message_get_type (JsonObject *message)
{
  return json_object_get_string_member_with_default (message, "type", NULL);
}
