/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SSRCs that come, end and come back. rtpbin's RTCP thread says that a source timed out; here the
 * test says it in that thread's place, with the signal that rtpbin's session has for it.
 */
#include <gst/rtp/rtp.h>

#include "peerpair.h"

#define VIDEO_CAPS                                                                                 \
  "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000;"                   \
  "application/x-rtp,media=video,encoding-name=VP9,payload=98,clock-rate=90000"
#define MAX_STREAMS 64
#define N_PACKETS 5

typedef struct {
  PeerPair *pair;
  GstElement *rtpbin;
  GstElement *session; /* its element of type GstRtpSession */
  GArray *ssrcs;       /* guint32: those of the streams, in their order; with the pair's lock */
  GThread *thread;     /* the test's */
  guint removed_here;  /* pads of rtpbin that went away in the test's thread */
} Receiver;

static GstElement *
find_element (GstElement *bin, const gchar *type)
{
  g_autoptr (GstIterator) iterator = gst_bin_iterate_recurse (GST_BIN (bin));
  g_auto (GValue) item = G_VALUE_INIT;
  GstElement *found = NULL;

  while (!found && gst_iterator_next (iterator, &item) == GST_ITERATOR_OK) {
    if (g_str_equal (G_OBJECT_TYPE_NAME (g_value_get_object (&item)), type))
      found = g_value_dup_object (&item);
    g_value_reset (&item);
  }
  fail_unless (found != NULL, "no %s", type);
  return found;
}

static void
on_new_jitterbuffer (
    GstElement *rtpbin, GstElement *jitterbuffer, guint session, guint ssrc, Receiver *self)
{
  guint32 value = ssrc;

  g_mutex_lock (&self->pair->lock);
  g_array_append_val (self->ssrcs, value);
  g_cond_broadcast (&self->pair->changed);
  g_mutex_unlock (&self->pair->lock);
}

static void
on_pad_removed (GstElement *rtpbin, GstPad *pad, Receiver *self)
{
  self->removed_here += g_thread_self () == self->thread;
}

static guint
count_streams (Receiver *self)
{
  guint count = 0;

  GST_OBJECT_LOCK (self->rtpbin);
  for (GList *item = self->rtpbin->srcpads; item; item = item->next)
    count += g_str_has_prefix (GST_PAD_NAME (item->data), "recv_rtp_src_");
  GST_OBJECT_UNLOCK (self->rtpbin);
  return count;
}

/* The offer, the answer, and DTLS; @has_source: with pictures. */
static void
receiver_begin (Receiver *self, gboolean has_source)
{
  PeerPair *pair = peer_pair_new ("rtcbin", "rtcbin");
  g_autoptr (GstCaps) caps = gst_caps_from_string (VIDEO_CAPS);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

  fail_unless (pair != NULL, "elements are missing");
  *self = (Receiver){ .pair = pair, .thread = g_thread_self () };
  self->ssrcs = g_array_new (FALSE, FALSE, sizeof (guint32));
  if (has_source)
    peer_add_source (&pair->offerer, "video", "vp8");
  else
    g_signal_emit_by_name (pair->offerer.bin, "add-transceiver",
        GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV, caps, &transceiver);
  peer_pair_play (pair);
  peer_wait_sources (&pair->offerer);
  peer_pair_negotiate (pair, &pair->offerer, NULL);
  self->rtpbin = find_element (pair->answerer.bin, "GstRtpBin");
  self->session = find_element (pair->answerer.bin, "GstRtpSession");
  g_signal_connect (self->rtpbin, "new-jitterbuffer", G_CALLBACK (on_new_jitterbuffer), self);
  g_signal_connect (self->rtpbin, "pad-removed", G_CALLBACK (on_pad_removed), self);
  peer_pair_wait_connected (pair);
}

static void
receiver_end (Receiver *self)
{
  g_signal_handlers_disconnect_by_data (self->rtpbin, self);
  gst_object_unref (self->session);
  gst_object_unref (self->rtpbin);
  peer_pair_free (self->pair);
  g_array_unref (self->ssrcs);
}

