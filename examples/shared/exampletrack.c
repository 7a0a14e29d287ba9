/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ExampleTrack: see exampletrack.h. */
#include "exampletrack.h"

#include <gst/app/app.h>
#include <gst/rtp/rtp.h>
#include <gst/video/video.h>

struct _ExampleTrack {
  GstClockTime key_frame_interval;
  GstClockTime key_frame_requested; /* streaming thread */
  GWeakRef source;                  /* GstPad */
  GMutex lock;
  /* Under lock. */
  GPtrArray *receivers; /* GWeakRef of appsrc, which its bin owns */
  guint n_sources;
  /* What is added to the packets of the second source and later ones, and the last packet. */
  guint16 sequence_offset;
  guint32 timestamp_offset;
  guint16 last_sequence;
  guint32 last_timestamp;
  GstClockTime last_time;
  gboolean is_first_packet;
};

static void
receiver_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

ExampleTrack *
example_track_new (GstClockTime key_frame_interval)
{
  ExampleTrack *track = g_new0 (ExampleTrack, 1);

  track->key_frame_interval = key_frame_interval;
  g_weak_ref_init (&track->source, NULL);
  g_mutex_init (&track->lock);
  track->receivers = g_ptr_array_new_with_free_func (receiver_free);
  return track;
}

void
example_track_free (ExampleTrack *track)
{
  if (track == NULL)
    return;
  g_weak_ref_clear (&track->source);
  g_ptr_array_unref (track->receivers);
  g_mutex_clear (&track->lock);
  g_free (track);
}

void
example_track_request_key_frame (ExampleTrack *track)
{
  g_autoptr (GstPad) source = g_weak_ref_get (&track->source);

  if (source != NULL)
    gst_pad_send_event (
        source, gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, FALSE, 0));
}

GstCaps *
example_track_get_caps (ExampleTrack *track)
{
  g_autoptr (GstPad) source = g_weak_ref_get (&track->source);

  return source != NULL ? gst_pad_get_current_caps (source) : NULL;
}

/* (transfer full): those that are still there; the others are forgotten. */
static GPtrArray *
ref_receivers (ExampleTrack *track)
{
  GPtrArray *receivers = g_ptr_array_new_with_free_func (gst_object_unref);

  g_mutex_lock (&track->lock);
  for (guint i = track->receivers->len; i > 0; i--) {
    gpointer receiver = g_weak_ref_get (g_ptr_array_index (track->receivers, i - 1));
    if (receiver != NULL)
      g_ptr_array_add (receivers, receiver);
    else
      g_ptr_array_remove_index (track->receivers, i - 1);
  }
  g_mutex_unlock (&track->lock);
  return receivers;
}

static guint32
get_ticks (GstSample *sample, GstClockTime duration)
{
  const GstStructure *caps = gst_caps_get_structure (gst_sample_get_caps (sample), 0);
  gint clock_rate = 0;

  gst_structure_get_int (caps, "clock-rate", &clock_rate);
  return (guint32) gst_util_uint64_scale_int (duration, clock_rate, GST_SECOND);
}

/* Header extensions name an m= section of the sender's session, and a layer of it: they go. Another
 * source has other numbers. Receivers go on as if nothing had happened: SRTP would take a
 * sequence number that is far behind for a repeated one, and drop it (RFC 3711 §3.3.2). */
static void
renumber (ExampleTrack *track, GstBuffer *packet, GstSample *sample)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  GstClockTime now = GST_BUFFER_PTS (packet);

  if (!gst_rtp_buffer_map (packet, GST_MAP_READWRITE, &rtp))
    return;
  g_mutex_lock (&track->lock);
  if (track->is_first_packet && track->n_sources > 1) {
    GstClockTime gap = now > track->last_time ? now - track->last_time : 0;
    track->sequence_offset = track->last_sequence + 1 - gst_rtp_buffer_get_seq (&rtp);
    track->timestamp_offset =
        track->last_timestamp + get_ticks (sample, gap) - gst_rtp_buffer_get_timestamp (&rtp);
  }
  track->is_first_packet = FALSE;
  track->last_sequence = gst_rtp_buffer_get_seq (&rtp) + track->sequence_offset;
  track->last_timestamp = gst_rtp_buffer_get_timestamp (&rtp) + track->timestamp_offset;
  track->last_time = now;
  gst_rtp_buffer_set_seq (&rtp, track->last_sequence);
  gst_rtp_buffer_set_timestamp (&rtp, track->last_timestamp);
  gst_rtp_buffer_remove_extension_data (&rtp);
  g_mutex_unlock (&track->lock);
  gst_rtp_buffer_unmap (&rtp);
}

