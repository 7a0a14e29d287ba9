/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Readers of the m= line and of what it lists: RFC 8866 §5.14, §6.6 and §6.15 (rtpmap, fmtp),
 * RFC 4585 §4.2 (rtcp-fb), RFC 8285 §5 (extmap). */
#include "sdp/rtcsdpmedia.h"

#include <string.h>

#include "base/rtctext.h"

#define MAX_WORD 255
#define MAX_PT 127

/* RFC 8866 §9 proto; RFC 9429 §5.1.2 wants every RTP profile of this shape to be accepted. */
static gboolean
is_rtp_protocol (const gchar *protocol)
{
  static const gchar *const names[] = { "UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP",
    "TCP/DTLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVP", "RTP/SAVPF", "RTP/SAVP", "RTP/AVPF", "RTP/AVP",
    NULL };

  return g_strv_contains (names, protocol);
}

static gboolean
is_data_protocol (const gchar *protocol)
{
  static const gchar *const names[] = { "UDP/DTLS/SCTP", "TCP/DTLS/SCTP", "DTLS/SCTP", NULL };

  return g_strv_contains (names, protocol);
}

static gboolean
add_codecs (RtcSdpContext *context, RtcSection *section, gchar **formats, GError **error)
{
  for (guint i = 0; formats[i]; i++) {
    guint64 pt;

    if (!*formats[i])
      continue;
    if (!rtc_text_to_number (formats[i], MAX_PT, &pt))
      return rtc_sdp_context_fail (
          context, error, RTC_ERROR_SYNTAX, "a payload type is not a number up to 127");
    if (rtc_section_find_codec (section, (guint) pt))
      return rtc_sdp_context_fail (
          context, error, RTC_ERROR_INVALID, "the payload type %u stands twice", (guint) pt);
    if (!rtc_sdp_context_check_limit (
            context, section->codecs, RTC_SDP_MAX_CODECS, "payload types", error))
      return FALSE;
    g_ptr_array_add (section->codecs,
        rtc_codec_new ((guint) pt, NULL, 0, section->kind == RTC_KIND_AUDIO ? 1 : 0));
  }
  return TRUE;
}

/* RFC 8841 §4.1 "webrtc-datachannel"; before it, draft 05: the format is the SCTP port. */
static gboolean
read_data_format (RtcSdpContext *context, RtcSection *section, gchar **formats, GError **error)
{
  guint64 port;

  section->sctp_port = 0;
  if (g_str_equal (formats[0], "webrtc-datachannel"))
    return TRUE;
  if (g_str_equal (section->protocol, "DTLS/SCTP") &&
      rtc_text_to_number (formats[0], G_MAXUINT16, &port)) {
    section->sctp_port = (guint) port;
    return TRUE;
  }
  if (rtc_section_is_rejected (section))
    return TRUE;
  return rtc_sdp_context_fail (
      context, error, RTC_ERROR_UNSUPPORTED, "the format is not \"webrtc-datachannel\"");
}

static gboolean
read_formats (RtcSdpContext *context, RtcSection *section, gchar **formats, GError **error)
{
  if (section->kind == RTC_KIND_APPLICATION)
    return read_data_format (context, section, formats, error);
  if (section->kind != RTC_KIND_UNKNOWN)
    return add_codecs (context, section, formats, error);
  section->formats = g_strjoinv (" ", formats);
  return TRUE;
}

static RtcKind
get_kind (const gchar *media, const gchar *protocol)
{
  RtcKind kind = rtc_kind_from_string (media);

  if (kind == RTC_KIND_APPLICATION ? is_data_protocol (protocol) : is_rtp_protocol (protocol))
    return kind;
  return RTC_KIND_UNKNOWN;
}

