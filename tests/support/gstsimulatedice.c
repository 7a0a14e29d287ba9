/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcsimulatedice: takes the place of rtcice in tests. Two of them with the same `link` are joined
 * in the process by an RtcSimulatedLink. Their time is that of the session's loop, so with a
 * manual loop everything repeats exactly. Its state belongs to the loop's thread; the object lock
 * protects what the sink pad's threads read.
 */

#include "gstsimulatedice.h"

#include <string.h>

#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/gstrtcerror.h>
#include <gst/rtc/gstrtcice.h>
#include <gst/rtc/rtcpacketlist.h>

#include "simulatedchecks.h"
#include "simulatedlink.h"

GST_DEBUG_CATEGORY_STATIC (gst_simulated_ice_debug);
#define GST_CAT_DEFAULT gst_simulated_ice_debug

#define DEFAULT_LINK "default"
#define PACKETS_CAPS "application/x-rtc-packets"

enum {
  PROP_0,
  PROP_LINK,
  PROP_CONDITIONS,
  PROP_SEED,
  PROP_TRACE,
  PROP_STATE,
  PROP_GATHERING_STATE,
  PROP_TRANSPORT_POLICY,
  PROP_LOCAL_ADDRESSES,
  PROP_MIN_PORT,
  PROP_MAX_PORT
};

struct _GstSimulatedIce {
  GstElement parent;

  GstPad *sinkpad;
  GstPad *srcpad;

  /* Object lock. */
  gchar *link_name;
  gchar *conditions;
  guint seed;
  GstWebRTCICETransportPolicy transport_policy;
  GStrv local_addresses;
  guint min_port;
  guint max_port;
  RtcSimulatedLink *link; /* NULL: not attached */
  guint end;
  gboolean is_open;
  GstWebRTCICEConnectionState state;
  GstWebRTCICEGatheringState gathering_state;
  guint64 packets_sent;
  guint64 bytes_sent;
  guint64 packets_received;
  guint64 bytes_received;

  /* Loop thread. */
  RtcLoop *loop;
  RtcLoopTimer *arrival_timer;
  RtcLoopTimer *check_timer;
  RtcLoopTimer *gather_timer;
  RtcSimulatedChecks checks;
  gboolean is_controlling;
  gchar *local[2];
  gchar *remote[2];
  gchar *remote_candidate;
  GPtrArray *local_candidates;
};

static void gst_simulated_ice_iface_init (GstRtcIceInterface *iface);

G_DEFINE_TYPE_WITH_CODE (GstSimulatedIce, gst_simulated_ice, GST_TYPE_ELEMENT,
    G_IMPLEMENT_INTERFACE (GST_RTC_TYPE_ICE, gst_simulated_ice_iface_init))
GST_ELEMENT_REGISTER_DEFINE (
    rtcsimulatedice, "rtcsimulatedice", GST_RANK_NONE, GST_TYPE_SIMULATED_ICE)

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (PACKETS_CAPS));

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (PACKETS_CAPS));

static gchar *
candidate_line (guint end)
{
  /* The documentation addresses of RFC 5737 reach nothing, should one leak. */
  return g_strdup_printf ("candidate:1 1 UDP 2130706431 192.0.2.%u 5000 typ host", end + 1);
}

static gboolean
set_pair (gchar **credentials, const gchar *ufrag, const gchar *pwd)
{
  gboolean is_new = g_strcmp0 (credentials[0], ufrag) != 0 || g_strcmp0 (credentials[1], pwd) != 0;

  if (is_new) {
    g_free (credentials[0]);
    g_free (credentials[1]);
    credentials[0] = g_strdup (ufrag);
    credentials[1] = g_strdup (pwd);
  }
  return is_new;
}

static void
publish_state (GstSimulatedIce *self)
{
  GST_OBJECT_LOCK (self);
  self->state = self->checks.state;
  self->is_open = self->checks.is_open;
  GST_OBJECT_UNLOCK (self);
  GST_DEBUG_OBJECT (self, "state %d", self->checks.state);
  g_object_notify (G_OBJECT (self), "state");
}

static RtcSimulatedView
get_view (GstSimulatedIce *self)
{
  return (RtcSimulatedView){
    .has_credentials = self->local[0] != NULL && self->remote[0] != NULL,
    .has_candidate = self->remote_candidate != NULL,
    .pair = rtc_simulated_link_get_pair (self->link),
    .is_blacked_out = rtc_simulated_link_is_blacked_out (self->link),
    .round_trip = rtc_simulated_link_get_round_trip (self->link),
  };
}

