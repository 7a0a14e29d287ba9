/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* STUN and TURN servers by URI (RFC 7064, RFC 7065; with user and password as webrtcbin takes
 * them), and credentials: the values that an RtcNiceAgent is made from. */
#include "rtcniceagent.h"

#include <gst/rtc/gstrtcerror.h>

#include <string.h>

#define DEFAULT_PORT 3478
#define DEFAULT_PROXY_PORT 8080

RtcIceCredentials *
rtc_ice_credentials_new (const gchar *ufrag, const gchar *pwd)
{
  RtcIceCredentials *credentials = g_new (RtcIceCredentials, 1);

  credentials->ufrag = g_strdup (ufrag);
  credentials->pwd = g_strdup (pwd);
  return credentials;
}

RtcIceCredentials *
rtc_ice_credentials_copy (const RtcIceCredentials *credentials)
{
  return rtc_ice_credentials_new (credentials->ufrag, credentials->pwd);
}

gboolean
rtc_ice_credentials_equal (const RtcIceCredentials *a, const RtcIceCredentials *b)
{
  return a != NULL && b != NULL && strcmp (a->ufrag, b->ufrag) == 0 && strcmp (a->pwd, b->pwd) == 0;
}

void
rtc_ice_credentials_free (RtcIceCredentials *credentials)
{
  if (credentials == NULL)
    return;
  g_free (credentials->ufrag);
  g_free (credentials->pwd);
  g_free (credentials);
}

void
rtc_ice_server_free (RtcIceServer *server)
{
  if (server == NULL)
    return;
  g_free (server->host);
  g_free (server->username);
  g_free (server->password);
  g_free (server);
}

/* RFC 7064 writes "stun:host", webrtcbin "stun://host": both are read. */
static gchar *
normalise (const gchar *uri)
{
  const gchar *colon = strchr (uri, ':');

  if (colon == NULL || g_str_has_prefix (colon, "://"))
    return g_strdup (uri);
  return g_strdup_printf ("%.*s://%s", (gint) (colon - uri), uri, colon + 1);
}

static gboolean
set_user (RtcIceServer *server, GUri *uri, GError **error)
{
  const gchar *user = g_uri_get_user (uri);
  const gchar *password = g_uri_get_password (uri);

  if (user == NULL || password == NULL) {
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT,
        "A TURN server or a proxy with a user needs both: turn://user:password@%s", server->host);
    return FALSE;
  }
  server->username = g_uri_unescape_string (user, NULL);
  server->password = g_uri_unescape_string (password, NULL);
  return server->username != NULL && server->password != NULL;
}

static gboolean
check_scheme (const gchar *scheme, GError **error)
{
  if (strcmp (scheme, "stun") == 0 || strcmp (scheme, "turn") == 0 || strcmp (scheme, "http") == 0)
    return TRUE;
  if (strcmp (scheme, "turns") == 0 || strcmp (scheme, "stuns") == 0)
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_UNSUPPORTED,
        "%s: is not available, because libnice has no TLS to a server: use turn: with "
        "?transport=tcp",
        scheme);
  else
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT,
        "An ICE server's address begins with stun: or turn:, a proxy's with http:, not %s:",
        scheme);
  return FALSE;
}

RtcIceServer *
rtc_ice_server_parse (const gchar *text, GError **error)
{
  g_autofree gchar *normal = normalise (text);
  GUriFlags flags = G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED;
  g_autoptr (GUri) uri = g_uri_parse (normal, flags, NULL);
  RtcIceServer *server;

  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_host (uri)[0] == '\0') {
    /* The text may hold a password: it is not repeated here. */
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT,
        "An ICE server is written stun://host:port or turn://user:password@host:port");
    return NULL;
  }
  if (!check_scheme (g_uri_get_scheme (uri), error))
    return NULL;

  server = g_new0 (RtcIceServer, 1);
  server->host = g_strdup (g_uri_get_host (uri));
  server->port = g_uri_get_port (uri) > 0 ? (guint) g_uri_get_port (uri) : DEFAULT_PORT;
  server->is_tcp = g_strcmp0 (g_uri_get_query (uri), "transport=tcp") == 0;
  server->is_proxy = strcmp (g_uri_get_scheme (uri), "http") == 0;
  if (server->is_proxy && g_uri_get_port (uri) <= 0)
    server->port = DEFAULT_PROXY_PORT;
  if ((server->is_proxy ? g_uri_get_user (uri) != NULL
                        : strcmp (g_uri_get_scheme (uri), "turn") == 0) &&
      !set_user (server, uri, error)) {
    rtc_ice_server_free (server);
    return NULL;
  }
  return server;
}
