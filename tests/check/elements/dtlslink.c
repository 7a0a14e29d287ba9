/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DtlsLink: pads, the wire between them, and waiting. */
#include "dtlslink.h"

#define WAIT_LIMIT (20 * G_TIME_SPAN_SECOND)

static void
deliver (gpointer user_data)
{
  DtlsPeer *peer = user_data;
  GstBufferList *list = gst_buffer_list_new ();
  GstBuffer *datagram;

  g_mutex_lock (&peer->link->lock);
  while ((datagram = g_queue_pop_head (&peer->inbox)))
    gst_buffer_list_add (list, datagram);
  g_mutex_unlock (&peer->link->lock);
  if (gst_buffer_list_length (list) > 0)
    gst_pad_push_list (peer->to_sink, list);
  else
    gst_buffer_list_unref (list);
}

static GstFlowReturn
wire_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  DtlsPeer *peer = g_object_get_data (G_OBJECT (pad), "peer");
  DtlsLink *link = peer->link;
  DtlsPeer *other = &link->peers[1 - peer->index];

  g_mutex_lock (&link->lock);
  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    GstBuffer *datagram = gst_buffer_list_get (list, i);

    peer->n_sent++;
    peer->bytes_sent += gst_buffer_get_size (datagram);
    link->n_datagrams++;
    if (link->loses && link->loses (peer->index, link->n_datagrams, datagram, link->loses_data))
      continue;
    g_queue_push_tail (&other->inbox, gst_buffer_ref (datagram));
  }
  g_mutex_unlock (&link->lock);
  gst_buffer_list_unref (list);
  rtc_loop_post (link->loop, deliver, other, NULL);
  return GST_FLOW_OK;
}

static GstFlowReturn
keep_list (DtlsPeer *peer, GQueue *queue, GstBufferList *list)
{
  g_mutex_lock (&peer->link->lock);
  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    g_queue_push_tail (queue, gst_buffer_ref (gst_buffer_list_get (list, i)));
  g_cond_broadcast (&peer->link->changed);
  g_mutex_unlock (&peer->link->lock);
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static GstFlowReturn
data_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  DtlsPeer *peer = g_object_get_data (G_OBJECT (pad), "peer");

  return keep_list (peer, &peer->data, list);
}

static GstFlowReturn
srtp_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  DtlsPeer *peer = g_object_get_data (G_OBJECT (pad), "peer");

  return keep_list (peer, &peer->srtp, list);
}

static gboolean
srtp_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  DtlsPeer *peer = g_object_get_data (G_OBJECT (pad), "peer");
  GstRtcSrtpKeys *keys = gst_rtc_srtp_keys_from_event (event);

  if (keys)
    peer->keys = gst_rtc_srtp_keys_ref (keys);
  gst_event_unref (event);
  return TRUE;
}

static GstPad *
link_sink (DtlsPeer *peer, const gchar *name, GstPadChainListFunction chain_list)
{
  g_autoptr (GstPad) src = gst_element_get_static_pad (peer->dtls, name);
  GstPad *pad = gst_pad_new (NULL, GST_PAD_SINK);

  g_object_set_data (G_OBJECT (pad), "peer", peer);
  gst_pad_set_chain_list_function (pad, chain_list);
  gst_pad_set_active (pad, TRUE);
  g_assert_cmpint (gst_pad_link (src, pad), ==, GST_PAD_LINK_OK);
  return pad;
}

static GstPad *
link_src (DtlsPeer *peer, const gchar *name)
{
  GstSegment segment;
  g_autoptr (GstPad) sink = gst_element_get_static_pad (peer->dtls, name);
  GstPad *pad = gst_pad_new (NULL, GST_PAD_SRC);

  gst_pad_set_active (pad, TRUE);
  g_assert_cmpint (gst_pad_link (pad, sink), ==, GST_PAD_LINK_OK);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (pad, gst_event_new_stream_start (name));
  gst_pad_push_event (pad, gst_event_new_segment (&segment));
  return pad;
}

