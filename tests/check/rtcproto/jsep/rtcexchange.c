/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* First exchanges: bundle policies x roles x section sets, and the changes they give. */
#include "pair.h"

typedef struct {
  const gchar *name;
  RtcBundlePolicy alice;
  RtcBundlePolicy bob;
  const gchar *sections;
  guint offered;         /* transports after setLocalDescription (offer) */
  guint answered;        /* transports in the end, on both sides */
  const gchar *accepted; /* by section: + accepted, - rejected */
} Row;

#define NONE RTC_BUNDLE_NONE
#define BALANCED RTC_BUNDLE_BALANCED
#define COMPAT RTC_BUNDLE_MAX_COMPAT
#define BUNDLE RTC_BUNDLE_MAX_BUNDLE

static const Row rows[] = {
  { "nothing", BUNDLE, BUNDLE, "", 0, 0, "" },
  { "audio", BUNDLE, BUNDLE, "a", 1, 1, "+" },
  { "data", BUNDLE, BUNDLE, "d", 1, 1, "+" },
  { "all bundled", BUNDLE, BUNDLE, "avd", 1, 1, "+++" },
  { "many", BUNDLE, BUNDLE, "aavvvd", 1, 1, "++++++" },
  { "compat offers", COMPAT, BUNDLE, "avd", 3, 1, "+++" },
  { "compat answers", BUNDLE, COMPAT, "avd", 1, 1, "+++" },
  { "balanced offers", BALANCED, BUNDLE, "aavvd", 3, 1, "+++++" },
  { "balanced answers", BUNDLE, BALANCED, "aavvd", 1, 1, "+++++" },
  { "none both", NONE, NONE, "avd", 3, 3, "+++" },
  { "none offers, bundle answers", NONE, BUNDLE, "avd", 3, 1, "+--" },
  { "none offers, balanced answers", NONE, BALANCED, "aavd", 4, 3, "+-++" },
  { "none offers, compat answers", NONE, COMPAT, "avd", 3, 3, "+++" },
  { "compat offers, none answers", COMPAT, NONE, "avd", 3, 3, "+++" },
  { "bundle offers, none answers", BUNDLE, NONE, "avd", 1, 1, "+--" },
  { "balanced offers, none answers", BALANCED, NONE, "aavd", 3, 3, "+-++" },
};

static void
check_sides (Pair *pair, const Row *row)
{
  for (guint i = 0; i < 2; i++) {
    g_autofree gboolean *seen = g_new0 (gboolean, 64);
    guint count = 0;
    const RtcDescription *local = rtc_session_get_current_local (pair->sessions[i]);

    g_assert_cmpuint (local->sections->len, ==, strlen (row->sections));
    for (guint k = 0; k < local->sections->len; k++) {
      const RtcDescription *answer =
          i == BOB ? local : rtc_session_get_current_remote (pair->sessions[i]);
      RtcTransceiver *transceiver = pair_get (pair, i, k);
      gint transport;

      g_assert_cmpint (rtc_section_is_rejected (rtc_description_get_section (answer, k)), ==,
          row->accepted[k] == '-');
      if (transceiver == NULL)
        continue;
      transport = rtc_transceiver_get_transport (transceiver);
      g_assert_cmpint (transport, >=, 0);
      count += !seen[transport];
      seen[transport] = TRUE;
    }
    if (strchr (row->sections, 'd') == NULL)
      g_assert_cmpuint (count, ==, row->answered);
  }
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  Pair pair;
  gint transports;

  pair_init (&pair);
  pair_set_policies (&pair, row->alice, row->bob);
  pair_add (&pair, ALICE, row->sections);
  pair_offer (&pair, ALICE);
  g_assert_cmpint (
      rtc_session_get_signaling_state (pair.sessions[ALICE]), ==, RTC_SIGNALING_HAVE_LOCAL_OFFER);
  g_assert_cmpint (
      rtc_session_get_signaling_state (pair.sessions[BOB]), ==, RTC_SIGNALING_HAVE_REMOTE_OFFER);
  pair_answer (&pair, BOB);
  g_assert_cmpint (
      rtc_session_get_signaling_state (pair.sessions[ALICE]), ==, RTC_SIGNALING_STABLE);
  g_assert_cmpint (rtc_session_get_signaling_state (pair.sessions[BOB]), ==, RTC_SIGNALING_STABLE);
  transports =
      (gint) row->offered - (gint) pair_count_changes (&pair, ALICE, RTC_CHANGE_TRANSPORT_REMOVED);
  g_assert_cmpint (transports, ==, (gint) row->answered);
  g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_TRANSPORT_ADDED), ==, row->answered);
  g_assert_cmpuint (pair_count_changes (&pair, BOB, RTC_CHANGE_DTLS), ==, row->answered);
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_DTLS), ==, row->answered);
  g_assert_cmpuint (pair_count_changes (&pair, ALICE, RTC_CHANGE_REMOTE_ICE), ==, row->answered);
  check_sides (&pair, row);
  g_assert_false (rtc_session_is_negotiation_needed (pair.sessions[BOB]));
  pair_clear (&pair);
}

static void
test_order_of_changes (void)
{
  Pair pair;
  g_autoptr (RtcDescription) offer = NULL;
  g_autoptr (RtcDescription) answer = NULL;

  pair_init (&pair);
  pair_add (&pair, ALICE, "avd");
  offer = pair_make_offer (&pair, ALICE, FALSE);
  pair_expect_changes (
      &pair, ALICE, "transport-added ice-role local-ice receive receive signaling-state");
  g_assert_true (pair_find_change (&pair, ALICE, RTC_CHANGE_ICE_ROLE)->is_controlling);
  pair_set_remote (&pair, BOB, RTC_SDP_OFFER, offer);
  pair_expect_changes (
      &pair, BOB, "transceiver-added transceiver-added signaling-state track-added track-added");
  answer = pair_make_answer (&pair, BOB);
  pair_expect_changes (&pair, BOB,
      "transport-added ice-role local-ice send receive send receive data dtls remote-ice "
      "signaling-state");
  g_assert_false (pair_find_change (&pair, BOB, RTC_CHANGE_ICE_ROLE)->is_controlling);
  g_assert_true (pair_find_change (&pair, BOB, RTC_CHANGE_DTLS)->is_client);
  pair_set_remote (&pair, ALICE, RTC_SDP_ANSWER, answer);
  pair_expect_changes (
      &pair, ALICE, "send receive send receive data dtls remote-ice signaling-state");
  g_assert_false (pair_find_change (&pair, ALICE, RTC_CHANGE_DTLS)->is_client);
  pair_clear (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/jsep/exchange/%s", rows[i].name);
    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/jsep/exchange/order-of-changes", test_order_of_changes);
  return g_test_run ();
}
