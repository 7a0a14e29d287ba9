/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario media: the CPU time of one RTP packet on its way from the sender's sink pad to the
 * receiver's source pad, at a fixed rate of equal packets, and how many are lost. Sender and
 * receiver are counted together, less what the connected pair takes while nothing is sent.
 */
#include "bench.h"
#include "benchpair.h"

#include <gst/app/gstappsrc.h>
#include <gst/rtp/gstrtpbuffer.h>

#define CONNECT_TIMEOUT_US (20 * G_USEC_PER_SEC)
#define IDLE_US (2 * G_USEC_PER_SEC)
/* What is on its way when sending stops: the jitter buffer's 200 ms and then some. */
#define DRAIN_US (G_USEC_PER_SEC)
#define FRAME_RATE 30
#define CLOCK_RATE 90000
#define RTP_HEADER_BYTES 12
#define CAPS                                                                                       \
  "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000,ssrc=(uint)7,"      \
  "rtcp-fb-nack-pli=true"

typedef struct {
  GstElement *source;
  const BenchOptions *options;
  guint16 sequence;
  guint64 sent_packets;
  gint64 received_packets; /* written by the receiver's thread, read as one word */
} Media;

static GstPadProbeReturn
count_packets (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Media *media = user_data;
  gint64 count = 1;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    count = gst_buffer_list_length (GST_PAD_PROBE_INFO_BUFFER_LIST (info));
  __atomic_add_fetch (&media->received_packets, count, __ATOMIC_RELAXED);
  return GST_PAD_PROBE_OK;
}

static void
on_pad_added (GstElement *element, GstPad *pad, gpointer user_data)
{
  g_autoptr (GstElement) pipeline = GST_ELEMENT (gst_element_get_parent (element));
  g_autoptr (GstPad) sink_pad = NULL;
  GstElement *sink;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  gst_bin_add (GST_BIN (pipeline), sink);
  gst_element_sync_state_with_parent (sink);
  sink_pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_link (pad, sink_pad);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, count_packets,
      user_data, NULL);
}

static GstBuffer *
make_packet (Media *media)
{
  guint packets_per_frame = MAX (1, media->options->packet_rate / FRAME_RATE);
  guint64 frame = media->sent_packets / packets_per_frame;
  GstBuffer *buffer =
      gst_rtp_buffer_new_allocate (media->options->packet_size - RTP_HEADER_BYTES, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  gst_rtp_buffer_map (buffer, GST_MAP_WRITE, &rtp);
  gst_rtp_buffer_set_payload_type (&rtp, 96);
  gst_rtp_buffer_set_ssrc (&rtp, 7);
  gst_rtp_buffer_set_seq (&rtp, media->sequence++);
  gst_rtp_buffer_set_timestamp (&rtp, (guint32) (frame * (CLOCK_RATE / FRAME_RATE)));
  gst_rtp_buffer_set_marker (&rtp, (media->sent_packets + 1) % packets_per_frame == 0);
  gst_rtp_buffer_unmap (&rtp);
  media->sent_packets++;
  return buffer;
}

static void
push_packets (Media *media, guint count)
{
  GstBufferList *list;

  if (count == 1) {
    gst_app_src_push_buffer (GST_APP_SRC (media->source), make_packet (media));
    return;
  }
  list = gst_buffer_list_new_sized (count);
  for (guint i = 0; i < count; i++)
    gst_buffer_list_add (list, make_packet (media));
  gst_app_src_push_buffer_list (GST_APP_SRC (media->source), list);
}

/* Each millisecond what is due: as one list, or in lists of the wanted length, as a payloader gives
 * one for each frame, or packet by packet, as a capture or another session gives them. */
static void
send_packets (Media *media, gint seconds)
{
  gint64 start = g_get_monotonic_time ();
  guint64 end = media->sent_packets + (guint64) seconds * media->options->packet_rate;
  guint64 first = media->sent_packets;
  guint list_length = (guint) media->options->list_length;

  while (media->sent_packets < end) {
    gint64 elapsed_us = g_get_monotonic_time () - start;
    guint64 due = MIN (first + elapsed_us * media->options->packet_rate / G_USEC_PER_SEC, end);

    if (list_length == 0 && due > media->sent_packets)
      push_packets (media, (guint) (due - media->sent_packets));
    while (list_length > 0 && media->sent_packets + list_length <= due)
      push_packets (media, list_length);
    if (due == end && due - media->sent_packets < list_length)
      return;
    g_usleep (G_TIME_SPAN_MILLISECOND);
  }
}

static gboolean
add_source (Media *media, BenchPair *pair)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);

  media->source = gst_element_factory_make ("appsrc", NULL);
  if (media->source == NULL)
    return FALSE;
  g_object_set (media->source, "caps", caps, "is-live", TRUE, "format", GST_FORMAT_TIME,
      "do-timestamp", TRUE, "max-bytes", (guint64) 0, NULL);
  gst_bin_add (GST_BIN (bench_pair_get_pipeline (pair)), media->source);
  if (!gst_element_link_pads (media->source, "src", bench_pair_get_offerer (pair), "sink_0"))
    return FALSE;
  return gst_element_sync_state_with_parent (media->source);
}

