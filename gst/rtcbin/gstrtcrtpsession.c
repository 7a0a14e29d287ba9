/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The RTP session of one transport; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/rtc/rtcpacketlist.h>
#include <gst/rtc/rtcslowpath.h>

#include "gstrtcreceiveoutlet.h"
#include "gstrtcreceivestage.h"
#include "gstrtcreceiveswitch.h"
#include "gstrtcrtpsession.h"
#include "gstrtcstreamset.h"
#include "sdp/rtccodecs.h"
#include "wire/rtcrouter.h"

/* How long a jitter buffer's thread stays out of it for the next list. Whoever stops that thread
 * waits as long; so does a packet that comes by the long way. */
#define LINGER (5 * G_TIME_SPAN_MILLISECOND)

struct _GstRtcRtpSession {
  guint id;
  GstBin *bin;
  GstElement *rtpbin;
  GstElement *srtp;
  GstElement *funnel;
  GstRtcReceiveStage *receive_stage;
  GstRtcRtpTable *table;
  GstRtcStreamSet *streams;            /* removed on the loop only */
  GstStructure *rtx_pts;               /* payload type -> that of its retransmission; NULL: none */
  GstElement *rtx_receive;             /* not owned: rtpbin's */
  GstRtcReceiveSwitch *receive_switch; /* not owned: rtpbin's; NULL: all take the long way */

  GMutex lock;         /* for what follows */
  GHashTable *outlets; /* SSRC -> GstRtcReceiveOutlet */
  GArray *gone;        /* guint32: SSRCs that ended since the last packet */
  gint has_gone;       /* atomic */

  RtcRouter *router;      /* loop thread only, as what follows */
  GHashTable *by_section; /* m-line -> GstRtcTransceiver */
  guint32 known_ssrc;     /* the previous packet's, when has_known_ssrc */
  gboolean has_known_ssrc;
  guint64 dropped;
  gboolean is_linked;
};

/* Any thread may learn that a source ended; the router is the loop's. */
static void
forget_gone (GstRtcRtpSession *self)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->gone->len; i++) {
    guint32 ssrc = g_array_index (self->gone, guint32, i);

    rtc_router_remove_ssrc (self->router, ssrc);
    if (!gst_rtc_stream_set_contains (self->streams, ssrc))
      gst_rtc_rtp_table_remove_source (self->table, ssrc);
  }
  g_array_set_size (self->gone, 0);
  g_atomic_int_set (&self->has_gone, FALSE);
  g_mutex_unlock (&self->lock);
  self->has_known_ssrc = FALSE;
}

/* rtpbin may lose a stream only here, between two packets: it takes the SSRC off its list first and
 * its pads away later, and a packet that arrives meanwhile makes pads of the same names. */
static void
clear_stream (GstRtcRtpSession *self, guint32 ssrc)
{
  gst_rtc_stream_set_remove (self->streams, ssrc);
  gst_rtc_rtp_table_remove_source (self->table, ssrc);
  if (self->receive_switch)
    gst_rtc_receive_switch_remove_stream (self->receive_switch, ssrc);
  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->outlets, GUINT_TO_POINTER (ssrc));
  g_mutex_unlock (&self->lock);
  g_signal_emit_by_name (self->rtpbin, "clear-ssrc", self->id, ssrc);
}

static gboolean
make_room (GstRtcRtpSession *self)
{
  guint32 ssrc;

  if (!gst_rtc_stream_set_is_full (self->streams))
    return TRUE;
  if (!gst_rtc_stream_set_find_ended (self->streams, &ssrc))
    return FALSE;
  clear_stream (self, ssrc);
  return TRUE;
}

static gboolean
add_source (GstRtcRtpSession *self, const RtcRoute *route, GstRtcTransceiver *transceiver)
{
  g_autofree gchar *rid = NULL;
  g_autoptr (GstRtcTransceiver) before =
      gst_rtc_rtp_table_get_source (self->table, route->ssrc, &rid);

  /* rtpbin tells of an SSRC's pad once; the stream of another section has its own. */
  if (before)
    clear_stream (self, route->ssrc);
  if (!gst_rtc_stream_set_contains (self->streams, route->ssrc) && !make_room (self))
    return FALSE;
  gst_rtc_rtp_table_add_source (self->table, route->ssrc, transceiver, route->rid);
  return TRUE;
}

