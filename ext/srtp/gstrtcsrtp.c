/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rtcsrtp
 * @title: rtcsrtp
 *
 * Protects RTP and RTCP on their way to the network and unprotects what comes from there (RFC 3711,
 * RFC 7714). `sink` and `src` are linked with rtcdtls, which also gives the keys, in a sticky
 * event. Until the keys are there everything is dropped, both ways. Nothing else makes keys: an
 * application may set the property #GstRtcSrtp:keys by itself.
 *
 * Packets are handled a list at a time: what is sent is copied once, into one block of memory for
 * the list, and protected there, or in place where it has room for the tag; what is received is
 * unprotected in place. RTP and RTCP share `sink` and are told apart by RFC 5761 §4.
 *
 * |[
 * gst-inspect-1.0 rtcsrtp
 * ]|
 */
/*
 * Threads: `rtp_sink` and `rtcp_sink` take packets from any thread, `sink` from the session's
 * loop. Each direction has a lock for its libsrtp session and counters; nothing is pushed with it
 * held.
 */
#include "config.h"

#include "gstrtcsrtp.h"
#include "rtcsrtpcontext.h"
#include "rtcsrtpcrypto.h"

#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/gstrtcpacketpads.h>
#include <gst/rtc/rtcpacketlist.h>
#include "wire/rtcdemux.h"

#include <glib/gi18n-lib.h>
#include <string.h>

GST_DEBUG_CATEGORY_STATIC (rtcsrtp_debug);
#define GST_CAT_DEFAULT rtcsrtp_debug

enum { PROP_0, PROP_KEYS, PROP_ALLOW_REPEAT, PROP_STATS };

/* What happened to the packets of one direction. */
typedef struct {
  guint64 packets, bytes, results[RTC_SRTP_FAILED + 1], no_keys;
} Counters;

typedef struct {
  GMutex lock;
  /* with the lock: */
  RtcSrtpContext *context;
  Counters counters;
} Direction;

struct _GstRtcSrtp {
  GstElement parent;
  GstPad *sink, *src, *rtp_sink, *rtp_src, *rtcp_sink, *rtcp_src;
  Direction send, receive;
  /* with the object lock: */
  GstRtcSrtpKeys *keys;
  gboolean allow_repeat;
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-srtp-packets"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-srtp-packets"));
static GstStaticPadTemplate rtp_sink_template = GST_STATIC_PAD_TEMPLATE (
    "rtp_sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtp"));
static GstStaticPadTemplate rtp_src_template = GST_STATIC_PAD_TEMPLATE (
    "rtp_src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtp"));
static GstStaticPadTemplate rtcp_sink_template = GST_STATIC_PAD_TEMPLATE (
    "rtcp_sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtcp"));
static GstStaticPadTemplate rtcp_src_template = GST_STATIC_PAD_TEMPLATE (
    "rtcp_src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtcp"));

