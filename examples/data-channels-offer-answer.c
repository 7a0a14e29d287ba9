/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two programs, each with a peer, and signalling of their own: both listen for POST /sdp (JSON) and
 * POST /candidate (a bare candidate line), and post to the other. Start the one that answers, then
 * the one that offers; they send each other a random text every five seconds.
 *
 *   meson devenv -C build examples/rtc-data-channels-offer-answer
 *   meson devenv -C build examples/rtc-data-channels-offer-answer --offer
 */
#include "example.h"

#include <libsoup/soup.h>
#include <string.h>

#include "exampledescription.h"
#include "examplehttp.h"

#define RETRY_S 1
#define MAX_CANDIDATE 1024
#define MAX_EARLY 64

typedef struct {
  Example *example;
  GstElement *peer;
  SoupSession *session;
  gboolean is_offerer;
  gchar *other; /* "http://HOST:PORT" */
  /* Their candidates before their description, and ours: they may be sent after it. */
  GQueue early;
  GQueue held;
  gboolean has_remote;
} Pair;

/* --- to the other program --- */

static gboolean post_local (gpointer user_data);

static void
on_reply (GObject *session, GAsyncResult *result, gpointer user_data)
{
  Pair *pair = user_data;
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (session), result);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body =
      soup_session_send_and_read_finish (SOUP_SESSION (session), result, &error);

  if (body != NULL && soup_message_get_status (message) != SOUP_STATUS_OK) {
    example_fail (pair->example, "%s refused %s: %.*s", pair->other,
        g_uri_get_path (soup_message_get_uri (message)), (int) g_bytes_get_size (body),
        (const gchar *) g_bytes_get_data (body, NULL));
  } else if (body == NULL && pair->is_offerer && !pair->has_remote) {
    g_print ("Waiting for the program that answers at %s: %s\n", pair->other, error->message);
    g_timeout_add_seconds (RETRY_S, post_local, pair);
  } else if (body == NULL) {
    example_fail (pair->example, "Cannot reach %s: %s", pair->other, error->message);
  }
}

static void
post (Pair *pair, const gchar *path, const gchar *text)
{
  g_autofree gchar *url = g_strconcat (pair->other, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_POST, url);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  soup_message_set_request_body_from_bytes (message, "application/json; charset=utf-8", body);
  soup_session_send_and_read_async (
      pair->session, message, G_PRIORITY_DEFAULT, NULL, on_reply, pair);
}

/* The offer or the answer. */
static gboolean
post_local (gpointer user_data)
{
  Pair *pair = user_data;
  g_autoptr (GstWebRTCSessionDescription) local = NULL;
  g_autofree gchar *json = NULL;

  g_object_get (pair->peer, "local-description", &local, NULL);
  json = example_description_to_json (local);
  post (pair, "/sdp", json);
  return G_SOURCE_REMOVE;
}

static void
post_candidates (Pair *pair)
{
  gchar *candidate;

  while (pair->has_remote && (candidate = g_queue_pop_head (&pair->held)) != NULL) {
    post (pair, "/candidate", candidate);
    g_free (candidate);
  }
}

typedef struct {
  Pair *pair;
  gchar *candidate;
} Candidate;

static gboolean
hold_candidate (gpointer data)
{
  Candidate *candidate = data;

  g_queue_push_tail (&candidate->pair->held, g_steal_pointer (&candidate->candidate));
  post_candidates (candidate->pair);
  g_free (candidate);
  return G_SOURCE_REMOVE;
}

/* On the peer's thread. */
static void
on_ice_candidate (GstElement *peer, guint line, const gchar *text, Pair *pair)
{
  Candidate *candidate = g_new (Candidate, 1);

  *candidate = (Candidate){ pair, g_strdup (text) };
  g_idle_add (hold_candidate, candidate);
}

/* --- from the other program --- */

static gboolean
take_description (Pair *pair, const gchar *text, GError **error)
{
  g_autoptr (GstWebRTCSessionDescription) remote = example_description_parse (text, error);
  gchar *candidate;

  if (remote == NULL || !example_set_remote (pair->peer, remote, error))
    return FALSE;
  if (remote->type == GST_WEBRTC_SDP_TYPE_OFFER) {
    if (!example_create_local (pair->peer, GST_WEBRTC_SDP_TYPE_ANSWER, error))
      return FALSE;
    post_local (pair);
  }
  pair->has_remote = TRUE;
  while ((candidate = g_queue_pop_head (&pair->early)) != NULL) {
    g_signal_emit_by_name (pair->peer, "add-ice-candidate", 0, candidate);
    g_free (candidate);
  }
  post_candidates (pair);
  return TRUE;
}

