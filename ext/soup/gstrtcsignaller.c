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
 * the signaller makes them, and what a publisher sends goes to all viewers of the same name, by a
 * counter-offer (406) to those who do not offer its codec:
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
 * The first status ("session") tells the session's id: after a lost connection, a WebSocket to
 * the same path with `?session=ID` goes on with it. `{"type":"message","message":...}` becomes the
 * message `rtc-client-message` (session-id, text) on the bus.
 *
 * ## Message relay
 * A WebSocket to `/relay/ROOM`, to `/relay` or to `/`: the first text message of a client is its
 * id, each later one is relayed, unread, to all other clients of the room. A reader for whom more
 * than 100 messages wait is closed with 1008. Where a token is needed, a page gives it as
 * `?token=`.
 *
 * ## As a client
 * With `role=client` the peer offers, and the server at `url` answers. `dialect` is `whip`,
 * `whep`, `plain` (`POST` of one JSON offer), `pbx` (with session ids; `url` is the server's) or
 * `pair` (both listen for `POST /sdp` and `POST /candidate`; `pair-answerer` is its other side, and
 * `relay` and `relay-answerer` meet in a room of a message relay). WHIP sends only what is linked;
 * WHEP without anything linked receives one audio and one video stream; `plain` and `pair` without
 * anything open a data channel "data".
 * |[
 * gst-launch-1.0 videotestsrc is-live=true ! vp8enc deadline=1 ! rtpvp8pay ! rtcbin
 * rtcsignaller role=client dialect=whip url=http://127.0.0.1:8080/whip/NAME
 * ]|
 * A server that is busy or not there is asked again until `retry-timeout`; an error message comes
 * when there is nothing left to try. `rtc-session-waiting`, `rtc-restart-refused` and
 * `rtc-session-ended` (session-id, address, reason) tell why. #GstRtcSignaller::restart restarts
 * ICE.
 *
 * ## Limits and ends
 * Connections, requests, offers and patches have limits, for all clients and for each address, but
 * for loopback; what is too much gets 429 or 503 with `Retry-After`. A session ends by `/close`,
 * `DELETE` or the action signal, after `connect-timeout` without ICE and twice that without DTLS,
 * `restart-timeout` after its connection failed, and after `idle-timeout` without media or
 * messages.
 *
 * ## Messages
 * Element messages `rtc-listening` (url), `rtc-session-started`, `rtc-session-connected`,
 * `rtc-session-renegotiated`, `rtc-session-restarted` (session-id, address) and
 * `rtc-session-ended` (session-id, reason); progress messages say the same in words.
 * `rtc-certificate-renewed` (file, not-after): a new TLS certificate took the place of one that was
 * made here and was about to expire.
 *
 * Who can signal a restart, so the client role, and a server to clients with a WebSocket, watches
 * the link and restarts ICE by itself (property auto-restart): `rtc-link-quality` (round-trip-ms,
 * idle-ms, loss-percent), `rtc-restart-started` (attempt, reason), `rtc-restart-completed`
 * (attempt, duration-ms), `rtc-restart-failed` and `rtc-restart-given-up` (attempt, reason). Of
 * other clients' links a server tells `rtc-link-quality` while they are interrupted.
 *
 * `rtc-relay-joined` and `rtc-relay-left` (room, client-id, address) tell of the message relay.
 */
#include "config.h"

#include "gstrtcsignaller.h"

#include <glib/gi18n-lib.h>

GST_DEBUG_CATEGORY (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

enum {
  PROP_SESSIONS = RTC_SIGNALLER_SETTINGS_LAST_ID + 1,
};

G_DEFINE_TYPE_WITH_CODE (GstRtcSignaller, gst_rtc_signaller, GST_TYPE_BIN,
    GST_DEBUG_CATEGORY_INIT (gst_rtc_signaller_debug, "rtcsignal", 0, "WebRTC signalling"))
GST_ELEMENT_REGISTER_DEFINE (rtcsignaller, "rtcsignaller", GST_RANK_NONE, GST_TYPE_RTC_SIGNALLER)

static GstStateChangeReturn
gst_rtc_signaller_change_state (GstElement *element, GstStateChange transition)
{
  GstRtcSignaller *self = GST_RTC_SIGNALLER (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !gst_rtc_signaller_start (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_rtc_signaller_stop (self);
  result = GST_ELEMENT_CLASS (gst_rtc_signaller_parent_class)->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    rtc_peer_pool_drop_all (self->pool);
  else if (result == GST_STATE_CHANGE_FAILURE && transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    gst_rtc_signaller_stop (self);
  /* Not before: a spare's own change of state would have a say in the pipeline's. */
  else if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING && self->loop != NULL)
    rtc_loop_post (
        self->loop, gst_rtc_signaller_fill_spares, gst_object_ref (self), gst_object_unref);
  return result;
}

static void
gst_rtc_signaller_handle_message (GstBin *bin, GstMessage *message)
{
  GstRtcSignaller *self = GST_RTC_SIGNALLER (bin);
  g_autofree gchar *id = rtc_peer_pool_find_session (self->pool, GST_MESSAGE_SRC (message));

  if (id != NULL && gst_rtc_signaller_take_message (self, id, message))
    gst_message_unref (message);
  else
    GST_BIN_CLASS (gst_rtc_signaller_parent_class)->handle_message (bin, message);
}

static void
end_session (GstRtcSignaller *self, const gchar *id)
{
  gst_rtc_signaller_end_session (self, id, "the application ended it");
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
        (_ ("ICE is not restarted: %s"),
            error != NULL ? error->message : "the server does not run"),
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
  g_signal_new ("session-requested", type, G_SIGNAL_RUN_LAST, 0, first_element, NULL, NULL,
      GST_TYPE_ELEMENT, 1, G_TYPE_STRING);
  /**
   * GstRtcSignaller::session-started:
   * @id: of the session
   * @peer: its peer element
   *
   * The peer is there, and has not seen the offer: the place to connect its signals. On a worker
   * thread, which waits.
   */
  g_signal_new ("session-started", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
      G_TYPE_STRING, GST_TYPE_ELEMENT);
  /**
   * GstRtcSignaller::session-ended:
   * @id: of the session
   * @reason: a sentence
   *
   * On a network loop: must not block.
   */
  g_signal_new ("session-ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
      G_TYPE_STRING, G_TYPE_STRING);
  /**
   * GstRtcSignaller::end-session:
   * @id: of the session
   */
  g_signal_new_class_handler ("end-session", type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (end_session), NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
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
  g_signal_new_class_handler ("restart", type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (gst_rtc_signaller_restart), NULL, NULL, NULL, G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
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