static void
announce_pair (GstSimulatedIce *self)
{
  g_autofree gchar *local = candidate_line (self->end);
  g_autofree gchar *remote = candidate_line (1 - self->end);

  gst_rtc_ice_emit_selected_pair (GST_RTC_ICE (self), local, remote);
}

/* Listeners may stop the element: then there is no link any more. */
static void
update_checks (GstSimulatedIce *self)
{
  GstClockTime now = rtc_loop_now (self->loop);

  while (self->link != NULL) {
    guint n_connected = self->checks.n_connected;
    RtcSimulatedView view = get_view (self);

    if (!rtc_simulated_checks_step (&self->checks, &view, now))
      break;
    publish_state (self);
    if (self->link != NULL && self->checks.n_connected != n_connected)
      announce_pair (self);
  }
  if (self->link != NULL)
    rtc_loop_timer_set (self->check_timer, rtc_simulated_checks_next_deadline (&self->checks));
}

static void
update_arrivals (GstSimulatedIce *self)
{
  if (self->link != NULL)
    rtc_loop_timer_set (
        self->arrival_timer, rtc_simulated_link_next_arrival (self->link, self->end));
}

static void
woken (gpointer user_data)
{
  GstSimulatedIce *self = user_data;

  if (self->link == NULL)
    return;
  update_checks (self);
  update_arrivals (self);
}

static void
check_timer_fired (gpointer user_data)
{
  g_autoptr (GstElement) self = gst_object_ref (user_data);

  update_checks (GST_SIMULATED_ICE (self));
}

static gboolean
count_received (GstBuffer **packet, guint index, gpointer user_data)
{
  GstSimulatedIce *self = user_data;

  self->packets_received++;
  self->bytes_received += gst_buffer_get_size (*packet);
  return TRUE;
}

static void
arrival_timer_fired (gpointer user_data)
{
  g_autoptr (GstElement) element = gst_object_ref (user_data);
  GstSimulatedIce *self = GST_SIMULATED_ICE (element);
  GstBufferList *list =
      rtc_simulated_link_receive (self->link, self->end, rtc_loop_now (self->loop));
  gboolean is_open;

  GST_OBJECT_LOCK (self);
  /* The peer may be connected one message before us; its packets come from a checked address. */
  is_open = self->is_open || self->state == GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING;
  if (is_open)
    gst_buffer_list_foreach (list, count_received, self);
  GST_OBJECT_UNLOCK (self);

  if (is_open)
    rtc_pad_push_list (self->srcpad, list);
  else
    gst_buffer_list_unref (list);
  update_arrivals (self);
}

static void
set_gathering_state (GstSimulatedIce *self, GstWebRTCICEGatheringState state)
{
  GST_OBJECT_LOCK (self);
  self->gathering_state = state;
  GST_OBJECT_UNLOCK (self);
  g_object_notify (G_OBJECT (self), "gathering-state");
}

static void
gather_timer_fired (gpointer user_data)
{
  g_autoptr (GstElement) element = gst_object_ref (user_data);
  GstSimulatedIce *self = GST_SIMULATED_ICE (element);
  gboolean is_relay_only;

  GST_OBJECT_LOCK (self);
  is_relay_only = self->transport_policy == GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY;
  GST_OBJECT_UNLOCK (self);

  g_ptr_array_set_size (self->local_candidates, 0);
  if (!is_relay_only) {
    g_autofree gchar *candidate = candidate_line (self->end);

    g_ptr_array_add (self->local_candidates, g_strdup (candidate));
    gst_rtc_ice_emit_local_candidate (GST_RTC_ICE (self), candidate);
  }
  if (self->link == NULL)
    return;
  set_gathering_state (self, GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE);
  gst_rtc_ice_emit_local_candidate (GST_RTC_ICE (self), NULL);
}

static void
apply_conditions (GstSimulatedIce *self, RtcSimulatedLink *link, guint end, const gchar *text)
{
  g_autoptr (GError) error = NULL;
  RtcSimulatedConditions conditions;

  if (rtc_simulated_conditions_parse (text, &conditions, &error))
    rtc_simulated_link_set_conditions (link, (gint) end, &conditions);
  else
    GST_ERROR_OBJECT (self, "%s", error->message);
}

