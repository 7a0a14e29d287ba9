/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The action signals of rtcbin. Those with a promise are posted to the session's loop, in the order
 * of their emission, and answered from there; emitted on the loop itself (in a callback) they run
 * at once, but for the end of the session, and but for what is asked while a description is being
 * carried out. Those with a result wait for the loop.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcbin.h"
#include "gstrtcinvoke.h"

#define GST_CAT_DEFAULT gst_rtc_bin_debug

typedef struct _Operation Operation;
/* (transfer full) (nullable): the reply's structure */
typedef GstStructure *(*OperationFunc) (Operation *operation, GError **error);

struct _Operation {
  GstRtcBin *bin;
  OperationFunc func;
  GstPromise *promise;
  GstWebRTCSDPType type;
  GstSDPMessage *sdp;
  gchar *text;
  guint number;
  gboolean flag;
};

static void
operation_free (gpointer data)
{
  Operation *self = data;

  /* An operation that the loop did not come to any more must not leave its caller waiting. */
  if (self->promise)
    gst_promise_expire (self->promise);
  g_clear_pointer (&self->promise, gst_promise_unref);
  g_clear_pointer (&self->sdp, gst_sdp_message_free);
  g_free (self->text);
  gst_object_unref (self->bin);
  g_free (self);
}

static void
operation_run (gpointer data)
{
  Operation *self = data;
  g_autoptr (GError) error = NULL;
  GstStructure *reply = self->func (self, &error);

  if (error) {
    GST_INFO_OBJECT (self->bin, "refused: %s", error->message);
    g_clear_pointer (&reply, gst_structure_free);
    reply = gst_structure_new ("application/x-gst-promise", "error", G_TYPE_ERROR, error, NULL);
  }
  if (!self->promise) {
    g_clear_pointer (&reply, gst_structure_free);
    return;
  }
  gst_promise_reply (self->promise, reply);
  g_clear_pointer (&self->promise, gst_promise_unref);
}

static Operation *
operation_new (GstRtcBin *bin, OperationFunc func, GstPromise *promise)
{
  Operation *self = g_new0 (Operation, 1);

  self->bin = gst_object_ref (bin);
  self->func = func;
  self->promise = promise ? gst_promise_ref (promise) : NULL;
  return self;
}

/* What a description changes is carried out before the next operation, as in the operations chain
 * of W3C webrtc §4.4.1.2, also when that is asked for in a callback on the way. */
static void
operation_start (Operation *self)
{
  GstRtcPeer *peer = gst_rtc_bin_get_peer (self->bin);

  if (rtc_loop_is_current (self->bin->loop) && gst_rtc_peer_is_executing (peer))
    rtc_loop_post (self->bin->loop, operation_run, self, operation_free);
  else
    gst_rtc_invoke (self->bin->loop, operation_run, self, operation_free);
}

/* For the end of a session: what called the callback that asks for it is part of the session. */
static void
operation_queue (Operation *self)
{
  gst_rtc_bin_get_peer (self->bin);
  rtc_loop_post (self->bin->loop, operation_run, self, operation_free);
}

static GstStructure *
description_reply (const gchar *field, GstWebRTCSessionDescription *description)
{
  GstStructure *reply;

  if (!description)
    return NULL;
  reply = gst_structure_new (
      "application/x-gst-promise", field, GST_TYPE_WEBRTC_SESSION_DESCRIPTION, description, NULL);
  gst_webrtc_session_description_free (description);
  return reply;
}

static GstStructure *
do_create_offer (Operation *operation, GError **error)
{
  return description_reply (
      "offer", gst_rtc_peer_create_offer (operation->bin->peer, operation->flag, error));
}

static void
gst_rtc_bin_create_offer (GstRtcBin *self, const GstStructure *options, GstPromise *promise)
{
  Operation *operation = operation_new (self, do_create_offer, promise);

  if (options)
    gst_structure_get_boolean (options, "ice-restart", &operation->flag);
  operation_start (operation);
}

static GstStructure *
do_create_answer (Operation *operation, GError **error)
{
  return description_reply ("answer", gst_rtc_peer_create_answer (operation->bin->peer, error));
}

static void
gst_rtc_bin_create_answer (GstRtcBin *self, const GstStructure *options, GstPromise *promise)
{
  operation_start (operation_new (self, do_create_answer, promise));
}

