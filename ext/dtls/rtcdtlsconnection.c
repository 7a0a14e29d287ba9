/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcDtlsConnection around one SSL, which lives for the handshake: afterwards the record layer is
 * our own and the SSL is freed. Each record passes the filter on its own, so OpenSSL reads one
 * record at a time from a BIO that holds nothing else.
 */
#include "rtcdtlsconnection.h"
#include "rtcdtlsbio.h"
#include "rtcdtlscontext.h"
#include "rtcdtlsflight.h"
#include "rtcdtlstraffic.h"

#include <gst/rtc/gstrtcerror.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>

/* RFC 5764 §4.2 */
#define SRTP_EXPORTER_LABEL "EXTRACTOR-dtls_srtp"
#define MAX_SRTP_KEYS (2 * (32 + 14))
#define MAX_WAITING_BYTES (64 * 1024)
#define ALERT_LENGTH 2

struct _RtcDtlsConnection {
  SSL *ssl;
  RtcDtlsBio bio;
  RtcDtlsFilter filter;
  RtcDtlsFlight flight;
  RtcDtlsTraffic traffic;
  gboolean is_client;
  GstWebRTCDTLSTransportState state;
  GError *error;
  GstClockTime deadline;

  GPtrArray *remote_fingerprints;
  X509 *remote_certificate;
  gboolean is_verified;

  GQueue waiting;
  gsize waiting_bytes;
  GstRtcSrtpKeys *keys;
  GstRtcSrtpProfile profile;
  const gchar *cipher_name;
};

static gboolean
connection_verify (X509 *certificate, gpointer user_data)
{
  RtcDtlsConnection *connection = user_data;

  g_clear_pointer (&connection->remote_certificate, X509_free);
  X509_up_ref (certificate);
  connection->remote_certificate = certificate;
  if (connection->remote_fingerprints == NULL)
    return TRUE;
  connection->is_verified = rtc_dtls_x509_matches (certificate, connection->remote_fingerprints);
  return connection->is_verified;
}

static void
install_verify (void)
{
  static gsize done;

  if (g_once_init_enter (&done)) {
    rtc_dtls_context_set_verify (connection_verify);
    g_once_init_leave (&done, 1);
  }
}

RtcDtlsConnection *
rtc_dtls_connection_new (void)
{
  RtcDtlsConnection *connection = g_new0 (RtcDtlsConnection, 1);

  install_verify ();
  connection->state = GST_WEBRTC_DTLS_TRANSPORT_STATE_NEW;
  connection->deadline = GST_CLOCK_TIME_NONE;
  rtc_dtls_filter_init (&connection->filter);
  rtc_dtls_flight_init (&connection->flight);
  g_queue_init (&connection->waiting);
  return connection;
}

static void
drop_waiting (RtcDtlsConnection *connection)
{
  connection->traffic.counters.dropped += connection->waiting.length;
  connection->waiting_bytes = 0;
  g_queue_clear_full (&connection->waiting, (GDestroyNotify) gst_buffer_unref);
}

void
rtc_dtls_connection_free (RtcDtlsConnection *connection)
{
  if (connection == NULL)
    return;
  drop_waiting (connection);
  SSL_free (connection->ssl);
  rtc_dtls_flight_clear (&connection->flight);
  g_clear_pointer (&connection->bio.output, gst_buffer_list_unref);
  rtc_dtls_traffic_clear (&connection->traffic);
  g_clear_pointer (&connection->keys, gst_rtc_srtp_keys_unref);
  g_clear_pointer (&connection->remote_fingerprints, g_ptr_array_unref);
  g_clear_pointer (&connection->remote_certificate, X509_free);
  g_clear_error (&connection->error);
  g_free (connection);
}

static void
connection_end (RtcDtlsConnection *connection, GstWebRTCDTLSTransportState state)
{
  connection->state = state;
  rtc_dtls_flight_stop (&connection->flight);
  drop_waiting (connection);
  g_clear_pointer (&connection->keys, gst_rtc_srtp_keys_unref);
}

