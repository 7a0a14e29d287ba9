/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A remote candidate line (RFC 8839 §5.1) becomes a NiceCandidate, or is dropped by policy: what a
 * peer may make us send to is decided in this file and nowhere else. Pure functions.
 */
#pragma once

#include <gst/gst.h>
#include <nice/agent.h>

G_BEGIN_DECLS

/**
 * RtcCandidateVerdict:
 * @RTC_CANDIDATE_USE: out_candidate is set
 * @RTC_CANDIDATE_RESOLVE: out_candidate is set, but its address is a name, out_name: ask for it
 * @RTC_CANDIDATE_DROP: well-formed, but of no use here
 * @RTC_CANDIDATE_BAD: not a candidate line
 */
typedef enum {
  RTC_CANDIDATE_USE,
  RTC_CANDIDATE_RESOLVE,
  RTC_CANDIDATE_DROP,
  RTC_CANDIDATE_BAD,
} RtcCandidateVerdict;

/* @line: "candidate:..." or "a=candidate:...". The results are (transfer full). */
RtcCandidateVerdict rtc_candidate_line_parse (
    const gchar *line, gboolean allow_tcp, NiceCandidate **out_candidate, gchar **out_name);

/* FALSE for the unspecified, multicast, broadcast and link-local addresses and for port 0: no peer
 * can be reached there, or more than one. */
gboolean rtc_candidate_address_is_usable (const NiceAddress *address);

/* The line of a local candidate. @hides_base: the related address is not told (RFC 8828 §5.2 mode
 * 4, RFC 8839 §5.1: "0.0.0.0" and port 9 stand for an address that is kept private). */
gchar *rtc_candidate_line_print (const NiceCandidate *candidate, gboolean hides_base);

G_END_DECLS
