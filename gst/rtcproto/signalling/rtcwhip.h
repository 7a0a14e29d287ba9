/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What WHIP (RFC 9725) and WHEP ask of an offer and of the headers beside it. Pure functions on
 * text.
 */
#pragma once

#include "base/rtcerror.h"

typedef enum {
  RTC_WHIP_PUBLISHER,
  RTC_WHIP_VIEWER,
} RtcWhipRole;

/* RFC 9725 §4.2 and §4.4: one audio and one video section at most, bundled, with RTCP on the same
 * port, in the right direction, and the client may be active. FALSE: RTC_ERROR_INVALID. @sdp has
 * passed rtc_offer_facts_read(). */
gboolean rtc_whip_check_offer (
    const gchar *sdp, RtcWhipRole role, guint *out_n_media, GError **error);
/* Whether an a=rtpmap of @sdp has this encoding name. */
gboolean rtc_whip_offers_encoding (const gchar *sdp, const gchar *encoding_name);

/**
 * RtcWhipMatch:
 * @RTC_WHIP_MATCH_MISSING: no If-Match: 428
 * @RTC_WHIP_MATCH_ANY: a star, also the quoted one that some clients send
 * @RTC_WHIP_MATCH_SAME: the entity tag of the ICE session
 * @RTC_WHIP_MATCH_DIFFERENT: of an older one: 412
 */
typedef enum {
  RTC_WHIP_MATCH_MISSING,
  RTC_WHIP_MATCH_ANY,
  RTC_WHIP_MATCH_SAME,
  RTC_WHIP_MATCH_DIFFERENT,
} RtcWhipMatch;

/* @if_match may be NULL; @etag with its quotes. RFC 9110 §13.1.1: strong comparison. */
RtcWhipMatch rtc_whip_match (const gchar *if_match, const gchar *etag);
/* @content_type (may be NULL) is @type, with or without parameters. */
gboolean rtc_whip_is_type (const gchar *content_type, const gchar *type);