static GstStructure *
do_set_description (Operation *operation, GError **error)
{
  if (!operation->sdp && operation->type != GST_WEBRTC_SDP_TYPE_ROLLBACK)
    g_set_error_literal (error, GST_WEBRTC_ERROR, GST_WEBRTC_ERROR_TYPE_ERROR,
        "There is no description: give a GstWebRTCSessionDescription");
  else
    gst_rtc_peer_set_description (
        operation->bin->peer, operation->flag, operation->type, operation->sdp, error);
  return NULL;
}

static void
set_description (GstRtcBin *self, gboolean is_local, GstWebRTCSessionDescription *description,
    GstPromise *promise)
{
  Operation *operation = operation_new (self, do_set_description, promise);

  operation->flag = is_local;
  if (description) {
    operation->type = description->type;
    if (description->sdp)
      gst_sdp_message_copy (description->sdp, &operation->sdp);
  }
  operation_start (operation);
}

static void
gst_rtc_bin_set_local_description (
    GstRtcBin *self, GstWebRTCSessionDescription *description, GstPromise *promise)
{
  set_description (self, TRUE, description, promise);
}

static void
gst_rtc_bin_set_remote_description (
    GstRtcBin *self, GstWebRTCSessionDescription *description, GstPromise *promise)
{
  set_description (self, FALSE, description, promise);
}

static GstStructure *
do_add_candidate (Operation *operation, GError **error)
{
  gst_rtc_peer_add_candidate (operation->bin->peer, operation->number, operation->text, error);
  return NULL;
}

static void
gst_rtc_bin_add_ice_candidate_full (
    GstRtcBin *self, guint mline, const gchar *candidate, GstPromise *promise)
{
  Operation *operation = operation_new (self, do_add_candidate, promise);

  operation->number = mline;
  operation->text = g_strdup (candidate);
  operation_start (operation);
}

static void
gst_rtc_bin_add_ice_candidate (GstRtcBin *self, guint mline, const gchar *candidate)
{
  gst_rtc_bin_add_ice_candidate_full (self, mline, candidate, NULL);
}

static GstStructure *
do_get_stats (Operation *operation, GError **error)
{
  return gst_rtc_peer_get_stats (operation->bin->peer);
}

static void
gst_rtc_bin_get_stats (GstRtcBin *self, GstPad *pad, GstPromise *promise)
{
  operation_start (operation_new (self, do_get_stats, promise));
}

static GstStructure *
do_restart_ice (Operation *operation, GError **error)
{
  gst_rtc_peer_restart_ice (operation->bin->peer);
  return NULL;
}

static void
gst_rtc_bin_restart_ice (GstRtcBin *self)
{
  operation_start (operation_new (self, do_restart_ice, NULL));
}

static GstStructure *
do_close (Operation *operation, GError **error)
{
  gst_rtc_peer_close (operation->bin->peer);
  return NULL;
}

static void
gst_rtc_bin_close (GstRtcBin *self, GstPromise *promise)
{
  operation_queue (operation_new (self, do_close, promise));
}

static GstStructure *
do_reset (Operation *operation, GError **error)
{
  gst_rtc_peer_reset (operation->bin->peer);
  return NULL;
}

static void
gst_rtc_bin_reset (GstRtcBin *self, GstPromise *promise)
{
  operation_queue (operation_new (self, do_reset, promise));
}

static GstStructure *
do_prepare (Operation *operation, GError **error)
{
  gst_rtc_peer_prepare (operation->bin->peer);
  return NULL;
}

static void
gst_rtc_bin_prepare (GstRtcBin *self, GstPromise *promise)
{
  operation_queue (operation_new (self, do_prepare, promise));
}

/* What waits for the loop: one struct for the calls with a result. */
typedef struct {
  GstRtcBin *bin;
  GstWebRTCRTPTransceiverDirection direction;
  GstCaps *caps;
  const gchar *label;
  const GstStructure *options;
  gint index;
  GstRtcDescriptionSlot slot;
  gpointer result;
} Call;

static void
run_call (GstRtcBin *self, RtcLoopFunc func, Call *call)
{
  call->bin = self;
  gst_rtc_bin_get_peer (self);
  rtc_loop_call (self->loop, func, call);
}

static void
call_add_transceiver (gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;

  call->result =
      gst_rtc_peer_add_transceiver (call->bin->peer, call->direction, call->caps, &error);
  if (error)
    GST_ELEMENT_WARNING (call->bin, LIBRARY, SETTINGS, ("%s", error->message), (NULL));
}

