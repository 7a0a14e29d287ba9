/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One SCTP association: its life, the way of a message into the stack and the way of its packets
 * out. The stack is never called with the inner lock held, and it calls back with its own locks
 * held; docs/design/sctp-threads.md explains the order.
 */
#include "rtcsctpassociation.h"

#include "rtcsctpassociationprivate.h"
#include "rtcsctpcrc32c.h"
#include "rtcsctppacket.h"

#define GST_CAT_DEFAULT rtc_sctp_debug

#define MAX_WAITING_MESSAGES (256 * 1024)
#define MAX_PUSHES_OFF_LOOP 8
/* A thread that sends more often than this has the loop send what has come together. */
#define RARE_SEND_US 100
/* What peers may have the associations of the process hold before their windows become small: 32
 * whole windows. */
#define BUDGET_BYTES ((gsize) 256 * 1024 * 1024)

/* The association whose packets this thread will push itself, so that the loop need not wake. */
static _Thread_local RtcSctpAssociation *flushed_here;

static RtcSctpBudget budget = { .limit_bytes = BUDGET_BYTES };

RtcSctpAssociation *
rtc_sctp_association_new (GObject *owner, RtcLoop *loop, const RtcSctpAssociationFuncs *functions)
{
  RtcSctpAssociation *association = g_new0 (RtcSctpAssociation, 1);

  g_atomic_ref_count_init (&association->ref_count);
  g_weak_ref_init (&association->owner, owner);
  association->loop = rtc_loop_ref (loop);
  association->functions = functions;
  association->state = GST_WEBRTC_SCTP_TRANSPORT_STATE_NEW;
  association->max_streams = RTC_SCTP_MAX_STREAMS;
  g_mutex_init (&association->stack_lock);
  g_mutex_init (&association->lock);
  rtc_sctp_delivery_init (&association->delivery);
  rtc_sctp_rack_init (&association->rack);
  rtc_sctp_window_init (&association->window, &budget, RTC_SCTP_RECEIVE_SPACE);
  rtc_sctp_queue_init (&association->queue);
  rtc_sctp_batch_init (&association->batch);
  return association;
}

RtcSctpAssociation *
rtc_sctp_association_ref (RtcSctpAssociation *association)
{
  g_atomic_ref_count_inc (&association->ref_count);
  return association;
}

void
rtc_sctp_association_unref (RtcSctpAssociation *association)
{
  if (association == NULL || !g_atomic_ref_count_dec (&association->ref_count))
    return;
  rtc_sctp_delivery_clear (&association->delivery);
  rtc_sctp_rack_clear (&association->rack);
  rtc_sctp_window_clear (&association->window);
  rtc_sctp_queue_clear (&association->queue);
  rtc_sctp_batch_clear (&association->batch);
  g_mutex_clear (&association->stack_lock);
  g_mutex_clear (&association->lock);
  g_weak_ref_clear (&association->owner);
  rtc_loop_unref (association->loop);
  g_free (association);
}

/* Adds up the DATA chunks that leave for the first time. */
static void
account_packet (RtcSctpAssociation *association, const guint8 *packet, gsize size)
{
  RtcSctpDataIter iter;
  RtcSctpDataChunk chunk;
  guint32 first_tsn = 0;
  gboolean is_new = FALSE, may_repeat = TRUE;

  rtc_sctp_data_iter_init (&iter, packet, size);
  while (rtc_sctp_data_iter_next (&iter, &chunk)) {
    if (association->has_sent_data && !rtc_sctp_tsn_is_after (chunk.tsn, association->last_tsn)) {
      rtc_sctp_association_note_resent (association, chunk.tsn);
      continue;
    }
    first_tsn = is_new ? first_tsn : chunk.tsn;
    is_new = association->has_sent_data = TRUE;
    association->last_tsn = chunk.tsn;
    may_repeat &=
        rtc_sctp_queue_sent (&association->queue, chunk.stream, chunk.size_bytes, chunk.is_first);
  }
  if (is_new)
    rtc_sctp_association_note_sent (association, packet, size, first_tsn, may_repeat);
}

