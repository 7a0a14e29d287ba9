/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcsctp on real loop threads: many associations at once, senders on other threads, and elements
 * that stop while data flows. A pair is joined by posts to the loop of the receiving side, as
 * packets of a socket would come.
 */
#include <gst/check/gstcheck.h>
#include <gst/rtc/gstrtccontext.h>
#include <gst/rtc/gstrtcdatatransport.h>
#include <gst/rtc/gstrtcerror.h>
#include <malloc.h>
#include <string.h>
#include <time.h>

#define TIME_LIMIT (60 * G_TIME_SPAN_SECOND)
#define N_PAIRS 50

typedef struct _Side Side;

struct _Side {
  GstElement *element;
  GstRtcDataTransport *transport;
  RtcLoop *loop;
  Side *peer;
  GstPad *from_element;
  GstPad *to_element;
};

/* Shared by all sides of a test. */
static GMutex lock;
static GCond cond;
static guint n_connected;
static guint n_closed;
static guint64 n_bytes;
static gint is_stopping;

typedef struct {
  GstPad *pad;
  GstBufferList *list;
} Delivery;

static void
deliver (gpointer data)
{
  Delivery *delivery = data;

  gst_pad_push_list (delivery->pad, g_steal_pointer (&delivery->list));
}

static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;

  g_clear_pointer (&delivery->list, gst_buffer_list_unref);
  gst_object_unref (delivery->pad);
  g_free (delivery);
}

static GstFlowReturn
chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  Side *side = gst_pad_get_element_private (pad);
  Delivery *delivery = g_new0 (Delivery, 1);

  delivery->pad = gst_object_ref (side->peer->to_element);
  delivery->list = list;
  rtc_loop_post (side->peer->loop, deliver, delivery, delivery_free);
  return GST_FLOW_OK;
}

static void
add_to (guint *counter)
{
  g_mutex_lock (&lock);
  (*counter)++;
  g_cond_broadcast (&cond);
  g_mutex_unlock (&lock);
}

static void
on_state (GstWebRTCSCTPTransportState state, gpointer data)
{
  add_to (state == GST_WEBRTC_SCTP_TRANSPORT_STATE_CONNECTED ? &n_connected : &n_closed);
}

static void
on_message (guint16 stream, guint32 ppid, GBytes *data, gpointer user_data)
{
  g_mutex_lock (&lock);
  n_bytes += g_bytes_get_size (data);
  g_cond_broadcast (&cond);
  g_mutex_unlock (&lock);
  g_bytes_unref (data);
}

static const GstRtcDataListener listener = { .state_changed = on_state, .message = on_message };
static const GstRtcDataReliability reliable = { TRUE, -1, -1 };

static void
side_init (Side *side, RtcLoop *loop, Side *peer)
{
  g_autoptr (GstContext) context = gst_rtc_loop_context_new (loop);
  g_autoptr (GstPad) sink = NULL, src = NULL;

  side->loop = loop;
  side->peer = peer;
  side->element = gst_object_ref_sink (gst_element_factory_make ("rtcsctp", NULL));
  side->transport = GST_RTC_DATA_TRANSPORT (side->element);
  gst_element_set_context (side->element, context);
  gst_rtc_data_transport_set_listener (side->transport, &listener, side);
  g_object_set (side->element, "max-message-size", G_GUINT64_CONSTANT (262144), NULL);
  sink = gst_element_get_static_pad (side->element, "sink");
  src = gst_element_get_static_pad (side->element, "src");
  side->from_element = gst_object_ref_sink (gst_pad_new ("from", GST_PAD_SINK));
  side->to_element = gst_object_ref_sink (gst_pad_new ("to", GST_PAD_SRC));
  gst_pad_set_element_private (side->from_element, side);
  gst_pad_set_chain_list_function (side->from_element, chain_list);
  g_assert_cmpint (gst_pad_link (src, side->from_element), ==, GST_PAD_LINK_OK);
  g_assert_cmpint (gst_pad_link (side->to_element, sink), ==, GST_PAD_LINK_OK);
  gst_pad_set_active (side->from_element, TRUE);
  gst_pad_set_active (side->to_element, TRUE);
  gst_element_set_state (side->element, GST_STATE_PLAYING);
  gst_check_setup_events (side->to_element, side->element, NULL, GST_FORMAT_TIME);
}

