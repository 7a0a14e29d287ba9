/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A peer without network. The property behaviour says how it treats offers; its states can be
 * written. Owned by the test that makes it. */
#include "stubpeer.h"

#include <gst/webrtc/webrtc.h>
#include <string.h>

#define ANSWER                                                                                     \
  "v=0\r\no=- 9 9 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"                                              \
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n"
/* What it offers: credentials that change with each restart. */
#define OFFER                                                                                      \
  "v=0\r\no=- 9 %u IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"                         \
  "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\n"  \
  "a=rtpmap:96 VP8/90000\r\na=setup:actpass\r\na=ice-ufrag:stub%u\r\n"                             \
  "a=ice-pwd:stub01234567890123456789\r\na=fingerprint:sha-256 AA:BB\r\n"
#define CANDIDATE "candidate:1 1 UDP 1 192.0.2.1 5000 typ host"

/* "answer", "offer", "offer-early", which is not done with gathering then, "offer-deaf",
 * which never takes an answer, "silent", which
 * answers when it is told to behave otherwise, or "broken", which makes no answer. Offers with a
 * line a=refuse are refused. */
enum {
  PROP_BEHAVIOUR = 1,
  PROP_CONNECTION_STATE,
  PROP_ICE_CONNECTION_STATE,
  PROP_ICE_GATHERING_STATE,
  PROP_LOCAL_DESCRIPTION,
};

typedef struct {
  GstElement parent;
  gchar *behaviour;
  gint states[PROP_ICE_GATHERING_STATE + 1];
  GstWebRTCSessionDescription *local;
  guint n_offers;
  guint n_restarts;
} StubPeer;

typedef struct {
  GstElementClass parent_class;
} StubPeerClass;

static GMutex calls_lock;
static GCond calls_changed;
static GString *calls;
static guint on_ice_candidate_signal;

GType stub_peer_get_type (void);
G_DEFINE_TYPE (StubPeer, stub_peer, GST_TYPE_ELEMENT)

static void note (const gchar *format, ...) G_GNUC_PRINTF (1, 2);

static void
note (const gchar *format, ...)
{
  va_list args;
  va_start (args, format);
  g_mutex_lock (&calls_lock);
  if (calls == NULL)
    calls = g_string_new (NULL);
  g_string_append_vprintf (calls, format, args);
  g_string_append_c (calls, '\n');
  g_cond_broadcast (&calls_changed);
  g_mutex_unlock (&calls_lock);
  va_end (args);
}

gchar *
stub_peer_take_calls (void)
{
  gchar *text;
  g_mutex_lock (&calls_lock);
  text = calls != NULL ? g_string_free (calls, FALSE) : g_strdup ("");
  calls = NULL;
  g_mutex_unlock (&calls_lock);
  return text;
}

void
stub_peer_wait_for_call (const gchar *call)
{
  gint64 deadline = g_get_monotonic_time () + 40 * G_USEC_PER_SEC;
  g_mutex_lock (&calls_lock);
  while (calls == NULL || strstr (calls->str, call) == NULL) {
    if (!g_cond_wait_until (&calls_changed, &calls_lock, deadline))
      g_error ("'%s' does not come", call);
  }
  g_string_free (g_steal_pointer (&calls), TRUE);
  g_mutex_unlock (&calls_lock);
}

static void
reply_error (GstPromise *promise, const gchar *text)
{
  g_autoptr (GError) error = g_error_new_literal (GST_CORE_ERROR, GST_CORE_ERROR_FAILED, text);
  gst_promise_reply (
      promise, gst_structure_new ("application/x-gst-promise", "error", G_TYPE_ERROR, error, NULL));
}

static void
stub_set_remote (StubPeer *self, GstWebRTCSessionDescription *description, GstPromise *promise)
{
  g_autofree gchar *sdp = gst_sdp_message_as_text (description->sdp);
  note ("set-remote-description %s", gst_webrtc_sdp_type_to_string (description->type));
  if (promise == NULL)
    return;
  if (description->type == GST_WEBRTC_SDP_TYPE_ANSWER &&
      g_strcmp0 (self->behaviour, "offer-deaf") == 0)
    g_object_set_data_full (G_OBJECT (self), "deaf", promise, (GDestroyNotify) gst_promise_expire);
  else if (strstr (sdp, "a=refuse") != NULL)
    reply_error (promise, "refused by the stub");
  else
    gst_promise_reply (promise, NULL);
}

