/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcsignaller: the signalling of a peer over HTTP. It has no pads; it is a bin only because the
 * bins of its sessions live in it, so that what fails in one of them ends that session and not the
 * pipeline. The server itself, its sessions and timers live on a network loop; peers are made and
 * taken down on GStreamer's own worker threads.
 */

/**
 * SECTION:element-rtcsignaller
 * @title: rtcsignaller
 * @short_description: offer, answer, trickle and restart over HTTP
 *
 * Listens for browsers, serves them a page, and answers their offers with a peer element:
 * webrtcbin, rtcbin, or any other with the same signals. A second offer of the same browser
 * renegotiates or restarts ICE.
 *
 * ## One client of a peer in the pipeline
 * |[
 * gst-launch-1.0 videotestsrc is-live=true ! vp8enc deadline=1 ! rtpvp8pay ! webrtcbin
 * bundle-policy=max-bundle rtcsignaller
 * ]|
 * ## A peer for each client
 * |[
 * gst-launch-1.0 rtcsignaller session="videotestsrc is-live=true ! vp8enc deadline=1 ! rtpvp8pay !
 * webrtcbin bundle-policy=max-bundle"
 * ]|
 * Then open the address that is printed.
 *
 * ## Requests
 * `POST /doSignaling`, `POST /offer` and `POST /sdp` take `{"type":"offer","sdp":"..."}`, bare or
 * in base64, and reply in the same form with
 * `{"type":"answer","sdp":"..."}`, all candidates included; the header `Session-Id` names the
 * session. `POST /candidate?session=ID` takes a candidate line or an RTCIceCandidateInit,
 * `POST /close?session=ID` ends the session.
 *
 * `POST /webrtc/offer`, `/webrtc/ice-candidate` and `/webrtc/close` are for clients that name their
 * sessions, with `GET /webrtc/sessions/ID/stats` and `GET /iceservers`, whose servers
 * may come from another service (`ice-servers-url`). `GET /healthz` and `GET /metrics` are for the
 * operator.
 *
 * ## WHIP and WHEP
 * `POST /whip/NAME` publishes, `POST /whep/NAME` watches, with the peers from above. Without any,
 * the signaller makes them, and what a publisher sends goes to all viewers of the same name:
 * |[
 * gst-launch-1.0 rtcsignaller
 * ]|
 *
 * ## Over a WebSocket
 * `/trickle` (also `/websocket`): each message is a bare RTCSessionDescription or
 * RTCIceCandidateInit, in both directions; the client offers first. `/polite` and `/impolite`:
 * perfect negotiation with a client that gives way, or does not, when both offer at once:
 * `{"type":"description","description":{...}}`,
 * `{"type":"candidate","candidate":{...}}`, and from here
 * `{"type":"status","state":...,"message":...}`. The peer offers when it needs to, when the page
 * says `connect` or `renegotiate`, and on the signal #GstRtcSignaller::restart.
 * `{"type":"message","message":...}` becomes the message `rtc-client-message` (session-id, text) on
 * the bus.
 *
 * ## Message relay
 * A WebSocket to `/relay/ROOM`, to `/relay` or to `/`: the first text message of a client is its
 * id, each later one is relayed, unread, to all other clients of the room. A reader for whom more
 * than 100 messages wait is closed with 1008. Where a token is needed, a page gives it as
 * `?token=`.
 *
 * ## Messages
 * Element messages `rtc-listening` (url), `rtc-session-started`, `rtc-session-connected`,
 * `rtc-session-renegotiated`, `rtc-session-restarted` (session-id, address) and
 * `rtc-session-ended` (session-id, reason); progress messages say the same in words.
 *
 * The client role watches its link (property auto-restart): `rtc-link-quality` (round-trip-ms,
 * idle-ms, loss-percent), `rtc-restart-started` (attempt, reason), `rtc-restart-completed`
 * (attempt, duration-ms), `rtc-restart-failed` and `rtc-restart-given-up` (attempt, reason).
 *
 * `rtc-relay-joined` and `rtc-relay-left` (room, client-id, address) tell of the message relay.
 */
#include "config.h"

#include "gstrtcsignaller.h"

#include "rtccertificate.h"
#include "rtcclientelement.h"
#include "rtciceservice.h"
#include "rtcpeerpool.h"
#include "rtcrelay.h"
#include "rtcsignallersettings.h"