static void
start (gpointer data)
{
  Side *side = data;

  g_assert_true (gst_rtc_data_transport_start (side->transport, 5000, 5000, NULL));
}

static void
nothing (gpointer data)
{
}

static void
side_clear (Side *side)
{
  gst_element_set_state (side->element, GST_STATE_NULL);
  gst_pad_set_active (side->from_element, FALSE);
  gst_pad_set_active (side->to_element, FALSE);
}

/* When the loops have done all that was posted. */
static void
side_free (Side *side)
{
  gst_rtc_data_transport_set_listener (side->transport, NULL, NULL);
  gst_object_unref (side->from_element);
  gst_object_unref (side->to_element);
  ASSERT_OBJECT_REFCOUNT (side->element, "rtcsctp", 1);
  gst_object_unref (side->element);
}

static void
pairs_new (Side *sides, guint n_pairs, RtcLoop **loops)
{
  n_connected = n_closed = 0;
  n_bytes = 0;
  g_atomic_int_set (&is_stopping, FALSE);
  for (guint i = 0; i < 2 * n_pairs; i++)
    side_init (&sides[i], loops[(i / 2 + i) % 2], &sides[i ^ 1]);
  for (guint i = 0; i < 2 * n_pairs; i++)
    rtc_loop_post (sides[i].loop, start, &sides[i], NULL);
}

static void
pairs_free (Side *sides, guint n_pairs, RtcLoop **loops)
{
  for (guint i = 0; i < 2 * n_pairs; i++)
    side_clear (&sides[i]);
  for (guint round = 0; round < 4; round++)
    rtc_loop_call (loops[round % 2], nothing, NULL);
  for (guint i = 0; i < 2 * n_pairs; i++)
    side_free (&sides[i]);
}

static void
wait_for (gboolean (*done) (guint64 amount), guint64 amount)
{
  gint64 end = g_get_monotonic_time () + TIME_LIMIT;

  g_mutex_lock (&lock);
  while (!done (amount))
    g_assert_true (g_cond_wait_until (&cond, &lock, end));
  g_mutex_unlock (&lock);
}

static gboolean
are_connected (guint64 amount)
{
  return n_connected >= amount;
}

static gboolean
have_bytes (guint64 amount)
{
  return n_bytes >= amount;
}

typedef struct {
  Side *sides;
  guint n_sides;
  guint n_messages; /* to each; 0: until told to stop */
  gsize size;
} Sender;

static gboolean
send_patiently (Side *side, guint16 stream, GBytes *data)
{
  while (!g_atomic_int_get (&is_stopping)) {
    g_autoptr (GError) error = NULL;

    if (gst_rtc_data_transport_send (side->transport, stream, 53, data, &reliable, &error))
      return TRUE;
    if (!g_error_matches (error, GST_RTC_ERROR, GST_RTC_ERROR_LIMIT))
      return FALSE;
    g_thread_yield ();
  }
  return FALSE;
}

static gpointer
run_sender (gpointer data)
{
  Sender *sender = data;
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (sender->size), sender->size);

  for (guint n = 0; sender->n_messages == 0 || n < sender->n_messages; n++) {
    if (g_atomic_int_get (&is_stopping))
      break;
    for (guint i = 0; i < sender->n_sides; i++)
      send_patiently (&sender->sides[i], n % 8, bytes);
  }
  return NULL;
}

static void
print_memory (gsize before)
{
  struct mallinfo2 info = mallinfo2 ();

  g_print ("%u associations: %" G_GSIZE_FORMAT " KiB of heap each\n", 2 * N_PAIRS,
      (info.uordblks + info.hblkhd - before) / (2 * N_PAIRS) / 1024);
}

