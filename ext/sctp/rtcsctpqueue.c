/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Queues by turns, and the account of bytes. The stack sends the messages of one stream in the
 * order in which it got them, so the DATA chunks that leave tell which message they belong to.
 */
#include "rtcsctpqueue.h"

static void
message_free (RtcSctpMessage *message)
{
  g_clear_pointer (&message->data, g_bytes_unref);
  g_free (message);
}

static RtcSctpMessage *
pop_head (GQueue *messages)
{
  GList *link = g_queue_pop_head_link (messages);

  return link != NULL ? link->data : NULL;
}

static void
stream_free (RtcSctpStream *stream)
{
  RtcSctpMessage *message;

  while ((message = pop_head (&stream->messages)) != NULL)
    message_free (message);
  while ((message = pop_head (&stream->in_stack)) != NULL)
    message_free (message);
  g_free (stream);
}

void
rtc_sctp_queue_init (RtcSctpQueue *queue)
{
  *queue = (RtcSctpQueue){ 0 };
  queue->streams = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) stream_free);
  queue->noted = g_array_new (FALSE, FALSE, sizeof (guint16));
  g_queue_init (&queue->ready);
  g_queue_init (&queue->blocked);
}

void
rtc_sctp_queue_clear (RtcSctpQueue *queue)
{
  g_queue_clear (&queue->ready);
  g_queue_clear (&queue->blocked);
  g_clear_pointer (&queue->streams, g_hash_table_unref);
  g_clear_pointer (&queue->noted, g_array_unref);
}

RtcSctpStream *
rtc_sctp_queue_find (RtcSctpQueue *queue, guint16 id)
{
  return g_hash_table_lookup (queue->streams, GUINT_TO_POINTER ((guint) id));
}

RtcSctpStream *
rtc_sctp_queue_ensure (RtcSctpQueue *queue, guint16 id)
{
  RtcSctpStream *stream = rtc_sctp_queue_find (queue, id);

  if (stream == NULL) {
    stream = g_new0 (RtcSctpStream, 1);
    stream->id = id;
    g_hash_table_insert (queue->streams, GUINT_TO_POINTER ((guint) id), stream);
  }
  return stream;
}

static void
set_ready (RtcSctpQueue *queue, RtcSctpStream *stream)
{
  if (stream->is_ready || stream->is_blocked || g_queue_is_empty (&stream->messages))
    return;
  stream->is_ready = TRUE;
  g_queue_push_tail (&queue->ready, stream);
}

static void
unset_ready (RtcSctpQueue *queue, RtcSctpStream *stream)
{
  if (stream->is_ready)
    g_queue_remove (&queue->ready, stream);
  stream->is_ready = FALSE;
}

/* @bytes of @stream wait no longer. */
static void
account_fall (RtcSctpQueue *queue, RtcSctpStream *stream, guint64 bytes)
{
  stream->buffered_bytes -= bytes;
  queue->buffered_bytes -= bytes;
  if (stream->is_noted || bytes == 0)
    return;
  stream->is_noted = TRUE;
  g_array_append_val (queue->noted, stream->id);
}

/* @message, unlinked from its stream, has left the stack. */
static void
leave_stack (RtcSctpQueue *queue, RtcSctpStream *stream, RtcSctpMessage *message)
{
  queue->stack_bytes -= message->unsent_bytes;
  queue->stack_messages--;
  account_fall (queue, stream, message->unsent_bytes);
  message_free (message);
}

void
rtc_sctp_queue_remove (RtcSctpQueue *queue, RtcSctpStream *stream)
{
  RtcSctpMessage *message;

  while ((message = pop_head (&stream->in_stack)) != NULL)
    leave_stack (queue, stream, message);
  unset_ready (queue, stream);
  if (stream->is_blocked)
    g_queue_remove (&queue->blocked, stream);
  queue->buffered_bytes -= stream->buffered_bytes;
  queue->messages -= g_queue_get_length (&stream->messages);
  g_hash_table_remove (queue->streams, GUINT_TO_POINTER ((guint) stream->id));
}

void
rtc_sctp_queue_push (RtcSctpQueue *queue, const RtcSctpMessage *message)
{
  RtcSctpStream *stream = rtc_sctp_queue_ensure (queue, message->stream);
  RtcSctpMessage *copy = g_memdup2 (message, sizeof *message);

  copy->link = (GList){ .data = copy };
  copy->context = ++queue->last_context;
  copy->unsent_bytes = g_bytes_get_size (copy->data);
  g_bytes_ref (copy->data);
  g_queue_push_tail_link (&stream->messages, &copy->link);
  stream->buffered_bytes += copy->unsent_bytes;
  queue->buffered_bytes += copy->unsent_bytes;
  queue->messages++;
  set_ready (queue, stream);
}

/* The next message of @stream that is worth sending; a lifetime of 0 still gets one chance when
 * nothing is in its way. */
