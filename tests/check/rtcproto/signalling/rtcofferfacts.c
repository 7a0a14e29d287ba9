/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What signalling reads from an offer, and which offers it refuses. */
#include "signalling/rtcofferfacts.h"

#define HEAD "v=0\r\no=- 123 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define MEDIA "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
#define UFRAG "a=ice-ufrag:abcd\r\n"
#define PWD "a=ice-pwd:0123456789012345678901\r\n"
#define FINGERPRINT "a=fingerprint:sha-256 AA:BB\r\n"
#define GOOD HEAD MEDIA UFRAG PWD FINGERPRINT

static const struct {
  const gchar *name;
  const gchar *sdp;
  gint expected;
} rows[] = {
  { "good", GOOD, -1 },
  { "bare line feeds", "v=0\no=- 1 1 IN IP4 0\ns=-\nt=0 0\nm=audio 9 X 0\n" UFRAG PWD FINGERPRINT,
      -1 },
  { "credentials before the sections", HEAD UFRAG PWD FINGERPRINT MEDIA, -1 },
  { "empty", "", RTC_ERROR_SYNTAX },
  { "not SDP", "hello", RTC_ERROR_SYNTAX },
  { "version only", "v=0\r\n", RTC_ERROR_INVALID },
  { "version 1", "v=1\r\n", RTC_ERROR_SYNTAX },
  { "line without =", HEAD "nonsense\r\n" MEDIA UFRAG PWD FINGERPRINT, RTC_ERROR_SYNTAX },
  { "short o= line", "v=0\r\no=- 1\r\n" MEDIA UFRAG PWD FINGERPRINT, RTC_ERROR_SYNTAX },
  { "no section", HEAD UFRAG PWD FINGERPRINT, RTC_ERROR_INVALID },
  { "no ufrag", HEAD MEDIA PWD FINGERPRINT, RTC_ERROR_INVALID },
  { "no pwd", HEAD MEDIA UFRAG FINGERPRINT, RTC_ERROR_INVALID },
  { "no fingerprint", HEAD MEDIA UFRAG PWD, RTC_ERROR_INVALID },
  { "short ufrag", HEAD MEDIA "a=ice-ufrag:abc\r\n" PWD FINGERPRINT, RTC_ERROR_INVALID },
  { "short pwd", HEAD MEDIA UFRAG "a=ice-pwd:012345678901234567890\r\n" FINGERPRINT,
      RTC_ERROR_INVALID },
};

static void
test_read (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    RtcOfferFacts facts = { NULL };
    g_autoptr (GError) error = NULL;
    gboolean is_good = rtc_offer_facts_read (rows[i].sdp, &facts, &error);
    g_test_message ("%s: %s", rows[i].name, is_good ? "read" : error->message);
    g_assert_cmpint (is_good, ==, rows[i].expected == -1);
    if (!is_good)
      g_assert_error (error, RTC_ERROR, rows[i].expected);
    g_assert_cmpint (is_good, ==, facts.identity != NULL);
    rtc_offer_facts_clear (&facts);
  }
}

/* @count times @line behind a good offer. */
static gint
read_repeated (const gchar *line, guint count)
{
  g_autoptr (GString) sdp = g_string_new (GOOD);
  g_autoptr (GError) error = NULL;
  RtcOfferFacts facts = { NULL };
  for (guint i = 0; i < count; i++)
    g_string_append (sdp, line);
  rtc_offer_facts_read (sdp->str, &facts, &error);
  rtc_offer_facts_clear (&facts);
  return error != NULL ? error->code : -1;
}

static void
test_limits (void)
{
  g_autofree gchar *filler = g_strnfill (RTC_OFFER_MAX_LINE, 'x');
  g_autofree gchar *line = g_strconcat ("a=", filler, "\r\n", NULL);
  g_autofree gchar *ufrag = g_strdup_printf ("a=ice-ufrag:%.257s\r\n", filler);

  g_assert_cmpint (read_repeated (MEDIA, RTC_OFFER_MAX_SECTIONS - 1), ==, -1);
  g_assert_cmpint (read_repeated (MEDIA, RTC_OFFER_MAX_SECTIONS), ==, RTC_ERROR_LIMIT);
  g_assert_cmpint (read_repeated ("a=candidate:1\r\n", RTC_OFFER_MAX_CANDIDATES), ==, -1);
  g_assert_cmpint (
      read_repeated ("a=candidate:1\r\n", RTC_OFFER_MAX_CANDIDATES + 1), ==, RTC_ERROR_LIMIT);
  g_assert_cmpint (read_repeated (line, 1), ==, RTC_ERROR_LIMIT);
  g_assert_cmpint (read_repeated (ufrag, 1), ==, RTC_ERROR_INVALID);
}

static RtcOfferFacts
must_read (const gchar *sdp)
{
  RtcOfferFacts facts = { NULL };
  g_autoptr (GError) error = NULL;
  rtc_offer_facts_read (sdp, &facts, &error);
  g_assert_no_error (error);
  return facts;
}

static void
test_succession (void)
{
  RtcOfferFacts first = must_read (GOOD);
  RtcOfferFacts more = must_read (GOOD MEDIA);
  RtcOfferFacts restarted = must_read (HEAD MEDIA "a=ice-ufrag:efgh\r\n" PWD FINGERPRINT);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (first.identity, ==, "- 123 sha-256 AA:BB");
  g_assert_cmpstr (first.ice_ufrag, ==, "abcd");
  g_assert_cmpuint (more.n_sections, ==, 2);
  g_assert_true (rtc_offer_facts_may_follow (&first, &more, &error));
  g_assert_false (rtc_offer_facts_may_follow (&more, &first, &error));
  g_assert_error (error, RTC_ERROR, RTC_ERROR_INVALID);
  g_assert_false (rtc_offer_facts_is_restart (&first, &more));
  g_assert_true (rtc_offer_facts_is_restart (&first, &restarted));
  rtc_offer_facts_clear (&first);
  rtc_offer_facts_clear (&more);
  rtc_offer_facts_clear (&restarted);
}

static void
test_find_mid (void)
{
  const gchar *sdp = HEAD "a=mid:outside\r\nm=audio 9 X 0\r\na=mid:0\r\nm=video 9 X 96\na=mid:v\n";
  g_assert_cmpint (rtc_sdp_find_mid (sdp, "0"), ==, 0);
  g_assert_cmpint (rtc_sdp_find_mid (sdp, "v"), ==, 1);
  g_assert_cmpint (rtc_sdp_find_mid (sdp, "none"), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/offer-facts/read", test_read);
  g_test_add_func ("/signalling/offer-facts/limits", test_limits);
  g_test_add_func ("/signalling/offer-facts/succession", test_succession);
  g_test_add_func ("/signalling/offer-facts/find-mid", test_find_mid);
  return g_test_run ();
}
