/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /metrics and /healthz of rtcsignaller's server role, in the text format 0.0.4 of Prometheus. The
 * peer is a stub without network. */
#include "signallerrequests.h"

#include <gst/check/gstcheck.h>
#include <string.h>

/* --- the text format 0.0.4 of metrics --- */

#define METRIC_NAME "[a-zA-Z_:][a-zA-Z0-9_:]*"
#define LABELS "(\\{[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\\n]|\\\\[\\\\\"n])*\"\\})?"

typedef struct {
  gchar *name;
  gboolean has_help;
  gboolean is_counter;
  guint n_samples;
} Family;

static void
family_end (Family *family)
{
  if (family->name == NULL)
    return;
  g_assert_true (family->has_help);
  /* What promtool checks: counters end with _total, and nothing else does. */
  g_assert_cmpint (family->is_counter, ==, g_str_has_suffix (family->name, "_total"));
  g_clear_pointer (&family->name, g_free);
}

static void
check_sample (const Family *family, const gchar *line, GHashTable *seen)
{
  g_autofree gchar *name = g_strndup (line, strcspn (line, "{ "));
  g_assert_cmpstr (name, ==, family->name);
  g_assert_true (g_regex_match_simple ("^" METRIC_NAME LABELS " -?[0-9]+(\\.[0-9]+)?$", line,
      (GRegexCompileFlags) 0, (GRegexMatchFlags) 0));
  if (!g_hash_table_add (seen, g_strndup (line, strrchr (line, ' ') - line)))
    g_error ("twice: %s", line);
}

static void
check_metrics (const gchar *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Family family = { NULL };
  guint n_lines = g_strv_length (lines);

  g_assert_cmpstr (lines[n_lines - 1], ==, "");
  for (guint i = 0; i + 1 < n_lines; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", 4);
    if (g_str_has_prefix (lines[i], "# HELP ")) {
      family_end (&family);
      family = (Family){ g_strdup (words[2]), words[3][0] != '\0' };
      g_assert_true (g_hash_table_add (seen, g_strdup (lines[i])));
    } else if (g_str_has_prefix (lines[i], "# TYPE ")) {
      g_assert_cmpstr (words[2], ==, family.name);
      g_assert_true (g_str_equal (words[3], "counter") || g_str_equal (words[3], "gauge"));
      family.is_counter = g_str_equal (words[3], "counter");
    } else {
      check_sample (&family, lines[i], seen);
    }
  }
  family_end (&family);
}

/* One session, and a 405 besides the one of metrics_rows. */
static const SignallerRow requests_before[] = {
  { "page", "GET /" HOST, NULL, 200, NULL, NULL },
  { "POST of a script", "POST /main.js" HOST, "{}", 405, NULL, NULL },
  { "nowhere", "GET /other" HOST, NULL, 404, NULL, NULL },
  { "no offer", "POST /doSignaling" HOST JSON, "{}", 400, NULL, NULL },
  { "offer", "POST /doSignaling" HOST JSON, PLAIN_OFFER ("1"), 200, NULL, NULL },
  { "offer again", "POST /doSignaling" HOST JSON, PLAIN_OFFER ("1"), 200, NULL, NULL },
};

static const SignallerRow metrics_rows[] = {
  { "HEAD", "HEAD /metrics" HOST, NULL, 200,
      "Content-Type: text/plain; version=0.0.4; charset=utf-8\n", "" },
  { "POST", "POST /metrics" HOST, NULL, 405, "Allow: GET, HEAD, OPTIONS\n", NULL },
  { "HEAD of health", "HEAD /healthz" HOST, NULL, 200, PLAIN_HEADER, "" },
  { "health", "GET /healthz" HOST, NULL, 200, PLAIN_HEADER, "ok\n" },
};

GST_START_TEST (test_metrics)
{
  SignallerHarness harness;
  Response response;
  signaller_harness_start (&harness, SESSIONS);
  RUN (&harness, requests_before);
  RUN (&harness, metrics_rows);
  response = signaller_harness_get (&harness, "/metrics");
  g_assert_cmpuint (response.status, ==, 200);
  check_metrics (response.body);
  g_assert_nonnull (strstr (response.body, "\nrtc_sessions 1\n"));
  g_assert_nonnull (strstr (response.body, "\nrtc_sessions_started_total 1\n"));
  g_assert_nonnull (strstr (response.body, "\nrtc_http_requests_total{code=\"405\"} 2\n"));
  response_clear (&response);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_metrics_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-metrics");
  TCase *tests = tcase_create ("metrics");
  stub_peer_register ();
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_metrics);
  return suite;
}

GST_CHECK_MAIN (rtcsignaller_metrics);
