/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcDtlsFilter: looks at the header of each DTLS record (RFC 6347 §4.1) before OpenSSL does, and
 * drops what has no place at this point of the association or is over its budget. A value without
 * memory of its own; part of one connection.
 */
#pragma once

#include <glib.h>

#define RTC_DTLS_RECORD_HEADER_LENGTH 13

typedef enum {
  RTC_DTLS_CHANGE_CIPHER_SPEC = 20,
  RTC_DTLS_ALERT = 21,
  RTC_DTLS_HANDSHAKE = 22,
  RTC_DTLS_APPLICATION_DATA = 23,
} RtcDtlsContentType;

typedef struct {
  RtcDtlsContentType type;
  guint16 epoch;
  guint64 sequence;
  /* Header and fragment. */
  const guint8 *bytes;
  gsize size;
} RtcDtlsRecord;

/* What a peer may send before the handshake is done: bytes in all, and records of the epoch to
 * come, which OpenSSL has to keep. */
#define RTC_DTLS_MAX_HANDSHAKE_BYTES (256 * 1024)
#define RTC_DTLS_MAX_EARLY_RECORDS 64

typedef struct {
  gboolean is_handshake_done;
  /* The shortest encrypted fragment of the cipher. */
  gsize min_fragment;
  gsize handshake_bytes;
  guint early_records;
  /* The last alert that came in the clear and was not believed, 0 for none. */
  guint8 plaintext_alert;
} RtcDtlsFilter;

void rtc_dtls_filter_init (RtcDtlsFilter *filter);
/* The first record in @bytes. FALSE: it is cut or no record; the rest of the datagram is lost. */
gboolean rtc_dtls_record_parse (const guint8 *bytes, gsize size, RtcDtlsRecord *out_record);
/* Whether OpenSSL may see the record. */
gboolean rtc_dtls_filter_accepts (RtcDtlsFilter *filter, const RtcDtlsRecord *record);
