/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Consent to send (RFC 7675) on one pair, and a question whether an address is the peer's: STUN
 * Binding requests of our own, beside libnice's, because libnice 0.1.21 tells nobody when it was
 * answered and knows only limits of 10 and 50 s. Bytes and times in, bytes and times out: no I/O.
 * A generation of RtcIceSession owns it.
 */
#pragma once

#include "rtcniceagent.h"
#include "rtcudpsender.h"

#include "base/rtcrandom.h"

G_BEGIN_DECLS

#define RTC_CONSENT_MAX_CHECK_BYTES 640

typedef struct _RtcConsent RtcConsent;

/**
 * RtcConsentAnswer:
 * @RTC_CONSENT_NONE: no answer to a check of ours, or one that anybody could have made
 * @RTC_CONSENT_GRANTED: the peer has answered, with the right password
 * @RTC_CONSENT_STALE: the peer has answered that it does not know these credentials: it is alive
 * and has begun a restart whose description has not come yet
 * @RTC_CONSENT_REVOKED: the peer has taken consent back
 */
typedef enum {
  RTC_CONSENT_NONE,
  RTC_CONSENT_GRANTED,
  RTC_CONSENT_STALE,
  RTC_CONSENT_REVOKED,
} RtcConsentAnswer;

/* @mark: the first word of every transaction id. */
RtcConsent *rtc_consent_new (const RtcIceCredentials *local, const RtcIceCredentials *remote,
    guint32 mark, RtcRandom random);
/* NULL is fine. */
void rtc_consent_free (RtcConsent *consent);

/* A check for @to. Returns its size; 0: @to was asked a moment ago. @out has room for
 * RTC_CONSENT_MAX_CHECK_BYTES. */
gsize rtc_consent_write_check (RtcConsent *consent, const RtcSocketAddress *to, guint32 priority,
    gboolean is_controlling, guint8 *out, GstClockTime now);
/* An answer counts only when it comes from where the check went (RFC 8445 §7.2.5.2.1). */
RtcConsentAnswer rtc_consent_read_answer (RtcConsent *consent, const RtcSocketAddress *from,
    const guint8 *bytes, gsize size, GstClockTime now);

/* The clock of the selected pair. @pair: its remote address. */
void rtc_consent_start (RtcConsent *consent, const RtcSocketAddress *pair, GstClockTime now);
/* A packet of the peer came: a sign of life, but no consent. @is_from_pair: from the pair's own
 * address, and not from another one that is the peer's too. TRUE: packets flow from now on, so the
 * next check may be earlier. */
gboolean rtc_consent_note_packet (RtcConsent *consent, gboolean is_from_pair, GstClockTime now);
/* When the next check for the pair is due; it moves with write_check(), and comes early when
 * packets that flowed have stopped. */
GstClockTime rtc_consent_get_next_check (const RtcConsent *consent);
/* The last check for the pair has no answer yet. */
gboolean rtc_consent_has_open_check (const RtcConsent *consent);
/* The pair's address has sent neither an answer nor a packet since more than one check: if another
 * address answers, that is where the peer is now. */
gboolean rtc_consent_is_unanswered (const RtcConsent *consent, GstClockTime now);
GstClockTime rtc_consent_get_last_sign (const RtcConsent *consent);
GstClockTime rtc_consent_get_last_grant (const RtcConsent *consent);
/* The peer has answered one of our checks on a selected pair, so silence means something. */
gboolean rtc_consent_is_proven (const RtcConsent *consent);
gboolean rtc_consent_is_revoked (const RtcConsent *consent);
/* Smoothed; GST_CLOCK_TIME_NONE while unknown. */
GstClockTime rtc_consent_get_round_trip (const RtcConsent *consent);

G_END_DECLS
