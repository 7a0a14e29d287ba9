/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Peers that write less than browsers do, or do something else: bundling in parts, transport
 * attributes in the tag only, restarts ignored, few codecs. */
#include "pair.h"
#include "sdp/rtccodecs.h"

#define CANDIDATE "candidate:1 1 udp 1 192.0.2.1 9 typ host"

static RtcDescription *
offer_to_bob (Pair *pair, RtcBundlePolicy alice, RtcBundlePolicy bob, const gchar *sections)
{
  pair_init (pair);
  pair_set_policies (pair, alice, bob);
  pair_add (pair, ALICE, sections);
  return pair_make_offer (pair, ALICE, FALSE);
}

static void
strip_transport (RtcDescription *description, guint index)
{
  RtcSection *section = rtc_description_get_section (description, index);

  g_clear_pointer (&section->ice_ufrag, g_free);
  g_clear_pointer (&section->ice_pwd, g_free);
  g_ptr_array_set_size (section->fingerprints, 0);
  section->setup = RTC_SETUP_NONE;
  section->rtcp_mux = FALSE;
}

/* RFC 9143 §7.1.3: attributes of the transport stand in the tagged section only. */
static void
test_attributes_in_the_tag_only (void)
{
  Pair pair;
  g_autoptr (RtcDescription) offer =
      offer_to_bob (&pair, RTC_BUNDLE_MAX_BUNDLE, RTC_BUNDLE_MAX_BUNDLE, "avd");
  g_autoptr (RtcDescription) answer = NULL;
  guint transport = 99;

  for (guint i = 1; i < 3; i++)
    strip_transport (offer, i);
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, offer);
  answer = pair_make_answer (&pair, BOB);
  for (guint i = 0; i < 3; i++) {
    g_assert_false (rtc_section_is_rejected (rtc_description_get_section (answer, i)));
    if (i > 0)
      strip_transport (answer, i);
  }
  pair_set_remote (&pair, ALICE, RTC_SDP_ANSWER, answer);
  g_assert_cmpint (rtc_transceiver_get_transport (pair_get (&pair, ALICE, 1)), ==, 0);
  g_assert_cmpuint (pair_find_change (&pair, ALICE, RTC_CHANGE_DATA)->transport, ==, 0);
  /* Only the tag's candidates are for the transport. */
  g_assert_true (rtc_session_add_remote_candidate (
      pair.sessions[ALICE], 0, NULL, CANDIDATE, &transport, NULL));
  g_assert_false (rtc_session_add_remote_candidate (
      pair.sessions[ALICE], 1, NULL, CANDIDATE, &transport, NULL));
  pair_clear (&pair);
}

static void
take_audio_codecs (RtcDescription *offer)
{
  const GPtrArray *codecs = rtc_description_get_section (offer, 0)->codecs;

  for (guint i = 0; i < codecs->len; i++) {
    RtcCodec *codec = codecs->pdata[i];
    g_free (codec->name);
    codec->name = g_strdup_printf ("unheard-%u", i);
  }
}

/* The tag of the offer's group has no codec that we know. */
static void
test_rejected_tag (void)
{
  static const struct {
    const gchar *name;
    RtcBundlePolicy offered;
    gboolean is_strict; /* bundled sections without transport attributes */
    gboolean is_alive;
  } rows[] = {
    { "transports everywhere", RTC_BUNDLE_MAX_COMPAT, FALSE, TRUE },
    { "nowhere but in the tag", RTC_BUNDLE_MAX_BUNDLE, TRUE, FALSE },
    { "bundle-only", RTC_BUNDLE_MAX_BUNDLE, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Pair pair;
    g_autoptr (RtcDescription) offer =
        offer_to_bob (&pair, rows[i].offered, RTC_BUNDLE_MAX_BUNDLE, "avd");
    g_autoptr (RtcDescription) answer = NULL;

    g_test_message ("%s", rows[i].name);
    take_audio_codecs (offer);
    for (guint k = 1; k < 3 && rows[i].is_strict; k++)
      strip_transport (offer, k);
    pair_set_remote (&pair, BOB, RTC_SDP_OFFER, offer);
    answer = pair_make_answer (&pair, BOB);
    g_assert_true (rtc_section_is_rejected (rtc_description_get_section (answer, 0)));
    for (guint k = 1; k < 3; k++)
      g_assert_cmpint (
          rtc_section_is_rejected (rtc_description_get_section (answer, k)), ==, !rows[i].is_alive);
    pair_set_remote (&pair, ALICE, RTC_SDP_ANSWER, answer);
    if (rows[i].is_alive) {
      /* Both sides stay with the transport that the video section offered. */
      g_assert_cmpint (rtc_transceiver_get_transport (pair_get (&pair, ALICE, 1)), ==, 1);
      g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_TRANSPORT_REMOVED), ==, 2);
    } else {
      g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_TRANSCEIVER_STOPPED), ==, 2);
    }
    pair_clear (&pair);
  }
}

