/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counts what comes to sinks, for tests that wait until media flows. A value of the test. */
#pragma once

#include <gst/gst.h>

typedef struct {
  GMutex lock;
  GCond cond;
  /* Under the lock: raw audio, and all else. */
  guint n_audio;
  guint n_others;
  /* Of the last raw video frame. */
  guint width;
} FrameCount;

void frame_count_init (FrameCount *frames);
void frame_count_clear (FrameCount *frames);
/* @sink has signal-handoffs=true. */
void frame_count_watch (FrameCount *frames, GstElement *sink);
/* Until so many of either have come since the last time; fails the test, with @name, after 40
 * seconds. */
void frame_count_wait (FrameCount *frames, guint n_others, guint n_audio, const gchar *name);
/* Until @count of whatever it is have come. */
void frame_count_wait_any (FrameCount *frames, guint count, const gchar *name);
