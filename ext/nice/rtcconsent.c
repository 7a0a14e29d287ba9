/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Consent to send, see the header. */
#include "rtcconsent.h"

#include "base/rtcbytes.h"

#include <string.h>

#define STUN_HEADER_BYTES 20
#define STUN_COOKIE 0x2112a442u
#define STUN_BINDING_REQUEST 0x0001
#define STUN_BINDING_SUCCESS 0x0101
#define STUN_BINDING_ERROR 0x0111
#define STUN_USERNAME 0x0006
#define STUN_MESSAGE_INTEGRITY 0x0008
#define STUN_ERROR_CODE 0x0009
#define STUN_PRIORITY 0x0024
#define STUN_FINGERPRINT 0x8028
#define STUN_ICE_CONTROLLED 0x8029
#define STUN_ICE_CONTROLLING 0x802a
#define STUN_FINGERPRINT_XOR 0x5354554eu
#define STUN_ATTRIBUTE_HEADER_BYTES 4
#define INTEGRITY_BYTES 20
#define TRANSACTION_BYTES 12
#define ERROR_FORBIDDEN 403
/* Attributes of an honest answer, and more. */
#define MAX_ATTRIBUTES 32

/* Checks that may still be answered: 8 s of them while the peer is silent. */
#define N_CHECKS 16
/* RFC 7675 §5.1: "each interval MUST be randomized from between 0.8 and 1.2 times the basic
 * period", 5 s. The upper end is lower here, so that a silent pair shows within 7 s. */
#define MIN_INTERVAL_MS 4000
#define MAX_INTERVAL_MS 4400
/* The checks of all sessions of a process begin at multiples of this, rounded up, so a loop wakes
 * once for many of them. */
#define GRID_TIME (100 * GST_MSECOND)
/* A check that was not answered is followed by another one: consent must not end because of a few
 * losses (RFC 8489 §6.2.1 begins with the same time). */
#define RETRY_TIME (500 * GST_MSECOND)
/* A flow of packets that stops is a reason to ask: what went silent may be the path. Packets closer
 * than FLOW_GAP make a flow. */
#define FLOW_GAP (500 * GST_MSECOND)
#define FLOW_STOP (600 * GST_MSECOND)
/* A pair that does not answer for this long, nor for two round trips, may be left for another
 * address. */
#define UNANSWERED_TIME (450 * GST_MSECOND)
/* An address that is not the pair's is asked no more often than this. */
#define PROBE_TIME (100 * GST_MSECOND)

typedef struct {
  guint8 transaction[TRANSACTION_BYTES];
  RtcSocketAddress to;
  GstClockTime sent;
  gboolean is_open;
} Check;

struct _RtcConsent {
  RtcIceCredentials *local;
  RtcIceCredentials *remote;
  GHmac *keyed; /* with the remote password, before any byte */
  guint32 mark;
  RtcRandom random;
  guint64 tie_breaker;
  Check checks[N_CHECKS];
  guint n_checks;

  RtcSocketAddress pair;
  GstClockTime next_check;
  GstClockTime unanswered_since; /* the first check after the last answer; GST_CLOCK_TIME_NONE */
  GstClockTime last_check;
  GstClockTime last_packet;
  GstClockTime last_pair_packet; /* those of last_packet that came from the pair's address */
  gboolean is_flowing;
  GstClockTime last_answer;
  GstClockTime last_grant;
  GstClockTime round_trip;
  gboolean is_proven;
  gboolean is_revoked;
};

RtcConsent *
rtc_consent_new (
    const RtcIceCredentials *local, const RtcIceCredentials *remote, guint32 mark, RtcRandom random)
{
  RtcConsent *consent = g_new0 (RtcConsent, 1);

  consent->local = rtc_ice_credentials_copy (local);
  consent->remote = rtc_ice_credentials_copy (remote);
  consent->keyed = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) remote->pwd, strlen (remote->pwd));
  consent->mark = mark;
  consent->random = random;
  consent->tie_breaker = rtc_random_uint64 (random);
  consent->round_trip = GST_CLOCK_TIME_NONE;
  consent->next_check = GST_CLOCK_TIME_NONE;
  consent->unanswered_since = GST_CLOCK_TIME_NONE;
  return consent;
}

