/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. Waits on conditions with a generous limit: real sockets on loopback. */
#include "signallerbrowser.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define LIMIT_US (20 * G_USEC_PER_SEC)

static void
channel_opened (GstWebRTCDataChannel *channel, gpointer user_data)
{
  Browser *browser = user_data;
  g_mutex_lock (&browser->lock);
  browser->is_open = TRUE;
  g_cond_signal (&browser->cond);
  g_mutex_unlock (&browser->lock);
}

void
browser_start (Browser *browser, const gchar *factory)
{
  memset (browser, 0, sizeof *browser);
  g_mutex_init (&browser->lock);
  g_cond_init (&browser->cond);
  browser->pipeline = gst_pipeline_new (NULL);
  browser->peer = gst_element_factory_make (factory, NULL);
  gst_util_set_object_arg (G_OBJECT (browser->peer), "bundle-policy", "max-bundle");
  gst_bin_add (GST_BIN (browser->pipeline), browser->peer);
  gst_element_set_state (browser->pipeline, GST_STATE_PLAYING);
  g_signal_emit_by_name (browser->peer, "create-data-channel", "data", NULL, &browser->channel);
  g_assert_nonnull (browser->channel);
  g_signal_connect (browser->channel, "on-open", G_CALLBACK (channel_opened), browser);
}

static GstWebRTCSessionDescription *
browser_offer (Browser *browser, gboolean is_restart)
{
  GstWebRTCSessionDescription *offer = NULL;
  GstPromise *promise = gst_promise_new ();
  g_autoptr (GstStructure) options =
      gst_structure_new ("options", "ice-restart", G_TYPE_BOOLEAN, is_restart, NULL);
  g_signal_emit_by_name (browser->peer, "create-offer", options, promise);
  g_assert_cmpint (gst_promise_wait (promise), ==, GST_PROMISE_RESULT_REPLIED);
  gst_structure_get (
      gst_promise_get_reply (promise), "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, NULL);
  gst_promise_unref (promise);
  g_assert_nonnull (offer);
  return offer;
}

void
browser_stop (Browser *browser)
{
  gst_element_set_state (browser->pipeline, GST_STATE_NULL);
  g_clear_object (&browser->channel);
  g_free (browser->answer);
  gst_object_unref (browser->pipeline);
  g_cond_clear (&browser->cond);
  g_mutex_clear (&browser->lock);
}

/* The line ends of SDP are the only thing in it that JSON escapes. */
static gchar *
to_json (const GstWebRTCSessionDescription *offer)
{
  g_autofree gchar *sdp = gst_sdp_message_as_text (offer->sdp);
  g_autoptr (GString) text = g_string_new (sdp);
  g_string_replace (text, "\r\n", "\\r\\n", 0);
  return g_strdup_printf ("{\"type\":\"offer\",\"sdp\":\"%s\"}", text->str);
}

static GstWebRTCSessionDescription *
read_answer (const Response *response)
{
  const gchar *start = strstr (response->body, "v=0");
  const gchar *end = start != NULL ? strrchr (start, '"') : NULL;
  g_autoptr (GString) text = NULL;
  GstSDPMessage *message = NULL;

  g_assert_nonnull (end);
  text = g_string_new_len (start, end - start);
  g_string_replace (text, "\\r\\n", "\r\n", 0);
  g_assert_nonnull (strstr (text->str, "a=candidate:"));
  g_assert_cmpint (gst_sdp_message_new_from_text (text->str, &message), ==, GST_SDP_OK);
  return gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_ANSWER, message);
}

void
browser_call (Browser *browser, SignallerHarness *harness, gboolean is_restart)
{
  g_autoptr (GstWebRTCSessionDescription) offer = browser_offer (browser, is_restart);
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  g_autofree gchar *body = to_json (offer);
  Response response;

  g_signal_emit_by_name (browser->peer, "set-local-description", offer, NULL);
  response = signaller_harness_post (harness, "/doSignaling", body);
  if (response.status != 200)
    g_error ("%s", response.text);
  answer = read_answer (&response);
  g_signal_emit_by_name (browser->peer, "set-remote-description", answer, NULL);
  response_clear (&response);
  g_free (browser->answer);
  browser->answer = gst_sdp_message_as_text (answer->sdp);
}

gchar *
browser_wait_connected (Browser *browser, SignallerHarness *harness)
{
  gchar *id = signaller_harness_wait_field (harness, "rtc-session-connected", "session-id");
  gint64 deadline = g_get_monotonic_time () + LIMIT_US;
  g_mutex_lock (&browser->lock);
  while (!browser->is_open) {
    if (!g_cond_wait_until (&browser->cond, &browser->lock, deadline))
      g_error ("the data channel does not open");
  }
  g_mutex_unlock (&browser->lock);
  return id;
}

gchar *
browser_connect (Browser *browser, SignallerHarness *harness, const gchar *factory)
{
  browser_start (browser, factory);
  browser_call (browser, harness, FALSE);
  return browser_wait_connected (browser, harness);
}
