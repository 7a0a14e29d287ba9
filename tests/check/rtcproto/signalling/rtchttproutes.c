/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Method and path to route. */
#include "signalling/rtchttproutes.h"

static const struct {
  const gchar *method;
  const gchar *path;
  RtcHttpRoute route;
  guint status;
} rows[] = {
  { "GET", "/", RTC_HTTP_ROUTE_PAGE, 0 },
  { "GET", "/index.html", RTC_HTTP_ROUTE_PAGE, 0 },
  { "HEAD", "/", RTC_HTTP_ROUTE_PAGE, 0 },
  { "GET", "/main.js", RTC_HTTP_ROUTE_PAGE, 0 },
  { "POST", "/doSignaling", RTC_HTTP_ROUTE_OFFER, 0 },
  { "POST", "/offer", RTC_HTTP_ROUTE_OFFER, 0 },
  { "POST", "/candidate", RTC_HTTP_ROUTE_CANDIDATE, 0 },
  { "POST", "/close", RTC_HTTP_ROUTE_CLOSE, 0 },
  /* The ice-restart contract: any other path or method is 404. */
  { "POST", "/", RTC_HTTP_ROUTE_NONE, 404 },
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
};

static void
test_routes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    RtcHttpDecision decision = rtc_http_route (rows[i].method, rows[i].path);
    g_test_message ("%s %s", rows[i].method, rows[i].path);
    g_assert_cmpint (decision.route, ==, rows[i].route);
    g_assert_cmpuint (decision.status, ==, rows[i].status);
    g_assert_cmpint (decision.status == 405, ==, decision.allow != NULL);
    g_assert_cmpint (decision.route == RTC_HTTP_ROUTE_PAGE, ==, decision.file != NULL);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/http-routes", test_routes);
  return g_test_run ();
}
