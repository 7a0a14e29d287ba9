/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Candidate lines: what is used, asked for, dropped and refused. */
#include "rtccandidateline.h"

#include <string.h>

typedef struct {
  const gchar *name;
  const gchar *line;
  gboolean allow_tcp;
  RtcCandidateVerdict expected;
} ParseRow;

static const ParseRow parse_rows[] = {
  { "host", "candidate:1 1 UDP 2130706431 192.0.2.1 5000 typ host", FALSE, RTC_CANDIDATE_USE },
  { "with a=", "a=candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host", FALSE, RTC_CANDIDATE_USE },
  { "IPv6", "candidate:1 1 udp 1 2001:db8::1 5000 typ host", FALSE, RTC_CANDIDATE_USE },
  { "loopback", "candidate:1 1 udp 1 127.0.0.1 5000 typ host", FALSE, RTC_CANDIDATE_USE },
  { "Chromium's extensions",
      "candidate:842163049 1 udp 1677729535 192.0.2.9 46154 typ srflx raddr 0.0.0.0 rport 0 "
      "generation 0 ufrag EsAw network-cost 999",
      FALSE, RTC_CANDIDATE_USE },
  { "peer-reflexive", "candidate:1 1 udp 1 192.0.2.1 5000 typ prflx raddr 10.0.0.1 rport 9", FALSE,
      RTC_CANDIDATE_USE },
  { "mDNS", "candidate:1 1 udp 1 0b2a1f1c-9f0e-4c5e-9a54-000000000000.local 5000 typ host", FALSE,
      RTC_CANDIDATE_RESOLVE },
  { "mDNS, port 0", "candidate:1 1 udp 1 a.local 0 typ host", FALSE, RTC_CANDIDATE_DROP },
  { "another name", "candidate:1 1 udp 1 example.org 5000 typ host", FALSE, RTC_CANDIDATE_DROP },
  { "component 2", "candidate:1 2 udp 1 192.0.2.1 5000 typ host", FALSE, RTC_CANDIDATE_DROP },
  { "TCP off", "candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active", FALSE,
      RTC_CANDIDATE_DROP },
  { "TCP on", "candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active", TRUE, RTC_CANDIDATE_USE },
  { "TCP without type", "candidate:1 1 tcp 1 192.0.2.1 9 typ host", TRUE, RTC_CANDIDATE_DROP },
  { "TCP with odd type", "candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype x", TRUE,
      RTC_CANDIDATE_DROP },
  { "ssltcp", "candidate:1 1 ssltcp 1 192.0.2.1 443 typ host", TRUE, RTC_CANDIDATE_DROP },
  { "unknown type", "candidate:1 1 udp 1 192.0.2.1 5000 typ moon", FALSE, RTC_CANDIDATE_DROP },
  { "port 0", "candidate:1 1 udp 1 192.0.2.1 0 typ host", FALSE, RTC_CANDIDATE_DROP },
  { "priority 0", "candidate:1 1 udp 0 192.0.2.1 5000 typ host", FALSE, RTC_CANDIDATE_DROP },
  { "multicast", "candidate:1 1 udp 1 224.0.0.251 5353 typ host", FALSE, RTC_CANDIDATE_DROP },
  { "multicast 6", "candidate:1 1 udp 1 ff02::fb 5353 typ host", FALSE, RTC_CANDIDATE_DROP },
  { "broadcast", "candidate:1 1 udp 1 255.255.255.255 5000 typ host", FALSE, RTC_CANDIDATE_DROP },
  { "link-local", "candidate:1 1 udp 1 169.254.1.1 5000 typ host", FALSE, RTC_CANDIDATE_DROP },
  { "link-local 6", "candidate:1 1 udp 1 fe80::1 5000 typ host", FALSE, RTC_CANDIDATE_DROP },
  { "unspecified", "candidate:1 1 udp 1 0.0.0.0 5000 typ host", FALSE, RTC_CANDIDATE_DROP },
  { "unspecified 6", "candidate:1 1 udp 1 :: 5000 typ host", FALSE, RTC_CANDIDATE_DROP },
  { "empty", "", FALSE, RTC_CANDIDATE_BAD },
  { "prefix only", "candidate:", FALSE, RTC_CANDIDATE_BAD },
  { "cut", "candidate:1 1 udp 1 192.0.2.1", FALSE, RTC_CANDIDATE_BAD },
  { "no type", "candidate:1 1 udp 1 192.0.2.1 5000 raddr 1.2.3.4", FALSE, RTC_CANDIDATE_BAD },
  { "odd port", "candidate:1 1 udp 1 192.0.2.1 65536 typ host", FALSE, RTC_CANDIDATE_BAD },
  { "odd component", "candidate:1 one udp 1 192.0.2.1 5000 typ host", FALSE, RTC_CANDIDATE_BAD },
  { "odd priority", "candidate:1 1 udp -1 192.0.2.1 5000 typ host", FALSE, RTC_CANDIDATE_BAD },
  { "no foundation", "candidate: 1 udp 1 192.0.2.1 5000 typ host", FALSE, RTC_CANDIDATE_BAD },
  { "long foundation",
      "candidate:123456789012345678901234567890123 1 udp 1 192.0.2.1 5000 typ host", FALSE,
      RTC_CANDIDATE_BAD },
  { "not ASCII", "candidate:\xc3\xa4 1 udp 1 192.0.2.1 5000 typ host", FALSE, RTC_CANDIDATE_BAD },
};

