/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcCodec <-> application/x-rtp caps, in the field names that gst_sdp_media_attributes_to_caps()
 * and the payloaders use. Pure; what is made is the caller's.
 */
#include "sdp/rtccodecs.h"

#include <string.h>

#include "base/rtctext.h"
#include "sdp/rtcknowncodec.h"

/* Field names that say something else than a format parameter: no fmtp is made of them. */
static gboolean
is_reserved (const gchar *field)
{
  static const gchar *const names[] = { "media", "payload", "clock-rate", "encoding-name",
    "encoding-params", "ssrc", "timestamp-offset", "seqnum-offset", "mki", NULL };
  static const gchar *const prefixes[] = { "rtcp-fb-", "extmap-", "a-", "x-", "srtp-", "srtcp-",
    "ssrc-", "rid-" };

  if (g_strv_contains (names, field))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (field, prefixes[i]))
      return TRUE;
  return FALSE;
}

/* The format parameters that a depayloader or decoder here may ask for. A field's name becomes a
 * GQuark and is never freed: names that a peer makes up must not become fields. */
static gboolean
is_known_parameter (const gchar *name)
{
  static const gchar *const names[] = { "apt", "cbr", "channel-mapping", "colorimetry", "config",
    "configuration", "coupled_streams", "depth", "events", "height", "indexdeltalength",
    "indexlength", "interlace", "level-asymmetry-allowed", "level-id", "level-idx", "max-br",
    "max-cpb", "max-dpb", "max-fr", "max-fs", "max-mbps", "max-recv-width", "max-recv-height",
    "max-smbps", "maxaveragebitrate", "maxplaybackrate", "maxptime", "minptime", "mode",
    "num_streams", "object", "octet-align", "packetization-mode", "profile", "profile-id",
    "profile-level-id", "ptime", "rtx-time", "sampling", "sizelength", "sprop-maxcapturerate",
    "sprop-parameter-sets", "sprop-pps", "sprop-sps", "sprop-stereo", "sprop-vps", "stereo",
    "streamtype", "tier", "tier-flag", "tx-mode", "usedtx", "useinbandfec", "width", NULL };

  return g_strv_contains (names, name);
}

static void
add_parameters (GstStructure *structure, const gchar *fmtp)
{
  g_auto (GStrv) parameters = g_strsplit (fmtp ? fmtp : "", ";", -1);

  for (guint i = 0; parameters[i]; i++) {
    gchar *value = strchr (parameters[i], '=');
    g_autofree gchar *name = NULL;

    if (value)
      *value++ = '\0';
    name = g_ascii_strdown (g_strstrip (parameters[i]), -1);
    if (is_known_parameter (name))
      gst_structure_set (structure, name, G_TYPE_STRING, value ? g_strstrip (value) : "1", NULL);
  }
}

/* A field has "-" for " ": the names must be known to find the way back, and so that a peer does
 * not make up fields. */
static const gchar *const feedbacks[] = { "nack", "nack pli", "nack rpsi", "nack sli", "ccm fir",
  "ccm tmmbr", "transport-cc", "goog-remb", NULL };

static gchar *
make_feedback_field (const gchar *feedback)
{
  gchar *field = g_strconcat ("rtcp-fb-", feedback, NULL);

  return g_strdelimit (field, " ", '-');
}

static void
add_feedback_fields (GstStructure *structure, const GPtrArray *feedback)
{
  for (guint i = 0; i < feedback->len; i++) {
    g_autofree gchar *field = NULL;

    if (!g_strv_contains (feedbacks, g_ptr_array_index (feedback, i)))
      continue;
    field = make_feedback_field (g_ptr_array_index (feedback, i));
    gst_structure_set (structure, field, G_TYPE_BOOLEAN, TRUE, NULL);
  }
}

static void
append_string (GValue *array, const gchar *string)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, string);
  gst_value_array_append_and_take_value (array, &value);
}

/* "extmap-N" is the URI, or an array of direction, URI and attributes. */
static void
add_extmap_field (GstStructure *structure, const RtcExtmap *extmap)
{
  g_autofree gchar *field = g_strdup_printf ("extmap-%u", extmap->id);
  GValue array = G_VALUE_INIT;

  if (extmap->direction == RTC_DIRECTION_SENDRECV) {
    gst_structure_set (structure, field, G_TYPE_STRING, extmap->uri, NULL);
    return;
  }
  gst_value_array_init (&array, 3);
  append_string (&array, rtc_direction_to_string (extmap->direction));
  append_string (&array, extmap->uri);
  append_string (&array, "");
  gst_structure_take_value (structure, field, &array);
}

GstCaps *
rtc_codec_to_caps (const RtcCodec *codec, RtcKind kind, GPtrArray *extmaps)
{
  g_autofree gchar *encoding = g_ascii_strup (codec->name, -1);
  GstStructure *structure = gst_structure_new ("application/x-rtp", "media", G_TYPE_STRING,
      rtc_kind_to_string (kind), "payload", G_TYPE_INT, (gint) codec->pt, "clock-rate", G_TYPE_INT,
      (gint) codec->clock_rate, "encoding-name", G_TYPE_STRING, encoding, NULL);

  if (codec->channels > 1) {
    g_autofree gchar *channels = g_strdup_printf ("%u", codec->channels);

    gst_structure_set (structure, "encoding-params", G_TYPE_STRING, channels, NULL);
  }
  add_parameters (structure, codec->fmtp);
  add_feedback_fields (structure, codec->feedback);
  for (guint i = 0; extmaps && i < extmaps->len; i++)
    add_extmap_field (structure, g_ptr_array_index (extmaps, i));
  return gst_caps_new_full (structure, NULL);
}

