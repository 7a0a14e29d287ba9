/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * WHIP (RFC 9725) and WHEP: endpoints that make sessions, and the sessions' own URLs for trickle,
 * ICE restart and the end. A publisher is known by its name to the viewers of the same name.
 * Functions of the server, on the loop.
 */
#include "rtcwhipsession.h"

#include <string.h>

#include "base/rtcrandom.h"
#include "signalling/rtciceservers.h"
#include "signalling/rtcsdpfragment.h"
#include "signalling/rtcwhip.h"

#define SDP_TYPE RTC_WHIP_SDP_TYPE
#define FRAGMENT_TYPE RTC_WHIP_FRAGMENT_TYPE
#define RESOURCE_PATH "/session/"
#define RETRY_SECONDS "2"
/* What a publisher has announced and does not send is not waited for longer. */
#define TRACKS_LIMIT (3 * GST_SECOND)

void
rtc_whip_session_free (gpointer data)
{
  RtcWhipSession *whip = data;
  rtc_whep_counter_free (whip->counter);
  g_free (whip->purpose.name);
  g_free (whip->etag);
  g_free (whip);
}

static void
renew_etag (RtcWhipSession *whip)
{
  g_autofree gchar *uuid = rtc_signaller_make_uuid ();
  g_free (whip->etag);
  whip->etag = g_strdup_printf ("\"%s\"", uuid);
}

RtcWhipSession *
rtc_whip_session_new (RtcSignallerKind kind, const gchar *name)
{
  RtcWhipSession *whip = g_new0 (RtcWhipSession, 1);
  whip->purpose.kind = kind;
  whip->purpose.name = g_strdup (name);
  renew_etag (whip);
  return whip;
}

const RtcSignallerPurpose *
rtc_whip_get_purpose (const RtcClientSession *session)
{
  static const RtcSignallerPurpose plain = { RTC_SIGNALLER_PLAIN, NULL };
  const RtcWhipSession *whip = rtc_client_session_get_context (session);
  return whip != NULL ? &whip->purpose : &plain;
}

static RtcClientSession *
find_publisher (RtcSignallerServer *server, const gchar *name)
{
  GHashTableIter iter;
  gpointer session;
  g_hash_table_iter_init (&iter, server->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session)) {
    const RtcSignallerPurpose *purpose = rtc_whip_get_purpose (session);
    if (purpose->kind == RTC_SIGNALLER_PUBLISHER && strcmp (purpose->name, name) == 0)
      return session;
  }
  return NULL;
}

static void
reply_later (RtcHttpRequest *request, guint status, const gchar *reason)
{
  rtc_http_request_set_header (request, "Retry-After", RETRY_SECONDS);
  rtc_http_request_reply_error (request, status, reason);
}

/* --- new sessions --- */

/* FALSE: not now, which was replied. */
static gboolean
check_publisher (RtcSignallerServer *server, RtcHttpRequest *request, const gchar *name)
{
  if (find_publisher (server, name) == NULL)
    return TRUE;
  reply_later (request, 409, "another publisher has this name");
  return FALSE;
}

gboolean
rtc_whip_offers_all (const gchar *sdp, gchar **encodings)
{
  for (guint i = 0; encodings[i] != NULL; i++) {
    if (!rtc_whip_offers_encoding (sdp, encodings[i]))
      return FALSE;
  }
  return TRUE;
}

static gboolean
has_all_tracks (RtcSignallerServer *server, const RtcClientSession *publisher, gchar **encodings)
{
  const RtcWhipSession *whip = rtc_client_session_get_context (publisher);
  guint count = encodings != NULL ? g_strv_length (encodings) : 0;
  return count >= whip->n_media ||
      (count > 0 && whip->connected != 0 &&
          rtc_loop_now (server->loop) >= whip->connected + TRACKS_LIMIT);
}

/* FALSE: not in this way, which was replied. Without a relay, what a viewer sees comes from the
 * session's own bin. */
static gboolean
check_viewer (
    RtcSignallerServer *server, RtcHttpRequest *request, const gchar *name, const gchar *sdp)
{
  RtcClientSession *publisher;
  g_auto (GStrv) encodings = NULL;
  if (!server->config.is_relay)
    return TRUE;
  publisher = find_publisher (server, name);
  encodings = server->funcs.list_encodings (name, server->user_data);
  if (publisher == NULL || !has_all_tracks (server, publisher, encodings))
    reply_later (request, 409, "nobody publishes under this name yet");
  else if (!rtc_whip_offers_all (sdp, encodings))
    rtc_whep_counter_open (server, request, name, g_steal_pointer (&encodings));
  else
    return TRUE;
  return FALSE;
}

static void
open_session (RtcSignallerServer *server, RtcHttpRequest *request, const gchar *sdp,
    RtcOfferFacts *facts, guint n_media)
{
  const RtcHttpDecision *decision = rtc_http_request_get_decision (request);
  gboolean is_publisher = decision->route == RTC_HTTP_ROUTE_WHIP;
  RtcWhipSession *whip;
  if (is_publisher ? !check_publisher (server, request, decision->name)
                   : !check_viewer (server, request, decision->name, sdp))
    return;
  whip = rtc_whip_session_new (
      is_publisher ? RTC_SIGNALLER_PUBLISHER : RTC_SIGNALLER_VIEWER, decision->name);
  whip->n_media = n_media;
  rtc_signaller_open (
      server, request, &(RtcSignallerOpening){ NULL, sdp, whip, rtc_whip_session_free }, facts);
}

