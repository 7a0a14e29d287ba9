/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The JSON bodies of the signalling dialects, with json-glib: RTCSessionDescription and
 * RTCIceCandidateInit of W3C webrtc-pc §4.6 and §4.8. Values, owned by the caller. */
#pragma once

#include "signalling/rtctrickle.h"

typedef struct {
  gchar *type;
  gchar *sdp;
  /* NULL when the client gave none. */
  gchar *session_id;
} RtcJsonDescription;

gboolean rtc_json_parse_description (
    const gchar *text, gsize size, RtcJsonDescription *out_description, GError **error);
void rtc_json_description_clear (RtcJsonDescription *description);
/* (transfer full) */
gchar *rtc_json_print_description (const gchar *type, const gchar *sdp);

typedef struct {
  RtcTrickleCandidate candidate;
  gchar *session_id;
} RtcJsonCandidate;

/* Takes a bare candidate line, the same as a JSON string, and an RTCIceCandidateInit alone or as
 * the member "candidate". */
gboolean rtc_json_parse_candidate (
    const gchar *text, gsize size, RtcJsonCandidate *out_candidate, GError **error);
void rtc_json_candidate_clear (RtcJsonCandidate *candidate);
