/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two programs that both listen: POST /sdp takes a JSON description, POST /candidate a candidate
 * line, and both are replied to with an empty 200. The answer to an offer is a request in the other
 * direction. Either side may be the one that offers. Functions of the client role, on the loop.
 */
#include "rtcclientroleparts.h"

#include <string.h>

#include "peer/rtcjson.h"
#include "signalling/rtcclientpolicy.h"
#include "signalling/rtcofferfacts.h"

/* As the programs of this kind write it, also for a bare line. */
#define JSON_TYPE "application/json; charset=utf-8"

/* --- what comes --- */

static gboolean
is_answerer (const RtcClientRole *role)
{
  return role->config.dialect == RTC_CLIENT_DIALECT_PAIR_ANSWERER;
}

/* NULL: taken. (transfer full): why not. */
static gchar *
take_offer (RtcClientRole *role, const gchar *body, gsize size)
{
  RtcJsonDescription description = { NULL };
  g_autoptr (GError) error = NULL;
  gchar *fault = NULL;
  if (!rtc_json_parse_description (body, size, &description, &error))
    fault = g_strdup (error->message);
  else if (strcmp (description.type, "offer") != 0)
    fault = g_strdup ("this side answers; send an offer");
  else if (!rtc_client_answerer_take_offer (
               rtc_client_role_get_answerer (role), description.sdp, &error))
    fault = g_strdup (error->message);
  rtc_json_description_clear (&description);
  return fault;
}

static gchar *
take_answer (RtcClientRole *role, const gchar *body, gsize size)
{
  RtcJsonDescription description = { NULL };
  RtcOfferFacts facts = { NULL };
  g_autoptr (GError) error = NULL;
  gchar *fault = NULL;
  if (!rtc_json_parse_description (body, size, &description, &error) ||
      !rtc_offer_facts_read (description.sdp, &facts, &error)) {
    fault = g_strdup (error->message);
  } else if (strcmp (description.type, "answer") != 0) {
    fault = g_strdup ("this side makes the offers; send an answer");
  } else if (role->phase != RTC_CLIENT_PHASE_ASKING && role->phase != RTC_CLIENT_PHASE_WAITING) {
    fault = g_strdup ("there is no offer to answer");
  } else {
    rtc_loop_timer_set (role->retry_timer, GST_CLOCK_TIME_NONE);
    rtc_client_role_answered (role, description.sdp);
  }
  rtc_offer_facts_clear (&facts);
  rtc_json_description_clear (&description);
  return fault;
}

static gchar *
take_candidate (RtcClientRole *role, const gchar *body, gsize size)
{
  RtcJsonCandidate candidate = { { NULL, NULL, -1 }, NULL };
  g_autoptr (GError) error = NULL;
  gboolean is_taken = rtc_json_parse_candidate (body, size, &candidate, &error);
  /* Before our offer is there, nobody can know of a candidate. */
  if (is_taken && is_answerer (role))
    is_taken = rtc_client_answerer_take_candidate (
        rtc_client_role_get_answerer (role), &candidate.candidate, &error);
  else if (is_taken && role->driver != NULL)
    is_taken = rtc_peer_driver_add_candidate (role->driver, &candidate.candidate, &error);
  rtc_json_candidate_clear (&candidate);
  return is_taken ? NULL : g_strdup (error->message);
}

void
rtc_client_pair_handle (RtcHttpServer *server, RtcHttpRequest *request, gpointer user_data)
{
  RtcClientRole *role = user_data;
  RtcHttpRoute route = rtc_http_request_get_decision (request)->route;
  g_autoptr (GBytes) body = rtc_http_request_get_body (request);
  gsize size = 0;
  const gchar *text = g_bytes_get_data (body, &size);
  g_autofree gchar *fault = NULL;

  if (text == NULL)
    text = "";
  if (role->is_over || (route != RTC_HTTP_ROUTE_OFFER && route != RTC_HTTP_ROUTE_CANDIDATE)) {
    rtc_http_request_reply_error (request, 404, NULL);
    return;
  }
  if (route == RTC_HTTP_ROUTE_CANDIDATE)
    fault = take_candidate (role, text, size);
  else
    fault = is_answerer (role) ? take_offer (role, text, size) : take_answer (role, text, size);
  if (fault != NULL)
    rtc_http_request_reply_error (request, 400, fault);
  else
    rtc_http_request_reply (request, 200, NULL, NULL);
}

