/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BenchSource and BenchSink: see benchrtp.h. */
#include "benchrtp.h"

#include <gst/app/gstappsrc.h>
#include <gst/rtp/gstrtpbuffer.h>

#define CAPS_TIMEOUT_US (20 * G_USEC_PER_SEC)
#define FRAME_RATE 30
#define CLOCK_RATE 90000
#define RTP_HEADER_BYTES 12
#define CAPS                                                                                       \
  "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000,ssrc=(uint)%u,"     \
  "rtcp-fb-nack-pli=true"

struct _BenchSource {
  GstElement *appsrc;
  BenchStream stream;
  guint16 sequence;
  guint64 sent_packets;
  guint64 first; /* sent before the run */
  gboolean is_running;
  gint64 start_us;
  guint32 ssrc;      /* its own, so that the two directions of a session do not collide */
  guint32 timestamp; /* of the frame that is being sent */
};

/* --- the source --- */

static GstBuffer *
make_packet (BenchSource *source)
{
  guint packets_per_frame = MAX (1, source->stream.packet_rate / FRAME_RATE);
  GstBuffer *buffer =
      gst_rtp_buffer_new_allocate (source->stream.packet_size - RTP_HEADER_BYTES, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  /* As a camera's: a pause is one in the timestamps, too. */
  if (source->sent_packets % packets_per_frame == 0)
    source->timestamp =
        (guint32) ((g_get_monotonic_time () - source->start_us) * CLOCK_RATE / G_USEC_PER_SEC);
  gst_rtp_buffer_map (buffer, GST_MAP_WRITE, &rtp);
  gst_rtp_buffer_set_payload_type (&rtp, 96);
  gst_rtp_buffer_set_ssrc (&rtp, source->ssrc);
  gst_rtp_buffer_set_seq (&rtp, source->sequence++);
  gst_rtp_buffer_set_timestamp (&rtp, source->timestamp);
  gst_rtp_buffer_set_marker (&rtp, (source->sent_packets + 1) % packets_per_frame == 0);
  gst_rtp_buffer_unmap (&rtp);
  source->sent_packets++;
  return buffer;
}

static void
push_packets (BenchSource *source, guint count)
{
  GstBufferList *list;

  if (count == 1) {
    gst_app_src_push_buffer (GST_APP_SRC (source->appsrc), make_packet (source));
    return;
  }
  list = gst_buffer_list_new_sized (count);
  for (guint i = 0; i < count; i++)
    gst_buffer_list_add (list, make_packet (source));
  gst_app_src_push_buffer_list (GST_APP_SRC (source->appsrc), list);
}

void
bench_source_push_one (BenchSource *source)
{
  push_packets (source, 1);
}

/* As one list, or in lists of the wanted length, as a payloader gives one for each frame, or packet
 * by packet, as a capture or another session gives them. */
static void
push_until (BenchSource *source, guint64 due)
{
  guint list_length = (guint) source->stream.list_length;

  if (list_length == 0 && due > source->sent_packets)
    push_packets (source, (guint) (due - source->sent_packets));
  while (list_length > 0 && source->sent_packets + list_length <= due)
    push_packets (source, list_length);
}

void
bench_source_push_due (BenchSource *source, gint64 elapsed_us)
{
  if (!source->is_running)
    source->first = source->sent_packets;
  source->is_running = TRUE;
  push_until (source, source->first + elapsed_us * source->stream.packet_rate / G_USEC_PER_SEC);
}

void
bench_source_run (BenchSource *source, gint seconds)
{
  gint64 start = g_get_monotonic_time ();
  gint64 length_us = (gint64) seconds * G_USEC_PER_SEC;
  gint64 elapsed_us;

  source->is_running = FALSE;
  do {
    elapsed_us = MIN (g_get_monotonic_time () - start, length_us);
    bench_source_push_due (source, elapsed_us);
    g_usleep (G_TIME_SPAN_MILLISECOND);
  } while (elapsed_us < length_us);
}

guint64
bench_source_get_sent (BenchSource *source)
{
  return source->sent_packets;
}

/* An offer made before the caps have come has no m= section for them. */
static gboolean
wait_for_caps (GstElement *peer, const gchar *name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (peer, name);
  gint64 deadline = g_get_monotonic_time () + CAPS_TIMEOUT_US;

  while (!gst_pad_has_current_caps (pad)) {
    if (g_get_monotonic_time () > deadline) {
      g_printerr ("No caps arrived at %s.\n", name);
      return FALSE;
    }
    g_usleep (G_TIME_SPAN_MILLISECOND);
  }
  return TRUE;
}

static gboolean
add_appsrc (BenchSource *source, GstElement *pipeline)
{
  g_autofree gchar *text = g_strdup_printf (CAPS, source->ssrc);
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  GstElement *appsrc = gst_element_factory_make ("appsrc", NULL);

  if (appsrc == NULL) {
    g_printerr ("There is no element appsrc.\n");
    return FALSE;
  }
  source->appsrc = gst_object_ref (appsrc);
  g_object_set (appsrc, "caps", caps, "is-live", TRUE, "format", GST_FORMAT_TIME, "do-timestamp",
      TRUE, "max-bytes", (guint64) 0, NULL);
  gst_bin_add (GST_BIN (pipeline), appsrc);
  return TRUE;
}

static BenchSource *
make_source (GstElement *pipeline, const BenchStream *stream)
{
  g_autoptr (BenchSource) source = g_new0 (BenchSource, 1);

  source->stream = *stream;
  source->ssrc = g_random_int ();
  source->start_us = g_get_monotonic_time ();
  return add_appsrc (source, pipeline) ? g_steal_pointer (&source) : NULL;
}

BenchSource *
bench_source_new (
    GstElement *pipeline, GstElement *peer, const gchar *pad, const BenchStream *stream)
{
  g_autoptr (BenchSource) source = make_source (pipeline, stream);

  if (source == NULL)
    return NULL;
  if (!gst_element_link_pads (source->appsrc, "src", peer, pad)) {
    g_printerr ("appsrc does not link to %s.\n", pad);
    return NULL;
  }
  gst_element_sync_state_with_parent (source->appsrc);
  /* appsrc sends its caps before its first packet. */
  bench_source_push_one (source);
  return wait_for_caps (peer, pad) ? g_steal_pointer (&source) : NULL;
}

BenchSource *
bench_source_new_alone (GstElement *pipeline, const BenchStream *stream, gint64 *counter)
{
  g_autoptr (BenchSource) source = make_source (pipeline, stream);
  g_autoptr (GstPad) pad = NULL;

  if (source == NULL)
    return NULL;
  pad = gst_element_get_static_pad (source->appsrc, "src");
  bench_sink_attach (pad, counter);
  gst_element_sync_state_with_parent (source->appsrc);
  return g_steal_pointer (&source);
}

void
bench_source_end (BenchSource *source)
{
  g_autoptr (GstObject) pipeline = gst_object_get_parent (GST_OBJECT (source->appsrc));

  gst_element_set_state (source->appsrc, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (pipeline), source->appsrc);
}

void
bench_source_free (BenchSource *source)
{
  if (source == NULL)
    return;
  g_clear_object (&source->appsrc);
  g_free (source);
}

/* --- the sink --- */

/* A pad without an element: what an application does with its packets is not measured. It takes
 * lists, as depayloaders do; a probe that counts would keep rtcbin from pushing any. */
static GstFlowReturn
take_packet (GstPad *pad, GstObject *parent, GstBuffer *packet)
{
  __atomic_add_fetch ((gint64 *) gst_pad_get_element_private (pad), 1, __ATOMIC_RELAXED);
  gst_buffer_unref (packet);
  return GST_FLOW_OK;
}

static GstFlowReturn
take_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  __atomic_add_fetch ((gint64 *) gst_pad_get_element_private (pad), gst_buffer_list_length (list),
      __ATOMIC_RELAXED);
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static gboolean
take_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

void
bench_sink_attach (GstPad *pad, gint64 *counter)
{
  GstPad *sink = gst_object_ref_sink (gst_pad_new (NULL, GST_PAD_SINK));

  gst_pad_set_element_private (sink, counter);
  gst_pad_set_chain_function (sink, take_packet);
  gst_pad_set_chain_list_function (sink, take_list);
  gst_pad_set_event_function (sink, take_event);
  gst_pad_set_active (sink, TRUE);
  g_object_set_data_full (G_OBJECT (pad), "bench-sink", sink, gst_object_unref);
  gst_pad_link_full (pad, sink, GST_PAD_LINK_CHECK_NOTHING);
}

static void
on_pad_added (GstElement *peer, GstPad *pad, gint64 *counter)
{
  if (GST_PAD_DIRECTION (pad) == GST_PAD_SRC)
    bench_sink_attach (pad, counter);
}

void
bench_sink_watch (GstElement *peer, gint64 *counter)
{
  g_signal_connect (peer, "pad-added", G_CALLBACK (on_pad_added), counter);
}

gint64
bench_counter_get (gint64 *counter)
{
  return __atomic_load_n (counter, __ATOMIC_RELAXED);
}