static RtcSctpMessage *
next_living (RtcSctpQueue *queue, RtcSctpStream *stream, GstClockTime now)
{
  RtcSctpMessage *message;

  while ((message = pop_head (&stream->messages)) != NULL) {
    queue->messages--;
    /* GST_CLOCK_TIME_NONE is later than all times. */
    if (message->expires > now ||
        (message->reliability.max_lifetime_ms == 0 && g_queue_is_empty (&stream->in_stack)))
      return message;
    account_fall (queue, stream, message->unsent_bytes);
    message_free (message);
  }
  return NULL;
}

static void
block (RtcSctpQueue *queue, RtcSctpStream *stream)
{
  unset_ready (queue, stream);
  stream->is_blocked = TRUE;
  g_queue_push_tail (&queue->blocked, stream);
}

/* The stack looks at a lifetime when it sends again, not before it sends first; so a message with
 * a lifetime waits here, where it can still be dropped, until the stack has nothing left. */
static gboolean
must_wait (RtcSctpQueue *queue, RtcSctpStream *stream)
{
  RtcSctpMessage *message = g_queue_peek_head (&stream->messages);

  return message != NULL && GST_CLOCK_TIME_IS_VALID (message->expires) && queue->stack_bytes > 0;
}

gboolean
rtc_sctp_queue_pop (RtcSctpQueue *queue, GstClockTime now, RtcSctpMessage *out_message)
{
  RtcSctpStream *stream;

  while ((stream = g_queue_pop_head (&queue->ready)) != NULL) {
    RtcSctpMessage *message;

    stream->is_ready = FALSE;
    if (must_wait (queue, stream)) {
      block (queue, stream);
      continue;
    }
    message = next_living (queue, stream, now);
    if (message == NULL)
      continue;
    set_ready (queue, stream);
    *out_message = *message;
    message->data = NULL;
    g_queue_push_tail_link (&stream->in_stack, &message->link);
    queue->stack_bytes += message->unsent_bytes;
    queue->stack_messages++;
    return TRUE;
  }
  return FALSE;
}

void
rtc_sctp_queue_put_back (RtcSctpQueue *queue, RtcSctpMessage *message)
{
  RtcSctpStream *stream = rtc_sctp_queue_find (queue, message->stream);
  RtcSctpMessage *last = stream != NULL ? g_queue_peek_tail (&stream->in_stack) : NULL;

  if (last == NULL || last->context != message->context) {
    g_clear_pointer (&message->data, g_bytes_unref);
    return;
  }
  g_queue_unlink (&stream->in_stack, &last->link);
  queue->stack_bytes -= last->unsent_bytes;
  queue->stack_messages--;
  queue->messages++;
  last->data = g_steal_pointer (&message->data);
  g_queue_push_head_link (&stream->messages, &last->link);
  block (queue, stream);
}

void
rtc_sctp_queue_retry (RtcSctpQueue *queue)
{
  RtcSctpStream *stream;

  while ((stream = g_queue_pop_head (&queue->blocked)) != NULL) {
    stream->is_blocked = FALSE;
    set_ready (queue, stream);
  }
}

gboolean
rtc_sctp_queue_sent (RtcSctpQueue *queue, guint16 id, guint64 bytes, gboolean is_first)
{
  RtcSctpStream *stream = rtc_sctp_queue_find (queue, id);
  RtcSctpMessage *message;
  gboolean is_reliable;

  if (stream == NULL)
    return FALSE;
  message = g_queue_peek_head (&stream->in_stack);
  /* A new message begins although bytes of the last one are missing: they never come. */
  if (message != NULL && is_first && message->is_begun) {
    leave_stack (queue, stream, pop_head (&stream->in_stack));
    message = g_queue_peek_head (&stream->in_stack);
  }
  if (message == NULL)
    return FALSE;
  is_reliable =
      message->reliability.max_retransmits < 0 && message->reliability.max_lifetime_ms < 0;
  message->is_begun = TRUE;
  bytes = MIN (bytes, message->unsent_bytes);
  message->unsent_bytes -= bytes;
  queue->stack_bytes -= bytes;
  account_fall (queue, stream, bytes);
  if (message->unsent_bytes == 0)
    leave_stack (queue, stream, pop_head (&stream->in_stack));
  return is_reliable;
}

void
rtc_sctp_queue_abandoned (RtcSctpQueue *queue, guint16 id, guint32 context)
{
  RtcSctpStream *stream = rtc_sctp_queue_find (queue, id);

  if (stream == NULL)
    return;
  for (GList *item = stream->in_stack.head; item != NULL; item = item->next) {
    RtcSctpMessage *message = item->data;

    if (message->context != context)
      continue;
    g_queue_unlink (&stream->in_stack, item);
    leave_stack (queue, stream, message);
    return;
  }
}