static void
test_restart_is_ignored (void)
{
  Pair pair;
  g_autoptr (RtcDescription) offer = NULL;
  g_autoptr (RtcDescription) restart = NULL;
  g_autoptr (RtcDescription) answer = NULL;
  g_autofree gchar *ufrag = NULL;
  g_autofree gchar *pwd = NULL;
  const RtcChange *remote;

  pair_init (&pair);
  pair_add (&pair, ALICE, "av");
  pair_exchange (&pair, ALICE);
  ufrag = g_strdup (pair_get_ufrag (&pair, BOB, 0));
  pwd = g_strdup (
      rtc_description_get_section (rtc_session_get_current_local (pair.sessions[BOB]), 0)->ice_pwd);
  restart = pair_make_offer (&pair, ALICE, TRUE);
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, restart);
  answer = pair_make_answer (&pair, BOB);
  for (guint i = 0; i < 2; i++) {
    RtcSection *section = rtc_description_get_section (answer, i);
    g_free (section->ice_ufrag);
    g_free (section->ice_pwd);
    section->ice_ufrag = g_strdup (ufrag);
    section->ice_pwd = g_strdup (pwd);
  }
  pair_set_remote (&pair, ALICE, RTC_SDP_ANSWER, answer);
  remote = pair_find_change (&pair, ALICE, RTC_CHANGE_REMOTE_ICE);
  g_assert_nonnull (remote);
  g_assert_cmpstr (remote->ufrag, ==, ufrag);
  g_assert_false (remote->is_restart);
  pair_clear (&pair);
}

/* A section that joins an established group needs no transport of its own, whatever the policy. */
static void
test_joining_a_group (void)
{
  static const RtcBundlePolicy policies[] = { RTC_BUNDLE_BALANCED, RTC_BUNDLE_MAX_COMPAT,
    RTC_BUNDLE_MAX_BUNDLE };

  for (guint i = 0; i < G_N_ELEMENTS (policies); i++) {
    Pair pair;

    pair_init (&pair);
    pair_set_policies (&pair, policies[i], RTC_BUNDLE_MAX_BUNDLE);
    pair_add (&pair, ALICE, "av");
    pair_exchange (&pair, ALICE);
    pair_add (&pair, ALICE, "avd");
    pair_offer (&pair, ALICE);
    g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_TRANSPORT_ADDED), ==, 0);
    pair_answer (&pair, BOB);
    g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_TRANSPORT_ADDED), ==, 0);
    g_assert_cmpint (rtc_transceiver_get_transport (pair_get (&pair, BOB, 3)), ==, 0);
    pair_clear (&pair);
  }
}

static void
test_growing_without_bundle (void)
{
  Pair pair;

  pair_init (&pair);
  pair_set_policies (&pair, RTC_BUNDLE_NONE, RTC_BUNDLE_MAX_COMPAT);
  pair_add (&pair, ALICE, "a");
  pair_exchange (&pair, ALICE);
  pair_add (&pair, BOB, "v");
  pair_exchange (&pair, BOB);
  g_assert_cmpint (rtc_transceiver_get_transport (pair_get (&pair, ALICE, 0)), ==, 0);
  g_assert_cmpint (rtc_transceiver_get_transport (pair_get (&pair, ALICE, 1)), ==, 1);
  g_assert_cmpuint (
      rtc_session_get_current_local (pair.sessions[ALICE])->bundle_groups->len, ==, 0);
  pair_clear (&pair);
}

