/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The route table of the signalling server. Constant data, owned by nobody. */
#include "signalling/rtchttproutes.h"

#define HTML "text/html; charset=utf-8"
#define STYLE "text/css; charset=utf-8"
#define SCRIPT "text/javascript; charset=utf-8"
#define IMAGE "image/svg+xml"
#define SDP_MAX RTC_HTTP_MAX_DESCRIPTION_BYTES

typedef struct {
  const gchar *path;
  const gchar *methods[3];
  /* The ice-restart contract answers "any other path or method" with 404; the routes of our own say
   * 405 and what is allowed. */
  guint wrong_method_status;
  const gchar *allow;
  RtcHttpDecision decision;
} Row;

static const Row rows[] = {
  { "/", { "GET", "HEAD" }, 404, NULL, { RTC_HTTP_ROUTE_PAGE, 0, NULL, 0, "index.html", HTML } },
  { "/index.html", { "GET", "HEAD" }, 404, NULL,
      { RTC_HTTP_ROUTE_PAGE, 0, NULL, 0, "index.html", HTML } },
  { "/style.css", { "GET", "HEAD" }, 405, "GET, HEAD",
      { RTC_HTTP_ROUTE_PAGE, 0, NULL, 0, "style.css", STYLE } },
  { "/main.js", { "GET", "HEAD" }, 405, "GET, HEAD",
      { RTC_HTTP_ROUTE_PAGE, 0, NULL, 0, "main.js", SCRIPT } },
  { "/peer.js", { "GET", "HEAD" }, 405, "GET, HEAD",
      { RTC_HTTP_ROUTE_PAGE, 0, NULL, 0, "peer.js", SCRIPT } },
  { "/stats.js", { "GET", "HEAD" }, 405, "GET, HEAD",
      { RTC_HTTP_ROUTE_PAGE, 0, NULL, 0, "stats.js", SCRIPT } },
  { "/chart.js", { "GET", "HEAD" }, 405, "GET, HEAD",
      { RTC_HTTP_ROUTE_PAGE, 0, NULL, 0, "chart.js", SCRIPT } },
  { "/icon.svg", { "GET", "HEAD" }, 405, "GET, HEAD",
      { RTC_HTTP_ROUTE_PAGE, 0, NULL, 0, "icon.svg", IMAGE } },
  { "/doSignaling", { "POST" }, 404, NULL, { RTC_HTTP_ROUTE_OFFER, 0, NULL, SDP_MAX, NULL, NULL } },
  { "/offer", { "POST" }, 405, "POST", { RTC_HTTP_ROUTE_OFFER, 0, NULL, SDP_MAX, NULL, NULL } },
  { "/candidate", { "POST" }, 405, "POST",
      { RTC_HTTP_ROUTE_CANDIDATE, 0, NULL, RTC_HTTP_MAX_CANDIDATE_BYTES, NULL, NULL } },
  { "/close", { "POST" }, 405, "POST",
      { RTC_HTTP_ROUTE_CLOSE, 0, NULL, RTC_HTTP_MAX_CLOSE_BYTES, NULL, NULL } },
};

RtcHttpDecision
rtc_http_route (const gchar *method, const gchar *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (g_strcmp0 (rows[i].path, path) != 0)
      continue;
    for (gsize m = 0; m < G_N_ELEMENTS (rows[i].methods) && rows[i].methods[m] != NULL; m++) {
      if (g_strcmp0 (rows[i].methods[m], method) == 0)
        return rows[i].decision;
    }
    return (RtcHttpDecision){ .status = rows[i].wrong_method_status, .allow = rows[i].allow };
  }
  return (RtcHttpDecision){ .status = 404 };
}
