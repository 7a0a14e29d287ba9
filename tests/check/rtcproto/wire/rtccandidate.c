/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Candidate lines as the peers of this world write them, and lines that are wrong. */
#include "wire/rtccandidate.h"

#include <string.h>

#include "base/rtcerror.h"

#define UDP "candidate:1 1 udp 2122260223 192.0.2.7 54321 typ host"

/* @printed: NULL when the line comes out as it went in. */
static const struct {
  const gchar *name;
  const gchar *line;
  const gchar *printed;
} good[] = {
  { "plain", UDP, NULL },
  { "a= in front", "a=" UDP, UDP },
  { "line end behind", UDP "\r\n", UDP },
  { "upper case", "candidate:1 1 UDP 1 192.0.2.7 1 typ host",
      "candidate:1 1 udp 1 192.0.2.7 1 typ host" },
  { "ipv6", "candidate:a/+ 1 udp 1 2001:db8::1 1 typ host", NULL },
  { "mdns", "candidate:1 1 udp 1 a1b2-c3.local 1 typ host generation 0 ufrag Ab+/ network-cost 999",
      NULL },
  { "srflx", "candidate:2 1 udp 1 198.51.100.3 9000 typ srflx raddr 10.0.0.1 rport 9001", NULL },
  { "prflx", "candidate:2 1 udp 1 198.51.100.3 9000 typ prflx raddr :: rport 0 generation 1",
      NULL },
  { "relay", "candidate:2 2 udp 1 198.51.100.3 9000 typ relay raddr 0.0.0.0 rport 0", NULL },
  { "tcp active", "candidate:3 1 tcp 1 192.0.2.7 9 typ host tcptype active generation 0", NULL },
  { "tcp passive", "candidate:3 1 tcp 1 192.0.2.7 80 typ host tcptype passive", NULL },
  { "tcp so", "candidate:3 1 tcp 1 192.0.2.7 80 typ host tcptype so", NULL },
  { "tcp without type", "candidate:3 1 TCP 1 192.0.2.7 80 typ host",
      "candidate:3 1 tcp 1 192.0.2.7 80 typ host tcptype passive" },
  { "network id", UDP " generation 0 network-id 2 network-cost 10", NULL },
  { "component 256", "candidate:3 256 udp 0 192.0.2.7 0 typ host", NULL },
};