static void
handle_output (gpointer user, guint8 *packet, gsize size)
{
  RtcSctpAssociation *association = user;

  g_mutex_lock (&association->lock);
  rtc_sctp_window_write (&association->window, packet, size);
  rtc_sctp_batch_add (&association->batch, packet, size);
  account_packet (association, packet, size);
  if (flushed_here != association || association->queue.noted->len > 0)
    rtc_sctp_association_post_turn (association);
  g_mutex_unlock (&association->lock);
}

static const RtcSctpStackUser stack_user = {
  .output = handle_output,
  .received = rtc_sctp_association_received,
  .ref = (gpointer (*) (gpointer)) rtc_sctp_association_ref,
  .unref = (void (*) (gpointer)) rtc_sctp_association_unref,
};

static gboolean
has_waiting (RtcSctpAssociation *association)
{
  gboolean is_waiting;

  g_mutex_lock (&association->lock);
  is_waiting = association->queue.messages > 0;
  g_mutex_unlock (&association->lock);
  return is_waiting;
}

void
rtc_sctp_association_serve (RtcSctpAssociation *association)
{
  if (association->socket == NULL)
    return;
  if (has_waiting (association))
    rtc_sctp_stack_wake_timers ();
  rtc_sctp_stack_enter (association->id, association);
  if (rtc_sctp_association_send_waiting (association)) {
    rtc_sctp_association_request_resets (association);
    rtc_sctp_association_grow_streams (association);
  }
  rtc_sctp_stack_leave ();
}

/* Does what waits, or leaves it to the thread that holds the stack lock: that one looks again after
 * it has let go. */
static void
do_wanted_work (RtcSctpAssociation *association)
{
  while (
      g_atomic_int_get (&association->work_wanted) && g_mutex_trylock (&association->stack_lock)) {
    g_atomic_int_set (&association->work_wanted, FALSE);
    rtc_sctp_association_serve (association);
    g_mutex_unlock (&association->stack_lock);
  }
}

void
rtc_sctp_association_want_work (RtcSctpAssociation *association)
{
  g_atomic_int_set (&association->work_wanted, TRUE);
  do_wanted_work (association);
}

/* With the lock held. One thread pushes at a time, so packets keep their order. */
static GstBufferList *
take_batch (RtcSctpAssociation *association, guint *n_pushes)
{
  if ((*n_pushes)++ == MAX_PUSHES_OFF_LOOP && !rtc_loop_is_current (association->loop)) {
    rtc_sctp_association_post_turn (association);
    return NULL;
  }
  return rtc_sctp_batch_take (&association->batch);
}

static void
flush (RtcSctpAssociation *association, GObject *owner)
{
  GstBufferList *list;
  guint n_pushes = 0;

  g_mutex_lock (&association->lock);
  if (association->is_pushing) {
    g_mutex_unlock (&association->lock);
    return;
  }
  association->is_pushing = TRUE;
  while ((list = take_batch (association, &n_pushes)) != NULL) {
    g_mutex_unlock (&association->lock);
    association->functions->push (owner, list);
    g_mutex_lock (&association->lock);
  }
  association->is_pushing = FALSE;
  g_mutex_unlock (&association->lock);
}

static void
tell_buffered (RtcSctpAssociation *association, GObject *owner)
{
  g_autoptr (GArray) noted = NULL;
  g_autofree guint64 *bytes = NULL;

  g_mutex_lock (&association->lock);
  if (association->queue.noted->len > 0) {
    noted = association->queue.noted;
    association->queue.noted = g_array_new (FALSE, FALSE, sizeof (guint16));
    bytes = g_new0 (guint64, noted->len);
  }
  for (guint i = 0; noted != NULL && i < noted->len; i++) {
    RtcSctpStream *stream =
        rtc_sctp_queue_find (&association->queue, g_array_index (noted, guint16, i));

    if (stream == NULL)
      continue;
    stream->is_noted = FALSE;
    bytes[i] = stream->buffered_bytes;
  }
  g_mutex_unlock (&association->lock);
  for (guint i = 0; noted != NULL && i < noted->len; i++)
    association->functions->buffered (owner, g_array_index (noted, guint16, i), bytes[i]);
}

