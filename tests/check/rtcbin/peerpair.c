/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two peers in one process; see the header. */
#include <stdlib.h>
#include <string.h>

#include "peerpair.h"

#define LIMIT (30 * G_TIME_SPAN_SECOND)

static gint64
deadline (void)
{
  return g_get_monotonic_time () + LIMIT;
}

/* With the lock held. */
#define WAIT_UNTIL(pair, condition, what)                                                          \
  do {                                                                                             \
    gint64 end = deadline ();                                                                      \
    while (!(condition))                                                                           \
      if (!g_cond_wait_until (&(pair)->changed, &(pair)->lock, end) && !(condition))               \
        ck_abort_msg ("timeout waiting for %s", what);                                             \
  } while (0)

static void
notify (PeerPair *pair)
{
  g_cond_broadcast (&pair->changed);
}

static void
on_candidate (GstElement *bin, guint mline, const gchar *candidate, Peer *self)
{
  g_autofree gchar *routed = self->route ? self->route (self, candidate) : NULL;

  if (self->route && !routed)
    return;
  if (routed)
    candidate = routed;
  g_mutex_lock (&self->pair->lock);
  if (self->holds_candidates) {
    g_ptr_array_add (self->held, g_strdup_printf ("%u %s", mline, candidate));
    g_mutex_unlock (&self->pair->lock);
    return;
  }
  g_mutex_unlock (&self->pair->lock);
  g_signal_emit_by_name (self->other->bin, "add-ice-candidate", mline, candidate);
}

static void
on_connection_state (GstElement *bin, GParamSpec *pspec, Peer *self)
{
  GstWebRTCPeerConnectionState state;
  GEnumClass *klass = g_type_class_ref (GST_TYPE_WEBRTC_PEER_CONNECTION_STATE);

  g_object_get (bin, "connection-state", &state, NULL);
  g_mutex_lock (&self->pair->lock);
  g_ptr_array_add (self->states, g_strdup (g_enum_get_value (klass, (gint) state)->value_nick));
  notify (self->pair);
  g_mutex_unlock (&self->pair->lock);
  g_type_class_unref (klass);
}

static void
on_ice_state (GstElement *bin, GParamSpec *pspec, Peer *self)
{
  g_mutex_lock (&self->pair->lock);
  notify (self->pair);
  g_mutex_unlock (&self->pair->lock);
}

static void
on_open (GstWebRTCDataChannel *channel, Peer *self)
{
  g_mutex_lock (&self->pair->lock);
  self->opened++;
  notify (self->pair);
  g_mutex_unlock (&self->pair->lock);
}

static void
on_close (GstWebRTCDataChannel *channel, Peer *self)
{
  g_mutex_lock (&self->pair->lock);
  self->closed++;
  notify (self->pair);
  g_mutex_unlock (&self->pair->lock);
}

static void
add_message (Peer *self, gchar *entry)
{
  g_mutex_lock (&self->pair->lock);
  g_ptr_array_add (self->messages, entry);
  notify (self->pair);
  g_mutex_unlock (&self->pair->lock);
}

static void
on_text (GstWebRTCDataChannel *channel, const gchar *text, Peer *self)
{
  add_message (self, g_strconcat ("s:", text, NULL));
}

static gchar *
describe (GBytes *bytes)
{
  g_autofree gchar *checksum = bytes ? g_compute_checksum_for_bytes (G_CHECKSUM_MD5, bytes) : NULL;

  return g_strdup_printf ("b:%zu:%s", bytes ? g_bytes_get_size (bytes) : 0, checksum);
}

static void
on_bytes (GstWebRTCDataChannel *channel, GBytes *bytes, Peer *self)
{
  add_message (self, describe (bytes));
}

static void
watch_channel (Peer *self, GstWebRTCDataChannel *channel)
{
  g_signal_connect (channel, "on-open", G_CALLBACK (on_open), self);
  g_signal_connect (channel, "on-close", G_CALLBACK (on_close), self);
  g_signal_connect (channel, "on-message-string", G_CALLBACK (on_text), self);
  g_signal_connect (channel, "on-message-data", G_CALLBACK (on_bytes), self);
}

static void
on_data_channel (GstElement *bin, GstWebRTCDataChannel *channel, Peer *self)
{
  watch_channel (self, channel);
  g_mutex_lock (&self->pair->lock);
  g_ptr_array_add (self->channels, g_object_ref (channel));
  notify (self->pair);
  g_mutex_unlock (&self->pair->lock);
}

