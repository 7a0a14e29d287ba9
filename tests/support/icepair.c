/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two rtcice elements, see the header. */
#include "icepair.h"

#include <gst/rtc/gstrtccontext.h>

#include <string.h>

GMutex ice_lock;
GCond ice_changed;

typedef struct {
  IcePeer *peer;
  IceOp op;
  const gchar *first;
  const gchar *second;
  gboolean result;
  GError *error;
  GstStructure *stats;
} IceCall;

static void
run_call (gpointer data)
{
  IceCall *call = data;
  GstRtcIce *ice = GST_RTC_ICE (call->peer->element);

  call->result = TRUE;
  switch (call->op) {
  case ICE_OP_LOCAL:
    call->result = gst_rtc_ice_set_local_credentials (ice, call->first, call->second, &call->error);
    break;
  case ICE_OP_REMOTE:
    call->result =
        gst_rtc_ice_set_remote_credentials (ice, call->first, call->second, &call->error);
    break;
  case ICE_OP_GATHER:
    call->result = gst_rtc_ice_gather (ice, &call->error);
    break;
  case ICE_OP_CANDIDATE:
    call->result = gst_rtc_ice_add_remote_candidate (ice, call->first, &call->error);
    break;
  case ICE_OP_SERVER:
    call->result = gst_rtc_ice_add_server (ice, call->first, &call->error);
    break;
  case ICE_OP_CONTROLLING:
    gst_rtc_ice_set_controlling (ice, call->first != NULL);
    break;
  case ICE_OP_STATS:
    call->stats = gst_rtc_ice_get_stats (ice);
    break;
  }
}

gboolean
ice_try_call (IcePeer *peer, IceOp op, const gchar *first, const gchar *second, GError **error)
{
  IceCall call = { peer, op, first, second, FALSE, NULL, NULL };

  rtc_loop_call (peer->loop, run_call, &call);
  if (call.error != NULL)
    g_propagate_error (error, call.error);
  return call.result;
}

void
ice_do_call (IcePeer *peer, IceOp op, const gchar *first, const gchar *second)
{
  GError *error = NULL;

  if (!ice_try_call (peer, op, first, second, &error))
    fail ("%s: %s", peer->name, error != NULL ? error->message : "no error");
}

GstStructure *
ice_get_stats (IcePeer *peer)
{
  IceCall call = { peer, ICE_OP_STATS, NULL, NULL, FALSE, NULL, NULL };

  rtc_loop_call (peer->loop, run_call, &call);
  return call.stats;
}

guint64
ice_get_count (IcePeer *peer, const gchar *name)
{
  GstStructure *stats = ice_get_stats (peer);
  guint64 value = 0;

  fail_unless (gst_structure_get_uint64 (stats, name, &value), "no %s", name);
  gst_structure_free (stats);
  return value;
}

void
ice_check_path (IcePeer *peer, const gchar *path)
{
  GstStructure *stats = ice_get_stats (peer);

  fail_unless_equals_string (gst_structure_get_string (stats, "path"), path);
  gst_structure_free (stats);
}

static void
deliver_candidate (gpointer data)
{
  IceCall *call = data;

  gst_rtc_ice_add_remote_candidate (GST_RTC_ICE (call->peer->element), call->first, NULL);
}

static void
free_delivery (gpointer data)
{
  IceCall *call = data;

  g_free ((gchar *) call->first);
  g_free (call);
}

/* What signalling would do: the line goes to the other side's loop. */
void
ice_trickle (IcePeer *to, const gchar *line)
{
  IceCall *call = g_new0 (IceCall, 1);

  call->peer = to;
  call->first = g_strdup (line);
  rtc_loop_post (to->loop, deliver_candidate, call, free_delivery);
}

