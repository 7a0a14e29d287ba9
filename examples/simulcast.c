/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A browser sends one video in several sizes at once (RFC 8853), and gets each of them back on a
 * track of its own. The first m= section with video is the simulcast, the others are the ways back,
 * in the order of --rids.
 *
 *   rtc-simulcast
 */
#include "example.h"
#include "exampletrack.h"

#define KEY_FRAME_INTERVAL (3 * GST_SECOND)
#define MAX_LAYERS 3

static gchar **rids;

typedef struct {
  ExampleTrack *layers[MAX_LAYERS];
  guint n_sections; /* with video; the signals of one offer come on one thread */
} Session;

static void
session_free (gpointer data)
{
  Session *session = data;

  for (guint i = 0; i < MAX_LAYERS; i++)
    example_track_free (session->layers[i]);
  g_free (session);
}

/* In an offer: each way back gets its layer before it is answered. */
static void
on_new_transceiver (GstElement *peer, GstWebRTCRTPTransceiver *transceiver, Session *session)
{
  g_autofree gchar *pad_name = NULL;
  GstWebRTCKind kind;
  guint line, section;

  g_object_get (transceiver, "kind", &kind, "mlineindex", &line, NULL);
  if (kind != GST_WEBRTC_KIND_VIDEO)
    return;
  section = session->n_sections++;
  if (section == 0 || section > g_strv_length (rids))
    return;
  pad_name = g_strdup_printf ("sink_%u", line);
  example_track_give (session->layers[section - 1], peer, pad_name);
}

static void
on_pad_added (GstElement *peer, GstPad *pad, Session *session)
{
  g_autofree gchar *rid = NULL;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  g_object_get (pad, "rid", &rid, NULL);
  for (guint i = 0; rids[i] != NULL; i++) {
    if (g_strcmp0 (rids[i], rid) != 0)
      continue;
    g_print ("Layer '%s' goes back on track #%u\n", rid, i + 1);
    example_track_take (session->layers[i], pad);
    return;
  }
  g_printerr ("A track came that is none of the layers of --rids: '%s'\n", rid != NULL ? rid : "");
}

static GstElement *
make_session (const gchar *id, gpointer user_data, GError **error)
{
  GstElement *bin =
      gst_parse_bin_from_description ("rtcbin name=peer video-codecs=VP8", FALSE, error);
  g_autoptr (GstElement) peer = bin != NULL ? gst_bin_get_by_name (GST_BIN (bin), "peer") : NULL;
  Session *session;

  if (peer == NULL)
    return NULL;
  session = g_new0 (Session, 1);
  for (guint i = 0; i < MAX_LAYERS; i++)
    session->layers[i] = example_track_new (KEY_FRAME_INTERVAL);
  g_object_set_data_full (G_OBJECT (bin), "session", session, session_free);
  g_signal_connect (peer, "pad-added", G_CALLBACK (on_pad_added), session);
  g_signal_connect (peer, "on-new-transceiver", G_CALLBACK (on_new_transceiver), session);
  return bin;
}

int
main (int argc, char **argv)
{
  g_autofree gchar *names = NULL;
  const GOptionEntry options[] = {
    { "rids", 'r', 0, G_OPTION_ARG_STRING, &names, "Names of up to three layers (q,h,f)",
        "NAME,..." },
    { NULL },
  };
  const ExampleInfo info = { "- sends each layer of a browser's simulcast back to it", NULL,
    options, .http_port = 8080, .page = "simulcast.html" };
  g_autoptr (Example) example = example_new (&info, &argc, &argv);
  int code;

  rids = g_strsplit (names != NULL ? names : "q,h,f", ",", -1);
  if (g_strv_length (rids) < 1 || g_strv_length (rids) > MAX_LAYERS) {
    g_printerr ("--rids wants one to three names, as in q,h,f\n");
    return 2;
  }
  example_serve (example, make_session, NULL);
  code = example_run (example);
  g_strfreev (rids);
  return code;
}
