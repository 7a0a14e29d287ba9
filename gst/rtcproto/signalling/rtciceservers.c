/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* URIs of ICE servers (RFC 7064, RFC 7065, and GStreamer's form with "//") in and out. Owned by the
 * signalling server. */
#include "signalling/rtciceservers.h"

#include <string.h>

#include "signalling/rtcjsontext.h"

static void
ice_server_free (gpointer data)
{
  RtcIceServer *server = data;
  g_free (server->url);
  g_free (server->username);
  g_free (server->credential);
  g_free (server);
}

static gchar *
unescape (const gchar *text, gsize length)
{
  return g_uri_unescape_segment (text, text + length, NULL);
}

/* RFC 3986 §3.2.1: userinfo. FALSE: bytes that are no text. */
static gboolean
read_user (RtcIceServer *server, const gchar *user, gsize length)
{
  const gchar *colon = memchr (user, ':', length);
  gsize name_length = colon != NULL ? (gsize) (colon - user) : length;
  server->username = unescape (user, name_length);
  server->credential =
      colon != NULL ? unescape (colon + 1, length - name_length - 1) : g_strdup ("");
  return server->username != NULL && server->credential != NULL &&
      g_utf8_validate (server->username, -1, NULL) &&
      g_utf8_validate (server->credential, -1, NULL);
}

static gboolean
is_url_text (const gchar *text)
{
  for (const gchar *c = text; *c != '\0'; c++) {
    if (!g_ascii_isgraph (*c) || strchr ("<>\"\\^`{|}", *c) != NULL)
      return FALSE;
  }
  return text[0] != '\0';
}

static gboolean
read_server (RtcIceServer *server, const gchar *uri)
{
  static const gchar *const schemes[] = { "stun:", "stuns:", "turn:", "turns:" };
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
    const gchar *rest = uri + strlen (schemes[i]);
    const gchar *at;
    if (!g_str_has_prefix (uri, schemes[i]))
      continue;
    if (g_str_has_prefix (rest, "//"))
      rest += 2;
    at = strrchr (rest, '@');
    if (at != NULL && !read_user (server, rest, (gsize) (at - rest)))
      return FALSE;
    rest = at != NULL ? at + 1 : rest;
    server->url = g_strconcat (schemes[i], rest, NULL);
    return is_url_text (rest);
  }
  return FALSE;
}

GPtrArray *
rtc_ice_servers_parse (const gchar *uris, GError **error)
{
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func (ice_server_free);
  g_auto (GStrv) words = g_strsplit (uris != NULL ? uris : "", " ", -1);
  for (guint i = 0; words[i] != NULL; i++) {
    RtcIceServer *server;
    if (words[i][0] == '\0')
      continue;
    server = g_new0 (RtcIceServer, 1);
    g_ptr_array_add (servers, server);
    /* The word may hold a password, so it is not repeated. */
    if (!read_server (server, words[i])) {
      g_set_error (error, RTC_ERROR, RTC_ERROR_SYNTAX,
          "number %u is not the URI of an ICE server; wanted is stun://HOST:PORT or "
          "turn(s)://USER:PASSWORD@HOST:PORT",
          i + 1);
      return NULL;
    }
  }
  return g_steal_pointer (&servers);
}

static void
append_member (GString *text, const gchar *name, const gchar *value)
{
  g_autofree gchar *quoted = value != NULL ? rtc_json_quote (value) : NULL;
  if (quoted != NULL)
    g_string_append_printf (text, ",\"%s\":%s", name, quoted);
}

gchar *
rtc_ice_servers_to_json (const GPtrArray *servers)
{
  GString *text = g_string_new ("[");
  for (guint i = 0; i < servers->len; i++) {
    const RtcIceServer *server = g_ptr_array_index (servers, i);
    g_string_append_printf (text, "%s{\"urls\":[\"%s\"]", i > 0 ? "," : "", server->url);
    append_member (text, "username", server->username);
    append_member (text, "credential", server->credential);
    g_string_append_c (text, '}');
  }
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

/* RFC 9110 §5.6.4: quoted-string. What no header may hold is left out. */
static void
append_parameter (GString *text, const gchar *name, const gchar *value)
{
  g_string_append_printf (text, "; %s=\"", name);
  for (const gchar *c = value; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\')
      g_string_append_c (text, '\\');
    if (!g_ascii_iscntrl (*c))
      g_string_append_c (text, *c);
  }
  g_string_append_c (text, '"');
}

gchar *
rtc_ice_servers_to_link (const GPtrArray *servers)
{
  GString *text;
  if (servers->len == 0)
    return NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < servers->len; i++) {
    const RtcIceServer *server = g_ptr_array_index (servers, i);
    g_string_append_printf (text, "%s<%s>; rel=\"ice-server\"", i > 0 ? ", " : "", server->url);
    if (server->username == NULL)
      continue;
    append_parameter (text, "username", server->username);
    append_parameter (text, "credential", server->credential);
    append_parameter (text, "credential-type", "password");
  }
  return g_string_free (text, FALSE);
}

