/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between an application's pad and the RTP session; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/rtc/rtcpacketlist.h>
#include <gst/video/video.h>

#include "gstrtcrtxhistory.h"
#include "gstrtcsendstage.h"

GST_DEBUG_CATEGORY_STATIC (send_stage_debug);
#define GST_CAT_DEFAULT send_stage_debug

struct _GstRtcSendClock {
  gatomicrefcount ref_count;
  GMutex lock;
  GstClockTimeDiff offset; /* running time now - timestamp of the first packet */
  gboolean is_set;
};

GstRtcSendClock *
gst_rtc_send_clock_new (void)
{
  GstRtcSendClock *self = g_new0 (GstRtcSendClock, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  return self;
}

GstRtcSendClock *
gst_rtc_send_clock_ref (GstRtcSendClock *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
gst_rtc_send_clock_unref (GstRtcSendClock *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* What held until now goes on in its own time, and does not catch up. */
static void
forget_offset (GstRtcSendClock *self)
{
  g_mutex_lock (&self->lock);
  self->is_set = FALSE;
  g_mutex_unlock (&self->lock);
}

static GstClockTimeDiff
get_offset (GstRtcSendClock *self, GstClockTime running_time, GstClockTime timestamp)
{
  GstClockTimeDiff offset;

  g_mutex_lock (&self->lock);
  if (!self->is_set) {
    self->offset = GST_CLOCK_DIFF (timestamp, running_time);
    self->is_set = TRUE;
  }
  offset = self->offset;
  g_mutex_unlock (&self->lock);
  return offset;
}

/* A picture that stands longer than this at the end of a file is not waited for. */
#define LAST_GAP_LIMIT GST_SECOND

typedef enum { LIVENESS_UNKNOWN, LIVENESS_LIVE, LIVENESS_WAITS } Liveness;

struct _GstRtcSendStage {
  GstElement parent;
  GstPad *sinkpad;
  GstPad *srcpad;
  GstRtcSendClock *clock;

  GMutex lock; /* for all below */
  GCond changed;
  gboolean is_open;
  gboolean is_flushing;
  guint n_shut;         /* how many times it was shut */
  gboolean is_caps_due; /* @wire_caps must be sent before the next packet */
  GstRtcSendFormat format;
  GstRtcRtxHistory *history; /* NULL: no retransmission was negotiated */
  guint16 rtx_sequence;
  GstCaps *wire_caps;
  GstCaps *caps;
  GstClockID clock_id;
  GstRtcSendStageCapsFunc caps_func;
  gpointer caps_data;

  /* streaming thread only */
  guint entered_at; /* n_shut when this packet passed the gate */
  Liveness liveness;
  GstSegment segment;
  gboolean is_caps_sent;
  GstClockTime last_timestamp; /* of a source that can wait */
  GstClockTime last_gap;       /* between that and the one before */
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtp"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtp"));

G_DEFINE_FINAL_TYPE (GstRtcSendStage, gst_rtc_send_stage, GST_TYPE_ELEMENT)

static gboolean
is_seekable_in (GstRtcSendStage *self, GstFormat format)
{
  GstQuery *query = gst_query_new_seeking (format);
  gboolean is_seekable = FALSE;

  if (gst_pad_peer_query (self->sinkpad, query))
    gst_query_parse_seeking (query, NULL, &is_seekable, NULL, NULL);
  gst_query_unref (query);
  return is_seekable;
}

static gboolean
has_uri (GstRtcSendStage *self)
{
  GstQuery *query = gst_query_new_uri ();
  gboolean has_uri = gst_pad_peer_query (self->sinkpad, query);

  gst_query_unref (query);
  return has_uri;
}

/* A clocksync behind a file says that it is live; what can seek can wait all the same. But live
 * test sources say that they can seek, too, so it must also be something with a place. */
static void
find_liveness (GstRtcSendStage *self)
{
  GstQuery *query = gst_query_new_latency ();
  gboolean is_live = FALSE, can_seek;

  if (gst_pad_peer_query (self->sinkpad, query))
    gst_query_parse_latency (query, &is_live, NULL, NULL);
  gst_query_unref (query);
  can_seek = has_uri (self) &&
      (is_seekable_in (self, GST_FORMAT_TIME) || is_seekable_in (self, GST_FORMAT_BYTES));
  self->liveness = is_live && !can_seek ? LIVENESS_LIVE : LIVENESS_WAITS;
  GST_INFO_OBJECT (self, "the source %s", self->liveness == LIVENESS_LIVE ? "is live" : "can wait");
}

typedef enum { GATE_PASS, GATE_DROP, GATE_FLUSHING } Gate;

static Gate
wait_gate (GstRtcSendStage *self, GstCaps **out_caps)
{
  Gate gate;

  if (self->liveness == LIVENESS_UNKNOWN)
    find_liveness (self);
  g_mutex_lock (&self->lock);
  while (!self->is_open && !self->is_flushing && self->liveness == LIVENESS_WAITS)
    g_cond_wait (&self->changed, &self->lock);
  if (self->is_flushing)
    gate = GATE_FLUSHING;
  else
    gate = self->is_open ? GATE_PASS : GATE_DROP;
  self->entered_at = self->n_shut;
  if (gate == GATE_PASS && self->is_caps_due) {
    *out_caps = gst_caps_ref (self->wire_caps);
    self->is_caps_due = FALSE;
  }
  g_mutex_unlock (&self->lock);
  return gate;
}

/* Waits until @timestamp's turn. The pipeline's clock has run while the session was set up, so a
 * file's first packet defines its own beginning. */
static void
wait_turn (GstRtcSendStage *self, GstClockTime timestamp)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (GST_ELEMENT_CAST (self));
  GstClockTime base = gst_element_get_base_time (GST_ELEMENT_CAST (self));
  GstClockTime running, due;
  GstClockID id;

  if (!clock || !GST_CLOCK_TIME_IS_VALID (timestamp) || self->segment.format != GST_FORMAT_TIME)
    return;
  running = gst_segment_to_running_time (&self->segment, GST_FORMAT_TIME, timestamp);
  if (!GST_CLOCK_TIME_IS_VALID (running))
    return;
  due = base + running + get_offset (self->clock, gst_clock_get_time (clock) - base, running);
  id = gst_clock_new_single_shot_id (clock, due);
  g_mutex_lock (&self->lock);
  if (!self->is_flushing) {
    self->clock_id = id;
    g_mutex_unlock (&self->lock);
    gst_clock_id_wait (id, NULL);
    g_mutex_lock (&self->lock);
    self->clock_id = NULL;
  }
  g_mutex_unlock (&self->lock);
  gst_clock_id_unref (id);
}

static void
note_timestamp (GstRtcSendStage *self, GstClockTime timestamp)
{
  if (!GST_CLOCK_TIME_IS_VALID (timestamp))
    return;
  if (GST_CLOCK_TIME_IS_VALID (self->last_timestamp) && timestamp > self->last_timestamp)
    self->last_gap = MIN (timestamp - self->last_timestamp, LAST_GAP_LIMIT);
  self->last_timestamp = timestamp;
}

static void
forget_timestamps (GstRtcSendStage *self)
{
  self->last_timestamp = GST_CLOCK_TIME_NONE;
  self->last_gap = 0;
}

/* The segment came before the session's caps could be known; it has to follow them. */
static void
push_caps (GstRtcSendStage *self, GstCaps *caps)
{
  gst_pad_push_event (self->srcpad, gst_event_new_caps (caps));
  if (!self->is_caps_sent)
    gst_pad_push_event (self->srcpad, gst_event_new_segment (&self->segment));
  self->is_caps_sent = TRUE;
}

static gboolean
enter (GstRtcSendStage *self, GstClockTime timestamp, GstFlowReturn *out_flow)
{
  g_autoptr (GstCaps) caps = NULL;
  Gate gate = wait_gate (self, &caps);

  if (gate != GATE_PASS) {
    *out_flow = gate == GATE_DROP ? GST_FLOW_OK : GST_FLOW_FLUSHING;
    return FALSE;
  }
  if (caps)
    push_caps (self, caps);
  if (self->liveness == LIVENESS_WAITS) {
    wait_turn (self, timestamp);
    note_timestamp (self, timestamp);
  }
  return TRUE;
}

/* The session may end while a packet is on its way through it. That is no failure of the source,
 * whose next packets are dropped at the gate, or wait there. */
static GstFlowReturn
leave (GstRtcSendStage *self, GstFlowReturn flow)
{
  gboolean was_shut;

  if (flow == GST_FLOW_OK)
    return flow;
  g_mutex_lock (&self->lock);
  was_shut = self->n_shut != self->entered_at && !self->is_flushing;
  g_mutex_unlock (&self->lock);
  return was_shut ? GST_FLOW_OK : flow;
}

/* With the lock. What was sent is kept as the application gave it. */
static void
remember (GstRtcSendStage *self, GstBuffer *packet, GstClockTime now)
{
  guint16 sequence;

  if (gst_rtc_send_packet_get_sequence (packet, &sequence))
    gst_rtc_rtx_history_add (self->history, sequence, packet, now);
}

static GstRtcSendFormat
remember_list (GstRtcSendStage *self, GstBufferList *list)
{
  GstRtcSendFormat format;

  g_mutex_lock (&self->lock);
  format = self->format;
  if (self->history) {
    GstClockTime now = gst_util_get_timestamp ();

    for (guint i = 0; i < gst_buffer_list_length (list); i++)
      remember (self, gst_buffer_list_get (list, i), now);
  }
  g_mutex_unlock (&self->lock);
  return format;
}

static GstFlowReturn
gst_rtc_send_stage_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstRtcSendStage *self = GST_RTC_SEND_STAGE (parent);
  GstFlowReturn flow = GST_FLOW_OK;
  GstRtcSendFormat format;
  GstBuffer *copy = NULL;

  if (enter (self, GST_BUFFER_DTS_OR_PTS (buffer), &flow)) {
    g_mutex_lock (&self->lock);
    format = self->format;
    if (self->history)
      remember (self, buffer, gst_util_get_timestamp ());
    g_mutex_unlock (&self->lock);
    copy = gst_rtc_send_packet_copy (&format, buffer);
  }
  gst_buffer_unref (buffer);
  return copy ? leave (self, gst_pad_push (self->srcpad, copy)) : flow;
}

