/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One good description, and in each row one change that must be refused with these words. */
#include <string.h>

#include "sdp/rtcdescription.h"

#define HEX16 "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"
#define LETTERS_64 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"
#define LETTERS_256 LETTERS_64 LETTERS_64 LETTERS_64 LETTERS_64

static const gchar good[] = "v=0\r\n"
                            "o=- 1 2 IN IP4 0.0.0.0\r\n"
                            "s=-\r\n"
                            "t=0 0\r\n"
                            "a=group:BUNDLE a d\r\n"
                            "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\n"
                            "c=IN IP4 0.0.0.0\r\n"
                            "a=mid:a\r\n"
                            "a=ice-ufrag:abcd\r\n"
                            "a=ice-pwd:abcdefghijklmnopqrstuv\r\n"
                            "a=fingerprint:sha-256 " HEX16 ":" HEX16 "\r\n"
                            "a=setup:actpass\r\n"
                            "a=rtcp-mux\r\n"
                            "a=rtpmap:111 opus/48000/2\r\n"
                            "a=fmtp:111 minptime=10\r\n"
                            "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
                            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
                            "c=IN IP4 0.0.0.0\r\n"
                            "a=mid:d\r\n"
                            "a=ice-ufrag:abcd\r\n"
                            "a=ice-pwd:abcdefghijklmnopqrstuv\r\n"
                            "a=fingerprint:sha-256 " HEX16 ":" HEX16 "\r\n"
                            "a=setup:actpass\r\n"
                            "a=sctp-port:5000\r\n";

