/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbered messages; see the header. */
#include "flow.h"

#define INTERVAL_MS 5
#define LIMIT (40 * G_TIME_SPAN_SECOND)

struct _Flow {
  GstWebRTCDataChannel *from;
  GstWebRTCDataChannel *to;
  gulong handler;
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;

  GMutex lock;
  GCond changed;
  guint sent;
  guint received;
  gint64 last_at;
  gint64 longest;
  gchar *trouble; /* the first thing that went wrong */
};

static void
on_text (GstWebRTCDataChannel *channel, const gchar *text, Flow *self)
{
  gint64 now = g_get_monotonic_time ();
  guint64 number = 0;

  g_mutex_lock (&self->lock);
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &number, NULL) ||
      number != self->received) {
    if (!self->trouble)
      self->trouble = g_strdup_printf ("message %s in place of %u", text, self->received);
  }
  self->received++;
  if (self->last_at)
    self->longest = MAX (self->longest, now - self->last_at);
  self->last_at = now;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
send_next (Flow *self)
{
  g_autofree gchar *text = g_strdup_printf ("%u", self->sent);
  g_autoptr (GError) error = NULL;
  gboolean is_sent = gst_webrtc_data_channel_send_string_full (self->from, text, &error);

  g_mutex_lock (&self->lock);
  if (is_sent)
    self->sent++;
  else if (!self->trouble)
    self->trouble = g_strdup_printf ("message %s is refused: %s", text, error->message);
  g_mutex_unlock (&self->lock);
}

static gboolean
on_interval (gpointer user_data)
{
  send_next (user_data);
  return G_SOURCE_CONTINUE;
}

static gpointer
run (gpointer user_data)
{
  Flow *self = user_data;

  g_main_loop_run (self->loop);
  return NULL;
}

Flow *
flow_start (GstWebRTCDataChannel *from, GstWebRTCDataChannel *to)
{
  Flow *self = g_new0 (Flow, 1);
  g_autoptr (GSource) source = g_timeout_source_new (INTERVAL_MS);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->from = g_object_ref (from);
  self->to = g_object_ref (to);
  self->handler = g_signal_connect (to, "on-message-string", G_CALLBACK (on_text), self);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  g_source_set_callback (source, on_interval, self, NULL);
  g_source_attach (source, self->context);
  self->thread = g_thread_new ("flow", run, self);
  return self;
}

/* With the lock held. */
static void
wait_received (Flow *self, guint count)
{
  gint64 end = g_get_monotonic_time () + LIMIT;

  while (self->received < count && !self->trouble)
    if (!g_cond_wait_until (&self->changed, &self->lock, end))
      ck_abort_msg ("%u of %u messages have arrived", self->received, count);
  if (self->trouble)
    ck_abort_msg ("%s", self->trouble);
}

void
flow_wait (Flow *self, guint count)
{
  g_mutex_lock (&self->lock);
  wait_received (self, self->received + count);
  g_mutex_unlock (&self->lock);
}

gint64
flow_take_gap (Flow *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 gap;

  g_mutex_lock (&self->lock);
  gap = self->last_at ? MAX (self->longest, now - self->last_at) : self->longest;
  self->longest = 0;
  self->last_at = now;
  g_mutex_unlock (&self->lock);
  return gap;
}

static gboolean
quit (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

guint
flow_finish (Flow *self)
{
  guint longest_ms;

  g_main_context_invoke (self->context, quit, self->loop);
  g_thread_join (self->thread);
  g_mutex_lock (&self->lock);
  wait_received (self, self->sent);
  fail_unless_equals_int (self->received, self->sent);
  longest_ms = (guint) (self->longest / 1000);
  g_mutex_unlock (&self->lock);
  g_signal_handler_disconnect (self->to, self->handler);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_object_unref (self->from);
  g_object_unref (self->to);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
  return longest_ms;
}
