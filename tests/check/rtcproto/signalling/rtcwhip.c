/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What WHIP and WHEP ask of offers and headers. */
#include "signalling/rtcwhip.h"

#define BUNDLE "v=0\r\na=group:BUNDLE 0 1\r\n"
#define AUDIO(direction)                                                                           \
  "m=audio 9 X 111\r\na=mid:0\r\na=rtcp-mux\r\na=setup:actpass\r\na=" direction "\r\n"
#define VIDEO(direction)                                                                           \
  "m=video 9 X 96\r\na=mid:1\r\na=rtcp-mux\r\na=setup:actpass\r\na=" direction "\r\n"

static const struct {
  const gchar *name;
  const gchar *sdp;
  RtcWhipRole role;
  /* 0: refused. */
  guint n_media;
} offers[] = {
  { "publisher", BUNDLE AUDIO ("sendonly") VIDEO ("sendonly"), RTC_WHIP_PUBLISHER, 2 },
  { "publisher, both ways", BUNDLE AUDIO ("sendrecv") VIDEO ("sendonly"), RTC_WHIP_PUBLISHER, 2 },
  { "publisher of one", AUDIO ("sendonly"), RTC_WHIP_PUBLISHER, 1 },
  { "viewer", BUNDLE AUDIO ("recvonly") VIDEO ("recvonly"), RTC_WHIP_VIEWER, 2 },
  { "direction of the session", "v=0\r\na=recvonly\r\nm=audio 9 X 0\r\na=rtcp-mux\r\n",
      RTC_WHIP_VIEWER, 1 },
  { "publisher that receives", AUDIO ("recvonly"), RTC_WHIP_PUBLISHER, 0 },
  { "publisher that does nothing", AUDIO ("inactive"), RTC_WHIP_PUBLISHER, 0 },
  { "viewer that sends", AUDIO ("sendonly"), RTC_WHIP_VIEWER, 0 },
  { "second section is wrong", BUNDLE AUDIO ("sendonly") VIDEO ("recvonly"), RTC_WHIP_PUBLISHER,
      0 },
  { "not bundled", AUDIO ("sendonly") VIDEO ("sendonly"), RTC_WHIP_PUBLISHER, 0 },
  { "one section is not bundled", "a=group:BUNDLE 0\r\n" AUDIO ("sendonly") VIDEO ("sendonly"),
      RTC_WHIP_PUBLISHER, 0 },
  { "two bundles", "a=group:BUNDLE 0\r\na=group:BUNDLE 1\r\n" AUDIO ("sendonly") VIDEO ("sendonly"),
      RTC_WHIP_PUBLISHER, 0 },
  { "a name that begins alike", "a=group:BUNDLE 0 10\r\n" AUDIO ("sendonly") VIDEO ("sendonly"),
      RTC_WHIP_PUBLISHER, 0 },
  { "no name", BUNDLE AUDIO ("sendonly") "m=video 9 X 96\r\na=sendonly\r\na=rtcp-mux\r\n",
      RTC_WHIP_PUBLISHER, 0 },
  { "channels beside media",
      "a=group:BUNDLE 1 d\r\n" VIDEO ("sendonly") "m=application 9 X\r\na=mid:d\r\n",
      RTC_WHIP_PUBLISHER, 1 },
  { "two videos", BUNDLE VIDEO ("sendonly") VIDEO ("sendonly"), RTC_WHIP_PUBLISHER, 0 },
  { "no media", "m=application 9 X 0\r\na=rtcp-mux\r\n", RTC_WHIP_PUBLISHER, 0 },
  { "RTCP apart", "m=audio 9 X 0\r\na=sendonly\r\n", RTC_WHIP_PUBLISHER, 0 },
  { "passive", "m=audio 9 X 0\r\na=sendonly\r\na=rtcp-mux\r\na=setup:passive\r\n",
      RTC_WHIP_PUBLISHER, 0 },
};

static void
test_offers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (offers); i++) {
    g_autoptr (GError) error = NULL;
    guint n_media = 0;
    g_test_message ("%s", offers[i].name);
    rtc_whip_check_offer (offers[i].sdp, offers[i].role, &n_media, &error);
    g_assert_cmpuint (n_media, ==, offers[i].n_media);
    if (offers[i].n_media == 0)
      g_assert_error (error, RTC_ERROR, RTC_ERROR_INVALID);
  }
}

static void
test_encodings (void)
{
  static const gchar sdp[] = "m=video 9 X 96\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\n";
  g_assert_true (rtc_whip_offers_encoding (sdp, "VP8"));
  g_assert_true (rtc_whip_offers_encoding (sdp, "vp8"));
  g_assert_true (rtc_whip_offers_encoding (sdp, "rtx"));
  g_assert_false (rtc_whip_offers_encoding (sdp, "VP"));
  g_assert_false (rtc_whip_offers_encoding (sdp, "VP9"));
}

static const struct {
  const gchar *if_match;
  RtcWhipMatch expected;
} matches[] = {
  { NULL, RTC_WHIP_MATCH_MISSING },
  { "*", RTC_WHIP_MATCH_ANY },
  { "\"*\"", RTC_WHIP_MATCH_ANY },
  { "\"now\"", RTC_WHIP_MATCH_SAME },
  { "\"old\", \"now\"", RTC_WHIP_MATCH_SAME },
  { "\"old\"", RTC_WHIP_MATCH_DIFFERENT },
  { "now", RTC_WHIP_MATCH_DIFFERENT },
  { "W/\"now\"", RTC_WHIP_MATCH_DIFFERENT },
  { "", RTC_WHIP_MATCH_DIFFERENT },
};

static void
test_matches (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (matches); i++)
    g_assert_cmpint (rtc_whip_match (matches[i].if_match, "\"now\""), ==, matches[i].expected);
}

static void
test_types (void)
{
  g_assert_true (rtc_whip_is_type ("application/sdp", "application/sdp"));
  g_assert_true (rtc_whip_is_type ("Application/SDP; charset=utf-8", "application/sdp"));
  g_assert_false (rtc_whip_is_type ("application/sdpx", "application/sdp"));
  g_assert_false (rtc_whip_is_type (NULL, "application/sdp"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/whip/offers", test_offers);
  g_test_add_func ("/signalling/whip/encodings", test_encodings);
  g_test_add_func ("/signalling/whip/matches", test_matches);
  g_test_add_func ("/signalling/whip/types", test_types);
  return g_test_run ();
}