typedef struct {
  RtcSctpAssociation *association;
  GObject *owner;
} Turn;

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  g_object_unref (turn->owner);
  rtc_sctp_association_unref (turn->association);
  g_free (turn);
}

/* A message that comes from here on may be too late for this turn. */
static void
begin_work (RtcSctpAssociation *association)
{
  g_mutex_lock (&association->lock);
  association->is_work_coming = FALSE;
  g_mutex_unlock (&association->lock);
}

/* What comes from here on needs another turn. */
static gboolean
end_turn (RtcSctpAssociation *association)
{
  gboolean is_close_wanted;

  g_mutex_lock (&association->lock);
  is_close_wanted = association->is_close_wanted;
  association->is_turn_posted = FALSE;
  if (rtc_sctp_association_has_events (association) || association->is_turn_wanted)
    rtc_sctp_association_post_turn (association);
  g_mutex_unlock (&association->lock);
  return is_close_wanted;
}

static void
run_turn (gpointer data)
{
  Turn *turn = data;
  RtcSctpAssociation *association = turn->association;
  gboolean is_close_wanted;

  rtc_sctp_association_deliver (association, turn->owner);
  begin_work (association);
  rtc_sctp_association_want_work (association);
  is_close_wanted = end_turn (association);
  flush (association, turn->owner);
  tell_buffered (association, turn->owner);
  rtc_sctp_association_set_alarm (association);
  if (is_close_wanted)
    rtc_sctp_association_close (association);
}

void
rtc_sctp_association_post_turn (RtcSctpAssociation *association)
{
  GObject *owner;
  Turn *turn;

  if (association->is_turn_posted)
    return;
  owner = g_weak_ref_get (&association->owner);
  if (owner == NULL)
    return;
  association->is_turn_posted = TRUE;
  association->is_work_coming = TRUE;
  association->is_turn_wanted = FALSE;
  turn = g_new0 (Turn, 1);
  turn->association = rtc_sctp_association_ref (association);
  turn->owner = owner;
  rtc_loop_post (association->loop, run_turn, turn, turn_free);
}

/* With the stack lock held. */
static gboolean
open_socket (
    RtcSctpAssociation *association, const RtcSctpAssociationConfig *config, GError **error)
{
  gpointer id;

  if (!rtc_sctp_stack_init (&stack_user, error))
    return FALSE;
  association->local_port = config->local_port;
  association->remote_port = config->remote_port;
  association->verify_checksum = config->verify_checksum;
  id = rtc_sctp_stack_add (association);
  association->socket = rtc_sctp_socket_open (id, config->local_port, config->mtu, error);
  if (association->socket == NULL) {
    rtc_sctp_stack_remove (id);
    return FALSE;
  }
  association->id = id;
  rtc_sctp_stack_hold_timers (association->loop);
  rtc_sctp_stack_wake_timers ();
  return rtc_sctp_socket_connect (association->socket, id, config->remote_port, config->mtu, error);
}

gboolean
rtc_sctp_association_start (
    RtcSctpAssociation *association, const RtcSctpAssociationConfig *config, GError **error)
{
  gboolean is_new, is_open;

  g_mutex_lock (&association->lock);
  is_new = association->state == GST_WEBRTC_SCTP_TRANSPORT_STATE_NEW;
  if (is_new)
    association->state = GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTING;
  association->max_message_bytes = config->max_message_bytes;
  g_mutex_unlock (&association->lock);
  if (!is_new) {
    g_set_error (
        error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_STATE, "The association was started before");
    return FALSE;
  }
  g_mutex_lock (&association->stack_lock);
  is_open = open_socket (association, config, error);
  g_mutex_unlock (&association->stack_lock);
  do_wanted_work (association);
  if (!is_open)
    rtc_sctp_association_close (association);
  return is_open;
}