static gboolean
attach_to (GstSimulatedIce *self, const gchar *name, GError **error)
{
  g_autoptr (RtcSimulatedLink) link = rtc_simulated_link_get (name);
  gint end = rtc_simulated_link_attach (link, GST_OBJECT (self), self->loop, woken);

  if (end < 0) {
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_STATE,
        "the simulated link \"%s\" has two ends already", name);
    return FALSE;
  }
  GST_OBJECT_LOCK (self);
  self->link = g_steal_pointer (&link);
  self->end = (guint) end;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

/* With the first call that the session makes: the loop and the link's name are known then. */
static gboolean
ensure_attached (GstSimulatedIce *self, GError **error)
{
  g_autofree gchar *name = NULL;
  g_autofree gchar *conditions = NULL;
  guint seed;

  if (self->link != NULL)
    return TRUE;
  if (self->loop == NULL)
    self->loop = gst_rtc_element_get_loop (GST_ELEMENT (self));

  GST_OBJECT_LOCK (self);
  name = g_strdup (self->link_name);
  conditions = g_strdup (self->conditions);
  seed = self->seed;
  GST_OBJECT_UNLOCK (self);

  if (!attach_to (self, name, error))
    return FALSE;
  if (seed != 0)
    rtc_simulated_link_set_seed (self->link, seed);
  if (conditions != NULL)
    apply_conditions (self, self->link, self->end, conditions);
  self->arrival_timer = rtc_loop_timer_new (self->loop, arrival_timer_fired, self);
  self->check_timer = rtc_loop_timer_new (self->loop, check_timer_fired, self);
  self->gather_timer = rtc_loop_timer_new (self->loop, gather_timer_fired, self);
  return TRUE;
}

static void
detach (gpointer user_data)
{
  GstSimulatedIce *self = user_data;
  RtcSimulatedLink *link;

  GST_OBJECT_LOCK (self);
  link = g_steal_pointer (&self->link);
  self->is_open = FALSE;
  self->state = GST_WEBRTC_ICE_CONNECTION_STATE_NEW;
  self->gathering_state = GST_WEBRTC_ICE_GATHERING_STATE_NEW;
  GST_OBJECT_UNLOCK (self);
  if (link == NULL)
    return;
  g_clear_pointer (&self->arrival_timer, rtc_loop_timer_free);
  g_clear_pointer (&self->check_timer, rtc_loop_timer_free);
  g_clear_pointer (&self->gather_timer, rtc_loop_timer_free);
  rtc_simulated_link_detach (link, self->end);
  rtc_simulated_link_unref (link);
  set_pair (self->local, NULL, NULL);
  set_pair (self->remote, NULL, NULL);
  g_clear_pointer (&self->remote_candidate, g_free);
  g_ptr_array_set_size (self->local_candidates, 0);
  rtc_simulated_checks_init (&self->checks);
}

static void
stop (GstSimulatedIce *self)
{
  if (self->loop == NULL)
    return;
  rtc_loop_call (self->loop, detach, self);
  g_clear_pointer (&self->loop, rtc_loop_unref);
}

/* The interface: called on the loop. */

static void
ice_set_controlling (GstRtcIce *ice, gboolean is_controlling)
{
  GST_SIMULATED_ICE (ice)->is_controlling = is_controlling;
}

static gboolean
ice_set_local_credentials (GstRtcIce *ice, const gchar *ufrag, const gchar *pwd, GError **error)
{
  GstSimulatedIce *self = GST_SIMULATED_ICE (ice);

  if (!ensure_attached (self, error))
    return FALSE;
  if (set_pair (self->local, ufrag, pwd)) {
    self->checks.is_local_new = TRUE;
    rtc_simulated_link_set_local_credentials (self->link, self->end, ufrag, pwd);
  }
  return TRUE;
}

static gboolean
ice_set_remote_credentials (GstRtcIce *ice, const gchar *ufrag, const gchar *pwd, GError **error)
{
  GstSimulatedIce *self = GST_SIMULATED_ICE (ice);

  if (!ensure_attached (self, error))
    return FALSE;
  if (set_pair (self->remote, ufrag, pwd)) {
    self->checks.is_remote_new = TRUE;
    g_clear_pointer (&self->remote_candidate, g_free);
    rtc_simulated_link_set_remote_credentials (self->link, self->end, ufrag, pwd);
  }
  return TRUE;
}