static void
test_parse (gconstpointer data)
{
  const ParseRow *row = data;
  NiceCandidate *candidate = NULL;
  g_autofree gchar *name = NULL;
  RtcCandidateVerdict verdict =
      rtc_candidate_line_parse (row->line, row->allow_tcp, &candidate, &name);

  g_assert_cmpint (verdict, ==, row->expected);
  g_assert_true ((candidate != NULL) == (verdict <= RTC_CANDIDATE_RESOLVE));
  g_assert_true ((name != NULL) == (verdict == RTC_CANDIDATE_RESOLVE));
  if (candidate != NULL)
    nice_candidate_free (candidate);
}

static void
test_long_line (void)
{
  g_autofree gchar *tail = g_strnfill (10000, 'x');
  g_autofree gchar *line =
      g_strconcat ("candidate:1 1 udp 1 192.0.2.1 5000 typ host ufrag ", tail, NULL);
  NiceCandidate *candidate = NULL;
  gchar *name = NULL;

  g_assert_cmpint (
      rtc_candidate_line_parse (line, FALSE, &candidate, &name), ==, RTC_CANDIDATE_BAD);
}

typedef struct {
  const gchar *name;
  const gchar *line;
  gboolean hides_base;
  const gchar *expected;
} PrintRow;

static const PrintRow print_rows[] = {
  { "host", "candidate:7 1 UDP 99 192.0.2.1 5000 typ host", FALSE,
      "candidate:7 1 UDP 99 192.0.2.1 5000 typ host" },
  { "reflexive", "candidate:7 1 UDP 99 192.0.2.1 5000 typ srflx raddr 10.0.0.1 rport 77", FALSE,
      "candidate:7 1 UDP 99 192.0.2.1 5000 typ srflx raddr 10.0.0.1 rport 77" },
  { "hidden base", "candidate:7 1 UDP 99 192.0.2.1 5000 typ relay raddr 10.0.0.1 rport 77", TRUE,
      "candidate:7 1 UDP 99 192.0.2.1 5000 typ relay raddr 0.0.0.0 rport 9" },
  { "hidden base 6", "candidate:7 1 UDP 99 2001:db8::1 5000 typ relay raddr fd00::1 rport 77", TRUE,
      "candidate:7 1 UDP 99 2001:db8::1 5000 typ relay raddr :: rport 9" },
  { "TCP", "candidate:7 1 TCP 99 192.0.2.1 9 typ host tcptype active", FALSE,
      "candidate:7 1 TCP 99 192.0.2.1 9 typ host tcptype active" },
};

static void
test_print (gconstpointer data)
{
  const PrintRow *row = data;
  NiceCandidate *candidate = NULL;
  g_autofree gchar *name = NULL;
  g_autofree gchar *printed = NULL;

  g_assert_cmpint (
      rtc_candidate_line_parse (row->line, TRUE, &candidate, &name), ==, RTC_CANDIDATE_USE);
  printed = rtc_candidate_line_print (candidate, row->hides_base);
  g_assert_cmpstr (printed, ==, row->expected);
  nice_candidate_free (candidate);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (parse_rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/candidate-line/parse/%s", parse_rows[i].name);

    g_test_add_data_func (path, &parse_rows[i], test_parse);
  }
  for (guint i = 0; i < G_N_ELEMENTS (print_rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/candidate-line/print/%s", print_rows[i].name);

    g_test_add_data_func (path, &print_rows[i], test_print);
  }
  g_test_add_func ("/candidate-line/long-line", test_long_line);
  return g_test_run ();
}
