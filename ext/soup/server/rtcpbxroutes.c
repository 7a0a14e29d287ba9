/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The JSON API with session ids: /webrtc/offer, /webrtc/ice-candidate, /webrtc/close,
 * /webrtc/sessions/ID/stats and /iceservers. A second offer with a known id renegotiates or
 * restarts ICE. Functions of the server, on the loop.
 */
#include "rtcsignallerparts.h"

#include <string.h>

#include "peer/rtcjson.h"
#include "peer/rtcstatsjson.h"
#include "signalling/rtciceservers.h"

#define JSON "application/json"
#define NO_SESSION "Session not found"

static const gchar *
get_text (GBytes *body, gsize *out_size)
{
  const gchar *text = g_bytes_get_data (body, out_size);
  return text != NULL ? text : "";
}

/* Ids are part of paths. */
static gboolean
is_session_id (const gchar *id)
{
  gsize length = strlen (id);
  if (length == 0 || length > RTC_HTTP_MAX_NAME)
    return FALSE;
  for (const gchar *c = id; *c != '\0'; c++) {
    if (!g_ascii_isalnum (*c) && strchr ("-._~", *c) == NULL)
      return FALSE;
  }
  return TRUE;
}

/* NULL: fine. */
static const gchar *
find_fault (const RtcJsonDescription *description)
{
  if (g_strcmp0 (description->type, "offer") != 0)
    return "Invalid SDP type, expected 'offer'";
  if (description->sdp == NULL || description->sdp[strspn (description->sdp, " \r\n\t")] == '\0')
    return "SDP content cannot be empty";
  if (description->session_id != NULL && !is_session_id (description->session_id))
    return "A session_id has 1 to 128 letters, digits, '-', '.', '_' or '~'";
  return NULL;
}

static void
take_offer (RtcSignallerServer *server, RtcHttpRequest *request, RtcJsonPbxOffer *offer)
{
  const RtcJsonDescription *description = &offer->description;
  const gchar *fault = find_fault (description);
  g_autofree gchar *id = NULL;
  g_autoptr (GError) error = NULL;
  RtcOfferFacts facts = { NULL };
  RtcClientSession *session = NULL;

  rtc_http_request_set_session_id (request, description->session_id);
  if (fault != NULL || !rtc_offer_facts_read (description->sdp, &facts, &error)) {
    rtc_http_request_reply_error (request, 400, fault != NULL ? fault : error->message);
    return;
  }
  id = description->session_id != NULL ? g_strdup (description->session_id)
                                       : rtc_signaller_make_uuid ();
  rtc_http_request_set_session_id (request, id);
  rtc_http_request_set_context (request, g_steal_pointer (&offer->metadata), g_free);
  if (!rtc_signaller_find_for_offer (server, id, &session))
    rtc_http_request_reply_error (request, 404, NO_SESSION);
  else if (session != NULL)
    rtc_client_session_offer (session, request, description->sdp, &facts);
  else
    rtc_signaller_open (
        server, request, &(RtcSignallerOpening){ id, description->sdp, NULL, NULL }, &facts);
  rtc_offer_facts_clear (&facts);
}

void
rtc_pbx_handle_offer (RtcSignallerServer *server, RtcHttpRequest *request)
{
  g_autoptr (GBytes) body = rtc_http_request_get_body (request);
  g_autoptr (GError) error = NULL;
  RtcJsonPbxOffer offer = { { NULL } };
  gsize size;
  const gchar *text = get_text (body, &size);

  if (!rtc_json_parse_pbx_offer (text, size, &offer, &error)) {
    rtc_http_request_reply_error (request, 400, error->message);
    return;
  }
  take_offer (server, request, &offer);
  rtc_json_pbx_offer_clear (&offer);
}

void
rtc_pbx_answered (RtcSignallerServer *server, RtcClientSession *session, RtcHttpRequest *request,
    const gchar *answer, RtcClientSessionEvent event)
{
  g_autofree gchar *json = rtc_json_print_pbx_answer (
      answer, rtc_client_session_get_id (session), rtc_http_request_get_context (request));
  rtc_http_request_reply_text (request, 200, JSON, json);
}

static void
reply_done (RtcHttpRequest *request, const gchar *id, const gchar *status)
{
  g_autofree gchar *quoted = rtc_json_quote (id);
  g_autofree gchar *json =
      g_strdup_printf ("{\"session_id\":%s,\"status\":\"%s\"}", quoted, status);
  rtc_http_request_reply_text (request, 200, JSON, json);
}

/* --- candidates --- */

