/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One ICE candidate line: the grammar of RFC 8839 §5.1 with TCP candidates (RFC 6544 §4.5), and
 * what its address is good for. No name is looked up here.
 */
#pragma once

#include <glib.h>

#define RTC_CANDIDATE_MAX_LENGTH 1024
#define RTC_CANDIDATE_MAX_EXTENSIONS 16

typedef enum {
  RTC_CANDIDATE_HOST,
  RTC_CANDIDATE_SRFLX,
  RTC_CANDIDATE_PRFLX,
  RTC_CANDIDATE_RELAY,
} RtcCandidateType;

/* RFC 6544 §4.5; NONE is UDP. */
typedef enum {
  RTC_TCP_NONE,
  RTC_TCP_ACTIVE,
  RTC_TCP_PASSIVE,
  RTC_TCP_SO,
} RtcTcpType;

typedef struct {
  gchar *foundation;
  guint component; /* 1 to 256 */
  guint32 priority;
  gchar *address; /* IPv4, IPv6 or a name, as written */
  guint16 port;
  RtcCandidateType type;
  gchar *related_address; /* NULL when there is no raddr */
  guint16 related_port;
  RtcTcpType tcp_type;
  GPtrArray *extensions; /* of gchar *: name, value, name, value ... in the order of the line */
} RtcCandidate;

/* What an address is; a set of bits. An IPv6 address that holds an IPv4 one is what that is. */
typedef enum {
  RTC_ADDRESS_UNSPECIFIED = 1 << 0,
  RTC_ADDRESS_LOOPBACK = 1 << 1,
  RTC_ADDRESS_LINK_LOCAL = 1 << 2,
  RTC_ADDRESS_MULTICAST = 1 << 3, /* and the IPv4 broadcast address */
  RTC_ADDRESS_PRIVATE = 1 << 4,   /* RFC 1918, RFC 6598, RFC 4193 */
  RTC_ADDRESS_NAME = 1 << 5,      /* not a literal: needs a look-up */
  RTC_ADDRESS_MDNS = 1 << 6,      /* a name that ends with ".local" */
  RTC_ADDRESS_NO_PORT = 1 << 7,   /* of a candidate: its port is 0 */
  RTC_ADDRESS_IPV6 = 1 << 8,
} RtcAddressFlags;

/* "candidate:..." with or without "a=" in front and one line end behind. NULL with an RTC_ERROR:
 * UNSUPPORTED when the line is right but of a transport or type that nobody here knows (ignore
 * it), LIMIT when it is too long, SYNTAX otherwise. */
RtcCandidate *rtc_candidate_from_text (const gchar *text, GError **error);
/* (transfer full): "candidate:...", without "a=". */
gchar *rtc_candidate_to_text (const RtcCandidate *candidate);
RtcCandidate *rtc_candidate_copy (const RtcCandidate *candidate);
void rtc_candidate_free (RtcCandidate *candidate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcCandidate, rtc_candidate_free)

/* NULL when absent: "ufrag", "generation", "network-id", "network-cost". */
const gchar *rtc_candidate_get_extension (const RtcCandidate *candidate, const gchar *name);
RtcAddressFlags rtc_candidate_classify (const RtcCandidate *candidate);
/* A literal address or a name. */
RtcAddressFlags rtc_address_classify (const gchar *address);
const gchar *rtc_candidate_type_to_string (RtcCandidateType type);
const gchar *rtc_tcp_type_to_string (RtcTcpType type);
