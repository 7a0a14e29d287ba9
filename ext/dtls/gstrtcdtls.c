/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rtcdtls
 * @title: rtcdtls
 *
 * The DTLS association of a WebRTC session (RFC 8827 §6.5). `sink` and `src` are linked with the
 * element that moves packets, such as rtcice; `srtp_sink` and `srtp_src` with rtcsrtp, which also
 * gets its keys there, in a sticky event; `data_sink` and `data_src` with rtcsctp.
 *
 * What arrives is told apart by its first byte (RFC 7983). SRTP passes untouched, what is neither
 * SRTP nor DTLS is dropped. Nothing passes in either direction until the handshake is done and the
 * peer's certificate is one of #GstRtcDtls:remote-fingerprints.
 *
 * |[
 * gst-inspect-1.0 rtcdtls
 * ]|
 */
/*
 * Threads and locks. `sink`, the timer and all state changes run on the session's loop. `srtp_sink`
 * and `data_sink` may be pushed to from any thread. One lock serialises the connection; it is
 * never held while something is pushed or emitted. Records of data must leave in the order of their
 * numbers, since the peer's replay window is 64: they are numbered and pushed inside one
 * chain function of `data_sink`, whose stream lock lets one thread in at a time, and close()
 * takes that stream lock for the last record. Handshake records have no such order to keep.
 */
#include "gstrtcdtls.h"
#include "rtcdtlsdemux.h"
#include "rtcdtlsspares.h"

#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/gstrtcerror.h>
#include <gst/rtc/gstrtcpacketpads.h>
#include <gst/rtc/rtcpacketlist.h>
#include "wire/rtcfingerprint.h"

GST_DEBUG_CATEGORY (rtcdtls_debug);
#define GST_CAT_DEFAULT rtcdtls_debug

#define MAX_FINGERPRINTS 16

enum { SIGNAL_START, SIGNAL_CLOSE, SIGNAL_FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* What one call of the connection leaves to be done without the lock. */
typedef struct {
  GstBufferList *output, *data;
  GstRtcSrtpKeys *keys;
  GError *error;
  gboolean has_new_state;
  GstWebRTCDTLSTransportState state;
  GstClockTime deadline;
} Outcome;

#define PACKETS_CAPS "application/x-rtc-packets"
static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (PACKETS_CAPS));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (PACKETS_CAPS));
static GstStaticPadTemplate srtp_sink_template = GST_STATIC_PAD_TEMPLATE (
    "srtp_sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-srtp-packets"));
static GstStaticPadTemplate srtp_src_template = GST_STATIC_PAD_TEMPLATE (
    "srtp_src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-srtp-packets"));
static GstStaticPadTemplate data_sink_template = GST_STATIC_PAD_TEMPLATE (
    "data_sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-sctp"));
static GstStaticPadTemplate data_src_template = GST_STATIC_PAD_TEMPLATE (
    "data_src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-sctp"));

G_DEFINE_TYPE (GstRtcDtls, gst_rtc_dtls, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE (rtcdtls, "rtcdtls", GST_RANK_NONE, GST_TYPE_RTC_DTLS)

/* With the lock. */
static void
collect_outcome (GstRtcDtls *self, Outcome *outcome)
{
  const GError *error = rtc_dtls_connection_get_error (self->connection);
  GstWebRTCDTLSTransportState state = rtc_dtls_connection_get_state (self->connection);

  outcome->output = rtc_dtls_connection_take_output (self->connection);
  outcome->data = rtc_dtls_connection_take_data (self->connection);
  outcome->keys = rtc_dtls_connection_take_keys (self->connection);
  outcome->has_new_state = state != self->state;
  outcome->state = state;
  outcome->error = outcome->has_new_state && error ? g_error_copy (error) : NULL;
  outcome->deadline = rtc_dtls_connection_next_deadline (self->connection);
  self->state = state;
}

/* On the loop. Data comes after "connected", so that SCTP is there to take it, and before the end,
 * so that the last of it is not lost. */
static void
act_on_outcome (GstRtcDtls *self, Outcome *outcome)
{
  if (self->timer)
    rtc_loop_timer_set (self->timer, outcome->deadline);
  if (outcome->output)
    rtc_pad_push_list (self->src, outcome->output);
  if (outcome->keys) {
    gst_pad_push_event (self->srtp_src, gst_rtc_srtp_keys_to_event (outcome->keys));
    gst_rtc_srtp_keys_unref (outcome->keys);
  }
  if (outcome->data && outcome->state != GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED)
    rtc_pad_push_list (self->data_src, g_steal_pointer (&outcome->data));
  if (outcome->error) {
    GST_WARNING_OBJECT (self, "%s", outcome->error->message);
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, outcome->error);
    g_error_free (outcome->error);
  }
  if (outcome->has_new_state)
    g_object_notify (G_OBJECT (self), "state");
  if (outcome->data)
    rtc_pad_push_list (self->data_src, outcome->data);
}

