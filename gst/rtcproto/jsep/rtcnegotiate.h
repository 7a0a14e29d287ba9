/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What two sides have in common: codecs, header extensions, restriction ids (RFC 3264 §6.1,
 * RFC 8285 §6, RFC 8853 §5.3). Pure.
 */
#pragma once

#include "jsep/rtcmedia.h"

/* (transfer full): the codecs of an answer: those of @offered that @ours has, with the offer's
 * payload types and our format parameters; in our order when @is_our_order (the application has
 * preferences), otherwise in the offer's. */
GPtrArray *rtc_negotiate_codecs (
    const GPtrArray *ours, const GPtrArray *offered, gboolean is_our_order);
/* There is one that carries media by itself. */
gboolean rtc_negotiate_has_medium (const GPtrArray *codecs);
/* (transfer full): the extensions of an answer, with the offer's ids. */
GPtrArray *rtc_negotiate_extmaps (const GPtrArray *ours, const GPtrArray *offered);
/* (transfer full): the answer that receives every stream offered in @offered. */
GPtrArray *rtc_negotiate_rids (const GPtrArray *offered);
/* Some codec of @answer is in @offer. */
gboolean rtc_negotiate_has_common (const RtcSection *offer, const RtcSection *answer);
/* Fills both directions of @media from the two accepted sections. */
void rtc_negotiate_parameters (
    RtcMedia *media, const RtcSection *local, const RtcSection *remote, gboolean is_local_answer);
