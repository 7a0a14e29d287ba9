/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A bin with a peer and a client (RFC 9725, WHEP), reached by a URI. The client lives from PAUSED
 * to READY; an error of it is an error of the element.
 */
#include "config.h"

#include "gstrtcwhipbase.h"

#include <glib/gi18n-lib.h>

#include "peer/rtcpeerelement.h"
#include "signalling/rtcclientpolicy.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rtc_signaller_debug);
#define GST_CAT_DEFAULT gst_rtc_signaller_debug

#define CAPS_LIMIT (5 * GST_SECOND)
#define DEFAULT_RETRY_MS 60000
#define REQUEST_LIMIT (10 * GST_SECOND)
#define GATHER_LIMIT (2 * GST_SECOND)
#define CONNECT_LIMIT (15 * GST_SECOND)
#define FAILED_LIMIT (30 * GST_SECOND)

enum {
  PROP_LOCATION = 1,
  PROP_TOKEN,
  PROP_TLS_CERTIFICATE,
  PROP_RETRY_TIMEOUT,
  /* The peer's own. */
  PROP_STUN_SERVER,
  PROP_TURN_SERVER,
  PROP_LATENCY,
};

typedef struct {
  /* Under the object lock. */
  gchar *location;
  gchar *token;
  gchar *tls_certificate;
  guint retry_timeout_ms;
  RtcClientElement *client;
  /* From the beginning to the end. */
  GstElement *peer;
  /* Worker threads of one client, one after the other. */
  gboolean is_used;
} GstRtcWhipBasePrivate;

static guint restart_signal;

static void uri_handler_init (gpointer iface, gpointer data);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstRtcWhipBase, gst_rtc_whip_base, GST_TYPE_BIN,
    G_ADD_PRIVATE (GstRtcWhipBase) G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, uri_handler_init))

static GstRtcWhipBasePrivate *
get_private (gpointer self)
{
  return gst_rtc_whip_base_get_instance_private (GST_RTC_WHIP_BASE (self));
}

GstElement *
gst_rtc_whip_base_get_peer (GstRtcWhipBase *self)
{
  return get_private (self)->peer;
}

/* --- the client --- */

static gboolean
reset_peer (GstElement *peer, GError **error)
{
  GstPromise *promise;
  if (g_signal_lookup ("reset", G_OBJECT_TYPE (peer)) == 0) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY,
        "%s cannot begin a second connection", GST_OBJECT_NAME (peer));
    return FALSE;
  }
  promise = gst_promise_new ();
  g_signal_emit_by_name (peer, "reset", promise);
  gst_promise_wait (promise);
  gst_promise_unref (promise);
  return TRUE;
}

static GstElement *
obtain_peer (GstElement *element, GError **error)
{
  GstRtcWhipBasePrivate *priv = get_private (element);
  if (priv->is_used && !reset_peer (priv->peer, error))
    return NULL;
  priv->is_used = TRUE;
  rtc_peer_wait_for_caps (priv->peer, CAPS_LIMIT);
  return gst_object_ref (priv->peer);
}

/* It stays; obtain_peer() makes it a new one. */
static void
keep_peer (GstElement *element)
{
}

/* A property takes any text, and a start says what is wrong with it. */
static gboolean
fail_to_start (GstRtcWhipBase *self, const GError *error)
{
  const gchar *location = get_private (self)->location;
  g_autofree gchar *text = NULL;
  if (location == NULL)
    text = g_strdup ("set the property location to http://HOST/PATH");
  else
    text = g_strdup_printf (
        "the property location is %s: %s; wanted is http://HOST/PATH", location, error->message);
  GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS, (_ ("Cannot connect: %s"), text), (NULL));
  return FALSE;
}