/* The first @find becomes @replacement. */
static const struct {
  const gchar *name;
  const gchar *find;
  const gchar *replacement;
  RtcError code;
  const gchar *message; /* a part of it */
} rows[] = {
  { "version 1", "v=0", "v=1", RTC_ERROR_SYNTAX, "line 1: \"v=1\": the version is not 0" },
  { "no version", "v=0\r\n", "", RTC_ERROR_SYNTAX,
      "line 1: \"o=- 1 2 IN IP4 0.0.0.0\": a v= line must stand here" },
  { "no origin", "o=- 1 2 IN IP4 0.0.0.0\r\n", "", RTC_ERROR_SYNTAX, "line 2: \"s=-\": a o= line" },
  { "no name", "s=-\r\n", "", RTC_ERROR_SYNTAX, "a s= line must stand here" },
  { "origin of five words", "o=- 1 2 IN", "o=- 1 IN", RTC_ERROR_SYNTAX, "six words" },
  { "session id", "o=- 1 2", "o=- x 2", RTC_ERROR_SYNTAX, "session id" },
  { "session id too large", "o=- 1 2", "o=- 18446744073709551616 2", RTC_ERROR_SYNTAX, "64-bit" },
  { "session version", "o=- 1 2", "o=- 1 -2", RTC_ERROR_SYNTAX, "version" },
  { "unknown line", "t=0 0", "x=0 0", RTC_ERROR_SYNTAX, "line 4: \"x=0 0\": a line of this type" },
  { "session line in a section", "a=rtcp-mux\r\n", "t=0 0\r\n", RTC_ERROR_SYNTAX,
      "line 13: \"t=0 0\"" },
  { "second version", "t=0 0", "v=0", RTC_ERROR_SYNTAX, "line of this type" },
  { "no equals sign", "t=0 0", "t 0 0", RTC_ERROR_SYNTAX,
      "line 4: \"t 0 0\": the line is not a letter" },
  { "capital letter", "t=0 0", "T=0 0", RTC_ERROR_SYNTAX, "a letter and" },
  { "space in front", "a=mid:a", " a=mid:a", RTC_ERROR_SYNTAX, "line 8" },
  { "one letter", "a=mid:a", "a", RTC_ERROR_SYNTAX, "a letter and" },
  { "empty line within", "t=0 0\r\n", "t=0 0\r\n\r\n", RTC_ERROR_SYNTAX, "line 5: \"\"" },
  { "bare carriage return", "a=mid:a", "a=mid:\ra", RTC_ERROR_SYNTAX, "control character" },
  { "control character", "a=mid:a", "a=mid:\x01", RTC_ERROR_SYNTAX,
      "\"a=mid:?\": the line holds a control" },
  { "not UTF-8", "a=mid:a", "a=mid:\xff", RTC_ERROR_SYNTAX, "not UTF-8" },
  { "empty mid", "a=mid:a", "a=mid:", RTC_ERROR_SYNTAX, "line 8: \"a=mid:\": the mid is empty" },
  { "mid without colon", "a=mid:a", "a=mid", RTC_ERROR_SYNTAX, "the mid is empty" },
  { "mid with a space", "a=mid:a", "a=mid:a b", RTC_ERROR_SYNTAX, "the mid is not a token" },
  { "mid of 256", "a=mid:a", "a=mid:" LETTERS_256, RTC_ERROR_SYNTAX, "not a token of at most 255" },
  { "mid twice in one section", "a=mid:a\r\n", "a=mid:a\r\na=mid:b\r\n", RTC_ERROR_INVALID,
      "stands twice" },
  { "mid of two sections", "a=mid:d", "a=mid:a", RTC_ERROR_INVALID,
      "line 19: \"a=mid:a\": another section has this mid" },
  { "group without section", "BUNDLE a d", "BUNDLE a d e", RTC_ERROR_INVALID,
      "no section has the mid \"e\"" },
  { "mid twice in a group", "BUNDLE a d", "BUNDLE a d a", RTC_ERROR_INVALID,
      "the mid \"a\" stands twice" },
  { "mid in two groups", "a=group:BUNDLE a d\r\n", "a=group:BUNDLE a\r\na=group:BUNDLE d a\r\n",
      RTC_ERROR_INVALID, "stands twice" },
  { "group of no token", "BUNDLE a d", "BUNDLE a @", RTC_ERROR_SYNTAX, "not a token" },
  { "m= of three words", "m=audio 9 UDP/TLS/RTP/SAVPF 111 0", "m=audio 9 UDP/TLS/RTP/SAVPF",
      RTC_ERROR_SYNTAX, "line 6: \"m=audio 9 UDP/TLS/RTP/SAVPF\": the line is not" },
  { "m= without medium", "m=audio 9", "m= 9", RTC_ERROR_SYNTAX, "the line is not a medium" },
  { "medium no token", "m=audio 9", "m=au:dio 9", RTC_ERROR_SYNTAX, "not a token" },
  { "port too large", "m=audio 9", "m=audio 65536", RTC_ERROR_SYNTAX, "the port is not a number" },
  { "negative port", "m=audio 9", "m=audio -1", RTC_ERROR_SYNTAX, "the port is not a number" },
  { "two ports", "m=audio 9", "m=audio 9/2", RTC_ERROR_SYNTAX, "the port is not a number" },
  { "payload type word", "SAVPF 111 0", "SAVPF 111 opus", RTC_ERROR_SYNTAX,
      "a payload type is not" },
  { "payload type 128", "SAVPF 111 0", "SAVPF 128", RTC_ERROR_SYNTAX, "a payload type is not" },
  { "payload type twice", "SAVPF 111 0", "SAVPF 111 0 111", RTC_ERROR_INVALID,
      "the payload type 111 stands twice" },
  { "data format", "webrtc-datachannel", "5000", RTC_ERROR_UNSUPPORTED,
      "the format is not \"webrtc-datachannel\"" },
  { "rtpmap payload type", "a=rtpmap:111", "a=rtpmap:200", RTC_ERROR_SYNTAX,
      "line 14: \"a=rtpmap:200 opus/48000/2\": the payload type" },
  { "rtpmap empty", "a=rtpmap:111 opus/48000/2", "a=rtpmap:", RTC_ERROR_SYNTAX,
      "the payload type" },
  { "rtpmap without encoding", "111 opus/48000/2", "111", RTC_ERROR_SYNTAX, "no encoding name" },
  { "rtpmap without rate", "opus/48000/2", "opus", RTC_ERROR_SYNTAX,
      "no encoding name and clock rate" },
  { "rtpmap without name", "opus/48000/2", "/48000/2", RTC_ERROR_SYNTAX, "no encoding name" },
  { "rtpmap rate word", "opus/48000/2", "opus/x/2", RTC_ERROR_SYNTAX, "clock rate" },
  { "rtpmap rate 0", "opus/48000/2", "opus/0/2", RTC_ERROR_SYNTAX, "clock rate" },
  { "rtpmap rate of 2^31", "opus/48000/2", "opus/2147483648", RTC_ERROR_SYNTAX, "clock rate" },
  { "rtpmap channels 0", "opus/48000/2", "opus/48000/0", RTC_ERROR_SYNTAX, "channels" },
  { "rtpmap channels 256", "opus/48000/2", "opus/48000/256", RTC_ERROR_SYNTAX, "channels" },
  { "two rtpmaps", "a=fmtp:111 minptime=10", "a=rtpmap:111 opus/48000/2", RTC_ERROR_INVALID,
      "two rtpmaps" },
  { "fmtp payload type", "a=fmtp:111", "a=fmtp:x", RTC_ERROR_SYNTAX, "the payload type" },
  { "rtcp-fb payload type", "a=rtcp-mux", "a=rtcp-fb:x nack", RTC_ERROR_SYNTAX,
      "the payload type" },
  { "rtcp-fb without kind", "a=rtcp-mux", "a=rtcp-fb:111", RTC_ERROR_SYNTAX,
      "the kind of feedback" },
  { "rtcp-fb wildcard without kind", "a=rtcp-mux", "a=rtcp-fb:* ", RTC_ERROR_SYNTAX,
      "the kind of feedback" },
  { "extmap id 0", "a=extmap:4", "a=extmap:0", RTC_ERROR_SYNTAX, "id is not from 1 to 255" },
  { "extmap id 256", "a=extmap:4", "a=extmap:256", RTC_ERROR_SYNTAX, "id is not from 1 to 255" },
  { "extmap id word", "a=extmap:4", "a=extmap:x", RTC_ERROR_SYNTAX, "id is not from 1 to 255" },
  { "extmap direction", "a=extmap:4", "a=extmap:4/both", RTC_ERROR_SYNTAX,
      "direction of the header extension" },
  { "extmap without uri", "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid", "a=extmap:4",
      RTC_ERROR_SYNTAX, "URI" },
  { "extmap id twice", "a=rtcp-mux", "a=extmap:4 urn:x", RTC_ERROR_INVALID, "id 4 stands twice" },
  { "ufrag of 3", "a=ice-ufrag:abcd", "a=ice-ufrag:abc", RTC_ERROR_SYNTAX,
      "line 9: \"a=ice-ufrag:abc\": the ICE ufrag" },
  { "ufrag of 257", "a=ice-ufrag:abcd", "a=ice-ufrag:x" LETTERS_256, RTC_ERROR_SYNTAX,
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTU...\": the ICE ufrag" },
  { "ufrag with other letters", "a=ice-ufrag:abcd", "a=ice-ufrag:ab-d", RTC_ERROR_SYNTAX,
      "ICE ufrag" },
  { "ufrag twice", "a=rtcp-mux", "a=ice-ufrag:efgh", RTC_ERROR_INVALID, "stands twice" },
  { "password of 21, not shown", "a=ice-pwd:abcdefghijklmnopqrstuv",
      "a=ice-pwd:abcdefghijklmnopqrstu", RTC_ERROR_SYNTAX,
      "line 10: \"a=ice-pwd:...\": the ICE password" },
  { "password of 257", "a=ice-pwd:", "a=ice-pwd:" LETTERS_256, RTC_ERROR_SYNTAX, "ICE password" },
  { "no password", "a=ice-pwd:abcdefghijklmnopqrstuv\r\n", "", RTC_ERROR_INVALID,
      "line 6: \"m=audio 9 UDP/TLS/RTP/SAVPF 111 0\": the section has an ICE ufrag or a password" },
  { "no ufrag", "a=ice-ufrag:abcd\r\n", "", RTC_ERROR_INVALID, "but not both" },
  { "fingerprint hex", "sha-256 00:11", "sha-256 0g:11", RTC_ERROR_SYNTAX,
      "line 11: \"a=fingerprint:sha-256 0g:11" },
  { "fingerprint too short", "sha-256 00:11:", "sha-256 ", RTC_ERROR_SYNTAX,
      "not 32 hexadecimal pairs" },
  { "fingerprint without value", "a=fingerprint:sha-256 " HEX16 ":" HEX16, "a=fingerprint:sha-256",
      RTC_ERROR_SYNTAX, "not a hash, a space" },
  { "setup", "a=setup:actpass", "a=setup:holdconn", RTC_ERROR_INVALID,
      "line 12: \"a=setup:holdconn\": the setup is not" },
  { "setup twice", "a=rtcp-mux", "a=setup:active", RTC_ERROR_INVALID, "stands twice" },
  { "two directions", "a=rtcp-mux", "a=sendonly\r\na=recvonly", RTC_ERROR_INVALID,
      "line 14: \"a=recvonly\"" },
  { "candidate", "a=rtcp-mux", "a=candidate:1 1 udp 1 1.2.3.4 x typ host", RTC_ERROR_SYNTAX,
      "the port is not a number" },
  { "candidate at the end", "a=sctp-port:5000", "a=candidate:1 1 udp 1 192.0.2.7", RTC_ERROR_SYNTAX,
      "line 24: \"a=candidate:...\": the candidate has" },
  { "sctp-port 0", "a=sctp-port:5000", "a=sctp-port:0", RTC_ERROR_SYNTAX, "SCTP port" },
  { "sctp-port too large", "a=sctp-port:5000", "a=sctp-port:70000", RTC_ERROR_SYNTAX, "SCTP port" },
  { "sctp-port twice", "a=sctp-port:5000", "a=sctp-port:5000\r\na=sctp-port:5000",
      RTC_ERROR_INVALID, "line 25" },
  { "max-message-size", "a=sctp-port:5000", "a=max-message-size:1k", RTC_ERROR_SYNTAX,
      "number of bytes" },
  { "msid empty", "a=rtcp-mux", "a=msid:", RTC_ERROR_SYNTAX, "the msid" },
  { "ssrc word", "a=rtcp-mux", "a=ssrc:x cname:y", RTC_ERROR_SYNTAX, "the SSRC is not" },
  { "ssrc too large", "a=rtcp-mux", "a=ssrc:4294967296 cname:y", RTC_ERROR_SYNTAX,
      "the SSRC is not" },
  { "cname empty", "a=rtcp-mux", "a=ssrc:1 cname:", RTC_ERROR_SYNTAX, "the cname" },
  { "cname too long", "a=rtcp-mux", "a=ssrc:1 cname:" LETTERS_256, RTC_ERROR_SYNTAX, "the cname" },
  { "FID of one", "a=rtcp-mux", "a=ssrc-group:FID 1", RTC_ERROR_SYNTAX, "two SSRCs" },
  { "FID word", "a=rtcp-mux", "a=ssrc-group:FID 1 x", RTC_ERROR_SYNTAX, "an SSRC of the group" },
  { "FID of itself", "a=rtcp-mux", "a=ssrc-group:FID 1 1", RTC_ERROR_INVALID, "line 6: \"m=audio" },
  { "FID chain", "a=rtcp-mux", "a=ssrc-group:FID 2 3\r\na=ssrc-group:FID 1 2", RTC_ERROR_INVALID,
      "FID groups" },
  { "rid letters", "a=rtcp-mux", "a=rid:a.b send", RTC_ERROR_SYNTAX, "the rid is not letters" },
  { "rid without direction", "a=rtcp-mux", "a=rid:a", RTC_ERROR_SYNTAX, "direction of the rid" },
  { "rid twice", "a=rtcp-mux", "a=rid:a send\r\na=rid:a recv", RTC_ERROR_INVALID,
      "the rid stands twice" },
  { "simulcast direction", "a=rtcp-mux", "a=rid:a send\r\na=simulcast:both a", RTC_ERROR_SYNTAX,
      "line 14: \"a=simulcast:both a\"" },
  { "simulcast of one word", "a=rtcp-mux", "a=simulcast:send", RTC_ERROR_SYNTAX,
      "each with a list of rids" },
  { "simulcast same direction", "a=rtcp-mux", "a=simulcast:send a send b", RTC_ERROR_SYNTAX,
      "each with a list" },
  { "simulcast twice", "a=rtcp-mux", "a=simulcast:send a\r\na=simulcast:send a", RTC_ERROR_INVALID,
      "stands twice" },
};

