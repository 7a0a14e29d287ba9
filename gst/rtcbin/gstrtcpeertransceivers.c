/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The peer's transceivers: the objects that applications hold and the core's, joined as soon as
 * the kind of media is known.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrtcpeer.h"
#include "gstrtcpeerdata.h"
#include "base/rtcrandom.h"
#include "sdp/rtccodecs.h"

static void
on_transceiver_changed (gpointer user_data)
{
  gst_rtc_peer_update_negotiation_needed (user_data);
}

static GstRtcTransceiver *
add_object (GstRtcPeer *self, GstWebRTCRTPTransceiverDirection direction)
{
  GstRtcTransceiver *transceiver = gst_rtc_transceiver_new (self->loop, direction);

  gst_rtc_transceiver_set_changed_func (transceiver, on_transceiver_changed, self);
  g_ptr_array_add (self->transceivers, transceiver);
  return transceiver;
}

GstRtcTransceiver *
gst_rtc_peer_adopt_core (GstRtcPeer *self, RtcTransceiver *core)
{
  GstRtcTransceiver *transceiver =
      add_object (self, gst_rtc_direction_to_webrtc (rtc_transceiver_get_direction (core)));

  gst_rtc_transceiver_set_core (transceiver, core);
  return transceiver;
}

static gint
find_match (GPtrArray *codecs, const RtcCodec *wanted)
{
  for (guint i = 0; i < codecs->len; i++) {
    const RtcCodec *codec = g_ptr_array_index (codecs, i);

    if (codec->apt < 0 && rtc_codec_matches (codec, wanted))
      return (gint) i;
  }
  return -1;
}

/* (transfer full): the session's codecs with what the application named in front, in its order;
 * what the session knows of a codec (feedback, retransmission) stays with it. With @is_exclusive,
 * only what was named. NULL when a codec is named that the session does not know: then the names
 * alone count. */
static GPtrArray *
prefer_codecs (GPtrArray *known, GPtrArray *wanted, gboolean is_exclusive)
{
  GPtrArray *result = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_codec_free);

  for (guint i = 0; i < wanted->len; i++) {
    const RtcCodec *named = g_ptr_array_index (wanted, i);
    gint found = find_match (known, named);
    const RtcCodec *codec = found >= 0 ? g_ptr_array_index (known, found) : named;

    g_ptr_array_add (result, rtc_codec_copy (codec));
    for (guint k = 0; found >= 0 && k < known->len; k++) {
      const RtcCodec *rtx = g_ptr_array_index (known, k);

      if (rtx->apt == (gint) codec->pt)
        g_ptr_array_add (result, rtc_codec_copy (rtx));
    }
  }
  for (guint i = 0; !is_exclusive && i < known->len; i++) {
    const RtcCodec *codec = g_ptr_array_index (known, i);
    gboolean is_there = FALSE;

    for (guint k = 0; k < result->len && !is_there; k++)
      is_there = ((RtcCodec *) g_ptr_array_index (result, k))->pt == codec->pt;
    if (!is_there)
      g_ptr_array_add (result, rtc_codec_copy (codec));
  }
  return result;
}

static GPtrArray *
session_codecs (GstRtcPeer *self, RtcKind kind)
{
  const gchar *allowed =
      kind == RTC_KIND_AUDIO ? self->settings.audio_codecs : self->settings.video_codecs;
  GPtrArray *codecs = rtc_codecs_default (kind, allowed, NULL);

  return codecs ? codecs : rtc_codecs_default (kind, NULL, NULL);
}

void
gst_rtc_peer_load_codecs (GstRtcPeer *self)
{
  const RtcKind kinds[] = { RTC_KIND_AUDIO, RTC_KIND_VIDEO };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (GPtrArray) codecs = session_codecs (self, kinds[i]);

    rtc_session_set_codecs (self->session, kinds[i], codecs);
  }
}

/* What is sent is announced under numbers of our own; the send stage writes them into the packets,
 * so a description need not wait for a payloader's. */