static const struct {
  const gchar *name;
  const gchar *line;
  RtcError code;
  const gchar *reason;
} bad[] = {
  { "empty", "", RTC_ERROR_SYNTAX, "begin with" },
  { "other", "foo", RTC_ERROR_SYNTAX, "begin with" },
  { "only prefix", "candidate:", RTC_ERROR_SYNTAX, "fewer than the eight words" },
  { "seven words", "candidate:1 1 udp 1 192.0.2.7 1 typ", RTC_ERROR_SYNTAX, "eight words" },
  { "foundation", "candidate:1_ 1 udp 1 192.0.2.7 1 typ host", RTC_ERROR_SYNTAX, "foundation" },
  { "long foundation", "candidate:123456789012345678901234567890123 1 udp 1 192.0.2.7 1 typ host",
      RTC_ERROR_SYNTAX, "foundation" },
  { "two spaces", "candidate:1  1 udp 1 192.0.2.7 1 typ host", RTC_ERROR_SYNTAX, "component" },
  { "component 0", "candidate:1 0 udp 1 192.0.2.7 1 typ host", RTC_ERROR_SYNTAX, "component" },
  { "component 257", "candidate:1 257 udp 1 192.0.2.7 1 typ host", RTC_ERROR_SYNTAX, "component" },
  { "component word", "candidate:1 rtp udp 1 192.0.2.7 1 typ host", RTC_ERROR_SYNTAX, "component" },
  { "transport", "candidate:1 1 u(dp 1 192.0.2.7 1 typ host", RTC_ERROR_SYNTAX, "transport" },
  { "ssltcp", "candidate:1 1 ssltcp 1 192.0.2.7 443 typ host", RTC_ERROR_UNSUPPORTED,
      "neither UDP nor TCP" },
  { "priority", "candidate:1 1 udp 4294967296 192.0.2.7 1 typ host", RTC_ERROR_SYNTAX, "priority" },
  { "negative priority", "candidate:1 1 udp -1 192.0.2.7 1 typ host", RTC_ERROR_SYNTAX,
      "priority" },
  { "address", "candidate:1 1 udp 1 192.0.2.7/8 1 typ host", RTC_ERROR_SYNTAX, "address" },
  { "short address", "candidate:1 1 udp 1 127.1 1 typ host", RTC_ERROR_SYNTAX, "address" },
  { "number as address", "candidate:1 1 udp 1 2130706433 1 typ host", RTC_ERROR_SYNTAX, "address" },
  { "hex address", "candidate:1 1 udp 1 0x7f000001 1 typ host", RTC_ERROR_SYNTAX, "address" },
  { "octal address", "candidate:1 1 udp 1 0177.0.0.1 1 typ host", RTC_ERROR_SYNTAX, "address" },
  { "zone", "candidate:1 1 udp 1 fe80::1%eth0 1 typ host", RTC_ERROR_SYNTAX, "address" },
  { "port", "candidate:1 1 udp 1 192.0.2.7 65536 typ host", RTC_ERROR_SYNTAX, "port" },
  { "no typ", "candidate:1 1 udp 1 192.0.2.7 1 type host", RTC_ERROR_SYNTAX, "typ" },
  { "unknown type", "candidate:1 1 udp 1 192.0.2.7 1 typ magic", RTC_ERROR_UNSUPPORTED, "type" },
  { "raddr", UDP " raddr 1:2 rport 1", RTC_ERROR_SYNTAX, "raddr" },
  { "rport", UDP " raddr 1.2.3.4 rport x", RTC_ERROR_SYNTAX, "rport" },
  { "tcptype", "candidate:1 1 tcp 1 192.0.2.7 1 typ host tcptype x", RTC_ERROR_SYNTAX, "tcptype" },
  { "odd extension", UDP " generation", RTC_ERROR_SYNTAX, "no value" },
  { "empty extension", UDP "  x", RTC_ERROR_SYNTAX, "extension" },
  { "ufrag", UDP " ufrag a!b", RTC_ERROR_SYNTAX, "ufrag" },
  { "17 extensions", UDP " a 1 a 1 a 1 a 1 a 1 a 1 a 1 a 1 a 1 a 1 a 1 a 1 a 1 a 1 a 1 a 1 a 1",
      RTC_ERROR_LIMIT, "too many" },
};

