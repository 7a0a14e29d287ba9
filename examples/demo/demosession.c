/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DemoSession: see demosession.h. */
#include "demosession.h"

#include "demorecorder.h"

#include <gst/app/app.h>
#include <gst/webrtc/webrtc.h>

#define MESSAGE_LIMIT_LETTERS 200

/* One row for each thing that a browser sends and that can be kept. */
typedef struct {
  const gchar *encoding;
  const gchar *depayloader;
  const gchar *muxer;
  const gchar *suffix;
} DemoFormat;

static const DemoFormat formats[] = {
  { "VP8", "rtpvp8depay request-keyframe=true wait-for-keyframe=true", "ivfmux", "ivf" },
  { "VP9", "rtpvp9depay request-keyframe=true wait-for-keyframe=true", "ivfmux", "ivf" },
  { "OPUS", "rtpopusdepay", "opusparse ! oggmux", "ogg" },
};

struct _DemoSession {
  const DemoConfig *config;
  gchar *name;
  GstElement *bin;
  GstElement *peer;
  DemoSessionFunc finished;
  gpointer user_data;
  guint open_recorders; /* main thread */

  GMutex lock;
  /* Under lock: */
  GstWebRTCDataChannel *channel;
  GPtrArray *recorders; /* of DemoRecorder */
};

/* --- data channel --- */

/* What a peer wrote, made fit for a terminal: short, and without control characters. */
static gchar *
make_printable (const gchar *text)
{
  gchar *line = g_utf8_strlen (text, -1) > MESSAGE_LIMIT_LETTERS
      ? g_utf8_substring (text, 0, MESSAGE_LIMIT_LETTERS)
      : g_strdup (text);

  for (gchar *letter = line; *letter != '\0'; letter++)
    if (g_ascii_iscntrl (*letter))
      *letter = '?';
  return line;
}

static void
on_message_string (GstWebRTCDataChannel *channel, const gchar *text, DemoSession *session)
{
  g_autofree gchar *line = make_printable (text != NULL ? text : "");

  g_print ("%s: Message from DataChannel: '%s'\n", session->name, line);
}

static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, DemoSession *session)
{
  g_autofree gchar *label = NULL;
  gint id;

  g_object_get (channel, "label", &label, "id", &id, NULL);
  g_print ("%s: Data channel '%s'-'%d' open\n", session->name, label, id);
  g_signal_connect (channel, "on-message-string", G_CALLBACK (on_message_string), session);
  if (g_strcmp0 (label, "data") != 0)
    return;
  g_mutex_lock (&session->lock);
  g_set_object (&session->channel, channel);
  g_mutex_unlock (&session->lock);
}

void
demo_session_send (DemoSession *session, const gchar *text)
{
  g_autoptr (GstWebRTCDataChannel) channel = NULL;
  GstWebRTCDataChannelState state;

  g_mutex_lock (&session->lock);
  if (session->channel != NULL)
    channel = g_object_ref (session->channel);
  g_mutex_unlock (&session->lock);
  if (channel == NULL)
    return;
  g_object_get (channel, "ready-state", &state, NULL);
  if (state == GST_WEBRTC_DATA_CHANNEL_STATE_OPEN)
    g_signal_emit_by_name (channel, "send-string", text);
}

/* --- states --- */

static gchar *
get_nick (GObject *object, const gchar *property)
{
  g_auto (GValue) value = G_VALUE_INIT;
  GEnumClass *type;
  GEnumValue *entry;

  g_object_get_property (object, property, &value);
  type = G_ENUM_CLASS (g_type_class_peek (G_VALUE_TYPE (&value)));
  entry = g_enum_get_value (type, g_value_get_enum (&value));
  return g_strdup (entry != NULL ? entry->value_nick : "?");
}

static void
on_state (GObject *peer, GParamSpec *property, DemoSession *session)
{
  g_autofree gchar *nick = get_nick (peer, property->name);
  gboolean is_ice = g_str_equal (property->name, "ice-connection-state");

  g_print (
      "%s: %s Connection State has changed: %s\n", session->name, is_ice ? "ICE" : "Peer", nick);
}

/* --- what the browser sends --- */

static GstFlowReturn
on_new_sample (GstAppSink *sink, gpointer recorder)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (sample != NULL)
    demo_recorder_push (recorder, sample);
  return GST_FLOW_OK;
}

static const DemoFormat *
find_format (GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *structure;
  const gchar *encoding;

  if (caps == NULL)
    caps = gst_pad_query_caps (pad, NULL);
  if (gst_caps_is_empty (caps) || gst_caps_is_any (caps))
    return NULL;
  structure = gst_caps_get_structure (caps, 0);
  encoding = gst_structure_get_string (structure, "encoding-name");
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (encoding != NULL && g_ascii_strcasecmp (encoding, formats[i].encoding) == 0)
      return &formats[i];
  return NULL;
}