static GstWebRTCRTPTransceiver *
gst_rtc_bin_add_transceiver (
    GstRtcBin *self, GstWebRTCRTPTransceiverDirection direction, GstCaps *caps)
{
  Call call = { .direction = direction, .caps = caps };

  if (direction == GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_NONE)
    return NULL;
  run_call (self, call_add_transceiver, &call);
  return call.result;
}

static void
call_get_transceivers (gpointer data)
{
  Call *call = data;
  GPtrArray *transceivers = gst_rtc_peer_get_transceivers (call->bin->peer);
  GArray *array = g_array_new (FALSE, TRUE, sizeof (GstWebRTCRTPTransceiver *));

  g_array_set_clear_func (array, (GDestroyNotify) gst_clear_object);
  for (guint i = 0; i < transceivers->len; i++) {
    GstWebRTCRTPTransceiver *transceiver = gst_object_ref (g_ptr_array_index (transceivers, i));

    g_array_append_val (array, transceiver);
  }
  call->result = array;
}

static GArray *
gst_rtc_bin_get_transceivers (GstRtcBin *self)
{
  Call call = { 0 };

  run_call (self, call_get_transceivers, &call);
  return call.result;
}

static void
call_get_transceiver (gpointer data)
{
  Call *call = data;
  GPtrArray *transceivers = gst_rtc_peer_get_transceivers (call->bin->peer);

  if (call->index >= 0 && (guint) call->index < transceivers->len)
    call->result = gst_object_ref (g_ptr_array_index (transceivers, call->index));
}

static GstWebRTCRTPTransceiver *
gst_rtc_bin_get_transceiver (GstRtcBin *self, gint index)
{
  Call call = { .index = index };

  run_call (self, call_get_transceiver, &call);
  return call.result;
}

static void
call_create_data_channel (gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;

  call->result =
      gst_rtc_peer_create_data_channel (call->bin->peer, call->label, call->options, &error);
  if (error)
    GST_ELEMENT_WARNING (call->bin, LIBRARY, SETTINGS, ("%s", error->message), (NULL));
}

static GstWebRTCDataChannel *
gst_rtc_bin_create_data_channel (GstRtcBin *self, const gchar *label, GstStructure *options)
{
  Call call = { .label = label, .options = options };

  run_call (self, call_create_data_channel, &call);
  return call.result;
}

static void
call_apply_settings (gpointer data)
{
  Call *call = data;
  GstRtcPeerSettings settings = { 0 };

  GST_OBJECT_LOCK (call->bin);
  gst_rtc_peer_settings_copy (&settings, &call->bin->settings);
  GST_OBJECT_UNLOCK (call->bin);
  gst_rtc_peer_set_settings (call->bin->peer, &settings);
  gst_rtc_peer_settings_clear (&settings);
}

void
gst_rtc_bin_apply_settings (GstRtcBin *self)
{
  Call call = { 0 };

  run_call (self, call_apply_settings, &call);
}

static gboolean
gst_rtc_bin_add_turn_server (GstRtcBin *self, const gchar *uri)
{
  if (!uri || !(g_str_has_prefix (uri, "turn://") || g_str_has_prefix (uri, "turns://")))
    return FALSE;
  GST_OBJECT_LOCK (self);
  g_ptr_array_add (self->settings.turn_servers, g_strdup (uri));
  GST_OBJECT_UNLOCK (self);
  gst_rtc_bin_apply_settings (self);
  return TRUE;
}

static void
call_get_description (gpointer data)
{
  Call *call = data;

  call->result = gst_rtc_peer_get_description (call->bin->peer, call->slot);
}

GstWebRTCSessionDescription *
gst_rtc_bin_dup_description (GstRtcBin *self, GstRtcDescriptionSlot slot)
{
  Call call = { .slot = slot };

  run_call (self, call_get_description, &call);
  return call.result;
}

static void
call_get_sctp_transport (gpointer data)
{
  Call *call = data;

  call->result = gst_rtc_peer_get_sctp_transport (call->bin->peer);
}

GstRtcSctpTransport *
gst_rtc_bin_dup_sctp_transport (GstRtcBin *self)
{
  Call call = { 0 };

  run_call (self, call_get_sctp_transport, &call);
  return call.result;
}

static void
call_close (gpointer data)
{
  Call *call = data;

  gst_rtc_peer_set_ready (call->bin->peer, FALSE);
  gst_rtc_peer_close (call->bin->peer);
}

void
gst_rtc_bin_close_now (GstRtcBin *self)
{
  Call call = { 0 };

  run_call (self, call_close, &call);
}

