/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The fan-out. Its pads belong to no element, so a viewer that comes or goes changes no bin but its
 * own, and no thread is added: the publisher's jitter buffer pushes into each viewer's send stage,
 * which never waits (it is told that the source is live) and writes payload type and SSRC itself.
 * Owned by the element.
 */
#include "rtcrelay.h"

#include <gst/video/video.h>
#include <gst/webrtc/webrtc.h>
#include <string.h>

#include "signalling/rtckeyframegate.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

#define KEY_FRAME_INTERVAL GST_SECOND
#define RTP_HEADER 12
/* A WHIP client has one audio and one video track. */
#define MAX_TRACKS 4
#define TRACK_KEY "rtc-relay-track"

typedef struct {
  gatomicrefcount refs;
  /* Linked to a pad of the publisher's peer. */
  GstPad *sink;
  GMutex lock;
  /* Under the lock. The array is never changed, but replaced: GstPad. */
  GPtrArray *outputs;
  GstCaps *caps;
  RtcKeyFrameGate gate;
} Track;

typedef struct {
  gchar *name;
  GstElement *peer;
  gulong handler;
  GPtrArray *tracks;
} Publisher;

/* A viewer's pad and the track that feeds it. */
typedef struct {
  Track *track;
  GstPad *src;
} Output;

struct _RtcRelay {
  GMutex lock;
  /* Under the lock: id -> Publisher; id -> GPtrArray of Output. */
  GHashTable *publishers;
  GHashTable *viewers;
};

/* --- tracks --- */

static Track *
track_ref (Track *track)
{
  g_atomic_ref_count_inc (&track->refs);
  return track;
}

static void
track_unref (gpointer data)
{
  Track *track = data;
  if (!g_atomic_ref_count_dec (&track->refs))
    return;
  g_ptr_array_unref (track->outputs);
  gst_clear_caps (&track->caps);
  gst_object_unref (track->sink);
  g_mutex_clear (&track->lock);
  g_free (track);
}

static GPtrArray *
track_ref_outputs (Track *track)
{
  GPtrArray *outputs;
  g_mutex_lock (&track->lock);
  outputs = g_ptr_array_ref (track->outputs);
  g_mutex_unlock (&track->lock);
  return outputs;
}

/* With @added and without @removed, either may be NULL. */
static void
track_replace_outputs (Track *track, GstPad *added, GstPad *removed)
{
  GPtrArray *outputs = g_ptr_array_new_with_free_func (gst_object_unref);
  GPtrArray *old;
  g_mutex_lock (&track->lock);
  old = track->outputs;
  for (guint i = 0; i < old->len; i++) {
    if (g_ptr_array_index (old, i) != removed)
      g_ptr_array_add (outputs, gst_object_ref (g_ptr_array_index (old, i)));
  }
  if (added != NULL)
    g_ptr_array_add (outputs, gst_object_ref (added));
  track->outputs = outputs;
  g_mutex_unlock (&track->lock);
  g_ptr_array_unref (old);
}

static void
track_pass_key_frame_request (Track *track)
{
  gboolean is_due;
  g_mutex_lock (&track->lock);
  is_due =
      rtc_key_frame_gate_pass (&track->gate, (GstClockTime) g_get_monotonic_time () * GST_USECOND);
  g_mutex_unlock (&track->lock);
  if (is_due)
    gst_pad_push_event (
        track->sink, gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
}

static void
track_request_key_frame (Track *track)
{
  g_mutex_lock (&track->lock);
  rtc_key_frame_gate_ask (&track->gate);
  g_mutex_unlock (&track->lock);
  track_pass_key_frame_request (track);
}

/* The header extensions are numbered as the publisher's session has agreed, and mean something else
 * to a viewer: they end here. */
static GstBuffer *
strip_extension (GstBuffer *buffer)
{
  guint8 header[RTP_HEADER + 15 * 4 + 4];
  gsize size = gst_buffer_extract (buffer, 0, header, sizeof header);
  gsize start = RTP_HEADER + (gsize) (header[0] & 0x0f) * 4;
  gsize end;
  GstBuffer *bare;

  if (size < RTP_HEADER || (header[0] & 0x10) == 0 || size < start + 4)
    return gst_buffer_ref (buffer);
  end = start + 4 + (gsize) GST_READ_UINT16_BE (header + start + 2) * 4;
  if (end > gst_buffer_get_size (buffer))
    return gst_buffer_ref (buffer);
  header[0] &= (guint8) ~0x10;
  bare = gst_buffer_new_memdup (header, start);
  gst_buffer_copy_into (bare, buffer, GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
  gst_buffer_copy_into (bare, buffer, GST_BUFFER_COPY_MEMORY, end, -1);
  return bare;
}

static gboolean
strip_in_list (GstBuffer **buffer, guint index, gpointer user_data)
{
  gst_buffer_list_add (user_data, strip_extension (*buffer));
  return TRUE;
}

/* A viewer's trouble is its own session's, so flow returns end here. */
static GstFlowReturn
track_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  Track *track = gst_pad_get_element_private (pad);
  g_autoptr (GPtrArray) outputs = track_ref_outputs (track);
  GstBufferList *bare = gst_buffer_list_new_sized (gst_buffer_list_length (list));

  gst_buffer_list_foreach (list, strip_in_list, bare);
  gst_buffer_list_unref (list);
  for (guint i = 0; i < outputs->len; i++)
    gst_pad_push_list (g_ptr_array_index (outputs, i), gst_buffer_list_ref (bare));
  gst_buffer_list_unref (bare);
  track_pass_key_frame_request (track);
  return GST_FLOW_OK;
}

static GstFlowReturn
track_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  Track *track = gst_pad_get_element_private (pad);
  g_autoptr (GPtrArray) outputs = track_ref_outputs (track);
  GstBuffer *bare = strip_extension (buffer);

  gst_buffer_unref (buffer);
  for (guint i = 0; i < outputs->len; i++)
    gst_pad_push (g_ptr_array_index (outputs, i), gst_buffer_ref (bare));
  gst_buffer_unref (bare);
  track_pass_key_frame_request (track);
  return GST_FLOW_OK;
}

