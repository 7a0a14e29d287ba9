/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcDtlsRecordLayer: the encrypted records of one association (RFC 6347 §4.1, RFC 5288, RFC 7905).
 * It takes over from OpenSSL when the keys are there: OpenSSL's own needs 73 KiB for an SSL and
 * twice the time for a record. Owned by a connection.
 */
#pragma once

#include "rtcdtlsfilter.h"

#include <openssl/ssl.h>

typedef struct _RtcDtlsRecordLayer RtcDtlsRecordLayer;

/* Header 13, explicit nonce 8, tag 16. */
#define RTC_DTLS_MAX_RECORD_OVERHEAD 37
#define RTC_DTLS_TAG_LENGTH 16
/* RFC 6347 §4.1: 2^14 bytes of plaintext. */
#define RTC_DTLS_MAX_PLAINTEXT 16384

/* From the master secret of @ssl, whose key exchange is over. NULL when the cipher is not one of
 * those that rtc_dtls_context_new_ssl() offers. */
RtcDtlsRecordLayer *rtc_dtls_record_layer_new (SSL *ssl, gboolean is_client);
void rtc_dtls_record_layer_free (RtcDtlsRecordLayer *layer);

/* @record is one that OpenSSL sent with the same keys: its number and nonce are not used again. */
void rtc_dtls_record_layer_note_sent (RtcDtlsRecordLayer *layer, const RtcDtlsRecord *record);
/* Writes a record of @size bytes at @plaintext to @out, which has room for @size +
 * RTC_DTLS_MAX_RECORD_OVERHEAD; @plaintext may lie where the record will have it. Returns its size.
 * 0: numbers are used up, or the cipher failed. */
gsize rtc_dtls_record_layer_seal (RtcDtlsRecordLayer *layer, RtcDtlsContentType type,
    const guint8 *plaintext, gsize size, guint8 *out);
/* Decrypts @record in place: *out_offset into it the plaintext begins. FALSE: replayed or forged;
 * then the record is spoilt. */
gboolean rtc_dtls_record_layer_open (RtcDtlsRecordLayer *layer, const RtcDtlsRecord *record,
    guint8 *bytes, gsize *out_offset, gsize *out_size);
/* Decrypts a record that this side sent, to send it again under a new number. */
gboolean rtc_dtls_record_layer_open_own (RtcDtlsRecordLayer *layer, const RtcDtlsRecord *record,
    guint8 *bytes, gsize *out_offset, gsize *out_size);
/* Bytes that encryption adds to a fragment. */
gsize rtc_dtls_record_layer_get_overhead (const RtcDtlsRecordLayer *layer);
