/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptions that real peers wrote: read, printed and read again they are the same, also through
 * a GstSDPMessage and after copying. And the small functions of the model. */
#include "sdp/rtcdescription.h"

#include <string.h>

static const gchar *data_folder;

static gchar *
load (const gchar *name, gsize *out_length)
{
  g_autofree gchar *path = g_build_filename (data_folder, name, NULL);
  g_autoptr (GError) error = NULL;
  gchar *text;

  g_file_get_contents (path, &text, out_length, &error);
  g_assert_no_error (error);
  return text;
}

/* Each description's sections in short: kind, direction, codecs, candidates. */
static const struct {
  const gchar *file;
  const gchar *sections;
} files[] = {
  { "aiortc-av-answer.sdp",
      "audio/0 recvonly 3c 2 candidates, no more 1 sources 1 msids; video/1 recvonly 6c 2 "
      "candidates, no more 1 sources 1 msids; application/2 65536 2 candidates, no more" },
  { "aiortc-av-offer.sdp",
      "audio/0 sendrecv 3c 2 candidates, no more 1 sources 1 msids; video/1 sendrecv 6c 2 "
      "candidates, no more 1 sources 1 msids; application/2 65536 2 candidates, no more" },
  { "chromium-av-answer.sdp",
      "audio/0 recvonly 8c trickle; video/1 recvonly 23c trickle; application/2 262144 trickle" },
  { "chromium-av-offer.sdp",
      "audio/0 sendrecv 8c trickle 1 sources 1 msids; video/1 sendrecv 23c trickle 1 sources 1 "
      "msids; application/2 262144 trickle" },
  { "chromium-data-answer.sdp", "application/0 262144 trickle" },
  { "chromium-data-offer.sdp", "application/0 262144 trickle" },
  { "chromium-gathered-offer.sdp",
      "audio/0 sendrecv 8c trickle 4 candidates 1 sources 1 msids; video/1 sendrecv 23c trickle 4 "
      "candidates 1 sources 1 msids; application/2 262144 trickle 4 candidates" },
  { "chromium-simulcast-answer.sdp", "video/0 recvonly 23c trickle" },
  { "chromium-simulcast-offer.sdp", "video/0 sendonly 23c trickle 3 rids 1 msids" },
  { "firefox-av-answer.sdp",
      "audio/0 recvonly 5c trickle 1 sources; video/1 recvonly 9c trickle 1 sources; application/2 "
      "1073741823 trickle" },
  { "firefox-av-offer.sdp",
      "audio/0 sendrecv 5c trickle 1 sources 1 msids; video/1 sendrecv 9c trickle 1 sources 1 "
      "msids; application/2 1073741823 trickle" },
  { "firefox-data-answer.sdp", "application/0 1073741823 trickle" },
  { "firefox-data-offer.sdp", "application/0 1073741823 trickle" },
  { "firefox-gathered-offer.sdp",
      "audio/0 sendrecv 5c trickle 8 candidates, no more 1 sources 1 msids; video/1 sendrecv 9c "
      "trickle 8 candidates, no more 1 sources 1 msids; application/2 1073741823 trickle 4 "
      "candidates, no more" },
  { "firefox-simulcast-answer.sdp", "video/0 recvonly 9c trickle 1 sources" },
  { "firefox-simulcast-offer.sdp", "video/0 sendonly 9c trickle 3 rids 3 sources 1 msids" },
  { "libdatachannel-av-offer.sdp",
      "video/video sendonly 1c trickle 2 candidates, no more 1 sources 1 msids; audio/audio "
      "sendonly 1c trickle 1 sources 1 msids; application/0 262144 trickle" },
  { "libdatachannel-data-answer.sdp", "application/0 262144 trickle 2 candidates, no more" },
  { "obs-whip-offer.sdp",
      "audio/0 sendonly 1c trickle 1 sources 1 msids; video/1 sendonly 1c trickle 1 sources 1 "
      "msids" },
  { "rejected-answer.sdp",
      "audio/0 sendrecv 2c; video/- rejected inactive 0c; text/t rejected; image/- rejected; "
      "application/- rejected" },
  { "webrtcbin-av-answer.sdp",
      "audio/0 recvonly 1c trickle; video/1 recvonly 1c trickle; application/2 rejected" },
  { "webrtcbin-av-offer.sdp",
      "audio/audio0 sendrecv 1c trickle 1 sources 1 msids; video/video1 bundle-only sendrecv 1c "
      "trickle 1 sources 1 msids; application/application2 bundle-only 65536 trickle" },
  { "werift-av-answer.sdp",
      "audio/0 recvonly 2c trickle 2 candidates, no more 1 sources 1 msids; video/1 recvonly 1c "
      "trickle 2 candidates, no more 1 sources 1 msids; application/2 65536 trickle 2 candidates, "
      "no more" },
  { "werift-av-offer.sdp",
      "audio/0 sendrecv 2c trickle 2 candidates, no more 1 sources 1 msids; video/1 sendrecv 1c "
      "trickle 2 candidates, no more 1 sources 1 msids; application/2 65536 trickle 2 candidates, "
      "no more" },
};

