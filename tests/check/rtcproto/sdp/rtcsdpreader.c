/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is read out of lines that are right, in the ways that peers write them. Each row adds lines
 * to the session and to its one section, and says what is printed of it afterwards. */
#include <string.h>

#include "sdp/rtcdescription.h"

#define HEX32                                                                                      \
  "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:"  \
  "FF"
#define SHA1 "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33"
#define PWD "abcdefghijklmnopqrstuv"

static const struct {
  const gchar *name;
  const gchar *session; /* lines end with \n */
  const gchar *media;
  const gchar *expected; /* lines that must be printed, in this order, separated by | */
  const gchar *absent;   /* and what must not be printed, or NULL */
} rows[] = {
  { "session's ICE is copied", "a=ice-ufrag:abcd\na=ice-pwd:" PWD "\n", "",
      "a=ice-ufrag:abcd|a=ice-pwd:" PWD, NULL },
  { "section's ICE wins", "a=ice-ufrag:abcd\na=ice-pwd:" PWD "\n",
      "a=ice-ufrag:efgh\na=ice-pwd:" PWD "x\n", "a=ice-ufrag:efgh|a=ice-pwd:" PWD "x", "abcd\r" },
  { "session's fingerprint is copied", "a=fingerprint:sha-256 " HEX32 "\n", "",
      "a=fingerprint:sha-256 " HEX32, NULL },
  { "an old hash replaces the session's and is ignored", "a=fingerprint:sha-256 " HEX32 "\n",
      "a=fingerprint:sha-1 " SHA1 "\n", "a=sendrecv", "fingerprint" },
  { "hash in capitals", "", "a=fingerprint:SHA-256 " HEX32 "\n", "a=fingerprint:sha-256 ", NULL },
  { "session's setup is copied", "a=setup:passive\n", "", "a=setup:passive", NULL },
  { "section's setup wins", "a=setup:passive\n", "a=setup:active\n", "a=setup:active", "passive" },
  { "session's direction is copied", "a=recvonly\n", "", "a=recvonly", NULL },
  { "section's direction wins", "a=recvonly\n", "a=sendrecv\n", "a=sendrecv", "recvonly" },
  { "session's trickle is copied", "a=ice-options:trickle\n", "", "a=ice-options:trickle", NULL },
  { "section's options win", "a=ice-options:trickle\n", "a=ice-options:ice2\n", "a=sendrecv",
      "trickle" },
  { "options with commas", "a=ice-options:ice2,trickle\n", "", "a=ice-options:trickle", NULL },
  { "end of candidates of the session", "a=end-of-candidates\n", "", "a=end-of-candidates", NULL },
  { "candidate", "", "a=candidate:1 1 UDP 5 192.0.2.7 1 typ host ufrag x \n",
      "a=candidate:1 1 UDP 5 192.0.2.7 1 typ host ufrag x\r", NULL },
  { "candidates of strange kinds are no fault", "",
      "a=candidate:1 1 ssltcp 5 192.0.2.7 1 typ host\na=candidate:1 1 udp 5 192.0.2.7 1 typ "
      "magic\n",
      "a=sendrecv", "candidate:" },
  { "ice-lite", "a=ice-lite\n", "", "a=ice-lite", NULL },
  { "mixed extensions, session", "a=extmap-allow-mixed\n", "", "a=extmap-allow-mixed|m=audio",
      NULL },
  { "mixed extensions, section", "", "a=extmap-allow-mixed\n", "a=extmap-allow-mixed|m=audio",
      NULL },
  { "session's extension", "a=extmap:3/sendonly urn:x\n", "", "m=audio|a=extmap:3/sendonly urn:x",
      NULL },
  { "section's extensions win", "a=extmap:3 urn:x\n", "a=extmap:4 urn:y with attributes\n",
      "a=extmap:4 urn:y\r", "urn:x" },
  { "placeholder id", "", "a=extmap:4096 urn:y\n", "a=sendrecv", "urn:y" },
  { "id 255", "", "a=extmap:255/inactive urn:y\n", "a=extmap:255/inactive urn:y", NULL },
  { "rtcp", "", "a=rtcp-rsize\na=rtcp-mux\n", "a=rtcp:9 IN IP4 0.0.0.0|a=rtcp-mux\r|a=rtcp-rsize",
      NULL },
  { "rtcp-mux-only", "", "a=rtcp-mux-only\na=rtcp-mux\n", "a=rtcp-mux\r|a=rtcp-mux-only",
      "a=rtcp:" },
  { "fmtp in front of rtpmap", "", "a=fmtp:111 a=1\na=rtpmap:111 opus/48000/2\n",
      "a=rtpmap:111 opus/48000/2|a=fmtp:111 a=1", NULL },
  { "two fmtp lines", "", "a=rtpmap:111 opus/48000/2\na=fmtp:111 a=1\na=fmtp:111 b=2\n",
      "a=fmtp:111 a=1;b=2", NULL },
  { "static payload types need no rtpmap", "", "",
      "m=audio 9 UDP/TLS/RTP/SAVPF 0 8\r|a=rtpmap:0 PCMU/8000\r|a=rtpmap:8 PCMA/8000\r", NULL },
  { "one channel is not written", "", "a=rtpmap:0 PCMU/8000/1\n", "a=rtpmap:0 PCMU/8000\r", NULL },
  { "payload type that is not in the m= line", "",
      "a=rtpmap:99 x/1\na=fmtp:99 x\na=rtcp-fb:99 nack\n", "a=sendrecv", "99" },
  { "wildcard feedback", "", "a=rtcp-fb:0 nack\na=rtcp-fb:* nack\na=rtcp-fb:* transport-cc\n",
      "a=rtcp-fb:0 nack\r|a=rtcp-fb:0 transport-cc|a=rtcp-fb:8 nack\r|a=rtcp-fb:8 transport-cc",
      NULL },
  { "wildcard feedback not of rtx", "", "a=rtpmap:111 rtx/48000\na=rtcp-fb:* nack\n",
      "a=rtcp-fb:0 nack", "rtcp-fb:111" },
  { "msids", "", "a=msid:- t1\na=msid:s2\na=msid:{s3} {t3}\n",
      "a=msid:- t1\r|a=msid:s2\r|a=msid:{s3} {t3}", NULL },
  { "msid of a source", "", "a=ssrc:1 msid:s t\na=ssrc:2 msid:u v\n",
      "a=msid:s t\r|a=ssrc:1\r|a=ssrc:2\r", "u v" },
  { "msid of the section wins", "", "a=ssrc:1 msid:s t\na=msid:u v\n", "a=msid:u v", "s t" },
  { "FID", "", "a=ssrc:2 cname:c\na=ssrc:1 cname:c\na=ssrc-group:FID 1 2\n",
      "a=ssrc-group:FID 1 2|a=ssrc:1 cname:c|a=ssrc:2 cname:c", NULL },
  { "FID without ssrc lines", "", "a=ssrc-group:FID 1 2\n",
      "a=ssrc-group:FID 1 2|a=ssrc:1\r|a=ssrc:2\r", NULL },
  { "other groups", "", "a=ssrc-group:SIM 1 2 3\n", "a=sendrecv", "ssrc" },
  { "first cname counts", "", "a=ssrc:1 cname:a\na=ssrc:1 cname:b\n", "a=ssrc:1 cname:a",
      "cname:b" },
  { "rids", "", "a=rid:hi send pt=111;max-width=1280\na=rid:lo recv\n",
      "a=rid:hi send pt=111;max-width=1280|a=rid:lo recv", "simulcast" },
  { "simulcast orders them", "",
      "a=simulcast:send c;~a recv b\na=rid:a send\na=rid:b recv\na=rid:c send\n",
      "a=rid:c send|a=rid:a send|a=rid:b recv|a=simulcast:send c;~a recv b", NULL },
  { "recv in front", "", "a=rid:a send\na=rid:b recv\na=simulcast:recv b send a\n",
      "a=rid:b recv|a=rid:a send|a=simulcast:recv b send a", NULL },
  { "alternatives", "", "a=rid:a send\na=rid:b send\na=rid:c send\na=simulcast:send x,b,a;c\n",
      "a=rid:b send|a=rid:c send|a=simulcast:send b;c", "rid:a" },
  { "simulcast of unknown rids", "", "a=rid:a recv\na=simulcast:send a;z\n", "a=sendrecv",
      "simulcast" },
  { "bundle-only with a port", "", "a=bundle-only\n", "m=audio 9", "bundle-only" },
  { "ignored", "a=identity:x\na=group:LS 0\na=foo:bar\ni=x\nb=AS:1\n",
      "a=crypto:1 x\na=ptime:20\na=imageattr:* send "
      "*\na=sctp-port:x\na=max-message-size:x\nb=AS:1\nk=x\ni=x\n",
      "a=sendrecv", "foo" },
};