void
rtc_sctp_association_close (RtcSctpAssociation *association)
{
  struct socket *socket;
  g_autoptr (GObject) owner = NULL;

  g_mutex_lock (&association->lock);
  rtc_sctp_association_end (association);
  association->is_close_wanted = FALSE;
  g_mutex_unlock (&association->lock);

  g_mutex_lock (&association->stack_lock);
  socket = g_steal_pointer (&association->socket);
  if (socket != NULL) {
    rtc_sctp_stack_stop_timers ();
    rtc_sctp_socket_abort (socket);
    rtc_sctp_stack_continue_timers ();
    /* First the id, so that no callback finds the association while its socket goes. */
    rtc_sctp_stack_remove (association->id);
    rtc_sctp_stack_close (socket);
    rtc_sctp_stack_release_timers (association->loop);
    g_mutex_lock (&association->lock);
    rtc_sctp_window_close (&association->window);
    g_mutex_unlock (&association->lock);
  }
  g_mutex_unlock (&association->stack_lock);

  rtc_sctp_association_stop_alarm (association);
  owner = g_weak_ref_get (&association->owner);
  if (socket != NULL && owner != NULL)
    flush (association, owner);
}

/* With the lock held. */
static gboolean
may_send (RtcSctpAssociation *association, guint16 id, gsize size, GError **error)
{
  guint64 max = association->max_message_bytes;
  RtcSctpStream *stream = rtc_sctp_queue_find (&association->queue, id);

  max = max == 0 ? RTC_SCTP_MAX_MESSAGE_BYTES : MIN (max, RTC_SCTP_MAX_MESSAGE_BYTES);
  if (association->state != GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED)
    g_set_error (
        error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_STATE, "The association is not connected");
  else if (stream != NULL && stream->is_closing)
    g_set_error (
        error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_STATE, "The stream %u is being closed", id);
  else if (id >= association->max_streams)
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT,
        "The stream %u is beyond the %u that the peer takes", id, association->max_streams);
  else if (size == 0 || size > max)
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT,
        "A message of %" G_GSIZE_FORMAT " bytes; the peer takes 1 to %" G_GUINT64_FORMAT, size,
        max);
  else if (association->queue.buffered_bytes + size > RTC_SCTP_MAX_BUFFERED_BYTES ||
      association->queue.messages >= MAX_WAITING_MESSAGES)
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_LIMIT,
        "%" G_GUINT64_FORMAT " bytes wait already; send when they have become less",
        association->queue.buffered_bytes);
  else
    return TRUE;
  return FALSE;
}

/* Has the stack take what waits and pushes the packets: on the loop at the end of the turn, on
 * another thread here and now. */
static void
work_and_flush (RtcSctpAssociation *association)
{
  g_autoptr (GObject) owner = NULL;
  RtcSctpAssociation *outer = flushed_here;

  if (rtc_loop_is_current (association->loop)) {
    rtc_sctp_association_want_work (association);
    return;
  }
  owner = g_weak_ref_get (&association->owner);
  flushed_here = association;
  rtc_sctp_association_want_work (association);
  flushed_here = outer;
  if (owner != NULL)
    flush (association, owner);
}

/* With the lock held. A message that comes alone leaves at once, in its sender's thread. A stream
 * of them costs least when the loop sends it in batches; its turn finds all that came meanwhile. */
static gboolean
leave_to_loop (RtcSctpAssociation *association)
{
  gint64 now, since;

  if (rtc_loop_is_current (association->loop))
    return FALSE;
  if (association->is_work_coming)
    return TRUE;
  now = g_get_monotonic_time ();
  since = now - association->last_send_us;
  association->last_send_us = now;
  if (since >= RARE_SEND_US)
    return FALSE;
  association->is_turn_wanted = association->is_turn_posted;
  rtc_sctp_association_post_turn (association);
  return association->is_turn_posted;
}

