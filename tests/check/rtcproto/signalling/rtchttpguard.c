/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header blocks that must pass and that must not. */
#include "signalling/rtchttpguard.h"

#include <string.h>

typedef struct {
  const gchar *name;
  /* name, value, name, value, NULL */
  const gchar *headers[12];
  guint64 max_body_bytes;
  guint expected;
} Row;

static const Row rows[] = {
  { "plain get", { "Host", "localhost" }, 0, 0 },
  { "post", { "Host", "localhost", "Content-Length", "10" }, 10, 0 },
  { "names in any case", { "hOST", "localhost", "content-LENGTH", "11" }, 10, 413 },
  { "no host", { "Accept", "*/*" }, 0, 400 },
  { "two hosts", { "Host", "a", "Host", "a" }, 0, 400 },
  { "two origins", { "Host", "a", "Origin", "http://a", "Origin", "http://b" }, 0, 400 },
  { "two lengths", { "Host", "a", "Content-Length", "4", "Content-Length", "8" }, 10, 400 },
  { "two equal lengths", { "Host", "a", "Content-Length", "4", "Content-Length", "4" }, 10, 400 },
  { "list of lengths", { "Host", "a", "Content-Length", "4, 4" }, 10, 400 },
  { "negative length", { "Host", "a", "Content-Length", "-1" }, 10, 400 },
  { "length with a plus", { "Host", "a", "Content-Length", "+4" }, 10, 400 },
  { "hexadecimal length", { "Host", "a", "Content-Length", "0x4" }, 10, 400 },
  { "empty length", { "Host", "a", "Content-Length", "" }, 10, 400 },
  { "length beyond 64 bits", { "Host", "a", "Content-Length", "99999999999999999999" }, 10, 400 },
  { "body too large", { "Host", "a", "Content-Length", "11" }, 10, 413 },
  { "body where none goes", { "Host", "a", "Content-Length", "1" }, 0, 413 },
  { "empty body where none goes", { "Host", "a", "Content-Length", "0" }, 0, 0 },
  { "chunked", { "Host", "a", "Transfer-Encoding", "chunked" }, 10, 411 },
  { "chunked and a length", { "Host", "a", "Transfer-Encoding", "x", "Content-Length", "4" }, 10,
      411 },
};

static RtcHttpRefusal
check_row (const Row *row)
{
  RtcHttpGuard guard = { 0 };
  for (guint i = 0; row->headers[i] != NULL; i += 2)
    rtc_http_guard_add_header (&guard, row->headers[i], row->headers[i + 1]);
  return rtc_http_guard_check (&guard, row->max_body_bytes);
}

static void
test_headers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    RtcHttpRefusal refusal = check_row (&rows[i]);
    g_test_message ("%s", rows[i].name);
    g_assert_cmpuint (refusal.status, ==, rows[i].expected);
    g_assert_true ((refusal.status == 0) == (refusal.reason == NULL));
  }
}

static guint
check_many (guint n_headers, gsize value_length)
{
  RtcHttpGuard guard = { 0 };
  g_autofree gchar *value = g_strnfill (value_length, 'x');
  rtc_http_guard_add_header (&guard, "Host", "a");
  for (guint i = 1; i < n_headers; i++)
    rtc_http_guard_add_header (&guard, "X-Any", value);
  return rtc_http_guard_check (&guard, 0).status;
}

static void
test_sizes (void)
{
  RtcHttpGuard guard = { 0 };
  g_autofree gchar *target = g_strnfill (RTC_HTTP_MAX_TARGET + 1, '/');

  g_assert_cmpuint (check_many (RTC_HTTP_MAX_HEADERS, 1), ==, 0);
  g_assert_cmpuint (check_many (RTC_HTTP_MAX_HEADERS + 1, 1), ==, 431);
  g_assert_cmpuint (check_many (2, RTC_HTTP_MAX_HEADER_LINE - 9), ==, 0);
  g_assert_cmpuint (check_many (2, RTC_HTTP_MAX_HEADER_LINE), ==, 431);
  g_assert_cmpuint (check_many (4, RTC_HTTP_MAX_HEADER_BYTES / 3), ==, 431);

  rtc_http_guard_add_header (&guard, "Host", "a");
  rtc_http_guard_set_target (&guard, target);
  g_assert_cmpuint (rtc_http_guard_check (&guard, 0).status, ==, 431);
}

static void
test_local_hosts (void)
{
  static const struct {
    const gchar *host;
    gboolean expected;
  } hosts[] = {
    { "localhost", TRUE },
    { "LOCALHOST:8080", TRUE },
    { "peer.localhost:1", TRUE },
    { "127.0.0.1:8080", TRUE },
    { "[::1]:8080", TRUE },
    { "192.0.2.7", TRUE },
    { "evil.example", FALSE },
    { "localhost.evil.example:8080", FALSE },
    { "127.0.0.1.evil.example", FALSE },
    { "user@127.0.0.1", FALSE },
    { "", FALSE },
    { "[::1", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++) {
    g_test_message ("%s", hosts[i].host);
    g_assert_cmpint (rtc_http_host_is_local (hosts[i].host), ==, hosts[i].expected);
  }
}

static void
test_origins (void)
{
  g_assert_true (rtc_http_origin_is_same ("http://127.0.0.1:8080", "127.0.0.1:8080"));
  g_assert_true (rtc_http_origin_is_same ("https://Host.example", "host.example"));
  g_assert_false (rtc_http_origin_is_same ("http://127.0.0.1:8081", "127.0.0.1:8080"));
  g_assert_false (rtc_http_origin_is_same ("http://evil.example", "127.0.0.1:8080"));
  g_assert_false (rtc_http_origin_is_same ("null", "null"));
}

static void
test_token (void)
{
  static const struct {
    const gchar *authorization;
    const gchar *token;
    gboolean expected;
  } tokens[] = {
    { "Bearer secret", "secret", TRUE },
    { "bearer secret", "secret", TRUE },
    { "Bearer secretsecret", "secret", FALSE },
    { "Bearer secre", "secret", FALSE },
    { "Bearer Secret", "secret", FALSE },
    { "Bearer ", "secret", FALSE },
    { "Bearer ", "", FALSE },
    { "Bearer", "secret", FALSE },
    { "Basic secret", "secret", FALSE },
    { "secret", "secret", FALSE },
    { NULL, "secret", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++)
    g_assert_cmpint (
        rtc_http_token_matches (tokens[i].authorization, tokens[i].token), ==, tokens[i].expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/http-guard/headers", test_headers);
  g_test_add_func ("/signalling/http-guard/sizes", test_sizes);
  g_test_add_func ("/signalling/http-guard/local-hosts", test_local_hosts);
  g_test_add_func ("/signalling/http-guard/origins", test_origins);
  g_test_add_func ("/signalling/http-guard/token", test_token);
  return g_test_run ();
}