#include "signalling/rtcclientpolicy.h"
#include "signalling/rtciceservers.h"

#include <glib/gi18n-lib.h>

GST_DEBUG_CATEGORY (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

/* The peer of publishers and viewers that the application has made none for. */
#define RELAY_PEER "rtcbin"
/* The one session of a client. */
#define CLIENT_ID "client"

enum {
  SIGNAL_SESSION_REQUESTED,
  SIGNAL_SESSION_STARTED,
  SIGNAL_SESSION_ENDED,
  SIGNAL_END_SESSION,
  SIGNAL_RESTART,
  N_SIGNALS,
};

enum {
  PROP_SESSIONS = RTC_SIGNALLER_SETTINGS_LAST_ID + 1,
};

struct _GstRtcSignaller {
  GstBin parent;
  /* Under the object lock. */
  RtcSignallerSettings settings;
  gchar *url;
  guint bound_port;
  guint n_sessions;
  RtcClientElement *client;
  /* From READY to PAUSED and back; the loop itself and state changes may read it without. */
  RtcLoop *loop;
  RtcPeerPool *pool;
  RtcRelay *relay;
  gboolean is_relay;
  /* The loop's alone. */
  RtcSignallerServer *server;
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_CODE (GstRtcSignaller, gst_rtc_signaller, GST_TYPE_BIN,
    GST_DEBUG_CATEGORY_INIT (gst_rtc_signaller_debug, "rtcsignal", 0, "WebRTC signalling"))
GST_ELEMENT_REGISTER_DEFINE (rtcsignaller, "rtcsignaller", GST_RANK_NONE, GST_TYPE_RTC_SIGNALLER)

/* --- work that leaves the loop and comes back --- */

typedef struct {
  GstRtcSignaller *self;
  RtcLoop *loop;
  /* A session's key, or an id that the application gave. */
  gchar *id;
  GstElement *peer;
  gchar *reason;
  RtcSignallerPurpose purpose;
} SessionWork;

static SessionWork *
session_work_new (GstRtcSignaller *self, RtcLoop *loop, const gchar *id)
{
  SessionWork *work = g_new0 (SessionWork, 1);
  work->self = gst_object_ref (self);
  work->loop = rtc_loop_ref (loop);
  work->id = g_strdup (id);
  return work;
}

static void
session_work_free (gpointer data)
{
  SessionWork *work = data;
  gst_clear_object (&work->peer);
  g_free (work->reason);
  g_free (work->purpose.name);
  g_free (work->id);
  rtc_loop_unref (work->loop);
  gst_object_unref (work->self);
  g_free (work);
}

static void
drop_peer (GstElement *element, gpointer user_data)
{
  SessionWork *work = user_data;
  rtc_relay_drop (work->self->relay, work->id);
  rtc_peer_pool_drop (work->self->pool, work->id);
}

static void
drop_peer_later (GstRtcSignaller *self, const gchar *id, RtcLoop *loop)
{
  gst_element_call_async (
      GST_ELEMENT (self), drop_peer, session_work_new (self, loop, id), session_work_free);
}

/* On the loop. The session or the server may have ended in between. */
static void
deliver_peer (gpointer data)
{
  SessionWork *work = data;
  RtcSignallerServer *server = work->self->server;
  if (work->peer == NULL) {
    if (server != NULL)
      rtc_signaller_server_refuse (server, work->id, work->reason);
  } else if (server == NULL || !rtc_signaller_server_set_peer (server, work->id, work->peer)) {
    drop_peer_later (work->self, work->id, work->loop);
  }
}

/* @out_is_made: by the application, which also links what the peer receives. */
static GstElement *
obtain_peer (GstRtcSignaller *self, const gchar *key, gboolean *out_is_made, GError **error)
{
  g_autofree gchar *id = rtc_signaller_server_dup_id (key);
  g_autofree gchar *description = NULL;
  g_autofree gchar *name = NULL;
  g_autoptr (GstElement) given = NULL;
  GstElement *made = NULL;

  GST_OBJECT_LOCK (self);
  description = g_strdup (self->settings.session);
  name = g_strdup (self->settings.peer);
  given = self->settings.peer_element != NULL ? gst_object_ref (self->settings.peer_element) : NULL;
  GST_OBJECT_UNLOCK (self);

  g_signal_emit (self, signals[SIGNAL_SESSION_REQUESTED], 0, id, &made);
  *out_is_made = made != NULL;
  if (made != NULL) {
    if (g_object_is_floating (made))
      gst_object_ref_sink (made);
    return rtc_peer_pool_adopt (self->pool, key, made, error);
  }
  if (description != NULL)
    return rtc_peer_pool_make (self->pool, key, description, error);
  return rtc_peer_pool_share (self->pool, key, name, given, error);
}

static void
set_server (GstElement *peer, const gchar *name, const gchar *uri)
{
  if (uri != NULL && g_object_class_find_property (G_OBJECT_GET_CLASS (peer), name) != NULL)
    g_object_set (peer, name, uri, NULL);
}

/* A peer of our own, between a publisher and its viewers. */
static GstElement *
obtain_relay_peer (GstRtcSignaller *self, const SessionWork *request, GError **error)
{
  g_autoptr (GstElement) peer = rtc_peer_pool_make (self->pool, request->id, RELAY_PEER, error);
  if (peer == NULL)
    return NULL;
  set_server (peer, "stun-server", self->settings.stun_server);
  set_server (peer, "turn-server", self->settings.turn_server);
  if (request->purpose.kind == RTC_SIGNALLER_PUBLISHER) {
    rtc_relay_publish (self->relay, request->id, request->purpose.name, peer);
  } else if (!rtc_relay_view (self->relay, request->id, request->purpose.name, peer)) {
    g_set_error_literal (
        error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, "the publisher left");
    rtc_peer_pool_drop (self->pool, request->id);
    return NULL;
  }
  return g_steal_pointer (&peer);
}

/* On a worker thread, because bins are made and states are changed. */
static void
make_peer (GstElement *element, gpointer user_data)
{
  SessionWork *request = user_data;
  GstRtcSignaller *self = request->self;
  SessionWork *result = session_work_new (self, request->loop, request->id);
  g_autofree gchar *id = rtc_signaller_server_dup_id (request->id);
  g_autoptr (GError) error = NULL;
  gboolean is_made = FALSE;

  result->peer = self->is_relay && request->purpose.kind != RTC_SIGNALLER_PLAIN
      ? obtain_relay_peer (self, request, &error)
      : obtain_peer (self, request->id, &is_made, &error);
  if (result->peer == NULL) {
    GST_ELEMENT_WARNING (self, RESOURCE, NOT_FOUND,
        (_ ("No peer for a client: %s"), error->message), ("session %s", id));
    result->reason = g_strdup (error->message);
  } else {
    g_signal_emit (self, signals[SIGNAL_SESSION_STARTED], 0, id, result->peer);
    if (!is_made)
      rtc_peer_sink_unlinked_pads (result->peer);
  }
  rtc_loop_post (result->loop, deliver_peer, result, session_work_free);
}

/* --- what the server tells, on the loop --- */

static void
post_session_message (GstRtcSignaller *self, const gchar *name, const gchar *key,
    const gchar *field, const gchar *text)
{
  g_autofree gchar *id = rtc_signaller_server_dup_id (key);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self),
          gst_structure_new (
              name, "session-id", G_TYPE_STRING, id, field, G_TYPE_STRING, text, NULL)));
}

