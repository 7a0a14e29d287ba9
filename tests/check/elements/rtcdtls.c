/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtcdtls: two of them over a wire that loses, changes and adds packets. */
#include "dtlslink.h"

#define CONNECTED GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED
#define CONNECTING GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING
#define FAILED GST_WEBRTC_DTLS_TRANSPORT_STATE_FAILED
#define CLOSED GST_WEBRTC_DTLS_TRANSPORT_STATE_CLOSED

static const guint8 srtp_packet[] = { 0x80, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 'm', 'e', 'd', 'i',
  'a' };

static DtlsLink *
connected_link (void)
{
  DtlsLink *link = dtls_link_new ();

  dtls_link_introduce (link);
  dtls_link_start (link);
  dtls_link_wait_state (link, CLIENT, CONNECTED);
  dtls_link_wait_state (link, SERVER, CONNECTED);
  return link;
}

static void
assert_data (DtlsLink *link, guint peer, guint index, const gchar *text)
{
  GstBuffer *buffer = g_queue_peek_nth (&link->peers[peer].data, index);

  g_assert_nonnull (buffer);
  gst_check_buffer_data (buffer, text, strlen (text));
}

GST_START_TEST (test_handshake)
{
  DtlsLink *link = connected_link ();

  dtls_link_send_data (link, CLIENT, "from the client");
  dtls_link_send_data (link, SERVER, "from the server");
  dtls_link_wait_data (link, SERVER, 1);
  dtls_link_wait_data (link, CLIENT, 1);
  assert_data (link, SERVER, 0, "from the client");
  assert_data (link, CLIENT, 0, "from the server");

  dtls_link_send_srtp (link, CLIENT, srtp_packet, sizeof srtp_packet);
  dtls_link_wait_srtp (link, SERVER, 1);
  gst_check_buffer_data (
      g_queue_peek_head (&link->peers[SERVER].srtp), srtp_packet, sizeof srtp_packet);
  dtls_link_free (link);
}
GST_END_TEST;

GST_START_TEST (test_keys)
{
  DtlsLink *link = connected_link ();
  GstRtcSrtpKeys *client = link->peers[CLIENT].keys, *server = link->peers[SERVER].keys;
  gsize key, salt;

  g_assert_nonnull (client);
  g_assert_nonnull (server);
  g_assert_cmpint (
      gst_rtc_srtp_keys_get_profile (client), ==, GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM);
  g_assert_true (
      gst_rtc_srtp_profile_get_lengths (gst_rtc_srtp_keys_get_profile (client), &key, &salt));
  g_assert_cmpmem (gst_rtc_srtp_keys_get_send (client), key + salt,
      gst_rtc_srtp_keys_get_receive (server), key + salt);
  g_assert_cmpmem (gst_rtc_srtp_keys_get_receive (client), key + salt,
      gst_rtc_srtp_keys_get_send (server), key + salt);
  g_assert_cmpint (memcmp (gst_rtc_srtp_keys_get_send (client),
                       gst_rtc_srtp_keys_get_receive (client), key + salt),
      !=, 0);
  dtls_link_free (link);
}
GST_END_TEST;

static Suite *
rtcdtls_suite (void)
{
  Suite *suite = suite_create ("rtcdtls");
  TCase *handshake = tcase_create ("handshake");

  suite_add_tcase (suite, handshake);
  tcase_add_test (handshake, test_handshake);
  tcase_add_test (handshake, test_keys);
  return suite;
}

GST_CHECK_MAIN (rtcdtls);
