/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON in and out of the signalling, by json-glib behind the checks of the core. Pure functions. */
#include "rtcjson.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "signalling/rtcjsontext.h"

/* json-glib takes octal escapes, with which any byte can be written. */
static gboolean
dup_string (JsonNode *node, const gchar *name, gchar **out_value, GError **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING ||
      !g_utf8_validate (json_node_get_string (node), -1, NULL)) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_SYNTAX, "\"%s\" must be a string", name);
    return FALSE;
  }
  *out_value = json_node_dup_string (node);
  return TRUE;
}

/* NULL and no error: the member is not there or null. */
static gboolean
get_string (JsonObject *object, const gchar *name, gchar **out_value, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);
  *out_value = NULL;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  return dup_string (node, name, out_value, error);
}

static JsonNode *
parse (const gchar *text, gsize size, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;
  if (!rtc_json_check (text, size, error) ||
      !json_parser_load_from_data (parser, text, size, error))
    return NULL;
  root = json_parser_get_root (parser);
  if (root != NULL)
    return json_node_ref (root);
  g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "the body is empty");
  return NULL;
}

static JsonNode *
parse_object (const gchar *text, gsize size, GError **error)
{
  g_autoptr (JsonNode) root = parse (text, size, error);
  if (root == NULL || JSON_NODE_HOLDS_OBJECT (root))
    return g_steal_pointer (&root);
  g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "the body must be a JSON object");
  return NULL;
}

gboolean
rtc_json_parse_description (
    const gchar *text, gsize size, RtcJsonDescription *out_description, GError **error)
{
  g_autoptr (JsonNode) root = parse_object (text, size, error);
  RtcJsonDescription result = { NULL };
  JsonObject *object;
  if (root == NULL)
    return FALSE;

  object = json_node_get_object (root);
  if (get_string (object, "type", &result.type, error) &&
      get_string (object, "sdp", &result.sdp, error) &&
      get_string (object, "session_id", &result.session_id, error)) {
    if (result.type != NULL && result.sdp != NULL) {
      *out_description = result;
      return TRUE;
    }
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "\"type\" and \"sdp\" must be given");
  }
  rtc_json_description_clear (&result);
  return FALSE;
}

void
rtc_json_description_clear (RtcJsonDescription *description)
{
  g_clear_pointer (&description->type, g_free);
  g_clear_pointer (&description->sdp, g_free);
  g_clear_pointer (&description->session_id, g_free);
}

gchar *
rtc_json_unpack_base64 (const gchar *text, gsize size, gsize *out_size)
{
  static const gchar alphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \r\n";
  g_autofree gchar *packed = g_strndup (text, size);
  gchar *unpacked;

  /* Base64 of a brace begins with an "e". */
  if (*g_strstrip (packed) != 'e' || strspn (packed, alphabet) != strlen (packed))
    return NULL;
  unpacked = (gchar *) g_base64_decode (packed, out_size);
  if (*out_size > 0 && unpacked[0] == '{')
    return unpacked;
  g_free (unpacked);
  return NULL;
}

gchar *
rtc_json_print_description (const gchar *type, const gchar *sdp)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, type);
  json_builder_set_member_name (builder, "sdp");
  json_builder_add_string_value (builder, sdp);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static gboolean
read_section (JsonObject *object, gint *out_section, GError **error)
{
  JsonNode *node = json_object_get_member (object, "sdpMLineIndex");
  gint64 section = -1;
  if (node != NULL && !JSON_NODE_HOLDS_NULL (node)) {
    if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64 ||
        json_node_get_int (node) < 0 || json_node_get_int (node) > G_MAXUINT16) {
      g_set_error_literal (
          error, RTC_ERROR, RTC_ERROR_SYNTAX, "\"sdpMLineIndex\" must be a small number");
      return FALSE;
    }
    section = json_node_get_int (node);
  }
  *out_section = (gint) section;
  return TRUE;
}

static gboolean
normalize (const gchar *text, RtcJsonCandidate *candidate, GError **error)
{
  return rtc_trickle_normalize (text, &candidate->candidate.candidate, error);
}