static void
post_progress (GstRtcSignaller *self, GstProgressType type, const gchar *code, gchar *text)
{
  gst_element_post_message (
      GST_ELEMENT (self), gst_message_new_progress (GST_OBJECT (self), type, code, text));
  g_free (text);
}

static void
count_sessions (GstRtcSignaller *self, gint change)
{
  GST_OBJECT_LOCK (self);
  self->n_sessions += change;
  GST_OBJECT_UNLOCK (self);
  g_object_notify (G_OBJECT (self), "sessions");
}

static void
server_make_peer (const gchar *id, const RtcSignallerPurpose *purpose, gpointer user_data)
{
  GstRtcSignaller *self = user_data;
  SessionWork *work = session_work_new (self, self->loop, id);
  work->purpose.kind = purpose->kind;
  work->purpose.name = g_strdup (purpose->name);
  count_sessions (self, 1);
  gst_element_call_async (GST_ELEMENT (self), make_peer, work, session_work_free);
}

static gchar **
server_list_encodings (const gchar *name, gpointer user_data)
{
  return rtc_relay_list_encodings (((GstRtcSignaller *) user_data)->relay, name);
}

static void
request_key_frames (GstElement *element, gpointer user_data)
{
  rtc_relay_request_key_frames (GST_RTC_SIGNALLER (element)->relay, user_data);
}

