/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Readers of RTP attributes: RFC 8866 §6.6 and §6.15 (rtpmap, fmtp), RFC 4585 §4.2 (rtcp-fb),
 * RFC 8285 §5 (extmap), RFC 5576 (ssrc), RFC 8830 (msid), RFC 8851 and 8853 (rid, simulcast). */
#include "sdp/rtcsdpmedia.h"

#include <string.h>

#include "base/rtctext.h"

#define MAX_WORD 255
#define MAX_PT 127

/* Cuts the first word off; *@rest is what follows the spaces behind it. The word is freed by the
 * caller. */
static gchar *
take_word (const gchar *value, const gchar **rest)
{
  gsize length = strcspn (value, " ");

  *rest = value + length + strspn (value + length, " ");
  return g_strndup (value, length);
}

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
  g_autofree gchar *word = take_word (value, rest);
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
  g_autofree gchar *mapping = take_word (value, &rest);
  g_autofree gchar *uri = take_word (rest, &attributes);
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

static gboolean
read_msid (RtcSdpContext *context, const gchar *value, GError **error)
{
  /* RFC 8830 §2: a=msid:<msid-id> [<msid-appdata>] */
  GPtrArray *msids = context->level->section->msids;
  const gchar *rest, *end;
  g_autofree gchar *stream = take_word (value, &rest);
  g_autofree gchar *track = take_word (rest, &end);

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
  g_autofree gchar *stream = take_word (value, &rest);
  g_autofree gchar *track = take_word (rest, &end);

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
  g_autofree gchar *word = take_word (value, &attribute);
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
  g_autofree gchar *id = take_word (value, &rest);
  g_autofree gchar *direction = take_word (rest, &restrictions);

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
  { "rtpmap", RTC_SDP_AT_MEDIA, 0, read_rtpmap },
  { "fmtp", RTC_SDP_AT_MEDIA, 0, read_fmtp },
  { "rtcp-fb", RTC_SDP_AT_MEDIA, 0, read_rtcp_fb },
  { "extmap", RTC_SDP_AT_SESSION | RTC_SDP_AT_MEDIA, 0, read_extmap },
  { "msid", RTC_SDP_AT_MEDIA, 0, read_msid },
  { "ssrc", RTC_SDP_AT_MEDIA, 0, read_ssrc },
  { "ssrc-group", RTC_SDP_AT_MEDIA, 0, read_ssrc_group },
  { "rid", RTC_SDP_AT_MEDIA, 0, read_rid },
  { "simulcast", RTC_SDP_AT_MEDIA, RTC_SDP_SEEN_SIMULCAST, read_simulcast },
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
  if (!finish_codecs (context, error) || !finish_sources (context, error) ||
      !finish_simulcast (context, error))
    return FALSE;
  if (section->msids->len == 0 && context->level->source_msid)
    g_ptr_array_add (section->msids, g_steal_pointer (&context->level->source_msid));
  if (section->extmaps->len == 0) {
    g_ptr_array_unref (section->extmaps);
    section->extmaps = rtc_extmaps_copy (context->session.section->extmaps);
  }
  return TRUE;
}
