/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptions that must fail, and ones that must not, at each step of two exchanges. After a
 * failure the session is as before, to the byte, and the right description still works. */
#include "pair.h"

typedef enum { OFFER, ANSWER, SECOND_OFFER, SECOND_ANSWER, RESTART_OFFER } Step;

#define FINE (-1)
#define INVALID RTC_ERROR_INVALID
#define FINGERPRINT_A                                                                              \
  "a=fingerprint:sha-256 AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:"                         \
  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA\r\n"
#define FINGERPRINT_B                                                                              \
  "a=fingerprint:sha-256 BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:"                         \
  "BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB\r\n"
#define FINGERPRINT_C                                                                              \
  "a=fingerprint:sha-256 CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:"                         \
  "CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC\r\n"
#define DATA_SECTION                                                                               \
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:8\r\n"            \
  "a=sctp-port:5000\r\na=bundle-only\r\n"

typedef struct {
  const gchar *name;
  Step step;
  const gchar *search;
  const gchar *replace;
  gint expected;
  void (*mutate) (RtcDescription *description); /* what reading a text would refuse already */
} Row;

static void
replace_group (RtcDescription *description, guint index, const gchar *mids)
{
  g_strfreev (description->bundle_groups->pdata[index]);
  description->bundle_groups->pdata[index] = g_strsplit (mids, " ", -1);
}

static void
group_twice (RtcDescription *description)
{
  g_ptr_array_add (description->bundle_groups, g_strsplit ("1", " ", -1));
}

static void
group_unknown (RtcDescription *description)
{
  replace_group (description, 0, "0 1 2 x");
}

static void
rename_mid (RtcDescription *description)
{
  RtcSection *section = rtc_description_get_section (description, 1);

  replace_group (description, 0, "0 7 2");
  g_free (section->mid);
  section->mid = g_strdup ("7");
}

static void
drop_section (RtcDescription *description)
{
  replace_group (description, 0, "0 1");
  g_ptr_array_set_size (description->sections, 2);
}

static void
reuse_payload_type (RtcDescription *description)
{
  const RtcCodec *audio = rtc_description_get_section (description, 0)->codecs->pdata[0];
  RtcCodec *video = rtc_description_get_section (description, 1)->codecs->pdata[0];

  video->pt = audio->pt;
}

static void
reuse_mid_extension (RtcDescription *description)
{
  RtcSection *video = rtc_description_get_section (description, 1);

  for (guint i = 0; i < video->extmaps->len; i++) {
    RtcExtmap *extmap = video->extmaps->pdata[i];
    if (g_str_equal (extmap->uri, "urn:ietf:params:rtp-hdrext:sdes:mid"))
      extmap->id = 1;
  }
}

static void
forget_ice (RtcDescription *description)
{
  g_clear_pointer (&rtc_description_get_section (description, 0)->ice_ufrag, g_free);
}

static void
swap_mids (RtcDescription *description)
{
  RtcSection *audio = rtc_description_get_section (description, 0);
  RtcSection *video = rtc_description_get_section (description, 1);
  gchar *mid = audio->mid;

  audio->mid = video->mid;
  video->mid = mid;
}

static void
rename_codecs (RtcDescription *description)
{
  const GPtrArray *codecs = rtc_description_get_section (description, 0)->codecs;

  for (guint i = 0; i < codecs->len; i++) {
    RtcCodec *codec = codecs->pdata[i];
    g_free (codec->name);
    codec->name = g_strdup ("speex");
  }
}

static void
drop_codecs (RtcDescription *description)
{
  g_ptr_array_set_size (rtc_description_get_section (description, 0)->codecs, 0);
}

static void
change_kind (RtcDescription *description)
{
  rtc_description_get_section (description, 1)->kind = RTC_KIND_AUDIO;
}

static void
drop_mids (RtcDescription *description)
{
  g_ptr_array_set_size (description->bundle_groups, 0);
  for (guint i = 0; i < description->sections->len; i++)
    g_clear_pointer (&rtc_description_get_section (description, i)->mid, g_free);
}

