/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The check of a local description against what was created (RFC 9429 §5.4, §5.9): applications
 * "munge", and what would break the session is refused. Pure.
 */
#include "jsep/rtccheck.h"

G_GNUC_PRINTF (3, 4)
static gboolean
fail (GError **error, guint index, const gchar *format, ...)
{
  g_autofree gchar *reason = NULL;
  va_list arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, RTC_ERROR, RTC_ERROR_INVALID,
      "section %u differs from the one that was created: %s", index, reason);
  return FALSE;
}

static gboolean
same_fingerprints (const RtcSection *a, const RtcSection *b)
{
  if (a->fingerprints->len != b->fingerprints->len)
    return FALSE;
  for (guint i = 0; i < a->fingerprints->len; i++) {
    if (!rtc_fingerprint_equal (a->fingerprints->pdata[i], b->fingerprints->pdata[i]))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_codecs (const RtcSection *created, const RtcSection *section, guint index, GError **error)
{
  for (guint i = 0; i < section->codecs->len; i++) {
    const RtcCodec *codec = section->codecs->pdata[i];
    const RtcCodec *known = rtc_section_find_codec (created, codec->pt);

    if (known == NULL || !rtc_codec_is (known, codec->name) ||
        known->clock_rate != codec->clock_rate || known->channels != codec->channels)
      return fail (error, index, "payload type %u is %s", codec->pt, codec->name);
  }
  if (section->codecs->len == 0 && created->codecs->len > 0)
    return fail (error, index, "it has no codec");
  for (guint i = 0; i < section->extmaps->len; i++) {
    const RtcExtmap *extmap = section->extmaps->pdata[i];
    const RtcExtmap *known = rtc_section_find_extmap (created, extmap->uri);

    if (known == NULL || known->id != extmap->id)
      return fail (error, index, "extmap %u is %s", extmap->id, extmap->uri);
  }
  return TRUE;
}

static gboolean
check_section (const RtcSection *created, const RtcSection *section, guint index, GError **error)
{
  if (g_strcmp0 (created->mid, section->mid) != 0 || created->kind != section->kind)
    return fail (error, index, "m=%s with mid %s", section->media, section->mid);
  if (rtc_section_is_rejected (created) != rtc_section_is_rejected (section) ||
      created->is_bundle_only != section->is_bundle_only)
    return fail (error, index, "port %u", section->port);
  if (rtc_section_is_rejected (created))
    return TRUE;
  if (g_strcmp0 (created->ice_ufrag, section->ice_ufrag) != 0 ||
      g_strcmp0 (created->ice_pwd, section->ice_pwd) != 0)
    return fail (error, index, "a=ice-ufrag or a=ice-pwd");
  if (!same_fingerprints (created, section))
    return fail (error, index, "a=fingerprint");
  if (created->setup != section->setup)
    return fail (error, index, "a=setup");
  if (created->rtcp_mux != section->rtcp_mux || created->sctp_port != section->sctp_port)
    return fail (error, index, "a=rtcp-mux or a=sctp-port");
  if ((section->direction & ~created->direction) != 0)
    return fail (error, index, "a=%s", rtc_direction_to_string (section->direction));
  return check_codecs (created, section, index, error);
}

static gboolean
same_groups (const RtcDescription *a, const RtcDescription *b)
{
  if (a->bundle_groups->len != b->bundle_groups->len)
    return FALSE;
  for (guint i = 0; i < a->bundle_groups->len; i++) {
    if (!g_strv_equal (a->bundle_groups->pdata[i], b->bundle_groups->pdata[i]))
      return FALSE;
  }
  return TRUE;
}

gboolean
rtc_check_local (const RtcDescription *created, const RtcDescription *description, GError **error)
{
  if (created->sections->len != description->sections->len) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_INVALID,
        "the description has %u sections, %u were created", description->sections->len,
        created->sections->len);
    return FALSE;
  }
  if (!same_groups (created, description)) {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_INVALID,
        "a=group:BUNDLE differs from the one that was created");
    return FALSE;
  }
  for (guint i = 0; i < description->sections->len; i++) {
    if (!check_section (rtc_description_get_section (created, i),
            rtc_description_get_section (description, i), i, error))
      return FALSE;
  }
  return TRUE;
}
