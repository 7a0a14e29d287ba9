/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. */
#include "signallerrows.h"

#include <string.h>

Response
signaller_rows_ask (SignallerHarness *harness, const gchar *head, const gchar *body)
{
  g_autofree gchar *request = body != NULL
      ? g_strdup_printf ("%sContent-Length: %u\r\n\r\n%s", head, (guint) strlen (body), body)
      : g_strdup_printf ("%s\r\n", head);
  return signaller_harness_exchange (harness, request, strlen (request));
}

static gboolean
has_header_line (const Response *response, const gchar *line)
{
  g_autofree gchar *whole = g_strdup_printf ("\r\n%s\r\n", line);
  const gchar *at = strstr (response->text, whole);
  return at != NULL && at < response->body;
}

static void
check_headers (const SignallerRow *row, const Response *response)
{
  g_auto (GStrv) lines = g_strsplit (row->headers != NULL ? row->headers : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (lines[i][0] == '-') {
      g_autofree gchar *value = response_get_header (response, lines[i] + 1);
      if (value != NULL)
        g_error ("%s: '%s' must not be there: %s", row->name, lines[i] + 1, response->text);
    } else if (lines[i][0] != '\0' && !has_header_line (response, lines[i])) {
      g_error ("%s: '%s' is missing: %s", row->name, lines[i], response->text);
    }
  }
}

static gboolean
is_reply (const gchar *expected, const gchar *body)
{
  gsize length;
  if (expected == NULL)
    return TRUE;
  length = strlen (expected);
  if (length > 0 && expected[length - 1] == '*')
    return strncmp (expected, body, length - 1) == 0;
  return strcmp (expected, body) == 0;
}

void
signaller_rows_run (SignallerHarness *harness, const SignallerRow *rows, gsize count)
{
  for (gsize i = 0; i < count; i++) {
    Response response = signaller_rows_ask (harness, rows[i].head, rows[i].body);
    g_print ("  %s: %u\n", rows[i].name, response.status);
    if (response.n_responses != 1)
      g_error ("%s: %u responses: %s", rows[i].name, response.n_responses, response.text);
    if (response.status != rows[i].status || !is_reply (rows[i].reply, response.body))
      g_error ("%s: expected %u with '%s', got: %s", rows[i].name, rows[i].status,
          rows[i].reply != NULL ? rows[i].reply : "", response.text);
    check_headers (&rows[i], &response);
    /* One request a connection, on whatever path it ended. */
    if (!has_header_line (&response, "Connection: close"))
      g_error ("%s: Connection: close is missing: %s", rows[i].name, response.text);
    response_clear (&response);
  }
}