static void
connection_fail (RtcDtlsConnection *connection, GError *error)
{
  connection->error = error;
  connection_end (connection, GST_WEBRTC_DTLS_TRANSPORT_STATE_FAILED);
}

static GError *
new_fingerprint_error (const RtcDtlsConnection *connection)
{
  g_autofree gchar *actual = rtc_dtls_x509_get_fingerprint (connection->remote_certificate);

  return g_error_new (GST_RTC_ERROR, GST_RTC_ERROR_FINGERPRINT,
      "The peer's certificate has the fingerprint %s, which is none of those in its description.",
      actual);
}

static GError *
new_timeout_error (const RtcDtlsConnection *connection)
{
  guint8 alert = connection->filter.plaintext_alert;

  if (connection->filter.is_handshake_done)
    return g_error_new_literal (GST_RTC_ERROR, GST_RTC_ERROR_FAILED,
        "The DTLS handshake ended, but no fingerprint for the peer's certificate was given in "
        "time.");
  if (alert == 0)
    return g_error_new_literal (GST_RTC_ERROR, GST_RTC_ERROR_NETWORK,
        "The DTLS handshake did not end in time; the peer may not answer at all.");
  return g_error_new (GST_RTC_ERROR, GST_RTC_ERROR_NETWORK,
      "The DTLS handshake did not end in time; the peer's last word was the alert \"%s\".",
      SSL_alert_desc_string_long (alert));
}

static GError *
new_ssl_error (const gchar *what)
{
  const gchar *reason = ERR_reason_error_string (ERR_peek_last_error ());

  return g_error_new (
      GST_RTC_ERROR, GST_RTC_ERROR_FAILED, "%s: %s.", what, reason ? reason : "no reason given");
}

/* RFC 5764 §4.2: client_write_SRTP_master_key, server_..._key, client_..._salt, server_..._salt. */
static GstRtcSrtpKeys *
export_keys (RtcDtlsConnection *connection, GstRtcSrtpProfile profile)
{
  guint8 block[MAX_SRTP_KEYS], client[MAX_SRTP_KEYS / 2], server[MAX_SRTP_KEYS / 2];
  gsize key, salt;
  GstRtcSrtpKeys *keys = NULL;

  if (!gst_rtc_srtp_profile_get_lengths (profile, &key, &salt) || 2 * (key + salt) > sizeof block)
    return NULL;
  if (SSL_export_keying_material (connection->ssl, block, 2 * (key + salt), SRTP_EXPORTER_LABEL,
          strlen (SRTP_EXPORTER_LABEL), NULL, 0, 0) == 1) {
    memcpy (client, block, key);
    memcpy (server, block + key, key);
    memcpy (client + key, block + 2 * key, salt);
    memcpy (server + key, block + 2 * key + salt, salt);
    keys = connection->is_client ? gst_rtc_srtp_keys_new (profile, client, server)
                                 : gst_rtc_srtp_keys_new (profile, server, client);
  }
  OPENSSL_cleanse (block, sizeof block);
  OPENSSL_cleanse (client, sizeof client);
  OPENSSL_cleanse (server, sizeof server);
  return keys;
}

static void feed_waiting (RtcDtlsConnection *connection, GstClockTime now);

/* The gate: only here, with the certificate verified, are keys exported and is data let through.
 * The server keeps its last flight, which nobody acknowledges (RFC 6347 §4.2.4). */
static void
connection_open (RtcDtlsConnection *connection, GstClockTime now)
{
  const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile (connection->ssl);

  if (profile) {
    connection->profile = profile->id;
    connection->keys = export_keys (connection, profile->id);
  }
  if (profile && connection->keys == NULL) {
    connection_fail (connection, new_ssl_error ("The SRTP keys could not be derived"));
    return;
  }
  g_clear_pointer (&connection->ssl, SSL_free);
  if (connection->is_client)
    rtc_dtls_flight_clear (&connection->flight);
  connection->deadline = GST_CLOCK_TIME_NONE;
  connection->state = GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED;
  feed_waiting (connection, now);
}

