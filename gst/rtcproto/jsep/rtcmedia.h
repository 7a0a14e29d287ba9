/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The part of a transceiver that descriptions decide (W3C's [[Mid]], [[CurrentDirection]],
 * [[FiredDirection]] and what may be sent and received). It belongs to a state, so that a rollback
 * takes it back; what the application sets is in the transceiver itself.
 */
#pragma once

#include "jsep/rtcchange.h"
#include "jsep/rtcmediaparameters.h"

typedef struct {
  RtcTransceiver *transceiver; /* not owned */
  gchar *mid;
  gint mline;
  gint transport;
  gboolean has_current_direction;
  RtcDirection current_direction;
  gboolean is_stopped;
  /* W3C [[FiredDirection]] has the receiving bit: "track" was fired and not taken back */
  gboolean is_track_fired;
  RtcMediaParameters send;
  RtcMediaParameters receive;
  GPtrArray *remote_msids;
} RtcMedia;

RtcMedia *rtc_media_new (RtcTransceiver *transceiver);
RtcMedia *rtc_media_copy (const RtcMedia *media);
void rtc_media_free (RtcMedia *media);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcMedia, rtc_media_free)
