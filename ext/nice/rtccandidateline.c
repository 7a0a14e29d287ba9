/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Candidate lines, see the header. */
#include "rtccandidateline.h"

#include <netinet/in.h>
#include <string.h>

/* A line that is longer than any honest one is not split at all. */
#define MAX_LINE_BYTES 512
#define N_FIXED_FIELDS 6

static const gchar *const type_names[] = {
  [NICE_CANDIDATE_TYPE_HOST] = "host",
  [NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE] = "srflx",
  [NICE_CANDIDATE_TYPE_PEER_REFLEXIVE] = "prflx",
  [NICE_CANDIDATE_TYPE_RELAYED] = "relay",
};

static const gchar *const tcp_type_names[] = {
  [NICE_CANDIDATE_TRANSPORT_TCP_ACTIVE] = "active",
  [NICE_CANDIDATE_TRANSPORT_TCP_PASSIVE] = "passive",
  [NICE_CANDIDATE_TRANSPORT_TCP_SO] = "so",
};

static gint
find_name (const gchar *const *names, guint n_names, const gchar *name)
{
  for (guint i = 0; i < n_names; i++)
    if (names[i] != NULL && g_ascii_strcasecmp (names[i], name) == 0)
      return (gint) i;
  return -1;
}

static gboolean
parse_number (const gchar *text, guint64 max, guint64 *out_number)
{
  return g_ascii_string_to_unsigned (text, 10, 0, max, out_number, NULL);
}

static const gchar *
find_attribute (gchar **fields, const gchar *name)
{
  for (guint i = N_FIXED_FIELDS; fields[i] != NULL && fields[i + 1] != NULL; i += 2)
    if (strcmp (fields[i], name) == 0)
      return fields[i + 1];
  return NULL;
}

/* The transports that libnice tells apart; FALSE: one that we have never heard of. */
static gboolean
parse_transport (gchar **fields, NiceCandidateTransport *out_transport)
{
  const gchar *tcp_type = find_attribute (fields, "tcptype");
  gint found;

  if (g_ascii_strcasecmp (fields[2], "udp") == 0) {
    *out_transport = NICE_CANDIDATE_TRANSPORT_UDP;
    return TRUE;
  }
  if (g_ascii_strcasecmp (fields[2], "tcp") != 0 || tcp_type == NULL)
    return FALSE;
  found = find_name (tcp_type_names, G_N_ELEMENTS (tcp_type_names), tcp_type);
  if (found < 0)
    return FALSE;
  *out_transport = (NiceCandidateTransport) found;
  return TRUE;
}

static gboolean
is_foundation (const gchar *text)
{
  gsize length = strlen (text);

  /* RFC 8839 §5.1: foundation = 1*32ice-char */
  return length >= 1 && length <= 32;
}

/* FALSE: not what RFC 8839 §5.1 calls a candidate-attribute. */
static gboolean
parse_fixed_fields (
    gchar **fields, guint64 *out_component, guint64 *out_priority, guint64 *out_port)
{
  if (g_strv_length (fields) < N_FIXED_FIELDS + 2)
    return FALSE;
  return is_foundation (fields[0]) && parse_number (fields[1], 256, out_component) &&
      parse_number (fields[3], G_MAXUINT32, out_priority) &&
      parse_number (fields[5], G_MAXUINT16, out_port);
}

static void
set_related_address (NiceCandidate *candidate, gchar **fields)
{
  const gchar *address = find_attribute (fields, "raddr");
  const gchar *port_text = find_attribute (fields, "rport");
  NiceAddress base;
  guint64 port;

  nice_address_init (&base);
  if (address == NULL || port_text == NULL || !parse_number (port_text, G_MAXUINT16, &port) ||
      !nice_address_set_from_string (&base, address))
    return;
  nice_address_set_port (&base, (guint) port);
  candidate->base_addr = base;
}

static RtcCandidateVerdict
set_address (NiceCandidate *candidate, const gchar *text, guint port, gchar **out_name)
{
  gboolean is_active = candidate->transport == NICE_CANDIDATE_TRANSPORT_TCP_ACTIVE;

  /* Only names of the kind that browsers make are asked for (mDNS): a peer shall not choose what we
   * ask a name server. */
  if (g_str_has_suffix (text, ".local")) {
    if (port == 0)
      return RTC_CANDIDATE_DROP;
    /* Holds the port until the name has an address. */
    nice_address_set_ipv4 (&candidate->addr, 0);
    nice_address_set_port (&candidate->addr, port);
    *out_name = g_strdup (text);
    return RTC_CANDIDATE_RESOLVE;
  }
  if (!nice_address_set_from_string (&candidate->addr, text))
    return RTC_CANDIDATE_DROP;
  nice_address_set_port (&candidate->addr, port);
  if (is_active)
    /* RFC 6544 §4.5: the port of an active candidate is 9 and means nothing. */
    return RTC_CANDIDATE_USE;
  return rtc_candidate_address_is_usable (&candidate->addr) ? RTC_CANDIDATE_USE
                                                            : RTC_CANDIDATE_DROP;
}

