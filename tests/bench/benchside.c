/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BenchSide: see benchside.h. */
#include "benchside.h"

#include <gst/sdp/sdp.h>

#include "benchnegotiate.h"

struct _BenchSide {
  GstElement *element;
  BenchWire *wire;
  guint number;
  GMutex lock; /* held while a description is made and applied: an answer waits for its offer */
};

static JsonObject *
message_new (BenchSide *side, const gchar *type)
{
  JsonObject *message = bench_message_new (type);

  json_object_set_int_member (message, "peer", side->number);
  return message;
}

static void
on_candidate (GstElement *element, guint line, const gchar *candidate, BenchSide *side)
{
  JsonObject *message = message_new (side, "candidate");

  json_object_set_int_member (message, "line", line);
  json_object_set_string_member (message, "candidate", candidate);
  bench_wire_send (side->wire, message);
}

BenchSide *
bench_side_new (GstBin *pipeline, const gchar *element, BenchWire *wire, guint number)
{
  BenchSide *side;
  GstElement *peer = gst_element_factory_make (element, NULL);

  if (peer == NULL) {
    g_printerr ("There is no element %s.\n", element);
    return NULL;
  }
  side = g_new0 (BenchSide, 1);
  side->element = gst_object_ref_sink (peer);
  side->wire = wire;
  side->number = number;
  g_mutex_init (&side->lock);
  gst_util_set_object_arg (G_OBJECT (peer), "bundle-policy", "max-bundle");
  g_signal_connect (peer, "on-ice-candidate", G_CALLBACK (on_candidate), side);
  gst_bin_add (pipeline, peer);
  gst_element_sync_state_with_parent (peer);
  return side;
}

void
bench_side_free (BenchSide *side)
{
  if (side == NULL)
    return;
  g_signal_handlers_disconnect_by_data (side->element, side);
  gst_object_unref (side->element);
  g_mutex_clear (&side->lock);
  g_free (side);
}

GstElement *
bench_side_get_element (BenchSide *side)
{
  return side->element;
}

guint
bench_side_get_number (BenchSide *side)
{
  return side->number;
}

/* Sent before it is applied, so that it leaves before its candidates. */
static gboolean
describe (BenchSide *side, const gchar *what)
{
  g_autoptr (GstWebRTCSessionDescription) description =
      bench_create_description (side->element, what, NULL);
  g_autofree gchar *sdp = NULL;
  JsonObject *message;

  if (description == NULL)
    return FALSE;
  sdp = gst_sdp_message_as_text (description->sdp);
  message = message_new (side, what);
  json_object_set_string_member (message, "sdp", sdp);
  bench_wire_send (side->wire, message);
  return bench_apply_description (side->element, "set-local-description", description);
}

gboolean
bench_side_offer (BenchSide *side)
{
  gboolean is_applied;

  g_mutex_lock (&side->lock);
  is_applied = describe (side, "offer");
  g_mutex_unlock (&side->lock);
  return is_applied;
}

static gboolean
take_description (BenchSide *side, GstWebRTCSDPType type, const gchar *text)
{
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  GstSDPMessage *sdp;

  if (text == NULL || gst_sdp_message_new_from_text (text, &sdp) != GST_SDP_OK) {
    g_printerr ("The other side's description cannot be read.\n");
    return FALSE;
  }
  description = gst_webrtc_session_description_new (type, sdp);
  return bench_apply_description (side->element, "set-remote-description", description);
}

static gboolean
handle (BenchSide *side, JsonObject *message)
{
  const gchar *type = bench_message_get_type (message);
  const gchar *sdp = json_object_get_string_member_with_default (message, "sdp", NULL);

  if (g_str_equal (type, "offer"))
    return take_description (side, GST_WEBRTC_SDP_TYPE_OFFER, sdp) && describe (side, "answer");
  if (g_str_equal (type, "answer"))
    return take_description (side, GST_WEBRTC_SDP_TYPE_ANSWER, sdp);
  g_signal_emit_by_name (side->element, "add-ice-candidate",
      (guint) json_object_get_int_member_with_default (message, "line", 0),
      json_object_get_string_member_with_default (message, "candidate", ""));
  return TRUE;
}

gboolean
bench_side_handle (BenchSide *side, JsonObject *message)
{
  gboolean is_done;

  g_mutex_lock (&side->lock);
  is_done = handle (side, message);
  g_mutex_unlock (&side->lock);
  return is_done;
}

gboolean
bench_side_is_meant (JsonObject *message, guint *out_number)
{
  const gchar *const types[] = { "offer", "answer", "candidate", NULL };

  if (!g_strv_contains (types, bench_message_get_type (message)))
    return FALSE;
  *out_number = (guint) json_object_get_int_member_with_default (message, "peer", 0);
  return TRUE;
}