static GstFlowReturn
gst_rtc_send_stage_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  GstRtcSendStage *self = GST_RTC_SEND_STAGE (parent);
  GstBuffer *first = gst_buffer_list_length (list) ? gst_buffer_list_get (list, 0) : NULL;
  GstFlowReturn flow = GST_FLOW_OK;
  GstBufferList *copies = NULL;

  if (first && enter (self, GST_BUFFER_DTS_OR_PTS (first), &flow)) {
    GstRtcSendFormat format = remember_list (self, list);

    copies = gst_rtc_send_packet_copy_list (&format, list);
  }
  gst_buffer_list_unref (list);
  return copies ? leave (self, rtc_pad_push_list (self->srcpad, copies)) : flow;
}

/* (transfer full), or NULL: the packet that the peer asks for, to be sent once more. */
static GstBuffer *
repeat_packet (GstRtcSendStage *self, guint32 ssrc, guint16 sequence)
{
  g_autoptr (GstBuffer) packet = NULL;
  GstRtcSendFormat format;
  guint16 rtx_sequence;

  g_mutex_lock (&self->lock);
  format = self->format;
  if (self->history && self->is_open && format.ssrc == ssrc)
    packet = gst_rtc_rtx_history_get (self->history, sequence, gst_util_get_timestamp ());
  rtx_sequence = self->rtx_sequence;
  if (packet)
    self->rtx_sequence++;
  g_mutex_unlock (&self->lock);
  return packet ? gst_rtc_send_packet_repeat (&format, packet, rtx_sequence) : NULL;
}