static void
timer_fired (gpointer user_data)
{
  GstRtcDtls *self = user_data;
  Outcome outcome = { 0 };

  g_mutex_lock (&self->lock);
  rtc_dtls_connection_handle_deadline (self->connection, rtc_loop_now (self->loop));
  collect_outcome (self, &outcome);
  g_mutex_unlock (&self->lock);
  act_on_outcome (self, &outcome);
}

/* With the lock. Lines that are no fingerprint or use a hash that proves nothing do not count. */
static GPtrArray *
parse_fingerprints (GstRtcDtls *self)
{
  GPtrArray *fingerprints;

  if (self->remote_fingerprints == NULL)
    return NULL;
  fingerprints = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_fingerprint_free);
  for (guint i = 0; self->remote_fingerprints[i] && i < MAX_FINGERPRINTS; i++) {
    RtcFingerprint *fingerprint = rtc_fingerprint_from_text (self->remote_fingerprints[i], NULL);

    if (fingerprint)
      g_ptr_array_add (fingerprints, fingerprint);
  }
  return fingerprints;
}

void
gst_rtc_dtls_ensure_certificate (GstRtcDtls *self)
{
  if (self->certificate == NULL && self->certificate_error == NULL)
    self->certificate = rtc_dtls_spares_take ();
}

/* With the lock. Without a certificate of its own a session must not begin with another one. */
static GError *
start_connection (GstRtcDtls *self)
{
  RtcDtlsSettings settings = { self->role == GST_RTC_DTLS_ROLE_CLIENT, NULL, self->srtp_profiles,
    self->mtu, self->handshake_timeout_ms * GST_MSECOND };
  g_autoptr (GPtrArray) fingerprints = parse_fingerprints (self);

  gst_rtc_dtls_ensure_certificate (self);
  if (self->certificate == NULL)
    return self->certificate_error
        ? g_error_copy (self->certificate_error)
        : g_error_new_literal (GST_RTC_ERROR, GST_RTC_ERROR_FAILED,
              "OpenSSL could not make a certificate; is it set up to allow P-256?");
  settings.certificate = self->certificate;
  rtc_dtls_connection_set_remote_fingerprints (
      self->connection, fingerprints, rtc_loop_now (self->loop));
  rtc_dtls_connection_start (self->connection, &settings, rtc_loop_now (self->loop));
  return NULL;
}

static void
start_on_loop (gpointer user_data)
{
  GstRtcDtls *self = user_data;
  Outcome outcome = { 0 };
  g_autoptr (GError) error = NULL;

  if (self->loop == NULL)
    return;
  if (self->timer == NULL)
    self->timer = rtc_loop_timer_new (self->loop, timer_fired, self);
  g_mutex_lock (&self->lock);
  if (self->role != GST_RTC_DTLS_ROLE_UNSET)
    error = start_connection (self);
  collect_outcome (self, &outcome);
  g_mutex_unlock (&self->lock);
  if (error)
    outcome.error = g_steal_pointer (&error);
  act_on_outcome (self, &outcome);
}

