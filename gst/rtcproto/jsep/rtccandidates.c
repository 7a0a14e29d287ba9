/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trickled candidates and the descriptions they belong to (W3C webrtc §4.4.1.8, RFC 8838). Works on
 * the state it is given. */
#include "jsep/rtccandidates.h"

gint
rtc_candidates_find_section (const RtcDescription *remote, const RtcTrickled *trickled)
{
  if (trickled->mid != NULL)
    return rtc_description_find_mid (remote, trickled->mid);
  return trickled->mline < remote->sections->len ? (gint) trickled->mline : -1;
}

static void
append (GPtrArray *candidates, gboolean *is_complete, const gchar *candidate)
{
  if (candidate != NULL)
    rtc_transport_add_candidate (candidates, candidate);
  else
    *is_complete = TRUE;
}

/* The section of @remote for it, when it is of the candidate's generation: RFC 8838 §11 wants a
 * candidate of another one ignored. */
static RtcSection *
find_generation (const RtcDescription *remote, const RtcTrickled *trickled, const gchar *ufrag)
{
  gint index = remote != NULL ? rtc_candidates_find_section (remote, trickled) : -1;
  RtcSection *section = index >= 0 ? rtc_description_get_section (remote, (guint) index) : NULL;

  if (section == NULL || rtc_section_is_rejected (section))
    return NULL;
  if (ufrag != NULL && section->ice_ufrag != NULL && g_strcmp0 (section->ice_ufrag, ufrag) != 0)
    return NULL;
  return section;
}

/* Sections that are bundled into another are reached through its candidates; only where they name
 * the same credentials, theirs are the same. */
static RtcTransport *
find_transport (const RtcState *state, gint index, const gchar *ufrag)
{
  const RtcLine *line = index >= 0 ? rtc_state_get_line (state, (guint) index) : NULL;
  RtcTransport *transport = line != NULL ? rtc_state_find_transport (state, line->transport) : NULL;

  if (transport == NULL || transport->remote_ufrag == NULL)
    return NULL;
  if (ufrag == NULL)
    return (gint) transport->owner == index ? transport : NULL;
  return g_strcmp0 (transport->remote_ufrag, ufrag) == 0 ? transport : NULL;
}

gboolean
rtc_candidates_add_remote (
    RtcState *state, const RtcTrickled *trickled, const gchar *ufrag, guint *out_transport)
{
  RtcSection *pending = find_generation (state->pending_remote, trickled, ufrag);
  RtcSection *current = find_generation (state->current_remote, trickled, ufrag);
  RtcSection *section = pending != NULL ? pending : current;
  RtcTransport *transport;

  if (section == NULL)
    return FALSE;
  /* Without a generation of its own it is of the newest description. */
  if (ufrag == NULL && pending != NULL && current != NULL &&
      g_strcmp0 (pending->ice_ufrag, current->ice_ufrag) != 0)
    current = NULL;
  if (pending != NULL)
    append (pending->candidates, &pending->is_end_of_candidates, trickled->candidate);
  if (current != NULL)
    append (current->candidates, &current->is_end_of_candidates, trickled->candidate);
  transport = find_transport (state,
      rtc_candidates_find_section (
          pending != NULL ? state->pending_remote : state->current_remote, trickled),
      section->ice_ufrag);
  if (transport == NULL)
    return FALSE;
  append (transport->remote_candidates, &transport->is_remote_complete, trickled->candidate);
  *out_transport = transport->number;
  return rtc_transport_is_paired (transport);
}

static void
append_local (const RtcDescription *local, const RtcTransport *transport, const gchar *candidate)
{
  RtcSection *section;

  if (local == NULL || transport->owner >= local->sections->len)
    return;
  section = rtc_description_get_section (local, transport->owner);
  if (g_strcmp0 (section->ice_ufrag, transport->local_ufrag) == 0)
    append (section->candidates, &section->is_end_of_candidates, candidate);
}

gboolean
rtc_candidates_add_local (
    RtcState *state, guint transport, const gchar *candidate, guint *out_mline)
{
  RtcTransport *found = rtc_state_find_transport (state, (gint) transport);

  if (found == NULL)
    return FALSE;
  append (found->local_candidates, &found->is_local_complete, candidate);
  append_local (state->pending_local, found, candidate);
  append_local (state->current_local, found, candidate);
  *out_mline = found->owner;
  return TRUE;
}
