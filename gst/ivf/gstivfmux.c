/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ivfmux: one VP8, VP9 or AV1 stream into an IVF file. Its state belongs to the streaming thread;
 * only the property has a lock (the object's).
 */

/**
 * SECTION:element-ivfmux
 * @title: ivfmux
 *
 * Writes a VP8, VP9 or AV1 stream into an IVF file.
 *
 * The file begins with a key frame; until one arrives nothing is written, and the source is asked
 * for one (at most once a second of stream time). The size in the header is that of the key
 * frames, the largest where it changes. The file can be played at any moment while it is written,
 * and after a crash: each frame leaves as one buffer, and only the number of frames in the header
 * waits for the end of the stream. Where the sink cannot seek (a pipe) that number stays 0, which
 * readers take as unknown.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=90 ! vp8enc ! ivfmux ! filesink location=test.ivf
 * ]|
 * |[
 * gst-launch-1.0 filesrc location=test.ivf ! ivfparse ! vp8dec ! videoconvert ! autovideosink
 * ]|
 * Since filesink collects 64 KiB before it writes, use its `buffer-mode=unbuffered` where another
 * program reads the file at the same time.
 */

#include "config.h"

#include "gstivfmux.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <gst/video/video.h>

#include "rtcav1header.h"
#include "rtcivf.h"
#include "rtcvpxheader.h"

GST_DEBUG_CATEGORY_STATIC (gst_ivf_mux_debug);
#define GST_CAT_DEFAULT gst_ivf_mux_debug

/* The clock of RTP video (RFC 7741 §4.1): what comes from a network is exact in it. */
#define DEFAULT_TICKS_A_SECOND 90000
#define KEY_FRAME_REQUEST_INTERVAL GST_SECOND
/* The distance assumed after a frame without time where no frame rate is known. */
#define DEFAULT_FRAME_DURATION (GST_SECOND / 30)

enum { PROP_0, PROP_TIMEBASE };

typedef struct {
  const gchar *media_type;
  const gchar *fourcc;
  RtcFrameInfoFunc get_info;
  gboolean needs_temporal_delimiter;
} Codec;

static const Codec codecs[] = {
  { "video/x-vp8", "VP80", rtc_vp8_frame_info, FALSE },
  { "video/x-vp9", "VP90", rtc_vp9_frame_info, FALSE },
  { "video/x-av1", "AV01", rtc_av1_frame_info, TRUE },
};

/* temporal_delimiter_obu() with its size field: type 2, length 0. */
static const guint8 temporal_delimiter[] = { 0x12, 0x00 };

struct _GstIvfMux {
  GstElement parent;

  GstPad *sinkpad;
  GstPad *srcpad;

  /* Object lock: the property, 0/1 for automatic. */
  gint timebase_numerator;
  gint timebase_denominator;

  /* Streaming thread. */
  const Codec *codec;
  GstSegment segment;
  gint framerate_numerator;
  gint framerate_denominator;
  gint caps_width;
  gint caps_height;

  gboolean has_started;
  gboolean needs_segment;
  RtcIvfHeader header;
  guint64 position_bytes;
  GstClockTime first_time;
  GstClockTime last_time;
  guint64 next_ticks; /* the smallest that keeps the file's times increasing */
  GstClockTime key_frame_requested_at;
  guint n_key_frame_requests;
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("video", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("video/x-vp8; video/x-vp9; "
                         "video/x-av1, stream-format = (string) obu-stream, "
                         "alignment = (string) tu"));

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-ivf"));

G_DEFINE_TYPE (GstIvfMux, gst_ivf_mux, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE (ivfmux, "ivfmux", GST_RANK_PRIMARY, GST_TYPE_IVF_MUX)

static void
reset (GstIvfMux *self)
{
  self->codec = NULL;
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  self->framerate_numerator = 0;
  self->framerate_denominator = 1;
  self->caps_width = 0;
  self->caps_height = 0;
  self->has_started = FALSE;
  self->needs_segment = TRUE;
  memset (&self->header, 0, sizeof self->header);
  self->position_bytes = 0;
  self->first_time = GST_CLOCK_TIME_NONE;
  self->last_time = GST_CLOCK_TIME_NONE;
  self->next_ticks = 0;
  self->key_frame_requested_at = GST_CLOCK_TIME_NONE;
  self->n_key_frame_requests = 0;
}

static const Codec *
find_codec (const GstStructure *structure)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (gst_structure_has_name (structure, codecs[i].media_type))
      return &codecs[i];
  }
  return NULL;
}

static gboolean
handle_caps (GstIvfMux *self, GstCaps *caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  const Codec *codec = find_codec (structure);

  if (codec == NULL || (self->has_started && codec != self->codec)) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT, (_ ("An IVF file holds one VP8, VP9 or AV1 stream.")),
        ("caps %" GST_PTR_FORMAT, caps));
    return FALSE;
  }
  self->codec = codec;
  if (!gst_structure_get_fraction (
          structure, "framerate", &self->framerate_numerator, &self->framerate_denominator))
    self->framerate_numerator = 0;
  gst_structure_get_int (structure, "width", &self->caps_width);
  gst_structure_get_int (structure, "height", &self->caps_height);
  return TRUE;
}