static gboolean
read_candidate_object (JsonObject *object, RtcJsonCandidate *candidate, GError **error)
{
  JsonNode *member = json_object_get_member (object, "candidate");
  g_autofree gchar *line = NULL;

  if (!get_string (object, "session_id", &candidate->session_id, error))
    return FALSE;
  if (member != NULL && JSON_NODE_HOLDS_OBJECT (member))
    object = json_node_get_object (member);
  if (!get_string (object, "candidate", &line, error) ||
      !get_string (object, "sdpMid", &candidate->candidate.mid, error) ||
      !read_section (object, &candidate->candidate.section, error))
    return FALSE;
  return normalize (line != NULL ? line : "", candidate, error);
}

static gboolean
read_candidate (const gchar *text, gsize size, RtcJsonCandidate *candidate, GError **error)
{
  g_autofree gchar *bare = g_strstrip (g_strndup (text, size));
  g_autofree gchar *line = NULL;
  g_autoptr (JsonNode) root = NULL;

  if (bare[0] != '{' && bare[0] != '"')
    return rtc_json_check (text, size, error) && normalize (bare, candidate, error);
  root = parse (text, size, error);
  if (root == NULL)
    return FALSE;
  if (JSON_NODE_HOLDS_OBJECT (root))
    return read_candidate_object (json_node_get_object (root), candidate, error);
  return dup_string (root, "candidate", &line, error) && normalize (line, candidate, error);
}

gboolean
rtc_json_parse_candidate (
    const gchar *text, gsize size, RtcJsonCandidate *out_candidate, GError **error)
{
  RtcJsonCandidate result = { { NULL, NULL, -1 }, NULL };
  if (!read_candidate (text, size, &result, error)) {
    rtc_json_candidate_clear (&result);
    return FALSE;
  }
  *out_candidate = result;
  return TRUE;
}

void
rtc_json_candidate_clear (RtcJsonCandidate *candidate)
{
  g_clear_pointer (&candidate->candidate.candidate, g_free);
  g_clear_pointer (&candidate->candidate.mid, g_free);
  g_clear_pointer (&candidate->session_id, g_free);
}

/* --- with session ids and metadata --- */

/* json-glib reads more than JSON, such as octal escapes and numbers without end: what it then
 * writes must be JSON again. */
static gboolean
print_checked (JsonNode *node, gchar **out_text, GError **error)
{
  g_autofree gchar *text = json_to_string (node, FALSE);
  g_autoptr (JsonNode) again = parse (text, strlen (text), error);
  if (again == NULL)
    return FALSE;
  *out_text = g_steal_pointer (&text);
  return TRUE;
}

gboolean
rtc_json_parse_pbx_offer (const gchar *text, gsize size, RtcJsonPbxOffer *out_offer, GError **error)
{
  g_autoptr (JsonNode) root = parse_object (text, size, error);
  RtcJsonPbxOffer result = { { NULL } };
  JsonObject *object;
  JsonNode *sdp;
  JsonNode *metadata;
  if (root == NULL)
    return FALSE;

  object = json_node_get_object (root);
  sdp = json_object_get_member (object, "sdp");
  if (sdp == NULL || !JSON_NODE_HOLDS_OBJECT (sdp)) {
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "\"sdp\" must be an object");
    return FALSE;
  }
  if (!get_string (json_node_get_object (sdp), "type", &result.description.type, error) ||
      !get_string (json_node_get_object (sdp), "sdp", &result.description.sdp, error) ||
      !get_string (object, "session_id", &result.description.session_id, error)) {
    rtc_json_pbx_offer_clear (&result);
    return FALSE;
  }
  metadata = json_object_get_member (object, "metadata");
  if (metadata != NULL && !print_checked (metadata, &result.metadata, error)) {
    rtc_json_pbx_offer_clear (&result);
    return FALSE;
  }
  *out_offer = result;
  return TRUE;
}

void
rtc_json_pbx_offer_clear (RtcJsonPbxOffer *offer)
{
  rtc_json_description_clear (&offer->description);
  g_clear_pointer (&offer->metadata, g_free);
}

static gboolean
queue_candidate (RtcTrickleQueue *queue, JsonNode *node, GError **error)
{
  RtcJsonCandidate candidate = { { NULL, NULL, -1 }, NULL };
  g_autofree gchar *line = NULL;
  gboolean is_queued = JSON_NODE_HOLDS_OBJECT (node)
      ? read_candidate_object (json_node_get_object (node), &candidate, error)
      : dup_string (node, "candidate", &line, error) && normalize (line, &candidate, error);
  is_queued = is_queued && rtc_trickle_queue_push (queue, &candidate.candidate, error);
  rtc_json_candidate_clear (&candidate);
  return is_queued;
}

