/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SDP fragments in and out, line by line, with limits on all that a client can raise. Owned by the
 * one who parses. */
#include "signalling/rtcsdpfragment.h"

#include <string.h>

#include "signalling/rtcofferfacts.h"

typedef struct {
  RtcSdpFragment fragment;
  guint n_sections;
  gchar *mid;
} Scan;

static gboolean
add_candidate (Scan *scan, const gchar *line, GError **error)
{
  RtcTrickleCandidate candidate = { NULL, scan->mid, -1 };
  g_autofree gchar *normal = NULL;
  /* RFC 9725 §4.3: what is not supported is ignored. */
  if (!rtc_trickle_normalize (line, &normal, NULL))
    return TRUE;
  candidate.candidate = normal;
  return rtc_trickle_queue_push (scan->fragment.candidates, &candidate, error);
}

static gboolean
read_attribute (Scan *scan, const gchar *value, GError **error)
{
  if (g_str_has_prefix (value, "ice-ufrag:")) {
    if (scan->fragment.ice_ufrag == NULL)
      scan->fragment.ice_ufrag = g_strdup (value + 10);
    return rtc_sdp_check_ufrag (value + 10, error);
  }
  if (g_str_has_prefix (value, "ice-pwd:")) {
    if (scan->fragment.ice_pwd == NULL)
      scan->fragment.ice_pwd = g_strdup (value + 8);
    return rtc_sdp_check_pwd (value + 8, error);
  }
  if (g_str_has_prefix (value, "mid:")) {
    g_free (scan->mid);
    scan->mid = g_strdup (value + 4);
  }
  return g_str_has_prefix (value, "candidate:") ? add_candidate (scan, value, error) : TRUE;
}

static gboolean
read_section (Scan *scan, GError **error)
{
  g_clear_pointer (&scan->mid, g_free);
  if (++scan->n_sections <= RTC_SDP_FRAGMENT_MAX_SECTIONS)
    return TRUE;
  g_set_error (
      error, RTC_ERROR, RTC_ERROR_LIMIT, "more than %u m= sections", RTC_SDP_FRAGMENT_MAX_SECTIONS);
  return FALSE;
}

static gboolean
read_line (Scan *scan, const gchar *line, guint number, GError **error)
{
  if (strlen (line) > RTC_SDP_FRAGMENT_MAX_LINE) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_LIMIT, "line %u is too long", number);
    return FALSE;
  }
  if (!g_ascii_isalpha (line[0]) || line[1] != '=') {
    g_set_error (error, RTC_ERROR, RTC_ERROR_SYNTAX, "line %u is not SDP", number);
    return FALSE;
  }
  if (line[0] == 'm')
    return read_section (scan, error);
  return line[0] == 'a' ? read_attribute (scan, line + 2, error) : TRUE;
}

static gboolean
read_lines (Scan *scan, const gchar *text, gsize size, GError **error)
{
  g_autofree gchar *copy = g_strndup (text, size);
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);
  if (!g_utf8_validate_len (text, size, NULL)) {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "the body is not valid UTF-8");
    return FALSE;
  }
  for (guint i = 0; lines[i] != NULL; i++) {
    g_strchomp (lines[i]);
    if (lines[i][0] != '\0' && !read_line (scan, lines[i], i + 1, error))
      return FALSE;
  }
  if ((scan->fragment.ice_ufrag == NULL) == (scan->fragment.ice_pwd == NULL))
    return TRUE;
  g_set_error_literal (
      error, RTC_ERROR, RTC_ERROR_INVALID, "a=ice-ufrag and a=ice-pwd belong together");
  return FALSE;
}

gboolean
rtc_sdp_fragment_parse (const gchar *text, gsize size, RtcSdpFragment *out_fragment, GError **error)
{
  Scan scan = { { NULL } };
  gboolean is_read;
  scan.fragment.candidates = rtc_trickle_queue_new ();
  is_read = read_lines (&scan, text, size, error);
  g_free (scan.mid);
  if (is_read)
    *out_fragment = scan.fragment;
  else
    rtc_sdp_fragment_clear (&scan.fragment);
  return is_read;
}

void
rtc_sdp_fragment_clear (RtcSdpFragment *fragment)
{
  g_clear_pointer (&fragment->ice_ufrag, g_free);
  g_clear_pointer (&fragment->ice_pwd, g_free);
  g_clear_pointer (&fragment->candidates, rtc_trickle_queue_free);
}