void
rtc_consent_free (RtcConsent *consent)
{
  if (consent == NULL)
    return;
  rtc_ice_credentials_free (consent->local);
  rtc_ice_credentials_free (consent->remote);
  g_hmac_unref (consent->keyed);
  g_free (consent);
}

/* RFC 8489 §14.5: the length that is hashed ends with the MESSAGE-INTEGRITY attribute. Checks and
 * their answers have the same key, so its part of the HMAC is done once. */
static void
hash (const RtcConsent *consent, const guint8 *message, gsize size, guint8 *out_digest)
{
  GHmac *hmac = g_hmac_copy (consent->keyed);
  gsize digest_size = INTEGRITY_BYTES;
  guint8 header[4];

  memcpy (header, message, sizeof header);
  GST_WRITE_UINT16_BE (
      header + 2, size - STUN_HEADER_BYTES + STUN_ATTRIBUTE_HEADER_BYTES + INTEGRITY_BYTES);
  g_hmac_update (hmac, header, sizeof header);
  g_hmac_update (hmac, message + sizeof header, (gssize) (size - sizeof header));
  g_hmac_get_digest (hmac, out_digest, &digest_size);
  g_hmac_unref (hmac);
}

/* ITU V.42, as RFC 8489 §14.7 wants it, four bits at a time. */
static guint32
crc32 (const guint8 *bytes, gsize size)
{
  static const guint32 remainders[16] = { 0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
    0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
    0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c };
  guint32 crc = 0xffffffffu;

  for (gsize i = 0; i < size; i++) {
    crc ^= bytes[i];
    crc = (crc >> 4) ^ remainders[crc & 15];
    crc = (crc >> 4) ^ remainders[crc & 15];
  }
  return ~crc;
}

static void
append_attribute (GByteArray *message, guint16 type, const void *value, gsize size)
{
  static const guint8 padding[4];

  rtc_bytes_append_u16 (message, type);
  rtc_bytes_append_u16 (message, (guint16) size);
  g_byte_array_append (message, value, (guint) size);
  g_byte_array_append (message, padding, (guint) ((4 - size % 4) % 4));
}

static void
append_integrity (const RtcConsent *consent, GByteArray *message)
{
  guint8 digest[INTEGRITY_BYTES];
  guint8 fingerprint[4];

  hash (consent, message->data, message->len, digest);
  append_attribute (message, STUN_MESSAGE_INTEGRITY, digest, sizeof digest);
  rtc_bytes_put_u16 (
      message, 2, (guint16) (message->len - STUN_HEADER_BYTES + STUN_ATTRIBUTE_HEADER_BYTES + 4));
  GST_WRITE_UINT32_BE (fingerprint, crc32 (message->data, message->len) ^ STUN_FINGERPRINT_XOR);
  append_attribute (message, STUN_FINGERPRINT, fingerprint, sizeof fingerprint);
}

static Check *
find_recent (RtcConsent *consent, const RtcSocketAddress *to, GstClockTime now)
{
  for (guint i = 0; i < N_CHECKS; i++) {
    Check *check = &consent->checks[i];

    if (check->is_open && now - check->sent < PROBE_TIME &&
        rtc_socket_address_equal (&check->to, to))
      return check;
  }
  return NULL;
}

static void
note_check (RtcConsent *consent, GstClockTime now)
{
  consent->next_check = now + RETRY_TIME;
  consent->last_check = now;
  if (consent->unanswered_since == GST_CLOCK_TIME_NONE)
    consent->unanswered_since = now;
}

static void
schedule_next (RtcConsent *consent, GstClockTime now)
{
  guint spread = rtc_random_uint32 (consent->random) % (MAX_INTERVAL_MS - MIN_INTERVAL_MS);

  consent->next_check = now + (MIN_INTERVAL_MS + spread) * GST_MSECOND;
  consent->next_check += GRID_TIME - 1 - (consent->next_check - 1) % GRID_TIME;
}