/* --- Link headers in --- */

/* RFC 9110 §5.6.4 and §5.6.2: a quoted-string or a token. */
static gchar *
read_value (const gchar **cursor)
{
  GString *text = g_string_new (NULL);
  const gchar *at = *cursor;
  gboolean is_quoted = *at == '"';
  at += is_quoted ? 1 : 0;
  while (*at != '\0' && (is_quoted ? *at != '"' : strchr (";, \t", *at) == NULL)) {
    if (is_quoted && *at == '\\' && at[1] != '\0')
      at++;
    g_string_append_c (text, *at++);
  }
  *cursor = is_quoted && *at == '"' ? at + 1 : at;
  return g_string_free (text, FALSE);
}

static const gchar *
skip_blanks (const gchar *at)
{
  while (*at == ' ' || *at == '\t')
    at++;
  return at;
}

typedef struct {
  RtcIceServer *server;
  gboolean is_ice_server;
} Link;

static void
replace (gchar **text, gchar **value)
{
  g_free (*text);
  *text = g_steal_pointer (value);
}

static void
take_parameter (Link *link, const gchar *name, gsize length, gchar *value)
{
  if (length == 3 && g_ascii_strncasecmp (name, "rel", 3) == 0)
    link->is_ice_server = g_ascii_strcasecmp (value, "ice-server") == 0;
  else if (length == 8 && g_ascii_strncasecmp (name, "username", 8) == 0)
    replace (&link->server->username, &value);
  else if (length == 10 && g_ascii_strncasecmp (name, "credential", 10) == 0)
    replace (&link->server->credential, &value);
  g_free (value);
}

/* RFC 8288 §3: the parameters of one link, up to its comma. */
static const gchar *
read_parameters (Link *link, const gchar *at)
{
  for (at = skip_blanks (at); *at == ';'; at = skip_blanks (at)) {
    const gchar *name = at = skip_blanks (at + 1);
    gsize length = strcspn (name, "=;, \t");
    at = skip_blanks (name + length);
    if (*at != '=')
      continue;
    at = skip_blanks (at + 1);
    take_parameter (link, name, length, read_value (&at));
  }
  return at;
}

static gboolean
is_text (const gchar *text)
{
  return text == NULL || g_utf8_validate (text, -1, NULL);
}

/* RFC 7064 §3.1, RFC 7065 §3.1: no user in the URI itself. */
static gboolean
is_usable (const Link *link)
{
  g_autoptr (GPtrArray) again = rtc_ice_servers_parse (link->server->url, NULL);
  const RtcIceServer *server;
  if (!link->is_ice_server || again == NULL || again->len != 1 ||
      !is_text (link->server->username) || !is_text (link->server->credential))
    return FALSE;
  server = g_ptr_array_index (again, 0);
  return server->username == NULL && strcmp (server->url, link->server->url) == 0;
}

GPtrArray *
rtc_ice_servers_from_link (const gchar *link)
{
  GPtrArray *servers = g_ptr_array_new_with_free_func (ice_server_free);
  const gchar *at = link != NULL ? link : "";
  while ((at = strchr (at, '<')) != NULL && servers->len < RTC_ICE_SERVERS_MAX) {
    const gchar *end = strchr (at, '>');
    Link one = { NULL, FALSE };
    if (end == NULL)
      break;
    one.server = g_new0 (RtcIceServer, 1);
    one.server->url = g_strndup (at + 1, (gsize) (end - at - 1));
    at = read_parameters (&one, end + 1);
    if (is_usable (&one))
      g_ptr_array_add (servers, one.server);
    else
      ice_server_free (one.server);
  }
  return servers;
}

gchar *
rtc_ice_server_to_uri (const RtcIceServer *server)
{
  const gchar *colon = strchr (server->url, ':');
  g_autofree gchar *user = NULL;
  g_autofree gchar *password = NULL;
  if (server->username == NULL)
    return g_strdup_printf ("%.*s://%s", (gint) (colon - server->url), server->url, colon + 1);
  user = g_uri_escape_string (server->username, NULL, FALSE);
  password =
      g_uri_escape_string (server->credential != NULL ? server->credential : "", NULL, FALSE);
  return g_strdup_printf (
      "%.*s://%s:%s@%s", (gint) (colon - server->url), server->url, user, password, colon + 1);
}
