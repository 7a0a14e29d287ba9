/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcsignaller from READY to PAUSED and back: what the settings mean is checked, the server listens
 * or the client starts, on a network loop.
 */
#include "config.h"

#include "gstrtcsignaller.h"

#include <glib/gi18n-lib.h>

#include "peer/rtcpost.h"
#include "server/rtciceservice.h"
#include "signalling/rtcclientpolicy.h"
#include "signalling/rtciceservers.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

typedef struct {
  GstRtcSignaller *self;
  GSocket *socket;
  RtcSignallerServerConfig config;
} Start;

static void
start_on_loop (gpointer data)
{
  Start *start = data;
  start->self->server = rtc_signaller_server_new (start->self->loop, start->socket, &start->config,
      &gst_rtc_signaller_server_funcs, start->self);
  start->self->is_refilling = FALSE;
  start->self->refill_timer =
      rtc_loop_timer_new (start->self->loop, gst_rtc_signaller_fill_spares, start->self);
  gst_rtc_signaller_watch_certificate (start->self);
}

static void
stop_on_loop (gpointer data)
{
  GstRtcSignaller *self = data;
  gst_rtc_signaller_unwatch_certificate (self);
  g_clear_pointer (&self->server, rtc_signaller_server_free);
  g_clear_pointer (&self->refill_timer, rtc_loop_timer_free);
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
check_ice_servers (GstRtcSignaller *self)
{
  const RtcSignallerSettings *settings = &self->settings;
  const struct {
    const gchar *property;
    const gchar *uris;
  } rows[] = { { "stun-server", settings->stun_server }, { "turn-server", settings->turn_server },
    { "ice-servers", settings->ice_servers } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) servers = rtc_ice_servers_parse (rows[i].uris, &error);
    if (servers != NULL)
      continue;
    g_prefix_error (&error, "%s: ", rows[i].property);
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
  rtc_post_structure (
      GST_ELEMENT (self), gst_structure_new ("rtc-listening", "url", G_TYPE_STRING, url, NULL));
  rtc_post_progress (GST_ELEMENT (self), GST_PROGRESS_TYPE_COMPLETE, "rtc-listen",
      g_strdup_printf ("Open %s in a browser", url));
}

/* What is wrong in it would else be found out by the first client only. */
static gboolean
check_session (GstRtcSignaller *self)
{
  const gchar *description = self->settings.session;
  g_autoptr (GError) error = NULL;
  if (description == NULL || rtc_peer_pool_check (description, &error))
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS,
      (_ ("Cannot use the property session: %s"), error->message), ("%s", description));
  return FALSE;
}

/* It is read for each client, so it may still come. */
static void
check_page (GstRtcSignaller *self)
{
  const gchar *page = self->settings.page;
  if (page != NULL && !g_file_test (page, G_FILE_TEST_EXISTS))
    GST_ELEMENT_WARNING (self, RESOURCE, NOT_FOUND,
        (_ ("There is no file %s: until there is, browsers get status 404"), page), (NULL));
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
    rtc_post_progress (GST_ELEMENT (self), GST_PROGRESS_TYPE_COMPLETE, "rtc-peer",
        g_strdup_printf ("Only WHIP and WHEP clients are served: %s", error->message));
    return TRUE;
  }
  GST_ELEMENT_ERROR (self, RESOURCE, NOT_FOUND, (_ ("No peer: %s"), error->message), (NULL));
  return FALSE;
}

static GstElement *
client_obtain_peer (GstElement *element, GError **error)
{
  gboolean is_made;
  GstElement *peer = gst_rtc_signaller_obtain_peer (
      GST_RTC_SIGNALLER (element), GST_RTC_SIGNALLER_CLIENT_ID, &is_made, error);
  if (peer != NULL && !is_made)
    rtc_peer_sink_unlinked_pads (peer);
  return peer;
}

static void
client_peer_ready (GstElement *element, GstElement *peer)
{
  g_signal_emit_by_name (element, "session-started", GST_RTC_SIGNALLER_CLIENT_ID, peer);
}

static void
client_drop_peer (GstElement *element)
{
  rtc_peer_pool_drop (GST_RTC_SIGNALLER (element)->pool, GST_RTC_SIGNALLER_CLIENT_ID);
}

static void
client_count (GstElement *element, gint change)
{
  gst_rtc_signaller_count_sessions (GST_RTC_SIGNALLER (element), change);
}

static gboolean
open_socket (GstRtcSignaller *self, GSocket **out_socket)
{
  const RtcSignallerSettings *settings = &self->settings;
  g_autoptr (GError) error = NULL;
  *out_socket = rtc_http_listen (settings->address, settings->port, &error);
  if (*out_socket != NULL)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ_WRITE,
      (_ ("Cannot listen on %s port %u (port=0 takes any free one): %s"), settings->address,
          settings->port, error->message),
      (NULL));
  return FALSE;
}

static gboolean
start_client (GstRtcSignaller *self)
{
  static const RtcClientElementFuncs funcs = { client_obtain_peer, client_peer_ready,
    client_drop_peer, client_count };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *url = NULL;
  g_autoptr (GSocket) socket = NULL;
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
  /* The other program must know where: the port is the one of the property. */
  if ((self->settings.dialect == RTC_CLIENT_DIALECT_PAIR ||
          self->settings.dialect == RTC_CLIENT_DIALECT_PAIR_ANSWERER) &&
      !open_socket (self, &socket))
    return FALSE;
  config = rtc_signaller_settings_to_client_config (&self->settings, url);
  config.socket = socket;
  config.http = rtc_signaller_settings_to_config (&self->settings, NULL).http;
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

/* The settings do not change any more from here to stop(): set_property() refuses. */
gboolean
gst_rtc_signaller_start (GstRtcSignaller *self)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GSocket) socket = NULL;
  RtcSignallerSettings *settings = &self->settings;
  Start start = { self };
  gboolean has_single_peer;

  if (settings->role == GST_RTC_SIGNALLER_ROLE_CLIENT)
    return start_client (self);
  has_single_peer = settings->session == NULL &&
      !g_signal_has_handler_pending (
          self, g_signal_lookup ("session-requested", GST_TYPE_RTC_SIGNALLER), 0, FALSE);
  if (!check_peer (self, has_single_peer) || !check_session (self) ||
      !gst_rtc_signaller_load_certificate (self, &certificate) || !check_ice_servers (self))
    return FALSE;
  if (!open_socket (self, &socket))
    return FALSE;
  check_page (self);
  set_loop (self, rtc_loop_acquire ());
  start.socket = socket;
  start.config = rtc_signaller_settings_to_config (settings, certificate);
  start.config.has_single_peer = has_single_peer && !self->is_relay;
  start.config.is_relay = self->is_relay;
  rtc_peer_pool_allow_spares (self->pool);
  rtc_loop_call (self->loop, start_on_loop, &start);
  announce (self, socket);
  return TRUE;
}

void
gst_rtc_signaller_stop (GstRtcSignaller *self)
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