static void
close_on_loop (gpointer user_data)
{
  GstRtcDtls *self = user_data;
  Outcome outcome = { 0 };

  if (self->loop == NULL)
    return;
  GST_PAD_STREAM_LOCK (self->data_sink);
  g_mutex_lock (&self->lock);
  rtc_dtls_connection_close (self->connection);
  collect_outcome (self, &outcome);
  g_mutex_unlock (&self->lock);
  act_on_outcome (self, &outcome);
  GST_PAD_STREAM_UNLOCK (self->data_sink);
}

static void
update_fingerprints_on_loop (gpointer user_data)
{
  GstRtcDtls *self = user_data;
  Outcome outcome = { 0 };

  if (self->loop == NULL)
    return;
  g_mutex_lock (&self->lock);
  {
    g_autoptr (GPtrArray) fingerprints = parse_fingerprints (self);

    rtc_dtls_connection_set_remote_fingerprints (
        self->connection, fingerprints, rtc_loop_now (self->loop));
  }
  collect_outcome (self, &outcome);
  g_mutex_unlock (&self->lock);
  act_on_outcome (self, &outcome);
}

/* At once on the loop, soon from elsewhere, not at all in state NULL. */
static void
run_on_loop (GstRtcDtls *self, RtcLoopFunc func)
{
  g_autoptr (RtcLoop) loop = NULL;

  g_mutex_lock (&self->lock);
  if (self->loop)
    loop = rtc_loop_ref (self->loop);
  g_mutex_unlock (&self->lock);
  if (loop == NULL)
    return;
  if (rtc_loop_is_current (loop))
    func (self);
  else
    rtc_loop_post (loop, func, gst_object_ref (self), gst_object_unref);
}

void
gst_rtc_dtls_update_fingerprints (GstRtcDtls *self)
{
  run_on_loop (self, update_fingerprints_on_loop);
}

static void
gst_rtc_dtls_start (GstRtcDtls *self)
{
  run_on_loop (self, start_on_loop);
}

static void
gst_rtc_dtls_close (GstRtcDtls *self)
{
  run_on_loop (self, close_on_loop);
}

/* With the lock. SRTP stays in the list. */
static gboolean
split_each (GstBuffer **buffer, guint index, gpointer user_data)
{
  GstRtcDtls *self = user_data;

  switch (rtc_dtls_demux_classify (*buffer)) {
  case RTC_PACKET_RTP:
  case RTC_PACKET_RTCP:
    break;
  case RTC_PACKET_DTLS:
    rtc_dtls_connection_receive (
        self->connection, g_steal_pointer (buffer), rtc_loop_now (self->loop));
    break;
  default:
    self->unknown_dropped++;
    gst_clear_buffer (buffer);
  }
  return TRUE;
}

/* With the lock. Counts @list, or drops it (NULL) while the gate is closed. */
static GstBufferList *
pass_srtp (GstRtcDtls *self, GstBufferList *list, GstRtcDtlsCount *traffic)
{
  guint n_packets = gst_buffer_list_length (list);

  if (self->state != GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED) {
    self->srtp_dropped += n_packets;
    gst_buffer_list_unref (list);
    return NULL;
  }
  traffic->packets += n_packets;
  traffic->bytes += gst_buffer_list_calculate_size (list);
  return list;
}

/* With the lock. Leaves in *list what is SRTP; NULL: nothing. */
static void
receive_dtls (GstRtcDtls *self, GstBufferList **list, Outcome *outcome)
{
  guint n_data = rtc_dtls_connection_receive_data (self->connection, *list);
  GstBufferList *data = n_data > 0 ? rtc_dtls_demux_split_off (list, n_data) : NULL;

  if (*list)
    gst_buffer_list_foreach (*list, split_each, self);
  collect_outcome (self, outcome);
  if (data)
    outcome->data = rtc_dtls_demux_join (data, outcome->data);
}