/* Takes over the numbers of what OpenSSL encrypted in this flight. */
static gboolean
ensure_layer (RtcDtlsConnection *connection)
{
  if (connection->traffic.layer)
    return TRUE;
  connection->traffic.layer = rtc_dtls_record_layer_new (connection->ssl, connection->is_client);
  if (connection->traffic.layer == NULL)
    return FALSE;
  rtc_dtls_flight_note_sent (&connection->flight, connection->traffic.layer);
  return TRUE;
}

static void
handshake_done (RtcDtlsConnection *connection, GstClockTime now)
{
  connection->filter.is_handshake_done = TRUE;
  rtc_dtls_flight_stop (&connection->flight);
  connection->cipher_name = SSL_CIPHER_standard_name (SSL_get_current_cipher (connection->ssl));
  if (!ensure_layer (connection)) {
    connection_fail (connection, new_ssl_error ("The DTLS keys could not be derived"));
    return;
  }
  connection->filter.min_fragment =
      rtc_dtls_record_layer_get_overhead (connection->traffic.layer) + 1;
  if (connection->is_verified)
    connection_open (connection, now);
}

static void
handshake_failed (RtcDtlsConnection *connection)
{
  if (connection->remote_fingerprints && connection->remote_certificate && !connection->is_verified)
    connection_fail (connection, new_fingerprint_error (connection));
  else
    connection_fail (connection, new_ssl_error ("The DTLS handshake failed"));
}

static gboolean
is_retry (int ssl_error)
{
  return ssl_error == SSL_ERROR_WANT_READ || ssl_error == SSL_ERROR_WANT_WRITE;
}

static void
take_flight (RtcDtlsConnection *connection, GstClockTime now)
{
  g_autoptr (GstBufferList) flight = rtc_dtls_bio_take_output (&connection->bio);

  if (flight == NULL)
    return;
  rtc_dtls_flight_set (&connection->flight, flight, now);
  for (guint i = 0; i < gst_buffer_list_length (flight); i++)
    rtc_dtls_traffic_add_output (
        &connection->traffic, gst_buffer_ref (gst_buffer_list_get (flight, i)));
}

static void
connection_handshake (RtcDtlsConnection *connection, GstClockTime now)
{
  int result;

  ERR_clear_error ();
  result = SSL_do_handshake (connection->ssl);
  take_flight (connection, now);
  if (result == 1)
    handshake_done (connection, now);
  else if (!is_retry (SSL_get_error (connection->ssl, result)))
    handshake_failed (connection);
  ERR_clear_error ();
}

void
rtc_dtls_connection_start (
    RtcDtlsConnection *connection, const RtcDtlsSettings *settings, GstClockTime now)
{
  BIO *bio;

  if (connection->state != GST_WEBRTC_DTLS_TRANSPORT_STATE_NEW)
    return;
  connection->is_client = settings->is_client;
  connection->state = GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING;
  connection->deadline = now + settings->timeout;
  ERR_clear_error ();
  connection->ssl = rtc_dtls_context_new_ssl (settings->mtu, settings->srtp_profiles, connection);
  if (connection->ssl == NULL ||
      !rtc_dtls_certificate_use (settings->certificate, connection->ssl)) {
    connection_fail (connection, new_ssl_error ("DTLS cannot be set up"));
    return;
  }
  bio = rtc_dtls_bio_new (&connection->bio);
  SSL_set_bio (connection->ssl, bio, bio);
  if (settings->is_client)
    SSL_set_connect_state (connection->ssl);
  else
    SSL_set_accept_state (connection->ssl);
  connection_handshake (connection, now);
  feed_waiting (connection, now);
}

