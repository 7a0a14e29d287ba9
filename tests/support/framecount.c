/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. */
#include "framecount.h"

#define LIMIT (40 * G_USEC_PER_SEC)

void
frame_count_init (FrameCount *frames)
{
  *frames = (FrameCount){ .n_others = 0 };
  g_mutex_init (&frames->lock);
  g_cond_init (&frames->cond);
}

void
frame_count_clear (FrameCount *frames)
{
  g_mutex_clear (&frames->lock);
  g_cond_clear (&frames->cond);
}

static void
count_frame (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  FrameCount *frames = user_data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  gint width = 0;
  gst_structure_get_int (structure, "width", &width);
  g_mutex_lock (&frames->lock);
  if (gst_structure_has_name (structure, "audio/x-raw")) {
    frames->n_audio++;
  } else {
    frames->width = (guint) width;
    frames->n_others++;
  }
  g_cond_signal (&frames->cond);
  g_mutex_unlock (&frames->lock);
}

void
frame_count_watch (FrameCount *frames, GstElement *sink)
{
  g_signal_connect (sink, "handoff", G_CALLBACK (count_frame), frames);
}

/* With the lock held. */
static void
wait_for_one (FrameCount *frames, gint64 deadline, const gchar *name)
{
  if (!g_cond_wait_until (&frames->cond, &frames->lock, deadline))
    g_error ("%s: %u frames and %u of sound came", name, frames->n_others, frames->n_audio);
}

void
frame_count_wait (FrameCount *frames, guint n_others, guint n_audio, const gchar *name)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT;
  g_mutex_lock (&frames->lock);
  frames->n_others = frames->n_audio = 0;
  while (frames->n_others < n_others || frames->n_audio < n_audio)
    wait_for_one (frames, deadline, name);
  g_mutex_unlock (&frames->lock);
}

void
frame_count_wait_any (FrameCount *frames, guint count, const gchar *name)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT;
  g_mutex_lock (&frames->lock);
  frames->n_others = frames->n_audio = 0;
  while (frames->n_others + frames->n_audio < count)
    wait_for_one (frames, deadline, name);
  g_mutex_unlock (&frames->lock);
}