/* Packets of the source arrive on the loop's thread while others say that it has ended. */
GST_START_TEST (test_end_while_packets_arrive)
{
  static const gchar *const signals[] = { "on-timeout", "on-bye-timeout" };
  const gchar *name = signals[__i__];
  Receiver receiver;
  guint packets;

  receiver_begin (&receiver, TRUE);
  peer_wait_packets (&receiver.pair->answerer, TRUE, 10);
  fail_unless (count_streams (&receiver) == 1);
  for (guint i = 0; i < 20; i++) {
    g_mutex_lock (&receiver.pair->lock);
    packets = receiver.pair->answerer.packets[1];
    g_mutex_unlock (&receiver.pair->lock);
    g_signal_emit_by_name (
        receiver.session, name, g_array_index (receiver.ssrcs, guint32, receiver.ssrcs->len - 1));
    peer_wait_packets (&receiver.pair->answerer, TRUE, packets + 2);
  }
  fail_unless_equals_int (receiver.removed_here, 0);
  fail_unless_equals_int (count_streams (&receiver), 1);
  receiver_end (&receiver);
}
GST_END_TEST;

static GstBuffer *
make_packet (guint32 ssrc, guint16 seqnum, guint8 pt)
{
  GstBuffer *buffer = gst_rtp_buffer_new_allocate (100, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  gst_rtp_buffer_map (buffer, GST_MAP_WRITE, &rtp);
  gst_rtp_buffer_set_ssrc (&rtp, ssrc);
  gst_rtp_buffer_set_seq (&rtp, seqnum);
  gst_rtp_buffer_set_payload_type (&rtp, pt);
  gst_rtp_buffer_unmap (&rtp);
  GST_BUFFER_DTS (buffer) = seqnum * 20 * GST_MSECOND;
  return buffer;
}

static void
begin_stream (GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/x-rtp");
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_send_event (pad, gst_event_new_stream_start ("test"));
  gst_pad_send_event (pad, gst_event_new_caps (caps));
  gst_pad_send_event (pad, gst_event_new_segment (&segment));
}

/* Some packets: RTP sessions do not believe in a source after the first one. */
static void
push_packets (GstPad *pad, guint32 ssrc, guint16 seqnum, guint8 pt)
{
  for (guint16 i = 0; i < N_PACKETS; i++)
    fail_unless_equals_int (gst_pad_chain (pad, make_packet (ssrc, seqnum + i, pt)), GST_FLOW_OK);
}

/* Never more than so many at once; who comes when there is no room waits for one that ends. */
GST_START_TEST (test_many_sources)
{
  GstElement *stage;
  Receiver receiver;
  GstPad *pad;

  receiver_begin (&receiver, FALSE);
  stage = find_element (receiver.pair->answerer.bin, "GstRtcReceiveStage");
  pad = gst_element_get_static_pad (stage, "sink");
  begin_stream (pad);
  for (guint32 ssrc = 1; ssrc <= MAX_STREAMS + 10; ssrc++)
    push_packets (pad, ssrc, 0, 96);
  /* two places are the announced ones */
  fail_unless_equals_int (receiver.ssrcs->len, MAX_STREAMS - 2);
  for (guint32 ssrc = 1; ssrc <= 200; ssrc++) {
    g_signal_emit_by_name (
        receiver.session, "on-timeout", g_array_index (receiver.ssrcs, guint32, ssrc - 1));
    push_packets (pad, MAX_STREAMS + 10 + ssrc, 100, 96);
    fail_unless_equals_int (receiver.ssrcs->len, MAX_STREAMS - 2 + ssrc);
    fail_unless (count_streams (&receiver) <= MAX_STREAMS);
  }
  gst_object_unref (pad);
  gst_object_unref (stage);
  receiver_end (&receiver);
}
GST_END_TEST;

/* As a telephone's tones between its speech: what comes after them goes where the speech went. */
GST_START_TEST (test_payload_type_comes_back)
{
  static const guint8 payload_types[] = { 96, 98, 96, 98, 96 };
  GstElement *stage;
  Receiver receiver;
  GstPad *pad;

  receiver_begin (&receiver, FALSE);
  stage = find_element (receiver.pair->answerer.bin, "GstRtcReceiveStage");
  pad = gst_element_get_static_pad (stage, "sink");
  begin_stream (pad);
  for (guint i = 0; i < G_N_ELEMENTS (payload_types); i++) {
    push_packets (pad, 1, i * N_PACKETS, payload_types[i]);
    /* RTP sessions keep the first packets back, but lose none. */
    peer_wait_packets (&receiver.pair->answerer, TRUE, (i + 1) * N_PACKETS);
  }
  gst_object_unref (pad);
  gst_object_unref (stage);
  receiver_end (&receiver);
}
GST_END_TEST;

static Suite *
sources_suite (void)
{
  Suite *suite = suite_create ("rtcbin sources");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 120);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_end_while_packets_arrive, 0, 2);
  tcase_add_test (chain, test_many_sources);
  tcase_add_test (chain, test_payload_type_comes_back);
  return suite;
}

GST_CHECK_MAIN (sources);
