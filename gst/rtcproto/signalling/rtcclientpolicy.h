/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a signalling client makes of a server's replies: where a redirect or a Location leads, which
 * class a status is of (RFC 9110 §15, RFC 9725 §4.2 and §4.5), and what to tell the user. Pure
 * functions on text.
 */
#pragma once

#include "base/rtcerror.h"

#define RTC_CLIENT_MAX_REDIRECTS 5
#define RTC_CLIENT_MAX_URL 2048

/* (transfer full): @url as an absolute http or https URL without fragment and user; "whip", "whep"
 * mean http, with an "s" at the end https. NULL with @error. */
gchar *rtc_client_normalize_url (const gchar *url, GError **error);
/* (transfer full): RFC 3986 §5: @reference (relative or not) from @base. NULL with @error. */
gchar *rtc_client_resolve (const gchar *base, const gchar *reference, GError **error);
/* RFC 6454 §5: same scheme, host and port. */
gboolean rtc_client_is_same_origin (const gchar *url, const gchar *other);
/* (transfer full): where to send the request after @status with @location (may be NULL) from @url,
 * having followed @n_followed already. NULL with @error: not to be followed. */
gchar *rtc_client_redirect (
    const gchar *url, guint status, const gchar *location, guint n_followed, GError **error);

/**
 * RtcClientVerdict:
 * @RTC_CLIENT_SUCCESS: any 2xx
 * @RTC_CLIENT_REDIRECT: any 3xx
 * @RTC_CLIENT_LATER: may work after a while
 * @RTC_CLIENT_REFUSED: will not work again either
 */
typedef enum {
  RTC_CLIENT_SUCCESS,
  RTC_CLIENT_REDIRECT,
  RTC_CLIENT_LATER,
  RTC_CLIENT_REFUSED,
} RtcClientVerdict;

RtcClientVerdict rtc_client_judge (guint status);
/* What a user can do about @status; a sentence without full stop. */
const gchar *rtc_client_explain (guint status);
