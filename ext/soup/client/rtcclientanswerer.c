/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The client that answers: what its offerer says may come before the peer is there, or while an
 * earlier offer is answered. For the dialects in which the other side begins. Functions of the
 * client role, on the loop.
 */
#include "rtcclientroleparts.h"

#include "signalling/rtcofferfacts.h"

struct _RtcClientAnswerer {
  RtcClientRole *role;
  RtcTrickleQueue *early_candidates;
  gchar *early_offer;
  /* Of the offer that was taken last. */
  RtcOfferFacts facts;
};

RtcClientAnswerer *
rtc_client_role_get_answerer (RtcClientRole *role)
{
  if (role->answerer == NULL) {
    role->answerer = g_new0 (RtcClientAnswerer, 1);
    role->answerer->role = role;
    role->answerer->early_candidates = rtc_trickle_queue_new ();
  }
  return role->answerer;
}

void
rtc_client_answerer_free (RtcClientAnswerer *answerer)
{
  if (answerer == NULL)
    return;
  rtc_trickle_queue_free (answerer->early_candidates);
  rtc_offer_facts_clear (&answerer->facts);
  g_free (answerer->early_offer);
  g_free (answerer);
}

static void
keep_offer (RtcClientAnswerer *answerer, const gchar *sdp)
{
  g_free (answerer->early_offer);
  answerer->early_offer = g_strdup (sdp);
}

/* Another offerer, or the same program started anew, needs a new peer. */
static gboolean
is_another_offerer (const RtcClientAnswerer *answerer, const RtcOfferFacts *facts)
{
  return answerer->role->is_established &&
      g_strcmp0 (facts->identity, answerer->facts.identity) != 0;
}

gboolean
rtc_client_answerer_take_offer (RtcClientAnswerer *answerer, const gchar *sdp, GError **error)
{
  RtcClientRole *role = answerer->role;
  RtcOfferFacts facts = { NULL };
  gboolean is_restart;
  if (!rtc_offer_facts_read (sdp, &facts, error))
    return FALSE;
  if (role->driver == NULL || role->phase == RTC_CLIENT_PHASE_COUNTER) {
    keep_offer (answerer, sdp);
  } else if (is_another_offerer (answerer, &facts)) {
    keep_offer (answerer, sdp);
    rtc_client_role_renew (role, "another offerer came");
  } else {
    is_restart = role->is_established && rtc_offer_facts_is_restart (&answerer->facts, &facts);
    rtc_offer_facts_clear (&answerer->facts);
    answerer->facts = facts;
    rtc_client_role_remote_offered (role, sdp, is_restart);
    return TRUE;
  }
  rtc_offer_facts_clear (&facts);
  return TRUE;
}

gboolean
rtc_client_answerer_take_candidate (
    RtcClientAnswerer *answerer, const RtcTrickleCandidate *candidate, GError **error)
{
  RtcClientRole *role = answerer->role;
  return role->driver != NULL && answerer->early_offer == NULL
      ? rtc_peer_driver_add_candidate (role->driver, candidate, error)
      : rtc_trickle_queue_push (answerer->early_candidates, candidate, error);
}

void
rtc_client_answerer_take_early (RtcClientAnswerer *answerer)
{
  RtcClientRole *role = answerer->role;
  g_autofree gchar *offer = g_steal_pointer (&answerer->early_offer);
  if (offer != NULL)
    rtc_client_answerer_take_offer (answerer, offer, NULL);
  if (role->driver == NULL || answerer->early_offer != NULL)
    return;
  for (guint i = 0; i < rtc_trickle_queue_get_length (answerer->early_candidates); i++)
    rtc_peer_driver_add_candidate (
        role->driver, rtc_trickle_queue_peek (answerer->early_candidates, i), NULL);
  rtc_trickle_queue_clear (answerer->early_candidates);
}
