/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps of W3C webrtc §4.7.3 in their order, over the current descriptions. Pure. */
#include "jsep/rtcneeded.h"

static gboolean
has_data_section (const RtcState *state)
{
  for (guint i = 0; i < state->lines->len; i++) {
    const RtcLine *line = state->lines->pdata[i];
    if (line->kind == RTC_KIND_APPLICATION && !line->is_rejected)
      return TRUE;
  }
  return FALSE;
}

/* "transceiver.[[Sender]].[[AssociatedMediaStreamIds]] ... not all of them match" */
static gboolean
has_msid (const RtcSession *session, const RtcTransceiver *transceiver, const RtcSection *local)
{
  const gchar *stream = transceiver->stream != NULL ? transceiver->stream : session->cname;

  for (guint i = 0; i < local->msids->len; i++) {
    const RtcMsid *msid = local->msids->pdata[i];
    if (g_strcmp0 (msid->stream, stream) == 0 && g_strcmp0 (msid->track, transceiver->track) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_direction_negotiated (const RtcState *state, const RtcTransceiver *transceiver,
    const RtcSection *local, const RtcSection *remote)
{
  RtcDirection theirs = rtc_direction_reverse (remote->direction);

  /* "If description is of type "offer", and the direction of the associated m= section in neither
   * [[CurrentLocalDescription]] nor [[CurrentRemoteDescription]] matches" */
  if (state->is_current_local_offer)
    return local->direction == transceiver->direction || theirs == transceiver->direction;
  /* "If description is of type "answer", and the direction of the associated m= section in the
   * description does not match transceiver.[[Direction]] intersected with the offered direction" */
  return local->direction == (transceiver->direction & theirs);
}

static gboolean
is_needed_by (const RtcSession *session, const RtcTransceiver *transceiver)
{
  const RtcState *state = session->state;
  const RtcSection *local;
  const RtcSection *remote;
  gint mline = transceiver->media->mline;

  if (transceiver->is_stopped)
    return FALSE;
  if (mline < 0)
    return !transceiver->is_stopping;
  if (transceiver->is_stopping)
    return TRUE;
  local = rtc_description_get_section (state->current_local, (guint) mline);
  remote = rtc_description_get_section (state->current_remote, (guint) mline);
  if ((local->direction & RTC_DIRECTION_SENDONLY) != 0 &&
      (transceiver->direction & RTC_DIRECTION_SENDONLY) != 0 &&
      !has_msid (session, transceiver, local))
    return TRUE;
  return !is_direction_negotiated (state, transceiver, local, remote);
}

gboolean
rtc_negotiation_is_needed (const RtcSession *session)
{
  if (session->state->signaling != RTC_SIGNALING_STABLE)
    return FALSE;
  if (session->ufrags_to_replace->len > 0 ||
      (session->has_data && !has_data_section (session->state)))
    return TRUE;
  for (guint i = 0; i < session->transceivers->len; i++) {
    if (is_needed_by (session, session->transceivers->pdata[i]))
      return TRUE;
  }
  return FALSE;
}