void
rtc_dtls_connection_set_remote_fingerprints (
    RtcDtlsConnection *connection, GPtrArray *fingerprints, GstClockTime now)
{
  gboolean is_waiting = connection->filter.is_handshake_done &&
      connection->state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING;

  g_clear_pointer (&connection->remote_fingerprints, g_ptr_array_unref);
  connection->remote_fingerprints = fingerprints ? g_ptr_array_ref (fingerprints) : NULL;
  if (fingerprints == NULL || connection->remote_certificate == NULL ||
      connection->state != GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING)
    return;
  connection->is_verified = rtc_dtls_x509_matches (connection->remote_certificate, fingerprints);
  if (is_waiting && connection->is_verified) {
    connection_open (connection, now);
  } else if (!connection->is_verified) {
    if (is_waiting)
      rtc_dtls_traffic_send_alert (&connection->traffic, SSL3_AL_FATAL, SSL_AD_BAD_CERTIFICATE);
    connection_fail (connection, new_fingerprint_error (connection));
  }
}

static void
keep_waiting (RtcDtlsConnection *connection, GstBuffer *packet)
{
  gsize size = gst_buffer_get_size (packet);

  if (connection->waiting.length == RTC_DTLS_MAX_WAITING_PACKETS ||
      connection->waiting_bytes + size > MAX_WAITING_BYTES) {
    connection->traffic.counters.dropped++;
    gst_buffer_unref (packet);
    return;
  }
  connection->waiting_bytes += size;
  g_queue_push_tail (&connection->waiting, packet);
}

static void
handle_alert (RtcDtlsConnection *connection, const guint8 *alert, gsize size)
{
  if (size != ALERT_LENGTH)
    return;
  if (alert[1] == SSL_AD_CLOSE_NOTIFY)
    connection_end (connection, GST_WEBRTC_DTLS_TRANSPORT_STATE_CLOSED);
  else if (alert[0] == SSL3_AL_FATAL)
    connection_fail (connection,
        g_error_new (GST_RTC_ERROR, GST_RTC_ERROR_FAILED, "The peer ended DTLS with \"%s\".",
            SSL_alert_desc_string_long (alert[1])));
}

/* The peer sends its Finished again because it missed ours: the very same records will do, since
 * it has not seen their numbers. */
static void
repeat_last_flight (RtcDtlsConnection *connection)
{
  if (connection->is_client)
    return;
  for (guint i = 0; i < connection->flight.datagrams->len; i++)
    rtc_dtls_traffic_add_output (
        &connection->traffic, gst_buffer_ref (g_ptr_array_index (connection->flight.datagrams, i)));
}

/* Decrypts @record in place, in @bytes. TRUE when that gave data. */
static gboolean
open_record (RtcDtlsConnection *connection, const RtcDtlsRecord *record, guint8 *bytes,
    gsize *out_offset, gsize *out_size)
{
  if (!rtc_dtls_record_layer_open (
          connection->traffic.layer, record, bytes, out_offset, out_size)) {
    connection->traffic.counters.dropped++;
    return FALSE;
  }
  if (record->type == RTC_DTLS_HANDSHAKE)
    repeat_last_flight (connection);
  else if (record->type == RTC_DTLS_ALERT)
    handle_alert (connection, bytes + *out_offset, *out_size);
  return record->type == RTC_DTLS_APPLICATION_DATA && *out_size > 0;
}

static void
receive_encrypted (RtcDtlsConnection *connection, const RtcDtlsRecord *record)
{
  GstBuffer *copy = gst_buffer_new_memdup (record->bytes, record->size);
  gsize offset = 0, size = 0;
  gboolean is_data;
  GstMapInfo map;

  /* Data of a peer that is not verified yet stays encrypted. */
  if (record->type == RTC_DTLS_APPLICATION_DATA &&
      connection->state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING) {
    keep_waiting (connection, copy);
    return;
  }
  gst_buffer_map (copy, &map, GST_MAP_READWRITE);
  is_data = open_record (connection, record, map.data, &offset, &size);
  gst_buffer_unmap (copy, &map);
  if (!is_data) {
    gst_buffer_unref (copy);
    return;
  }
  gst_buffer_resize (copy, offset, size);
  rtc_dtls_traffic_add_data (&connection->traffic, copy);
}