static void
append_section (GString *text, const RtcSection *section)
{
  g_string_append_printf (
      text, "%s%s/%s", text->len ? "; " : "", section->media, section->mid ? section->mid : "-");
  if (rtc_section_is_rejected (section))
    g_string_append (text, " rejected");
  if (section->is_bundle_only)
    g_string_append (text, " bundle-only");
  if (section->kind <= RTC_KIND_VIDEO)
    g_string_append_printf (
        text, " %s %uc", rtc_direction_to_string (section->direction), section->codecs->len);
  else if (section->sctp_port)
    g_string_append_printf (text, " %" G_GUINT64_FORMAT, section->max_message_size);
  if (section->has_trickle)
    g_string_append (text, " trickle");
  if (section->candidates->len)
    g_string_append_printf (text, " %u candidates", section->candidates->len);
  if (section->is_end_of_candidates)
    g_string_append (text, ", no more");
  if (section->has_simulcast)
    g_string_append_printf (text, " %u rids", section->rids->len);
  if (section->sources->len)
    g_string_append_printf (text, " %u sources", section->sources->len);
  if (section->msids->len)
    g_string_append_printf (text, " %u msids", section->msids->len);
}

static gchar *
summarize (const RtcDescription *description)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < description->sections->len; i++)
    append_section (text, rtc_description_get_section (description, i));
  return g_string_free (text, FALSE);
}

static void
assert_complete (const RtcSection *section)
{
  if (rtc_section_is_rejected (section))
    return;
  g_assert_nonnull (section->ice_ufrag);
  g_assert_nonnull (section->ice_pwd);
  g_assert_cmpuint (section->fingerprints->len, ==, 1);
  g_assert_cmpint (section->setup, !=, RTC_SETUP_NONE);
  g_assert_nonnull (section->mid);
}

static void
test_files (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    gsize length;
    g_autofree gchar *text = load (files[i].file, &length);
    g_autoptr (GError) error = NULL;
    g_autoptr (RtcDescription) description =
        rtc_description_from_text (text, (gssize) length, &error);
    g_autofree gchar *sections = NULL;

    g_test_message ("%s", files[i].file);
    g_assert_no_error (error);
    sections = summarize (description);
    g_assert_cmpstr (sections, ==, files[i].sections);
    for (guint j = 0; j < description->sections->len; j++)
      assert_complete (rtc_description_get_section (description, j));
  }
}

static void
test_fixed_point (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree gchar *text = load (files[i].file, NULL);
    g_autoptr (RtcDescription) first = rtc_description_from_text (text, -1, NULL);
    g_autofree gchar *printed = rtc_description_to_text (first);
    g_autoptr (RtcDescription) second = rtc_description_from_text (printed, -1, NULL);
    g_autofree gchar *again = rtc_description_to_text (second);
    g_autoptr (RtcDescription) copy = rtc_description_copy (second);
    g_autofree gchar *copied = rtc_description_to_text (copy);
    GstSDPMessage *sdp = rtc_description_to_sdp (copy);
    g_autoptr (RtcDescription) third = rtc_description_from_sdp (sdp, NULL);
    g_autofree gchar *through_sdp = rtc_description_to_text (third);
    g_autofree gchar *before = summarize (first), *after = summarize (third);

    gst_sdp_message_free (sdp);
    g_test_message ("%s", files[i].file);
    g_assert_cmpstr (printed, ==, again);
    g_assert_cmpstr (printed, ==, copied);
    g_assert_cmpstr (printed, ==, through_sdp);
    g_assert_cmpstr (before, ==, after);
  }
}

static void
test_names (void)
{
  static const RtcDirection directions[] = { RTC_DIRECTION_INACTIVE, RTC_DIRECTION_SENDONLY,
    RTC_DIRECTION_RECVONLY, RTC_DIRECTION_SENDRECV };
  static const gchar *const names[] = { "inactive", "sendonly", "recvonly", "sendrecv" };
  static const gchar *const reversed[] = { "inactive", "recvonly", "sendonly", "sendrecv" };

  for (guint i = 0; i < 4; i++) {
    g_assert_cmpstr (rtc_direction_to_string (directions[i]), ==, names[i]);
    g_assert_cmpstr (
        rtc_direction_to_string (rtc_direction_reverse (directions[i])), ==, reversed[i]);
  }
  g_assert_cmpint (rtc_kind_from_string ("video"), ==, RTC_KIND_VIDEO);
  g_assert_cmpint (rtc_kind_from_string ("Video"), ==, RTC_KIND_UNKNOWN);
  g_assert_cmpint (rtc_kind_from_string ("unknown"), ==, RTC_KIND_UNKNOWN);
  g_assert_cmpstr (rtc_kind_to_string (RTC_KIND_APPLICATION), ==, "application");
  g_assert_cmpstr (rtc_setup_to_string (RTC_SETUP_PASSIVE), ==, "passive");
}

static void
test_find (void)
{
  g_autofree gchar *text = load ("webrtcbin-av-offer.sdp", NULL);
  g_autoptr (RtcDescription) description = rtc_description_from_text (text, -1, NULL);
  const RtcSection *section;

  g_assert_cmpint (rtc_description_find_mid (description, "video1"), ==, 1);
  g_assert_cmpint (rtc_description_find_mid (description, "video"), ==, -1);
  g_assert_nonnull (rtc_description_find_bundle (description, "application2"));
  g_assert_null (rtc_description_find_bundle (description, "x"));
  g_assert_null (rtc_description_find_bundle (description, NULL));
  section = rtc_description_get_section (description, 1);
  g_assert_cmpstr (rtc_section_find_codec (section, 96)->name, ==, "VP8");
  g_assert_null (rtc_section_find_codec (section, 97));
  g_assert_null (rtc_section_find_extmap (section, "urn:x"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  data_folder = argv[1];
  g_test_add_func ("/description/files", test_files);
  g_test_add_func ("/description/fixed-point", test_fixed_point);
  g_test_add_func ("/description/names", test_names);
  g_test_add_func ("/description/find", test_find);
  return g_test_run ();
}