static void
server_happened (
    const gchar *id, const gchar *address, RtcClientSessionEvent event, gpointer user_data)
{
  static const struct {
    const gchar *message;
    GstProgressType type;
    const gchar *code;
    const gchar *text;
  } rows[] = {
    [RTC_CLIENT_SESSION_ANSWERED] = { "rtc-session-started", GST_PROGRESS_TYPE_START, "rtc-connect",
        ": offer answered" },
    [RTC_CLIENT_SESSION_CONNECTED] = { "rtc-session-connected", GST_PROGRESS_TYPE_COMPLETE,
        "rtc-connect", ": connected" },
    [RTC_CLIENT_SESSION_RENEGOTIATED] = { "rtc-session-renegotiated", GST_PROGRESS_TYPE_COMPLETE,
        "rtc-renegotiate", ": renegotiated" },
    [RTC_CLIENT_SESSION_RESTARTED] = { "rtc-session-restarted", GST_PROGRESS_TYPE_COMPLETE,
        "rtc-restart", ": ICE restarted" },
  };
  GstRtcSignaller *self = user_data;
  if (event == RTC_CLIENT_SESSION_CONNECTED && self->is_relay)
    gst_element_call_async (GST_ELEMENT (self), request_key_frames, g_strdup (id), g_free);
  post_session_message (self, rows[event].message, id, "address", address);
  post_progress (self, rows[event].type, rows[event].code,
      g_strconcat ("Client ", address, rows[event].text, NULL));
}

static void
server_ended (const gchar *key, const gchar *reason, gpointer user_data)
{
  GstRtcSignaller *self = user_data;
  g_autofree gchar *id = rtc_signaller_server_dup_id (key);
  count_sessions (self, -1);
  post_session_message (self, "rtc-session-ended", key, "reason", reason);
  post_progress (self, GST_PROGRESS_TYPE_COMPLETE, "rtc-session",
      g_strdup_printf ("Session ended: %s", reason));
  g_signal_emit (self, signals[SIGNAL_SESSION_ENDED], 0, id, reason);
  drop_peer_later (self, key, self->loop);
}

static void
server_relay_changed (
    const gchar *room, const gchar *id, const gchar *address, gboolean is_there, gpointer user_data)
{
  GstRtcSignaller *self = user_data;
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self),
          gst_structure_new (is_there ? "rtc-relay-joined" : "rtc-relay-left", "room",
              G_TYPE_STRING, room, "client-id", G_TYPE_STRING, id, "address", G_TYPE_STRING,
              address, NULL)));
}

static void
server_client_message (const gchar *id, const gchar *text, gpointer user_data)
{
  post_session_message (user_data, "rtc-client-message", id, "text", text);
}

/* --- start and stop --- */

typedef struct {
  GstRtcSignaller *self;
  GSocket *socket;
  RtcSignallerServerConfig config;
} Start;

static void
start_on_loop (gpointer data)
{
  static const RtcSignallerServerFuncs funcs = { server_make_peer, server_list_encodings,
    server_happened, server_ended, server_relay_changed, server_client_message };
  Start *start = data;
  start->self->server = rtc_signaller_server_new (
      start->self->loop, start->socket, &start->config, &funcs, start->self);
}

static void
stop_on_loop (gpointer data)
{
  GstRtcSignaller *self = data;
  g_clear_pointer (&self->server, rtc_signaller_server_free);
}

/* Takes @loop. */
static void
set_loop (GstRtcSignaller *self, RtcLoop *loop)
{
  RtcLoop *previous;
  GST_OBJECT_LOCK (self);
  previous = self->loop;
  self->loop = loop;
  GST_OBJECT_UNLOCK (self);
  if (previous != NULL)
    rtc_loop_unref (previous);
}

static gchar *
make_url (const RtcSignallerSettings *settings, guint port)
{
  const gchar *host = settings->address;
  gboolean is_any = g_strcmp0 (host, "0.0.0.0") == 0 || g_strcmp0 (host, "::") == 0;
  return g_uri_join (G_URI_FLAGS_NONE, settings->https ? "https" : "http", NULL,
      is_any ? "localhost" : host, (gint) port, "/", NULL, NULL);
}

