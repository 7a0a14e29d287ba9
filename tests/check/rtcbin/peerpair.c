/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two peers in one process; see the header. */
#include <string.h>

#include "peerpairparts.h"

/* webrtcbin's plugin has OpenSSL free all at the end of the process, where it is the first to use
 * it, and its DTLS timeouts run in threads of GLib's pool. One that ends while the process does
 * frees the same; so none ends. rtcbin alone needs that not: its plugins tell OpenSSL to free
 * nothing. */
static void
live_with_webrtcbin (void)
{
  g_thread_pool_set_max_unused_threads (-1);
  g_thread_pool_set_max_idle_time (0);
}

static gboolean
peer_init (Peer *self, PeerPair *pair, Peer *other, const gchar *factory)
{
  self->bin = gst_element_factory_make (factory, NULL);
  self->is_ours = g_str_equal (factory, "rtcbin");
  if (!self->bin)
    return FALSE;
  if (!self->is_ours)
    live_with_webrtcbin ();
  self->pair = pair;
  self->other = other;
  self->pipeline = gst_pipeline_new (NULL);
  gst_bin_add (GST_BIN (self->pipeline), self->bin);
  gst_util_set_object_arg (G_OBJECT (self->bin), "bundle-policy", "max-bundle");
  peer_record_start (self);
  return TRUE;
}

static void
peer_clear (Peer *self)
{
  if (!self->bin)
    return;
  if (self->pipeline) {
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
    gst_object_unref (self->pipeline);
  }
  peer_record_clear (self);
}

gboolean
peer_pair_can_run (const gchar *offerer, const gchar *answerer)
{
  const gchar *tracers = g_getenv ("GST_TRACERS");
  gboolean has_theirs = g_str_equal (offerer, "webrtcbin") || g_str_equal (answerer, "webrtcbin");

  return !has_theirs || !tracers || !strstr (tracers, "leaks");
}

PeerPair *
peer_pair_new (const gchar *offerer, const gchar *answerer)
{
  return peer_pair_new_in (offerer, answerer, NULL);
}

PeerPair *
peer_pair_new_in (const gchar *offerer, const gchar *answerer, GstContext **contexts)
{
  PeerPair *self = g_new0 (PeerPair, 1);

  self->born = g_get_monotonic_time ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  if (!peer_init (&self->offerer, self, &self->answerer, offerer) ||
      !peer_init (&self->answerer, self, &self->offerer, answerer)) {
    peer_pair_free (self);
    return NULL;
  }
  if (contexts) {
    gst_element_set_context (self->offerer.bin, contexts[0]);
    gst_element_set_context (self->answerer.bin, contexts[1]);
  }
  gst_element_set_state (self->offerer.pipeline, GST_STATE_READY);
  gst_element_set_state (self->answerer.pipeline, GST_STATE_READY);
  return self;
}

void
peer_pair_free (PeerPair *self)
{
  Peer *peers[] = { &self->offerer, &self->answerer };

  /* Neither may hear of the other's last candidates any more. */
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    peer_record_ignore_candidates (peers[i]);
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    peer_clear (peers[i]);
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    fail_unless (!peers[i]->errors || !peers[i]->is_ours, "errors of rtcbin on the bus");
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
on_deep_element (GstBin *bin, GstBin *parent, GstElement *element, gchar *link)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), "link"))
    g_object_set (element, "link", link, NULL);
}

