/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the data channel examples do with a channel: see example.h. */
#include "example.h"

#define MESSAGE_INTERVAL_S 5
#define MESSAGE_LENGTH 15
#define TIME_INTERVAL_S 3

static void
print_channel (GstWebRTCDataChannel *channel, const gchar *what)
{
  g_autofree gchar *label = NULL;
  gint id = -1;

  g_object_get (channel, "label", &label, "id", &id, NULL);
  g_print ("Data channel '%s'-'%d' %s\n", label, id, what);
}

static gboolean
is_open (GstWebRTCDataChannel *channel)
{
  GstWebRTCDataChannelState state;

  g_object_get (channel, "ready-state", &state, NULL);
  return state == GST_WEBRTC_DATA_CHANNEL_STATE_OPEN;
}

static void
on_open (GstWebRTCDataChannel *channel, gpointer user_data)
{
  print_channel (channel, "open");
}

static void
on_close (GstWebRTCDataChannel *channel, gpointer user_data)
{
  print_channel (channel, "closed");
}

void
example_watch_channel (GstWebRTCDataChannel *channel)
{
  g_signal_connect (channel, "on-open", G_CALLBACK (on_open), NULL);
  g_signal_connect (channel, "on-close", G_CALLBACK (on_close), NULL);
  if (is_open (channel))
    on_open (channel, NULL);
}

/* --- random messages --- */

typedef struct {
  GstWebRTCDataChannel *channel;
  guint close_after;
  guint n_sent;
} Talk;

static void
talk_free (gpointer data)
{
  Talk *talk = data;

  g_object_unref (talk->channel);
  g_free (talk);
}

/* On the main thread. */
static gboolean
send_random (gpointer data)
{
  Talk *talk = data;
  gchar text[MESSAGE_LENGTH + 1] = "";

  if (!is_open (talk->channel))
    return G_SOURCE_REMOVE;
  for (gint i = 0; i < MESSAGE_LENGTH; i++)
    text[i] = (gchar) g_random_int_range ('a', 'z' + 1);
  g_print ("Sending '%s'\n", text);
  g_signal_emit_by_name (talk->channel, "send-string", text);
  if (++talk->n_sent != talk->close_after)
    return G_SOURCE_CONTINUE;
  g_print ("Sent %u messages, closing the channel\n", talk->n_sent);
  g_signal_emit_by_name (talk->channel, "close");
  return G_SOURCE_REMOVE;
}

static void
on_open_to_talk (GstWebRTCDataChannel *channel, gpointer close_after)
{
  Talk *talk = g_new0 (Talk, 1);
  g_autofree gchar *text = g_strdup_printf (
      "open. Random messages will now be sent every %d seconds", MESSAGE_INTERVAL_S);

  print_channel (channel, text);
  talk->channel = g_object_ref (channel);
  talk->close_after = GPOINTER_TO_UINT (close_after);
  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, MESSAGE_INTERVAL_S, send_random, talk, talk_free);
}

static void
on_message (GstWebRTCDataChannel *channel, const gchar *text, gpointer user_data)
{
  g_print ("Message from DataChannel: '%s'\n", text != NULL ? text : "");
}

void
example_talk (GstWebRTCDataChannel *channel, guint close_after)
{
  gpointer data = GUINT_TO_POINTER (close_after);

  g_signal_connect (channel, "on-message-string", G_CALLBACK (on_message), NULL);
  g_signal_connect (channel, "on-open", G_CALLBACK (on_open_to_talk), data);
  g_signal_connect (channel, "on-close", G_CALLBACK (on_close), NULL);
  if (is_open (channel))
    on_open_to_talk (channel, data);
}

/* --- the time --- */

static gboolean
send_time (gpointer channel)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree gchar *text = g_date_time_format (now, "%Y-%m-%d %H:%M:%S.%f %z");
  GstWebRTCDataChannelState state;

  g_object_get (channel, "ready-state", &state, NULL);
  if (state == GST_WEBRTC_DATA_CHANNEL_STATE_OPEN)
    g_signal_emit_by_name (channel, "send-string", text);
  return state <= GST_WEBRTC_DATA_CHANNEL_STATE_OPEN ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

void
example_tell_time (GstWebRTCDataChannel *channel)
{
  g_signal_connect (channel, "on-message-string", G_CALLBACK (on_message), NULL);
  g_timeout_add_seconds_full (
      G_PRIORITY_DEFAULT, TIME_INTERVAL_S, send_time, g_object_ref (channel), g_object_unref);
}
