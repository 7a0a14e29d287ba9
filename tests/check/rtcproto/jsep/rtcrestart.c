/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ICE restarts: by each side, again, discarded, rolled back, with glare; candidates of two
 * generations; rollbacks. */
#include "pair.h"

#define OTHER "candidate:2 1 UDP 2013266430 192.0.2.2 50000 typ host"
#define CANDIDATE "candidate:1 1 UDP 2013266431 192.0.2.1 50000 typ host"

static void
pair_connect (Pair *pair, const gchar *sections)
{
  pair_init (pair);
  pair_add (pair, ALICE, sections);
  pair_exchange (pair, ALICE);
}

static void
test_by_each_side (void)
{
  Pair pair;

  pair_connect (&pair, "avd");
  for (guint i = 0; i < 4; i++) {
    Peer offerer = i % 2 ? BOB : ALICE;
    g_autofree gchar *before = g_strdup (pair_get_ufrag (&pair, offerer, 0));
    g_autofree gchar *before_peer = g_strdup (pair_get_ufrag (&pair, !offerer, 0));
    g_autoptr (RtcDescription) offer = pair_make_offer (&pair, offerer, TRUE);

    pair_expect_changes (&pair, offerer, "local-ice signaling-state");
    g_assert_true (pair_find_change (&pair, offerer, RTC_CHANGE_LOCAL_ICE)->is_restart);
    pair_set_remote (&pair, !offerer, RTC_SDP_OFFER, offer);
    pair_expect_changes (&pair, !offerer, "signaling-state");
    pair_answer (&pair, !offerer);
    pair_expect_changes (&pair, !offerer, "local-ice remote-ice signaling-state");
    g_assert_true (pair_find_change (&pair, !offerer, RTC_CHANGE_LOCAL_ICE)->is_restart);
    g_assert_true (pair_find_change (&pair, !offerer, RTC_CHANGE_REMOTE_ICE)->is_restart);
    pair_expect_changes (&pair, offerer, "remote-ice signaling-state");
    g_assert_true (pair_find_change (&pair, offerer, RTC_CHANGE_REMOTE_ICE)->is_restart);
    g_assert_cmpstr (before, !=, pair_get_ufrag (&pair, offerer, 0));
    g_assert_cmpstr (before_peer, !=, pair_get_ufrag (&pair, !offerer, 0));
    g_assert_cmpstr (pair_get_ufrag (&pair, offerer, 2), ==, pair_get_ufrag (&pair, offerer, 0));
  }
  pair_clear (&pair);
}

static void
test_without_bundle (void)
{
  Pair pair;

  pair_init (&pair);
  pair_set_policies (&pair, RTC_BUNDLE_NONE, RTC_BUNDLE_NONE);
  pair_add (&pair, ALICE, "avd");
  pair_exchange (&pair, ALICE);
  pair_restart (&pair, ALICE);
  g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_LOCAL_ICE), ==, 3);
  g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_REMOTE_ICE), ==, 3);
  g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_DTLS), ==, 0);
  pair_clear (&pair);
}

static void
test_discarded (void)
{
  Pair pair;
  g_autofree gchar *before = NULL;
  g_autoptr (RtcDescription) discarded = NULL;

  pair_connect (&pair, "av");
  before = g_strdup (pair_get_ufrag (&pair, ALICE, 0));
  discarded = rtc_session_create_offer (pair.sessions[ALICE], TRUE, NULL);
  g_assert_cmpstr (rtc_description_get_section (discarded, 0)->ice_ufrag, !=, before);
  g_assert_cmpstr (pair_get_ufrag (&pair, ALICE, 0), ==, before);
  pair_exchange (&pair, ALICE);
  g_assert_cmpstr (pair_get_ufrag (&pair, ALICE, 0), ==, before);
  g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_REMOTE_ICE), ==, 0);
  pair_clear (&pair);
}

