/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trickled candidates (RFC 8838, RFC 8840): a bounded list, and the way into a description for
 * clients that do not trickle. Owned by one session. */
#include "signalling/rtctrickle.h"

#include <string.h>

struct _RtcTrickleQueue {
  GPtrArray *candidates;
};

static void
candidate_free (gpointer data)
{
  RtcTrickleCandidate *candidate = data;
  g_free (candidate->candidate);
  g_free (candidate->mid);
  g_free (candidate);
}

gboolean
rtc_trickle_normalize (const gchar *text, gchar **out_candidate, GError **error)
{
  g_autofree gchar *line = g_strstrip (g_strndup (text, RTC_TRICKLE_MAX_CANDIDATE + 1));
  const gchar *start = g_str_has_prefix (line, "a=") ? line + 2 : line;

  if (strlen (line) > RTC_TRICKLE_MAX_CANDIDATE) {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_LIMIT, "the candidate is too long");
    return FALSE;
  }
  if (start[0] != '\0' && !g_str_has_prefix (start, "candidate:")) {
    g_set_error_literal (
        error, RTC_ERROR, RTC_ERROR_SYNTAX, "a candidate starts with \"candidate:\"");
    return FALSE;
  }
  for (const gchar *c = start; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c)) {
      g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "a candidate is one line");
      return FALSE;
    }
  }
  *out_candidate = g_strdup (start);
  return TRUE;
}

RtcTrickleQueue *
rtc_trickle_queue_new (void)
{
  RtcTrickleQueue *queue = g_new0 (RtcTrickleQueue, 1);
  queue->candidates = g_ptr_array_new_with_free_func (candidate_free);
  return queue;
}

void
rtc_trickle_queue_free (RtcTrickleQueue *queue)
{
  if (queue == NULL)
    return;
  g_ptr_array_unref (queue->candidates);
  g_free (queue);
}

gboolean
rtc_trickle_queue_push (
    RtcTrickleQueue *queue, const RtcTrickleCandidate *candidate, GError **error)
{
  RtcTrickleCandidate *copy;
  if (queue->candidates->len >= RTC_TRICKLE_MAX_CANDIDATES) {
    g_set_error (
        error, RTC_ERROR, RTC_ERROR_LIMIT, "more than %u candidates", RTC_TRICKLE_MAX_CANDIDATES);
    return FALSE;
  }
  copy = g_new0 (RtcTrickleCandidate, 1);
  copy->candidate = g_strdup (candidate->candidate);
  copy->mid = g_strdup (candidate->mid);
  copy->section = candidate->section;
  g_ptr_array_add (queue->candidates, copy);
  return TRUE;
}

guint
rtc_trickle_queue_get_length (const RtcTrickleQueue *queue)
{
  return queue->candidates->len;
}

const RtcTrickleCandidate *
rtc_trickle_queue_peek (const RtcTrickleQueue *queue, guint index)
{
  return index < queue->candidates->len ? g_ptr_array_index (queue->candidates, index) : NULL;
}

void
rtc_trickle_queue_drop_first (RtcTrickleQueue *queue)
{
  if (queue->candidates->len > 0)
    g_ptr_array_remove_index (queue->candidates, 0);
}

void
rtc_trickle_queue_clear (RtcTrickleQueue *queue)
{
  g_ptr_array_set_size (queue->candidates, 0);
}

/* What is signalled may name its ICE session where the description does not, or
 * the other way round. */
static gboolean
has_candidate (const gchar *section, const gchar *candidate)
{
  const gchar *extension = strstr (candidate, " ufrag ");
  gsize length = extension != NULL ? (gsize) (extension - candidate) : strlen (candidate);
  g_autofree gchar *start = g_strdup_printf ("a=%.*s", (gint) length, candidate);
  for (const gchar *at = strstr (section, start); at != NULL; at = strstr (at + 1, start)) {
    const gchar *rest = at + strlen (start);
    if (rest[0] == '\r' || rest[0] == '\0' || g_str_has_prefix (rest, " ufrag "))
      return TRUE;
  }
  return FALSE;
}

/* Ends section @section, whose lines start at @start of @text. */
static void
finish_section (
    GString *text, gsize start, gint section, const RtcTrickleQueue *queue, gboolean is_end)
{
  for (guint i = 0; section >= 0 && i < queue->candidates->len; i++) {
    const RtcTrickleCandidate *candidate = rtc_trickle_queue_peek (queue, i);
    if (candidate->section != section || candidate->candidate[0] == '\0' ||
        has_candidate (text->str + start, candidate->candidate))
      continue;
    g_string_append_printf (text, "a=%s\r\n", candidate->candidate);
  }
  if (is_end && section >= 0 && strstr (text->str + start, "a=candidate:") != NULL &&
      strstr (text->str + start, "a=end-of-candidates") == NULL)
    g_string_append (text, "a=end-of-candidates\r\n");
}

gchar *
rtc_trickle_complete_description (const gchar *sdp, const RtcTrickleQueue *queue, gboolean is_end)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);
  GString *text = g_string_sized_new (strlen (sdp) + 1024);
  gint section = -1;
  gsize start = 0;

  for (guint i = 0; lines[i] != NULL; i++) {
    g_strchomp (lines[i]);
    if (g_str_has_prefix (lines[i], "m=")) {
      finish_section (text, start, section, queue, is_end);
      section++;
      start = text->len;
    }
    if (lines[i][0] != '\0')
      g_string_append_printf (text, "%s\r\n", lines[i]);
  }
  finish_section (text, start, section, queue, is_end);
  return g_string_free (text, FALSE);
}
