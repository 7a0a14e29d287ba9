/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Heads of requests: which are refused, with what, and that it does not matter how they are cut. */
#include "signalling/rtchttphead.h"

#include <string.h>

#define LINE "GET / HTTP/1.1\r\n"
#define HEAD(text) LINE text "\r\n"

static const struct {
  const gchar *name;
  const gchar *bytes;
  gsize size;
  guint status;
  gboolean is_done;
} rows[] = {
#define ROW(name, bytes, status, is_done)                                                          \
  {                                                                                                \
    name, bytes, sizeof (bytes) - 1, status, is_done                                               \
  }
  ROW ("good", HEAD ("Host: a\r\n"), 0, TRUE),
  ROW ("no header", HEAD (""), 0, TRUE),
  ROW ("empty value", HEAD ("Host:\r\n"), 0, TRUE),
  ROW ("a body behind it", HEAD ("A: b\r\n") "\n\r\0 x", 0, TRUE),
  ROW ("an empty line first", "\r\n" HEAD ("A: b\r\n"), 0, TRUE),
  ROW ("half a line", LINE "Ho", 0, FALSE),
  ROW ("not yet its end", LINE "Host: a\r\n", 0, FALSE),
  ROW ("all characters of names", HEAD ("!#$%&'*+-.^_`|~aZ9: \"(),/:;<=>?@[\\]{}\r\n"), 0, TRUE),
  ROW ("NUL in a name", HEAD ("A\0: b\r\n"), 400, FALSE),
  ROW ("NUL in a value", HEAD ("A: b\0\r\n"), 400, FALSE),
  ROW ("NUL in the target", "GET /\0 HTTP/1.1\r\n\r\n", 400, FALSE),
  ROW ("line feeds alone", "GET / HTTP/1.1\nA: b\n\n", 400, FALSE),
  ROW ("a line feed alone in a value", HEAD ("A: b\nTransfer-Encoding: chunked\r\n"), 400, FALSE),
  ROW ("carriage returns alone", "GET / HTTP/1.1\rA: b\r\r", 400, FALSE),
  ROW ("two carriage returns", HEAD ("A: b\r\r\n"), 400, FALSE),
  ROW ("space before the colon", HEAD ("Transfer-Encoding : chunked\r\n"), 400, FALSE),
  ROW ("tab before the colon", HEAD ("Transfer-Encoding\t: chunked\r\n"), 400, FALSE),
  ROW ("folded", HEAD ("A: b\r\n c\r\n"), 400, FALSE),
  ROW ("folded at once", HEAD (" A: b\r\n"), 400, FALSE),
  ROW ("no colon", HEAD ("nonsense\r\n"), 400, FALSE),
  ROW ("no name", HEAD (": b\r\n"), 400, FALSE),
  ROW ("a name that is none", HEAD ("A(: b\r\n"), 400, FALSE),
  ROW ("length", HEAD ("content-LENGTH: \t123456789012345678 \r\n"), 0, TRUE),
  ROW ("a length of 19 digits", HEAD ("Content-Length: 1234567890123456789\r\n"), 400, FALSE),
  ROW ("no length", HEAD ("Content-Length: \r\n"), 400, FALSE),
  ROW ("a length with a sign", HEAD ("Content-Length: -1\r\n"), 400, FALSE),
  ROW ("two lengths in one", HEAD ("Content-Length: 1 2\r\n"), 400, FALSE),
  ROW ("a list of lengths", HEAD ("Content-Length: 1,1\r\n"), 400, FALSE),
  ROW ("another name that begins so", HEAD ("Content-Length-Not: x\r\n"), 0, TRUE),
  ROW ("another name that ends so", HEAD ("X-Content-Length: x\r\n"), 0, TRUE),
  ROW ("another name, shorter", HEAD ("Content-Lengt: x\r\n"), 0, TRUE),
  ROW ("another name in the middle", HEAD ("Contcontent-length: x\r\n"), 0, TRUE),
  ROW ("eight bits in a name", HEAD ("\xc3\xa4: b\r\n"), 400, FALSE),
};

/* In pieces of @step bytes. */
static RtcHttpRefusal
read_in_pieces (RtcHttpHead *head, const gchar *bytes, gsize size, gsize step)
{
  RtcHttpRefusal refusal = { 0, NULL };
  for (gsize at = 0; at < size && refusal.status == 0; at += step)
    refusal = rtc_http_head_read (head, bytes + at, MIN (step, size - at));
  return refusal;
}

static void
test_rows (void)
{
  static const gsize steps[] = { 1, 2, 7, 4096 };
  for (gsize i = 0; i < G_N_ELEMENTS (rows) * G_N_ELEMENTS (steps); i++) {
    gsize row = i / G_N_ELEMENTS (steps);
    RtcHttpHead head = { 0 };
    RtcHttpRefusal refusal =
        read_in_pieces (&head, rows[row].bytes, rows[row].size, steps[i % G_N_ELEMENTS (steps)]);
    g_test_message ("%s: %u %s", rows[row].name, refusal.status, refusal.reason);
    g_assert_cmpuint (refusal.status, ==, rows[row].status);
    g_assert_cmpint (refusal.status != 0, ==, refusal.reason != NULL);
    g_assert_cmpint (head.is_done, ==, rows[row].is_done);
  }
}

/* @count lines of @size bytes, line ends included. */
static guint
read_lines (guint count, gsize size)
{
  g_autofree gchar *filler = g_strnfill (size - 5, 'x');
  g_autoptr (GString) text = g_string_new (LINE);
  RtcHttpHead head = { 0 };
  for (guint i = 0; i < count; i++)
    g_string_append_printf (text, "A: %s\r\n", filler);
  g_string_append (text, "\r\n");
  return rtc_http_head_read (&head, text->str, text->len).status;
}

static void
test_limits (void)
{
  RtcHttpHead head = { 0 };
  g_autofree gchar *endless = g_strnfill (64 * 1024, 'x');
  g_assert_cmpuint (read_lines (RTC_HTTP_MAX_HEADERS, 10), ==, 0);
  g_assert_cmpuint (read_lines (RTC_HTTP_MAX_HEADERS + 1, 10), ==, 431);
  g_assert_cmpuint (read_lines (1, RTC_HTTP_MAX_HEADER_LINE + 2), ==, 0);
  g_assert_cmpuint (read_lines (1, RTC_HTTP_MAX_HEADER_LINE + 3), ==, 431);
  g_assert_cmpuint (read_lines (15, 1024), ==, 0);
  g_assert_cmpuint (read_lines (16, 1024), ==, 431);
  g_assert_cmpuint (rtc_http_head_read (&head, endless, strlen (endless)).status, ==, 431);
  g_assert_cmpuint (head.size, <=, RTC_HTTP_MAX_HEADER_BYTES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/http-head/rows", test_rows);
  g_test_add_func ("/signalling/http-head/limits", test_limits);
  return g_test_run ();
}
