/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * WHEP's counter-offer (draft-ietf-wish-whep-04, "Server Sends Counter-offer"): a viewer whose
 * offer lacks what is published gets 406 with an offer of our own, and answers it by PATCH.
 * Functions of the server, on the loop.
 */
#include "rtcwhipsession.h"

/* "the counter-offer remains valid for 30 seconds from the time the response was sent", and it has
 * to be made first. */
#define COUNTER_LIMIT (40 * GST_SECOND)

struct _RtcWhepCounter {
  RtcSignallerServer *server;
  RtcClientSession *session;
  /* What is published. */
  gchar **encodings;
  /* The POST until the offer is there, then the PATCH until its answer is taken. */
  RtcHttpRequest *request;
  gboolean is_offered;
  gboolean is_answered;
  /* A session cannot end inside its own callback. */
  gchar *fault;
  RtcLoopTimer *end_timer;
};

static RtcWhepCounter *
get_counter (const RtcClientSession *session)
{
  return ((RtcWhipSession *) rtc_client_session_get_context (session))->counter;
}

static void
end_due (gpointer user_data)
{
  RtcWhepCounter *counter = user_data;
  g_autofree gchar *reason = g_strdup (counter->fault);
  rtc_client_session_end (counter->session, reason);
}

void
rtc_whep_counter_free (RtcWhepCounter *counter)
{
  if (counter == NULL)
    return;
  g_clear_pointer (&counter->request, rtc_http_request_unref);
  rtc_loop_timer_free (counter->end_timer);
  g_strfreev (counter->encodings);
  g_free (counter->fault);
  g_free (counter);
}

/* --- what the session tells --- */

static void
offer_made (RtcClientSession *session, const gchar *type, const gchar *sdp, gpointer user_data)
{
  RtcWhepCounter *counter = get_counter (session);
  g_autoptr (RtcHttpRequest) request = g_steal_pointer (&counter->request);
  if (request == NULL)
    return;
  counter->is_offered = TRUE;
  rtc_whip_introduce (counter->server, session, request);
  rtc_http_request_set_header (
      request, "Accept-Patch", RTC_WHIP_SDP_TYPE ", " RTC_WHIP_FRAGMENT_TYPE);
  rtc_http_request_reply_text (request, 406, RTC_WHIP_SDP_TYPE, sdp);
}

/* There is no way to say it, and the offer has them all. */
static void
late_candidate (RtcClientSession *session, guint section, const gchar *mid, const gchar *candidate,
    gpointer user_data)
{
}

/* No offer, no answer in time, or none that can be used: nothing is left to go on with. */
static void
refused (RtcClientSession *session, const gchar *reason, gpointer user_data)
{
  RtcWhepCounter *counter = get_counter (session);
  g_autoptr (RtcHttpRequest) request = g_steal_pointer (&counter->request);
  if (request != NULL)
    rtc_http_request_reply_error (request, counter->is_offered ? 400 : 500, reason);
  if (counter->is_answered || counter->fault != NULL)
    return;
  counter->fault = g_strdup (reason);
  rtc_loop_timer_set (counter->end_timer, 0);
}

static void
happened (RtcClientSession *session, RtcClientSessionEvent event, gpointer user_data)
{
  RtcWhepCounter *counter = get_counter (session);
  g_autoptr (RtcHttpRequest) request = g_steal_pointer (&counter->request);
  if (event == RTC_CLIENT_SESSION_ANSWERED) {
    counter->is_answered = TRUE;
    /* From now on this side cannot offer any more. */
    rtc_client_session_lose_channel (session);
    if (request != NULL)
      rtc_http_request_reply (request, 204, NULL, NULL);
  }
  rtc_signaller_tell_happened (counter->server, session, event);
}

static void
ended (RtcClientSession *session, const gchar *reason, gpointer user_data)
{
  RtcWhepCounter *counter = get_counter (session);
  g_autoptr (RtcHttpRequest) request = g_steal_pointer (&counter->request);
  if (request != NULL)
    rtc_http_request_reply_error (request, 503, reason);
  rtc_signaller_remove (counter->server, session, reason);
}

static void
told_of_link (RtcClientSession *session, const RtcLinkNews *news, gpointer user_data)
{
  rtc_signaller_tell_link (user_data, session, news);
}

/* --- requests --- */

void
rtc_whep_counter_open (
    RtcSignallerServer *server, RtcHttpRequest *request, const gchar *name, gchar **encodings)
{
  static const RtcClientSessionFuncs funcs = {
    .happened = happened,
    .ended = ended,
    .link = told_of_link,
    .description = offer_made,
    .candidate = late_candidate,
    .refused = refused,
  };
  const gchar *refusal = NULL;
  RtcClientSession *session = rtc_signaller_open_channel (
      server, rtc_http_request_get_address (request), &funcs, server, &refusal);
  RtcWhipSession *whip;
  if (session == NULL) {
    g_strfreev (encodings);
    rtc_http_request_set_header (request, "Retry-After", "5");
    rtc_http_request_reply_error (request, 503, refusal);
    return;
  }
  whip = rtc_whip_session_new (RTC_SIGNALLER_VIEWER, name);
  whip->counter = g_new0 (RtcWhepCounter, 1);
  whip->counter->server = server;
  whip->counter->session = session;
  whip->counter->encodings = encodings;
  whip->counter->request = rtc_http_request_ref (request);
  whip->counter->end_timer = rtc_loop_timer_new (server->loop, end_due, whip->counter);
  rtc_client_session_set_context (session, whip, rtc_whip_session_free);
  rtc_client_session_offer_whole (session, COUNTER_LIMIT);
  rtc_signaller_start_channel (server, session);
}

void
rtc_whep_counter_answer (RtcClientSession *session, RtcHttpRequest *request)
{
  RtcWhepCounter *counter = get_counter (session);
  g_autofree gchar *sdp = rtc_http_request_get_text (request);
  if (counter == NULL || counter->is_answered || counter->request != NULL || !counter->is_offered ||
      counter->fault != NULL) {
    rtc_http_request_reply_error (request, 409, "there is no offer to answer");
  } else if (sdp == NULL) {
    rtc_http_request_reply_error (request, 400, "the body is not valid UTF-8");
  } else if (!rtc_whip_offers_all (sdp, counter->encodings)) {
    rtc_http_request_reply_error (request, 422, "the answer lacks the publisher's codec");
  } else {
    counter->request = rtc_http_request_ref (request);
    rtc_client_session_answer (session, sdp);
  }
}