static void
on_local_candidate (GstElement *element, const gchar *line, IcePeer *peer)
{
  fail_unless (rtc_loop_is_current (peer->loop));
  g_mutex_lock (&ice_lock);
  if (line != NULL)
    g_ptr_array_add (peer->candidates, g_strdup (line));
  else
    peer->n_gathered++;
  g_cond_broadcast (&ice_changed);
  g_mutex_unlock (&ice_lock);
  if (!peer->holds_candidates && peer->other != NULL)
    ice_trickle (peer->other, line);
}

static void
on_selected_pair (GstElement *element, const gchar *local, const gchar *remote, IcePeer *peer)
{
  fail_unless (rtc_loop_is_current (peer->loop));
  fail_unless (g_str_has_prefix (local, "candidate:"));
  fail_unless (g_str_has_prefix (remote, "candidate:"));
  g_mutex_lock (&ice_lock);
  peer->n_selected++;
  g_cond_broadcast (&ice_changed);
  g_mutex_unlock (&ice_lock);
}

static void
on_state (GstElement *element, GParamSpec *spec, IcePeer *peer)
{
  GstWebRTCICEConnectionState state;

  g_object_get (element, "state", &state, NULL);
  g_mutex_lock (&ice_lock);
  peer->state = state;
  g_cond_broadcast (&ice_changed);
  g_mutex_unlock (&ice_lock);
}

static GstFlowReturn
collect_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  IcePeer *peer = gst_pad_get_element_private (pad);

  fail_unless (rtc_loop_is_current (peer->loop));
  g_mutex_lock (&ice_lock);
  peer->n_lists++;
  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    g_ptr_array_add (peer->packets, gst_buffer_ref (gst_buffer_list_get (list, i)));
  g_cond_broadcast (&ice_changed);
  g_mutex_unlock (&ice_lock);
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static gboolean
collect_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

static void
make_pads (IcePeer *peer)
{
  GstPad *sink = gst_element_get_static_pad (peer->element, "sink");
  GstPad *src = gst_element_get_static_pad (peer->element, "src");
  GstSegment segment;

  peer->feed = gst_pad_new ("feed", GST_PAD_SRC);
  peer->collect = gst_pad_new ("collect", GST_PAD_SINK);
  gst_pad_set_element_private (peer->collect, peer);
  gst_pad_set_chain_list_function (peer->collect, collect_list);
  gst_pad_set_event_function (peer->collect, collect_event);
  fail_unless_equals_int (gst_pad_link (peer->feed, sink), GST_PAD_LINK_OK);
  fail_unless_equals_int (gst_pad_link (src, peer->collect), GST_PAD_LINK_OK);
  gst_pad_set_active (peer->feed, TRUE);
  gst_pad_set_active (peer->collect, TRUE);
  gst_pad_push_event (peer->feed, gst_event_new_stream_start (peer->name));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (peer->feed, gst_event_new_segment (&segment));
  gst_object_unref (sink);
  gst_object_unref (src);
}

static void
init_on (IcePeer *peer, const gchar *name, IcePeer *other, RtcLoop *loop)
{
  static const gchar *const loopback[] = { "127.0.0.1", NULL };
  GstContext *context;

  memset (peer, 0, sizeof *peer);
  peer->name = name;
  peer->other = other;
  peer->loop = rtc_loop_ref (loop);
  peer->candidates = g_ptr_array_new_with_free_func (g_free);
  peer->packets = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
  peer->element = gst_element_factory_make ("rtcice", name);
  fail_unless (peer->element != NULL);
  context = gst_rtc_loop_context_new (peer->loop);
  gst_element_set_context (peer->element, context);
  gst_context_unref (context);
  g_object_set (peer->element, "local-addresses", loopback, NULL);
  g_signal_connect (peer->element, "local-candidate", G_CALLBACK (on_local_candidate), peer);
  g_signal_connect (peer->element, "selected-pair", G_CALLBACK (on_selected_pair), peer);
  g_signal_connect (peer->element, "notify::state", G_CALLBACK (on_state), peer);
}

