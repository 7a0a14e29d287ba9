/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which numbers the session gave to what: payload types and header extension ids. Once used they
 * keep their meaning (RFC 3264 §8.3.2, RFC 8285 §7), and in a BUNDLE group a number means the same
 * in all sections (RFC 9143 §9.1, §8).
 */
#pragma once

#include "sdp/rtcdescription.h"

typedef struct _RtcPayloads RtcPayloads;

RtcPayloads *rtc_payloads_new (void);
RtcPayloads *rtc_payloads_copy (const RtcPayloads *payloads);
void rtc_payloads_free (RtcPayloads *payloads);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcPayloads, rtc_payloads_free)

/* The numbers of a description that was set; they replace older meanings. */
void rtc_payloads_learn (RtcPayloads *payloads, const RtcDescription *description);
void rtc_payloads_learn_section (RtcPayloads *payloads, const RtcSection *section);
/* (transfer full): @wanted with the numbers that an offer gives them. @previous: the section's last
 * local description or NULL. A codec for which no number is left is not in the result. */
GPtrArray *rtc_payloads_number_codecs (
    RtcPayloads *payloads, const GPtrArray *wanted, const RtcSection *previous);
GPtrArray *rtc_payloads_number_extmaps (
    RtcPayloads *payloads, const GPtrArray *wanted, const RtcSection *previous);
/* NULL when nothing has this number. */
const RtcCodec *rtc_payloads_find_codec (const RtcPayloads *payloads, guint pt);
const gchar *rtc_payloads_find_extmap (const RtcPayloads *payloads, guint id);

/* Makes @codec repeat @apt (RFC 4588 §8.6). */
void rtc_codec_set_apt (RtcCodec *codec, guint apt);