/* The answerer bundles what was gathered for separately: candidates of the others are dropped. */
static void
test_candidates_of_bundled_sections (void)
{
  Pair pair;
  g_autoptr (GError) error = NULL;
  g_autoptr (RtcDescription) offer =
      offer_to_bob (&pair, RTC_BUNDLE_MAX_COMPAT, RTC_BUNDLE_MAX_BUNDLE, "av");
  const gchar *mid;
  guint transport;
  guint mline;

  g_assert_true (
      rtc_session_add_local_candidate (pair.sessions[ALICE], 1, CANDIDATE, &mline, &mid));
  g_assert_cmpstr (mid, ==, "1");
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, offer);
  pair_answer (&pair, BOB);
  g_assert_false (
      rtc_session_add_remote_candidate (pair.sessions[BOB], 1, "1", CANDIDATE, &transport, &error));
  g_assert_no_error (error);
  g_assert_true (
      rtc_session_add_remote_candidate (pair.sessions[BOB], 0, "0", CANDIDATE, &transport, &error));
  g_assert_false (
      rtc_session_add_local_candidate (pair.sessions[ALICE], 1, CANDIDATE, &mline, &mid));
  /* Bob's sections share their credentials, so any of them names the transport. */
  g_assert_true (rtc_session_add_remote_candidate (
      pair.sessions[ALICE], 1, "1", CANDIDATE, &transport, &error));
  g_assert_cmpuint (transport, ==, 0);
  pair_clear (&pair);
}

static void
test_codecs_of_the_session (void)
{
  Pair pair;
  g_autoptr (GPtrArray) video = rtc_codecs_default (RTC_KIND_VIDEO, "VP9", NULL);
  g_autoptr (GPtrArray) audio = rtc_codecs_default (RTC_KIND_AUDIO, "PCMU,opus", NULL);
  const RtcCodec *codec;

  pair_init (&pair);
  rtc_session_set_codecs (pair.sessions[BOB], RTC_KIND_VIDEO, video);
  rtc_session_set_codecs (pair.sessions[BOB], RTC_KIND_AUDIO, audio);
  pair_add (&pair, ALICE, "av");
  pair_add (&pair, BOB, "AV");
  pair_exchange (&pair, ALICE);
  g_assert_cmpuint (rtc_transceiver_get_send (pair_get (&pair, ALICE, 1))->codecs->len, ==, 2);
  codec = rtc_transceiver_get_send (pair_get (&pair, ALICE, 1))->codecs->pdata[0];
  g_assert_cmpstr (codec->name, ==, "VP9");
  /* Without preferences of the transceiver, the offer's order counts. */
  codec = rtc_transceiver_get_send (pair_get (&pair, BOB, 0))->codecs->pdata[0];
  g_assert_cmpstr (codec->name, ==, "opus");
  rtc_transceiver_set_codec_preferences (pair_get (&pair, BOB, 0), audio);
  pair_exchange (&pair, ALICE);
  codec = rtc_transceiver_get_send (pair_get (&pair, BOB, 0))->codecs->pdata[0];
  g_assert_cmpstr (codec->name, ==, "PCMU");
  g_assert_cmpuint (codec->pt, ==, 0);
  pair_clear (&pair);
}

static void
test_nothing_in_common (void)
{
  Pair pair;
  g_autoptr (GPtrArray) vp8 = rtc_codecs_default (RTC_KIND_VIDEO, "VP8", NULL);
  g_autoptr (GPtrArray) vp9 = rtc_codecs_default (RTC_KIND_VIDEO, "VP9", NULL);

  pair_init (&pair);
  rtc_session_set_codecs (pair.sessions[ALICE], RTC_KIND_VIDEO, vp8);
  rtc_session_set_codecs (pair.sessions[BOB], RTC_KIND_VIDEO, vp9);
  pair_add (&pair, ALICE, "av");
  pair_exchange (&pair, ALICE);
  g_assert_nonnull (pair_get (&pair, ALICE, 0));
  g_assert_null (pair_get (&pair, ALICE, 1));
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_TRANSCEIVER_STOPPED), ==, 1);
  pair_clear (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jsep/peers/attributes-in-the-tag-only", test_attributes_in_the_tag_only);
  g_test_add_func ("/jsep/peers/rejected-tag", test_rejected_tag);
  g_test_add_func ("/jsep/peers/restart-is-ignored", test_restart_is_ignored);
  g_test_add_func ("/jsep/peers/joining-a-group", test_joining_a_group);
  g_test_add_func ("/jsep/peers/growing-without-bundle", test_growing_without_bundle);
  g_test_add_func ("/jsep/peers/bundled-candidates", test_candidates_of_bundled_sections);
  g_test_add_func ("/jsep/peers/codecs-of-the-session", test_codecs_of_the_session);
  g_test_add_func ("/jsep/peers/nothing-in-common", test_nothing_in_common);
  return g_test_run ();
}
