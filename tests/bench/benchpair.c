/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * BenchPair: see benchpair.h. The signals arrive on the elements' threads; what they set stands
 * under one lock with a condition that the measuring thread waits for.
 */
#include "benchpair.h"

#include <gst/sdp/sdp.h>

#include "benchnegotiate.h"

struct _BenchPair {
  GstElement *pipeline;
  gboolean is_pipeline_shared;
  GstElement *offerer;
  GstElement *answerer;
  GstWebRTCDataChannel *channel;

  GMutex lock;
  GCond cond;
  /* Under lock: */
  GstWebRTCDataChannel *remote_channel;
  gboolean is_local_open;
  gboolean is_remote_open;
};

static void
on_offerer_candidate (GstElement *element, guint line, const gchar *candidate, BenchPair *pair)
{
  g_signal_emit_by_name (pair->answerer, "add-ice-candidate", line, candidate);
}

static void
on_answerer_candidate (GstElement *element, guint line, const gchar *candidate, BenchPair *pair)
{
  g_signal_emit_by_name (pair->offerer, "add-ice-candidate", line, candidate);
}

static void
set_flag (BenchPair *pair, gboolean *flag)
{
  g_mutex_lock (&pair->lock);
  *flag = TRUE;
  g_cond_broadcast (&pair->cond);
  g_mutex_unlock (&pair->lock);
}

static void
on_local_open (GstWebRTCDataChannel *channel, BenchPair *pair)
{
  set_flag (pair, &pair->is_local_open);
}

static void
on_remote_open (GstWebRTCDataChannel *channel, BenchPair *pair)
{
  set_flag (pair, &pair->is_remote_open);
}

static void
on_data_channel (GstElement *element, GstWebRTCDataChannel *channel, BenchPair *pair)
{
  GstWebRTCDataChannelState state;

  g_mutex_lock (&pair->lock);
  g_set_object (&pair->remote_channel, channel);
  g_mutex_unlock (&pair->lock);
  g_signal_connect (channel, "on-open", G_CALLBACK (on_remote_open), pair);
  g_object_get (channel, "ready-state", &state, NULL);
  if (state == GST_WEBRTC_DATA_CHANNEL_STATE_OPEN)
    on_remote_open (channel, pair);
}

static GstElement *
add_peer (BenchPair *pair, const gchar *factory, GCallback on_candidate)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element == NULL) {
    g_printerr ("There is no element %s.\n", factory);
    return NULL;
  }
  gst_util_set_object_arg (G_OBJECT (element), "bundle-policy", "max-bundle");
  g_signal_connect (element, "on-ice-candidate", on_candidate, pair);
  gst_bin_add (GST_BIN (pair->pipeline), element);
  return element;
}

static GstBusSyncReply
drop_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  gst_message_unref (message);
  return GST_BUS_DROP;
}

