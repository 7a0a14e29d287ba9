/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A description that was built by hand comes out line by line in the canonical order. */
#include "sdp/rtcdescription.h"

#define HEX32                                                                                      \
  "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:"  \
  "FF"

static void
add_transport (RtcSection *section)
{
  section->ice_ufrag = g_strdup ("abcd");
  section->ice_pwd = g_strdup ("abcdefghijklmnopqrstuv");
  section->has_trickle = TRUE;
  section->setup = RTC_SETUP_ACTPASS;
  g_ptr_array_add (section->fingerprints, rtc_fingerprint_new ("sha-256", HEX32));
}

static RtcSection *
make_video (void)
{
  RtcSection *section = rtc_section_new (RTC_KIND_VIDEO, "0");
  RtcCodec *vp8 = rtc_codec_new (96, "VP8", 90000, 0);

  add_transport (section);
  section->rtcp_mux = section->rtcp_rsize = section->has_simulcast = TRUE;
  section->is_end_of_candidates = TRUE;
  section->direction = RTC_DIRECTION_SENDONLY;
  g_ptr_array_add (section->candidates, g_strdup ("candidate:1 1 udp 1 192.0.2.7 5000 typ host"));
  g_ptr_array_add (vp8->feedback, g_strdup ("nack"));
  g_ptr_array_add (vp8->feedback, g_strdup ("nack pli"));
  g_ptr_array_add (section->codecs, vp8);
  g_ptr_array_add (section->codecs, rtc_codec_new_rtx (97, vp8));
  g_ptr_array_add (section->extmaps, rtc_extmap_new (4, "urn:m", RTC_DIRECTION_SENDRECV));
  g_ptr_array_add (section->extmaps, rtc_extmap_new (5, "urn:n", RTC_DIRECTION_SENDONLY));
  g_ptr_array_add (section->msids, rtc_msid_new ("stream", "track"));
  g_ptr_array_add (section->rids, rtc_rid_new ("hi", TRUE, "max-width=640"));
  g_ptr_array_add (section->rids, rtc_rid_new ("lo", TRUE, NULL));
  ((RtcRid *) section->rids->pdata[1])->is_paused = TRUE;
  g_ptr_array_add (section->sources, rtc_source_new (11, 12, "cname"));
  g_ptr_array_add (section->sources, rtc_source_new (13, 0, NULL));
  return section;
}

static RtcSection *
make_data (void)
{
  RtcSection *section = rtc_section_new (RTC_KIND_APPLICATION, "1");

  add_transport (section);
  section->port = 0;
  section->is_bundle_only = TRUE;
  section->max_message_size = 262144;
  return section;
}

static void
add_bundle (RtcDescription *description, const gchar *mids)
{
  g_ptr_array_add (description->bundle_groups, g_strsplit (mids, " ", -1));
}

#define TRANSPORT                                                                                  \
  "a=ice-ufrag:abcd\r\n"                                                                           \
  "a=ice-pwd:abcdefghijklmnopqrstuv\r\n"                                                           \
  "a=ice-options:trickle\r\n"                                                                      \
  "a=fingerprint:sha-256 " HEX32 "\r\n"                                                            \
  "a=setup:actpass\r\n"

static const gchar expected[] = "v=0\r\n"
                                "o=- 18446744073709551615 3 IN IP4 0.0.0.0\r\n"
                                "s=-\r\n"
                                "t=0 0\r\n"
                                "a=group:BUNDLE 0 1\r\n"
                                "a=extmap-allow-mixed\r\n"
                                "a=msid-semantic: WMS *\r\n"
                                "a=ice-lite\r\n"
                                "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"
                                "c=IN IP4 0.0.0.0\r\n"
                                "a=rtcp:9 IN IP4 0.0.0.0\r\n"
                                "a=candidate:1 1 udp 1 192.0.2.7 5000 typ host\r\n"
                                "a=end-of-candidates\r\n" TRANSPORT "a=mid:0\r\n"
                                "a=extmap:4 urn:m\r\n"
                                "a=extmap:5/sendonly urn:n\r\n"
                                "a=sendonly\r\n"
                                "a=msid:stream track\r\n"
                                "a=rtcp-mux\r\n"
                                "a=rtcp-rsize\r\n"
                                "a=rtpmap:96 VP8/90000\r\n"
                                "a=rtcp-fb:96 nack\r\n"
                                "a=rtcp-fb:96 nack pli\r\n"
                                "a=rtpmap:97 rtx/90000\r\n"
                                "a=fmtp:97 apt=96\r\n"
                                "a=rid:hi send max-width=640\r\n"
                                "a=rid:lo send\r\n"
                                "a=simulcast:send hi;~lo\r\n"
                                "a=ssrc-group:FID 11 12\r\n"
                                "a=ssrc:11 cname:cname\r\n"
                                "a=ssrc:12 cname:cname\r\n"
                                "a=ssrc:13\r\n"
                                "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"
                                "c=IN IP4 0.0.0.0\r\n"
                                "a=bundle-only\r\n" TRANSPORT "a=mid:1\r\n"
                                "a=sctp-port:5000\r\n"
                                "a=max-message-size:262144\r\n";

static void
test_order (void)
{
  g_autoptr (RtcDescription) description = rtc_description_new ();
  g_autofree gchar *text = NULL;

  description->session_id = G_MAXUINT64;
  description->session_version = 3;
  description->is_ice_lite = description->is_extmap_allow_mixed = TRUE;
  add_bundle (description, "0 1");
  g_ptr_array_add (description->sections, make_video ());
  g_ptr_array_add (description->sections, make_data ());
  text = rtc_description_to_text (description);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_data_only (void)
{
  g_autoptr (RtcDescription) description = rtc_description_new ();
  g_autofree gchar *text = NULL;
  RtcSection *section = rtc_section_new (RTC_KIND_APPLICATION, "0");

  g_free (section->protocol);
  section->protocol = g_strdup ("DTLS/SCTP");
  g_ptr_array_add (description->sections, section);
  text = rtc_description_to_text (description);
  g_assert_cmpstr (text, ==,
      "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=application 9 DTLS/SCTP 5000\r\n"
      "c=IN IP4 0.0.0.0\r\na=mid:0\r\na=sctpmap:5000 webrtc-datachannel 1024\r\n"
      "a=max-message-size:65536\r\n");
}

/* What an application put in must not become lines of its own. */
static void
test_no_line_injection (void)
{
  g_autoptr (RtcDescription) description = rtc_description_new ();
  RtcSection *section = rtc_section_new (RTC_KIND_AUDIO, "0");
  g_autofree gchar *text = NULL;

  g_ptr_array_add (section->msids, rtc_msid_new ("s\r\na=crypto:1", "t\nm=audio 9"));
  g_ptr_array_add (section->codecs, rtc_codec_new (0, "PCMU", 8000, 1));
  g_ptr_array_add (description->sections, section);
  text = rtc_description_to_text (description);
  g_assert_cmpstr (text, ==,
      "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=msid-semantic: WMS *\r\n"
      "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\n"
      "a=rtpmap:0 PCMU/8000\r\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdp-writer/order", test_order);
  g_test_add_func ("/sdp-writer/data-only", test_data_only);
  g_test_add_func ("/sdp-writer/no-line-injection", test_no_line_injection);
  return g_test_run ();
}
