/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks of JSON text and the error texts of the ice-restart dialect. Pure functions. */
#include "signalling/rtcjsontext.h"

static gboolean
check_depth (const gchar *text, gsize size, GError **error)
{
  guint depth = 0;
  gboolean is_string = FALSE;
  for (gsize i = 0; i < size; i++) {
    if (is_string && text[i] == '\\')
      i++;
    else if (text[i] == '"')
      is_string = !is_string;
    else if (!is_string && (text[i] == '{' || text[i] == '['))
      depth++;
    else if (!is_string && (text[i] == '}' || text[i] == ']') && depth > 0)
      depth--;
    if (depth > RTC_JSON_MAX_DEPTH) {
      g_set_error_literal (error, RTC_ERROR, RTC_ERROR_LIMIT, "the JSON is nested too deeply");
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
rtc_json_check (const gchar *text, gsize size, GError **error)
{
  if (!g_utf8_validate_len (text, size, NULL)) {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "the body is not valid UTF-8");
    return FALSE;
  }
  return check_depth (text, size, error);
}

gchar *
rtc_json_quote (const gchar *text)
{
  GString *quoted = g_string_new ("\"");
  for (const gchar *c = text; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\')
      g_string_append_printf (quoted, "\\%c", *c);
    else if ((guchar) *c < 0x20)
      g_string_append_printf (quoted, "\\u%04x", (guchar) *c);
    else
      g_string_append_c (quoted, *c);
  }
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

typedef struct {
  guint status;
  const gchar *text;
  gboolean has_detail;
} Phrase;

static const Phrase *
find_phrase (guint status)
{
  static const Phrase phrases[] = {
    { 400, "Bad Request", TRUE },
    { 401, "Unauthorized", TRUE },
    { 403, "Forbidden", TRUE },
    { 405, "Method Not Allowed", TRUE },
    { 406, "Not Acceptable", TRUE },
    { 408, "Request Timeout", FALSE },
    { 409, "Conflict", TRUE },
    { 411, "Length Required", TRUE },
    { 412, "Precondition Failed", TRUE },
    { 413, "Content Too Large", TRUE },
    { 415, "Unsupported Media Type", TRUE },
    { 422, "Unprocessable Content", TRUE },
    { 426, "Upgrade Required", TRUE },
    { 428, "Precondition Required", TRUE },
    { 429, "Too Many Requests", TRUE },
    { 431, "Request Header Fields Too Large", TRUE },
    { 500, "Internal Server Error", FALSE },
    { 503, "Service Unavailable", TRUE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (phrases); i++) {
    if (phrases[i].status == status)
      return &phrases[i];
  }
  return NULL;
}

static gchar *
plain_body (guint status, const gchar *detail)
{
  const Phrase *phrase = find_phrase (status);
  if (phrase == NULL)
    return g_strdup (detail != NULL ? detail : "");
  if (detail == NULL || !phrase->has_detail)
    return g_strdup (phrase->text);
  return g_strdup_printf ("%s: %s", phrase->text, detail);
}

const gchar *
rtc_http_reason (guint status)
{
  const Phrase *phrase = find_phrase (status);
  return phrase != NULL ? phrase->text : status == 404 ? "Not Found" : NULL;
}

static const gchar *
title_of (guint status)
{
  const gchar *reason = rtc_http_reason (status);
  return reason != NULL ? reason : "Error";
}

static gchar *
pbx_body (guint status, const gchar *detail, const gchar *session_id)
{
  g_autofree gchar *text =
      g_strconcat (status == 500 ? "Failed to process SDP offer: " : "", detail, NULL);
  g_autofree gchar *quoted = rtc_json_quote (text);
  g_autofree gchar *id = session_id != NULL ? rtc_json_quote (session_id) : NULL;
  return g_strdup_printf ("{\"error\":%s,\"code\":%u%s%s}", quoted, status,
      id != NULL ? ",\"session_id\":" : "", id != NULL ? id : "");
}

/* RFC 9457 §3.1. */
static gchar *
problem_body (guint status, const gchar *detail)
{
  g_autofree gchar *quoted = rtc_json_quote (detail);
  return g_strdup_printf (
      "{\"title\":\"%s\",\"status\":%u,\"detail\":%s}", title_of (status), status, quoted);
}

const gchar *
rtc_dialect_error_type (RtcHttpDialect dialect)
{
  static const gchar *const types[] = {
    [RTC_HTTP_DIALECT_PLAIN] = "text/plain; charset=utf-8",
    [RTC_HTTP_DIALECT_PBX] = "application/json",
    [RTC_HTTP_DIALECT_PROBLEM] = "application/problem+json",
  };
  return types[dialect];
}

gchar *
rtc_dialect_error_body (
    RtcHttpDialect dialect, guint status, const gchar *detail, const gchar *session_id)
{
  switch (dialect) {
  case RTC_HTTP_DIALECT_PBX:
    return pbx_body (status, detail != NULL ? detail : title_of (status), session_id);
  case RTC_HTTP_DIALECT_PROBLEM:
    return problem_body (status, detail != NULL ? detail : title_of (status));
  default:
    return plain_body (status, detail);
  }
}
