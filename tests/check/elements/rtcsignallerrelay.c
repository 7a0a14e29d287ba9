/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One publisher and two viewers through rtcsignaller, rtcbin everywhere: each viewer gets whole
 * frames with the payload type of its own offer, the late one a key frame that it has asked for,
 * and all end with the publisher. A viewer that offers something else gets a counter-offer. Skipped
 * where one of rtcbin's parts is not built.
 */
#include "signallerharness.h"
#include "signallerpeer.h"
#include "tests/support/rtpsessionwalk.h"

#include <gst/check/gstcheck.h>
#include <gst/webrtc/webrtc.h>
#include <string.h>

#define LIMIT_US (30 * G_USEC_PER_SEC)
#define PUBLISHER                                                                                  \
  "videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=30/1 ! "                   \
  "vp8enc deadline=1 keyframe-max-dist=100000 ! rtpvp8pay name=pay ! rtcbin name=peer"
#define VIEWER_CAPS "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000"

typedef struct {
  GstElement *pipeline;
  GstElement *peer;
  GMutex lock;
  GCond cond;
  /* Under the lock. */
  guint n_frames;
  guint n_key_frames;
  guint n_foreign_packets;
  guint payload;
} Client;

/* @launch: NULL for a peer alone. */
static void
client_start (Client *client, const gchar *launch)
{
  memset (client, 0, sizeof *client);
  g_mutex_init (&client->lock);
  g_cond_init (&client->cond);
  if (launch != NULL) {
    client->pipeline = gst_parse_launch (launch, NULL);
    client->peer = gst_bin_get_by_name (GST_BIN (client->pipeline), "peer");
  } else {
    client->pipeline = gst_pipeline_new (NULL);
    client->peer = gst_object_ref_sink (gst_element_factory_make ("rtcbin", NULL));
    gst_bin_add (GST_BIN (client->pipeline), client->peer);
  }
  gst_element_set_state (client->pipeline, GST_STATE_PLAYING);
}

static void
client_stop (Client *client)
{
  gst_element_set_state (client->pipeline, GST_STATE_NULL);
  gst_object_unref (client->peer);
  gst_object_unref (client->pipeline);
  g_cond_clear (&client->cond);
  g_mutex_clear (&client->lock);
}

static Response
post (SignallerHarness *harness, const gchar *path, const gchar *offer)
{
  g_autofree gchar *request =
      g_strdup_printf ("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\n"
                       "Content-Length: %u\r\n\r\n%s",
          path, (guint) strlen (offer), offer);
  return signaller_harness_exchange (harness, request, strlen (request));
}

/* Posts until the server does not say "later". (transfer full): the session's path. */
static gchar *
client_call (Client *client, SignallerHarness *harness, const gchar *path)
{
  g_autofree gchar *offer = signaller_peer_offer (client->peer, FALSE);
  gint64 deadline = g_get_monotonic_time () + LIMIT_US;
  gchar *location;
  const gchar *codec = strstr (offer, "a=rtpmap:");
  Response response = post (harness, path, offer);

  g_assert_nonnull (codec);
  client->payload = (guint) g_ascii_strtoull (codec + strlen ("a=rtpmap:"), NULL, 10);

  while (response.status == 409 && g_get_monotonic_time () < deadline) {
    response_clear (&response);
    response = post (harness, path, offer);
  }
  if (response.status != 201)
    g_error ("%s", response.text);
  signaller_peer_set_answer (client->peer, response.body);
  location = response_get_header (&response, "Location");
  response_clear (&response);
  return location;
}

/* --- viewers --- */