G_DEFINE_TYPE (GstRtcSrtp, gst_rtc_srtp, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE (rtcsrtp, "rtcsrtp", GST_RANK_NONE, GST_TYPE_RTC_SRTP)

static void
counters_add (Counters *counters, RtcSrtpResult result, gsize size)
{
  counters->results[result]++;
  if (result == RTC_SRTP_OK) {
    counters->packets++;
    counters->bytes += size;
  }
}

static void
direction_set_context (Direction *direction, RtcSrtpContext *context)
{
  RtcSrtpContext *old;

  g_mutex_lock (&direction->lock);
  old = direction->context;
  direction->context = context;
  g_mutex_unlock (&direction->lock);
  rtc_srtp_context_free (old);
}

static gboolean
keys_are_equal (const GstRtcSrtpKeys *a, const GstRtcSrtpKeys *b)
{
  gsize key, salt;

  if (gst_rtc_srtp_keys_get_profile (a) != gst_rtc_srtp_keys_get_profile (b) ||
      !gst_rtc_srtp_profile_get_lengths (gst_rtc_srtp_keys_get_profile (a), &key, &salt))
    return FALSE;
  return memcmp (gst_rtc_srtp_keys_get_send (a), gst_rtc_srtp_keys_get_send (b), key + salt) == 0 &&
      memcmp (gst_rtc_srtp_keys_get_receive (a), gst_rtc_srtp_keys_get_receive (b), key + salt) ==
      0;
}

/* The same keys again (a sticky event is sent again after a link) keep the contexts: a new one
 * would send with the same key stream and accept replays. */
static gboolean
swap_keys (GstRtcSrtp *self, GstRtcSrtpKeys *keys, gboolean *out_allow_repeat)
{
  GstRtcSrtpKeys *old = NULL;
  gboolean is_new;

  GST_OBJECT_LOCK (self);
  is_new = keys == NULL || self->keys == NULL || !keys_are_equal (keys, self->keys);
  if (is_new) {
    old = self->keys;
    self->keys = keys ? gst_rtc_srtp_keys_ref (keys) : NULL;
  }
  *out_allow_repeat = self->allow_repeat;
  GST_OBJECT_UNLOCK (self);
  if (old)
    gst_rtc_srtp_keys_unref (old);
  return is_new;
}

static void
set_keys (GstRtcSrtp *self, GstRtcSrtpKeys *keys)
{
  RtcSrtpContext *send = NULL, *receive = NULL;
  gboolean allow_repeat;

  if (!swap_keys (self, keys, &allow_repeat))
    return;
  if (keys) {
    GstRtcSrtpProfile profile = gst_rtc_srtp_keys_get_profile (keys);

    send = rtc_srtp_context_new_send (profile, gst_rtc_srtp_keys_get_send (keys), allow_repeat);
    receive = rtc_srtp_context_new_receive (profile, gst_rtc_srtp_keys_get_receive (keys));
    GST_INFO_OBJECT (self, "new keys for %s", gst_rtc_srtp_profile_to_string (profile));
    if (send == NULL || receive == NULL)
      GST_ELEMENT_ERROR (self, LIBRARY, INIT, (_ ("SRTP could not be set up.")),
          ("libsrtp refused %s", gst_rtc_srtp_profile_to_string (profile)));
    /* From now on RTP and RTCP push, each on a thread of its own. */
    gst_rtc_packet_src_pad_push_events (self->src);
  }
  direction_set_context (&self->send, send);
  direction_set_context (&self->receive, receive);
}

/* With the send lock. Copies the packets of @list behind each other into one slab, protected, so
 * that the network element can send them with one scatter-free call. */
static GstBufferList *
protect_into_slab (GstRtcSrtp *self, gboolean is_rtcp, GstBufferList *list)
{
  guint n_packets = gst_buffer_list_length (list);
  gsize capacity = gst_buffer_list_calculate_size (list) + n_packets * RTC_SRTP_MAX_OVERHEAD;
  g_autoptr (RtcSlab) slab = rtc_slab_new (capacity);
  GstBufferList *out = gst_buffer_list_new_sized (n_packets);
  gsize offset = 0;

  for (guint i = 0; i < n_packets; i++) {
    GstBuffer *buffer = gst_buffer_list_get (list, i);
    guint8 *packet = rtc_slab_get_data (slab) + offset;
    gsize size = gst_buffer_extract (buffer, 0, packet, gst_buffer_get_size (buffer));
    gsize protected_size = 0;
    RtcSrtpResult result =
        rtc_srtp_context_protect (self->send.context, is_rtcp, packet, size, &protected_size);

    counters_add (&self->send.counters, result, size);
    if (result == RTC_SRTP_OK) {
      GstBuffer *slice = rtc_slab_slice (slab, offset, protected_size);

      GST_BUFFER_PTS (slice) = GST_BUFFER_PTS (buffer);
      gst_buffer_list_add (out, slice);
      offset += protected_size;
    }
  }
  return out;
}

/* SRTP appends the tag alone, SRTCP its index, too. */
static gsize
get_overhead (gboolean is_rtcp)
{
  return is_rtcp ? RTC_SRTP_MAX_OVERHEAD : RTC_SRTP_MAX_TAG;
}

static gboolean
has_room (GstBuffer *buffer, gsize overhead)
{
  GstMemory *memory = rtc_packet_peek_sole_memory (buffer);
  gsize size, offset, max_size;

  if (memory == NULL)
    return FALSE;
  size = gst_memory_get_sizes (memory, &offset, &max_size);
  return max_size - offset - size >= overhead;
}

static gboolean
all_have_room (GstBufferList *list, gboolean is_rtcp)
{
  if (!gst_buffer_list_is_writable (list))
    return FALSE;
  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    if (!has_room (gst_buffer_list_get (list, i), get_overhead (is_rtcp)))
      return FALSE;
  return TRUE;
}

/* With the send lock; @memory has_room(). */
static gboolean
protect_memory (GstRtcSrtp *self, gboolean is_rtcp, GstMemory *memory)
{
  gsize size = gst_memory_get_sizes (memory, NULL, NULL);
  gsize protected_size = 0;
  RtcSrtpResult result;
  GstMapInfo map;

  if (!rtc_packet_memory_grow (memory, 0, get_overhead (is_rtcp)) ||
      !rtc_packet_memory_map (memory, &map))
    return FALSE;
  result = rtc_srtp_context_protect (self->send.context, is_rtcp, map.data, size, &protected_size);
  counters_add (&self->send.counters, result, size);
  rtc_packet_memory_unmap (&map);
  rtc_packet_memory_trim (memory, 0, result == RTC_SRTP_OK ? protected_size : size);
  return result == RTC_SRTP_OK;
}

/* With the send lock. */
static GstBufferList *
protect_in_place (GstRtcSrtp *self, gboolean is_rtcp, GstBufferList *list)
{
  for (guint i = 0; i < gst_buffer_list_length (list);) {
    GstBuffer *buffer = gst_buffer_list_get (list, i);

    if (protect_memory (self, is_rtcp, gst_buffer_peek_memory (buffer, 0)))
      i++;
    else
      gst_buffer_list_remove (list, i, 1);
  }
  return list;
}

static GstFlowReturn
protect_list (GstRtcSrtp *self, gboolean is_rtcp, GstBufferList *list)
{
  GstBufferList *out = NULL;

  g_mutex_lock (&self->send.lock);
  if (!self->send.context)
    self->send.counters.no_keys += gst_buffer_list_length (list);
  else if (all_have_room (list, is_rtcp))
    out = protect_in_place (self, is_rtcp, g_steal_pointer (&list));
  else
    out = protect_into_slab (self, is_rtcp, list);
  g_mutex_unlock (&self->send.lock);
  g_clear_pointer (&list, gst_buffer_list_unref);
  return out ? rtc_pad_push_list (self->src, out) : GST_FLOW_OK;
}

/* With the receive lock. */
static RtcSrtpResult
unprotect_bytes (GstRtcSrtp *self, GstMapInfo *map, gsize *out_size, gboolean *out_is_rtcp)
{
  RtcPacketType type = rtc_packet_classify (map->data, map->size);
  RtcSrtpResult result = RTC_SRTP_INVALID;

  *out_is_rtcp = type == RTC_PACKET_RTCP;
  if (type == RTC_PACKET_RTP || type == RTC_PACKET_RTCP)
    result = rtc_srtp_context_unprotect (
        self->receive.context, *out_is_rtcp, map->data, map->size, out_size);
  counters_add (&self->receive.counters, result, *out_size);
  return result;
}

/* With the receive lock. Memory that is nobody else's, as all that comes from rtcice. */
static gboolean
unprotect_memory (GstRtcSrtp *self, GstMemory *memory, gboolean *out_is_rtcp)
{
  RtcSrtpResult result;
  GstMapInfo map;
  gsize size = 0;

  if (!rtc_packet_memory_map (memory, &map))
    return FALSE;
  result = unprotect_bytes (self, &map, &size, out_is_rtcp);
  rtc_packet_memory_unmap (&map);
  if (result == RTC_SRTP_OK)
    rtc_packet_memory_trim (memory, 0, size);
  return result == RTC_SRTP_OK;
}

static gboolean
unprotect_buffer (GstRtcSrtp *self, GstBuffer *buffer, gboolean *out_is_rtcp)
{
  RtcSrtpResult result;
  GstMapInfo map;
  gsize size = 0;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READWRITE))
    return FALSE;
  result = unprotect_bytes (self, &map, &size, out_is_rtcp);
  gst_buffer_unmap (buffer, &map);
  if (result == RTC_SRTP_OK)
    gst_buffer_set_size (buffer, size);
  return result == RTC_SRTP_OK;
}

