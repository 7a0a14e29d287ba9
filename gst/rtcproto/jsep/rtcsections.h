/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What offers and answers write alike into their sections: sources, transport attributes, the
 * rejected section, the o= line's version. Pure.
 */
#pragma once

#include "jsep/rtcsession-private.h"

/* (transfer full): a mid that neither the session nor @description has used: RFC 9429 §5.2.1 wants
 * short ones. */
gchar *rtc_sections_make_mid (const RtcState *state, const RtcDescription *description);
/* (transfer full): 96 random bits that may be a CNAME (RFC 7022 §4.2) and an msid (RFC 8830 §2: no
 * "/"). */
gchar *rtc_sections_make_token (RtcRandom random);
/* Port 0, and nothing but what the m= line needs (RFC 3264 §6). */
void rtc_section_reject (RtcSection *section);
/* (transfer full): a rejected section in the place of @section. */
RtcSection *rtc_section_new_rejected (const RtcSection *section);
/* a=msid, a=ssrc, a=ssrc-group of a section that sends (RFC 9429 §5.2.1). */
void rtc_section_write_sources (
    RtcSection *section, const RtcSession *session, const RtcTransceiver *transceiver);
/* The transport's credentials and candidates, or new credentials when @transport is NULL or
 * @is_restart. */
void rtc_section_write_transport (RtcSection *section, const RtcSession *session,
    const RtcTransport *transport, gboolean is_restart);
/* The same for a section that is bundled into @owner: all but candidates. */
void rtc_section_share_transport (RtcSection *section, const RtcSection *owner);
/* Takes rejected sections out of the groups, and groups that are empty then. */
void rtc_sections_prune_groups (RtcDescription *description);
/* RFC 9429 §5.2.2: "the <sess-version> ... MUST increment by one on each generated description
 * that changes"; candidates do not count. */
void rtc_sections_write_origin (RtcDescription *description, const RtcSession *session);