/* What a viewer's session decides for itself: SSRC, header extensions, timing, feedback. */
static gboolean
is_of_the_codec (GQuark id, GValue *value, gpointer user_data)
{
  static const gchar *const prefixes[] = { "ssrc", "extmap-", "rtcp-fb-", "seqnum-", "timestamp-",
    "clock-base", "npt-", "play-", "a-", "rtp-", "srtp", "srtcp", "mid", "rid" };
  const gchar *name = g_quark_to_string (id);
  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++) {
    if (g_str_has_prefix (name, prefixes[i]))
      return FALSE;
  }
  return TRUE;
}

static void
track_take_caps (Track *track, GstCaps *caps)
{
  g_autoptr (GstCaps) codec = gst_caps_copy (caps);
  g_autoptr (GPtrArray) outputs = track_ref_outputs (track);
  for (guint i = 0; i < gst_caps_get_size (codec); i++)
    gst_structure_filter_and_map_in_place (
        gst_caps_get_structure (codec, i), is_of_the_codec, NULL);
  g_mutex_lock (&track->lock);
  gst_caps_replace (&track->caps, codec);
  g_mutex_unlock (&track->lock);
  for (guint i = 0; i < outputs->len; i++)
    gst_pad_push_event (g_ptr_array_index (outputs, i), gst_event_new_caps (codec));
}

/* Only caps go on: a viewer has a stream and a segment of its own. */
static gboolean
track_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    GstCaps *caps;
    gst_event_parse_caps (event, &caps);
    track_take_caps (gst_pad_get_element_private (pad), caps);
  }
  gst_event_unref (event);
  return TRUE;
}

static Track *
track_new (GstPad *source)
{
  Track *track = g_new0 (Track, 1);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (source);
  g_atomic_ref_count_init (&track->refs);
  g_mutex_init (&track->lock);
  track->outputs = g_ptr_array_new_with_free_func (gst_object_unref);
  track->gate.interval = KEY_FRAME_INTERVAL;
  track->sink = gst_object_ref_sink (gst_pad_new ("relay_sink", GST_PAD_SINK));
  gst_pad_set_element_private (track->sink, track);
  gst_pad_set_chain_function (track->sink, track_chain);
  gst_pad_set_chain_list_function (track->sink, track_chain_list);
  gst_pad_set_event_function (track->sink, track_event);
  gst_pad_set_active (track->sink, TRUE);
  if (caps != NULL)
    track_take_caps (track, caps);
  if (GST_PAD_LINK_FAILED (gst_pad_link_full (source, track->sink, GST_PAD_LINK_CHECK_NOTHING)))
    GST_WARNING_OBJECT (source, "cannot be relayed");
  return track;
}

static void
track_stop (gpointer data, gpointer user_data)
{
  Track *track = data;
  g_autoptr (GstPad) source = gst_pad_get_peer (track->sink);
  gst_pad_set_active (track->sink, FALSE);
  if (source != NULL)
    gst_pad_unlink (source, track->sink);
}

/* --- publishers --- */

typedef struct {
  RtcRelay *relay;
  gchar *id;
} PadHandler;

static void
pad_handler_free (gpointer data, GClosure *closure)
{
  PadHandler *handler = data;
  g_free (handler->id);
  g_free (handler);
}

