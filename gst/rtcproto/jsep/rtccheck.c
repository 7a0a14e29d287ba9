/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Checks of a peer's description against the session, before anything changes. Pure; what can be
 * checked without a session is checked in sdp/ already.
 */
#include "jsep/rtccheck.h"

#include "jsep/rtcbundle.h"
#include "jsep/rtcnegotiate.h"
#include "sdp/rtccodecs.h"

G_GNUC_PRINTF (4, 5)
static gboolean
fail (GError **error, guint index, const RtcSection *section, const gchar *format, ...)
{
  g_autofree gchar *reason = NULL;
  va_list arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, RTC_ERROR, RTC_ERROR_INVALID, "section %u (m=%s, mid %s): %s", index,
      section->media, section->mid, reason);
  return FALSE;
}

static gboolean
check_group_members (const RtcDescription *description, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < description->bundle_groups->len; i++) {
    gchar **group = description->bundle_groups->pdata[i];

    for (guint k = 0; group[k] != NULL; k++) {
      if (rtc_description_find_mid (description, group[k]) >= 0 &&
          g_hash_table_add (seen, group[k]))
        continue;
      /* RFC 9143 §7.1: a mid is in one group, and names a section. */
      g_set_error (error, RTC_ERROR, RTC_ERROR_INVALID,
          "a=group:BUNDLE: mid %s is in two groups or names no section", group[k]);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_payload_types (
    const RtcPayloads *numbers, const RtcSection *section, guint index, GError **error)
{
  for (guint i = 0; i < section->codecs->len; i++) {
    const RtcCodec *codec = section->codecs->pdata[i];
    const RtcCodec *other = rtc_payloads_find_codec (numbers, codec->pt);

    if (other != NULL &&
        (!rtc_codec_is (other, codec->name) || other->clock_rate != codec->clock_rate ||
            other->channels != codec->channels))
      return fail (error, index, section,
          "payload type %u is %s/%u here and %s/%u elsewhere in its BUNDLE group", codec->pt,
          codec->name, codec->clock_rate, other->name, other->clock_rate);
  }
  return TRUE;
}

/* RFC 9143 §8 forbids every extension id with two meanings in a group, and some peers (aiortc)
 * write them. Only that of MID must be one: the others are read when the section is known. */
static gboolean
check_mid_extension (
    const RtcPayloads *numbers, const RtcSection *section, guint index, GError **error)
{
  for (guint i = 0; i < section->extmaps->len; i++) {
    const RtcExtmap *extmap = section->extmaps->pdata[i];
    const gchar *other = rtc_payloads_find_extmap (numbers, extmap->id);

    if (other == NULL || g_str_equal (other, extmap->uri))
      continue;
    if (g_str_equal (other, RTC_EXTMAP_MID) || g_str_equal (extmap->uri, RTC_EXTMAP_MID))
      return fail (error, index, section,
          "extmap id %u is the MID's here or elsewhere in its BUNDLE group, but not in both",
          extmap->id);
  }
  return TRUE;
}

/* RFC 9143 §9.1: a payload type has one meaning in all sections of a group. */
static gboolean
check_group_numbers (const RtcDescription *description, gchar **group, GError **error)
{
  g_autoptr (RtcPayloads) numbers = rtc_payloads_new ();

  for (guint i = 0; group[i] != NULL; i++) {
    guint index = (guint) rtc_description_find_mid (description, group[i]);
    const RtcSection *section = rtc_description_get_section (description, index);

    if (rtc_section_is_rejected (section))
      continue;
    if (!check_payload_types (numbers, section, index, error) ||
        !check_mid_extension (numbers, section, index, error))
      return FALSE;
    rtc_payloads_learn_section (numbers, section);
  }
  return TRUE;
}

static gboolean
check_groups (const RtcDescription *description, GError **error)
{
  if (!check_group_members (description, error))
    return FALSE;
  for (guint i = 0; i < description->bundle_groups->len; i++) {
    if (!check_group_numbers (description, description->bundle_groups->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

/* RFC 9143 §7.1.3 lets a bundled section leave its transport attributes to the tag's; a section
 * that writes ICE credentials writes all of them (RFC 8827 §6.5: a fingerprint always). */
static gboolean
check_transport_attributes (
    const RtcDescription *description, const RtcBundlePlan *plan, guint index, GError **error)
{
  const RtcSection *section = rtc_description_get_section (description, index);
  gboolean is_owner = plan->owners[index] == (gint) index;

  if (plan->owners[index] < 0)
    return TRUE;
  if (is_owner && (section->ice_ufrag == NULL || section->ice_pwd == NULL))
    return fail (error, index, section, "a=ice-ufrag and a=ice-pwd are missing");
  if ((is_owner || section->ice_ufrag != NULL) && section->fingerprints->len == 0)
    return fail (error, index, section,
        "a=fingerprint is missing (of sha-256, sha-384 or sha-512); media is never sent without "
        "DTLS");
  return TRUE;
}

static RtcSetup
our_setup (RtcSetup theirs)
{
  return theirs == RTC_SETUP_ACTIVE ? RTC_SETUP_PASSIVE
      : theirs == RTC_SETUP_PASSIVE ? RTC_SETUP_ACTIVE
                                    : RTC_SETUP_NONE;
}

/* RFC 8842 §4: another fingerprint asks for a new DTLS association, and a new association for a
 * new ICE association; without one, roles stay. Firefox answers an ICE restart with the role that
 * it takes in a first answer, and goes on with the one that it has: that is overlooked. */
static gboolean
check_association (
    const RtcTransport *transport, const RtcSection *section, guint index, GError **error)
{
  gboolean is_same, is_restart;
  RtcSetup setup = our_setup (section->setup);

  if (transport == NULL)
    return TRUE;
  is_same = rtc_transport_has_fingerprints (transport, section->fingerprints);
  is_restart = rtc_transport_is_remote_restart (transport, section);
  if (!is_same && !is_restart)
    return fail (error, index, section, "a=fingerprint changed without an ICE restart");
  if (is_same && !is_restart && setup != RTC_SETUP_NONE && transport->setup != RTC_SETUP_NONE &&
      setup != transport->setup)
    return fail (error, index, section,
        "a=setup:%s changes the role in a DTLS association that goes on",
        rtc_setup_to_string (section->setup));
  return TRUE;
}

static gboolean
check_transports (
    const RtcState *state, const RtcDescription *description, gboolean is_offerer, GError **error)
{
  RtcBundlePlan plan;
  gint transports[RTC_SDP_MAX_SECTIONS];

  rtc_bundle_plan_answer (description, &plan);
  rtc_bundle_choose (state, &plan, is_offerer, transports);
  for (guint i = 0; i < plan.count; i++) {
    const RtcSection *section = rtc_description_get_section (description, i);

    if (!check_transport_attributes (description, &plan, i, error))
      return FALSE;
    if (plan.owners[i] != (gint) i)
      continue;
    if (is_offerer && transports[i] < 0)
      return fail (error, i, section,
          "accepted outside of the BUNDLE group, but it was offered without an address of its "
          "own (see the bundle policy)");
    if (!check_association (rtc_state_find_transport (state, transports[i]), section, i, error))
      return FALSE;
  }
  return TRUE;
}

/* RFC 9429 §5.10, RFC 3264 §8: sections are never removed or reordered; the place of a rejected
 * one may be used again. */
static gboolean
check_lines (const RtcState *state, const RtcDescription *offer, GError **error)
{
  if (offer->sections->len > RTC_SDP_MAX_SECTIONS || offer->sections->len < state->lines->len) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_INVALID,
        "the offer has %u sections, the session has %u and allows %u", offer->sections->len,
        state->lines->len, RTC_SDP_MAX_SECTIONS);
    return FALSE;
  }
  for (guint i = 0; i < offer->sections->len; i++) {
    const RtcSection *section = rtc_description_get_section (offer, i);
    const RtcLine *line = rtc_state_get_line (state, i);
    gint known = rtc_state_find_mid (state, section->mid);

    if (known >= 0 && known != (gint) i)
      return fail (error, i, section, "this mid is section %d's", known);
    if (line == NULL || line->is_rejected)
      continue;
    if (g_strcmp0 (line->mid, section->mid) != 0 || line->kind != section->kind)
      return fail (error, i, section, "section %u was m=%s with mid %s and is in use", i,
          rtc_kind_to_string (line->kind), line->mid);
  }
  return TRUE;
}

gboolean
rtc_check_remote_offer (const RtcState *state, const RtcDescription *offer, GError **error)
{
  return check_lines (state, offer, error) && check_groups (offer, error) &&
      check_transports (state, offer, FALSE, error);
}

static gboolean
check_answered_groups (const RtcDescription *offer, const RtcDescription *answer, GError **error)
{
  for (guint i = 0; i < answer->bundle_groups->len; i++) {
    gchar **group = answer->bundle_groups->pdata[i];
    const gchar *const *offered = group[0] ? rtc_description_find_bundle (offer, group[0]) : NULL;

    for (guint k = 0; group[k] != NULL; k++) {
      if (offered != NULL && g_strv_contains (offered, group[k]))
        continue;
      g_set_error (error, RTC_ERROR, RTC_ERROR_INVALID,
          "a=group:BUNDLE of the answer: mid %s was not offered in this group", group[k]);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_answered_section (const RtcSection *offered, const RtcSection *section, gboolean is_bundled,
    guint index, GError **error)
{
  if (g_strcmp0 (offered->mid, section->mid) != 0 || offered->kind != section->kind)
    return fail (
        error, index, section, "offered was m=%s with mid %s", offered->media, offered->mid);
  if (rtc_section_is_rejected (section))
    return TRUE;
  if (rtc_section_is_rejected (offered))
    return fail (error, index, section, "it was offered as rejected and is accepted");
  if (section->setup == RTC_SETUP_ACTPASS)
    return fail (error, index, section, "a=setup:actpass in an answer");
  if (section->kind == RTC_KIND_APPLICATION)
    return TRUE;
  if (!is_bundled && !section->rtcp_mux)
    return fail (error, index, section, "accepted without a=rtcp-mux");
  if (!rtc_negotiate_has_common (offered, section))
    return fail (error, index, section, "none of its codecs was offered");
  return TRUE;
}

gboolean
rtc_check_remote_answer (const RtcState *state, const RtcDescription *answer, GError **error)
{
  const RtcDescription *offer = state->pending_local;
  RtcBundlePlan plan;

  if (answer->sections->len != offer->sections->len) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_INVALID, "the answer has %u sections, the offer %u",
        answer->sections->len, offer->sections->len);
    return FALSE;
  }
  rtc_bundle_plan_answer (answer, &plan);
  for (guint i = 0; i < answer->sections->len; i++) {
    if (!check_answered_section (rtc_description_get_section (offer, i),
            rtc_description_get_section (answer, i), plan.owners[i] != (gint) i, i, error))
      return FALSE;
  }
  return check_groups (answer, error) && check_answered_groups (offer, answer, error) &&
      check_transports (state, answer, TRUE, error);
}
