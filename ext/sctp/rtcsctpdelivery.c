/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an association has for its owner, on the loop: messages and other events, in the order in
 * which the stack told of them. The owner may pause a stream: then its events wait here, the rest
 * goes on, and as the messages that wait count in the receive window, the peer stops when they are
 * many. A turn hands on for a limited time, so that packets are received meanwhile: a slow handler
 * closes the window, too, where the packets would be lost otherwise, and so do other sessions'.
 */
#include "rtcsctpassociation.h"
#include "rtcsctpassociationprivate.h"

/* Longer than the handlers of a busy channel take for all that comes in one turn. */
#define MAX_TURN_US 5000
#define EVENTS_BETWEEN_LOOKS 4
/* An association that had more events at once gives their memory back. */
#define MAX_KEPT_EVENTS 1024

/* What one turn handed on. */
typedef struct {
  guint n_messages;
  gsize bytes;
} Delivered;

void
rtc_sctp_event_clear (gpointer event)
{
  g_clear_pointer (&((RtcSctpEvent *) event)->data, g_bytes_unref);
}

static void
event_free (gpointer event)
{
  rtc_sctp_event_clear (event);
  g_free (event);
}

static void
waiting_free (gpointer waiting)
{
  g_queue_free_full (waiting, event_free);
}

static GArray *
new_events (void)
{
  GArray *events = g_array_new (FALSE, FALSE, sizeof (RtcSctpEvent));

  g_array_set_clear_func (events, rtc_sctp_event_clear);
  return events;
}

void
rtc_sctp_delivery_init (RtcSctpDelivery *delivery)
{
  *delivery = (RtcSctpDelivery){ .events = new_events (),
    .running = new_events (),
    .paused = g_hash_table_new_full (NULL, NULL, NULL, waiting_free) };
  g_queue_init (&delivery->resumed);
}

void
rtc_sctp_delivery_clear (RtcSctpDelivery *delivery)
{
  g_clear_pointer (&delivery->events, g_array_unref);
  g_clear_pointer (&delivery->running, g_array_unref);
  g_clear_pointer (&delivery->paused, g_hash_table_unref);
  g_queue_clear_full (&delivery->resumed, event_free);
}

RtcSctpEvent *
rtc_sctp_association_add_event (
    RtcSctpAssociation *association, RtcSctpEventType type, guint16 stream)
{
  GArray *events = association->delivery.events;
  const RtcSctpEvent event = { .type = type, .stream = stream };

  g_array_append_val (events, event);
  rtc_sctp_association_post_turn (association);
  return &g_array_index (events, RtcSctpEvent, events->len - 1);
}

/* With the lock held. Who sees that the stream is not paused any more sees that others come first.
 */
static void
resume (RtcSctpDelivery *delivery, GQueue *waiting)
{
  gpointer event;

  while ((event = g_queue_pop_head (waiting)) != NULL)
    g_queue_push_tail (&delivery->resumed, event);
  g_queue_free (waiting);
  g_atomic_int_set (&delivery->has_resumed, !g_queue_is_empty (&delivery->resumed));
  g_atomic_int_add (&delivery->n_paused, -1);
}

void
rtc_sctp_association_set_paused (
    RtcSctpAssociation *association, guint16 stream, gboolean is_paused)
{
  RtcSctpDelivery *delivery = &association->delivery;
  gpointer key = GUINT_TO_POINTER ((guint) stream), waiting = NULL;

  g_mutex_lock (&association->lock);
  if (!is_paused && g_hash_table_steal_extended (delivery->paused, key, NULL, &waiting)) {
    resume (delivery, waiting);
    rtc_sctp_association_post_turn (association);
  } else if (is_paused && association->state != GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED &&
      !g_hash_table_contains (delivery->paused, key)) {
    g_hash_table_insert (delivery->paused, key, g_queue_new ());
    g_atomic_int_inc (&delivery->n_paused);
  }
  g_mutex_unlock (&association->lock);
}

/* With the lock held: the events of streams that go on come before the rest of those that are being
 * handled, which are later ones. */
static void
put_resumed_first (RtcSctpDelivery *delivery)
{
  GArray *first = new_events ();
  RtcSctpEvent *event;

  g_atomic_int_set (&delivery->has_resumed, FALSE);
  while ((event = g_queue_pop_head (&delivery->resumed)) != NULL) {
    g_array_append_vals (first, event, 1);
    g_free (event);
  }
  for (; delivery->n_run < delivery->running->len; delivery->n_run++) {
    event = &g_array_index (delivery->running, RtcSctpEvent, delivery->n_run);
    g_array_append_vals (first, event, 1);
    event->data = NULL;
  }
  g_array_unref (delivery->running);
  delivery->running = first;
  delivery->n_run = 0;
}

/* With the lock held, all of delivery->running handled. */
static void
take_new (RtcSctpDelivery *delivery)
{
  GArray *empty = delivery->running;

  if (empty->len > MAX_KEPT_EVENTS) {
    g_array_unref (empty);
    empty = new_events ();
  }
  g_array_set_size (empty, 0);
  delivery->running = delivery->events;
  delivery->events = empty;
  delivery->n_run = 0;
}

