/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copy and paste: see examplepaste.h. */
#include "examplepaste.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "exampledescription.h"

struct _ExamplePaste {
  ExamplePasteSettings settings;
  ExamplePasteFailed failed;
  gpointer user_data;
  GstElement *peer;
  gulong gathering_handler;
  GCancellable *cancellable;
  GDataInputStream *input;
  gboolean is_local_printed;
  gboolean is_terminal_changed;
  struct termios terminal;
};

/* A terminal that reads by lines cuts them at 4095 characters, and an offer with video is longer.
 */
static void
allow_long_lines (ExamplePaste *paste)
{
  struct termios changed;

  if (!isatty (STDIN_FILENO) || tcgetattr (STDIN_FILENO, &paste->terminal) != 0)
    return;
  changed = paste->terminal;
  changed.c_lflag &= ~(tcflag_t) ICANON;
  changed.c_cc[VMIN] = 1;
  changed.c_cc[VTIME] = 0;
  paste->is_terminal_changed = tcsetattr (STDIN_FILENO, TCSANOW, &changed) == 0;
}

static void
restore_terminal (ExamplePaste *paste)
{
  if (paste->is_terminal_changed)
    tcsetattr (STDIN_FILENO, TCSANOW, &paste->terminal);
  paste->is_terminal_changed = FALSE;
}

/* --- our description, once all candidates are in it --- */

static void
print_address (const GstSDPMessage *sdp)
{
  const GstSDPMedia *media = gst_sdp_message_get_media (sdp, 0);
  const gchar *candidate =
      media != NULL ? gst_sdp_media_get_attribute_val (media, "candidate") : NULL;
  g_auto (GStrv) words = candidate != NULL ? g_strsplit (candidate, " ", 0) : NULL;

  /* RFC 8839 §5.1: foundation component transport priority address port. */
  if (words != NULL && g_strv_length (words) > 5)
    g_print ("listening %s:%s...\n", words[4], words[5]);
}

static void prompt (ExamplePaste *paste);

static void
print_local (ExamplePaste *paste)
{
  g_autoptr (GstWebRTCSessionDescription) local = NULL;
  g_autofree gchar *base64 = NULL;

  if (paste->is_local_printed)
    return;
  g_object_get (paste->peer, "local-description", &local, NULL);
  if (local == NULL)
    return;
  paste->is_local_printed = TRUE;
  base64 = example_description_to_base64 (local);
  g_print ("%s\n", base64);
  print_address (local->sdp);
  if (paste->settings.is_offerer)
    prompt (paste);
}

static gboolean
gathering_done (gpointer user_data)
{
  print_local (user_data);
  return G_SOURCE_REMOVE;
}

/* On the peer's thread, or at once when it was done before. */
static void
on_gathering_state (GstElement *peer, GParamSpec *property, gpointer user_data)
{
  GstWebRTCICEGatheringState state;

  g_object_get (peer, "ice-gathering-state", &state, NULL);
  if (state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    g_idle_add (gathering_done, user_data);
}

static gboolean
describe (ExamplePaste *paste, GError **error)
{
  gboolean is_offer = paste->settings.is_offerer;
  g_autoptr (GstWebRTCSessionDescription) local = NULL;
  g_autofree gchar *text = NULL;

  if (!example_create_local (
          paste->peer, is_offer ? GST_WEBRTC_SDP_TYPE_OFFER : GST_WEBRTC_SDP_TYPE_ANSWER, error))
    return FALSE;
  g_object_get (paste->peer, "local-description", &local, NULL);
  text = gst_sdp_message_as_text (local->sdp);
  g_print ("%s created: %s\n", is_offer ? "offer" : "answer", text);
  on_gathering_state (paste->peer, NULL, paste);
  return TRUE;
}

/* --- their description --- */

/* An answerer chooses the DTLS role (RFC 5763 §5). rtcbin takes the client's where it may, so to be
 * the server it is told that the offerer wants to be the client, which it offered to be. */
static void
choose_role (GstWebRTCSessionDescription *offer)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (offer->sdp); i++) {
    GstSDPMedia *media = (GstSDPMedia *) gst_sdp_message_get_media (offer->sdp, i);
    for (guint j = 0; j < gst_sdp_media_attributes_len (media); j++) {
      const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, j);
      GstSDPAttribute active;
      if (!g_str_equal (attribute->key, "setup") || g_strcmp0 (attribute->value, "actpass") != 0)
        continue;
      gst_sdp_attribute_set (&active, "setup", "active");
      gst_sdp_media_replace_attribute (media, j, &active);
    }
  }
}

