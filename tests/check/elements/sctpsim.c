/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The simulated link between two rtcsctp elements; see the header. usrsctp takes its timers from
 * the loop, but compares times of gettimeofday(); this program has its own, with the virtual time.
 */
#include "sctpsim.h"

#include <string.h>
#include <sys/time.h>
#include <time.h>

enum { CHUNK_DATA = 0, CHUNK_SACK = 3 };

typedef struct {
  GstClockTime time;
  SctpSide *to;
  GstBuffer *buffer;
} Packet;

/* The time of the one simulation that runs; 0: none, and the time is real. */
static GstClockTime virtual_now;

int
gettimeofday (struct timeval *time, void *zone)
{
  GstClockTime now = virtual_now;
  struct timespec real;

  if (now == 0) {
    clock_gettime (CLOCK_REALTIME, &real);
    now = GST_TIMESPEC_TO_TIME (real);
  }
  time->tv_sec = now / GST_SECOND;
  time->tv_usec = now % GST_SECOND / GST_USECOND;
  return 0;
}

const GstRtcDataReliability sctp_reliable = { TRUE, -1, -1 };

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

/* xorshift64*; from 0 to 1 */
static gdouble
next_random (SctpSim *sim)
{
  sim->seed ^= sim->seed >> 12;
  sim->seed ^= sim->seed << 25;
  sim->seed ^= sim->seed >> 27;
  return (sim->seed * G_GUINT64_CONSTANT (2685821657736338717) >> 11) / (gdouble) (1ULL << 53);
}

static gint
compare_packets (gconstpointer a, gconstpointer b, gpointer data)
{
  const Packet *first = a, *second = b;

  return first->time < second->time ? -1 : first->time > second->time;
}

static gint
first_chunk_type (GstBuffer *buffer)
{
  guint8 type;

  return gst_buffer_extract (buffer, 12, &type, 1) == 1 ? type : -1;
}

/* (transfer full) @buffer, or a copy whose SACK, the first chunk, has another window. */
static GstBuffer *
set_window (GstBuffer *buffer, guint32 bytes)
{
  guint8 window[4];

  if (first_chunk_type (buffer) != CHUNK_SACK)
    return gst_buffer_ref (buffer);
  buffer = gst_buffer_copy_deep (buffer);
  GST_WRITE_UINT32_BE (window, bytes);
  gst_buffer_fill (buffer, 20, window, 4);
  return buffer;
}

static void
put_on_wire (SctpSide *from, GstBuffer *buffer)
{
  SctpSim *sim = from->sim;
  Packet *packet = g_new0 (Packet, 1);

  packet->time = sim->now + sim->delay + (GstClockTime) (next_random (sim) * sim->jitter);
  packet->to = from->peer;
  packet->buffer = from->is_lying ? set_window (buffer, 8 * 1024 * 1024) : gst_buffer_ref (buffer);
  if (sim->jitter == 0)
    g_queue_push_tail (&sim->wire, packet);
  else
    g_queue_insert_sorted (&sim->wire, packet, compare_packets, NULL);
}

static void
answer_for (SctpSide *side)
{
  GstBuffer *sack;

  g_assert_nonnull (side->last_sack);
  sack = set_window (side->last_sack, 0);
  put_on_wire (side, sack);
  gst_buffer_unref (sack);
}

static void
send_packet (SctpSide *from, GstBuffer *buffer)
{
  SctpSim *sim = from->sim;

  if (first_chunk_type (buffer) == CHUNK_SACK)
    gst_buffer_replace (&from->last_sack, buffer);
  if (from->peer->is_strict && first_chunk_type (buffer) == CHUNK_DATA) {
    answer_for (from->peer);
    return;
  }

  from->packets++;
  from->largest_packet = MAX (from->largest_packet, gst_buffer_get_size (buffer));
  if (from->capture != NULL) {
    gsize size = gst_buffer_get_size (buffer);
    gpointer data = g_malloc (size);

    gst_buffer_extract (buffer, 0, data, size);
    g_ptr_array_add (from->capture, g_bytes_new_take (data, size));
  }
  if (sim->is_dark || (sim->loss > 0 && next_random (sim) < sim->loss))
    return;
  put_on_wire (from, buffer);
  if (sim->duplicate > 0 && next_random (sim) < sim->duplicate)
    put_on_wire (from, buffer);
}

