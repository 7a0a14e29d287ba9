/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The media side of a session; see the header. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "gstrtcmedia.h"
#include "gstrtcsourcepads.h"
#include "gstrtcstreamset.h"
#include "sdp/rtccodecs.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_bin_debug);
#define GST_CAT_DEFAULT gst_rtc_bin_debug

#define DEFAULT_LATENCY_MS 200
/* RTCP at most this often (RFC 4585 §3.4, trr-int), beside what is sent at once. */
#define RTCP_INTERVAL GST_SECOND
/* RFC 4585 §3.3, immediate feedback mode: each NACK and PLI is sent at once. The RTP session waits
 * when there are more SSRCs than this; here they are those of two peers, however many. */
#define IMMEDIATE_FEEDBACK_SOURCES 1000u
/* And it waits until the bandwidth for RTCP, bits a second, has room again. Its own 5 % of 64
 * kbit/s would hold a NACK back for a quarter of a second: longer than the jitter buffer waits. */
#define RTCP_BANDWIDTH 200000.0

/* A sink pad's way: pad -> stage -> funnel of the transport's session. */
typedef struct {
  GstPad *pad; /* not owned: the bin's */
  GstRtcSendStage *stage;
  GstRtcTransceiver *transceiver;
  GstRtcRtpSession *session; /* the one whose funnel it is in */
} Sender;

struct _GstRtcMedia {
  GstBin *bin;
  GstElement *rtpbin;
  GstRtcSendClock *clock;
  gchar *cname;
  guint latency_ms;
  const GstRtcMediaEvents *events;
  gpointer user_data;

  GstRtcSourcePads *source_pads;
  GPtrArray *senders;    /* Sender */
  GHashTable *connected; /* ids of transports */
  GstClockTime pipeline_latency;

  GMutex lock;         /* for what follows, which rtpbin's threads look at */
  GPtrArray *sessions; /* GstRtcRtpSession; changed on the loop only */
};

static void
sender_free (gpointer data)
{
  Sender *sender = data;

  gst_object_unref (sender->transceiver);
  g_free (sender);
}

GstRtcMedia *
gst_rtc_media_new (GstBin *bin, const GstRtcMediaEvents *events, gpointer user_data)
{
  GstRtcMedia *self = g_new0 (GstRtcMedia, 1);

  self->bin = bin;
  self->events = events;
  self->user_data = user_data;
  self->latency_ms = DEFAULT_LATENCY_MS;
  self->clock = gst_rtc_send_clock_new ();
  self->source_pads = gst_rtc_source_pads_new (bin);
  self->senders = g_ptr_array_new_with_free_func (sender_free);
  self->sessions = g_ptr_array_new ();
  self->connected = g_hash_table_new (NULL, NULL);
  g_mutex_init (&self->lock);
  return self;
}

static GstRtcRtpSession *
find_session_locked (GstRtcMedia *self, guint id)
{
  for (guint i = 0; i < self->sessions->len; i++) {
    GstRtcRtpSession *session = g_ptr_array_index (self->sessions, i);

    if (gst_rtc_rtp_session_get_id (session) == id)
      return session;
  }
  return NULL;
}

static GstRtcRtpSession *
find_session (GstRtcMedia *self, guint id)
{
  GstRtcRtpSession *session;

  g_mutex_lock (&self->lock);
  session = find_session_locked (self, id);
  g_mutex_unlock (&self->lock);
  return session;
}

GstCaps *
gst_rtc_media_find_caps (GstRtcMedia *self, guint transport, guint pt)
{
  GstRtcRtpSession *session;
  GstCaps *caps = NULL;

  g_mutex_lock (&self->lock);
  session = find_session_locked (self, transport);
  if (session)
    caps = gst_rtc_rtp_table_get_caps (gst_rtc_rtp_session_get_table (session), pt);
  g_mutex_unlock (&self->lock);
  return caps;
}

