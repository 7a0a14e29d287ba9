/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The GMainContexts of agents, see the header. */
#include "rtcnicecontext.h"

/* A wake-up of a context asks each of its sources, three or four of an agent, and most of them are
 * in no cache: 4 agents cost what one does, 16 two thirds more CPU when idle. */
#define MAX_REFERENCES 4

struct _RtcNiceContext {
  RtcLoop *loop;
  GMainContext *context;
  RtcLoopContext *adopted;
  guint n_references; /* agents, and what works for them */
  gboolean is_steady; /* none of its agents opens sockets as it goes */
  gboolean is_shared; /* has room for more: its link is in the list */
  GList link;
};

/* With the lock: contexts of all loops with room for one more agent. Few, since they are filled one
 * after the other. */
static GMutex shared_lock;
static GQueue shared = G_QUEUE_INIT;

static void
update_shared (RtcNiceContext *context)
{
  gboolean is_shared =
      context->is_steady && context->n_references > 0 && context->n_references < MAX_REFERENCES;

  if (context->is_shared == is_shared)
    return;
  context->is_shared = is_shared;
  g_mutex_lock (&shared_lock);
  if (is_shared)
    g_queue_push_tail_link (&shared, &context->link);
  else
    g_queue_unlink (&shared, &context->link);
  g_mutex_unlock (&shared_lock);
}

static RtcNiceContext *
find_shared (RtcLoop *loop)
{
  RtcNiceContext *found = NULL;

  g_mutex_lock (&shared_lock);
  for (GList *i = shared.head; i != NULL && found == NULL; i = i->next)
    if (((RtcNiceContext *) i->data)->loop == loop)
      found = i->data;
  g_mutex_unlock (&shared_lock);
  return found;
}

static RtcNiceContext *
context_new (RtcLoop *loop, gboolean is_steady)
{
  RtcNiceContext *context = g_new0 (RtcNiceContext, 1);

  context->loop = rtc_loop_ref (loop);
  context->context = g_main_context_new ();
  context->adopted = rtc_loop_adopt_context (loop, context->context);
  rtc_loop_context_set_steady (context->adopted, is_steady);
  context->is_steady = is_steady;
  context->link.data = context;
  return context;
}

RtcNiceContext *
rtc_nice_context_acquire (RtcLoop *loop, gboolean is_alone)
{
  RtcNiceContext *context = is_alone ? NULL : find_shared (loop);

  if (context == NULL)
    context = context_new (loop, !is_alone);
  context->n_references++;
  update_shared (context);
  return context;
}

RtcNiceContext *
rtc_nice_context_ref (RtcNiceContext *context)
{
  context->n_references++;
  update_shared (context);
  return context;
}

void
rtc_nice_context_release (RtcNiceContext *context)
{
  context->n_references--;
  update_shared (context);
  if (context->n_references > 0) {
    rtc_loop_context_refresh (context->adopted);
    return;
  }
  rtc_loop_context_free (context->adopted);
  g_main_context_unref (context->context);
  rtc_loop_unref (context->loop);
  g_free (context);
}

GMainContext *
rtc_nice_context_get (RtcNiceContext *context)
{
  return context->context;
}

void
rtc_nice_context_refresh (RtcNiceContext *context)
{
  rtc_loop_context_refresh (context->adopted);
}

/* What the epoll set knows by the numbers of these sockets are other files. */
static void
forget_sockets (RtcNiceContext *context, NiceAgent *nice, guint stream_id)
{
  g_autoptr (GPtrArray) sockets = nice_agent_get_sockets (nice, stream_id, RTC_NICE_COMPONENT);

  for (guint i = 0; sockets != NULL && i < sockets->len; i++)
    rtc_loop_context_forget (context->adopted, g_socket_get_fd (g_ptr_array_index (sockets, i)));
}

void
rtc_nice_context_note_sockets (RtcNiceContext *context, NiceAgent *nice, guint stream_id)
{
  forget_sockets (context, nice, stream_id);
  rtc_loop_context_refresh (context->adopted);
}

void
rtc_nice_context_end_agent (RtcNiceContext *context, NiceAgent *nice, guint stream_id)
{
  forget_sockets (context, nice, stream_id);
  g_object_unref (nice);
  rtc_nice_context_release (context);
}

void
rtc_nice_context_expect_changes (RtcNiceContext *context)
{
  context->is_steady = FALSE;
  rtc_loop_context_set_steady (context->adopted, FALSE);
  update_shared (context);
}
