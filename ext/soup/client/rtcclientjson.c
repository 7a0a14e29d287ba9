/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The client's JSON dialects: the ice-restart contract (one POST, all candidates in it), and the
 * one with session ids (/webrtc/offer and its neighbours). Functions of the client role, on the
 * loop.
 */
#include "rtcclientroleparts.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "peer/rtcjson.h"
#include "signalling/rtcclientpolicy.h"
#include "signalling/rtcofferfacts.h"

#define JSON_TYPE "application/json"
/* What the dialect with session ids gives its server, by its own client's default. */
#define PBX_FACTOR 3

static RtcHttpCall
make_post (const gchar *url, const gchar *body, GstClockTime limit)
{
  return (RtcHttpCall){
    .method = "POST",
    .url = url,
    .body = body,
    .content_type = JSON_TYPE,
    .accept = JSON_TYPE,
    .limit = limit,
  };
}

static void
post_json (RtcClientRole *role, const gchar *url, const gchar *body, GstClockTime limit,
    RtcHttpReplyFunc func)
{
  const RtcHttpCall call = make_post (url, body, limit);
  rtc_client_role_send (role, &call, func);
}

static gchar *
print (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
add_member (JsonBuilder *builder, const gchar *name, const gchar *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
reject_answer (RtcClientRole *role, const RtcHttpReply *reply, const GError *error)
{
  g_autofree gchar *reason = g_strdup_printf (
      "%s: the reply is no answer: %s; check url and dialect", reply->url, error->message);
  rtc_client_role_refused (role, reason);
}

/* Takes what is in @description. */
static void
take_answer (RtcClientRole *role, const RtcHttpReply *reply, RtcJsonDescription *description)
{
  RtcOfferFacts facts = { NULL };
  g_autoptr (GError) error = NULL;
  if (g_strcmp0 (description->type, "answer") != 0 || description->sdp == NULL)
    error = g_error_new_literal (
        RTC_ERROR, RTC_ERROR_INVALID, "there is no description of the type \"answer\" in it");
  if (error != NULL || !rtc_offer_facts_read (description->sdp, &facts, &error))
    reject_answer (role, reply, error);
  else
    rtc_client_role_answered (role, description->sdp);
  rtc_offer_facts_clear (&facts);
  rtc_json_description_clear (description);
}

/* --- the ice-restart contract --- */

static void
plain_replied (const RtcHttpReply *reply, const GError *error, gpointer user_data)
{
  RtcClientRole *role = user_data;
  RtcJsonDescription description = { NULL };
  g_autoptr (GError) fault = NULL;
  if (reply == NULL || rtc_client_judge (reply->status) != RTC_CLIENT_SUCCESS) {
    rtc_client_role_no_answer (role, reply, error);
    return;
  }
  if (!rtc_json_parse_description (reply->body, reply->size, &description, &fault)) {
    reject_answer (role, reply, fault);
    return;
  }
  if (rtc_http_reply_get_header (reply, "Session-Id") != NULL)
    rtc_client_role_set_session (role, rtc_http_reply_get_header (reply, "Session-Id"));
  take_answer (role, reply, &description);
}

static void
plain_send (RtcClientRole *role)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree gchar *body = NULL;
  json_builder_begin_object (builder);
  add_member (builder, "type", "offer");
  add_member (builder, "sdp", role->offer);
  add_member (builder, "session_id", role->session);
  json_builder_end_object (builder);
  body = print (builder);
  post_json (role, role->config.url, body, role->config.request_limit, plain_replied);
}

/* The contract has no request for the end; a server that names its sessions has one. */
static void
plain_leave (RtcClientRole *role)
{
  g_autofree gchar *id = g_uri_escape_string (role->session, NULL, FALSE);
  g_autofree gchar *path = g_strconcat ("/close?session=", id, NULL);
  g_autofree gchar *url = rtc_client_resolve (role->config.url, path, NULL);
  if (url != NULL)
    rtc_client_role_farewell (role, "POST", url, JSON_TYPE, "{}");
}

const RtcClientDialectFuncs rtc_client_plain = { plain_send, NULL, plain_leave };

/* --- with session ids --- */

/* The user gives the server, as to that dialect's own client, or the URL of its offers. */
static gchar *
make_pbx_url (RtcClientRole *role, const gchar *name)
{
  static const gchar *const ends[] = { "/webrtc/offer", "/webrtc/", "/webrtc", "/" };
  g_autofree gchar *base = g_strdup (role->config.url);
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (g_str_has_suffix (base, ends[i])) {
      base[strlen (base) - strlen (ends[i])] = '\0';
      break;
    }
  }
  return g_strconcat (base, "/webrtc/", name, NULL);
}

static void
pbx_replied (const RtcHttpReply *reply, const GError *error, gpointer user_data)
{
  RtcClientRole *role = user_data;
  RtcJsonPbxOffer answer = { { NULL } };
  g_autoptr (GError) fault = NULL;
  if (reply == NULL || rtc_client_judge (reply->status) != RTC_CLIENT_SUCCESS) {
    rtc_client_role_no_answer (role, reply, error);
    return;
  }
  /* The reply has the form of the request. */
  if (!rtc_json_parse_pbx_offer (reply->body, reply->size, &answer, &fault)) {
    reject_answer (role, reply, fault);
    return;
  }
  if (answer.description.session_id != NULL)
    rtc_client_role_set_session (role, answer.description.session_id);
  take_answer (role, reply, &answer.description);
  rtc_json_pbx_offer_clear (&answer);
}

static void
pbx_send (RtcClientRole *role)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree gchar *url = make_pbx_url (role, "offer");
  g_autofree gchar *body = NULL;
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "sdp");
  json_builder_begin_object (builder);
  add_member (builder, "type", "offer");
  add_member (builder, "sdp", role->offer);
  json_builder_end_object (builder);
  add_member (builder, "session_id", role->session);
  json_builder_end_object (builder);
  body = print (builder);
  post_json (role, url, body, PBX_FACTOR * role->config.request_limit, pbx_replied);
}

/* One candidate a request, which every server of this dialect takes. */
static void
pbx_trickle (RtcClientRole *role)
{
  const RtcTrickleCandidate *candidate = rtc_trickle_queue_peek (role->candidates, 0);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree gchar *url = make_pbx_url (role, "ice-candidate");
  g_autofree gchar *body = NULL;
  RtcHttpCall call;
  json_builder_begin_object (builder);
  add_member (builder, "session_id", role->session);
  json_builder_set_member_name (builder, "candidate");
  json_builder_begin_object (builder);
  add_member (builder, "candidate", candidate->candidate);
  json_builder_set_member_name (builder, "sdpMLineIndex");
  json_builder_add_int_value (builder, candidate->section);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  body = print (builder);
  call = make_post (url, body, role->config.request_limit);
  rtc_client_role_send_candidates (role, &call, 1);
}

static void
pbx_leave (RtcClientRole *role)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree gchar *url = make_pbx_url (role, "close");
  g_autofree gchar *body = NULL;
  json_builder_begin_object (builder);
  add_member (builder, "session_id", role->session);
  add_member (builder, "reason", "the client left");
  json_builder_end_object (builder);
  body = print (builder);
  rtc_client_role_farewell (role, "POST", url, JSON_TYPE, body);
}

const RtcClientDialectFuncs rtc_client_pbx = { pbx_send, pbx_trickle, pbx_leave };