static GstRtcTransceiver *
find_source (GstRtcMedia *self, guint transport, guint32 ssrc, gchar **out_rid)
{
  GstRtcTransceiver *transceiver = NULL;
  GstRtcRtpSession *session;

  g_mutex_lock (&self->lock);
  session = find_session_locked (self, transport);
  if (session)
    transceiver =
        gst_rtc_rtp_table_get_source (gst_rtc_rtp_session_get_table (session), ssrc, out_rid);
  g_mutex_unlock (&self->lock);
  return transceiver;
}

GstRtcTransceiver *
gst_rtc_media_find_source (GstRtcMedia *self, guint transport, guint32 ssrc)
{
  g_autofree gchar *rid = NULL;

  return find_source (self, transport, ssrc, &rid);
}

static GstCaps *
on_request_pt_map (GstElement *rtpbin, guint session, guint pt, GstRtcMedia *self)
{
  return gst_rtc_media_find_caps (self, session, pt);
}

static GstElement *
on_request_aux_receiver (GstElement *rtpbin, guint id, GstRtcMedia *self)
{
  GstRtcRtpSession *session = find_session (self, id);

  return session ? gst_rtc_rtp_session_make_aux_receiver (session) : NULL;
}

static void
on_new_jitterbuffer (
    GstElement *rtpbin, GstElement *jitterbuffer, guint id, guint ssrc, GstRtcMedia *self)
{
  g_autoptr (GstRtcTransceiver) transceiver = gst_rtc_media_find_source (self, id, ssrc);
  GstRtcRtpSession *session = find_session (self, id);

  if (session)
    gst_rtc_rtp_session_add_stream (session, ssrc, jitterbuffer);
  /* A gap tells what is lost. Otherwise the jitter buffer waits for a next packet at the usual
   * distance, asks for it, and after a pause drops it as one that is late. */
  g_object_set (jitterbuffer, "rtx-next-seqnum", FALSE, NULL);
  if (transceiver)
    g_object_set (
        jitterbuffer, "do-retransmission", gst_rtc_transceiver_does_nack (transceiver), NULL);
}

static void
on_source_ended (GstElement *rtpbin, guint id, guint ssrc, GstRtcMedia *self)
{
  GstRtcRtpSession *session;

  g_mutex_lock (&self->lock);
  session = find_session_locked (self, id);
  if (session)
    gst_rtc_rtp_session_note_gone (session, ssrc);
  g_mutex_unlock (&self->lock);
}

static void
on_source_began (GstElement *rtpbin, guint id, guint ssrc, GstRtcMedia *self)
{
  GstRtcRtpSession *session;

  g_mutex_lock (&self->lock);
  session = find_session_locked (self, id);
  if (session)
    gst_rtc_rtp_session_note_present (session, ssrc);
  g_mutex_unlock (&self->lock);
}

static void
on_pad_added (GstElement *rtpbin, GstPad *target, GstRtcMedia *self)
{
  g_autoptr (GstRtcTransceiver) transceiver = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autofree gchar *rid = NULL;
  GstRtcRtpSession *rtp_session;
  guint session, ssrc, pt;

  if (sscanf (GST_PAD_NAME (target), "recv_rtp_src_%u_%u_%u", &session, &ssrc, &pt) != 3)
    return;
  transceiver = find_source (self, session, ssrc, &rid);
  if (!transceiver) {
    GST_WARNING_OBJECT (self->bin, "no transceiver for SSRC %u", ssrc);
    return;
  }
  GST_INFO_OBJECT (self->bin, "SSRC %u, payload type %u", ssrc, pt);
  pad = gst_rtc_source_pads_take (self->source_pads, transceiver, rid, target);
  g_mutex_lock (&self->lock);
  rtp_session = find_session_locked (self, session);
  if (rtp_session)
    gst_rtc_rtp_session_open_outlet (rtp_session, ssrc, pad, target, pt);
  g_mutex_unlock (&self->lock);
}

/* A payload type that was there before has its pad of rtpbin already, so none is added: the
 * stream's pad goes back to it. In the jitter buffer's thread, before the packet is pushed. */