static GstPadProbeReturn
count_frame (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Client *client = user_data;
  gboolean is_key_frame =
      !GST_BUFFER_FLAG_IS_SET (GST_PAD_PROBE_INFO_BUFFER (info), GST_BUFFER_FLAG_DELTA_UNIT);
  g_mutex_lock (&client->lock);
  client->n_frames++;
  client->n_key_frames += is_key_frame;
  g_cond_signal (&client->cond);
  g_mutex_unlock (&client->lock);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
check_packet (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Client *client = user_data;
  guint8 header[2] = { 0 };
  gst_buffer_extract (GST_PAD_PROBE_INFO_BUFFER (info), 0, header, sizeof header);
  g_mutex_lock (&client->lock);
  client->n_foreign_packets += (header[1] & 0x7f) != client->payload;
  g_mutex_unlock (&client->lock);
  return GST_PAD_PROBE_OK;
}

static void
viewer_pad_added (GstElement *peer, GstPad *pad, gpointer user_data)
{
  Client *client = user_data;
  GstElement *depay = gst_element_factory_make ("rtpvp8depay", NULL);
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) depay_sink = gst_element_get_static_pad (depay, "sink");
  g_autoptr (GstPad) depay_src = gst_element_get_static_pad (depay, "src");

  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  gst_bin_add_many (GST_BIN (client->pipeline), depay, sink, NULL);
  gst_element_link (depay, sink);
  gst_element_sync_state_with_parent (sink);
  gst_element_sync_state_with_parent (depay);
  gst_pad_add_probe (depay_sink, GST_PAD_PROBE_TYPE_BUFFER, check_packet, client, NULL);
  gst_pad_add_probe (depay_src, GST_PAD_PROBE_TYPE_BUFFER, count_frame, client, NULL);
  g_assert_cmpint (gst_pad_link (pad, depay_sink), ==, GST_PAD_LINK_OK);
}

static void
viewer_start (Client *client)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (VIEWER_CAPS);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  client_start (client, NULL);
  g_signal_connect (client->peer, "pad-added", G_CALLBACK (viewer_pad_added), client);
  g_signal_emit_by_name (client->peer, "add-transceiver",
      GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, caps, &transceiver);
  g_assert_nonnull (transceiver);
}

static void
viewer_must_see (Client *client, guint n_frames)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT_US;
  g_mutex_lock (&client->lock);
  while (client->n_frames < n_frames && g_cond_wait_until (&client->cond, &client->lock, deadline))
    ;
  g_assert_cmpuint (client->n_frames, >=, n_frames);
  g_assert_cmpuint (client->n_key_frames, >=, 1);
  g_assert_cmpuint (client->n_foreign_packets, ==, 0);
  g_mutex_unlock (&client->lock);
}

/* --- the publisher --- */

static void
caps_changed (GObject *pad, GParamSpec *property, gpointer user_data)
{
  Client *client = user_data;
  g_mutex_lock (&client->lock);
  g_cond_signal (&client->cond);
  g_mutex_unlock (&client->lock);
}

static void
publisher_start (Client *client)
{
  g_autoptr (GstElement) pay = NULL;
  g_autoptr (GstPad) pad = NULL;
  gint64 deadline = g_get_monotonic_time () + LIMIT_US;
  gulong handler;

  client_start (client, PUBLISHER);
  pay = gst_bin_get_by_name (GST_BIN (client->pipeline), "pay");
  pad = gst_element_get_static_pad (pay, "src");
  handler = g_signal_connect (pad, "notify::caps", G_CALLBACK (caps_changed), client);
  g_mutex_lock (&client->lock);
  while (
      !gst_pad_has_current_caps (pad) && g_cond_wait_until (&client->cond, &client->lock, deadline))
    ;
  g_mutex_unlock (&client->lock);
  g_signal_handler_disconnect (pad, handler);
}

