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
rtc_dialect_error_body (guint status, const gchar *detail)
{
  static const struct {
    guint status;
    const gchar *text;
    gboolean has_detail;
  } rows[] = {
    { 400, "Bad Request", TRUE },
    { 403, "Forbidden", TRUE },
    { 408, "Request Timeout", FALSE },
    { 409, "Conflict", TRUE },
    { 411, "Length Required", TRUE },
    { 413, "Content Too Large", TRUE },
    { 429, "Too Many Requests", TRUE },
    { 431, "Request Header Fields Too Large", TRUE },
    { 500, "Internal Server Error", FALSE },
    { 503, "Service Unavailable", TRUE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].status != status)
      continue;
    if (detail == NULL || !rows[i].has_detail)
      return g_strdup (rows[i].text);
    return g_strdup_printf ("%s: %s", rows[i].text, detail);
  }
  return g_strdup (detail != NULL ? detail : "");
}
