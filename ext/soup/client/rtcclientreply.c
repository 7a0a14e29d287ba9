/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the client role makes of a reply that is none of use: words for the user, and whether to ask
 * again (RFC 9110 §10.2.3). Functions of the client role, on the loop.
 */
#include "rtcclientroleparts.h"

#include <string.h>

#include "peer/rtcjson.h"
#include "signalling/rtcclientpolicy.h"

/* Bytes of a server's own words that go into a message. */
#define MAX_DETAIL 300

static GstClockTime
get_retry_after (const RtcHttpReply *reply)
{
  return rtc_retry_parse_after (
      rtc_http_reply_get_header (reply, "Retry-After"), g_get_real_time () / G_USEC_PER_SEC);
}

/* A word of the server's own, where it is text for people. */
static gchar *
get_detail (const RtcHttpReply *reply)
{
  const gchar *type = rtc_http_reply_get_header (reply, "Content-Type");
  gchar *text = rtc_json_parse_error_text (reply->body, reply->size);
  if (text == NULL && type != NULL && g_str_has_prefix (type, "text/plain") &&
      g_utf8_validate (reply->body, (gssize) reply->size, NULL))
    text = g_strndup (reply->body, reply->size);
  if (text == NULL || strlen (text) > MAX_DETAIL) {
    g_free (text);
    return g_strdup ("");
  }
  /* It goes to a terminal. */
  for (gchar *c = text; *c != '\0'; c++)
    *c = g_ascii_iscntrl (*c) ? ' ' : *c;
  return g_strstrip (text);
}

gchar *
rtc_client_role_explain (RtcClientRole *role, const RtcHttpReply *reply, const GError *error)
{
  g_autofree gchar *detail = NULL;
  if (reply == NULL && error->domain == G_TLS_ERROR)
    return g_strdup_printf ("%s: %s; set tls-certificate to a file with the certificate to trust",
        role->config.url, error->message);
  if (reply == NULL)
    return g_strdup_printf ("%s: %s", role->config.url, error->message);
  detail = get_detail (reply);
  return g_strdup_printf ("%s: status %u: %s%s%s%s", reply->url, reply->status,
      rtc_client_explain (reply->status), detail[0] != '\0' ? " (" : "", detail,
      detail[0] != '\0' ? ")" : "");
}

/* No server there, or none that says anything, may be better after a while; a certificate that is
 * not trusted, or a reply that is against the rules, will not. */
static gboolean
may_pass (const GError *error)
{
  return error->domain != RTC_ERROR && error->domain != G_TLS_ERROR;
}

gboolean
rtc_client_reply_is_later (const RtcHttpReply *reply, const GError *error, GstClockTime *out_after)
{
  if (reply == NULL ? !may_pass (error) : rtc_client_judge (reply->status) != RTC_CLIENT_LATER)
    return FALSE;
  *out_after = reply != NULL ? get_retry_after (reply) : GST_CLOCK_TIME_NONE;
  return TRUE;
}