static gboolean
queue_candidates (RtcTrickleQueue *queue, JsonNode *node, GError **error)
{
  JsonArray *array;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return queue_candidate (queue, node, error);
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    if (!queue_candidate (queue, json_array_get_element (array, i), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_pbx_candidates (JsonObject *object, RtcJsonPbxCandidates *result, GError **error)
{
  JsonNode *node = json_object_get_member (object, "candidate");
  if (node == NULL)
    node = json_object_get_member (object, "candidates");
  if (!get_string (object, "session_id", &result->session_id, error))
    return FALSE;
  if (result->session_id != NULL && node != NULL)
    return queue_candidates (result->candidates, node, error);
  g_set_error_literal (
      error, RTC_ERROR, RTC_ERROR_SYNTAX, "\"session_id\" and \"candidate\" must be given");
  return FALSE;
}

gboolean
rtc_json_parse_pbx_candidates (
    const gchar *text, gsize size, RtcJsonPbxCandidates *out_candidates, GError **error)
{
  g_autoptr (JsonNode) root = parse_object (text, size, error);
  RtcJsonPbxCandidates result = { NULL, NULL };
  if (root == NULL)
    return FALSE;
  result.candidates = rtc_trickle_queue_new ();
  if (!read_pbx_candidates (json_node_get_object (root), &result, error)) {
    rtc_json_pbx_candidates_clear (&result);
    return FALSE;
  }
  *out_candidates = result;
  return TRUE;
}

void
rtc_json_pbx_candidates_clear (RtcJsonPbxCandidates *candidates)
{
  g_clear_pointer (&candidates->session_id, g_free);
  g_clear_pointer (&candidates->candidates, rtc_trickle_queue_free);
}

gchar *
rtc_json_parse_session_id (const gchar *text, gsize size, GError **error)
{
  g_autoptr (JsonNode) root = parse_object (text, size, error);
  gchar *id = NULL;
  if (root == NULL || !get_string (json_node_get_object (root), "session_id", &id, error))
    return NULL;
  if (id == NULL)
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "\"session_id\" must be given");
  return id;
}

/* The candidates of @sdp as RTCIceCandidateInit. */
static void
append_candidates (GString *text, const gchar *sdp)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);
  g_autofree gchar *mid = g_strdup ("\"\"");
  gboolean is_first = TRUE;
  gint section = -1;
  for (guint i = 0; lines[i] != NULL; i++) {
    const gchar *line = g_strchomp (lines[i]);
    g_autofree gchar *quoted = NULL;
    if (g_str_has_prefix (line, "m="))
      section++;
    if (g_str_has_prefix (line, "a=mid:")) {
      g_free (mid);
      mid = rtc_json_quote (line + 6);
    }
    if (!g_str_has_prefix (line, "a=candidate:"))
      continue;
    quoted = rtc_json_quote (line + 2);
    g_string_append_printf (text, "%s{\"candidate\":%s,\"sdpMLineIndex\":%d,\"sdpMid\":%s}",
        is_first ? "" : ",", quoted, section, mid);
    is_first = FALSE;
  }
}

gchar *
rtc_json_print_pbx_answer (const gchar *sdp, const gchar *session_id, const gchar *metadata)
{
  g_autofree gchar *description = rtc_json_print_description ("answer", sdp);
  g_autofree gchar *id = rtc_json_quote (session_id);
  GString *text = g_string_new (NULL);
  g_string_append_printf (
      text, "{\"sdp\":%s,\"session_id\":%s,\"ice_candidates\":[", description, id);
  append_candidates (text, sdp);
  g_string_append_c (text, ']');
  if (metadata != NULL)
    g_string_append_printf (text, ",\"metadata\":%s", metadata);
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

/* --- over a WebSocket --- */

static gboolean
read_socket_description (JsonObject *object, RtcJsonDescription *description, GError **error)
{
  if (!get_string (object, "type", &description->type, error) ||
      !get_string (object, "sdp", &description->sdp, error))
    return FALSE;
  /* W3C webrtc-pc §4.6.2: a rollback needs no sdp. */
  if (description->sdp == NULL && g_strcmp0 (description->type, "rollback") == 0)
    description->sdp = g_strdup ("");
  if (description->type != NULL && description->sdp != NULL)
    return TRUE;
  g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "\"type\" and \"sdp\" must be given");
  return FALSE;
}

