/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The grammar of a message's head in RFC 9112 §2.2 and §5, as strict as a server may be. Owned by
 * the connection; no HTTP library. */
#include "signalling/rtchttphead.h"

#include <string.h>

#define FINE ((RtcHttpRefusal){ 0, NULL })

/* RFC 9110 §5.6.2: tchar. */
static gboolean
is_name_character (gchar c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-.^_`|~", c) != NULL);
}

#define LENGTH_NAME "content-length"
/* Libraries count in 64 bits with a sign: 10^18 is below. */
#define MAX_DIGITS 18

static gboolean
is_length (const RtcHttpHead *head)
{
  return head->n_length_name == strlen (LENGTH_NAME);
}

/* RFC 9110 §8.6: Content-Length = 1*DIGIT, with blanks around it. */
static RtcHttpRefusal
read_length (RtcHttpHead *head, gchar c)
{
  if (c == ' ' || c == '\t')
    head->is_value_over = head->n_digits > 0;
  else if (!g_ascii_isdigit (c) || head->is_value_over || ++head->n_digits > MAX_DIGITS)
    return (RtcHttpRefusal){ 400, "Content-Length is not a number" };
  return FINE;
}

/* RFC 9112 §5.1: "No whitespace is allowed between the field name and colon", and a server MUST
 * reject what has some with 400; §5.2: a folded line as well. */
static RtcHttpRefusal
read_name (RtcHttpHead *head, gchar c)
{
  if (head->line_size == 1 && (c == ' ' || c == '\t'))
    return (RtcHttpRefusal){ 400, "a header line is folded" };
  if (head->line_size == head->n_length_name + 1 && !is_length (head) &&
      g_ascii_tolower (c) == LENGTH_NAME[head->n_length_name])
    head->n_length_name++;
  else if (c != ':')
    head->n_length_name = 0;
  if (c == ':' && head->line_size > 1)
    head->has_name = TRUE;
  else if (!is_name_character (c))
    return (RtcHttpRefusal){ 400, "a header line needs a name and a colon behind it" };
  return FINE;
}

/* RFC 9112 §2.2: "a server ... SHOULD ignore at least one empty line (CRLF) received prior to the
 * request-line". */
static void
end_line (RtcHttpHead *head)
{
  if (head->line_size == 2)
    head->is_done = head->has_request_line;
  else if (head->has_request_line)
    head->n_headers++;
  else
    head->has_request_line = TRUE;
  head->line_size = 0;
  head->has_name = FALSE;
  head->n_length_name = 0;
  head->n_digits = 0;
  head->is_value_over = FALSE;
}

static RtcHttpRefusal
read_byte (RtcHttpHead *head, gchar c)
{
  gchar last = head->last;
  head->last = c;
  head->size++;
  head->line_size++;
  if (head->size > RTC_HTTP_MAX_HEADER_BYTES || head->line_size > RTC_HTTP_MAX_HEADER_LINE + 2 ||
      head->n_headers > RTC_HTTP_MAX_HEADERS)
    return (RtcHttpRefusal){ 431, "the header block is too large" };
  if (c == '\0')
    return (RtcHttpRefusal){ 400, "there is a NUL in the header block" };
  /* A line feed alone is a line's end to some and a part of the line to others. */
  if ((c == '\n') != (last == '\r'))
    return (RtcHttpRefusal){ 400, "lines of the header block end with CR LF" };
  if (c == '\n') {
    if (head->has_request_line && head->line_size > 2 && !head->has_name)
      return (RtcHttpRefusal){ 400, "a header line needs a name and a colon behind it" };
    if (is_length (head) && head->n_digits == 0)
      return (RtcHttpRefusal){ 400, "Content-Length is not a number" };
    end_line (head);
    return FINE;
  }
  if (c == '\r' || !head->has_request_line)
    return FINE;
  if (!head->has_name)
    return read_name (head, c);
  return is_length (head) ? read_length (head, c) : FINE;
}

RtcHttpRefusal
rtc_http_head_read (RtcHttpHead *head, const gchar *bytes, gsize size)
{
  for (gsize i = 0; i < size && !head->is_done; i++) {
    RtcHttpRefusal refusal = read_byte (head, bytes[i]);
    if (refusal.status != 0)
      return refusal;
  }
  return FINE;
}