/* The RTP session asks for each packet of a NACK; not everything that it asks for is here. */
static gboolean
gst_rtc_send_stage_src_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstRtcSendStage *self = GST_RTC_SEND_STAGE (parent);
  const GstStructure *structure = gst_event_get_structure (event);
  guint ssrc, sequence;
  GstBuffer *packet;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CUSTOM_UPSTREAM || !structure ||
      !gst_structure_has_name (structure, "GstRTPRetransmissionRequest"))
    return gst_pad_event_default (pad, parent, event);
  if (gst_structure_get (
          structure, "ssrc", G_TYPE_UINT, &ssrc, "seqnum", G_TYPE_UINT, &sequence, NULL)) {
    packet = repeat_packet (self, ssrc, (guint16) sequence);
    if (packet)
      gst_pad_push (self->srcpad, packet);
  }
  gst_event_unref (event);
  return TRUE;
}

static void
take_caps (GstRtcSendStage *self, GstCaps *caps)
{
  GstRtcSendStageCapsFunc func;
  gpointer data;

  g_mutex_lock (&self->lock);
  gst_caps_replace (&self->caps, caps);
  func = self->caps_func;
  data = self->caps_data;
  g_mutex_unlock (&self->lock);
  if (func)
    func (self, caps, data);
}

static void
set_flushing (GstRtcSendStage *self, gboolean is_flushing)
{
  g_mutex_lock (&self->lock);
  self->is_flushing = is_flushing;
  if (is_flushing && self->clock_id)
    gst_clock_id_unschedule (self->clock_id);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static gboolean
gst_rtc_send_stage_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstRtcSendStage *self = GST_RTC_SEND_STAGE (parent);
  GstCaps *caps;

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_CAPS:
    /* The session hears of the negotiated caps instead, with the first packet. */
    gst_event_parse_caps (event, &caps);
    take_caps (self, caps);
    gst_event_unref (event);
    return TRUE;
  case GST_EVENT_SEGMENT:
    gst_event_copy_segment (event, &self->segment);
    if (self->is_caps_sent)
      break;
    gst_event_unref (event);
    return TRUE;
  case GST_EVENT_FLUSH_START:
    set_flushing (self, TRUE);
    break;
  case GST_EVENT_FLUSH_STOP:
    set_flushing (self, FALSE);
    gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
    forget_timestamps (self);
    break;
  default:
    break;
  }
  return gst_pad_event_default (pad, parent, event);
}