/* Alice offers audio, video and data in one group; Bob answers. */
static const Row remote_rows[] = {
  { "no fingerprint", OFFER, FINGERPRINT_A, "", INVALID },
  { "fingerprint of a broken hash only", OFFER, FINGERPRINT_A,
      "a=fingerprint:sha-1 AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA\r\n",
      INVALID },
  { "SDES in place of DTLS", OFFER, FINGERPRINT_A,
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 "
      "inline:YUJDZGVmZ2hpSktMbU5PcHFyc3RVdld4eXoxMjM0\r\n",
      INVALID },
  { "mid in two groups", OFFER, NULL, NULL, INVALID, group_twice },
  { "group of an unknown mid", OFFER, NULL, NULL, INVALID, group_unknown },
  { "payload type with two meanings", OFFER, NULL, NULL, INVALID, reuse_payload_type },
  { "extmap id with two meanings", OFFER, "a=extmap:1/recvonly urn:ietf:params:rtp-hdrext:ssrc",
      "a=extmap:10/recvonly urn:ietf:params:rtp-hdrext:ssrc", FINE },
  { "id of MID with two meanings", OFFER, NULL, NULL, INVALID, reuse_mid_extension },
  { "no ICE credentials", OFFER, NULL, NULL, INVALID, forget_ice },
  { "no mids and no group", OFFER, NULL, NULL, FINE, drop_mids },
  { "ice-lite", OFFER, "t=0 0\r\n", "t=0 0\r\na=ice-lite\r\n", FINE },
  { "no setup", OFFER, "a=setup:actpass\r\n", "", FINE },
  { "unknown attributes", OFFER, "a=rtcp-mux\r\n", "a=rtcp-mux\r\na=tomorrow:1\r\n", FINE },

  { "no fingerprint", ANSWER, FINGERPRINT_B, "", INVALID },
  { "actpass", ANSWER, "a=setup:active", "a=setup:actpass", INVALID },
  { "no setup", ANSWER, "a=setup:active\r\n", "", FINE },
  { "too few sections", ANSWER, NULL, NULL, INVALID, drop_section },
  { "too many sections", ANSWER, "", DATA_SECTION, INVALID },
  { "another mid", ANSWER, NULL, NULL, INVALID, rename_mid },
  { "another kind", ANSWER, "m=video 9", "m=audio 9", INVALID },
  { "no rtcp-mux", ANSWER, "a=rtcp-mux\r\n", "", INVALID },
  { "no bundle", ANSWER, "a=group:BUNDLE 0 1 2\r\n", "", INVALID },
  { "one left out", ANSWER, "a=group:BUNDLE 0 1 2", "a=group:BUNDLE 0 1", INVALID },
  { "a group that was not offered", ANSWER, "a=group:BUNDLE 0 1 2",
      "a=group:BUNDLE 0 1\r\na=group:BUNDLE 2", INVALID },
  { "another order in the group", ANSWER, "a=group:BUNDLE 0 1 2", "a=group:BUNDLE 2 1 0", FINE },
  { "fewer common codecs", ANSWER, "opus", "speex", FINE },
  { "no common codec at all", ANSWER, NULL, NULL, INVALID, rename_codecs },
  { "a direction that was not offered", ANSWER, "a=recvonly", "a=sendrecv", FINE },
  { "rejected video", ANSWER, "m=video 9", "m=video 0", FINE },

  { "sections vanish", SECOND_OFFER, NULL, NULL, INVALID, drop_section },
  { "mid changes", SECOND_OFFER, NULL, NULL, INVALID, rename_mid },
  { "mids are swapped", SECOND_OFFER, NULL, NULL, INVALID, swap_mids },
  { "no mids and no group", SECOND_OFFER, NULL, NULL, FINE, drop_mids },
  { "kind changes", SECOND_OFFER, "m=video 9", "m=audio 9", INVALID },
  { "fingerprint changes", SECOND_OFFER, FINGERPRINT_A, FINGERPRINT_C, INVALID },
  { "fingerprint is joined by another", SECOND_OFFER, FINGERPRINT_A, FINGERPRINT_A FINGERPRINT_C,
      INVALID },
  { "fingerprint changes with restart", RESTART_OFFER, FINGERPRINT_A, FINGERPRINT_C, FINE },
  { "role changes", SECOND_OFFER, "a=setup:actpass", "a=setup:active", INVALID },
  { "role stays", SECOND_OFFER, "a=setup:actpass", "a=setup:passive", FINE },
  { "fingerprint changes", SECOND_ANSWER, FINGERPRINT_B, FINGERPRINT_C, INVALID },
  { "role changes", SECOND_ANSWER, "a=setup:active", "a=setup:passive", INVALID },
};

static void
prepare (Pair *pair, Step step)
{
  pair_init (pair);
  pair_add (pair, ALICE, "avd");
  if (step >= SECOND_OFFER)
    pair_exchange (pair, ALICE);
}

