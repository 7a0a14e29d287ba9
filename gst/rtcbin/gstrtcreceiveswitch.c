/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The short way into the jitter buffers; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/rtc/rtcpacketlist.h>

#include "gstrtcreceiveswitch.h"

#define RTP_HEADER_BYTES 12
#define MAX_PAYLOAD_TYPES 128

typedef struct {
  guint32 ssrc;
  GstPad *sink;
  gboolean is_ready; /* never ends while the stream is here */
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

/* (transfer none): the jitter buffer that @packet goes to, or NULL for the long way. */
static GstPad *
find_sink (GstRtcReceiveSwitch *self, GstBuffer *packet)
{
  guint8 header[RTP_HEADER_BYTES];
  Stream *stream;

  if (rtc_packet_read (packet, header, sizeof header) < sizeof header ||
      self->is_long_pt[header[1] & 0x7f])
    return NULL;
  stream = find_stream (self, GST_READ_UINT32_BE (header + 8));
  return stream && is_ready (stream) ? stream->sink : NULL;
}

/* Takes @list. */
static GstFlowReturn
push_run (GstRtcReceiveSwitch *self, GstPad *sink, GstBufferList *list)
{
  g_autoptr (GstPad) target = NULL;

  if (!sink)
    return rtc_pad_push_list (self->srcpad, list);
  target = gst_object_ref (sink);
  return gst_pad_chain_list (target, list);
}

/* Packets behind each other that go to the same place. */
typedef struct {
  GstRtcReceiveSwitch *self;
  GstPad *sink;
  GstBufferList *list; /* NULL: none yet */
  GstFlowReturn flow;
} Run;

static void
end_run (Run *run)
{
  if (run->list)
    run->flow = push_run (run->self, run->sink, g_steal_pointer (&run->list));
  g_clear_object (&run->sink);
}

static gboolean
take_into_run (GstBuffer **packet, guint index, gpointer user_data)
{
  Run *run = user_data;
  GstPad *sink = find_sink (run->self, *packet);

  if (!run->list || run->sink != sink) {
    end_run (run);
    /* What has just been pushed may have made a stream. */
    sink = find_sink (run->self, *packet);
    run->sink = sink ? gst_object_ref (sink) : NULL;
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

static GstFlowReturn
gst_rtc_receive_switch_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  GstRtcReceiveSwitch *self = GST_RTC_RECEIVE_SWITCH (parent);
  guint length = gst_buffer_list_length (list);
  GstPad *sink = length ? find_sink (self, gst_buffer_list_get (list, 0)) : NULL;

  for (guint i = 1; i < length; i++)
    if (find_sink (self, gst_buffer_list_get (list, i)) != sink)
      return push_runs (self, list);
  return push_run (self, sink, list);
}

static GstFlowReturn
gst_rtc_receive_switch_chain (GstPad *pad, GstObject *parent, GstBuffer *packet)
{
  GstRtcReceiveSwitch *self = GST_RTC_RECEIVE_SWITCH (parent);
  GstPad *sink = find_sink (self, packet);
  g_autoptr (GstPad) target = sink ? gst_object_ref (sink) : NULL;

  return target ? gst_pad_chain (target, packet) : gst_pad_push (self->srcpad, packet);
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
  return g_strcmp0 (g_getenv ("GST_RTC_MEDIA_PATH"), "long") != 0;
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
gst_rtc_receive_switch_add_stream (GstRtcReceiveSwitch *self, guint32 ssrc, GstPad *sink)
{
  Stream stream = { .ssrc = ssrc, .sink = gst_object_ref (sink) };

  gst_rtc_receive_switch_remove_stream (self, ssrc);
  g_array_append_val (self->streams, stream);
}

void
gst_rtc_receive_switch_remove_stream (GstRtcReceiveSwitch *self, guint32 ssrc)
{
  Stream *stream = find_stream (self, ssrc);

  if (stream)
    g_array_remove_index (
        self->streams, (guint) (stream - (Stream *) (gpointer) self->streams->data));
}