GstElement *
bench_pipeline_new (void)
{
  GstElement *pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_bus_set_sync_handler (bus, drop_message, NULL, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

void
bench_pipeline_free (GstElement *pipeline)
{
  if (pipeline == NULL)
    return;
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

BenchPair *
bench_pair_new_in (GstElement *pipeline, const gchar *element)
{
  g_autoptr (BenchPair) pair = g_new0 (BenchPair, 1);

  g_mutex_init (&pair->lock);
  g_cond_init (&pair->cond);
  pair->pipeline = gst_object_ref (pipeline);
  pair->is_pipeline_shared = TRUE;
  pair->offerer = add_peer (pair, element, G_CALLBACK (on_offerer_candidate));
  pair->answerer = add_peer (pair, element, G_CALLBACK (on_answerer_candidate));
  if (pair->offerer == NULL || pair->answerer == NULL)
    return NULL;
  g_signal_connect (pair->answerer, "on-data-channel", G_CALLBACK (on_data_channel), pair);
  if (!gst_element_sync_state_with_parent (pair->offerer) ||
      !gst_element_sync_state_with_parent (pair->answerer)) {
    g_printerr ("%s does not start.\n", element);
    return NULL;
  }
  return g_steal_pointer (&pair);
}

BenchPair *
bench_pair_new (const gchar *element)
{
  GstElement *pipeline = bench_pipeline_new ();
  BenchPair *pair = bench_pair_new_in (pipeline, element);

  if (pair == NULL) {
    bench_pipeline_free (pipeline);
    return NULL;
  }
  pair->is_pipeline_shared = FALSE;
  gst_object_unref (pipeline);
  return pair;
}

static void
remove_peer (BenchPair *pair, GstElement *peer)
{
  if (peer == NULL)
    return;
  gst_element_set_state (peer, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (pair->pipeline), peer);
}

void
bench_pair_free (BenchPair *pair)
{
  if (pair == NULL)
    return;
  if (pair->is_pipeline_shared) {
    remove_peer (pair, pair->offerer);
    remove_peer (pair, pair->answerer);
  } else {
    gst_element_set_state (pair->pipeline, GST_STATE_NULL);
  }
  if (pair->channel != NULL)
    g_signal_handlers_disconnect_by_data (pair->channel, pair);
  if (pair->remote_channel != NULL)
    g_signal_handlers_disconnect_by_data (pair->remote_channel, pair);
  g_clear_object (&pair->channel);
  g_clear_object (&pair->remote_channel);
  gst_object_unref (pair->pipeline);
  g_mutex_clear (&pair->lock);
  g_cond_clear (&pair->cond);
  g_free (pair);
}

GstElement *
bench_pair_get_pipeline (BenchPair *pair)
{
  return pair->pipeline;
}

GstElement *
bench_pair_get_offerer (BenchPair *pair)
{
  return pair->offerer;
}

GstElement *
bench_pair_get_answerer (BenchPair *pair)
{
  return pair->answerer;
}

GstWebRTCDataChannel *
bench_pair_create_channel (BenchPair *pair)
{
  g_signal_emit_by_name (pair->offerer, "create-data-channel", "data", NULL, &pair->channel);
  if (pair->channel == NULL)
    g_printerr ("create-data-channel gave no channel.\n");
  else
    g_signal_connect (pair->channel, "on-open", G_CALLBACK (on_local_open), pair);
  return pair->channel;
}

GstWebRTCDataChannel *
bench_pair_get_remote_channel (BenchPair *pair)
{
  return pair->remote_channel;
}

gchar *
bench_pair_negotiate (BenchPair *pair, GstStructure *options)
{
  g_autoptr (GstWebRTCSessionDescription) offer =
      bench_create_description (pair->offerer, "offer", options);
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;

  g_clear_pointer (&options, gst_structure_free);
  if (offer == NULL || !bench_apply_description (pair->offerer, "set-local-description", offer) ||
      !bench_apply_description (pair->answerer, "set-remote-description", offer))
    return NULL;
  answer = bench_create_description (pair->answerer, "answer", NULL);
  if (answer == NULL ||
      !bench_apply_description (pair->answerer, "set-local-description", answer) ||
      !bench_apply_description (pair->offerer, "set-remote-description", answer))
    return NULL;
  return gst_sdp_message_as_text (offer->sdp);
}

gboolean
bench_pair_wait_open (BenchPair *pair, gint64 timeout_us)
{
  gint64 deadline = g_get_monotonic_time () + timeout_us;
  gboolean is_open;

  g_mutex_lock (&pair->lock);
  while (!(pair->is_local_open && pair->is_remote_open) &&
      g_cond_wait_until (&pair->cond, &pair->lock, deadline))
    continue;
  is_open = pair->is_local_open && pair->is_remote_open;
  g_mutex_unlock (&pair->lock);
  if (!is_open)
    g_printerr ("The data channel did not open in time.\n");
  return is_open;
}
