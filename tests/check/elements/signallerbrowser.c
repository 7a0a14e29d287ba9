/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. Waits on conditions with a generous limit: real sockets on loopback. */
#include "signallerbrowser.h"

#include "signallerpeer.h"

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

void
browser_call (Browser *browser, SignallerHarness *harness, gboolean is_restart)
{
  g_autofree gchar *offer = signaller_peer_offer (browser->peer, is_restart);
  g_autofree gchar *body = signaller_peer_print_offer (offer);
  Response response = signaller_harness_post (harness, "/doSignaling", body);

  if (response.status != 200)
    g_error ("%s", response.text);
  g_free (browser->answer);
  browser->answer = signaller_peer_read_answer (response.body);
  g_assert_nonnull (strstr (browser->answer, "a=candidate:"));
  signaller_peer_set_answer (browser->peer, browser->answer);
  response_clear (&response);
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
