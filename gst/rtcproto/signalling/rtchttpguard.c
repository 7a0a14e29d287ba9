/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The header rules of RFC 9110 and RFC 9112 that a request must keep, stricter than the RFCs where
 * leniency only serves an attacker. Owned by the HTTP server, one for each request. */
#include "signalling/rtchttpguard.h"

#include <gio/gio.h>
#include <string.h>

/* RFC 9110 §8.6: Content-Length = 1*DIGIT. No sign, no space, no list. */
static gboolean
parse_content_length (const gchar *value, guint64 *out_length)
{
  gsize length = strlen (value);
  if (length == 0 || length > 18 || strspn (value, "0123456789") != length)
    return FALSE;
  *out_length = g_ascii_strtoull (value, NULL, 10);
  return TRUE;
}

static void
count_content_length (RtcHttpGuard *guard, const gchar *value)
{
  guard->n_content_lengths++;
  if (!parse_content_length (value, &guard->content_length))
    guard->has_bad_length = TRUE;
}

void
rtc_http_guard_set_target (RtcHttpGuard *guard, const gchar *target)
{
  if (strlen (target) > RTC_HTTP_MAX_TARGET)
    guard->is_over_limit = TRUE;
}

void
rtc_http_guard_add_header (RtcHttpGuard *guard, const gchar *name, const gchar *value)
{
  gsize line = strlen (name) + strlen (value) + 4;
  guard->n_headers++;
  guard->header_bytes += line;
  if (line > RTC_HTTP_MAX_HEADER_LINE || guard->n_headers > RTC_HTTP_MAX_HEADERS ||
      guard->header_bytes > RTC_HTTP_MAX_HEADER_BYTES)
    guard->is_over_limit = TRUE;

  if (g_ascii_strcasecmp (name, "Host") == 0) {
    guard->n_hosts++;
    guard->host = value;
  } else if (g_ascii_strcasecmp (name, "Origin") == 0) {
    guard->n_origins++;
    guard->origin = value;
  } else if (g_ascii_strcasecmp (name, "Content-Length") == 0) {
    count_content_length (guard, value);
  } else if (g_ascii_strcasecmp (name, "Transfer-Encoding") == 0) {
    guard->has_transfer_encoding = TRUE;
  }
}

RtcHttpRefusal
rtc_http_guard_check (const RtcHttpGuard *guard, guint64 max_body_bytes)
{
  const struct {
    gboolean is_wrong;
    RtcHttpRefusal refusal;
  } rules[] = {
    { guard->is_over_limit, { 431, "the header block is too large" } },
    { guard->n_hosts != 1, { 400, "exactly one Host header is needed" } },
    { guard->n_origins > 1, { 400, "more than one Origin header" } },
    { guard->has_transfer_encoding,
        { 411, "Transfer-Encoding is not taken, send Content-Length" } },
    { guard->n_content_lengths > 1, { 400, "more than one Content-Length header" } },
    { guard->has_bad_length, { 400, "Content-Length is not a number" } },
    { guard->content_length > max_body_bytes, { 413, "the body is too large" } },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++) {
    if (rules[i].is_wrong)
      return rules[i].refusal;
  }
  return (RtcHttpRefusal){ 0, NULL };
}

gboolean
rtc_http_host_is_local (const gchar *host)
{
  g_autofree gchar *url = g_strconcat ("http://", host, NULL);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const gchar *name = uri != NULL ? g_uri_get_host (uri) : NULL;
  if (name == NULL || g_uri_get_userinfo (uri) != NULL)
    return FALSE;
  return g_ascii_strcasecmp (name, "localhost") == 0 || g_str_has_suffix (name, ".localhost") ||
      g_hostname_is_ip_address (name);
}

gboolean
rtc_http_origin_is_same (const gchar *origin, const gchar *host)
{
  const gchar *authority = strstr (origin, "://");
  return authority != NULL && g_ascii_strcasecmp (authority + 3, host) == 0;
}

gboolean
rtc_http_token_matches (const gchar *authorization, const gchar *token)
{
  gsize length = strlen (token);
  const gchar *given;
  gsize given_length;
  guint difference;

  if (authorization == NULL || g_ascii_strncasecmp (authorization, "Bearer ", 7) != 0)
    return FALSE;
  given = authorization + 7;
  given_length = strlen (given);
  difference = given_length != length || length == 0;
  for (gsize i = 0; i < given_length && length > 0; i++)
    difference |= (guint) (given[i] ^ token[i % length]);
  return difference == 0;
}
