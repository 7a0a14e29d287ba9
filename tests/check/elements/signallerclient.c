/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. */
#include "signallerclient.h"

#include <string.h>

#define LIMIT (40 * GST_SECOND)

void
signaller_client_make (SignallerClient *client, const gchar *format, ...)
{
  g_autofree gchar *launch = NULL;
  GError *error = NULL;
  va_list args;
  va_start (args, format);
  launch = g_strdup_vprintf (format, args);
  va_end (args);
  client->pipeline = gst_parse_launch (launch, &error);
  g_assert_no_error (error);
  client->signaller = signaller_client_get (client, "c");
  g_assert_nonnull (client->signaller);
  client->bus = gst_element_get_bus (client->pipeline);
}

void
signaller_client_play (SignallerClient *client)
{
  g_assert_cmpint (
      gst_element_set_state (client->pipeline, GST_STATE_PLAYING), !=, GST_STATE_CHANGE_FAILURE);
}

void
signaller_client_stop (SignallerClient *client)
{
  gst_element_set_state (client->pipeline, GST_STATE_NULL);
  gst_object_unref (client->bus);
  gst_object_unref (client->signaller);
  gst_object_unref (client->pipeline);
}

GstElement *
signaller_client_get (SignallerClient *client, const gchar *name)
{
  return gst_bin_get_by_name (GST_BIN (client->pipeline), name);
}

/* (transfer full): NULL when the message has no reason. */
static gchar *
wait_for_reason (SignallerClient *client, const gchar *name)
{
  for (;;) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (client->bus, LIMIT, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);
    g_autoptr (GError) error = NULL;
    if (message == NULL)
      g_error ("no message %s came", name);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
      gst_message_parse_error (message, &error, NULL);
      if (strcmp (name, "error") != 0)
        g_error ("waiting for %s: %s", name, error->message);
      return g_strdup (error->message);
    }
    if (gst_message_has_name (message, name))
      return g_strdup (gst_structure_get_string (gst_message_get_structure (message), "reason"));
  }
}

void
signaller_client_wait (SignallerClient *client, const gchar *name, const gchar *text)
{
  g_autofree gchar *reason = wait_for_reason (client, name);
  if (text != NULL && (reason == NULL || strstr (reason, text) == NULL))
    g_error ("%s: '%s' is not in '%s'", name, text, reason);
}

void
signaller_client_restart (SignallerClient *client)
{
  gboolean is_begun = FALSE;
  g_signal_emit_by_name (client->signaller, "restart", NULL, &is_begun);
}
