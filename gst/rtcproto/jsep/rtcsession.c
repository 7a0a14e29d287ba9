/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A JSEP session: settings, the table of signalling states, and the order "check, apply aside,
 * compare, put in place" of every description. Owned by its user (RFC 9429, W3C webrtc §4).
 */
#include "jsep/rtcsession.h"

#include "jsep/rtcanswer.h"
#include "jsep/rtcapply.h"
#include "jsep/rtccandidates.h"
#include "jsep/rtcdiff.h"
#include "jsep/rtcneeded.h"
#include "jsep/rtcoffer.h"
#include "jsep/rtcsections.h"
#include "jsep/rtcsession-private.h"
#include "sdp/rtccodecs.h"
#include "wire/rtccandidate.h"

/* RFC 9429 §3.2, figure 2, and W3C webrtc §4.3.1. A remote offer in have-local-offer is an implicit
 * rollback first (W3C webrtc §4.4.1.5). */
static const struct {
  RtcSignalingState state;
  gboolean is_local;
  RtcSdpType type;
  RtcSignalingState next;
} transitions[] = {
  { RTC_SIGNALING_STABLE, TRUE, RTC_SDP_OFFER, RTC_SIGNALING_HAVE_LOCAL_OFFER },
  { RTC_SIGNALING_STABLE, FALSE, RTC_SDP_OFFER, RTC_SIGNALING_HAVE_REMOTE_OFFER },
  { RTC_SIGNALING_HAVE_LOCAL_OFFER, TRUE, RTC_SDP_OFFER, RTC_SIGNALING_HAVE_LOCAL_OFFER },
  { RTC_SIGNALING_HAVE_LOCAL_OFFER, TRUE, RTC_SDP_ROLLBACK, RTC_SIGNALING_STABLE },
  { RTC_SIGNALING_HAVE_LOCAL_OFFER, FALSE, RTC_SDP_OFFER, RTC_SIGNALING_HAVE_REMOTE_OFFER },
  { RTC_SIGNALING_HAVE_LOCAL_OFFER, FALSE, RTC_SDP_ANSWER, RTC_SIGNALING_STABLE },
  { RTC_SIGNALING_HAVE_LOCAL_OFFER, FALSE, RTC_SDP_PRANSWER, RTC_SIGNALING_HAVE_REMOTE_PRANSWER },
  { RTC_SIGNALING_HAVE_REMOTE_PRANSWER, FALSE, RTC_SDP_PRANSWER,
      RTC_SIGNALING_HAVE_REMOTE_PRANSWER },
  { RTC_SIGNALING_HAVE_REMOTE_PRANSWER, FALSE, RTC_SDP_ANSWER, RTC_SIGNALING_STABLE },
  { RTC_SIGNALING_HAVE_REMOTE_OFFER, FALSE, RTC_SDP_OFFER, RTC_SIGNALING_HAVE_REMOTE_OFFER },
  { RTC_SIGNALING_HAVE_REMOTE_OFFER, FALSE, RTC_SDP_ROLLBACK, RTC_SIGNALING_STABLE },
  { RTC_SIGNALING_HAVE_REMOTE_OFFER, TRUE, RTC_SDP_ANSWER, RTC_SIGNALING_STABLE },
  { RTC_SIGNALING_HAVE_REMOTE_OFFER, TRUE, RTC_SDP_PRANSWER, RTC_SIGNALING_HAVE_LOCAL_PRANSWER },
  { RTC_SIGNALING_HAVE_LOCAL_PRANSWER, TRUE, RTC_SDP_PRANSWER, RTC_SIGNALING_HAVE_LOCAL_PRANSWER },
  { RTC_SIGNALING_HAVE_LOCAL_PRANSWER, TRUE, RTC_SDP_ANSWER, RTC_SIGNALING_STABLE },
};

static const gchar *const state_names[] = { "stable", "closed", "have-local-offer",
  "have-remote-offer", "have-local-pranswer", "have-remote-pranswer" };
static const gchar *const type_names[] = { "offer", "pranswer", "answer", "rollback" };

