/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads the few lines of an offer that signalling needs (RFC 8866, RFC 8839), with limits on all
 * that a client can raise. Owned by the session that the offer belongs to. */
#include "signalling/rtcofferfacts.h"

#include <string.h>

typedef struct {
  RtcOfferFacts facts;
  gchar *origin;
  gchar *fingerprint;
  gboolean has_password;
} Scan;

/* o=<username> <sess-id> <sess-version> <nettype> <addrtype> <unicast-address> */
static gboolean
read_origin (Scan *scan, const gchar *value, GError **error)
{
  g_auto (GStrv) fields = g_strsplit (value, " ", 7);
  if (g_strv_length (fields) != 6 || fields[1][0] == '\0') {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "the o= line needs six fields");
    return FALSE;
  }
  if (scan->origin == NULL)
    scan->origin = g_strconcat (fields[0], " ", fields[1], NULL);
  return TRUE;
}

static gboolean
check_credential (const gchar *name, const gchar *value, gsize min, GError **error)
{
  gsize length = strlen (value);
  if (length >= min && length <= RTC_OFFER_MAX_CREDENTIAL)
    return TRUE;
  g_set_error (error, RTC_ERROR, RTC_ERROR_INVALID, "%s must have %u to %u characters", name,
      (guint) min, RTC_OFFER_MAX_CREDENTIAL);
  return FALSE;
}

/* RFC 8839 §5.4: ice-ufrag = 4*256ice-char, ice-pwd = 22*256ice-char. */
gboolean
rtc_sdp_check_ufrag (const gchar *value, GError **error)
{
  return check_credential ("a=ice-ufrag", value, 4, error);
}

gboolean
rtc_sdp_check_pwd (const gchar *value, GError **error)
{
  return check_credential ("a=ice-pwd", value, 22, error);
}

static gboolean
read_attribute (Scan *scan, const gchar *value, GError **error)
{
  if (g_str_has_prefix (value, "ice-ufrag:")) {
    if (scan->facts.ice_ufrag == NULL)
      scan->facts.ice_ufrag = g_strdup (value + 10);
    return rtc_sdp_check_ufrag (value + 10, error);
  }
  if (g_str_has_prefix (value, "ice-pwd:")) {
    scan->has_password = TRUE;
    return rtc_sdp_check_pwd (value + 8, error);
  }
  if (g_str_has_prefix (value, "fingerprint:") && scan->fingerprint == NULL)
    scan->fingerprint = g_strdup (value + 12);
  if (g_str_has_prefix (value, "candidate:") &&
      ++scan->facts.n_candidates > RTC_OFFER_MAX_CANDIDATES) {
    g_set_error (
        error, RTC_ERROR, RTC_ERROR_LIMIT, "more than %u candidates", RTC_OFFER_MAX_CANDIDATES);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_line (Scan *scan, const gchar *line, guint number, GError **error)
{
  if (strlen (line) > RTC_OFFER_MAX_LINE) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_LIMIT, "line %u is too long", number);
    return FALSE;
  }
  if (!g_ascii_isalpha (line[0]) || line[1] != '=') {
    g_set_error (error, RTC_ERROR, RTC_ERROR_SYNTAX, "line %u is not SDP", number);
    return FALSE;
  }
  switch (line[0]) {
  case 'o':
    return read_origin (scan, line + 2, error);
  case 'a':
    return read_attribute (scan, line + 2, error);
  case 'm':
    if (++scan->facts.n_sections <= RTC_OFFER_MAX_SECTIONS)
      return TRUE;
    g_set_error (
        error, RTC_ERROR, RTC_ERROR_LIMIT, "more than %u m= sections", RTC_OFFER_MAX_SECTIONS);
    return FALSE;
  default:
    return TRUE;
  }
}

static gboolean
read_lines (Scan *scan, gchar **lines, GError **error)
{
  for (guint i = 0; lines[i] != NULL; i++) {
    g_strchomp (lines[i]);
    if (lines[i][0] != '\0' && !read_line (scan, lines[i], i + 1, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_complete (const Scan *scan, GError **error)
{
  const struct {
    gboolean is_present;
    const gchar *message;
  } needs[] = {
    { scan->origin != NULL, "the o= line is missing" },
    { scan->facts.n_sections > 0, "there is no m= section" },
    { scan->facts.ice_ufrag != NULL, "a=ice-ufrag is missing" },
    { scan->has_password, "a=ice-pwd is missing" },
    /* RFC 8827 §6.5: media without a fingerprint MUST be refused. */
    { scan->fingerprint != NULL, "a=fingerprint is missing" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (needs); i++) {
    if (!needs[i].is_present) {
      g_set_error_literal (error, RTC_ERROR, RTC_ERROR_INVALID, needs[i].message);
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
rtc_offer_facts_read (const gchar *sdp, RtcOfferFacts *out_facts, GError **error)
{
  Scan scan = { { NULL } };
  g_auto (GStrv) lines = NULL;
  gboolean is_read;

  if (!g_str_has_prefix (sdp, "v=0\r\n") && !g_str_has_prefix (sdp, "v=0\n")) {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "the first line must be v=0");
    return FALSE;
  }
  lines = g_strsplit (sdp, "\n", -1);
  is_read = read_lines (&scan, lines, error) && check_complete (&scan, error);
  if (is_read) {
    scan.facts.identity = g_strconcat (scan.origin, " ", scan.fingerprint, NULL);
    *out_facts = scan.facts;
  } else {
    rtc_offer_facts_clear (&scan.facts);
  }
  g_free (scan.origin);
  g_free (scan.fingerprint);
  return is_read;
}

gboolean
rtc_offer_facts_may_follow (const RtcOfferFacts *facts, const RtcOfferFacts *next, GError **error)
{
  if (next->n_sections >= facts->n_sections)
    return TRUE;
  g_set_error (error, RTC_ERROR, RTC_ERROR_INVALID,
      "the session has %u m= sections, the new offer only %u", facts->n_sections, next->n_sections);
  return FALSE;
}

gboolean
rtc_offer_facts_is_restart (const RtcOfferFacts *facts, const RtcOfferFacts *next)
{
  return g_strcmp0 (facts->ice_ufrag, next->ice_ufrag) != 0;
}

void
rtc_offer_facts_clear (RtcOfferFacts *facts)
{
  g_free (facts->identity);
  g_free (facts->ice_ufrag);
  memset (facts, 0, sizeof *facts);
}

gint
rtc_sdp_find_mid (const gchar *sdp, const gchar *mid)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);
  gint section = -1;
  for (guint i = 0; lines[i] != NULL; i++) {
    g_strchomp (lines[i]);
    if (g_str_has_prefix (lines[i], "m="))
      section++;
    else if (g_str_has_prefix (lines[i], "a=mid:") && strcmp (lines[i] + 6, mid) == 0)
      return section;
  }
  return -1;
}

gchar *
rtc_sdp_get_mid (const gchar *sdp, gint index)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);
  gint section = -1;
  for (guint i = 0; lines[i] != NULL; i++) {
    g_strchomp (lines[i]);
    if (g_str_has_prefix (lines[i], "m="))
      section++;
    else if (section == index && g_str_has_prefix (lines[i], "a=mid:"))
      return g_strdup (lines[i] + 6);
  }
  return NULL;
}