static void
pad_added (GstElement *peer, GstPad *pad, gpointer user_data)
{
  PadHandler *handler = user_data;
  RtcRelay *relay = handler->relay;
  Publisher *publisher;
  Track *track;
  gboolean is_taken;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC || gst_pad_is_linked (pad))
    return;
  track = track_new (pad);
  g_mutex_lock (&relay->lock);
  publisher = g_hash_table_lookup (relay->publishers, handler->id);
  is_taken = publisher != NULL && publisher->tracks->len < MAX_TRACKS;
  if (is_taken)
    g_ptr_array_add (publisher->tracks, track_ref (track));
  g_mutex_unlock (&relay->lock);
  if (!is_taken)
    track_stop (track, NULL);
  track_unref (track);
}

static void
publisher_free (gpointer data)
{
  Publisher *publisher = data;
  g_ptr_array_unref (publisher->tracks);
  gst_object_unref (publisher->peer);
  g_free (publisher->name);
  g_free (publisher);
}

/* Under the lock. */
static Publisher *
find_publisher (RtcRelay *relay, const gchar *name)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, relay->publishers);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (strcmp (((Publisher *) value)->name, name) == 0)
      return value;
  }
  return NULL;
}

/* --- viewers --- */

static gboolean
output_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  if (gst_video_event_is_force_key_unit (event))
    track_request_key_frame (g_object_get_data (G_OBJECT (pad), TRACK_KEY));
  gst_event_unref (event);
  return TRUE;
}

/* Live: a viewer that is not connected drops packets and does not hold up the others. */
static gboolean
output_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY) {
    gst_query_set_latency (query, TRUE, 0, GST_CLOCK_TIME_NONE);
    return TRUE;
  }
  return GST_QUERY_TYPE (query) == GST_QUERY_SEEKING ? FALSE
                                                     : gst_pad_query_default (pad, parent, query);
}

static void
output_free (gpointer data)
{
  Output *output = data;
  g_autoptr (GstPad) sink = gst_pad_get_peer (output->src);
  track_replace_outputs (output->track, NULL, output->src);
  /* Waits until a packet that is under way has passed. */
  gst_pad_set_active (output->src, FALSE);
  if (sink != NULL)
    gst_pad_unlink (output->src, sink);
  gst_object_unref (output->src);
  track_unref (output->track);
  g_free (output);
}

static void
push_start (GstPad *src, GstCaps *caps)
{
  g_autofree gchar *stream = g_strdup_printf ("relay/%08x%08x", g_random_int (), g_random_int ());
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (src, gst_event_new_stream_start (stream));
  gst_pad_push_event (src, gst_event_new_caps (caps));
  gst_pad_push_event (src, gst_event_new_segment (&segment));
}

/* WHEP: an offer or answer of ours is sendonly. */
static void
only_send (GstPad *sink)
{
  g_autoptr (GObject) transceiver = NULL;
  g_object_get (sink, "transceiver", &transceiver, NULL);
  if (transceiver != NULL)
    g_object_set (transceiver, "direction", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY, NULL);
}

/* NULL: @peer has no pad for it. */
static Output *
output_new (Track *track, GstElement *peer)
{
  g_autoptr (GstPad) sink = gst_element_request_pad_simple (peer, "sink_%u");
  g_autoptr (GstCaps) caps = NULL;
  Output *output;

  if (sink == NULL)
    return NULL;
  g_mutex_lock (&track->lock);
  caps = gst_caps_ref (track->caps);
  g_mutex_unlock (&track->lock);
  only_send (sink);
  output = g_new0 (Output, 1);
  output->track = track_ref (track);
  output->src = gst_object_ref_sink (gst_pad_new ("relay_src", GST_PAD_SRC));
  /* An event from the viewer may still be on its way when the output is gone. */
  g_object_set_data_full (G_OBJECT (output->src), TRACK_KEY, track_ref (track), track_unref);
  gst_pad_set_event_function (output->src, output_event);
  gst_pad_set_query_function (output->src, output_query);
  gst_pad_set_active (output->src, TRUE);
  gst_pad_link_full (output->src, sink, GST_PAD_LINK_CHECK_NOTHING);
  push_start (output->src, caps);
  track_replace_outputs (track, output->src, NULL);
  return output;
}

/* --- public --- */

static void
free_array (gpointer array)
{
  g_ptr_array_unref (array);
}

RtcRelay *
rtc_relay_new (void)
{
  RtcRelay *relay = g_new0 (RtcRelay, 1);
  g_mutex_init (&relay->lock);
  relay->publishers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, publisher_free);
  relay->viewers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_array);
  return relay;
}

void
rtc_relay_free (RtcRelay *relay)
{
  if (relay == NULL)
    return;
  g_hash_table_unref (relay->publishers);
  g_hash_table_unref (relay->viewers);
  g_mutex_clear (&relay->lock);
  g_free (relay);
}