/* The property, else one tick a frame, else the RTP clock. */
static void
choose_timebase (GstIvfMux *self)
{
  GST_OBJECT_LOCK (self);
  self->header.timebase_numerator = (guint32) self->timebase_numerator;
  self->header.timebase_denominator = (guint32) self->timebase_denominator;
  GST_OBJECT_UNLOCK (self);

  if (self->header.timebase_numerator != 0)
    return;
  if (self->framerate_numerator > 0 && self->framerate_denominator > 0) {
    self->header.timebase_numerator = (guint32) self->framerate_denominator;
    self->header.timebase_denominator = (guint32) self->framerate_numerator;
  } else {
    self->header.timebase_numerator = 1;
    self->header.timebase_denominator = DEFAULT_TICKS_A_SECOND;
  }
}

static GstClockTime
frame_duration (GstIvfMux *self)
{
  if (self->framerate_numerator <= 0 || self->framerate_denominator <= 0)
    return DEFAULT_FRAME_DURATION;
  return gst_util_uint64_scale_int (
      GST_SECOND, self->framerate_denominator, self->framerate_numerator);
}

/* The running time of a frame. One without time stamps follows the one before. */
static GstClockTime
frame_time (GstIvfMux *self, GstBuffer *buffer)
{
  GstClockTime time =
      GST_BUFFER_PTS_IS_VALID (buffer) ? GST_BUFFER_PTS (buffer) : GST_BUFFER_DTS (buffer);

  if (GST_CLOCK_TIME_IS_VALID (time))
    time = gst_segment_to_running_time (&self->segment, GST_FORMAT_TIME, time);
  if (!GST_CLOCK_TIME_IS_VALID (time))
    time = GST_CLOCK_TIME_IS_VALID (self->last_time) ? self->last_time + frame_duration (self) : 0;
  self->last_time = time;
  return time;
}

/* Times in the file start at 0 and increase, whatever the buffers say. */
static guint64
next_frame_ticks (GstIvfMux *self, GstClockTime time)
{
  GstClockTime since_start = time > self->first_time ? time - self->first_time : 0;
  guint64 ticks = gst_util_uint64_scale_round (
      since_start, self->header.timebase_denominator, self->header.timebase_numerator * GST_SECOND);

  if (ticks < self->next_ticks)
    ticks = self->next_ticks;
  self->next_ticks = ticks + 1;
  return ticks;
}

static void
request_key_frame (GstIvfMux *self, GstClockTime now)
{
  GstClockTime previous = self->key_frame_requested_at;

  if (GST_CLOCK_TIME_IS_VALID (previous) && now >= previous &&
      now - previous < KEY_FRAME_REQUEST_INTERVAL)
    return;
  self->key_frame_requested_at = now;
  GST_INFO_OBJECT (self, "waiting for a key frame, asking for one");
  gst_pad_push_event (self->sinkpad,
      gst_video_event_new_upstream_force_key_unit (
          GST_CLOCK_TIME_NONE, TRUE, ++self->n_key_frame_requests));
}

static void
push_segment (GstIvfMux *self, guint64 start_bytes)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  segment.start = start_bytes;
  segment.position = start_bytes;
  gst_pad_push_event (self->srcpad, gst_event_new_segment (&segment));
}

static GstBuffer *
make_header (GstIvfMux *self)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, RTC_IVF_HEADER_BYTES, NULL);
  guint8 bytes[RTC_IVF_HEADER_BYTES];

  rtc_ivf_header_write (&self->header, bytes);
  gst_buffer_fill (buffer, 0, bytes, sizeof bytes);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_HEADER);
  GST_BUFFER_OFFSET (buffer) = 0;
  GST_BUFFER_OFFSET_END (buffer) = sizeof bytes;
  return buffer;
}

