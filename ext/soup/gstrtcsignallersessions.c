/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The peers of rtcsignaller's sessions: work that leaves the loop for a worker thread and comes
 * back, because bins are made and states are changed; and what the sessions' bins say.
 */
#include "config.h"

#include "gstrtcsignaller.h"

#include <glib/gi18n-lib.h>

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

/* The peer of publishers and viewers that the application has made none for. */
#define RELAY_PEER "rtcbin"
/* Libsoup writes an answer in several turns of the loop; clients that come together should not wait
 * for the peers of those that come later. */
#define REFILL_DELAY (10 * GST_MSECOND)

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

void
gst_rtc_signaller_drop_peer (GstRtcSignaller *self, const gchar *id, RtcLoop *loop)
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
    gst_rtc_signaller_drop_peer (work->self, work->id, work->loop);
  }
}

GstElement *
gst_rtc_signaller_obtain_peer (
    GstRtcSignaller *self, const gchar *key, gboolean *out_is_made, GError **error)
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

  g_signal_emit_by_name (self, "session-requested", id, &made);
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
      : gst_rtc_signaller_obtain_peer (self, request->id, &is_made, &error);
  if (result->peer == NULL) {
    GST_ELEMENT_WARNING (self, RESOURCE, NOT_FOUND,
        (_ ("No peer for a client: %s"), error->message), ("session %s", id));
    result->reason = g_strdup (error->message);
  } else {
    g_signal_emit_by_name (self, "session-started", id, result->peer);
    if (!is_made)
      rtc_peer_sink_unlinked_pads (result->peer);
  }
  rtc_loop_post (result->loop, deliver_peer, result, session_work_free);
}

/* --- spares --- */

static gboolean
has_handler (GstRtcSignaller *self, const gchar *name)
{
  guint signal_id = g_signal_lookup (name, GST_TYPE_RTC_SIGNALLER);
  return g_signal_has_handler_pending (self, signal_id, 0, FALSE);
}

/* An application that makes peers itself is asked for each client. The settings stay as they are
 * while the server runs. */
static gboolean
uses_spares (GstRtcSignaller *self)
{
  return self->settings.role == GST_RTC_SIGNALLER_ROLE_SERVER && self->settings.session != NULL &&
      self->settings.spare_sessions > 0 && !has_handler (self, "session-requested");
}

static void
make_spares (GstElement *element, gpointer user_data)
{
  GstRtcSignaller *self = GST_RTC_SIGNALLER (element);
  g_autofree gchar *description = NULL;
  guint count;
  /* The server may have stopped meanwhile, and the settings may be other ones. */
  GST_OBJECT_LOCK (self);
  description = g_strdup (self->settings.session);
  count = self->settings.spare_sessions;
  GST_OBJECT_UNLOCK (self);
  if (description != NULL)
    rtc_peer_pool_make_spares (self->pool, description, count);
}

void
gst_rtc_signaller_fill_spares (gpointer data)
{
  GstRtcSignaller *self = data;
  self->is_refilling = FALSE;
  if (uses_spares (self) && rtc_peer_pool_lacks_spares (self->pool, self->settings.spare_sessions))
    gst_element_call_async (GST_ELEMENT (self), make_spares, NULL, NULL);
}

void
gst_rtc_signaller_refill (GstRtcSignaller *self)
{
  if (self->is_refilling || self->refill_timer == NULL)
    return;
  self->is_refilling = TRUE;
  rtc_loop_timer_set (self->refill_timer, rtc_loop_now (self->loop) + REFILL_DELAY);
}

/* On a worker thread, as for any other peer. */
static void
announce_spare (GstElement *element, gpointer user_data)
{
  SessionWork *request = user_data;
  SessionWork *result = session_work_new (request->self, request->loop, request->id);
  g_autofree gchar *id = rtc_signaller_server_dup_id (request->id);
  result->peer = g_steal_pointer (&request->peer);
  g_signal_emit_by_name (element, "session-started", id, result->peer);
  rtc_peer_sink_unlinked_pads (result->peer);
  rtc_loop_post (result->loop, deliver_peer, result, session_work_free);
}

/* FALSE: session @key has none. Nobody has to be told: then it is a matter of this loop alone. */
static gboolean
use_spare (GstRtcSignaller *self, const gchar *key)
{
  GstElement *peer = NULL;
  SessionWork *work;
  if (uses_spares (self))
    peer = rtc_peer_pool_take_spare (self->pool, key);
  if (peer == NULL)
    return FALSE;
  work = session_work_new (self, self->loop, key);
  work->peer = peer;
  if (has_handler (self, "session-started")) {
    gst_element_call_async (GST_ELEMENT (self), announce_spare, work, session_work_free);
  } else {
    rtc_peer_sink_unlinked_pads (peer);
    rtc_loop_post (self->loop, deliver_peer, work, session_work_free);
  }
  return TRUE;
}

/* --- all peers --- */

void
gst_rtc_signaller_make_peer (
    GstRtcSignaller *self, const gchar *key, const RtcSignallerPurpose *purpose)
{
  SessionWork *work;
  if (use_spare (self, key))
    return;
  work = session_work_new (self, self->loop, key);
  work->purpose.kind = purpose->kind;
  work->purpose.name = g_strdup (purpose->name);
  gst_element_call_async (GST_ELEMENT (self), make_peer, work, session_work_free);
}

/* What is no session is a spare. */
static void
end_failed_session (gpointer data)
{
  SessionWork *work = data;
  RtcSignallerServer *server = work->self->server;
  if (server != NULL && !rtc_signaller_server_end (server, work->id, work->reason))
    gst_rtc_signaller_drop_peer (work->self, work->id, work->loop);
}

void
gst_rtc_signaller_end_session (GstRtcSignaller *self, const gchar *id, const gchar *reason)
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
  gst_rtc_signaller_end_session (self, id, error->message);
}

gboolean
gst_rtc_signaller_take_message (GstRtcSignaller *self, const gchar *id, GstMessage *message)
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
