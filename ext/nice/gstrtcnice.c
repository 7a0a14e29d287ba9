/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rtcice
 * @title: rtcice
 *
 * One component of ICE (RFC 8445) over libnice: it gathers candidates, checks pairs, restarts, and
 * moves the packets of one session over the pair that was selected. rtcbin has one for each of its
 * transports and drives it through the interface GstRtcIce; alone it does nothing.
 *
 * ## Example
 * |[
 * gst-inspect-1.0 rtcice
 * ]|
 */

/* The element translates; what it owns on the loop is an RtcIceSession from NULL->READY to
 * READY->NULL. Sending threads meet only the RtcIceSender. The object lock guards the settings. */
#include "gstrtcnice.h"

#include "rtcicesession.h"

#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/gstrtcerror.h>
#include <gst/rtc/gstrtcice.h>
#include <gst/rtc/gstrtcpacketpads.h>
#include <gst/rtc/rtcpacketlist.h>

#include <string.h>

#define PACKETS_TYPE "application/x-rtc-packets"

GST_DEBUG_CATEGORY (rtcice_debug);
#define GST_CAT_DEFAULT rtcice_debug

enum { PROP_0, PROP_STATE, PROP_GATHERING_STATE, PROP_FIRST_SETTING };

struct _GstRtcNice {
  GstElement parent;

  GstPad *sink_pad;
  GstPad *src_pad;
  RtcIceSettings settings; /* object lock */
  RtcIceSender *sender;
  gint state; /* atomic, as is gathering_state */
  gint gathering_state;

  RtcLoop *loop; /* from NULL->READY to READY->NULL */
  /* The loop's: */
  RtcIceSession *session;
  gboolean has_sent_events;
  /* Set before there is a session, and kept for the next. */
  GPtrArray *servers; /* RtcIceServer */
  gboolean is_controlling;
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (PACKETS_TYPE));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (PACKETS_TYPE));

static void gst_rtc_nice_ice_init (GstRtcIceInterface *iface);

G_DEFINE_TYPE_WITH_CODE (GstRtcNice, gst_rtc_nice, GST_TYPE_ELEMENT,
    G_IMPLEMENT_INTERFACE (GST_RTC_TYPE_ICE, gst_rtc_nice_ice_init))

GST_ELEMENT_REGISTER_DEFINE (rtcice, "rtcice", GST_RANK_NONE, GST_TYPE_RTC_NICE)

/* What the session tells. The element lives as long as its session, but what is told may end both:
 * hence the references. */

static void
on_local_candidate (const gchar *line, gpointer data)
{
  g_autoptr (GstRtcIce) ice = gst_object_ref (data);

  gst_rtc_ice_emit_local_candidate (ice, line);
}

static void
on_pair_selected (const gchar *local, const gchar *remote, gpointer data)
{
  g_autoptr (GstRtcIce) ice = gst_object_ref (data);

  gst_rtc_ice_emit_selected_pair (ice, local, remote);
}

static void
on_changed (gpointer data)
{
  g_autoptr (GstRtcNice) self = gst_object_ref (data);
  gint state = (gint) rtc_ice_session_get_state (self->session);
  gint gathering_state = (gint) rtc_ice_session_get_gathering_state (self->session);
  gboolean has_new_state = g_atomic_int_get (&self->state) != state;
  gboolean has_new_gathering = g_atomic_int_get (&self->gathering_state) != gathering_state;

  g_atomic_int_set (&self->state, state);
  g_atomic_int_set (&self->gathering_state, gathering_state);
  if (has_new_gathering)
    g_object_notify (G_OBJECT (self), "gathering-state");
  if (has_new_state)
    g_object_notify (G_OBJECT (self), "state");
}

static void
on_packets (GstBufferList *list, gpointer data)
{
  g_autoptr (GstRtcNice) self = gst_object_ref (data);

  if (!self->has_sent_events && gst_pad_is_active (self->src_pad)) {
    gst_rtc_pad_push_initial_events (self->src_pad, PACKETS_TYPE);
    self->has_sent_events = TRUE;
  }
  rtc_pad_push_list (self->src_pad, list);
}

static void
start_on_loop (gpointer data)
{
  static const RtcIceListener listener = { on_local_candidate, on_pair_selected, on_changed,
    on_packets };
  GstRtcNice *self = data;

  self->session = rtc_ice_session_new (self->loop, self->sender, &listener, self);
  rtc_ice_session_set_controlling (self->session, self->is_controlling);
  for (guint i = 0; i < self->servers->len; i++)
    rtc_ice_session_add_server (self->session, g_ptr_array_index (self->servers, i));
  /* After an earlier stop they still say "closed". */
  on_changed (self);
}

static void
stop_on_loop (gpointer data)
{
  GstRtcNice *self = data;

  rtc_ice_session_close (self->session);
  self->session = NULL;
  self->has_sent_events = FALSE;
}

static void
forget_events_on_loop (gpointer data)
{
  ((GstRtcNice *) data)->has_sent_events = FALSE;
}

