/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RFC 8839 §5.1:
 *   candidate-attribute = "candidate" ":" foundation SP component-id SP transport SP priority SP
 *       connection-address SP port SP cand-type [SP rel-addr] [SP rel-port]
 *       *(SP cand-extension)
 * Read word by word into a struct that its caller owns.
 */
#include "wire/rtccandidate.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/rtcerror.h"
#include "base/rtctext.h"

#define PREFIX "candidate:"
#define FIXED_WORDS 8

static const gchar *const type_names[] = { "host", "srflx", "prflx", "relay" };
static const gchar *const tcp_type_names[] = { NULL, "active", "passive", "so" };

const gchar *
rtc_candidate_type_to_string (RtcCandidateType type)
{
  return type_names[type];
}

const gchar *
rtc_tcp_type_to_string (RtcTcpType type)
{
  return tcp_type_names[type];
}

void
rtc_candidate_free (RtcCandidate *candidate)
{
  if (!candidate)
    return;
  g_free (candidate->foundation);
  g_free (candidate->address);
  g_free (candidate->related_address);
  g_clear_pointer (&candidate->extensions, g_ptr_array_unref);
  g_free (candidate);
}

static gpointer
copy_string (gconstpointer string, gpointer user_data)
{
  return g_strdup (string);
}

RtcCandidate *
rtc_candidate_copy (const RtcCandidate *candidate)
{
  RtcCandidate *copy = g_memdup2 (candidate, sizeof *candidate);

  copy->foundation = g_strdup (candidate->foundation);
  copy->address = g_strdup (candidate->address);
  copy->related_address = g_strdup (candidate->related_address);
  copy->extensions = g_ptr_array_copy (candidate->extensions, copy_string, NULL);
  return copy;
}

static gboolean
fail (GError **error, RtcError code, const gchar *reason)
{
  g_set_error_literal (error, RTC_ERROR, (gint) code, reason);
  return FALSE;
}

/* A literal or what looks like a domain name (RFC 1123 §2.1); a zone index is not allowed here. */
static gboolean
is_address (const gchar *address)
{
  guint8 literal[16];
  struct in_addr loose;
  gsize length = strlen (address);

  if (inet_pton (AF_INET, address, literal) == 1 || inet_pton (AF_INET6, address, literal) == 1)
    return TRUE;
  /* "127.1" and "0x7f000001" are no names: a resolver would take them as addresses, past the
   * policy on addresses. */
  if (inet_aton (address, &loose))
    return FALSE;
  if (length == 0 || length > 253 || address[0] == '.' || address[0] == '-')
    return FALSE;
  for (; *address; address++)
    if (!g_ascii_isalnum (*address) && *address != '-' && *address != '.' && *address != '_')
      return FALSE;
  return TRUE;
}

static gboolean
read_transport (RtcCandidate *candidate, const gchar *word, GError **error)
{
  if (g_ascii_strcasecmp (word, "udp") == 0)
    return TRUE;
  if (g_ascii_strcasecmp (word, "tcp") != 0)
    return fail (error, RTC_ERROR_UNSUPPORTED, "the transport is neither UDP nor TCP");
  /* RFC 6544 makes tcptype mandatory; those who wrote TCP before it meant a listening socket. */
  candidate->tcp_type = RTC_TCP_PASSIVE;
  return TRUE;
}

static gboolean
read_type (RtcCandidate *candidate, const gchar *word, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++) {
    if (g_strcmp0 (word, type_names[i]) == 0) {
      candidate->type = (RtcCandidateType) i;
      return TRUE;
    }
  }
  return fail (error, RTC_ERROR_UNSUPPORTED, "the type of the candidate is not known");
}

static gboolean
read_fixed (RtcCandidate *candidate, gchar **words, GError **error)
{
  guint64 component, priority, port;

  if (!rtc_text_is_ice_chars (words[0], 1, 32))
    return fail (error, RTC_ERROR_SYNTAX, "the foundation is not 1 to 32 ice-chars");
  if (!rtc_text_to_number (words[1], 256, &component) || component == 0)
    return fail (error, RTC_ERROR_SYNTAX, "the component is not a number from 1 to 256");
  if (!rtc_text_is_token (words[2], 32))
    return fail (error, RTC_ERROR_SYNTAX, "the transport is not a token");
  if (!rtc_text_to_number (words[3], G_MAXUINT32, &priority))
    return fail (error, RTC_ERROR_SYNTAX, "the priority is not a 32-bit number");
  if (!is_address (words[4]))
    return fail (error, RTC_ERROR_SYNTAX, "the address is neither IPv4, IPv6 nor a name");
  if (!rtc_text_to_number (words[5], G_MAXUINT16, &port))
    return fail (error, RTC_ERROR_SYNTAX, "the port is not a number up to 65535");
  if (g_strcmp0 (words[6], "typ") != 0)
    return fail (error, RTC_ERROR_SYNTAX, "there is no \"typ\" behind the port");
  candidate->foundation = g_strdup (words[0]);
  candidate->component = (guint) component;
  candidate->priority = (guint32) priority;
  candidate->address = g_strdup (words[4]);
  candidate->port = (guint16) port;
  return read_transport (candidate, words[2], error) && read_type (candidate, words[7], error);
}