static GstFlowReturn
chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  SctpSide *side = gst_pad_get_element_private (pad);

  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    send_packet (side, gst_buffer_list_get (list, i));
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static GstFlowReturn
chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  send_packet (gst_pad_get_element_private (pad), buffer);
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static void
on_state (GstWebRTCSCTPTransportState state, gpointer data)
{
  SctpSide *side = data;

  g_assert_cmpint (state, !=, side->state);
  side->state = state;
}

static void
on_message (guint16 stream, guint32 ppid, GBytes *data, gpointer user_data)
{
  SctpSide *side = user_data;
  SctpMessage *message;

  side->n_messages++;
  side->n_bytes += g_bytes_get_size (data);
  if (!side->keeps_messages) {
    g_bytes_unref (data);
    return;
  }
  message = g_new0 (SctpMessage, 1);
  message->stream = stream;
  message->ppid = ppid;
  message->data = data;
  g_queue_push_tail (&side->messages, message);
}

static void
on_stream_reset (guint16 stream, gpointer data)
{
  SctpSide *side = data;

  side->n_resets++;
  if (side->answers_resets)
    gst_rtc_data_transport_reset_stream (side->transport, stream);
}

static void
on_stream_closed (guint16 stream, gpointer data)
{
  SctpSide *side = data;

  side->n_closed++;
  side->last_closed = stream;
}

static void
on_buffered (guint16 stream, guint64 buffered, gpointer data)
{
  SctpSide *side = data;

  side->n_buffered++;
  side->last_buffered = buffered;
}

static const GstRtcDataListener listener = { on_state, on_message, on_stream_reset,
  on_stream_closed, on_buffered };

static void
side_init (SctpSim *sim, SctpSide *side, SctpSide *peer)
{
  g_autoptr (GstContext) context = gst_rtc_loop_context_new (sim->loop);

  side->sim = sim;
  side->peer = peer;
  side->answers_resets = side->keeps_messages = TRUE;
  g_queue_init (&side->messages);
  side->element = gst_check_setup_element ("rtcsctp");
  side->transport = GST_RTC_DATA_TRANSPORT (side->element);
  gst_element_set_context (side->element, context);
  gst_rtc_data_transport_set_listener (side->transport, &listener, side);
  g_object_set (side->element, "max-message-size", G_GUINT64_CONSTANT (262144), NULL);

  side->from_element = gst_check_setup_sink_pad (side->element, &sink_template);
  gst_pad_set_element_private (side->from_element, side);
  gst_pad_set_chain_function (side->from_element, chain);
  gst_pad_set_chain_list_function (side->from_element, chain_list);
  side->to_element = gst_check_setup_src_pad (side->element, &src_template);
  gst_pad_set_active (side->from_element, TRUE);
  gst_pad_set_active (side->to_element, TRUE);
  gst_check_setup_events (side->to_element, side->element, NULL, GST_FORMAT_TIME);
  g_assert_cmpint (
      gst_element_set_state (side->element, GST_STATE_PLAYING), ==, GST_STATE_CHANGE_SUCCESS);
}

static void
side_clear (SctpSide *side)
{
  /* What the loop still has to do holds the element. */
  gst_element_set_state (side->element, GST_STATE_NULL);
  rtc_loop_turn (side->sim->loop, side->sim->now);
  gst_rtc_data_transport_set_listener (side->transport, NULL, NULL);
  gst_pad_set_active (side->from_element, FALSE);
  gst_pad_set_active (side->to_element, FALSE);
  gst_check_teardown_sink_pad (side->element);
  gst_check_teardown_src_pad (side->element);
  gst_check_teardown_element (side->element);
  g_queue_clear_full (&side->messages, (GDestroyNotify) sctp_message_free);
  gst_clear_buffer (&side->last_sack);
  g_clear_pointer (&side->capture, g_ptr_array_unref);
}

SctpSim *
sctp_sim_new (guint64 seed)
{
  SctpSim *sim = g_new0 (SctpSim, 1);

  sim->seed = seed;
  sim->now = virtual_now = GST_SECOND;
  sim->loop = rtc_loop_new_manual (sim->now);
  sim->delay = GST_MSECOND;
  g_queue_init (&sim->wire);
  side_init (sim, &sim->a, &sim->b);
  side_init (sim, &sim->b, &sim->a);
  return sim;
}

