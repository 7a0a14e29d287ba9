/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of WHIP and WHEP on offers and headers. Pure functions. */
#include "signalling/rtcwhip.h"

#include <string.h>

typedef struct {
  RtcWhipRole role;
  guint n_audio;
  guint n_video;
  guint n_sections;
  /* The a=mid of the first bundle; NULL before. */
  gchar **bundle;
  gboolean is_one_apart;
  /* Of the session, then of the section that is being read. */
  const gchar *session_direction;
  const gchar *direction;
  gboolean session_has_mux;
  gboolean has_mux;
  const gchar *mid;
  gboolean is_media;
  gboolean is_passive;
} Scan;

static const gchar *
find_direction (const gchar *line)
{
  static const gchar *const directions[] = { "sendrecv", "sendonly", "recvonly", "inactive" };
  for (gsize i = 0; i < G_N_ELEMENTS (directions); i++) {
    if (strcmp (line, directions[i]) == 0)
      return directions[i];
  }
  return NULL;
}

static gboolean
refuse (GError **error, const gchar *message)
{
  g_set_error_literal (error, RTC_ERROR, RTC_ERROR_INVALID, message);
  return FALSE;
}

static gboolean
finish_section (Scan *scan, GError **error)
{
  const gchar *wanted = scan->role == RTC_WHIP_PUBLISHER ? "sendonly" : "recvonly";
  if (scan->n_sections == 0)
    return TRUE;
  if (scan->bundle == NULL || scan->mid == NULL ||
      !g_strv_contains ((const gchar *const *) scan->bundle, scan->mid))
    scan->is_one_apart = TRUE;
  if (!scan->is_media)
    return TRUE;
  if (strcmp (scan->direction, wanted) != 0 && strcmp (scan->direction, "sendrecv") != 0)
    return refuse (error,
        scan->role == RTC_WHIP_PUBLISHER ? "a publisher's sections must be sendonly"
                                         : "a viewer's sections must be recvonly");
  if (!scan->has_mux)
    return refuse (error, "a=rtcp-mux is missing");
  return TRUE;
}

static gboolean
start_section (Scan *scan, const gchar *line, GError **error)
{
  if (!finish_section (scan, error))
    return FALSE;
  scan->n_sections++;
  scan->n_audio += g_str_has_prefix (line, "m=audio ");
  scan->n_video += g_str_has_prefix (line, "m=video ");
  scan->is_media = g_str_has_prefix (line, "m=audio ") || g_str_has_prefix (line, "m=video ");
  scan->direction = scan->session_direction;
  scan->has_mux = scan->session_has_mux;
  scan->mid = NULL;
  return TRUE;
}

static void
read_attribute (Scan *scan, const gchar *value)
{
  const gchar *direction = find_direction (value);
  if (direction != NULL)
    scan->direction = direction;
  if (strcmp (value, "rtcp-mux") == 0)
    scan->has_mux = TRUE;
  if (strcmp (value, "setup:passive") == 0)
    scan->is_passive = TRUE;
  if (g_str_has_prefix (value, "mid:"))
    scan->mid = value + strlen ("mid:");
  if (g_str_has_prefix (value, "group:BUNDLE ") && scan->bundle == NULL)
    scan->bundle = g_strsplit (value + strlen ("group:BUNDLE "), " ", -1);
  if (scan->n_sections == 0) {
    scan->session_direction = scan->direction;
    scan->session_has_mux = scan->has_mux;
  }
}

static gboolean
check_all (const Scan *scan, GError **error)
{
  if (scan->n_audio > 1 || scan->n_video > 1)
    return refuse (error, "no more than one audio and one video section are taken");
  if (scan->n_audio + scan->n_video == 0)
    return refuse (error, "there is neither an audio nor a video section");
  /* RFC 9725 §4.4.1: all sections in one bundle. */
  if (scan->n_sections > 1 && scan->is_one_apart)
    return refuse (error, "the sections must be bundled, all in one a=group:BUNDLE");
  if (scan->is_passive)
    return refuse (error, "a=setup must be actpass or active");
  return TRUE;
}

static gboolean
check_lines (Scan *scan, gchar **lines, GError **error)
{
  for (guint i = 0; lines[i] != NULL; i++) {
    const gchar *line = g_strchomp (lines[i]);
    if (g_str_has_prefix (line, "m=") && !start_section (scan, line, error))
      return FALSE;
    if (g_str_has_prefix (line, "a="))
      read_attribute (scan, line + 2);
  }
  return finish_section (scan, error) && check_all (scan, error);
}

gboolean
rtc_whip_check_offer (const gchar *sdp, RtcWhipRole role, guint *out_n_media, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);
  Scan scan = { role };
  gboolean is_good;
  scan.session_direction = scan.direction = "sendrecv";
  is_good = check_lines (&scan, lines, error);
  g_strfreev (scan.bundle);
  if (is_good)
    *out_n_media = scan.n_audio + scan.n_video;
  return is_good;
}

/* a=rtpmap:<payload type> <encoding name>/<clock rate>[/<parameters>] */
gboolean
rtc_whip_offers_encoding (const gchar *sdp, const gchar *encoding_name)
{
  gsize length = strlen (encoding_name);
  for (const gchar *at = strstr (sdp, "\na=rtpmap:"); at != NULL;
       at = strstr (at + 1, "\na=rtpmap:")) {
    const gchar *name = at + strcspn (at, " \r");
    if (*name == ' ' && g_ascii_strncasecmp (name + 1, encoding_name, length) == 0 &&
        name[1 + length] == '/')
      return TRUE;
  }
  return FALSE;
}

RtcWhipMatch
rtc_whip_match (const gchar *if_match, const gchar *etag)
{
  g_auto (GStrv) tags = NULL;
  if (if_match == NULL)
    return RTC_WHIP_MATCH_MISSING;
  tags = g_strsplit (if_match, ",", -1);
  for (guint i = 0; tags[i] != NULL; i++) {
    const gchar *tag = g_strstrip (tags[i]);
    if (strcmp (tag, "*") == 0 || strcmp (tag, "\"*\"") == 0)
      return RTC_WHIP_MATCH_ANY;
    if (strcmp (tag, etag) == 0)
      return RTC_WHIP_MATCH_SAME;
  }
  return RTC_WHIP_MATCH_DIFFERENT;
}

gboolean
rtc_whip_is_type (const gchar *content_type, const gchar *type)
{
  gsize length = strlen (type);
  return content_type != NULL && g_ascii_strncasecmp (content_type, type, length) == 0 &&
      (content_type[length] == '\0' || content_type[length] == ';' || content_type[length] == ' ');
}
