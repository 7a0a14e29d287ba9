/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SDP fragments: parse, restart an offer, tell of an answer. */
#include "signalling/rtcsdpfragment.h"

#include <string.h>

#define PWD "0123456789012345678901"
#define CREDENTIALS "a=ice-ufrag:EsAw\r\na=ice-pwd:" PWD "\r\n"

static const struct {
  const gchar *name;
  const gchar *text;
  /* -1 for none. */
  gint error;
  guint n_candidates;
} rows[] = {
  { "empty", "", -1, 0 },
  { "restart", CREDENTIALS, -1, 0 },
  { "trickle",
      CREDENTIALS "m=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
                  "a=candidate:1 1 udp 1 192.0.2.1 5 typ host\r\na=end-of-candidates\r\n",
      -1, 1 },
  { "line feeds alone", "m=audio 9 RTP/AVP 0\na=mid:0\na=candidate:1 1 udp 1 a.local 5 typ host\n",
      -1, 1 },
  { "not SDP", "hello", RTC_ERROR_SYNTAX, 0 },
  { "no value", "a\r\n", RTC_ERROR_SYNTAX, 0 },
  { "user name without password", "a=ice-ufrag:EsAw\r\n", RTC_ERROR_INVALID, 0 },
  { "password alone", "a=ice-pwd:" PWD "\r\n", RTC_ERROR_INVALID, 0 },
  { "short user name", "a=ice-ufrag:abc\r\n", RTC_ERROR_INVALID, 0 },
  { "short password", "a=ice-pwd:abc\r\n", RTC_ERROR_INVALID, 0 },
  { "control characters", "a=candidate:1\x01\r\n", -1, 0 },
  { "not UTF-8", "a=mid:\xff\r\n", RTC_ERROR_SYNTAX, 0 },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    RtcSdpFragment fragment = { NULL };
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", rows[i].name);
    rtc_sdp_fragment_parse (rows[i].text, strlen (rows[i].text), &fragment, &error);
    g_assert_cmpint (error != NULL ? error->code : -1, ==, rows[i].error);
    if (error == NULL)
      g_assert_cmpuint (
          rtc_trickle_queue_get_length (fragment.candidates), ==, rows[i].n_candidates);
    rtc_sdp_fragment_clear (&fragment);
  }
}

static void
test_sections (void)
{
  static const gchar text[] = "m=audio 9 X 0\r\na=mid:first\r\na=candidate:1 x\r\n"
                              "m=video 9 X 0\r\na=mid:second\r\na=candidate:2 x\r\n";
  RtcSdpFragment fragment = { NULL };
  g_assert_true (rtc_sdp_fragment_parse (text, strlen (text), &fragment, NULL));
  g_assert_cmpstr (rtc_trickle_queue_peek (fragment.candidates, 0)->mid, ==, "first");
  g_assert_cmpstr (rtc_trickle_queue_peek (fragment.candidates, 1)->mid, ==, "second");
  g_assert_cmpstr (rtc_trickle_queue_peek (fragment.candidates, 1)->candidate, ==, "candidate:2 x");
  rtc_sdp_fragment_clear (&fragment);
}

static void
test_limits (void)
{
  g_autoptr (GString) sections = g_string_new (NULL);
  g_autoptr (GString) candidates = g_string_new (NULL);
  g_autofree gchar *line = g_strnfill (RTC_SDP_FRAGMENT_MAX_LINE + 1, 'x');
  g_autofree gchar *attribute = g_strconcat ("a=", line, NULL);
  const gchar *texts[3];
  for (guint i = 0; i <= RTC_SDP_FRAGMENT_MAX_SECTIONS; i++)
    g_string_append (sections, "m=audio 9 X 0\r\n");
  for (guint i = 0; i <= RTC_TRICKLE_MAX_CANDIDATES; i++)
    g_string_append (candidates, "a=candidate:x\r\n");
  texts[0] = sections->str;
  texts[1] = candidates->str;
  texts[2] = attribute;
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    RtcSdpFragment fragment = { NULL };
    g_autoptr (GError) error = NULL;
    g_assert_false (rtc_sdp_fragment_parse (texts[i], strlen (texts[i]), &fragment, &error));
    g_assert_error (error, RTC_ERROR, RTC_ERROR_LIMIT);
  }
}

