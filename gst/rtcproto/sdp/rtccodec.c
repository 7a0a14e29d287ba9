/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A codec and the comparing of format parameters, which each payload format's RFC rules on its
 * own. Owned by the section, preference list or parameters that hold it. */
#include "sdp/rtccodec.h"

#include <string.h>

#include "base/rtctext.h"

RtcCodec *
rtc_codec_new (guint pt, const gchar *name, guint clock_rate, guint channels)
{
  RtcCodec *codec = g_new0 (RtcCodec, 1);

  codec->pt = pt;
  codec->name = g_strdup (name);
  codec->clock_rate = clock_rate;
  codec->channels = channels;
  codec->apt = -1;
  codec->feedback = g_ptr_array_new_with_free_func (g_free);
  return codec;
}

static gpointer
copy_string (gconstpointer string, gpointer user_data)
{
  return g_strdup (string);
}

RtcCodec *
rtc_codec_copy (const RtcCodec *codec)
{
  RtcCodec *copy = g_memdup2 (codec, sizeof *codec);

  copy->name = g_strdup (codec->name);
  copy->fmtp = g_strdup (codec->fmtp);
  copy->feedback = g_ptr_array_copy (codec->feedback, copy_string, NULL);
  return copy;
}

void
rtc_codec_free (RtcCodec *codec)
{
  if (!codec)
    return;
  g_free (codec->name);
  g_free (codec->fmtp);
  g_clear_pointer (&codec->feedback, g_ptr_array_unref);
  g_free (codec);
}

gboolean
rtc_codec_is (const RtcCodec *codec, const gchar *name)
{
  return g_ascii_strcasecmp (codec->name, name) == 0;
}

