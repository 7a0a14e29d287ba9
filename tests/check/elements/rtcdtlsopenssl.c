/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtcdtls against a plain OpenSSL: its record layer, keys and alerts must be those of others. */
#include <gst/check/gstcheck.h>
#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/gstrtcsrtpkeys.h>
#include <gst/webrtc/webrtc.h>

#include <openssl/ssl.h>

#define N_PACKETS 300

static const struct {
  const gchar *cipher;
  gboolean is_client;
} rows[] = {
  { "ECDHE-ECDSA-AES128-GCM-SHA256", FALSE },
  { "ECDHE-ECDSA-AES128-GCM-SHA256", TRUE },
  { "ECDHE-ECDSA-AES256-GCM-SHA384", FALSE },
  { "ECDHE-ECDSA-AES256-GCM-SHA384", TRUE },
  { "ECDHE-ECDSA-CHACHA20-POLY1305", FALSE },
  { "ECDHE-ECDSA-CHACHA20-POLY1305", TRUE },
};

typedef struct {
  RtcLoop *loop;
  GstClockTime now;
  GstElement *dtls;
  GstPad *to_sink, *from_src, *to_data, *from_data, *from_srtp;
  GQueue to_openssl, data;
  GstRtcSrtpKeys *keys;
  gboolean loses;
  SSL_CTX *context;
  SSL *ssl;
} Fixture;

static GstFlowReturn
keep_list (GQueue *queue, GstBufferList *list)
{
  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    g_queue_push_tail (queue, gst_buffer_ref (gst_buffer_list_get (list, i)));
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static GstFlowReturn
wire_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  Fixture *fixture = g_object_get_data (G_OBJECT (pad), "fixture");

  if (fixture->loses) {
    gst_buffer_list_unref (list);
    return GST_FLOW_OK;
  }
  return keep_list (&fixture->to_openssl, list);
}

static GstFlowReturn
data_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  Fixture *fixture = g_object_get_data (G_OBJECT (pad), "fixture");

  return keep_list (&fixture->data, list);
}

static gboolean
srtp_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  Fixture *fixture = g_object_get_data (G_OBJECT (pad), "fixture");
  GstRtcSrtpKeys *keys = gst_rtc_srtp_keys_from_event (event);

  if (keys)
    fixture->keys = gst_rtc_srtp_keys_ref (keys);
  gst_event_unref (event);
  return TRUE;
}

static GstPad *
attach (Fixture *fixture, const gchar *name, GstPadChainListFunction chain_list)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (fixture->dtls, name);
  GstPad *ours = gst_pad_new (NULL, chain_list ? GST_PAD_SINK : GST_PAD_SRC);
  GstSegment segment;

  g_object_set_data (G_OBJECT (ours), "fixture", fixture);
  gst_pad_set_active (ours, TRUE);
  if (chain_list) {
    gst_pad_set_chain_list_function (ours, chain_list);
    gst_pad_link (pad, ours);
    return ours;
  }
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_link (ours, pad);
  gst_pad_push_event (ours, gst_event_new_stream_start (name));
  gst_pad_push_event (ours, gst_event_new_segment (&segment));
  return ours;
}

static int
accept_any (X509_STORE_CTX *store, void *unused)
{
  return 1;
}