static void
on_payload_type_change (GstElement *demux, guint pt, GstRtcMedia *self)
{
  g_autofree gchar *name = g_strdup_printf ("src_%u", pt);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (demux, name);
  g_autoptr (GstPad) inner = pad ? gst_pad_get_peer (pad) : NULL;
  g_autoptr (GstObject) target = inner ? gst_object_get_parent (GST_OBJECT (inner)) : NULL;

  if (GST_IS_GHOST_PAD (target) && !gst_pad_is_linked (GST_PAD (target)))
    on_pad_added (self->rtpbin, GST_PAD (target), self);
}

static void
on_element_added (GstBin *rtpbin, GstElement *element, GstRtcMedia *self)
{
  if (g_str_has_prefix (G_OBJECT_TYPE_NAME (element), "GstRtpPtDemux"))
    g_signal_connect (element, "payload-type-change", G_CALLBACK (on_payload_type_change), self);
}

static void
apply_cname (GstRtcMedia *self)
{
  g_autoptr (GstStructure) sdes = NULL;

  if (!self->rtpbin || !self->cname)
    return;
  sdes = gst_structure_new (
      "application/x-rtp-source-sdes", "cname", G_TYPE_STRING, self->cname, NULL);
  g_object_set (self->rtpbin, "sdes", sdes, NULL);
}

