/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which codecs may talk to each other. */
#include "sdp/rtccodec.h"

typedef struct {
  const gchar *name;
  guint clock_rate;
  guint channels;
  const gchar *fmtp;
} Side;

static const struct {
  const gchar *name;
  Side a, b;
  gboolean matches;
} rows[] = {
  { "same", { "VP8", 90000, 0 }, { "VP8", 90000, 0 }, TRUE },
  { "case", { "VP8", 90000, 0 }, { "vp8", 90000, 0 }, TRUE },
  { "name", { "VP8", 90000, 0 }, { "VP9", 90000, 0 }, FALSE },
  { "clock rate", { "G722", 8000, 1 }, { "G722", 16000, 1 }, FALSE },
  { "channels", { "opus", 48000, 2 }, { "opus", 48000, 1 }, FALSE },
  { "opus any", { "opus", 48000, 2, "minptime=10" }, { "opus", 48000, 2, "stereo=1" }, TRUE },
  { "vp8 any", { "VP8", 90000, 0, "max-fs=12288" }, { "VP8", 90000, 0 }, TRUE },
  { "vp9 default", { "VP9", 90000, 0 }, { "VP9", 90000, 0, "profile-id=0" }, TRUE },
  { "vp9 profile 2", { "VP9", 90000, 0, "profile-id=2" }, { "VP9", 90000, 0 }, FALSE },
  { "vp9 among others", { "VP9", 90000, 0, "max-fs=1; PROFILE-ID = 2" },
      { "VP9", 90000, 0, "profile-id=2" }, TRUE },
  { "vp9 nonsense", { "VP9", 90000, 0, "profile-id=x" }, { "VP9", 90000, 0 }, FALSE },
  { "av1 default", { "AV1", 90000, 0 }, { "AV1", 90000, 0, "level-idx=5;profile=0;tier=0" }, TRUE },
  { "av1 level", { "AV1", 90000, 0, "level-idx=8" }, { "AV1", 90000, 0, "level-idx=5" }, TRUE },
  { "av1 profile", { "AV1", 90000, 0, "profile=1" }, { "AV1", 90000, 0 }, FALSE },
  { "av1 tier", { "AV1", 90000, 0, "tier=1" }, { "AV1", 90000, 0 }, FALSE },
  { "h265 tier", { "H265", 90000, 0, "tier-flag=1" }, { "H265", 90000, 0 }, FALSE },
  { "h265 profile", { "H265", 90000, 0, "profile-id=1" }, { "H265", 90000, 0 }, TRUE },
  { "rtx", { "rtx", 90000, 0, "apt=96" }, { "rtx", 90000, 0, "apt=100" }, TRUE },
};

#define H264(parameters)                                                                           \
  {                                                                                                \
    "H264", 90000, 0, parameters                                                                   \
  }

static const struct {
  const gchar *name;
  Side a, b;
  gboolean matches;
} h264_rows[] = {
  { "same", H264 ("profile-level-id=42e01f"), H264 ("profile-level-id=42e01f"), TRUE },
  { "level", H264 ("profile-level-id=42e01f"), H264 ("profile-level-id=42e034"), TRUE },
  { "case", H264 ("profile-level-id=42E01F"), H264 ("profile-level-id=42e01f"), TRUE },
  { "baseline", H264 ("profile-level-id=42001f"), H264 ("profile-level-id=42e01f"), FALSE },
  { "constrained baseline by main", H264 ("profile-level-id=4d801f"),
      H264 ("profile-level-id=42e01f"), TRUE },
  { "constrained baseline by constraint 1", H264 ("profile-level-id=42c01f"),
      H264 ("profile-level-id=42e01f"), TRUE },
  { "main", H264 ("profile-level-id=4d001f"), H264 ("profile-level-id=42e01f"), FALSE },
  { "main and main", H264 ("profile-level-id=4d001f"), H264 ("profile-level-id=4d0032"), TRUE },
  { "high", H264 ("profile-level-id=64001f"), H264 ("profile-level-id=640032"), TRUE },
  { "constrained high", H264 ("profile-level-id=640c1f"), H264 ("profile-level-id=64001f"), FALSE },
  { "absent and baseline", H264 (NULL), H264 ("profile-level-id=42001f"), TRUE },
  { "absent and constrained", H264 ("profile-level-id=42e01f"), H264 (NULL), TRUE },
  { "absent and main", H264 (NULL), H264 ("profile-level-id=4d001f"), FALSE },
  { "both absent", H264 (NULL), H264 (NULL), TRUE },
  { "mode", H264 ("packetization-mode=1"), H264 ("packetization-mode=0"), FALSE },
  { "mode absent is 0", H264 ("packetization-mode=0"), H264 (NULL), TRUE },
  { "mode absent is not 1", H264 ("packetization-mode=1"), H264 (NULL), FALSE },
  { "nonsense", H264 ("profile-level-id=42e0"), H264 ("profile-level-id=42e0"), FALSE },
  { "not hex", H264 ("profile-level-id=42e0zz"), H264 ("profile-level-id=42e0zz"), FALSE },
  { "signed", H264 ("profile-level-id=-2e01f"), H264 ("profile-level-id=-2e01f"), FALSE },
};

