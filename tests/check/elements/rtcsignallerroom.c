/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two peers of the client role in a room of the message relay: they connect in either order,
 * restart ICE, find each other again after the relay was gone, and are not disturbed by what else
 * is said in the room. Skipped where one of rtcbin's parts is not built.
 */
#include "rawsocket.h"
#include "signallerclient.h"
#include "stubpeer.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define RELAY "rtcsignaller"

static void
side_start (SignallerClient *side, const gchar *peer, const gchar *dialect, guint port)
{
  signaller_client_make (side,
      "%s rtcsignaller name=c role=client dialect=%s url=ws://127.0.0.1:%u/relay/room", peer,
      dialect, port);
  signaller_client_play (side);
}

static void
side_wait (SignallerClient *side, const gchar *name)
{
  signaller_client_wait (side, name, NULL);
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
  SignallerClient offerer;
  SignallerClient answerer;
  signaller_harness_start (&relay, RELAY);
  side_start (&answerer, pairs[__i__].answerer, "relay-answerer", relay.port);
  wait_for_client (&relay, "rtc-relay-joined", "answerer");
  side_start (&offerer, pairs[__i__].offerer, "relay", relay.port);
  side_wait (&offerer, "rtc-session-connected");
  side_wait (&answerer, "rtc-session-connected");
  if (pairs[__i__].can_restart) {
    signaller_client_restart (&offerer);
    side_wait (&offerer, "rtc-session-restarted");
    side_wait (&answerer, "rtc-session-restarted");
  }
  signaller_client_stop (&offerer);
  wait_for_client (&relay, "rtc-relay-joined", "offerer");
  wait_for_client (&relay, "rtc-relay-left", "offerer");
  signaller_client_stop (&answerer);
  wait_for_client (&relay, "rtc-relay-left", "answerer");
  signaller_harness_stop (&relay);
}
GST_END_TEST;

/* The offer is said again until somebody answers. */
GST_START_TEST (test_late_answerer)
{
  SignallerHarness relay;
  RawSocket listener;
  SignallerClient offerer;
  SignallerClient answerer;
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
  signaller_client_stop (&offerer);
  signaller_client_stop (&answerer);
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
  SignallerClient offerer;
  SignallerClient answerer;
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
  signaller_client_restart (&offerer);
  side_wait (&offerer, "rtc-session-restarted");
  signaller_client_stop (&offerer);
  signaller_client_stop (&answerer);
  raw_socket_clear (&stranger);
  signaller_harness_stop (&relay);
}
GST_END_TEST;

#define OFFER(ufrag)                                                                               \
  "{\"type\":\"Sdp\",\"sdp\":\"v=0\\r\\no=- 1 1 IN IP4 0\\r\\ns=-\\r\\nt=0 0\\r\\n"                \
  "m=audio 9 X 0\\r\\na=ice-ufrag:" ufrag "\\r\\na=ice-pwd:0123456789012345678901\\r\\n"           \
  "a=fingerprint:x\\r\\n\"}"

/* What is said while an offer is still being answered waits for its turn, whatever becomes of that
 * offer. */
GST_START_TEST (test_offers_at_once)
{
  static const gchar *const behaviours[] = { "answer", "broken" };
  SignallerHarness relay;
  RawSocket offerer;
  RawSocket listener;
  SignallerClient answerer;
  g_autoptr (GstElement) peer = NULL;
  signaller_harness_start (&relay, RELAY);
  side_start (&answerer, "stubpeer name=p behaviour=silent", "relay-answerer", relay.port);
  peer = signaller_client_get (&answerer, "p");
  wait_for_client (&relay, "rtc-relay-joined", "answerer");
  raw_socket_join (&listener, &relay, "/relay/room", "listener");
  wait_for_client (&relay, "rtc-relay-joined", "listener");
  raw_socket_join (&offerer, &relay, "/relay/room", "offerer");
  wait_for_client (&relay, "rtc-relay-joined", "offerer");
  raw_socket_send_text (&offerer, OFFER ("abcd"));
  stub_peer_wait_for_call ("create-answer");
  raw_socket_send_text (&offerer, OFFER ("efgh"));
  raw_socket_send_text (&offerer, "{\"type\":\"Ice\",\"candidate\":\"candidate:7 late\"}");
  /* What the listener has heard, the answerer has. */
  for (guint i = 0; i < 3; i++)
    g_free (raw_socket_receive_text (&listener));
  g_object_set (peer, "behaviour", behaviours[__i__], NULL);
  if (__i__ == 1)
    g_object_set (peer, "behaviour", "answer", NULL);
  stub_peer_wait_for_call ("add-ice-candidate 0 candidate:7 late");
  signaller_client_stop (&answerer);
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
  static const gchar *const needed[] = { "rtcbin", "rtcice", "rtcdtls", "rtcsctp", "webrtcbin",
    NULL };
  gst_check_init (&argc, &argv);
  if (!signaller_elements_are_there (needed))
    return 77;
  return gst_check_run_suite (room_suite (), "rtcsignaller-client", __FILE__);
}
