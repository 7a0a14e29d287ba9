/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * BUNDLE: groups of offers and answers, and the plan of who uses whose transport (RFC 9143 §7,
 * RFC 9429 §4.1.1, §5.2, §5.3). Pure functions over a state and descriptions.
 */
#include "jsep/rtcbundle.h"

#include "jsep/rtcsections.h"

/* The section that carries the transport of @group: the first that is not rejected. */
static gint
find_tag (const RtcDescription *description, const gchar *const *group)
{
  for (guint i = 0; group != NULL && group[i] != NULL; i++) {
    gint index = rtc_description_find_mid (description, group[i]);
    if (index >= 0 &&
        !rtc_section_is_rejected (rtc_description_get_section (description, (guint) index)))
      return index;
  }
  return -1;
}

static gint
get_transport (const RtcState *state, const RtcDescription *description, guint index)
{
  const RtcLine *line = rtc_state_get_line (state, index);
  const RtcSection *section = rtc_description_get_section (description, index);

  return line != NULL && g_strcmp0 (line->mid, section->mid) == 0 ? line->transport : -1;
}

/* An answer accepted this section, alone or in a group. */
static gboolean
is_established (const RtcState *state, const RtcDescription *description, guint index)
{
  const RtcSection *section = rtc_description_get_section (description, index);
  gint before = state->current_remote == NULL
      ? -1
      : rtc_description_find_mid (state->current_remote, section->mid);

  return before == (gint) index && get_transport (state, description, index) >= 0 &&
      !rtc_section_is_rejected (rtc_description_get_section (state->current_remote, index));
}

void
rtc_bundle_plan_offer (const RtcState *state, const RtcDescription *offer, RtcBundlePlan *out_plan)
{
  out_plan->count = offer->sections->len;
  for (guint i = 0; i < offer->sections->len; i++) {
    const RtcSection *section = rtc_description_get_section (offer, i);
    gint tag = find_tag (offer, rtc_description_find_bundle (offer, section->mid));
    gint transport = get_transport (state, offer, i);
    gboolean is_shared;

    out_plan->owners[i] = rtc_section_is_rejected (section) ? -1 : (gint) i;
    if (tag < 0 || out_plan->owners[i] < 0)
      continue;
    is_shared = transport < 0 ? is_established (state, offer, (guint) tag)
                              : transport == get_transport (state, offer, (guint) tag);
    if (section->is_bundle_only || is_shared)
      out_plan->owners[i] = tag;
  }
}

void
rtc_bundle_plan_answer (const RtcDescription *answer, RtcBundlePlan *out_plan)
{
  out_plan->count = answer->sections->len;
  for (guint i = 0; i < answer->sections->len; i++) {
    const RtcSection *section = rtc_description_get_section (answer, i);
    gint tag = find_tag (answer, rtc_description_find_bundle (answer, section->mid));

    out_plan->owners[i] = rtc_section_is_rejected (section) ? -1 : tag >= 0 ? tag : (gint) i;
  }
}

static gint
get_base (const RtcState *state, guint index, gboolean is_offerer)
{
  const RtcLine *line = rtc_state_get_line (state, index);

  if (line == NULL)
    return -1;
  return is_offerer ? line->offered_transport : line->transport;
}

void
rtc_bundle_choose (const RtcState *state, const RtcBundlePlan *plan, gboolean is_offerer,
    gint out_transports[RTC_SDP_MAX_SECTIONS])
{
  for (guint owner = 0; owner < plan->count; owner++) {
    gint transport = -1;

    out_transports[owner] = -1;
    if (plan->owners[owner] != (gint) owner)
      continue;
    transport = get_base (state, owner, is_offerer);
    /* The tag may be a new section of a group that has a transport. */
    for (guint i = 0; transport < 0 && i < plan->count; i++) {
      if (plan->owners[i] == (gint) owner)
        transport = get_base (state, i, is_offerer);
    }
    for (guint i = 0; i < owner; i++) {
      if (out_transports[i] == transport)
        transport = -1;
    }
    out_transports[owner] = transport;
  }
}

static void
add_mid (GPtrArray *group, const RtcSection *section)
{
  g_ptr_array_add (group, g_strdup (section->mid));
}

static void
add_group (RtcDescription *description, GPtrArray *mids)
{
  if (mids->len == 0) {
    g_ptr_array_unref (mids);
    return;
  }
  g_ptr_array_add (mids, NULL);
  g_ptr_array_add (description->bundle_groups, g_ptr_array_free (mids, FALSE));
}

static GPtrArray *
collect_established (const RtcDescription *offer, const gchar *const *group)
{
  GPtrArray *mids = g_ptr_array_new ();

  for (guint i = 0; group[i] != NULL; i++) {
    gint index = rtc_description_find_mid (offer, group[i]);
    const RtcSection *section =
        index >= 0 ? rtc_description_get_section (offer, (guint) index) : NULL;
    if (section != NULL && !rtc_section_is_rejected (section))
      add_mid (mids, section);
  }
  return mids;
}

/* RFC 9429 §4.1.1: max-bundle marks all but the first bundle-only; balanced all but the first of
 * each kind; max-compat none. */