typedef struct {
  Peer *peer;
  gboolean is_video;
  guint number;
} Counter;

/* With the lock held. */
static void
note_video (Peer *peer)
{
  gint64 now = g_get_monotonic_time ();

  if (peer->last_video)
    peer->video_gap = MAX (peer->video_gap, now - peer->last_video);
  peer->last_video = now;
}

static GstPadProbeReturn
on_packet (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Counter *counter = user_data;

  g_mutex_lock (&counter->peer->pair->lock);
  counter->peer->packets[counter->is_video]++;
  if (counter->is_video)
    note_video (counter->peer);
  if (counter->number < PEER_MAX_PADS)
    counter->peer->pad_packets[counter->number]++;
  notify (counter->peer->pair);
  g_mutex_unlock (&counter->peer->pair->lock);
  return GST_PAD_PROBE_OK;
}

static gboolean
is_video_pad (GstPad *pad)
{
  GstCaps *caps = gst_pad_get_current_caps (pad);
  gboolean is_video;

  if (!caps)
    caps = gst_pad_query_caps (pad, NULL);
  is_video = g_strcmp0 (gst_structure_get_string (gst_caps_get_structure (caps, 0), "media"),
                 "video") == 0;
  gst_caps_unref (caps);
  return is_video;
}

static void
on_caps (GstPad *pad, GParamSpec *pspec, Peer *self)
{
  g_mutex_lock (&self->pair->lock);
  notify (self->pair);
  g_mutex_unlock (&self->pair->lock);
}

static void
on_pad_added (GstElement *bin, GstPad *pad, Peer *self)
{
  GstElement *sink;
  GstPad *sinkpad;
  Counter *counter;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC) {
    g_signal_connect (pad, "notify::caps", G_CALLBACK (on_caps), self);
    return;
  }
  sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "async", FALSE, "sync", FALSE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), sink);
  gst_element_sync_state_with_parent (sink);
  sinkpad = gst_element_get_static_pad (sink, "sink");
  counter = g_new0 (Counter, 1);
  counter->peer = self;
  counter->is_video = is_video_pad (pad);
  counter->number = (guint) atoi (GST_PAD_NAME (pad) + strlen ("src_"));
  gst_pad_add_probe (sinkpad, GST_PAD_PROBE_TYPE_BUFFER, on_packet, counter, g_free);
  gst_pad_link (pad, sinkpad);
  gst_object_unref (sinkpad);
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Peer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING) {
    gst_message_parse_warning (message, &error, &debug);
    g_mutex_lock (&self->pair->lock);
    self->warnings++;
    g_free (self->last_warning);
    self->last_warning = g_strdup (error->message);
    notify (self->pair);
    g_mutex_unlock (&self->pair->lock);
  } else if (gst_message_has_name (message, "rtc-selected-pair")) {
    g_mutex_lock (&self->pair->lock);
    self->selected++;
    g_free (self->selected_local);
    self->selected_local =
        g_strdup (gst_structure_get_string (gst_message_get_structure (message), "local"));
    notify (self->pair);
    g_mutex_unlock (&self->pair->lock);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, &debug);
    g_printerr ("%s: %s (%s)\n", GST_MESSAGE_SRC_NAME (message), error->message, debug);
    g_mutex_lock (&self->pair->lock);
    self->errors++;
    g_mutex_unlock (&self->pair->lock);
  }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static gboolean
