/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Data channels of rtcbin, with itself and with webrtcbin in both roles, over real sockets. */
#include "peerpair.h"

static const struct {
  const gchar *offerer;
  const gchar *answerer;
} pairs[] = {
  { "rtcbin", "rtcbin" },
  { "rtcbin", "webrtcbin" },
  { "webrtcbin", "rtcbin" },
};

static PeerPair *
open_pair (gint index, GstWebRTCDataChannel **out_offered, GstWebRTCDataChannel **out_answered)
{
  PeerPair *pair = peer_pair_new (pairs[index].offerer, pairs[index].answerer);

  fail_unless (pair != NULL, "elements are missing");
  *out_offered = peer_create_channel (&pair->offerer, "data", NULL);
  peer_pair_play (pair);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_pair_wait_connected (pair);
  peer_wait_opened (&pair->offerer, 1);
  *out_answered = peer_wait_channel (&pair->answerer);
  peer_wait_opened (&pair->answerer, 1);
  return pair;
}

static void
check_messages (Peer *peer, GPtrArray *expected)
{
  peer_wait_messages (peer, expected->len);
  g_mutex_lock (&peer->pair->lock);
  for (guint i = 0; i < expected->len; i++)
    ck_assert_str_eq (g_ptr_array_index (peer->messages, i), g_ptr_array_index (expected, i));
  fail_unless_equals_int (peer->messages->len, expected->len);
  g_mutex_unlock (&peer->pair->lock);
}

static GPtrArray *
send_all (GstWebRTCDataChannel *channel, gsize largest, gboolean has_empty)
{
  const gsize sizes[] = { 1, 64, 1024, 1200, 16 * 1024, 65535, 65536, 100000, 256 * 1024 };
  GPtrArray *expected = g_ptr_array_new_with_free_func (g_free);

  peer_send_text (channel, "Hello");
  g_ptr_array_add (expected, g_strdup ("s:Hello"));
  for (guint i = 0; i < G_N_ELEMENTS (sizes) && sizes[i] <= largest; i++)
    g_ptr_array_add (expected, peer_send_bytes (channel, sizes[i], (guint8) i));
  if (has_empty) {
    peer_send_text (channel, "");
    g_ptr_array_add (expected, g_strdup ("s:"));
    g_ptr_array_add (expected, peer_send_bytes (channel, 0, 0));
  }
  peer_send_text (channel, "last \xc3\xa4");
  g_ptr_array_add (expected, g_strdup ("s:last \xc3\xa4"));
  return expected;
}

GST_START_TEST (test_messages_both_ways)
{
  gboolean is_ours = g_str_equal (pairs[__i__].offerer, pairs[__i__].answerer);
  GstWebRTCDataChannel *offered, *answered;
  g_autoptr (GPtrArray) there = NULL;
  g_autoptr (GPtrArray) back = NULL;
  PeerPair *pair;

  if (!peer_pair_can_run (pairs[__i__].offerer, pairs[__i__].answerer))
    return;
  pair = open_pair (__i__, &offered, &answered);
  /* webrtcbin announces no a=max-message-size: 64 KiB is what it takes (RFC 8841 §6.1). */
  there = send_all (offered, is_ours ? 262144 : 65536, is_ours);
  check_messages (&pair->answerer, there);
  back = send_all (answered, is_ours ? 262144 : 65536, is_ours);
  check_messages (&pair->offerer, back);
  g_object_unref (offered);
  peer_pair_free (pair);
}
GST_END_TEST;

GST_START_TEST (test_properties)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  GstWebRTCDataChannel *channel = peer_create_channel (
      &pair->offerer, "chat \xe2\x98\x83", "options,ordered=false,max-retransmits=3,protocol=xmpp");
  GstWebRTCDataChannel *received;
  g_autofree gchar *label = NULL;
  g_autofree gchar *protocol = NULL;
  gboolean is_ordered;
  gint max_retransmits, id, sent_id;

  peer_pair_play (pair);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  received = peer_wait_channel (&pair->answerer);
  peer_wait_opened (&pair->offerer, 1);
  g_object_get (received, "label", &label, "protocol", &protocol, "ordered", &is_ordered,
      "max-retransmits", &max_retransmits, "id", &id, NULL);
  g_object_get (channel, "id", &sent_id, NULL);
  ck_assert_str_eq (label, "chat \xe2\x98\x83");
  ck_assert_str_eq (protocol, "xmpp");
  fail_if (is_ordered);
  fail_unless_equals_int (max_retransmits, 3);
  fail_unless_equals_int (id, sent_id);
  g_object_unref (channel);
  peer_pair_free (pair);
}
GST_END_TEST;

GST_START_TEST (test_close_and_reuse)
{
  GstWebRTCDataChannel *offered, *answered, *second;
  PeerPair *pair = open_pair (0, &offered, &answered);

  g_signal_emit_by_name (answered, "close");
  peer_wait_closed (&pair->offerer, 1);
  peer_wait_closed (&pair->answerer, 1);
  second = peer_create_channel (&pair->answerer, "second", NULL);
  peer_wait_opened (&pair->answerer, 2);
  peer_send_text (second, "still there");
  peer_wait_messages (&pair->offerer, 1);
  g_object_unref (second);
  g_object_unref (offered);
  peer_pair_free (pair);
}
GST_END_TEST;

GST_START_TEST (test_send_before_open)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  GstWebRTCDataChannel *channel = peer_create_channel (&pair->offerer, "data", NULL);
  g_autoptr (GError) error = NULL;

  fail_if (gst_webrtc_data_channel_send_string_full (channel, "early", &error));
  fail_unless (g_error_matches (error, GST_WEBRTC_ERROR, GST_WEBRTC_ERROR_INVALID_STATE));
  g_object_unref (channel);
  peer_pair_free (pair);
}
GST_END_TEST;

GST_START_TEST (test_negotiated)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  const gchar *options = "options,negotiated=true,id=7";
  GstWebRTCDataChannel *here = peer_create_channel (&pair->offerer, "n", options);
  GstWebRTCDataChannel *there = peer_create_channel (&pair->answerer, "n", options);

  peer_pair_play (pair);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_wait_opened (&pair->offerer, 1);
  peer_wait_opened (&pair->answerer, 1);
  peer_send_text (here, "one");
  peer_send_text (there, "two");
  peer_wait_messages (&pair->answerer, 1);
  peer_wait_messages (&pair->offerer, 1);
  g_object_unref (here);
  g_object_unref (there);
  peer_pair_free (pair);
}
GST_END_TEST;

static Suite *
datachannel_suite (void)
{
  Suite *suite = suite_create ("rtcbin data channels");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 120);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_messages_both_ways, 0, G_N_ELEMENTS (pairs));
  tcase_add_test (chain, test_properties);
  tcase_add_test (chain, test_close_and_reuse);
  tcase_add_test (chain, test_send_before_open);
  tcase_add_test (chain, test_negotiated);
  return suite;
}

GST_CHECK_MAIN (datachannel);