static gboolean
start (GstRtcWhipBase *self)
{
  static const RtcClientElementFuncs funcs = { obtain_peer, NULL, keep_peer, NULL };
  GstRtcWhipBasePrivate *priv = get_private (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (RtcLoop) loop = NULL;
  g_autofree gchar *url =
      priv->location != NULL ? rtc_client_normalize_url (priv->location, &error) : NULL;
  RtcClientElement *client;
  RtcClientRoleConfig config = {
    .dialect = GST_RTC_WHIP_BASE_GET_CLASS (self)->dialect,
    .url = url,
    .token = priv->token,
    .trusted = priv->tls_certificate,
    .request_limit = REQUEST_LIMIT,
    .gather_limit = GATHER_LIMIT,
    .retry_limit = priv->retry_timeout_ms != G_MAXUINT ? priv->retry_timeout_ms * GST_MSECOND
                                                       : GST_CLOCK_TIME_NONE,
    .liveness = { CONNECT_LIMIT, 2 * CONNECT_LIMIT, FAILED_LIMIT },
    .link = rtc_link_limits_default (),
  };
  if (url == NULL)
    return fail_to_start (self, error);
  loop = rtc_loop_acquire ();
  client = rtc_client_element_start (GST_ELEMENT (self), loop, &config, &funcs);
  GST_OBJECT_LOCK (self);
  priv->client = client;
  GST_OBJECT_UNLOCK (self);
  return client != NULL;
}

static void
stop (GstRtcWhipBase *self)
{
  GstRtcWhipBasePrivate *priv = get_private (self);
  RtcClientElement *client;
  GST_OBJECT_LOCK (self);
  client = g_steal_pointer (&priv->client);
  GST_OBJECT_UNLOCK (self);
  rtc_client_element_stop (client);
}

static gboolean
check_peer (GstRtcWhipBase *self)
{
  if (get_private (self)->peer != NULL)
    return TRUE;
  GST_ELEMENT_ERROR (self, CORE, MISSING_PLUGIN,
      (_ ("There is no peer element: install rtcbin, with its plugins, or webrtcbin")), (NULL));
  return FALSE;
}

static GstStateChangeReturn
gst_rtc_whip_base_change_state (GstElement *element, GstStateChange transition)
{
  GstRtcWhipBase *self = GST_RTC_WHIP_BASE (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !check_peer (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    stop (self);
  result = GST_ELEMENT_CLASS (gst_rtc_whip_base_parent_class)->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && result != GST_STATE_CHANGE_FAILURE &&
      !start (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_READY_TO_NULL)
    get_private (self)->is_used = FALSE;
  return result;
}

static void
gst_rtc_whip_base_restart (GstRtcWhipBase *self)
{
  GST_OBJECT_LOCK (self);
  if (get_private (self)->client != NULL)
    rtc_client_element_restart (get_private (self)->client);
  GST_OBJECT_UNLOCK (self);
}

/* --- the URI --- */

static GstURIType
get_uri_type (GType type)
{
  GstRtcWhipBaseClass *klass = g_type_class_peek (type);
  return klass->uri_type;
}

static const gchar *const *
get_protocols (GType type)
{
  GstRtcWhipBaseClass *klass = g_type_class_peek (type);
  return klass->protocols;
}

static gchar *
get_uri (GstURIHandler *handler)
{
  gchar *location;
  GST_OBJECT_LOCK (handler);
  location = g_strdup (get_private (handler)->location);
  GST_OBJECT_UNLOCK (handler);
  return location;
}

static gboolean
set_uri (GstURIHandler *handler, const gchar *uri, GError **error)
{
  GstRtcWhipBasePrivate *priv = get_private (handler);
  g_autoptr (GError) reason = NULL;
  g_autofree gchar *url = uri != NULL ? rtc_client_normalize_url (uri, &reason) : NULL;
  if (uri != NULL && url == NULL) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI, reason->message);
    return FALSE;
  }
  GST_OBJECT_LOCK (handler);
  g_free (priv->location);
  priv->location = g_strdup (uri);
  GST_OBJECT_UNLOCK (handler);
  return TRUE;
}

static void
uri_handler_init (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;
  handler->get_type = get_uri_type;
  handler->get_protocols = get_protocols;
  handler->get_uri = get_uri;
  handler->set_uri = set_uri;
}

/* --- properties --- */

static gchar **
find_text (GstRtcWhipBasePrivate *priv, guint id)
{
  switch (id) {
  case PROP_LOCATION:
    return &priv->location;
  case PROP_TOKEN:
    return &priv->token;
  default:
    return &priv->tls_certificate;
  }
}

static void
gst_rtc_whip_base_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *property)
{
  GstRtcWhipBasePrivate *priv = get_private (object);
  if (id >= PROP_STUN_SERVER) {
    if (priv->peer != NULL)
      g_object_set_property (G_OBJECT (priv->peer), property->name, value);
    return;
  }
  GST_OBJECT_LOCK (object);
  if (id == PROP_RETRY_TIMEOUT) {
    priv->retry_timeout_ms = g_value_get_uint (value);
  } else {
    g_free (*find_text (priv, id));
    *find_text (priv, id) = g_value_dup_string (value);
  }
  GST_OBJECT_UNLOCK (object);
}

