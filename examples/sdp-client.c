/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A client of the JSON API with session ids (/webrtc/offer, /webrtc/ice-candidate, /webrtc/close,
 * /iceservers), one story after the other, each with a real peer where it makes an offer. Needs a
 * server: examples/rtc-sdp-server, or gst-launch-1.0 rtcsignaller session=rtcbin.
 *
 *   meson devenv -C build examples/rtc-sdp-client http://127.0.0.1:8080
 */
#include <gst/gst.h>
#include <gst/webrtc/webrtc.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <string.h>

#define TIMEOUT_S 30
#define CONNECT_LIMIT_S 20
#define N_CONCURRENT 3

static gchar *base_url;

/* --- the API --- */

typedef struct {
  /* NULL where there was none. */
  JsonNode *body;
  /* Of the body; NULL without. */
  JsonObject *object;
} Reply;

static void
reply_clear (Reply *reply)
{
  g_clear_pointer (&reply->body, json_node_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reply, reply_clear)

static const gchar *
get_text (JsonObject *object, const gchar *name)
{
  return object != NULL ? json_object_get_string_member_with_default (object, name, "") : "";
}

static gboolean
read_reply (SoupMessage *message, GBytes *bytes, Reply *out_reply, GError **error)
{
  gsize size = 0;
  const gchar *text = g_bytes_get_data (bytes, &size);
  g_autoptr (JsonParser) parser = json_parser_new ();
  guint status = soup_message_get_status (message);
  Reply reply = { NULL };

  if (size > 0 && json_parser_load_from_data (parser, text, (gssize) size, NULL))
    reply.body = json_parser_steal_root (parser);
  if (reply.body != NULL && JSON_NODE_HOLDS_OBJECT (reply.body))
    reply.object = json_node_get_object (reply.body);
  if (status >= 200 && status < 300 && reply.body != NULL) {
    *out_reply = reply;
    return TRUE;
  }
  if (reply.object != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "Server error: %s (code: %u)",
        get_text (reply.object, "error"), status);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
        "%s replied with status %u and no JSON: is it a server of this API?", base_url, status);
  reply_clear (&reply);
  return FALSE;
}

/* @body: NULL for GET. */
static gboolean
call (const gchar *path, const gchar *body, Reply *out_reply, GError **error)
{
  g_autoptr (SoupSession) session =
      soup_session_new_with_options ("timeout", (guint) TIMEOUT_S, NULL);
  g_autofree gchar *url = g_strconcat (base_url, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (body != NULL ? "POST" : "GET", url);
  g_autoptr (GBytes) bytes = NULL;

  if (message == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "%s is no URL; give one like http://127.0.0.1:8080", base_url);
    return FALSE;
  }
  if (body != NULL) {
    g_autoptr (GBytes) content = g_bytes_new (body, strlen (body));
    soup_message_set_request_body_from_bytes (message, "application/json", content);
  }
  bytes = soup_session_send_and_read (session, message, NULL, error);
  if (bytes != NULL)
    return read_reply (message, bytes, out_reply, error);
  g_prefix_error (error, "%s: ", url);
  return FALSE;
}