static gboolean
read_tcp_type (RtcCandidate *candidate, const gchar *value, GError **error)
{
  if (candidate->tcp_type == RTC_TCP_NONE)
    return TRUE; /* of a UDP candidate: means nothing */
  for (guint i = RTC_TCP_ACTIVE; i <= RTC_TCP_SO; i++) {
    if (g_strcmp0 (value, tcp_type_names[i]) == 0) {
      candidate->tcp_type = (RtcTcpType) i;
      return TRUE;
    }
  }
  return fail (error, RTC_ERROR_SYNTAX, "the tcptype is not active, passive or so");
}

static gboolean
read_pair (RtcCandidate *candidate, const gchar *name, const gchar *value, GError **error)
{
  guint64 port;

  if (g_strcmp0 (name, "raddr") == 0) {
    if (!is_address (value))
      return fail (error, RTC_ERROR_SYNTAX, "raddr is neither IPv4, IPv6 nor a name");
    g_free (candidate->related_address);
    candidate->related_address = g_strdup (value);
    return TRUE;
  }
  if (g_strcmp0 (name, "rport") == 0) {
    if (!rtc_text_to_number (value, G_MAXUINT16, &port))
      return fail (error, RTC_ERROR_SYNTAX, "rport is not a number up to 65535");
    candidate->related_port = (guint16) port;
    return TRUE;
  }
  if (g_strcmp0 (name, "tcptype") == 0)
    return read_tcp_type (candidate, value, error);
  if (g_strcmp0 (name, "ufrag") == 0 && !rtc_text_is_ice_chars (value, 1, 256))
    return fail (error, RTC_ERROR_SYNTAX, "the ufrag is not 1 to 256 ice-chars");
  if (!rtc_text_is_word (name, 64) || !rtc_text_is_word (value, 256))
    return fail (error, RTC_ERROR_SYNTAX, "an extension's name or value is empty or too long");
  if (candidate->extensions->len >= 2 * RTC_CANDIDATE_MAX_EXTENSIONS)
    return fail (error, RTC_ERROR_LIMIT, "there are too many extensions");
  g_ptr_array_add (candidate->extensions, g_strdup (name));
  g_ptr_array_add (candidate->extensions, g_strdup (value));
  return TRUE;
}

static gboolean
read_words (RtcCandidate *candidate, gchar **words, GError **error)
{
  guint n_words = g_strv_length (words);

  if (n_words < FIXED_WORDS)
    return fail (error, RTC_ERROR_SYNTAX,
        "the candidate has fewer than the eight words from foundation to type");
  if (!read_fixed (candidate, words, error))
    return FALSE;
  if (n_words % 2 != 0)
    return fail (error, RTC_ERROR_SYNTAX, "the last extension has no value");
  for (guint i = FIXED_WORDS; i < n_words; i += 2)
    if (!read_pair (candidate, words[i], words[i + 1], error))
      return FALSE;
  return TRUE;
}

RtcCandidate *
rtc_candidate_from_text (const gchar *text, GError **error)
{
  g_autoptr (RtcCandidate) candidate = g_new0 (RtcCandidate, 1);
  g_autofree gchar *line = NULL;
  g_auto (GStrv) words = NULL;

  candidate->extensions = g_ptr_array_new_with_free_func (g_free);
  if (strnlen (text, RTC_CANDIDATE_MAX_LENGTH + 1) > RTC_CANDIDATE_MAX_LENGTH) {
    fail (error, RTC_ERROR_LIMIT, "the candidate is longer than 1024 characters");
    return NULL;
  }
  if (g_str_has_prefix (text, "a="))
    text += 2;
  /* The prefix is an attribute's name (RFC 8866: case-sensitive), yet old peers differ. */
  if (g_ascii_strncasecmp (text, PREFIX, strlen (PREFIX)) != 0) {
    fail (error, RTC_ERROR_SYNTAX, "the line does not begin with \"candidate:\"");
    return NULL;
  }
  line = g_strchomp (g_strdup (text + strlen (PREFIX)));
  words = g_strsplit (line, " ", -1);
  if (!read_words (candidate, words, error))
    return NULL;
  return g_steal_pointer (&candidate);
}

