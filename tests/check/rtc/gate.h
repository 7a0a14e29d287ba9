/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A counter that a test waits for while other threads raise it. The limit is generous: it only
 * ends a test that would hang.
 */
#pragma once

#include <glib.h>

#define GATE_LIMIT_SECONDS 30

typedef struct {
  GMutex lock;
  GCond changed;
  guint count;
} Gate;

static inline void
gate_init (Gate *gate)
{
  g_mutex_init (&gate->lock);
  g_cond_init (&gate->changed);
  gate->count = 0;
}

static inline void
gate_clear (Gate *gate)
{
  g_mutex_clear (&gate->lock);
  g_cond_clear (&gate->changed);
}

static inline void
gate_raise (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  gate->count++;
  g_cond_broadcast (&gate->changed);
  g_mutex_unlock (&gate->lock);
}

static inline guint
gate_get (Gate *gate)
{
  guint count;

  g_mutex_lock (&gate->lock);
  count = gate->count;
  g_mutex_unlock (&gate->lock);
  return count;
}

static inline void
gate_wait (Gate *gate, guint count)
{
  gint64 limit = g_get_monotonic_time () + GATE_LIMIT_SECONDS * G_TIME_SPAN_SECOND;
  gboolean is_in_time = TRUE;

  g_mutex_lock (&gate->lock);
  while (gate->count < count && is_in_time)
    is_in_time = g_cond_wait_until (&gate->changed, &gate->lock, limit);
  g_mutex_unlock (&gate->lock);
  g_assert_true (is_in_time);
}