GstElement *
gst_rtc_media_ensure_rtpbin (GstRtcMedia *self)
{
  if (self->rtpbin)
    return self->rtpbin;
  self->rtpbin = gst_element_factory_make ("rtpbin", "rtpbin");
  if (!self->rtpbin)
    return NULL;
  gst_util_set_object_arg (G_OBJECT (self->rtpbin), "rtp-profile", "savpf");
  /* Not "autoremove": it would remove a stream while another thread brings packets of it. */
  g_object_set (self->rtpbin, "latency", self->latency_ms, "do-lost", TRUE, "max-streams",
      GST_RTC_STREAM_SET_MAX, NULL);
  apply_cname (self);
  g_signal_connect (self->rtpbin, "request-pt-map", G_CALLBACK (on_request_pt_map), self);
  g_signal_connect (
      self->rtpbin, "request-aux-receiver", G_CALLBACK (on_request_aux_receiver), self);
  g_signal_connect (self->rtpbin, "new-jitterbuffer", G_CALLBACK (on_new_jitterbuffer), self);
  g_signal_connect (self->rtpbin, "on-new-ssrc", G_CALLBACK (on_source_began), self);
  g_signal_connect (self->rtpbin, "on-bye-timeout", G_CALLBACK (on_source_ended), self);
  g_signal_connect (self->rtpbin, "on-timeout", G_CALLBACK (on_source_ended), self);
  g_signal_connect (self->rtpbin, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (self->rtpbin, "element-added", G_CALLBACK (on_element_added), self);
  gst_bin_add (self->bin, self->rtpbin);
  gst_element_sync_state_with_parent (self->rtpbin);
  return self->rtpbin;
}

void
gst_rtc_media_set_latency (GstRtcMedia *self, guint latency_ms)
{
  self->latency_ms = latency_ms;
  if (self->rtpbin)
    g_object_set (self->rtpbin, "latency", latency_ms, NULL);
}

void
gst_rtc_media_set_cname (GstRtcMedia *self, const gchar *cname)
{
  g_free (self->cname);
  self->cname = g_strdup (cname);
  apply_cname (self);
}

static void
on_stage_caps (GstRtcSendStage *stage, GstCaps *caps, gpointer user_data)
{
  GstRtcMedia *self = user_data;

  self->events->caps_changed (self->user_data);
}

GstPad *
gst_rtc_media_add_sink_pad (
    GstRtcMedia *self, const gchar *name, GstPadTemplate *templ, GstRtcTransceiver *transceiver)
{
  Sender *sender = g_new0 (Sender, 1);
  g_autoptr (GstPad) target = NULL;

  sender->transceiver = gst_object_ref (transceiver);
  sender->stage = gst_rtc_send_stage_new (self->clock, on_stage_caps, self);
  gst_bin_add (self->bin, GST_ELEMENT (sender->stage));
  gst_element_sync_state_with_parent (GST_ELEMENT (sender->stage));
  sender->pad = gst_rtc_bin_pad_new (name, templ, transceiver);
  target = gst_element_get_static_pad (GST_ELEMENT (sender->stage), "sink");
  gst_ghost_pad_set_target (GST_GHOST_PAD (sender->pad), target);
  g_ptr_array_add (self->senders, sender);
  return sender->pad;
}

static Sender *
find_sender (GstRtcMedia *self, GstPad *pad, GstRtcTransceiver *transceiver)
{
  for (guint i = 0; i < self->senders->len; i++) {
    Sender *sender = g_ptr_array_index (self->senders, i);

    if ((pad && sender->pad == pad) || (transceiver && sender->transceiver == transceiver))
      return sender;
  }
  return NULL;
}

void
gst_rtc_media_remove_sink_pad (GstRtcMedia *self, GstPad *pad)
{
  Sender *sender = find_sender (self, pad, NULL);

  if (!sender)
    return;
  gst_rtc_send_stage_detach (sender->stage);
  gst_element_set_locked_state (GST_ELEMENT (sender->stage), TRUE);
  gst_element_set_state (GST_ELEMENT (sender->stage), GST_STATE_NULL);
  if (sender->session)
    gst_rtc_rtp_session_remove_stage (sender->session, sender->stage);
  gst_bin_remove (self->bin, GST_ELEMENT (sender->stage));
  g_ptr_array_remove (self->senders, sender);
}

gboolean
gst_rtc_media_has_sink_pad (GstRtcMedia *self, GstRtcTransceiver *transceiver)
{
  return find_sender (self, NULL, transceiver) != NULL;
}

void
gst_rtc_media_move_sink_pad (GstRtcMedia *self, GstRtcTransceiver *from, GstRtcTransceiver *to)
{
  Sender *sender = find_sender (self, NULL, from);

  if (!sender)
    return;
  gst_object_replace ((GstObject **) &sender->transceiver, GST_OBJECT_CAST (to));
  gst_rtc_bin_pad_set_transceiver (GST_RTC_BIN_PAD (sender->pad), to);
}

GstCaps *
gst_rtc_media_get_send_caps (GstRtcMedia *self, GstRtcTransceiver *transceiver)
{
  Sender *sender = find_sender (self, NULL, transceiver);

  return sender ? gst_rtc_send_stage_get_caps (sender->stage) : NULL;
}

gboolean
gst_rtc_media_has_all_caps (GstRtcMedia *self)
{
  for (guint i = 0; i < self->senders->len; i++) {
    Sender *sender = g_ptr_array_index (self->senders, i);

    if (!gst_rtc_send_stage_has_caps (sender->stage))
      return FALSE;
  }
  return TRUE;
}

gchar *
gst_rtc_media_get_send_msid (GstRtcMedia *self, GstRtcTransceiver *transceiver)
{
  Sender *sender = find_sender (self, NULL, transceiver);

  return sender ? gst_rtc_bin_pad_get_msid (GST_RTC_BIN_PAD (sender->pad)) : NULL;
}

static gboolean
find_codec (const RtcMediaParameters *send, GPtrArray *offered, const RtcCodec **out_codec)
{
  for (guint i = 0; i < offered->len; i++)
    for (guint k = 0; k < send->codecs->len; k++)
      if (rtc_codec_matches (g_ptr_array_index (offered, i), g_ptr_array_index (send->codecs, k))) {
        *out_codec = g_ptr_array_index (send->codecs, k);
        return TRUE;
      }
  return FALSE;
}

static void
warn_codec (GstRtcMedia *self, GstCaps *caps, const RtcMediaParameters *send)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree gchar *text = gst_caps_to_string (caps);

  for (guint i = 0; i < send->codecs->len; i++) {
    const RtcCodec *codec = g_ptr_array_index (send->codecs, i);

    if (codec->apt < 0)
      g_string_append_printf (names, "%s%s", names->len ? ", " : "", codec->name);
  }
  GST_ELEMENT_WARNING (self->bin, STREAM, WRONG_TYPE,
      (_ ("The peer does not take what is sent to it: it takes %s. Use an encoder and payloader "
          "for "
          "one of these."),
          names->len ? names->str : _ ("nothing")),
      ("sent: %s", text));
}