static gchar *
replace_first (const gchar *text, const gchar *find, const gchar *replacement)
{
  const gchar *at = strstr (text, find);

  g_assert_nonnull (at);
  return g_strdup_printf ("%.*s%s%s", (gint) (at - text), text, replacement, at + strlen (find));
}

static void
assert_refused (
    const gchar *name, const gchar *text, gsize length, RtcError code, const gchar *part)
{
  g_autoptr (GError) error = NULL;
  RtcDescription *description = rtc_description_from_text (text, (gssize) length, &error);

  g_test_message ("%s", name);
  g_assert_null (description);
  g_assert_error (error, RTC_ERROR, (gint) code);
  if (!strstr (error->message, part))
    g_error ("%s: \"%s\" is not in \"%s\"", name, part, error->message);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_good (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RtcDescription) description = rtc_description_from_text (good, -1, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (description->sections->len, ==, 2);
}

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *text = replace_first (good, rows[i].find, rows[i].replacement);

    assert_refused (rows[i].name, text, strlen (text), rows[i].code, rows[i].message);
  }
}

/* @line with a number in it, @count times behind a=rtcp-mux (@is_section) or at the end. */
static const struct {
  const gchar *name;
  const gchar *before;
  const gchar *line;
  guint max;
  const gchar *message;
} limits[] = {
  { "candidates", "a=rtcp-mux\r\n", "a=candidate:%u 1 udp 1 192.0.2.7 1 typ host\r\n",
      RTC_SDP_MAX_CANDIDATES, "more than 64 candidates" },
  { "extmaps", "a=rtcp-mux\r\n", "a=extmap:1%02u urn:x\r\n", RTC_SDP_MAX_EXTMAPS - 1,
      "more than 32 header extensions" },
  { "SSRCs", "a=rtcp-mux\r\n", "a=ssrc:%u cname:x\r\n", RTC_SDP_MAX_SSRCS, "more than 64 SSRCs" },
  { "SSRCs of groups", "a=rtcp-mux\r\n", "a=ssrc-group:FID 1%03u 2\r\n", RTC_SDP_MAX_SSRCS,
      "more than 64 groups" },
  { "msids", "a=rtcp-mux\r\n", "a=msid:s t%u\r\n", RTC_SDP_MAX_MSIDS, "more than 16 msids" },
  { "rids", "a=rtcp-mux\r\n", "a=rid:r%u send\r\n", RTC_SDP_MAX_RIDS, "more than 16 rids" },
  { "feedback", "a=rtcp-mux\r\n", "a=rtcp-fb:111 x%u\r\n", RTC_SDP_MAX_FEEDBACKS,
      "more than 32 rtcp-fb" },
  { "wildcard feedback", "a=rtcp-mux\r\n", "a=rtcp-fb:* x%u\r\n", RTC_SDP_MAX_FEEDBACKS,
      "more than 32 rtcp-fb" },
  { "sections", NULL, "m=audio 9 RTP/SAVPF 0\r\na=mid:x%u\r\n", RTC_SDP_MAX_SECTIONS - 2,
      "more than 32 m= sections" },
  { "groups", "t=0 0\r\n", "a=group:BUNDLE z%u\r\n", RTC_SDP_MAX_SECTIONS - 1,
      "more than 32 groups" },
};

