/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The end of an agent with relays, see the header. */
#include "rtcniceclosing.h"

/* How long a relay gets to answer that an allocation is over. */
#define RELAY_CLOSE_TIMEOUT GST_SECOND

typedef struct {
  NiceAgent *nice;
  guint stream_id;
  RtcNiceContext *context;
  RtcLoop *loop;
  RtcLoopTimer *timer;
  gboolean is_done;
} Closing;

static void
nothing (gpointer data)
{
}

static void
closing_free (gpointer data)
{
  Closing *closing = data;

  rtc_loop_timer_free (closing->timer);
  rtc_nice_context_end_agent (closing->context, closing->nice, closing->stream_id);
  rtc_loop_unref (closing->loop);
  g_free (closing);
}

/* Frees it when libnice's call has returned. */
static void
closing_end (Closing *closing)
{
  if (closing->is_done)
    return;
  closing->is_done = TRUE;
  rtc_loop_timer_set (closing->timer, GST_CLOCK_TIME_NONE);
  rtc_loop_post (closing->loop, nothing, closing, closing_free);
}

static void
on_relays_closed (GObject *nice, GAsyncResult *result, gpointer data)
{
  closing_end (data);
}

static void
on_timeout (gpointer data)
{
  closing_end (data);
}

void
rtc_nice_closing_begin (RtcLoop *loop, NiceAgent *nice, guint stream_id, RtcNiceContext *context)
{
  GMainContext *main_context = rtc_nice_context_get (context);
  Closing *closing = g_new0 (Closing, 1);

  closing->nice = nice;
  closing->stream_id = stream_id;
  closing->context = context;
  closing->loop = rtc_loop_ref (loop);
  closing->timer = rtc_loop_timer_new (loop, on_timeout, closing);
  rtc_loop_timer_set (closing->timer, rtc_loop_now (loop) + RELAY_CLOSE_TIMEOUT);
  g_main_context_push_thread_default (main_context);
  nice_agent_close_async (nice, on_relays_closed, closing);
  g_main_context_pop_thread_default (main_context);
  rtc_nice_context_refresh (context);
}