static gboolean
read_socket_candidate (JsonObject *object, RtcTrickleCandidate *out_candidate, GError **error)
{
  RtcJsonCandidate candidate = { { NULL, NULL, -1 }, NULL };
  gboolean is_read = read_candidate_object (object, &candidate, error);
  g_free (candidate.session_id);
  *out_candidate = candidate.candidate;
  return is_read;
}

static gboolean
read_socket_text (JsonObject *object, gchar **out_text, GError **error)
{
  if (!get_string (object, "message", out_text, error))
    return FALSE;
  if (*out_text == NULL)
    g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "\"message\" must be given");
  return *out_text != NULL;
}

static gboolean
read_socket_message (JsonObject *object, RtcJsonSocketMessage *message, GError **error)
{
  g_autofree gchar *type = NULL;
  JsonNode *description = json_object_get_member (object, "description");
  if (!get_string (object, "type", &type, error))
    return FALSE;
  if (type == NULL || strcmp (type, "candidate") == 0 || strcmp (type, "Ice") == 0) {
    message->kind = RTC_JSON_SOCKET_CANDIDATE;
    if (json_object_has_member (object, "candidate"))
      return read_socket_candidate (object, &message->candidate, error);
    g_set_error_literal (
        error, RTC_ERROR, RTC_ERROR_SYNTAX, "\"type\" or \"candidate\" must be given");
    return FALSE;
  }
  if (strcmp (type, "message") == 0) {
    message->kind = RTC_JSON_SOCKET_TEXT;
    return read_socket_text (object, &message->text, error);
  }
  message->kind = RTC_JSON_SOCKET_DESCRIPTION;
  if (strcmp (type, "description") != 0)
    return read_socket_description (object, &message->description, error);
  if (description != NULL && JSON_NODE_HOLDS_OBJECT (description))
    return read_socket_description (
        json_node_get_object (description), &message->description, error);
  g_set_error_literal (error, RTC_ERROR, RTC_ERROR_SYNTAX, "\"description\" must be an object");
  return FALSE;
}

gboolean
rtc_json_parse_socket_message (
    const gchar *text, gsize size, RtcJsonSocketMessage *out_message, GError **error)
{
  g_autoptr (JsonNode) root = parse_object (text, size, error);
  RtcJsonSocketMessage message = { .candidate.section = -1 };
  if (root == NULL)
    return FALSE;
  if (!read_socket_message (json_node_get_object (root), &message, error)) {
    rtc_json_socket_message_clear (&message);
    return FALSE;
  }
  *out_message = message;
  return TRUE;
}

void
rtc_json_socket_message_clear (RtcJsonSocketMessage *message)
{
  rtc_json_description_clear (&message->description);
  g_clear_pointer (&message->candidate.candidate, g_free);
  g_clear_pointer (&message->candidate.mid, g_free);
  g_clear_pointer (&message->text, g_free);
}

gchar *
rtc_json_print_candidate (guint section, const gchar *mid, const gchar *candidate)
{
  g_autofree gchar *line = rtc_json_quote (candidate);
  g_autofree gchar *name = mid != NULL ? rtc_json_quote (mid) : g_strdup ("null");
  return g_strdup_printf (
      "{\"candidate\":%s,\"sdpMid\":%s,\"sdpMLineIndex\":%u}", line, name, section);
}

gchar *
rtc_json_print_status (const gchar *state, const gchar *message)
{
  g_autofree gchar *quoted = rtc_json_quote (message);
  return g_strdup_printf ("{\"type\":\"status\",\"state\":\"%s\",\"message\":%s}", state, quoted);
}

gchar *
rtc_json_parse_error_text (const gchar *text, gsize size)
{
  static const gchar *const names[] = { "detail", "error" };
  g_autoptr (JsonNode) root = parse_object (text, size, NULL);
  gchar *value = NULL;
  for (gsize i = 0; root != NULL && value == NULL && i < G_N_ELEMENTS (names); i++)
    get_string (json_node_get_object (root), names[i], &value, NULL);
  return value;
}