/* RFC 4588 §8.1: apt names the payload type that is repeated. */
static const RtcCodec *
find_rtx (const RtcMediaParameters *send, guint pt)
{
  for (guint i = 0; i < send->codecs->len; i++) {
    const RtcCodec *codec = g_ptr_array_index (send->codecs, i);

    if (codec->apt == (gint) pt)
      return codec;
  }
  return NULL;
}

static GstRtcSendFormat
make_format (const RtcMediaParameters *send, const RtcCodec *codec)
{
  const RtcSource *source = g_ptr_array_index (send->sources, 0);
  const RtcCodec *rtx = source->rtx ? find_rtx (send, codec->pt) : NULL;
  GstRtcSendFormat format = { .pt = codec->pt, .ssrc = source->ssrc };

  if (rtx) {
    format.has_rtx = TRUE;
    format.rtx_pt = rtx->pt;
    format.rtx_ssrc = source->rtx;
  }
  return format;
}

static void
open_stage (GstRtcMedia *self, Sender *sender, GstCaps *caps, const RtcMediaParameters *send)
{
  RtcTransceiver *core = gst_rtc_transceiver_get_core (sender->transceiver);
  g_autoptr (GPtrArray) offered = NULL;
  g_autoptr (GstCaps) wire = NULL;
  GstRtcSendFormat format;
  const RtcCodec *codec;
  guint32 ssrc;
  RtcKind kind;

  offered = rtc_codecs_from_caps (caps, &kind, &ssrc, NULL);
  if (!offered || !find_codec (send, offered, &codec)) {
    /* A payloader that has had nothing to do yet says only what it could send. */
    if (gst_caps_is_fixed (caps))
      warn_codec (self, caps, send);
    return;
  }
  format = make_format (send, codec);
  wire = rtc_codec_to_caps (codec, rtc_transceiver_get_kind (core), send->extmaps);
  wire = gst_caps_make_writable (wire);
  gst_caps_set_simple (wire, "ssrc", G_TYPE_UINT, format.ssrc, NULL);
  /* So the session makes a source for it, with the clock rate of this one. */
  if (format.has_rtx)
    gst_caps_set_simple (wire, "rtx-ssrc", G_TYPE_UINT, format.rtx_ssrc, NULL);
  gst_rtc_send_stage_open (sender->stage, &format, wire);
}

/* Brings one sender to what was negotiated. */
static void
update_sender (GstRtcMedia *self, Sender *sender, GstRtcRtpSession *session)
{
  RtcTransceiver *core = gst_rtc_transceiver_get_core (sender->transceiver);
  const RtcMediaParameters *send = core ? rtc_transceiver_get_send (core) : NULL;
  guint id = gst_rtc_rtp_session_get_id (session);
  g_autoptr (GstCaps) caps = NULL;

  if (!send || !send->is_active || !send->sources->len ||
      !g_hash_table_contains (self->connected, GUINT_TO_POINTER (id))) {
    gst_rtc_send_stage_shut (sender->stage);
    return;
  }
  caps = gst_rtc_send_stage_get_caps (sender->stage);
  if (!caps)
    return;
  if (sender->session != session) {
    gst_rtc_rtp_session_add_stage (session, sender->stage);
    gst_rtc_rtp_session_set_latency (session, self->pipeline_latency);
  }
  sender->session = session;
  open_stage (self, sender, caps, send);
}

static void
update_senders (GstRtcMedia *self, GstRtcRtpSession *session)
{
  gint id = (gint) gst_rtc_rtp_session_get_id (session);

  for (guint i = 0; i < self->senders->len; i++) {
    Sender *sender = g_ptr_array_index (self->senders, i);
    RtcTransceiver *core = gst_rtc_transceiver_get_core (sender->transceiver);

    if (core && rtc_transceiver_get_transport (core) == id)
      update_sender (self, sender, session);
  }
}