static GstStateChangeReturn
gst_rtc_send_stage_change_state (GstElement *element, GstStateChange transition)
{
  GstRtcSendStage *self = GST_RTC_SEND_STAGE (element);

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    set_flushing (self, FALSE);
    self->is_caps_sent = FALSE;
    forget_timestamps (self);
  } else if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    set_flushing (self, TRUE);
  }
  return GST_ELEMENT_CLASS (gst_rtc_send_stage_parent_class)->change_state (element, transition);
}

static void
gst_rtc_send_stage_finalize (GObject *object)
{
  GstRtcSendStage *self = GST_RTC_SEND_STAGE (object);

  gst_clear_caps (&self->caps);
  gst_clear_caps (&self->wire_caps);
  g_clear_pointer (&self->clock, gst_rtc_send_clock_unref);
  g_clear_pointer (&self->history, gst_rtc_rtx_history_free);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_rtc_send_stage_parent_class)->finalize (object);
}

static void
gst_rtc_send_stage_class_init (GstRtcSendStageClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (send_stage_debug, "rtcsendstage", 0, "rtcbin's sending pads");
  G_OBJECT_CLASS (klass)->finalize = gst_rtc_send_stage_finalize;
  element_class->change_state = gst_rtc_send_stage_change_state;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "RTC send stage", "Filter/Network/RTP",
      "Holds RTP packets until a session may send them", "The rtc project");
}

static void
gst_rtc_send_stage_init (GstRtcSendStage *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->rtx_sequence = (guint16) g_random_int ();
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
  forget_timestamps (self);
  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad, gst_rtc_send_stage_chain);
  gst_pad_set_chain_list_function (self->sinkpad, gst_rtc_send_stage_chain_list);
  gst_pad_set_event_function (self->sinkpad, gst_rtc_send_stage_sink_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);
  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_event_function (self->srcpad, gst_rtc_send_stage_src_event);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}

