/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What offers and answers write alike into their sections. Owned by nobody: functions over a
 * session and the description being made (RFC 9429 §5.2.1, §5.3.1). */
#include "jsep/rtcsections.h"

/* RFC 8445 §5.3: at least 24 bits of randomness in the fragment, 128 in the password; a character
 * has 6. */
#define UFRAG_LENGTH 8
#define PWD_LENGTH 24

#define TOKEN_LENGTH 16
#define FIRST_VERSION 2

gchar *
rtc_sections_make_mid (const RtcState *state, const RtcDescription *description)
{
  for (guint i = state->next_mid;; i++) {
    g_autofree gchar *mid = g_strdup_printf ("%u", i);
    if (rtc_description_find_mid (description, mid) < 0)
      return g_steal_pointer (&mid);
  }
}

gchar *
rtc_sections_make_token (RtcRandom random)
{
  return g_strdelimit (rtc_random_ice_string (random, TOKEN_LENGTH), "/", '-');
}

void
rtc_section_reject (RtcSection *section)
{
  section->port = 0;
  section->is_bundle_only = FALSE;
  section->direction = RTC_DIRECTION_INACTIVE;
  g_clear_pointer (&section->ice_ufrag, g_free);
  g_clear_pointer (&section->ice_pwd, g_free);
  section->has_trickle = FALSE;
  section->is_end_of_candidates = FALSE;
  g_ptr_array_set_size (section->candidates, 0);
  section->setup = RTC_SETUP_NONE;
  g_ptr_array_set_size (section->fingerprints, 0);
  section->rtcp_mux = section->rtcp_mux_only = section->rtcp_rsize = FALSE;
  g_ptr_array_set_size (section->codecs, (gint) MIN (section->codecs->len, 1));
  g_ptr_array_set_size (section->extmaps, 0);
  g_ptr_array_set_size (section->msids, 0);
  g_ptr_array_set_size (section->sources, 0);
  g_ptr_array_set_size (section->rids, 0);
  section->has_simulcast = FALSE;
}

RtcSection *
rtc_section_new_rejected (const RtcSection *section)
{
  RtcSection *rejected = rtc_section_copy (section);

  rtc_section_reject (rejected);
  return rejected;
}

void
rtc_section_write_sources (
    RtcSection *section, const RtcSession *session, const RtcTransceiver *transceiver)
{
  const gchar *stream = transceiver->stream != NULL ? transceiver->stream : session->cname;

  if ((section->direction & RTC_DIRECTION_SENDONLY) == 0)
    return;
  g_ptr_array_add (section->msids, rtc_msid_new (stream, transceiver->track));
  if (transceiver->ssrc != 0)
    g_ptr_array_add (
        section->sources, rtc_source_new (transceiver->ssrc, transceiver->rtx, session->cname));
}

void
rtc_section_write_transport (RtcSection *section, const RtcSession *session,
    const RtcTransport *transport, gboolean is_restart)
{
  section->has_trickle = TRUE;
  g_ptr_array_add (section->fingerprints, rtc_fingerprint_copy (session->fingerprint));
  if (transport == NULL || is_restart) {
    section->ice_ufrag = rtc_random_ice_string (session->random, UFRAG_LENGTH);
    section->ice_pwd = rtc_random_ice_string (session->random, PWD_LENGTH);
    return;
  }
  section->ice_ufrag = g_strdup (transport->local_ufrag);
  section->ice_pwd = g_strdup (transport->local_pwd);
  for (guint i = 0; i < transport->local_candidates->len; i++)
    rtc_transport_add_candidate (section->candidates, transport->local_candidates->pdata[i]);
  section->is_end_of_candidates = transport->is_local_complete;
}

void
rtc_section_share_transport (RtcSection *section, const RtcSection *owner)
{
  section->has_trickle = owner->has_trickle;
  section->ice_ufrag = g_strdup (owner->ice_ufrag);
  section->ice_pwd = g_strdup (owner->ice_pwd);
  g_ptr_array_unref (section->fingerprints);
  section->fingerprints = rtc_fingerprints_copy (owner->fingerprints);
  section->setup = owner->setup;
}

void
rtc_sections_prune_groups (RtcDescription *description)
{
  for (guint i = description->bundle_groups->len; i > 0; i--) {
    const gchar *const *group = description->bundle_groups->pdata[i - 1];
    GPtrArray *mids = g_ptr_array_new ();

    for (guint k = 0; group[k] != NULL; k++) {
      gint index = rtc_description_find_mid (description, group[k]);
      if (index >= 0 &&
          !rtc_section_is_rejected (rtc_description_get_section (description, (guint) index)))
        g_ptr_array_add (mids, g_strdup (group[k]));
    }
    g_ptr_array_remove_index (description->bundle_groups, i - 1);
    if (mids->len > 0) {
      g_ptr_array_add (mids, NULL);
      g_ptr_array_insert (description->bundle_groups, (gint) i - 1, g_ptr_array_free (mids, FALSE));
    } else {
      g_ptr_array_unref (mids);
    }
  }
}

static gchar *
text_without_candidates (const RtcDescription *description)
{
  g_autoptr (RtcDescription) copy = rtc_description_copy (description);

  copy->session_version = 0;
  for (guint i = 0; i < copy->sections->len; i++) {
    RtcSection *section = rtc_description_get_section (copy, i);
    g_ptr_array_set_size (section->candidates, 0);
    section->is_end_of_candidates = FALSE;
  }
  return rtc_description_to_text (copy);
}

void
rtc_sections_write_origin (RtcDescription *description, const RtcSession *session)
{
  const RtcDescription *last = rtc_state_get_local (session->state);
  g_autofree gchar *text = NULL;
  g_autofree gchar *last_text = NULL;

  description->session_id = session->id;
  description->session_version = FIRST_VERSION;
  if (last == NULL)
    return;
  text = text_without_candidates (description);
  last_text = text_without_candidates (last);
  description->session_version = last->session_version + (g_strcmp0 (text, last_text) != 0);
}
