/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets that may be asked for again; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcrtxhistory.h"

typedef struct {
  GstBuffer *packet; /* NULL: none with this number */
  gsize size_bytes;
  GstClockTime added;
  GstClockTime given; /* NONE: never */
} Entry;

/* The window is oldest .. next - 1; entries of other numbers are empty.
 * (guint16) (next - oldest) <= MAX_PACKETS */
struct _GstRtcRtxHistory {
  guint16 oldest;
  guint16 next;
  guint n_packets;
  gsize size_bytes;
  Entry entries[GST_RTC_RTX_HISTORY_MAX_PACKETS];
};

static Entry *
get_entry (GstRtcRtxHistory *self, guint16 sequence)
{
  return &self->entries[sequence % GST_RTC_RTX_HISTORY_MAX_PACKETS];
}

static guint16
get_span (const GstRtcRtxHistory *self)
{
  return (guint16) (self->next - self->oldest);
}

static void
drop_entry (GstRtcRtxHistory *self, Entry *entry)
{
  if (!entry->packet)
    return;
  gst_clear_buffer (&entry->packet);
  self->size_bytes -= entry->size_bytes;
  self->n_packets--;
}

GstRtcRtxHistory *
gst_rtc_rtx_history_new (void)
{
  return g_new0 (GstRtcRtxHistory, 1);
}

void
gst_rtc_rtx_history_clear (GstRtcRtxHistory *self)
{
  for (; self->oldest != self->next; self->oldest++)
    drop_entry (self, get_entry (self, self->oldest));
}

void
gst_rtc_rtx_history_free (GstRtcRtxHistory *self)
{
  if (!self)
    return;
  gst_rtc_rtx_history_clear (self);
  g_free (self);
}

/* Moves the window so that @sequence is in it. */
static void
move_window (GstRtcRtxHistory *self, guint16 sequence)
{
  guint16 ahead = (guint16) (sequence - self->next);
  guint16 behind = (guint16) (self->next - sequence);

  if (behind > 0 && behind <= get_span (self))
    return;
  if (self->oldest == self->next || ahead >= GST_RTC_RTX_HISTORY_MAX_PACKETS) {
    gst_rtc_rtx_history_clear (self);
    self->oldest = sequence;
  }
  self->next = (guint16) (sequence + 1);
  for (; get_span (self) > GST_RTC_RTX_HISTORY_MAX_PACKETS; self->oldest++)
    drop_entry (self, get_entry (self, self->oldest));
}

static void
trim (GstRtcRtxHistory *self, GstClockTime now)
{
  for (; self->oldest != self->next; self->oldest++) {
    Entry *entry = get_entry (self, self->oldest);

    if (entry->packet && self->size_bytes <= GST_RTC_RTX_HISTORY_MAX_BYTES &&
        entry->added + GST_RTC_RTX_HISTORY_MAX_AGE >= now)
      return;
    drop_entry (self, entry);
  }
}

void
gst_rtc_rtx_history_add (
    GstRtcRtxHistory *self, guint16 sequence, GstBuffer *packet, GstClockTime now)
{
  Entry *entry = get_entry (self, sequence);

  move_window (self, sequence);
  drop_entry (self, entry);
  *entry =
      (Entry){ gst_buffer_ref (packet), gst_buffer_get_size (packet), now, GST_CLOCK_TIME_NONE };
  self->size_bytes += entry->size_bytes;
  self->n_packets++;
  trim (self, now);
}

GstBuffer *
gst_rtc_rtx_history_get (GstRtcRtxHistory *self, guint16 sequence, GstClockTime now)
{
  Entry *entry = get_entry (self, sequence);
  guint16 behind = (guint16) (self->next - sequence);

  if (behind == 0 || behind > get_span (self) || !entry->packet)
    return NULL;
  if (GST_CLOCK_TIME_IS_VALID (entry->given) &&
      now < entry->given + GST_RTC_RTX_HISTORY_REPEAT_INTERVAL)
    return NULL;
  entry->given = now;
  return gst_buffer_ref (entry->packet);
}

guint
gst_rtc_rtx_history_get_n_packets (const GstRtcRtxHistory *self)
{
  return self->n_packets;
}
