/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. No state, owned by nobody. */
#include "rtcpost.h"

GstStructure *
rtc_post_make (const gchar *name, const gchar *session, const gchar *field, const gchar *text)
{
  GstStructure *structure = gst_structure_new (name, "session-id", G_TYPE_STRING, session, NULL);
  if (text != NULL)
    gst_structure_set (structure, field, G_TYPE_STRING, text, NULL);
  return structure;
}

void
rtc_post_structure (GstElement *element, GstStructure *structure)
{
  gst_element_post_message (element, gst_message_new_element (GST_OBJECT (element), structure));
}

void
rtc_post_progress (GstElement *element, GstProgressType type, const gchar *code, gchar *text)
{
  gst_element_post_message (
      element, gst_message_new_progress (GST_OBJECT (element), type, code, text));
  g_free (text);
}
