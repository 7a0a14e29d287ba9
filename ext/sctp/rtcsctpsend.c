/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From the queues of an association into the stack: whoever holds its stack lock takes messages by
 * turns, some under one lock, and gives them to usrsctp with the inner lock let go.
 */
#include <errno.h>

#include "rtcsctpassociationprivate.h"

#define GST_CAT_DEFAULT rtc_sctp_debug

/* What the stack is given ahead of what it could send: enough that a list of acknowledgements never
 * finds it empty, little enough that the turns of the streams are taken here. */
#define STACK_AHEAD_BYTES (512 * 1024)
#define STACK_AHEAD_MESSAGES 2048
/* Messages of less are worth a wait for others that go in the same packet. */
#define SMALL_MESSAGE_BYTES 1024
/* Taken from the queues under one lock. */
#define MESSAGES_AT_ONCE 16

typedef struct {
  guint n_messages;
  gsize bytes;
  gint code;
} Given;

/* With the lock held. The next one that the stack can take now. */
static gboolean
take_message (RtcSctpAssociation *association, GstClockTime now, RtcSctpMessage *out_message)
{
  RtcSctpQueue *queue = &association->queue;

  while (association->state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED &&
      queue->stack_bytes < STACK_AHEAD_BYTES && queue->stack_messages < STACK_AHEAD_MESSAGES &&
      rtc_sctp_queue_pop (queue, now, out_message)) {
    if (out_message->stream < association->out_streams)
      return TRUE;
    association->needed_streams = MAX (association->needed_streams, out_message->stream + 1u);
    rtc_sctp_queue_put_back (queue, out_message);
  }
  return FALSE;
}

/* With the stack lock held. */
static void
cork (RtcSctpAssociation *association, gboolean is_corked)
{
  if (association->is_corked == is_corked)
    return;
  association->is_corked = is_corked;
  rtc_sctp_socket_cork (association->socket, is_corked);
}

/* With the stack lock held, the inner one not. Small messages go together: all but the last leave
 * it to the stack when a packet is full. */
static gint
give_to_stack (
    RtcSctpAssociation *association, RtcSctpMessage *message, GstClockTime now, gboolean has_next)
{
  gint code;

  cork (association, has_next && g_bytes_get_size (message->data) < SMALL_MESSAGE_BYTES);
  code = rtc_sctp_socket_send (association->socket, message, now);
  if (code != EAGAIN && code != EWOULDBLOCK)
    g_clear_pointer (&message->data, g_bytes_unref);
  return code;
}

/* With the lock held. FALSE: nothing more can be sent now. */
static gboolean
note_refused (RtcSctpAssociation *association, RtcSctpMessage *message, gint code)
{
  RtcSctpQueue *queue = &association->queue;
  RtcSctpStream *stream;

  if (code == EAGAIN || code == EWOULDBLOCK) {
    rtc_sctp_queue_put_back (queue, message);
  } else {
    GST_WARNING ("a message on stream %u is lost: %s", message->stream, g_strerror (code));
    rtc_sctp_queue_abandoned (queue, message->stream, message->context);
  }
  stream = rtc_sctp_queue_find (queue, message->stream);
  return stream != NULL && stream->is_out_requested;
}

/* With the stack lock held, the inner one not. Gives some of @messages; out: how many, their bytes,
 * and what the stack said to the one after them. */
static Given
give_some (RtcSctpAssociation *association, RtcSctpMessage *messages, guint n_messages,
    gboolean has_more, GstClockTime now)
{
  Given given = { 0 };

  while (given.n_messages < n_messages && given.code == 0) {
    RtcSctpMessage *message = &messages[given.n_messages];
    gsize size = g_bytes_get_size (message->data);

    given.code =
        give_to_stack (association, message, now, has_more || given.n_messages + 1 < n_messages);
    if (given.code == 0) {
      given.n_messages++;
      given.bytes += size;
    }
  }
  return given;
}

/* With the stack lock and the inner one held; the latter is let go meanwhile. One message more is
 * taken than given, so that the last one is known. Returns how many the stack took. */
static guint
send_ready (RtcSctpAssociation *association)
{
  GstClockTime now = rtc_loop_now (association->loop);
  RtcSctpMessage messages[MESSAGES_AT_ONCE + 1];
  guint n_taken = 0, n_sent = 0;
  gboolean is_going = TRUE;

  while (is_going) {
    Given given;
    guint n_wanted;

    while (n_taken <= MESSAGES_AT_ONCE && take_message (association, now, &messages[n_taken]))
      n_taken++;
    if (n_taken == 0)
      break;
    n_wanted = MIN (n_taken, MESSAGES_AT_ONCE);
    g_mutex_unlock (&association->lock);
    given = give_some (association, messages, n_wanted, n_taken > n_wanted, now);
    g_mutex_lock (&association->lock);
    association->messages_sent += given.n_messages;
    association->bytes_sent += given.bytes;
    n_sent += given.n_messages;
    if (given.code == 0) {
      messages[0] = messages[n_wanted];
      n_taken -= n_wanted;
      continue;
    }
    /* The later ones of a stream go back first. */
    while (n_taken > given.n_messages + 1)
      rtc_sctp_queue_put_back (&association->queue, &messages[--n_taken]);
    is_going = note_refused (association, &messages[--n_taken], given.code);
    n_taken = 0;
  }
  return n_sent;
}

gboolean
rtc_sctp_association_send_waiting (RtcSctpAssociation *association)
{
  RtcSctpQueue *queue = &association->queue;
  gboolean has_requests, is_again;

  g_mutex_lock (&association->lock);
  is_again = queue->messages > 0;
  while (is_again) {
    /* Messages with a lifetime wait until the stack is empty: now it may be. */
    is_again = send_ready (association) > 0 && queue->messages > 0 && queue->stack_bytes == 0;
    rtc_sctp_queue_retry (queue);
  }
  has_requests = association->n_closing > 0 || association->needed_streams > 0;
  g_mutex_unlock (&association->lock);
  cork (association, FALSE);
  return has_requests;
}
