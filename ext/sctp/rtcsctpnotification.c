/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What usrsctp tells an association: messages and notifications (RFC 6458 §6). Everything here runs
 * inside usrsctp, on any thread, and only takes the association's inner lock: it becomes events
 * that the loop handles.
 */
#include <stdlib.h>

#include "rtcsctpassociationprivate.h"

#define GST_CAT_DEFAULT rtc_sctp_debug

void
rtc_sctp_association_end (RtcSctpAssociation *association)
{
  RtcSctpEvent *event;

  if (association->state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED)
    return;
  association->state = GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED;
  association->is_close_wanted = TRUE;
  rtc_sctp_queue_clear (&association->queue);
  rtc_sctp_queue_init (&association->queue);
  event = rtc_sctp_association_add_event (association, RTC_SCTP_EVENT_STATE, 0);
  event->state = GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED;
}

static void
connected (RtcSctpAssociation *association, const struct sctp_assoc_change *change)
{
  guint peer_max = association->peer_max_streams;
  RtcSctpEvent *event;

  if (association->state != GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTING)
    return;
  association->state = GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED;
  association->out_streams = change->sac_outbound_streams;
  association->max_streams =
      MAX (MIN (peer_max, RTC_SCTP_MAX_STREAMS), change->sac_outbound_streams);
  event = rtc_sctp_association_add_event (association, RTC_SCTP_EVENT_STATE, 0);
  event->state = GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED;
}

static void
handle_association_change (
    RtcSctpAssociation *association, const struct sctp_assoc_change *change, gsize size)
{
  if (size < sizeof *change)
    return;
  GST_DEBUG ("association change %u, error %u, streams %u/%u", change->sac_state, change->sac_error,
      change->sac_outbound_streams, change->sac_inbound_streams);
  if (change->sac_state == SCTP_COMM_UP)
    connected (association, change);
  else
    /* Lost, shut down, not started, or restarted by the peer: then all channels are gone. */
    rtc_sctp_association_end (association);
}

void
rtc_sctp_association_finish_reset (RtcSctpAssociation *association, RtcSctpStream *stream)
{
  gboolean is_late = stream->is_out_requested && !stream->is_out_done;
  guint16 id = stream->id;

  if (stream->is_closing && !stream->is_out_requested)
    association->n_closing--;
  rtc_sctp_queue_remove (&association->queue, stream);
  if (is_late) {
    stream = rtc_sctp_queue_ensure (&association->queue, id);
    stream->is_out_requested = TRUE;
    stream->is_confirmation_late = TRUE;
  }
  rtc_sctp_association_add_event (association, RTC_SCTP_EVENT_STREAM_CLOSED, id);
}

static void
outgoing_reset (RtcSctpAssociation *association, RtcSctpStream *stream)
{
  if (stream == NULL || !stream->is_out_requested)
    return;
  if (stream->is_confirmation_late) {
    stream->is_confirmation_late = FALSE;
    stream->is_out_requested = FALSE;
    return;
  }
  stream->is_out_done = TRUE;
  if (stream->is_in_done)
    rtc_sctp_association_finish_reset (association, stream);
}

static void
incoming_reset (RtcSctpAssociation *association, RtcSctpStream *stream)
{
  if (stream->is_in_done)
    return;
  stream->is_in_done = TRUE;
  if (stream->is_out_done)
    rtc_sctp_association_finish_reset (association, stream);
  else if (!stream->is_closing)
    rtc_sctp_association_add_event (association, RTC_SCTP_EVENT_STREAM_RESET, stream->id);
}

static void
reset_one (RtcSctpAssociation *association, guint16 flags, guint16 id)
{
  if (flags & SCTP_STREAM_RESET_OUTGOING_SSN)
    outgoing_reset (association, rtc_sctp_queue_find (&association->queue, id));
  /* The peer resets what it sends: the number must be one that it may use. */
  if ((flags & SCTP_STREAM_RESET_INCOMING_SSN) && id < RTC_SCTP_MAX_STREAMS)
    incoming_reset (association, rtc_sctp_queue_ensure (&association->queue, id));
}

