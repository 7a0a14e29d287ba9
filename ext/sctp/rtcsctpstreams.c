/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an association asks its peer about streams: to reset those that are closed and to take more
 * of them (RFC 6525). Part of the association; called with its stack lock held.
 */
#include <errno.h>

#include "rtcsctpassociationprivate.h"

#define GST_CAT_DEFAULT rtc_sctp_debug

/* Messages wait on streams that the peer does not take: they never go. */
static void
give_up_beyond (RtcSctpAssociation *association)
{
  g_mutex_lock (&association->lock);
  for (guint id = association->max_streams; id < RTC_SCTP_MAX_STREAMS; id++) {
    RtcSctpStream *stream = rtc_sctp_queue_find (&association->queue, id);

    if (stream != NULL)
      rtc_sctp_association_finish_reset (association, stream);
  }
  association->needed_streams = 0;
  g_mutex_unlock (&association->lock);
}

/* With the lock held: how many streams to ask for, 0: none now. */
static guint
streams_to_add (RtcSctpAssociation *association)
{
  guint have = association->out_streams;

  if (association->needed_streams <= have || association->is_adding_streams)
    return 0;
  return MIN (MAX (association->needed_streams, 2 * have), association->max_streams) - have;
}

/* RFC 6525 §5.1.5. One request at a time; while a reset is under way the stack refuses, and this
 * is tried again. */
void
rtc_sctp_association_grow_streams (RtcSctpAssociation *association)
{
  gboolean is_hopeless;
  guint n_streams;
  gint code;

  g_mutex_lock (&association->lock);
  is_hopeless = association->needed_streams > association->max_streams;
  n_streams = streams_to_add (association);
  association->is_adding_streams |= n_streams > 0;
  g_mutex_unlock (&association->lock);
  if (is_hopeless) {
    give_up_beyond (association);
    return;
  }
  if (n_streams == 0)
    return;
  code = rtc_sctp_socket_add_streams (association->socket, n_streams);
  if (code == 0)
    return;
  g_mutex_lock (&association->lock);
  association->is_adding_streams = FALSE;
  if (code == EOPNOTSUPP)
    association->max_streams = association->out_streams;
  g_mutex_unlock (&association->lock);
  if (code == EOPNOTSUPP)
    give_up_beyond (association);
}

/* With the lock held: takes the streams that have handed over everything and are to be reset. A
 * stream that the stack does not have yet is made first, so that the peer sees its reset. */
static GArray *
take_resets (RtcSctpAssociation *association)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint16));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, association->queue.streams);
  while (association->n_closing > 0 && g_hash_table_iter_next (&iter, NULL, &value)) {
    RtcSctpStream *stream = value;

    if (!stream->is_closing || stream->is_out_requested || !g_queue_is_empty (&stream->messages))
      continue;
    if (stream->id >= association->out_streams) {
      association->needed_streams = MAX (association->needed_streams, stream->id + 1u);
      continue;
    }
    stream->is_out_requested = TRUE;
    association->n_closing--;
    g_array_append_val (ids, stream->id);
  }
  return ids;
}

/* A peer without RE-CONFIG resets neither side ever: there is nothing to wait for. */
static void
finish_without_reset (RtcSctpAssociation *association, GArray *ids)
{
  g_mutex_lock (&association->lock);
  for (guint i = 0; i < ids->len; i++) {
    RtcSctpStream *stream =
        rtc_sctp_queue_find (&association->queue, g_array_index (ids, guint16, i));

    if (stream == NULL)
      continue;
    stream->is_out_done = TRUE;
    rtc_sctp_association_finish_reset (association, stream);
  }
  g_mutex_unlock (&association->lock);
}

void
rtc_sctp_association_request_resets (RtcSctpAssociation *association)
{
  g_autoptr (GArray) ids = NULL;
  gint code;

  g_mutex_lock (&association->lock);
  ids = take_resets (association);
  g_mutex_unlock (&association->lock);
  if (ids->len == 0)
    return;
  code = rtc_sctp_socket_reset_streams (association->socket, (const guint16 *) ids->data, ids->len);
  if (code == 0)
    return;
  GST_INFO ("streams cannot be reset: %s", g_strerror (code));
  finish_without_reset (association, ids);
}
