/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The short way out of a jitter buffer; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/rtc/rtcpacketlist.h>

#include "gstrtcreceiveoutlet.h"

struct _GstRtcReceiveOutlet {
  gatomicrefcount ref_count;
  GstRtcReceiveStage *stage;
  gboolean is_short;

  GMutex lock; /* what follows */
  GstPad *pad; /* NULL: none yet */
  GstPad *target;
  guint8 pt;
};

GstRtcReceiveOutlet *
gst_rtc_receive_outlet_ref (GstRtcReceiveOutlet *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
gst_rtc_receive_outlet_unref (GstRtcReceiveOutlet *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  gst_object_unref (self->stage);
  gst_clear_object (&self->pad);
  gst_clear_object (&self->target);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
unref_outlet (gpointer data)
{
  gst_rtc_receive_outlet_unref (data);
}

/* (transfer full) (nullable): a pad that has got another target, as when the payload type changed,
 * is that one's. */
static GstPad *
find_pad (GstRtcReceiveOutlet *self, GstBuffer *packet)
{
  GstPad *pad = NULL;
  guint8 header[2];

  if (rtc_packet_read (packet, header, sizeof header) < sizeof header)
    return NULL;
  g_mutex_lock (&self->lock);
  if (self->pad && (header[1] & 0x7f) == self->pt && gst_pad_is_linked (self->target))
    pad = gst_object_ref (self->pad);
  g_mutex_unlock (&self->lock);
  return pad;
}

static GstPadProbeReturn
on_packet (GstPad *src, GstPadProbeInfo *info, gpointer user_data)
{
  GstRtcReceiveOutlet *self = user_data;
  g_autoptr (GstPad) pad = NULL;

  gst_rtc_receive_stage_wait (self->stage);
  if (!self->is_short || !(info->type & GST_PAD_PROBE_TYPE_BUFFER))
    return GST_PAD_PROBE_OK;
  pad = find_pad (self, GST_PAD_PROBE_INFO_BUFFER (info));
  if (!pad)
    return GST_PAD_PROBE_OK;
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = gst_pad_push (pad, GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_HANDLED;
}

GstRtcReceiveOutlet *
gst_rtc_receive_outlet_new (GstRtcReceiveStage *stage, GstPad *src, gboolean is_short)
{
  GstRtcReceiveOutlet *self = g_new0 (GstRtcReceiveOutlet, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->stage = gst_object_ref (stage);
  self->is_short = is_short;
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packet,
      gst_rtc_receive_outlet_ref (self), unref_outlet);
  return self;
}

void
gst_rtc_receive_outlet_open (GstRtcReceiveOutlet *self, GstPad *pad, GstPad *target, guint pt)
{
  g_mutex_lock (&self->lock);
  gst_object_replace ((GstObject **) &self->pad, GST_OBJECT_CAST (pad));
  gst_object_replace ((GstObject **) &self->target, GST_OBJECT_CAST (target));
  self->pt = (guint8) pt;
  g_mutex_unlock (&self->lock);
}