gsize
rtc_consent_write_check (RtcConsent *consent, const RtcSocketAddress *to, guint32 priority,
    gboolean is_controlling, guint8 *out, GstClockTime now)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();
  g_autofree gchar *username =
      g_strconcat (consent->remote->ufrag, ":", consent->local->ufrag, NULL);
  Check *check;
  guint8 word[8];

  if (find_recent (consent, to, now) != NULL)
    return 0;
  check = &consent->checks[consent->n_checks++ % N_CHECKS];
  GST_WRITE_UINT32_BE (check->transaction, consent->mark);
  rtc_random_bytes (consent->random, check->transaction + 4, TRANSACTION_BYTES - 4);
  check->to = *to;
  check->sent = now;
  check->is_open = TRUE;
  if (rtc_socket_address_equal (to, &consent->pair))
    note_check (consent, now);

  rtc_bytes_append_u16 (message, STUN_BINDING_REQUEST);
  rtc_bytes_append_u16 (message, 0);
  rtc_bytes_append_u32 (message, STUN_COOKIE);
  g_byte_array_append (message, check->transaction, TRANSACTION_BYTES);
  append_attribute (message, STUN_USERNAME, username, strlen (username));
  GST_WRITE_UINT32_BE (word, priority);
  append_attribute (message, STUN_PRIORITY, word, 4);
  GST_WRITE_UINT64_BE (word, consent->tie_breaker);
  append_attribute (message, is_controlling ? STUN_ICE_CONTROLLING : STUN_ICE_CONTROLLED, word, 8);
  append_integrity (consent, message);
  g_return_val_if_fail (message->len <= RTC_CONSENT_MAX_CHECK_BYTES, 0);
  memcpy (out, message->data, message->len);
  return message->len;
}

typedef struct {
  guint16 type;
  gboolean is_authentic;
  guint error_code;
} Answer;

static gboolean
is_authentic (RtcConsent *consent, const guint8 *bytes, gsize offset, RtcBytes value)
{
  guint8 digest[INTEGRITY_BYTES];
  guint8 difference = 0;

  if (value.size != INTEGRITY_BYTES)
    return FALSE;
  hash (consent, bytes, offset, digest);
  for (guint i = 0; i < INTEGRITY_BYTES; i++)
    difference |= digest[i] ^ value.data[i];
  return difference == 0;
}

/* FALSE: not well-formed. What follows MESSAGE-INTEGRITY is not protected and not read. */
static gboolean
parse_answer (RtcConsent *consent, const guint8 *bytes, gsize size, Answer *out_answer)
{
  RtcBytes reader = rtc_bytes (bytes, size);
  guint16 length;

  if (!rtc_bytes_read_u16 (&reader, &out_answer->type) || !rtc_bytes_read_u16 (&reader, &length) ||
      !rtc_bytes_skip (&reader, STUN_HEADER_BYTES - 4) || length != reader.size)
    return FALSE;
  for (guint i = 0; i < MAX_ATTRIBUTES && reader.size > 0; i++) {
    gsize offset = size - reader.size;
    guint16 type, value_size;
    RtcBytes value;

    if (!rtc_bytes_read_u16 (&reader, &type) || !rtc_bytes_read_u16 (&reader, &value_size) ||
        !rtc_bytes_read_range (&reader, value_size, &value) ||
        !rtc_bytes_skip (&reader, (4 - value_size % 4) % 4))
      return FALSE;
    if (type == STUN_ERROR_CODE && value_size >= 4)
      out_answer->error_code = (value.data[2] & 7u) * 100u + value.data[3];
    if (type == STUN_MESSAGE_INTEGRITY) {
      out_answer->is_authentic = is_authentic (consent, bytes, offset, value);
      return TRUE;
    }
  }
  return TRUE;
}

static RtcConsentAnswer
judge (const Answer *answer)
{
  if (answer->type == STUN_BINDING_SUCCESS)
    return answer->is_authentic ? RTC_CONSENT_GRANTED : RTC_CONSENT_NONE;
  if (answer->type != STUN_BINDING_ERROR)
    return RTC_CONSENT_NONE;
  /* RFC 7675 §5.2: a 403 counts only when it is authenticated. */
  if (answer->error_code == ERROR_FORBIDDEN)
    return answer->is_authentic ? RTC_CONSENT_REVOKED : RTC_CONSENT_NONE;
  /* Such errors have no integrity (RFC 8489 §9.1.3), but only who saw the check could know its 96
   * bits. */
  return RTC_CONSENT_STALE;
}

