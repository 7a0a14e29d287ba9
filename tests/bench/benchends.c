/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The other process of the scenario forward: a publisher, and the destinations of what it sends.
 * It does what the wire says: "prepare", "pause", "start", "quit".
 */
#include "bench.h"
#include "benchrtp.h"
#include "benchswitch.h"

#define STEP_TIMEOUT_US (120 * G_USEC_PER_SEC)
#define TRICKLE_US (20 * G_TIME_SPAN_MILLISECOND)
#define DRAIN_US G_USEC_PER_SEC
#define FRAME_RATE 30

typedef struct {
  const BenchOptions *options;
  BenchWire *wire;
  BenchSwitch *sides;
  GstElement *pipeline;
  BenchSource *source;
  GArray *received;  /* of gint64, one a destination */
  gint is_trickling; /* atomic */
  GThread *trickle;
} Ends;

static gboolean
all_received (Ends *ends)
{
  for (guint i = 0; i < ends->received->len; i++)
    if (bench_counter_get (&g_array_index (ends->received, gint64, i)) == 0)
      return FALSE;
  return TRUE;
}

static gint64
sum_received (Ends *ends)
{
  gint64 sum = 0;

  for (guint i = 0; i < ends->received->len; i++)
    sum += bench_counter_get (&g_array_index (ends->received, gint64, i));
  return sum;
}

/* What shows the relay the publisher's caps, and each destination that it is connected. */
static gpointer
trickle (gpointer user_data)
{
  Ends *ends = user_data;
  gboolean is_told = FALSE;

  while (g_atomic_int_get (&ends->is_trickling)) {
    bench_source_push_one (ends->source);
    if (!is_told && all_received (ends)) {
      is_told = TRUE;
      bench_wire_send (ends->wire, bench_message_new ("flowing"));
    }
    g_usleep (TRICKLE_US);
  }
  return NULL;
}

static void
stop_trickle (Ends *ends)
{
  g_atomic_int_set (&ends->is_trickling, FALSE);
  g_clear_pointer (&ends->trickle, g_thread_join);
}

static gboolean
add_publisher (Ends *ends, gint packet_rate)
{
  gint list_length = ends->options->list_length;
  BenchStream stream = { packet_rate, ends->options->packet_size,
    list_length > 0 ? list_length : MAX (packet_rate / FRAME_RATE, 1) };
  BenchSide *side =
      bench_side_new (GST_BIN (ends->pipeline), ends->options->element, ends->wire, 0);

  if (!bench_switch_add (ends->sides, side))
    return FALSE;
  ends->source =
      bench_source_new (ends->pipeline, bench_side_get_element (side), "sink_0", &stream);
  return ends->source != NULL && bench_side_offer (side);
}

static gboolean
prepare (Ends *ends, JsonObject *message)
{
  guint n_destinations = (guint) json_object_get_int_member (message, "destinations");

  g_array_set_size (ends->received, n_destinations);
  for (guint i = 0; i < n_destinations; i++) {
    BenchSide *side =
        bench_side_new (GST_BIN (ends->pipeline), ends->options->element, ends->wire, i + 1);

    if (!bench_switch_add (ends->sides, side))
      return FALSE;
    bench_sink_watch (bench_side_get_element (side), &g_array_index (ends->received, gint64, i));
  }
  if (!add_publisher (ends, (gint) json_object_get_int_member (message, "packet-rate")))
    return FALSE;
  ends->is_trickling = TRUE;
  ends->trickle = g_thread_new ("trickle", trickle, ends);
  return TRUE;
}

static void
send_all (Ends *ends)
{
  JsonObject *message = bench_message_new ("done");
  guint64 sent = bench_source_get_sent (ends->source);
  gint64 received = sum_received (ends);

  bench_source_run (ends->source, ends->options->seconds);
  g_usleep (DRAIN_US);
  json_object_set_int_member (
      message, "sent", (gint64) (bench_source_get_sent (ends->source) - sent));
  json_object_set_int_member (message, "received", sum_received (ends) - received);
  bench_wire_send (ends->wire, message);
}

static gboolean
obey (Ends *ends)
{
  g_autoptr (JsonObject) first = bench_switch_wait (ends->sides, "prepare", STEP_TIMEOUT_US);
  g_autoptr (JsonObject) calm = NULL;
  g_autoptr (JsonObject) start = NULL;
  g_autoptr (JsonObject) end = NULL;

  if (first == NULL || !prepare (ends, first))
    return FALSE;
  calm = bench_switch_wait (ends->sides, "pause", STEP_TIMEOUT_US);
  stop_trickle (ends);
  start = calm != NULL ? bench_switch_wait (ends->sides, "start", STEP_TIMEOUT_US) : NULL;
  if (start == NULL)
    return FALSE;
  send_all (ends);
  end = bench_switch_wait (ends->sides, "quit", STEP_TIMEOUT_US);
  return end != NULL;
}

gboolean
bench_run_ends (const BenchOptions *options)
{
  Ends ends = { .options = options, .wire = bench_wire_new_child () };
  gboolean is_done;

  ends.received = g_array_new (FALSE, TRUE, sizeof (gint64));
  ends.pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  ends.sides = bench_switch_new (ends.wire);
  gst_element_set_state (ends.pipeline, GST_STATE_PLAYING);
  is_done = obey (&ends);
  stop_trickle (&ends);
  gst_element_set_state (ends.pipeline, GST_STATE_NULL);
  /* Whatever came last, the thread at the wire ends with it or with the process. */
  exit (is_done ? 0 : 1);
}