RtcSection *
rtc_sdp_media_line_read (RtcSdpContext *context, GError **error)
{
  /* RFC 8866 §5.14: m=<media> <port> <proto> <fmt> ... */
  g_auto (GStrv) words = g_strsplit (context->line->value, " ", -1);
  g_autoptr (RtcSection) section = NULL;
  guint64 port;

  if (g_strv_length (words) < 4 || !*words[0] || !*words[2] || !*words[3]) {
    rtc_sdp_context_fail (context, error, RTC_ERROR_SYNTAX,
        "the line is not a medium, a port, a protocol and formats");
    return NULL;
  }
  if (!rtc_text_to_number (words[1], G_MAXUINT16, &port)) {
    rtc_sdp_context_fail (context, error, RTC_ERROR_SYNTAX, "the port is not a number up to 65535");
    return NULL;
  }
  if (!rtc_text_is_token (words[0], MAX_WORD) || !rtc_text_is_word (words[2], MAX_WORD)) {
    rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the medium or the protocol is not a token");
    return NULL;
  }
  section = rtc_section_new (get_kind (words[0], words[2]), NULL);
  g_free (section->media);
  g_free (section->protocol);
  section->media = g_strdup (words[0]);
  section->protocol = g_strdup (words[2]);
  section->port = (guint) port;
  section->sctp_port = 0;
  if (!read_formats (context, section, words + 3, error))
    return NULL;
  return g_steal_pointer (&section);
}

/* The codec that a line "PT ..." is about, or NULL: without @error set, it is not in the m= line
 * and the line says nothing. */
static RtcCodec *
find_codec (RtcSdpContext *context, const gchar *value, const gchar **rest, GError **error)
{
  g_autofree gchar *word = rtc_text_take_word (value, rest);
  guint64 pt;

  if (!rtc_text_to_number (word, MAX_PT, &pt)) {
    rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the payload type is not a number up to 127");
    return NULL;
  }
  return (RtcCodec *) rtc_section_find_codec (context->level->section, (guint) pt);
}

static gboolean
read_encoding (RtcSdpContext *context, RtcCodec *codec, gchar **parts, GError **error)
{
  gboolean is_audio = context->level->section->kind == RTC_KIND_AUDIO;
  guint64 clock_rate, channels = 1;

  if (!parts[0] || !parts[1] || !rtc_text_is_token (parts[0], MAX_WORD))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "there is no encoding name and clock rate");
  if (!rtc_text_to_number (parts[1], G_MAXINT32, &clock_rate) || clock_rate == 0)
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the clock rate is not a number of Hz");
  if (is_audio && parts[2] && (!rtc_text_to_number (parts[2], 255, &channels) || channels == 0))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the channels are not a number from 1 to 255");
  codec->name = g_strdup (parts[0]);
  codec->clock_rate = (guint) clock_rate;
  codec->channels = is_audio ? (guint) channels : 0;
  return TRUE;
}

static gboolean
read_rtpmap (RtcSdpContext *context, const gchar *value, GError **error)
{
  /* a=rtpmap:<payload type> <encoding name>/<clock rate>[/<encoding parameters>] */
  g_autoptr (GError) reason = NULL;
  const gchar *encoding;
  RtcCodec *codec = find_codec (context, value, &encoding, &reason);
  g_auto (GStrv) parts = NULL;

  if (reason) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }
  if (!codec)
    return TRUE;
  if (codec->name)
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_INVALID, "the payload type %u has two rtpmaps", codec->pt);
  parts = g_strsplit (encoding, "/", 4);
  return read_encoding (context, codec, parts, error);
}

static gboolean
read_fmtp (RtcSdpContext *context, const gchar *value, GError **error)
{
  g_autoptr (GError) reason = NULL;
  const gchar *parameters;
  RtcCodec *codec = find_codec (context, value, &parameters, &reason);
  g_autofree gchar *before = NULL;

  if (reason) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }
  if (!codec || !*parameters)
    return TRUE;
  before = g_steal_pointer (&codec->fmtp);
  codec->fmtp = before ? g_strconcat (before, ";", parameters, NULL) : g_strdup (parameters);
  if (strlen (codec->fmtp) > RTC_SDP_MAX_LINE_BYTES - 16)
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_LIMIT, "the format parameters are too long together");
  return TRUE;
}