static gboolean
ice_gather (GstRtcIce *ice, GError **error)
{
  GstSimulatedIce *self = GST_SIMULATED_ICE (ice);

  if (!ensure_attached (self, error))
    return FALSE;
  rtc_loop_timer_set (self->gather_timer, 0);
  set_gathering_state (self, GST_WEBRTC_ICE_GATHERING_STATE_GATHERING);
  return TRUE;
}

static gboolean
ice_add_remote_candidate (GstRtcIce *ice, const gchar *candidate, GError **error)
{
  GstSimulatedIce *self = GST_SIMULATED_ICE (ice);
  g_auto (GStrv) words = NULL;

  if (!ensure_attached (self, error))
    return FALSE;
  if (candidate == NULL)
    return TRUE;
  words = g_strsplit (candidate, " ", -1);
  /* RFC 8839 §5.1: foundation, component, transport, priority, address, port, "typ", type. */
  if (!g_str_has_prefix (candidate, "candidate:") || g_strv_length (words) < 8) {
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_SYNTAX, "this is not a candidate line");
    return FALSE;
  }
  g_free (self->remote_candidate);
  self->remote_candidate = g_strdup (candidate);
  rtc_simulated_link_add_remote_candidate (self->link, self->end);
  return TRUE;
}

static gboolean
ice_add_server (GstRtcIce *ice, const gchar *uri, GError **error)
{
  if (g_str_has_prefix (uri, "stun:") || g_str_has_prefix (uri, "turn:") ||
      g_str_has_prefix (uri, "turns:"))
    return TRUE;
  g_set_error (
      error, GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT, "this is not a STUN or TURN server");
  return FALSE;
}

static GPtrArray *
ice_get_local_candidates (GstRtcIce *ice)
{
  GstSimulatedIce *self = GST_SIMULATED_ICE (ice);
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->local_candidates->len; i++)
    g_ptr_array_add (copy, g_strdup (g_ptr_array_index (self->local_candidates, i)));
  return copy;
}

static GstStructure *
ice_get_stats (GstRtcIce *ice)
{
  GstSimulatedIce *self = GST_SIMULATED_ICE (ice);
  GstStructure *stats = gst_structure_new ("rtc-ice-stats", "role", G_TYPE_STRING,
      self->is_controlling ? "controlling" : "controlled", "path", G_TYPE_STRING, "direct", NULL);

  GST_OBJECT_LOCK (self);
  gst_structure_set (stats, "state", GST_TYPE_WEBRTC_ICE_CONNECTION_STATE, self->state,
      "packets-sent", G_TYPE_UINT64, self->packets_sent, "bytes-sent", G_TYPE_UINT64,
      self->bytes_sent, "packets-received", G_TYPE_UINT64, self->packets_received, "bytes-received",
      G_TYPE_UINT64, self->bytes_received, NULL);
  GST_OBJECT_UNLOCK (self);
  if (self->link != NULL && self->checks.is_open) {
    g_autofree gchar *local = candidate_line (self->end);
    g_autofree gchar *remote = candidate_line (1 - self->end);
    gdouble round_trip =
        (gdouble) rtc_simulated_link_get_round_trip (self->link) / (gdouble) GST_SECOND;

    gst_structure_set (stats, "local-candidate", G_TYPE_STRING, local, "remote-candidate",
        G_TYPE_STRING, remote, "round-trip-time", G_TYPE_DOUBLE, round_trip, NULL);
  }
  return stats;
}

static void
gst_simulated_ice_iface_init (GstRtcIceInterface *iface)
{
  iface->set_controlling = ice_set_controlling;
  iface->set_local_credentials = ice_set_local_credentials;
  iface->set_remote_credentials = ice_set_remote_credentials;
  iface->gather = ice_gather;
  iface->add_remote_candidate = ice_add_remote_candidate;
  iface->add_server = ice_add_server;
  iface->get_local_candidates = ice_get_local_candidates;
  iface->get_stats = ice_get_stats;
}

/* Pads. */

/* (transfer full) link, NULL: nothing may be sent now. */
static RtcSimulatedLink *
get_open_link (GstSimulatedIce *self, guint *out_end)
{
  RtcSimulatedLink *link = NULL;

  GST_OBJECT_LOCK (self);
  if (self->link != NULL && self->is_open) {
    link = rtc_simulated_link_ref (self->link);
    *out_end = self->end;
  }
  GST_OBJECT_UNLOCK (self);
  return link;
}

