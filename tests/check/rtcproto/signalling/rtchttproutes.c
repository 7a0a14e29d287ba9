/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Method and path to route. */
#include "signalling/rtchttproutes.h"

static const struct {
  const gchar *method;
  const gchar *path;
  RtcHttpRoute route;
  guint status;
  const gchar *name;
} rows[] = {
  { "GET", "/", RTC_HTTP_ROUTE_PAGE, 0 },
  { "GET", "/index.html", RTC_HTTP_ROUTE_PAGE, 0 },
  { "HEAD", "/", RTC_HTTP_ROUTE_PAGE, 0 },
  { "GET", "/main.js", RTC_HTTP_ROUTE_PAGE, 0 },
  { "GET", "/sdp-client.js", RTC_HTTP_ROUTE_PAGE, 0 },
  { "GET", "/webrtc-client.js", RTC_HTTP_ROUTE_PAGE, 0 },
  { "GET", "/polite", RTC_HTTP_ROUTE_PAGE, 0 },
  { "GET", "/impolite", RTC_HTTP_ROUTE_PAGE, 0 },
  { "POST", "/doSignaling", RTC_HTTP_ROUTE_OFFER, 0 },
  { "POST", "/offer", RTC_HTTP_ROUTE_OFFER, 0 },
  { "POST", "/candidate", RTC_HTTP_ROUTE_CANDIDATE, 0 },
  { "POST", "/close", RTC_HTTP_ROUTE_CLOSE, 0 },
  /* The ice-restart contract: any other path or method is 404. */
  { "PUT", "/", RTC_HTTP_ROUTE_NONE, 404 },
  { "OPTIONS", "/doSignaling", RTC_HTTP_ROUTE_NONE, 404 },
  { "GET", "/doSignaling", RTC_HTTP_ROUTE_NONE, 404 },
  { "PUT", "/doSignaling", RTC_HTTP_ROUTE_NONE, 404 },
  { "GET", "/offer", RTC_HTTP_ROUTE_NONE, 405 },
  { "DELETE", "/candidate", RTC_HTTP_ROUTE_NONE, 405 },
  { "post", "/offer", RTC_HTTP_ROUTE_NONE, 405 },
  { "GET", "/nothing", RTC_HTTP_ROUTE_NONE, 404 },
  { "GET", "/dosignaling", RTC_HTTP_ROUTE_NONE, 404 },
  { "GET", "/../etc/passwd", RTC_HTTP_ROUTE_NONE, 404 },
  { "GET", "", RTC_HTTP_ROUTE_NONE, 404 },
  { "GET", NULL, RTC_HTTP_ROUTE_NONE, 404 },
  /* But an offer is an offer. */
  { "POST", "/any/other", RTC_HTTP_ROUTE_ANY_OFFER, 0 },
  { "POST", "/", RTC_HTTP_ROUTE_ANY_OFFER, 0 },
  { "POST", "/style.css", RTC_HTTP_ROUTE_NONE, 405 },
  { "PUT", "/any/other", RTC_HTTP_ROUTE_NONE, 404 },
  { "POST", "/sdp", RTC_HTTP_ROUTE_OFFER, 0 },
  { "POST", "/webrtc/offer", RTC_HTTP_ROUTE_PBX_OFFER, 0 },
  { "OPTIONS", "/webrtc/offer", RTC_HTTP_ROUTE_PREFLIGHT, 0 },
  { "GET", "/webrtc/offer", RTC_HTTP_ROUTE_NONE, 405 },
  { "POST", "/webrtc/ice-candidate", RTC_HTTP_ROUTE_PBX_CANDIDATE, 0 },
  { "POST", "/webrtc/close", RTC_HTTP_ROUTE_PBX_CLOSE, 0 },
  { "GET", "/webrtc/sessions/a-B_9.~/stats", RTC_HTTP_ROUTE_PBX_STATS, 0, "a-B_9.~" },
  { "GET", "/webrtc/sessions//stats", RTC_HTTP_ROUTE_NONE, 404 },
  { "GET", "/webrtc/sessions/a/b/stats", RTC_HTTP_ROUTE_NONE, 404 },
  { "GET", "/webrtc/sessions/a/stat", RTC_HTTP_ROUTE_NONE, 404 },
  { "GET", "/webrtc/sessions/a%20b/stats", RTC_HTTP_ROUTE_NONE, 404 },
  { "HEAD", "/webrtc/sessions/a/stats", RTC_HTTP_ROUTE_PBX_STATS, 0, "a" },
  { "GET", "/iceservers", RTC_HTTP_ROUTE_ICE_SERVERS, 0 },
  { "HEAD", "/iceservers", RTC_HTTP_ROUTE_ICE_SERVERS, 0 },
  { "GET", "/healthz", RTC_HTTP_ROUTE_HEALTH, 0 },
  { "GET", "/metrics", RTC_HTTP_ROUTE_METRICS, 0 },
  { "POST", "/whip", RTC_HTTP_ROUTE_WHIP, 0, "" },
  { "POST", "/whip/stage", RTC_HTTP_ROUTE_WHIP, 0, "stage" },
  { "HEAD", "/whip/stage", RTC_HTTP_ROUTE_WHIP, 0, "stage" },
  { "PUT", "/whip/stage", RTC_HTTP_ROUTE_NONE, 405 },
  { "OPTIONS", "/whip/stage", RTC_HTTP_ROUTE_PREFLIGHT, 0 },
  { "POST", "/whep/stage", RTC_HTTP_ROUTE_WHEP, 0, "stage" },
  { "PATCH", "/session/id", RTC_HTTP_ROUTE_RESOURCE, 0, "id" },
  { "DELETE", "/session/id", RTC_HTTP_ROUTE_RESOURCE, 0, "id" },
  { "POST", "/session/id", RTC_HTTP_ROUTE_NONE, 405 },
};

