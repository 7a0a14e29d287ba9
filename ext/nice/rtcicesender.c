/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way out, see the header. */
#include "rtcicesender.h"

/* Messages that one call of libnice takes. */
#define BATCH 64

/* Where packets go: at most one of agent and direct is set. */
typedef struct {
  NiceAgent *agent;
  guint stream_id;
  RtcDirectSocket *direct;
  RtcSocketAddress to;
} Target;

struct _RtcIceSender {
  GMutex lock; /* all below */
  Target target;
  RtcUdpSenderCounts counts; /* of libnice's path, and of direct sockets that are gone */
};

static Target
target_copy (const Target *target)
{
  Target copy = *target;

  if (copy.agent != NULL)
    g_object_ref (copy.agent);
  if (copy.direct != NULL)
    rtc_direct_socket_ref (copy.direct);
  return copy;
}

static void
target_clear (Target *target)
{
  g_clear_object (&target->agent);
  g_clear_pointer (&target->direct, rtc_direct_socket_unref);
}

RtcIceSender *
rtc_ice_sender_new (void)
{
  RtcIceSender *sender = g_new0 (RtcIceSender, 1);

  g_mutex_init (&sender->lock);
  return sender;
}

void
rtc_ice_sender_free (RtcIceSender *sender)
{
  if (sender == NULL)
    return;
  target_clear (&sender->target);
  g_mutex_clear (&sender->lock);
  g_free (sender);
}

static void
add_counts (RtcUdpSenderCounts *sum, const RtcUdpSenderCounts *counts)
{
  sum->packets_sent += counts->packets_sent;
  sum->bytes_sent += counts->bytes_sent;
  sum->packets_dropped += counts->packets_dropped;
  sum->packets_delayed += counts->packets_delayed;
}

static void
set_target (RtcIceSender *sender, const Target *target)
{
  RtcUdpSenderCounts counts = { 0 };
  Target previous;

  g_mutex_lock (&sender->lock);
  previous = sender->target;
  sender->target = target_copy (target);
  if (previous.direct != NULL && previous.direct != target->direct)
    counts = rtc_direct_socket_get_counts (previous.direct);
  add_counts (&sender->counts, &counts);
  g_mutex_unlock (&sender->lock);
  target_clear (&previous);
}

void
rtc_ice_sender_set_agent (RtcIceSender *sender, NiceAgent *agent, guint stream_id)
{
  Target target = { .agent = agent, .stream_id = stream_id };

  set_target (sender, &target);
}

void
rtc_ice_sender_set_direct (
    RtcIceSender *sender, RtcDirectSocket *direct, const RtcSocketAddress *to)
{
  Target target = { .direct = direct, .to = *to };

  set_target (sender, &target);
}

void
rtc_ice_sender_clear (RtcIceSender *sender)
{
  Target target = { 0 };

  set_target (sender, &target);
}

static guint
send_batch (const Target *target, GstBufferList *list, guint first, guint n_packets,
    RtcUdpSenderCounts *counts)
{
  NiceOutputMessage messages[BATCH];
  GOutputVector vectors[BATCH];
  GstMapInfo maps[BATCH];
  gint n_sent;

  for (guint i = 0; i < n_packets; i++) {
    gst_buffer_map (gst_buffer_list_get (list, first + i), &maps[i], GST_MAP_READ);
    vectors[i] = (GOutputVector){ maps[i].data, maps[i].size };
    messages[i] = (NiceOutputMessage){ &vectors[i], 1 };
  }
  n_sent = nice_agent_send_messages_nonblocking (
      target->agent, target->stream_id, 1, messages, n_packets, NULL, NULL);
  n_sent = MAX (n_sent, 0);
  for (guint i = 0; i < n_packets; i++) {
    if ((gint) i < n_sent)
      counts->bytes_sent += maps[i].size;
    gst_buffer_unmap (gst_buffer_list_get (list, first + i), &maps[i]);
  }
  return (guint) n_sent;
}

static RtcUdpSenderCounts
send_through_agent (const Target *target, GstBufferList *list)
{
  guint length = gst_buffer_list_length (list);
  RtcUdpSenderCounts counts = { 0 };

  for (guint i = 0; i < length && target->agent != NULL; i += BATCH)
    counts.packets_sent += send_batch (target, list, i, MIN (length - i, BATCH), &counts);
  counts.packets_dropped = length - counts.packets_sent;
  return counts;
}

void
rtc_ice_sender_send (RtcIceSender *sender, GstBufferList *list)
{
  RtcUdpSenderCounts counts;
  Target target;

  g_mutex_lock (&sender->lock);
  target = target_copy (&sender->target);
  g_mutex_unlock (&sender->lock);

  if (target.direct != NULL) {
    rtc_direct_socket_send (target.direct, &target.to, list);
  } else {
    counts = send_through_agent (&target, list);
    g_mutex_lock (&sender->lock);
    add_counts (&sender->counts, &counts);
    g_mutex_unlock (&sender->lock);
  }
  target_clear (&target);
}

RtcUdpSenderCounts
rtc_ice_sender_get_counts (RtcIceSender *sender)
{
  RtcUdpSenderCounts counts, direct_counts;

  g_mutex_lock (&sender->lock);
  counts = sender->counts;
  if (sender->target.direct != NULL) {
    direct_counts = rtc_direct_socket_get_counts (sender->target.direct);
    add_counts (&counts, &direct_counts);
  }
  g_mutex_unlock (&sender->lock);
  return counts;
}
