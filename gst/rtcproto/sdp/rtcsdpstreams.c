/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Readers of what flows in an m= section: RFC 8830 (msid), RFC 5576 (ssrc), RFC 4588 §8.3 (FID),
 * RFC 8851 (rid) and RFC 8853 (simulcast). One function for each line, found through a table; what
 * several lines say together is worked out at the section's end. */
#include "sdp/rtcsdpstreams.h"

#include <string.h>

#include "base/rtctext.h"

#define MAX_WORD 255

static gboolean
read_msid (RtcSdpContext *context, const gchar *value, GError **error)
{
  /* RFC 8830 §2: a=msid:<msid-id> [<msid-appdata>] */
  GPtrArray *msids = context->level->section->msids;
  const gchar *rest, *end;
  g_autofree gchar *stream = rtc_text_take_word (value, &rest);
  g_autofree gchar *track = rtc_text_take_word (rest, &end);

  if (!rtc_text_is_word (stream, MAX_WORD) || (*track && !rtc_text_is_word (track, MAX_WORD)))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the msid has no stream id or one that is too long");
  if (!rtc_sdp_context_check_limit (context, msids, RTC_SDP_MAX_MSIDS, "msids", error))
    return FALSE;
  g_ptr_array_add (msids, rtc_msid_new (stream, *track ? track : NULL));
  return TRUE;
}

static RtcSource *
find_source (const RtcSection *section, guint32 ssrc)
{
  for (guint i = 0; i < section->sources->len; i++) {
    RtcSource *source = g_ptr_array_index (section->sources, i);

    if (source->ssrc == ssrc)
      return source;
  }
  return NULL;
}

static RtcSource *
obtain_source (RtcSdpContext *context, guint32 ssrc, GError **error)
{
  GPtrArray *sources = context->level->section->sources;
  RtcSource *source = find_source (context->level->section, ssrc);

  if (source)
    return source;
  if (!rtc_sdp_context_check_limit (context, sources, RTC_SDP_MAX_SSRCS, "SSRCs", error))
    return NULL;
  source = rtc_source_new (ssrc, 0, NULL);
  g_ptr_array_add (sources, source);
  return source;
}

/* Before RFC 8830 the msid was an attribute of a source: "msid:stream track". */
static void
keep_source_msid (RtcSdpContext *context, const gchar *value)
{
  const gchar *rest, *end;
  g_autofree gchar *stream = rtc_text_take_word (value, &rest);
  g_autofree gchar *track = rtc_text_take_word (rest, &end);

  if (context->level->source_msid || !rtc_text_is_word (stream, MAX_WORD))
    return;
  context->level->source_msid =
      rtc_msid_new (stream, rtc_text_is_word (track, MAX_WORD) ? track : NULL);
}

static gboolean
read_ssrc (RtcSdpContext *context, const gchar *value, GError **error)
{
  /* RFC 5576 §4.1: a=ssrc:<ssrc-id> <attribute>:<value> */
  const gchar *attribute;
  g_autofree gchar *word = rtc_text_take_word (value, &attribute);
  RtcSource *source;
  guint64 ssrc;

  if (!rtc_text_to_number (word, G_MAXUINT32, &ssrc))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the SSRC is not a 32-bit number");
  source = obtain_source (context, (guint32) ssrc, error);
  if (!source)
    return FALSE;
  if (g_str_has_prefix (attribute, "msid:"))
    keep_source_msid (context, attribute + strlen ("msid:"));
  if (!g_str_has_prefix (attribute, "cname:") || source->cname)
    return TRUE;
  attribute += strlen ("cname:");
  /* RFC 3550 §6.5: an SDES item holds at most 255 octets. */
  if (!*attribute || strlen (attribute) > 255)
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the cname is not 1 to 255 characters");
  source->cname = g_strdup (attribute);
  return TRUE;
}

static gboolean
read_ssrc_group (RtcSdpContext *context, const gchar *value, GError **error)
{
  /* RFC 5576 §4.2: a=ssrc-group:<semantics> <ssrc-id> ...; RFC 4588 §8.3 has FID. */
  g_auto (GStrv) words = g_strsplit (value, " ", -1);
  guint32 pair[2];

  if (g_strcmp0 (words[0], "FID") != 0)
    return TRUE;
  if (g_strv_length (words) != 3)
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the FID group is not two SSRCs");
  for (guint i = 0; i < 2; i++) {
    guint64 ssrc;

    if (!rtc_text_to_number (words[i + 1], G_MAXUINT32, &ssrc))
      return rtc_sdp_context_fail (
          context, error, RTC_ERROR_SYNTAX, "an SSRC of the group is not a 32-bit number");
    pair[i] = (guint32) ssrc;
  }
  if (context->level->repairs->len >= 2 * RTC_SDP_MAX_SSRCS)
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_LIMIT, "there are more than %u groups", RTC_SDP_MAX_SSRCS);
  g_array_append_vals (context->level->repairs, pair, 2);
  return TRUE;
}

static gint
find_rid (const RtcSection *section, const gchar *id)
{
  for (guint i = 0; i < section->rids->len; i++) {
    const RtcRid *rid = g_ptr_array_index (section->rids, i);

    if (g_str_equal (rid->id, id))
      return (gint) i;
  }
  return -1;
}

