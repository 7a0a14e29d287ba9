/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcDtlsConnection around one SSL. Each record passes the filter on its own, so OpenSSL reads one
 * record at a time from a BIO that holds nothing else.
 */
#include "rtcdtlsconnection.h"
#include "rtcdtlsbio.h"
#include "rtcdtlscontext.h"
#include "rtcdtlsfilter.h"

#include <gst/rtc/gstrtcerror.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>

/* RFC 5764 §4.2 */
#define SRTP_EXPORTER_LABEL "EXTRACTOR-dtls_srtp"
#define MAX_SRTP_KEYS (2 * (32 + 14))
#define MAX_WAITING_BYTES (64 * 1024)

struct _RtcDtlsConnection {
  SSL *ssl;
  RtcDtlsBio bio;
  RtcDtlsFilter filter;
  gboolean is_client;
  GstWebRTCDTLSTransportState state;
  GError *error;
  GstClockTime deadline;

  GPtrArray *remote_fingerprints;
  X509 *remote_certificate;
  gboolean is_verified;

  GQueue waiting;
  gsize waiting_bytes;
  GstBufferList *data;
  GstRtcSrtpKeys *keys;
  GstRtcSrtpProfile profile;
  RtcDtlsCounters counters;
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
  g_queue_init (&connection->waiting);
  return connection;
}

static void
drop_waiting (RtcDtlsConnection *connection)
{
  connection->counters.dropped += connection->waiting.length;
  connection->waiting_bytes = 0;
  g_queue_clear_full (&connection->waiting, (GDestroyNotify) g_bytes_unref);
}

void
rtc_dtls_connection_free (RtcDtlsConnection *connection)
{
  if (connection == NULL)
    return;
  drop_waiting (connection);
  SSL_free (connection->ssl);
  g_clear_pointer (&connection->bio.output, gst_buffer_list_unref);
  g_clear_pointer (&connection->data, gst_buffer_list_unref);
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

static void feed_waiting (RtcDtlsConnection *connection);

static void
connection_open (RtcDtlsConnection *connection)
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
  SSL_free_buffers (connection->ssl);
  connection->deadline = GST_CLOCK_TIME_NONE;
  connection->state = GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED;
  feed_waiting (connection);
}

/* RFC 5288 §3 and RFC 7905 §2: what one byte of data takes at least in a record of the cipher. */
static gsize
get_min_fragment (SSL *ssl)
{
  return SSL_CIPHER_get_cipher_nid (SSL_get_current_cipher (ssl)) == NID_chacha20_poly1305
      ? 16 + 1
      : 8 + 16 + 1;
}