static void
test_rolled_back (void)
{
  Pair pair;
  g_autofree gchar *before = NULL;
  g_autoptr (RtcDescription) offer = NULL;

  pair_connect (&pair, "av");
  before = g_strdup (pair_get_ufrag (&pair, ALICE, 0));
  offer = pair_make_offer (&pair, ALICE, TRUE);
  pair_set_local (&pair, ALICE, RTC_SDP_ROLLBACK, NULL);
  pair_expect_changes (&pair, ALICE, "local-ice remote-ice signaling-state");
  g_assert_cmpstr (pair_find_change (&pair, ALICE, RTC_CHANGE_LOCAL_ICE)->ufrag, ==, before);
  g_assert_false (pair_find_change (&pair, ALICE, RTC_CHANGE_REMOTE_ICE)->is_restart);
  /* The peer's restart, rolled back by us, touches nothing. */
  g_clear_pointer (&offer, rtc_description_free);
  offer = pair_make_offer (&pair, BOB, TRUE);
  pair_set_remote (&pair, ALICE, RTC_SDP_OFFER, offer);
  pair_set_remote (&pair, ALICE, RTC_SDP_ROLLBACK, NULL);
  pair_expect_changes (&pair, ALICE, "signaling-state");
  g_assert_cmpstr (pair_get_ufrag (&pair, ALICE, 0), ==, before);
  pair_set_local (&pair, BOB, RTC_SDP_ROLLBACK, NULL);
  pair_exchange (&pair, BOB);
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_REMOTE_ICE), ==, 0);
  pair_clear (&pair);
}

/* Perfect negotiation: Alice is polite. */
static void
test_glare (void)
{
  Pair pair;
  g_autofree gchar *before = NULL;
  g_autoptr (RtcDescription) lost = NULL;
  g_autoptr (RtcDescription) offer = NULL;

  pair_connect (&pair, "av");
  before = g_strdup (pair_get_ufrag (&pair, ALICE, 0));
  lost = pair_make_offer (&pair, ALICE, TRUE);
  offer = pair_make_offer (&pair, BOB, TRUE);
  pair_set_remote (&pair, ALICE, RTC_SDP_OFFER, offer);
  pair_expect_changes (&pair, ALICE, "local-ice remote-ice signaling-state");
  g_assert_cmpstr (pair_find_change (&pair, ALICE, RTC_CHANGE_LOCAL_ICE)->ufrag, ==, before);
  pair_answer (&pair, ALICE);
  pair_expect_changes (&pair, ALICE, "local-ice remote-ice signaling-state");
  g_assert_cmpstr (pair_get_ufrag (&pair, ALICE, 0), !=, before);
  g_assert_cmpstr (
      pair_get_ufrag (&pair, ALICE, 0), !=, rtc_description_get_section (lost, 0)->ice_ufrag);
  g_assert_cmpint (rtc_session_get_signaling_state (pair.sessions[BOB]), ==, RTC_SIGNALING_STABLE);
  pair_clear (&pair);
}

