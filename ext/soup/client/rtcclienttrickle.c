/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The client's candidates (RFC 8838) on their way to the server: collected for a moment, kept until
 * it has them, sent again when it wants them later. Functions of the client role, on the loop.
 */
#include "rtcclientroleparts.h"

#include "signalling/rtcclientpolicy.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

/* Candidates of one burst travel together. */
#define TRICKLE_PAUSE (20 * GST_MSECOND)

static gboolean
has_candidates (const RtcClientRole *role)
{
  return rtc_trickle_queue_get_length (role->candidates) > 0 ||
      (role->dialect->tells_end && role->is_end_of_candidates && !role->is_end_told);
}

void
rtc_client_role_flush_candidates (gpointer user_data)
{
  RtcClientRole *role = user_data;
  if (!role->is_established || role->is_trickling || role->is_trickle_refused ||
      role->phase != RTC_CLIENT_PHASE_IDLE || !has_candidates (role))
    return;
  role->is_trickling = TRUE;
  role->dialect->trickle (role);
}

void
rtc_client_role_trickle_soon (RtcClientRole *role)
{
  if (role->dialect->trickle != NULL &&
      rtc_loop_timer_get (role->trickle_timer) == GST_CLOCK_TIME_NONE)
    rtc_loop_timer_set (role->trickle_timer, rtc_loop_now (role->loop) + TRICKLE_PAUSE);
}

/* FALSE: it cannot be tried again, or need not. */
static gboolean
trickle_later (RtcClientRole *role, const RtcHttpReply *reply, const GError *error)
{
  GstClockTime now = rtc_loop_now (role->loop);
  GstClockTime after;
  GstClockTime wait;
  if (!rtc_client_reply_is_later (reply, error, &after))
    return FALSE;
  wait = rtc_retry_next (&role->trickle_retry, after, now);
  if (wait != GST_CLOCK_TIME_NONE)
    rtc_loop_timer_set (role->trickle_timer, now + wait);
  return wait != GST_CLOCK_TIME_NONE;
}

/* 412: they are of an ICE session that was restarted meanwhile, and of no use any more; 400: the
 * server does not like these, which says nothing about later ones. */
static gboolean
wants_candidates (const RtcHttpReply *reply)
{
  return reply != NULL &&
      (reply->status == 400 || reply->status == 412 ||
          rtc_client_judge (reply->status) == RTC_CLIENT_SUCCESS);
}

static void
candidates_replied (const RtcHttpReply *reply, const GError *error, gpointer user_data)
{
  RtcClientRole *role = user_data;
  role->is_trickling = FALSE;
  if (trickle_later (role, reply, error))
    return;
  rtc_retry_reset (&role->trickle_retry);
  for (; role->n_sent_candidates > 0; role->n_sent_candidates--)
    rtc_trickle_queue_drop_first (role->candidates);
  role->is_end_told |= role->is_end_sent;
  if (!wants_candidates (reply)) {
    g_autofree gchar *reason = rtc_client_role_explain (role, reply, error);
    GST_INFO ("no more candidates are sent: %s", reason);
    role->is_trickle_refused = TRUE;
  }
  rtc_client_role_trickle_soon (role);
}

void
rtc_client_role_send_candidates (RtcClientRole *role, const RtcHttpCall *call, guint count)
{
  role->n_sent_candidates = count;
  role->is_end_sent =
      role->is_end_of_candidates && count == rtc_trickle_queue_get_length (role->candidates);
  rtc_client_role_send (role, call, candidates_replied);
}

void
rtc_client_role_trickled (RtcClientRole *role)
{
  rtc_trickle_queue_clear (role->candidates);
  role->is_trickling = FALSE;
}
