/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a peer of a pair hears of its element: states, channels, messages, packets and the bus, kept
 * under the pair's lock, and the verbs that wait for it. Owned by the peer.
 */
#include <stdlib.h>
#include <string.h>

#include "peerpairparts.h"

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

/* Into the history, and its nick into @states when there are some. */
static void
note_state (Peer *self, const gchar *property, GType type, GPtrArray *states)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  const gchar *nick;
  gint state;

  g_object_get (self->bin, property, &state, NULL);
  nick = g_enum_get_value (klass, state)->value_nick;
  g_mutex_lock (&self->pair->lock);
  if (states)
    g_ptr_array_add (states, g_strdup (nick));
  g_ptr_array_add (self->history,
      g_strdup_printf ("%.1f s %s %s",
          (gdouble) (g_get_monotonic_time () - self->pair->born) / G_USEC_PER_SEC, property, nick));
  g_cond_broadcast (&self->pair->changed);
  g_mutex_unlock (&self->pair->lock);
}

static void
on_connection_state (GstElement *bin, GParamSpec *pspec, Peer *self)
{
  note_state (self, pspec->name, GST_TYPE_WEBRTC_PEER_CONNECTION_STATE, self->states);
}

static void
on_ice_state (GstElement *bin, GParamSpec *pspec, Peer *self)
{
  note_state (self, pspec->name, GST_TYPE_WEBRTC_ICE_CONNECTION_STATE, NULL);
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

gchar *
peer_record_describe (GBytes *bytes)
{
  g_autofree gchar *checksum = bytes ? g_compute_checksum_for_bytes (G_CHECKSUM_MD5, bytes) : NULL;

  return g_strdup_printf ("b:%zu:%s", bytes ? g_bytes_get_size (bytes) : 0, checksum);
}

static void
on_bytes (GstWebRTCDataChannel *channel, GBytes *bytes, Peer *self)
{
  add_message (self, peer_record_describe (bytes));
}

void
peer_record_watch_channel (Peer *self, GstWebRTCDataChannel *channel)
{
  g_signal_connect (channel, "on-open", G_CALLBACK (on_open), self);
  g_signal_connect (channel, "on-close", G_CALLBACK (on_close), self);
  g_signal_connect (channel, "on-message-string", G_CALLBACK (on_text), self);
  g_signal_connect (channel, "on-message-data", G_CALLBACK (on_bytes), self);
}

static void
on_data_channel (GstElement *bin, GstWebRTCDataChannel *channel, Peer *self)
{
  peer_record_watch_channel (self, channel);
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

static void
note_told (Peer *self, const GstStructure *structure)
{
  g_mutex_lock (&self->pair->lock);
  g_ptr_array_add (self->told, g_strdup (gst_structure_get_name (structure)));
  notify (self->pair);
  g_mutex_unlock (&self->pair->lock);
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Peer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT)
    note_told (self, gst_message_get_structure (message));
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

void
peer_record_start (Peer *self)
{
  GstBus *bus = gst_element_get_bus (self->pipeline);

  self->channels = g_ptr_array_new_with_free_func (g_object_unref);
  self->messages = g_ptr_array_new_with_free_func (g_free);
  self->states = g_ptr_array_new_with_free_func (g_free);
  self->history = g_ptr_array_new_with_free_func (g_free);
  self->held = g_ptr_array_new_with_free_func (g_free);
  self->told = g_ptr_array_new_with_free_func (g_free);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  gst_object_unref (bus);
  g_signal_connect (self->bin, "on-ice-candidate", G_CALLBACK (on_candidate), self);
  g_signal_connect (self->bin, "notify::connection-state", G_CALLBACK (on_connection_state), self);
  g_signal_connect (self->bin, "notify::ice-connection-state", G_CALLBACK (on_ice_state), self);
  g_signal_connect (self->bin, "on-data-channel", G_CALLBACK (on_data_channel), self);
  g_signal_connect (self->bin, "pad-added", G_CALLBACK (on_pad_added), self);
}

/* It may hear no more of the other's last candidates. */
void
peer_record_ignore_candidates (Peer *self)
{
  if (self->bin)
    g_signal_handlers_disconnect_by_func (self->bin, on_candidate, self);
}

void
peer_record_clear (Peer *self)
{
  g_clear_pointer (&self->channels, g_ptr_array_unref);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_pointer (&self->states, g_ptr_array_unref);
  g_clear_pointer (&self->history, g_ptr_array_unref);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  g_clear_pointer (&self->told, g_ptr_array_unref);
  g_free (self->last_warning);
  g_free (self->selected_local);
}

/* --- waiting --- */

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

static gboolean
has_entry (GPtrArray *entries, const gchar *entry)
{
  return g_ptr_array_find_with_equal_func (entries, entry, (GEqualFunc) g_str_equal, NULL);
}

gboolean
peer_has_state (Peer *self, const gchar *nick)
{
  gboolean has_state;

  g_mutex_lock (&self->pair->lock);
  has_state = has_entry (self->states, nick);
  g_mutex_unlock (&self->pair->lock);
  return has_state;
}

void
peer_print_states (Peer *self, const gchar *name)
{
  g_mutex_lock (&self->pair->lock);
  for (guint i = 0; i < self->history->len; i++)
    g_print ("%s: %s\n", name, (const gchar *) g_ptr_array_index (self->history, i));
  g_mutex_unlock (&self->pair->lock);
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
peer_wait_told (Peer *self, const gchar *name)
{
  g_mutex_lock (&self->pair->lock);
  WAIT_UNTIL (self->pair, has_entry (self->told, name), name);
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
