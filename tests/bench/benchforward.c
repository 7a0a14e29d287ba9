/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenario forward: a relay. One peer receives a video, and as many others as there are
 * destinations send its packets on, all in this process; publisher and destinations are in another
 * one (benchends.c), so what this process takes is what forwarding costs. The relay is what
 * gst-launch-1.0 would make: a tee between the receiver's source pad and the senders' sink pads.
 */
#include "bench.h"
#include "benchswitch.h"

#define STEP_TIMEOUT_US (60 * G_USEC_PER_SEC)
#define IDLE_US (2 * G_USEC_PER_SEC)

typedef struct {
  const BenchOptions *options;
  guint n_destinations;
  BenchWire *wire;
  BenchSwitch *sides;
  GstElement *pipeline;
  GstElement *tee;
} Relay;

static void
on_pad_added (GstElement *element, GstPad *pad, Relay *relay)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (relay->tee, "sink");

  if (GST_PAD_DIRECTION (pad) == GST_PAD_SRC && !gst_pad_is_linked (sink))
    gst_pad_link (pad, sink);
}

static gboolean
wait_for_caps (GstElement *element, const gchar *name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);
  gint64 deadline = g_get_monotonic_time () + STEP_TIMEOUT_US;

  while (!gst_pad_has_current_caps (pad)) {
    if (g_get_monotonic_time () > deadline) {
      g_printerr ("No caps arrived at %s of %s.\n", name, GST_OBJECT_NAME (element));
      return FALSE;
    }
    g_usleep (G_TIME_SPAN_MILLISECOND);
  }
  return TRUE;
}

static gboolean
add_receiver (Relay *relay)
{
  BenchSide *side =
      bench_side_new (GST_BIN (relay->pipeline), relay->options->element, relay->wire, 0);

  if (side == NULL)
    return FALSE;
  /* A relay leaves the waiting to its destinations. */
  g_object_set (bench_side_get_element (side), "latency", 0, NULL);
  g_signal_connect (bench_side_get_element (side), "pad-added", G_CALLBACK (on_pad_added), relay);
  return bench_switch_add (relay->sides, side);
}

static gboolean
add_destination (Relay *relay, guint number)
{
  BenchSide *side =
      bench_side_new (GST_BIN (relay->pipeline), relay->options->element, relay->wire, number);
  GstElement *element;

  if (!bench_switch_add (relay->sides, side))
    return FALSE;
  element = bench_side_get_element (side);
  if (!gst_element_link_pads (relay->tee, "src_%u", element, "sink_0")) {
    g_printerr ("tee does not link to sink_0.\n");
    return FALSE;
  }
  return wait_for_caps (element, "sink_0") && bench_side_offer (side);
}

/* Until each destination has got a packet. */
static gboolean
connect_all (Relay *relay, gint packet_rate)
{
  JsonObject *message = bench_message_new ("prepare");
  g_autoptr (JsonObject) flowing = NULL;

  if (!add_receiver (relay)) {
    json_object_unref (message);
    return FALSE;
  }
  json_object_set_int_member (message, "destinations", relay->n_destinations);
  json_object_set_int_member (message, "packet-rate", packet_rate);
  bench_wire_send (relay->wire, message);
  if (!wait_for_caps (relay->tee, "sink"))
    return FALSE;
  for (guint i = 1; i <= relay->n_destinations; i++)
    if (!add_destination (relay, i))
      return FALSE;
  flowing = bench_switch_wait (relay->sides, "flowing", STEP_TIMEOUT_US);
  return flowing != NULL;
}

static void
print_figure (
    Relay *relay, const gchar *what, const gchar *unit, BenchDirection direction, gdouble value)
{
  g_autofree gchar *name = g_strdup_printf ("%s, relay to %u peers", what, relay->n_destinations);

  bench_print_figure (name, unit, direction, value);
}

static gboolean
measure (Relay *relay)
{
  BenchUsage start, idle, busy;
  gint64 begin_us = g_get_monotonic_time ();
  gdouble idle_rate, cpu_us, n_forwarded, n_received;
  g_autoptr (JsonObject) done = NULL;

  bench_usage_get (&start);
  g_usleep (IDLE_US);
  bench_usage_get (&idle);
  idle_rate = (gdouble) (idle.cpu_us - start.cpu_us) / (g_get_monotonic_time () - begin_us);
  begin_us = g_get_monotonic_time ();
  bench_wire_send (relay->wire, bench_message_new ("start"));
  done = bench_switch_wait (
      relay->sides, "done", STEP_TIMEOUT_US + relay->options->seconds * G_USEC_PER_SEC);
  if (done == NULL)
    return FALSE;
  bench_usage_get (&busy);
  cpu_us = busy.cpu_us - idle.cpu_us - idle_rate * (g_get_monotonic_time () - begin_us);
  n_forwarded = (gdouble) json_object_get_int_member (done, "sent") * relay->n_destinations;
  n_received = (gdouble) json_object_get_int_member (done, "received");
  if (n_received > 0)
    print_figure (relay, "CPU of an RTP packet and destination", "us", BENCH_LOWER_IS_BETTER,
        cpu_us / n_received);
  print_figure (relay, "RTP packets lost", "%", BENCH_LOWER_IS_BETTER,
      100 * (n_forwarded - n_received) / MAX (n_forwarded, 1));
  print_figure (relay, "threads", "", BENCH_LOWER_IS_BETTER, busy.threads);
  return TRUE;
}

static gboolean
run_relay (Relay *relay)
{
  gint packet_rate = MAX (relay->options->forward_rate / (gint) relay->n_destinations, 1);
  gboolean is_done;

  relay->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  relay->tee = gst_element_factory_make ("tee", NULL);
  g_object_set (relay->tee, "allow-not-linked", TRUE, NULL);
  gst_bin_add (GST_BIN (relay->pipeline), relay->tee);
  gst_element_set_state (relay->pipeline, GST_STATE_PLAYING);
  is_done = connect_all (relay, packet_rate);
  if (is_done) {
    bench_wire_send (relay->wire, bench_message_new ("pause"));
    is_done = measure (relay);
  }
  gst_element_set_state (relay->pipeline, GST_STATE_NULL);
  return is_done;
}

static gboolean
run_destinations (const BenchOptions *options, guint n_destinations)
{
  g_auto (GStrv) command = bench_make_command (options, "ends", options->ends);
  Relay relay = { .options = options, .n_destinations = n_destinations };
  gboolean is_done;

  relay.wire = bench_wire_spawn ((const gchar *const *) command);
  if (relay.wire == NULL)
    return FALSE;
  relay.sides = bench_switch_new (relay.wire);
  is_done = run_relay (&relay);
  bench_wire_send (relay.wire, bench_message_new ("quit"));
  bench_switch_free (relay.sides);
  bench_wire_free (relay.wire);
  gst_object_unref (relay.pipeline);
  return is_done;
}

gboolean
bench_run_forward (const BenchOptions *options)
{
  for (guint i = 0; i < options->destinations->len; i++)
    if (!run_destinations (options, g_array_index (options->destinations, guint, i)))
      return FALSE;
  return TRUE;
}
