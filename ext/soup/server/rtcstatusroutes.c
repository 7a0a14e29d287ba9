/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is no session: CORS preflight, /healthz, and /metrics in Prometheus' text format 0.0.4.
 * Functions of the server, on the loop.
 */
#include "rtcsignallerparts.h"

#include <string.h>

#include "peer/rtcstatsjson.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define PREFLIGHT_SECONDS "600"
#define WHIP_METHODS "POST, GET, HEAD, OPTIONS, PATCH, DELETE"

/* RFC 9725 §4.1 and the Fetch standard. No token is asked for: browsers send none here. */
void
rtc_status_handle_preflight (RtcSignallerServer *server, RtcHttpRequest *request)
{
  const RtcHttpDecision *decision = rtc_http_request_get_decision (request);
  rtc_http_request_set_header (request, "Allow", decision->allow);
  /* Some clients trickle only where PATCH is named here, for the endpoint: the session's URL is not
   * known yet. */
  rtc_http_request_set_header (request, "Access-Control-Allow-Methods",
      decision->dialect == RTC_HTTP_DIALECT_PROBLEM ? WHIP_METHODS : decision->allow);
  rtc_http_request_set_header (request, "Access-Control-Allow-Headers",
      "Authorization, Content-Type, If-Match, ETag, Accept, Origin");
  rtc_http_request_set_header (request, "Access-Control-Max-Age", PREFLIGHT_SECONDS);
  /* RFC 5789 §3.1 for a session's URL, RFC 9725 §4.1 for an endpoint. */
  if (strstr (decision->allow, "PATCH") != NULL)
    rtc_http_request_set_header (request, "Accept-Patch", "application/trickle-ice-sdpfrag");
  else if (decision->dialect == RTC_HTTP_DIALECT_PROBLEM)
    rtc_http_request_set_header (request, "Accept-Post", "application/sdp");
  rtc_http_request_reply (request, 200, NULL, NULL);
}

/* These tell how busy the server is, so they are for this machine alone unless the application says
 * otherwise. */
static gboolean
may_see_status (RtcSignallerServer *server, RtcHttpRequest *request)
{
  if (server->config.has_public_status || rtc_http_request_is_loopback (request))
    return TRUE;
  rtc_http_request_reply_error (request, 403, "only this machine may ask for that");
  return FALSE;
}

void
rtc_status_handle_health (RtcSignallerServer *server, RtcHttpRequest *request)
{
  if (may_see_status (server, request))
    rtc_http_request_reply_text (request, 200, "text/plain; charset=utf-8", "ok\n");
}

/* --- metrics --- */

/* Lives until every session's statistics have come. */
typedef struct {
  gatomicrefcount refs;
  RtcHttpRequest *request;
  RtcStatsSums sums;
  guint n_sessions;
  guint64 n_started;
  guint n_sockets;
  guint64 counts[RTC_HTTP_N_STATUS];
} Metrics;

static void
append_metric (GString *text, const gchar *name, const gchar *type, const gchar *help, gint64 value)
{
  g_string_append_printf (text, "# HELP %s %s\n# TYPE %s %s\n%s %" G_GINT64_FORMAT "\n", name, help,
      name, type, name, value);
}

static void
append_requests (GString *text, const guint64 *counts)
{
  g_string_append (text,
      "# HELP rtc_http_requests_total Requests that were answered, by status.\n"
      "# TYPE rtc_http_requests_total counter\n");
  for (guint status = 0; status < RTC_HTTP_N_STATUS; status++) {
    if (counts[status] > 0)
      g_string_append_printf (text, "rtc_http_requests_total{code=\"%u\"} %" G_GUINT64_FORMAT "\n",
          status, counts[status]);
  }
}

static gchar *
metrics_print (const Metrics *metrics)
{
  const RtcStatsSums *sums = &metrics->sums;
  GString *text = g_string_new (NULL);
  append_metric (text, "rtc_sessions", "gauge", "Sessions at this time.", metrics->n_sessions);
  append_metric (text, "rtc_sessions_started_total", "counter", "Sessions that were begun.",
      (gint64) metrics->n_started);
  append_metric (text, "rtc_websockets", "gauge", "WebSockets at this time.", metrics->n_sockets);
  append_requests (text, metrics->counts);
  append_metric (text, "rtc_rtp_packets_received", "gauge",
      "RTP packets that the present sessions received.", (gint64) sums->packets_received);
  append_metric (text, "rtc_rtp_bytes_received", "gauge",
      "RTP payload bytes that the present sessions received.", (gint64) sums->bytes_received);
  append_metric (text, "rtc_rtp_packets_lost", "gauge",
      "RTP packets that the present sessions missed.", sums->packets_lost);
  append_metric (text, "rtc_rtp_packets_sent", "gauge",
      "RTP packets that the present sessions sent.", (gint64) sums->packets_sent);
  append_metric (text, "rtc_rtp_bytes_sent", "gauge",
      "RTP payload bytes that the present sessions sent.", (gint64) sums->bytes_sent);
  return g_string_free (text, FALSE);
}

/* The last one replies, also when sessions end in between. */
static void
metrics_unref (gpointer data)
{
  Metrics *metrics = data;
  g_autofree gchar *text = NULL;
  if (!g_atomic_ref_count_dec (&metrics->refs))
    return;
  text = metrics_print (metrics);
  rtc_http_request_reply_text (metrics->request, 200, METRICS_TYPE, text);
  rtc_http_request_unref (metrics->request);
  g_free (metrics);
}

static void
metrics_add (const GstStructure *stats, gpointer user_data)
{
  rtc_stats_add (&((Metrics *) user_data)->sums, stats);
}

void
rtc_status_handle_metrics (RtcSignallerServer *server, RtcHttpRequest *request)
{
  const guint64 *counts = rtc_http_server_get_counts (server->http);
  Metrics *metrics;
  GHashTableIter iter;
  gpointer session;

  if (!may_see_status (server, request))
    return;
  metrics = g_new0 (Metrics, 1);
  g_atomic_ref_count_init (&metrics->refs);
  metrics->request = rtc_http_request_ref (request);
  metrics->n_sessions = g_hash_table_size (server->sessions);
  metrics->n_started = server->n_sessions_started;
  metrics->n_sockets = rtc_http_server_get_sockets (server->http);
  for (guint i = 0; i < RTC_HTTP_N_STATUS; i++)
    metrics->counts[i] = counts[i];
  g_hash_table_iter_init (&iter, server->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session)) {
    g_atomic_ref_count_inc (&metrics->refs);
    if (!rtc_client_session_get_stats (session, metrics_add, metrics, metrics_unref))
      metrics_unref (metrics);
  }
  metrics_unref (metrics);
}