static GstFlowReturn
sink_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  GstSimulatedIce *self = GST_SIMULATED_ICE (parent);
  guint end = 0;
  g_autoptr (RtcSimulatedLink) link = get_open_link (self, &end);

  for (guint i = 0; link != NULL && i < gst_buffer_list_length (list); i++) {
    GstBuffer *packet = gst_buffer_list_get (list, i);

    rtc_simulated_link_send (link, end, packet);
    GST_OBJECT_LOCK (self);
    self->packets_sent++;
    self->bytes_sent += gst_buffer_get_size (packet);
    GST_OBJECT_UNLOCK (self);
  }
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static GstFlowReturn
sink_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstBufferList *list = gst_buffer_list_new_sized (1);

  gst_buffer_list_add (list, buffer);
  return sink_chain_list (pad, parent, list);
}

/* Packets end here; what arrives at the other end is a stream of its own. */
static gboolean
sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

static gboolean
src_activate_mode (GstPad *pad, GstObject *parent, GstPadMode mode, gboolean is_active)
{
  if (is_active)
    gst_rtc_pad_push_initial_events (pad, PACKETS_CAPS);
  return TRUE;
}

static GstStateChangeReturn
gst_simulated_ice_change_state (GstElement *element, GstStateChange transition)
{
  GstStateChangeReturn result =
      GST_ELEMENT_CLASS (gst_simulated_ice_parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_READY_TO_NULL)
    stop (GST_SIMULATED_ICE (element));
  return result;
}

static void
set_conditions (GstSimulatedIce *self, const gchar *text)
{
  g_autoptr (RtcSimulatedLink) link = NULL;
  guint end;

  GST_OBJECT_LOCK (self);
  g_free (self->conditions);
  self->conditions = g_strdup (text);
  link = self->link != NULL ? rtc_simulated_link_ref (self->link) : NULL;
  end = self->end;
  GST_OBJECT_UNLOCK (self);
  if (link != NULL)
    apply_conditions (self, link, end, text != NULL ? text : "");
}

static void
set_locked_property (GstSimulatedIce *self, guint id, const GValue *value)
{
  switch (id) {
  case PROP_LINK:
    g_free (self->link_name);
    self->link_name = g_value_dup_string (value);
    break;
  case PROP_SEED:
    self->seed = g_value_get_uint (value);
    break;
  case PROP_TRANSPORT_POLICY:
    self->transport_policy = g_value_get_enum (value);
    break;
  case PROP_LOCAL_ADDRESSES:
    g_strfreev (self->local_addresses);
    self->local_addresses = g_value_dup_boxed (value);
    break;
  case PROP_MIN_PORT:
    self->min_port = g_value_get_uint (value);
    break;
  case PROP_MAX_PORT:
    self->max_port = g_value_get_uint (value);
    break;
  }
}

static void
gst_simulated_ice_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstSimulatedIce *self = GST_SIMULATED_ICE (object);

  if (id == PROP_CONDITIONS) {
    set_conditions (self, g_value_get_string (value));
    return;
  }
  GST_OBJECT_LOCK (self);
  set_locked_property (self, id, value);
  GST_OBJECT_UNLOCK (self);
}

static void
get_locked_property (GstSimulatedIce *self, guint id, GValue *value)
{
  switch (id) {
  case PROP_LINK:
    g_value_set_string (value, self->link_name);
    break;
  case PROP_CONDITIONS:
    g_value_set_string (value, self->conditions);
    break;
  case PROP_SEED:
    g_value_set_uint (value, self->seed);
    break;
  case PROP_TRACE:
    g_value_set_uint64 (
        value, self->link != NULL ? rtc_simulated_link_get_trace (self->link, self->end) : 0);
    break;
  case PROP_STATE:
    g_value_set_enum (value, self->state);
    break;
  case PROP_GATHERING_STATE:
    g_value_set_enum (value, self->gathering_state);
    break;
  case PROP_TRANSPORT_POLICY:
    g_value_set_enum (value, self->transport_policy);
    break;
  case PROP_LOCAL_ADDRESSES:
    g_value_set_boxed (value, self->local_addresses);
    break;
  case PROP_MIN_PORT:
    g_value_set_uint (value, self->min_port);
    break;
  case PROP_MAX_PORT:
    g_value_set_uint (value, self->max_port);
    break;
  }
}