GstRtcSendStage *
gst_rtc_send_stage_new (
    GstRtcSendClock *clock, GstRtcSendStageCapsFunc caps_func, gpointer user_data)
{
  GstRtcSendStage *self = g_object_new (GST_RTC_TYPE_SEND_STAGE, NULL);

  self->clock = gst_rtc_send_clock_ref (clock);
  self->caps_func = caps_func;
  self->caps_data = user_data;
  return self;
}

/* With the lock. What was sent with another SSRC is not asked for any more. */
static void
set_format (GstRtcSendStage *self, const GstRtcSendFormat *format)
{
  if (!format->has_rtx || format->ssrc != self->format.ssrc)
    g_clear_pointer (&self->history, gst_rtc_rtx_history_free);
  if (format->has_rtx && !self->history)
    self->history = gst_rtc_rtx_history_new ();
  self->format = *format;
}

void
gst_rtc_send_stage_open (GstRtcSendStage *self, const GstRtcSendFormat *format, GstCaps *caps)
{
  gboolean was_open;

  g_mutex_lock (&self->lock);
  was_open = self->is_open;
  set_format (self, format);
  if (!self->wire_caps || !gst_caps_is_equal (self->wire_caps, caps)) {
    gst_caps_replace (&self->wire_caps, caps);
    self->is_caps_due = TRUE;
  }
  self->is_open = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  /* The peer has seen nothing of a live source yet, so its decoder needs a key frame now. */
  if (!was_open)
    gst_pad_push_event (
        self->sinkpad, gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
}

void
gst_rtc_send_stage_shut (GstRtcSendStage *self)
{
  g_mutex_lock (&self->lock);
  self->is_open = FALSE;
  self->n_shut++;
  g_mutex_unlock (&self->lock);
  forget_offset (self->clock);
}

void
gst_rtc_send_stage_play_out (GstRtcSendStage *self)
{
  if (GST_CLOCK_TIME_IS_VALID (self->last_timestamp))
    wait_turn (self, self->last_timestamp + self->last_gap);
}

/* (transfer full) (nullable): what is linked to the bin's pad has its caps before they arrive here,
 * and who waits for them may ask in between. */
static GstCaps *
get_upstream_caps (GstRtcSendStage *self)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (self->sinkpad);
  g_autoptr (GstPad) upstream = NULL;
  g_autoptr (GstProxyPad) outer = NULL;

  if (peer && GST_IS_PROXY_PAD (peer))
    outer = gst_proxy_pad_get_internal (GST_PROXY_PAD (peer));
  upstream = outer ? gst_pad_get_peer (GST_PAD (outer)) : g_steal_pointer (&peer);
  return upstream ? gst_pad_get_current_caps (upstream) : NULL;
}

static GstCaps *
get_said_caps (GstRtcSendStage *self)
{
  GstCaps *caps;

  g_mutex_lock (&self->lock);
  caps = self->caps ? gst_caps_ref (self->caps) : NULL;
  g_mutex_unlock (&self->lock);
  return caps ? caps : get_upstream_caps (self);
}

gboolean
gst_rtc_send_stage_has_caps (GstRtcSendStage *self)
{
  g_autoptr (GstCaps) caps = get_said_caps (self);

  return caps != NULL;
}

GstCaps *
gst_rtc_send_stage_get_caps (GstRtcSendStage *self)
{
  GstCaps *caps = get_said_caps (self);

  if (caps)
    return caps;
  caps = gst_pad_peer_query_caps (self->sinkpad, NULL);
  if (caps && (gst_caps_is_any (caps) || gst_caps_is_empty (caps)))
    gst_clear_caps (&caps);
  return caps;
}

void
gst_rtc_send_stage_detach (GstRtcSendStage *self)
{
  g_mutex_lock (&self->lock);
  self->caps_func = NULL;
  g_mutex_unlock (&self->lock);
}
