/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way out, see the header. */
#include "rtcicesender.h"

/* Messages that one call of libnice takes. */
#define BATCH 64

struct _RtcIceSender {
  GMutex lock; /* all below */
  NiceAgent *agent;
  guint stream_id;
  RtcIceSenderCounts counts;
};

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
  g_clear_object (&sender->agent);
  g_mutex_clear (&sender->lock);
  g_free (sender);
}

void
rtc_ice_sender_set_agent (RtcIceSender *sender, NiceAgent *agent, guint stream_id)
{
  g_autoptr (NiceAgent) previous = NULL;

  g_mutex_lock (&sender->lock);
  previous = sender->agent;
  sender->agent = agent != NULL ? g_object_ref (agent) : NULL;
  sender->stream_id = stream_id;
  g_mutex_unlock (&sender->lock);
}

void
rtc_ice_sender_clear (RtcIceSender *sender)
{
  rtc_ice_sender_set_agent (sender, NULL, 0);
}

static guint
send_batch (NiceAgent *agent, guint stream_id, GstBufferList *list, guint first, guint n_packets,
    guint64 *out_bytes)
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
  n_sent =
      nice_agent_send_messages_nonblocking (agent, stream_id, 1, messages, n_packets, NULL, NULL);
  for (guint i = 0; i < n_packets; i++) {
    if ((gint) i < n_sent)
      *out_bytes += maps[i].size;
    gst_buffer_unmap (gst_buffer_list_get (list, first + i), &maps[i]);
  }
  return n_sent > 0 ? (guint) n_sent : 0;
}

static void
count (RtcIceSender *sender, guint n_packets, guint n_sent, guint64 n_bytes)
{
  g_mutex_lock (&sender->lock);
  sender->counts.packets_sent += n_sent;
  sender->counts.bytes_sent += n_bytes;
  sender->counts.packets_dropped += n_packets - n_sent;
  g_mutex_unlock (&sender->lock);
}

void
rtc_ice_sender_send (RtcIceSender *sender, GstBufferList *list)
{
  guint length = gst_buffer_list_length (list);
  g_autoptr (NiceAgent) agent = NULL;
  guint64 n_bytes = 0;
  guint stream_id;
  guint n_sent = 0;

  g_mutex_lock (&sender->lock);
  agent = sender->agent != NULL ? g_object_ref (sender->agent) : NULL;
  stream_id = sender->stream_id;
  g_mutex_unlock (&sender->lock);

  for (guint i = 0; i < length && agent != NULL; i += BATCH)
    n_sent += send_batch (agent, stream_id, list, i, MIN (length - i, BATCH), &n_bytes);
  count (sender, length, n_sent, n_bytes);
}

RtcIceSenderCounts
rtc_ice_sender_get_counts (RtcIceSender *sender)
{
  RtcIceSenderCounts counts;

  g_mutex_lock (&sender->lock);
  counts = sender->counts;
  g_mutex_unlock (&sender->lock);
  return counts;
}