RtcSession *
rtc_session_new (RtcRandom random)
{
  RtcSession *session = g_new0 (RtcSession, 1);

  session->random = random;
  session->policy = RTC_BUNDLE_MAX_BUNDLE;
  session->is_answer_active = TRUE;
  /* RFC 7022 §4.2: a short-term CNAME of at least 96 random bits. */
  session->cname = rtc_sections_make_token (random);
  /* RFC 9429 §5.2.1: "a 64-bit quantity with the highest bit set to zero" */
  session->id = rtc_random_uint64 (random) >> 1;
  session->transceivers = g_ptr_array_new ();
  session->all_transceivers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_transceiver_free);
  session->ufrags_to_replace = g_ptr_array_new_with_free_func (g_free);
  session->state = rtc_state_new ();
  for (guint kind = RTC_KIND_AUDIO; kind <= RTC_KIND_VIDEO; kind++) {
    session->codecs[kind] = rtc_codecs_default (kind, NULL, NULL);
    session->extmaps[kind] = rtc_extmaps_default (kind);
  }
  return session;
}

static void
forget_created (RtcSession *session)
{
  g_clear_pointer (&session->last_offer, rtc_description_free);
  g_clear_pointer (&session->last_offer_transceivers, g_ptr_array_unref);
  g_clear_pointer (&session->last_answer, rtc_description_free);
}

void
rtc_session_free (RtcSession *session)
{
  if (session == NULL)
    return;
  forget_created (session);
  rtc_state_free (session->state);
  rtc_state_free (session->stable);
  g_ptr_array_unref (session->transceivers);
  g_ptr_array_unref (session->all_transceivers);
  g_ptr_array_unref (session->ufrags_to_replace);
  for (guint kind = RTC_KIND_AUDIO; kind <= RTC_KIND_VIDEO; kind++) {
    g_ptr_array_unref (session->codecs[kind]);
    g_ptr_array_unref (session->extmaps[kind]);
  }
  rtc_fingerprint_free (session->fingerprint);
  g_free (session->cname);
  g_free (session);
}

static gboolean
is_untouched (const RtcSession *session)
{
  return session->state->lines->len == 0;
}

void
rtc_session_set_bundle_policy (RtcSession *session, RtcBundlePolicy policy)
{
  if (is_untouched (session))
    session->policy = policy;
}

void
rtc_session_set_fingerprint (RtcSession *session, const gchar *hash, const gchar *value)
{
  if (!is_untouched (session) && session->fingerprint != NULL)
    return;
  rtc_fingerprint_free (session->fingerprint);
  session->fingerprint = rtc_fingerprint_new (hash, value);
}

void
rtc_session_set_codecs (RtcSession *session, RtcKind kind, GPtrArray *codecs)
{
  g_return_if_fail (kind <= RTC_KIND_VIDEO && codecs != NULL);

  g_ptr_array_unref (session->codecs[kind]);
  session->codecs[kind] = rtc_codecs_copy (codecs);
}

void
rtc_session_set_answer_active (RtcSession *session, gboolean is_active)
{
  session->is_answer_active = is_active;
}

const gchar *
rtc_session_get_cname (RtcSession *session)
{
  return session->cname;
}

GPtrArray *
rtc_session_get_codecs (const RtcSession *session, const RtcTransceiver *transceiver)
{
  return transceiver->preferences != NULL ? transceiver->preferences
                                          : session->codecs[transceiver->kind];
}

RtcTransceiver *
rtc_session_add_transceiver (
    RtcSession *session, RtcKind kind, RtcDirection direction, GPtrArray *codecs)
{
  g_autofree gchar *track = rtc_sections_make_token (session->random);
  RtcTransceiver *transceiver;

  g_return_val_if_fail (kind <= RTC_KIND_VIDEO, NULL);

  transceiver = rtc_transceiver_new (kind, direction, track);
  rtc_transceiver_set_codec_preferences (transceiver, codecs);
  g_ptr_array_add (session->all_transceivers, transceiver);
  g_ptr_array_add (session->transceivers, transceiver);
  return transceiver;
}

GPtrArray *
rtc_session_get_transceivers (RtcSession *session)
{
  return session->transceivers;
}

RtcTransceiver *
rtc_session_find_mline (RtcSession *session, guint mline)
{
  const RtcLine *line = rtc_state_get_line (session->state, mline);

  return line != NULL ? line->transceiver : NULL;
}