static void
announce_source (GstRtcPeer *self, GstRtcTransceiver *transceiver, RtcTransceiver *core)
{
  RtcRandom random = rtc_random_system ();
  g_autofree gchar *msid = gst_rtc_media_get_send_msid (self->media, transceiver);
  g_autofree gchar *track = g_strdup_printf ("%08x", rtc_random_uint32 (random));
  guint32 rtx = rtc_transceiver_get_kind (core) == RTC_KIND_VIDEO ? rtc_random_uint32 (random) : 0;

  rtc_transceiver_set_source (core, rtc_random_uint32 (random), rtx);
  rtc_transceiver_set_msid (core, msid ? msid : rtc_session_get_cname (self->session), track);
}

/* W3C addTrack: a transceiver of the kind that does not send yet is used again. */
static GstRtcTransceiver *
find_reusable (GstRtcPeer *self, RtcKind kind)
{
  for (guint i = 0; i < self->transceivers->len; i++) {
    GstRtcTransceiver *transceiver = g_ptr_array_index (self->transceivers, i);
    RtcTransceiver *core = gst_rtc_transceiver_get_core (transceiver);

    if (core && rtc_transceiver_get_kind (core) == kind && !rtc_transceiver_is_stopped (core) &&
        !gst_rtc_media_has_sink_pad (self->media, transceiver))
      return transceiver;
  }
  return NULL;
}

static void
add_direction (GstRtcTransceiver *transceiver, RtcDirection more)
{
  GstWebRTCRTPTransceiverDirection direction;

  g_object_get (transceiver, "direction", &direction, NULL);
  direction = gst_rtc_direction_to_webrtc (gst_rtc_direction_from_webrtc (direction) | more);
  g_object_set (transceiver, "direction", direction, NULL);
}

void
gst_rtc_peer_join_tracks (
    GstRtcPeer *self, GstRtcTransceiver *placeholder, GstRtcTransceiver *transceiver)
{
  guint index;

  gst_rtc_media_move_sink_pad (self->media, placeholder, transceiver);
  announce_source (self, transceiver, gst_rtc_transceiver_get_core (transceiver));
  add_direction (transceiver, RTC_DIRECTION_SENDONLY);
  if (g_ptr_array_find (self->transceivers, placeholder, &index))
    g_ptr_array_remove_index (self->transceivers, index);
}

static void
make_core (GstRtcPeer *self, GstRtcTransceiver *transceiver, RtcKind kind, GPtrArray *codecs)
{
  GstWebRTCRTPTransceiverDirection direction;
  RtcTransceiver *core;

  g_object_get (transceiver, "direction", &direction, NULL);
  core = rtc_session_add_transceiver (
      self->session, kind, gst_rtc_direction_from_webrtc (direction), codecs);
  rtc_transceiver_set_is_track (core, TRUE);
  announce_source (self, transceiver, core);
  gst_rtc_transceiver_set_core (transceiver, core);
}

static void
resolve (GstRtcPeer *self, GstRtcTransceiver *transceiver)
{
  g_autoptr (GstCaps) caps = gst_rtc_media_get_send_caps (self->media, transceiver);
  g_autoptr (GPtrArray) wanted = NULL;
  g_autoptr (GPtrArray) known = NULL;
  g_autoptr (GPtrArray) codecs = NULL;
  GstRtcTransceiver *reusable;
  RtcKind kind;
  guint32 ssrc;

  if (!caps || !(wanted = rtc_codecs_from_caps (caps, &kind, &ssrc, NULL)))
    return;
  reusable = find_reusable (self, kind);
  if (reusable) {
    gst_rtc_peer_join_tracks (self, transceiver, reusable);
    return;
  }
  known = session_codecs (self, kind);
  codecs = prefer_codecs (known, wanted, FALSE);
  make_core (self, transceiver, kind, codecs);
}

void
gst_rtc_peer_give_core (
    GstRtcPeer *self, GstRtcTransceiver *transceiver, RtcKind kind, GPtrArray *preferred)
{
  g_autoptr (GPtrArray) known = session_codecs (self, kind);
  g_autoptr (GPtrArray) codecs = preferred ? prefer_codecs (known, preferred, TRUE) : NULL;
  GstRtcTransceiver *reusable = find_reusable (self, kind);

  if (!reusable) {
    make_core (self, transceiver, kind, codecs ? codecs : known);
    return;
  }
  if (codecs)
    rtc_transceiver_set_codec_preferences (gst_rtc_transceiver_get_core (reusable), codecs);
  gst_rtc_peer_join_tracks (self, transceiver, reusable);
}

