/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One side of the scenario processes, with a GStreamer element: it speaks the lines that
 * docs/performance.md lists, as the scripts of other stacks do (tests/interop/peers/flood*).
 */
#include "bench.h"
#include "benchflood.h"
#include "benchswitch.h"

#define STEP_TIMEOUT_US (600 * G_USEC_PER_SEC)

typedef struct {
  BenchWire *wire;
  BenchSwitch *sides;
  GstElement *pipeline;
  GstWebRTCDataChannel *channel;
  BenchFlood *flood;
  gint64 received_bytes; /* atomic */
  gint is_open;          /* atomic */
} Peer;

static void
on_open (GstWebRTCDataChannel *channel, Peer *peer)
{
  if (g_atomic_int_compare_and_exchange (&peer->is_open, FALSE, TRUE))
    bench_wire_send (peer->wire, bench_message_new ("open"));
}

static void
on_data_channel (GstElement *element, GstWebRTCDataChannel *channel, Peer *peer)
{
  GstWebRTCDataChannelState state;

  g_set_object (&peer->channel, channel);
  bench_flood_count (channel, &peer->received_bytes);
  g_signal_connect (channel, "on-open", G_CALLBACK (on_open), peer);
  g_object_get (channel, "ready-state", &state, NULL);
  if (state == GST_WEBRTC_DATA_CHANNEL_STATE_OPEN)
    on_open (channel, peer);
}

static gboolean
prepare (Peer *peer, const gchar *element, JsonObject *message)
{
  BenchSide *side = bench_side_new (GST_BIN (peer->pipeline), element, peer->wire, 0);
  const gchar *role = json_object_get_string_member (message, "role");

  if (!bench_switch_add (peer->sides, side))
    return FALSE;
  if (!g_str_equal (role, "send")) {
    g_signal_connect (
        bench_side_get_element (side), "on-data-channel", G_CALLBACK (on_data_channel), peer);
    bench_wire_send (peer->wire, bench_message_new ("prepared"));
    return TRUE;
  }
  g_signal_emit_by_name (
      bench_side_get_element (side), "create-data-channel", "data", NULL, &peer->channel);
  if (peer->channel == NULL)
    return FALSE;
  g_signal_connect (peer->channel, "on-open", G_CALLBACK (on_open), peer);
  bench_wire_send (peer->wire, bench_message_new ("prepared"));
  return bench_side_offer (side);
}

static void
count (Peer *peer)
{
  JsonObject *message = bench_message_new ("count");

  json_object_set_int_member (
      message, "bytes", __atomic_load_n (&peer->received_bytes, __ATOMIC_RELAXED));
  bench_wire_send (peer->wire, message);
}

/* FALSE: the end. */
static gboolean
obey (Peer *peer, const gchar *element)
{
  g_autoptr (JsonObject) message = bench_switch_wait (peer->sides, NULL, STEP_TIMEOUT_US);
  const gchar *type = message != NULL ? bench_message_get_type (message) : "quit";

  if (g_str_equal (type, "prepare"))
    return prepare (peer, element, message);
  if (g_str_equal (type, "start"))
    peer->flood =
        bench_flood_new (peer->channel, (gsize) json_object_get_int_member (message, "size"));
  else if (g_str_equal (type, "count"))
    count (peer);
  return !g_str_equal (type, "quit");
}

gboolean
bench_run_peer (const BenchOptions *options)
{
  Peer peer = { .wire = bench_wire_new_child () };

  peer.sides = bench_switch_new (peer.wire);
  peer.pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_element_set_state (peer.pipeline, GST_STATE_PLAYING);
  while (obey (&peer, options->element))
    continue;
  /* The other process measured, and what is still buffered is of no use. */
  exit (0);
}