static void
handle_stream_reset (
    RtcSctpAssociation *association, const struct sctp_stream_reset_event *event, gsize size)
{
  guint16 flags;
  guint n_streams;

  if (size < sizeof *event)
    return;
  flags = event->strreset_flags;
  n_streams = (size - sizeof *event) / sizeof (guint16);
  /* A peer that refuses to reset keeps the sequence numbers of both sides as they are, so the
   * stream is as good for a new channel as a reset one. */
  if (flags & (SCTP_STREAM_RESET_DENIED | SCTP_STREAM_RESET_FAILED))
    GST_WARNING ("the peer refused to reset %u streams", n_streams);
  for (guint i = 0; i < n_streams; i++)
    reset_one (association, flags, event->strreset_stream_list[i]);
  /* RFC 6525 §4.1: no list: all streams. */
  for (guint id = 0; n_streams == 0 && id < RTC_SCTP_MAX_STREAMS; id++) {
    if (rtc_sctp_queue_find (&association->queue, id) != NULL)
      reset_one (association, flags, id);
  }
}

static void
handle_stream_change (
    RtcSctpAssociation *association, const struct sctp_stream_change_event *event, gsize size)
{
  if (size < sizeof *event)
    return;
  association->is_adding_streams = FALSE;
  if (event->strchange_outstrms > association->out_streams)
    association->out_streams = event->strchange_outstrms;
  else if (event->strchange_flags & (SCTP_STREAM_CHANGE_DENIED | SCTP_STREAM_CHANGE_FAILED))
    association->max_streams = association->out_streams;
}

static void
handle_send_failed (
    RtcSctpAssociation *association, const struct sctp_send_failed_event *event, gsize size)
{
  if (size >= sizeof *event)
    rtc_sctp_queue_abandoned (
        &association->queue, event->ssfe_info.snd_sid, event->ssfe_info.snd_context);
}

static void
handle_notification (
    RtcSctpAssociation *association, const union sctp_notification *notification, gsize size)
{
  if (size < sizeof notification->sn_header)
    return;
  switch (notification->sn_header.sn_type) {
  case SCTP_ASSOC_CHANGE:
    handle_association_change (association, &notification->sn_assoc_change, size);
    break;
  case SCTP_STREAM_RESET_EVENT:
    handle_stream_reset (association, &notification->sn_strreset_event, size);
    break;
  case SCTP_STREAM_CHANGE_EVENT:
    handle_stream_change (association, &notification->sn_strchange_event, size);
    break;
  case SCTP_SEND_FAILED_EVENT:
    handle_send_failed (association, &notification->sn_send_failed_event, size);
    break;
  default:
    break;
  }
}

static void
handle_message (RtcSctpAssociation *association, gpointer data, gsize size,
    const struct sctp_rcvinfo *info, gboolean is_whole)
{
  RtcSctpStream *stream = rtc_sctp_queue_find (&association->queue, info->rcv_sid);
  RtcSctpEvent *event;

  /* RFC 8841 §6: the peer knows the size that this side announced; one that goes on is broken or
   * hostile, and the rest of its message could not be told from the next one. */
  if (!is_whole || size > RTC_SCTP_MAX_MESSAGE_BYTES) {
    GST_WARNING (
        "a message of more than %d bytes ends the association", RTC_SCTP_MAX_MESSAGE_BYTES);
    free (data);
    rtc_sctp_association_end (association);
    return;
  }
  /* A peer that uses the number again has seen our reset: only its confirmation was overtaken. */
  if (stream != NULL && stream->is_in_done && stream->is_out_requested)
    rtc_sctp_association_finish_reset (association, stream);
  association->messages_received++;
  association->bytes_received += size;
  rtc_sctp_window_hold (&association->window, size);
  event = rtc_sctp_association_add_event (association, RTC_SCTP_EVENT_MESSAGE, info->rcv_sid);
  event->ppid = g_ntohl (info->rcv_ppid);
  event->data = g_bytes_new_with_free_func (data, size, free, data);
}

void
rtc_sctp_association_received (
    gpointer user, gpointer data, gsize size, const struct sctp_rcvinfo *info, gint flags)
{
  RtcSctpAssociation *association = user;

  g_mutex_lock (&association->lock);
  if (association->state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CLOSED) {
    free (data);
  } else if (flags & MSG_NOTIFICATION) {
    handle_notification (association, data, size);
    free (data);
  } else {
    handle_message (association, data, size, info, (flags & MSG_EOR) != 0);
  }
  g_mutex_unlock (&association->lock);
}
