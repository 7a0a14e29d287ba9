/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Packets that an association sends again itself (rtcsctprack.h): what leaves and what is
 * acknowledged is noted here, and an alarm on the loop sends what is due. The alarm holds the
 * association until it is closed.
 */
#include "rtcsctpassociation.h"
#include "rtcsctpassociationprivate.h"

void
rtc_sctp_association_note_sent (RtcSctpAssociation *association, const guint8 *packet, gsize size,
    guint32 first_tsn, gboolean may_repeat)
{
  rtc_sctp_rack_sent (&association->rack, packet, size, first_tsn, association->last_tsn,
      may_repeat, rtc_loop_now (association->loop));
}

void
rtc_sctp_association_note_resent (RtcSctpAssociation *association, guint32 tsn)
{
  if (association->rack.n_packets > 0)
    rtc_sctp_rack_resent (&association->rack, tsn, rtc_loop_now (association->loop));
}

/* With the lock held. */
static void
repeat_lost (RtcSctpAssociation *association, GstClockTime now)
{
  const GByteArray *packet;

  if (association->state != GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED)
    return;
  while ((packet = rtc_sctp_rack_take (&association->rack, now)) != NULL) {
    rtc_sctp_batch_add (&association->batch, packet->data, packet->len);
    rtc_sctp_association_post_turn (association);
  }
}

void
rtc_sctp_association_note_sack (
    RtcSctpAssociation *association, const guint8 *packet, const RtcSctpSack *sack)
{
  GstClockTime now;

  g_mutex_lock (&association->lock);
  if (association->rack.n_packets > 0 || association->rack.is_long) {
    now = rtc_loop_now (association->loop);
    rtc_sctp_rack_acknowledged (&association->rack, packet, sack, now);
    repeat_lost (association, now);
  }
  g_mutex_unlock (&association->lock);
}

static void
ring (gpointer data)
{
  RtcSctpAssociation *association = data;

  g_mutex_lock (&association->lock);
  repeat_lost (association, rtc_loop_now (association->loop));
  g_mutex_unlock (&association->lock);
  rtc_sctp_association_set_alarm (association);
}

void
rtc_sctp_association_set_alarm (RtcSctpAssociation *association)
{
  GstClockTime deadline = GST_CLOCK_TIME_NONE;
  gboolean is_open;

  g_mutex_lock (&association->lock);
  is_open = association->state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED;
  if (is_open)
    deadline = rtc_sctp_rack_next_deadline (&association->rack);
  g_mutex_unlock (&association->lock);
  if (association->alarm == NULL && !GST_CLOCK_TIME_IS_VALID (deadline))
    return;
  if (association->alarm == NULL)
    association->alarm =
        rtc_loop_timer_new (association->loop, ring, rtc_sctp_association_ref (association));
  rtc_loop_timer_set (association->alarm, deadline);
}

static void
free_alarm (gpointer data)
{
  RtcSctpAssociation *association = data;

  if (association->alarm == NULL)
    return;
  g_clear_pointer (&association->alarm, rtc_loop_timer_free);
  rtc_sctp_association_unref (association);
}

void
rtc_sctp_association_stop_alarm (RtcSctpAssociation *association)
{
  rtc_loop_post (association->loop, free_alarm, rtc_sctp_association_ref (association),
      (GDestroyNotify) rtc_sctp_association_unref);
}
