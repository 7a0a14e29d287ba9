/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A transceiver as this folder sees it: the application's settings, and a look at the negotiated
 * part, which the session's state owns and replaces.
 */
#pragma once

#include "jsep/rtcmedia.h"

struct _RtcTransceiver {
  RtcKind kind;
  RtcDirection direction;
  GPtrArray *preferences; /* of RtcCodec; NULL: the session's */
  gchar *stream;          /* NULL: the session's CNAME */
  gchar *track;
  guint32 ssrc;
  guint32 rtx;
  gboolean is_track;
  gboolean is_stopping;
  gboolean is_stopped;
  gboolean is_made_by_peer;
  gpointer user_data;

  const RtcMedia *media; /* in the session's state, or @blank */
  RtcMedia *blank;
};

/* @track: its random track id, copied. */
RtcTransceiver *rtc_transceiver_new (RtcKind kind, RtcDirection direction, const gchar *track);
void rtc_transceiver_free (RtcTransceiver *transceiver);
/* @media may be NULL. */
void rtc_transceiver_set_media (RtcTransceiver *transceiver, const RtcMedia *media);
