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
/* (transfer full): what is packed in @text when it is base64 of a JSON object, as programs print it
 * for a clipboard; else NULL. */
gchar *rtc_json_unpack_base64 (const gchar *text, gsize size, gsize *out_size);
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

typedef struct {
  RtcJsonDescription description;
  /* JSON text, NULL when the client gave none. */
  gchar *metadata;
} RtcJsonPbxOffer;

/* {"sdp":{"type":...,"sdp":...},"session_id"?:...,"metadata"?:...} */
gboolean rtc_json_parse_pbx_offer (
    const gchar *text, gsize size, RtcJsonPbxOffer *out_offer, GError **error);
void rtc_json_pbx_offer_clear (RtcJsonPbxOffer *offer);

typedef struct {
  gchar *session_id;
  RtcTrickleQueue *candidates;
} RtcJsonPbxCandidates;

/* {"session_id":...,"candidate":C} or "candidates":[C, ...], where C is an RTCIceCandidateInit, a
 * candidate line, or, in "candidate" too, an array of them. */
gboolean rtc_json_parse_pbx_candidates (
    const gchar *text, gsize size, RtcJsonPbxCandidates *out_candidates, GError **error);
void rtc_json_pbx_candidates_clear (RtcJsonPbxCandidates *candidates);

typedef enum {
  RTC_JSON_SOCKET_DESCRIPTION,
  RTC_JSON_SOCKET_CANDIDATE,
  RTC_JSON_SOCKET_TEXT,
} RtcJsonSocketKind;

/* What is set depends on the kind. */
typedef struct {
  RtcJsonSocketKind kind;
  /* Its sdp is empty for a rollback. */
  RtcJsonDescription description;
  RtcTrickleCandidate candidate;
  gchar *text;
} RtcJsonSocketMessage;

/* A message over a WebSocket: a bare RTCSessionDescription or RTCIceCandidateInit, or
 * {"type":"description","description":{...}}, {"type":"candidate","candidate":{...}} and
 * {"type":"message","message":"..."}; or {"type":"Sdp","sdp":"..."} and
 * {"type":"Ice","candidate":"candidate:..."}. */
gboolean rtc_json_parse_socket_message (
    const gchar *text, gsize size, RtcJsonSocketMessage *out_message, GError **error);
void rtc_json_socket_message_clear (RtcJsonSocketMessage *message);
/* (transfer full): an RTCIceCandidateInit. @mid may be NULL. */
gchar *rtc_json_print_candidate (guint section, const gchar *mid, const gchar *candidate);
/* (transfer full): {"type":"status","state":...,"message":...} */
gchar *rtc_json_print_status (const gchar *state, const gchar *message);

/* (transfer full): the member "session_id", or NULL with @error. */
gchar *rtc_json_parse_session_id (const gchar *text, gsize size, GError **error);
/* (transfer full): the reply to an RtcJsonPbxOffer. @metadata may be NULL. */
gchar *rtc_json_print_pbx_answer (const gchar *sdp, const gchar *session_id, const gchar *metadata);
/* (transfer full): what an error reply says in words: the member "detail" (RFC 9457) or "error";
 * NULL where there is neither. */
gchar *rtc_json_parse_error_text (const gchar *text, gsize size);