static const struct {
  const gchar *address;
  RtcAddressFlags flags;
} addresses[] = {
  { "192.0.2.7", 0 },
  { "8.8.8.8", 0 },
  { "0.0.0.0", RTC_ADDRESS_UNSPECIFIED },
  { "127.0.0.1", RTC_ADDRESS_LOOPBACK },
  { "127.255.0.9", RTC_ADDRESS_LOOPBACK },
  { "169.254.1.1", RTC_ADDRESS_LINK_LOCAL },
  { "224.0.0.251", RTC_ADDRESS_MULTICAST },
  { "255.255.255.255", RTC_ADDRESS_MULTICAST },
  { "10.1.2.3", RTC_ADDRESS_PRIVATE },
  { "172.16.0.1", RTC_ADDRESS_PRIVATE },
  { "172.32.0.1", 0 },
  { "192.168.1.1", RTC_ADDRESS_PRIVATE },
  { "100.64.0.1", RTC_ADDRESS_PRIVATE },
  { "100.128.0.1", 0 },
  { "2001:db8::1", RTC_ADDRESS_IPV6 },
  { "::", RTC_ADDRESS_IPV6 | RTC_ADDRESS_UNSPECIFIED },
  { "::1", RTC_ADDRESS_IPV6 | RTC_ADDRESS_LOOPBACK },
  { "::ffff:127.0.0.1", RTC_ADDRESS_IPV6 | RTC_ADDRESS_LOOPBACK },
  { "::127.0.0.1", RTC_ADDRESS_IPV6 | RTC_ADDRESS_LOOPBACK },
  { "::ffff:10.0.0.1", RTC_ADDRESS_IPV6 | RTC_ADDRESS_PRIVATE },
  { "fe80::1", RTC_ADDRESS_IPV6 | RTC_ADDRESS_LINK_LOCAL },
  { "febf::1", RTC_ADDRESS_IPV6 | RTC_ADDRESS_LINK_LOCAL },
  { "ff02::fb", RTC_ADDRESS_IPV6 | RTC_ADDRESS_MULTICAST },
  { "fd00::2", RTC_ADDRESS_IPV6 | RTC_ADDRESS_PRIVATE },
  { "a.example", RTC_ADDRESS_NAME },
  { "x.LOCAL", RTC_ADDRESS_NAME | RTC_ADDRESS_MDNS },
  { "x.local.", RTC_ADDRESS_NAME | RTC_ADDRESS_MDNS },
  { "local", RTC_ADDRESS_NAME },
  { "notlocal", RTC_ADDRESS_NAME },
  { "localhost", RTC_ADDRESS_NAME | RTC_ADDRESS_LOOPBACK },
  { "a.localhost.", RTC_ADDRESS_NAME | RTC_ADDRESS_LOOPBACK },
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RtcCandidate) candidate = rtc_candidate_from_text (good[i].line, &error);
    g_autoptr (RtcCandidate) copy = NULL;
    g_autofree gchar *printed = NULL;

    g_test_message ("%s", good[i].name);
    g_assert_no_error (error);
    copy = rtc_candidate_copy (candidate);
    printed = rtc_candidate_to_text (copy);
    g_assert_cmpstr (printed, ==, good[i].printed ? good[i].printed : good[i].line);
  }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", bad[i].name);
    g_assert_null (rtc_candidate_from_text (bad[i].line, &error));
    g_assert_error (error, RTC_ERROR, (gint) bad[i].code);
    g_assert_nonnull (strstr (error->message, bad[i].reason));
  }
}

static void
test_length (void)
{
  g_autofree gchar *spaces = g_strnfill (RTC_CANDIDATE_MAX_LENGTH - strlen (UDP), ' ');
  g_autofree gchar *longest = g_strconcat (UDP, spaces, NULL);
  g_autofree gchar *longer = g_strconcat (longest, " ", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (RtcCandidate) candidate = rtc_candidate_from_text (longest, &error);

  g_assert_no_error (error);
  g_assert_null (rtc_candidate_from_text (longer, &error));
  g_assert_error (error, RTC_ERROR, RTC_ERROR_LIMIT);
}

static void
test_fields (void)
{
  g_autoptr (RtcCandidate) candidate = rtc_candidate_from_text (
      "candidate:f 2 tcp 77 198.51.100.3 0 typ relay raddr 10.0.0.1 rport 12 tcptype so ufrag abcd",
      NULL);

  g_assert_cmpstr (candidate->foundation, ==, "f");
  g_assert_cmpuint (candidate->component, ==, 2);
  g_assert_cmpuint (candidate->priority, ==, 77);
  g_assert_cmpstr (candidate->address, ==, "198.51.100.3");
  g_assert_cmpuint (candidate->port, ==, 0);
  g_assert_cmpint (candidate->type, ==, RTC_CANDIDATE_RELAY);
  g_assert_cmpstr (candidate->related_address, ==, "10.0.0.1");
  g_assert_cmpuint (candidate->related_port, ==, 12);
  g_assert_cmpint (candidate->tcp_type, ==, RTC_TCP_SO);
  g_assert_cmpstr (rtc_candidate_get_extension (candidate, "ufrag"), ==, "abcd");
  g_assert_null (rtc_candidate_get_extension (candidate, "generation"));
  g_assert_cmphex (rtc_candidate_classify (candidate), ==, RTC_ADDRESS_NO_PORT);
}

static void
test_addresses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_test_message ("%s", addresses[i].address);
    g_assert_cmphex (rtc_address_classify (addresses[i].address), ==, addresses[i].flags);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/candidate/good", test_good);
  g_test_add_func ("/candidate/bad", test_bad);
  g_test_add_func ("/candidate/length", test_length);
  g_test_add_func ("/candidate/fields", test_fields);
  g_test_add_func ("/candidate/addresses", test_addresses);
  return g_test_run ();
}
