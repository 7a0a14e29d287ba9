/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two peers of the client role in a room of the message relay: they connect in either order,
 * restart ICE, find each other again after the relay was gone, and are not disturbed by what else
 * is said in the room. Skipped where one of rtcbin's parts is not built.
 */
#include "rawsocket.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define LIMIT (40 * GST_SECOND)
#define RELAY "rtcsignaller"

typedef struct {
  GstElement *pipeline;
  GstElement *signaller;
  GstBus *bus;
} Side;

static void
side_start (Side *side, const gchar *peer, const gchar *dialect, guint port)
{
  g_autofree gchar *launch = g_strdup_printf (
      "%s rtcsignaller name=c role=client dialect=%s url=ws://127.0.0.1:%u/relay/room", peer,
      dialect, port);
  GError *error = NULL;
  side->pipeline = gst_parse_launch (launch, &error);
  g_assert_no_error (error);
  side->signaller = gst_bin_get_by_name (GST_BIN (side->pipeline), "c");
  side->bus = gst_element_get_bus (side->pipeline);
  g_assert_cmpint (
      gst_element_set_state (side->pipeline, GST_STATE_PLAYING), !=, GST_STATE_CHANGE_FAILURE);
}

static void
side_stop (Side *side)
{
  gst_element_set_state (side->pipeline, GST_STATE_NULL);
  gst_object_unref (side->bus);
  gst_object_unref (side->signaller);
  gst_object_unref (side->pipeline);
}

static void
side_wait (Side *side, const gchar *name)
{
  for (;;) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (side->bus, LIMIT, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);
    g_autoptr (GError) error = NULL;
    if (message == NULL)
      g_error ("no message %s came", name);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
      gst_message_parse_error (message, &error, NULL);
      g_error ("waiting for %s: %s", name, error->message);
    }
    if (gst_message_has_name (message, name))
      return;
  }
}

static void
wait_for_client (SignallerHarness *relay, const gchar *message, const gchar *id)
{
  g_autofree gchar *found = signaller_harness_wait_field (relay, message, "client-id");
  g_assert_cmpstr (found, ==, id);
}

static const struct {
  const gchar *offerer;
  const gchar *answerer;
  gboolean can_restart;
} pairs[] = {
  { "rtcbin", "rtcbin", TRUE },
  { "rtcbin", "webrtcbin bundle-policy=max-bundle", FALSE },
  { "webrtcbin bundle-policy=max-bundle", "rtcbin", FALSE },
};

GST_START_TEST (test_pairs)
{
  SignallerHarness relay;
  Side offerer;
  Side answerer;
  signaller_harness_start (&relay, RELAY);
  side_start (&answerer, pairs[__i__].answerer, "relay-answerer", relay.port);
  wait_for_client (&relay, "rtc-relay-joined", "answerer");
  side_start (&offerer, pairs[__i__].offerer, "relay", relay.port);
  side_wait (&offerer, "rtc-session-connected");
  side_wait (&answerer, "rtc-session-connected");
  if (pairs[__i__].can_restart) {
    g_signal_emit_by_name (offerer.signaller, "restart", NULL, &(gboolean){ FALSE });
    side_wait (&offerer, "rtc-session-restarted");
    side_wait (&answerer, "rtc-session-restarted");
  }
  side_stop (&offerer);
  wait_for_client (&relay, "rtc-relay-joined", "offerer");
  wait_for_client (&relay, "rtc-relay-left", "offerer");
  side_stop (&answerer);
  wait_for_client (&relay, "rtc-relay-left", "answerer");
  signaller_harness_stop (&relay);
}
GST_END_TEST;

/* The offer is said again until somebody answers. */
GST_START_TEST (test_late_answerer)
{
  SignallerHarness relay;
  RawSocket listener;
  Side offerer;
  Side answerer;
  g_autofree gchar *first = NULL;
  signaller_harness_start (&relay, RELAY);
  raw_socket_join (&listener, &relay, "/relay/room", "listener");
  wait_for_client (&relay, "rtc-relay-joined", "listener");
  side_start (&offerer, "rtcbin", "relay", relay.port);
  first = raw_socket_receive_text (&listener);
  g_assert_true (g_str_has_prefix (first, "{\"type\":\"Sdp\",\"sdp\":\"v=0"));
  side_start (&answerer, "rtcbin", "relay-answerer", relay.port);
  side_wait (&offerer, "rtc-session-connected");
  side_wait (&answerer, "rtc-session-connected");
  side_stop (&offerer);
  side_stop (&answerer);
  raw_socket_clear (&listener);
  signaller_harness_stop (&relay);
}
GST_END_TEST;

/* What has the form of a description, for the scan of its lines, and is none for a peer. */
#define HOLLOW                                                                                     \
  "{\"type\":\"Sdp\",\"sdp\":\"v=0\\r\\no=- 1 1 IN IP4 0\\r\\ns=-\\r\\nt=0 0\\r\\n"                \
  "m=audio 9 X 0\\r\\na=ice-ufrag:abcd\\r\\na=ice-pwd:0123456789012345678901\\r\\n"                \
  "a=fingerprint:x\\r\\n\"}"