static GstStateChangeReturn
gst_rtc_nice_change_state (GstElement *element, GstStateChange transition)
{
  GstRtcNice *self = GST_RTC_NICE (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY) {
    self->loop = gst_rtc_element_get_loop (element);
    rtc_loop_call (self->loop, start_on_loop, self);
  }
  result = GST_ELEMENT_CLASS (gst_rtc_nice_parent_class)->change_state (element, transition);
  switch (transition) {
  case GST_STATE_CHANGE_READY_TO_PAUSED:
  case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
    /* A live source: nothing comes in PAUSED that a sink could wait for. */
    return result == GST_STATE_CHANGE_FAILURE ? result : GST_STATE_CHANGE_NO_PREROLL;
  case GST_STATE_CHANGE_PAUSED_TO_READY:
    rtc_loop_call (self->loop, forget_events_on_loop, self);
    return result;
  case GST_STATE_CHANGE_READY_TO_NULL:
    rtc_loop_call (self->loop, stop_on_loop, self);
    g_clear_pointer (&self->loop, rtc_loop_unref);
    return result;
  default:
    return result;
  }
}

static GstFlowReturn
gst_rtc_nice_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  rtc_ice_sender_send (GST_RTC_NICE (parent)->sender, list);
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static GstFlowReturn
gst_rtc_nice_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstBufferList *list = gst_buffer_list_new_sized (1);

  gst_buffer_list_add (list, buffer);
  return gst_rtc_nice_chain_list (pad, parent, list);
}

/* The two directions have nothing to do with each other: no event passes from one to the other. */
static gboolean
gst_rtc_nice_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

/* GstRtcIce */

static RtcIceSession *
session_of (GstRtcIce *ice, GError **error)
{
  GstRtcNice *self = GST_RTC_NICE (ice);

  if (self->session == NULL) {
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_STATE,
        "%s is not started: set it to READY first", GST_OBJECT_NAME (self));
    return NULL;
  }
  GST_OBJECT_LOCK (self);
  rtc_ice_session_configure (self->session, &self->settings);
  GST_OBJECT_UNLOCK (self);
  return self->session;
}

static void
gst_rtc_nice_set_controlling (GstRtcIce *ice, gboolean is_controlling)
{
  GstRtcNice *self = GST_RTC_NICE (ice);

  self->is_controlling = is_controlling;
  if (self->session != NULL)
    rtc_ice_session_set_controlling (self->session, is_controlling);
}

static gboolean
is_ice_text (const gchar *text, gsize min_length)
{
  gsize length = strlen (text);

  if (length < min_length || length > 256)
    return FALSE;
  for (const gchar *c = text; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && *c != '+' && *c != '/' && *c != '-' && *c != '_' && *c != '=')
      return FALSE;
  return TRUE;
}

/* RFC 8839 §5.4: ufrag = 4*256ice-char, password = 22*256ice-char. "-", "_" and "=" are not among
 * them, but some peers write them. */
static gboolean
check_credentials (const gchar *ufrag, const gchar *pwd, GError **error)
{
  if (is_ice_text (ufrag, 4) && is_ice_text (pwd, 22))
    return TRUE;
  g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT,
      "An ICE user fragment has 4 to 256 and a password 22 to 256 letters, digits, '+' or '/'");
  return FALSE;
}

static gboolean
gst_rtc_nice_set_local_credentials (
    GstRtcIce *ice, const gchar *ufrag, const gchar *pwd, GError **error)
{
  RtcIceSession *session = session_of (ice, error);
  RtcIceCredentials credentials = { (gchar *) ufrag, (gchar *) pwd };

  if (session == NULL || !check_credentials (ufrag, pwd, error))
    return FALSE;
  return rtc_ice_session_set_local (session, &credentials, error);
}

static gboolean
gst_rtc_nice_set_remote_credentials (
    GstRtcIce *ice, const gchar *ufrag, const gchar *pwd, GError **error)
{
  RtcIceSession *session = session_of (ice, error);
  RtcIceCredentials credentials = { (gchar *) ufrag, (gchar *) pwd };

  if (session == NULL || !check_credentials (ufrag, pwd, error))
    return FALSE;
  rtc_ice_session_set_remote (session, &credentials);
  return TRUE;
}

static gboolean
gst_rtc_nice_gather (GstRtcIce *ice, GError **error)
{
  RtcIceSession *session = session_of (ice, error);

  return session != NULL && rtc_ice_session_gather (session, error);
}

static gboolean
gst_rtc_nice_add_remote_candidate (GstRtcIce *ice, const gchar *candidate, GError **error)
{
  RtcIceSession *session = session_of (ice, error);

  if (session == NULL)
    return FALSE;
  if (rtc_ice_session_add_remote_line (session, candidate))
    return TRUE;
  g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_SYNTAX,
      "An ICE candidate is written \"candidate:foundation component transport priority address "
      "port typ type\"");
  return FALSE;
}