void
rtc_session_add_data (RtcSession *session)
{
  session->has_data = TRUE;
}

static gboolean
fail_state (const RtcSession *session, const gchar *what, GError **error)
{
  g_set_error (error, RTC_ERROR, RTC_ERROR_STATE, "%s is not possible in the signalling state %s",
      what, state_names[session->state->signaling]);
  return FALSE;
}

static gboolean
check_can_create (const RtcSession *session, const gchar *what, RtcSignalingState first,
    RtcSignalingState second, GError **error)
{
  if (session->state->signaling != first && session->state->signaling != second)
    return fail_state (session, what, error);
  if (session->fingerprint == NULL) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_STATE, "%s needs a certificate's fingerprint", what);
    return FALSE;
  }
  return TRUE;
}

RtcDescription *
rtc_session_create_offer (RtcSession *session, gboolean is_ice_restart, GError **error)
{
  g_autoptr (GPtrArray) transceivers = NULL;
  RtcDescription *offer;

  if (!check_can_create (
          session, "createOffer", RTC_SIGNALING_STABLE, RTC_SIGNALING_HAVE_LOCAL_OFFER, error))
    return NULL;
  offer = rtc_offer_create (session, is_ice_restart, &transceivers, error);
  if (offer == NULL)
    return NULL;
  forget_created (session);
  session->last_offer = rtc_description_copy (offer);
  session->last_offer_transceivers = g_steal_pointer (&transceivers);
  return offer;
}

RtcDescription *
rtc_session_create_answer (RtcSession *session, GError **error)
{
  RtcDescription *answer;

  if (!check_can_create (session, "createAnswer", RTC_SIGNALING_HAVE_REMOTE_OFFER,
          RTC_SIGNALING_HAVE_LOCAL_PRANSWER, error))
    return NULL;
  answer = rtc_answer_create (session);
  forget_created (session);
  session->last_answer = rtc_description_copy (answer);
  return answer;
}

static gboolean
find_transition (const RtcSession *session, gboolean is_local, RtcSdpType type,
    RtcSignalingState *out_next, GError **error)
{
  g_autofree gchar *what = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (transitions); i++) {
    if (transitions[i].state != session->state->signaling || transitions[i].is_local != is_local ||
        transitions[i].type != type)
      continue;
    *out_next = transitions[i].next;
    return TRUE;
  }
  what = g_strdup_printf ("a %s %s", is_local ? "local" : "remote", type_names[type]);
  return fail_state (session, what, error);
}

/* W3C webrtc §4.4.1.5: the set is emptied when no current local credentials are in it. */
static void
update_ufrags_to_replace (RtcSession *session)
{
  const RtcDescription *local = session->state->current_local;

  for (guint i = 0; local != NULL && i < local->sections->len; i++) {
    const RtcSection *section = rtc_description_get_section (local, i);
    if (section->ice_ufrag != NULL &&
        g_ptr_array_find_with_equal_func (
            session->ufrags_to_replace, section->ice_ufrag, g_str_equal, NULL))
      return;
  }
  g_ptr_array_set_size (session->ufrags_to_replace, 0);
}

static void
take_transceivers (RtcSession *session, RtcState *draft)
{
  for (guint i = 0; i < draft->made->len; i++) {
    g_ptr_array_add (session->all_transceivers, draft->made->pdata[i]);
    g_ptr_array_add (session->transceivers, draft->made->pdata[i]);
    draft->made->pdata[i] = NULL;
  }
  g_ptr_array_set_size (draft->made, 0);
  for (guint i = session->transceivers->len; i > 0; i--) {
    RtcTransceiver *transceiver = session->transceivers->pdata[i - 1];
    rtc_transceiver_set_media (transceiver, rtc_state_find_media (draft, transceiver));
    if (transceiver->is_stopped) {
      rtc_transceiver_set_media (transceiver, NULL);
      g_ptr_array_remove_index (session->transceivers, i - 1);
    }
  }
}