static void
handshake_done (RtcDtlsConnection *connection)
{
  connection->filter.is_handshake_done = TRUE;
  connection->filter.min_fragment = get_min_fragment (connection->ssl);
  if (connection->is_verified)
    connection_open (connection);
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
connection_handshake (RtcDtlsConnection *connection)
{
  int result;

  ERR_clear_error ();
  result = SSL_do_handshake (connection->ssl);
  if (result == 1)
    handshake_done (connection);
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
  connection_handshake (connection);
  feed_waiting (connection);
}

void
rtc_dtls_connection_set_remote_fingerprints (RtcDtlsConnection *connection, GPtrArray *fingerprints)
{
  g_clear_pointer (&connection->remote_fingerprints, g_ptr_array_unref);
  connection->remote_fingerprints = fingerprints ? g_ptr_array_ref (fingerprints) : NULL;
  if (fingerprints == NULL || connection->remote_certificate == NULL ||
      connection->state != GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING)
    return;
  connection->is_verified = rtc_dtls_x509_matches (connection->remote_certificate, fingerprints);
  if (!connection->is_verified) {
    SSL_shutdown (connection->ssl);
    connection_fail (connection, new_fingerprint_error (connection));
  } else if (connection->filter.is_handshake_done) {
    connection_open (connection);
  }
}

static void
keep_waiting (RtcDtlsConnection *connection, const guint8 *bytes, gsize size)
{
  if (connection->waiting.length == RTC_DTLS_MAX_WAITING_PACKETS ||
      connection->waiting_bytes + size > MAX_WAITING_BYTES) {
    connection->counters.dropped++;
    return;
  }
  connection->waiting_bytes += size;
  g_queue_push_tail (&connection->waiting, g_bytes_new (bytes, size));
}

static void
read_data (RtcDtlsConnection *connection, gsize max_size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, max_size, NULL);
  GstMapInfo map;
  int result;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  ERR_clear_error ();
  result = SSL_read (connection->ssl, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  if (result > 0) {
    connection->counters.packets_received++;
    connection->counters.bytes_received += result;
    gst_buffer_set_size (buffer, result);
    if (connection->data == NULL)
      connection->data = gst_buffer_list_new ();
    gst_buffer_list_add (connection->data, buffer);
    return;
  }
  gst_buffer_unref (buffer);
  result = SSL_get_error (connection->ssl, result);
  if (result == SSL_ERROR_ZERO_RETURN)
    connection_end (connection, GST_WEBRTC_DTLS_TRANSPORT_STATE_CLOSED);
  else if (!is_retry (result))
    connection_fail (connection, new_ssl_error ("The DTLS association ended"));
  ERR_clear_error ();
}

static void
receive_record (RtcDtlsConnection *connection, const RtcDtlsRecord *record)
{
  if (!rtc_dtls_filter_accepts (&connection->filter, record)) {
    connection->counters.dropped++;
    return;
  }
  /* Data of a peer that is not verified yet stays encrypted. */
  if (connection->filter.is_handshake_done && record->type == RTC_DTLS_APPLICATION_DATA &&
      connection->state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING) {
    keep_waiting (connection, record->bytes, record->size);
    return;
  }
  connection->bio.input = record->bytes;
  connection->bio.input_size = record->size;
  if (connection->filter.is_handshake_done)
    read_data (connection, record->size);
  else
    connection_handshake (connection);
  connection->bio.input_size = 0;
}

static gboolean
is_alive (const RtcDtlsConnection *connection)
{
  return connection->state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING ||
      connection->state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED;
}

void
rtc_dtls_connection_receive (RtcDtlsConnection *connection, const guint8 *bytes, gsize size)
{
  RtcDtlsRecord record;

  if (connection->state == GST_WEBRTC_DTLS_TRANSPORT_STATE_NEW) {
    keep_waiting (connection, bytes, size);
    return;
  }
  while (size > 0 && is_alive (connection) && rtc_dtls_record_parse (bytes, size, &record)) {
    receive_record (connection, &record);
    bytes += record.size;
    size -= record.size;
  }
  if (size > 0)
    connection->counters.dropped++;
}

static void
feed_waiting (RtcDtlsConnection *connection)
{
  GQueue waiting = connection->waiting;
  GBytes *packet;

  g_queue_init (&connection->waiting);
  connection->waiting_bytes = 0;
  while ((packet = g_queue_pop_head (&waiting))) {
    gsize size;
    const guint8 *bytes = g_bytes_get_data (packet, &size);

    rtc_dtls_connection_receive (connection, bytes, size);
    g_bytes_unref (packet);
  }
}

gboolean
rtc_dtls_connection_send (RtcDtlsConnection *connection, GstBuffer *packet)
{
  GstMapInfo map;
  int result = -1;

  if (connection->state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED &&
      gst_buffer_map (packet, &map, GST_MAP_READ)) {
    ERR_clear_error ();
    result = SSL_write (connection->ssl, map.data, map.size);
    gst_buffer_unmap (packet, &map);
  }
  if (result <= 0) {
    connection->counters.dropped++;
    return FALSE;
  }
  connection->counters.packets_sent++;
  connection->counters.bytes_sent += result;
  return TRUE;
}

void
rtc_dtls_connection_close (RtcDtlsConnection *connection)
{
  if (connection->state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED)
    SSL_shutdown (connection->ssl);
  if (connection->state != GST_WEBRTC_DTLS_TRANSPORT_STATE_FAILED)
    connection_end (connection, GST_WEBRTC_DTLS_TRANSPORT_STATE_CLOSED);
}

GstClockTime
rtc_dtls_connection_next_deadline (RtcDtlsConnection *connection, GstClockTime now)
{
  struct timeval left;

  if (connection->state != GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING)
    return GST_CLOCK_TIME_NONE;
  if (connection->filter.is_handshake_done || DTLSv1_get_timeout (connection->ssl, &left) != 1)
    return connection->deadline;
  return MIN (connection->deadline, now + GST_TIMEVAL_TO_TIME (left));
}

void
rtc_dtls_connection_handle_deadline (RtcDtlsConnection *connection, GstClockTime now)
{
  if (connection->state != GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING)
    return;
  ERR_clear_error ();
  if (now >= connection->deadline ||
      (!connection->filter.is_handshake_done && DTLSv1_handle_timeout (connection->ssl) < 0))
    connection_fail (connection, new_timeout_error (connection));
  ERR_clear_error ();
}

GstBufferList *
rtc_dtls_connection_take_output (RtcDtlsConnection *connection)
{
  return rtc_dtls_bio_take_output (&connection->bio);
}

GstBufferList *
rtc_dtls_connection_take_data (RtcDtlsConnection *connection)
{
  return g_steal_pointer (&connection->data);
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
  const RtcDtlsCounters *counters = &connection->counters;

  gst_structure_set (stats, "fingerprint-verified", G_TYPE_BOOLEAN, connection->is_verified,
      "data-packets-sent", G_TYPE_UINT64, counters->packets_sent, "data-bytes-sent", G_TYPE_UINT64,
      counters->bytes_sent, "data-packets-received", G_TYPE_UINT64, counters->packets_received,
      "data-bytes-received", G_TYPE_UINT64, counters->bytes_received, "dropped", G_TYPE_UINT64,
      counters->dropped, NULL);
  if (connection->remote_certificate) {
    g_autofree gchar *remote = rtc_dtls_x509_get_fingerprint (connection->remote_certificate);

    gst_structure_set (stats, "remote-fingerprint", G_TYPE_STRING, remote, NULL);
  }
  if (connection->filter.is_handshake_done)
    gst_structure_set (stats, "dtls-version", G_TYPE_STRING, SSL_get_version (connection->ssl),
        "dtls-cipher", G_TYPE_STRING,
        SSL_CIPHER_standard_name (SSL_get_current_cipher (connection->ssl)), NULL);
  if (connection->profile != GST_RTC_SRTP_PROFILE_NONE)
    gst_structure_set (stats, "srtp-profile", G_TYPE_STRING,
        gst_rtc_srtp_profile_to_string (connection->profile), NULL);
}
