/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a state and a description to the next state (RFC 9429 §5.9 to §5.11). An offer makes lines
 * and, when it is ours, transports; an answer decides which transports stay, what they connect
 * to, and what is sent and received. What the peer's offer says of ICE and DTLS waits for our
 * answer, so that a rollback of it has nothing to undo on the network.
 */
#include "jsep/rtcapply.h"

#include "jsep/rtcanswer.h"
#include "jsep/rtcassociate.h"
#include "jsep/rtcbundle.h"
#include "jsep/rtccheck.h"
#include "jsep/rtcnegotiate.h"
#include "jsep/rtcsections.h"

static void
replace_description (RtcDescription **place, RtcDescription *description)
{
  rtc_description_free (*place);
  *place = description;
}

static gboolean
is_used (const RtcState *draft, guint number)
{
  for (guint i = 0; i < draft->lines->len; i++) {
    const RtcLine *line = draft->lines->pdata[i];
    if (line->transport == (gint) number || line->offered_transport == (gint) number)
      return TRUE;
  }
  return FALSE;
}

static void
remove_unused_transports (RtcState *draft)
{
  for (guint i = draft->transports->len; i > 0; i--) {
    const RtcTransport *transport = draft->transports->pdata[i - 1];
    if (!is_used (draft, transport->number))
      g_ptr_array_remove_index (draft->transports, i - 1);
  }
}

static guint
make_transport (RtcState *draft, guint owner)
{
  guint number = draft->next_transport++;

  g_ptr_array_add (draft->transports, rtc_transport_new (number, owner));
  return number;
}

/* What is rejected keeps its transport until the final answer says so. */
static void
assign_transports (RtcState *draft, const RtcBundlePlan *plan, gboolean is_offerer)
{
  gint transports[RTC_SDP_MAX_SECTIONS];

  rtc_bundle_choose (draft, plan, is_offerer, transports);
  for (guint i = 0; i < plan->count; i++) {
    if (plan->owners[i] != (gint) i)
      continue;
    if (transports[i] < 0)
      transports[i] = (gint) make_transport (draft, i);
    rtc_state_find_transport (draft, transports[i])->owner = i;
  }
  for (guint i = 0; i < plan->count; i++) {
    if (plan->owners[i] >= 0)
      rtc_state_get_line (draft, i)->transport = transports[plan->owners[i]];
  }
}

static void
update_local_transports (RtcState *draft, const RtcBundlePlan *plan, const RtcDescription *local)
{
  for (guint i = 0; i < plan->count; i++) {
    if (plan->owners[i] == (gint) i)
      rtc_transport_set_local (
          rtc_state_find_transport (draft, rtc_state_get_line (draft, i)->transport),
          rtc_description_get_section (local, i));
  }
}

static RtcSetup
get_setup (const RtcSection *local, const RtcSection *remote, gboolean is_local_answer)
{
  if (is_local_answer)
    return local->setup;
  /* RFC 4145 §4: without the attribute, the answerer is active. */
  return remote->setup == RTC_SETUP_PASSIVE ? RTC_SETUP_ACTIVE : RTC_SETUP_PASSIVE;
}

static void
update_remote_transports (RtcState *draft, const RtcBundlePlan *plan, gboolean is_local_answer)
{
  for (guint i = 0; i < plan->count; i++) {
    const RtcSection *local = rtc_state_get_local_section (draft, i);
    const RtcSection *remote = rtc_state_get_remote_section (draft, i);
    RtcTransport *transport;
    gboolean goes_on;

    if (plan->owners[i] != (gint) i)
      continue;
    transport = rtc_state_find_transport (draft, rtc_state_get_line (draft, i)->transport);
    goes_on = transport->setup != RTC_SETUP_NONE &&
        rtc_transport_has_fingerprints (transport, remote->fingerprints);
    rtc_transport_set_remote (transport, remote);
    /* The association keeps its roles, whatever the description says of them. */
    if (!goes_on)
      transport->setup = get_setup (local, remote, is_local_answer);
  }
}