static void
test_restart (void)
{
  static const gchar offer[] = "v=0\r\no=- 1 41 IN IP4 0\r\ns=-\r\nm=audio 9 X 0\r\n"
                               "a=ice-ufrag:old1\r\na=ice-pwd:old\r\na=candidate:1 x\r\n"
                               "a=end-of-candidates\r\na=mid:0\r\n";
  RtcSdpFragment fragment = { NULL };
  g_autofree gchar *next = NULL;
  g_assert_true (rtc_sdp_fragment_parse (CREDENTIALS, strlen (CREDENTIALS), &fragment, NULL));
  next = rtc_sdp_fragment_restart_offer (&fragment, offer);
  g_assert_cmpstr (
      next, ==, "v=0\r\no=- 1 42 IN IP4 0\r\ns=-\r\nm=audio 9 X 0\r\n" CREDENTIALS "a=mid:0\r\n");
  rtc_sdp_fragment_clear (&fragment);
}

static void
test_answer (void)
{
  g_autofree gchar *text = rtc_sdp_fragment_from_answer (
      "v=0\r\no=- 1 2 IN IP4 0\r\na=ice-lite\r\na=group:BUNDLE 0 1\r\nm=audio 9 X 0\r\n"
      "c=IN IP4 0\r\na=mid:0\r\n" CREDENTIALS "a=rtpmap:0 X/1\r\na=candidate:1 x\r\n"
      "a=end-of-candidates\r\nm=video 9 X 1\r\na=mid:1\r\n");
  g_assert_cmpstr (text, ==,
      "a=ice-lite\r\na=group:BUNDLE 0 1\r\nm=audio 9 X 0\r\na=mid:0\r\n" CREDENTIALS
      "a=candidate:1 x\r\na=end-of-candidates\r\n");
}

#define DESCRIPTION                                                                                \
  "v=0\r\no=- 1 41 IN IP4 0\r\ns=-\r\na=group:BUNDLE a v\r\nm=audio 9 X 0\r\na=mid:a\r\n"
#define OLD "a=ice-ufrag:old1\r\na=ice-pwd:0123456789012345678901\r\n"
#define REST "m=video 9 X 96\r\na=mid:v\r\n"

static void
test_restart_answer (void)
{
  static const gchar text[] =
      CREDENTIALS "m=audio 9 X 0\r\na=mid:a\r\na=candidate:2 1 udp 1 192.0.2.2 2 typ host\r\n";
  RtcSdpFragment fragment = { NULL };
  g_autofree gchar *answer = NULL;
  g_assert_true (rtc_sdp_fragment_parse (text, strlen (text), &fragment, NULL));
  answer = rtc_sdp_fragment_restart_answer (
      &fragment, DESCRIPTION OLD "a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n" REST OLD);
  g_assert_cmpstr (answer, ==,
      "v=0\r\no=- 1 42 IN IP4 0\r\ns=-\r\na=group:BUNDLE a v\r\nm=audio 9 X "
      "0\r\na=mid:a\r\n" CREDENTIALS
      "a=candidate:2 1 udp 1 192.0.2.2 2 typ host\r\na=end-of-candidates\r\n" REST CREDENTIALS);
  rtc_sdp_fragment_clear (&fragment);
}

static void
test_candidates (void)
{
  RtcTrickleQueue *queue = rtc_trickle_queue_new ();
  const RtcTrickleCandidate candidate = { (gchar *) "candidate:9 x", NULL, 0 };
  g_autofree gchar *some = NULL;
  g_autofree gchar *last = NULL;
  g_assert_true (rtc_trickle_queue_push (queue, &candidate, NULL));
  some = rtc_sdp_fragment_from_candidates (
      DESCRIPTION OLD "a=candidate:1 y\r\n" REST OLD, queue, FALSE);
  g_assert_cmpstr (
      some, ==, "a=group:BUNDLE a v\r\nm=audio 9 X 0\r\na=mid:a\r\n" OLD "a=candidate:9 x\r\n");
  last = rtc_sdp_fragment_from_candidates (DESCRIPTION OLD REST, queue, TRUE);
  g_assert_true (g_str_has_suffix (last, "a=candidate:9 x\r\na=end-of-candidates\r\n"));
  rtc_trickle_queue_free (queue);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/sdp-fragment/parse", test_parse);
  g_test_add_func ("/signalling/sdp-fragment/sections", test_sections);
  g_test_add_func ("/signalling/sdp-fragment/limits", test_limits);
  g_test_add_func ("/signalling/sdp-fragment/restart", test_restart);
  g_test_add_func ("/signalling/sdp-fragment/answer", test_answer);
  g_test_add_func ("/signalling/sdp-fragment/restart-answer", test_restart_answer);
  g_test_add_func ("/signalling/sdp-fragment/candidates", test_candidates);
  return g_test_run ();
}