/* An empty @search appends. */
static RtcDescription *
munge (const RtcDescription *description, const Row *row)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;
  g_autofree gchar *longer = NULL;
  RtcDescription *result;

  if (row->mutate != NULL) {
    result = rtc_description_copy (description);
    row->mutate (result);
    return result;
  }
  if (*row->search != '\0')
    return pair_munge (description, row->search, row->replace);
  text = rtc_description_to_text (description);
  longer = g_strconcat (text, row->replace, NULL);
  result = rtc_description_from_text (longer, -1, &error);
  g_assert_no_error (error);
  return result;
}

static void
check (Pair *pair, Peer peer, RtcSdpType type, const RtcDescription *description, gint expected)
{
  if (expected == FINE)
    pair_set_remote (pair, peer, type, description);
  else
    pair_refuse_remote (pair, peer, type, description, expected);
}

static void
test_remote (gconstpointer data)
{
  const Row *row = data;
  Pair pair;
  g_autoptr (RtcDescription) offer = NULL;
  g_autoptr (RtcDescription) answer = NULL;
  g_autoptr (RtcDescription) munged = NULL;
  gboolean is_answer = row->step == ANSWER || row->step == SECOND_ANSWER;

  prepare (&pair, row->step);
  offer = pair_make_offer (&pair, ALICE, row->step == RESTART_OFFER);
  if (!is_answer) {
    munged = munge (offer, row);
    check (&pair, BOB, RTC_SDP_OFFER, munged, row->expected);
  }
  if (is_answer || row->expected != FINE)
    pair_set_remote (&pair, BOB, RTC_SDP_OFFER, offer);
  answer = pair_make_answer (&pair, BOB);
  if (is_answer) {
    munged = munge (answer, row);
    check (&pair, ALICE, RTC_SDP_ANSWER, munged, row->expected);
  }
  if (is_answer && row->expected != FINE)
    pair_set_remote (&pair, ALICE, RTC_SDP_ANSWER, answer);
  pair_clear (&pair);
}

static const Row local_rows[] = {
  { "a candidate", OFFER, "a=setup:actpass\r\n",
      "a=setup:actpass\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n", FINE },
  { "another order of codecs", OFFER, "SAVPF 111 0 8", "SAVPF 8 0 111", FINE },
  { "format parameters", OFFER, "useinbandfec=1", "useinbandfec=1;stereo=1", FINE },
  { "no feedback", OFFER, "a=rtcp-fb:96 nack\r\n", "", FINE },
  { "no extension", OFFER,
      "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n",
      "", FINE },
  { "narrower direction", OFFER, "a=sendrecv", "a=sendonly", FINE },
  { "another codec", OFFER, "VP8", "VP7", INVALID },
  { "no codec at all", OFFER, NULL, NULL, INVALID, drop_codecs },
  { "another kind", OFFER, NULL, NULL, INVALID, change_kind },
  { "another extension", OFFER, "sdes:mid", "sdes:dim", INVALID },
  { "another setup", OFFER, "a=setup:actpass", "a=setup:active", INVALID },
  { "another fingerprint", OFFER, FINGERPRINT_A, FINGERPRINT_C, INVALID },
  { "another fragment", OFFER, "a=ice-ufrag:", "a=ice-ufrag:x", INVALID },
  { "another password", OFFER, "a=ice-pwd:", "a=ice-pwd:x", INVALID },
  { "another mid", OFFER, NULL, NULL, INVALID, rename_mid },
  { "no group", OFFER, "a=group:BUNDLE 0 1 2\r\n", "", INVALID },
  { "fewer sections", OFFER, NULL, NULL, INVALID, drop_section },
  { "rejected", OFFER, "m=audio 9", "m=audio 0", INVALID },
  { "another SCTP port", OFFER, "a=sctp-port:5000", "a=sctp-port:5001", INVALID },
  { "rejected", ANSWER, "m=audio 9", "m=audio 0", INVALID },
  { "wider direction", ANSWER, "a=recvonly", "a=sendrecv", INVALID },
  { "another setup", ANSWER, "a=setup:active", "a=setup:passive", INVALID },
  { "inactive", ANSWER, "a=recvonly", "a=inactive", FINE },
};

