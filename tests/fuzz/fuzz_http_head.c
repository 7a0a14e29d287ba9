/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The head of a request: read at once and byte by byte it is the same, what is let through has the
 * form that it must have, and its request line finds a route or none, with a status that says so.
 */
#include <stdint.h>
#include <string.h>

#include "signalling/rtchttphead.h"
#include "signalling/rtchttproutes.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static RtcHttpRefusal
read_in_pieces (RtcHttpHead *head, const gchar *bytes, gsize size, gsize step)
{
  RtcHttpRefusal refusal = { 0, NULL };
  for (gsize at = 0; at < size && refusal.status == 0; at += step)
    refusal = rtc_http_head_read (head, bytes + at, MIN (step, size - at));
  return refusal;
}

static void
check_route (const gchar *method, const gchar *path)
{
  RtcHttpDecision decision = rtc_http_route (method, path);
  g_assert_true (decision.status == 0 || decision.status == 404 || decision.status == 405);
  g_assert_cmpint (decision.status == 405, <=, decision.allow != NULL);
  g_assert_cmpint (decision.status == 0, ==, decision.route != RTC_HTTP_ROUTE_NONE);
  g_assert_cmpuint (decision.max_body_bytes, <=, RTC_HTTP_MAX_DESCRIPTION_BYTES);
  g_assert_cmpuint (strlen (decision.name), <=, RTC_HTTP_MAX_NAME);
  g_assert_null (strpbrk (decision.name, "/%\\ \r\n"));
}

static void
check_line (const gchar *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  if (g_strv_length (words) == 3)
    check_route (words[0], words[1]);
}

/* Lines end with CR LF and nothing else, none is folded, each has a name. */
static void
check_head (const gchar *bytes, gsize size, const RtcHttpHead *head)
{
  g_autofree gchar *text = g_strndup (bytes, head->size);
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);
  guint first = 0;

  g_assert_cmpuint (head->size, <=, MIN (size, RTC_HTTP_MAX_HEADER_BYTES));
  g_assert_cmpuint (head->n_headers, <=, RTC_HTTP_MAX_HEADERS);
  g_assert_cmpuint (strlen (text), ==, head->size);
  while (lines[first][0] == '\0')
    first++;
  check_line (lines[first]);
  for (guint i = first + 1; lines[i][0] != '\0'; i++) {
    g_assert_null (strpbrk (lines[i], "\r\n"));
    g_assert_cmpuint (strcspn (lines[i], ":"), >, 0);
    g_assert_cmpuint (strcspn (lines[i], " \t"), >, strcspn (lines[i], ":"));
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const gchar *bytes = (const gchar *) data;
  RtcHttpHead whole = { 0 };
  RtcHttpHead pieces = { 0 };
  RtcHttpRefusal refusal = read_in_pieces (&whole, bytes, size, MAX (size, 1));
  RtcHttpRefusal again = read_in_pieces (&pieces, bytes, size, 1);

  g_assert_cmpuint (refusal.status, ==, again.status);
  g_assert_true (refusal.status == 0 || refusal.status == 400 || refusal.status == 431);
  g_assert_cmpint (whole.is_done, ==, pieces.is_done);
  g_assert_cmpuint (whole.size, ==, pieces.size);
  if (whole.is_done)
    check_head (bytes, size, &whole);
  return 0;
}
