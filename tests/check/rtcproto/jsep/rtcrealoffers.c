/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Offers of real peers are answered, and our next offer still fits them. The directory of the
 * offers is the first argument. */
#include "pair.h"
#include "sdp/rtccodecs.h"

static const gchar *directory;

static const struct {
  const gchar *name;
  const gchar *accepted; /* by section: a audio, v video, d data, - rejected */
  guint transports;
  const gchar *first_video; /* encoding name of the first codec that we send, or NULL */
  guint rids;
} rows[] = {
  { "chromium-av-offer", "avd", 1, "VP8", 0 },
  { "chromium-data-offer", "d", 1, NULL, 0 },
  { "chromium-gathered-offer", NULL, 1, NULL, 0 },
  { "chromium-simulcast-offer", "v", 1, "VP8", 3 },
  { "firefox-av-offer", "avd", 1, "VP8", 0 },
  { "firefox-data-offer", "d", 1, NULL, 0 },
  { "firefox-gathered-offer", NULL, 1, NULL, 0 },
  { "firefox-simulcast-offer", "v", 1, "VP8", 3 },
  { "aiortc-av-offer", "avd", 1, "VP8", 0 },
  { "libdatachannel-av-offer", "vad", 1, "H264", 0 },
  { "obs-whip-offer", "av", 1, "H264", 0 },
  { "webrtcbin-av-offer", "avd", 1, "VP8", 0 },
  { "werift-av-offer", "avd", 1, "VP8", 0 },
};

static RtcDescription *
read_offer (const gchar *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *file = g_strdup_printf ("%s.sdp", name);
  g_autofree gchar *path = g_build_filename (directory, file, NULL);
  g_autofree gchar *text = NULL;
  RtcDescription *offer;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  offer = rtc_description_from_text (text, -1, &error);
  g_assert_no_error (error);
  return offer;
}

static void
check_numbers (const RtcDescription *offer, const RtcDescription *answer)
{
  for (guint i = 0; i < answer->sections->len; i++) {
    const RtcSection *offered = rtc_description_get_section (offer, i);
    const RtcSection *section = rtc_description_get_section (answer, i);

    if (rtc_section_is_rejected (section))
      continue;
    g_assert_cmpstr (offered->protocol, ==, section->protocol);
    g_assert_cmpint (section->direction & ~rtc_direction_reverse (offered->direction), ==, 0);
    for (guint k = 0; k < section->codecs->len; k++) {
      const RtcCodec *codec = section->codecs->pdata[k];
      const RtcCodec *theirs = rtc_section_find_codec (offered, codec->pt);
      g_assert_nonnull (theirs);
      g_assert_true (rtc_codec_matches (codec, theirs));
      g_assert_cmpint (codec->apt, ==, theirs->apt);
      for (guint f = 0; f < codec->feedback->len; f++)
        g_assert_true (rtc_codec_has_feedback (theirs, codec->feedback->pdata[f]));
    }
    for (guint k = 0; k < section->extmaps->len; k++) {
      const RtcExtmap *extmap = section->extmaps->pdata[k];
      g_assert_cmpuint (extmap->id, ==, rtc_section_find_extmap (offered, extmap->uri)->id);
    }
  }
}

static gchar *
describe (const RtcDescription *answer)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < answer->sections->len; i++) {
    const RtcSection *section = rtc_description_get_section (answer, i);
    g_string_append_c (text, rtc_section_is_rejected (section) ? '-' : "avdu"[section->kind]);
  }
  return g_string_free (text, FALSE);
}

static void
check_video (Pair *pair, guint row)
{
  GPtrArray *transceivers = rtc_session_get_transceivers (pair->sessions[BOB]);

  for (guint i = 0; i < transceivers->len; i++) {
    const RtcTransceiver *transceiver = transceivers->pdata[i];
    const RtcMediaParameters *receive = rtc_transceiver_get_receive (transceiver);
    const RtcCodec *first;

    if (rtc_transceiver_get_kind (transceiver) != RTC_KIND_VIDEO || !rows[row].first_video)
      continue;
    first = receive->codecs->pdata[0];
    g_assert_cmpstr (first->name, ==, rows[row].first_video);
    g_assert_cmpuint (receive->rids->len, ==, rows[row].rids);
  }
}

/* Our next offer keeps every number that the peer gave. */
static void
check_next_offer (Pair *pair, const RtcDescription *answer)
{
  g_autoptr (RtcDescription) next = pair_make_offer (pair, BOB, FALSE);

  g_assert_cmpuint (pair_count_changes (pair, BOB, RTC_CHANGE_TRANSPORT_ADDED), ==, 0);
  g_assert_cmpuint (pair_count_changes (pair, BOB, RTC_CHANGE_LOCAL_ICE), ==, 0);
  for (guint i = 0; i < answer->sections->len; i++) {
    const RtcSection *before = rtc_description_get_section (answer, i);
    const RtcSection *after = rtc_description_get_section (next, i);

    for (guint k = 0; k < before->codecs->len && !rtc_section_is_rejected (before); k++) {
      const RtcCodec *codec = before->codecs->pdata[k];
      const RtcCodec *same = rtc_section_find_codec (after, codec->pt);
      g_assert_nonnull (same);
      g_assert_true (rtc_codec_matches (codec, same));
    }
  }
}

static void
test_offer (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  Pair pair;
  g_autoptr (RtcDescription) offer = read_offer (rows[row].name);
  g_autoptr (RtcDescription) answer = NULL;
  g_autofree gchar *accepted = NULL;

  pair_init (&pair);
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, offer);
  answer = pair_make_answer (&pair, BOB);
  accepted = describe (answer);
  if (rows[row].accepted != NULL)
    g_assert_cmpstr (accepted, ==, rows[row].accepted);
  else
    g_assert_null (strchr (accepted, '-'));
  g_assert_cmpuint (
      pair_count_changes (&pair, BOB, RTC_CHANGE_TRANSPORT_ADDED), ==, rows[row].transports);
  check_numbers (offer, answer);
  check_video (&pair, row);
  check_next_offer (&pair, answer);
  pair_clear (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  directory = argv[1];
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/jsep/real-offers/%s", rows[i].name);
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_offer);
  }
  return g_test_run ();
}
