/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What this peer negotiates: a row for each codec with its payload format's parameters, and a row
 * for each header extension. Constant tables; the arrays that are handed out are the caller's. */
#include "sdp/rtccodecs.h"

#include "sdp/rtcknowncodec.h"

static const gchar video_feedback[] = "transport-cc,ccm fir,nack,nack pli";
static const gchar audio_feedback[] = "transport-cc";

/* In order of preference. A payload type belongs to one row, so that audio and video of one BUNDLE
 * group never collide, and none is in 64 to 95 (RFC 5761 §4). */
static const RtcKnownCodec known_codecs[] = {
  { RTC_KIND_AUDIO, "opus", 111, -1, 48000, 2, "minptime=10;useinbandfec=1", audio_feedback },
  { RTC_KIND_AUDIO, "PCMU", 0, -1, 8000, 1, NULL, audio_feedback },
  { RTC_KIND_AUDIO, "PCMA", 8, -1, 8000, 1, NULL, audio_feedback },
  { RTC_KIND_VIDEO, "VP8", 96, 97, 90000, 0, NULL, video_feedback },
  { RTC_KIND_VIDEO, "VP9", 98, 99, 90000, 0, "profile-id=0", video_feedback },
  { RTC_KIND_VIDEO, "H264", 102, 103, 90000, 0,
      "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", video_feedback },
  { RTC_KIND_VIDEO, "H264", 104, 105, 90000, 0,
      "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f", video_feedback },
  { RTC_KIND_VIDEO, "AV1", 106, 107, 90000, 0, "level-idx=5;profile=0;tier=0", video_feedback },
};

const RtcKnownCodec *
rtc_known_codec_find (RtcKind kind, const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (known_codecs); i++)
    if (known_codecs[i].kind == kind && g_ascii_strcasecmp (known_codecs[i].name, name) == 0)
      return &known_codecs[i];
  return NULL;
}

void
rtc_known_codec_add_feedback (const RtcKnownCodec *known, RtcCodec *codec)
{
  g_auto (GStrv) feedback = g_strsplit (known->feedback, ",", -1);

  for (guint i = 0; feedback[i]; i++)
    g_ptr_array_add (codec->feedback, g_strdup (feedback[i]));
}

static void
add_known (GPtrArray *codecs, const RtcKnownCodec *known)
{
  RtcCodec *codec = rtc_codec_new (known->pt, known->name, known->clock_rate, known->channels);

  rtc_codec_set_fmtp (codec, known->fmtp);
  rtc_known_codec_add_feedback (known, codec);
  g_ptr_array_add (codecs, codec);
  if (known->rtx_pt >= 0)
    g_ptr_array_add (codecs, rtc_codec_new_rtx ((guint) known->rtx_pt, codec));
}

static gboolean
fail_unknown (const gchar *name, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (known_codecs); i++)
    if (i == 0 || !g_str_equal (known_codecs[i].name, known_codecs[i - 1].name))
      g_string_append_printf (names, "%s%s", i ? ", " : "", known_codecs[i].name);
  g_set_error (error, RTC_ERROR, RTC_ERROR_ARGUMENT, "\"%s\" is not a codec; there are %s", name,
      names->str);
  return FALSE;
}

/* All rows of one name, once. A name of the other kind adds nothing. */
static gboolean
add_named (GPtrArray *codecs, RtcKind kind, const gchar *name, GError **error)
{
  gboolean is_known = FALSE;

  for (guint i = 0; i < codecs->len; i++)
    if (rtc_codec_is (g_ptr_array_index (codecs, i), name))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (known_codecs); i++) {
    if (g_ascii_strcasecmp (known_codecs[i].name, name) != 0)
      continue;
    is_known = TRUE;
    if (known_codecs[i].kind == kind)
      add_known (codecs, &known_codecs[i]);
  }
  return is_known || fail_unknown (name, error);
}

GPtrArray *
rtc_codecs_default (RtcKind kind, const gchar *allowed, GError **error)
{
  g_autoptr (GPtrArray) codecs = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_codec_free);
  g_auto (GStrv) names = NULL;

  if (!allowed) {
    for (guint i = 0; i < G_N_ELEMENTS (known_codecs); i++)
      if (known_codecs[i].kind == kind)
        add_known (codecs, &known_codecs[i]);
    return g_steal_pointer (&codecs);
  }
  names = g_strsplit (allowed, ",", -1);
  for (guint i = 0; names[i]; i++)
    if (!add_named (codecs, kind, g_strstrip (names[i]), error))
      return NULL;
  return g_steal_pointer (&codecs);
}

GPtrArray *
rtc_extmaps_default (RtcKind kind)
{
  /* One id means the same in every section: RFC 9143 §9.3 wants it so within a BUNDLE group. */
  static const struct {
    guint id;
    const gchar *uri;
    gboolean is_audio, is_video;
    RtcDirection direction;
  } known_extmaps[] = {
    { 1, RTC_EXTMAP_AUDIO_LEVEL, TRUE, FALSE, RTC_DIRECTION_RECVONLY },
    { 3, RTC_EXTMAP_TRANSPORT_CC, TRUE, TRUE, RTC_DIRECTION_SENDRECV },
    { 4, RTC_EXTMAP_MID, TRUE, TRUE, RTC_DIRECTION_SENDRECV },
    { 10, RTC_EXTMAP_RID, FALSE, TRUE, RTC_DIRECTION_SENDRECV },
    { 11, RTC_EXTMAP_REPAIRED_RID, FALSE, TRUE, RTC_DIRECTION_SENDRECV },
  };
  GPtrArray *extmaps = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_extmap_free);

  for (guint i = 0; i < G_N_ELEMENTS (known_extmaps); i++)
    if (kind == RTC_KIND_AUDIO ? known_extmaps[i].is_audio : known_extmaps[i].is_video)
      g_ptr_array_add (extmaps,
          rtc_extmap_new (known_extmaps[i].id, known_extmaps[i].uri, known_extmaps[i].direction));
  return extmaps;
}