GST_START_TEST (test_50_pairs)
{
  RtcLoop *loops[2] = { rtc_loop_new ("sctp-0"), rtc_loop_new ("sctp-1") };
  g_autofree Side *sides = g_new0 (Side, 2 * N_PAIRS);
  Sender senders[4];
  GThread *threads[4];
  gsize before = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;

  pairs_new (sides, N_PAIRS, loops);
  wait_for (are_connected, 2 * N_PAIRS);
  print_memory (before);
  for (guint i = 0; i < 4; i++) {
    senders[i] = (Sender){ sides + i * N_PAIRS / 2, N_PAIRS / 2, 40, 16 * 1024 };
    threads[i] = g_thread_new ("sender", run_sender, &senders[i]);
  }
  wait_for (have_bytes, (guint64) 2 * N_PAIRS * 40 * 16 * 1024);
  for (guint i = 0; i < 4; i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (n_bytes, ==, (guint64) 2 * N_PAIRS * 40 * 16 * 1024);
  pairs_free (sides, N_PAIRS, loops);
  rtc_loop_unref (loops[0]);
  rtc_loop_unref (loops[1]);
}
GST_END_TEST;

/* A few messages at once, then none until they are there: the last one must not wait for another.
 */
GST_START_TEST (test_short_bursts)
{
  RtcLoop *loops[2] = { rtc_loop_new ("sctp-0"), rtc_loop_new ("sctp-1") };
  Side sides[2] = { { NULL } };
  Sender sender = { sides, 1, 3, 100 };

  pairs_new (sides, 1, loops);
  wait_for (are_connected, 2);
  for (guint round = 1; round <= 500; round++) {
    run_sender (&sender);
    wait_for (have_bytes, round * 3 * 100);
  }
  g_assert_cmpuint (gst_rtc_data_transport_get_buffered (sides[0].transport, 0), ==, 0);
  pairs_free (sides, 1, loops);
  rtc_loop_unref (loops[0]);
  rtc_loop_unref (loops[1]);
}
GST_END_TEST;

/* Both sides have their own loop and a third thread sends 16 KiB messages. */
GST_START_TEST (test_goodput)
{
  RtcLoop *loops[2] = { rtc_loop_new ("sctp-0"), rtc_loop_new ("sctp-1") };
  Side sides[2] = { { NULL } };
  Sender sender = { sides, 1, 4096, 16 * 1024 };
  GThread *thread;
  gint64 begin, duration;
  clock_t cpu;

  pairs_new (sides, 1, loops);
  wait_for (are_connected, 2);
  begin = g_get_monotonic_time ();
  cpu = clock ();
  thread = g_thread_new ("sender", run_sender, &sender);
  wait_for (have_bytes, 4096 * 16 * 1024);
  duration = g_get_monotonic_time () - begin;
  cpu = clock () - cpu;
  g_thread_join (thread);
  g_print ("goodput with 16 KiB messages: %.0f MB/s, %.0f MB for a second of CPU (both ends)\n",
      4096.0 * 16 * 1024 / duration, 4096.0 * 16 * 1024 * CLOCKS_PER_SEC / cpu / 1e6);
  pairs_free (sides, 1, loops);
  rtc_loop_unref (loops[0]);
  rtc_loop_unref (loops[1]);
}
GST_END_TEST;

GST_START_TEST (test_stop_while_data_flows)
{
  RtcLoop *loops[2] = { rtc_loop_new ("sctp-0"), rtc_loop_new ("sctp-1") };

  for (guint round = 0; round < 20; round++) {
    Side sides[10] = { { NULL } };
    Sender senders[3];
    GThread *threads[3];

    pairs_new (sides, 5, loops);
    wait_for (are_connected, 10);
    for (guint i = 0; i < 3; i++) {
      senders[i] = (Sender){ sides, 10, 0, i == 0 ? 100 : 30000 };
      threads[i] = g_thread_new ("sender", run_sender, &senders[i]);
    }
    wait_for (have_bytes, 100000 * (round + 1));
    for (guint i = 0; i < 10; i += 1 + round % 2)
      gst_element_set_state (sides[i].element, GST_STATE_NULL);
    g_atomic_int_set (&is_stopping, TRUE);
    for (guint i = 0; i < 3; i++)
      g_thread_join (threads[i]);
    pairs_free (sides, 5, loops);
  }
  rtc_loop_unref (loops[0]);
  rtc_loop_unref (loops[1]);
}
GST_END_TEST;

static Suite *
rtcsctpthreads_suite (void)
{
  Suite *s = suite_create ("rtcsctpthreads");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 180);
  tcase_add_test (tc, test_50_pairs);
  tcase_add_test (tc, test_short_bursts);
  tcase_add_test (tc, test_goodput);
  tcase_add_test (tc, test_stop_while_data_flows);
  return s;
}

GST_CHECK_MAIN (rtcsctpthreads);
