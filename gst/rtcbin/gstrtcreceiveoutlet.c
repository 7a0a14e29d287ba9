/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The short way out of a jitter buffer; see the header.
 *
 * A jitter buffer gives what is in order at once and one by one. A packet waits here only while
 * another one is certain to follow at once: it has entered the jitter buffer, and so has everything
 * between the two. So nothing is late, and nothing stays here when a stream ends.
 *   has_end => each packet from left + 1 to end has entered, or is on its way in
 *   pending => has_end and left != end, but for what gst_rtc_receive_outlet_expect() took back:
 *              then a packet follows all the same
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/rtc/rtcpacketlist.h>

#include "gstrtcreceiveoutlet.h"

/* One train of the network element, see UDP_SEGMENT. */
#define MAX_PENDING 64
#define SEQUENCE_BYTES 4

struct _GstRtcReceiveOutlet {
  gatomicrefcount ref_count;
  GstRtcReceiveStage *stage;
  gboolean is_short;
  gint64 linger_us;

  GMutex lock; /* what follows */
  GCond released;
  guint n_entered;  /* how many times something entered the jitter buffer */
  guint n_released; /* n_entered at the last release */
  gboolean is_closed;
  GstPad *pad; /* NULL: none yet */
  GstPad *target;
  guint8 pt;
  gboolean has_left;
  guint16 left; /* the sequence number of the last packet that left */
  gboolean has_end;
  guint16 end;

  /* the jitter buffer's thread only */
  GstBufferList *pending; /* NULL: none */
  GstPad *pending_pad;
  guint n_emptied;    /* n_entered when the jitter buffer was empty the last time */
  gint64 empty_since; /* monotonic time when the jitter buffer was empty the last time */
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
  g_clear_pointer (&self->pending, gst_buffer_list_unref);
  gst_clear_object (&self->pending_pad);
  gst_object_unref (self->stage);
  gst_clear_object (&self->pad);
  gst_clear_object (&self->target);
  g_cond_clear (&self->released);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
unref_outlet (gpointer data)
{
  gst_rtc_receive_outlet_unref (data);
}

/* With the lock. (transfer full) (nullable): a pad that has got another target, as when the payload
 * type changed, is that one's. */
static GstPad *
find_pad (GstRtcReceiveOutlet *self, guint8 pt)
{
  if (!self->is_short || !self->pad || pt != self->pt || !gst_pad_is_linked (self->target))
    return NULL;
  return gst_object_ref (self->pad);
}

typedef enum {
  MORE_UNKNOWN,
  MORE_NONE,    /* the jitter buffer is empty */
  MORE_CERTAIN, /* another packet follows at once */
} More;

/* With the lock. @sequence leaves. */
static More
note_left (GstRtcReceiveOutlet *self, guint16 sequence)
{
  gboolean is_last = self->has_end && self->end == sequence;

  self->has_left = TRUE;
  self->left = sequence;
  if (self->has_end && (gint16) (self->end - sequence) <= 0)
    self->has_end = FALSE;
  if (self->has_end)
    return MORE_CERTAIN;
  self->n_emptied = self->n_entered;
  return is_last ? MORE_NONE : MORE_UNKNOWN;
}

static gboolean
has_probes (GstPad *pad)
{
  gboolean has_probes;

  GST_OBJECT_LOCK (pad);
  has_probes = pad->num_probes > 0;
  GST_OBJECT_UNLOCK (pad);
  return has_probes;
}

/* Who looks at each buffer with a probe, as one may at webrtcbin's pads, would not see lists. */
static gboolean
takes_lists (GstPad *pad)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);

  return !has_probes (pad) && peer && !has_probes (peer);
}

static GstFlowReturn
push_pending (GstRtcReceiveOutlet *self)
{
  g_autoptr (GstPad) pad = g_steal_pointer (&self->pending_pad);

  return self->pending ? gst_pad_push_list (pad, g_steal_pointer (&self->pending)) : GST_FLOW_OK;
}

/* Takes @packet. */
static GstFlowReturn
push_packet (GstRtcReceiveOutlet *self, GstPad *pad, GstBuffer *packet, gboolean has_more)
{
  GstFlowReturn flow = self->pending_pad != pad ? push_pending (self) : GST_FLOW_OK;

  if (!self->pending && (!has_more || !takes_lists (pad)))
    return flow == GST_FLOW_OK ? gst_pad_push (pad, packet) : (gst_buffer_unref (packet), flow);
  if (!self->pending) {
    self->pending = gst_buffer_list_new ();
    self->pending_pad = gst_object_ref (pad);
  }
  gst_buffer_list_add (self->pending, packet);
  if (has_more && gst_buffer_list_length (self->pending) < MAX_PENDING)
    return flow;
  return push_pending (self);
}

/* Whether the jitter buffer was empty a short while ago, too. */
static gboolean
is_lively (GstRtcReceiveOutlet *self, gint64 now)
{
  gint64 before = self->empty_since;

  self->empty_since = now;
  return before != 0 && now - before < self->linger_us;
}

