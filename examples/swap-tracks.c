/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A browser sends several video tracks and gets one back, which shows each of them for some
 * seconds. Nothing is negotiated for a switch, and nothing is decoded: the next track begins with a
 * key frame, which is asked for, and the picture before it stays until it comes.
 *
 *   rtc-swap-tracks --interval 5
 */
#include "example.h"

#include <gst/app/app.h>
#include <gst/video/video.h>

#define DEPAYLOADER                                                                                \
  "rtpvp8depay request-keyframe=true wait-for-keyframe=true"                                       \
  " ! appsink name=frames sync=false async=false"
#define PAYLOADER "appsrc name=frames is-live=true format=time ! rtpvp8pay picture-id-mode=15-bit"

static gint interval_s = 5;

typedef struct {
  GMutex lock;
  /* Under lock. */
  GPtrArray *inputs; /* GstPad of the peer */
  guint active;
  gboolean waits_for_key_frame;
  GstClockTime switch_time;
  GstElement *output; /* appsrc in the session's bin */
} Session;

static void
session_free (gpointer data)
{
  Session *session = data;

  g_ptr_array_unref (session->inputs);
  g_mutex_clear (&session->lock);
  g_free (session);
}

/* --- from track to track --- */

static void
request_key_frame (GstPad *input)
{
  gst_pad_send_event (
      input, gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, FALSE, 0));
}

/* (transfer full): the track that is to begin with a key frame, NULL when it is not yet time. */
static GstPad *
switch_when_due (Session *session, GstClockTime now)
{
  if (!GST_CLOCK_TIME_IS_VALID (session->switch_time))
    session->switch_time = now + interval_s * GST_SECOND;
  if (now < session->switch_time || session->inputs->len < 2)
    return NULL;
  session->switch_time = now + interval_s * GST_SECOND;
  session->active = (session->active + 1) % session->inputs->len;
  session->waits_for_key_frame = TRUE;
  g_print ("Switched to track #%u of %u\n", session->active + 1, session->inputs->len);
  return gst_object_ref (g_ptr_array_index (session->inputs, session->active));
}

/* Whether @frame of @input is the next one of the track that goes out. */
static gboolean
passes (Session *session, GstPad *input, GstBuffer *frame)
{
  if (g_ptr_array_index (session->inputs, session->active) != input)
    return FALSE;
  if (!GST_BUFFER_FLAG_IS_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT))
    session->waits_for_key_frame = FALSE;
  return !session->waits_for_key_frame;
}

static GstFlowReturn
on_frame (GstAppSink *sink, gpointer input)
{
  Session *session = g_object_get_data (input, "session");
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstBuffer *frame = sample != NULL ? gst_sample_get_buffer (sample) : NULL;
  g_autoptr (GstElement) output = NULL;
  g_autoptr (GstPad) next = NULL;

  if (frame == NULL)
    return GST_FLOW_OK;
  g_mutex_lock (&session->lock);
  next = switch_when_due (session, GST_BUFFER_PTS (frame));
  if (session->output != NULL && passes (session, input, frame))
    output = gst_object_ref (session->output);
  g_mutex_unlock (&session->lock);
  if (next != NULL)
    request_key_frame (next);
  if (output != NULL)
    gst_app_src_push_sample (GST_APP_SRC (output), sample);
  return GST_FLOW_OK;
}

/* --- the ends --- */

/* Adds a chain of elements to the peer's bin. */
static GstElement *
add_chain (GstElement *peer, const gchar *description)
{
  g_autoptr (GstObject) bin = gst_object_get_parent (GST_OBJECT (peer));
  GstElement *chain = gst_parse_bin_from_description (description, TRUE, NULL);

  gst_bin_add (GST_BIN (bin), chain);
  return chain;
}

static void
on_pad_added (GstElement *peer, GstPad *pad, Session *session)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_frame };
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) sink_pad = NULL;
  GstElement *chain;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  chain = add_chain (peer, DEPAYLOADER);
  sink = gst_bin_get_by_name (GST_BIN (chain), "frames");
  sink_pad = gst_element_get_static_pad (chain, "sink");
  g_mutex_lock (&session->lock);
  g_ptr_array_add (session->inputs, pad);
  g_print ("Got track #%u\n", session->inputs->len);
  g_mutex_unlock (&session->lock);
  g_object_set_data (G_OBJECT (pad), "session", session);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, pad, NULL);
  gst_pad_link (pad, sink_pad);
  gst_element_sync_state_with_parent (chain);
}

/* The page wants a key frame: the track that it sees makes one. */
static GstPadProbeReturn
on_upstream_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Session *session = user_data;
  g_autoptr (GstPad) input = NULL;

  if (!gst_video_event_is_force_key_unit (GST_PAD_PROBE_INFO_EVENT (info)))
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&session->lock);
  if (session->inputs->len > 0)
    input = gst_object_ref (g_ptr_array_index (session->inputs, session->active));
  g_mutex_unlock (&session->lock);
  if (input != NULL)
    request_key_frame (input);
  return GST_PAD_PROBE_OK;
}

/* The first m= section with video is the way back as well. */
static void
on_new_transceiver (GstElement *peer, GstWebRTCRTPTransceiver *transceiver, Session *session)
{
  g_autofree gchar *pad_name = NULL;
  g_autoptr (GstPad) pad = NULL;
  GstElement *chain;
  GstWebRTCKind kind;
  guint line;

  g_object_get (transceiver, "kind", &kind, "mlineindex", &line, NULL);
  if (kind != GST_WEBRTC_KIND_VIDEO || session->output != NULL)
    return;
  chain = add_chain (peer, PAYLOADER);
  pad_name = g_strdup_printf ("sink_%u", line);
  gst_element_link_pads (chain, "src", peer, pad_name);
  pad = gst_element_get_static_pad (chain, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_upstream_event, session, NULL);
  gst_element_sync_state_with_parent (chain);
  g_mutex_lock (&session->lock);
  session->output = gst_bin_get_by_name (GST_BIN (chain), "frames");
  gst_object_unref (session->output);
  g_mutex_unlock (&session->lock);
}

static GstElement *
make_session (const gchar *id, gpointer user_data, GError **error)
{
  GstElement *bin =
      gst_parse_bin_from_description ("rtcbin name=peer video-codecs=VP8", FALSE, error);
  g_autoptr (GstElement) peer = bin != NULL ? gst_bin_get_by_name (GST_BIN (bin), "peer") : NULL;
  Session *session;

  if (peer == NULL)
    return NULL;
  session = g_new0 (Session, 1);
  g_mutex_init (&session->lock);
  session->inputs = g_ptr_array_new ();
  session->switch_time = GST_CLOCK_TIME_NONE;
  g_object_set_data_full (G_OBJECT (bin), "session", session, session_free);
  g_signal_connect (peer, "pad-added", G_CALLBACK (on_pad_added), session);
  g_signal_connect (peer, "on-new-transceiver", G_CALLBACK (on_new_transceiver), session);
  return bin;
}

int
main (int argc, char **argv)
{
  const GOptionEntry options[] = {
    { "interval", 'n', 0, G_OPTION_ARG_INT, &interval_s, "Seconds that each track is shown (5)",
        "N" },
    { NULL },
  };
  const ExampleInfo info = { "- shows a browser one of its tracks after the other", NULL, options,
    .http_port = 8080, .page = "swap-tracks.html" };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);

  if (interval_s < 1 || interval_s > 3600) {
    g_printerr ("--interval is a number of seconds from 1 to 3600\n");
    return 2;
  }
  example_serve (example, make_session, NULL);
  return example_run (example);
}