/* One lock for all that waits. FALSE: nothing does. */
static gboolean
take_events (RtcSctpAssociation *association)
{
  RtcSctpDelivery *delivery = &association->delivery;

  g_mutex_lock (&association->lock);
  if (!g_queue_is_empty (&delivery->resumed))
    put_resumed_first (delivery);
  else if (delivery->n_run == delivery->running->len)
    take_new (delivery);
  g_mutex_unlock (&association->lock);
  return delivery->n_run < delivery->running->len;
}

/* TRUE: the stream of @event is paused, which now waits for it. */
static gboolean
let_wait (RtcSctpAssociation *association, RtcSctpEvent *event)
{
  RtcSctpDelivery *delivery = &association->delivery;
  GQueue *waiting;

  if (event->type == RTC_SCTP_EVENT_STATE || g_atomic_int_get (&delivery->n_paused) == 0)
    return FALSE;
  g_mutex_lock (&association->lock);
  waiting = g_hash_table_lookup (delivery->paused, GUINT_TO_POINTER ((guint) event->stream));
  if (waiting != NULL) {
    g_queue_push_tail (waiting, g_memdup2 (event, sizeof *event));
    event->data = NULL;
  }
  g_mutex_unlock (&association->lock);
  return waiting != NULL;
}

/* Before the end of the association comes what came before it, also on paused streams. TRUE: there
 * is such. */
static gboolean
is_end_too_early (RtcSctpAssociation *association, const RtcSctpEvent *event)
{
  RtcSctpDelivery *delivery = &association->delivery;
  GHashTableIter iter;
  gpointer waiting;

  if (event->type != RTC_SCTP_EVENT_STATE || event->state != GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED)
    return FALSE;
  g_mutex_lock (&association->lock);
  g_hash_table_iter_init (&iter, delivery->paused);
  while (g_hash_table_iter_next (&iter, NULL, &waiting)) {
    g_hash_table_iter_steal (&iter);
    resume (delivery, waiting);
  }
  g_mutex_unlock (&association->lock);
  return g_atomic_int_get (&delivery->has_resumed);
}

static void
handle_event (
    RtcSctpAssociation *association, GObject *owner, RtcSctpEvent *event, Delivered *delivered)
{
  const RtcSctpAssociationFuncs *functions = association->functions;

  switch (event->type) {
  case RTC_SCTP_EVENT_STATE:
    functions->state_changed (owner, event->state);
    break;
  case RTC_SCTP_EVENT_MESSAGE:
    delivered->n_messages++;
    delivered->bytes += g_bytes_get_size (event->data);
    functions->message (owner, event->stream, event->ppid, g_steal_pointer (&event->data));
    break;
  case RTC_SCTP_EVENT_STREAM_RESET:
    functions->stream_reset (owner, event->stream);
    break;
  case RTC_SCTP_EVENT_STREAM_CLOSED:
    functions->stream_closed (owner, event->stream);
    break;
  }
}

/* Handles what was taken, until others come first or @end_us. FALSE: the time is over. */
static gboolean
handle_taken (RtcSctpAssociation *association, GObject *owner, gint64 end_us, Delivered *delivered)
{
  RtcSctpDelivery *delivery = &association->delivery;

  while (delivery->n_run < delivery->running->len && !g_atomic_int_get (&delivery->has_resumed)) {
    RtcSctpEvent *event = &g_array_index (delivery->running, RtcSctpEvent, delivery->n_run);

    if (is_end_too_early (association, event))
      continue;
    if (let_wait (association, event)) {
      delivery->n_run++;
    } else if (!g_atomic_int_get (&delivery->has_resumed)) {
      delivery->n_run++;
      handle_event (association, owner, event, delivered);
    }
    if (delivery->n_run % EVENTS_BETWEEN_LOOKS == 0 && g_get_monotonic_time () >= end_us)
      return FALSE;
  }
  return TRUE;
}

void
rtc_sctp_association_deliver (RtcSctpAssociation *association, GObject *owner)
{
  gint64 end_us = g_get_monotonic_time () + MAX_TURN_US;
  Delivered delivered = { 0 };

  while (take_events (association) && handle_taken (association, owner, end_us, &delivered))
    ;
  if (delivered.n_messages == 0)
    return;
  g_mutex_lock (&association->lock);
  rtc_sctp_window_release (&association->window, delivered.n_messages, delivered.bytes);
  if (rtc_sctp_window_is_update_due (&association->window))
    rtc_sctp_association_repeat_sack (association);
  g_mutex_unlock (&association->lock);
}

gboolean
rtc_sctp_association_has_events (const RtcSctpAssociation *association)
{
  const RtcSctpDelivery *delivery = &association->delivery;

  return delivery->events->len > 0 || delivery->n_run < delivery->running->len ||
      g_atomic_int_get (&delivery->has_resumed);
}