/* RFC 8445 §6.1.1: the offerer of the first exchange controls, and keeps to it; a full agent always
 * controls a lite one. */
static void
update_role (RtcState *draft, gboolean is_first_offerer, const RtcDescription *remote)
{
  if (!draft->has_role)
    draft->is_controlling = is_first_offerer;
  draft->has_role = TRUE;
  if (remote != NULL && remote->is_ice_lite)
    draft->is_controlling = TRUE;
}

/* RFC 9429 §5.9: media may arrive before the answer does, when its transport exists. */
static void
prepare_to_receive (RtcState *draft, guint index, const RtcSection *section)
{
  const RtcLine *line = rtc_state_get_line (draft, index);
  RtcMedia *media = line->transceiver ? rtc_state_find_media (draft, line->transceiver) : NULL;

  if (media == NULL)
    return;
  media->transport = line->transport;
  if (media->has_current_direction || rtc_section_is_rejected (section))
    return;
  g_ptr_array_unref (media->receive.codecs);
  media->receive.codecs = rtc_codecs_copy (section->codecs);
  g_ptr_array_unref (media->receive.extmaps);
  media->receive.extmaps = rtc_extmaps_copy (section->extmaps);
  media->receive.is_active = (section->direction & RTC_DIRECTION_RECVONLY) != 0;
}

static RtcState *
apply_local_offer (const RtcSession *session, const RtcDescription *offer)
{
  RtcState *draft = rtc_state_copy (session->state);
  RtcBundlePlan plan;

  for (guint i = 0; i < offer->sections->len; i++) {
    const RtcSection *section = rtc_description_get_section (offer, i);
    RtcLine *line = rtc_state_use_line (draft, i, section->mid, section->kind);

    if (line->transceiver == NULL && session->last_offer_transceivers->pdata[i] != NULL)
      rtc_state_add_media (draft, session->last_offer_transceivers->pdata[i], i);
  }
  replace_description (&draft->pending_local, rtc_description_copy (offer));
  draft->local_type = RTC_SDP_OFFER;
  draft->data.is_rejected = FALSE;
  rtc_payloads_learn (draft->payloads, offer);
  rtc_bundle_plan_offer (draft, offer, &plan);
  assign_transports (draft, &plan, FALSE);
  for (guint i = 0; i < plan.count; i++) {
    RtcLine *line = rtc_state_get_line (draft, i);
    line->offered_transport = line->transport;
    prepare_to_receive (draft, i, rtc_description_get_section (offer, i));
  }
  update_local_transports (draft, &plan, offer);
  update_role (draft, TRUE, NULL);
  return draft;
}

/* W3C, setRemoteDescription: the track is there when the peer's section sends to us. */
static void
update_track (RtcState *draft, guint index, const RtcSection *remote, RtcDirection limit)
{
  const RtcLine *line = rtc_state_get_line (draft, index);
  RtcMedia *media = line->transceiver ? rtc_state_find_media (draft, line->transceiver) : NULL;
  RtcDirection direction = rtc_direction_reverse (remote->direction) & limit;

  if (media == NULL)
    return;
  media->is_track_fired =
      !rtc_section_is_rejected (remote) && (direction & RTC_DIRECTION_RECVONLY) != 0;
  g_ptr_array_unref (media->remote_msids);
  media->remote_msids = rtc_msids_copy (remote->msids);
}

static gboolean
apply_remote_offer (
    const RtcSession *session, RtcState *draft, RtcDescription *offer, GError **error)
{
  if (!rtc_check_remote_offer (draft, offer, error) ||
      !rtc_associate_offer (session, draft, offer, error))
    return FALSE;
  replace_description (&draft->pending_remote, rtc_description_copy (offer));
  draft->remote_type = RTC_SDP_OFFER;
  draft->data.is_rejected = FALSE;
  rtc_payloads_learn (draft->payloads, offer);
  for (guint i = 0; i < offer->sections->len; i++)
    update_track (draft, i, rtc_description_get_section (offer, i), RTC_DIRECTION_SENDRECV);
  return TRUE;
}