static gchar *
repeat (guint index, guint count)
{
  g_autoptr (GString) lines = g_string_new (limits[index].before);
  g_autofree gchar *shortened = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  for (guint i = 0; i < count; i++)
    g_string_append_printf (lines, limits[index].line, i);
#pragma GCC diagnostic pop
  if (!limits[index].before)
    return g_strconcat (good, lines->str, NULL);
  return replace_first (good, limits[index].before, lines->str);
}

static void
test_limits (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
    g_autofree gchar *most = repeat (i, limits[i].max);
    g_autofree gchar *more = repeat (i, limits[i].max + 1);
    g_autoptr (GError) error = NULL;
    g_autoptr (RtcDescription) description = rtc_description_from_text (most, -1, &error);

    /* At the limit it is read, or refused for another reason (groups of unknown mids). */
    if (!description)
      g_assert_error (error, RTC_ERROR, RTC_ERROR_INVALID);
    assert_refused (limits[i].name, more, strlen (more), RTC_ERROR_LIMIT, limits[i].message);
  }
}

static void
test_fingerprint_limit (void)
{
  g_autoptr (GString) lines = g_string_new ("a=rtcp-mux\r\n");
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < RTC_SDP_MAX_FINGERPRINTS; i++)
    g_string_append_printf (lines,
        "a=fingerprint:sha-256 %02X:11:22:33:44:55:66:77:88:99:AA:BB:"
        "CC:DD:EE:FF:" HEX16 "\r\n",
        i);
  text = replace_first (good, "a=rtcp-mux\r\n", lines->str);
  assert_refused ("fingerprints", text, strlen (text), RTC_ERROR_LIMIT, "more than 8 fingerprints");
}

