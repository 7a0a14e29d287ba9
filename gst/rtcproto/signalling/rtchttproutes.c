/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The route table of the signalling server. Constant data, owned by nobody. */
#include "signalling/rtchttproutes.h"

#include <string.h>

#define HTML "text/html; charset=utf-8"
#define STYLE "text/css; charset=utf-8"
#define SCRIPT "text/javascript; charset=utf-8"
#define IMAGE "image/svg+xml"
#define SDP_MAX RTC_HTTP_MAX_DESCRIPTION_BYTES
#define CANDIDATE_MAX RTC_HTTP_MAX_CANDIDATE_BYTES
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"

#define METHODS_OF_PAGE "GET, HEAD"
#define METHODS_OF_POST "POST, OPTIONS"
#define METHODS_OF_GET "GET, HEAD, OPTIONS"
#define METHODS_OF_ENDPOINT "POST, GET, HEAD, OPTIONS"
#define METHODS_OF_RESOURCE "PATCH, DELETE, GET, HEAD, OPTIONS"

typedef struct {
  /* A star stands for one name. */
  const gchar *path;
  const gchar *methods[3];
  /* Of the whole path, for the Allow header. NULL: the ice-restart contract answers "any other path
   * or method" with 404. */
  const gchar *allow;
  RtcHttpRoute route;
  guint64 max_body_bytes;
  RtcHttpDialect dialect;
  const gchar *file;
  const gchar *content_type;
} Row;

#define PAGE(path, allow, file, type)                                                              \
  {                                                                                                \
    path, { "GET", "HEAD" }, allow, RTC_HTTP_ROUTE_PAGE, 0, RTC_HTTP_DIALECT_PLAIN, file, type     \
  }
#define PLAIN(path, allow, route, size)                                                            \
  {                                                                                                \
    path, { "POST" }, allow, route, size, RTC_HTTP_DIALECT_PLAIN, NULL, NULL                       \
  }
#define PBX(path, method, look, allow, route, size)                                                \
  {                                                                                                \
    path, { method, look }, allow, route, size, RTC_HTTP_DIALECT_PBX, NULL, NULL                   \
  }
#define STATUS(path, route)                                                                        \
  {                                                                                                \
    path, { "GET", "HEAD" }, METHODS_OF_GET, route, 0, RTC_HTTP_DIALECT_PLAIN, NULL, NULL          \
  }
/* A body to POST, none to look. */
#define ENDPOINT(path, route)                                                                      \
  { path, { "POST" }, METHODS_OF_ENDPOINT, route, SDP_MAX, RTC_HTTP_DIALECT_PROBLEM, NULL, NULL }, \
  {                                                                                                \
    path, { "GET", "HEAD" }, METHODS_OF_ENDPOINT, route, 0, RTC_HTTP_DIALECT_PROBLEM, NULL, NULL   \
  }

static const Row rows[] = {
  PAGE ("/", NULL, "index.html", HTML),
  PAGE ("/index.html", NULL, "index.html", HTML),
  PAGE ("/style.css", METHODS_OF_PAGE, "style.css", STYLE),
  PAGE ("/main.js", METHODS_OF_PAGE, "main.js", SCRIPT),
  PAGE ("/peer.js", METHODS_OF_PAGE, "peer.js", SCRIPT),
  PAGE ("/stats.js", METHODS_OF_PAGE, "stats.js", SCRIPT),
  PAGE ("/chart.js", METHODS_OF_PAGE, "chart.js", SCRIPT),
  PAGE ("/sdp-client.js", METHODS_OF_PAGE, "sdp-client.js", SCRIPT),
  PAGE ("/webrtc-client.js", METHODS_OF_PAGE, "webrtc-client.js", SCRIPT),
  PAGE ("/polite", METHODS_OF_PAGE, "negotiation.html", HTML),
  PAGE ("/impolite", METHODS_OF_PAGE, "negotiation.html", HTML),
  PAGE ("/negotiation.js", METHODS_OF_PAGE, "negotiation.js", SCRIPT),
  PAGE ("/icon.svg", METHODS_OF_PAGE, "icon.svg", IMAGE),
  PLAIN ("/doSignaling", NULL, RTC_HTTP_ROUTE_OFFER, SDP_MAX),
  PLAIN ("/offer", METHODS_OF_POST, RTC_HTTP_ROUTE_OFFER, SDP_MAX),
  PLAIN ("/sdp", METHODS_OF_POST, RTC_HTTP_ROUTE_OFFER, SDP_MAX),
  PLAIN ("/candidate", METHODS_OF_POST, RTC_HTTP_ROUTE_CANDIDATE, CANDIDATE_MAX),
  PLAIN ("/close", METHODS_OF_POST, RTC_HTTP_ROUTE_CLOSE, RTC_HTTP_MAX_CLOSE_BYTES),
  PBX ("/webrtc/offer", "POST", NULL, METHODS_OF_POST, RTC_HTTP_ROUTE_PBX_OFFER, SDP_MAX),
  PBX ("/webrtc/ice-candidate", "POST", NULL, METHODS_OF_POST, RTC_HTTP_ROUTE_PBX_CANDIDATE,
      CANDIDATE_MAX),
  PBX ("/webrtc/close", "POST", NULL, METHODS_OF_POST, RTC_HTTP_ROUTE_PBX_CLOSE,
      RTC_HTTP_MAX_CLOSE_BYTES),
  PBX ("/webrtc/sessions/*/stats", "GET", "HEAD", METHODS_OF_GET, RTC_HTTP_ROUTE_PBX_STATS, 0),
  PBX ("/iceservers", "GET", "HEAD", METHODS_OF_GET, RTC_HTTP_ROUTE_ICE_SERVERS, 0),
  STATUS ("/healthz", RTC_HTTP_ROUTE_HEALTH),
  STATUS ("/metrics", RTC_HTTP_ROUTE_METRICS),
  ENDPOINT ("/whip", RTC_HTTP_ROUTE_WHIP),
  ENDPOINT ("/whip/*", RTC_HTTP_ROUTE_WHIP),
  ENDPOINT ("/whep", RTC_HTTP_ROUTE_WHEP),
  ENDPOINT ("/whep/*", RTC_HTTP_ROUTE_WHEP),
  { "/session/*", { "PATCH" }, METHODS_OF_RESOURCE, RTC_HTTP_ROUTE_RESOURCE, CANDIDATE_MAX,
      RTC_HTTP_DIALECT_PROBLEM, NULL, NULL },
  { "/session/*", { "DELETE", "GET", "HEAD" }, METHODS_OF_RESOURCE, RTC_HTTP_ROUTE_RESOURCE, 0,
      RTC_HTTP_DIALECT_PROBLEM, NULL, NULL },
};