static void
stop_media (RtcMedia *media)
{
  g_clear_pointer (&media->mid, g_free);
  media->mline = -1;
  media->transport = -1;
  media->is_stopped = TRUE;
  media->is_track_fired = FALSE;
  media->has_current_direction = FALSE;
  rtc_media_parameters_clear (&media->send);
  rtc_media_parameters_clear (&media->receive);
  rtc_media_parameters_init (&media->send);
  rtc_media_parameters_init (&media->receive);
}

static void
negotiate_media (RtcState *draft, guint index, gboolean is_local_answer, gboolean is_final)
{
  RtcLine *line = rtc_state_get_line (draft, index);
  RtcMedia *media = line->transceiver ? rtc_state_find_media (draft, line->transceiver) : NULL;
  const RtcSection *local = rtc_state_get_local_section (draft, index);
  const RtcSection *remote = rtc_state_get_remote_section (draft, index);
  gboolean is_rejected = rtc_section_is_rejected (is_local_answer ? local : remote);

  if (is_rejected && is_final) {
    line->is_rejected = TRUE;
    line->transceiver = NULL;
    line->transport = -1;
    if (media != NULL)
      stop_media (media);
  }
  if (is_rejected || media == NULL)
    return;
  media->transport = line->transport;
  rtc_negotiate_parameters (media, local, remote, is_local_answer);
  if (is_local_answer)
    media->is_track_fired &= (media->current_direction & RTC_DIRECTION_RECVONLY) != 0;
  else
    update_track (draft, index, remote, local->direction);
}

/* Before the lines are settled: what was rejected earlier is not rejected again. */
static void
negotiate_data (RtcState *draft, gboolean is_local_answer)
{
  RtcDataSection data = { 0 };

  for (guint i = 0; i < draft->lines->len; i++) {
    const RtcLine *line = rtc_state_get_line (draft, i);
    const RtcSection *local = rtc_state_get_local_section (draft, i);
    const RtcSection *remote = rtc_state_get_remote_section (draft, i);

    if (line->kind != RTC_KIND_APPLICATION || !rtc_section_is_protocol_known (local))
      continue;
    if (rtc_section_is_rejected (is_local_answer ? local : remote)) {
      data.is_rejected |= !data.is_open && !line->is_rejected;
      continue;
    }
    data.is_open = TRUE;
    data.is_rejected = FALSE;
    data.transport = (guint) line->transport;
    data.local_port = local->sctp_port;
    data.remote_port = remote->sctp_port;
    data.max_message_size = remote->max_message_size;
  }
  draft->data = data;
}

static void
settle (RtcState *draft, const RtcDescription *answer, gboolean is_local_answer)
{
  g_autoptr (RtcDescription) copy = rtc_description_copy (answer);

  for (guint i = 0; i < draft->lines->len; i++)
    rtc_state_get_line (draft, i)->offered_transport = -1;
  remove_unused_transports (draft);
  rtc_sections_prune_groups (copy);
  g_ptr_array_unref (draft->groups);
  draft->groups = g_ptr_array_ref (copy->bundle_groups);
  if (draft->pending_local != NULL)
    replace_description (&draft->current_local, g_steal_pointer (&draft->pending_local));
  if (draft->pending_remote != NULL)
    replace_description (&draft->current_remote, g_steal_pointer (&draft->pending_remote));
  draft->is_current_local_offer = !is_local_answer;
}

