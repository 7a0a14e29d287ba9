/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The client role in one network namespace, a server in another, and two links between them: the
 * link in use goes down, or its address changes, and the client restarts ICE by itself. 100
 * messages a second go there and back, each once and in order, and decoded video is back within
 * 3 s. The server is this program once more. Skips without root.
 *
 * RTC_SOAK=1 does five cycles in a row instead of one, and more kinds of trouble.
 */
#include <gst/check/gstcheck.h>
#include <gst/webrtc/webrtc.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "networks.h"

#define SERVER "10.99.0.1"
#define URL "http://" SERVER ":8080/doSignaling"
#define SESSION                                                                                    \
  "videotestsrc is-live=true ! video/x-raw,width=160,height=120 ! vp8enc deadline=1 "              \
  "keyframe-max-dist=300 ! rtpvp8pay ! rtcbin"
#define LIMIT (3 * G_USEC_PER_SEC)
/* restart-idle-timeout */
#define SILENCE (10 * G_USEC_PER_SEC)
#define WAIT_LIMIT (40 * G_USEC_PER_SEC)
#define PACE_MICROSECONDS 10000

static gchar *program;

/* --- the server's process --- */

static void
on_server_text (GstWebRTCDataChannel *channel, const gchar *text, gpointer data)
{
  gst_webrtc_data_channel_send_string (channel, text);
}

static void
on_server_channel (GstElement *peer, GstWebRTCDataChannel *channel, gpointer data)
{
  g_signal_connect (channel, "on-message-string", G_CALLBACK (on_server_text), NULL);
}

static void
on_server_session (GstElement *signaller, const gchar *id, GstElement *peer, gpointer data)
{
  g_signal_connect (peer, "on-data-channel", G_CALLBACK (on_server_channel), NULL);
}