static void
test_glare_at_first (void)
{
  Pair pair;
  g_autoptr (RtcDescription) lost = NULL;
  g_autoptr (RtcDescription) offer = NULL;

  pair_init (&pair);
  pair_add (&pair, ALICE, "AV");
  pair_add (&pair, BOB, "AVd");
  lost = pair_make_offer (&pair, ALICE, FALSE);
  offer = pair_make_offer (&pair, BOB, FALSE);
  pair_set_remote (&pair, ALICE, RTC_SDP_OFFER, offer);
  pair_expect_changes (
      &pair, ALICE, "receive receive transport-removed signaling-state track-added track-added");
  pair_answer (&pair, ALICE);
  g_assert_false (pair_find_change (&pair, ALICE, RTC_CHANGE_ICE_ROLE)->is_controlling);
  g_assert_cmpuint (pair_find_change (&pair, ALICE, RTC_CHANGE_TRANSPORT_ADDED)->transport, ==, 1);
  g_assert_cmpuint (rtc_session_get_transceivers (pair.sessions[ALICE])->len, ==, 2);
  g_assert_false (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  pair_clear (&pair);
}

static void
test_marked (void)
{
  Pair pair;
  g_autofree gchar *before = NULL;

  pair_connect (&pair, "av");
  before = g_strdup (pair_get_ufrag (&pair, ALICE, 0));
  g_assert_false (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  rtc_session_restart_ice (pair.sessions[ALICE]);
  g_assert_true (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  pair_offer (&pair, ALICE);
  pair_set_local (&pair, ALICE, RTC_SDP_ROLLBACK, NULL);
  g_assert_true (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  pair_set_remote (&pair, BOB, RTC_SDP_ROLLBACK, NULL);
  pair_exchange (&pair, ALICE);
  g_assert_cmpstr (pair_get_ufrag (&pair, ALICE, 0), !=, before);
  g_assert_false (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  /* A restart by the peer replaces ours, too. */
  rtc_session_restart_ice (pair.sessions[ALICE]);
  pair_restart (&pair, BOB);
  g_assert_false (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  pair_clear (&pair);
}

static gboolean
add_remote (Pair *pair, Peer peer, const gchar *candidate, guint *out_transport)
{
  g_autoptr (GError) error = NULL;
  gboolean is_added = rtc_session_add_remote_candidate (
      pair->sessions[peer], 0, "0", candidate, out_transport, &error);

  g_assert_no_error (error);
  return is_added;
}

static void
test_generations (void)
{
  Pair pair;
  g_autoptr (RtcDescription) offer = NULL;
  g_autofree gchar *old = NULL;
  g_autofree gchar *new = NULL;
  guint transport = 99;

  pair_connect (&pair, "av");
  old = g_strdup_printf (CANDIDATE " ufrag %s", pair_get_ufrag (&pair, ALICE, 0));
  g_assert_true (add_remote (&pair, BOB, old, &transport));
  g_assert_cmpuint (transport, ==, 0);
  offer = pair_make_offer (&pair, ALICE, TRUE);
  new = g_strdup_printf (CANDIDATE " ufrag %s", pair_get_ufrag (&pair, ALICE, 0));
  g_assert_cmpstr (
      rtc_session_get_local_ufrag (pair.sessions[ALICE], 0), ==, pair_get_ufrag (&pair, ALICE, 0));
  g_assert_null (rtc_session_get_local_ufrag (pair.sessions[ALICE], 7));
  g_assert_false (add_remote (&pair, BOB, new, &transport));
  g_assert_true (rtc_session_is_candidate_early (pair.sessions[BOB], new));
  g_assert_false (rtc_session_is_candidate_early (pair.sessions[BOB], old));
  g_assert_false (rtc_session_is_candidate_early (pair.sessions[BOB], CANDIDATE));
  g_assert_false (rtc_session_is_candidate_early (pair.sessions[BOB], "candidate:broken"));
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, offer);
  g_assert_false (rtc_session_is_candidate_early (pair.sessions[BOB], new));
  g_assert_false (add_remote (&pair, BOB, new, &transport));
  /* Without a fragment: of the newest description. */
  g_assert_false (add_remote (&pair, BOB, "a=" OTHER, &transport));
  pair_answer (&pair, BOB);
  g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_REMOTE_CANDIDATE), ==, 2);
  g_assert_cmpstr (pair_find_change (&pair, BOB, RTC_CHANGE_REMOTE_CANDIDATE)->candidate, ==, new);
  g_assert_false (add_remote (&pair, BOB, old, &transport));
  g_assert_true (add_remote (&pair, BOB, CANDIDATE, &transport));
  g_assert_true (add_remote (&pair, BOB, NULL, &transport));
  pair_clear (&pair);
}

static void
test_local_candidates (void)
{
  Pair pair;
  g_autoptr (RtcDescription) offer = NULL;
  const gchar *mid = NULL;
  guint mline = 99;

  pair_init (&pair);
  pair_add (&pair, ALICE, "av");
  g_assert_false (
      rtc_session_add_local_candidate (pair.sessions[ALICE], 0, CANDIDATE, &mline, &mid));
  g_clear_pointer (&offer, rtc_description_free);
  offer = pair_make_offer (&pair, ALICE, FALSE);
  g_assert_true (
      rtc_session_add_local_candidate (pair.sessions[ALICE], 0, CANDIDATE, &mline, &mid));
  g_assert_cmpuint (mline, ==, 0);
  g_assert_cmpstr (mid, ==, "0");
  g_assert_true (rtc_session_add_local_candidate (pair.sessions[ALICE], 0, NULL, &mline, &mid));
  /* Non-trickle: the description that is sent has them all, and they arrive as changes in order. */
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, rtc_session_get_pending_local (pair.sessions[ALICE]));
  pair_answer (&pair, BOB);
  pair_expect_changes (&pair, BOB,
      "transport-added ice-role local-ice send receive send receive dtls remote-ice "
      "remote-candidate remote-candidate signaling-state");
  g_assert_cmpstr (
      pair_find_change (&pair, BOB, RTC_CHANGE_REMOTE_CANDIDATE)->candidate, ==, CANDIDATE);
  /* The next offer repeats them, and the peer hears nothing twice. */
  pair_exchange (&pair, ALICE);
  g_assert_cmpuint (
      rtc_description_get_section (rtc_session_get_current_local (pair.sessions[ALICE]), 0)
          ->candidates->len,
      ==, 1);
  g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_REMOTE_CANDIDATE), ==, 0);
  /* A restart forgets them. */
  pair_restart (&pair, ALICE);
  g_assert_cmpuint (
      rtc_description_get_section (rtc_session_get_current_local (pair.sessions[ALICE]), 0)
          ->candidates->len,
      ==, 0);
  pair_clear (&pair);
}