static gboolean
is_bundle_only (RtcBundlePolicy policy, const RtcDescription *offer, const GPtrArray *group,
    const RtcSection *section)
{
  if (group->len == 0)
    return FALSE;
  if (policy == RTC_BUNDLE_MAX_BUNDLE)
    return TRUE;
  for (guint i = 0; policy == RTC_BUNDLE_BALANCED && i < group->len; i++) {
    gint index = rtc_description_find_mid (offer, group->pdata[i]);
    if (rtc_description_get_section (offer, (guint) index)->kind == section->kind)
      return TRUE;
  }
  return FALSE;
}

static void
add_new_sections (
    RtcBundlePolicy policy, const RtcState *state, RtcDescription *offer, GPtrArray *group)
{
  gboolean has_established_tag = group->len > 0;

  for (guint i = 0; i < offer->sections->len; i++) {
    RtcSection *section = rtc_description_get_section (offer, i);

    if (rtc_section_is_rejected (section) || is_established (state, offer, i))
      continue;
    /* The peer of an established group understands it: only max-bundle has to insist. */
    section->is_bundle_only = is_bundle_only (policy, offer, group, section) &&
        (!has_established_tag || policy == RTC_BUNDLE_MAX_BUNDLE);
    if (section->is_bundle_only)
      section->port = 0;
    add_mid (group, section);
  }
}

void
rtc_bundle_write_offer (RtcBundlePolicy policy, const RtcState *state, RtcDescription *offer)
{
  GPtrArray *first = NULL;

  for (guint i = 0; i < state->groups->len; i++) {
    GPtrArray *group = collect_established (offer, state->groups->pdata[i]);

    if (first == NULL && group->len > 0)
      first = group;
    else
      add_group (offer, group);
  }
  if (first == NULL)
    first = g_ptr_array_new ();
  if (policy != RTC_BUNDLE_NONE)
    add_new_sections (policy, state, offer, first);
  add_group (offer, first);
}

static gboolean
has_own_transport (const RtcSection *section)
{
  return !section->is_bundle_only && section->ice_ufrag != NULL && section->fingerprints->len > 0;
}

/* RFC 9143 §7.3.1: the answerer's tag is the offerer's; when that section is rejected, one that has
 * an address of its own. RFC 9429 §5.3.1 (without such a section): "This requires all m= sections
 * in the bundle group to be rejected". */
static gint
find_answer_tag (
    const RtcDescription *offer, const RtcDescription *answer, const gchar *const *group)
{
  gint offered = find_tag (offer, group);

  for (guint i = 0; group[i] != NULL; i++) {
    gint index = rtc_description_find_mid (offer, group[i]);
    const RtcSection *section;

    if (index < 0 || rtc_section_is_rejected (rtc_description_get_section (answer, (guint) index)))
      continue;
    section = rtc_description_get_section (offer, (guint) index);
    if (index == offered || has_own_transport (section))
      return index;
  }
  return -1;
}

static void
answer_group (const RtcDescription *offer, RtcDescription *answer, const gchar *const *group)
{
  gint tag = find_answer_tag (offer, answer, group);
  GPtrArray *mids = g_ptr_array_new ();

  if (tag >= 0)
    add_mid (mids, rtc_description_get_section (answer, (guint) tag));
  for (guint i = 0; group[i] != NULL; i++) {
    gint index = rtc_description_find_mid (answer, group[i]);
    RtcSection *section = index >= 0 ? rtc_description_get_section (answer, (guint) index) : NULL;

    if (section == NULL || index == tag || rtc_section_is_rejected (section))
      continue;
    if (tag >= 0)
      add_mid (mids, section);
    else
      rtc_section_reject (section);
  }
  add_group (answer, mids);
}

static void
reject_without_transport (const RtcDescription *offer, RtcDescription *answer)
{
  for (guint i = 0; i < offer->sections->len; i++) {
    if (!has_own_transport (rtc_description_get_section (offer, i)))
      rtc_section_reject (rtc_description_get_section (answer, i));
  }
}

/* RFC 9429 §5.3.1, of rejected sections: "The bundle policy is "max-bundle", and this is not the
 * first m= section or in the same bundle group as the first m= section", and the same of
 * "balanced" for each media type. */
static gboolean
is_refused_by_policy (RtcBundlePolicy policy, const RtcDescription *answer, guint index)
{
  const RtcSection *section = rtc_description_get_section (answer, index);

  for (guint i = 0; i < index; i++) {
    const RtcSection *first = rtc_description_get_section (answer, i);
    const gchar *const *group = rtc_description_find_bundle (answer, first->mid);

    if (rtc_section_is_rejected (first))
      continue;
    if (policy == RTC_BUNDLE_BALANCED && first->kind != section->kind)
      continue;
    return group == NULL || group != rtc_description_find_bundle (answer, section->mid);
  }
  return FALSE;
}

void
rtc_bundle_write_answer (
    RtcBundlePolicy policy, const RtcDescription *offer, RtcDescription *answer)
{
  if (policy == RTC_BUNDLE_NONE) {
    reject_without_transport (offer, answer);
    return;
  }
  for (guint i = 0; i < offer->bundle_groups->len; i++)
    answer_group (offer, answer, offer->bundle_groups->pdata[i]);
  if (policy == RTC_BUNDLE_MAX_COMPAT)
    return;
  for (guint i = 1; i < answer->sections->len; i++) {
    RtcSection *section = rtc_description_get_section (answer, i);

    if (!rtc_section_is_rejected (section) && is_refused_by_policy (policy, answer, i))
      rtc_section_reject (section);
  }
  rtc_sections_prune_groups (answer);
}