static Check *
find_check (RtcConsent *consent, const RtcSocketAddress *from, const guint8 *bytes)
{
  for (guint i = 0; i < N_CHECKS; i++) {
    Check *check = &consent->checks[i];

    if (check->is_open && rtc_socket_address_equal (&check->to, from) &&
        memcmp (check->transaction, bytes + 8, TRANSACTION_BYTES) == 0)
      return check;
  }
  return NULL;
}

static void
note_answer (RtcConsent *consent, const Check *check, RtcConsentAnswer result, GstClockTime now)
{
  GstClockTime sample = now - check->sent;

  if (result == RTC_CONSENT_REVOKED) {
    consent->is_revoked = TRUE;
    return;
  }
  consent->is_proven = TRUE;
  consent->unanswered_since = GST_CLOCK_TIME_NONE;
  consent->last_answer = now;
  consent->last_grant = now;
  schedule_next (consent, now);
  /* RFC 6298 §2: SRTT <- 7/8 SRTT + 1/8 R' */
  if (consent->round_trip == GST_CLOCK_TIME_NONE)
    consent->round_trip = sample;
  else
    consent->round_trip = (7 * consent->round_trip + sample) / 8;
}

RtcConsentAnswer
rtc_consent_read_answer (RtcConsent *consent, const RtcSocketAddress *from, const guint8 *bytes,
    gsize size, GstClockTime now)
{
  RtcConsentAnswer result;
  Answer answer = { 0 };
  Check *check;

  if (size < STUN_HEADER_BYTES || GST_READ_UINT32_BE (bytes + 4) != STUN_COOKIE)
    return RTC_CONSENT_NONE;
  check = find_check (consent, from, bytes);
  if (check == NULL || !parse_answer (consent, bytes, size, &answer))
    return RTC_CONSENT_NONE;
  result = judge (&answer);
  if (result == RTC_CONSENT_NONE)
    return result;
  check->is_open = FALSE;
  if (rtc_socket_address_equal (from, &consent->pair))
    note_answer (consent, check, result, now);
  return result;
}

void
rtc_consent_start (RtcConsent *consent, const RtcSocketAddress *pair, GstClockTime now)
{
  consent->pair = *pair;
  consent->next_check = now;
  consent->unanswered_since = GST_CLOCK_TIME_NONE;
  consent->last_packet = now;
  consent->last_pair_packet = now;
  consent->is_flowing = FALSE;
  consent->last_answer = now;
  consent->last_grant = now;
}

gboolean
rtc_consent_note_packet (RtcConsent *consent, gboolean is_from_pair, GstClockTime now)
{
  gboolean was_flowing = consent->is_flowing;

  consent->last_packet = now;
  if (!is_from_pair)
    return FALSE;
  consent->is_flowing = now - consent->last_pair_packet < FLOW_GAP;
  consent->last_pair_packet = now;
  return consent->is_flowing && !was_flowing;
}

GstClockTime
rtc_consent_get_next_check (const RtcConsent *consent)
{
  if (!consent->is_flowing || consent->last_check > consent->last_pair_packet)
    return consent->next_check;
  return MIN (consent->next_check, consent->last_pair_packet + FLOW_STOP);
}

gboolean
rtc_consent_has_open_check (const RtcConsent *consent)
{
  return consent->unanswered_since != GST_CLOCK_TIME_NONE;
}

gboolean
rtc_consent_is_unanswered (const RtcConsent *consent, GstClockTime now)
{
  GstClockTime limit = UNANSWERED_TIME;

  if (consent->round_trip != GST_CLOCK_TIME_NONE)
    limit = MAX (limit, 2 * consent->round_trip);
  return rtc_consent_has_open_check (consent) && now - consent->unanswered_since >= limit &&
      now - consent->last_pair_packet >= limit;
}

GstClockTime
rtc_consent_get_last_sign (const RtcConsent *consent)
{
  return MAX (consent->last_packet, consent->last_answer);
}

GstClockTime
rtc_consent_get_last_grant (const RtcConsent *consent)
{
  return consent->last_grant;
}

gboolean
rtc_consent_is_proven (const RtcConsent *consent)
{
  return consent->is_proven;
}

gboolean
rtc_consent_is_revoked (const RtcConsent *consent)
{
  return consent->is_revoked;
}

GstClockTime
rtc_consent_get_round_trip (const RtcConsent *consent)
{
  return consent->round_trip;
}
