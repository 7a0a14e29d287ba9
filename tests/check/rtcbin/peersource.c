/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The media that a peer of a pair sends: test sources into its sink pads. */
#include "peerpairparts.h"
#include "rtpsessionwalk.h"

void
peer_add_source (Peer *self, const gchar *media, const gchar *codec)
{
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  GstElement *source;

  rtp_session_walk_tolerate ();
  if (g_str_equal (media, "audio"))
    text = g_strdup ("audiotestsrc is-live=true wave=ticks ! opusenc ! rtpopuspay pt=111");
  else
    text = g_strdup_printf ("videotestsrc is-live=true pattern=ball ! "
                            "video/x-raw,width=160,height=120,framerate=30/1 ! %senc deadline=1 "
                            "keyframe-max-dist=30 ! rtp%spay pt=96 picture-id-mode=15-bit",
        codec, codec);
  source = gst_parse_bin_from_description (text, TRUE, &error);
  fail_unless (source != NULL, "%s", error ? error->message : text);
  gst_bin_add (GST_BIN (self->pipeline), source);
  fail_unless (gst_element_link (source, self->bin));
  gst_element_sync_state_with_parent (source);
}

static gboolean
all_sources_known (Peer *self)
{
  gboolean all_known = TRUE;

  for (GList *item = GST_ELEMENT (self->bin)->sinkpads; item; item = item->next) {
    GstCaps *caps = gst_pad_get_current_caps (item->data);

    all_known &= caps != NULL;
    gst_clear_caps (&caps);
  }
  return all_known;
}

void
peer_wait_sources (Peer *self)
{
  g_mutex_lock (&self->pair->lock);
  WAIT_UNTIL (self->pair, all_sources_known (self), "the sources to start");
  g_mutex_unlock (&self->pair->lock);
}

guint
peer_get_mline (Peer *self, guint number)
{
  g_autofree gchar *name = g_strdup_printf ("sink_%u", number);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->bin, name);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  guint mline;

  g_object_get (pad, "transceiver", &transceiver, NULL);
  g_object_get (transceiver, "mlineindex", &mline, NULL);
  return mline;
}

void
peer_remove_source (Peer *self, guint number)
{
  g_autofree gchar *name = g_strdup_printf ("sink_%u", number);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->bin, name);
  g_autoptr (GstPad) other = gst_pad_get_peer (pad);
  g_autoptr (GstElement) source = gst_pad_get_parent_element (other);

  gst_element_release_request_pad (self->bin, pad);
  gst_element_set_state (source, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (self->pipeline), source);
}