static RtcDescription *
read_rows (const gchar *session, const gchar *media)
{
  g_autofree gchar *text = g_strconcat ("v=0\no=user 1 2 IN IP6 ::1\ns=a name\nt=0 0\n", session,
      "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8\n", media, NULL);
  g_autoptr (GError) error = NULL;
  RtcDescription *description = rtc_description_from_text (text, -1, &error);

  g_assert_no_error (error);
  return description;
}

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (RtcDescription) description = read_rows (rows[i].session, rows[i].media);
    g_autofree gchar *text = rtc_description_to_text (description);
    g_auto (GStrv) parts = g_strsplit (rows[i].expected, "|", -1);
    const gchar *cursor = text;

    g_test_message ("%s\n%s", rows[i].name, text);
    for (guint j = 0; parts[j]; j++) {
      cursor = strstr (cursor, parts[j]);
      g_assert_nonnull (cursor);
    }
    if (rows[i].absent)
      g_assert_null (strstr (text, rows[i].absent));
  }
}

static RtcDescription *
read_sections (const gchar *sections)
{
  g_autofree gchar *text = g_strconcat ("v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\n", sections, NULL);
  g_autoptr (GError) error = NULL;
  RtcDescription *description = rtc_description_from_text (text, -1, &error);

  g_assert_no_error (error);
  return description;
}