static void
receive_record (RtcDtlsConnection *connection, const RtcDtlsRecord *record, GstClockTime now)
{
  if (!rtc_dtls_filter_accepts (&connection->filter, record)) {
    connection->traffic.counters.dropped++;
    return;
  }
  if (connection->filter.is_handshake_done) {
    receive_encrypted (connection, record);
    return;
  }
  connection->bio.input = record->bytes;
  connection->bio.input_size = record->size;
  connection_handshake (connection, now);
  connection->bio.input_size = 0;
}

static gboolean
is_alive (const RtcDtlsConnection *connection)
{
  return connection->state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING ||
      connection->state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED;
}

static void
receive_datagram (RtcDtlsConnection *connection, const guint8 *bytes, gsize size, GstClockTime now)
{
  RtcDtlsRecord record;

  while (size > 0 && is_alive (connection) && rtc_dtls_record_parse (bytes, size, &record)) {
    receive_record (connection, &record, now);
    bytes += record.size;
    size -= record.size;
  }
  if (size > 0)
    connection->traffic.counters.dropped++;
}

static gboolean
is_data (RtcDtlsConnection *connection, const guint8 *bytes, gsize size, RtcDtlsRecord *out_record)
{
  return connection->state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED &&
      rtc_dtls_traffic_is_data (&connection->filter, bytes, size, out_record);
}

/* The usual packet, one record of data, is decrypted where it lies. */
void
rtc_dtls_connection_receive (RtcDtlsConnection *connection, GstBuffer *datagram, GstClockTime now)
{
  RtcDtlsRecord record;
  GstMapInfo map;
  gsize offset, size = 0;

  if (connection->state == GST_WEBRTC_DTLS_TRANSPORT_STATE_NEW) {
    keep_waiting (connection, datagram);
    return;
  }
  datagram = gst_buffer_make_writable (datagram);
  if (gst_buffer_map (datagram, &map, GST_MAP_READWRITE)) {
    if (!is_data (connection, map.data, map.size, &record))
      receive_datagram (connection, map.data, map.size, now);
    else if (!open_record (connection, &record, map.data, &offset, &size))
      size = 0;
    gst_buffer_unmap (datagram, &map);
  }
  if (size == 0) {
    gst_buffer_unref (datagram);
    return;
  }
  gst_buffer_resize (datagram, offset, size);
  rtc_dtls_traffic_add_data (&connection->traffic, datagram);
}

guint
rtc_dtls_connection_receive_data (RtcDtlsConnection *connection, GstBufferList *list)
{
  guint length = gst_buffer_list_length (list);

  if (connection->state != GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED)
    return 0;
  for (guint i = 0; i < length; i++)
    if (!rtc_dtls_traffic_open_in_place (
            &connection->traffic, &connection->filter, gst_buffer_list_get (list, i)))
      return i;
  return length;
}

static void
feed_waiting (RtcDtlsConnection *connection, GstClockTime now)
{
  GQueue waiting = connection->waiting;
  GstBuffer *packet;

  g_queue_init (&connection->waiting);
  connection->waiting_bytes = 0;
  while ((packet = g_queue_pop_head (&waiting)))
    rtc_dtls_connection_receive (connection, packet, now);
}

void
rtc_dtls_connection_send (RtcDtlsConnection *connection, GstBufferList *list)
{
  if (connection->state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED) {
    rtc_dtls_traffic_send (&connection->traffic, list);
    return;
  }
  connection->traffic.counters.dropped += gst_buffer_list_length (list);
  gst_buffer_list_unref (list);
}