static RtcCodec *
make (const Side *side)
{
  RtcCodec *codec = rtc_codec_new (96, side->name, side->clock_rate, side->channels);

  rtc_codec_set_fmtp (codec, side->fmtp);
  return codec;
}

static void
check (const gchar *name, const Side *side_a, const Side *side_b, gboolean matches)
{
  g_autoptr (RtcCodec) a = make (side_a);
  g_autoptr (RtcCodec) b = make (side_b);

  g_test_message ("%s", name);
  g_assert_cmpint (rtc_codec_matches (a, b), ==, matches);
  g_assert_cmpint (rtc_codec_matches (b, a), ==, matches);
}

static void
test_matches (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    check (rows[i].name, &rows[i].a, &rows[i].b, rows[i].matches);
}

static void
test_h264 (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (h264_rows); i++)
    check (h264_rows[i].name, &h264_rows[i].a, &h264_rows[i].b, h264_rows[i].matches);
}

static void
test_parameters (void)
{
  g_autoptr (RtcCodec) codec = rtc_codec_new (97, "RTX", 90000, 0);
  g_autofree gchar *time = NULL;

  g_assert_cmpint (codec->apt, ==, -1);
  rtc_codec_set_fmtp (codec, "apt=96;rtx-time=3000");
  time = rtc_codec_get_parameter (codec, "RTX-Time");
  g_assert_cmpstr (time, ==, "3000");
  g_assert_cmpint (codec->apt, ==, 96);
  g_assert_null (rtc_codec_get_parameter (codec, "time"));
  rtc_codec_set_fmtp (codec, "apt=128");
  g_assert_cmpint (codec->apt, ==, -1);
  rtc_codec_set_fmtp (codec, NULL);
  g_assert_null (codec->fmtp);
  g_assert_true (rtc_codec_is_repair (codec));
}

static void
test_copy (void)
{
  g_autoptr (RtcCodec) codec = rtc_codec_new (96, "VP8", 90000, 0);
  g_autoptr (RtcCodec) copy = NULL;
  g_autoptr (RtcCodec) rtx = NULL;

  g_ptr_array_add (codec->feedback, g_strdup ("nack pli"));
  copy = rtc_codec_copy (codec);
  g_ptr_array_set_size (codec->feedback, 0);
  g_assert_true (rtc_codec_has_feedback (copy, "nack pli"));
  g_assert_false (rtc_codec_has_feedback (copy, "nack"));
  g_assert_false (rtc_codec_has_feedback (codec, "nack pli"));
  rtx = rtc_codec_new_rtx (97, copy);
  g_assert_cmpint (rtx->apt, ==, 96);
  g_assert_cmpstr (rtx->fmtp, ==, "apt=96");
  g_assert_false (rtc_codec_is_repair (copy));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/matches", test_matches);
  g_test_add_func ("/codec/h264", test_h264);
  g_test_add_func ("/codec/parameters", test_parameters);
  g_test_add_func ("/codec/copy", test_copy);
  return g_test_run ();
}
