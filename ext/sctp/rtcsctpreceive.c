/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Packets from the network into the stack, a list at a time, and what must not reach it: the wrong
 * ones, and data for which the peer was told that there is no room (rtcsctpwindow.h).
 */
#include "rtcsctpassociation.h"
#include "rtcsctpassociationprivate.h"
#include "rtcsctpcrc32c.h"
#include "rtcsctppacket.h"

#define GST_CAT_DEFAULT rtc_sctp_debug

#define PACKETS_BETWEEN_SERVICE 16
/* The peer's window grows by the number of SACKs (RFC 9260 §7.2.1), so there must be some. */
#define PACKETS_BETWEEN_SACKS 16

/* Half an hour of probes; the path itself is watched by ICE. */
#define PATIENT_ERRORS 1000

void
rtc_sctp_association_repeat_sack (RtcSctpAssociation *association)
{
  const GByteArray *sack = rtc_sctp_window_repeat_sack (&association->window);

  if (sack == NULL)
    return;
  rtc_sctp_batch_add (&association->batch, sack->data, sack->len);
  rtc_sctp_association_post_turn (association);
}

static void
note_peer_streams (RtcSctpAssociation *association, guint max_inbound_streams)
{
  g_mutex_lock (&association->lock);
  if (association->state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTING)
    association->peer_max_streams = max_inbound_streams;
  g_mutex_unlock (&association->lock);
}

static gboolean
is_overrun (RtcSctpAssociation *association)
{
  gboolean is_full;

  g_mutex_lock (&association->lock);
  is_full = rtc_sctp_window_is_overrun (&association->window);
  g_mutex_unlock (&association->lock);
  return is_full;
}

/* TRUE: there is no room for the data of a packet. The peer is told once more, since its error
 * counter must not grow while it probes a closed window (RFC 9260 §6.1). */
static gboolean
is_beyond_window (RtcSctpAssociation *association, const RtcSctpPacketInfo *info)
{
  gboolean is_beyond;

  g_mutex_lock (&association->lock);
  is_beyond = rtc_sctp_window_is_overrun (&association->window) &&
      !rtc_sctp_window_accepts (&association->window, info->first_tsn);
  if (is_beyond)
    rtc_sctp_association_repeat_sack (association);
  g_mutex_unlock (&association->lock);
  return is_beyond;
}

/* With the stack lock held. usrsctp counts each probe of a closed window as an error of the path,
 * though the peer answers: only a SACK that acknowledges more makes it forget them. RFC 9260 §6.1:
 * "if the sender continues to receive SACKs from the peer while doing zero window probing, the
 * unacknowledged window probes SHOULD NOT increment the error counter". */
static void
be_patient (RtcSctpAssociation *association, const RtcSctpPacketInfo *info)
{
  gboolean is_closed = info->window_bytes < RTC_SCTP_CLOSED_WINDOW_BYTES;
  gboolean has_acked = info->cumulative_tsn != association->patient_tsn;

  association->patient_tsn = info->cumulative_tsn;
  if (association->socket == NULL || association->is_patient == is_closed ||
      (!is_closed && !has_acked))
    return;
  association->is_patient = is_closed;
  rtc_sctp_socket_set_max_errors (
      association->socket, is_closed ? PATIENT_ERRORS : RTC_SCTP_MAX_ERRORS);
}

/* With the stack lock held. */
static void
handle_sack (RtcSctpAssociation *association, const guint8 *packet, gsize size,
    const RtcSctpPacketInfo *info)
{
  RtcSctpSack sack;

  be_patient (association, info);
  if (rtc_sctp_packet_find_sack (packet, size, &sack))
    rtc_sctp_association_note_sack (association, packet, &sack);
}

/* With the stack lock held. FALSE: dropped. */
static gboolean
receive_packet (
    RtcSctpAssociation *association, const guint8 *packet, gsize size, gboolean may_drop_data)
{
  RtcSctpPacketInfo info;

  if (rtc_sctp_packet_check (packet, size, association->local_port, association->remote_port,
          &info) != RTC_SCTP_PACKET_GOOD)
    return FALSE;
  if (association->verify_checksum && !rtc_sctp_packet_has_valid_checksum (packet, size))
    return FALSE;
  if (may_drop_data && info.has_data && is_beyond_window (association, &info))
    return FALSE;
  if (info.has_sack)
    handle_sack (association, packet, size, &info);
  if (info.max_inbound_streams > 0)
    note_peer_streams (association, info.max_inbound_streams);
  usrsctp_conninput (association->id, packet, size, 0);
  return TRUE;
}

/* With the stack lock held. RFC 9260 §6.2: "an acknowledgement SHOULD be generated for at least
 * every second packet [...] received". In a batch the later ones say what the earlier ones said, so
 * the stack need not make these. */
static void
ack_rarely (RtcSctpAssociation *association, gboolean is_rarely)
{
  if (association->socket == NULL || association->is_acking_rarely == is_rarely)
    return;
  association->is_acking_rarely = is_rarely;
  rtc_sctp_socket_set_sack_frequency (association->socket, is_rarely ? PACKETS_BETWEEN_SACKS : 2);
}

/* With the stack lock held. How many of the packets from @first to before @end were dropped. */
static guint
receive_some (RtcSctpAssociation *association, GstBufferList *list, guint first, guint end)
{
  gboolean may_drop_data = is_overrun (association);
  guint n_dropped = 0;

  if (association->socket == NULL)
    return end - first;
  rtc_sctp_stack_enter (association->id, association);
  for (guint i = first; i < end; i++) {
    GstBuffer *buffer = gst_buffer_list_get (list, i);
    GstMapInfo map;

    if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
      n_dropped++;
      continue;
    }
    n_dropped += !receive_packet (association, map.data, map.size, may_drop_data);
    gst_buffer_unmap (buffer, &map);
  }
  rtc_sctp_stack_leave ();
  return n_dropped;
}

void
rtc_sctp_association_receive (RtcSctpAssociation *association, GstBufferList *list)
{
  guint length = gst_buffer_list_length (list);
  guint n_dropped = 0, end = 0;

  rtc_sctp_stack_wake_timers ();
  g_mutex_lock (&association->stack_lock);
  for (guint i = 0; i < length; i = end) {
    guint rest = length - i;

    /* The last two are answered. */
    ack_rarely (association, rest > PACKETS_BETWEEN_SACKS);
    end = i + (rest > PACKETS_BETWEEN_SACKS ? MIN (PACKETS_BETWEEN_SERVICE, rest - 2) : rest);
    n_dropped += receive_some (association, list, i, end);
    if (end < length)
      rtc_sctp_association_serve (association);
  }
  g_mutex_unlock (&association->stack_lock);
  rtc_sctp_association_want_work (association);
  if (n_dropped == 0)
    return;
  g_mutex_lock (&association->lock);
  association->packets_dropped += n_dropped;
  g_mutex_unlock (&association->lock);
  GST_DEBUG ("%u of %u packets dropped", n_dropped, length);
}