/* The jitter buffer is empty. Its own wait ends with the first packet of a list, and this thread
 * would be held again until the list has passed: it is woken once when it waits here for that. */
static void
linger (GstRtcReceiveOutlet *self)
{
  gint64 now = self->linger_us > 0 ? g_get_monotonic_time () : 0;

  if (now == 0 || !is_lively (self, now))
    return;
  g_mutex_lock (&self->lock);
  while ((gint) (self->n_released - self->n_emptied) <= 0 && !self->is_closed &&
      g_cond_wait_until (&self->released, &self->lock, now + self->linger_us))
    continue;
  g_mutex_unlock (&self->lock);
}

static GstPadProbeReturn
on_packet (GstRtcReceiveOutlet *self, GstPadProbeInfo *info)
{
  GstBuffer *packet = GST_PAD_PROBE_INFO_BUFFER (info);
  g_autoptr (GstPad) pad = NULL;
  guint8 header[SEQUENCE_BYTES];
  More more;

  if (rtc_packet_read (packet, header, sizeof header) < sizeof header)
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&self->lock);
  pad = find_pad (self, header[1] & 0x7f);
  more = note_left (self, GST_READ_UINT16_BE (header + 2));
  g_mutex_unlock (&self->lock);
  if (!pad) {
    push_pending (self);
    return GST_PAD_PROBE_OK;
  }
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = push_packet (self, pad, packet, more == MORE_CERTAIN);
  if (more == MORE_NONE)
    linger (self);
  return GST_PAD_PROBE_HANDLED;
}

/* It may say that packets are given up, so nothing is certain any more. */
static void
on_event (GstRtcReceiveOutlet *self)
{
  push_pending (self);
  g_mutex_lock (&self->lock);
  self->has_left = FALSE;
  self->has_end = FALSE;
  g_mutex_unlock (&self->lock);
}

static void
on_flush_start (GstRtcReceiveOutlet *self)
{
  gst_rtc_receive_outlet_expect_some (self);
  gst_rtc_receive_outlet_release (self);
}

/* Its thread rests while a jitter buffer is flushed. */
static void
on_flush_stop (GstRtcReceiveOutlet *self)
{
  g_clear_pointer (&self->pending, gst_buffer_list_unref);
  on_event (self);
}

static GstPadProbeReturn
on_data (GstPad *src, GstPadProbeInfo *info, gpointer user_data)
{
  GstRtcReceiveOutlet *self = user_data;

  if (info->type & GST_PAD_PROBE_TYPE_EVENT_FLUSH) {
    if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_FLUSH_STOP)
      on_flush_stop (self);
    else
      on_flush_start (self);
    return GST_PAD_PROBE_OK;
  }
  if (info->type & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) {
    if (GST_EVENT_IS_SERIALIZED (GST_PAD_PROBE_INFO_EVENT (info)))
      on_event (self);
    return GST_PAD_PROBE_OK;
  }
  gst_rtc_receive_stage_wait (self->stage);
  return info->type & GST_PAD_PROBE_TYPE_BUFFER ? on_packet (self, info) : GST_PAD_PROBE_OK;
}

GstRtcReceiveOutlet *
gst_rtc_receive_outlet_new (
    GstRtcReceiveStage *stage, GstPad *src, gboolean is_short, gint64 linger_us)
{
  GstRtcReceiveOutlet *self = g_new0 (GstRtcReceiveOutlet, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  g_cond_init (&self->released);
  self->stage = gst_object_ref (stage);
  self->is_short = is_short;
  self->linger_us = is_short ? linger_us : 0;
  gst_pad_add_probe (src,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST |
          GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH,
      on_data, gst_rtc_receive_outlet_ref (self), unref_outlet);
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

void
gst_rtc_receive_outlet_expect (GstRtcReceiveOutlet *self, guint16 first, guint16 last)
{
  guint16 next;

  g_mutex_lock (&self->lock);
  self->n_entered++;
  next = (guint16) ((self->has_end ? self->end : self->left) + 1);
  self->has_end = (self->has_end || self->has_left) && first == next;
  self->end = last;
  g_mutex_unlock (&self->lock);
}

void
gst_rtc_receive_outlet_expect_some (GstRtcReceiveOutlet *self)
{
  g_mutex_lock (&self->lock);
  self->n_entered++;
  self->has_end = FALSE;
  g_mutex_unlock (&self->lock);
}

void
gst_rtc_receive_outlet_release (GstRtcReceiveOutlet *self)
{
  g_mutex_lock (&self->lock);
  self->n_released = self->n_entered;
  g_mutex_unlock (&self->lock);
  /* Not with the lock: the woken thread would only wait for that. */
  g_cond_signal (&self->released);
}

void
gst_rtc_receive_outlet_close (GstRtcReceiveOutlet *self)
{
  g_mutex_lock (&self->lock);
  self->is_closed = TRUE;
  g_mutex_unlock (&self->lock);
  g_cond_signal (&self->released);
}
