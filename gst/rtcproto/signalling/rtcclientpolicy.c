/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* URLs, redirects and statuses as a client sees them. No state, no owner. RFC 3986, RFC 6454,
 * RFC 9110. */
#include "signalling/rtcclientpolicy.h"

#include <string.h>

#define URL_FLAGS (G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE)

static const struct {
  const gchar *name;
  const gchar *scheme;
} schemes[] = {
  { "http", "http" },
  { "https", "https" },
  { "whip", "http" },
  { "whips", "https" },
  { "whep", "http" },
  { "wheps", "https" },
  { "ws", "http" },
  { "wss", "https" },
};

static const gchar *
find_scheme (const gchar *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
    if (g_strcmp0 (schemes[i].name, name) == 0)
      return schemes[i].scheme;
  }
  return NULL;
}

static gchar *
print_url (GUri *uri, const gchar *scheme)
{
  const gchar *path = g_uri_get_path (uri);
  return g_uri_join (URL_FLAGS, scheme, NULL, g_uri_get_host (uri), g_uri_get_port (uri),
      path[0] != '\0' ? path : "/", g_uri_get_query (uri), NULL);
}

/* RFC 3986 §3.2.2, without what is read differently by different programs, such as a second "@". A
 * name in another script is written in its ASCII form. */
static gboolean
is_host (const gchar *host)
{
  if (host == NULL || host[0] == '\0')
    return FALSE;
  for (const gchar *c = host; *c != '\0'; c++) {
    if (!g_ascii_isalnum (*c) && strchr ("-._~:%", *c) == NULL)
      return FALSE;
  }
  return TRUE;
}

gchar *
rtc_client_normalize_url (const gchar *url, GError **error)
{
  g_autoptr (GUri) uri = NULL;
  const gchar *scheme;
  if (strlen (url) > RTC_CLIENT_MAX_URL) {
    g_set_error (
        error, RTC_ERROR, RTC_ERROR_LIMIT, "a URL has at most %u bytes", RTC_CLIENT_MAX_URL);
    return NULL;
  }
  uri = g_uri_parse (url, URL_FLAGS, error);
  if (uri == NULL)
    return NULL;
  scheme = find_scheme (g_uri_get_scheme (uri));
  if (scheme != NULL && is_host (g_uri_get_host (uri)))
    return print_url (uri, scheme);
  g_set_error_literal (error, RTC_ERROR, RTC_ERROR_INVALID,
      "a URL of a server starts with http://HOST or https://HOST");
  return NULL;
}

gchar *
rtc_client_resolve (const gchar *base, const gchar *reference, GError **error)
{
  g_autofree gchar *url = g_uri_resolve_relative (base, reference, URL_FLAGS, error);
  g_autofree gchar *absolute = url != NULL ? rtc_client_normalize_url (url, error) : NULL;
  /* What a server says is no place for names that are our own invention. */
  if (absolute == NULL || g_str_has_prefix (url, "http"))
    return g_steal_pointer (&absolute);
  g_set_error_literal (
      error, RTC_ERROR, RTC_ERROR_INVALID, "the server's URL is neither http nor https");
  return NULL;
}

static gint
get_port (GUri *uri)
{
  gint port = g_uri_get_port (uri);
  if (port != -1)
    return port;
  return strcmp (g_uri_get_scheme (uri), "https") == 0 ? 443 : 80;
}

gboolean
rtc_client_is_same_origin (const gchar *url, const gchar *other)
{
  g_autoptr (GUri) a = g_uri_parse (url, URL_FLAGS, NULL);
  g_autoptr (GUri) b = g_uri_parse (other, URL_FLAGS, NULL);
  return a != NULL && b != NULL && strcmp (g_uri_get_scheme (a), g_uri_get_scheme (b)) == 0 &&
      g_uri_get_host (a) != NULL && g_uri_get_host (b) != NULL &&
      g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0 &&
      get_port (a) == get_port (b);
}

/* RFC 9725 §4.5: clients follow 307 and 308; the others would turn the POST into a GET. */
gchar *
rtc_client_redirect (
    const gchar *url, guint status, const gchar *location, guint n_followed, GError **error)
{
  g_autofree gchar *target = NULL;
  if (status != 307 && status != 308) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_UNSUPPORTED,
        "the server redirects with status %u, which loses the offer; it must use 307 or 308",
        status);
    return NULL;
  }
  if (location == NULL) {
    g_set_error_literal (
        error, RTC_ERROR, RTC_ERROR_INVALID, "the server redirects without saying where to");
    return NULL;
  }
  if (n_followed >= RTC_CLIENT_MAX_REDIRECTS) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_LIMIT,
        "the server redirects more than %u times; give the last URL", RTC_CLIENT_MAX_REDIRECTS);
    return NULL;
  }
  target = rtc_client_resolve (url, location, error);
  if (target == NULL || !g_str_has_prefix (url, "https:") || g_str_has_prefix (target, "https:"))
    return g_steal_pointer (&target);
  g_set_error_literal (error, RTC_ERROR, RTC_ERROR_INVALID,
      "the server redirects from https to http, which is not safe");
  return NULL;
}

static const struct {
  guint status;
  RtcClientVerdict verdict;
  const gchar *text;
} statuses[] = {
  { 400, RTC_CLIENT_REFUSED, "the server cannot read the offer; check url and dialect" },
  { 401, RTC_CLIENT_REFUSED, "the server wants a token; set the property token" },
  { 403, RTC_CLIENT_REFUSED, "the server does not allow it; check the token" },
  { 404, RTC_CLIENT_REFUSED, "there is nothing at this URL; check url and dialect" },
  { 405, RTC_CLIENT_REFUSED, "the server takes no offers at this URL; check url and dialect" },
  { 406, RTC_CLIENT_REFUSED, "the server has nothing that fits the offer; offer other codecs" },
  { 408, RTC_CLIENT_LATER, "the server did not answer in time" },
  { 409, RTC_CLIENT_LATER,
      "not now: for a viewer nobody publishes yet, for a publisher the name is taken" },
  { 410, RTC_CLIENT_REFUSED, "the session is gone; connect anew" },
  { 413, RTC_CLIENT_REFUSED, "the offer is too large for the server; offer fewer codecs" },
  { 415, RTC_CLIENT_REFUSED, "the server wants another content type; check dialect" },
  { 422, RTC_CLIENT_REFUSED, "the server does not support such an offer; check what is linked" },
  { 425, RTC_CLIENT_LATER, "the server wants it again later" },
  { 429, RTC_CLIENT_LATER, "too many requests" },
  { 502, RTC_CLIENT_LATER, "the server behind the proxy is not there" },
  { 503, RTC_CLIENT_LATER, "the server is busy" },
  { 504, RTC_CLIENT_LATER, "the server behind the proxy is not there" },
};

RtcClientVerdict
rtc_client_judge (guint status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    if (statuses[i].status == status)
      return statuses[i].verdict;
  }
  if (status >= 200 && status < 300)
    return RTC_CLIENT_SUCCESS;
  return status >= 300 && status < 400 ? RTC_CLIENT_REDIRECT : RTC_CLIENT_REFUSED;
}

const gchar *
rtc_client_explain (guint status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    if (statuses[i].status == status)
      return statuses[i].text;
  }
  if (status >= 500)
    return "the server failed; look at its log";
  return "the server does not want the request; check url and dialect";
}