static void
call_set_ready (gpointer data)
{
  Call *call = data;

  gst_rtc_peer_set_ready (call->bin->peer, TRUE);
}

void
gst_rtc_bin_set_ready_now (GstRtcBin *self)
{
  Call call = { 0 };

  run_call (self, call_set_ready, &call);
}

static void
call_reopen (gpointer data)
{
  Call *call = data;

  gst_rtc_peer_reset (call->bin->peer);
}

void
gst_rtc_bin_reopen_now (GstRtcBin *self)
{
  Call call = { 0 };

  run_call (self, call_reopen, &call);
}

static void
install (GObjectClass *klass, const gchar *name, GCallback handler, GType result, guint n_params,
    const GType *params)
{
  g_signal_new_class_handler (name, G_OBJECT_CLASS_TYPE (klass),
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, handler, NULL, NULL, NULL, result, n_params,
      n_params > 0 ? params[0] : 0, n_params > 1 ? params[1] : 0, n_params > 2 ? params[2] : 0);
}

void
gst_rtc_bin_install_actions (GObjectClass *klass)
{
  const GType structure_promise[] = { GST_TYPE_STRUCTURE, GST_TYPE_PROMISE };
  const GType description_promise[] = { GST_TYPE_WEBRTC_SESSION_DESCRIPTION, GST_TYPE_PROMISE };
  const GType candidate[] = { G_TYPE_UINT, G_TYPE_STRING, GST_TYPE_PROMISE };
  const GType pad_promise[] = { GST_TYPE_PAD, GST_TYPE_PROMISE };
  const GType direction_caps[] = { GST_TYPE_WEBRTC_RTP_TRANSCEIVER_DIRECTION, GST_TYPE_CAPS };
  const GType index[] = { G_TYPE_INT };
  const GType string[] = { G_TYPE_STRING };
  const GType label_options[] = { G_TYPE_STRING, GST_TYPE_STRUCTURE };
  const GType promise[] = { GST_TYPE_PROMISE };
  const struct {
    const gchar *name;
    GCallback handler;
    GType result;
    guint n_params;
    const GType *params;
  } actions[] = {
    { "create-offer", G_CALLBACK (gst_rtc_bin_create_offer), G_TYPE_NONE, 2, structure_promise },
    { "create-answer", G_CALLBACK (gst_rtc_bin_create_answer), G_TYPE_NONE, 2, structure_promise },
    { "set-local-description", G_CALLBACK (gst_rtc_bin_set_local_description), G_TYPE_NONE, 2,
        description_promise },
    { "set-remote-description", G_CALLBACK (gst_rtc_bin_set_remote_description), G_TYPE_NONE, 2,
        description_promise },
    { "add-ice-candidate", G_CALLBACK (gst_rtc_bin_add_ice_candidate), G_TYPE_NONE, 2, candidate },
    { "add-ice-candidate-full", G_CALLBACK (gst_rtc_bin_add_ice_candidate_full), G_TYPE_NONE, 3,
        candidate },
    { "get-stats", G_CALLBACK (gst_rtc_bin_get_stats), G_TYPE_NONE, 2, pad_promise },
    { "add-transceiver", G_CALLBACK (gst_rtc_bin_add_transceiver), GST_TYPE_WEBRTC_RTP_TRANSCEIVER,
        2, direction_caps },
    { "get-transceivers", G_CALLBACK (gst_rtc_bin_get_transceivers), G_TYPE_ARRAY, 0, NULL },
    { "get-transceiver", G_CALLBACK (gst_rtc_bin_get_transceiver), GST_TYPE_WEBRTC_RTP_TRANSCEIVER,
        1, index },
    { "add-turn-server", G_CALLBACK (gst_rtc_bin_add_turn_server), G_TYPE_BOOLEAN, 1, string },
    { "create-data-channel", G_CALLBACK (gst_rtc_bin_create_data_channel),
        GST_TYPE_WEBRTC_DATA_CHANNEL, 2, label_options },
    { "restart-ice", G_CALLBACK (gst_rtc_bin_restart_ice), G_TYPE_NONE, 0, NULL },
    { "close", G_CALLBACK (gst_rtc_bin_close), G_TYPE_NONE, 1, promise },
    { "reset", G_CALLBACK (gst_rtc_bin_reset), G_TYPE_NONE, 1, promise },
    { "prepare", G_CALLBACK (gst_rtc_bin_prepare), G_TYPE_NONE, 1, promise },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    install (klass, actions[i].name, actions[i].handler, actions[i].result, actions[i].n_params,
        actions[i].params);
}
