/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * application/trickle-ice-sdpfrag (RFC 8840 §9) as WHIP and WHEP use it (RFC 9725 §4.3): what a
 * client sends to add candidates or to restart ICE, and what the server replies. Values, owned by
 * the one who parses.
 */
#pragma once

#include "signalling/rtctrickle.h"

#define RTC_SDP_FRAGMENT_MAX_SECTIONS 32
#define RTC_SDP_FRAGMENT_MAX_LINE (8 * 1024)

typedef struct {
  /* Both or none. */
  gchar *ice_ufrag;
  gchar *ice_pwd;
  /* With the a=mid of their section; those that are no candidates are left out. */
  RtcTrickleQueue *candidates;
} RtcSdpFragment;

/* FALSE: RTC_ERROR_SYNTAX, RTC_ERROR_INVALID or RTC_ERROR_LIMIT, and @out_fragment is untouched. */
gboolean rtc_sdp_fragment_parse (
    const gchar *text, gsize size, RtcSdpFragment *out_fragment, GError **error);
void rtc_sdp_fragment_clear (RtcSdpFragment *fragment);
/* (transfer full): @offer with the fragment's credentials, no candidates, and the next version in
 * its o= line. */
gchar *rtc_sdp_fragment_restart_offer (const RtcSdpFragment *fragment, const gchar *offer);
/* (transfer full): the answer of a restart: @answer with the fragment's credentials, and only its
 * candidates. */
gchar *rtc_sdp_fragment_restart_answer (const RtcSdpFragment *fragment, const gchar *answer);
/* (transfer full): RFC 9725 §4.3.1: the fragment that adds @candidates to what @offer said.
 * @is_end: there will be no more. */
gchar *rtc_sdp_fragment_from_candidates (
    const gchar *offer, const RtcTrickleQueue *candidates, gboolean is_end);
/* (transfer full): the fragment that tells what @answer (or offer) says of ICE. RFC 9725 §4.3: only
 * the first m= section, all others are bundled with it. */
gchar *rtc_sdp_fragment_from_answer (const gchar *answer);
