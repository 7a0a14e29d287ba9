/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The streams of one RTP session; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcstreamset.h"

typedef struct {
  guint32 ssrc;
  gboolean has_ended;
} Stream;

struct _GstRtcStreamSet {
  GMutex lock;
  GArray *streams; /* Stream */
};

GstRtcStreamSet *
gst_rtc_stream_set_new (void)
{
  GstRtcStreamSet *self = g_new0 (GstRtcStreamSet, 1);

  g_mutex_init (&self->lock);
  self->streams = g_array_new (FALSE, FALSE, sizeof (Stream));
  return self;
}

void
gst_rtc_stream_set_free (GstRtcStreamSet *self)
{
  g_array_unref (self->streams);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static Stream *
find_locked (GstRtcStreamSet *self, guint32 ssrc, guint *out_index)
{
  for (guint i = 0; i < self->streams->len; i++) {
    Stream *stream = &g_array_index (self->streams, Stream, i);

    if (stream->ssrc != ssrc)
      continue;
    *out_index = i;
    return stream;
  }
  return NULL;
}

void
gst_rtc_stream_set_add (GstRtcStreamSet *self, guint32 ssrc)
{
  const Stream added = { .ssrc = ssrc };
  Stream *known;
  guint index;

  g_mutex_lock (&self->lock);
  known = find_locked (self, ssrc, &index);
  if (known)
    known->has_ended = FALSE;
  else
    g_array_append_val (self->streams, added);
  g_mutex_unlock (&self->lock);
}

void
gst_rtc_stream_set_remove (GstRtcStreamSet *self, guint32 ssrc)
{
  guint index;

  g_mutex_lock (&self->lock);
  if (find_locked (self, ssrc, &index))
    g_array_remove_index (self->streams, index);
  g_mutex_unlock (&self->lock);
}

gboolean
gst_rtc_stream_set_contains (GstRtcStreamSet *self, guint32 ssrc)
{
  gboolean is_there;
  guint index;

  g_mutex_lock (&self->lock);
  is_there = find_locked (self, ssrc, &index) != NULL;
  g_mutex_unlock (&self->lock);
  return is_there;
}

gboolean
gst_rtc_stream_set_is_full (GstRtcStreamSet *self)
{
  gboolean is_full;

  g_mutex_lock (&self->lock);
  is_full = self->streams->len >= GST_RTC_STREAM_SET_MAX;
  g_mutex_unlock (&self->lock);
  return is_full;
}

void
gst_rtc_stream_set_mark (GstRtcStreamSet *self, guint32 ssrc, gboolean has_ended)
{
  Stream *stream;
  guint index;

  g_mutex_lock (&self->lock);
  stream = find_locked (self, ssrc, &index);
  if (stream)
    stream->has_ended = has_ended;
  g_mutex_unlock (&self->lock);
}

gboolean
gst_rtc_stream_set_find_ended (GstRtcStreamSet *self, guint32 *out_ssrc)
{
  gboolean is_found = FALSE;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->streams->len && !is_found; i++) {
    const Stream *stream = &g_array_index (self->streams, Stream, i);

    if (!stream->has_ended)
      continue;
    *out_ssrc = stream->ssrc;
    is_found = TRUE;
  }
  g_mutex_unlock (&self->lock);
  return is_found;
}