static void
free_closure (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
peer_pair_use_link (PeerPair *self, const gchar *link)
{
  Peer *peers[] = { &self->offerer, &self->answerer };

  for (guint i = 0; i < G_N_ELEMENTS (peers); i++) {
    g_object_set (peers[i]->bin, "transport-element", "rtcsimulatedice", NULL);
    g_signal_connect_data (peers[i]->bin, "deep-element-added", G_CALLBACK (on_deep_element),
        g_strdup (link), free_closure, 0);
  }
}

void
peer_pair_play (PeerPair *self)
{
  gst_element_set_state (self->offerer.pipeline, GST_STATE_PLAYING);
  gst_element_set_state (self->answerer.pipeline, GST_STATE_PLAYING);
}

static GstStructure *
wait_promise (GstPromise *promise)
{
  GstStructure *copy = NULL;
  const GstStructure *reply;

  fail_unless_equals_int (gst_promise_wait (promise), GST_PROMISE_RESULT_REPLIED);
  reply = gst_promise_get_reply (promise);
  if (reply)
    copy = gst_structure_copy (reply);
  gst_promise_unref (promise);
  return copy;
}

GstStructure *
peer_create (Peer *self, const gchar *action, const gchar *options)
{
  g_autoptr (GstStructure) structure = options ? gst_structure_from_string (options, NULL) : NULL;
  GstPromise *promise = gst_promise_new ();

  g_signal_emit_by_name (self->bin, action, structure, gst_promise_ref (promise));
  gst_promise_unref (promise);
  return wait_promise (promise);
}

GstWebRTCSessionDescription *
peer_create_description (Peer *self, const gchar *action, const gchar *options)
{
  g_autoptr (GstStructure) reply = peer_create (self, action, options);
  GstWebRTCSessionDescription *description = NULL;
  g_autoptr (GError) error = NULL;

  if (reply && gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL))
    ck_abort_msg ("%s: %s", action, error->message);
  fail_unless (reply != NULL);
  gst_structure_get (reply, strstr (action, "offer") ? "offer" : "answer",
      GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &description, NULL);
  fail_unless (description != NULL);
  return description;
}

GError *
peer_set (Peer *self, const gchar *action, GstWebRTCSessionDescription *description)
{
  GstPromise *promise = gst_promise_new ();
  g_autoptr (GstStructure) reply = NULL;
  GError *error = NULL;

  g_signal_emit_by_name (self->bin, action, description, gst_promise_ref (promise));
  gst_promise_unref (promise);
  reply = wait_promise (promise);
  if (reply)
    gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL);
  return error;
}

void
peer_set_ok (Peer *self, const gchar *action, GstWebRTCSessionDescription *description)
{
  g_autoptr (GError) error = peer_set (self, action, description);

  if (error)
    ck_abort_msg ("%s: %s", action, error->message);
}

void
peer_pair_negotiate (PeerPair *self, Peer *offerer, const gchar *options)
{
  Peer *answerer = offerer->other;
  GstWebRTCSessionDescription *offer = peer_create_description (offerer, "create-offer", options);
  GstWebRTCSessionDescription *answer;

  peer_set_ok (offerer, "set-local-description", offer);
  peer_set_ok (answerer, "set-remote-description", offer);
  answer = peer_create_description (answerer, "create-answer", NULL);
  peer_set_ok (answerer, "set-local-description", answer);
  peer_set_ok (offerer, "set-remote-description", answer);
  gst_webrtc_session_description_free (offer);
  gst_webrtc_session_description_free (answer);
}

void
peer_pair_wait_connected (PeerPair *self)
{
  peer_wait_state (&self->offerer, GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED);
  peer_wait_state (&self->answerer, GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED);
}

GstWebRTCDataChannel *
peer_create_channel (Peer *self, const gchar *label, const gchar *options)
{
  g_autoptr (GstStructure) structure = options ? gst_structure_from_string (options, NULL) : NULL;
  GstWebRTCDataChannel *channel = NULL;

  g_signal_emit_by_name (self->bin, "create-data-channel", label, structure, &channel);
  fail_unless (channel != NULL);
  peer_record_watch_channel (self, channel);
  return channel;
}

void
peer_send_text (GstWebRTCDataChannel *channel, const gchar *text)
{
  g_autoptr (GError) error = NULL;

  if (!gst_webrtc_data_channel_send_string_full (channel, text, &error))
    ck_abort_msg ("send: %s", error ? error->message : "refused");
}

gchar *
peer_send_bytes (GstWebRTCDataChannel *channel, gsize size, guint8 seed)
{
  guint8 *data = g_malloc (size);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (seed + i * 7 + (i >> 8));
  bytes = g_bytes_new_take (data, size);
  if (!gst_webrtc_data_channel_send_data_full (channel, bytes, &error))
    ck_abort_msg ("send: %s", error ? error->message : "refused");
  return peer_record_describe (bytes);
}

gchar *
peer_get_sdp (Peer *self, const gchar *property)
{
  GstWebRTCSessionDescription *description = NULL;
  gchar *text;

  g_object_get (self->bin, property, &description, NULL);
  if (!description)
    return NULL;
  text = gst_sdp_message_as_text (description->sdp);
  gst_webrtc_session_description_free (description);
  return text;
}