/* Candidates that arrive between the offer and our answer come with the answer, in their order. */
static void
test_before_the_answer (void)
{
  Pair pair;
  guint transport;

  pair_init (&pair);
  pair_add (&pair, ALICE, "av");
  pair_offer (&pair, ALICE);
  g_assert_false (add_remote (&pair, BOB, OTHER, &transport));
  g_assert_false (add_remote (&pair, BOB, CANDIDATE, &transport));
  g_assert_false (add_remote (&pair, BOB, "", &transport));
  pair_answer (&pair, BOB);
  g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_REMOTE_CANDIDATE), ==, 3);
  g_assert_cmpstr (
      pair_find_change (&pair, BOB, RTC_CHANGE_REMOTE_CANDIDATE)->candidate, ==, OTHER);
  pair_clear (&pair);
}

/* Gathered and marked while an offer without restart waits: a rollback keeps both. */
static void
test_while_offering (void)
{
  Pair pair;
  const gchar *mid;
  guint mline;
  g_autoptr (RtcDescription) offer = NULL;

  pair_connect (&pair, "av");
  g_assert_cmpint (rtc_session_get_local_type (pair.sessions[ALICE]), ==, RTC_SDP_OFFER);
  g_assert_cmpint (rtc_session_get_remote_type (pair.sessions[ALICE]), ==, RTC_SDP_ANSWER);
  offer = pair_make_offer (&pair, ALICE, FALSE);
  rtc_session_add_local_candidate (pair.sessions[ALICE], 0, CANDIDATE, &mline, &mid);
  rtc_session_restart_ice (pair.sessions[ALICE]);
  pair_set_local (&pair, ALICE, RTC_SDP_ROLLBACK, NULL);
  g_assert_cmpuint (
      rtc_description_get_section (rtc_session_get_current_local (pair.sessions[ALICE]), 0)
          ->candidates->len,
      ==, 1);
  g_assert_true (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  pair_clear (&pair);
}

static void
test_candidate_errors (void)
{
  static const struct {
    const gchar *mid;
    guint mline;
    const gchar *candidate;
    gint expected; /* -1: dropped without error */
  } rows[] = {
    { "0", 0, "candidate:nonsense", RTC_ERROR_SYNTAX },
    { "7", 0, CANDIDATE, RTC_ERROR_ARGUMENT },
    { NULL, 7, CANDIDATE, RTC_ERROR_ARGUMENT },
    { "1", 0, "candidate:1 1 UDP 1 192.0.2.1 9 typ host ufrag other", -1 },
    { "0", 0, "candidate:1 1 SCTP 1 192.0.2.1 9 typ host", -1 },
  };
  Pair pair;
  g_autoptr (GError) early = NULL;
  guint transport;

  pair_init (&pair);
  pair_add (&pair, ALICE, "av");
  g_assert_false (rtc_session_add_remote_candidate (
      pair.sessions[ALICE], 0, "0", CANDIDATE, &transport, &early));
  g_assert_error (early, RTC_ERROR, RTC_ERROR_STATE);
  pair_exchange (&pair, ALICE);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree gchar *before = dump_session (pair.sessions[ALICE]);
    g_autofree gchar *after = NULL;

    g_assert_false (rtc_session_add_remote_candidate (
        pair.sessions[ALICE], rows[i].mline, rows[i].mid, rows[i].candidate, &transport, &error));
    if (rows[i].expected < 0)
      g_assert_no_error (error);
    else
      g_assert_error (error, RTC_ERROR, rows[i].expected);
    after = dump_session (pair.sessions[ALICE]);
    g_assert_cmpstr (before, ==, after);
  }
  pair_clear (&pair);
}