gboolean
rtc_candidate_address_is_usable (const NiceAddress *address)
{
  if (nice_address_get_port (address) == 0)
    return FALSE;
  if (nice_address_ip_version (address) == 4) {
    guint32 host = g_ntohl (address->s.ip4.sin_addr.s_addr);

    /* 0/8, 169.254/16, and all from multicast on: 224/4, 240/4, broadcast. */
    return host >> 24 != 0 && host >> 16 != 0xa9fe && host >> 28 < 0xe;
  }
  return !IN6_IS_ADDR_UNSPECIFIED (&address->s.ip6.sin6_addr) &&
      !IN6_IS_ADDR_MULTICAST (&address->s.ip6.sin6_addr) &&
      !IN6_IS_ADDR_LINKLOCAL (&address->s.ip6.sin6_addr);
}

RtcCandidateVerdict
rtc_candidate_line_parse (
    const gchar *line, gboolean allow_tcp, NiceCandidate **out_candidate, gchar **out_name)
{
  g_auto (GStrv) fields = NULL;
  guint64 component, priority, port;
  NiceCandidateTransport transport;
  RtcCandidateVerdict verdict;
  NiceCandidate *candidate;
  const gchar *type_name;
  gint type;

  if (g_str_has_prefix (line, "a="))
    line += 2;
  if (!g_str_has_prefix (line, "candidate:") || strlen (line) > MAX_LINE_BYTES ||
      !g_str_is_ascii (line))
    return RTC_CANDIDATE_BAD;

  fields = g_strsplit (line + strlen ("candidate:"), " ", 0);
  if (!parse_fixed_fields (fields, &component, &priority, &port))
    return RTC_CANDIDATE_BAD;
  type_name = find_attribute (fields, "typ");
  if (type_name == NULL)
    return RTC_CANDIDATE_BAD;

  type = find_name (type_names, G_N_ELEMENTS (type_names), type_name);
  /* RFC 8839 §5.1: an unknown transport or type is ignored. Component 2 is RTCP's own port, which
   * rtcp-mux (always on here) does without. */
  if (type < 0 || component != 1 || priority == 0 || !parse_transport (fields, &transport))
    return RTC_CANDIDATE_DROP;
  if (transport != NICE_CANDIDATE_TRANSPORT_UDP && !allow_tcp)
    return RTC_CANDIDATE_DROP;

  /* libnice refuses what is signalled as peer-reflexive; to us it is an address like others. */
  if (type == NICE_CANDIDATE_TYPE_PEER_REFLEXIVE)
    type = NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE;
  candidate = nice_candidate_new ((NiceCandidateType) type);
  candidate->component_id = 1;
  candidate->transport = transport;
  candidate->priority = (guint32) priority;
  g_strlcpy (candidate->foundation, fields[0], NICE_CANDIDATE_MAX_FOUNDATION);
  set_related_address (candidate, fields);

  verdict = set_address (candidate, fields[4], (guint) port, out_name);
  if (verdict == RTC_CANDIDATE_DROP)
    nice_candidate_free (candidate);
  else
    *out_candidate = candidate;
  return verdict;
}

static void
append_related (GString *line, const NiceCandidate *candidate, gboolean hides_base)
{
  gchar text[INET6_ADDRSTRLEN] = "";

  if (candidate->type == NICE_CANDIDATE_TYPE_HOST)
    return;
  if (hides_base) {
    g_string_append_printf (line, " raddr %s rport 9",
        nice_address_ip_version (&candidate->addr) == 4 ? "0.0.0.0" : "::");
    return;
  }
  if (!nice_address_is_valid (&candidate->base_addr))
    return;
  nice_address_to_string (&candidate->base_addr, text);
  g_string_append_printf (
      line, " raddr %s rport %u", text, nice_address_get_port (&candidate->base_addr));
}

gchar *
rtc_candidate_line_print (const NiceCandidate *candidate, gboolean hides_base)
{
  GString *line = g_string_new ("candidate:");
  gboolean is_udp = candidate->transport == NICE_CANDIDATE_TRANSPORT_UDP;
  guint port = nice_address_get_port (&candidate->addr);
  gchar text[INET6_ADDRSTRLEN] = "";

  nice_address_to_string (&candidate->addr, text);
  /* RFC 6544 §4.5: an active candidate says port 9 (discard). */
  g_string_append_printf (line, "%s %u %s %u %s %u typ %s", candidate->foundation,
      candidate->component_id, is_udp ? "UDP" : "TCP", candidate->priority, text,
      port == 0 ? 9 : port, type_names[candidate->type]);
  append_related (line, candidate, hides_base);
  if (!is_udp)
    g_string_append_printf (line, " tcptype %s", tcp_type_names[candidate->transport]);
  return g_string_free (line, FALSE);
}
