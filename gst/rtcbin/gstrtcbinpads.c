/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pad requests of rtcbin, and the end of streams in both directions. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <stdio.h>

#include "gstrtcbin.h"
#include "gstrtcsendstage.h"

#define GST_CAT_DEFAULT gst_rtc_bin_debug

typedef struct {
  GstRtcBin *bin;
  gint mline;
  const gchar *name;
  GstPadTemplate *templ;
  GstPad *pad;
} TrackCall;

static void
add_track (gpointer user_data)
{
  TrackCall *call = user_data;
  GstRtcPeer *peer = call->bin->peer;
  g_autoptr (GstRtcTransceiver) transceiver = gst_rtc_peer_add_track (peer, call->mline);

  call->pad = gst_rtc_media_add_sink_pad (
      gst_rtc_peer_get_media (peer), call->name, call->templ, transceiver);
}

static void
remove_track (gpointer user_data)
{
  TrackCall *call = user_data;
  GstRtcPeer *peer = call->bin->peer;
  g_autoptr (GstRtcTransceiver) transceiver =
      gst_object_ref (gst_rtc_bin_pad_get_transceiver (GST_RTC_BIN_PAD (call->pad)));

  /* The element is being disposed: its peer has gone, and with it all tracks. */
  if (!peer)
    return;
  gst_rtc_media_remove_sink_pad (gst_rtc_peer_get_media (peer), call->pad);
  gst_rtc_peer_remove_track (peer, transceiver);
}

/* With the object lock. */
static void
set_flag (gpointer element, gboolean is_sink)
{
  if (is_sink)
    GST_OBJECT_FLAG_SET (element, GST_ELEMENT_FLAG_SINK);
  else
    GST_OBJECT_FLAG_UNSET (element, GST_ELEMENT_FLAG_SINK);
}

static void
update_bin_around (GstBin *bin)
{
  gboolean has_sink = FALSE;

  GST_OBJECT_LOCK (bin);
  for (GList *item = bin->children; item && !has_sink; item = item->next)
    has_sink = GST_OBJECT_FLAG_IS_SET (item->data, GST_ELEMENT_FLAG_SINK);
  set_flag (bin, has_sink);
  GST_OBJECT_UNLOCK (bin);
}

/* A bin with sink pads posts EOS like any sink once all of them got it; whoever is around waits for
 * elements that carry this flag. A GstBin looks at the flags of its children only when one is added
 * or removed, and a pad is requested later, so the bins around are told; not beyond one that keeps
 * its children's ends to itself. */
static void
set_is_sink (GstRtcBin *self, gboolean is_sink)
{
  GstObject *around = gst_object_get_parent (GST_OBJECT (self));

  GST_OBJECT_LOCK (self);
  set_flag (self, is_sink);
  GST_OBJECT_UNLOCK (self);
  while (GST_IS_BIN (around) &&
      !(gst_bin_get_suppressed_flags (GST_BIN (around)) & GST_ELEMENT_FLAG_SINK)) {
    GstObject *next = gst_object_get_parent (around);

    update_bin_around (GST_BIN (around));
    gst_object_unref (around);
    around = next;
  }
  gst_clear_object (&around);
}

static void
post_eos_when_complete (GstRtcBin *self)
{
  GstMessage *message;
  gboolean is_complete;

  GST_OBJECT_LOCK (self);
  is_complete = g_hash_table_size (self->eos_pads) == GST_ELEMENT (self)->numsinkpads;
  GST_OBJECT_UNLOCK (self);
  if (!is_complete)
    return;
  message = gst_message_new_eos (GST_OBJECT (self));
  gst_element_post_message (GST_ELEMENT (self), message);
}

static void
play_out (GstPad *pad)
{
  g_autoptr (GstPad) target = gst_ghost_pad_get_target (GST_GHOST_PAD (pad));
  g_autoptr (GstElement) stage = target ? gst_pad_get_parent_element (target) : NULL;

  if (stage && GST_RTC_IS_SEND_STAGE (stage))
    gst_rtc_send_stage_play_out (GST_RTC_SEND_STAGE (stage));
}

static GstPadProbeReturn
on_sink_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstRtcBin *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    play_out (pad);
    GST_OBJECT_LOCK (self);
    g_hash_table_add (self->eos_pads, pad);
    GST_OBJECT_UNLOCK (self);
    post_eos_when_complete (self);
    return GST_PAD_PROBE_DROP;
  }
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP ||
      GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START) {
    GST_OBJECT_LOCK (self);
    g_hash_table_remove (self->eos_pads, pad);
    GST_OBJECT_UNLOCK (self);
  }
  return GST_PAD_PROBE_OK;
}

static void
on_linked (GstPad *pad, GstPad *peer, GstRtcBin *self)
{
  gst_rtc_bin_peer_events.caps_changed (self);
}