/* The second track of a kind gets a number, so that no file is written twice. */
static DemoRecorder *
add_recorder (DemoSession *session, const DemoFormat *format)
{
  guint number = session->recorders->len;
  g_autofree gchar *tail = number < 2 ? g_strdup ("") : g_strdup_printf ("-%u", number);
  g_autofree gchar *file = g_strdup_printf ("%s%s.%s", session->name, tail, format->suffix);
  g_autofree gchar *path = g_build_filename (session->config->output, file, NULL);
  g_autoptr (GError) error = NULL;
  DemoRecorder *recorder = demo_recorder_new (format->muxer, path, &error);

  if (recorder == NULL) {
    g_printerr ("%s: cannot save to %s: %s\n", session->name, path, error->message);
    return NULL;
  }
  g_mutex_lock (&session->lock);
  g_ptr_array_add (session->recorders, recorder);
  g_mutex_unlock (&session->lock);
  return recorder;
}

static void
link_chain (DemoSession *session, GstPad *pad, const gchar *launch, DemoRecorder *recorder)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_new_sample };
  GstElement *chain = gst_parse_bin_from_description (launch, TRUE, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (chain), "samples");
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (chain, "sink");

  if (recorder != NULL && sink != NULL)
    gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, recorder, NULL);
  gst_bin_add (GST_BIN (session->bin), chain);
  gst_element_sync_state_with_parent (chain);
  gst_pad_link (pad, sink_pad);
}

static void
on_pad_added (GstElement *peer, GstPad *pad, DemoSession *session)
{
  const DemoFormat *format;
  DemoRecorder *recorder;
  g_autofree gchar *launch = NULL;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  format = find_format (pad);
  recorder = format != NULL ? add_recorder (session, format) : NULL;
  if (recorder == NULL) {
    link_chain (session, pad, "fakesink sync=false async=false", NULL);
    return;
  }
  launch =
      g_strdup_printf ("%s ! appsink name=samples sync=false async=false", format->depayloader);
  link_chain (session, pad, launch, recorder);
}

/* --- the session --- */

static gchar *
describe_bin (const DemoConfig *config)
{
  return g_strdup_printf (
      "videotestsrc is-live=true pattern=ball ! "
      "video/x-raw,format=I420,width=640,height=360,framerate=30/1"
      " ! clockoverlay shaded-background=true font-desc=\"Sans 24\" ! queue leaky=downstream"
      " ! %senc deadline=1 cpu-used=8 keyframe-max-dist=60 target-bitrate=800000"
      " ! rtp%spay ! peer."
      " audiotestsrc is-live=true wave=ticks volume=0.2 ! audioconvert ! audioresample"
      " ! queue leaky=downstream ! opusenc ! rtpopuspay ! peer."
      " %s name=peer bundle-policy=max-bundle",
      config->codec, config->codec, config->peer);
}

static void
demo_session_free (DemoSession *session)
{
  if (session->peer != NULL)
    g_signal_handlers_disconnect_by_data (session->peer, session);
  if (session->channel != NULL)
    g_signal_handlers_disconnect_by_data (session->channel, session);
  g_clear_object (&session->channel);
  g_clear_pointer (&session->recorders, g_ptr_array_unref);
  g_clear_object (&session->peer);
  g_clear_object (&session->bin);
  g_mutex_clear (&session->lock);
  g_free (session->name);
  g_free (session);
}

DemoSession *
demo_session_new (const DemoConfig *config, const gchar *name, GError **error)
{
  g_autofree gchar *launch = describe_bin (config);
  GstElement *bin = gst_parse_bin_from_description (launch, FALSE, error);
  DemoSession *session;

  if (bin == NULL)
    return NULL;
  session = g_new0 (DemoSession, 1);
  g_mutex_init (&session->lock);
  session->config = config;
  session->name = g_strdup (name);
  session->recorders = g_ptr_array_new_with_free_func ((GDestroyNotify) demo_recorder_free);
  session->bin = gst_object_ref_sink (bin);
  session->peer = gst_bin_get_by_name (GST_BIN (bin), "peer");
  /* One codec in both directions, so that the camera is saved as the option says. */
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (session->peer), "video-codecs") != NULL)
    g_object_set (session->peer, "video-codecs", config->codec, NULL);
  g_signal_connect (session->peer, "pad-added", G_CALLBACK (on_pad_added), session);
  g_signal_connect (session->peer, "on-data-channel", G_CALLBACK (on_data_channel), session);
  g_signal_connect (session->peer, "notify::ice-connection-state", G_CALLBACK (on_state), session);
  g_signal_connect (session->peer, "notify::connection-state", G_CALLBACK (on_state), session);
  return session;
}

GstElement *
demo_session_get_bin (DemoSession *session)
{
  return session->bin;
}

const gchar *
demo_session_get_name (DemoSession *session)
{
  return session->name;
}

static void
recorder_finished (DemoRecorder *recorder, gpointer user_data)
{
  DemoSession *session = user_data;

  if (--session->open_recorders > 0)
    return;
  session->finished (session, session->user_data);
  demo_session_free (session);
}

void
demo_session_finish (DemoSession *session, DemoSessionFunc func, gpointer user_data)
{
  g_autoptr (GPtrArray) recorders = NULL;

  gst_element_set_state (session->bin, GST_STATE_NULL);
  session->finished = func;
  session->user_data = user_data;
  g_mutex_lock (&session->lock);
  recorders = g_ptr_array_ref (session->recorders);
  g_mutex_unlock (&session->lock);
  /* One more than there are, so that the session outlives this loop. */
  session->open_recorders = recorders->len + 1;
  for (guint i = 0; i < recorders->len; i++)
    demo_recorder_finish (recorders->pdata[i], recorder_finished, session);
  recorder_finished (NULL, session);
}