static void
receive_mixed (GstRtcDtls *self, GstBufferList *list)
{
  Outcome outcome = { 0 };

  list = gst_buffer_list_make_writable (list);
  g_mutex_lock (&self->lock);
  receive_dtls (self, &list, &outcome);
  if (list)
    list = pass_srtp (self, list, &self->srtp_received);
  g_mutex_unlock (&self->lock);
  act_on_outcome (self, &outcome);
  if (list)
    rtc_pad_push_list (self->srtp_src, list);
}

static GstFlowReturn
sink_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  GstRtcDtls *self = GST_RTC_DTLS (parent);

  if (!rtc_dtls_demux_is_srtp (list)) {
    receive_mixed (self, list);
    return GST_FLOW_OK;
  }
  g_mutex_lock (&self->lock);
  list = pass_srtp (self, list, &self->srtp_received);
  g_mutex_unlock (&self->lock);
  if (list)
    rtc_pad_push_list (self->srtp_src, list);
  return GST_FLOW_OK;
}

static GstFlowReturn
srtp_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  GstRtcDtls *self = GST_RTC_DTLS (parent);

  g_mutex_lock (&self->lock);
  list = pass_srtp (self, list, &self->srtp_sent);
  g_mutex_unlock (&self->lock);
  return list ? rtc_pad_push_list (self->src, list) : GST_FLOW_OK;
}

static GstFlowReturn
data_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  GstRtcDtls *self = GST_RTC_DTLS (parent);
  GstBufferList *output;

  list = gst_buffer_list_make_writable (list);
  g_mutex_lock (&self->lock);
  rtc_dtls_connection_send (self->connection, list);
  output = rtc_dtls_connection_take_output (self->connection);
  g_mutex_unlock (&self->lock);
  return output ? rtc_pad_push_list (self->src, output) : GST_FLOW_OK;
}

static void
gst_rtc_dtls_init (GstRtcDtls *self)
{
  GstElement *element = GST_ELEMENT (self);

  g_mutex_init (&self->lock);
  self->state = GST_WEBRTC_DTLS_TRANSPORT_STATE_NEW;
  self->connection = rtc_dtls_connection_new ();
  self->srtp_profiles = g_strdup (GST_RTC_DTLS_DEFAULT_SRTP_PROFILES);
  self->mtu = GST_RTC_DTLS_DEFAULT_MTU;
  self->handshake_timeout_ms = GST_RTC_DTLS_DEFAULT_HANDSHAKE_TIMEOUT;
  self->sink = gst_rtc_packet_sink_pad_add (element, &sink_template, sink_chain_list);
  self->src = gst_rtc_packet_src_pad_add (element, &src_template);
  self->srtp_sink = gst_rtc_packet_sink_pad_add (element, &srtp_sink_template, srtp_chain_list);
  self->srtp_src = gst_rtc_packet_src_pad_add (element, &srtp_src_template);
  self->data_sink = gst_rtc_packet_sink_pad_add (element, &data_sink_template, data_chain_list);
  self->data_src = gst_rtc_packet_src_pad_add (element, &data_src_template);
  gst_rtc_packet_pad_lead_to (self->sink, self->srtp_src);
  gst_rtc_packet_pad_lead_to (self->src, self->srtp_sink);
  gst_rtc_packet_pad_lead_to (self->srtp_sink, self->src);
  gst_rtc_packet_pad_lead_to (self->srtp_src, self->sink);
  gst_rtc_packet_pad_lead_to (self->data_sink, self->src);
  gst_rtc_packet_pad_lead_to (self->data_src, self->sink);
}

static void
gst_rtc_dtls_finalize (GObject *object)
{
  GstRtcDtls *self = GST_RTC_DTLS (object);

  rtc_dtls_connection_free (self->connection);
  g_clear_pointer (&self->certificate, rtc_dtls_certificate_unref);
  g_clear_error (&self->certificate_error);
  g_strfreev (self->remote_fingerprints);
  g_free (self->srtp_profiles);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_rtc_dtls_parent_class)->finalize (object);
}