static void
apply_answer (RtcState *draft, RtcSdpType type, gboolean is_local_answer)
{
  RtcDescription *local = draft->pending_local;
  RtcDescription *answer = is_local_answer ? local : draft->pending_remote;
  RtcBundlePlan plan;

  rtc_bundle_plan_answer (answer, &plan);
  assign_transports (draft, &plan, !is_local_answer);
  update_role (draft, !is_local_answer, draft->pending_remote);
  if (is_local_answer)
    update_local_transports (draft, &plan, local);
  update_remote_transports (draft, &plan, is_local_answer);
  negotiate_data (draft, is_local_answer);
  for (guint i = 0; i < answer->sections->len; i++)
    negotiate_media (draft, i, is_local_answer, type == RTC_SDP_ANSWER);
  if (type == RTC_SDP_ANSWER)
    settle (draft, answer, is_local_answer);
}

RtcState *
rtc_apply_local (const RtcSession *session, RtcSdpType type, const RtcDescription *description,
    RtcSignalingState signaling, GError **error)
{
  const RtcDescription *created =
      type == RTC_SDP_OFFER ? session->last_offer : session->last_answer;
  RtcState *draft;

  if (created == NULL) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_INVALID,
        "the description was not created for what the session is now");
    return NULL;
  }
  if (!rtc_check_local (created, description, error))
    return NULL;
  if (type == RTC_SDP_OFFER) {
    draft = apply_local_offer (session, description);
  } else {
    draft = rtc_state_copy (session->state);
    replace_description (&draft->pending_local, rtc_description_copy (description));
    draft->local_type = type;
    rtc_payloads_learn (draft->payloads, description);
    apply_answer (draft, type, TRUE);
  }
  draft->signaling = signaling;
  return draft;
}

/* RFC 9429 §5.10: a section without a mid is given one; an answer's is known by its place. */
static void
fill_mids (const RtcState *state, RtcDescription *description, const RtcDescription *offer)
{
  for (guint i = 0; i < description->sections->len; i++) {
    RtcSection *section = rtc_description_get_section (description, i);
    const RtcLine *line = rtc_state_get_line (state, i);

    if (section->mid != NULL)
      continue;
    if (offer != NULL && i < offer->sections->len)
      section->mid = g_strdup (rtc_description_get_section (offer, i)->mid);
    else if (line != NULL && (!line->is_rejected || rtc_section_is_rejected (section)))
      section->mid = g_strdup (line->mid);
    else
      section->mid = rtc_sections_make_mid (state, description);
  }
}

RtcState *
rtc_apply_remote (const RtcSession *session, const RtcState *base, RtcSdpType type,
    const RtcDescription *description, RtcSignalingState signaling, GError **error)
{
  g_autoptr (RtcState) draft = rtc_state_copy (base);
  g_autoptr (RtcDescription) copy = rtc_description_copy (description);

  fill_mids (base, copy, type == RTC_SDP_OFFER ? NULL : base->pending_local);
  if (type == RTC_SDP_OFFER) {
    if (!apply_remote_offer (session, draft, copy, error))
      return NULL;
  } else {
    if (!rtc_check_remote_answer (base, copy, error))
      return NULL;
    replace_description (&draft->pending_remote, g_steal_pointer (&copy));
    draft->remote_type = type;
    apply_answer (draft, type, FALSE);
  }
  draft->signaling = signaling;
  return g_steal_pointer (&draft);
}

RtcState *
rtc_apply_rollback (const RtcSession *session)
{
  RtcState *draft = rtc_state_copy (session->stable);

  draft->next_transport = session->state->next_transport;
  for (guint i = 0; i < session->state->media->len; i++) {
    const RtcMedia *media = session->state->media->pdata[i];
    RtcMedia *stopped;

    if (rtc_state_find_media (draft, media->transceiver) != NULL ||
        !media->transceiver->is_made_by_peer || media->transceiver->is_track)
      continue;
    /* W3C: a transceiver that the rolled back description made is removed, unless a track was
     * attached to it since. */
    stopped = rtc_media_new (media->transceiver);
    stopped->is_stopped = TRUE;
    g_ptr_array_add (draft->media, stopped);
  }
  return draft;
}