static gboolean
read_rid (RtcSdpContext *context, const gchar *value, GError **error)
{
  /* RFC 8851 §10: a=rid:<rid-id> <"send" or "recv"> [<restrictions>] */
  GPtrArray *rids = context->level->section->rids;
  const gchar *rest, *restrictions;
  g_autofree gchar *id = rtc_text_take_word (value, &rest);
  g_autofree gchar *direction = rtc_text_take_word (rest, &restrictions);

  if (!rtc_text_is_rid (id, strlen (id), MAX_WORD))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the rid is not letters, digits, \"-\" and \"_\"");
  if (!g_str_equal (direction, "send") && !g_str_equal (direction, "recv"))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the direction of the rid is not send or recv");
  if (find_rid (context->level->section, id) >= 0)
    return rtc_sdp_context_fail (context, error, RTC_ERROR_INVALID, "the rid stands twice");
  if (!rtc_sdp_context_check_limit (context, rids, RTC_SDP_MAX_RIDS, "rids", error))
    return FALSE;
  g_ptr_array_add (
      rids, rtc_rid_new (id, g_str_equal (direction, "send"), *restrictions ? restrictions : NULL));
  return TRUE;
}

static gboolean
read_simulcast (RtcSdpContext *context, const gchar *value, GError **error)
{
  /* The rids may stand behind it: it is worked out at the section's end. */
  context->level->simulcast = g_strdup (value);
  context->level->simulcast_line = *context->line;
  return TRUE;
}

static const RtcSdpAttribute attributes[] = {
  { "msid", RTC_SDP_AT_MEDIA, 0, read_msid },
  { "ssrc", RTC_SDP_AT_MEDIA, 0, read_ssrc },
  { "ssrc-group", RTC_SDP_AT_MEDIA, 0, read_ssrc_group },
  { "rid", RTC_SDP_AT_MEDIA, 0, read_rid },
  { "simulcast", RTC_SDP_AT_MEDIA, RTC_SDP_SEEN_SIMULCAST, read_simulcast },
};

const RtcSdpAttribute *
rtc_sdp_streams_attribute_find (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (g_str_equal (name, attributes[i].name))
      return &attributes[i];
  return NULL;
}

/* An SSRC that repeats another is a field of that one and no source of its own. */
static gboolean
finish_sources (RtcSdpContext *context, GError **error)
{
  GArray *repairs = context->level->repairs;

  for (guint i = 0; i < repairs->len; i += 2) {
    guint32 ssrc = g_array_index (repairs, guint32, i);
    guint32 rtx = g_array_index (repairs, guint32, i + 1);
    RtcSource *repair = find_source (context->level->section, rtx), *source;

    if (ssrc == rtx || rtx == 0 || (repair && repair->rtx != 0))
      return rtc_sdp_line_fail (&context->level->media_line, error, RTC_ERROR_INVALID,
          "the section's FID groups contradict each other");
    source = obtain_source (context, ssrc, error);
    if (!source)
      return FALSE;
    source->rtx = rtx;
    if (repair)
      g_ptr_array_remove (context->level->section->sources, repair);
  }
  return TRUE;
}

/* RFC 8853 §5.1: "1,2;~3": streams by ";", alternatives of one by ",", "~" for paused. Of
 * alternatives the first that exists is taken. */
static void
take_rid (RtcSection *section, const gchar *alternatives, gboolean is_send, GPtrArray *rids)
{
  g_auto (GStrv) ids = g_strsplit (alternatives, ",", -1);

  for (guint i = 0; ids[i]; i++) {
    gboolean is_paused = ids[i][0] == '~';
    gint index = find_rid (section, ids[i] + (is_paused ? 1 : 0));
    RtcRid *rid = index < 0 ? NULL : g_ptr_array_index (section->rids, (guint) index);

    if (!rid || !rid->is_send != !is_send)
      continue;
    rid->is_paused = is_paused;
    g_ptr_array_add (rids, g_ptr_array_steal_index (section->rids, (guint) index));
    return;
  }
}

static gboolean
take_rids (RtcSection *section, gchar **words, GPtrArray *rids)
{
  guint n_words = g_strv_length (words);

  if (n_words != 2 && n_words != 4)
    return FALSE;
  if (n_words == 4 && g_str_equal (words[0], words[2]))
    return FALSE;
  for (guint i = 0; i < n_words; i += 2) {
    g_auto (GStrv) streams = g_strsplit (words[i + 1], ";", -1);

    if (!g_str_equal (words[i], "send") && !g_str_equal (words[i], "recv"))
      return FALSE;
    for (guint j = 0; streams[j]; j++)
      take_rid (section, streams[j], g_str_equal (words[i], "send"), rids);
  }
  return TRUE;
}

static gboolean
finish_simulcast (RtcSdpContext *context, GError **error)
{
  RtcSection *section = context->level->section;
  g_autoptr (GPtrArray) rids = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_rid_free);
  g_auto (GStrv) words = NULL;

  if (!context->level->simulcast)
    return TRUE;
  words = g_strsplit (context->level->simulcast, " ", -1);
  if (!take_rids (section, words, rids))
    return rtc_sdp_line_fail (&context->level->simulcast_line, error, RTC_ERROR_SYNTAX,
        "the line is not \"send\" or \"recv\", each with a list of rids");
  section->has_simulcast = rids->len > 0;
  g_ptr_array_unref (section->rids);
  section->rids = g_steal_pointer (&rids);
  return TRUE;
}

gboolean
rtc_sdp_streams_finish (RtcSdpContext *context, GError **error)
{
  RtcSection *section = context->level->section;

  if (!finish_sources (context, error) || !finish_simulcast (context, error))
    return FALSE;
  if (section->msids->len == 0 && context->level->source_msid)
    g_ptr_array_add (section->msids, g_steal_pointer (&context->level->source_msid));
  return TRUE;
}