static gboolean
know_source (GstRtcRtpSession *self, const RtcRoute *route)
{
  GstRtcTransceiver *transceiver;

  if (self->has_known_ssrc && self->known_ssrc == route->ssrc)
    return TRUE;
  transceiver = g_hash_table_lookup (self->by_section, GUINT_TO_POINTER (route->section));
  if (!transceiver)
    return FALSE;
  if (!gst_rtc_rtp_table_is_source_of (self->table, route->ssrc, transceiver) &&
      !add_source (self, route, transceiver))
    return FALSE;
  self->known_ssrc = route->ssrc;
  self->has_known_ssrc = TRUE;
  return TRUE;
}

static gboolean
route_packet (GstBuffer *buffer, gpointer user_data)
{
  GstRtcRtpSession *self = user_data;
  gboolean is_routed;
  RtcRoute route;
  GstMapInfo map;

  if (g_atomic_int_get (&self->has_gone))
    forget_gone (self);
  if (!rtc_packet_map (buffer, &map))
    return FALSE;
  is_routed = rtc_router_route (self->router, map.data, map.size, &route);
  rtc_packet_unmap (buffer, &map);
  is_routed = is_routed && know_source (self, &route);
  if (!is_routed)
    self->dropped++;
  return is_routed;
}

static void
on_passed (gpointer user_data)
{
  GstRtcRtpSession *self = user_data;

  if (self->receive_switch)
    gst_rtc_receive_switch_release (self->receive_switch);
}

GstRtcRtpSession *
gst_rtc_rtp_session_new (GstBin *bin, GstElement *rtpbin, GstRtcTransport *transport)
{
  GstRtcRtpSession *self = g_new0 (GstRtcRtpSession, 1);

  self->id = gst_rtc_transport_get_id (transport);
  self->bin = bin;
  self->rtpbin = gst_object_ref (rtpbin);
  self->srtp = gst_object_ref (gst_rtc_transport_get_srtp (transport));
  self->table = gst_rtc_rtp_table_new ();
  self->streams = gst_rtc_stream_set_new ();
  self->router = rtc_router_new ();
  self->gone = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_mutex_init (&self->lock);
  self->outlets =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) gst_rtc_receive_outlet_unref);
  self->by_section = g_hash_table_new_full (NULL, NULL, NULL, gst_object_unref);
  return self;
}

static void
release_pad (GstRtcRtpSession *self, const gchar *format)
{
  g_autofree gchar *name = g_strdup_printf (format, self->id);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->rtpbin, name);

  if (pad)
    gst_element_release_request_pad (self->rtpbin, pad);
}

static void
unlink_all (GstRtcRtpSession *self)
{
  release_pad (self, "recv_rtp_sink_%u");
  release_pad (self, "recv_rtcp_sink_%u");
  if (self->funnel)
    release_pad (self, "send_rtp_sink_%u");
  release_pad (self, "send_rtcp_src_%u");
}

static void
remove_element (GstRtcRtpSession *self, GstElement *element)
{
  if (!element)
    return;
  gst_element_set_state (element, GST_STATE_NULL);
  gst_bin_remove (self->bin, element);
}

void
gst_rtc_rtp_session_free (GstRtcRtpSession *self)
{
  if (self->is_linked)
    unlink_all (self);
  remove_element (self, self->funnel);
  if (self->receive_stage)
    gst_rtc_receive_stage_detach (self->receive_stage);
  remove_element (self, (GstElement *) self->receive_stage);
  gst_object_unref (self->rtpbin);
  gst_object_unref (self->srtp);
  g_hash_table_unref (self->by_section);
  rtc_router_free (self->router);
  g_array_unref (self->gone);
  g_hash_table_unref (self->outlets);
  g_mutex_clear (&self->lock);
  gst_rtc_rtp_table_free (self->table);
  gst_rtc_stream_set_free (self->streams);
  g_clear_pointer (&self->rtx_pts, gst_structure_free);
  g_free (self);
}

guint
gst_rtc_rtp_session_get_id (GstRtcRtpSession *self)
{
  return self->id;
}

GstRtcRtpTable *
gst_rtc_rtp_session_get_table (GstRtcRtpSession *self)
{
  return self->table;
}

guint64
gst_rtc_rtp_session_get_dropped (GstRtcRtpSession *self)
{
  return self->dropped;
}

static guint
find_extension (GPtrArray *extmaps, const gchar *uri)
{
  for (guint i = 0; extmaps && i < extmaps->len; i++) {
    const RtcExtmap *extmap = g_ptr_array_index (extmaps, i);

    if (g_str_equal (extmap->uri, uri))
      return extmap->id;
  }
  return 0;
}

