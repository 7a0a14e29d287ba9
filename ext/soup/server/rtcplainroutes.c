/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The routes of the ice-restart contract and its relatives: /doSignaling, /offer, /sdp, /candidate,
 * /close, an offer at any other path, and the page. A session is known by the o= line of its
 * offers, which a browser keeps for the life of an RTCPeerConnection, or by the id that the server
 * gave it. Functions of the server, on the loop.
 */
#include "rtcsignallerparts.h"

#include <string.h>

#include "peer/rtcjson.h"

#define PAGE_RESOURCES "/org/freedesktop/gstreamer/rtc/page/"
#define PAGE_MAX_BYTES (4 * 1024 * 1024)
/* The built-in page needs nothing from anywhere else. */
#define PAGE_POLICY                                                                                \
  "default-src 'self'; media-src 'self' blob: mediastream:; base-uri 'none'; form-action 'none'; " \
  "frame-ancestors 'none'"

/* --- offers --- */

/* (transfer full): the JSON of a body in base64, NULL for any other. */
static gchar *
unpack_body (RtcHttpRequest *request, gsize *out_size)
{
  g_autoptr (GBytes) body = rtc_http_request_get_body (request);
  gsize size;
  const gchar *text = g_bytes_get_data (body, &size);
  return text != NULL ? rtc_json_unpack_base64 (text, size, out_size) : NULL;
}

/* An offer in base64 is answered in base64. */
void
rtc_plain_answered (RtcSignallerServer *server, RtcClientSession *session, RtcHttpRequest *request,
    const gchar *answer, RtcClientSessionEvent event)
{
  g_autofree gchar *json = rtc_json_print_description ("answer", answer);
  gsize size;
  g_autofree gchar *unpacked = unpack_body (request, &size);
  rtc_http_request_set_header (request, "Session-Id", rtc_client_session_get_id (session));
  if (unpacked != NULL) {
    g_autofree gchar *packed = g_base64_encode ((const guchar *) json, strlen (json));
    rtc_http_request_reply_text (request, 200, "text/plain; charset=utf-8", packed);
  } else {
    rtc_http_request_reply_text (request, 200, "application/json", json);
  }
}

static void
handle_description (
    RtcSignallerServer *server, RtcHttpRequest *request, const RtcJsonDescription *description)
{
  g_autoptr (GError) error = NULL;
  RtcOfferFacts facts = { NULL };
  RtcClientSession *session = NULL;

  if (strcmp (description->type, "offer") != 0) {
    rtc_http_request_reply_error (request, 400, "\"type\" must be \"offer\"");
    return;
  }
  if (!rtc_offer_facts_read (description->sdp, &facts, &error)) {
    rtc_http_request_reply_error (request, 400, error->message);
    return;
  }
  if (description->session_id != NULL)
    rtc_signaller_find_for_offer (server, description->session_id, &session);
  else
    session = rtc_signaller_find_by_identity (server, facts.identity);
  if (session != NULL)
    rtc_client_session_offer (session, request, description->sdp, &facts);
  else if (description->session_id != NULL)
    rtc_http_request_reply_error (request, 404, "there is no such session");
  else
    rtc_signaller_open (server, request, &(RtcSignallerOpening){ .sdp = description->sdp }, &facts);
  rtc_offer_facts_clear (&facts);
}

static gboolean
read_description (RtcHttpRequest *request, RtcJsonDescription *out_description, GError **error)
{
  g_autoptr (GBytes) body = rtc_http_request_get_body (request);
  gsize size;
  const gchar *text = g_bytes_get_data (body, &size);
  gsize unpacked_size;
  g_autofree gchar *unpacked = unpack_body (request, &unpacked_size);
  if (unpacked != NULL)
    return rtc_json_parse_description (unpacked, unpacked_size, out_description, error);
  return rtc_json_parse_description (text != NULL ? text : "", size, out_description, error);
}

void
rtc_plain_handle_offer (RtcSignallerServer *server, RtcHttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  RtcJsonDescription description = { NULL };

  if (!read_description (request, &description, &error)) {
    rtc_http_request_reply_error (request, 400, error->message);
    return;
  }
  handle_description (server, request, &description);
  rtc_json_description_clear (&description);
}

