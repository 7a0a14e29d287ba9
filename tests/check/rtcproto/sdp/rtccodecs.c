/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The default codecs, and caps as GStreamer's own SDP helper makes them. */
#include "sdp/rtccodecs.h"

#include <string.h>

static gchar *
join_names (GPtrArray *codecs)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < codecs->len; i++) {
    const RtcCodec *codec = g_ptr_array_index (codecs, i);

    g_string_append_printf (names, "%s%s/%u", i ? " " : "", codec->name, codec->pt);
  }
  return g_string_free (names, FALSE);
}

static const struct {
  RtcKind kind;
  const gchar *allowed;
  const gchar *names;
} defaults[] = {
  { RTC_KIND_AUDIO, NULL, "opus/111 PCMU/0 PCMA/8" },
  { RTC_KIND_VIDEO, NULL,
      "VP8/96 rtx/97 VP9/98 rtx/99 H264/102 rtx/103 H264/104 rtx/105 AV1/106 rtx/107" },
  { RTC_KIND_VIDEO, "h264, VP8", "H264/102 rtx/103 H264/104 rtx/105 VP8/96 rtx/97" },
  { RTC_KIND_VIDEO, "VP9,opus,VP9", "VP9/98 rtx/99" },
  { RTC_KIND_AUDIO, "VP9,OPUS", "opus/111" },
  { RTC_KIND_AUDIO, "VP9", "" },
  { RTC_KIND_APPLICATION, NULL, "" },
};

static void
test_defaults (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) codecs =
        rtc_codecs_default (defaults[i].kind, defaults[i].allowed, &error);
    g_autofree gchar *names = NULL;

    g_assert_no_error (error);
    names = join_names (codecs);
    g_assert_cmpstr (names, ==, defaults[i].names);
  }
}

static void
test_unknown_name (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (rtc_codecs_default (RTC_KIND_VIDEO, "VP8,Theora", &error));
  g_assert_error (error, RTC_ERROR, RTC_ERROR_ARGUMENT);
  g_assert_cmpstr (error->message, ==,
      "\"Theora\" is not a codec; there are opus, PCMU, PCMA, VP8, VP9, H264, AV1");
}

static void
test_payload_types_are_unique (void)
{
  gboolean seen[128] = { 0 };

  for (guint kind = RTC_KIND_AUDIO; kind <= RTC_KIND_VIDEO; kind++) {
    g_autoptr (GPtrArray) codecs = rtc_codecs_default ((RtcKind) kind, NULL, NULL);

    for (guint i = 0; i < codecs->len; i++) {
      const RtcCodec *codec = g_ptr_array_index (codecs, i);

      g_assert_false (seen[codec->pt]);
      g_assert_false (codec->pt >= 64 && codec->pt <= 95);
      seen[codec->pt] = TRUE;
      g_assert_cmpint (codec->apt, ==, rtc_codec_is (codec, "rtx") ? (gint) codec->pt - 1 : -1);
    }
  }
}

static void
test_extmaps (void)
{
  g_autoptr (GPtrArray) audio = rtc_extmaps_default (RTC_KIND_AUDIO);
  g_autoptr (GPtrArray) video = rtc_extmaps_default (RTC_KIND_VIDEO);

  g_assert_cmpuint (audio->len, ==, 3);
  g_assert_cmpuint (video->len, ==, 4);
  g_assert_cmpint (((RtcExtmap *) audio->pdata[0])->direction, ==, RTC_DIRECTION_RECVONLY);
  g_assert_cmpstr (((RtcExtmap *) video->pdata[1])->uri, ==, RTC_EXTMAP_MID);
}

/* What GStreamer makes of the same section. */
static GstCaps *
make_gst_caps (const RtcSection *section, guint pt)
{
  g_autoptr (RtcDescription) description = rtc_description_new ();
  GstSDPMessage *sdp;
  const GstSDPMedia *media;
  GstCaps *caps;

  g_ptr_array_add (description->sections, rtc_section_copy (section));
  sdp = rtc_description_to_sdp (description);
  media = gst_sdp_message_get_media (sdp, 0);
  caps = gst_sdp_media_get_caps_from_media (media, (gint) pt);
  gst_structure_set_name (gst_caps_get_structure (caps, 0), "application/x-rtp");
  gst_sdp_media_attributes_to_caps (media, caps);
  gst_sdp_message_free (sdp);
  return caps;
}