/* With the receive lock. RTP stays in the list, RTCP moves to a list of its own, (transfer full)
 * (nullable), the rest is dropped. */
static GstBufferList *
unprotect_each (GstRtcSrtp *self, GstBufferList *list)
{
  GstBufferList *rtcp = NULL;

  for (guint i = 0; i < gst_buffer_list_length (list);) {
    GstMemory *memory = rtc_packet_peek_sole_memory (gst_buffer_list_get (list, i));
    gboolean is_rtcp = FALSE;
    gboolean is_good = memory
        ? unprotect_memory (self, memory, &is_rtcp)
        : unprotect_buffer (self, gst_buffer_list_get_writable (list, i), &is_rtcp);

    if (is_good && !is_rtcp) {
      i++;
      continue;
    }
    if (is_good && !rtcp)
      rtcp = gst_buffer_list_new ();
    if (is_good)
      gst_buffer_list_add (rtcp, gst_buffer_ref (gst_buffer_list_get (list, i)));
    gst_buffer_list_remove (list, i, 1);
  }
  return rtcp;
}

static GstFlowReturn
unprotect_list (GstRtcSrtp *self, GstBufferList *list)
{
  GstBufferList *rtcp = NULL;

  list = gst_buffer_list_make_writable (list);
  g_mutex_lock (&self->receive.lock);
  if (self->receive.context) {
    rtcp = unprotect_each (self, list);
  } else {
    guint n_packets = gst_buffer_list_length (list);

    self->receive.counters.no_keys += n_packets;
    gst_buffer_list_remove (list, 0, n_packets);
  }
  g_mutex_unlock (&self->receive.lock);

  /* What an application does with its packets does not stop the session's other packets. */
  rtc_pad_push_list (self->rtp_src, list);
  if (rtcp)
    rtc_pad_push_list (self->rtcp_src, rtcp);
  return GST_FLOW_OK;
}