/* FALSE when no field speaks of feedback. */
static gboolean
read_feedback (const GstStructure *structure, RtcCodec *codec)
{
  gboolean is_given = FALSE;

  for (guint i = 0; feedbacks[i]; i++) {
    g_autofree gchar *field = make_feedback_field (feedbacks[i]);
    gboolean is_on;

    if (!gst_structure_get_boolean (structure, field, &is_on))
      continue;
    is_given = TRUE;
    if (is_on)
      g_ptr_array_add (codec->feedback, g_strdup (feedbacks[i]));
  }
  return is_given;
}

static gboolean
append_parameter (GQuark field, const GValue *value, gpointer user_data)
{
  const gchar *name = g_quark_to_string (field);
  GString *fmtp = user_data;

  if (G_VALUE_HOLDS_STRING (value) && g_value_get_string (value) && !is_reserved (name) &&
      rtc_text_is_word (g_value_get_string (value), G_MAXSIZE))
    g_string_append_printf (
        fmtp, "%s%s=%s", fmtp->len ? ";" : "", name, g_value_get_string (value));
  return TRUE;
}

static guint
read_channels (const GstStructure *structure, RtcKind kind, const RtcKnownCodec *known)
{
  const gchar *text = gst_structure_get_string (structure, "encoding-params");
  guint64 channels;

  if (kind != RTC_KIND_AUDIO)
    return 0;
  if (text && rtc_text_to_number (text, 255, &channels) && channels > 0)
    return (guint) channels;
  return known ? known->channels : 1;
}

static RtcCodec *
read_codec (const GstStructure *structure, RtcKind kind, const gchar *name)
{
  const RtcKnownCodec *known = rtc_known_codec_find (kind, name);
  g_autoptr (GString) fmtp = g_string_new (NULL);
  gint pt = 0, clock_rate = kind == RTC_KIND_AUDIO ? 8000 : 90000;
  RtcCodec *codec;

  if (known)
    clock_rate = (gint) known->clock_rate;
  gst_structure_get_int (structure, "payload", &pt);
  gst_structure_get_int (structure, "clock-rate", &clock_rate);
  codec = rtc_codec_new ((guint) CLAMP (pt, 0, 127), known ? known->name : name,
      (guint) MAX (clock_rate, 1), read_channels (structure, kind, known));
  gst_structure_foreach (structure, append_parameter, fmtp);
  if (fmtp->len > 0)
    rtc_codec_set_fmtp (codec, fmtp->str);
  /* A payloader's caps do not know of feedback: then the peer's usual one. */
  if (!read_feedback (structure, codec) && known)
    rtc_known_codec_add_feedback (known, codec);
  return codec;
}

static gboolean
read_structure (const GstStructure *structure, GPtrArray *codecs, RtcKind *kind, GError **error)
{
  const gchar *media = gst_structure_get_string (structure, "media");
  const gchar *name = gst_structure_get_string (structure, "encoding-name");
  RtcKind own = media ? rtc_kind_from_string (media) : RTC_KIND_UNKNOWN;

  if (own != RTC_KIND_AUDIO && own != RTC_KIND_VIDEO) {
    g_set_error_literal (
        error, RTC_ERROR, RTC_ERROR_ARGUMENT, "the caps have no media=audio or media=video");
    return FALSE;
  }
  if (!name || !rtc_text_is_token (name, 64)) {
    g_set_error_literal (
        error, RTC_ERROR, RTC_ERROR_ARGUMENT, "the caps have no encoding-name, or not just one");
    return FALSE;
  }
  if (*kind != RTC_KIND_UNKNOWN && *kind != own) {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_ARGUMENT, "the caps mix audio and video");
    return FALSE;
  }
  *kind = own;
  g_ptr_array_add (codecs, read_codec (structure, own, name));
  return TRUE;
}

GPtrArray *
rtc_codecs_from_caps (const GstCaps *caps, RtcKind *out_kind, guint32 *out_ssrc, GError **error)
{
  g_autoptr (GPtrArray) codecs = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_codec_free);
  RtcKind kind = RTC_KIND_UNKNOWN;
  guint ssrc = 0;

  if (gst_caps_is_any (caps) || gst_caps_is_empty (caps)) {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_ARGUMENT, "the caps name no codec");
    return NULL;
  }
  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    if (!read_structure (gst_caps_get_structure (caps, i), codecs, &kind, error))
      return NULL;
  gst_structure_get_uint (gst_caps_get_structure (caps, 0), "ssrc", &ssrc);
  *out_kind = kind;
  *out_ssrc = ssrc;
  return g_steal_pointer (&codecs);
}
