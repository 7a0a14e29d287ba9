/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The negotiated part of a transceiver: made when a description names it, copied with its state,
 * never changed once its state is the session's. Owned by a state.
 */
#include "jsep/rtcmedia.h"

RtcMedia *
rtc_media_new (RtcTransceiver *transceiver)
{
  RtcMedia *media = g_new0 (RtcMedia, 1);

  media->transceiver = transceiver;
  media->mline = -1;
  media->transport = -1;
  rtc_media_parameters_init (&media->send);
  rtc_media_parameters_init (&media->receive);
  media->remote_msids = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_msid_free);
  return media;
}

RtcMedia *
rtc_media_copy (const RtcMedia *media)
{
  RtcMedia *copy = g_new0 (RtcMedia, 1);

  *copy = *media;
  copy->mid = g_strdup (media->mid);
  rtc_media_parameters_copy (&copy->send, &media->send);
  rtc_media_parameters_copy (&copy->receive, &media->receive);
  copy->remote_msids = rtc_msids_copy (media->remote_msids);
  return copy;
}

void
rtc_media_free (RtcMedia *media)
{
  if (media == NULL)
    return;
  g_free (media->mid);
  rtc_media_parameters_clear (&media->send);
  rtc_media_parameters_clear (&media->receive);
  g_clear_pointer (&media->remote_msids, g_ptr_array_unref);
  g_free (media);
}
