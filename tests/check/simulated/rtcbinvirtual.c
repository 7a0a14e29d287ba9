/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two rtcbins in virtual time: one manual loop turns both, the network is simulated, and the clock
 * that usrsctp asks is the loop's. One second of a lossy session takes as long as its work, and a
 * session of data comes to the same end however fast the machine is.
 */
#include <gst/check/gstcheck.h>
#include <gst/rtc/gstrtccontext.h>
#include <gst/webrtc/webrtc.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "simulatedlink.h"

#define BEGIN (1000 * GST_SECOND)
#define LIMIT (BEGIN + 120 * GST_SECOND)
#define N_MESSAGES 32
#define MESSAGE_SIZE 16384

typedef struct {
  RtcLoop *loop;
  RtcSimulatedLink *link;
  GstElement *bins[2];
  GstWebRTCDataChannel *channels[2];
  guint received[2];
  gboolean is_sent;
  guint n_done;
} World;

static World *world;

int gettimeofday (struct timeval *restrict out_time, void *restrict zone);

/* In place of the C library's, for usrsctp: round-trip times and lifetimes follow the loop. */
int
gettimeofday (struct timeval *restrict out_time, void *restrict zone)
{
  struct timespec real;

  clock_gettime (CLOCK_REALTIME, &real);
  if (world)
    GST_TIME_TO_TIMESPEC (rtc_loop_now (world->loop), real);
  out_time->tv_sec = real.tv_sec;
  out_time->tv_usec = real.tv_nsec / 1000;
  return 0;
}

static void
on_candidate (GstElement *bin, guint mline, const gchar *candidate, GstElement *other)
{
  g_signal_emit_by_name (other, "add-ice-candidate", mline, candidate);
}

static void
on_deep_element (GstBin *bin, GstBin *parent, GstElement *element, gpointer data)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), "link"))
    g_object_set (element, "link", "virtual", NULL);
}

static void
on_data (GstWebRTCDataChannel *channel, GBytes *bytes, guint *counter)
{
  const guint8 *data = g_bytes_get_data (bytes, NULL);

  fail_unless_equals_int (g_bytes_get_size (bytes), MESSAGE_SIZE);
  fail_unless_equals_int (data[MESSAGE_SIZE - 1], (guint8) *counter);
  (*counter)++;
}

static void
send_burst (GstWebRTCDataChannel *channel, guint first)
{
  for (guint i = first; i < first + N_MESSAGES; i++) {
    guint8 *content = g_malloc (MESSAGE_SIZE);
    g_autoptr (GBytes) bytes = NULL;

    memset (content, (gint) i, MESSAGE_SIZE);
    bytes = g_bytes_new_take (content, MESSAGE_SIZE);
    fail_unless (gst_webrtc_data_channel_send_data_full (channel, bytes, NULL));
  }
}

static void
send_all (GstWebRTCDataChannel *channel, gpointer data)
{
  send_burst (channel, 0);
}

static void
on_data_channel (GstElement *bin, GstWebRTCDataChannel *channel, World *self)
{
  self->channels[1] = g_object_ref (channel);
  g_signal_connect (channel, "on-message-data", G_CALLBACK (on_data), &self->received[1]);
  g_signal_connect (channel, "on-open", G_CALLBACK (send_all), NULL);
}

/* (transfer full). On a loop that this thread turns the reply is there at once. */
static GstWebRTCSessionDescription *
create (GstElement *bin, const gchar *action)
{
  GstPromise *promise = gst_promise_new ();
  GstWebRTCSessionDescription *description = NULL;

  g_signal_emit_by_name (bin, action, NULL, promise);
  fail_unless_equals_int (gst_promise_wait (promise), GST_PROMISE_RESULT_REPLIED);
  gst_structure_get (gst_promise_get_reply (promise), action + strlen ("create-"),
      GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &description, NULL);
  gst_promise_unref (promise);
  return description;
}

static void
negotiate (World *self)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstWebRTCSessionDescription) description =
        create (self->bins[i], i == 0 ? "create-offer" : "create-answer");

    g_signal_emit_by_name (self->bins[i], "set-local-description", description, NULL);
    g_signal_emit_by_name (self->bins[1 - i], "set-remote-description", description, NULL);
  }
}