static void
set_number (GstStructure *structure, guint32 key, guint32 value)
{
  g_autofree gchar *name = g_strdup_printf ("%u", key);

  gst_structure_set (structure, name, G_TYPE_UINT, value, NULL);
}

static void
add_codecs (GstRtcRtpSession *self, GHashTable *caps_by_pt, RtcKind kind,
    const RtcMediaParameters *parameters)
{
  for (guint i = 0; parameters->codecs && i < parameters->codecs->len; i++) {
    const RtcCodec *codec = g_ptr_array_index (parameters->codecs, i);

    g_hash_table_insert (caps_by_pt, GUINT_TO_POINTER (codec->pt),
        rtc_codec_to_caps (codec, kind, parameters->extmaps));
    if (codec->apt >= 0)
      set_number (self->rtx_pts, codec->apt, codec->pt);
  }
}

static void
route_section (GstRtcRtpSession *self, RtcTransceiver *core, guint section)
{
  const RtcMediaParameters *receive = rtc_transceiver_get_receive (core);

  rtc_router_add_section (self->router, section, rtc_transceiver_get_mid (core));
  for (guint i = 0; receive->codecs && i < receive->codecs->len; i++) {
    const RtcCodec *codec = g_ptr_array_index (receive->codecs, i);

    rtc_router_add_pt (self->router, section, codec->pt);
  }
  for (guint i = 0; receive->sources && i < receive->sources->len; i++) {
    const RtcSource *source = g_ptr_array_index (receive->sources, i);

    rtc_router_add_ssrc (self->router, section, source->ssrc);
    if (source->rtx)
      rtc_router_add_ssrc (self->router, section, source->rtx);
  }
  rtc_router_set_extension_ids (self->router, find_extension (receive->extmaps, RTC_EXTMAP_MID),
      find_extension (receive->extmaps, RTC_EXTMAP_RID),
      find_extension (receive->extmaps, RTC_EXTMAP_REPAIRED_RID));
}

static gboolean
add_long_pt (GQuark field, const GValue *value, gpointer user_data)
{
  gst_rtc_receive_switch_add_payload_type (user_data, g_value_get_uint (value));
  return TRUE;
}

static void
apply_retransmission (GstRtcRtpSession *self)
{
  if (self->rtx_receive)
    g_object_set (self->rtx_receive, "payload-type-map", self->rtx_pts, NULL);
  if (!self->receive_switch)
    return;
  gst_rtc_receive_switch_clear_payload_types (self->receive_switch);
  gst_structure_foreach (self->rtx_pts, add_long_pt, self->receive_switch);
}

void
gst_rtc_rtp_session_configure (GstRtcRtpSession *self, GPtrArray *transceivers)
{
  GHashTable *caps_by_pt =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) gst_caps_unref);

  self->has_known_ssrc = FALSE;
  g_hash_table_remove_all (self->by_section);
  rtc_router_clear (self->router);
  g_clear_pointer (&self->rtx_pts, gst_structure_free);
  self->rtx_pts = gst_structure_new_empty ("application/x-rtp-pt-map");
  for (guint i = 0; i < transceivers->len; i++) {
    GstRtcTransceiver *transceiver = g_ptr_array_index (transceivers, i);
    RtcTransceiver *core = gst_rtc_transceiver_get_core (transceiver);
    guint section = (guint) rtc_transceiver_get_mline (core);

    g_hash_table_insert (
        self->by_section, GUINT_TO_POINTER (section), gst_object_ref (transceiver));
    add_codecs (self, caps_by_pt, rtc_transceiver_get_kind (core), rtc_transceiver_get_send (core));
    add_codecs (
        self, caps_by_pt, rtc_transceiver_get_kind (core), rtc_transceiver_get_receive (core));
    if (rtc_transceiver_get_receive (core)->is_active)
      route_section (self, core, section);
  }
  gst_rtc_rtp_table_set_caps (self->table, caps_by_pt);
  if (self->is_linked)
    g_signal_emit_by_name (self->rtpbin, "clear-pt-map");
  apply_retransmission (self);
}

/* SRTP stands in the transport's bin and rtpbin beside that; each ghost pad between them would be a
 * hop for every packet. */
static void
link_across (GstPad *src, GstPad *sink)
{
  gst_pad_link_full (src, sink, GST_PAD_LINK_CHECK_NOTHING);
}

/* rtpbin's pads are ghosts of its RTP session's. (transfer full): the session's own, which the
 * ghost does not lead to any more, so that it may be linked. The ghost stays, to be released. */
