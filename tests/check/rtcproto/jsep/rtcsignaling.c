/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every state x side x type of description: where it leads, or that it is refused. */
#include "pair.h"

#define REFUSED (-1)
#define STABLE RTC_SIGNALING_STABLE
#define LOCAL_OFFER RTC_SIGNALING_HAVE_LOCAL_OFFER
#define REMOTE_OFFER RTC_SIGNALING_HAVE_REMOTE_OFFER
#define LOCAL_PRANSWER RTC_SIGNALING_HAVE_LOCAL_PRANSWER
#define REMOTE_PRANSWER RTC_SIGNALING_HAVE_REMOTE_PRANSWER

/* Columns: offer, pranswer, answer, rollback. */
static const struct {
  const gchar *name;
  RtcSignalingState state;
  gint local[4];
  gint remote[4];
} rows[] = {
  { "stable", STABLE, { LOCAL_OFFER, REFUSED, REFUSED, REFUSED },
      { REMOTE_OFFER, REFUSED, REFUSED, REFUSED } },
  { "have-local-offer", LOCAL_OFFER, { LOCAL_OFFER, REFUSED, REFUSED, STABLE },
      { REMOTE_OFFER, REMOTE_PRANSWER, STABLE, REFUSED } },
  { "have-remote-offer", REMOTE_OFFER, { REFUSED, LOCAL_PRANSWER, STABLE, REFUSED },
      { REMOTE_OFFER, REFUSED, REFUSED, STABLE } },
  { "have-local-pranswer", LOCAL_PRANSWER, { REFUSED, LOCAL_PRANSWER, STABLE, REFUSED },
      { REFUSED, REFUSED, REFUSED, REFUSED } },
  { "have-remote-pranswer", REMOTE_PRANSWER, { REFUSED, REFUSED, REFUSED, REFUSED },
      { REFUSED, REMOTE_PRANSWER, STABLE, REFUSED } },
  { "closed", RTC_SIGNALING_CLOSED, { REFUSED, REFUSED, REFUSED, REFUSED },
      { REFUSED, REFUSED, REFUSED, REFUSED } },
};

typedef struct {
  Pair pair;
  Pair others;
  RtcDescription *foreign_offer; /* of somebody else */
  RtcDescription *remote_answer; /* to Alice's offer, when she has one */
} Fixture;

static void
fixture_init (Fixture *fixture, RtcSignalingState state)
{
  Pair *pair = &fixture->pair;
  g_autoptr (RtcDescription) description = NULL;

  *fixture = (Fixture){ .foreign_offer = NULL };
  pair_init (pair);
  pair_init (&fixture->others);
  pair_add (pair, ALICE, "AVd");
  pair_add (&fixture->others, BOB, "avd");
  fixture->foreign_offer = pair_make_offer (&fixture->others, BOB, FALSE);
  if (state == LOCAL_OFFER || state == REMOTE_PRANSWER) {
    pair_offer (pair, ALICE);
    fixture->remote_answer = rtc_session_create_answer (pair->sessions[BOB], NULL);
  }
  if (state == REMOTE_PRANSWER)
    pair_set_remote (pair, ALICE, RTC_SDP_PRANSWER, fixture->remote_answer);
  if (state == REMOTE_OFFER || state == LOCAL_PRANSWER)
    pair_set_remote (pair, ALICE, RTC_SDP_OFFER, fixture->foreign_offer);
  if (state == LOCAL_PRANSWER) {
    description = rtc_session_create_answer (pair->sessions[ALICE], NULL);
    pair_set_local (pair, ALICE, RTC_SDP_PRANSWER, description);
  }
  if (state == RTC_SIGNALING_CLOSED)
    rtc_session_close (pair->sessions[ALICE]);
  g_assert_cmpint (rtc_session_get_signaling_state (pair->sessions[ALICE]), ==, (gint) state);
}

static void
fixture_clear (Fixture *fixture)
{
  rtc_description_free (fixture->foreign_offer);
  rtc_description_free (fixture->remote_answer);
  pair_clear (&fixture->pair);
  pair_clear (&fixture->others);
}

/* What suits the step, or any description when nothing does. */
static RtcDescription *
get_local (Fixture *fixture, RtcSdpType type)
{
  RtcSession *alice = fixture->pair.sessions[ALICE];
  RtcDescription *description = type == RTC_SDP_OFFER
      ? rtc_session_create_offer (alice, FALSE, NULL)
      : rtc_session_create_answer (alice, NULL);

  return description != NULL ? description : rtc_description_copy (fixture->foreign_offer);
}

static RtcDescription *
get_remote (Fixture *fixture, RtcSdpType type)
{
  const RtcDescription *answer =
      fixture->remote_answer != NULL ? fixture->remote_answer : fixture->foreign_offer;

  return rtc_description_copy (type == RTC_SDP_OFFER ? fixture->foreign_offer : answer);
}