/* Clients of servers that look at no path; what is no description found nothing here. */
void
rtc_plain_handle_any_offer (RtcSignallerServer *server, RtcHttpRequest *request)
{
  RtcJsonDescription description = { NULL };
  if (!read_description (request, &description, NULL)) {
    rtc_http_request_reply (request, 404, NULL, NULL);
    return;
  }
  handle_description (server, request, &description);
  rtc_json_description_clear (&description);
}

/* --- candidates --- */

static void
take_candidate (
    RtcSignallerServer *server, RtcHttpRequest *request, const RtcJsonCandidate *candidate)
{
  const gchar *address = rtc_http_request_get_address (request);
  g_autofree gchar *parameter = rtc_http_request_get_parameter (request, "session");
  const gchar *id = parameter != NULL ? parameter : candidate->session_id;
  g_autoptr (GError) error = NULL;
  RtcClientSession *session = id != NULL ? rtc_signaller_find (server, id)
                                         : rtc_signaller_find_by_address (server, address);
  if (id != NULL && session == NULL) {
    rtc_http_request_reply_error (request, 404, "there is no such session");
    return;
  }
  if (session != NULL && !rtc_client_session_admit (session, request))
    return;
  if (session != NULL
          ? rtc_client_session_add_candidate (session, &candidate->candidate, &error)
          : rtc_signaller_keep_candidate (server, address, NULL, &candidate->candidate, &error))
    rtc_http_request_reply (request, 200, NULL, NULL);
  else
    rtc_http_request_reply_error (request, 429, error->message);
}

void
rtc_plain_handle_candidate (RtcSignallerServer *server, RtcHttpRequest *request)
{
  g_autoptr (GBytes) body = rtc_http_request_get_body (request);
  g_autoptr (GError) error = NULL;
  RtcJsonCandidate candidate = { { NULL, NULL, -1 }, NULL };
  gsize size;
  const gchar *text = g_bytes_get_data (body, &size);

  if (!rtc_json_parse_candidate (text != NULL ? text : "", size, &candidate, &error)) {
    rtc_http_request_reply_error (request, 400, error->message);
    return;
  }
  take_candidate (server, request, &candidate);
  rtc_json_candidate_clear (&candidate);
}

void
rtc_plain_handle_close (RtcSignallerServer *server, RtcHttpRequest *request)
{
  g_autofree gchar *id = rtc_http_request_get_parameter (request, "session");
  if (id == NULL)
    rtc_http_request_reply_error (request, 400, "the parameter session is missing");
  else if (rtc_signaller_server_end (server, id, "the client left"))
    rtc_http_request_reply (request, 204, NULL, NULL);
  else
    rtc_http_request_reply_error (request, 404, "there is no such session");
}

/* --- the page --- */

static void
page_loaded (GObject *file, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (RtcHttpRequest) request = user_data;
  g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (file), result, NULL, NULL);
  if (bytes == NULL || g_bytes_get_size (bytes) > PAGE_MAX_BYTES)
    rtc_http_request_reply_error (request, 404, "Not Found");
  else
    rtc_http_request_reply (
        request, 200, rtc_http_request_get_decision (request)->content_type, bytes);
}

void
rtc_plain_handle_page (RtcSignallerServer *server, RtcHttpRequest *request)
{
  const RtcHttpDecision *decision = rtc_http_request_get_decision (request);
  g_autofree gchar *path = g_strconcat (PAGE_RESOURCES, decision->file, NULL);
  g_autoptr (GBytes) bytes = NULL;

  rtc_http_request_set_header (request, "Cache-Control", "no-cache");
  rtc_http_request_set_header (request, "X-Content-Type-Options", "nosniff");
  rtc_http_request_set_header (request, "Referrer-Policy", "no-referrer");
  if (server->page != NULL && strcmp (decision->file, "index.html") == 0) {
    g_autoptr (GFile) file = g_file_new_for_path (server->page);
    g_file_load_bytes_async (file, NULL, page_loaded, rtc_http_request_ref (request));
    return;
  }
  rtc_http_request_set_header (request, "Content-Security-Policy", PAGE_POLICY);
  bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  if (bytes != NULL)
    rtc_http_request_reply (request, 200, decision->content_type, bytes);
  else
    rtc_http_request_reply_error (request, 404, "Not Found");
}