static GstFlowReturn
chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  GstRtcSrtp *self = GST_RTC_SRTP (parent);

  if (pad == self->sink)
    return unprotect_list (self, list);
  return protect_list (self, pad == self->rtcp_sink, list);
}

static gboolean
receive_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstRtcSrtp *self = GST_RTC_SRTP (parent);
  GstRtcSrtpKeys *keys = gst_rtc_srtp_keys_from_event (event);

  if (keys)
    set_keys (self, keys);
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    gst_pad_push_event (self->rtp_src, gst_event_ref (event));
    gst_pad_push_event (self->rtcp_src, gst_event_ref (event));
  }
  gst_event_unref (event);
  return TRUE;
}

static void
gst_rtc_srtp_init (GstRtcSrtp *self)
{
  GstElement *element = GST_ELEMENT (self);

  g_mutex_init (&self->send.lock);
  g_mutex_init (&self->receive.lock);
  self->sink = gst_rtc_packet_sink_pad_add (element, &sink_template, chain_list);
  gst_pad_set_event_function (self->sink, receive_event);
  self->src = gst_rtc_packet_src_pad_add (element, &src_template);
  self->rtp_sink = gst_rtc_packet_sink_pad_add (element, &rtp_sink_template, chain_list);
  self->rtp_src = gst_rtc_packet_src_pad_add (element, &rtp_src_template);
  self->rtcp_sink = gst_rtc_packet_sink_pad_add (element, &rtcp_sink_template, chain_list);
  self->rtcp_src = gst_rtc_packet_src_pad_add (element, &rtcp_src_template);
  gst_rtc_packet_pad_lead_to (self->sink, self->rtp_src);
  gst_rtc_packet_pad_lead_to (self->src, self->rtp_sink);
  gst_rtc_packet_pad_lead_to (self->rtp_sink, self->src);
  gst_rtc_packet_pad_lead_to (self->rtp_src, self->sink);
  gst_rtc_packet_pad_lead_to (self->rtcp_sink, self->src);
  gst_rtc_packet_pad_lead_to (self->rtcp_src, self->sink);
}