static void
packet_free (Packet *packet)
{
  gst_buffer_unref (packet->buffer);
  g_free (packet);
}

void
sctp_sim_free (SctpSim *sim)
{
  rtc_loop_turn (sim->loop, sim->now);
  side_clear (&sim->a);
  side_clear (&sim->b);
  rtc_loop_turn (sim->loop, sim->now);
  g_queue_clear_full (&sim->wire, (GDestroyNotify) packet_free);
  rtc_loop_unref (sim->loop);
  g_free (sim);
  virtual_now = 0;
}

static void
deliver (SctpSide *side, GstBufferList *list)
{
  if (gst_buffer_list_length (list) > 0)
    gst_pad_push_list (side->to_element, list);
  else
    gst_buffer_list_unref (list);
}

static void
deliver_due (SctpSim *sim)
{
  GstBufferList *to_a = gst_buffer_list_new ();
  GstBufferList *to_b = gst_buffer_list_new ();
  Packet *packet;

  while ((packet = g_queue_peek_head (&sim->wire)) != NULL && packet->time <= sim->now) {
    g_queue_pop_head (&sim->wire);
    gst_buffer_list_add (packet->to == &sim->a ? to_a : to_b, g_steal_pointer (&packet->buffer));
    g_free (packet);
  }
  deliver (&sim->a, to_a);
  deliver (&sim->b, to_b);
}

void
sctp_sim_step (SctpSim *sim)
{
  GstClockTime next = rtc_loop_turn (sim->loop, sim->now);
  Packet *packet = g_queue_peek_head (&sim->wire);

  if (!GST_CLOCK_TIME_IS_VALID (next))
    next = sim->now + 10 * GST_MSECOND;
  if (packet != NULL)
    next = MIN (next, packet->time);
  sim->now = virtual_now = MAX (next, sim->now + 10 * GST_USECOND);
  rtc_loop_turn (sim->loop, sim->now);
  deliver_due (sim);
  rtc_loop_turn (sim->loop, sim->now);
}

void
sctp_sim_run_until (SctpSim *sim, gboolean (*done) (SctpSim *sim), GstClockTime limit)
{
  GstClockTime end = sim->now + limit;

  rtc_loop_turn (sim->loop, sim->now);
  while (!done (sim)) {
    g_assert_cmpuint (sim->now, <, end);
    sctp_sim_step (sim);
  }
}

void
sctp_sim_run_for (SctpSim *sim, GstClockTime duration)
{
  GstClockTime end = sim->now + duration;

  while (sim->now < end)
    sctp_sim_step (sim);
}

static gboolean
is_connected (SctpSim *sim)
{
  return sim->a.state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED &&
      sim->b.state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED;
}

void
sctp_sim_connect (SctpSim *sim)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (gst_rtc_data_transport_start (sim->a.transport, 5000, 5001, &error));
  g_assert_no_error (error);
  g_assert_true (gst_rtc_data_transport_start (sim->b.transport, 5001, 5000, &error));
  g_assert_no_error (error);
  sctp_sim_run_until (sim, is_connected, 60 * GST_SECOND);
}

gboolean
sctp_side_send (SctpSide *side, guint16 stream, gsize size, guint8 fill)
{
  guint8 *data = g_malloc (size + 1);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  memset (data, fill, size);
  bytes = g_bytes_new_take (data, size);
  return gst_rtc_data_transport_send (side->transport, stream, 53, bytes, &sctp_reliable, &error);
}

SctpMessage *
sctp_side_pop (SctpSide *side)
{
  return g_queue_pop_head (&side->messages);
}

void
sctp_message_free (SctpMessage *message)
{
  g_bytes_unref (message->data);
  g_free (message);
}

guint64
sctp_side_get_stat (SctpSide *side, const gchar *name)
{
  g_autoptr (GstStructure) stats = gst_rtc_data_transport_get_stats (side->transport);
  guint64 value = 0;
  guint small = 0;

  if (gst_structure_get_uint64 (stats, name, &value))
    return value;
  g_assert_true (gst_structure_get_uint (stats, name, &small));
  return small;
}
