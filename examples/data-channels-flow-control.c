/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How fast a data channel is, and how to fill it without filling the memory: two peers in one
 * process; the sender stops when more than the high threshold is buffered, and goes on when
 * "on-buffered-amount-low" says that it is less than the low one. The receiver prints each second
 * what arrived.
 *
 *   meson devenv -C build examples/rtc-data-channels-flow-control
 */
#include "example.h"

#include "exampledescription.h"

#define LOW_THRESHOLD (512 * 1024)
#define HIGH_THRESHOLD (1024 * 1024)
/* One Mbps of the printed line, as the programs of that name count it. */
#define MEGABIT (1024. * 1024.)

typedef struct {
  Example *example;
  GstElement *peers[2]; /* offers and sends, answers and receives */
  gboolean is_reliable;
  gint message_size;
  gint duration_s;
  GBytes *message;
  GstWebRTCDataChannel *channel;
  gint is_filling;  /* atomic: one thread at a time sends */
  guint64 received; /* the receiver's thread writes, the main thread reads */
  guint64 last;
  gint64 start_us;
  gint64 last_us;
} Flow;

/* --- the sender, on its peer's thread --- */

static void
fill (Flow *flow)
{
  guint64 buffered = 0;

  /* "on-buffered-amount-low" may come from within "send-data". */
  if (!g_atomic_int_compare_and_exchange (&flow->is_filling, FALSE, TRUE))
    return;
  do {
    g_signal_emit_by_name (flow->channel, "send-data", flow->message);
    g_object_get (flow->channel, "buffered-amount", &buffered, NULL);
  } while (buffered < HIGH_THRESHOLD);
  g_atomic_int_set (&flow->is_filling, FALSE);
}

static void
on_open (GstWebRTCDataChannel *channel, Flow *flow)
{
  g_print ("The channel is open, sending as fast as it goes\n");
  fill (flow);
}

static void
on_buffered_amount_low (GstWebRTCDataChannel *channel, Flow *flow)
{
  fill (flow);
}

static void
make_channel (Flow *flow)
{
  g_autoptr (GstStructure) options = gst_structure_new_empty ("options");

  if (!flow->is_reliable)
    gst_structure_set (
        options, "ordered", G_TYPE_BOOLEAN, FALSE, "max-retransmits", G_TYPE_INT, 0, NULL);
  g_signal_emit_by_name (flow->peers[0], "create-data-channel", "data", options, &flow->channel);
  g_object_set (flow->channel, "buffered-amount-low-threshold", (guint64) LOW_THRESHOLD, NULL);
  g_signal_connect (flow->channel, "on-open", G_CALLBACK (on_open), flow);
  g_signal_connect (
      flow->channel, "on-buffered-amount-low", G_CALLBACK (on_buffered_amount_low), flow);
}

/* --- the receiver --- */

static void
on_data (GstWebRTCDataChannel *channel, GBytes *data, Flow *flow)
{
  gsize size = data != NULL ? g_bytes_get_size (data) : 0;

  __atomic_fetch_add (&flow->received, size, __ATOMIC_RELAXED);
}

static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, Flow *flow)
{
  g_signal_connect (channel, "on-message-data", G_CALLBACK (on_data), flow);
}

static gboolean
report (gpointer user_data)
{
  Flow *flow = user_data;
  guint64 received = __atomic_load_n (&flow->received, __ATOMIC_RELAXED);
  gint64 now_us = g_get_monotonic_time ();

  if (flow->start_us == 0 && received == 0)
    return G_SOURCE_CONTINUE;
  if (flow->start_us == 0)
    flow->start_us = now_us;
  else
    g_print ("Throughput is about %.03f Mbps\n",
        8. * (gdouble) (received - flow->last) * G_USEC_PER_SEC /
            (gdouble) (now_us - flow->last_us) / MEGABIT);
  flow->last = received;
  flow->last_us = now_us;
  if (flow->duration_s > 0 && now_us - flow->start_us >= flow->duration_s * G_USEC_PER_SEC)
    example_quit (flow->example, 0);
  return G_SOURCE_CONTINUE;
}

/* --- the two peers --- */

static void
on_candidate (GstElement *peer, guint line, const gchar *candidate, GstElement *other)
{
  g_signal_emit_by_name (other, "add-ice-candidate", line, candidate);
}

static gboolean
hand_over (GstElement *from, GstElement *to, GError **error)
{
  g_autoptr (GstWebRTCSessionDescription) description = NULL;

  g_object_get (from, "local-description", &description, NULL);
  return example_set_remote (to, description, error);
}

static gboolean
connect_peers (gpointer user_data)
{
  Flow *flow = user_data;
  GstElement **peers = flow->peers;
  g_autoptr (GError) error = NULL;

  make_channel (flow);
  if (!example_create_local (peers[0], GST_WEBRTC_SDP_TYPE_OFFER, &error) ||
      !hand_over (peers[0], peers[1], &error) ||
      !example_create_local (peers[1], GST_WEBRTC_SDP_TYPE_ANSWER, &error) ||
      !hand_over (peers[1], peers[0], &error))
    example_fail (flow->example, "The peers do not agree: %s", error->message);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  Flow flow = { .message_size = 1024 };
  const GOptionEntry options[] = {
    { "reliable", 'r', 0, G_OPTION_ARG_NONE, &flow.is_reliable,
        "A reliable, ordered channel; else unordered without retransmissions", NULL },
    { "size", 's', 0, G_OPTION_ARG_INT, &flow.message_size, "Bytes of a message (1024)", "N" },
    { "duration", 't', 0, G_OPTION_ARG_INT, &flow.duration_s, "Seconds, 0 for ever (0)", "N" },
    { NULL },
  };
  const ExampleInfo info = { .summary = "- fills a data channel between two peers",
    .options = options,
    .has_own_signalling = TRUE };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);
  int code;

  if (flow.message_size < 1 || flow.message_size > 256 * 1024) {
    g_printerr ("--size is from 1 to 262144 bytes\n");
    return 2;
  }
  flow.example = example;
  flow.message = g_bytes_new_take (g_malloc0 (flow.message_size), flow.message_size);
  flow.peers[0] = example_launch (example, "rtcbin name=peer rtcbin name=other");
  flow.peers[1] = gst_bin_get_by_name (GST_BIN (example_get_pipeline (example)), "other");
  example_add_peer (example, flow.peers[1]);
  for (gint i = 0; i < 2; i++)
    g_signal_connect (
        flow.peers[i], "on-ice-candidate", G_CALLBACK (on_candidate), flow.peers[1 - i]);
  g_signal_connect (flow.peers[1], "on-data-channel", G_CALLBACK (on_data_channel), &flow);
  g_timeout_add_seconds (1, report, &flow);
  g_idle_add (connect_peers, &flow);
  code = example_run (example);
  g_clear_object (&flow.channel);
  gst_object_unref (flow.peers[1]);
  g_bytes_unref (flow.message);
  return code;
}