static GstWebRTCSessionDescription *
make_answer (void)
{
  GstSDPMessage *message = NULL;
  gst_sdp_message_new_from_text (ANSWER, &message);
  return gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_ANSWER, message);
}

static void
reply_answer (StubPeer *self, GstPromise *promise)
{
  g_autoptr (GstWebRTCSessionDescription) answer = make_answer ();
  if (g_strcmp0 (self->behaviour, "broken") == 0)
    gst_promise_reply (promise, NULL);
  else
    gst_promise_reply (promise,
        gst_structure_new ("application/x-gst-promise", "answer",
            GST_TYPE_WEBRTC_SESSION_DESCRIPTION, answer, NULL));
}

static void
stub_create_answer (StubPeer *self, GstStructure *options, GstPromise *promise)
{
  note ("create-answer");
  /* Interrupted when the element goes: a silent peer must not leak the promise. */
  if (g_strcmp0 (self->behaviour, "silent") == 0)
    g_object_set_data_full (
        G_OBJECT (self), "silent", promise, (GDestroyNotify) gst_promise_expire);
  else
    reply_answer (self, promise);
}

static void
stub_set_local (StubPeer *self, GstWebRTCSessionDescription *description, GstPromise *promise)
{
  if (description->type == GST_WEBRTC_SDP_TYPE_ROLLBACK) {
    note ("set-local-description rollback");
    return;
  }
  note ("set-local-description");
  g_clear_pointer (&self->local, gst_webrtc_session_description_free);
  self->local = gst_webrtc_session_description_copy (description);
  gst_promise_reply (promise, NULL);
  g_signal_emit (self, on_ice_candidate_signal, 0, 0, CANDIDATE);
  if (g_strcmp0 (self->behaviour, "offer-early") == 0)
    return;
  self->states[PROP_ICE_GATHERING_STATE] = GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE;
  g_object_notify (G_OBJECT (self), "ice-gathering-state");
}

static void
stub_add_candidate (StubPeer *self, guint section, const gchar *candidate)
{
  note ("add-ice-candidate %u %s", section, candidate);
}