peer_init (Peer *self, PeerPair *pair, Peer *other, const gchar *factory)
{
  GstBus *bus;

  self->bin = gst_element_factory_make (factory, NULL);
  self->is_ours = g_str_equal (factory, "rtcbin");
  if (!self->bin)
    return FALSE;
  self->pair = pair;
  self->other = other;
  self->pipeline = gst_pipeline_new (NULL);
  self->channels = g_ptr_array_new_with_free_func (g_object_unref);
  self->messages = g_ptr_array_new_with_free_func (g_free);
  self->states = g_ptr_array_new_with_free_func (g_free);
  self->held = g_ptr_array_new_with_free_func (g_free);
  gst_bin_add (GST_BIN (self->pipeline), self->bin);
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  gst_object_unref (bus);
  gst_util_set_object_arg (G_OBJECT (self->bin), "bundle-policy", "max-bundle");
  g_signal_connect (self->bin, "on-ice-candidate", G_CALLBACK (on_candidate), self);
  g_signal_connect (self->bin, "notify::connection-state", G_CALLBACK (on_connection_state), self);
  g_signal_connect (self->bin, "notify::ice-connection-state", G_CALLBACK (on_ice_state), self);
  g_signal_connect (self->bin, "on-data-channel", G_CALLBACK (on_data_channel), self);
  g_signal_connect (self->bin, "pad-added", G_CALLBACK (on_pad_added), self);
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
  g_clear_pointer (&self->channels, g_ptr_array_unref);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_pointer (&self->states, g_ptr_array_unref);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  g_free (self->last_warning);
  g_free (self->selected_local);
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

/* rtpmanager 1.22 lets go of its session's lock while it walks over the sources to make reports,
 * and a packet of a new one may come just then: the walk ends early, and GLib complains. */
static gboolean
is_our_complaint (
    const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer user_data)
{
  return g_strcmp0 (domain, "GLib") != 0 || !strstr (message, "version == hash_table->version");
}

/* webrtcbin's threads use OpenSSL. One that ends while the process does makes both free the same,
 * where OpenSSL was first used by its plugin; so none ends. */
static void
live_with_others (void)
{
  g_test_log_set_fatal_handler (is_our_complaint, NULL);
  g_thread_pool_set_max_unused_threads (-1);
  g_thread_pool_set_max_idle_time (0);
}

PeerPair *
peer_pair_new_in (const gchar *offerer, const gchar *answerer, GstContext **contexts)
{
  PeerPair *self = g_new0 (PeerPair, 1);

  live_with_others ();
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
    if (peers[i]->bin)
      g_signal_handlers_disconnect_by_func (peers[i]->bin, on_candidate, peers[i]);
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

static gboolean
is_in_state (Peer *self, GstWebRTCPeerConnectionState state)
{
  GstWebRTCPeerConnectionState now;

  g_object_get (self->bin, "connection-state", &now, NULL);
  return now == state;
}

void
peer_wait_state (Peer *self, GstWebRTCPeerConnectionState state)
{
  g_mutex_lock (&self->pair->lock);
  WAIT_UNTIL (self->pair, is_in_state (self, state), "a connection state");
  g_mutex_unlock (&self->pair->lock);
}

void
peer_pair_wait_connected (PeerPair *self)
{
  peer_wait_state (&self->offerer, GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED);
  peer_wait_state (&self->answerer, GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED);
}

static gboolean
is_ice_usable (Peer *self)
{
  GstWebRTCICEConnectionState state;

  g_object_get (self->bin, "ice-connection-state", &state, NULL);
  return state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED ||
      state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED;
}

void
peer_wait_ice (Peer *self, guint selected)
{
  g_mutex_lock (&self->pair->lock);
  WAIT_UNTIL (self->pair, self->selected >= selected && is_ice_usable (self), "ICE");
  g_mutex_unlock (&self->pair->lock);
}

guint
peer_get_selected (Peer *self)
{
  guint selected;

  g_mutex_lock (&self->pair->lock);
  selected = self->selected;
  g_mutex_unlock (&self->pair->lock);
  return selected;
}

gchar *
peer_get_local_address (Peer *self)
{
  g_auto (GStrv) words = NULL;

  g_mutex_lock (&self->pair->lock);
  words = g_strsplit (self->selected_local ? self->selected_local : "", " ", -1);
  g_mutex_unlock (&self->pair->lock);
  fail_unless (g_strv_length (words) > 4, "no pair is in use");
  return g_strdup (words[4]);
}

gboolean
peer_has_state (Peer *self, const gchar *nick)
{
  gboolean has_state;

  g_mutex_lock (&self->pair->lock);
  has_state = g_ptr_array_find_with_equal_func (self->states, nick, (GEqualFunc) g_str_equal, NULL);
  g_mutex_unlock (&self->pair->lock);
  return has_state;
}

GstWebRTCDataChannel *
peer_create_channel (Peer *self, const gchar *label, const gchar *options)
{
  g_autoptr (GstStructure) structure = options ? gst_structure_from_string (options, NULL) : NULL;
  GstWebRTCDataChannel *channel = NULL;

  g_signal_emit_by_name (self->bin, "create-data-channel", label, structure, &channel);
  fail_unless (channel != NULL);
  watch_channel (self, channel);
  return channel;
}

GstWebRTCDataChannel *
peer_wait_channel (Peer *self)
{
  GstWebRTCDataChannel *channel;

  g_mutex_lock (&self->pair->lock);
  WAIT_UNTIL (self->pair, self->channels->len > 0, "a data channel of the peer");
  channel = g_ptr_array_index (self->channels, 0);
  g_mutex_unlock (&self->pair->lock);
  return channel;
}

void
peer_wait_opened (Peer *self, guint count)
{
  g_mutex_lock (&self->pair->lock);
  WAIT_UNTIL (self->pair, self->opened >= count, "channels to open");
  g_mutex_unlock (&self->pair->lock);
}

void
peer_wait_closed (Peer *self, guint count)
{
  g_mutex_lock (&self->pair->lock);
  WAIT_UNTIL (self->pair, self->closed >= count, "channels to close");
  g_mutex_unlock (&self->pair->lock);
}

void
peer_wait_messages (Peer *self, guint count)
{
  g_mutex_lock (&self->pair->lock);
  WAIT_UNTIL (self->pair, self->messages->len >= count, "messages");
  g_mutex_unlock (&self->pair->lock);
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
  return describe (bytes);
}

void
peer_add_source (Peer *self, const gchar *media, const gchar *codec)
{
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  GstElement *source;

  if (g_str_equal (media, "audio"))
    text = g_strdup ("audiotestsrc is-live=true wave=ticks ! opusenc ! rtpopuspay pt=111");
  else
    text = g_strdup_printf ("videotestsrc is-live=true pattern=ball ! "
                            "video/x-raw,width=160,height=120,framerate=30/1 ! %senc deadline=1 "
                            "keyframe-max-dist=30 ! rtp%spay pt=96 picture-id-mode=15-bit",
        codec, codec);
  source = gst_parse_bin_from_description (text, TRUE, &error);
  fail_unless (source != NULL, "%s", error ? error->message : text);
  gst_bin_add (GST_BIN (self->pipeline), source);
  fail_unless (gst_element_link (source, self->bin));
  gst_element_sync_state_with_parent (source);
}

static gboolean
all_sources_known (Peer *self)
{
  gboolean all_known = TRUE;

  for (GList *item = GST_ELEMENT (self->bin)->sinkpads; item; item = item->next) {
    GstCaps *caps = gst_pad_get_current_caps (item->data);

    all_known &= caps != NULL;
    gst_clear_caps (&caps);
  }
  return all_known;
}

void
peer_wait_sources (Peer *self)
{
  g_mutex_lock (&self->pair->lock);
  WAIT_UNTIL (self->pair, all_sources_known (self), "the sources to start");
  g_mutex_unlock (&self->pair->lock);
}

void
peer_wait_packets (Peer *self, gboolean is_video, guint count)
{
  g_mutex_lock (&self->pair->lock);
  WAIT_UNTIL (self->pair, self->packets[is_video] >= count, is_video ? "video" : "audio");
  g_mutex_unlock (&self->pair->lock);
}

void
peer_wait_more_packets (Peer *self, guint number, guint count)
{
  g_autofree gchar *what = g_strdup_printf ("packets behind src_%u", number);

  g_mutex_lock (&self->pair->lock);
  count += self->pad_packets[number];
  WAIT_UNTIL (self->pair, self->pad_packets[number] >= count, what);
  g_mutex_unlock (&self->pair->lock);
}

guint
peer_get_mline (Peer *self, guint number)
{
  g_autofree gchar *name = g_strdup_printf ("sink_%u", number);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->bin, name);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  guint mline;

  g_object_get (pad, "transceiver", &transceiver, NULL);
  g_object_get (transceiver, "mlineindex", &mline, NULL);
  return mline;
}

gint64
peer_take_video_gap (Peer *self)
{
  gint64 gap;

  g_mutex_lock (&self->pair->lock);
  note_video (self);
  gap = self->video_gap;
  self->video_gap = 0;
  g_mutex_unlock (&self->pair->lock);
  return gap;
}

void
peer_remove_source (Peer *self, guint number)
{
  g_autofree gchar *name = g_strdup_printf ("sink_%u", number);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->bin, name);
  g_autoptr (GstPad) other = gst_pad_get_peer (pad);
  g_autoptr (GstElement) source = gst_pad_get_parent_element (other);

  gst_element_release_request_pad (self->bin, pad);
  gst_element_set_state (source, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (self->pipeline), source);
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
