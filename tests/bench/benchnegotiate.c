/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptions, waited for: see benchnegotiate.h. */
#include "benchnegotiate.h"

#include <gst/sdp/sdp.h>

/* Waits for @promise (transfer full); says what went wrong, when something did. */
static gboolean
wait_for_reply (GstPromise *promise, const gchar *step)
{
  const GstStructure *reply;
  g_autoptr (GError) error = NULL;
  gboolean is_good = gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED;

  reply = is_good ? gst_promise_get_reply (promise) : NULL;
  if (reply != NULL && gst_structure_has_field (reply, "error"))
    gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL);
  if (!is_good || error != NULL)
    g_printerr ("%s: %s\n", step, error != NULL ? error->message : "no reply");
  gst_promise_unref (promise);
  return is_good && error == NULL;
}

GstWebRTCSessionDescription *
bench_create_description (GstElement *peer, const gchar *what, GstStructure *options)
{
  g_autofree gchar *signal = g_strdup_printf ("create-%s", what);
  GstPromise *promise = gst_promise_new ();
  GstWebRTCSessionDescription *description = NULL;

  g_signal_emit_by_name (peer, signal, options, promise);
  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED)
    gst_structure_get (gst_promise_get_reply (promise), what, GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
        &description, NULL);
  if (description == NULL) {
    wait_for_reply (promise, signal);
    return NULL;
  }
  gst_promise_unref (promise);
  return description;
}

gboolean
bench_apply_description (
    GstElement *peer, const gchar *signal, GstWebRTCSessionDescription *description)
{
  GstPromise *promise = gst_promise_new ();

  g_signal_emit_by_name (peer, signal, description, promise);
  return wait_for_reply (promise, signal);
}
