/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bundle policies (RFC 9429 §4.1.1): sections that share one transport, and sections with one each,
 * which all show the same certificate.
 */
#include <string.h>

#include "peerpair.h"

static const struct {
  const gchar *name;
  const gchar *offerer_policy;
  const gchar *answerer;
  const gchar *answerer_policy;
  guint n_transports; /* of the offerer, in the end */
} rows[] = {
  { "none, none", "none", "rtcbin", "none", 4 },
  { "max-compat, max-compat", "max-compat", "rtcbin", "max-compat", 1 },
  { "max-compat, none", "max-compat", "rtcbin", "none", 4 },
  { "none, webrtcbin's none", "none", "webrtcbin", "none", 4 },
};

static guint
count_elements (GstElement *bin, const gchar *type)
{
  g_autoptr (GstIterator) iterator = gst_bin_iterate_recurse (GST_BIN (bin));
  g_auto (GValue) item = G_VALUE_INIT;
  guint count = 0;

  while (gst_iterator_next (iterator, &item) == GST_ITERATOR_OK) {
    count += g_str_equal (G_OBJECT_TYPE_NAME (g_value_get_object (&item)), type);
    g_value_reset (&item);
  }
  return count;
}

/* Every section has the same fingerprint. */
static void
check_certificate (Peer *peer)
{
  g_autofree gchar *sdp = peer_get_sdp (peer, "local-description");
  const gchar *first = strstr (sdp, "a=fingerprint:");
  gsize length = strcspn (first, "\r\n");

  for (const gchar *at = first; at; at = strstr (at + 1, "a=fingerprint:"))
    fail_unless (strncmp (at, first, length) == 0, "another certificate");
}

GST_START_TEST (test_policies)
{
  g_autoptr (GstWebRTCDataChannel) channel = NULL;
  PeerPair *pair;

  if (!peer_pair_can_run ("rtcbin", rows[__i__].answerer))
    return;
  pair = peer_pair_new ("rtcbin", rows[__i__].answerer);
  fail_unless (pair != NULL, "elements are missing");
  gst_util_set_object_arg (
      G_OBJECT (pair->offerer.bin), "bundle-policy", rows[__i__].offerer_policy);
  gst_util_set_object_arg (
      G_OBJECT (pair->answerer.bin), "bundle-policy", rows[__i__].answerer_policy);
  peer_add_source (&pair->offerer, "audio", NULL);
  peer_add_source (&pair->offerer, "video", "vp8");
  peer_add_source (&pair->offerer, "video", "vp8");
  peer_pair_play (pair);
  channel = peer_create_channel (&pair->offerer, "data", NULL);
  peer_wait_sources (&pair->offerer);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_wait_opened (&pair->offerer, 1);
  peer_wait_opened (&pair->answerer, 1);
  for (guint i = 0; i < 3; i++)
    peer_wait_more_packets (&pair->answerer, i, 5);
  peer_send_text (channel, "text");
  peer_wait_messages (&pair->answerer, 1);
  peer_pair_wait_connected (pair);
  check_certificate (&pair->offerer);
  fail_unless_equals_int (
      count_elements (pair->offerer.bin, "GstRtcDtls"), rows[__i__].n_transports);
  peer_pair_free (pair);
}
GST_END_TEST;

static Suite *
bundle_suite (void)
{
  Suite *suite = suite_create ("rtcbin bundle");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 120);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_policies, 0, G_N_ELEMENTS (rows));
  return suite;
}

GST_CHECK_MAIN (bundle);