static void
post_offer (RtcSignallerServer *server, RtcHttpRequest *request)
{
  RtcWhipRole role = rtc_http_request_get_decision (request)->route == RTC_HTTP_ROUTE_WHIP
      ? RTC_WHIP_PUBLISHER
      : RTC_WHIP_VIEWER;
  g_autofree gchar *sdp = rtc_http_request_get_text (request);
  g_autoptr (GError) error = NULL;
  RtcOfferFacts facts = { NULL };
  guint n_media = 0;

  if (!rtc_whip_is_type (rtc_http_request_get_header (request, "Content-Type"), SDP_TYPE)) {
    rtc_http_request_set_header (request, "Accept-Post", SDP_TYPE);
    rtc_http_request_reply_error (request, 415, "the offer must be " SDP_TYPE);
  } else if (sdp == NULL || !rtc_offer_facts_read (sdp, &facts, &error)) {
    rtc_http_request_reply_error (
        request, 400, error != NULL ? error->message : "the body is not valid UTF-8");
  } else if (!rtc_whip_check_offer (sdp, role, &n_media, &error)) {
    rtc_http_request_reply_error (request, 422, error->message);
  } else {
    open_session (server, request, sdp, &facts, n_media);
  }
  rtc_offer_facts_clear (&facts);
}

/* RFC 9725 §4.1: GET and HEAD get a 2xx without content. */
static void
reply_to_look (RtcHttpRequest *request)
{
  rtc_http_request_set_header (request, "Content-Type", SDP_TYPE);
  rtc_http_request_reply (request, 200, NULL, NULL);
}

void
rtc_whip_handle_endpoint (RtcSignallerServer *server, RtcHttpRequest *request)
{
  if (strcmp (rtc_http_request_get_method (request), "POST") == 0)
    post_offer (server, request);
  else
    reply_to_look (request);
}

/* --- answers --- */

void
rtc_whip_introduce (RtcSignallerServer *server, RtcClientSession *session, RtcHttpRequest *request)
{
  const RtcWhipSession *whip = rtc_client_session_get_context (session);
  g_autofree gchar *location =
      g_strconcat (RESOURCE_PATH, rtc_client_session_get_id (session), NULL);
  g_autofree gchar *link = rtc_ice_servers_to_link (server->ice_servers);
  rtc_http_request_set_header (request, "Location", location);
  rtc_http_request_set_header (request, "ETag", whip->etag);
  if (link != NULL)
    rtc_http_request_set_header (request, "Link", link);
}

void
rtc_whip_answered (RtcSignallerServer *server, RtcClientSession *session, RtcHttpRequest *request,
    const gchar *answer, RtcClientSessionEvent event)
{
  RtcWhipSession *whip = rtc_client_session_get_context (session);
  g_autofree gchar *fragment = NULL;
  if (event == RTC_CLIENT_SESSION_ANSWERED) {
    rtc_whip_introduce (server, session, request);
    rtc_http_request_set_header (request, "Accept-Patch", FRAGMENT_TYPE);
    rtc_http_request_reply_text (request, 201, SDP_TYPE, answer);
    return;
  }
  renew_etag (whip);
  fragment = rtc_sdp_fragment_from_answer (answer);
  rtc_http_request_set_header (request, "ETag", whip->etag);
  rtc_http_request_reply_text (request, 200, FRAGMENT_TYPE, fragment);
}

void
rtc_whip_connected (RtcSignallerServer *server, RtcClientSession *session)
{
  RtcWhipSession *whip = rtc_client_session_get_context (session);
  if (whip != NULL)
    whip->connected = rtc_loop_now (server->loop);
}

void
rtc_whip_end_viewers (RtcSignallerServer *server, const gchar *name)
{
  g_autoptr (GList) sessions = NULL;
  if (!server->config.is_relay)
    return;
  sessions = g_hash_table_get_values (server->sessions);
  for (GList *item = sessions; item != NULL; item = item->next) {
    const RtcSignallerPurpose *purpose = rtc_whip_get_purpose (item->data);
    if (purpose->kind == RTC_SIGNALLER_VIEWER && strcmp (purpose->name, name) == 0)
      rtc_client_session_end (item->data, "the publisher left");
  }
}

/* --- the session's URL --- */

static gboolean
add_candidates (RtcClientSession *session, const RtcSdpFragment *fragment, GError **error)
{
  for (guint i = 0; i < rtc_trickle_queue_get_length (fragment->candidates); i++) {
    if (!rtc_client_session_add_candidate (
            session, rtc_trickle_queue_peek (fragment->candidates, i), error))
      return FALSE;
  }
  return TRUE;
}