void
rtc_dtls_connection_close (RtcDtlsConnection *connection)
{
  if (connection->traffic.layer && is_alive (connection))
    rtc_dtls_traffic_send_alert (&connection->traffic, SSL3_AL_WARNING, SSL_AD_CLOSE_NOTIFY);
  if (connection->state != GST_WEBRTC_DTLS_TRANSPORT_STATE_FAILED)
    connection_end (connection, GST_WEBRTC_DTLS_TRANSPORT_STATE_CLOSED);
}

GstClockTime
rtc_dtls_connection_next_deadline (const RtcDtlsConnection *connection)
{
  if (connection->state != GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING)
    return GST_CLOCK_TIME_NONE;
  return MIN (connection->deadline, connection->flight.deadline);
}

/* A client's last flight ends with an encrypted Finished. */
static void
send_flight_again (RtcDtlsConnection *connection, GstClockTime now)
{
  g_autoptr (GstBufferList) flight = NULL;

  rtc_dtls_flight_back_off (&connection->flight, now);
  if (rtc_dtls_flight_has_encrypted (&connection->flight) && !ensure_layer (connection))
    return;
  flight = rtc_dtls_flight_renew (
      &connection->flight, &connection->bio.next_sequence, connection->traffic.layer);
  for (guint i = 0; flight && i < gst_buffer_list_length (flight); i++)
    rtc_dtls_traffic_add_output (
        &connection->traffic, gst_buffer_ref (gst_buffer_list_get (flight, i)));
}

void
rtc_dtls_connection_handle_deadline (RtcDtlsConnection *connection, GstClockTime now)
{
  if (connection->state != GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING)
    return;
  if (now >= connection->deadline)
    connection_fail (connection, new_timeout_error (connection));
  else if (now >= connection->flight.deadline)
    send_flight_again (connection, now);
}

GstBufferList *
rtc_dtls_connection_take_output (RtcDtlsConnection *connection)
{
  return g_steal_pointer (&connection->traffic.output);
}

GstBufferList *
rtc_dtls_connection_take_data (RtcDtlsConnection *connection)
{
  return g_steal_pointer (&connection->traffic.data);
}

GstRtcSrtpKeys *
rtc_dtls_connection_take_keys (RtcDtlsConnection *connection)
{
  return g_steal_pointer (&connection->keys);
}

GstWebRTCDTLSTransportState
rtc_dtls_connection_get_state (const RtcDtlsConnection *connection)
{
  return connection->state;
}

const GError *
rtc_dtls_connection_get_error (const RtcDtlsConnection *connection)
{
  return connection->error;
}

X509 *
rtc_dtls_connection_get_remote_certificate (const RtcDtlsConnection *connection)
{
  return connection->remote_certificate;
}

void
rtc_dtls_connection_add_stats (const RtcDtlsConnection *connection, GstStructure *stats)
{
  const RtcDtlsCounters *counters = &connection->traffic.counters;

  gst_structure_set (stats, "fingerprint-verified", G_TYPE_BOOLEAN, connection->is_verified,
      "data-packets-sent", G_TYPE_UINT64, counters->packets_sent, "data-bytes-sent", G_TYPE_UINT64,
      counters->bytes_sent, "data-packets-received", G_TYPE_UINT64, counters->packets_received,
      "data-bytes-received", G_TYPE_UINT64, counters->bytes_received, "dropped", G_TYPE_UINT64,
      counters->dropped, NULL);
  if (connection->remote_certificate) {
    g_autofree gchar *remote = rtc_dtls_x509_get_fingerprint (connection->remote_certificate);

    gst_structure_set (stats, "remote-fingerprint", G_TYPE_STRING, remote, NULL);
  }
  if (connection->cipher_name)
    gst_structure_set (stats, "dtls-version", G_TYPE_STRING, "DTLSv1.2", "dtls-cipher",
        G_TYPE_STRING, connection->cipher_name, NULL);
  if (connection->profile != GST_RTC_SRTP_PROFILE_NONE)
    gst_structure_set (stats, "srtp-profile", G_TYPE_STRING,
        gst_rtc_srtp_profile_to_string (connection->profile), NULL);
}