void
ice_peer_init (IcePeer *peer, const gchar *name, IcePeer *other)
{
  g_autoptr (RtcLoop) loop = rtc_loop_new (name);

  init_on (peer, name, other, loop);
}

void
ice_peer_start (IcePeer *peer)
{
  make_pads (peer);
  fail_if (gst_element_set_state (peer->element, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE);
}

void
ice_peer_stop (IcePeer *peer)
{
  gst_element_set_state (peer->element, GST_STATE_NULL);
}

void
ice_peer_clear (IcePeer *peer)
{
  ice_peer_stop (peer);
  gst_object_unref (peer->feed);
  gst_object_unref (peer->collect);
  gst_object_unref (peer->element);
  rtc_loop_unref (peer->loop);
  g_ptr_array_unref (peer->candidates);
  g_ptr_array_unref (peer->packets);
}

void
ice_pair_init (IcePair *pair)
{
  ice_peer_init (&pair->a, "a", &pair->b);
  ice_peer_init (&pair->b, "b", &pair->a);
}

void
ice_pair_init_on (IcePair *pair, RtcLoop *loop_a, RtcLoop *loop_b)
{
  init_on (&pair->a, "a", &pair->b, loop_a);
  init_on (&pair->b, "b", &pair->a, loop_b);
}

void
ice_pair_start (IcePair *pair)
{
  ice_peer_start (&pair->a);
  ice_peer_start (&pair->b);
}

void
ice_pair_clear (IcePair *pair)
{
  /* First both stop: what one still trickles must find the other alive. */
  ice_peer_stop (&pair->a);
  ice_peer_stop (&pair->b);
  rtc_loop_call (pair->a.loop, (RtcLoopFunc) g_free, NULL);
  rtc_loop_call (pair->b.loop, (RtcLoopFunc) g_free, NULL);
  ice_peer_clear (&pair->a);
  ice_peer_clear (&pair->b);
}

gboolean
ice_is_connected (IcePeer *peer)
{
  return peer->state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED ||
      peer->state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED;
}

/* The n-th generation of a side's credentials. */
static void
credentials (IcePeer *peer, guint n, gchar **ufrag, gchar **pwd)
{
  *ufrag = g_strdup_printf ("uf%s%05u", peer->name, n);
  *pwd = g_strdup_printf ("password%s%016u", peer->name, n);
}

void
ice_set_local (IcePeer *peer, guint n)
{
  g_autofree gchar *ufrag = NULL;
  g_autofree gchar *pwd = NULL;

  credentials (peer, n, &ufrag, &pwd);
  ice_do_call (peer, ICE_OP_LOCAL, ufrag, pwd);
}

void
ice_set_remote (IcePeer *peer, guint n)
{
  g_autofree gchar *ufrag = NULL;
  g_autofree gchar *pwd = NULL;

  credentials (peer->other, n, &ufrag, &pwd);
  ice_do_call (peer, ICE_OP_REMOTE, ufrag, pwd);
}

void
ice_pair_connect (IcePair *pair)
{
  ice_do_call (&pair->a, ICE_OP_CONTROLLING, "yes", NULL);
  ice_set_local (&pair->a, 0);
  ice_set_local (&pair->b, 0);
  ice_set_remote (&pair->a, 0);
  ice_set_remote (&pair->b, 0);
  ice_do_call (&pair->a, ICE_OP_GATHER, NULL, NULL);
  ice_do_call (&pair->b, ICE_OP_GATHER, NULL, NULL);
  ICE_WAIT_FOR (ice_is_connected (&pair->a) && ice_is_connected (&pair->b));
}

/* A packet that says which one it is: a first byte in the range of DTLS, then the number, then
 * bytes that follow from both. */
GstBuffer *
ice_make_packet (guint number, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  map.data[0] = (guint8) (20 + number % 44);
  for (gsize i = 1; i < size; i++)
    map.data[i] = (guint8) (i < 5 ? number >> (8 * (i - 1)) : number + i);
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

void
ice_check_packet (GstBuffer *received, guint number, gsize size)
{
  GstBuffer *expected = ice_make_packet (number, size);
  GstMapInfo map;

  gst_buffer_map (expected, &map, GST_MAP_READ);
  gst_check_buffer_data (received, map.data, map.size);
  fail_unless_equals_int (gst_buffer_n_memory (received), 1);
  gst_buffer_unmap (expected, &map);
  gst_buffer_unref (expected);
}

gsize
ice_equal_size (guint number)
{
  return 1200;
}

gsize
ice_unequal_size (guint number)
{
  return 1 + (number * 397) % 1400;
}

void
ice_send_packets (IcePeer *from, guint number, guint n_packets, gsize (*size_of) (guint))
{
  GstBufferList *list = gst_buffer_list_new_sized (n_packets);

  for (guint i = 0; i < n_packets; i++)
    gst_buffer_list_add (list, ice_make_packet (number + i, size_of (number + i)));
  fail_unless_equals_int (gst_pad_push_list (from->feed, list), GST_FLOW_OK);
}

static gboolean
is_on_path (IcePeer *peer, const gchar *path)
{
  GstStructure *stats = ice_get_stats (peer);
  gboolean result = g_strcmp0 (gst_structure_get_string (stats, "path"), path) == 0;

  gst_structure_free (stats);
  return result;
}

void
ice_settle_on_path (IcePeer *from, IcePeer *to, const gchar *path)
{
  for (guint i = 0; i < 1000 && !(is_on_path (from, path) && is_on_path (to, path)); i++) {
    g_ptr_array_set_size (to->packets, 0);
    ice_send_packets (from, 0, 1, ice_equal_size);
    ICE_WAIT_FOR (to->packets->len >= 1);
  }
  ice_check_path (from, path);
  ice_check_path (to, path);
}

/* In lists of growing length, so that none is full and none is the size of a batch. */
void
ice_check_transfer (IcePeer *from, IcePeer *to, gsize (*size_of) (guint))
{
  guint n_sent = 0;

  g_ptr_array_set_size (to->packets, 0);
  for (guint length = 1; length < 100; length += 9) {
    ice_send_packets (from, n_sent, length, size_of);
    n_sent += length;
    ICE_WAIT_FOR (to->packets->len >= n_sent);
  }
  fail_unless_equals_int (to->packets->len, n_sent);
  for (guint i = 0; i < n_sent; i++)
    ice_check_packet (g_ptr_array_index (to->packets, i), i, size_of (i));
}

void
ice_check_both_ways (IcePair *pair)
{
  ice_check_transfer (&pair->a, &pair->b, ice_equal_size);
  ice_check_transfer (&pair->b, &pair->a, ice_equal_size);
  ice_check_transfer (&pair->a, &pair->b, ice_unequal_size);
  ice_check_transfer (&pair->b, &pair->a, ice_unequal_size);
}

void
ice_peer_configure (IcePeer *peer, const gchar *address, const gchar *path, const gchar *nomination)
{
  const gchar *const addresses[] = { address, NULL };

  g_object_set (peer->element, "local-addresses", addresses, NULL);
  gst_util_set_object_arg (G_OBJECT (peer->element), "path", path);
  gst_util_set_object_arg (G_OBJECT (peer->element), "nomination", nomination);
}

gboolean
ice_has_address (const gchar *text)
{
  GInetAddress *inet = g_inet_address_new_from_string (text);
  GSocketAddress *address = g_inet_socket_address_new (inet, 0);
  GSocket *socket = g_socket_new (
      g_inet_address_get_family (inet), G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  gboolean result = socket != NULL && g_socket_bind (socket, address, FALSE, NULL);

  g_object_unref (inet);
  g_object_unref (address);
  g_clear_object (&socket);
  return result;
}
