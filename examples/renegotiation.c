/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tracks that come and go: the page opens a connection without media (POST /createPeerConnection),
 * and each POST /addVideo or /removeVideo brings an offer, before whose answer the program adds or
 * removes a test picture. The signalling is the program's own; one browser at a time.
 *
 *   meson devenv -C build examples/rtc-renegotiation
 */
#include "example.h"

#include "exampledescription.h"
#include "examplehttp.h"

#define N_PATTERNS 25

typedef struct {
  GstElement *pipeline;
  GstElement *peer;
  GQueue tracks; /* GstElement: a source bin, linked to a request pad of the peer */
  guint n_added;
} Renegotiation;

/* --- tracks --- */

/* The answer comes before the first packet, so the caps say what the track will be. */
static gboolean
add_video (Renegotiation *self, GError **error)
{
  g_autofree gchar *launch = g_strdup_printf (
      "videotestsrc is-live=true pattern=%u ! video/x-raw,width=320,height=240,framerate=25/1"
      " ! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=50 ! rtpvp8pay"
      " ! capsfilter caps=application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000",
      self->n_added % N_PATTERNS);
  GstElement *track = gst_parse_bin_from_description (launch, TRUE, error);

  if (track == NULL)
    return FALSE;
  self->n_added++;
  gst_bin_add (GST_BIN (self->pipeline), track);
  if (!gst_element_link_pads (track, "src", self->peer, "sink_%u") ||
      !gst_element_sync_state_with_parent (track)) {
    gst_element_set_state (track, GST_STATE_NULL);
    gst_bin_remove (GST_BIN (self->pipeline), track);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no picture can be added");
    return FALSE;
  }
  g_queue_push_tail (&self->tracks, track);
  g_print ("Video track has been added\n");
  return TRUE;
}

static gboolean
remove_video (Renegotiation *self, GstElement *track, GError **error)
{
  g_autoptr (GstPad) source = NULL;
  g_autoptr (GstPad) sink = NULL;

  if (track == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "there is no video to remove");
    return FALSE;
  }
  g_queue_remove (&self->tracks, track);
  source = gst_element_get_static_pad (track, "src");
  sink = gst_pad_get_peer (source);
  gst_element_set_state (track, GST_STATE_NULL);
  gst_pad_unlink (source, sink);
  gst_element_release_request_pad (self->peer, sink);
  gst_bin_remove (GST_BIN (self->pipeline), track);
  g_print ("Video track has been removed\n");
  return TRUE;
}

/* Another page takes over: the peer begins anew. */
static void
begin_anew (Renegotiation *self)
{
  GstPromise *promise = gst_promise_new ();

  while (remove_video (self, g_queue_peek_head (&self->tracks), NULL))
    ;
  g_signal_emit_by_name (self->peer, "reset", promise);
  gst_promise_wait (promise);
  gst_promise_unref (promise);
  g_print ("PeerConnection has been created\n");
}

/* --- requests, on the main thread --- */

static gchar *
answer (Renegotiation *self, GstWebRTCSessionDescription *offer, GError **error)
{
  g_autoptr (GstWebRTCSessionDescription) local = NULL;

  if (!example_set_remote (self->peer, offer, error) ||
      !example_create_local (self->peer, GST_WEBRTC_SDP_TYPE_ANSWER, error))
    return NULL;
  example_wait_for_candidates (self->peer);
  g_object_get (self->peer, "local-description", &local, NULL);
  return example_description_to_json (local);
}

static gchar *
create_peer_connection (Renegotiation *self, GstWebRTCSessionDescription *offer, GError **error)
{
  begin_anew (self);
  return answer (self, offer, error);
}

static gchar *
answer_with_video (Renegotiation *self, GstWebRTCSessionDescription *offer, GError **error)
{
  gchar *json;

  if (!add_video (self, error))
    return NULL;
  json = answer (self, offer, error);
  if (json == NULL)
    remove_video (self, g_queue_peek_tail (&self->tracks), NULL);
  return json;
}

static gchar *
answer_without_video (Renegotiation *self, GstWebRTCSessionDescription *offer, GError **error)
{
  if (!remove_video (self, g_queue_peek_head (&self->tracks), error))
    return NULL;
  return answer (self, offer, error);
}

static gchar *
on_post (const gchar *path, const gchar *body, gpointer self, GError **error)
{
  static const struct {
    const gchar *path;
    gchar *(*func) (Renegotiation *, GstWebRTCSessionDescription *, GError **);
  } routes[] = {
    { "/createPeerConnection", create_peer_connection },
    { "/addVideo", answer_with_video },
    { "/removeVideo", answer_without_video },
  };
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++) {
    if (!g_str_equal (path, routes[i].path))
      continue;
    offer = example_description_parse (body, error);
    return offer != NULL ? routes[i].func (self, offer, error) : NULL;
  }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, path);
  return NULL;
}

int
main (int argc, char **argv)
{
  const ExampleInfo info = {
    .summary = "- video tracks that come and go", .http_port = 8080, .has_own_signalling = TRUE
  };
  Renegotiation self = { .tracks = G_QUEUE_INIT };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);
  g_autofree gchar *address = example_get_http_address (example);
  g_autoptr (ExampleHttp) http = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  self.peer = example_launch (example, "rtcbin name=peer video-codecs=VP8");
  self.pipeline = example_get_pipeline (example);
  http = example_http_new (address, "renegotiation.html", on_post, &self, &error);
  if (http == NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  g_print ("Open %s to access this demo\n", example_http_get_url (http));
  code = example_run (example);
  g_queue_clear (&self.tracks);
  return code;
}