static gchar *
print (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
add (JsonBuilder *builder, const gchar *name, const gchar *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

/* @session_id, @user may be NULL. */
static gboolean
send_offer (
    const gchar *sdp, const gchar *session_id, const gchar *user, Reply *out_reply, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree gchar *body = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "sdp");
  json_builder_begin_object (builder);
  add (builder, "type", "offer");
  add (builder, "sdp", sdp);
  json_builder_end_object (builder);
  add (builder, "session_id", session_id);
  if (user != NULL) {
    json_builder_set_member_name (builder, "metadata");
    json_builder_begin_object (builder);
    add (builder, "user_id", user);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
  body = print (builder);
  return call ("/webrtc/offer", body, out_reply, error);
}

static gboolean
send_candidate (const gchar *session_id, const gchar *candidate, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree gchar *body = NULL;
  g_auto (Reply) reply = { NULL };

  json_builder_begin_object (builder);
  add (builder, "session_id", session_id);
  json_builder_set_member_name (builder, "candidate");
  json_builder_begin_object (builder);
  add (builder, "candidate", candidate);
  add (builder, "sdpMid", "0");
  json_builder_set_member_name (builder, "sdpMLineIndex");
  json_builder_add_int_value (builder, 0);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  body = print (builder);
  return call ("/webrtc/ice-candidate", body, &reply, error);
}

static gboolean
close_session (const gchar *session_id, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree gchar *body = NULL;
  g_auto (Reply) reply = { NULL };

  json_builder_begin_object (builder);
  add (builder, "session_id", session_id);
  add (builder, "reason", "the example is done");
  json_builder_end_object (builder);
  body = print (builder);
  return call ("/webrtc/close", body, &reply, error);
}

/* --- a peer with an offer --- */

typedef struct {
  GstElement *pipeline;
  GstElement *bin;
  GstWebRTCDataChannel *channel;
  GMutex lock;
  GCond cond;
} Peer;

static void
wake (GObject *object, GParamSpec *property, gpointer user_data)
{
  Peer *peer = user_data;
  g_mutex_lock (&peer->lock);
  g_cond_broadcast (&peer->cond);
  g_mutex_unlock (&peer->lock);
}

/* FALSE: @property did not become @value in time. */
static gboolean
wait_for (Peer *peer, const gchar *property, gint value)
{
  gint64 deadline = g_get_monotonic_time () + CONNECT_LIMIT_S * G_USEC_PER_SEC;
  gboolean is_late = FALSE;
  gint now = -1;

  g_mutex_lock (&peer->lock);
  for (;;) {
    g_object_get (peer->bin, property, &now, NULL);
    if (now == value || is_late)
      break;
    is_late = !g_cond_wait_until (&peer->cond, &peer->lock, deadline);
  }
  g_mutex_unlock (&peer->lock);
  return now == value;
}

static void
peer_clear (Peer *peer)
{
  if (peer->pipeline == NULL)
    return;
  gst_element_set_state (peer->pipeline, GST_STATE_NULL);
  g_clear_object (&peer->channel);
  gst_object_unref (peer->pipeline);
  g_mutex_clear (&peer->lock);
  g_cond_clear (&peer->cond);
  peer->pipeline = NULL;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Peer, peer_clear)

/* (transfer full): the offer with all candidates; NULL with @error. */
static gchar *
peer_offer (Peer *peer, GError **error)
{
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  g_autoptr (GstWebRTCSessionDescription) local = NULL;
  GstPromise *promise = gst_promise_new ();

  g_mutex_init (&peer->lock);
  g_cond_init (&peer->cond);
  peer->pipeline = gst_pipeline_new (NULL);
  peer->bin = gst_element_factory_make ("rtcbin", NULL);
  if (peer->bin == NULL) {
    gst_promise_unref (promise);
    g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "There is no element rtcbin; try it in the environment of the build: meson devenv -C "
        "build");
    return NULL;
  }
  gst_bin_add (GST_BIN (peer->pipeline), peer->bin);
  g_signal_connect (peer->bin, "notify::ice-gathering-state", G_CALLBACK (wake), peer);
  g_signal_connect (peer->bin, "notify::connection-state", G_CALLBACK (wake), peer);
  gst_element_set_state (peer->pipeline, GST_STATE_PLAYING);
  g_signal_emit_by_name (peer->bin, "create-data-channel", "data", NULL, &peer->channel);
  g_signal_emit_by_name (peer->bin, "create-offer", NULL, promise);
  gst_promise_wait (promise);
  gst_structure_get (
      gst_promise_get_reply (promise), "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, NULL);
  gst_promise_unref (promise);
  g_signal_emit_by_name (peer->bin, "set-local-description", offer, NULL);
  if (!wait_for (peer, "ice-gathering-state", GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)) {
    g_set_error_literal (
        error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The peer finds no end of its candidates");
    return NULL;
  }
  g_object_get (peer->bin, "local-description", &local, NULL);
  return gst_sdp_message_as_text (local->sdp);
}

static gboolean
peer_connect (Peer *peer, const Reply *reply, GError **error)
{
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  GstSDPMessage *message = NULL;
  JsonObject *sdp = json_object_has_member (reply->object, "sdp")
      ? json_object_get_object_member (reply->object, "sdp")
      : NULL;

  if (gst_sdp_message_new_from_text (get_text (sdp, "sdp"), &message) != GST_SDP_OK) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "The answer is not SDP");
    return FALSE;
  }
  answer = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_ANSWER, message);
  g_signal_emit_by_name (peer->bin, "set-remote-description", answer, NULL);
  if (wait_for (peer, "connection-state", GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The peers do not connect");
  return FALSE;
}

/* --- the stories --- */

/* A whole session: offer, answer, connection, close. @extra: candidates; NULL-terminated. */
static gboolean
run_session (const gchar *session_id, const gchar *user, const gchar *const *extra, GError **error)
{
  g_auto (Peer) peer = { NULL };
  g_auto (Reply) reply = { NULL };
  g_autofree gchar *offer = peer_offer (&peer, error);
  const gchar *id;

  if (offer == NULL || !send_offer (offer, session_id, user, &reply, error))
    return FALSE;
  id = get_text (reply.object, "session_id");
  g_print ("  session %s\n", id);
  if (session_id != NULL && !g_str_equal (id, session_id)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "The session is called %s", id);
    return FALSE;
  }
  if (user != NULL &&
      g_strcmp0 (get_text (json_object_get_object_member (reply.object, "metadata"), "user_id"),
          user) != 0) {
    g_set_error_literal (
        error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "The metadata does not come back");
    return FALSE;
  }
  for (guint i = 0; extra != NULL && extra[i] != NULL; i++) {
    g_autoptr (GError) refused = NULL;
    /* A server may do without one of them. */
    if (!send_candidate (id, extra[i], &refused))
      g_print ("  a candidate was not taken: %s\n", refused->message);
  }
  if (!peer_connect (&peer, &reply, error))
    return FALSE;
  g_print ("  connected\n");
  return close_session (id, error);
}

static gboolean
basic (GError **error)
{
  return run_session (NULL, NULL, NULL, error);
}

static gboolean
tracked (GError **error)
{
  return run_session ("my-custom-session-123", NULL, NULL, error);
}

static gboolean
complete (GError **error)
{
  static const gchar *const candidates[] = {
    "candidate:1 1 UDP 2013266431 127.0.0.1 54400 typ host",
    "candidate:2 1 TCP 1015021823 127.0.0.1 9 typ host tcptype active",
    NULL,
  };
  return run_session ("complete-session", NULL, candidates, error);
}

static gboolean
metadata (GError **error)
{
  return run_session (NULL, "user-42", NULL, error);
}

static gboolean
ice_servers (GError **error)
{
  g_auto (Reply) reply = { NULL };
  JsonArray *array;

  if (!call ("/iceservers", NULL, &reply, error))
    return FALSE;
  if (!JSON_NODE_HOLDS_ARRAY (reply.body)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "It is not an array");
    return FALSE;
  }
  array = json_node_get_array (reply.body);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    g_autofree gchar *text = json_to_string (json_array_get_element (array, i), FALSE);
    /* A credential is nobody's business. */
    g_print ("  server %u of %u: %s\n", i + 1, json_array_get_length (array),
        strstr (text, "credential") != NULL ? "with a password" : text);
  }
  return TRUE;
}