static void
state_changed (GObject *dtls, GParamSpec *spec, gpointer user_data)
{
  DtlsPeer *peer = user_data;
  GstWebRTCDTLSTransportState state;

  g_object_get (dtls, "state", &state, NULL);
  g_assert_true (rtc_loop_is_current (peer->link->loop));
  g_mutex_lock (&peer->link->lock);
  peer->state = state;
  peer->n_states++;
  g_cond_broadcast (&peer->link->changed);
  g_mutex_unlock (&peer->link->lock);
}

static void
failed (GstElement *dtls, GError *error, gpointer user_data)
{
  DtlsPeer *peer = user_data;

  g_mutex_lock (&peer->link->lock);
  g_assert_null (peer->error);
  peer->error = g_error_copy (error);
  g_mutex_unlock (&peer->link->lock);
}

static void
peer_init (DtlsPeer *peer, DtlsLink *link, guint index)
{
  g_autoptr (GstContext) context = gst_rtc_loop_context_new (link->loop);

  peer->link = link;
  peer->index = index;
  g_queue_init (&peer->inbox);
  g_queue_init (&peer->data);
  g_queue_init (&peer->srtp);
  peer->dtls = gst_element_factory_make ("rtcdtls", NULL);
  g_assert_nonnull (peer->dtls);
  gst_element_set_context (peer->dtls, context);
  g_object_set (peer->dtls, "role", index == CLIENT ? 1 : 2, NULL);
  g_signal_connect (peer->dtls, "notify::state", G_CALLBACK (state_changed), peer);
  g_signal_connect (peer->dtls, "failed", G_CALLBACK (failed), peer);
  peer->from_src = link_sink (peer, "src", wire_chain_list);
  peer->from_srtp = link_sink (peer, "srtp_src", srtp_chain_list);
  gst_pad_set_event_function (peer->from_srtp, srtp_event);
  peer->from_data = link_sink (peer, "data_src", data_chain_list);
  gst_element_set_state (peer->dtls, GST_STATE_PLAYING);
  peer->to_sink = link_src (peer, "sink");
  peer->to_srtp = link_src (peer, "srtp_sink");
  peer->to_data = link_src (peer, "data_sink");
}

DtlsLink *
dtls_link_new (void)
{
  return dtls_link_new_on (rtc_loop_new ("dtls-test"));
}

DtlsLink *
dtls_link_new_on (RtcLoop *loop)
{
  DtlsLink *link = g_new0 (DtlsLink, 1);

  link->loop = loop;
  g_mutex_init (&link->lock);
  g_cond_init (&link->changed);
  peer_init (&link->peers[CLIENT], link, CLIENT);
  peer_init (&link->peers[SERVER], link, SERVER);
  return link;
}

static void
peer_forget (DtlsPeer *peer)
{
  peer->state = GST_WEBRTC_DTLS_TRANSPORT_STATE_NEW;
  g_queue_clear_full (&peer->inbox, (GDestroyNotify) gst_buffer_unref);
  g_queue_clear_full (&peer->data, (GDestroyNotify) gst_buffer_unref);
  g_queue_clear_full (&peer->srtp, (GDestroyNotify) gst_buffer_unref);
  g_clear_error (&peer->error);
  g_clear_pointer (&peer->keys, gst_rtc_srtp_keys_unref);
}

void
dtls_link_forget (DtlsLink *link)
{
  g_mutex_lock (&link->lock);
  peer_forget (&link->peers[CLIENT]);
  peer_forget (&link->peers[SERVER]);
  g_mutex_unlock (&link->lock);
}

static void
free_pad (GstPad *pad)
{
  gst_pad_set_active (pad, FALSE);
  gst_object_unref (pad);
}

static void
peer_clear (DtlsPeer *peer)
{
  GstPad *pads[] = { peer->to_sink, peer->from_src, peer->to_srtp, peer->from_srtp, peer->to_data,
    peer->from_data };

  for (guint i = 0; i < G_N_ELEMENTS (pads); i++)
    free_pad (pads[i]);
  gst_object_unref (peer->dtls);
  peer_forget (peer);
}

void
dtls_link_free (DtlsLink *link)
{
  gst_element_set_state (link->peers[CLIENT].dtls, GST_STATE_NULL);
  gst_element_set_state (link->peers[SERVER].dtls, GST_STATE_NULL);
  dtls_link_settle (link);
  peer_clear (&link->peers[CLIENT]);
  peer_clear (&link->peers[SERVER]);
  rtc_loop_unref (link->loop);
  g_mutex_clear (&link->lock);
  g_cond_clear (&link->changed);
  g_free (link);
}

