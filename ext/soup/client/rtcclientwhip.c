/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * WHIP (RFC 9725) and WHEP as a client: POST of the offer, PATCH for candidates, ICE restarts and
 * the answer to a counter-offer, DELETE at the end. Functions of the client role, on the loop.
 */
#include "rtcclientroleparts.h"

#include <string.h>

#include "signalling/rtcclientpolicy.h"
#include "signalling/rtcofferfacts.h"
#include "signalling/rtcsdpfragment.h"
#include "signalling/rtcwhip.h"

#define SDP_TYPE "application/sdp"
#define FRAGMENT_TYPE "application/trickle-ice-sdpfrag"

static void
reject (RtcClientRole *role, const RtcHttpReply *reply, const gchar *text)
{
  g_autofree gchar *reason = g_strdup_printf ("%s: %s", reply->url, text);
  rtc_client_role_refused (role, reason);
}

static gboolean
is_type (const RtcHttpReply *reply, const gchar *type)
{
  return rtc_whip_is_type (rtc_http_reply_get_header (reply, "Content-Type"), type);
}

/* Some servers name no type, or that of plain text. */
static gboolean
is_description (const RtcHttpReply *reply)
{
  return is_type (reply, SDP_TYPE) ||
      (reply->size >= strlen ("v=0") && memcmp (reply->body, "v=0", strlen ("v=0")) == 0);
}

/* FALSE: not readable, which was told. */
static gboolean
check_description (RtcClientRole *role, const RtcHttpReply *reply)
{
  RtcOfferFacts facts = { NULL };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;
  if (!is_description (reply)) {
    const gchar *type = rtc_http_reply_get_header (reply, "Content-Type");
    text = g_strdup_printf ("the reply is %s and not " SDP_TYPE "; check url and dialect",
        type != NULL ? type : "of no type");
  } else if (!g_utf8_validate (reply->body, (gssize) reply->size, NULL)) {
    text = g_strdup ("the answer is not SDP: it is not valid UTF-8");
  } else if (!rtc_offer_facts_read (reply->body, &facts, &error)) {
    text = g_strdup_printf ("the answer is not usable SDP: %s", error->message);
  }
  rtc_offer_facts_clear (&facts);
  if (text != NULL)
    reject (role, reply, text);
  return text == NULL;
}

static void
set_etag (RtcClientRole *role, const RtcHttpReply *reply)
{
  g_free (role->etag);
  role->etag = g_strdup (rtc_http_reply_get_header (reply, "ETag"));
}

/* RFC 9725 §4.2: Location is the session's URL; a relative one is resolved where the reply came
 * from. FALSE: told. */
static gboolean
take_session (RtcClientRole *role, const RtcHttpReply *reply)
{
  const gchar *location = rtc_http_reply_get_header (reply, "Location");
  g_autoptr (GError) error = NULL;
  g_autofree gchar *url = NULL;
  g_autofree gchar *text = NULL;
  if (location == NULL) {
    reject (role, reply,
        "the server gave no Location, so the session could not be ended; it is no WHIP or WHEP "
        "server, or its proxy drops the header");
    return FALSE;
  }
  url = rtc_client_resolve (reply->url, location, &error);
  if (url == NULL) {
    text = g_strdup_printf ("the server's Location cannot be used: %s", error->message);
    reject (role, reply, text);
    return FALSE;
  }
  rtc_client_role_set_session (role, url);
  set_etag (role, reply);
  return TRUE;
}

/* --- the first exchange --- */

/* A PATCH needs an entity tag, or a word that it is welcome. */
static gboolean
takes_trickle (const RtcHttpReply *reply)
{
  const gchar *types = rtc_http_reply_get_header (reply, "Accept-Patch");
  return rtc_http_reply_get_header (reply, "ETag") != NULL ||
      (types != NULL && strstr (types, FRAGMENT_TYPE) != NULL);
}

static void
created (RtcClientRole *role, const RtcHttpReply *reply)
{
  if (!take_session (role, reply) || !check_description (role, reply))
    return;
  role->is_trickle_refused = !takes_trickle (reply);
  rtc_client_role_take_link (role, rtc_http_reply_get_header (reply, "Link"));
  rtc_client_role_answered (role, reply->body);
}

