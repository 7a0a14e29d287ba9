/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A transceiver: the application's settings and the getters of what was negotiated. Owned by its
 * session (W3C webrtc §5.4, RFC 9429 §3.4.1).
 */
#include "jsep/rtctransceiver.h"

#include "jsep/rtctransceiver-private.h"

RtcTransceiver *
rtc_transceiver_new (RtcKind kind, RtcDirection direction, const gchar *track)
{
  RtcTransceiver *transceiver = g_new0 (RtcTransceiver, 1);

  transceiver->kind = kind;
  transceiver->direction = direction;
  transceiver->track = g_strdup (track);
  transceiver->blank = rtc_media_new (transceiver);
  transceiver->media = transceiver->blank;
  return transceiver;
}

void
rtc_transceiver_free (RtcTransceiver *transceiver)
{
  if (transceiver == NULL)
    return;
  g_clear_pointer (&transceiver->preferences, g_ptr_array_unref);
  g_free (transceiver->stream);
  g_free (transceiver->track);
  rtc_media_free (transceiver->blank);
  g_free (transceiver);
}

void
rtc_transceiver_set_media (RtcTransceiver *transceiver, const RtcMedia *media)
{
  transceiver->media = media != NULL ? media : transceiver->blank;
  if (transceiver->media->is_stopped)
    transceiver->is_stopped = TRUE;
}

RtcKind
rtc_transceiver_get_kind (const RtcTransceiver *transceiver)
{
  return transceiver->kind;
}

const gchar *
rtc_transceiver_get_mid (const RtcTransceiver *transceiver)
{
  return transceiver->media->mid;
}

gint
rtc_transceiver_get_mline (const RtcTransceiver *transceiver)
{
  return transceiver->media->mline;
}

RtcDirection
rtc_transceiver_get_direction (const RtcTransceiver *transceiver)
{
  return transceiver->direction;
}

gboolean
rtc_transceiver_get_current_direction (
    const RtcTransceiver *transceiver, RtcDirection *out_direction)
{
  if (!transceiver->media->has_current_direction)
    return FALSE;
  *out_direction = transceiver->media->current_direction;
  return TRUE;
}

gboolean
rtc_transceiver_is_stopped (const RtcTransceiver *transceiver)
{
  return transceiver->is_stopping || transceiver->is_stopped;
}

gint
rtc_transceiver_get_transport (const RtcTransceiver *transceiver)
{
  return transceiver->media->transport;
}

const RtcMediaParameters *
rtc_transceiver_get_send (const RtcTransceiver *transceiver)
{
  return &transceiver->media->send;
}

const RtcMediaParameters *
rtc_transceiver_get_receive (const RtcTransceiver *transceiver)
{
  return &transceiver->media->receive;
}

GPtrArray *
rtc_transceiver_get_remote_msids (const RtcTransceiver *transceiver)
{
  return transceiver->media->remote_msids;
}

void
rtc_transceiver_set_direction (RtcTransceiver *transceiver, RtcDirection direction)
{
  transceiver->direction = direction;
}

void
rtc_transceiver_set_codec_preferences (RtcTransceiver *transceiver, GPtrArray *codecs)
{
  GPtrArray *copy = codecs != NULL ? rtc_codecs_copy (codecs) : NULL;

  g_clear_pointer (&transceiver->preferences, g_ptr_array_unref);
  transceiver->preferences = copy;
}

void
rtc_transceiver_set_source (RtcTransceiver *transceiver, guint32 ssrc, guint32 rtx)
{
  transceiver->ssrc = ssrc;
  transceiver->rtx = rtx;
}

void
rtc_transceiver_set_msid (RtcTransceiver *transceiver, const gchar *stream, const gchar *track)
{
  g_free (transceiver->stream);
  transceiver->stream = g_strdup (stream);
  if (track == NULL)
    return;
  g_free (transceiver->track);
  transceiver->track = g_strdup (track);
}

void
rtc_transceiver_set_is_track (RtcTransceiver *transceiver, gboolean is_track)
{
  transceiver->is_track = is_track;
}

void
rtc_transceiver_stop (RtcTransceiver *transceiver)
{
  transceiver->is_stopping = TRUE;
}

void
rtc_transceiver_set_user_data (RtcTransceiver *transceiver, gpointer user_data)
{
  transceiver->user_data = user_data;
}

gpointer
rtc_transceiver_get_user_data (const RtcTransceiver *transceiver)
{
  return transceiver->user_data;
}
