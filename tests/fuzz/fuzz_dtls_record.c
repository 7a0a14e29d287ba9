/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A fresh DTLS association gets datagrams of a stranger. Input: a byte (bit 0: we are the client,
 * bit 1: no fingerprint is known yet), then datagrams, each after its length in two bytes. Nobody
 * without the announced certificate may get through, and little is sent in answer.
 */
#include "rtcdtlsconnection.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* One flight of ours and its error, with certificate, for what a stranger sends. */
#define MAX_ANSWER 8192

static GstBuffer *
next_datagram (const uint8_t **data, size_t *size)
{
  size_t length;
  GstBuffer *datagram;

  if (*size < 2)
    return NULL;
  length = (*data)[0] << 8 | (*data)[1];
  *data += 2;
  *size -= 2;
  length = MIN (length, *size);
  datagram = length > 0 ? gst_buffer_new_memdup (*data, length) : gst_buffer_new ();
  *data += length;
  *size -= length;
  return datagram;
}

static gsize
take_output (RtcDtlsConnection *connection)
{
  g_autoptr (GstBufferList) output = rtc_dtls_connection_take_output (connection);

  return output ? gst_buffer_list_calculate_size (output) : 0;
}

static void
check (RtcDtlsConnection *connection, gsize answered)
{
  g_autoptr (GstBufferList) received = rtc_dtls_connection_take_data (connection);

  g_assert (received == NULL);
  g_assert (rtc_dtls_connection_take_keys (connection) == NULL);
  g_assert (
      rtc_dtls_connection_get_state (connection) != GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED);
  g_assert (answered <= MAX_ANSWER);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static RtcDtlsCertificate *certificate;
  static GPtrArray *none;
  RtcDtlsSettings settings = { FALSE, NULL, "SRTP_AES128_CM_SHA1_80", 1200, 30 * GST_SECOND };
  RtcDtlsConnection *connection;
  GstBuffer *datagram;
  gsize answered = 0;

  if (certificate == NULL) {
    gst_init (NULL, NULL);
    certificate = rtc_dtls_certificate_generate ();
    none = g_ptr_array_new ();
  }
  if (size == 0)
    return 0;
  settings.is_client = data[0] & 1;
  settings.certificate = certificate;
  connection = rtc_dtls_connection_new ();
  rtc_dtls_connection_set_remote_fingerprints (connection, data[0] & 2 ? NULL : none, 0);
  rtc_dtls_connection_start (connection, &settings, 0);
  data++;
  size--;
  while ((datagram = next_datagram (&data, &size))) {
    rtc_dtls_connection_receive (connection, datagram, 0);
    answered += take_output (connection);
  }
  check (connection, answered);
  rtc_dtls_connection_free (connection);
  return 0;
}
