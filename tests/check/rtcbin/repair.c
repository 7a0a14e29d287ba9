/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Video over a simulated link that loses packets both ways, NACKs included: what is behind the
 * source pad has no gap, since what was lost was sent again.
 */
#include "peerpair.h"
#include "simulatedlink.h"

#define N_PACKETS 300
/* What may be missing of them: a packet and all its repetitions within 200 ms may get lost. */
#define MAX_MISSING 3

static const struct {
  const gchar *offerer;
  const gchar *link;
  const gchar *conditions;
} rows[] = {
  { "rtcbin", "repair-loss", "loss=5" },
  { "rtcbin", "repair-burst", "loss=3,delay=20,jitter=5" },
};

typedef struct {
  guint count;
  guint missing;
  guint16 next;
} Numbers;

static GstPadProbeReturn
on_packet (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Numbers *numbers = user_data;
  guint8 header[4];
  guint16 number;

  gst_buffer_extract (GST_PAD_PROBE_INFO_BUFFER (info), 0, header, sizeof header);
  number = GST_READ_UINT16_BE (header + 2);
  if (numbers->count++)
    numbers->missing += (guint16) (number - numbers->next);
  numbers->next = (guint16) (number + 1);
  return GST_PAD_PROBE_OK;
}

static void
on_pad_added (GstElement *bin, GstPad *pad, Numbers *numbers)
{
  if (GST_PAD_IS_SRC (pad))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_packet, numbers, NULL);
}

static void
add_repaired (const GValue *value, gpointer user_data)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 n_repaired = 0;

  g_object_get (g_value_get_object (value), "stats", &stats, NULL);
  if (gst_structure_get_uint64 (stats, "rtx-success-count", &n_repaired))
    *(guint64 *) user_data += n_repaired;
}

static guint64
count_repaired (Peer *peer)
{
  GstIterator *iterator =
      gst_bin_iterate_all_by_element_factory_name (GST_BIN (peer->bin), "rtpjitterbuffer");
  guint64 n_repaired = 0;

  gst_iterator_foreach (iterator, add_repaired, &n_repaired);
  gst_iterator_free (iterator);
  return n_repaired;
}

static void
set_nack (Peer *peer)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

  g_signal_emit_by_name (peer->bin, "get-transceiver", 0, &transceiver);
  g_object_set (transceiver, "do-nack", TRUE, NULL);
}

GST_START_TEST (test_loss)
{
  g_autoptr (RtcSimulatedLink) link = rtc_simulated_link_get (rows[__i__].link);
  PeerPair *pair = peer_pair_new (rows[__i__].offerer, "rtcbin");
  Numbers numbers = { 0 };

  fail_unless (pair != NULL, "elements are missing");
  peer_pair_use_link (pair, rows[__i__].link);
  g_signal_connect (pair->answerer.bin, "pad-added", G_CALLBACK (on_pad_added), &numbers);
  peer_add_source (&pair->offerer, "video", "vp8");
  set_nack (&pair->offerer);
  peer_pair_play (pair);
  peer_wait_sources (&pair->offerer);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  peer_pair_wait_connected (pair);
  peer_wait_packets (&pair->answerer, TRUE, 10);
  rtc_simulated_link_set (link, -1, rows[__i__].conditions);
  peer_wait_packets (&pair->answerer, TRUE, N_PACKETS);
  fail_unless (numbers.missing <= MAX_MISSING, "%u packets are missing", numbers.missing);
  fail_unless (count_repaired (&pair->answerer) > 0, "nothing was repeated");
  peer_pair_free (pair);
}
GST_END_TEST;

static Suite *
repair_suite (void)
{
  Suite *suite = suite_create ("rtcbin repair");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 120);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_loss, 0, G_N_ELEMENTS (rows));
  return suite;
}

GST_CHECK_MAIN (repair);