static void
openssl_init (Fixture *fixture, const gchar *cipher, gboolean is_client)
{
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  X509 *x509 = X509_new ();

  X509_gmtime_adj (X509_getm_notBefore (x509), 0);
  X509_gmtime_adj (X509_getm_notAfter (x509), 1000);
  X509_set_pubkey (x509, key);
  X509_sign (x509, key, EVP_sha256 ());
  fixture->context = SSL_CTX_new (DTLS_method ());
  SSL_CTX_set_cipher_list (fixture->context, cipher);
  SSL_CTX_use_certificate (fixture->context, x509);
  SSL_CTX_use_PrivateKey (fixture->context, key);
  SSL_CTX_set_verify (fixture->context, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_cert_verify_callback (fixture->context, accept_any, NULL);
  SSL_CTX_set_tlsext_use_srtp (fixture->context, "SRTP_AES128_CM_SHA1_80");
  SSL_CTX_set_options (fixture->context, SSL_OP_NO_QUERY_MTU);
  fixture->ssl = SSL_new (fixture->context);
  SSL_set_mtu (fixture->ssl, 1200);
  SSL_set_bio (fixture->ssl, BIO_new (BIO_s_mem ()), BIO_new (BIO_s_mem ()));
  BIO_set_mem_eof_return (SSL_get_rbio (fixture->ssl), -1);
  if (is_client)
    SSL_set_connect_state (fixture->ssl);
  else
    SSL_set_accept_state (fixture->ssl);
  X509_free (x509);
  EVP_PKEY_free (key);
}

static void
introduce (Fixture *fixture)
{
  X509 *x509 = SSL_get_certificate (fixture->ssl);
  guint8 digest[32];
  g_autoptr (GString) line = g_string_new ("sha-256 ");
  const gchar *lines[] = { NULL, NULL };

  X509_digest (x509, EVP_sha256 (), digest, NULL);
  for (guint i = 0; i < sizeof digest; i++)
    g_string_append_printf (line, "%s%02x", i ? ":" : "", digest[i]);
  lines[0] = line->str;
  g_object_set (fixture->dtls, "remote-fingerprints", lines, NULL);
}

static void
fixture_init (Fixture *fixture, guint row)
{
  g_autoptr (GstContext) context = NULL;

  *fixture = (Fixture){ .loop = rtc_loop_new_manual (GST_SECOND), .now = GST_SECOND };
  context = gst_rtc_loop_context_new (fixture->loop);
  fixture->dtls = gst_element_factory_make ("rtcdtls", NULL);
  gst_element_set_context (fixture->dtls, context);
  g_object_set (fixture->dtls, "role", rows[row].is_client ? 1 : 2, NULL);
  fixture->from_src = attach (fixture, "src", wire_chain_list);
  fixture->from_data = attach (fixture, "data_src", data_chain_list);
  fixture->from_srtp = attach (fixture, "srtp_src", data_chain_list);
  gst_pad_set_event_function (fixture->from_srtp, srtp_event);
  gst_element_set_state (fixture->dtls, GST_STATE_PLAYING);
  fixture->to_sink = attach (fixture, "sink", NULL);
  fixture->to_data = attach (fixture, "data_sink", NULL);
  openssl_init (fixture, rows[row].cipher, !rows[row].is_client);
  introduce (fixture);
}

static void
fixture_clear (Fixture *fixture)
{
  GstPad *pads[] = { fixture->to_sink, fixture->from_src, fixture->to_data, fixture->from_data,
    fixture->from_srtp };

  gst_element_set_state (fixture->dtls, GST_STATE_NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pads); i++) {
    gst_pad_set_active (pads[i], FALSE);
    gst_object_unref (pads[i]);
  }
  gst_object_unref (fixture->dtls);
  g_queue_clear_full (&fixture->to_openssl, (GDestroyNotify) gst_buffer_unref);
  g_queue_clear_full (&fixture->data, (GDestroyNotify) gst_buffer_unref);
  g_clear_pointer (&fixture->keys, gst_rtc_srtp_keys_unref);
  SSL_free (fixture->ssl);
  SSL_CTX_free (fixture->context);
  rtc_loop_unref (fixture->loop);
}

/* What OpenSSL wrote goes to the element, as one datagram. */
static void
flush_openssl (Fixture *fixture)
{
  gchar *bytes = NULL;
  glong size = BIO_get_mem_data (SSL_get_wbio (fixture->ssl), &bytes);
  GstBuffer *datagram;

  if (size <= 0)
    return;
  datagram = gst_buffer_new_memdup (bytes, size);
  BIO_reset (SSL_get_wbio (fixture->ssl));
  gst_pad_push (fixture->to_sink, datagram);
}

/* Gives OpenSSL the next datagram; FALSE when there is none. */
static gboolean
feed_openssl (Fixture *fixture)
{
  GstBuffer *datagram = g_queue_pop_head (&fixture->to_openssl);
  GstMapInfo map;

  if (datagram == NULL)
    return FALSE;
  gst_buffer_map (datagram, &map, GST_MAP_READ);
  BIO_write (SSL_get_rbio (fixture->ssl), map.data, map.size);
  gst_buffer_unmap (datagram, &map);
  gst_buffer_unref (datagram);
  return TRUE;
}

static GstWebRTCDTLSTransportState
get_state (Fixture *fixture)
{
  GstWebRTCDTLSTransportState state;

  g_object_get (fixture->dtls, "state", &state, NULL);
  return state;
}

static void
run_handshake (Fixture *fixture)
{
  do {
    SSL_do_handshake (fixture->ssl);
    flush_openssl (fixture);
    rtc_loop_turn (fixture->loop, fixture->now);
  } while (feed_openssl (fixture));
}

static void
connect_both (Fixture *fixture)
{
  g_signal_emit_by_name (fixture->dtls, "start");
  run_handshake (fixture);
  g_assert_true (SSL_is_init_finished (fixture->ssl));
  g_assert_cmpint (get_state (fixture), ==, GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED);
}