static gboolean
on_server_message (GstBus *bus, GstMessage *message, gpointer loop)
{
  if (gst_message_has_name (message, "rtc-listening"))
    g_print ("listening\n");
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static int
run_server (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  GstElement *signaller = gst_element_factory_make ("rtcsignaller", NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  /* Not longer than the test. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  g_object_set (signaller, "address", SERVER, "session", SESSION, NULL);
  gst_bin_add (GST_BIN (pipeline), signaller);
  g_signal_connect (signaller, "session-started", G_CALLBACK (on_server_session), NULL);
  gst_bus_add_watch (bus, on_server_message, loop);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (loop);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return 1;
}

/* --- the client --- */

typedef struct {
  Networks *networks;
  GPid server;
  GstElement *pipeline;
  GMutex lock;
  GCond changed;
  /* what follows is under the lock */
  GstWebRTCDataChannel *channel;
  gboolean is_open;
  gboolean is_sending;
  guint n_sent;
  guint n_received;
  gint64 last_text;
  gint64 text_gap;
  guint n_frames;
  gint64 last_frame;
  gint64 frame_gap;
  guint n_started;
  guint n_completed;
  gchar *local;
  gchar *trouble;
} Handover;

#define WAIT_UNTIL(handover, condition, what)                                                      \
  do {                                                                                             \
    gint64 end = g_get_monotonic_time () + WAIT_LIMIT;                                             \
    g_mutex_lock (&(handover)->lock);                                                              \
    while (!(condition) && !(handover)->trouble)                                                   \
      if (!g_cond_wait_until (&(handover)->changed, &(handover)->lock, end))                       \
        ck_abort_msg ("timeout waiting for %s", what);                                             \
    fail_if ((handover)->trouble != NULL, "%s", (handover)->trouble);                              \
    g_mutex_unlock (&(handover)->lock);                                                            \
  } while (0)

static void
note_gap (gint64 *last, gint64 *gap)
{
  gint64 now = g_get_monotonic_time ();

  if (*last)
    *gap = MAX (*gap, now - *last);
  *last = now;
}

static void
on_text (GstWebRTCDataChannel *channel, const gchar *text, Handover *self)
{
  g_autofree gchar *expected = NULL;

  g_mutex_lock (&self->lock);
  expected = g_strdup_printf ("%u", self->n_received);
  if (!g_str_equal (text, expected) && !self->trouble)
    self->trouble = g_strdup_printf ("message %s came in place of %s", text, expected);
  self->n_received++;
  note_gap (&self->last_text, &self->text_gap);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
on_open (GstWebRTCDataChannel *channel, Handover *self)
{
  g_mutex_lock (&self->lock);
  self->is_open = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
on_session (GstElement *signaller, const gchar *id, GstElement *peer, Handover *self)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (
      "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96");
  GstWebRTCRTPTransceiver *transceiver = NULL;

  g_signal_emit_by_name (peer, "create-data-channel", "data", NULL, &self->channel);
  fail_unless (self->channel != NULL);
  g_signal_connect (self->channel, "on-open", G_CALLBACK (on_open), self);
  g_signal_connect (self->channel, "on-message-string", G_CALLBACK (on_text), self);
  g_signal_emit_by_name (
      peer, "add-transceiver", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, caps, &transceiver);
  gst_clear_object (&transceiver);
}

static GstPadProbeReturn
on_frame (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Handover *self = data;

  g_mutex_lock (&self->lock);
  self->n_frames++;
  note_gap (&self->last_frame, &self->frame_gap);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_OK;
}

static void
on_pad (GstElement *peer, GstPad *pad, Handover *self)
{
  g_autoptr (GstElement) decoder = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) frames = NULL;
  g_autoptr (GstPad) packets = NULL;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  decoder = gst_parse_bin_from_description (
      "rtpvp8depay request-keyframe=true wait-for-keyframe=true ! vp8dec ! "
      "fakesink name=frames async=false sync=false",
      TRUE, NULL);
  fail_unless (decoder != NULL);
  gst_object_ref_sink (decoder);
  gst_bin_add (GST_BIN (self->pipeline), decoder);
  sink = gst_bin_get_by_name (GST_BIN (decoder), "frames");
  frames = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (frames, GST_PAD_PROBE_TYPE_BUFFER, on_frame, self, NULL);
  gst_element_sync_state_with_parent (decoder);
  packets = gst_element_get_static_pad (decoder, "sink");
  gst_pad_link (pad, packets);
}

static void
read_message (Handover *self, GstMessage *message)
{
  const GstStructure *structure = gst_message_get_structure (message);
  g_autofree gchar *text = NULL;

  if (gst_message_has_name (message, "rtc-selected-pair")) {
    g_auto (GStrv) words = g_strsplit (gst_structure_get_string (structure, "local"), " ", -1);

    g_free (self->local);
    self->local = g_strdup (words[4]);
  } else if (gst_message_has_name (message, "rtc-restart-started")) {
    self->n_started++;
  } else if (gst_message_has_name (message, "rtc-restart-completed")) {
    self->n_completed++;
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR ||
      gst_message_has_name (message, "rtc-session-ended") ||
      gst_message_has_name (message, "rtc-restart-given-up")) {
    if (!self->trouble)
      self->trouble = gst_structure_to_string (structure);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_PROGRESS) {
    gst_message_parse_progress (message, NULL, NULL, &text);
    g_print ("  %s\n", text);
  }
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  Handover *self = data;

  g_mutex_lock (&self->lock);
  read_message (self, message);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static gpointer
send_messages (gpointer data)
{
  Handover *self = data;
  gint64 due = g_get_monotonic_time ();

  for (;;) {
    g_autofree gchar *text = NULL;
    gboolean is_sending;

    g_mutex_lock (&self->lock);
    is_sending = self->is_sending;
    text = is_sending ? g_strdup_printf ("%u", self->n_sent++) : NULL;
    g_mutex_unlock (&self->lock);
    if (!is_sending)
      return NULL;
    gst_webrtc_data_channel_send_string (self->channel, text);
    due += PACE_MICROSECONDS;
    g_usleep ((gulong) MAX (due - g_get_monotonic_time (), 0));
  }
}

static void
start_server (Handover *self)
{
  g_autofree gchar *name = g_strdup (networks_get_name (self->networks, 1));
  gchar *words[] = { (gchar *) "ip", (gchar *) "netns", (gchar *) "exec", name, program,
    (gchar *) "server", NULL };
  gint output;
  gchar line[64];
  FILE *lines;

  fail_unless (
      g_spawn_async_with_pipes (NULL, words, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
          NULL, NULL, &self->server, NULL, &output, NULL, NULL));
  lines = fdopen (output, "r");
  do
    fail_unless (fgets (line, sizeof line, lines) != NULL, "the server did not start");
  while (!g_str_equal (line, "listening\n"));
}

static void
route (Handover *self, guint link)
{
  g_autofree gchar *command =
      g_strdup_printf ("ip route replace " SERVER " via 10.77.%u.2 metric %u", link, link);

  fail_unless (networks_run (self->networks, 0, command), "%s", command);
}

static void
handover_begin (Handover *self)
{
  g_autofree gchar *why = NULL;
  g_autoptr (GstElement) peer = NULL;
  g_autoptr (GstElement) signaller = NULL;
  g_autoptr (GstBus) bus = NULL;

  memset (self, 0, sizeof *self);
  self->networks = networks_new (&why);
  fail_unless (self->networks != NULL, "%s", why);
  fail_unless (networks_run (self->networks, 1, "ip addr add " SERVER "/32 dev lo"));
  for (guint link = 1; link <= NETWORK_LINKS; link++)
    route (self, link);
  start_server (self);
  /* All threads that the client makes from here on are in there too. */
  fail_unless (networks_enter (self->networks, 0));
  self->pipeline =
      gst_parse_launch ("rtcbin name=peer rtcsignaller name=signaller role=client url=" URL, NULL);
  fail_unless (self->pipeline != NULL);
  peer = gst_bin_get_by_name (GST_BIN (self->pipeline), "peer");
  signaller = gst_bin_get_by_name (GST_BIN (self->pipeline), "signaller");
  g_signal_connect (peer, "pad-added", G_CALLBACK (on_pad), self);
  g_signal_connect (signaller, "session-started", G_CALLBACK (on_session), self);
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  WAIT_UNTIL (self, self->is_open && self->n_frames > 10, "the session");
}

static void
handover_end (Handover *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->channel);
  gst_object_unref (self->pipeline);
  kill (self->server, SIGTERM);
  g_spawn_close_pid (self->server);
  networks_free (self->networks);
  g_free (self->local);
}

static guint
get_link (Handover *self)
{
  guint link = 0;

  g_mutex_lock (&self->lock);
  fail_unless (self->local && sscanf (self->local, "10.77.%u.", &link) == 1, "%s", self->local);
  g_mutex_unlock (&self->lock);
  return link;
}

/* What a change takes; more messages and frames have to come after it. */
static void
check_gaps (Handover *self, const gchar *what, gint64 limit)
{
  guint received, frames;

  g_mutex_lock (&self->lock);
  received = self->n_received;
  frames = self->n_frames;
  g_mutex_unlock (&self->lock);
  WAIT_UNTIL (self, self->n_received > received + 50 && self->n_frames > frames + 10, "the flow");
  g_mutex_lock (&self->lock);
  g_print ("%s: messages after %" G_GINT64_FORMAT " ms, frames after %" G_GINT64_FORMAT " ms\n",
      what, self->text_gap / 1000, self->frame_gap / 1000);
  ck_assert_int_le (self->text_gap, limit);
  ck_assert_int_le (self->frame_gap, limit);
  self->text_gap = self->frame_gap = 0;
  g_mutex_unlock (&self->lock);
}

/* Restarts so far; for wait_for_restart(). */
static guint
count_completed (Handover *self)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = self->n_completed;
  g_mutex_unlock (&self->lock);
  return count;
}

static void
wait_for_restart (Handover *self, guint before)
{
  WAIT_UNTIL (self, self->n_completed > before, "a restart");
}

static void
take_link_down (Handover *self, guint cycle)
{
  guint link = get_link (self);
  guint completed = count_completed (self);

  networks_set_link (self->networks, 0, link, FALSE);
  wait_for_restart (self, completed);
  check_gaps (self, "a link goes down", LIMIT);
  ck_assert_uint_ne (get_link (self), link);
  /* One more way is a reason for a restart, too. */
  completed = count_completed (self);
  networks_set_link (self->networks, 0, link, TRUE);
  wait_for_restart (self, completed);
  fail_unless (networks_wait_for_links (self->networks));
  route (self, link);
  check_gaps (self, "it is back", LIMIT);
}

static void
change_address (Handover *self, guint cycle)
{
  guint link = get_link (self);
  guint completed = count_completed (self);

  networks_set_address (self->networks, 0, link, 10 + cycle);
  /* Without an address its routes went. */
  route (self, link);
  wait_for_restart (self, completed);
  check_gaps (self, "the address changes", LIMIT);
}

/* Nothing is told of this: packets vanish, HTTP goes on. 10 s without a sign of life bring a
 * restart, which finds the other link. */
static void
lose_packets (Handover *self, guint cycle)
{
  guint link = get_link (self);
  guint completed = count_completed (self);
  g_autofree gchar *rule =
      g_strdup_printf ("nft add rule ip heal input iifname link%u meta l4proto udp drop", link);

  /* Once: the pair that is found may begin on one link and end on the other. */
  if (cycle > 0)
    return;
  if (!networks_run (self->networks, 0, "nft add table ip heal") ||
      !networks_run (self->networks, 0,
          "nft add chain ip heal input { type filter hook input priority 0 ; }") ||
      !networks_run (self->networks, 0, rule)) {
    g_print ("not tested: nft(8) does not work here\n");
    return;
  }
  wait_for_restart (self, completed);
  check_gaps (self, "packets vanish", SILENCE + LIMIT);
  fail_unless (networks_run (self->networks, 0, "nft delete table ip heal"));
}

/* The server's process stops for longer than the silence that is trouble. What was asked of it
 * meanwhile is answered late. */
static void
stop_server (Handover *self, guint cycle)
{
  guint completed = count_completed (self);

  kill (self->server, SIGSTOP);
  WAIT_UNTIL (self, self->n_started > completed, "a restart to begin");
  kill (self->server, SIGCONT);
  wait_for_restart (self, completed);
  check_gaps (self, "the server stops", SILENCE + LIMIT);
}

/* The last ones take long, and are for the suite soak. */
static const struct {
  const gchar *name;
  void (*change) (Handover *self, guint cycle);
} changes[] = {
  { "link", take_link_down },
  { "address", change_address },
  { "packets", lose_packets },
  { "server", stop_server },
};
#define N_SHORT 2

GST_START_TEST (test_handover)
{
  guint n_cycles = g_getenv ("RTC_SOAK") ? 5 : 1;
  GThread *sender;
  Handover handover;

  handover_begin (&handover);
  handover.is_sending = TRUE;
  sender = g_thread_new ("sender", send_messages, &handover);
  WAIT_UNTIL (&handover, handover.n_received > 50, "messages");
  check_gaps (&handover, "in peace", LIMIT);
  for (guint cycle = 0; cycle < n_cycles; cycle++)
    changes[__i__].change (&handover, cycle);
  g_mutex_lock (&handover.lock);
  handover.is_sending = FALSE;
  g_mutex_unlock (&handover.lock);
  g_thread_join (sender);
  WAIT_UNTIL (&handover, handover.n_received == handover.n_sent, "all messages");
  g_print ("%s: %u messages, all once\n", changes[__i__].name, handover.n_sent);
  handover_end (&handover);
}
GST_END_TEST;

static Suite *
handover_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller handover");
  TCase *chain = tcase_create ("general");
  gint n_changes = N_SHORT;

  tcase_set_timeout (chain, 300);
  suite_add_tcase (suite, chain);
  if (g_getenv ("RTC_SOAK"))
    n_changes = G_N_ELEMENTS (changes);
  /* Threads stay in the network that they were made in, so each case needs a process. */
  if (g_strcmp0 (g_getenv ("CK_FORK"), "no") == 0)
    n_changes = 1;
  tcase_add_loop_test (chain, test_handover, 0, n_changes);
  return suite;
}

int
main (int argc, char **argv)
{
  int n_failed;

  program = argv[0];
  if (argc > 1 && g_str_equal (argv[1], "server")) {
    gst_init (&argc, &argv);
    return run_server ();
  }
  gst_check_init (&argc, &argv);
  if (!networks_can_run ())
    return 77;
  n_failed = gst_check_run_suite (handover_suite (), "rtcsignallerhandover", __FILE__);
  networks_clean_up ();
  return n_failed;
}