/* Takes @draft. */
static void
commit (RtcSession *session, RtcState *draft)
{
  RtcState *before = session->state;

  take_transceivers (session, draft);
  session->state = draft;
  if (draft->signaling == RTC_SIGNALING_STABLE) {
    g_clear_pointer (&session->stable, rtc_state_free);
    rtc_state_free (before);
    forget_created (session);
    update_ufrags_to_replace (session);
    session->has_data &= !draft->data.is_rejected;
  } else if (session->stable == NULL) {
    session->stable = before;
  } else {
    rtc_state_free (before);
  }
  if (draft->signaling == RTC_SIGNALING_HAVE_REMOTE_OFFER)
    forget_created (session);
}

static GPtrArray *
new_changes (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_change_free);
}

static GPtrArray *
roll_back (RtcSession *session)
{
  GPtrArray *changes = new_changes ();
  RtcState *draft = rtc_apply_rollback (session);

  rtc_diff (session->state, draft, changes);
  commit (session, draft);
  return changes;
}

GPtrArray *
rtc_session_set_local (
    RtcSession *session, RtcSdpType type, const RtcDescription *description, GError **error)
{
  RtcSignalingState next;
  RtcState *draft;
  GPtrArray *changes;

  g_return_val_if_fail (type == RTC_SDP_ROLLBACK || description != NULL, NULL);

  if (!find_transition (session, TRUE, type, &next, error))
    return NULL;
  if (type == RTC_SDP_ROLLBACK)
    return roll_back (session);
  draft = rtc_apply_local (session, type, description, next, error);
  if (draft == NULL)
    return NULL;
  changes = new_changes ();
  rtc_diff (session->state, draft, changes);
  commit (session, draft);
  return changes;
}

/* The signalling state is told once, when both steps are done. */
static void
diff_implicit_rollback (const RtcState *before, RtcState *rolled, GPtrArray *changes)
{
  RtcSignalingState signaling = rolled->signaling;

  rolled->signaling = before->signaling;
  rtc_diff (before, rolled, changes);
  rolled->signaling = signaling;
}

GPtrArray *
rtc_session_set_remote (
    RtcSession *session, RtcSdpType type, const RtcDescription *description, GError **error)
{
  g_autoptr (RtcState) rolled = NULL;
  g_autoptr (GPtrArray) changes = new_changes ();
  RtcSignalingState next;
  RtcState *draft;

  g_return_val_if_fail (type == RTC_SDP_ROLLBACK || description != NULL, NULL);

  if (!find_transition (session, FALSE, type, &next, error))
    return NULL;
  if (type == RTC_SDP_ROLLBACK)
    return roll_back (session);
  if (type == RTC_SDP_OFFER && session->state->signaling == RTC_SIGNALING_HAVE_LOCAL_OFFER) {
    rolled = rtc_apply_rollback (session);
    diff_implicit_rollback (session->state, rolled, changes);
  }
  draft = rtc_apply_remote (
      session, rolled != NULL ? rolled : session->state, type, description, next, error);
  if (draft == NULL)
    return NULL;
  rtc_diff (rolled != NULL ? rolled : session->state, draft, changes);
  commit (session, draft);
  return g_steal_pointer (&changes);
}

/* FALSE without error: not for us. */
static gboolean
read_ufrag (const gchar *candidate, gchar **out_ufrag, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (RtcCandidate) parsed = rtc_candidate_from_text (candidate, &problem);

  if (parsed != NULL) {
    *out_ufrag = g_strdup (rtc_candidate_get_extension (parsed, "ufrag"));
    return TRUE;
  }
  if (!g_error_matches (problem, RTC_ERROR, RTC_ERROR_UNSUPPORTED))
    g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
rtc_session_add_remote_candidate (RtcSession *session, guint mline, const gchar *mid,
    const gchar *candidate, guint *out_transport, GError **error)
{
  const RtcDescription *remote = rtc_state_get_remote (session->state);
  gboolean is_end = candidate == NULL || *candidate == '\0';
  RtcTrickled trickled = { mline, mid, is_end ? NULL : candidate };
  g_autofree gchar *ufrag = NULL;
  guint unused;

  if (session->state->signaling == RTC_SIGNALING_CLOSED || remote == NULL) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_STATE, "a candidate needs a remote description");
    return FALSE;
  }
  if (rtc_candidates_find_section (remote, &trickled) < 0) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_ARGUMENT,
        "a candidate for section %u (mid %s), which the remote description does not have", mline,
        mid != NULL ? mid : "unknown");
    return FALSE;
  }
  if (!is_end && !read_ufrag (candidate, &ufrag, error))
    return FALSE;
  if (!is_end && g_str_has_prefix (candidate, "a="))
    trickled.candidate = candidate + 2;
  if (session->stable != NULL)
    rtc_candidates_add_remote (session->stable, &trickled, ufrag, &unused);
  return rtc_candidates_add_remote (session->state, &trickled, ufrag, out_transport);
}

