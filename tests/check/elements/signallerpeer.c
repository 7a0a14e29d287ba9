/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. */
#include "signallerpeer.h"

#include <gst/webrtc/webrtc.h>
#include <string.h>

static GstWebRTCSessionDescription *
create_offer (GstElement *peer, gboolean is_restart)
{
  g_autoptr (GstStructure) options =
      is_restart ? gst_structure_new ("options", "ice-restart", G_TYPE_BOOLEAN, TRUE, NULL) : NULL;
  GstWebRTCSessionDescription *offer = NULL;
  GstPromise *promise = gst_promise_new ();
  g_signal_emit_by_name (peer, "create-offer", options, promise);
  g_assert_cmpint (gst_promise_wait (promise), ==, GST_PROMISE_RESULT_REPLIED);
  gst_structure_get (
      gst_promise_get_reply (promise), "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, NULL);
  gst_promise_unref (promise);
  g_assert_nonnull (offer);
  return offer;
}

gchar *
signaller_peer_create_offer (GstElement *peer, gboolean is_restart)
{
  g_autoptr (GstWebRTCSessionDescription) offer = create_offer (peer, is_restart);
  return gst_sdp_message_as_text (offer->sdp);
}

gchar *
signaller_peer_offer (GstElement *peer, gboolean is_restart)
{
  g_autoptr (GstWebRTCSessionDescription) offer = create_offer (peer, is_restart);
  g_signal_emit_by_name (peer, "set-local-description", offer, NULL);
  return gst_sdp_message_as_text (offer->sdp);
}

void
signaller_peer_set_answer (GstElement *peer, const gchar *sdp)
{
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  GstSDPMessage *message = NULL;
  g_assert_cmpint (gst_sdp_message_new_from_text (sdp, &message), ==, GST_SDP_OK);
  answer = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_ANSWER, message);
  g_signal_emit_by_name (peer, "set-remote-description", answer, NULL);
}

gchar *
signaller_peer_quote (const gchar *text)
{
  GString *quoted = g_string_new (NULL);
  for (const gchar *c = text; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\' || (guchar) *c < 0x20)
      g_string_append_printf (quoted, "\\u%04x", (guchar) *c);
    else
      g_string_append_c (quoted, *c);
  }
  return g_string_free (quoted, FALSE);
}

gchar *
signaller_peer_print_offer (const gchar *sdp)
{
  g_autofree gchar *quoted = signaller_peer_quote (sdp);
  return g_strdup_printf ("{\"type\":\"offer\",\"sdp\":\"%s\"}", quoted);
}

gchar *
signaller_peer_read_answer (const gchar *body)
{
  const gchar *start = strstr (body, "v=0");
  const gchar *end = start != NULL ? strrchr (start, '"') : NULL;
  GString *text;
  g_assert_nonnull (end);
  text = g_string_new_len (start, end - start);
  g_string_replace (text, "\\r\\n", "\r\n", 0);
  return g_string_free (text, FALSE);
}