static gboolean
add_feedback (RtcSdpContext *context, GPtrArray *feedbacks, const gchar *feedback, GError **error)
{
  if (g_ptr_array_find_with_equal_func (feedbacks, feedback, g_str_equal, NULL))
    return TRUE;
  if (!rtc_sdp_context_check_limit (
          context, feedbacks, RTC_SDP_MAX_FEEDBACKS, "rtcp-fb lines of one codec", error))
    return FALSE;
  g_ptr_array_add (feedbacks, g_strdup (feedback));
  return TRUE;
}

static gboolean
read_rtcp_fb (RtcSdpContext *context, const gchar *value, GError **error)
{
  /* a=rtcp-fb:<payload type or "*"> <type> [<parameter>] */
  g_autoptr (GError) reason = NULL;
  g_autofree gchar *feedback = NULL;
  GPtrArray *feedbacks = context->level->wildcard_feedbacks;
  const gchar *rest;

  if (g_str_has_prefix (value, "* ")) {
    rest = value + 2;
  } else {
    const RtcCodec *codec = find_codec (context, value, &rest, &reason);

    if (reason) {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
    if (!codec)
      return TRUE;
    feedbacks = codec->feedback;
  }
  feedback = g_strstrip (g_strdup (rest));
  if (!*feedback || strlen (feedback) > MAX_WORD)
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the kind of feedback is missing or too long");
  return add_feedback (context, feedbacks, feedback, error);
}

static gboolean
read_extmap_direction (const gchar *text, RtcDirection *out_direction)
{
  for (guint i = RTC_DIRECTION_INACTIVE; i <= RTC_DIRECTION_SENDRECV; i++) {
    if (g_str_equal (text, rtc_direction_to_string ((RtcDirection) i))) {
      *out_direction = (RtcDirection) i;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
add_extmap (RtcSdpContext *context, RtcExtmap *extmap, GError **error)
{
  GPtrArray *extmaps = context->level->section->extmaps;
  g_autoptr (RtcExtmap) owned = extmap;

  for (guint i = 0; i < extmaps->len; i++) {
    const RtcExtmap *other = g_ptr_array_index (extmaps, i);

    if (other->id == extmap->id)
      return rtc_sdp_context_fail (
          context, error, RTC_ERROR_INVALID, "the header extension id %u stands twice", extmap->id);
  }
  if (!rtc_sdp_context_check_limit (
          context, extmaps, RTC_SDP_MAX_EXTMAPS, "header extensions", error))
    return FALSE;
  g_ptr_array_add (extmaps, g_steal_pointer (&owned));
  return TRUE;
}

static gboolean
read_extmap (RtcSdpContext *context, const gchar *value, GError **error)
{
  /* RFC 8285 §8: a=extmap:<value>["/"<direction>] <URI> <extensionattributes> */
  const gchar *rest, *attributes;
  g_autofree gchar *mapping = rtc_text_take_word (value, &rest);
  g_autofree gchar *uri = rtc_text_take_word (rest, &attributes);
  gchar *slash = strchr (mapping, '/');
  RtcDirection direction = RTC_DIRECTION_SENDRECV;
  guint64 id;

  if (slash)
    *slash = '\0';
  if (slash && !read_extmap_direction (slash + 1, &direction))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the direction of the header extension is not known");
  if (!rtc_text_to_number (mapping, 4351, &id) || id == 0 || (id > 255 && id < 4096))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the header extension id is not from 1 to 255");
  if (!rtc_text_is_word (uri, MAX_WORD))
    return rtc_sdp_context_fail (
        context, error, RTC_ERROR_SYNTAX, "the URI of the header extension is missing or too long");
  /* RFC 8285 §6: ids from 4096 are placeholders that an answerer may ask for; we never do. */
  if (id >= 4096)
    return TRUE;
  return add_extmap (context, rtc_extmap_new ((guint) id, uri, direction), error);
}

static const RtcSdpAttribute attributes[] = {
  { "rtpmap", RTC_SDP_AT_MEDIA, 0, read_rtpmap },
  { "fmtp", RTC_SDP_AT_MEDIA, 0, read_fmtp },
  { "rtcp-fb", RTC_SDP_AT_MEDIA, 0, read_rtcp_fb },
  { "extmap", RTC_SDP_AT_SESSION | RTC_SDP_AT_MEDIA, 0, read_extmap },
};

const RtcSdpAttribute *
rtc_sdp_media_attribute_find (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (g_str_equal (name, attributes[i].name))
      return &attributes[i];
  return NULL;
}

/* RFC 3551 §6: payload types that mean something without an rtpmap. */
static const struct {
  guint8 pt;
  RtcKind kind;
  const gchar *name;
  guint clock_rate;
} static_codecs[] = {
  { 0, RTC_KIND_AUDIO, "PCMU", 8000 },
  { 3, RTC_KIND_AUDIO, "GSM", 8000 },
  { 8, RTC_KIND_AUDIO, "PCMA", 8000 },
  { 9, RTC_KIND_AUDIO, "G722", 8000 },
  { 13, RTC_KIND_AUDIO, "CN", 8000 },
  { 18, RTC_KIND_AUDIO, "G729", 8000 },
  { 26, RTC_KIND_VIDEO, "JPEG", 90000 },
  { 31, RTC_KIND_VIDEO, "H261", 90000 },
  { 34, RTC_KIND_VIDEO, "H263", 90000 },
};

static void
name_static_codec (RtcCodec *codec, RtcKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (static_codecs); i++) {
    if (static_codecs[i].pt == codec->pt && static_codecs[i].kind == kind) {
      codec->name = g_strdup (static_codecs[i].name);
      codec->clock_rate = static_codecs[i].clock_rate;
    }
  }
}

static gboolean
finish_codec (RtcSdpContext *context, RtcCodec *codec, GError **error)
{
  g_autofree gchar *fmtp = g_steal_pointer (&codec->fmtp);
  GPtrArray *wildcards = context->level->wildcard_feedbacks;

  if (fmtp)
    rtc_codec_set_fmtp (codec, fmtp);
  for (guint i = 0; i < wildcards->len && !rtc_codec_is_repair (codec); i++)
    if (!add_feedback (context, codec->feedback, g_ptr_array_index (wildcards, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
finish_codecs (RtcSdpContext *context, GError **error)
{
  RtcSection *section = context->level->section;

  for (guint i = 0; i < section->codecs->len;) {
    RtcCodec *codec = g_ptr_array_index (section->codecs, i);

    if (!codec->name)
      name_static_codec (codec, section->kind);
    if (!codec->name) { /* a dynamic payload type that nothing names */
      g_ptr_array_remove_index (section->codecs, i);
      continue;
    }
    if (!finish_codec (context, codec, error))
      return FALSE;
    i++;
  }
  return TRUE;
}

gboolean
rtc_sdp_media_finish (RtcSdpContext *context, GError **error)
{
  RtcSection *section = context->level->section;

  if (section->kind == RTC_KIND_APPLICATION) {
    /* Peers that leave a=sctp-port out mean the one that everybody uses. */
    if (section->sctp_port == 0 && !rtc_section_is_rejected (section))
      section->sctp_port = 5000;
    return TRUE;
  }
  if (section->kind == RTC_KIND_UNKNOWN)
    return TRUE;
  if (!finish_codecs (context, error))
    return FALSE;
  if (section->extmaps->len == 0) {
    g_ptr_array_unref (section->extmaps);
    section->extmaps = rtc_extmaps_copy (context->session.section->extmaps);
  }
  return TRUE;
}