static gboolean
add_candidates (RtcSignallerServer *server, RtcHttpRequest *request, RtcClientSession *session,
    const RtcJsonPbxCandidates *candidates, GError **error)
{
  const gchar *address = rtc_http_request_get_address (request);
  for (guint i = 0; i < rtc_trickle_queue_get_length (candidates->candidates); i++) {
    const RtcTrickleCandidate *candidate = rtc_trickle_queue_peek (candidates->candidates, i);
    if (session != NULL ? !rtc_client_session_add_candidate (session, candidate, error)
                        : !rtc_signaller_keep_candidate (
                              server, address, candidates->session_id, candidate, error))
      return FALSE;
  }
  return TRUE;
}

/* A client that has chosen the id itself may be faster with a candidate than with the offer. It
 * learns that there is no such session, and the candidates wait for its offer. */
static void
take_candidates (
    RtcSignallerServer *server, RtcHttpRequest *request, const RtcJsonPbxCandidates *candidates)
{
  g_autoptr (GError) error = NULL;
  RtcClientSession *session = rtc_signaller_find (server, candidates->session_id);
  rtc_http_request_set_session_id (request, candidates->session_id);
  if (session != NULL && !rtc_client_session_admit (session, request))
    return;
  if (!is_session_id (candidates->session_id))
    rtc_http_request_reply_error (request, 404, NO_SESSION);
  else if (!add_candidates (server, request, session, candidates, &error))
    rtc_http_request_reply_error (request, 429, error->message);
  else if (session == NULL)
    rtc_http_request_reply_error (request, 404, NO_SESSION);
  else
    reply_done (request, candidates->session_id, "received");
}

void
rtc_pbx_handle_candidate (RtcSignallerServer *server, RtcHttpRequest *request)
{
  g_autoptr (GBytes) body = rtc_http_request_get_body (request);
  g_autoptr (GError) error = NULL;
  RtcJsonPbxCandidates candidates = { NULL, NULL };
  gsize size;
  const gchar *text = get_text (body, &size);

  if (!rtc_json_parse_pbx_candidates (text, size, &candidates, &error)) {
    rtc_http_request_reply_error (request, 400, error->message);
    return;
  }
  take_candidates (server, request, &candidates);
  rtc_json_pbx_candidates_clear (&candidates);
}

void
rtc_pbx_handle_close (RtcSignallerServer *server, RtcHttpRequest *request)
{
  g_autoptr (GBytes) body = rtc_http_request_get_body (request);
  g_autoptr (GError) error = NULL;
  gsize size;
  const gchar *text = get_text (body, &size);
  g_autofree gchar *id = rtc_json_parse_session_id (text, size, &error);

  rtc_http_request_set_session_id (request, id);
  if (id == NULL)
    rtc_http_request_reply_error (request, 400, error->message);
  else if (rtc_signaller_server_end (server, id, "the client left"))
    reply_done (request, id, "closed");
  else
    rtc_http_request_reply_error (request, 404, NO_SESSION);
}

/* --- what clients may read --- */

static void
stats_ready (const GstStructure *stats, gpointer user_data)
{
  g_autofree gchar *json = rtc_stats_to_json (stats);
  rtc_http_request_reply_text (user_data, 200, JSON, json);
}

/* The session may have ended before they were there. */
static void
stats_over (gpointer user_data)
{
  g_autoptr (RtcHttpRequest) request = user_data;
  if (rtc_http_request_is_waiting (request))
    rtc_http_request_reply_error (request, 404, NO_SESSION);
}

void
rtc_pbx_handle_stats (RtcSignallerServer *server, RtcHttpRequest *request)
{
  const gchar *id = rtc_http_request_get_decision (request)->name;
  RtcClientSession *session = rtc_signaller_find (server, id);
  rtc_http_request_set_session_id (request, id);
  if (session == NULL) {
    rtc_http_request_reply_error (request, 404, NO_SESSION);
    return;
  }
  rtc_http_request_set_header (request, "Cache-Control", "no-store");
  if (!rtc_client_session_get_stats (
          session, stats_ready, rtc_http_request_ref (request), stats_over)) {
    rtc_http_request_unref (request);
    stats_ready (NULL, request);
  }
}

void
rtc_pbx_handle_ice_servers (RtcSignallerServer *server, RtcHttpRequest *request)
{
  g_autofree gchar *json = rtc_ice_servers_to_json (server->ice_servers);
  rtc_http_request_set_header (request, "Cache-Control", "no-store");
  if (server->ice_service != NULL)
    rtc_ice_service_reply (server->ice_service, request, json);
  else
    rtc_http_request_reply_text (request, 200, JSON, json);
}
