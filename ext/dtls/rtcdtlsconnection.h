/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcDtlsConnection: one DTLS 1.2 association (RFC 6347, RFC 5764, RFC 8827 §6.5). It takes
 * datagrams and the time and gives datagrams, data, keys and a deadline; it knows no pad, thread
 * or lock. Owned by one rtcdtls, which serialises the calls.
 *
 * The gate: state is connected only once the peer's certificate is one of those that were
 * announced. Before that no data goes in or out and no key is exported.
 */
#pragma once

#include "rtcdtlscertificate.h"

#include <gst/rtc/gstrtcsrtpkeys.h>
#include <gst/webrtc/webrtc.h>

typedef struct _RtcDtlsConnection RtcDtlsConnection;

/* Packets that came before start(), or as data before the certificate was verified. */
#define RTC_DTLS_MAX_WAITING_PACKETS 32

typedef struct {
  gboolean is_client;
  RtcDtlsCertificate *certificate;
  const gchar *srtp_profiles;
  guint mtu;
  GstClockTime timeout;
} RtcDtlsSettings;

RtcDtlsConnection *rtc_dtls_connection_new (void);
void rtc_dtls_connection_free (RtcDtlsConnection *connection);

/* Begins the handshake, with what came before; once. */
void rtc_dtls_connection_start (
    RtcDtlsConnection *connection, const RtcDtlsSettings *settings, GstClockTime now);
/* The certificates that the peer may have (array of RtcFingerprint, copied by reference); NULL: not
 * known yet, the connection waits for them after the handshake. */
void rtc_dtls_connection_set_remote_fingerprints (
    RtcDtlsConnection *connection, GPtrArray *fingerprints, GstClockTime now);

/* @datagram (transfer full). Data of the peer is kept for take_data(). */
void rtc_dtls_connection_receive (
    RtcDtlsConnection *connection, GstBuffer *datagram, GstClockTime now);
/* The same for the usual list: decrypts records of data where they lie, beginning with the first of
 * @list, which must be writable, and returns after how many there was something else. */
guint rtc_dtls_connection_receive_data (RtcDtlsConnection *connection, GstBufferList *list);
/* Encrypts the packets of @list (transfer full), for take_output(), in place where they have
 * RTC_PACKET_ROOM; drops them while the gate is closed. */
void rtc_dtls_connection_send (RtcDtlsConnection *connection, GstBufferList *list);
/* Sends close_notify when there is a peer to tell. */
void rtc_dtls_connection_close (RtcDtlsConnection *connection);

GstClockTime rtc_dtls_connection_next_deadline (const RtcDtlsConnection *connection);
void rtc_dtls_connection_handle_deadline (RtcDtlsConnection *connection, GstClockTime now);

/* (transfer full), NULL when there is nothing: datagrams to send. */
GstBufferList *rtc_dtls_connection_take_output (RtcDtlsConnection *connection);
/* (transfer full), NULL when there is nothing: data that arrived. */
GstBufferList *rtc_dtls_connection_take_data (RtcDtlsConnection *connection);
/* (transfer full): once, when the state became connected and SRTP was negotiated. */
GstRtcSrtpKeys *rtc_dtls_connection_take_keys (RtcDtlsConnection *connection);

GstWebRTCDTLSTransportState rtc_dtls_connection_get_state (const RtcDtlsConnection *connection);
/* Why the state is failed, or NULL. */
const GError *rtc_dtls_connection_get_error (const RtcDtlsConnection *connection);
/* (transfer none), NULL before the peer showed it. */
X509 *rtc_dtls_connection_get_remote_certificate (const RtcDtlsConnection *connection);
/* Adds dtls-version, dtls-cipher, srtp-profile, remote-fingerprint,
 * fingerprint-verified and the counters. */
void rtc_dtls_connection_add_stats (const RtcDtlsConnection *connection, GstStructure *stats);