gboolean
rtc_codec_is_repair (const RtcCodec *codec)
{
  static const gchar *const names[] = { "rtx", "red", "ulpfec", "flexfec", "flexfec-03" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (rtc_codec_is (codec, names[i]))
      return TRUE;
  return FALSE;
}

gboolean
rtc_codec_has_feedback (const RtcCodec *codec, const gchar *feedback)
{
  return g_ptr_array_find_with_equal_func (codec->feedback, feedback, g_str_equal, NULL);
}

gchar *
rtc_codec_get_parameter (const RtcCodec *codec, const gchar *name)
{
  g_auto (GStrv) parameters = g_strsplit (codec->fmtp ? codec->fmtp : "", ";", -1);

  for (guint i = 0; parameters[i]; i++) {
    gchar *parameter = g_strstrip (parameters[i]);
    gchar *value = strchr (parameter, '=');

    if (!value)
      continue;
    *value++ = '\0';
    if (g_ascii_strcasecmp (g_strchomp (parameter), name) == 0)
      return g_strdup (g_strchug (value));
  }
  return NULL;
}

void
rtc_codec_set_fmtp (RtcCodec *codec, const gchar *fmtp)
{
  g_autofree gchar *apt = NULL;
  guint64 pt;

  g_free (codec->fmtp);
  codec->fmtp = g_strdup (fmtp);
  codec->apt = -1;
  if (!rtc_codec_is (codec, "rtx"))
    return;
  apt = rtc_codec_get_parameter (codec, "apt");
  if (apt && rtc_text_to_number (apt, 127, &pt))
    codec->apt = (gint) pt;
}

RtcCodec *
rtc_codec_new_rtx (guint pt, const RtcCodec *codec)
{
  RtcCodec *rtx = rtc_codec_new (pt, "rtx", codec->clock_rate, codec->channels ? 1 : 0);

  rtx->apt = (gint) codec->pt;
  rtx->fmtp = g_strdup_printf ("apt=%u", codec->pt);
  return rtx;
}

static guint64
get_number (const RtcCodec *codec, const gchar *name, guint64 value_when_absent)
{
  g_autofree gchar *text = rtc_codec_get_parameter (codec, name);
  guint64 value;

  if (!text)
    return value_when_absent;
  /* A value that is not a number equals no number. */
  return rtc_text_to_number (text, G_MAXUINT32, &value) ? value : G_MAXUINT64;
}

static gboolean
same_number (const RtcCodec *a, const RtcCodec *b, const gchar *name, guint64 value_when_absent)
{
  return get_number (a, name, value_when_absent) == get_number (b, name, value_when_absent);
}

typedef enum {
  H264_ABSENT,
  H264_CONSTRAINED_BASELINE,
  H264_BASELINE,
  H264_MAIN,
  H264_EXTENDED,
  H264_HIGH,
  H264_CONSTRAINED_HIGH,
  H264_HIGH_10,
  H264_HIGH_422,
  H264_HIGH_444,
  H264_UNKNOWN,
} H264Profile;

/* RFC 6184 §8.1, table 5: combinations of profile_idc and profile-iop that are the same profile;
 * @mask picks the bits of profile-iop that count, @iop is what they must be. */
static const struct {
  guint8 idc;
  guint8 mask;
  guint8 iop;
  H264Profile profile;
} h264_profiles[] = {
  { 0x42, 0x4f, 0x40, H264_CONSTRAINED_BASELINE },
  { 0x4d, 0x8f, 0x80, H264_CONSTRAINED_BASELINE },
  { 0x58, 0xcf, 0xc0, H264_CONSTRAINED_BASELINE },
  { 0x42, 0x4f, 0x00, H264_BASELINE },
  { 0x58, 0xcf, 0x80, H264_BASELINE },
  { 0x4d, 0xaf, 0x00, H264_MAIN },
  { 0x58, 0xcf, 0x00, H264_EXTENDED },
  { 0x64, 0xff, 0x00, H264_HIGH },
  { 0x64, 0xff, 0x0c, H264_CONSTRAINED_HIGH },
  { 0x6e, 0xff, 0x00, H264_HIGH_10 },
  { 0x7a, 0xff, 0x00, H264_HIGH_422 },
  { 0xf4, 0xff, 0x00, H264_HIGH_444 },
};

static H264Profile
get_h264_profile (const RtcCodec *codec)
{
  g_autofree gchar *text = rtc_codec_get_parameter (codec, "profile-level-id");
  guint64 value;
  gchar *end;

  if (!text)
    return H264_ABSENT;
  value = g_ascii_strtoull (text, &end, 16);
  if (strlen (text) != 6 || end != text + 6)
    return H264_UNKNOWN;
  for (guint i = 0; i < G_N_ELEMENTS (h264_profiles); i++)
    if ((value >> 16) == h264_profiles[i].idc &&
        ((value >> 8) & h264_profiles[i].mask) == h264_profiles[i].iop)
      return h264_profiles[i].profile;
  return H264_UNKNOWN;
}

/* RFC 6184 §8.1: without a profile-level-id the Baseline profile MUST be inferred. Who leaves it
 * out mostly means the constrained one. */
static gboolean
is_inferred_baseline (H264Profile absent, H264Profile other)
{
  return absent == H264_ABSENT && (other == H264_BASELINE || other == H264_CONSTRAINED_BASELINE);
}

static gboolean
matches_h264 (const RtcCodec *a, const RtcCodec *b)
{
  H264Profile profile_a = get_h264_profile (a), profile_b = get_h264_profile (b);

  /* The level may differ in the two directions (level-asymmetry-allowed): it limits, it does not
   * select. */
  if (profile_a == H264_UNKNOWN || !same_number (a, b, "packetization-mode", 0))
    return FALSE;
  return profile_a == profile_b || is_inferred_baseline (profile_a, profile_b) ||
      is_inferred_baseline (profile_b, profile_a);
}

static gboolean
matches_vp9 (const RtcCodec *a, const RtcCodec *b)
{
  return same_number (a, b, "profile-id", 0);
}

static gboolean
matches_av1 (const RtcCodec *a, const RtcCodec *b)
{
  return same_number (a, b, "profile", 0) && same_number (a, b, "tier", 0);
}

static gboolean
matches_h265 (const RtcCodec *a, const RtcCodec *b)
{
  return same_number (a, b, "profile-id", 1) && same_number (a, b, "tier-flag", 0);
}

static const struct {
  const gchar *name;
  gboolean (*matches) (const RtcCodec *a, const RtcCodec *b);
} format_rules[] = {
  { "H264", matches_h264 },
  { "VP9", matches_vp9 },
  { "AV1", matches_av1 },
  { "H265", matches_h265 },
};

gboolean
rtc_codec_matches (const RtcCodec *a, const RtcCodec *b)
{
  if (!rtc_codec_is (a, b->name) || a->clock_rate != b->clock_rate || a->channels != b->channels)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (format_rules); i++)
    if (rtc_codec_is (a, format_rules[i].name))
      return format_rules[i].matches (a, b);
  return TRUE;
}
