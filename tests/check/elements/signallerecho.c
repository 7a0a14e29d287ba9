/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. Waits on conditions with a generous limit: real sockets on loopback. */
#include "signallerecho.h"

#include "signallerpeer.h"

#include <string.h>

#define LIMIT_US (30 * G_USEC_PER_SEC)

static void
send_back (GstWebRTCDataChannel *channel, const gchar *text, gpointer user_data)
{
  gst_webrtc_data_channel_send_string (channel, text);
}

static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, gpointer user_data)
{
  g_signal_connect (channel, "on-message-string", G_CALLBACK (send_back), NULL);
}

static void
on_session_started (GstElement *signaller, const gchar *id, GstElement *peer, gpointer user_data)
{
  g_signal_connect (peer, "on-data-channel", G_CALLBACK (on_data_channel), NULL);
}

void
signaller_echo_serve (SignallerHarness *harness)
{
  g_signal_connect (harness->signaller, "session-started", G_CALLBACK (on_session_started), NULL);
}

static void
on_open (GstWebRTCDataChannel *channel, gpointer user_data)
{
  Echo *echo = user_data;
  g_mutex_lock (&echo->lock);
  echo->is_open = TRUE;
  g_cond_signal (&echo->cond);
  g_mutex_unlock (&echo->lock);
}

static void
on_message (GstWebRTCDataChannel *channel, const gchar *text, gpointer user_data)
{
  Echo *echo = user_data;
  g_mutex_lock (&echo->lock);
  echo->n_faults += g_ascii_strtoull (text, NULL, 10) != echo->n_back;
  echo->n_back++;
  g_cond_signal (&echo->cond);
  g_mutex_unlock (&echo->lock);
}

static void
call (Echo *echo, SignallerHarness *harness)
{
  g_autofree gchar *offer = signaller_peer_offer (echo->peer, FALSE);
  g_autofree gchar *body = signaller_peer_print_offer (offer);
  g_autofree gchar *answer = NULL;
  gint64 start = g_get_monotonic_time ();
  Response response = signaller_harness_post (harness, "/doSignaling", body);
  if (response.status != 200)
    g_error ("%s", response.text);
  echo->answer_us = (guint) (g_get_monotonic_time () - start);
  echo->session_id = response_get_header (&response, "Session-Id");
  answer = signaller_peer_read_answer (response.body);
  signaller_peer_set_answer (echo->peer, answer);
  response_clear (&response);
}

void
echo_start (Echo *echo, SignallerHarness *harness)
{
  g_autoptr (GstStructure) options = gst_structure_new (
      "options", "ordered", G_TYPE_BOOLEAN, FALSE, "max-retransmits", G_TYPE_INT, 0, NULL);
  gint64 deadline = g_get_monotonic_time () + LIMIT_US;

  memset (echo, 0, sizeof *echo);
  g_mutex_init (&echo->lock);
  g_cond_init (&echo->cond);
  echo->pipeline = gst_pipeline_new (NULL);
  echo->peer = gst_element_factory_make ("rtcbin", NULL);
  gst_bin_add (GST_BIN (echo->pipeline), echo->peer);
  gst_element_set_state (echo->pipeline, GST_STATE_PLAYING);
  g_signal_emit_by_name (echo->peer, "create-data-channel", "echo", options, &echo->channel);
  g_assert_nonnull (echo->channel);
  g_signal_connect (echo->channel, "on-open", G_CALLBACK (on_open), echo);
  g_signal_connect (echo->channel, "on-message-string", G_CALLBACK (on_message), echo);
  call (echo, harness);
  g_mutex_lock (&echo->lock);
  while (!echo->is_open && g_cond_wait_until (&echo->cond, &echo->lock, deadline))
    ;
  g_assert_true (echo->is_open);
  g_mutex_unlock (&echo->lock);
}

guint
echo_ping (Echo *echo)
{
  gint64 start = g_get_monotonic_time ();
  gchar text[16];
  g_snprintf (text, sizeof text, "%u", echo->n_sent);
  gst_webrtc_data_channel_send_string (echo->channel, text);
  echo->n_sent++;
  g_mutex_lock (&echo->lock);
  while (
      echo->n_back < echo->n_sent && g_cond_wait_until (&echo->cond, &echo->lock, start + LIMIT_US))
    ;
  if (echo->n_back < echo->n_sent)
    g_error ("message %u was lost", echo->n_sent - 1);
  g_mutex_unlock (&echo->lock);
  return (guint) (g_get_monotonic_time () - start);
}

void
echo_hang_up (Echo *echo, SignallerHarness *harness)
{
  g_autofree gchar *path = g_strconcat ("/close?session=", echo->session_id, NULL);
  Response response = signaller_harness_post (harness, path, "");
  if (response.status != 204)
    g_error ("%s", response.text);
  response_clear (&response);
}

void
echo_stop (Echo *echo)
{
  g_assert_cmpuint (echo->n_back, ==, echo->n_sent);
  g_assert_cmpuint (echo->n_faults, ==, 0);
  gst_element_set_state (echo->pipeline, GST_STATE_NULL);
  g_clear_object (&echo->channel);
  gst_object_unref (echo->pipeline);
  g_free (echo->session_id);
  g_cond_clear (&echo->cond);
  g_mutex_clear (&echo->lock);
}

gboolean
echo_is_possible (void)
{
  static const gchar *const needed[] = { "rtcbin", "rtcice", "rtcdtls", "rtcsrtp", "rtcsctp",
    NULL };
  return signaller_elements_are_there (needed);
}