static void
stub_create_offer (StubPeer *self, GstStructure *options, GstPromise *promise)
{
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  g_autofree gchar *text = NULL;
  GstSDPMessage *message = NULL;
  gboolean is_restart = FALSE;

  if (options != NULL)
    gst_structure_get_boolean (options, "ice-restart", &is_restart);
  note (is_restart ? "create-offer restart" : "create-offer");
  if (self->behaviour == NULL || !g_str_has_prefix (self->behaviour, "offer")) {
    reply_error (promise, "the stub makes no offers");
    return;
  }
  self->n_restarts += is_restart;
  text = g_strdup_printf (OFFER, ++self->n_offers, self->n_restarts);
  gst_sdp_message_new_from_text (text, &message);
  offer = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_OFFER, message);
  gst_promise_reply (promise,
      gst_structure_new (
          "application/x-gst-promise", "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, offer, NULL));
}

static void
stub_get_stats (StubPeer *self, GstPad *pad, GstPromise *promise)
{
  note ("get-stats");
  if (g_strcmp0 (self->behaviour, "silent") == 0)
    g_object_set_data_full (
        G_OBJECT (self), "silent-stats", promise, (GDestroyNotify) gst_promise_expire);
  else
    gst_promise_reply (promise, NULL);
}

static void
stub_close (StubPeer *self)
{
  note ("close");
}

static void
stub_reset (StubPeer *self, GstPromise *promise)
{
  note ("reset");
  gst_promise_reply (promise, NULL);
}

static void
stub_set_property (GObject *object, guint id, const GValue *value, GParamSpec *property)
{
  StubPeer *self = (StubPeer *) object;
  GstPromise *held;
  if (id == PROP_BEHAVIOUR) {
    g_free (self->behaviour);
    self->behaviour = g_value_dup_string (value);
    held = g_object_steal_data (object, "silent");
    if (held != NULL)
      reply_answer (self, held);
  } else {
    self->states[id] = g_value_get_enum (value);
  }
}

static void
stub_get_property (GObject *object, guint id, GValue *value, GParamSpec *property)
{
  StubPeer *self = (StubPeer *) object;
  if (id == PROP_BEHAVIOUR)
    g_value_set_string (value, self->behaviour);
  else if (id == PROP_LOCAL_DESCRIPTION)
    g_value_set_boxed (value, self->local);
  else
    g_value_set_enum (value, self->states[id]);
}

static void
stub_finalize (GObject *object)
{
  StubPeer *self = (StubPeer *) object;
  g_free (self->behaviour);
  g_clear_pointer (&self->local, gst_webrtc_session_description_free);
  G_OBJECT_CLASS (stub_peer_parent_class)->finalize (object);
}

static void
add_action (GType type, const gchar *name, GCallback callback, GType first, GType second)
{
  guint count = (first != G_TYPE_NONE) + (second != G_TYPE_NONE);
  g_signal_new_class_handler (name, type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, callback, NULL, NULL,
      NULL, G_TYPE_NONE, count, first, second);
}

static void
install_state (GObjectClass *klass, guint id, const gchar *name, GType type)
{
  g_object_class_install_property (
      klass, id, g_param_spec_enum (name, name, name, type, 0, G_PARAM_READWRITE));
}

static void
stub_peer_class_init (StubPeerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);
  GType description = GST_TYPE_WEBRTC_SESSION_DESCRIPTION;

  object_class->set_property = stub_set_property;
  object_class->get_property = stub_get_property;
  object_class->finalize = stub_finalize;
  g_object_class_install_property (object_class, PROP_BEHAVIOUR,
      g_param_spec_string (
          "behaviour", "Behaviour", "answer, offer or silent", NULL, G_PARAM_READWRITE));
  install_state (object_class, PROP_CONNECTION_STATE, "connection-state",
      GST_TYPE_WEBRTC_PEER_CONNECTION_STATE);
  install_state (object_class, PROP_ICE_CONNECTION_STATE, "ice-connection-state",
      GST_TYPE_WEBRTC_ICE_CONNECTION_STATE);
  install_state (object_class, PROP_ICE_GATHERING_STATE, "ice-gathering-state",
      GST_TYPE_WEBRTC_ICE_GATHERING_STATE);
  g_object_class_install_property (object_class, PROP_LOCAL_DESCRIPTION,
      g_param_spec_boxed (
          "local-description", "Local", "Local description", description, G_PARAM_READABLE));

  add_action (
      type, "create-offer", G_CALLBACK (stub_create_offer), GST_TYPE_STRUCTURE, GST_TYPE_PROMISE);
  add_action (
      type, "create-answer", G_CALLBACK (stub_create_answer), GST_TYPE_STRUCTURE, GST_TYPE_PROMISE);
  add_action (
      type, "set-local-description", G_CALLBACK (stub_set_local), description, GST_TYPE_PROMISE);
  add_action (
      type, "set-remote-description", G_CALLBACK (stub_set_remote), description, GST_TYPE_PROMISE);
  add_action (
      type, "add-ice-candidate", G_CALLBACK (stub_add_candidate), G_TYPE_UINT, G_TYPE_STRING);
  add_action (type, "get-stats", G_CALLBACK (stub_get_stats), GST_TYPE_PAD, GST_TYPE_PROMISE);
  add_action (type, "close", G_CALLBACK (stub_close), G_TYPE_NONE, G_TYPE_NONE);
  add_action (type, "reset", G_CALLBACK (stub_reset), GST_TYPE_PROMISE, G_TYPE_NONE);
  on_ice_candidate_signal = g_signal_new ("on-ice-candidate", type, G_SIGNAL_RUN_LAST, 0, NULL,
      NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Stub peer", "Generic",
      "A peer without network", "rtc developers");
}

static void
stub_peer_init (StubPeer *self)
{
}

void
stub_peer_register (void)
{
  gst_element_register (NULL, "stubpeer", GST_RANK_NONE, stub_peer_get_type ());
}
