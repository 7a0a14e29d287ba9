/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Candidates one by one, in a bounded list, and inside a description. */
#include "signalling/rtctrickle.h"

#define HOST "candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host"
#define OTHER "candidate:2 1 udp 2130706430 127.0.0.1 5001 typ host"

static const struct {
  const gchar *input;
  const gchar *expected;
} lines[] = {
  { HOST, HOST },
  { "a=" HOST, HOST },
  { "  " HOST "\r\n", HOST },
  { "", "" },
  { "candidate", NULL },
  { "a=mid:0", NULL },
  { "candidate:1\r\na=ice-pwd:x", NULL },
  { "candidate:1\n", "candidate:1" },
};

static void
test_normalize (void)
{
  g_autofree gchar *filler = g_strnfill (RTC_TRICKLE_MAX_CANDIDATE, 'x');
  g_autofree gchar *too_long = g_strconcat ("candidate:", filler, NULL);
  g_autoptr (GError) error = NULL;
  gchar *result = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree gchar *candidate = NULL;
    g_test_message ("%s", lines[i].input);
    g_assert_cmpint (
        rtc_trickle_normalize (lines[i].input, &candidate, NULL), ==, lines[i].expected != NULL);
    g_assert_cmpstr (candidate, ==, lines[i].expected);
  }
  g_assert_false (rtc_trickle_normalize (too_long, &result, &error));
  g_assert_error (error, RTC_ERROR, RTC_ERROR_LIMIT);
}

static void
test_queue (void)
{
  RtcTrickleQueue *queue = rtc_trickle_queue_new ();
  RtcTrickleCandidate candidate = { (gchar *) HOST, (gchar *) "0", -1 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < RTC_TRICKLE_MAX_CANDIDATES; i++)
    g_assert_true (rtc_trickle_queue_push (queue, &candidate, NULL));
  g_assert_false (rtc_trickle_queue_push (queue, &candidate, &error));
  g_assert_error (error, RTC_ERROR, RTC_ERROR_LIMIT);
  g_assert_cmpuint (rtc_trickle_queue_get_length (queue), ==, RTC_TRICKLE_MAX_CANDIDATES);
  g_assert_cmpstr (rtc_trickle_queue_peek (queue, 3)->candidate, ==, HOST);
  g_assert_cmpstr (rtc_trickle_queue_peek (queue, 3)->mid, ==, "0");
  g_assert_null (rtc_trickle_queue_peek (queue, RTC_TRICKLE_MAX_CANDIDATES));
  rtc_trickle_queue_clear (queue);
  g_assert_cmpuint (rtc_trickle_queue_get_length (queue), ==, 0);
  rtc_trickle_queue_free (queue);
}

static void
test_complete (void)
{
  RtcTrickleQueue *queue = rtc_trickle_queue_new ();
  RtcTrickleCandidate candidates[] = { { (gchar *) HOST, NULL, 0 }, { (gchar *) OTHER, NULL, 0 },
    { (gchar *) OTHER, NULL, 1 }, { (gchar *) "", NULL, 0 }, { (gchar *) OTHER, NULL, 7 } };
  g_autofree gchar *result = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (candidates); i++)
    g_assert_true (rtc_trickle_queue_push (queue, &candidates[i], NULL));
  result = rtc_trickle_complete_description ("v=0\ns=-\r\nm=audio 9 X 0\r\na=" HOST
                                             "\r\nm=video 9 X 96\r\nm=video 9 X 97\r\n",
      queue, TRUE);
  g_assert_cmpstr (result, ==,
      "v=0\r\ns=-\r\n"
      "m=audio 9 X 0\r\na=" HOST "\r\na=" OTHER "\r\na=end-of-candidates\r\n"
      "m=video 9 X 96\r\na=" OTHER "\r\na=end-of-candidates\r\n"
      "m=video 9 X 97\r\n");
  rtc_trickle_queue_free (queue);
}

/* The same candidate, once with and once without the ICE session that it is of. */
static void
test_complete_twice (void)
{
  static const gchar *const rows[][2] = { { HOST, HOST " ufrag abcd" },
    { HOST " ufrag abcd", HOST } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    RtcTrickleQueue *queue = rtc_trickle_queue_new ();
    RtcTrickleCandidate candidate = { (gchar *) rows[i][1], NULL, 0 };
    g_autofree gchar *sdp = g_strdup_printf ("v=0\r\nm=audio 9 X 0\r\na=%s\r\n", rows[i][0]);
    g_autofree gchar *expected = g_strconcat (sdp, "a=end-of-candidates\r\n", NULL);
    g_autofree gchar *result = NULL;
    g_assert_true (rtc_trickle_queue_push (queue, &candidate, NULL));
    result = rtc_trickle_complete_description (sdp, queue, TRUE);
    g_assert_cmpstr (result, ==, expected);
    g_free (result);
    result = rtc_trickle_complete_description (sdp, queue, FALSE);
    g_assert_cmpstr (result, ==, sdp);
    rtc_trickle_queue_free (queue);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/trickle/normalize", test_normalize);
  g_test_add_func ("/signalling/trickle/queue", test_queue);
  g_test_add_func ("/signalling/trickle/complete", test_complete);
  g_test_add_func ("/signalling/trickle/complete-twice", test_complete_twice);
  return g_test_run ();
}
