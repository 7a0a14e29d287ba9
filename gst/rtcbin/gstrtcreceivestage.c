/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between SRTP and the RTP session; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/rtc/rtcpacketlist.h>

#include "gstrtcreceivestage.h"

/* However long a list takes (somebody debugs, or does too much in a signal), nothing stands. */
#define MAX_HOLD (10 * G_TIME_SPAN_MILLISECOND)

struct _GstRtcReceiveStage {
  GstElement parent;
  GstPad *sinkpad;
  GstPad *srcpad;
  GstRtcReceiveStageFunc func;
  GstRtcReceiveStagePassedFunc passed_func;
  gpointer user_data;

  gint is_passing; /* atomic: a list is on its way; written with the lock */
  GMutex lock;
  GCond passed;
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtp"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtp"));

G_DEFINE_FINAL_TYPE (GstRtcReceiveStage, gst_rtc_receive_stage, GST_TYPE_ELEMENT)

static void
set_passing (GstRtcReceiveStage *self, gboolean is_passing)
{
  g_mutex_lock (&self->lock);
  g_atomic_int_set (&self->is_passing, is_passing);
  g_mutex_unlock (&self->lock);
  /* Not with the lock: the woken threads would only wait for that. */
  if (!is_passing)
    g_cond_broadcast (&self->passed);
}

/* Who is told may have ended in what has passed. */
static void
tell_passed (GstRtcReceiveStage *self)
{
  if (self->passed_func)
    self->passed_func (self->user_data);
}

static GstFlowReturn
gst_rtc_receive_stage_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstRtcReceiveStage *self = GST_RTC_RECEIVE_STAGE (parent);
  GstFlowReturn flow;

  if (!self->func (buffer, self->user_data)) {
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  flow = gst_pad_push (self->srcpad, buffer);
  tell_passed (self);
  return flow;
}

/* A list of one wakes a thread once, held or not. */
static GstFlowReturn
push_held (GstRtcReceiveStage *self, GstBufferList *list)
{
  GstFlowReturn flow;

  if (gst_buffer_list_length (list) < 2)
    return rtc_pad_push_list (self->srcpad, list);
  set_passing (self, TRUE);
  flow = gst_pad_push_list (self->srcpad, list);
  set_passing (self, FALSE);
  return flow;
}

static GstFlowReturn
gst_rtc_receive_stage_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  GstRtcReceiveStage *self = GST_RTC_RECEIVE_STAGE (parent);
  GstFlowReturn flow;

  list = gst_buffer_list_make_writable (list);
  for (guint i = 0; i < gst_buffer_list_length (list);) {
    if (self->func (gst_buffer_list_get (list, i), self->user_data))
      i++;
    else
      gst_buffer_list_remove (list, i, 1);
  }
  flow = push_held (self, list);
  tell_passed (self);
  return flow;
}

static void
gst_rtc_receive_stage_finalize (GObject *object)
{
  GstRtcReceiveStage *self = GST_RTC_RECEIVE_STAGE (object);

  g_cond_clear (&self->passed);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_rtc_receive_stage_parent_class)->finalize (object);
}

static void
gst_rtc_receive_stage_class_init (GstRtcReceiveStageClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_rtc_receive_stage_finalize;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "RTC receive stage", "Filter/Network/RTP",
      "Passes a session's RTP packets on, list by list", "The rtc project");
}

static void
gst_rtc_receive_stage_init (GstRtcReceiveStage *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->passed);
  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad, gst_rtc_receive_stage_chain);
  gst_pad_set_chain_list_function (self->sinkpad, gst_rtc_receive_stage_chain_list);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);
  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}

GstRtcReceiveStage *
gst_rtc_receive_stage_new (
    GstRtcReceiveStageFunc func, GstRtcReceiveStagePassedFunc passed, gpointer user_data)
{
  GstRtcReceiveStage *self = g_object_new (GST_RTC_TYPE_RECEIVE_STAGE, NULL);

  self->func = func;
  self->passed_func = passed;
  self->user_data = user_data;
  return self;
}

void
gst_rtc_receive_stage_detach (GstRtcReceiveStage *self)
{
  self->passed_func = NULL;
}

void
gst_rtc_receive_stage_wait (GstRtcReceiveStage *self)
{
  gint64 end;

  if (!g_atomic_int_get (&self->is_passing))
    return;
  end = g_get_monotonic_time () + MAX_HOLD;
  g_mutex_lock (&self->lock);
  while (self->is_passing && g_cond_wait_until (&self->passed, &self->lock, end))
    continue;
  g_mutex_unlock (&self->lock);
}
