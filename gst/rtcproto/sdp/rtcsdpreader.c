/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text -> RtcDescription (RFC 8866, RFC 9429 §5.8). One pass over the lines: each attribute is
 * looked up in a table and read into the section at hand; what depends on several lines is worked
 * out at the section's end. Lives for one call and owns what it builds until it succeeds.
 */
#include "sdp/rtcdescription.h"

#include <string.h>

#include "base/rtctext.h"
#include "sdp/rtcsdpattributes.h"
#include "sdp/rtcsdpcontext.h"
#include "sdp/rtcsdpmedia.h"
#include "sdp/rtcsdpstreams.h"

static RtcSdpPlace
get_places (const RtcSdpLevel *level)
{
  if (level->is_session)
    return RTC_SDP_AT_SESSION;
  switch (level->section->kind) {
  case RTC_KIND_AUDIO:
  case RTC_KIND_VIDEO:
    return RTC_SDP_AT_SECTION | RTC_SDP_AT_MEDIA;
  case RTC_KIND_APPLICATION:
    return RTC_SDP_AT_SECTION | RTC_SDP_AT_DATA;
  default:
    return RTC_SDP_AT_SECTION;
  }
}

static gboolean
read_attribute (RtcSdpContext *context, GError **error)
{
  const gchar *text = context->line->value;
  gsize length = strcspn (text, ":");
  const gchar *value = text[length] ? text + length + 1 : text + length;
  g_autofree gchar *name = g_strndup (text, length);
  const RtcSdpAttribute *attribute = rtc_sdp_transport_attribute_find (name);

  if (!attribute)
    attribute = rtc_sdp_media_attribute_find (name);
  if (!attribute)
    attribute = rtc_sdp_streams_attribute_find (name);
  if (!attribute || !(attribute->places & get_places (context->level)))
    return TRUE;
  if (context->level->seen & attribute->once)
    return rtc_sdp_context_fail (context, error, RTC_ERROR_INVALID,
        "the attribute stands twice in this section or contradicts another");
  context->level->seen |= attribute->once;
  return attribute->read (context, value, error);
}

static gboolean
finish_section (RtcSdpContext *context, GError **error)
{
  if (context->level->is_session)
    return TRUE;
  if (!rtc_sdp_media_finish (context, error) || !rtc_sdp_streams_finish (context, error) ||
      !rtc_sdp_transport_finish (context, error))
    return FALSE;
  if (context->level->is_extmap_allow_mixed)
    context->description->is_extmap_allow_mixed = TRUE;
  g_ptr_array_add (context->description->sections, g_steal_pointer (&context->media.section));
  rtc_sdp_level_clear (&context->media);
  context->level = &context->session;
  return TRUE;
}

static gboolean
read_media (RtcSdpContext *context, GError **error)
{
  RtcSection *section;

  if (!finish_section (context, error))
    return FALSE;
  if (!rtc_sdp_context_check_limit (
          context, context->description->sections, RTC_SDP_MAX_SECTIONS, "m= sections", error))
    return FALSE;
  section = rtc_sdp_media_line_read (context, error);
  if (!section)
    return FALSE;
  rtc_sdp_level_init (&context->media, section);
  context->media.media_line = *context->line;
  context->level = &context->media;
  return TRUE;
}

static gboolean
read_version (RtcSdpContext *context, GError **error)
{
  if (!g_str_equal (context->line->value, "0"))
    return rtc_sdp_context_fail (context, error, RTC_ERROR_SYNTAX, "the version is not 0");
  return TRUE;
}

static gboolean
read_origin (RtcSdpContext *context, GError **error)
{
  /* RFC 8866 §5.2: o=<username> <sess-id> <sess-version> <nettype> <addrtype> <unicast-address> */
  g_auto (GStrv) words = g_strsplit (context->line->value, " ", -1);

  if (g_strv_length (words) != 6)
    return rtc_sdp_context_fail (context, error, RTC_ERROR_SYNTAX, "the origin is not six words");
  if (!rtc_text_to_number (words[1], G_MAXUINT64, &context->description->session_id) ||
      !rtc_text_to_number (words[2], G_MAXUINT64, &context->description->session_version))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the session id or version is not a 64-bit number");
  return TRUE;
}