static gint
choose_number (GstRtcBin *self, const gchar *name, gboolean *out_is_named)
{
  guint number;

  *out_is_named = name && sscanf (name, "sink_%u", &number) == 1;
  GST_OBJECT_LOCK (self);
  if (!*out_is_named)
    number = self->next_pad;
  self->next_pad = MAX (self->next_pad, number + 1);
  GST_OBJECT_UNLOCK (self);
  return (gint) number;
}

GstPad *
gst_rtc_bin_request_new_pad (
    GstElement *element, GstPadTemplate *templ, const gchar *name, const GstCaps *caps)
{
  GstRtcBin *self = GST_RTC_BIN (element);
  gboolean is_named;
  gint number = choose_number (self, name, &is_named);
  g_autofree gchar *pad_name = g_strdup_printf ("sink_%d", number);
  TrackCall call = {
    .bin = self, .mline = is_named ? number : -1, .name = pad_name, .templ = templ
  };

  gst_rtc_bin_get_peer (self);
  rtc_loop_call (self->loop, add_track, &call);
  gst_pad_add_probe (call.pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH,
      on_sink_event, self, NULL);
  g_signal_connect (call.pad, "linked", G_CALLBACK (on_linked), self);
  if (GST_STATE (self) > GST_STATE_READY || GST_STATE_NEXT (self) > GST_STATE_READY)
    gst_pad_set_active (call.pad, TRUE);
  gst_element_add_pad (element, call.pad);
  set_is_sink (self, TRUE);
  return call.pad;
}

void
gst_rtc_bin_release_pad (GstElement *element, GstPad *pad)
{
  GstRtcBin *self = GST_RTC_BIN (element);
  TrackCall call = { .bin = self, .pad = pad };

  gst_pad_set_active (pad, FALSE);
  rtc_loop_call (self->loop, remove_track, &call);
  GST_OBJECT_LOCK (self);
  g_hash_table_remove (self->eos_pads, pad);
  GST_OBJECT_UNLOCK (self);
  gst_element_remove_pad (element, pad);
  set_is_sink (self, element->numsinkpads > 0);
}

static void
apply_latency (gpointer user_data)
{
  GstRtcBin *self = user_data;
  GstClockTime latency;

  GST_OBJECT_LOCK (self);
  latency = self->latency;
  GST_OBJECT_UNLOCK (self);
  if (self->peer)
    gst_rtc_media_set_pipeline_latency (gst_rtc_peer_get_media (self->peer), latency);
}

static void
take_latency (GstRtcBin *self, GstEvent *event)
{
  gst_rtc_bin_get_peer (self);
  GST_OBJECT_LOCK (self);
  gst_event_parse_latency (event, &self->latency);
  GST_OBJECT_UNLOCK (self);
  rtc_loop_post (self->loop, apply_latency, gst_object_ref (self), gst_object_unref);
}

/* The pipeline gives EOS to its sources, and what leaves src_%u has its source here: files behind
 * these pads are finished with it. It gives its latency to its sinks. */
gboolean
gst_rtc_bin_send_event (GstElement *element, GstEvent *event)
{
  GstRtcBin *self = GST_RTC_BIN (element);

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_EOS:
    gst_rtc_media_end_source_pads (gst_rtc_peer_get_media (gst_rtc_bin_get_peer (self)));
    break;
  case GST_EVENT_LATENCY:
    take_latency (self, event);
    break;
  default:
    return GST_ELEMENT_CLASS (g_type_class_peek (GST_TYPE_BIN))->send_event (element, event);
  }
  gst_event_unref (event);
  return TRUE;
}

typedef struct {
  gboolean is_live;
  GstClockTime min;
  GstClockTime max;
} Latency;

static gboolean
fold_latency (GstElement *element, GstPad *pad, gpointer user_data)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  Latency *latency = user_data;
  GstClockTime min, max;
  gboolean is_live;

  if (!gst_pad_peer_query (pad, query))
    return TRUE;
  gst_query_parse_latency (query, &is_live, &min, &max);
  if (is_live) {
    latency->is_live = TRUE;
    latency->min = MAX (latency->min, min);
    latency->max = MIN (latency->max, max);
  }
  return TRUE;
}

/* As a sink: what comes in at the sink pads decides; nothing is added on the way to the wire. */
gboolean
gst_rtc_bin_query (GstElement *element, GstQuery *query)
{
  Latency latency = { FALSE, 0, GST_CLOCK_TIME_NONE };

  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY || !element->numsinkpads)
    return GST_ELEMENT_CLASS (g_type_class_peek (GST_TYPE_BIN))->query (element, query);
  gst_element_foreach_sink_pad (element, fold_latency, &latency);
  gst_query_set_latency (query, latency.is_live, latency.min, latency.max);
  return TRUE;
}