GST_START_TEST (test_relay)
{
  SignallerHarness harness;
  Client publisher;
  Client viewers[2];
  Response response;
  g_autofree gchar *session = NULL;
  g_autofree gchar *request = NULL;
  g_autofree gchar *reason = NULL;

  signaller_harness_start (&harness, "rtcsignaller");
  publisher_start (&publisher);
  session = client_call (&publisher, &harness, "/whip/stage");
  gst_message_unref (signaller_harness_wait (&harness, "rtc-session-connected"));
  for (guint i = 0; i < G_N_ELEMENTS (viewers); i++) {
    viewer_start (&viewers[i]);
    g_free (client_call (&viewers[i], &harness, "/whep/stage"));
    viewer_must_see (&viewers[i], 10);
  }
  /* A viewer that goes disturbs nobody. */
  client_stop (&viewers[0]);
  viewers[1].n_frames = 0;
  viewer_must_see (&viewers[1], 10);

  request = g_strdup_printf ("DELETE %s HTTP/1.1\r\nHost: localhost\r\n\r\n", session);
  response = signaller_harness_exchange (&harness, request, strlen (request));
  g_assert_cmpuint (response.status, ==, 200);
  response_clear (&response);
  do {
    g_free (reason);
    reason = signaller_harness_wait_field (&harness, "rtc-session-ended", "reason");
  } while (strcmp (reason, "the publisher left") != 0);
  client_stop (&viewers[1]);
  client_stop (&publisher);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* --- a viewer whose offer lacks the codec --- */

#define OTHER_OFFER                                                                                \
  "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"          \
  "c=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:96 H265/90000\r\n"          \
  "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=setup:actpass\r\n"                    \
  "a=fingerprint:sha-256 AA:BB\r\n"
#define SDP_TYPE "Content-Type: application/sdp\r\n"
#define RESTART                                                                                    \
  "Content-Type: application/trickle-ice-sdpfrag\r\nIf-Match: *\r\n",                              \
      "a=ice-ufrag:newu\r\n"                                                                       \
      "a=ice-pwd:987654321098765432"                                                               \
      "1098\r\n"

static guint
ask (SignallerHarness *harness, const gchar *method, const gchar *path, const gchar *headers,
    const gchar *body)
{
  g_autofree gchar *request =
      g_strdup_printf ("%s %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %u\r\n\r\n%s",
          method, path, headers, (guint) strlen (body), body);
  Response response = signaller_harness_exchange (harness, request, strlen (request));
  guint status = response.status;
  response_clear (&response);
  return status;
}

/* What is on the air decides how long that takes. (transfer full): the session's path. */
static gchar *
get_counter_offer (SignallerHarness *harness, gchar **out_offer)
{
  static const gchar *const needed[] = { "Content-Type: application/sdp\r\n", "ETag: \"",
    "Accept-Patch: application/sdp, application/trickle-ice-sdpfrag\r\n", "\r\n\r\nv=0\r\n",
    "\r\nm=video ", " VP8/90000\r\n", "\r\na=sendonly\r\n", "\r\na=candidate:" };
  gint64 deadline = g_get_monotonic_time () + LIMIT_US;
  Response response = post (harness, "/whep/stage", OTHER_OFFER);
  gchar *location;
  while (response.status == 409 && g_get_monotonic_time () < deadline) {
    response_clear (&response);
    response = post (harness, "/whep/stage", OTHER_OFFER);
  }
  g_assert_cmpuint (response.status, ==, 406);
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++) {
    if (strstr (response.text, needed[i]) == NULL)
      g_error ("no '%s' in %s", needed[i], response.text);
  }
  g_assert_null (strstr (response.body, "sendrecv"));
  *out_offer = g_strdup (response.body);
  location = response_get_header (&response, "Location");
  response_clear (&response);
  return location;
}

/* (transfer full) */
static gchar *
client_answer (Client *client, const gchar *offer_text)
{
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  GstSDPMessage *message = NULL;
  GstPromise *promise = gst_promise_new ();
  const gchar *codec = strstr (offer_text, "a=rtpmap:");
  client->payload = (guint) g_ascii_strtoull (codec + strlen ("a=rtpmap:"), NULL, 10);
  g_assert_cmpint (gst_sdp_message_new_from_text (offer_text, &message), ==, GST_SDP_OK);
  offer = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_OFFER, message);
  g_signal_emit_by_name (client->peer, "set-remote-description", offer, NULL);
  g_signal_emit_by_name (client->peer, "create-answer", NULL, promise);
  g_assert_cmpint (gst_promise_wait (promise), ==, GST_PROMISE_RESULT_REPLIED);
  gst_structure_get (gst_promise_get_reply (promise), "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
      &answer, NULL);
  gst_promise_unref (promise);
  g_assert_nonnull (answer);
  g_signal_emit_by_name (client->peer, "set-local-description", answer, NULL);
  return gst_sdp_message_as_text (answer->sdp);
}

