/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cuts a description into lines and says which of them is wrong. What a GstSDPMessage takes is
 * too lax for text of a stranger, and it forgets where a line stood; so descriptions are read from
 * here. Owned by the reader for one call. */
#include "sdp/rtcsdplines.h"

#include <string.h>

#include "sdp/rtcdescription.h"

#define MAX_SHOWN 60

void
rtc_sdp_lines_free (RtcSdpLines *lines)
{
  if (!lines)
    return;
  g_free (lines->text);
  g_clear_pointer (&lines->lines, g_array_unref);
  g_free (lines);
}

/* Errors end up in logs: what is secret or tells where somebody is does not belong there. */
static const gchar *const hidden[] = { "a=ice-pwd:", "a=crypto:", "a=candidate:" };

/* What of @text can be shown: one line, valid, shortened. */
static gchar *
shorten (const gchar *text)
{
  g_autofree gchar *valid = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (hidden); i++)
    if (g_str_has_prefix (text, hidden[i]))
      return g_strconcat (hidden[i], "...", NULL);
  valid = g_utf8_make_valid (text, strnlen (text, 4 * MAX_SHOWN));
  for (gchar *c = valid; *c; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';
  if (g_utf8_strlen (valid, -1) <= MAX_SHOWN)
    return g_steal_pointer (&valid);
  *g_utf8_offset_to_pointer (valid, MAX_SHOWN) = '\0';
  return g_strconcat (valid, "...", NULL);
}

static gboolean
fail_at (guint number, const gchar *text, GError **error, RtcError code, const gchar *reason)
{
  g_autofree gchar *shown = shorten (text);

  g_set_error (error, RTC_ERROR, (gint) code, "line %u: \"%s\": %s", number, shown, reason);
  return FALSE;
}

gboolean
rtc_sdp_line_fail (const RtcSdpLine *line, GError **error, RtcError code, const gchar *format, ...)
{
  g_autofree gchar *text = g_strdup_printf ("%c=%s", line->type, line->value);
  g_autofree gchar *reason = NULL;
  va_list arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return fail_at (line->number, text, error, code, reason);
}

static gboolean
check_line (guint number, const gchar *text, gsize length, GError **error)
{
  if (length > RTC_SDP_MAX_LINE_BYTES)
    return fail_at (number, text, error, RTC_ERROR_LIMIT, "the line is longer than 8 KiB");
  for (gsize i = 0; i < length; i++)
    if ((guchar) text[i] < 0x20 && text[i] != '\t')
      return fail_at (number, text, error, RTC_ERROR_SYNTAX, "the line holds a control character");
  if (!g_utf8_validate (text, (gssize) length, NULL))
    return fail_at (number, text, error, RTC_ERROR_SYNTAX, "the line is not UTF-8");
  if (!g_ascii_islower (text[0]) || text[1] != '=')
    return fail_at (number, text, error, RTC_ERROR_SYNTAX, "the line is not a letter and \"=\"");
  return TRUE;
}

static gboolean
is_blank (const gchar *text)
{
  return text[strspn (text, "\r\n")] == '\0';
}

static gboolean
cut_lines (RtcSdpLines *self, GError **error)
{
  gchar *cursor = self->text;

  for (guint number = 1; !is_blank (cursor); number++) {
    gchar *end = cursor + strcspn (cursor, "\n");
    gchar *next = *end ? end + 1 : end;
    RtcSdpLine line = { number, cursor[0], NULL };

    if (end > cursor && end[-1] == '\r')
      end--;
    *end = '\0';
    if (!check_line (number, cursor, (gsize) (end - cursor), error))
      return FALSE;
    line.value = cursor + 2;
    g_array_append_val (self->lines, line);
    cursor = next;
  }
  return TRUE;
}

RtcSdpLines *
rtc_sdp_lines_new (const gchar *text, gsize length, GError **error)
{
  g_autoptr (RtcSdpLines) self = g_new0 (RtcSdpLines, 1);

  if (length > RTC_SDP_MAX_BYTES) {
    g_set_error_literal (
        error, RTC_ERROR, RTC_ERROR_LIMIT, "the description is longer than 128 KiB");
    return NULL;
  }
  if (memchr (text, '\0', length)) {
    g_set_error_literal (
        error, RTC_ERROR, RTC_ERROR_SYNTAX, "the description holds a NUL character");
    return NULL;
  }
  self->text = g_strndup (text, length);
  self->lines = g_array_new (FALSE, FALSE, sizeof (RtcSdpLine));
  if (!cut_lines (self, error))
    return NULL;
  if (self->lines->len == 0) {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "the description is empty");
    return NULL;
  }
  return g_steal_pointer (&self);
}