static void
gst_rtc_whip_base_get_property (GObject *object, guint id, GValue *value, GParamSpec *property)
{
  GstRtcWhipBasePrivate *priv = get_private (object);
  if (id >= PROP_STUN_SERVER) {
    if (priv->peer != NULL)
      g_object_get_property (G_OBJECT (priv->peer), property->name, value);
    return;
  }
  GST_OBJECT_LOCK (object);
  if (id == PROP_RETRY_TIMEOUT)
    g_value_set_uint (value, priv->retry_timeout_ms);
  else
    g_value_set_string (value, *find_text (priv, id));
  GST_OBJECT_UNLOCK (object);
}

static void
gst_rtc_whip_base_finalize (GObject *object)
{
  GstRtcWhipBasePrivate *priv = get_private (object);
  g_free (priv->location);
  g_free (priv->token);
  g_free (priv->tls_certificate);
  G_OBJECT_CLASS (gst_rtc_whip_base_parent_class)->finalize (object);
}

static void
install_text (
    GObjectClass *klass, guint id, const gchar *name, const gchar *nick, const gchar *blurb)
{
  g_object_class_install_property (klass, id,
      g_param_spec_string (name, nick, blurb, NULL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY));
}

static void
install_properties (GObjectClass *klass)
{
  install_text (klass, PROP_LOCATION, "location", "Location",
      "URL of the server's endpoint: http://HOST/PATH, https://HOST/PATH, or the URI");
  install_text (
      klass, PROP_TOKEN, "token", "Token", "Bearer token, for the origin of location only");
  install_text (klass, PROP_TLS_CERTIFICATE, "tls-certificate", "TLS certificate",
      "PEM file with the certificates to trust in place of the system's");
  g_object_class_install_property (klass, PROP_RETRY_TIMEOUT,
      g_param_spec_uint ("retry-timeout", "Retry timeout",
          "Milliseconds in which a server that is busy or not there is asked again; 0 for one try, "
          "4294967295 for no end",
          0, G_MAXUINT, DEFAULT_RETRY_MS,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY));
  install_text (klass, PROP_STUN_SERVER, "stun-server", "STUN server",
      "stun://host:port; by default what the server names in its Link headers");
  install_text (klass, PROP_TURN_SERVER, "turn-server", "TURN server",
      "turn(s)://user:password@host:port; by default what the server names in its Link headers");
  g_object_class_install_property (klass, PROP_LATENCY,
      g_param_spec_uint ("latency", "Latency",
          "Milliseconds that received packets wait in the jitter buffer", 0, G_MAXUINT, 200,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

static void
gst_rtc_whip_base_class_init (GstRtcWhipBaseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  /* Without an rtcsignaller nobody else has. */
  GST_DEBUG_CATEGORY_INIT (gst_rtc_signaller_debug, "rtcsignal", 0, "WebRTC signalling");
  object_class->set_property = gst_rtc_whip_base_set_property;
  object_class->get_property = gst_rtc_whip_base_get_property;
  object_class->finalize = gst_rtc_whip_base_finalize;
  GST_ELEMENT_CLASS (klass)->change_state = gst_rtc_whip_base_change_state;
  install_properties (object_class);
  /**
   * GstRtcWhipBase::restart:
   *
   * Restarts ICE now, while media goes on.
   */
  restart_signal = g_signal_new_class_handler ("restart", G_TYPE_FROM_CLASS (klass),
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (gst_rtc_whip_base_restart), NULL, NULL, NULL,
      G_TYPE_NONE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_RTC_WHIP_BASE, 0);
}

static void
gst_rtc_whip_base_init (GstRtcWhipBase *self)
{
  GstRtcWhipBasePrivate *priv = get_private (self);
  priv->retry_timeout_ms = DEFAULT_RETRY_MS;
  priv->peer = gst_element_factory_make ("rtcbin", "peer");
  if (priv->peer == NULL)
    priv->peer = gst_element_factory_make ("webrtcbin", "peer");
  if (priv->peer != NULL)
    gst_bin_add (GST_BIN (self), priv->peer);
}