static gboolean
load_certificate (GstRtcSignaller *self, GTlsCertificate **out_certificate)
{
  const RtcSignallerSettings *settings = &self->settings;
  g_autoptr (GError) error = NULL;
  if (!settings->https)
    return TRUE;
  *out_certificate = rtc_certificate_load (
      settings->tls_certificate, settings->tls_key, settings->address, &error);
  if (*out_certificate != NULL)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ,
      (_ ("Cannot use the TLS certificate: %s"), error->message), (NULL));
  return FALSE;
}

static gboolean
check_ice_servers (GstRtcSignaller *self)
{
  const RtcSignallerSettings *settings = &self->settings;
  const gchar *const uris[] = { settings->stun_server, settings->turn_server,
    settings->ice_servers };
  for (gsize i = 0; i < G_N_ELEMENTS (uris); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) servers = rtc_ice_servers_parse (uris[i], &error);
    if (servers != NULL)
      continue;
    GST_ELEMENT_ERROR (
        self, RESOURCE, SETTINGS, (_ ("Cannot use the ICE servers: %s"), error->message), (NULL));
    return FALSE;
  }
  if (settings->ice_servers_url == NULL || rtc_ice_service_is_url (settings->ice_servers_url))
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS,
      (_ ("Cannot use the ICE servers: %s"), "ice-servers-url wants http://... or https://..."),
      (NULL));
  return FALSE;
}

static void
announce (GstRtcSignaller *self, GSocket *socket)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autofree gchar *url = NULL;

  GST_OBJECT_LOCK (self);
  self->bound_port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
  g_free (self->url);
  self->url = make_url (&self->settings, self->bound_port);
  url = g_strdup (self->url);
  GST_OBJECT_UNLOCK (self);

  g_object_notify (G_OBJECT (self), "url");
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (
          GST_OBJECT (self), gst_structure_new ("rtc-listening", "url", G_TYPE_STRING, url, NULL)));
  post_progress (self, GST_PROGRESS_TYPE_COMPLETE, "rtc-listen",
      g_strdup_printf ("Open %s in a browser", url));
}

/* A name that is wrong would else be found out by the first client only. Without a name the
 * application may still add its peer; till then there is the relay. */
static gboolean
check_peer (GstRtcSignaller *self, gboolean has_single_peer)
{
  const RtcSignallerSettings *settings = &self->settings;
  g_autoptr (GError) error = NULL;

  self->is_relay = FALSE;
  if (!has_single_peer || settings->peer_element != NULL ||
      rtc_peer_pool_has_shared (self->pool, settings->peer, &error))
    return TRUE;
  if (settings->peer == NULL) {
    self->is_relay = rtc_peer_pool_has_none (self->pool);
    /* gst-launch-1.0 does not print the text of an info message. */
    post_progress (self, GST_PROGRESS_TYPE_COMPLETE, "rtc-peer",
        g_strdup_printf ("Only WHIP and WHEP clients are served: %s", error->message));
    return TRUE;
  }
  GST_ELEMENT_ERROR (self, RESOURCE, NOT_FOUND, (_ ("No peer: %s"), error->message), (NULL));
  return FALSE;
}

/* --- the client role --- */

static GstElement *
client_obtain_peer (GstElement *element, GError **error)
{
  gboolean is_made;
  GstElement *peer = obtain_peer (GST_RTC_SIGNALLER (element), CLIENT_ID, &is_made, error);
  if (peer != NULL && !is_made)
    rtc_peer_sink_unlinked_pads (peer);
  return peer;
}

static void
client_peer_ready (GstElement *element, GstElement *peer)
{
  g_signal_emit (element, signals[SIGNAL_SESSION_STARTED], 0, CLIENT_ID, peer);
}

static void
client_drop_peer (GstElement *element)
{
  rtc_peer_pool_drop (GST_RTC_SIGNALLER (element)->pool, CLIENT_ID);
}

static void
client_count (GstElement *element, gint change)
{
  count_sessions (GST_RTC_SIGNALLER (element), change);
}