gchar *
rtc_candidate_to_text (const RtcCandidate *candidate)
{
  GString *text = g_string_new (PREFIX);

  g_string_append_printf (text, "%s %u %s %u %s %u typ %s", candidate->foundation,
      candidate->component, candidate->tcp_type == RTC_TCP_NONE ? "udp" : "tcp",
      candidate->priority, candidate->address, candidate->port, type_names[candidate->type]);
  if (candidate->related_address)
    g_string_append_printf (
        text, " raddr %s rport %u", candidate->related_address, candidate->related_port);
  if (candidate->tcp_type != RTC_TCP_NONE)
    g_string_append_printf (text, " tcptype %s", tcp_type_names[candidate->tcp_type]);
  for (guint i = 0; i + 1 < candidate->extensions->len; i += 2)
    g_string_append_printf (text, " %s %s",
        (const gchar *) g_ptr_array_index (candidate->extensions, i),
        (const gchar *) g_ptr_array_index (candidate->extensions, i + 1));
  return g_string_free (text, FALSE);
}

const gchar *
rtc_candidate_get_extension (const RtcCandidate *candidate, const gchar *name)
{
  for (guint i = 0; i + 1 < candidate->extensions->len; i += 2)
    if (g_strcmp0 (g_ptr_array_index (candidate->extensions, i), name) == 0)
      return g_ptr_array_index (candidate->extensions, i + 1);
  return NULL;
}

static RtcAddressFlags
classify_ipv4 (const guint8 *a)
{
  if (a[0] == 0)
    return RTC_ADDRESS_UNSPECIFIED;
  if (a[0] == 127)
    return RTC_ADDRESS_LOOPBACK;
  if (a[0] == 169 && a[1] == 254)
    return RTC_ADDRESS_LINK_LOCAL;
  /* 224/4, and 240/4 that is reserved and holds the broadcast address */
  if (a[0] >= 224)
    return RTC_ADDRESS_MULTICAST;
  if (a[0] == 10 || (a[0] == 172 && (a[1] & 0xf0) == 16) || (a[0] == 192 && a[1] == 168) ||
      (a[0] == 100 && (a[1] & 0xc0) == 64))
    return RTC_ADDRESS_PRIVATE;
  return 0;
}

static RtcAddressFlags
classify_ipv6 (const guint8 *a)
{
  static const guint8 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  static const guint8 zero[16];

  /* RFC 4291 §2.5.5: ::ffff:a.b.c.d, and the compatible ::a.b.c.d, reach the IPv4 address. */
  if (memcmp (a, zero, 16) == 0)
    return RTC_ADDRESS_IPV6 | RTC_ADDRESS_UNSPECIFIED;
  if (memcmp (a, zero, 15) == 0 && a[15] == 1)
    return RTC_ADDRESS_IPV6 | RTC_ADDRESS_LOOPBACK;
  if (memcmp (a, mapped, 12) == 0 || memcmp (a, zero, 12) == 0)
    return RTC_ADDRESS_IPV6 | classify_ipv4 (a + 12);
  if (a[0] == 0xff)
    return RTC_ADDRESS_IPV6 | RTC_ADDRESS_MULTICAST;
  if (a[0] == 0xfe && (a[1] & 0xc0) == 0x80)
    return RTC_ADDRESS_IPV6 | RTC_ADDRESS_LINK_LOCAL;
  if ((a[0] & 0xfe) == 0xfc)
    return RTC_ADDRESS_IPV6 | RTC_ADDRESS_PRIVATE;
  return RTC_ADDRESS_IPV6;
}

static RtcAddressFlags
classify_name (const gchar *name)
{
  g_autofree gchar *lower = g_ascii_strdown (name, -1);
  gsize length = strlen (lower);

  if (length > 0 && lower[length - 1] == '.')
    lower[length - 1] = '\0';
  if (g_str_has_suffix (lower, ".local"))
    return RTC_ADDRESS_NAME | RTC_ADDRESS_MDNS;
  /* RFC 6761 §6.3: "localhost." and names within it resolve to loopback. */
  if (g_str_equal (lower, "localhost") || g_str_has_suffix (lower, ".localhost"))
    return RTC_ADDRESS_NAME | RTC_ADDRESS_LOOPBACK;
  return RTC_ADDRESS_NAME;
}

RtcAddressFlags
rtc_address_classify (const gchar *address)
{
  guint8 literal[16];

  if (inet_pton (AF_INET, address, literal) == 1)
    return classify_ipv4 (literal);
  if (inet_pton (AF_INET6, address, literal) == 1)
    return classify_ipv6 (literal);
  return classify_name (address);
}

RtcAddressFlags
rtc_candidate_classify (const RtcCandidate *candidate)
{
  RtcAddressFlags flags = rtc_address_classify (candidate->address);

  return candidate->port == 0 ? flags | RTC_ADDRESS_NO_PORT : flags;
}