static gboolean
read_session_name (RtcSdpContext *context, GError **error)
{
  g_free (context->description->session_name);
  context->description->session_name = g_strdup (context->line->value);
  return TRUE;
}

static gboolean
read_line (RtcSdpContext *context, GError **error)
{
  const gchar *allowed = context->level->is_session ? "iuepcbtrzkam" : "icbkam";

  if (context->line->type == 'a')
    return read_attribute (context, error);
  if (context->line->type == 'm')
    return read_media (context, error);
  /* RFC 8866 §5: the letters are not extensible, and a description with one that the parser does
   * not understand MUST be ignored or rejected as a whole. */
  if (!strchr (allowed, context->line->type))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "a line of this type may not stand here");
  return TRUE;
}

/* RFC 8866 §5: a description begins with v=, o=, s= in this order. */
static gboolean
read_begin (RtcSdpContext *context, const RtcSdpLines *lines, GError **error)
{
  static const struct {
    gchar type;
    gboolean (*read) (RtcSdpContext *context, GError **error);
  } begin[] = { { 'v', read_version }, { 'o', read_origin }, { 's', read_session_name } };

  for (guint i = 0; i < G_N_ELEMENTS (begin); i++) {
    if (i >= lines->lines->len) {
      g_set_error (error, RTC_ERROR, RTC_ERROR_SYNTAX,
          "line %u: \"\": the description ends where a %c= line must stand", i + 1, begin[i].type);
      return FALSE;
    }
    context->line = &g_array_index (lines->lines, RtcSdpLine, i);
    if (context->line->type != begin[i].type)
      return rtc_sdp_context_fail (
          context, error, RTC_ERROR_SYNTAX, "a %c= line must stand here", begin[i].type);
    if (!begin[i].read (context, error))
      return FALSE;
  }
  return TRUE;
}

/* RFC 9143 §7.1: each mid of a group is one of an m= section, and in no other group. */
static gboolean
check_groups (const RtcDescription *description, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < description->bundle_groups->len; i++) {
    const gchar *const *group = g_ptr_array_index (description->bundle_groups, i);

    for (; *group; group++) {
      if (rtc_description_find_mid (description, *group) < 0) {
        g_set_error (error, RTC_ERROR, RTC_ERROR_INVALID,
            "a=group:BUNDLE: no section has the mid \"%s\"", *group);
        return FALSE;
      }
      if (!g_hash_table_add (seen, (gpointer) *group)) {
        g_set_error (error, RTC_ERROR, RTC_ERROR_INVALID,
            "a=group:BUNDLE: the mid \"%s\" stands twice", *group);
        return FALSE;
      }
    }
  }
  return TRUE;
}

static gboolean
read_lines (RtcSdpContext *context, const RtcSdpLines *lines, GError **error)
{
  if (!read_begin (context, lines, error))
    return FALSE;
  for (guint i = 3; i < lines->lines->len; i++) {
    context->line = &g_array_index (lines->lines, RtcSdpLine, i);
    if (!read_line (context, error))
      return FALSE;
  }
  if (!finish_section (context, error))
    return FALSE;
  if (context->session.is_extmap_allow_mixed)
    context->description->is_extmap_allow_mixed = TRUE;
  return check_groups (context->description, error);
}

RtcDescription *
rtc_description_from_text (const gchar *text, gssize length, GError **error)
{
  gsize size = length < 0 ? strnlen (text, RTC_SDP_MAX_BYTES + 1) : (gsize) length;
  g_autoptr (RtcSdpLines) lines = rtc_sdp_lines_new (text, size, error);
  g_autoptr (RtcDescription) description = NULL;
  RtcSdpContext context = { 0 };
  gboolean is_read;

  if (!lines)
    return NULL;
  description = rtc_description_new ();
  context.description = description;
  rtc_sdp_level_init (&context.session, rtc_section_new (RTC_KIND_UNKNOWN, NULL));
  context.session.is_session = TRUE;
  context.level = &context.session;
  is_read = read_lines (&context, lines, error);
  rtc_sdp_level_clear (&context.media);
  rtc_sdp_level_clear (&context.session);
  return is_read ? g_steal_pointer (&description) : NULL;
}

RtcDescription *
rtc_description_from_sdp (const GstSDPMessage *sdp, GError **error)
{
  g_autofree gchar *text = gst_sdp_message_as_text (sdp);

  return rtc_description_from_text (text, -1, error);
}
