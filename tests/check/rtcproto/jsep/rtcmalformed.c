/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * 10,000 offers that went wrong, through all that the core does with one: each is refused with an
 * error that leaves the session as it was, or answered with something that can be read again.
 */
#include "jsep/rtcsession.h"
#include "signalling/rtcofferfacts.h"
#include "tests/support/sdpcorpus.h"

#include <string.h>

#define N_CASES 10000
#define FINGERPRINT                                                                                \
  "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:"  \
  "FF"

static const gchar *const *folders;

static RtcDescription *
answer (RtcSession *session, const RtcDescription *offer, GError **error)
{
  g_autoptr (GPtrArray) remote = rtc_session_set_remote (session, RTC_SDP_OFFER, offer, error);
  g_autoptr (RtcDescription) created = NULL;
  g_autoptr (GPtrArray) local = NULL;
  if (remote == NULL) {
    g_assert_cmpint (rtc_session_get_signaling_state (session), ==, RTC_SIGNALING_STABLE);
    return NULL;
  }
  created = rtc_session_create_answer (session, error);
  if (created == NULL)
    return NULL;
  local = rtc_session_set_local (session, RTC_SDP_ANSWER, created, error);
  return local != NULL ? g_steal_pointer (&created) : NULL;
}

/* The way of an offer from a body to an answer. */
static gboolean
take (const GString *text, GError **error)
{
  guint64 seed = 1;
  RtcOfferFacts facts = { NULL };
  g_autoptr (RtcDescription) offer = NULL;
  g_autoptr (RtcDescription) created = NULL;
  g_autoptr (RtcDescription) again = NULL;
  g_autofree gchar *printed = NULL;
  RtcSession *session;

  if (!rtc_offer_facts_read (text->str, &facts, error))
    return FALSE;
  rtc_offer_facts_clear (&facts);
  offer = rtc_description_from_text (text->str, -1, error);
  if (offer == NULL)
    return FALSE;
  session = rtc_session_new (rtc_random_seeded (&seed));
  rtc_session_set_fingerprint (session, "sha-256", FINGERPRINT);
  created = answer (session, offer, error);
  rtc_session_free (session);
  if (created == NULL)
    return FALSE;
  printed = rtc_description_to_text (created);
  again = rtc_description_from_text (printed, -1, NULL);
  g_assert_nonnull (again);
  return TRUE;
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;
  return (x > y) - (x < y);
}

static void
test_malformed (void)
{
  SdpCorpus *corpus = sdp_corpus_new (folders);
  g_autofree gint64 *times = g_new0 (gint64, N_CASES);
  guint n_good = 0;
  for (guint i = 0; i < N_CASES; i++) {
    GString *text = sdp_corpus_make (corpus, i);
    g_autoptr (GError) error = NULL;
    gint64 start = g_get_monotonic_time ();
    gboolean is_good = take (text, &error);
    times[i] = g_get_monotonic_time () - start;
    if (is_good == (error != NULL) || (error != NULL && error->message[0] == '\0'))
      g_error ("case %u (%s) has no result", i, sdp_corpus_describe (i));
    n_good += is_good;
    g_string_free (text, TRUE);
  }
  qsort (times, N_CASES, sizeof *times, compare_times);
  g_test_message ("%u answered, %u refused; median %u us, 99 %% %u us, longest %u us", n_good,
      N_CASES - n_good, (guint) times[N_CASES / 2], (guint) times[N_CASES * 99 / 100],
      (guint) times[N_CASES - 1]);
  /* Small damage is no reason to refuse, great damage is one. */
  g_assert_cmpuint (n_good, >, N_CASES / 20);
  g_assert_cmpuint (n_good, <, N_CASES * 19 / 20);
  sdp_corpus_free (corpus);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, >, 1);
  folders = (const gchar *const *) argv + 1;
  g_test_add_func ("/jsep/malformed", test_malformed);
  return g_test_run ();
}
