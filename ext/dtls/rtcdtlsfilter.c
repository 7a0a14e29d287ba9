/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rules of the record filter. Before the handshake is done anybody who can send from a
 * validated address can write records in the clear, so none of them may end the association; later
 * only what is encrypted counts.
 */
#include "rtcdtlsfilter.h"

/* RFC 6347 §4.1: DTLSCiphertext.length is at most 2^14 + 2048. */
#define MAX_FRAGMENT_LENGTH (16384 + 2048)
#define DTLS_MAJOR_VERSION 0xfe
/* RFC 5288 §3: explicit nonce 8 and tag 16. */
#define GCM_OVERHEAD 24
#define ALERT_LENGTH 2

void
rtc_dtls_filter_init (RtcDtlsFilter *filter)
{
  *filter = (RtcDtlsFilter){ .min_fragment = GCM_OVERHEAD };
}

static guint64
read_uint (const guint8 *bytes, guint n_bytes)
{
  guint64 value = 0;

  for (guint i = 0; i < n_bytes; i++)
    value = value << 8 | bytes[i];
  return value;
}

/*
 * struct { ContentType type; ProtocolVersion version; uint16 epoch; uint48 sequence_number;
 *          uint16 length; opaque fragment[length]; } DTLSCiphertext;
 */
gboolean
rtc_dtls_record_parse (const guint8 *bytes, gsize size, RtcDtlsRecord *out_record)
{
  gsize length;

  if (size < RTC_DTLS_RECORD_HEADER_LENGTH || bytes[1] != DTLS_MAJOR_VERSION)
    return FALSE;
  length = read_uint (bytes + 11, 2);
  if (length > MAX_FRAGMENT_LENGTH || length > size - RTC_DTLS_RECORD_HEADER_LENGTH)
    return FALSE;
  *out_record = (RtcDtlsRecord){ .type = bytes[0],
    .epoch = read_uint (bytes + 3, 2),
    .sequence = read_uint (bytes + 5, 6),
    .bytes = bytes,
    .size = RTC_DTLS_RECORD_HEADER_LENGTH + length };
  return TRUE;
}

static gboolean
accepts_plaintext (RtcDtlsFilter *filter, const RtcDtlsRecord *record)
{
  gsize length = record->size - RTC_DTLS_RECORD_HEADER_LENGTH;

  /* Unauthenticated: kept for the error message of a handshake that times out, no more. */
  if (record->type == RTC_DTLS_ALERT && length == ALERT_LENGTH)
    filter->plaintext_alert = record->bytes[RTC_DTLS_RECORD_HEADER_LENGTH + 1];
  return length > 0 &&
      (record->type == RTC_DTLS_HANDSHAKE || record->type == RTC_DTLS_CHANGE_CIPHER_SPEC);
}

/* There is no renegotiation, so no epoch but 0 and 1. A record that is shorter than nonce and tag
 * cannot be one (CVE-2026-75806: OpenSSL took it for fatal). */
static gboolean
accepts_encrypted (const RtcDtlsFilter *filter, const RtcDtlsRecord *record)
{
  return record->epoch == 1 && record->type != RTC_DTLS_CHANGE_CIPHER_SPEC &&
      record->size - RTC_DTLS_RECORD_HEADER_LENGTH >= filter->min_fragment;
}

static gboolean
is_within_budget (RtcDtlsFilter *filter, const RtcDtlsRecord *record)
{
  if (filter->handshake_bytes + record->size > RTC_DTLS_MAX_HANDSHAKE_BYTES)
    return FALSE;
  if (record->epoch > 0 && filter->early_records == RTC_DTLS_MAX_EARLY_RECORDS)
    return FALSE;
  filter->handshake_bytes += record->size;
  if (record->epoch > 0)
    filter->early_records++;
  return TRUE;
}

gboolean
rtc_dtls_filter_accepts (RtcDtlsFilter *filter, const RtcDtlsRecord *record)
{
  if (record->type < RTC_DTLS_CHANGE_CIPHER_SPEC || record->type > RTC_DTLS_APPLICATION_DATA)
    return FALSE;
  if (record->epoch > 0 && !accepts_encrypted (filter, record))
    return FALSE;
  if (filter->is_handshake_done)
    return record->epoch > 0;
  if (record->epoch == 0 && !accepts_plaintext (filter, record))
    return FALSE;
  return is_within_budget (filter, record);
}