static void
take_loop (GstRtcDtls *self)
{
  RtcLoop *loop = gst_rtc_element_get_loop (GST_ELEMENT (self));

  g_mutex_lock (&self->lock);
  self->loop = loop;
  g_mutex_unlock (&self->lock);
}

/* The association is gone with its session; the next one begins anew. On the loop, so that what was
 * posted before finds all of it and what was posted later finds no loop. */
static void
leave_on_loop (gpointer user_data)
{
  GstRtcDtls *self = user_data;
  RtcDtlsConnection *old;

  g_clear_pointer (&self->timer, rtc_loop_timer_free);
  g_mutex_lock (&self->lock);
  old = self->connection;
  self->loop = NULL;
  self->connection = rtc_dtls_connection_new ();
  self->state = GST_WEBRTC_DTLS_TRANSPORT_STATE_NEW;
  g_mutex_unlock (&self->lock);
  rtc_dtls_connection_free (old);
}

static void
leave_loop (GstRtcDtls *self)
{
  g_autoptr (RtcLoop) loop = self->loop;

  rtc_loop_call (loop, leave_on_loop, self);
}

static GstStateChangeReturn
gst_rtc_dtls_change_state (GstElement *element, GstStateChange transition)
{
  GstRtcDtls *self = GST_RTC_DTLS (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY)
    take_loop (self);
  result = GST_ELEMENT_CLASS (gst_rtc_dtls_parent_class)->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_READY_TO_NULL ||
      (transition == GST_STATE_CHANGE_NULL_TO_READY && result == GST_STATE_CHANGE_FAILURE))
    leave_loop (self);
  return result;
}

static void
make_signals (GType type)
{
  /**
   * GstRtcDtls::start:
   *
   * Begins the handshake; #GstRtcDtls:role must be set. Packets of the peer that came before are
   * taken up. Once only.
   */
  signals[SIGNAL_START] =
      g_signal_new_class_handler ("start", type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
          G_CALLBACK (gst_rtc_dtls_start), NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * GstRtcDtls::close:
   *
   * Tells the peer (close_notify) and lets nothing pass any more.
   */
  signals[SIGNAL_CLOSE] =
      g_signal_new_class_handler ("close", type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
          G_CALLBACK (gst_rtc_dtls_close), NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * GstRtcDtls::failed:
   * @error: a GST_RTC_ERROR; FINGERPRINT when the peer's certificate is not the announced one
   *
   * Why the association fails; emitted on the loop before the state is notified.
   */
  signals[SIGNAL_FAILED] = g_signal_new (
      "failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
gst_rtc_dtls_class_init (GstRtcDtlsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstStaticPadTemplate *templates[] = { &sink_template, &src_template, &srtp_sink_template,
    &srtp_src_template, &data_sink_template, &data_src_template };

  GST_DEBUG_CATEGORY_INIT (rtcdtls_debug, "rtcdtls", 0, "DTLS");
  object_class->set_property = gst_rtc_dtls_set_property;
  object_class->get_property = gst_rtc_dtls_get_property;
  object_class->finalize = gst_rtc_dtls_finalize;
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_rtc_dtls_change_state);
  for (guint i = 0; i < G_N_ELEMENTS (templates); i++)
    gst_element_class_add_static_pad_template (element_class, templates[i]);
  gst_element_class_set_static_metadata (element_class, "WebRTC DTLS", "Filter/Network/DTLS",
      "The DTLS association of a WebRTC session, and its gate for SRTP and data",
      "The rtc authors");
  gst_rtc_dtls_install_properties (object_class);
  make_signals (G_TYPE_FROM_CLASS (klass));
  gst_type_mark_as_plugin_api (GST_TYPE_RTC_DTLS_ROLE, 0);
  rtc_dtls_spares_prepare ();
}