static const struct {
  const gchar *media;
  RtcKind kind;
  guint port;
  guint sctp_port;
  guint64 max_message_size;
  gboolean is_rejected;
} sections[] = {
  { "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", RTC_KIND_AUDIO, 9, 0, 65536, FALSE },
  { "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\n", RTC_KIND_AUDIO, 9, 0, 65536, FALSE },
  { "m=video 7 RTP/AVPF 96 \r\n", RTC_KIND_VIDEO, 7, 0, 65536, FALSE },
  { "m=video 0 RTP/AVPF 0\r\n", RTC_KIND_VIDEO, 0, 0, 65536, TRUE },
  { "m=video 0 RTP/AVPF 0\r\na=bundle-only\r\n", RTC_KIND_VIDEO, 0, 0, 65536, FALSE },
  { "m=audio 9 UDP/XYZ 0\r\n", RTC_KIND_UNKNOWN, 9, 0, 65536, FALSE },
  { "m=text 9 RTP/AVPF 98 a b\r\n", RTC_KIND_UNKNOWN, 9, 0, 65536, FALSE },
  { "m=message 9 TCP/MSRP *\r\n", RTC_KIND_UNKNOWN, 9, 0, 65536, FALSE },
  { "m=application 9 UDP/BFCP *\r\n", RTC_KIND_UNKNOWN, 9, 0, 65536, FALSE },
  { "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n", RTC_KIND_APPLICATION, 9, 5000, 65536,
      FALSE },
  { "m=application 9 TCP/DTLS/SCTP "
    "webrtc-datachannel\r\na=sctp-port:6000\r\na=max-message-size:0\r\n",
      RTC_KIND_APPLICATION, 9, 6000, 0, FALSE },
  { "m=application 9 DTLS/SCTP 5001\r\na=sctpmap:5001 webrtc-datachannel "
    "1024\r\na=max-message-size:7\r\n",
      RTC_KIND_APPLICATION, 9, 5001, 7, FALSE },
  { "m=application 0 UDP/DTLS/SCTP 0\r\n", RTC_KIND_APPLICATION, 0, 0, 65536, TRUE },
  { "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\na=bundle-only\r\n", RTC_KIND_APPLICATION,
      0, 5000, 65536, FALSE },
};