static void
make_bins (World *self)
{
  g_autoptr (GstContext) context = gst_rtc_loop_context_new (self->loop);

  for (guint i = 0; i < 2; i++) {
    self->bins[i] = gst_object_ref_sink (gst_element_factory_make ("rtcbin", NULL));
    gst_element_set_context (self->bins[i], context);
    g_object_set (self->bins[i], "transport-element", "rtcsimulatedice", NULL);
    g_signal_connect (self->bins[i], "deep-element-added", G_CALLBACK (on_deep_element), NULL);
  }
  for (guint i = 0; i < 2; i++) {
    g_signal_connect (
        self->bins[i], "on-ice-candidate", G_CALLBACK (on_candidate), self->bins[1 - i]);
    gst_element_set_state (self->bins[i], GST_STATE_PLAYING);
  }
  g_signal_connect (self->bins[1], "on-data-channel", G_CALLBACK (on_data_channel), self);
  g_signal_emit_by_name (self->bins[0], "create-data-channel", "data", NULL, &self->channels[0]);
  g_signal_connect (self->channels[0], "on-message-data", G_CALLBACK (on_data), &self->received[0]);
  g_signal_connect (self->channels[0], "on-open", G_CALLBACK (send_all), NULL);
}

static void
run_until_received (World *self, guint count)
{
  GstClockTime next = rtc_loop_now (self->loop);

  while (self->received[0] < count || self->received[1] < count) {
    fail_unless (
        next < LIMIT, "%u and %u messages have arrived", self->received[0], self->received[1]);
    next = rtc_loop_turn (self->loop, next);
  }
}

/* After some seconds without a packet usrsctp's timers are turned rarely; what is sent then wakes
 * them. */
static void
pause_and_send (World *self)
{
  GstClockTime end = rtc_loop_now (self->loop) + 5 * GST_SECOND;

  for (GstClockTime now = rtc_loop_now (self->loop); now < end; now += 10 * GST_MSECOND)
    rtc_loop_turn (self->loop, now);
  for (guint i = 0; i < 2; i++)
    send_burst (self->channels[i], N_MESSAGES);
  run_until_received (self, 2 * N_MESSAGES);
}

static GstClockTime
run (guint32 seed, const gchar *conditions, RtcSimulatedCounts *out_counts)
{
  World self = { .loop = rtc_loop_new_manual (BEGIN) };
  GstClockTime duration;

  world = &self;
  self.link = rtc_simulated_link_get ("virtual");
  rtc_simulated_link_set_seed (self.link, seed);
  rtc_simulated_link_set (self.link, -1, conditions);
  make_bins (&self);
  negotiate (&self);
  run_until_received (&self, N_MESSAGES);
  pause_and_send (&self);
  *out_counts = rtc_simulated_link_get_counts (self.link, 0);
  duration = rtc_loop_now (self.loop) - BEGIN;
  for (guint i = 0; i < 2; i++) {
    gst_element_set_state (self.bins[i], GST_STATE_NULL);
    g_object_unref (self.channels[i]);
    gst_object_unref (self.bins[i]);
  }
  rtc_loop_turn (self.loop, rtc_loop_now (self.loop));
  rtc_simulated_link_unref (self.link);
  world = NULL;
  rtc_loop_unref (self.loop);
  return duration;
}

static const gchar *conditions[] = { "delay=20", "loss=5,delay=20",
  "loss=3,reorder=5,duplicate=5,delay=50,jitter=20", "rate=2000000,delay=20" };

/* Not the traces, which hash the packets' sizes: an ECDSA signature is 70 to 72 bytes long. */
GST_START_TEST (test_virtual_time)
{
  RtcSimulatedCounts counts[2];
  GstClockTime times[2];

  for (guint i = 0; i < 2; i++)
    times[i] = run (7, conditions[__i__], &counts[i]);
  g_print ("%s: %u ms, %u packets there\n", conditions[__i__], (guint) (times[0] / GST_MSECOND),
      (guint) counts[0].n_sent);
  fail_unless_equals_uint64 (times[0] / GST_MSECOND, times[1] / GST_MSECOND);
  fail_unless_equals_uint64 (counts[0].n_sent, counts[1].n_sent);
  fail_unless_equals_uint64 (counts[0].n_lost, counts[1].n_lost);
  fail_unless_equals_uint64 (counts[0].n_reordered, counts[1].n_reordered);
  fail_unless_equals_uint64 (counts[0].n_duplicated, counts[1].n_duplicated);
}
GST_END_TEST;

static Suite *
rtcbinvirtual_suite (void)
{
  Suite *suite = suite_create ("rtcbin in virtual time");
  TCase *chain = tcase_create ("general");

  tcase_set_timeout (chain, 60);
  suite_add_tcase (suite, chain);
  tcase_add_loop_test (chain, test_virtual_time, 0, G_N_ELEMENTS (conditions));
  return suite;
}

GST_CHECK_MAIN (rtcbinvirtual);