static void
test_routes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    RtcHttpDecision decision = rtc_http_route (rows[i].method, rows[i].path);
    g_test_message ("%s %s", rows[i].method, rows[i].path);
    g_assert_cmpint (decision.route, ==, rows[i].route);
    g_assert_cmpuint (decision.status, ==, rows[i].status);
    if (decision.status != 0)
      g_assert_cmpint (decision.status == 405, ==, decision.allow != NULL);
    if (rows[i].name != NULL)
      g_assert_cmpstr (decision.name, ==, rows[i].name);
    g_assert_cmpint (decision.route == RTC_HTTP_ROUTE_PAGE, ==, decision.file != NULL);
  }
}

static const struct {
  const gchar *path;
  RtcHttpRoute route;
  const gchar *name;
} sockets[] = {
  { "/", RTC_HTTP_ROUTE_SOCKET_RELAY, "" },
  { "/relay", RTC_HTTP_ROUTE_SOCKET_RELAY, "" },
  { "/relay/a-room", RTC_HTTP_ROUTE_SOCKET_RELAY, "a-room" },
  { "/relay/", RTC_HTTP_ROUTE_NONE, NULL },
  { "/relay/a/b", RTC_HTTP_ROUTE_NONE, NULL },
  { "/relay/%2e", RTC_HTTP_ROUTE_NONE, NULL },
  { "/trickle", RTC_HTTP_ROUTE_SOCKET_TRICKLE, "" },
  { "/websocket", RTC_HTTP_ROUTE_SOCKET_TRICKLE, "" },
  { "/polite", RTC_HTTP_ROUTE_SOCKET_POLITE, "" },
  { "/impolite", RTC_HTTP_ROUTE_SOCKET_IMPOLITE, "" },
  { "/index.html", RTC_HTTP_ROUTE_NONE, NULL },
  { "/offer", RTC_HTTP_ROUTE_NONE, NULL },
  { "", RTC_HTTP_ROUTE_NONE, NULL },
  { NULL, RTC_HTTP_ROUTE_NONE, NULL },
};

static void
test_sockets (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sockets); i++) {
    RtcHttpDecision decision = rtc_http_route_socket (sockets[i].path);
    g_test_message ("%s", sockets[i].path);
    g_assert_cmpint (decision.route, ==, sockets[i].route);
    g_assert_cmpuint (decision.status, ==, sockets[i].name != NULL ? 0 : 404);
    if (sockets[i].name != NULL)
      g_assert_cmpstr (decision.name, ==, sockets[i].name);
    g_assert_false (decision.is_public);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/http-routes", test_routes);
  g_test_add_func ("/signalling/sockets", test_sockets);
  return g_test_run ();
}