static void
test_sections (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++) {
    g_autoptr (RtcDescription) description = read_sections (sections[i].media);
    const RtcSection *section = rtc_description_get_section (description, 0);
    g_autofree gchar *text = rtc_description_to_text (description), *again = NULL;
    g_autoptr (RtcDescription) reread = rtc_description_from_text (text, -1, NULL);

    g_test_message ("%s", sections[i].media);
    g_assert_cmpint (section->kind, ==, sections[i].kind);
    g_assert_cmpuint (section->port, ==, sections[i].port);
    g_assert_cmpuint (section->sctp_port, ==, sections[i].sctp_port);
    g_assert_cmpuint (section->max_message_size, ==, sections[i].max_message_size);
    g_assert_cmpint (rtc_section_is_rejected (section), ==, sections[i].is_rejected);
    again = rtc_description_to_text (reread);
    g_assert_cmpstr (text, ==, again);
  }
}

static void
test_session (void)
{
  g_autoptr (RtcDescription) description = read_rows ("a=group:BUNDLE\n", "");
  g_autoptr (RtcDescription) empty = read_sections ("\r\n\r\n");

  g_assert_cmpuint (description->session_id, ==, 1);
  g_assert_cmpuint (description->session_version, ==, 2);
  g_assert_cmpstr (description->session_name, ==, "a name");
  g_assert_cmpuint (description->bundle_groups->len, ==, 0);
  g_assert_cmpuint (empty->sections->len, ==, 0);
}

static void
test_groups (void)
{
  g_autoptr (RtcDescription) description =
      read_sections ("a=group:BUNDLE b a\r\na=group:LS a c\r\na=group:BUNDLE c\r\nm=audio 9 "
                     "RTP/AVP 0\r\na=mid:a\r\n"
                     "m=audio 9 RTP/AVP 0\r\na=mid:b\r\nm=audio 9 RTP/AVP 0\r\na=mid:c\r\n");
  const gchar *const *group = rtc_description_find_bundle (description, "a");

  g_assert_cmpuint (description->bundle_groups->len, ==, 2);
  g_assert_cmpstr (group[0], ==, "b");
  g_assert_cmpstr (group[1], ==, "a");
  g_assert_null (group[2]);
  g_assert_cmpstr (rtc_description_find_bundle (description, "c")[0], ==, "c");
}

static void
test_rejected_needs_nothing (void)
{
  g_autoptr (RtcDescription) description = read_sections (
      "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\nm=video 0 RTP/AVPF 96\r\n"
      "a=ice-ufrag:efgh\r\n");
  const RtcSection *section = rtc_description_get_section (description, 0);

  g_assert_cmpstr (section->ice_ufrag, ==, "efgh");
  g_assert_null (section->ice_pwd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdp-reader/rows", test_rows);
  g_test_add_func ("/sdp-reader/sections", test_sections);
  g_test_add_func ("/sdp-reader/session", test_session);
  g_test_add_func ("/sdp-reader/groups", test_groups);
  g_test_add_func ("/sdp-reader/rejected-needs-nothing", test_rejected_needs_nothing);
  return g_test_run ();
}
