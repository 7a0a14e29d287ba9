/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the signalling must know of an offer before a peer sees it: whose it is, whether it restarts
 * ICE, and that it is worth handing on. It scans lines; it is no SDP parser (that is sdp/'s work).
 * One for each session, owned by the session.
 */
#pragma once

#include "base/rtcerror.h"

#define RTC_OFFER_MAX_LINE (8 * 1024)
#define RTC_OFFER_MAX_SECTIONS 32
#define RTC_OFFER_MAX_CANDIDATES 64
#define RTC_OFFER_MAX_CREDENTIAL 256

typedef struct {
  /* User name and sess-id of the o= line, which RFC 8829 §5.2.2 keeps for the life of a peer
   * connection, and its first fingerprint: together they name the session. The o= line alone does
   * not, since some stacks take the time of day for it. */
  gchar *identity;
  gchar *ice_ufrag;
  guint n_sections;
  guint n_candidates;
} RtcOfferFacts;

/* FALSE: RTC_ERROR_SYNTAX, RTC_ERROR_INVALID or RTC_ERROR_LIMIT, and @out_facts is untouched. */
gboolean rtc_offer_facts_read (const gchar *sdp, RtcOfferFacts *out_facts, GError **error);
/* Whether @next may follow @facts in one session: RFC 3264 §8 never takes an m= section away. */
gboolean rtc_offer_facts_may_follow (
    const RtcOfferFacts *facts, const RtcOfferFacts *next, GError **error);
/* RFC 8839 §4.4.1.1.1: an ICE restart changes both user fragment and password; the fragment tells.
 */
gboolean rtc_offer_facts_is_restart (const RtcOfferFacts *facts, const RtcOfferFacts *next);
void rtc_offer_facts_clear (RtcOfferFacts *facts);

/* Whether an ICE user fragment, or password, is of a length that RFC 8839 allows. */
gboolean rtc_sdp_check_ufrag (const gchar *value, GError **error);
gboolean rtc_sdp_check_pwd (const gchar *value, GError **error);
/* The index of the m= section whose a=mid is @mid; -1 when there is none. */
gint rtc_sdp_find_mid (const gchar *sdp, const gchar *mid);
/* (transfer full): the a=mid of the m= section with this index; NULL when it has none. */
gchar *rtc_sdp_get_mid (const gchar *sdp, gint index);