/* An offer made before the caps have come has no m= section for them. */
static gboolean
wait_for_caps (BenchPair *pair, gint64 timeout_us)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (bench_pair_get_offerer (pair), "sink_0");
  gint64 deadline = g_get_monotonic_time () + timeout_us;

  while (!gst_pad_has_current_caps (pad)) {
    if (g_get_monotonic_time () > deadline) {
      g_printerr ("No caps arrived at sink_0.\n");
      return FALSE;
    }
    g_usleep (G_TIME_SPAN_MILLISECOND);
  }
  return TRUE;
}

static gboolean
wait_until_received (Media *media, gint64 timeout_us)
{
  gint64 deadline = g_get_monotonic_time () + timeout_us;

  while (__atomic_load_n (&media->received_packets, __ATOMIC_RELAXED) == 0) {
    if (g_get_monotonic_time () > deadline) {
      g_printerr ("No RTP packet arrived.\n");
      return FALSE;
    }
    gst_app_src_push_buffer (GST_APP_SRC (media->source), make_packet (media));
    g_usleep (20 * G_TIME_SPAN_MILLISECOND);
  }
  return TRUE;
}

static void
measure (Media *media)
{
  BenchUsage start, idle, busy;
  gint64 idle_us, begin_us = g_get_monotonic_time ();
  gint64 received;
  guint64 sent;
  gdouble idle_rate, cpu_us;

  bench_usage_get (&start);
  g_usleep (IDLE_US);
  bench_usage_get (&idle);
  idle_us = g_get_monotonic_time () - begin_us;
  idle_rate = (gdouble) (idle.cpu_us - start.cpu_us) / idle_us;

  received = __atomic_load_n (&media->received_packets, __ATOMIC_RELAXED);
  sent = media->sent_packets;
  begin_us = g_get_monotonic_time ();
  send_packets (media, media->options->seconds);
  g_usleep (DRAIN_US);
  bench_usage_get (&busy);
  sent = media->sent_packets - sent;
  received = __atomic_load_n (&media->received_packets, __ATOMIC_RELAXED) - received;
  cpu_us = busy.cpu_us - idle.cpu_us - idle_rate * (g_get_monotonic_time () - begin_us);

  /* Of a packet that arrived: one that is lost early costs little and is no bargain. */
  if (received > 0)
    bench_print_figure (
        "CPU of an RTP packet, sent and received", "us", BENCH_LOWER_IS_BETTER, cpu_us / received);
  bench_print_figure (
      "RTP packets lost", "%", BENCH_LOWER_IS_BETTER, 100.0 * ((gdouble) sent - received) / sent);
}

gboolean
bench_run_media (const BenchOptions *options)
{
  Media media = { .options = options };
  g_autoptr (BenchPair) pair = bench_pair_new (options->element);
  g_autofree gchar *offer = NULL;

  if (pair == NULL)
    return FALSE;
  g_signal_connect (bench_pair_get_answerer (pair), "pad-added", G_CALLBACK (on_pad_added), &media);
  if (!add_source (&media, pair)) {
    g_printerr ("appsrc does not link to sink_0 of %s.\n", options->element);
    return FALSE;
  }
  /* appsrc sends its caps before its first packet. */
  gst_app_src_push_buffer (GST_APP_SRC (media.source), make_packet (&media));
  if (!wait_for_caps (pair, CONNECT_TIMEOUT_US))
    return FALSE;
  offer = bench_pair_negotiate (pair, NULL);
  if (offer == NULL || !wait_until_received (&media, CONNECT_TIMEOUT_US))
    return FALSE;
  measure (&media);
  return TRUE;
}
