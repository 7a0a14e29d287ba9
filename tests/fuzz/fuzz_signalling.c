/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bodies that a client posts: a description and a candidate, in JSON or bare. Whatever comes, what
 * is read keeps its limits, and what is written into a description can be found there.
 */
#include <stdint.h>
#include <string.h>

#include "peer/rtcjson.h"
#include "signalling/rtcofferfacts.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
read_offer (const gchar *sdp)
{
  RtcOfferFacts facts = { NULL };
  if (!rtc_offer_facts_read (sdp, &facts, NULL))
    return;
  g_assert_nonnull (facts.identity);
  g_assert_cmpuint (facts.n_sections, >, 0);
  g_assert_cmpuint (facts.n_sections, <=, RTC_OFFER_MAX_SECTIONS);
  g_assert_cmpuint (facts.n_candidates, <=, RTC_OFFER_MAX_CANDIDATES);
  g_assert_cmpuint (strlen (facts.ice_ufrag), <=, RTC_OFFER_MAX_CREDENTIAL);
  g_assert_true (rtc_offer_facts_may_follow (&facts, &facts, NULL));
  rtc_offer_facts_clear (&facts);
}

static void
read_description (const gchar *text, gsize size)
{
  RtcJsonDescription description = { NULL };
  g_autofree gchar *json = NULL;
  gsize unpacked_size = 0;
  g_autofree gchar *unpacked = rtc_json_unpack_base64 (text, size, &unpacked_size);
  if (unpacked != NULL)
    g_assert_true (unpacked_size > 0 && unpacked[0] == '{');
  if (!rtc_json_parse_description (text, size, &description, NULL))
    return;
  read_offer (description.sdp);
  json = rtc_json_print_description (description.type, description.sdp);
  rtc_json_description_clear (&description);
  g_assert_true (rtc_json_parse_description (json, strlen (json), &description, NULL));
  rtc_json_description_clear (&description);
}

static void
read_candidate (const gchar *text, gsize size)
{
  RtcJsonCandidate candidate = { { NULL, NULL, -1 }, NULL };
  RtcTrickleQueue *queue;
  g_autofree gchar *sdp = NULL;
  if (!rtc_json_parse_candidate (text, size, &candidate, NULL))
    return;
  g_assert_cmpuint (strlen (candidate.candidate.candidate), <=, RTC_TRICKLE_MAX_CANDIDATE);
  g_assert_null (strpbrk (candidate.candidate.candidate, "\r\n"));
  candidate.candidate.section = 0;
  queue = rtc_trickle_queue_new ();
  g_assert_true (rtc_trickle_queue_push (queue, &candidate.candidate, NULL));
  sdp = rtc_trickle_complete_description ("v=0\r\nm=audio 9 X 0\r\n", queue, TRUE);
  g_assert_nonnull (strstr (sdp, candidate.candidate.candidate));
  rtc_trickle_queue_free (queue);
  rtc_json_candidate_clear (&candidate);
}

/* The reply has the form of an offer, so it must be readable as one, metadata included. */
static void
read_pbx_offer (const gchar *text, gsize size)
{
  RtcJsonPbxOffer offer = { { NULL } };
  g_autofree gchar *json = NULL;
  if (!rtc_json_parse_pbx_offer (text, size, &offer, NULL))
    return;
  json = rtc_json_print_pbx_answer (
      offer.description.sdp != NULL ? offer.description.sdp : "", "id", offer.metadata);
  rtc_json_pbx_offer_clear (&offer);
  g_assert_true (rtc_json_parse_pbx_offer (json, strlen (json), &offer, NULL));
  g_assert_cmpstr (offer.description.session_id, ==, "id");
  rtc_json_pbx_offer_clear (&offer);
}

static void
read_pbx_candidates (const gchar *text, gsize size)
{
  RtcJsonPbxCandidates candidates = { NULL, NULL };
  g_autofree gchar *id = rtc_json_parse_session_id (text, size, NULL);
  if (!rtc_json_parse_pbx_candidates (text, size, &candidates, NULL))
    return;
  g_assert_cmpstr (candidates.session_id, ==, id);
  g_assert_cmpuint (
      rtc_trickle_queue_get_length (candidates.candidates), <=, RTC_TRICKLE_MAX_CANDIDATES);
  rtc_json_pbx_candidates_clear (&candidates);
}

static void
read_socket_message (const gchar *text, gsize size)
{
  RtcJsonSocketMessage message = { 0 };
  if (!rtc_json_parse_socket_message (text, size, &message, NULL))
    return;
  if (message.kind == RTC_JSON_SOCKET_DESCRIPTION) {
    g_assert_nonnull (message.description.type);
    read_offer (message.description.sdp);
  } else if (message.kind == RTC_JSON_SOCKET_TEXT) {
    g_assert_nonnull (message.text);
  } else {
    g_autofree gchar *json =
        rtc_json_print_candidate (0, message.candidate.mid, message.candidate.candidate);
    rtc_json_socket_message_clear (&message);
    g_assert_true (rtc_json_parse_socket_message (json, strlen (json), &message, NULL));
  }
  rtc_json_socket_message_clear (&message);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  read_description ((const gchar *) data, size);
  read_candidate ((const gchar *) data, size);
  read_pbx_offer ((const gchar *) data, size);
  read_pbx_candidates ((const gchar *) data, size);
  read_socket_message ((const gchar *) data, size);
  read_offer (text);
  return 0;
}