static void
restart_ice (RtcHttpRequest *request, RtcClientSession *session, const RtcSdpFragment *fragment)
{
  g_autofree gchar *offer =
      rtc_sdp_fragment_restart_offer (fragment, rtc_client_session_get_offer (session));
  g_autoptr (GError) error = NULL;
  RtcOfferFacts facts = { NULL };
  if (!rtc_offer_facts_read (offer, &facts, &error)) {
    rtc_http_request_reply_error (request, 400, error->message);
    return;
  }
  /* Those of a restart that is refused are of no ICE session. */
  if (rtc_client_session_offer (session, request, offer, &facts))
    add_candidates (session, fragment, NULL);
  rtc_offer_facts_clear (&facts);
}

static void
apply_fragment (RtcHttpRequest *request, RtcClientSession *session, const RtcSdpFragment *fragment)
{
  g_autoptr (GError) error = NULL;
  gboolean is_restart =
      fragment->ice_ufrag != NULL && !rtc_client_session_has_ufrag (session, fragment->ice_ufrag);
  if (is_restart && rtc_client_session_get_offer (session) == NULL)
    rtc_http_request_reply_error (
        request, 422, "what was agreed on is the server's own offer: begin a new session");
  else if (is_restart)
    restart_ice (request, session, fragment);
  else if (add_candidates (session, fragment, &error))
    rtc_http_request_reply (request, 204, NULL, NULL);
  else
    rtc_http_request_reply_error (request, 429, error->message);
}

/* NULL: go on. @out_status is set otherwise. */
static const gchar *
find_fault (RtcHttpRequest *request, const RtcWhipSession *whip, guint *out_status)
{
  const gchar *if_match = rtc_http_request_get_header (request, "If-Match");
  RtcWhipMatch match;
  if (!rtc_whip_is_type (rtc_http_request_get_header (request, "Content-Type"), FRAGMENT_TYPE)) {
    *out_status = 415;
    return "a PATCH must be " FRAGMENT_TYPE;
  }
  /* A widespread web client sends the tag in the wrong header. */
  if (if_match == NULL)
    if_match = rtc_http_request_get_header (request, "ETag");
  match = rtc_whip_match (if_match, whip->etag);
  *out_status = match == RTC_WHIP_MATCH_MISSING ? 428 : 412;
  if (match == RTC_WHIP_MATCH_MISSING)
    return "If-Match is missing: the ETag to add candidates, * to restart ICE";
  return match == RTC_WHIP_MATCH_DIFFERENT ? "the ETag is of an older ICE session" : NULL;
}

/* A session that the client's own offer began has nothing to answer. */
static void
patch_answer (RtcHttpRequest *request, RtcClientSession *session)
{
  const RtcWhipSession *whip = rtc_client_session_get_context (session);
  if (whip->counter == NULL) {
    rtc_http_request_set_header (request, "Accept-Patch", FRAGMENT_TYPE);
    rtc_http_request_reply_error (request, 415, "a PATCH must be " FRAGMENT_TYPE);
  } else if (rtc_client_session_admit (session, request)) {
    rtc_whep_counter_answer (session, request);
  }
}

static void
patch_session (RtcHttpRequest *request, RtcClientSession *session)
{
  g_autoptr (GBytes) body = rtc_http_request_get_body (request);
  g_autoptr (GError) error = NULL;
  RtcSdpFragment fragment = { NULL };
  gsize size;
  const gchar *text = g_bytes_get_data (body, &size);
  guint status = 0;
  const gchar *fault;

  if (rtc_whip_is_type (rtc_http_request_get_header (request, "Content-Type"), SDP_TYPE)) {
    patch_answer (request, session);
    return;
  }
  fault = find_fault (request, rtc_client_session_get_context (session), &status);
  rtc_http_request_set_header (request, "Accept-Patch", FRAGMENT_TYPE);
  if (fault != NULL) {
    rtc_http_request_reply_error (request, status, fault);
    return;
  }
  if (!rtc_client_session_admit (session, request))
    return;
  if (!rtc_sdp_fragment_parse (text != NULL ? text : "", size, &fragment, &error)) {
    rtc_http_request_reply_error (request, 400, error->message);
    return;
  }
  apply_fragment (request, session, &fragment);
  rtc_sdp_fragment_clear (&fragment);
}

void
rtc_whip_handle_resource (RtcSignallerServer *server, RtcHttpRequest *request)
{
  const gchar *id = rtc_http_request_get_decision (request)->name;
  const gchar *method = rtc_http_request_get_method (request);
  RtcClientSession *session = rtc_signaller_find (server, id);
  const RtcWhipSession *whip = session != NULL ? rtc_client_session_get_context (session) : NULL;
  if (whip == NULL || (whip->counter == NULL && rtc_client_session_get_offer (session) == NULL)) {
    rtc_http_request_reply_error (request, 404, "there is no such session");
  } else if (strcmp (method, "PATCH") == 0) {
    patch_session (request, session);
  } else if (strcmp (method, "DELETE") == 0) {
    rtc_http_request_reply (request, 200, NULL, NULL);
    rtc_client_session_end (session, "the client left");
  } else {
    reply_to_look (request);
  }
}
