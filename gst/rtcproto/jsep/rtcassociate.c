/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sections of the peer's offer find their transceivers (RFC 9429 §5.10). Works on a draft state
 * only. */
#include "jsep/rtcassociate.h"

#include "jsep/rtctransceiver.h"
#include "jsep/rtcanswer.h"
#include "jsep/rtcsections.h"

/* "If the m= section is "sendrecv" or "recvonly", and there are RtpTransceivers of the same type
 * that were added to the PeerConnection by addTrack and are not associated with any m= section
 * and are not stopped, find the first". */
static RtcTransceiver *
find_track_transceiver (const RtcSession *session, const RtcState *draft, const RtcSection *section)
{
  if ((section->direction & RTC_DIRECTION_RECVONLY) == 0)
    return NULL;
  for (guint i = 0; i < session->transceivers->len; i++) {
    RtcTransceiver *transceiver = session->transceivers->pdata[i];
    if (transceiver->is_track && transceiver->kind == section->kind &&
        !rtc_transceiver_is_stopped (transceiver) &&
        rtc_state_find_media (draft, transceiver) == NULL)
      return transceiver;
  }
  return NULL;
}

/* "If no RtpTransceiver was found in the previous step, create one with a "recvonly" direction." */
static RtcTransceiver *
make_transceiver (
    const RtcSession *session, RtcState *draft, const RtcSection *section, GError **error)
{
  g_autofree gchar *track = NULL;
  RtcTransceiver *transceiver;

  if (session->all_transceivers->len + draft->made->len >= RTC_SESSION_MAX_TRANSCEIVERS) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_LIMIT, "more than %u transceivers in one session",
        RTC_SESSION_MAX_TRANSCEIVERS);
    return NULL;
  }
  track = rtc_sections_make_token (session->random);
  transceiver = rtc_transceiver_new (section->kind, RTC_DIRECTION_RECVONLY, track);
  transceiver->is_made_by_peer = TRUE;
  g_ptr_array_add (draft->made, transceiver);
  return transceiver;
}

gboolean
rtc_associate_offer (
    const RtcSession *session, RtcState *draft, const RtcDescription *offer, GError **error)
{
  for (guint i = 0; i < offer->sections->len; i++) {
    const RtcSection *section = rtc_description_get_section (offer, i);
    RtcLine *line = rtc_state_use_line (draft, i, section->mid, section->kind);
    RtcTransceiver *transceiver;

    if (rtc_section_is_rejected (section))
      continue;
    line->is_rejected = FALSE;
    if (line->transceiver != NULL || section->kind > RTC_KIND_VIDEO ||
        !rtc_section_is_protocol_known (section))
      continue;
    transceiver = find_track_transceiver (session, draft, section);
    if (transceiver == NULL)
      transceiver = make_transceiver (session, draft, section, error);
    if (transceiver == NULL)
      return FALSE;
    rtc_state_add_media (draft, transceiver, i);
  }
  return TRUE;
}