static void
test_local (gconstpointer data)
{
  const Row *row = data;
  Peer peer = row->step == OFFER ? ALICE : BOB;
  RtcSdpType type = row->step == OFFER ? RTC_SDP_OFFER : RTC_SDP_ANSWER;
  Pair pair;
  g_autoptr (RtcDescription) created = NULL;
  g_autoptr (RtcDescription) munged = NULL;

  prepare (&pair, row->step);
  if (row->step == ANSWER)
    pair_offer (&pair, ALICE);
  created = row->step == OFFER ? rtc_session_create_offer (pair.sessions[peer], FALSE, NULL)
                               : rtc_session_create_answer (pair.sessions[peer], NULL);
  munged = munge (created, row);
  if (row->expected == FINE) {
    pair_set_local (&pair, peer, type, munged);
  } else {
    pair_refuse_local (&pair, peer, type, munged, row->expected);
    pair_set_local (&pair, peer, type, created);
  }
  pair_clear (&pair);
}

/* Without bundling an answer may leave out mids, but not group or revive what was not offered. */
static void
test_answers_without_bundle (void)
{
  Pair pair;
  g_autoptr (RtcDescription) offer = NULL;
  g_autoptr (RtcDescription) answer = NULL;
  g_autoptr (RtcDescription) grouped = NULL;
  g_autoptr (RtcDescription) revived = NULL;

  pair_init (&pair);
  pair_set_policies (&pair, RTC_BUNDLE_NONE, RTC_BUNDLE_NONE);
  pair_add (&pair, ALICE, "avd");
  pair_exchange (&pair, ALICE);
  rtc_transceiver_stop (pair_get (&pair, ALICE, 1));
  offer = pair_make_offer (&pair, ALICE, FALSE);
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, offer);
  answer = pair_make_answer (&pair, BOB);
  grouped = rtc_description_copy (answer);
  g_ptr_array_add (grouped->bundle_groups, g_strsplit ("0 2", " ", -1));
  pair_refuse_remote (&pair, ALICE, RTC_SDP_ANSWER, grouped, RTC_ERROR_INVALID);
  revived = rtc_description_copy (answer);
  rtc_description_get_section (revived, 1)->port = 9;
  pair_refuse_remote (&pair, ALICE, RTC_SDP_ANSWER, revived, RTC_ERROR_INVALID);
  drop_mids (answer);
  pair_set_remote (&pair, ALICE, RTC_SDP_ANSWER, answer);
  pair_clear (&pair);
}

static void
test_no_codec (void)
{
  Pair pair;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) none = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_codec_free);

  pair_init (&pair);
  rtc_session_add_transceiver (pair.sessions[ALICE], RTC_KIND_AUDIO, RTC_DIRECTION_SENDRECV, none);
  g_assert_null (rtc_session_create_offer (pair.sessions[ALICE], FALSE, &error));
  g_assert_error (error, RTC_ERROR, RTC_ERROR_ARGUMENT);
  pair_clear (&pair);
}

/* More codecs than numbers: those for which none is left are not offered. */
static void
test_limit_of_numbers (void)
{
  Pair pair;
  g_autoptr (GError) error = NULL;
  g_autoptr (RtcDescription) offer = NULL;
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_codec_free);
  const GPtrArray *codecs;

  for (guint i = 0; i < 100; i++) {
    g_autofree gchar *name = g_strdup_printf ("codec-%u", i);
    g_ptr_array_add (many, rtc_codec_new (0, name, 90000, 0));
    g_ptr_array_add (many, rtc_codec_new (0, "rtx", 90000, 0));
  }
  pair_init (&pair);
  rtc_session_add_transceiver (pair.sessions[ALICE], RTC_KIND_VIDEO, RTC_DIRECTION_SENDRECV, many);
  offer = rtc_session_create_offer (pair.sessions[ALICE], FALSE, &error);
  g_assert_no_error (error);
  codecs = rtc_description_get_section (offer, 0)->codecs;
  /* 96 to 127 and 35 to 63 (RFC 5761 §4). */
  g_assert_cmpuint (codecs->len, ==, 32 + 29);
  for (guint i = 0; i < codecs->len; i++) {
    const RtcCodec *codec = codecs->pdata[i];
    g_assert_true (codec->pt >= 96 || (codec->pt >= 35 && codec->pt <= 63));
  }
  pair_clear (&pair);
}

static void
test_lite_peer_is_controlled (void)
{
  Pair pair;
  g_autoptr (RtcDescription) offer = NULL;
  g_autoptr (RtcDescription) munged = NULL;

  prepare (&pair, OFFER);
  offer = pair_make_offer (&pair, ALICE, FALSE);
  munged = pair_munge (offer, "t=0 0\r\n", "t=0 0\r\na=ice-lite\r\n");
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, munged);
  pair_answer (&pair, BOB);
  g_assert_true (pair_find_change (&pair, BOB, RTC_CHANGE_ICE_ROLE)->is_controlling);
  pair_clear (&pair);
}