GST_START_TEST (test_counter_offer)
{
  SignallerHarness harness;
  Client publisher;
  Client viewer;
  g_autofree gchar *session = NULL;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *answer = NULL;
  g_autofree gchar *reason = NULL;

  signaller_harness_start (&harness, "rtcsignaller");
  publisher_start (&publisher);
  g_free (client_call (&publisher, &harness, "/whip/stage"));
  session = get_counter_offer (&harness, &offer);
  g_assert_cmpuint (ask (&harness, "PATCH", session, SDP_TYPE, "hello"), ==, 422);
  g_assert_cmpuint (ask (&harness, "PATCH", session, SDP_TYPE, OTHER_OFFER), ==, 422);
  client_start (&viewer, NULL);
  g_signal_connect (viewer.peer, "pad-added", G_CALLBACK (viewer_pad_added), &viewer);
  answer = client_answer (&viewer, offer);
  g_assert_nonnull (strstr (answer, "\r\na=recvonly\r\n"));
  g_assert_cmpuint (ask (&harness, "PATCH", session, SDP_TYPE, answer), ==, 204);
  viewer_must_see (&viewer, 10);
  g_assert_cmpuint (ask (&harness, "PATCH", session, SDP_TYPE, answer), ==, 409);
  g_assert_cmpuint (ask (&harness, "PATCH", session, RESTART), ==, 422);
  viewer.n_frames = 0;
  viewer_must_see (&viewer, 10);
  g_assert_cmpuint (ask (&harness, "DELETE", session, "", ""), ==, 200);
  reason = signaller_harness_wait_field (&harness, "rtc-session-ended", "reason");
  g_assert_cmpstr (reason, ==, "the client left");
  g_assert_cmpuint (ask (&harness, "PATCH", session, SDP_TYPE, answer), ==, 404);
  client_stop (&viewer);
  client_stop (&publisher);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* An answer that the peer refuses ends the session, which was none yet. */
GST_START_TEST (test_bad_counter_answer)
{
  SignallerHarness harness;
  Client publisher;
  g_autofree gchar *session = NULL;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *reason = NULL;
  signaller_harness_start (&harness, "rtcsignaller");
  publisher_start (&publisher);
  g_free (client_call (&publisher, &harness, "/whip/stage"));
  session = get_counter_offer (&harness, &offer);
  /* The offer itself is no answer: it sends, too, and leaves open who begins DTLS. */
  g_assert_cmpuint (ask (&harness, "PATCH", session, SDP_TYPE, offer), ==, 400);
  reason = signaller_harness_wait_field (&harness, "rtc-session-ended", "reason");
  g_assert_cmpuint (ask (&harness, "PATCH", session, SDP_TYPE, offer), ==, 404);
  client_stop (&publisher);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

/* Our own client: its peer asks for sound, is offered a picture, and takes it. */
GST_START_TEST (test_counter_client)
{
  SignallerHarness harness;
  Client publisher;
  Client viewer;
  g_autofree gchar *launch = NULL;
  g_autoptr (GstCaps) caps =
      gst_caps_from_string ("application/x-rtp,media=audio,"
                            "encoding-name=OPUS,clock-rate=48000,payload=111");
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  signaller_harness_start (&harness, "rtcsignaller");
  publisher_start (&publisher);
  g_free (client_call (&publisher, &harness, "/whip/stage"));
  launch = g_strdup_printf ("rtcbin name=peer rtcsignaller role=client dialect=whep "
                            "url=http://127.0.0.1:%u/whep/stage",
      harness.port);
  memset (&viewer, 0, sizeof viewer);
  g_mutex_init (&viewer.lock);
  g_cond_init (&viewer.cond);
  viewer.pipeline = gst_parse_launch (launch, NULL);
  viewer.peer = gst_bin_get_by_name (GST_BIN (viewer.pipeline), "peer");
  /* What the relay's peers give it. */
  viewer.payload = 96;
  g_signal_emit_by_name (viewer.peer, "add-transceiver",
      GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, caps, &transceiver);
  g_signal_connect (viewer.peer, "pad-added", G_CALLBACK (viewer_pad_added), &viewer);
  gst_element_set_state (viewer.pipeline, GST_STATE_PLAYING);
  viewer_must_see (&viewer, 10);
  client_stop (&viewer);
  client_stop (&publisher);
  signaller_harness_stop (&harness);
}
GST_END_TEST;

static Suite *
rtcsignaller_relay_suite (void)
{
  Suite *suite = suite_create ("rtcsignaller-relay");
  TCase *tests = tcase_create ("rtcbin");
  tcase_set_timeout (tests, 120);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_relay);
  tcase_add_test (tests, test_counter_offer);
  tcase_add_test (tests, test_bad_counter_answer);
  tcase_add_test (tests, test_counter_client);
  return suite;
}

int
main (int argc, char **argv)
{
  static const gchar *const needed[] = { "rtcbin", "rtcice", "rtcdtls", "rtcsrtp", "vp8enc",
    "rtpvp8pay", "videotestsrc", NULL };
  gst_check_init (&argc, &argv);
  rtp_session_walk_tolerate ();
  if (!signaller_elements_are_there (needed))
    return 77;
  return gst_check_run_suite (rtcsignaller_relay_suite (), "rtcsignaller-relay", __FILE__);
}