static gboolean
errors (GError **error)
{
  static const gchar *const offers[] = { "invalid sdp content", "" };
  for (gsize i = 0; i < G_N_ELEMENTS (offers); i++) {
    g_autoptr (GError) expected = NULL;
    g_auto (Reply) reply = { NULL };
    if (send_offer (offers[i], NULL, NULL, &reply, &expected)) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "The server took \"%s\"", offers[i]);
      return FALSE;
    }
    g_print ("  as it should: %s\n", expected->message);
  }
  return TRUE;
}

static gpointer
run_one (gpointer number)
{
  g_autofree gchar *id = g_strdup_printf ("concurrent-session-%d", GPOINTER_TO_INT (number));
  GError *error = NULL;
  run_session (id, NULL, NULL, &error);
  return error;
}

static gboolean
concurrent (GError **error)
{
  GThread *threads[N_CONCURRENT];
  GError *first = NULL;

  for (gint i = 0; i < N_CONCURRENT; i++)
    threads[i] = g_thread_new ("session", run_one, GINT_TO_POINTER (i));
  for (gint i = 0; i < N_CONCURRENT; i++) {
    g_autoptr (GError) one = g_thread_join (threads[i]);
    if (one != NULL && first == NULL)
      first = g_steal_pointer (&one);
  }
  if (first != NULL)
    g_propagate_error (error, first);
  return first == NULL;
}

static const struct {
  const gchar *name;
  gboolean (*run) (GError **error);
} stories[] = {
  { "basic", basic },
  { "tracked", tracked },
  { "complete", complete },
  { "metadata", metadata },
  { "ice-servers", ice_servers },
  { "errors", errors },
  { "concurrent", concurrent },
};

static guint
run_stories (const gchar *only, guint *out_n_failed)
{
  guint n_run = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++) {
    g_autoptr (GError) error = NULL;
    if (only != NULL && !g_str_equal (only, stories[i].name))
      continue;
    g_print ("%s\n", stories[i].name);
    n_run++;
    if (stories[i].run (&error))
      continue;
    g_printerr ("  failed: %s\n", error->message);
    (*out_n_failed)++;
  }
  return n_run;
}

int
main (int argc, char **argv)
{
  gchar *only = NULL;
  const GOptionEntry entries[] = {
    { "story", 's', 0, G_OPTION_ARG_STRING, &only,
        "Only this one: basic, tracked, complete, metadata, ice-servers, errors or concurrent",
        "NAME" },
    { NULL },
  };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("[URL] - a client of the JSON API with session ids");
  g_autoptr (GError) error = NULL;
  guint n_failed = 0;
  guint n_run;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  g_option_context_set_summary (context, "URL is the server's, by default http://localhost:8080.");
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc > 2) {
    g_printerr ("%s; see --help\n", error != NULL ? error->message : "One URL is enough");
    return 2;
  }
  base_url = g_strdup (argc > 1 ? argv[1] : "http://localhost:8080");
  if (g_str_has_suffix (base_url, "/"))
    base_url[strlen (base_url) - 1] = '\0';
  n_run = run_stories (only, &n_failed);
  if (n_run == 0)
    g_printerr ("There is no story \"%s\"; see --help\n", only);
  else
    g_print ("%u of %u went well\n", n_run - n_failed, n_run);
  g_free (base_url);
  g_free (only);
  return n_run == 0 ? 2 : n_failed > 0;
}
