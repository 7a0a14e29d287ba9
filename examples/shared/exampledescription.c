/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Session descriptions as text, and the steps of a negotiation: see exampledescription.h. */
#include "exampledescription.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define CANDIDATES_LIMIT_US (2 * G_USEC_PER_SEC)
#define MAX_DEPTH 16

gchar *
example_description_to_json (const GstWebRTCSessionDescription *description)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree gchar *sdp = gst_sdp_message_as_text (description->sdp);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", gst_webrtc_sdp_type_to_string (description->type));
  json_object_set_string_member (object, "sdp", sdp);
  json_node_take_object (root, object);
  return json_to_string (root, FALSE);
}

gchar *
example_description_to_base64 (const GstWebRTCSessionDescription *description)
{
  g_autofree gchar *json = example_description_to_json (description);

  return g_base64_encode ((const guchar *) json, strlen (json));
}

static gboolean
read_type (const gchar *name, GstWebRTCSDPType *out_type)
{
  const GstWebRTCSDPType types[] = { GST_WEBRTC_SDP_TYPE_OFFER, GST_WEBRTC_SDP_TYPE_PRANSWER,
    GST_WEBRTC_SDP_TYPE_ANSWER };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    if (g_strcmp0 (name, gst_webrtc_sdp_type_to_string (types[i])) != 0)
      continue;
    *out_type = types[i];
    return TRUE;
  }
  return FALSE;
}

static const gchar *
get_text (JsonObject *object, const gchar *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
          json_node_get_value_type (node) == G_TYPE_STRING
      ? json_node_get_string (node)
      : NULL;
}

static GstWebRTCSessionDescription *
read_object (JsonObject *object)
{
  const gchar *sdp = get_text (object, "sdp");
  GstSDPMessage *message = NULL;
  GstWebRTCSDPType type;

  if (sdp == NULL || !read_type (get_text (object, "type"), &type) ||
      gst_sdp_message_new_from_text (sdp, &message) != GST_SDP_OK)
    return NULL;
  return gst_webrtc_session_description_new (type, message);
}

/* json-glib's reader calls itself for each bracket. */
static gboolean
is_shallow (const gchar *json)
{
  guint depth = 0;
  gboolean is_string = FALSE;

  for (; *json != '\0' && depth <= MAX_DEPTH; json++) {
    if (is_string && *json == '\\' && json[1] != '\0')
      json++;
    else if (*json == '"')
      is_string = !is_string;
    else if (!is_string && (*json == '{' || *json == '['))
      depth++;
    else if (!is_string && (*json == '}' || *json == ']') && depth > 0)
      depth--;
  }
  return depth <= MAX_DEPTH;
}

/* (transfer full): NULL for what is no JSON object. */
static JsonNode *
parse_object (const gchar *json)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonNode) root = NULL;

  if (g_utf8_validate (json, -1, NULL) && is_shallow (json) &&
      json_parser_load_from_data (parser, json, -1, NULL))
    root = json_parser_steal_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? g_steal_pointer (&root) : NULL;
}

GstWebRTCSessionDescription *
example_description_parse (const gchar *text, GError **error)
{
  g_autofree gchar *json = g_strstrip (g_strdup (text));
  g_autoptr (JsonNode) root = NULL;
  GstWebRTCSessionDescription *description = NULL;

  if (json[0] != '{') {
    gsize size;
    g_autofree guchar *bytes = g_base64_decode (json, &size);
    g_free (json);
    json = g_strndup ((const gchar *) bytes, size);
  }
  root = parse_object (json);
  if (root != NULL)
    description = read_object (json_node_get_object (root));
  if (description == NULL)
    g_set_error_literal (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ,
        "this is no session description: wanted is the whole line, base64 of {\"type\":\"...\","
        "\"sdp\":\"...\"}, or that JSON itself");
  return description;
}

/* --- a peer's promises --- */

/* Takes @promise. */
static GstStructure *
wait_for (GstPromise *promise, GError **error)
{
  g_autoptr (GstPromise) owned = promise;
  const GstStructure *reply = NULL;
  g_autoptr (GError) reason = NULL;

  if (gst_promise_wait (promise) != GST_PROMISE_RESULT_REPLIED) {
    g_set_error_literal (
        error, GST_CORE_ERROR, GST_CORE_ERROR_FAILED, "the peer was closed meanwhile");
    return NULL;
  }
  reply = gst_promise_get_reply (promise);
  if (reply != NULL && gst_structure_has_field (reply, "error")) {
    gst_structure_get (reply, "error", G_TYPE_ERROR, &reason, NULL);
    g_propagate_error (error, g_steal_pointer (&reason));
    return NULL;
  }
  return reply != NULL ? gst_structure_copy (reply) : gst_structure_new_empty ("done");
}

static gboolean
set_description (
    GstElement *peer, const gchar *signal, GstWebRTCSessionDescription *description, GError **error)
{
  GstPromise *promise = gst_promise_new ();
  g_autoptr (GstStructure) reply = NULL;

  g_signal_emit_by_name (peer, signal, description, promise);
  reply = wait_for (promise, error);
  return reply != NULL;
}

gboolean
example_set_remote (GstElement *peer, GstWebRTCSessionDescription *description, GError **error)
{
  return set_description (peer, "set-remote-description", description, error);
}

gboolean
example_create_local (GstElement *peer, GstWebRTCSDPType type, GError **error)
{
  gboolean is_offer = type == GST_WEBRTC_SDP_TYPE_OFFER;
  GstPromise *promise = gst_promise_new ();
  g_autoptr (GstStructure) reply = NULL;
  g_autoptr (GstWebRTCSessionDescription) description = NULL;

  g_signal_emit_by_name (peer, is_offer ? "create-offer" : "create-answer", NULL, promise);
  reply = wait_for (promise, error);
  if (reply == NULL)
    return FALSE;
  gst_structure_get (reply, is_offer ? "offer" : "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
      &description, NULL);
  return set_description (peer, "set-local-description", description, error);
}

/* --- candidates --- */

typedef struct {
  GMutex lock;
  GCond changed;
} Waiting;

/* On the peer's thread. */
static void
on_gathering_state (GstElement *peer, GParamSpec *property, Waiting *waiting)
{
  g_mutex_lock (&waiting->lock);
  g_cond_signal (&waiting->changed);
  g_mutex_unlock (&waiting->lock);
}

static gboolean
has_gathered (GstElement *peer)
{
  GstWebRTCICEGatheringState state;

  g_object_get (peer, "ice-gathering-state", &state, NULL);
  return state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE;
}

void
example_wait_for_candidates (GstElement *peer)
{
  gint64 deadline = g_get_monotonic_time () + CANDIDATES_LIMIT_US;
  gboolean is_in_time = TRUE;
  Waiting waiting;
  gulong handler;

  g_mutex_init (&waiting.lock);
  g_cond_init (&waiting.changed);
  handler = g_signal_connect (
      peer, "notify::ice-gathering-state", G_CALLBACK (on_gathering_state), &waiting);
  g_mutex_lock (&waiting.lock);
  while (is_in_time && !has_gathered (peer))
    is_in_time = g_cond_wait_until (&waiting.changed, &waiting.lock, deadline);
  g_mutex_unlock (&waiting.lock);
  g_signal_handler_disconnect (peer, handler);
  g_cond_clear (&waiting.changed);
  g_mutex_clear (&waiting.lock);
}