static void
posted (const RtcHttpReply *reply, const GError *error, gpointer user_data)
{
  RtcClientRole *role = user_data;
  if (reply != NULL && rtc_client_judge (reply->status) == RTC_CLIENT_SUCCESS) {
    created (role, reply);
  } else if (reply != NULL && reply->status == 406 && is_type (reply, SDP_TYPE) &&
      reply->size > 0) {
    if (take_session (role, reply) && check_description (role, reply))
      rtc_client_role_counter_offered (role, reply->body);
  } else {
    rtc_client_role_no_answer (role, reply, error);
  }
}

static void
post_offer (RtcClientRole *role)
{
  const RtcHttpCall call = {
    .method = "POST",
    .url = role->config.url,
    .body = role->offer,
    .content_type = SDP_TYPE,
    .accept = SDP_TYPE,
    .limit = role->config.request_limit,
  };
  rtc_client_role_send (role, &call, posted);
}

static void
counter_answered (const RtcHttpReply *reply, const GError *error, gpointer user_data)
{
  RtcClientRole *role = user_data;
  if (reply != NULL && rtc_client_judge (reply->status) == RTC_CLIENT_SUCCESS)
    rtc_client_role_counter_taken (role);
  else
    rtc_client_role_no_answer (role, reply, error);
}

static void
whip_answer (RtcClientRole *role, const gchar *answer)
{
  const RtcHttpCall call = {
    .method = "PATCH",
    .url = role->session,
    .body = answer,
    .content_type = SDP_TYPE,
    .if_match = role->etag,
    .limit = role->config.request_limit,
  };
  rtc_client_role_send (role, &call, counter_answered);
}

/* --- ICE restart --- */

static void
apply_restart (RtcClientRole *role, const RtcHttpReply *reply)
{
  RtcSdpFragment fragment = { NULL };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *answer = NULL;
  g_autofree gchar *text = NULL;
  if (!is_type (reply, FRAGMENT_TYPE)) {
    reject (role, reply, "the server did not restart ICE: it sent no " FRAGMENT_TYPE);
    return;
  }
  if (!rtc_sdp_fragment_parse (reply->body, reply->size, &fragment, &error)) {
    text = g_strdup_printf ("the restart's answer cannot be read: %s", error->message);
    reject (role, reply, text);
    return;
  }
  if (fragment.ice_ufrag == NULL) {
    reject (role, reply, "the restart's answer has no new credentials");
  } else {
    answer = rtc_sdp_fragment_restart_answer (&fragment, role->answer);
    set_etag (role, reply);
    rtc_client_role_answered (role, answer);
  }
  rtc_sdp_fragment_clear (&fragment);
}

static void
restarted (const RtcHttpReply *reply, const GError *error, gpointer user_data)
{
  RtcClientRole *role = user_data;
  if (reply != NULL && rtc_client_judge (reply->status) == RTC_CLIENT_SUCCESS)
    apply_restart (role, reply);
  else
    rtc_client_role_no_answer (role, reply, error);
}

/* RFC 9725 §4.3.3: a PATCH with new credentials and If-Match: *. */
static void
patch_restart (RtcClientRole *role)
{
  g_autofree gchar *fragment = rtc_sdp_fragment_from_answer (role->offer);
  const RtcHttpCall call = {
    .method = "PATCH",
    .url = role->session,
    .body = fragment,
    .content_type = FRAGMENT_TYPE,
    .accept = FRAGMENT_TYPE,
    .if_match = "*",
    .limit = role->config.request_limit,
  };
  rtc_client_role_send (role, &call, restarted);
}

static void
whip_send (RtcClientRole *role)
{
  if (role->is_restart)
    patch_restart (role);
  else
    post_offer (role);
}

/* --- trickle --- */

static void
whip_trickle (RtcClientRole *role)
{
  g_autofree gchar *fragment = rtc_sdp_fragment_from_candidates (
      role->agreed_offer, role->candidates, role->is_end_of_candidates);
  const RtcHttpCall call = {
    .method = "PATCH",
    .url = role->session,
    .body = fragment,
    .content_type = FRAGMENT_TYPE,
    .if_match = role->etag,
    .limit = role->config.request_limit,
  };
  rtc_client_role_send_candidates (role, &call, rtc_trickle_queue_get_length (role->candidates));
}

static void
whip_leave (RtcClientRole *role)
{
  rtc_client_role_farewell (role, "DELETE", role->session, NULL, NULL);
}

const RtcClientDialectFuncs rtc_client_whip = { whip_send, whip_trickle, whip_leave, whip_answer,
  .tells_end = TRUE };