static GstPad *
take_inner_pad (GstPad *ghost)
{
  GstPad *inner;

  if (rtc_slow_path_is_forced (RTC_SLOW_PATH_MEDIA))
    return gst_object_ref (ghost);
  inner = gst_ghost_pad_get_target (GST_GHOST_PAD (ghost));
  gst_ghost_pad_set_target (GST_GHOST_PAD (ghost), NULL);
  return inner;
}

static GstPad *
request_pad (GstRtcRtpSession *self, const gchar *format)
{
  g_autofree gchar *name = g_strdup_printf (format, self->id);

  return gst_element_request_pad_simple (self->rtpbin, name);
}

static void
link_receiving (GstRtcRtpSession *self)
{
  g_autoptr (GstPad) srtp_rtp = gst_element_get_static_pad (self->srtp, "rtp_src");
  g_autoptr (GstPad) srtp_rtcp = gst_element_get_static_pad (self->srtp, "rtcp_src");
  g_autoptr (GstPad) rtp_ghost = request_pad (self, "recv_rtp_sink_%u");
  g_autoptr (GstPad) rtcp_sink = request_pad (self, "recv_rtcp_sink_%u");
  g_autoptr (GstPad) rtp_sink = take_inner_pad (rtp_ghost);
  g_autoptr (GstPad) stage_src = NULL;
  g_autoptr (GstPad) stage_sink = NULL;

  self->receive_stage = gst_rtc_receive_stage_new (route_packet, on_passed, self);
  gst_bin_add (self->bin, GST_ELEMENT (self->receive_stage));
  gst_element_sync_state_with_parent (GST_ELEMENT (self->receive_stage));
  stage_src = gst_element_get_static_pad (GST_ELEMENT (self->receive_stage), "src");
  stage_sink = gst_element_get_static_pad (GST_ELEMENT (self->receive_stage), "sink");
  link_across (srtp_rtcp, rtcp_sink);
  link_across (stage_src, rtp_sink);
  link_across (srtp_rtp, stage_sink);
}

void
gst_rtc_rtp_session_link (GstRtcRtpSession *self)
{
  g_autoptr (GstPad) rtcp_sink = gst_element_get_static_pad (self->srtp, "rtcp_sink");
  g_autoptr (GstPad) rtcp_src = NULL;

  if (self->is_linked)
    return;
  self->is_linked = TRUE;
  rtcp_src = request_pad (self, "send_rtcp_src_%u");
  link_across (rtcp_src, rtcp_sink);
  link_receiving (self);
}

/* The way into @first and out of @last, with the names that rtpbin wants of an auxiliary element.
 * (transfer full) floating */
static GstElement *
wrap_aux (GstRtcRtpSession *self, GstElement *first, GstElement *last)
{
  GstElement *bin = gst_bin_new (NULL);
  g_autofree gchar *sink_name = g_strdup_printf ("sink_%u", self->id);
  g_autofree gchar *src_name = g_strdup_printf ("src_%u", self->id);
  g_autoptr (GstPad) sink = NULL;
  g_autoptr (GstPad) src = gst_element_get_static_pad (last, "src");

  sink = gst_element_get_static_pad (first, first == last ? "sink" : sink_name);
  gst_bin_add (GST_BIN (bin), first);
  if (first != last) {
    gst_bin_add (GST_BIN (bin), last);
    gst_element_link (first, last);
  }
  gst_element_add_pad (bin, gst_ghost_pad_new (sink_name, sink));
  gst_element_add_pad (bin, gst_ghost_pad_new (src_name, src));
  return bin;
}

static gboolean
has_retransmission (GstRtcRtpSession *self)
{
  return self->rtx_pts && gst_structure_n_fields (self->rtx_pts) > 0;
}

GstElement *
gst_rtc_rtp_session_make_aux_receiver (GstRtcRtpSession *self)
{
  GstElement *receive_switch = NULL;

  if (self->receive_switch || self->rtx_receive)
    return NULL;
  if (gst_rtc_receive_switch_is_wanted ()) {
    self->receive_switch = gst_rtc_receive_switch_new (self->id);
    receive_switch = GST_ELEMENT (self->receive_switch);
  }
  if (has_retransmission (self))
    self->rtx_receive = gst_element_factory_make ("rtprtxreceive", NULL);
  apply_retransmission (self);
  if (!self->rtx_receive)
    return receive_switch;
  return wrap_aux (self, receive_switch ? receive_switch : self->rtx_receive, self->rtx_receive);
}

