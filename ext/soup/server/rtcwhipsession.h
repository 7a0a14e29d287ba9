/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a WHIP or WHEP session is besides a session: whose it is, the tag of its ICE session, and
 * the counter-offer that began it. The context of its RtcClientSession.
 */
#pragma once

#include "rtcsignallerparts.h"

#define RTC_WHIP_SDP_TYPE "application/sdp"
#define RTC_WHIP_FRAGMENT_TYPE "application/trickle-ice-sdpfrag"

typedef struct _RtcWhepCounter RtcWhepCounter;

typedef struct {
  RtcSignallerPurpose purpose;
  /* Of the ICE session, with quotes. */
  gchar *etag;
  guint n_media;
  /* When the peer connection was first connected; 0 before. */
  GstClockTime connected;
  /* NULL where the client's offer began it. */
  RtcWhepCounter *counter;
} RtcWhipSession;

/* rtcwhiproutes.c */
RtcWhipSession *rtc_whip_session_new (RtcSignallerKind kind, const gchar *name);
/* A GDestroyNotify. */
void rtc_whip_session_free (gpointer whip);
gboolean rtc_whip_offers_all (const gchar *sdp, gchar **encodings);
/* Location, ETag, Link: for the reply that makes it known. */
void rtc_whip_introduce (
    RtcSignallerServer *server, RtcClientSession *session, RtcHttpRequest *request);

/* rtcwhepcounter.c: 406 with an offer of our own */
/* Replies to @request with an offer of all that publisher @name sends, @encodings (taken). */
void rtc_whep_counter_open (
    RtcSignallerServer *server, RtcHttpRequest *request, const gchar *name, gchar **encodings);
/* The PATCH with its answer. */
void rtc_whep_counter_answer (RtcClientSession *session, RtcHttpRequest *request);
void rtc_whep_counter_free (RtcWhepCounter *counter);
