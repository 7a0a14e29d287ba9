/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The short way into the jitter buffers; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/rtc/rtcpacketlist.h>
#include <gst/rtc/rtcslowpath.h>

#include "gstrtcreceiveswitch.h"

#define RTP_HEADER_BYTES 12
#define MAX_PAYLOAD_TYPES 128

typedef struct {
  guint32 ssrc;
  GstPad *sink;
  GstRtcReceiveOutlet *outlet;
  gboolean is_ready; /* never ends while the stream is here */
  gboolean has_news; /* packets have entered since the last release */
} Stream;

struct _GstRtcReceiveSwitch {
  GstElement parent;
  GstPad *sinkpad;
  GstPad *srcpad;
  GArray *streams;                        /* Stream */
  gboolean is_long_pt[MAX_PAYLOAD_TYPES]; /* takes the long way */
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink_%u", GST_PAD_SINK, GST_PAD_SOMETIMES, GST_STATIC_CAPS ("application/x-rtp"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src_%u", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS ("application/x-rtp"));

G_DEFINE_FINAL_TYPE (GstRtcReceiveSwitch, gst_rtc_receive_switch, GST_TYPE_ELEMENT)

static void
stream_clear (gpointer data)
{
  gst_object_unref (((Stream *) data)->sink);
  gst_rtc_receive_outlet_unref (((Stream *) data)->outlet);
}

static Stream *
find_stream (GstRtcReceiveSwitch *self, guint32 ssrc)
{
  for (guint i = 0; i < self->streams->len; i++) {
    Stream *stream = &g_array_index (self->streams, Stream, i);

    if (stream->ssrc == ssrc)
      return stream;
  }
  return NULL;
}

/* A stream may begin with RTCP; stream-start, caps and segment come with the first RTP packet that
 * takes the long way. */
static gboolean
is_ready (Stream *stream)
{
  g_autoptr (GstEvent) segment = NULL;

  if (!stream->is_ready && gst_pad_is_linked (stream->sink)) {
    segment = gst_pad_get_sticky_event (stream->sink, GST_EVENT_SEGMENT, 0);
    stream->is_ready = segment != NULL;
  }
  return stream->is_ready;
}

/* (transfer none): the stream whose jitter buffer @packet goes to, or NULL for the long way. */
static Stream *
find_way (GstRtcReceiveSwitch *self, GstBuffer *packet, guint16 *out_sequence)
{
  guint8 header[RTP_HEADER_BYTES];
  Stream *stream;

  *out_sequence = 0;
  if (rtc_packet_read (packet, header, sizeof header) < sizeof header ||
      self->is_long_pt[header[1] & 0x7f])
    return NULL;
  *out_sequence = GST_READ_UINT16_BE (header + 2);
  stream = find_stream (self, GST_READ_UINT32_BE (header + 8));
  return stream && is_ready (stream) ? stream : NULL;
}

/* Packets behind each other that go the same way. */
typedef struct {
  GstRtcReceiveSwitch *self;
  GstBufferList *list; /* NULL: none yet */
  GstPad *sink;        /* NULL: the long way */
  GstRtcReceiveOutlet *outlet;
  guint16 first, last;
  gboolean has_gap; /* not first, first + 1, ... last */
  GstFlowReturn flow;
} Run;

static void
begin_run (Run *run, Stream *stream, guint16 sequence)
{
  if (stream)
    stream->has_news = TRUE;
  run->sink = stream ? gst_object_ref (stream->sink) : NULL;
  run->outlet = stream ? gst_rtc_receive_outlet_ref (stream->outlet) : NULL;
  run->first = run->last = sequence;
  run->has_gap = FALSE;
}

static gboolean
continues_run (const Run *run, const Stream *stream)
{
  return run->sink == (stream ? stream->sink : NULL);
}

static void
note_sequence (Run *run, guint16 sequence)
{
  run->has_gap = run->has_gap || sequence != (guint16) (run->last + 1);
  run->last = sequence;
}

static void
end_run (Run *run)
{
  GstBufferList *list = g_steal_pointer (&run->list);

  if (list && run->sink) {
    if (run->has_gap)
      gst_rtc_receive_outlet_expect_some (run->outlet);
    else
      gst_rtc_receive_outlet_expect (run->outlet, run->first, run->last);
    run->flow = gst_pad_chain_list (run->sink, list);
  } else if (list) {
    run->flow = rtc_pad_push_list (run->self->srcpad, list);
  }
  gst_clear_object (&run->sink);
  g_clear_pointer (&run->outlet, gst_rtc_receive_outlet_unref);
}

static gboolean
take_into_run (GstBuffer **packet, guint index, gpointer user_data)
{
  Run *run = user_data;
  guint16 sequence;
  Stream *stream = find_way (run->self, *packet, &sequence);

  if (run->list && continues_run (run, stream)) {
    note_sequence (run, sequence);
  } else {
    end_run (run);
    /* What has just been pushed may have made a stream. */
    stream = find_way (run->self, *packet, &sequence);
    begin_run (run, stream, sequence);
    run->list = gst_buffer_list_new ();
  }
  gst_buffer_list_add (run->list, g_steal_pointer (packet));
  return TRUE;
}

static GstFlowReturn
push_runs (GstRtcReceiveSwitch *self, GstBufferList *list)
{
  Run run = { .self = self, .flow = GST_FLOW_OK };

  list = gst_buffer_list_make_writable (list);
  gst_buffer_list_foreach (list, take_into_run, &run);
  end_run (&run);
  gst_buffer_list_unref (list);
  return run.flow;
}