gboolean
rtc_sctp_association_send (RtcSctpAssociation *association, guint16 stream, guint32 ppid,
    GBytes *data, const GstRtcDataReliability *reliability, GError **error)
{
  RtcSctpMessage message = { .stream = stream,
    .ppid = ppid,
    .data = data,
    .reliability = *reliability,
    .expires = GST_CLOCK_TIME_NONE };
  gboolean is_taken, is_left = FALSE;

  if (reliability->max_lifetime_ms >= 0)
    message.expires = rtc_loop_now (association->loop) + reliability->max_lifetime_ms * GST_MSECOND;
  g_mutex_lock (&association->lock);
  is_taken = may_send (association, stream, g_bytes_get_size (data), error);
  if (is_taken) {
    rtc_sctp_queue_push (&association->queue, &message);
    is_left = leave_to_loop (association);
  }
  g_mutex_unlock (&association->lock);
  if (is_taken && !is_left)
    work_and_flush (association);
  return is_taken;
}

void
rtc_sctp_association_reset_stream (RtcSctpAssociation *association, guint16 id)
{
  RtcSctpStream *stream;

  g_mutex_lock (&association->lock);
  if (association->state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED &&
      id < RTC_SCTP_MAX_STREAMS) {
    stream = rtc_sctp_queue_ensure (&association->queue, id);
    if (!stream->is_closing) {
      stream->is_closing = TRUE;
      association->n_closing++;
    }
  }
  g_mutex_unlock (&association->lock);
  work_and_flush (association);
}

guint64
rtc_sctp_association_get_buffered (RtcSctpAssociation *association, guint16 id)
{
  RtcSctpStream *stream;
  guint64 bytes;

  g_mutex_lock (&association->lock);
  stream = rtc_sctp_queue_find (&association->queue, id);
  bytes = stream != NULL ? stream->buffered_bytes : 0;
  g_mutex_unlock (&association->lock);
  return bytes;
}

void
rtc_sctp_association_set_max_message (RtcSctpAssociation *association, guint64 size_bytes)
{
  g_mutex_lock (&association->lock);
  association->max_message_bytes = size_bytes;
  g_mutex_unlock (&association->lock);
}

GstWebRTCSCTPTransportState
rtc_sctp_association_get_state (RtcSctpAssociation *association)
{
  GstWebRTCSCTPTransportState state;

  g_mutex_lock (&association->lock);
  state = association->state;
  g_mutex_unlock (&association->lock);
  return state;
}

guint
rtc_sctp_association_get_max_streams (RtcSctpAssociation *association)
{
  guint max_streams;

  g_mutex_lock (&association->lock);
  max_streams = association->max_streams;
  g_mutex_unlock (&association->lock);
  return max_streams;
}

GstStructure *
rtc_sctp_association_get_stats (RtcSctpAssociation *association)
{
  struct sctp_status status = { 0 };
  GstStructure *stats;
  guint mtu = 0;

  g_mutex_lock (&association->stack_lock);
  if (association->socket != NULL && rtc_sctp_socket_get_status (association->socket, &status))
    mtu = status.sstat_primary.spinfo_mtu + RTC_SCTP_COMMON_HEADER_BYTES;
  g_mutex_unlock (&association->stack_lock);
  do_wanted_work (association);

  g_mutex_lock (&association->lock);
  stats = gst_structure_new ("rtc-sctp-stats", "state", GST_TYPE_WEBRTC_SCTP_TRANSPORT_STATE,
      association->state, "round-trip-time", G_TYPE_DOUBLE,
      status.sstat_primary.spinfo_srtt / 1000.0, "congestion-window", G_TYPE_UINT,
      status.sstat_primary.spinfo_cwnd, "receiver-window", G_TYPE_UINT, status.sstat_rwnd,
      "unacknowledged-data", G_TYPE_UINT, (guint) status.sstat_unackdata, "mtu", G_TYPE_UINT, mtu,
      "bytes-sent", G_TYPE_UINT64, association->bytes_sent, "bytes-received", G_TYPE_UINT64,
      association->bytes_received, "messages-sent", G_TYPE_UINT64, association->messages_sent,
      "messages-received", G_TYPE_UINT64, association->messages_received, "packets-dropped",
      G_TYPE_UINT64, association->packets_dropped, "packets-repeated", G_TYPE_UINT64,
      association->rack.n_repeated, "buffered", G_TYPE_UINT64, association->queue.buffered_bytes,
      NULL);
  g_mutex_unlock (&association->lock);
  return stats;
}