static void
take_candidate (Pair *pair, const gchar *candidate, GError **error)
{
  /* The end of them. */
  if (candidate[0] == '\0')
    return;
  /* Some write it as a line of a description. */
  if (g_str_has_prefix (candidate, "a="))
    candidate += 2;
  if (!g_str_has_prefix (candidate, "candidate:") || strlen (candidate) > MAX_CANDIDATE)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "a candidate is one line that starts with \"candidate:\"");
  else if (pair->has_remote)
    g_signal_emit_by_name (pair->peer, "add-ice-candidate", 0, candidate);
  else if (pair->early.length >= MAX_EARLY)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "too many candidates without a description; send that first");
  else
    g_queue_push_tail (&pair->early, g_strdup (candidate));
}

static gchar *
on_post (const gchar *path, const gchar *body, gpointer pair, GError **error)
{
  if (g_str_equal (path, "/candidate"))
    take_candidate (pair, body, error);
  else if (!g_str_equal (path, "/sdp"))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, path);
  else
    take_description (pair, body, error);
  return *error == NULL ? g_strdup ("") : NULL;
}

/* --- the start --- */

static void
on_data_channel (GstElement *peer, GstWebRTCDataChannel *channel, gpointer user_data)
{
  example_talk (channel, 0);
}

static gboolean
offer (gpointer user_data)
{
  Pair *pair = user_data;
  g_autoptr (GstWebRTCDataChannel) channel = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_emit_by_name (pair->peer, "create-data-channel", "data", NULL, &channel);
  example_talk (channel, 0);
  if (example_create_local (pair->peer, GST_WEBRTC_SDP_TYPE_OFFER, &error))
    post_local (pair);
  else
    example_fail (pair->example, "No offer: %s", error->message);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  Pair pair = { .early = G_QUEUE_INIT, .held = G_QUEUE_INIT };
  g_autofree gchar *offer_address = NULL;
  g_autofree gchar *answer_address = NULL;
  const GOptionEntry options[] = {
    { "offer", 0, 0, G_OPTION_ARG_NONE, &pair.is_offerer, "Make the offer; else wait for one",
        NULL },
    { "offer-address", 0, 0, G_OPTION_ARG_STRING, &offer_address,
        "Where the one that offers listens (port 50000)", "HOST:PORT" },
    { "answer-address", 0, 0, G_OPTION_ARG_STRING, &answer_address,
        "Where the one that answers listens (port 60000)", "HOST:PORT" },
    { NULL },
  };
  const ExampleInfo info = { .summary = "- two programs that find each other over HTTP",
    .options = options,
    .has_own_signalling = TRUE };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);
  g_autoptr (ExampleHttp) http = NULL;
  g_autoptr (GError) error = NULL;
  const gchar *own;
  const gchar *other;
  int code;

  if (offer_address == NULL)
    offer_address = g_strdup (pair.is_offerer ? "0.0.0.0:50000" : "localhost:50000");
  if (answer_address == NULL)
    answer_address = g_strdup (pair.is_offerer ? "localhost:60000" : "0.0.0.0:60000");
  own = pair.is_offerer ? offer_address : answer_address;
  other = pair.is_offerer ? answer_address : offer_address;
  pair.example = example;
  pair.other = g_strconcat ("http://", other, NULL);
  pair.session = soup_session_new ();
  pair.peer = example_launch (example, "rtcbin name=peer");
  g_signal_connect (pair.peer, "on-ice-candidate", G_CALLBACK (on_ice_candidate), &pair);
  g_signal_connect (pair.peer, "on-data-channel", G_CALLBACK (on_data_channel), NULL);
  http = example_http_new (own, NULL, on_post, &pair, &error);
  if (http == NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  g_print ("Listening on %s\n", example_http_get_url (http));
  if (pair.is_offerer)
    g_idle_add (offer, &pair);
  code = example_run (example);
  soup_session_abort (pair.session);
  g_object_unref (pair.session);
  g_queue_clear_full (&pair.early, g_free);
  g_queue_clear_full (&pair.held, g_free);
  g_free (pair.other);
  return code;
}
