/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DemoRecorder: see demorecorder.h. */
#include "demorecorder.h"

#include <gst/app/app.h>

struct _DemoRecorder {
  gchar *path;
  GstElement *pipeline;
  GstElement *source;
  guint bus_watch;
  DemoRecorderFunc finished;
  gpointer user_data;

  GMutex lock;
  /* Under lock: */
  gboolean is_started;
  gboolean is_closed;
  GstClockTime first_pts;
};

DemoRecorder *
demo_recorder_new (const gchar *muxer, const gchar *path, GError **error)
{
  g_autofree gchar *launch = g_strdup_printf (
      "appsrc name=source format=time ! %s ! filesink name=file async=false buffer-mode=unbuffered",
      muxer);
  g_autoptr (GstElement) file = NULL;
  GstElement *pipeline = gst_parse_launch (launch, error);
  DemoRecorder *recorder;

  if (pipeline == NULL)
    return NULL;
  recorder = g_new0 (DemoRecorder, 1);
  g_mutex_init (&recorder->lock);
  recorder->path = g_strdup (path);
  recorder->first_pts = GST_CLOCK_TIME_NONE;
  recorder->pipeline = gst_object_ref_sink (pipeline);
  recorder->source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  file = gst_bin_get_by_name (GST_BIN (pipeline), "file");
  g_object_set (file, "location", path, NULL);
  return recorder;
}

void
demo_recorder_free (DemoRecorder *recorder)
{
  if (recorder == NULL)
    return;
  if (recorder->bus_watch != 0)
    g_source_remove (recorder->bus_watch);
  gst_element_set_state (recorder->pipeline, GST_STATE_NULL);
  gst_object_unref (recorder->source);
  gst_object_unref (recorder->pipeline);
  g_mutex_clear (&recorder->lock);
  g_free (recorder->path);
  g_free (recorder);
}

/* The file's time begins with its first sample, not with the session. */
static GstBuffer *
copy_from_zero (DemoRecorder *recorder, GstBuffer *buffer)
{
  GstBuffer *copy = gst_buffer_copy (buffer);

  if (!GST_CLOCK_TIME_IS_VALID (recorder->first_pts))
    recorder->first_pts = GST_BUFFER_PTS (buffer);
  if (GST_BUFFER_PTS_IS_VALID (copy))
    GST_BUFFER_PTS (copy) -= MIN (GST_BUFFER_PTS (copy), recorder->first_pts);
  GST_BUFFER_DTS (copy) = GST_CLOCK_TIME_NONE;
  return copy;
}

void
demo_recorder_push (DemoRecorder *recorder, GstSample *sample)
{
  GstAppSrc *source = GST_APP_SRC (recorder->source);

  g_mutex_lock (&recorder->lock);
  if (recorder->is_closed) {
    g_mutex_unlock (&recorder->lock);
    return;
  }
  if (!recorder->is_started) {
    recorder->is_started = TRUE;
    gst_element_set_state (recorder->pipeline, GST_STATE_PLAYING);
    g_print ("Writing %s\n", recorder->path);
  }
  gst_app_src_set_caps (source, gst_sample_get_caps (sample));
  gst_app_src_push_buffer (source, copy_from_zero (recorder, gst_sample_get_buffer (sample)));
  g_mutex_unlock (&recorder->lock);
}

static gboolean
on_bus_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  DemoRecorder *recorder = user_data;
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    g_printerr ("%s: %s\n", recorder->path, error->message);
  } else if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS) {
    return G_SOURCE_CONTINUE;
  }
  gst_element_set_state (recorder->pipeline, GST_STATE_NULL);
  if (error == NULL)
    g_print ("Saved %s\n", recorder->path);
  recorder->bus_watch = 0;
  recorder->finished (recorder, recorder->user_data);
  return G_SOURCE_REMOVE;
}

void
demo_recorder_finish (DemoRecorder *recorder, DemoRecorderFunc func, gpointer user_data)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (recorder->pipeline);
  gboolean is_started;

  g_mutex_lock (&recorder->lock);
  recorder->is_closed = TRUE;
  is_started = recorder->is_started;
  g_mutex_unlock (&recorder->lock);
  if (!is_started) {
    func (recorder, user_data);
    return;
  }
  recorder->finished = func;
  recorder->user_data = user_data;
  recorder->bus_watch = gst_bus_add_watch (bus, on_bus_message, recorder);
  gst_app_src_end_of_stream (GST_APP_SRC (recorder->source));
}