static void
test_new_certificate (void)
{
  Pair pair;
  g_autoptr (RtcDescription) offer = NULL;
  g_autoptr (RtcDescription) munged = NULL;
  const RtcChange *dtls;

  prepare (&pair, RESTART_OFFER);
  offer = pair_make_offer (&pair, ALICE, TRUE);
  munged = pair_munge (offer, FINGERPRINT_A, FINGERPRINT_C);
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, munged);
  pair_answer (&pair, BOB);
  dtls = pair_find_change (&pair, BOB, RTC_CHANGE_DTLS);
  g_assert_nonnull (dtls);
  g_assert_true (
      g_str_has_prefix (((RtcFingerprint *) dtls->fingerprints->pdata[0])->value, "CC:CC"));
  pair_clear (&pair);
}

static void
test_no_certificate (void)
{
  guint64 seed = 1;
  g_autoptr (RtcSession) session = rtc_session_new (rtc_random_seeded (&seed));
  g_autoptr (GError) error = NULL;

  g_assert_null (rtc_session_create_offer (session, FALSE, &error));
  g_assert_error (error, RTC_ERROR, RTC_ERROR_STATE);
}

static void
test_limit_of_sections (void)
{
  Pair pair;
  g_autoptr (GError) error = NULL;

  pair_init (&pair);
  for (guint i = 0; i < RTC_SDP_MAX_SECTIONS; i++)
    pair_add (&pair, ALICE, "a");
  pair_exchange (&pair, ALICE);
  pair_add (&pair, ALICE, "v");
  g_assert_null (rtc_session_create_offer (pair.sessions[ALICE], FALSE, &error));
  g_assert_error (error, RTC_ERROR, RTC_ERROR_LIMIT);
  pair_clear (&pair);
}

/* A peer that makes and stops transceivers for ever. */
static void
test_limit_of_transceivers (void)
{
  Pair pair;
  guint rounds = 0;
  gboolean is_refused = FALSE;

  pair_init (&pair);
  for (guint i = 0; i < RTC_SDP_MAX_SECTIONS; i++)
    pair_add (&pair, ALICE, "a");
  while (!is_refused && rounds++ < 100) {
    g_autoptr (RtcDescription) offer = pair_make_offer (&pair, ALICE, FALSE);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) changes =
        rtc_session_set_remote (pair.sessions[BOB], RTC_SDP_OFFER, offer, &error);

    if (changes == NULL) {
      g_assert_error (error, RTC_ERROR, RTC_ERROR_LIMIT);
      is_refused = TRUE;
      continue;
    }
    pair_answer (&pair, BOB);
    for (guint i = 0; i < RTC_SDP_MAX_SECTIONS; i++)
      rtc_transceiver_stop (pair_get (&pair, ALICE, i));
    pair_exchange (&pair, ALICE);
    for (guint i = 0; i < RTC_SDP_MAX_SECTIONS; i++)
      pair_add (&pair, ALICE, "a");
  }
  g_assert_true (is_refused);
  pair_clear (&pair);
}

static void
add_rows (const gchar *side, const Row *rows, guint count, GTestDataFunc test)
{
  static const gchar *const steps[] = { "offer", "answer", "second offer", "second answer",
    "restart" };

  for (guint i = 0; i < count; i++) {
    g_autofree gchar *path =
        g_strdup_printf ("/jsep/check/%s %s/%s", side, steps[rows[i].step], rows[i].name);
    g_test_add_data_func (path, &rows[i], test);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_rows ("remote", remote_rows, G_N_ELEMENTS (remote_rows), test_remote);
  add_rows ("local", local_rows, G_N_ELEMENTS (local_rows), test_local);
  g_test_add_func ("/jsep/check/answers-without-bundle", test_answers_without_bundle);
  g_test_add_func ("/jsep/check/no-codec", test_no_codec);
  g_test_add_func ("/jsep/check/limit-of-numbers", test_limit_of_numbers);
  g_test_add_func ("/jsep/check/lite-peer", test_lite_peer_is_controlled);
  g_test_add_func ("/jsep/check/new-certificate", test_new_certificate);
  g_test_add_func ("/jsep/check/no-certificate", test_no_certificate);
  g_test_add_func ("/jsep/check/limit-of-sections", test_limit_of_sections);
  g_test_add_func ("/jsep/check/limit-of-transceivers", test_limit_of_transceivers);
  return g_test_run ();
}