/* RFC 8866 §5.2: the sess-version is increased when the description changes. */
static void
append_next_origin (GString *text, const gchar *line)
{
  g_auto (GStrv) fields = g_strsplit (line, " ", 4);
  if (g_strv_length (fields) < 4) {
    g_string_append_printf (text, "%s\r\n", line);
    return;
  }
  g_string_append_printf (text, "%s %s %" G_GUINT64_FORMAT " %s\r\n", fields[0], fields[1],
      g_ascii_strtoull (fields[2], NULL, 10) + 1, fields[3]);
}

gchar *
rtc_sdp_fragment_restart_offer (const RtcSdpFragment *fragment, const gchar *offer)
{
  g_auto (GStrv) lines = g_strsplit (offer, "\n", -1);
  GString *text = g_string_sized_new (strlen (offer) + 64);
  for (guint i = 0; lines[i] != NULL; i++) {
    const gchar *line = g_strchomp (lines[i]);
    if (g_str_has_prefix (line, "o="))
      append_next_origin (text, line);
    else if (g_str_has_prefix (line, "a=ice-ufrag:"))
      g_string_append_printf (text, "a=ice-ufrag:%s\r\n", fragment->ice_ufrag);
    else if (g_str_has_prefix (line, "a=ice-pwd:"))
      g_string_append_printf (text, "a=ice-pwd:%s\r\n", fragment->ice_pwd);
    else if (line[0] != '\0' && !g_str_has_prefix (line, "a=candidate:") &&
        strcmp (line, "a=end-of-candidates") != 0)
      g_string_append_printf (text, "%s\r\n", line);
  }
  return g_string_free (text, FALSE);
}

static gboolean
tells_of_ice (const gchar *line)
{
  static const gchar *const prefixes[] = { "a=ice-lite",
    "a=ice-options:", "a=ice-ufrag:", "a=ice-pwd:", "a=group:BUNDLE",
    "m=", "a=mid:", "a=candidate:", "a=end-of-candidates" };
  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++) {
    if (g_str_has_prefix (line, prefixes[i]))
      return TRUE;
  }
  return FALSE;
}

gchar *
rtc_sdp_fragment_from_answer (const gchar *answer)
{
  g_auto (GStrv) lines = g_strsplit (answer, "\n", -1);
  GString *text = g_string_new (NULL);
  guint n_sections = 0;
  for (guint i = 0; lines[i] != NULL; i++) {
    const gchar *line = g_strchomp (lines[i]);
    if (g_str_has_prefix (line, "m=") && ++n_sections > 1)
      break;
    if (tells_of_ice (line))
      g_string_append_printf (text, "%s\r\n", line);
  }
  return g_string_free (text, FALSE);
}

gchar *
rtc_sdp_fragment_restart_answer (const RtcSdpFragment *fragment, const gchar *answer)
{
  g_autofree gchar *text = rtc_sdp_fragment_restart_offer (fragment, answer);
  RtcTrickleQueue *candidates = rtc_trickle_queue_new ();
  gchar *complete;
  /* All sections are bundled with the first one. */
  for (guint i = 0; i < rtc_trickle_queue_get_length (fragment->candidates); i++) {
    RtcTrickleCandidate first = *rtc_trickle_queue_peek (fragment->candidates, i);
    first.section = 0;
    rtc_trickle_queue_push (candidates, &first, NULL);
  }
  complete = rtc_trickle_complete_description (text, candidates, TRUE);
  rtc_trickle_queue_free (candidates);
  return complete;
}

gchar *
rtc_sdp_fragment_from_candidates (
    const gchar *offer, const RtcTrickleQueue *candidates, gboolean is_end)
{
  g_autofree gchar *base = rtc_sdp_fragment_from_answer (offer);
  g_auto (GStrv) lines = g_strsplit (base, "\n", -1);
  GString *text = g_string_new (NULL);
  for (guint i = 0; lines[i] != NULL; i++) {
    const gchar *line = g_strchomp (lines[i]);
    if (line[0] != '\0' && !g_str_has_prefix (line, "a=candidate:") &&
        strcmp (line, "a=end-of-candidates") != 0)
      g_string_append_printf (text, "%s\r\n", line);
  }
  for (guint i = 0; i < rtc_trickle_queue_get_length (candidates); i++)
    g_string_append_printf (text, "a=%s\r\n", rtc_trickle_queue_peek (candidates, i)->candidate);
  if (is_end)
    g_string_append (text, "a=end-of-candidates\r\n");
  return g_string_free (text, FALSE);
}