/* Whether the whole @list is one run, as it mostly is; then @run has all but the list. */
static gboolean
is_one_run (GstRtcReceiveSwitch *self, GstBufferList *list, Run *run)
{
  guint length = gst_buffer_list_length (list);
  guint16 sequence;
  Stream *stream = find_way (self, gst_buffer_list_get (list, 0), &sequence);

  begin_run (run, stream, sequence);
  for (guint i = 1; i < length; i++) {
    if (!continues_run (run, find_way (self, gst_buffer_list_get (list, i), &sequence)))
      return FALSE;
    note_sequence (run, sequence);
  }
  return TRUE;
}

static GstFlowReturn
gst_rtc_receive_switch_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  GstRtcReceiveSwitch *self = GST_RTC_RECEIVE_SWITCH (parent);
  Run run = { .self = self, .flow = GST_FLOW_OK };
  gboolean is_one = gst_buffer_list_length (list) > 0 && is_one_run (self, list, &run);

  if (is_one)
    run.list = list;
  end_run (&run);
  return is_one ? run.flow : push_runs (self, list);
}

static GstFlowReturn
gst_rtc_receive_switch_chain (GstPad *pad, GstObject *parent, GstBuffer *packet)
{
  GstRtcReceiveSwitch *self = GST_RTC_RECEIVE_SWITCH (parent);
  guint16 sequence;
  Stream *stream = find_way (self, packet, &sequence);
  g_autoptr (GstPad) sink = stream ? gst_object_ref (stream->sink) : NULL;

  if (!sink)
    return gst_pad_push (self->srcpad, packet);
  stream->has_news = TRUE;
  gst_rtc_receive_outlet_expect (stream->outlet, sequence, sequence);
  return gst_pad_chain (sink, packet);
}

static void
gst_rtc_receive_switch_finalize (GObject *object)
{
  g_array_unref (GST_RTC_RECEIVE_SWITCH (object)->streams);
  G_OBJECT_CLASS (gst_rtc_receive_switch_parent_class)->finalize (object);
}

static void
gst_rtc_receive_switch_class_init (GstRtcReceiveSwitchClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_rtc_receive_switch_finalize;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "RTC receive switch", "Filter/Network/RTP",
      "Brings the packets of known streams into their jitter buffers", "The rtc project");
}

static void
gst_rtc_receive_switch_init (GstRtcReceiveSwitch *self)
{
  self->streams = g_array_new (FALSE, FALSE, sizeof (Stream));
  g_array_set_clear_func (self->streams, stream_clear);
}

gboolean
gst_rtc_receive_switch_is_wanted (void)
{
  return !rtc_slow_path_is_forced (RTC_SLOW_PATH_MEDIA);
}

GstRtcReceiveSwitch *
gst_rtc_receive_switch_new (guint id)
{
  GstRtcReceiveSwitch *self = g_object_new (GST_RTC_TYPE_RECEIVE_SWITCH, NULL);
  g_autofree gchar *sink_name = g_strdup_printf ("sink_%u", id);
  g_autofree gchar *src_name = g_strdup_printf ("src_%u", id);

  self->sinkpad = gst_pad_new_from_static_template (&sink_template, sink_name);
  gst_pad_set_chain_function (self->sinkpad, gst_rtc_receive_switch_chain);
  gst_pad_set_chain_list_function (self->sinkpad, gst_rtc_receive_switch_chain_list);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);
  self->srcpad = gst_pad_new_from_static_template (&src_template, src_name);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
  return self;
}

void
gst_rtc_receive_switch_clear_payload_types (GstRtcReceiveSwitch *self)
{
  for (guint i = 0; i < MAX_PAYLOAD_TYPES; i++)
    self->is_long_pt[i] = FALSE;
}

void
gst_rtc_receive_switch_add_payload_type (GstRtcReceiveSwitch *self, guint pt)
{
  g_return_if_fail (pt < MAX_PAYLOAD_TYPES);

  self->is_long_pt[pt] = TRUE;
}

void
gst_rtc_receive_switch_add_stream (
    GstRtcReceiveSwitch *self, guint32 ssrc, GstPad *sink, GstRtcReceiveOutlet *outlet)
{
  Stream stream = {
    .ssrc = ssrc, .sink = gst_object_ref (sink), .outlet = gst_rtc_receive_outlet_ref (outlet)
  };

  gst_rtc_receive_switch_remove_stream (self, ssrc);
  g_array_append_val (self->streams, stream);
}

void
gst_rtc_receive_switch_release (GstRtcReceiveSwitch *self)
{
  for (guint i = 0; i < self->streams->len; i++) {
    Stream *stream = &g_array_index (self->streams, Stream, i);

    if (stream->has_news)
      gst_rtc_receive_outlet_release (stream->outlet);
    stream->has_news = FALSE;
  }
}

void
gst_rtc_receive_switch_remove_stream (GstRtcReceiveSwitch *self, guint32 ssrc)
{
  Stream *stream = find_stream (self, ssrc);

  if (!stream)
    return;
  gst_rtc_receive_outlet_close (stream->outlet);
  g_array_remove_index (
      self->streams, (guint) (stream - (Stream *) (gpointer) self->streams->data));
}