GST_START_TEST (test_noise)
{
  static const gchar *const noise[] = {
    "",
    "hello everybody",
    "[]",
    "{\"type\":\"Sdp\"}",
    "{\"type\":\"Sdp\",\"sdp\":\"v=1\"}",
    "{\"type\":\"Sdp\",\"sdp\":42}",
    HOLLOW,
    "{\"type\":\"Ice\",\"candidate\":\"candidate:1 1 UDP 1 300.1.1.1 9 typ host\"}",
    "{\"type\":\"Ice\",\"candidate\":\"candidate:1\"}",
    "{\"type\":\"Ice\",\"candidate\":{}}",
    "{\"type\":\"message\",\"message\":\"x\"}",
  };
  SignallerHarness relay;
  RawSocket stranger;
  Side offerer;
  Side answerer;
  signaller_harness_start (&relay, RELAY);
  side_start (&answerer, "rtcbin", "relay-answerer", relay.port);
  wait_for_client (&relay, "rtc-relay-joined", "answerer");
  raw_socket_join (&stranger, &relay, "/relay/room", "stranger");
  for (gsize i = 0; i < G_N_ELEMENTS (noise); i++)
    raw_socket_send_text (&stranger, noise[i]);
  side_start (&offerer, "rtcbin", "relay", relay.port);
  side_wait (&offerer, "rtc-session-connected");
  side_wait (&answerer, "rtc-session-connected");
  for (gsize i = 0; i < G_N_ELEMENTS (noise); i++) {
    if (noise[i] != (const gchar *) HOLLOW)
      raw_socket_send_text (&stranger, noise[i]);
  }
  g_signal_emit_by_name (offerer.signaller, "restart", NULL, &(gboolean){ FALSE });
  side_wait (&offerer, "rtc-session-restarted");
  side_stop (&offerer);
  side_stop (&answerer);
  raw_socket_clear (&stranger);
  signaller_harness_stop (&relay);
}
GST_END_TEST;

#define OFFER(ufrag)                                                                               \
  "{\"type\":\"Sdp\",\"sdp\":\"v=0\\r\\no=- 1 1 IN IP4 0\\r\\ns=-\\r\\nt=0 0\\r\\n"                \
  "m=audio 9 X 0\\r\\na=ice-ufrag:" ufrag "\\r\\na=ice-pwd:0123456789012345678901\\r\\n"           \
  "a=fingerprint:x\\r\\n\"}"

static void
wait_for_call (const gchar *call)
{
  gint64 deadline = g_get_monotonic_time () + (gint64) GST_TIME_AS_USECONDS (LIMIT);
  g_autofree gchar *calls = NULL;
  while (calls == NULL || strstr (calls, call) == NULL) {
    if (g_get_monotonic_time () > deadline)
      g_error ("%s does not come", call);
    g_free (calls);
    calls = stub_peer_take_calls ();
    g_thread_yield ();
  }
}

/* What is said while an offer is still being answered waits for its turn, whatever becomes of that
 * offer. */
GST_START_TEST (test_offers_at_once)
{
  static const gchar *const behaviours[] = { "answer", "broken" };
  SignallerHarness relay;
  RawSocket offerer;
  RawSocket listener;
  Side answerer;
  g_autoptr (GstElement) peer = NULL;
  signaller_harness_start (&relay, RELAY);
  side_start (&answerer, "stubpeer name=p behaviour=silent", "relay-answerer", relay.port);
  peer = gst_bin_get_by_name (GST_BIN (answerer.pipeline), "p");
  wait_for_client (&relay, "rtc-relay-joined", "answerer");
  raw_socket_join (&listener, &relay, "/relay/room", "listener");
  wait_for_client (&relay, "rtc-relay-joined", "listener");
  raw_socket_join (&offerer, &relay, "/relay/room", "offerer");
  wait_for_client (&relay, "rtc-relay-joined", "offerer");
  raw_socket_send_text (&offerer, OFFER ("abcd"));
  wait_for_call ("create-answer");
  raw_socket_send_text (&offerer, OFFER ("efgh"));
  raw_socket_send_text (&offerer, "{\"type\":\"Ice\",\"candidate\":\"candidate:7 late\"}");
  /* What the listener has heard, the answerer has. */
  for (guint i = 0; i < 3; i++)
    g_free (raw_socket_receive_text (&listener));
  g_object_set (peer, "behaviour", behaviours[__i__], NULL);
  if (__i__ == 1)
    g_object_set (peer, "behaviour", "answer", NULL);
  wait_for_call ("add-ice-candidate 0 candidate:7 late");
  side_stop (&answerer);
  raw_socket_clear (&offerer);
  raw_socket_clear (&listener);
  signaller_harness_stop (&relay);
}
GST_END_TEST;

static Suite *
room_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-room");
  TCase *room = tcase_create ("room");
  const gchar *tracers = g_getenv ("GST_TRACERS");

  stub_peer_register ();
  suite_add_tcase (suite, room);
  tcase_set_timeout (room, 150);
  /* webrtcbin keeps a DTLS agent for ever, which the leak tracer would tell. */
  if (tracers != NULL && strstr (tracers, "leaks") != NULL)
    tcase_add_loop_test (room, test_pairs, 0, 1);
  else
    tcase_add_loop_test (room, test_pairs, 0, G_N_ELEMENTS (pairs));
  tcase_add_test (room, test_late_answerer);
  tcase_add_test (room, test_noise);
  tcase_add_loop_test (room, test_offers_at_once, 0, 2);
  return suite;
}

int
main (int argc, char **argv)
{
  static const gchar *const needed[] = { "rtcbin", "rtcice", "rtcdtls", "rtcsctp", "webrtcbin" };
  gst_check_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++) {
    g_autoptr (GstElementFactory) factory = gst_element_factory_find (needed[i]);
    if (factory == NULL) {
      g_print ("%s is not there\n", needed[i]);
      return 77;
    }
  }
  return gst_check_run_suite (room_suite (), "rtcsignaller-client", __FILE__);
}