/* @out_name: what the star stands for. */
static gboolean
matches (const gchar *pattern, const gchar *path, gchar *out_name)
{
  const gchar *star = strchr (pattern, '*');
  gsize before = star != NULL ? (gsize) (star - pattern) : 0;
  gsize length;

  if (star == NULL)
    return strcmp (pattern, path) == 0;
  if (strncmp (pattern, path, before) != 0)
    return FALSE;
  length = strspn (path + before, NAME_CHARACTERS);
  if (length == 0 || length > RTC_HTTP_MAX_NAME || strcmp (path + before + length, star + 1) != 0)
    return FALSE;
  memcpy (out_name, path + before, length);
  out_name[length] = '\0';
  return TRUE;
}

static gboolean
has_method (const Row *row, const gchar *method)
{
  for (gsize i = 0; i < G_N_ELEMENTS (row->methods) && row->methods[i] != NULL; i++) {
    if (g_strcmp0 (row->methods[i], method) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The path is known, the method is none of its. */
static RtcHttpDecision
decide_wrong_method (const Row *row, const gchar *method)
{
  gboolean has_options = row->allow != NULL && strstr (row->allow, "OPTIONS") != NULL;
  if (has_options && g_strcmp0 (method, "OPTIONS") == 0)
    return (RtcHttpDecision){ .route = RTC_HTTP_ROUTE_PREFLIGHT,
      .allow = row->allow,
      .dialect = row->dialect,
      .is_public = TRUE };
  return (RtcHttpDecision){
    .status = row->allow != NULL ? 405 : 404, .allow = row->allow, .dialect = row->dialect
  };
}

static RtcHttpDecision
decide_unknown (const gchar *method)
{
  if (g_strcmp0 (method, "POST") == 0)
    return (RtcHttpDecision){ .route = RTC_HTTP_ROUTE_ANY_OFFER, .max_body_bytes = SDP_MAX };
  return (RtcHttpDecision){ .status = 404 };
}

RtcHttpDecision
rtc_http_route (const gchar *method, const gchar *path)
{
  RtcHttpDecision decision = { RTC_HTTP_ROUTE_NONE };
  const Row *known = NULL;

  for (gsize i = 0; path != NULL && i < G_N_ELEMENTS (rows); i++) {
    if (!matches (rows[i].path, path, decision.name))
      continue;
    known = &rows[i];
    if (!has_method (known, method))
      continue;
    decision.route = known->route;
    decision.allow = known->allow;
    decision.max_body_bytes = known->max_body_bytes;
    decision.file = known->file;
    decision.content_type = known->content_type;
    decision.dialect = known->dialect;
    decision.is_public =
        known->route == RTC_HTTP_ROUTE_PAGE || known->route == RTC_HTTP_ROUTE_HEALTH;
    return decision;
  }
  /* A page that posts to its own address posts an offer. */
  if (known == NULL || (known->allow == NULL && g_strcmp0 (method, "POST") == 0))
    return decide_unknown (method);
  return decide_wrong_method (known, method);
}

static const struct {
  const gchar *path;
  RtcHttpRoute route;
} sockets[] = {
  /* The first relay's clients know no path; it is the room without a name. */
  { "/", RTC_HTTP_ROUTE_SOCKET_RELAY },
  { "/relay", RTC_HTTP_ROUTE_SOCKET_RELAY },
  { "/relay/*", RTC_HTTP_ROUTE_SOCKET_RELAY },
  { "/trickle", RTC_HTTP_ROUTE_SOCKET_TRICKLE },
  { "/websocket", RTC_HTTP_ROUTE_SOCKET_TRICKLE },
  { "/polite", RTC_HTTP_ROUTE_SOCKET_POLITE },
  { "/impolite", RTC_HTTP_ROUTE_SOCKET_IMPOLITE },
};

RtcHttpDecision
rtc_http_route_socket (const gchar *path)
{
  RtcHttpDecision decision = { RTC_HTTP_ROUTE_NONE };
  for (gsize i = 0; path != NULL && i < G_N_ELEMENTS (sockets); i++) {
    if (!matches (sockets[i].path, path, decision.name))
      continue;
    decision.route = sockets[i].route;
    return decision;
  }
  decision.status = 404;
  return decision;
}

gboolean
rtc_http_route_is_socket (RtcHttpRoute route)
{
  return route >= RTC_HTTP_ROUTE_SOCKET_RELAY && route <= RTC_HTTP_ROUTE_SOCKET_IMPOLITE;
}