static void
check_step (RtcSignalingState state, gboolean is_local, RtcSdpType type, gint expected)
{
  Fixture fixture;
  g_autoptr (RtcDescription) description = NULL;

  fixture_init (&fixture, state);
  description = is_local ? get_local (&fixture, type) : get_remote (&fixture, type);
  if (expected == REFUSED && is_local)
    pair_refuse_local (&fixture.pair, ALICE, type, description, RTC_ERROR_STATE);
  else if (expected == REFUSED)
    pair_refuse_remote (&fixture.pair, ALICE, type, description, RTC_ERROR_STATE);
  else if (is_local)
    pair_set_local (&fixture.pair, ALICE, type, description);
  else
    pair_set_remote (&fixture.pair, ALICE, type, description);
  if (expected != REFUSED) {
    g_assert_cmpint (rtc_session_get_signaling_state (fixture.pair.sessions[ALICE]), ==, expected);
    g_assert_cmpuint (pair_count_changes (&fixture.pair, ALICE, RTC_CHANGE_SIGNALING_STATE), ==,
        expected != (gint) state);
  }
  fixture_clear (&fixture);
}

static void
test_state (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);

  for (guint type = RTC_SDP_OFFER; type <= RTC_SDP_ROLLBACK; type++) {
    check_step (rows[row].state, TRUE, type, rows[row].local[type]);
    check_step (rows[row].state, FALSE, type, rows[row].remote[type]);
  }
}

static void
test_create (void)
{
  static const struct {
    RtcSignalingState state;
    gboolean can_offer;
    gboolean can_answer;
  } creates[] = {
    { STABLE, TRUE, FALSE },
    { LOCAL_OFFER, TRUE, FALSE },
    { REMOTE_OFFER, FALSE, TRUE },
    { LOCAL_PRANSWER, FALSE, TRUE },
    { REMOTE_PRANSWER, FALSE, FALSE },
    { RTC_SIGNALING_CLOSED, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (creates); i++) {
    Fixture fixture;
    g_autoptr (GError) offer_error = NULL;
    g_autoptr (GError) answer_error = NULL;
    g_autoptr (RtcDescription) offer = NULL;
    g_autoptr (RtcDescription) answer = NULL;

    fixture_init (&fixture, creates[i].state);
    offer = rtc_session_create_offer (fixture.pair.sessions[ALICE], FALSE, &offer_error);
    answer = rtc_session_create_answer (fixture.pair.sessions[ALICE], &answer_error);
    g_assert_cmpint (offer != NULL, ==, creates[i].can_offer);
    g_assert_cmpint (answer != NULL, ==, creates[i].can_answer);
    if (offer == NULL)
      g_assert_error (offer_error, RTC_ERROR, RTC_ERROR_STATE);
    if (answer == NULL)
      g_assert_error (answer_error, RTC_ERROR, RTC_ERROR_STATE);
    fixture_clear (&fixture);
  }
}

static void
test_pranswer_then_answer (void)
{
  Pair pair;
  g_autoptr (RtcDescription) pranswer = NULL;
  g_autoptr (RtcDescription) answer = NULL;

  pair_init (&pair);
  pair_set_policies (&pair, RTC_BUNDLE_MAX_COMPAT, RTC_BUNDLE_MAX_BUNDLE);
  pair_add (&pair, ALICE, "avd");
  pair_offer (&pair, ALICE);
  pranswer = rtc_session_create_answer (pair.sessions[BOB], NULL);
  pair_set_local (&pair, BOB, RTC_SDP_PRANSWER, pranswer);
  pair_set_remote (&pair, ALICE, RTC_SDP_PRANSWER, pranswer);
  /* The final answer may still take a section out of the group. */
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_TRANSPORT_REMOVED), ==, 0);
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_DTLS), ==, 1);
  answer = pair_make_answer (&pair, BOB);
  pair_expect_changes (&pair, BOB, "signaling-state");
  pair_set_remote (&pair, ALICE, RTC_SDP_ANSWER, answer);
  pair_expect_changes (&pair, ALICE, "transport-removed transport-removed signaling-state");
  g_assert_null (rtc_session_get_pending_remote (pair.sessions[ALICE]));
  pair_clear (&pair);
}

static void
test_stale_descriptions (void)
{
  Pair pair;
  g_autoptr (RtcDescription) offer = NULL;
  g_autoptr (RtcDescription) answer = NULL;
  g_autoptr (RtcDescription) newer = NULL;

  pair_init (&pair);
  pair_add (&pair, ALICE, "av");
  offer = rtc_session_create_offer (pair.sessions[ALICE], FALSE, NULL);
  pair_exchange (&pair, ALICE);
  pair_refuse_local (&pair, ALICE, RTC_SDP_OFFER, offer, RTC_ERROR_INVALID);
  /* An answer is made for one offer. */
  pair_offer (&pair, ALICE);
  answer = rtc_session_create_answer (pair.sessions[BOB], NULL);
  pair_add (&pair, ALICE, "v");
  newer = pair_make_offer (&pair, ALICE, FALSE);
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, newer);
  pair_refuse_local (&pair, BOB, RTC_SDP_ANSWER, answer, RTC_ERROR_INVALID);
  pair_refuse_remote (&pair, ALICE, RTC_SDP_ANSWER, answer, RTC_ERROR_INVALID);
  pair_answer (&pair, BOB);
  pair_clear (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/jsep/signaling/%s", rows[i].name);
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_state);
  }
  g_test_add_func ("/jsep/signaling/create", test_create);
  g_test_add_func ("/jsep/signaling/pranswer-then-answer", test_pranswer_then_answer);
  g_test_add_func ("/jsep/signaling/stale-descriptions", test_stale_descriptions);
  return g_test_run ();
}