void
rtc_relay_publish (RtcRelay *relay, const gchar *id, const gchar *name, GstElement *peer)
{
  Publisher *publisher = g_new0 (Publisher, 1);
  PadHandler *handler = g_new0 (PadHandler, 1);
  handler->relay = relay;
  handler->id = g_strdup (id);
  publisher->name = g_strdup (name);
  publisher->peer = gst_object_ref (peer);
  publisher->tracks = g_ptr_array_new_with_free_func (track_unref);
  publisher->handler = g_signal_connect_data (
      peer, "pad-added", G_CALLBACK (pad_added), handler, pad_handler_free, (GConnectFlags) 0);
  g_mutex_lock (&relay->lock);
  g_hash_table_replace (relay->publishers, g_strdup (id), publisher);
  g_mutex_unlock (&relay->lock);
}

/* (transfer full): the tracks of @name that have caps; NULL without publisher. */
static GPtrArray *
ref_tracks (RtcRelay *relay, const gchar *name)
{
  GPtrArray *tracks = NULL;
  Publisher *publisher;
  g_mutex_lock (&relay->lock);
  publisher = find_publisher (relay, name);
  if (publisher != NULL) {
    tracks = g_ptr_array_new_with_free_func (track_unref);
    for (guint i = 0; i < publisher->tracks->len; i++) {
      Track *track = g_ptr_array_index (publisher->tracks, i);
      g_mutex_lock (&track->lock);
      if (track->caps != NULL)
        g_ptr_array_add (tracks, track_ref (track));
      g_mutex_unlock (&track->lock);
    }
  }
  g_mutex_unlock (&relay->lock);
  return tracks;
}

gboolean
rtc_relay_view (RtcRelay *relay, const gchar *id, const gchar *name, GstElement *peer)
{
  g_autoptr (GPtrArray) tracks = ref_tracks (relay, name);
  GPtrArray *outputs;
  if (tracks == NULL)
    return FALSE;
  outputs = g_ptr_array_new_with_free_func (output_free);
  for (guint i = 0; i < tracks->len; i++) {
    Output *output = output_new (g_ptr_array_index (tracks, i), peer);
    if (output != NULL)
      g_ptr_array_add (outputs, output);
  }
  g_mutex_lock (&relay->lock);
  g_hash_table_replace (relay->viewers, g_strdup (id), outputs);
  g_mutex_unlock (&relay->lock);
  return TRUE;
}

void
rtc_relay_request_key_frames (RtcRelay *relay, const gchar *id)
{
  g_autoptr (GPtrArray) tracks = g_ptr_array_new_with_free_func (track_unref);
  GPtrArray *outputs;
  g_mutex_lock (&relay->lock);
  outputs = g_hash_table_lookup (relay->viewers, id);
  for (guint i = 0; outputs != NULL && i < outputs->len; i++)
    g_ptr_array_add (tracks, track_ref (((Output *) g_ptr_array_index (outputs, i))->track));
  g_mutex_unlock (&relay->lock);
  for (guint i = 0; i < tracks->len; i++)
    track_request_key_frame (g_ptr_array_index (tracks, i));
}

gchar **
rtc_relay_list_encodings (RtcRelay *relay, const gchar *name)
{
  g_autoptr (GPtrArray) tracks = ref_tracks (relay, name);
  GStrvBuilder *builder;
  gchar **encodings;
  if (tracks == NULL)
    return NULL;
  builder = g_strv_builder_new ();
  for (guint i = 0; i < tracks->len; i++) {
    Track *track = g_ptr_array_index (tracks, i);
    const gchar *encoding;
    g_mutex_lock (&track->lock);
    encoding = gst_structure_get_string (gst_caps_get_structure (track->caps, 0), "encoding-name");
    if (encoding != NULL)
      g_strv_builder_add (builder, encoding);
    g_mutex_unlock (&track->lock);
  }
  encodings = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return encodings;
}

void
rtc_relay_drop (RtcRelay *relay, const gchar *id)
{
  gpointer id_key = NULL;
  gpointer publisher = NULL;
  gpointer viewer_key = NULL;
  gpointer outputs = NULL;
  g_mutex_lock (&relay->lock);
  g_hash_table_steal_extended (relay->publishers, id, &id_key, &publisher);
  g_hash_table_steal_extended (relay->viewers, id, &viewer_key, &outputs);
  g_mutex_unlock (&relay->lock);
  if (publisher != NULL) {
    g_signal_handler_disconnect (
        ((Publisher *) publisher)->peer, ((Publisher *) publisher)->handler);
    g_ptr_array_foreach (((Publisher *) publisher)->tracks, track_stop, NULL);
    publisher_free (publisher);
  }
  if (outputs != NULL)
    g_ptr_array_unref (outputs);
  g_free (id_key);
  g_free (viewer_key);
}