static gboolean
start_client (GstRtcSignaller *self)
{
  static const RtcClientElementFuncs funcs = { client_obtain_peer, client_peer_ready,
    client_drop_peer, client_count };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *url = NULL;
  RtcClientRoleConfig config;
  RtcClientElement *client;

  if (self->settings.url != NULL)
    url = rtc_client_normalize_url (self->settings.url, &error);
  if (url == NULL) {
    GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS,
        (_ ("Set the property url to the server's: %s"),
            error != NULL ? error->message : "http://HOST/PATH"),
        (NULL));
    return FALSE;
  }
  config = rtc_signaller_settings_to_client_config (&self->settings, url);
  set_loop (self, rtc_loop_acquire ());
  client = rtc_client_element_start (GST_ELEMENT (self), self->loop, &config, &funcs);
  GST_OBJECT_LOCK (self);
  self->client = client;
  GST_OBJECT_UNLOCK (self);
  if (client == NULL)
    set_loop (self, NULL);
  return client != NULL;
}

static void
stop_client (GstRtcSignaller *self)
{
  RtcClientElement *client;
  GST_OBJECT_LOCK (self);
  client = g_steal_pointer (&self->client);
  GST_OBJECT_UNLOCK (self);
  rtc_client_element_stop (client);
}

/* --- start and stop, whatever the role --- */

/* The settings do not change any more from here to stop(): set_property() refuses. */
static gboolean
start (GstRtcSignaller *self)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;
  RtcSignallerSettings *settings = &self->settings;
  Start start = { self };
  gboolean has_single_peer;

  if (settings->role == GST_RTC_SIGNALLER_ROLE_CLIENT)
    return start_client (self);
  has_single_peer = settings->session == NULL &&
      !g_signal_has_handler_pending (self, signals[SIGNAL_SESSION_REQUESTED], 0, FALSE);
  if (!check_peer (self, has_single_peer) || !load_certificate (self, &certificate) ||
      !check_ice_servers (self))
    return FALSE;
  socket = rtc_http_listen (settings->address, settings->port, &error);
  if (socket == NULL) {
    GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ_WRITE,
        (_ ("Cannot listen on %s port %u: %s"), settings->address, settings->port, error->message),
        (NULL));
    return FALSE;
  }
  set_loop (self, rtc_loop_acquire ());
  start.socket = socket;
  start.config = rtc_signaller_settings_to_config (settings, certificate);
  start.config.has_single_peer = has_single_peer && !self->is_relay;
  start.config.is_relay = self->is_relay;
  rtc_loop_call (self->loop, start_on_loop, &start);
  announce (self, socket);
  return TRUE;
}

static void
stop (GstRtcSignaller *self)
{
  stop_client (self);
  if (self->loop == NULL)
    return;
  rtc_loop_call (self->loop, stop_on_loop, self);
  set_loop (self, NULL);
  GST_OBJECT_LOCK (self);
  self->bound_port = 0;
  g_clear_pointer (&self->url, g_free);
  GST_OBJECT_UNLOCK (self);
}