/* GStreamer also writes the section's attributes as a-*, and the profile of H264 a second time as a
 * word; those are not ours to compare. */
static gboolean
drop_attribute (GQuark field, GValue *value, gpointer user_data)
{
  const gchar *name = g_quark_to_string (field);

  return !g_str_has_prefix (name, "a-") && !g_str_has_prefix (name, "ssrc-") &&
      !g_str_equal (name, "profile");
}

static void
check_caps (RtcKind kind)
{
  g_autoptr (RtcSection) section = rtc_section_new (kind, "0");

  g_ptr_array_unref (section->codecs);
  section->codecs = rtc_codecs_default (kind, NULL, NULL);
  g_ptr_array_unref (section->extmaps);
  section->extmaps = rtc_extmaps_default (kind);
  for (guint i = 0; i < section->codecs->len; i++) {
    const RtcCodec *codec = g_ptr_array_index (section->codecs, i);
    g_autoptr (GstCaps) ours = rtc_codec_to_caps (codec, kind, section->extmaps);
    g_autoptr (GstCaps) theirs = make_gst_caps (section, codec->pt);
    g_autofree gchar *our_text = NULL, *their_text = NULL;

    gst_structure_filter_and_map_in_place (
        gst_caps_get_structure (theirs, 0), drop_attribute, NULL);
    our_text = gst_caps_to_string (ours);
    their_text = gst_caps_to_string (theirs);
    g_test_message ("%s | %s", our_text, their_text);
    g_assert_true (gst_caps_can_intersect (ours, theirs));
    g_assert_true (gst_caps_is_subset (ours, theirs));
  }
}

static void
test_caps_as_gstreamer (void)
{
  check_caps (RTC_KIND_AUDIO);
  check_caps (RTC_KIND_VIDEO);
}

static void
test_caps_text (void)
{
  g_autoptr (GPtrArray) codecs = rtc_codecs_default (RTC_KIND_AUDIO, "opus", NULL);
  g_autoptr (GPtrArray) extmaps = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_extmap_free);
  g_autoptr (GstCaps) caps = NULL, expected = NULL;

  g_ptr_array_add (extmaps, rtc_extmap_new (1, "urn:a", RTC_DIRECTION_RECVONLY));
  g_ptr_array_add (extmaps, rtc_extmap_new (3, "urn:b", RTC_DIRECTION_SENDRECV));
  caps = rtc_codec_to_caps (g_ptr_array_index (codecs, 0), RTC_KIND_AUDIO, extmaps);
  expected = gst_caps_from_string (
      "application/x-rtp, media=audio, payload=111, clock-rate=48000, encoding-name=OPUS, "
      "encoding-params=(string)2, minptime=(string)10, useinbandfec=(string)1, "
      "rtcp-fb-transport-cc=true, extmap-1=(string)<recvonly,\"urn:a\",\"\">, "
      "extmap-3=(string)\"urn:b\"");
  g_assert_true (gst_caps_is_equal (caps, expected));
}

/* A stranger's parameters must not become fields with a meaning, nor names that live for ever. */
static void
test_hostile_parameters (void)
{
  g_autoptr (RtcCodec) codec = rtc_codec_new (96, "VP8", 90000, 0);
  g_autoptr (GstCaps) caps = NULL, expected = NULL;

  rtc_codec_set_fmtp (codec,
      "payload=1;media=audio;Clock-Rate=1;ssrc=5;extmap-1=x;rtcp-fb-nack=y;srtp-key=z;a-b=c;1st=x;"
      "sp ace=x;;=;made-up-by-a-stranger=1; Max-FS = 12288 ;stereo");
  g_ptr_array_add (codec->feedback, g_strdup ("fed-back-by-a-stranger"));
  g_ptr_array_add (codec->feedback, g_strdup ("nack pli"));
  caps = rtc_codec_to_caps (codec, RTC_KIND_VIDEO, NULL);
  expected = gst_caps_from_string (
      "application/x-rtp, media=video, payload=96, clock-rate=90000, encoding-name=VP8, "
      "max-fs=(string)12288, stereo=(string)1, rtcp-fb-nack-pli=true");
  g_assert_true (gst_caps_is_equal (caps, expected));
  g_assert_cmpuint (g_quark_try_string ("made-up-by-a-stranger"), ==, 0);
  g_assert_cmpuint (g_quark_try_string ("rtcp-fb-fed-back-by-a-stranger"), ==, 0);
}

