/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON text that a recursive parser may see, and the words of errors. */
#include "signalling/rtcjsontext.h"

#include <string.h>

static const struct {
  const gchar *name;
  const gchar *text;
  gint expected;
} rows[] = {
  { "object", "{\"a\":[1,{}]}", -1 },
  { "brackets inside strings", "[\"[[[[[[[[[[[[[[[[[[[[[[\"]", -1 },
  { "escaped quote", "[\"\\\"[[[[[[[[[[[[[[[[[[[[[\"]", -1 },
  { "deep arrays", "[[[[[[[[[[[[[[[[[", RTC_ERROR_LIMIT },
  { "deep objects", "{{{{{{{{{{{{{{{{{", RTC_ERROR_LIMIT },
  { "wide, not deep", "[][][][][][][][][][][][][][][][][][][][]", -1 },
  { "closing only", "]]]]}}}}", -1 },
  { "not UTF-8", "{\"a\":\"\xff\"}", RTC_ERROR_SYNTAX },
  { "ends in an escape", "\"\\", -1 },
};

static void
test_check (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", rows[i].name);
    rtc_json_check (rows[i].text, strlen (rows[i].text), &error);
    g_assert_cmpint (error != NULL ? error->code : -1, ==, rows[i].expected);
  }
  g_assert_false (rtc_json_check ("\"\0\"", 3, NULL));
}

static const struct {
  guint status;
  const gchar *detail;
  const gchar *expected;
  RtcHttpDialect dialect;
  const gchar *id;
} errors[] = {
  { 400, "no sdp", "Bad Request: no sdp" },
  { 400, NULL, "Bad Request" },
  { 408, "the peer was slow", "Request Timeout" },
  { 500, "secret", "Internal Server Error" },
  { 503, "busy", "Service Unavailable: busy" },
  { 404, "Not Found", "Not Found" },
  { 404, NULL, "" },
  { 404, "no \"x\"", "{\"error\":\"no \\\"x\\\"\",\"code\":404,\"session_id\":\"x\"}",
      RTC_HTTP_DIALECT_PBX, "x" },
  { 408, NULL, "{\"error\":\"Request Timeout\",\"code\":408}", RTC_HTTP_DIALECT_PBX },
  { 500, "no\nanswer", "{\"error\":\"Failed to process SDP offer: no\\u000aanswer\",\"code\":500}",
      RTC_HTTP_DIALECT_PBX },
  { 409, "later", "{\"title\":\"Conflict\",\"status\":409,\"detail\":\"later\"}",
      RTC_HTTP_DIALECT_PROBLEM },
};

static void
test_errors (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++) {
    g_autofree gchar *body = rtc_dialect_error_body (
        errors[i].dialect, errors[i].status, errors[i].detail, errors[i].id);
    g_assert_cmpstr (body, ==, errors[i].expected);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/json-text/check", test_check);
  g_test_add_func ("/signalling/json-text/errors", test_errors);
  return g_test_run ();
}