gboolean
rtc_session_add_local_candidate (RtcSession *session, guint transport, const gchar *candidate,
    guint *out_mline, const gchar **out_mid)
{
  const RtcTransport *now = rtc_state_find_transport (session->state, (gint) transport);
  const RtcTransport *stable =
      session->stable != NULL ? rtc_state_find_transport (session->stable, (gint) transport) : NULL;
  guint unused;

  if (!rtc_candidates_add_local (session->state, transport, candidate, out_mline))
    return FALSE;
  /* What is gathered for a restart is not of the generation that a rollback restores. */
  if (stable != NULL && g_strcmp0 (stable->local_ufrag, now->local_ufrag) == 0)
    rtc_candidates_add_local (session->stable, transport, candidate, &unused);
  *out_mid = rtc_state_get_line (session->state, *out_mline)->mid;
  return TRUE;
}

static gboolean
has_ufrag (const RtcDescription *description, const gchar *ufrag)
{
  for (guint i = 0; description != NULL && i < description->sections->len; i++) {
    const RtcSection *section = rtc_description_get_section (description, i);
    if (g_strcmp0 (section->ice_ufrag, ufrag) == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
rtc_session_is_candidate_early (RtcSession *session, const gchar *candidate)
{
  g_autofree gchar *ufrag = NULL;

  if (candidate == NULL || *candidate == '\0' || !read_ufrag (candidate, &ufrag, NULL))
    return FALSE;
  return ufrag != NULL && !has_ufrag (session->state->pending_remote, ufrag) &&
      !has_ufrag (session->state->current_remote, ufrag);
}

const gchar *
rtc_session_get_local_ufrag (RtcSession *session, guint transport)
{
  const RtcTransport *found = rtc_state_find_transport (session->state, (gint) transport);

  return found != NULL ? found->local_ufrag : NULL;
}

RtcSignalingState
rtc_session_get_signaling_state (RtcSession *session)
{
  return session->state->signaling;
}

gboolean
rtc_session_is_negotiation_needed (RtcSession *session)
{
  return rtc_negotiation_is_needed (session);
}

static void
mark_for_restart (RtcSession *session, const RtcState *state)
{
  for (guint i = 0; i < state->transports->len; i++) {
    const RtcTransport *transport = state->transports->pdata[i];
    g_ptr_array_add (session->ufrags_to_replace, g_strdup (transport->local_ufrag));
  }
}

void
rtc_session_restart_ice (RtcSession *session)
{
  g_ptr_array_set_size (session->ufrags_to_replace, 0);
  mark_for_restart (session, session->state);
  if (session->stable != NULL)
    mark_for_restart (session, session->stable);
}

void
rtc_session_close (RtcSession *session)
{
  session->state->signaling = RTC_SIGNALING_CLOSED;
  forget_created (session);
}

const RtcDescription *
rtc_session_get_current_local (RtcSession *session)
{
  return session->state->current_local;
}

const RtcDescription *
rtc_session_get_pending_local (RtcSession *session)
{
  return session->state->pending_local;
}

const RtcDescription *
rtc_session_get_current_remote (RtcSession *session)
{
  return session->state->current_remote;
}

const RtcDescription *
rtc_session_get_pending_remote (RtcSession *session)
{
  return session->state->pending_remote;
}

RtcSdpType
rtc_session_get_local_type (RtcSession *session)
{
  return session->state->local_type;
}

RtcSdpType
rtc_session_get_remote_type (RtcSession *session)
{
  return session->state->remote_type;
}

gboolean
rtc_session_is_dtls_client (RtcSession *session, guint transport)
{
  const RtcTransport *found = rtc_state_find_transport (session->state, (gint) transport);

  return found != NULL && found->setup == RTC_SETUP_ACTIVE;
}