static void
note_size (GstIvfMux *self, const RtcFrameInfo *info)
{
  if (self->has_started && info->width != 0 &&
      (info->width != self->header.width || info->height != self->header.height))
    GST_INFO_OBJECT (self, "key frame of %ux%u", info->width, info->height);
  self->header.width = MAX (self->header.width, info->width);
  self->header.height = MAX (self->header.height, info->height);
}

static GstFlowReturn
start_file (GstIvfMux *self, GstClockTime time)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-ivf");

  self->has_started = TRUE;
  self->needs_segment = FALSE;
  self->first_time = time;
  self->header.fourcc = self->codec->fourcc;
  if (self->header.width == 0 || self->header.height == 0) {
    self->header.width = (guint) MAX (self->caps_width, 0);
    self->header.height = (guint) MAX (self->caps_height, 0);
  }
  choose_timebase (self);
  gst_pad_push_event (self->srcpad, gst_event_new_caps (caps));
  push_segment (self, 0);
  self->position_bytes = RTC_IVF_HEADER_BYTES;
  return gst_pad_push (self->srcpad, make_header (self));
}

/* Frame header, temporal delimiter and payload in one buffer, so that one write has them all. */
static GstBuffer *
wrap_frame (GstIvfMux *self, GstBuffer *buffer, gboolean needs_delimiter, guint64 ticks)
{
  gsize delimiter_bytes = needs_delimiter ? sizeof temporal_delimiter : 0;
  gsize prefix_bytes = RTC_IVF_FRAME_HEADER_BYTES + delimiter_bytes;
  gsize frame_bytes = gst_buffer_get_size (buffer) + delimiter_bytes;
  guint8 *prefix = g_malloc (prefix_bytes);

  rtc_ivf_frame_header_write ((guint32) frame_bytes, ticks, prefix);
  memcpy (prefix + RTC_IVF_FRAME_HEADER_BYTES, temporal_delimiter, delimiter_bytes);
  buffer = gst_buffer_make_writable (buffer);
  gst_buffer_prepend_memory (
      buffer, gst_memory_new_wrapped (0, prefix, prefix_bytes, 0, prefix_bytes, prefix, g_free));
  GST_BUFFER_OFFSET (buffer) = self->position_bytes;
  self->position_bytes += RTC_IVF_FRAME_HEADER_BYTES + frame_bytes;
  GST_BUFFER_OFFSET_END (buffer) = self->position_bytes;
  return buffer;
}

static GstFlowReturn
write_frame (GstIvfMux *self, GstBuffer *buffer, gboolean needs_delimiter, GstClockTime time)
{
  GstFlowReturn flow;

  if (self->needs_segment) {
    push_segment (self, self->position_bytes);
    self->needs_segment = FALSE;
  }
  buffer = wrap_frame (self, buffer, needs_delimiter, next_frame_ticks (self, time));
  flow = gst_pad_push (self->srcpad, buffer);
  /* On a full disk the last one is not whole. */
  if (flow == GST_FLOW_OK)
    self->header.n_frames++;
  return flow;
}

static GstFlowReturn
chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstIvfMux *self = GST_IVF_MUX (parent);
  GstFlowReturn flow = GST_FLOW_OK;
  gboolean needs_delimiter;
  RtcFrameInfo info;
  GstClockTime time;
  GstMapInfo map;

  if (self->codec == NULL) {
    gst_buffer_unref (buffer);
    return GST_FLOW_NOT_NEGOTIATED;
  }
  if (gst_buffer_get_size (buffer) == 0 || !gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  info = self->codec->get_info (map.data, map.size);
  needs_delimiter =
      self->codec->needs_temporal_delimiter && !rtc_av1_has_temporal_delimiter (map.data, map.size);
  gst_buffer_unmap (buffer, &map);

  time = frame_time (self, buffer);
  note_size (self, &info);
  if (!self->has_started && !info.is_key_frame) {
    gst_buffer_unref (buffer);
    request_key_frame (self, time);
    return GST_FLOW_OK;
  }
  if (!self->has_started)
    flow = start_file (self, time);
  if (flow != GST_FLOW_OK) {
    gst_buffer_unref (buffer);
    return flow;
  }
  return write_frame (self, buffer, needs_delimiter, time);
}

static gboolean
can_seek_downstream (GstIvfMux *self)
{
  GstQuery *query = gst_query_new_seeking (GST_FORMAT_BYTES);
  gboolean is_seekable = FALSE;

  if (gst_pad_peer_query (self->srcpad, query))
    gst_query_parse_seeking (query, NULL, &is_seekable, NULL, NULL);
  gst_query_unref (query);
  return is_seekable;
}