static const struct {
  const gchar *name;
  const gchar *caps;
  RtcKind kind;
  const gchar *names;
  const gchar *fmtp;
  guint32 ssrc;
} from_caps[] = {
  { "payloader",
      "application/x-rtp, media=video, payload=96, clock-rate=90000, encoding-name=VP8, "
      "ssrc=(uint)77, timestamp-offset=(uint)5, a-framerate=(string)30",
      RTC_KIND_VIDEO, "VP8/96", NULL, 77 },
  { "shortest", "application/x-rtp, media=video, encoding-name=vp9", RTC_KIND_VIDEO, "VP9/0", NULL,
      0 },
  { "opus",
      "application/x-rtp, media=audio, encoding-name=OPUS, payload=97, sprop-stereo=(string)1",
      RTC_KIND_AUDIO, "opus/97", "sprop-stereo=1", 0 },
  { "preferences",
      "application/x-rtp, media=video, encoding-name=H264, payload=100, "
      "profile-level-id=(string)42e01f, packetization-mode=(string)1; application/x-rtp, "
      "media=video, encoding-name=VP8, payload=101",
      RTC_KIND_VIDEO, "H264/100 VP8/101", "packetization-mode=1;profile-level-id=42e01f", 0 },
  { "unknown",
      "application/x-rtp, media=audio, encoding-name=L16, payload=99, clock-rate=44100, "
      "encoding-params=(string)6",
      RTC_KIND_AUDIO, "L16/99", NULL, 0 },
};

static gint
compare_strings (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const gchar *const *) a, *(const gchar *const *) b);
}

/* The fields of a structure have no order to rely on. */
static gchar *
sort_parameters (const gchar *fmtp)
{
  g_auto (GStrv) parameters = fmtp ? g_strsplit (fmtp, ";", -1) : NULL;

  if (!parameters)
    return NULL;
  qsort (parameters, g_strv_length (parameters), sizeof *parameters, compare_strings);
  return g_strjoinv (";", parameters);
}

static void
test_from_caps (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (from_caps); i++) {
    g_autoptr (GstCaps) caps = gst_caps_from_string (from_caps[i].caps);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) codecs = NULL;
    g_autofree gchar *names = NULL, *fmtp = NULL;
    guint32 ssrc = 1;
    RtcKind kind;

    g_test_message ("%s", from_caps[i].name);
    codecs = rtc_codecs_from_caps (caps, &kind, &ssrc, &error);
    g_assert_no_error (error);
    g_assert_cmpint (kind, ==, from_caps[i].kind);
    g_assert_cmpuint (ssrc, ==, from_caps[i].ssrc);
    names = join_names (codecs);
    g_assert_cmpstr (names, ==, from_caps[i].names);
    fmtp = sort_parameters (((RtcCodec *) codecs->pdata[0])->fmtp);
    g_assert_cmpstr (fmtp, ==, from_caps[i].fmtp);
  }
}

static const struct {
  const gchar *caps;
  guint clock_rate;
  guint channels;
} rates[] = {
  { "application/x-rtp, media=audio, encoding-name=OPUS", 48000, 2 },
  { "application/x-rtp, media=audio, encoding-name=PCMA", 8000, 1 },
  { "application/x-rtp, media=audio, encoding-name=SPEEX", 8000, 1 },
  { "application/x-rtp, media=audio, encoding-name=SPEEX, clock-rate=16000", 16000, 1 },
  { "application/x-rtp, media=audio, encoding-name=SPEEX, encoding-params=(string)x", 8000, 1 },
  { "application/x-rtp, media=video, encoding-name=JPEG", 90000, 0 },
  { "application/x-rtp, media=video, encoding-name=VP8, clock-rate=-1", 1, 0 },
};

