/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a peer knows of its connection, every five seconds: data channels, the streams that come in
 * with their losses and jitter, and where the other peer is. The numbers are those of "get-stats",
 * which has more of them.
 *
 *   meson devenv -C build examples/rtc-stats --http
 */
#include "example.h"

#define INTERVAL_S 5

static guint
get_uint (const GstStructure *stats, const gchar *name)
{
  guint value = 0;

  gst_structure_get_uint (stats, name, &value);
  return value;
}

static guint64
get_uint64 (const GstStructure *stats, const gchar *name)
{
  guint64 value = 0;

  gst_structure_get_uint64 (stats, name, &value);
  return value;
}

/* The report that the member @name of @stats names, or NULL. */
static const GstStructure *
find_report (const GstStructure *all, const GstStructure *stats, const gchar *name)
{
  const gchar *id = gst_structure_get_string (stats, name);
  const GValue *value = id != NULL ? gst_structure_get_value (all, id) : NULL;

  return value != NULL ? gst_value_get_structure (value) : NULL;
}

static void
print_inbound (GString *text, const GstStructure *all, const GstStructure *stats)
{
  const GstStructure *codec = find_report (all, stats, "codec-id");
  g_autofree gchar *name = NULL;
  gdouble jitter = 0;
  gint64 lost = 0;

  /* A stream of retransmissions belongs to another one. */
  if (codec == NULL)
    return;
  name = g_ascii_strdown (gst_structure_get_string (codec, "mime-type"), -1);
  gst_structure_get_double (stats, "jitter", &jitter);
  gst_structure_get_int64 (stats, "packets-lost", &lost);
  g_string_append_printf (text,
      "Inbound RTP Stats for: %s\n"
      "  SSRC: %u\n"
      "  Packets Received: %" G_GUINT64_FORMAT "\n"
      "  Bytes Received: %" G_GUINT64_FORMAT "\n"
      "  Packets Lost: %" G_GINT64_FORMAT "\n"
      "  Jitter: %.6f\n",
      name, get_uint (stats, "ssrc"), get_uint64 (stats, "packets-received"),
      get_uint64 (stats, "bytes-received"), lost, jitter);
}

static void
print_report (GString *text, const GstStructure *all, const GstStructure *stats)
{
  GstWebRTCStatsType type;

  if (!gst_structure_get (stats, "type", GST_TYPE_WEBRTC_STATS_TYPE, &type, NULL))
    return;
  if (type == GST_WEBRTC_STATS_PEER_CONNECTION)
    g_string_append_printf (text, "Data Channels Opened: %u\nData Channels Closed: %u\n",
        get_uint (stats, "data-channels-opened"), get_uint (stats, "data-channels-closed"));
  else if (type == GST_WEBRTC_STATS_INBOUND_RTP)
    print_inbound (text, all, stats);
  else if (type == GST_WEBRTC_STATS_REMOTE_CANDIDATE)
    g_string_append_printf (text, "Remote Candidate: IP(%s) Port(%u)\n",
        gst_structure_get_string (stats, "address"), get_uint (stats, "port"));
}

/* On the peer's thread. One g_print(), so that two peers do not print into each other. */
static void
on_stats (GstPromise *promise, gpointer user_data)
{
  const GstStructure *all = gst_promise_get_reply (promise);
  g_autoptr (GString) text = g_string_new ("=== WebRTC Stats ===\n");

  for (gint i = 0; all != NULL && i < gst_structure_n_fields (all); i++) {
    const GValue *value = gst_structure_get_value (all, gst_structure_nth_field_name (all, i));
    if (GST_VALUE_HOLDS_STRUCTURE (value))
      print_report (text, all, gst_value_get_structure (value));
  }
  g_print ("%s", text->str);
  gst_promise_unref (promise);
}

static gboolean
ask (gpointer data)
{
  g_autoptr (GstElement) peer = g_weak_ref_get (data);
  GstWebRTCPeerConnectionState state;

  if (peer == NULL)
    return G_SOURCE_REMOVE;
  g_object_get (peer, "connection-state", &state, NULL);
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED)
    return G_SOURCE_REMOVE;
  if (state != GST_WEBRTC_PEER_CONNECTION_STATE_NEW)
    g_signal_emit_by_name (
        peer, "get-stats", NULL, gst_promise_new_with_change_func (on_stats, NULL, NULL));
  return G_SOURCE_CONTINUE;
}

static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, gpointer user_data)
{
  example_watch_channel (channel);
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* Nobody asks any more when the program ends: so the timer keeps no peer. */
static void
use_peer (GstElement *peer, gpointer user_data)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, peer);
  g_signal_connect (peer, "on-data-channel", G_CALLBACK (on_data_channel), NULL);
  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, INTERVAL_S, ask, weak, weak_ref_free);
}

int
main (int argc, char **argv)
{
  const ExampleInfo info = { .summary = "- prints what a peer knows of its connection" };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);

  example_set_peer_func (example, use_peer, NULL);
  example_serve (example, NULL, NULL);
  return example_run (example);
}