/* Only where the sink can go back: a pipe would get a second header behind the last frame. */
static void
finish_file (GstIvfMux *self)
{
  if (!self->has_started) {
    if (self->codec != NULL)
      GST_ELEMENT_WARNING (
          self, STREAM, MUX, (_ ("No key frame arrived, the file is empty.")), (NULL));
    return;
  }
  if (!can_seek_downstream (self)) {
    GST_INFO_OBJECT (self, "the sink cannot seek: the number of frames stays unknown");
    return;
  }
  push_segment (self, 0);
  if (gst_pad_push (self->srcpad, make_header (self)) != GST_FLOW_OK)
    GST_WARNING_OBJECT (self, "the header could not be written again");
}

static gboolean
handle_segment (GstIvfMux *self, GstEvent *event)
{
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  if (segment->format != GST_FORMAT_TIME) {
    GST_WARNING_OBJECT (self, "a segment in time is needed");
    return FALSE;
  }
  gst_segment_copy_into (segment, &self->segment);
  return TRUE;
}

static gboolean
sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstIvfMux *self = GST_IVF_MUX (parent);
  gboolean is_handled = TRUE;
  GstCaps *caps;

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_CAPS:
    gst_event_parse_caps (event, &caps);
    is_handled = handle_caps (self, caps);
    break;
  case GST_EVENT_SEGMENT:
    is_handled = handle_segment (self, event);
    break;
  case GST_EVENT_TAG:
  case GST_EVENT_GAP:
    /* An IVF file has no place for them; the time stamps show a gap. */
    break;
  case GST_EVENT_EOS:
    finish_file (self);
    return gst_pad_event_default (pad, parent, event);
  case GST_EVENT_FLUSH_STOP:
    gst_segment_init (&self->segment, GST_FORMAT_TIME);
    self->needs_segment = TRUE;
    return gst_pad_event_default (pad, parent, event);
  default:
    return gst_pad_event_default (pad, parent, event);
  }
  gst_event_unref (event);
  return is_handled;
}

static gboolean
src_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) != GST_EVENT_SEEK)
    return gst_pad_event_default (pad, parent, event);
  /* What is written is written. */
  gst_event_unref (event);
  return FALSE;
}

static GstStateChangeReturn
gst_ivf_mux_change_state (GstElement *element, GstStateChange transition)
{
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    reset (GST_IVF_MUX (element));
  result = GST_ELEMENT_CLASS (gst_ivf_mux_parent_class)->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    reset (GST_IVF_MUX (element));
  return result;
}

static void
gst_ivf_mux_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstIvfMux *self = GST_IVF_MUX (object);

  if (id != PROP_TIMEBASE) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  GST_OBJECT_LOCK (self);
  self->timebase_numerator = gst_value_get_fraction_numerator (value);
  self->timebase_denominator = gst_value_get_fraction_denominator (value);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_ivf_mux_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstIvfMux *self = GST_IVF_MUX (object);

  if (id != PROP_TIMEBASE) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  GST_OBJECT_LOCK (self);
  gst_value_set_fraction (value, self->timebase_numerator, self->timebase_denominator);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_ivf_mux_class_init (GstIvfMuxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_ivf_mux_debug, "ivfmux", 0, "IVF muxer");

  object_class->set_property = gst_ivf_mux_set_property;
  object_class->get_property = gst_ivf_mux_get_property;
  element_class->change_state = gst_ivf_mux_change_state;

  /**
   * GstIvfMux:timebase:
   *
   * How long one tick of the file's time stamps is. Automatic is one tick a frame where the caps
   * have a frame rate, which is what most readers of IVF expect, and 1/90000 second otherwise.
   */
  g_object_class_install_property (object_class, PROP_TIMEBASE,
      gst_param_spec_fraction ("timebase", "Time base",
          "Seconds that one tick of the time stamps lasts (0/1 = one frame of the caps' frame "
          "rate, or 1/90000 without one); read when the first frame is written",
          0, 1, G_MAXINT, 1, 0, 1,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY));

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "IVF muxer", "Codec/Muxer",
      "Writes a VP8, VP9 or AV1 stream into an IVF file", "The rtc authors");
}

static void
gst_ivf_mux_init (GstIvfMux *self)
{
  self->timebase_numerator = 0;
  self->timebase_denominator = 1;

  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "video");
  gst_pad_set_chain_function (self->sinkpad, chain);
  gst_pad_set_event_function (self->sinkpad, sink_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);

  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_event_function (self->srcpad, src_event);
  gst_pad_use_fixed_caps (self->srcpad);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
  reset (self);
}