/* A receiver that is not ready drops it. */
static GstFlowReturn
on_new_sample (GstAppSink *sink, gpointer user_data)
{
  ExampleTrack *track = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  g_autoptr (GPtrArray) receivers = ref_receivers (track);
  g_autoptr (GstBuffer) packet = NULL;
  GstClockTime now;

  if (sample == NULL)
    return GST_FLOW_OK;
  sample = gst_sample_make_writable (sample);
  packet = gst_buffer_copy (gst_sample_get_buffer (sample));
  renumber (track, packet, sample);
  gst_sample_set_buffer (sample, packet);
  for (guint i = 0; i < receivers->len; i++)
    gst_app_src_push_sample (g_ptr_array_index (receivers, i), sample);
  now = GST_BUFFER_PTS (packet);
  if (GST_CLOCK_TIME_IS_VALID (track->key_frame_interval) && GST_CLOCK_TIME_IS_VALID (now) &&
      now >= track->key_frame_requested + track->key_frame_interval) {
    track->key_frame_requested = now;
    example_track_request_key_frame (track);
  }
  return GST_FLOW_OK;
}

void
example_track_take (ExampleTrack *track, GstPad *pad)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_new_sample };
  g_autoptr (GstElement) peer = gst_pad_get_parent_element (pad);
  g_autoptr (GstObject) bin = gst_object_get_parent (GST_OBJECT (peer));
  GstElement *sink = gst_element_factory_make ("appsink", NULL);
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (sink, "sink");

  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, track, NULL);
  gst_bin_add (GST_BIN (bin), sink);
  gst_element_sync_state_with_parent (sink);
  g_mutex_lock (&track->lock);
  track->n_sources++;
  track->is_first_packet = TRUE;
  g_mutex_unlock (&track->lock);
  g_weak_ref_set (&track->source, pad);
  gst_pad_link (pad, sink_pad);
}

static GstPadProbeReturn
on_upstream_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  if (gst_video_event_is_force_key_unit (GST_PAD_PROBE_INFO_EVENT (info)))
    example_track_request_key_frame (user_data);
  return GST_PAD_PROBE_OK;
}

static void
add_receiver (ExampleTrack *track, GstElement *source)
{
  GWeakRef *receiver = g_new0 (GWeakRef, 1);

  g_weak_ref_init (receiver, source);
  g_mutex_lock (&track->lock);
  g_ptr_array_add (track->receivers, receiver);
  g_mutex_unlock (&track->lock);
}

gboolean
example_track_give (ExampleTrack *track, GstElement *peer, const gchar *pad_name)
{
  g_autoptr (GstObject) bin = gst_object_get_parent (GST_OBJECT (peer));
  g_autoptr (GstPad) sink_pad = gst_element_request_pad_simple (peer, pad_name);
  GstElement *source = gst_element_factory_make ("appsrc", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");

  g_object_set (source, "is-live", TRUE, "format", GST_FORMAT_TIME, NULL);
  gst_app_src_set_leaky_type (GST_APP_SRC (source), GST_APP_LEAKY_TYPE_DOWNSTREAM);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_upstream_event, track, NULL);
  gst_bin_add (GST_BIN (bin), source);
  if (sink_pad == NULL || GST_PAD_LINK_FAILED (gst_pad_link (pad, sink_pad))) {
    gst_bin_remove (GST_BIN (bin), source);
    return FALSE;
  }
  add_receiver (track, source);
  gst_element_sync_state_with_parent (source);
  return TRUE;
}