gchar *
dtls_link_get_fingerprint (DtlsLink *link, guint peer)
{
  gchar *fingerprint;

  g_object_get (link->peers[peer].dtls, "fingerprint", &fingerprint, NULL);
  g_assert_nonnull (fingerprint);
  return fingerprint;
}

typedef struct {
  GstElement *dtls;
  const gchar *const *lines;
} SetFingerprints;

static void
set_fingerprints (gpointer user_data)
{
  SetFingerprints *set = user_data;

  g_object_set (set->dtls, "remote-fingerprints", set->lines, NULL);
}

void
dtls_link_set_fingerprints (DtlsLink *link, guint peer, const gchar *const *lines)
{
  SetFingerprints set = { link->peers[peer].dtls, lines };

  rtc_loop_call (link->loop, set_fingerprints, &set);
}

void
dtls_link_introduce (DtlsLink *link)
{
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *fingerprint = dtls_link_get_fingerprint (link, 1 - i);
    const gchar *list[] = { fingerprint, NULL };

    dtls_link_set_fingerprints (link, i, list);
  }
}

void
dtls_link_start (DtlsLink *link)
{
  g_signal_emit_by_name (link->peers[SERVER].dtls, "start");
  g_signal_emit_by_name (link->peers[CLIENT].dtls, "start");
}

typedef gboolean (*Condition) (const DtlsPeer *peer, guint value);

static void
wait_for (DtlsLink *link, const DtlsPeer *peer, Condition condition, guint value)
{
  gint64 limit = g_get_monotonic_time () + WAIT_LIMIT;

  g_mutex_lock (&link->lock);
  while (!condition (peer, value))
    if (!g_cond_wait_until (&link->changed, &link->lock, limit))
      g_error ("waited too long for peer %u", peer->index);
  g_mutex_unlock (&link->lock);
}

static gboolean
has_state (const DtlsPeer *peer, guint value)
{
  return peer->state == value;
}

static gboolean
has_data (const DtlsPeer *peer, guint value)
{
  return peer->data.length >= value;
}

static gboolean
has_srtp (const DtlsPeer *peer, guint value)
{
  return peer->srtp.length >= value;
}

void
dtls_link_wait_state (DtlsLink *link, guint peer, GstWebRTCDTLSTransportState state)
{
  wait_for (link, &link->peers[peer], has_state, state);
}

void
dtls_link_wait_data (DtlsLink *link, guint peer, guint n_packets)
{
  wait_for (link, &link->peers[peer], has_data, n_packets);
}

void
dtls_link_wait_srtp (DtlsLink *link, guint peer, guint n_packets)
{
  wait_for (link, &link->peers[peer], has_srtp, n_packets);
}

static void
nothing (gpointer user_data)
{
}

/* What is posted by something posted comes later, hence a few rounds. */
void
dtls_link_settle (DtlsLink *link)
{
  for (guint i = 0; i < 8; i++)
    rtc_loop_call (link->loop, nothing, NULL);
}

void
dtls_link_inject (DtlsLink *link, guint peer, const guint8 *bytes, gsize size)
{
  g_mutex_lock (&link->lock);
  g_queue_push_tail (&link->peers[peer].inbox, gst_buffer_new_memdup (bytes, size));
  g_mutex_unlock (&link->lock);
  rtc_loop_call (link->loop, deliver, &link->peers[peer]);
}

void
dtls_link_send_data (DtlsLink *link, guint peer, const gchar *text)
{
  gst_pad_push (link->peers[peer].to_data, gst_buffer_new_memdup (text, strlen (text)));
}

void
dtls_link_send_srtp (DtlsLink *link, guint peer, const guint8 *bytes, gsize size)
{
  gst_pad_push (link->peers[peer].to_srtp, gst_buffer_new_memdup (bytes, size));
}

guint64
dtls_link_get_stat (DtlsLink *link, guint peer, const gchar *name)
{
  GstStructure *stats;
  guint64 value = 0;

  g_object_get (link->peers[peer].dtls, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint64 (stats, name, &value));
  gst_structure_free (stats);
  return value;
}