static void
gst_simulated_ice_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstSimulatedIce *self = GST_SIMULATED_ICE (object);

  GST_OBJECT_LOCK (self);
  get_locked_property (self, id, value);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_simulated_ice_finalize (GObject *object)
{
  GstSimulatedIce *self = GST_SIMULATED_ICE (object);

  stop (self);
  g_free (self->link_name);
  g_free (self->conditions);
  g_strfreev (self->local_addresses);
  g_ptr_array_unref (self->local_candidates);
  G_OBJECT_CLASS (gst_simulated_ice_parent_class)->finalize (object);
}

static void
install_simulation_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  g_object_class_install_property (object_class, PROP_LINK,
      g_param_spec_string ("link", "Link",
          "Name of the network; two elements with the same one are joined. Read with the first "
          "call of the session",
          DEFAULT_LINK, flags));
  g_object_class_install_property (object_class, PROP_CONDITIONS,
      g_param_spec_string ("conditions", "Conditions",
          "Of the packets that this element sends: loss=5,delay=50,... with loss, burst-enter, "
          "burst-leave, burst-loss, reorder, duplicate and bit-flip in percent, delay and jitter "
          "in ms, rate in bit/s, queue in bytes, blackout 0 or 1",
          NULL, flags));
  g_object_class_install_property (object_class, PROP_SEED,
      g_param_spec_uint ("seed", "Seed", "Of the link's random numbers (0 = the link's own)", 0,
          G_MAXUINT, 0, flags));
  g_object_class_install_property (object_class, PROP_TRACE,
      g_param_spec_uint64 ("trace", "Trace", "Hash of the fates of all packets sent so far", 0,
          G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
install_ice_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  g_object_class_install_property (object_class, PROP_STATE,
      g_param_spec_enum ("state", "State", "ICE connection state",
          GST_TYPE_WEBRTC_ICE_CONNECTION_STATE, GST_WEBRTC_ICE_CONNECTION_STATE_NEW,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_GATHERING_STATE,
      g_param_spec_enum ("gathering-state", "Gathering state", "ICE gathering state",
          GST_TYPE_WEBRTC_ICE_GATHERING_STATE, GST_WEBRTC_ICE_GATHERING_STATE_NEW,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_TRANSPORT_POLICY,
      g_param_spec_enum ("transport-policy", "Transport policy", "relay: no candidates at all",
          GST_TYPE_WEBRTC_ICE_TRANSPORT_POLICY, GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL, flags));
  g_object_class_install_property (object_class, PROP_LOCAL_ADDRESSES,
      g_param_spec_boxed (
          "local-addresses", "Local addresses", "Kept, without effect", G_TYPE_STRV, flags));
  g_object_class_install_property (object_class, PROP_MIN_PORT,
      g_param_spec_uint (
          "min-port", "Minimum port", "Kept, without effect", 0, G_MAXUINT16, 0, flags));
  g_object_class_install_property (object_class, PROP_MAX_PORT,
      g_param_spec_uint (
          "max-port", "Maximum port", "Kept, without effect", 0, G_MAXUINT16, 0, flags));
}

static void
gst_simulated_ice_class_init (GstSimulatedIceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (
      gst_simulated_ice_debug, "rtcsimulatedice", 0, "simulated ICE for tests");

  object_class->set_property = gst_simulated_ice_set_property;
  object_class->get_property = gst_simulated_ice_get_property;
  object_class->finalize = gst_simulated_ice_finalize;
  element_class->change_state = gst_simulated_ice_change_state;
  install_simulation_properties (object_class);
  install_ice_properties (object_class);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Simulated ICE", "Network/WebRTC",
      "Joins two sessions in one process by a simulated network, for tests", "The rtc authors");
}

static void
gst_simulated_ice_init (GstSimulatedIce *self)
{
  self->link_name = g_strdup (DEFAULT_LINK);
  self->transport_policy = GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL;
  self->local_candidates = g_ptr_array_new_with_free_func (g_free);
  rtc_simulated_checks_init (&self->checks);

  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad, sink_chain);
  gst_pad_set_chain_list_function (self->sinkpad, sink_chain_list);
  gst_pad_set_event_function (self->sinkpad, sink_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);

  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_activatemode_function (self->srcpad, src_activate_mode);
  gst_pad_use_fixed_caps (self->srcpad);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}
