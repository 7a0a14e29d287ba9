/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tracks of which nobody has said yet what they will carry, when a description is made that should
 * have them. What there is decides: the transceiver's codec-preferences, the kind of media in what
 * comes before the pad, the m= section in the pad's name, or that the offer receives one kind only.
 * With none of these the description lacks the track, and a warning says so.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <glib/gi18n-lib.h>

#include <gst/rtc/gstrtcerror.h>

#include "gstrtcpeer.h"
#include "gstrtcpeerdata.h"
#include "sdp/rtccodecs.h"

/* RTC_KIND_UNKNOWN unless all structures of @caps are of one kind. */
static RtcKind
kind_of_caps (const GstCaps *caps)
{
  RtcKind kind = RTC_KIND_UNKNOWN;

  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    const gchar *media = gst_structure_get_string (gst_caps_get_structure (caps, i), "media");
    RtcKind of_this = media ? rtc_kind_from_string (media) : RTC_KIND_UNKNOWN;

    if (of_this == RTC_KIND_UNKNOWN || (i > 0 && of_this != kind))
      return RTC_KIND_UNKNOWN;
    kind = of_this;
  }
  return kind;
}

static RtcKind
kind_before_pad (GstRtcPeer *self, GstRtcTransceiver *transceiver)
{
  g_autoptr (GstCaps) caps = gst_rtc_media_get_send_caps (self->media, transceiver);

  return caps ? kind_of_caps (caps) : RTC_KIND_UNKNOWN;
}

/* (transfer full) (nullable) */
static GPtrArray *
read_preferences (GstRtcTransceiver *transceiver, RtcKind *out_kind)
{
  g_autoptr (GstCaps) caps = NULL;
  guint32 ssrc;

  g_object_get (transceiver, "codec-preferences", &caps, NULL);
  if (!caps || gst_caps_is_any (caps) || gst_caps_is_empty (caps))
    return NULL;
  return rtc_codecs_from_caps (caps, out_kind, &ssrc, NULL);
}

/* Whether the offer receives there, and nothing of ours is sent there yet. */
static gboolean
is_wanted (GstRtcPeer *self, GstRtcTransceiver *transceiver, const RtcDescription *offer)
{
  RtcTransceiver *core = gst_rtc_transceiver_get_core (transceiver);
  gint mline = core ? rtc_transceiver_get_mline (core) : -1;

  if (mline < 0 || (guint) mline >= offer->sections->len || rtc_transceiver_is_stopped (core) ||
      gst_rtc_media_has_sink_pad (self->media, transceiver))
    return FALSE;
  return (rtc_description_get_section (offer, (guint) mline)->direction & RTC_DIRECTION_RECVONLY) !=
      0;
}

/* The transceiver of m= section @mline, or with -1 the first one when all that are wanted are of
 * one kind. (transfer none) (nullable) */
static GstRtcTransceiver *
find_wanted (GstRtcPeer *self, gint mline)
{
  const RtcDescription *offer = rtc_session_get_pending_remote (self->session);
  GstRtcTransceiver *found = NULL;
  RtcKind kind = RTC_KIND_UNKNOWN;

  for (guint i = 0; offer && i < self->transceivers->len; i++) {
    GstRtcTransceiver *transceiver = g_ptr_array_index (self->transceivers, i);
    RtcTransceiver *core = gst_rtc_transceiver_get_core (transceiver);

    if (!is_wanted (self, transceiver, offer))
      continue;
    if (mline >= 0 && rtc_transceiver_get_mline (core) == mline)
      return transceiver;
    if (found && rtc_transceiver_get_kind (core) != kind)
      return NULL;
    found = found ? found : transceiver;
    kind = rtc_transceiver_get_kind (core);
  }
  return mline < 0 ? found : NULL;
}

static gboolean
settle (GstRtcPeer *self, GstRtcTransceiver *transceiver)
{
  RtcKind kind = RTC_KIND_UNKNOWN;
  g_autoptr (GPtrArray) preferred = read_preferences (transceiver, &kind);
  GstRtcTransceiver *wanted;

  if (!preferred)
    kind = kind_before_pad (self, transceiver);
  if (kind != RTC_KIND_UNKNOWN) {
    gst_rtc_peer_give_core (self, transceiver, kind, preferred);
    return TRUE;
  }
  wanted = find_wanted (self, gst_rtc_transceiver_get_wanted_mline (transceiver));
  if (wanted)
    gst_rtc_peer_join_tracks (self, transceiver, wanted);
  return wanted != NULL;
}

/* (transfer full) (nullable) */
static gchar *
get_pad_name (GstRtcPeer *self, GstRtcTransceiver *transceiver)
{
  gchar *name = NULL;

  GST_OBJECT_LOCK (self->bin);
  for (GList *item = GST_ELEMENT (self->bin)->sinkpads; item && !name; item = item->next)
    if (gst_rtc_bin_pad_get_transceiver (item->data) == transceiver)
      name = gst_pad_get_name (item->data);
  GST_OBJECT_UNLOCK (self->bin);
  return name;
}

static void
warn_unknown (GstRtcPeer *self, GstRtcTransceiver *transceiver)
{
  g_autofree gchar *name = get_pad_name (self, transceiver);
  g_autoptr (GError) error = NULL;

  if (!name)
    return;
  error = g_error_new (GST_RTC_ERROR, GST_RTC_ERROR_INVALID_ARGUMENT,
      _ ("Nobody knows yet what %s will carry, so this description is made without it. Link it "
         "with a payloader before, set codec-preferences on its transceiver, or put a capsfilter "
         "with media=audio or media=video before it."),
      name);
  self->events->warning (error, self->user_data);
}

void
gst_rtc_peer_settle_tracks (GstRtcPeer *self)
{
  /* with references: settling takes placeholders out of the array */
  g_autoptr (GPtrArray) all =
      g_ptr_array_copy (self->transceivers, (GCopyFunc) gst_object_ref, NULL);

  for (guint i = 0; i < all->len; i++) {
    GstRtcTransceiver *transceiver = g_ptr_array_index (all, i);

    if (!gst_rtc_transceiver_get_core (transceiver) &&
        gst_rtc_media_has_sink_pad (self->media, transceiver) && !settle (self, transceiver))
      warn_unknown (self, transceiver);
  }
}