void
gst_rtc_peer_resolve_transceivers (GstRtcPeer *self)
{
  /* with references: resolving takes placeholders out of the array */
  g_autoptr (GPtrArray) all =
      g_ptr_array_copy (self->transceivers, (GCopyFunc) gst_object_ref, NULL);

  for (guint i = 0; i < all->len; i++) {
    GstRtcTransceiver *transceiver = g_ptr_array_index (all, i);

    if (!gst_rtc_transceiver_get_core (transceiver))
      resolve (self, transceiver);
  }
}

gboolean
gst_rtc_peer_has_unresolved (GstRtcPeer *self)
{
  for (guint i = 0; i < self->transceivers->len; i++)
    if (!gst_rtc_transceiver_get_core (g_ptr_array_index (self->transceivers, i)))
      return TRUE;
  return FALSE;
}

GstRtcTransceiver *
gst_rtc_peer_add_transceiver (
    GstRtcPeer *self, GstWebRTCRTPTransceiverDirection direction, GstCaps *caps, GError **error)
{
  g_autoptr (GPtrArray) wanted = NULL;
  g_autoptr (GPtrArray) known = NULL;
  g_autoptr (GPtrArray) codecs = NULL;
  GstRtcTransceiver *transceiver;
  RtcTransceiver *core;
  RtcKind kind;
  guint32 ssrc;

  if (!gst_rtc_peer_check_open (self, error))
    return NULL;
  if (!caps || gst_caps_is_any (caps) || gst_caps_is_empty (caps))
    return gst_object_ref (add_object (self, direction));
  wanted = rtc_codecs_from_caps (caps, &kind, &ssrc, error);
  if (!wanted)
    return NULL;
  known = session_codecs (self, kind);
  codecs = prefer_codecs (known, wanted, TRUE);
  core = rtc_session_add_transceiver (
      self->session, kind, gst_rtc_direction_from_webrtc (direction), codecs);
  transceiver = add_object (self, direction);
  gst_rtc_transceiver_set_core (transceiver, core);
  if (direction != GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY)
    announce_source (self, transceiver, core);
  gst_rtc_peer_update_negotiation_needed (self);
  return gst_object_ref (transceiver);
}

static gboolean
can_take_track (GstRtcPeer *self, GstRtcTransceiver *transceiver, gint mline)
{
  RtcTransceiver *core = gst_rtc_transceiver_get_core (transceiver);

  if (!core || rtc_transceiver_is_stopped (core) ||
      gst_rtc_media_has_sink_pad (self->media, transceiver))
    return FALSE;
  if (mline >= 0 && rtc_transceiver_get_mline (core) >= 0)
    return rtc_transceiver_get_mline (core) == mline;
  return (rtc_transceiver_get_direction (core) & RTC_DIRECTION_SENDONLY) != 0;
}

GstRtcTransceiver *
gst_rtc_peer_add_track (GstRtcPeer *self, gint mline)
{
  GstRtcTransceiver *placeholder;

  for (guint i = 0; i < self->transceivers->len; i++) {
    GstRtcTransceiver *transceiver = g_ptr_array_index (self->transceivers, i);

    if (can_take_track (self, transceiver, mline)) {
      announce_source (self, transceiver, gst_rtc_transceiver_get_core (transceiver));
      add_direction (transceiver, RTC_DIRECTION_SENDONLY);
      return gst_object_ref (transceiver);
    }
  }
  placeholder = add_object (self, GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV);
  gst_rtc_transceiver_set_wanted_mline (placeholder, mline);
  return gst_object_ref (placeholder);
}

void
gst_rtc_peer_remove_track (GstRtcPeer *self, GstRtcTransceiver *transceiver)
{
  GstWebRTCRTPTransceiverDirection direction;
  guint index;

  if (!gst_rtc_transceiver_get_core (transceiver)) {
    if (g_ptr_array_find (self->transceivers, transceiver, &index))
      g_ptr_array_remove_index (self->transceivers, index);
    return;
  }
  g_object_get (transceiver, "direction", &direction, NULL);
  if (direction == GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV)
    direction = GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY;
  else if (direction == GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY)
    direction = GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_INACTIVE;
  g_object_set (transceiver, "direction", direction, NULL);
}

GPtrArray *
gst_rtc_peer_get_transceivers (GstRtcPeer *self)
{
  return self->transceivers;
}