static gboolean
take (ExamplePaste *paste, const gchar *text, GError **error)
{
  g_autoptr (GstWebRTCSessionDescription) remote = example_description_parse (text, error);
  const gchar *wanted = paste->settings.is_offerer ? "answer" : "offer";
  g_autofree gchar *sdp = NULL;

  if (remote == NULL)
    return FALSE;
  if (!g_str_equal (gst_webrtc_sdp_type_to_string (remote->type), wanted)) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ, "this is an %s, not an %s",
        gst_webrtc_sdp_type_to_string (remote->type), wanted);
    return FALSE;
  }
  sdp = gst_sdp_message_as_text (remote->sdp);
  g_print ("%s received: %s\n", paste->settings.is_offerer ? "Answer" : "Offer", sdp);
  if (!paste->settings.is_offerer && !paste->settings.is_dtls_client)
    choose_role (remote);
  if (!example_set_remote (paste->peer, remote, error))
    return FALSE;
  return paste->settings.is_offerer || describe (paste, error);
}

static void
on_line (GObject *input, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *line =
      g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (input), result, NULL, &error);
  ExamplePaste *paste = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (line == NULL) {
    paste->failed (error != NULL ? error->message : "nothing was pasted", paste->user_data);
    return;
  }
  if (g_strstrip (line)[0] == '\0') {
    prompt (paste);
  } else if (take (paste, line, &error)) {
    restore_terminal (paste);
  } else {
    g_printerr ("%s\n", error->message);
    prompt (paste);
  }
}

static void
prompt (ExamplePaste *paste)
{
  g_print (
      "Paste %s from browser and press Enter: ", paste->settings.is_offerer ? "answer" : "offer");
  fflush (stdout);
  g_data_input_stream_read_line_async (
      paste->input, G_PRIORITY_DEFAULT, paste->cancellable, on_line, paste);
}

static gboolean
start (gpointer user_data)
{
  ExamplePaste *paste = user_data;
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_done = TRUE;

  if (paste->settings.is_offerer)
    is_done = describe (paste, &error);
  else if (paste->settings.file != NULL)
    is_done = g_file_get_contents (paste->settings.file, &text, NULL, &error) &&
        take (paste, text, &error);
  else
    prompt (paste);
  if (!is_done)
    paste->failed (error->message, paste->user_data);
  return G_SOURCE_REMOVE;
}

ExamplePaste *
example_paste_new (GstElement *peer, const ExamplePasteSettings *settings,
    ExamplePasteFailed failed, gpointer user_data)
{
  ExamplePaste *paste = g_new0 (ExamplePaste, 1);
  g_autoptr (GInputStream) standard_input = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  paste->settings = *settings;
  paste->failed = failed;
  paste->user_data = user_data;
  paste->peer = gst_object_ref (peer);
  paste->cancellable = g_cancellable_new ();
  paste->input = g_data_input_stream_new (standard_input);
  paste->gathering_handler = g_signal_connect (
      peer, "notify::ice-gathering-state", G_CALLBACK (on_gathering_state), paste);
  allow_long_lines (paste);
  g_idle_add (start, paste);
  return paste;
}

void
example_paste_free (ExamplePaste *paste)
{
  if (paste == NULL)
    return;
  g_cancellable_cancel (paste->cancellable);
  restore_terminal (paste);
  g_signal_handler_disconnect (paste->peer, paste->gathering_handler);
  while (g_idle_remove_by_data (paste))
    ;
  gst_object_unref (paste->peer);
  g_object_unref (paste->input);
  g_object_unref (paste->cancellable);
  g_free (paste);
}
