/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Readers of the small grammars that SDP (RFC 8866) and ICE (RFC 8839) share. Pure functions. */
#include "base/rtctext.h"

#include <string.h>

gboolean
rtc_text_to_number (const gchar *text, guint64 max, guint64 *out_value)
{
  guint64 value = 0;

  if (!*text)
    return FALSE;
  for (; *text; text++) {
    guint64 digit;

    if (!g_ascii_isdigit (*text))
      return FALSE;
    digit = (guint64) (*text - '0');
    if (digit > max || value > (max - digit) / 10)
      return FALSE;
    value = value * 10 + digit;
  }
  *out_value = value;
  return TRUE;
}

static gboolean
is_token_char (gchar c)
{
  /* RFC 8866 §9: token-char = ALPHA / DIGIT / "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" /
   * "." / "^" / "_" / "`" / "{" / "|" / "}" / "~" */
  return g_ascii_isalnum (c) || (c && strchr ("!#$%&'*+-.^_`{|}~", c));
}

gboolean
rtc_text_is_token (const gchar *text, gsize max_length)
{
  gsize length = strlen (text);

  if (length == 0 || length > max_length)
    return FALSE;
  for (; *text; text++)
    if (!is_token_char (*text))
      return FALSE;
  return TRUE;
}

gboolean
rtc_text_is_ice_chars (const gchar *text, gsize min_length, gsize max_length)
{
  gsize length = strlen (text);

  if (length < min_length || length > max_length)
    return FALSE;
  for (; *text; text++)
    if (!g_ascii_isalnum (*text) && *text != '+' && *text != '/')
      return FALSE;
  return TRUE;
}

gboolean
rtc_text_is_rid (const gchar *text, gsize length, gsize max_length)
{
  if (length == 0 || length > max_length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '_')
      return FALSE;
  return TRUE;
}

gboolean
rtc_text_is_word (const gchar *text, gsize max_length)
{
  gsize length = strlen (text);

  if (length == 0 || length > max_length)
    return FALSE;
  for (; *text; text++)
    if ((guchar) *text <= 0x20 || *text == 0x7f)
      return FALSE;
  return TRUE;
}

gchar *
rtc_text_take_word (const gchar *text, const gchar **out_rest)
{
  gsize length = strcspn (text, " ");

  *out_rest = text + length + strspn (text + length, " ");
  return g_strndup (text, length);
}