/* --- what goes --- */

/* (transfer full) */
static gchar *
make_url (const RtcClientRole *role, const gchar *name)
{
  g_autofree gchar *base = g_strdup (role->config.url);
  if (g_str_has_suffix (base, "/sdp"))
    base[strlen (base) - strlen ("/sdp")] = '\0';
  else if (g_str_has_suffix (base, "/"))
    base[strlen (base) - 1] = '\0';
  return g_strconcat (base, name, NULL);
}

static RtcHttpCall
make_post (const RtcClientRole *role, const gchar *url, const gchar *body)
{
  return (RtcHttpCall){
    .method = "POST",
    .url = url,
    .body = body,
    .content_type = JSON_TYPE,
    .limit = role->config.request_limit,
  };
}

static void
offer_posted (const RtcHttpReply *reply, const GError *error, gpointer user_data)
{
  RtcClientRole *role = user_data;
  /* The answer may be faster than the reply. */
  if (role->phase != RTC_CLIENT_PHASE_ASKING)
    return;
  if (reply == NULL || rtc_client_judge (reply->status) != RTC_CLIENT_SUCCESS)
    rtc_client_role_no_answer (role, reply, error);
  else
    rtc_client_role_await_answer (role);
}

static void
pair_send (RtcClientRole *role)
{
  g_autofree gchar *body = rtc_json_print_description ("offer", role->offer);
  g_autofree gchar *url = make_url (role, "/sdp");
  const RtcHttpCall call = make_post (role, url, body);
  rtc_client_role_send (role, &call, offer_posted);
}

static void
pair_trickle (RtcClientRole *role)
{
  const RtcTrickleCandidate *candidate = rtc_trickle_queue_peek (role->candidates, 0);
  g_autofree gchar *url = make_url (role, "/candidate");
  const RtcHttpCall call = make_post (role, url, candidate->candidate);
  rtc_client_role_send_candidates (role, &call, 1);
}

/* The end of a connection is told by DTLS alone. */
static void
pair_leave (RtcClientRole *role)
{
}

/* --- the answerer --- */

static void
answer_posted (const RtcHttpReply *reply, const GError *error, gpointer user_data)
{
  RtcClientRole *role = user_data;
  if (reply == NULL || rtc_client_judge (reply->status) != RTC_CLIENT_SUCCESS) {
    rtc_client_role_no_answer (role, reply, error);
    return;
  }
  rtc_client_role_counter_taken (role);
  rtc_client_answerer_take_early (rtc_client_role_get_answerer (role));
}

/* Also once more, when it did not arrive: role->offer is what we said last. */
static void
post_answer (RtcClientRole *role)
{
  g_autofree gchar *body = rtc_json_print_description ("answer", role->offer);
  g_autofree gchar *url = make_url (role, "/sdp");
  const RtcHttpCall call = make_post (role, url, body);
  rtc_client_role_send (role, &call, answer_posted);
}

static void
answerer_answer (RtcClientRole *role, const gchar *answer)
{
  post_answer (role);
}

static void
answerer_wait (RtcClientRole *role)
{
  rtc_client_role_set_session (role, role->config.url);
  rtc_client_answerer_take_early (rtc_client_role_get_answerer (role));
}

const RtcClientDialectFuncs rtc_client_pair = { pair_send, pair_trickle, pair_leave };
const RtcClientDialectFuncs rtc_client_pair_answerer = { post_answer, pair_trickle, pair_leave,
  answerer_answer, answerer_wait, .is_channel = TRUE };