static void
direction_clear (Direction *direction)
{
  rtc_srtp_context_free (direction->context);
  g_mutex_clear (&direction->lock);
}

static void
gst_rtc_srtp_finalize (GObject *object)
{
  GstRtcSrtp *self = GST_RTC_SRTP (object);

  direction_clear (&self->send);
  direction_clear (&self->receive);
  g_clear_pointer (&self->keys, gst_rtc_srtp_keys_unref);
  G_OBJECT_CLASS (gst_rtc_srtp_parent_class)->finalize (object);
}

static GstStateChangeReturn
gst_rtc_srtp_change_state (GstElement *element, GstStateChange transition)
{
  GstRtcSrtp *self = GST_RTC_SRTP (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !rtc_srtp_crypto_init ()) {
    GST_ELEMENT_ERROR (
        self, LIBRARY, INIT, (_ ("libsrtp cannot be used on this machine.")), (NULL));
    return GST_STATE_CHANGE_FAILURE;
  }
  result = GST_ELEMENT_CLASS (gst_rtc_srtp_parent_class)->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_READY_TO_NULL)
    set_keys (self, NULL);
  return result;
}

static guint
add_counters (GstStructure *stats, Direction *direction, const gchar *prefix, const gchar *done)
{
  static const struct {
    const gchar *name;
    RtcSrtpResult result;
  } fields[] = {
    { "invalid", RTC_SRTP_INVALID },
    { "auth-failures", RTC_SRTP_AUTH },
    { "replays", RTC_SRTP_REPLAY },
    { "ssrc-limit", RTC_SRTP_SSRC_LIMIT },
    { "failed", RTC_SRTP_FAILED },
  };
  guint n_ssrcs = 0;
  g_autofree gchar *packets = g_strdup_printf ("packets-%s", done);
  g_autofree gchar *bytes = g_strdup_printf ("bytes-%s", done);
  g_autofree gchar *no_keys = g_strdup_printf ("%s-no-keys", prefix);

  g_mutex_lock (&direction->lock);
  gst_structure_set (stats, packets, G_TYPE_UINT64, direction->counters.packets, bytes,
      G_TYPE_UINT64, direction->counters.bytes, no_keys, G_TYPE_UINT64, direction->counters.no_keys,
      NULL);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autofree gchar *name = g_strdup_printf ("%s-%s", prefix, fields[i].name);

    gst_structure_set (
        stats, name, G_TYPE_UINT64, direction->counters.results[fields[i].result], NULL);
  }
  if (direction->context)
    n_ssrcs = rtc_srtp_context_get_n_ssrcs (direction->context);
  g_mutex_unlock (&direction->lock);
  return n_ssrcs;
}

