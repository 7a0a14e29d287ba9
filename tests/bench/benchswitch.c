/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BenchSwitch: see benchswitch.h. */
#include "benchswitch.h"

/* What the thread puts into the queue when it ends without "quit". */
#define BROKEN "broken"

struct _BenchSwitch {
  BenchWire *wire;
  GThread *thread;
  GAsyncQueue *messages; /* of JsonObject */
  GMutex lock;
  GHashTable *sides; /* under lock; BenchSide by number */
};

BenchSide *
bench_switch_get (BenchSwitch *self, guint number)
{
  BenchSide *side;

  g_mutex_lock (&self->lock);
  side = g_hash_table_lookup (self->sides, GUINT_TO_POINTER (number));
  g_mutex_unlock (&self->lock);
  return side;
}

/* FALSE: nothing more is to be received. */
static gboolean
handle (BenchSwitch *self, JsonObject *message)
{
  gboolean is_quit = g_str_equal (bench_message_get_type (message), "quit");
  guint number;
  BenchSide *side;

  if (!bench_side_is_meant (message, &number)) {
    g_async_queue_push (self->messages, json_object_ref (message));
    return !is_quit;
  }
  side = bench_switch_get (self, number);
  if (side != NULL && bench_side_handle (side, message))
    return TRUE;
  g_async_queue_push (self->messages, bench_message_new (BROKEN));
  return FALSE;
}

static gpointer
receive (gpointer user_data)
{
  BenchSwitch *self = user_data;
  JsonObject *message;
  gboolean is_going = TRUE;

  while (is_going && (message = bench_wire_receive (self->wire)) != NULL) {
    is_going = handle (self, message);
    json_object_unref (message);
  }
  if (is_going)
    g_async_queue_push (self->messages, bench_message_new (BROKEN));
  return NULL;
}

BenchSwitch *
bench_switch_new (BenchWire *wire)
{
  BenchSwitch *self = g_new0 (BenchSwitch, 1);

  self->wire = wire;
  self->messages = g_async_queue_new_full ((GDestroyNotify) json_object_unref);
  g_mutex_init (&self->lock);
  self->sides = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) bench_side_free);
  self->thread = g_thread_new ("wire", receive, self);
  return self;
}

void
bench_switch_free (BenchSwitch *self)
{
  if (self == NULL)
    return;
  g_thread_join (self->thread);
  g_hash_table_unref (self->sides);
  g_async_queue_unref (self->messages);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gboolean
bench_switch_add (BenchSwitch *self, BenchSide *side)
{
  if (side == NULL)
    return FALSE;
  g_mutex_lock (&self->lock);
  g_hash_table_insert (self->sides, GUINT_TO_POINTER (bench_side_get_number (side)), side);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

JsonObject *
bench_switch_wait (BenchSwitch *self, const gchar *type, gint64 timeout_us)
{
  gint64 deadline = g_get_monotonic_time () + timeout_us;

  while (TRUE) {
    g_autoptr (JsonObject) message =
        g_async_queue_timeout_pop (self->messages, MAX (deadline - g_get_monotonic_time (), 0));

    if (message == NULL) {
      g_printerr ("The other process did not say \"%s\" in time.\n", type);
      return NULL;
    }
    if (g_strcmp0 (bench_message_get_type (message), type) == 0)
      return g_steal_pointer (&message);
    if (g_str_equal (bench_message_get_type (message), BROKEN)) {
      g_printerr ("The other process is gone, or a description was refused.\n");
      return NULL;
    }
    if (type == NULL)
      return g_steal_pointer (&message);
  }
}