static void
test_limit_of_candidates (void)
{
  Pair pair;
  guint transport;
  const RtcDescription *remote;

  pair_connect (&pair, "a");
  for (guint i = 0; i < 2 * RTC_SDP_MAX_CANDIDATES; i++) {
    g_autofree gchar *candidate =
        g_strdup_printf ("candidate:%u 1 UDP %u 192.0.2.1 %u typ host", i, i + 1, i + 1000);
    add_remote (&pair, BOB, candidate, &transport);
  }
  remote = rtc_session_get_current_remote (pair.sessions[BOB]);
  g_assert_cmpuint (
      rtc_description_get_section (remote, 0)->candidates->len, ==, RTC_SDP_MAX_CANDIDATES);
  pair_clear (&pair);
}

static void
test_rollback_of_new_sections (void)
{
  Pair pair;
  RtcTransceiver *made;
  g_autoptr (RtcDescription) offer = NULL;

  pair_connect (&pair, "a");
  pair_add (&pair, ALICE, "vd");
  offer = pair_make_offer (&pair, ALICE, FALSE);
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, offer);
  made = pair_get (&pair, BOB, 1);
  g_assert_cmpuint (rtc_session_get_transceivers (pair.sessions[BOB])->len, ==, 2);
  pair_set_remote (&pair, BOB, RTC_SDP_ROLLBACK, NULL);
  pair_expect_changes (&pair, BOB, "transceiver-stopped signaling-state track-removed");
  g_assert_true (rtc_transceiver_is_stopped (made));
  g_assert_cmpuint (rtc_session_get_transceivers (pair.sessions[BOB])->len, ==, 1);
  pair_set_local (&pair, ALICE, RTC_SDP_ROLLBACK, NULL);
  g_assert_null (
      rtc_transceiver_get_mid (rtc_session_get_transceivers (pair.sessions[ALICE])->pdata[1]));
  g_assert_true (rtc_session_is_negotiation_needed (pair.sessions[ALICE]));
  pair_exchange (&pair, ALICE);
  g_assert_cmpuint (rtc_session_get_transceivers (pair.sessions[BOB])->len, ==, 2);
  pair_clear (&pair);
}

static void
test_rollback_keeps_what_got_a_track (void)
{
  Pair pair;
  RtcTransceiver *made;
  g_autoptr (RtcDescription) offer = NULL;

  pair_connect (&pair, "a");
  pair_add (&pair, ALICE, "v");
  offer = pair_make_offer (&pair, ALICE, FALSE);
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, offer);
  made = pair_get (&pair, BOB, 1);
  rtc_transceiver_set_is_track (made, TRUE);
  rtc_transceiver_set_direction (made, RTC_DIRECTION_SENDRECV);
  pair_set_remote (&pair, BOB, RTC_SDP_ROLLBACK, NULL);
  pair_expect_changes (&pair, BOB, "signaling-state track-removed");
  g_assert_false (rtc_transceiver_is_stopped (made));
  g_assert_cmpint (rtc_transceiver_get_mline (made), ==, -1);
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, offer);
  g_assert_true (pair_get (&pair, BOB, 1) == made);
  pair_clear (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jsep/restart/by-each-side", test_by_each_side);
  g_test_add_func ("/jsep/restart/without-bundle", test_without_bundle);
  g_test_add_func ("/jsep/restart/discarded", test_discarded);
  g_test_add_func ("/jsep/restart/rolled-back", test_rolled_back);
  g_test_add_func ("/jsep/restart/glare", test_glare);
  g_test_add_func ("/jsep/restart/glare-at-first", test_glare_at_first);
  g_test_add_func ("/jsep/restart/marked", test_marked);
  g_test_add_func ("/jsep/candidates/generations", test_generations);
  g_test_add_func ("/jsep/candidates/local", test_local_candidates);
  g_test_add_func ("/jsep/candidates/before-the-answer", test_before_the_answer);
  g_test_add_func ("/jsep/candidates/while-offering", test_while_offering);
  g_test_add_func ("/jsep/candidates/errors", test_candidate_errors);
  g_test_add_func ("/jsep/candidates/limit", test_limit_of_candidates);
  g_test_add_func ("/jsep/rollback/new-sections", test_rollback_of_new_sections);
  g_test_add_func ("/jsep/rollback/keeps-track", test_rollback_keeps_what_got_a_track);
  return g_test_run ();
}