static GstStateChangeReturn
gst_rtc_signaller_change_state (GstElement *element, GstStateChange transition)
{
  GstRtcSignaller *self = GST_RTC_SIGNALLER (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    stop (self);
  result = GST_ELEMENT_CLASS (gst_rtc_signaller_parent_class)->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    rtc_peer_pool_drop_all (self->pool);
  else if (result == GST_STATE_CHANGE_FAILURE && transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    stop (self);
  return result;
}

/* --- what the sessions' bins say --- */

static void
end_failed_session (gpointer data)
{
  SessionWork *work = data;
  if (work->self->server != NULL)
    rtc_signaller_server_end (work->self->server, work->id, work->reason);
}

static void
end_session_later (GstRtcSignaller *self, const gchar *id, const gchar *reason)
{
  g_autoptr (RtcLoop) loop = NULL;
  SessionWork *work;
  GST_OBJECT_LOCK (self);
  if (self->client != NULL)
    rtc_client_element_fail (self->client, reason);
  loop = self->loop != NULL ? rtc_loop_ref (self->loop) : NULL;
  GST_OBJECT_UNLOCK (self);
  if (loop == NULL)
    return;
  work = session_work_new (self, loop, id);
  work->reason = g_strdup (reason);
  rtc_loop_post (loop, end_failed_session, work, session_work_free);
}

static void
update_latency (GstElement *element, gpointer user_data)
{
  rtc_peer_pool_update_latency (GST_RTC_SIGNALLER (element)->pool, user_data);
}

static void
end_failing_session (GstRtcSignaller *self, const gchar *id, GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  gst_message_parse_error (message, &error, NULL);
  GST_WARNING_OBJECT (
      self, "session %s: %s: %s", id, GST_MESSAGE_SRC_NAME (message), error->message);
  end_session_later (self, id, error->message);
}

/* TRUE: @message is the session's own affair, and not the pipeline's. */
static gboolean
take_session_message (GstRtcSignaller *self, const gchar *id, GstMessage *message)
{
  switch (GST_MESSAGE_TYPE (message)) {
  case GST_MESSAGE_EOS:
    return TRUE;
  case GST_MESSAGE_ERROR:
    end_failing_session (self, id, message);
    return TRUE;
  case GST_MESSAGE_LATENCY:
    gst_element_call_async (GST_ELEMENT (self), update_latency, g_strdup (id), g_free);
    return TRUE;
  default:
    return FALSE;
  }
}

static void
gst_rtc_signaller_handle_message (GstBin *bin, GstMessage *message)
{
  GstRtcSignaller *self = GST_RTC_SIGNALLER (bin);
  g_autofree gchar *id = rtc_peer_pool_find_session (self->pool, GST_MESSAGE_SRC (message));

  if (id != NULL && take_session_message (self, id, message))
    gst_message_unref (message);
  else
    GST_BIN_CLASS (gst_rtc_signaller_parent_class)->handle_message (bin, message);
}

/* --- GObject --- */

static void
gst_rtc_signaller_end_session (GstRtcSignaller *self, const gchar *id)
{
  end_session_later (self, id, "the application ended it");
}

typedef struct {
  GstRtcSignaller *self;
  const gchar *id;
  GError *error;
  gboolean is_done;
} Restart;

static void
restart_on_loop (gpointer data)
{
  Restart *restart = data;
  if (restart->self->server != NULL)
    restart->is_done =
        rtc_signaller_server_restart (restart->self->server, restart->id, &restart->error);
}

static gboolean
gst_rtc_signaller_restart (GstRtcSignaller *self, const gchar *id)
{
  g_autoptr (RtcLoop) loop = NULL;
  g_autoptr (GError) error = NULL;
  Restart restart = { self, id };
  gboolean is_client;
  GST_OBJECT_LOCK (self);
  is_client = self->client != NULL;
  if (is_client)
    rtc_client_element_restart (self->client);
  loop = self->loop != NULL ? rtc_loop_ref (self->loop) : NULL;
  GST_OBJECT_UNLOCK (self);
  if (is_client)
    return TRUE;
  if (loop != NULL)
    rtc_loop_call (loop, restart_on_loop, &restart);
  error = restart.error;
  if (!restart.is_done)
    GST_ELEMENT_WARNING (self, RESOURCE, NOT_FOUND,
        ("ICE is not restarted: %s", error != NULL ? error->message : "the server does not run"),
        (NULL));
  return restart.is_done;
}

static gboolean
first_element (
    GSignalInvocationHint *hint, GValue *accumulated, const GValue *returned, gpointer data)
{
  if (g_value_get_object (returned) == NULL)
    return TRUE;
  g_value_copy (returned, accumulated);
  return FALSE;
}

static void
gst_rtc_signaller_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *property)
{
  GstRtcSignaller *self = GST_RTC_SIGNALLER (object);
  gboolean is_running;
  gboolean is_known = TRUE;

  GST_OBJECT_LOCK (self);
  is_running = self->loop != NULL;
  if (!is_running)
    is_known = rtc_signaller_settings_set (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (is_running)
    GST_WARNING_OBJECT (self, "%s cannot be set while listening", property->name);
  else if (!is_known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, property);
}

static void
gst_rtc_signaller_get_property (GObject *object, guint id, GValue *value, GParamSpec *property)
{
  GstRtcSignaller *self = GST_RTC_SIGNALLER (object);
  gboolean is_known = TRUE;

  GST_OBJECT_LOCK (self);
  if (id == PROP_SESSIONS)
    g_value_set_uint (value, self->n_sessions);
  else
    is_known = rtc_signaller_settings_get (&self->settings, id, value);
  /* What was really bound, where any port was asked for. */
  if (g_strcmp0 (property->name, "port") == 0 && self->bound_port != 0)
    g_value_set_uint (value, self->bound_port);
  else if (g_strcmp0 (property->name, "url") == 0 &&
      self->settings.role == GST_RTC_SIGNALLER_ROLE_SERVER)
    g_value_set_string (value, self->url);
  GST_OBJECT_UNLOCK (self);
  if (!is_known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, property);
}

static void
gst_rtc_signaller_finalize (GObject *object)
{
  GstRtcSignaller *self = GST_RTC_SIGNALLER (object);
  rtc_relay_free (self->relay);
  rtc_peer_pool_free (self->pool);
  rtc_signaller_settings_clear (&self->settings);
  g_free (self->url);
  G_OBJECT_CLASS (gst_rtc_signaller_parent_class)->finalize (object);
}

static void
install_signals (GType type)
{
  /**
   * GstRtcSignaller::session-requested:
   * @id: of the session
   *
   * A client came. Return a bin with one peer element, or the peer itself, and it is added and
   * started; one that has a parent already stays there. NULL leaves it to the property session or
   * peer. On a worker thread.
   *
   * Returns: (transfer full) (nullable): the element
   */
  signals[SIGNAL_SESSION_REQUESTED] = g_signal_new ("session-requested", type, G_SIGNAL_RUN_LAST, 0,
      first_element, NULL, NULL, GST_TYPE_ELEMENT, 1, G_TYPE_STRING);
  /**
   * GstRtcSignaller::session-started:
   * @id: of the session
   * @peer: its peer element
   *
   * The peer is there, and has not seen the offer: the place to connect its signals. On a worker
   * thread, which waits.
   */
  signals[SIGNAL_SESSION_STARTED] = g_signal_new ("session-started", type, G_SIGNAL_RUN_LAST, 0,
      NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, GST_TYPE_ELEMENT);
  /**
   * GstRtcSignaller::session-ended:
   * @id: of the session
   * @reason: a sentence
   *
   * On a network loop: must not block.
   */
  signals[SIGNAL_SESSION_ENDED] = g_signal_new ("session-ended", type, G_SIGNAL_RUN_LAST, 0, NULL,
      NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  /**
   * GstRtcSignaller::end-session:
   * @id: of the session
   */
  signals[SIGNAL_END_SESSION] = g_signal_new_class_handler ("end-session", type,
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (gst_rtc_signaller_end_session), NULL, NULL,
      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * GstRtcSignaller::restart:
   * @id: (nullable): of the session, NULL for all
   *
   * Restarts ICE now, while media and channels go on. Server: sends the client an offer with new
   * ICE credentials, where it has a WebSocket; clients that post requests cannot be sent an offer,
   * there they must restart. Client: @id is not used. What comes of it is told by the messages
   * rtc-session-restarted and rtc-restart-refused. Not from a streaming thread of the session's
   * peer, whose loop it may wait for.
   *
   * Returns: %FALSE, with a warning message, when no session could be asked to
   */
  signals[SIGNAL_RESTART] = g_signal_new_class_handler ("restart", type,
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (gst_rtc_signaller_restart), NULL, NULL, NULL,
      G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
}

static void
gst_rtc_signaller_class_init (GstRtcSignallerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = gst_rtc_signaller_set_property;
  object_class->get_property = gst_rtc_signaller_get_property;
  object_class->finalize = gst_rtc_signaller_finalize;
  element_class->change_state = gst_rtc_signaller_change_state;
  GST_BIN_CLASS (klass)->handle_message = gst_rtc_signaller_handle_message;

  rtc_signaller_settings_install (object_class);
  g_object_class_install_property (object_class, PROP_SESSIONS,
      g_param_spec_uint ("sessions", "Sessions", "Number of sessions", 0, G_MAXUINT, 0,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  install_signals (G_TYPE_FROM_CLASS (klass));

  gst_type_mark_as_plugin_api (gst_rtc_signaller_role_get_type (), 0);
  gst_type_mark_as_plugin_api (gst_rtc_signaller_dialect_get_type (), 0);
  gst_element_class_set_static_metadata (element_class, "WebRTC signaller", "Network/WebRTC",
      "Offer, answer, trickle and restart over HTTP for a WebRTC peer", "rtc developers");
}

static void
gst_rtc_signaller_init (GstRtcSignaller *self)
{
  rtc_signaller_settings_init (&self->settings);
  self->pool = rtc_peer_pool_new (GST_BIN (self));
  self->relay = rtc_relay_new ();
  /* A session's sinks, sources and clocks do not make it one for the pipeline. */
  gst_bin_set_suppressed_flags (GST_BIN (self),
      GST_ELEMENT_FLAG_SINK | GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_PROVIDE_CLOCK |
          GST_ELEMENT_FLAG_REQUIRE_CLOCK);
}