static gboolean
gst_rtc_nice_add_server (GstRtcIce *ice, const gchar *uri, GError **error)
{
  GstRtcNice *self = GST_RTC_NICE (ice);
  RtcIceServer *server = rtc_ice_server_parse (uri, error);

  if (server == NULL)
    return FALSE;
  if (self->session != NULL)
    rtc_ice_session_add_server (self->session, server);
  g_ptr_array_add (self->servers, server);
  return TRUE;
}

static GPtrArray *
gst_rtc_nice_get_local_candidates (GstRtcIce *ice)
{
  GstRtcNice *self = GST_RTC_NICE (ice);

  if (self->session == NULL)
    return g_ptr_array_new_with_free_func (g_free);
  return rtc_ice_session_get_local_lines (self->session);
}

static GstStructure *
gst_rtc_nice_get_stats (GstRtcIce *ice)
{
  GstRtcNice *self = GST_RTC_NICE (ice);

  if (self->session == NULL)
    return gst_structure_new_empty ("rtc-ice-stats");
  return rtc_ice_session_get_stats (self->session);
}

static void
gst_rtc_nice_ice_init (GstRtcIceInterface *iface)
{
  iface->set_controlling = gst_rtc_nice_set_controlling;
  iface->set_local_credentials = gst_rtc_nice_set_local_credentials;
  iface->set_remote_credentials = gst_rtc_nice_set_remote_credentials;
  iface->gather = gst_rtc_nice_gather;
  iface->add_remote_candidate = gst_rtc_nice_add_remote_candidate;
  iface->add_server = gst_rtc_nice_add_server;
  iface->get_local_candidates = gst_rtc_nice_get_local_candidates;
  iface->get_stats = gst_rtc_nice_get_stats;
}

static void
gst_rtc_nice_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GstRtcNice *self = GST_RTC_NICE (object);

  GST_OBJECT_LOCK (self);
  rtc_ice_settings_set (&self->settings, id - PROP_FIRST_SETTING, value);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rtc_nice_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GstRtcNice *self = GST_RTC_NICE (object);

  switch (id) {
  case PROP_STATE:
    g_value_set_enum (value, g_atomic_int_get (&self->state));
    break;
  case PROP_GATHERING_STATE:
    g_value_set_enum (value, g_atomic_int_get (&self->gathering_state));
    break;
  default:
    GST_OBJECT_LOCK (self);
    rtc_ice_settings_get (&self->settings, id - PROP_FIRST_SETTING, value);
    GST_OBJECT_UNLOCK (self);
    break;
  }
}

static void
gst_rtc_nice_finalize (GObject *object)
{
  GstRtcNice *self = GST_RTC_NICE (object);

  rtc_ice_settings_clear (&self->settings);
  rtc_ice_sender_free (self->sender);
  g_ptr_array_unref (self->servers);
  G_OBJECT_CLASS (gst_rtc_nice_parent_class)->finalize (object);
}

static void
gst_rtc_nice_class_init (GstRtcNiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  GST_DEBUG_CATEGORY_INIT (rtcice_debug, "rtcice", 0, "ICE transport over libnice");
  object_class->set_property = gst_rtc_nice_set_property;
  object_class->get_property = gst_rtc_nice_get_property;
  object_class->finalize = gst_rtc_nice_finalize;
  element_class->change_state = gst_rtc_nice_change_state;

  g_object_class_install_property (object_class, PROP_STATE,
      g_param_spec_enum ("state", "State", "State of the ICE transport",
          GST_TYPE_WEBRTC_ICE_CONNECTION_STATE, GST_WEBRTC_ICE_CONNECTION_STATE_NEW, flags));
  g_object_class_install_property (object_class, PROP_GATHERING_STATE,
      g_param_spec_enum ("gathering-state", "Gathering state", "State of candidate gathering",
          GST_TYPE_WEBRTC_ICE_GATHERING_STATE, GST_WEBRTC_ICE_GATHERING_STATE_NEW, flags));
  rtc_ice_settings_install (object_class, PROP_FIRST_SETTING);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "ICE transport", "Network/Source/Sink",
      "Finds a path to the peer with ICE and moves packets over it (libnice)",
      "The rtc developers");
}

static void
gst_rtc_nice_init (GstRtcNice *self)
{
  rtc_ice_settings_init (&self->settings);
  self->sender = rtc_ice_sender_new ();
  self->servers = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_ice_server_free);

  self->sink_pad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink_pad, gst_rtc_nice_chain);
  gst_pad_set_chain_list_function (self->sink_pad, gst_rtc_nice_chain_list);
  gst_pad_set_event_function (self->sink_pad, gst_rtc_nice_event);
  gst_rtc_packet_pad_end (self->sink_pad, TRUE);
  gst_element_add_pad (GST_ELEMENT (self), self->sink_pad);

  self->src_pad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_event_function (self->src_pad, gst_rtc_nice_event);
  gst_rtc_packet_pad_end (self->src_pad, TRUE);
  gst_pad_use_fixed_caps (self->src_pad);
  gst_element_add_pad (GST_ELEMENT (self), self->src_pad);
}
