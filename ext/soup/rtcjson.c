/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON in and out of the signalling, by json-glib behind the checks of the core. Pure functions. */
#include "rtcjson.h"

#include <json-glib/json-glib.h>

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
