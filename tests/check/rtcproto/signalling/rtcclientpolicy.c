/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* URLs, redirects and statuses as a client sees them. */
#include "signalling/rtcclientpolicy.h"

#include <string.h>

static const struct {
  const gchar *url;
  /* NULL: refused. */
  const gchar *normal;
} urls[] = {
  { "http://a.example", "http://a.example/" },
  { "https://a.example:8443/x/y?z=1#top", "https://a.example:8443/x/y?z=1" },
  { "whip://a.example/whip/n", "http://a.example/whip/n" },
  { "whips://a.example/whip/n", "https://a.example/whip/n" },
  { "whep://127.0.0.1:8080/whep/n", "http://127.0.0.1:8080/whep/n" },
  { "WHEPS://a.example/n", "https://a.example/n" },
  { "ws://a.example:8080", "http://a.example:8080/" },
  { "wss://a.example/relay/r", "https://a.example/relay/r" },
  { "http://[::1]:8080/n", "http://[::1]:8080/n" },
  { "http://me:secret@a.example/n", "http://a.example/n" },
  { "http://a.example/a%20b", "http://a.example/a%20b" },
  { "ftp://a.example/", NULL },
  { "http:///n", NULL },
  { "a.example", NULL },
  { "http://me@good.example@evil.example/", NULL },
  { "http://a.example;b/", NULL },
  { "", NULL },
};

static void
test_urls (void)
{
  g_autofree gchar *many = g_strnfill (RTC_CLIENT_MAX_URL, 'a');
  g_autofree gchar *large = g_strconcat ("http://h/", many, NULL);
  g_autoptr (GError) limit = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree gchar *normal = rtc_client_normalize_url (urls[i].url, &error);
    g_test_message ("%s", urls[i].url);
    g_assert_cmpstr (normal, ==, urls[i].normal);
    g_assert_cmpint (error != NULL, ==, normal == NULL);
  }
  g_assert_null (rtc_client_normalize_url (large, &limit));
  g_assert_error (limit, RTC_ERROR, RTC_ERROR_LIMIT);
}

static const struct {
  const gchar *base;
  const gchar *location;
  const gchar *url;
} locations[] = {
  { "http://a/whip/n", "/session/1", "http://a/session/1" },
  { "http://a/whip/n", "session/1", "http://a/whip/session/1" },
  { "http://a/whip/n?t=1", "1", "http://a/whip/1" },
  { "http://a/whip/n", "?s=1", "http://a/whip/n?s=1" },
  { "http://a:8080/x", "http://b/1", "http://b/1" },
  { "https://a/x", "//b/1", "https://b/1" },
  { "https://a/x/y", "../../../z", "https://a/z" },
  { "http://a/x", "ftp://b/1", NULL },
  { "http://a/x", "whep://b/1", NULL },
  { "http://a/x", "file:///etc/passwd", NULL },
  { "http://a/x", "http://[", NULL },
};

static void
test_locations (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (locations); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree gchar *url = rtc_client_resolve (locations[i].base, locations[i].location, &error);
    g_test_message ("%s from %s", locations[i].location, locations[i].base);
    g_assert_cmpstr (url, ==, locations[i].url);
    g_assert_cmpint (error != NULL, ==, url == NULL);
  }
}

static const struct {
  const gchar *a;
  const gchar *b;
  gboolean is_same;
} origins[] = {
  { "http://a/x", "http://a/y?z", TRUE },
  { "http://a/x", "http://A:80/", TRUE },
  { "https://a/", "https://a:443/", TRUE },
  { "http://a/", "https://a/", FALSE },
  { "http://a/", "http://a:8080/", FALSE },
  { "http://a/", "http://a.b/", FALSE },
  { "http://a/", "nothing", FALSE },
};

static void
test_origins (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (origins); i++) {
    g_test_message ("%s and %s", origins[i].a, origins[i].b);
    g_assert_cmpint (
        rtc_client_is_same_origin (origins[i].a, origins[i].b), ==, origins[i].is_same);
  }
}

static const struct {
  const gchar *name;
  const gchar *url;
  guint status;
  const gchar *location;
  guint n_followed;
  const gchar *target;
} redirects[] = {
  { "temporary", "http://a/x", 307, "/y", 0, "http://a/y" },
  { "permanent", "http://a/x", 308, "http://b/y", 0, "http://b/y" },
  { "upgrade", "http://a/x", 308, "https://a/x", 0, "https://a/x" },
  { "the fifth", "http://a/x", 307, "/y", 4, "http://a/y" },
  { "the sixth", "http://a/x", 307, "/y", 5, NULL },
  { "downgrade", "https://a/x", 307, "http://a/x", 0, NULL },
  { "nowhere", "http://a/x", 307, NULL, 0, NULL },
  { "to a file", "http://a/x", 307, "file:///etc/passwd", 0, NULL },
  { "moved, as GET", "http://a/x", 301, "/y", 0, NULL },
  { "found, as GET", "http://a/x", 302, "/y", 0, NULL },
  { "see other", "http://a/x", 303, "/y", 0, NULL },
  { "not modified", "http://a/x", 304, NULL, 0, NULL },
};

static void
test_redirects (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (redirects); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree gchar *target = rtc_client_redirect (redirects[i].url, redirects[i].status,
        redirects[i].location, redirects[i].n_followed, &error);
    g_test_message ("%s", redirects[i].name);
    g_assert_cmpstr (target, ==, redirects[i].target);
    g_assert_cmpint (error != NULL, ==, target == NULL);
  }
}

static const struct {
  guint status;
  RtcClientVerdict verdict;
} verdicts[] = {
  { 200, RTC_CLIENT_SUCCESS },
  { 201, RTC_CLIENT_SUCCESS },
  { 204, RTC_CLIENT_SUCCESS },
  { 299, RTC_CLIENT_SUCCESS },
  { 307, RTC_CLIENT_REDIRECT },
  { 399, RTC_CLIENT_REDIRECT },
  { 400, RTC_CLIENT_REFUSED },
  { 401, RTC_CLIENT_REFUSED },
  { 405, RTC_CLIENT_REFUSED },
  { 409, RTC_CLIENT_LATER },
  { 418, RTC_CLIENT_REFUSED },
  { 429, RTC_CLIENT_LATER },
  { 500, RTC_CLIENT_REFUSED },
  { 501, RTC_CLIENT_REFUSED },
  { 503, RTC_CLIENT_LATER },
  { 599, RTC_CLIENT_REFUSED },
  { 0, RTC_CLIENT_REFUSED },
  { 100, RTC_CLIENT_REFUSED },
};

static void
test_verdicts (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verdicts); i++) {
    g_test_message ("%u", verdicts[i].status);
    g_assert_cmpint (rtc_client_judge (verdicts[i].status), ==, verdicts[i].verdict);
    g_assert_cmpstr (rtc_client_explain (verdicts[i].status), !=, "");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/client-policy/urls", test_urls);
  g_test_add_func ("/signalling/client-policy/locations", test_locations);
  g_test_add_func ("/signalling/client-policy/origins", test_origins);
  g_test_add_func ("/signalling/client-policy/redirects", test_redirects);
  g_test_add_func ("/signalling/client-policy/verdicts", test_verdicts);
  return g_test_run ();
}