/* rtpbin makes its internal session with the first pad. */
static void
set_rtcp_timing (GstRtcMedia *self, guint id)
{
  g_autoptr (GObject) internal = gst_rtc_media_get_rtp_session (self, id);

  if (internal)
    g_object_set (internal, "rtcp-min-interval", (guint64) RTCP_INTERVAL,
        "rtcp-immediate-feedback-threshold", IMMEDIATE_FEEDBACK_SOURCES, "rtcp-fraction",
        RTCP_BANDWIDTH, NULL);
}

void
gst_rtc_media_configure (GstRtcMedia *self, GstRtcTransport *transport, GPtrArray *transceivers)
{
  guint id = gst_rtc_transport_get_id (transport);
  GstRtcRtpSession *session = find_session (self, id);

  if (!session && (!transceivers->len || !gst_rtc_media_ensure_rtpbin (self)))
    return;
  if (!session) {
    session = gst_rtc_rtp_session_new (self->bin, self->rtpbin, transport);
    g_mutex_lock (&self->lock);
    g_ptr_array_add (self->sessions, session);
    g_mutex_unlock (&self->lock);
  }
  gst_rtc_rtp_session_configure (session, transceivers);
  gst_rtc_rtp_session_link (session);
  set_rtcp_timing (self, id);
  update_senders (self, session);
}

void
gst_rtc_media_set_connected (GstRtcMedia *self, GstRtcTransport *transport, gboolean is_connected)
{
  guint id = gst_rtc_transport_get_id (transport);
  GstRtcRtpSession *session = find_session (self, id);

  if (is_connected)
    g_hash_table_add (self->connected, GUINT_TO_POINTER (id));
  else
    g_hash_table_remove (self->connected, GUINT_TO_POINTER (id));
  if (session)
    update_senders (self, session);
}

void
gst_rtc_media_update_senders (GstRtcMedia *self)
{
  for (guint i = 0; i < self->sessions->len; i++)
    update_senders (self, g_ptr_array_index (self->sessions, i));
}

void
gst_rtc_media_remove_transport (GstRtcMedia *self, GstRtcTransport *transport)
{
  guint id = gst_rtc_transport_get_id (transport);
  GstRtcRtpSession *session = find_session (self, id);

  g_hash_table_remove (self->connected, GUINT_TO_POINTER (id));
  if (!session)
    return;
  for (guint i = 0; i < self->senders->len; i++) {
    Sender *sender = g_ptr_array_index (self->senders, i);

    if (sender->session != session)
      continue;
    gst_rtc_send_stage_shut (sender->stage);
    gst_rtc_rtp_session_remove_stage (session, sender->stage);
    sender->session = NULL;
  }
  g_mutex_lock (&self->lock);
  g_ptr_array_remove (self->sessions, session);
  g_mutex_unlock (&self->lock);
  gst_rtc_rtp_session_free (session);
}

void
gst_rtc_media_set_pipeline_latency (GstRtcMedia *self, GstClockTime latency)
{
  self->pipeline_latency = latency;
  for (guint i = 0; i < self->sessions->len; i++)
    gst_rtc_rtp_session_set_latency (g_ptr_array_index (self->sessions, i), latency);
}

void
gst_rtc_media_end_source_pads (GstRtcMedia *self)
{
  gst_rtc_source_pads_end (self->source_pads);
}

GObject *
gst_rtc_media_get_rtp_session (GstRtcMedia *self, guint transport)
{
  GObject *session = NULL;

  if (self->rtpbin)
    g_signal_emit_by_name (self->rtpbin, "get-internal-session", transport, &session);
  return session;
}

void
gst_rtc_media_free (GstRtcMedia *self)
{
  if (!self)
    return;
  if (self->rtpbin)
    g_signal_handlers_disconnect_by_data (self->rtpbin, self);
  g_ptr_array_unref (self->senders);
  g_ptr_array_unref (self->sessions);
  gst_rtc_source_pads_free (self->source_pads);
  g_hash_table_unref (self->connected);
  gst_rtc_send_clock_unref (self->clock);
  g_mutex_clear (&self->lock);
  g_free (self->cname);
  g_free (self);
}