static void
test_rates (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    g_autoptr (GstCaps) caps = gst_caps_from_string (rates[i].caps);
    g_autoptr (GPtrArray) codecs = NULL;
    guint32 ssrc;
    RtcKind kind;

    g_test_message ("%s", rates[i].caps);
    codecs = rtc_codecs_from_caps (caps, &kind, &ssrc, NULL);
    g_assert_cmpuint (((RtcCodec *) codecs->pdata[0])->clock_rate, ==, rates[i].clock_rate);
    g_assert_cmpuint (((RtcCodec *) codecs->pdata[0])->channels, ==, rates[i].channels);
  }
}

static const struct {
  const gchar *name;
  const gchar *caps;
  const gchar *message;
} wrong_caps[] = {
  { "any", "ANY", "name no codec" },
  { "empty", "EMPTY", "name no codec" },
  { "no media", "application/x-rtp, encoding-name=VP8", "no media" },
  { "application", "application/x-rtp, media=application, encoding-name=VP8", "no media" },
  { "no name", "application/x-rtp, media=video", "no encoding-name" },
  { "two names", "application/x-rtp, media=video, encoding-name={VP8, VP9}", "not just one" },
  { "name is no token", "application/x-rtp, media=video, encoding-name=(string)\"VP8 x\"",
      "no encoding-name" },
  { "mixed",
      "application/x-rtp, media=video, encoding-name=VP8; application/x-rtp, media=audio, "
      "encoding-name=OPUS",
      "mix audio" },
};

static void
test_wrong_caps (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrong_caps); i++) {
    g_autoptr (GstCaps) caps = gst_caps_from_string (wrong_caps[i].caps);
    g_autoptr (GError) error = NULL;
    guint32 ssrc;
    RtcKind kind;

    g_test_message ("%s", wrong_caps[i].name);
    g_assert_null (rtc_codecs_from_caps (caps, &kind, &ssrc, &error));
    g_assert_error (error, RTC_ERROR, RTC_ERROR_ARGUMENT);
    g_assert_nonnull (strstr (error->message, wrong_caps[i].message));
  }
}

static void
test_feedback_of_caps (void)
{
  g_autoptr (GstCaps) plain =
      gst_caps_from_string ("application/x-rtp, media=video, encoding-name=VP8");
  g_autoptr (GstCaps) own = gst_caps_from_string (
      "application/x-rtp, media=video, encoding-name=VP8, rtcp-fb-nack=true, rtcp-fb-ccm-fir=true, "
      "rtcp-fb-nack-pli=false");
  g_autoptr (GPtrArray) from_plain = NULL, from_own = NULL;
  const RtcCodec *codec;
  guint32 ssrc;
  RtcKind kind;

  from_plain = rtc_codecs_from_caps (plain, &kind, &ssrc, NULL);
  codec = g_ptr_array_index (from_plain, 0);
  g_assert_true (rtc_codec_has_feedback (codec, "nack pli"));
  g_assert_true (rtc_codec_has_feedback (codec, "transport-cc"));
  from_own = rtc_codecs_from_caps (own, &kind, &ssrc, NULL);
  codec = g_ptr_array_index (from_own, 0);
  g_assert_cmpuint (codec->feedback->len, ==, 2);
  g_assert_true (rtc_codec_has_feedback (codec, "nack"));
  g_assert_true (rtc_codec_has_feedback (codec, "ccm fir"));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codecs/defaults", test_defaults);
  g_test_add_func ("/codecs/unknown-name", test_unknown_name);
  g_test_add_func ("/codecs/payload-types-are-unique", test_payload_types_are_unique);
  g_test_add_func ("/codecs/extmaps", test_extmaps);
  g_test_add_func ("/codecs/caps-as-gstreamer", test_caps_as_gstreamer);
  g_test_add_func ("/codecs/caps-text", test_caps_text);
  g_test_add_func ("/codecs/hostile-parameters", test_hostile_parameters);
  g_test_add_func ("/codecs/from-caps", test_from_caps);
  g_test_add_func ("/codecs/rates", test_rates);
  g_test_add_func ("/codecs/wrong-caps", test_wrong_caps);
  g_test_add_func ("/codecs/feedback-of-caps", test_feedback_of_caps);
  return g_test_run ();
}
