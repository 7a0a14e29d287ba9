/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GstStructure to JSON; W3C webrtc-stats names stay as they are. Pure functions. */
#include "rtcstatsjson.h"

#include <math.h>
#include <string.h>

#include "signalling/rtcjsontext.h"

#define MAX_DEPTH 4

typedef struct {
  GString *text;
  guint depth;
  gboolean has_members;
} Writer;

static void append_structure (GString *text, const GstStructure *structure, guint depth);

static void
append_double (GString *text, gdouble number)
{
  gchar buffer[G_ASCII_DTOSTR_BUF_SIZE];
  if (isfinite (number))
    g_string_append (text, g_ascii_dtostr (buffer, sizeof buffer, number));
  else
    g_string_append (text, "null");
}

static void
append_quoted (GString *text, const gchar *value)
{
  g_autofree gchar *valid = g_utf8_make_valid (value, -1);
  g_autofree gchar *quoted = rtc_json_quote (valid);
  g_string_append (text, quoted);
}

static void
append_enum (GString *text, const GValue *value)
{
  GEnumClass *klass = g_type_class_ref (G_VALUE_TYPE (value));
  const GEnumValue *entry = g_enum_get_value (klass, g_value_get_enum (value));
  append_quoted (text, entry != NULL ? entry->value_nick : "");
  g_type_class_unref (klass);
}

static void
append_value (GString *text, const GValue *value, guint depth)
{
  if (GST_VALUE_HOLDS_STRUCTURE (value)) {
    append_structure (text, gst_value_get_structure (value), depth + 1);
  } else if (G_VALUE_HOLDS_STRING (value)) {
    append_quoted (text, g_value_get_string (value) != NULL ? g_value_get_string (value) : "");
  } else if (G_VALUE_HOLDS_BOOLEAN (value)) {
    g_string_append (text, g_value_get_boolean (value) ? "true" : "false");
  } else if (G_VALUE_HOLDS_ENUM (value)) {
    append_enum (text, value);
  } else if (G_VALUE_HOLDS_DOUBLE (value)) {
    append_double (text, g_value_get_double (value));
  } else if (G_VALUE_HOLDS_INT (value) || G_VALUE_HOLDS_UINT (value) ||
      G_VALUE_HOLDS_INT64 (value) || G_VALUE_HOLDS_UINT64 (value)) {
    g_autofree gchar *number = gst_value_serialize (value);
    g_string_append (text, number);
  } else {
    g_autofree gchar *other = gst_value_serialize (value);
    append_quoted (text, other != NULL ? other : "");
  }
}

static gboolean
append_member (GQuark name, const GValue *value, gpointer user_data)
{
  Writer *writer = user_data;
  if (writer->has_members)
    g_string_append_c (writer->text, ',');
  writer->has_members = TRUE;
  append_quoted (writer->text, g_quark_to_string (name));
  g_string_append_c (writer->text, ':');
  append_value (writer->text, value, writer->depth);
  return TRUE;
}

static void
append_structure (GString *text, const GstStructure *structure, guint depth)
{
  Writer writer = { text, depth, FALSE };
  g_string_append_c (text, '{');
  if (structure != NULL && depth < MAX_DEPTH)
    gst_structure_foreach (structure, append_member, &writer);
  g_string_append_c (text, '}');
}

gchar *
rtc_stats_to_json (const GstStructure *stats)
{
  GString *text = g_string_new (NULL);
  append_structure (text, stats, 0);
  return g_string_free (text, FALSE);
}

gint64
rtc_stats_get_number (const GstStructure *structure, const gchar *name)
{
  const GValue *value = gst_structure_get_value (structure, name);
  g_auto (GValue) number = G_VALUE_INIT;
  g_value_init (&number, G_TYPE_INT64);
  if (value == NULL || !g_value_transform (value, &number))
    return 0;
  return g_value_get_int64 (&number);
}

gchar *
rtc_stats_dup_type (const GstStructure *member)
{
  const GValue *type = gst_structure_get_value (member, "type");
  return type != NULL ? gst_value_serialize (type) : g_strdup ("");
}

static gboolean
add_member (GQuark name, const GValue *value, gpointer user_data)
{
  RtcStatsSums *sums = user_data;
  const GstStructure *stream;
  g_autofree gchar *text = NULL;

  if (!GST_VALUE_HOLDS_STRUCTURE (value))
    return TRUE;
  stream = gst_value_get_structure (value);
  text = rtc_stats_dup_type (stream);
  if (strcmp (text, "inbound-rtp") == 0) {
    sums->packets_received += rtc_stats_get_number (stream, "packets-received");
    sums->bytes_received += rtc_stats_get_number (stream, "bytes-received");
    sums->packets_lost += rtc_stats_get_number (stream, "packets-lost");
  } else if (strcmp (text, "outbound-rtp") == 0) {
    sums->packets_sent += rtc_stats_get_number (stream, "packets-sent");
    sums->bytes_sent += rtc_stats_get_number (stream, "bytes-sent");
  } else if (strcmp (text, "data-channel") == 0) {
    sums->data_bytes += rtc_stats_get_number (stream, "bytes-sent") +
        rtc_stats_get_number (stream, "bytes-received");
  }
  return TRUE;
}

void
rtc_stats_add (RtcStatsSums *sums, const GstStructure *stats)
{
  if (stats != NULL)
    gst_structure_foreach (stats, add_member, sums);
}