static GstStructure *
get_stats (GstRtcSrtp *self)
{
  GstStructure *stats = gst_structure_new_empty ("rtc-srtp-stats");
  GstRtcSrtpProfile profile = GST_RTC_SRTP_PROFILE_NONE;
  guint sent, received;

  sent = add_counters (stats, &self->send, "send", "protected");
  received = add_counters (stats, &self->receive, "receive", "unprotected");
  GST_OBJECT_LOCK (self);
  if (self->keys)
    profile = gst_rtc_srtp_keys_get_profile (self->keys);
  GST_OBJECT_UNLOCK (self);
  gst_structure_set (
      stats, "ssrcs-sent", G_TYPE_UINT, sent, "ssrcs-received", G_TYPE_UINT, received, NULL);
  if (profile != GST_RTC_SRTP_PROFILE_NONE)
    gst_structure_set (
        stats, "profile", G_TYPE_STRING, gst_rtc_srtp_profile_to_string (profile), NULL);
  return stats;
}

static void
gst_rtc_srtp_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstRtcSrtp *self = GST_RTC_SRTP (object);

  switch (id) {
  case PROP_KEYS:
    set_keys (self, g_value_get_boxed (value));
    break;
  case PROP_ALLOW_REPEAT:
    GST_OBJECT_LOCK (self);
    self->allow_repeat = g_value_get_boolean (value);
    GST_OBJECT_UNLOCK (self);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_rtc_srtp_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstRtcSrtp *self = GST_RTC_SRTP (object);

  switch (id) {
  case PROP_ALLOW_REPEAT:
    GST_OBJECT_LOCK (self);
    g_value_set_boolean (value, self->allow_repeat);
    GST_OBJECT_UNLOCK (self);
    break;
  case PROP_STATS:
    g_value_take_boxed (value, get_stats (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
install_properties (GObjectClass *klass)
{
  /**
   * GstRtcSrtp:keys:
   *
   * The keys of both directions; %NULL drops everything from now on. Keys equal to the current ones
   * change nothing. They are never readable.
   */
  g_object_class_install_property (klass, PROP_KEYS,
      g_param_spec_boxed ("keys", "Keys",
          "Master keys and salts of both directions; normally they come in an event on the sink "
          "pad from rtcdtls",
          GST_RTC_TYPE_SRTP_KEYS, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  /**
   * GstRtcSrtp:allow-repeat-tx:
   *
   * Let a sequence number be sent twice. The packet must be the same to the last bit: two
   * different ones under one number give the key stream away. RTX (RFC 4588) does not need this.
   * Takes effect with the next keys.
   */
  g_object_class_install_property (klass, PROP_ALLOW_REPEAT,
      g_param_spec_boolean ("allow-repeat-tx", "Allow repeats",
          "Send a sequence number again when the application repeats a packet bit by bit", FALSE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  /**
   * GstRtcSrtp:stats:
   *
   * "rtc-srtp-stats": packets-protected, bytes-protected, packets-unprotected, bytes-unprotected,
   * and for "send-" and "receive-": no-keys, invalid, auth-failures, replays, ssrc-limit, failed
   * (guint64, packets dropped for that reason); ssrcs-sent, ssrcs-received (guint); profile
   * (string, once there are keys).
   */
  g_object_class_install_property (klass, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics", "Packets and bytes of both directions",
          GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
gst_rtc_srtp_class_init (GstRtcSrtpClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstStaticPadTemplate *templates[] = { &sink_template, &src_template, &rtp_sink_template,
    &rtp_src_template, &rtcp_sink_template, &rtcp_src_template };

  GST_DEBUG_CATEGORY_INIT (rtcsrtp_debug, "rtcsrtp", 0, "SRTP");
  object_class->set_property = gst_rtc_srtp_set_property;
  object_class->get_property = gst_rtc_srtp_get_property;
  object_class->finalize = gst_rtc_srtp_finalize;
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_rtc_srtp_change_state);
  for (guint i = 0; i < G_N_ELEMENTS (templates); i++)
    gst_element_class_add_static_pad_template (element_class, templates[i]);
  gst_element_class_set_static_metadata (element_class, "WebRTC SRTP", "Filter/Network/SRTP",
      "Protects and unprotects the RTP and RTCP of a WebRTC session", "The rtc authors");
  install_properties (object_class);
}