GST_START_TEST (test_data)
{
  Fixture fixture;
  guint8 packet[1100] = { 0 }, received[1200];

  fixture_init (&fixture, __i__);
  connect_both (&fixture);
  for (guint i = 0; i < N_PACKETS; i++) {
    gsize size = 1 + i % sizeof packet;

    packet[0] = i;
    gst_pad_push (fixture.to_data, gst_buffer_new_memdup (packet, size));
    g_assert_true (feed_openssl (&fixture));
    g_assert_cmpint (SSL_read (fixture.ssl, received, sizeof received), ==, size);
    g_assert_cmpmem (received, size, packet, size);

    g_assert_cmpint (SSL_write (fixture.ssl, packet, size), ==, size);
    flush_openssl (&fixture);
    g_assert_cmpuint (fixture.data.length, ==, i + 1);
    gst_check_buffer_data (g_queue_peek_tail (&fixture.data), packet, size);
  }
  fixture_clear (&fixture);
}
GST_END_TEST;

GST_START_TEST (test_exported_keys)
{
  Fixture fixture;
  guint8 block[60], client[30], server[30];

  fixture_init (&fixture, __i__);
  connect_both (&fixture);
  g_assert_nonnull (fixture.keys);
  g_assert_cmpint (SSL_export_keying_material (
                       fixture.ssl, block, sizeof block, "EXTRACTOR-dtls_srtp", 19, NULL, 0, 0),
      ==, 1);
  memcpy (client, block, 16);
  memcpy (server, block + 16, 16);
  memcpy (client + 16, block + 32, 14);
  memcpy (server + 16, block + 46, 14);
  g_assert_cmpmem (
      gst_rtc_srtp_keys_get_send (fixture.keys), 30, rows[__i__].is_client ? client : server, 30);
  g_assert_cmpmem (gst_rtc_srtp_keys_get_receive (fixture.keys), 30,
      rows[__i__].is_client ? server : client, 30);
  fixture_clear (&fixture);
}
GST_END_TEST;

GST_START_TEST (test_close_notify)
{
  Fixture fixture;
  guint8 received[10];

  fixture_init (&fixture, __i__);
  connect_both (&fixture);
  if (__i__ % 2) {
    SSL_shutdown (fixture.ssl);
    flush_openssl (&fixture);
  } else {
    g_signal_emit_by_name (fixture.dtls, "close");
    g_assert_true (feed_openssl (&fixture));
    g_assert_cmpint (SSL_read (fixture.ssl, received, sizeof received), ==, 0);
    g_assert_cmpint (SSL_get_error (fixture.ssl, 0), ==, SSL_ERROR_ZERO_RETURN);
  }
  g_assert_cmpint (get_state (&fixture), ==, GST_WEBRTC_DTLS_TRANSPORT_STATE_CLOSED);
  fixture_clear (&fixture);
}
GST_END_TEST;

/* Each flight of the element is lost twice; by its own clock alone it sends it again. */
GST_START_TEST (test_retransmission)
{
  Fixture fixture;

  fixture_init (&fixture, __i__);
  fixture.loses = TRUE;
  g_signal_emit_by_name (fixture.dtls, "start");
  run_handshake (&fixture);
  for (guint i = 0; i < 6 && !SSL_is_init_finished (fixture.ssl); i++) {
    fixture.loses = i % 3 != 2;
    fixture.now = rtc_loop_turn (fixture.loop, fixture.now);
    g_assert_cmpuint (fixture.now, !=, GST_CLOCK_TIME_NONE);
    rtc_loop_turn (fixture.loop, fixture.now);
    if (!fixture.loses)
      feed_openssl (&fixture);
    fixture.loses = i % 3 != 1;
    run_handshake (&fixture);
  }
  g_assert_true (SSL_is_init_finished (fixture.ssl));
  g_assert_cmpint (get_state (&fixture), ==, GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED);
  fixture_clear (&fixture);
}
GST_END_TEST;

static Suite *
rtcdtlsopenssl_suite (void)
{
  Suite *suite = suite_create ("rtcdtlsopenssl");
  TCase *openssl = tcase_create ("openssl");

  suite_add_tcase (suite, openssl);
  tcase_add_loop_test (openssl, test_data, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (openssl, test_exported_keys, 0, 2);
  tcase_add_loop_test (openssl, test_close_notify, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (openssl, test_retransmission, 1, 2);
  return suite;
}

GST_CHECK_MAIN (rtcdtlsopenssl);