static void
test_sizes (void)
{
  g_autofree gchar *long_line = g_strnfill (RTC_SDP_MAX_LINE_BYTES - 1, 'x');
  g_autofree gchar *line = g_strconcat (good, "i=", long_line, "\r\n", NULL);
  g_autofree gchar *huge = g_strnfill (RTC_SDP_MAX_BYTES + 1, 'x');
  g_autoptr (GString) fmtp = g_string_new (NULL);
  gchar nul[] = "v=0\r\no=- 1 2 IN IP4 \0.0.0.0\r\n";

  long_line[RTC_SDP_MAX_LINE_BYTES - 1024] = '\0';
  g_string_printf (fmtp, "%sm=audio 9 RTP/SAVPF 0\r\na=fmtp:0 %s\r\na=fmtp:0 %s\r\n", good,
      long_line, long_line);
  assert_refused ("line", line, strlen (line), RTC_ERROR_LIMIT, "longer than 8 KiB");
  assert_refused ("fmtp", fmtp->str, fmtp->len, RTC_ERROR_LIMIT, "too long together");
  assert_refused ("text", huge, strlen (huge), RTC_ERROR_LIMIT, "longer than 128 KiB");
  assert_refused ("nul", nul, sizeof nul - 1, RTC_ERROR_SYNTAX, "NUL");
  assert_refused ("empty", "", 0, RTC_ERROR_SYNTAX, "empty");
  assert_refused ("blank", "\r\n\r\n", 4, RTC_ERROR_SYNTAX, "empty");
  assert_refused ("one line", "v=0\r\n", 5, RTC_ERROR_SYNTAX, "line 2: \"\": the description ends");
}

/* Whatever a description is cut to, it is read or refused, never half. */
static void
test_every_length (void)
{
  for (gsize length = 0; length < strlen (good); length++) {
    g_autofree gchar *copy = g_memdup2 (good, length + 1);
    g_autoptr (GError) error = NULL;
    g_autoptr (RtcDescription) description =
        rtc_description_from_text (copy, (gssize) length, &error);

    g_assert_true (!description == (error != NULL));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdp-errors/good", test_good);
  g_test_add_func ("/sdp-errors/rows", test_rows);
  g_test_add_func ("/sdp-errors/limits", test_limits);
  g_test_add_func ("/sdp-errors/fingerprint-limit", test_fingerprint_limit);
  g_test_add_func ("/sdp-errors/sizes", test_sizes);
  g_test_add_func ("/sdp-errors/every-length", test_every_length);
  return g_test_run ();
}