static void
make_funnel (GstRtcRtpSession *self)
{
  g_autofree gchar *src_name = g_strdup_printf ("send_rtp_src_%u", self->id);
  g_autoptr (GstPad) srtp_sink = gst_element_get_static_pad (self->srtp, "rtp_sink");
  g_autoptr (GstPad) sink_ghost = NULL;
  g_autoptr (GstPad) src_ghost = NULL;
  g_autoptr (GstPad) sink = NULL;
  g_autoptr (GstPad) src = NULL;
  g_autoptr (GstPad) funnel_src = NULL;

  self->funnel = gst_element_factory_make ("rtpfunnel", NULL);
  gst_bin_add (self->bin, self->funnel);
  gst_element_sync_state_with_parent (self->funnel);
  sink_ghost = request_pad (self, "send_rtp_sink_%u");
  src_ghost = gst_element_get_static_pad (self->rtpbin, src_name);
  src = take_inner_pad (src_ghost);
  link_across (src, srtp_sink);
  funnel_src = gst_element_get_static_pad (self->funnel, "src");
  sink = take_inner_pad (sink_ghost);
  link_across (funnel_src, sink);
}

gboolean
gst_rtc_rtp_session_add_stage (GstRtcRtpSession *self, GstRtcSendStage *stage)
{
  g_autoptr (GstPad) src = gst_element_get_static_pad (GST_ELEMENT (stage), "src");
  g_autoptr (GstPad) sink = NULL;

  if (gst_pad_is_linked (src))
    return FALSE;
  if (!self->funnel)
    make_funnel (self);
  sink = gst_element_request_pad_simple (self->funnel, "sink_%u");
  gst_pad_link (src, sink);
  return TRUE;
}

void
gst_rtc_rtp_session_remove_stage (GstRtcRtpSession *self, GstRtcSendStage *stage)
{
  g_autoptr (GstPad) src = gst_element_get_static_pad (GST_ELEMENT (stage), "src");
  g_autoptr (GstPad) sink = gst_pad_get_peer (src);

  if (!sink || !self->funnel)
    return;
  gst_pad_unlink (src, sink);
  gst_element_release_request_pad (self->funnel, sink);
}

void
gst_rtc_rtp_session_set_latency (GstRtcRtpSession *self, GstClockTime latency)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (self->srtp, "rtp_sink");

  gst_pad_push_event (sink, gst_event_new_latency (latency));
}

void
gst_rtc_rtp_session_add_stream (GstRtcRtpSession *self, guint32 ssrc, GstElement *jitterbuffer)
{
  g_autoptr (GstPad) src = gst_element_get_static_pad (jitterbuffer, "src");
  g_autoptr (GstPad) sink = gst_element_get_static_pad (jitterbuffer, "sink");
  GstRtcReceiveOutlet *outlet =
      gst_rtc_receive_outlet_new (self->receive_stage, src, self->receive_switch != NULL, LINGER);

  gst_rtc_stream_set_add (self->streams, ssrc);
  if (self->receive_switch)
    gst_rtc_receive_switch_add_stream (self->receive_switch, ssrc, sink, outlet);
  g_mutex_lock (&self->lock);
  g_hash_table_replace (self->outlets, GUINT_TO_POINTER (ssrc), outlet);
  g_mutex_unlock (&self->lock);
}

void
gst_rtc_rtp_session_open_outlet (
    GstRtcRtpSession *self, guint32 ssrc, GstPad *pad, GstPad *target, guint pt)
{
  GstRtcReceiveOutlet *outlet;

  g_mutex_lock (&self->lock);
  outlet = g_hash_table_lookup (self->outlets, GUINT_TO_POINTER (ssrc));
  if (outlet)
    gst_rtc_receive_outlet_open (outlet, pad, target, pt);
  g_mutex_unlock (&self->lock);
}

void
gst_rtc_rtp_session_note_present (GstRtcRtpSession *self, guint32 ssrc)
{
  gst_rtc_stream_set_mark (self->streams, ssrc, FALSE);
}

void
gst_rtc_rtp_session_note_gone (GstRtcRtpSession *self, guint32 ssrc)
{
  gst_rtc_stream_set_mark (self->streams, ssrc, TRUE);
  g_mutex_lock (&self->lock);
  if (self->gone->len < RTC_ROUTER_MAX_SSRCS)
    g_array_append_val (self->gone, ssrc);
  g_atomic_int_set (&self->has_gone, TRUE);
  g_mutex_unlock (&self->lock);
}
