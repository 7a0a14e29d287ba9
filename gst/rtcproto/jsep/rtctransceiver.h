/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A transceiver (RFC 9429 §3.4.1): what one m= section sends and receives. Owned by its session.
 */
#pragma once

#include "jsep/rtcchange.h"
#include "jsep/rtcmediaparameters.h"

RtcKind rtc_transceiver_get_kind (const RtcTransceiver *transceiver);
/* NULL until a description has named it. */
const gchar *rtc_transceiver_get_mid (const RtcTransceiver *transceiver);
/* -1 until it has an m= section. */
gint rtc_transceiver_get_mline (const RtcTransceiver *transceiver);
RtcDirection rtc_transceiver_get_direction (const RtcTransceiver *transceiver);
/* The direction that was last negotiated; FALSE while there is none. */
gboolean rtc_transceiver_get_current_direction (
    const RtcTransceiver *transceiver, RtcDirection *out_direction);
/* TRUE from rtc_transceiver_stop() on, too (W3C [[Stopping]]). */
gboolean rtc_transceiver_is_stopped (const RtcTransceiver *transceiver);
/* -1 while it has none. Bundled transceivers share one. */
gint rtc_transceiver_get_transport (const RtcTransceiver *transceiver);
const RtcMediaParameters *rtc_transceiver_get_send (const RtcTransceiver *transceiver);
const RtcMediaParameters *rtc_transceiver_get_receive (const RtcTransceiver *transceiver);
/* The peer's msids (array of RtcMsid), for pads and stats. */
GPtrArray *rtc_transceiver_get_remote_msids (const RtcTransceiver *transceiver);

/* These take effect with the next description; they may make negotiation needed. */
void rtc_transceiver_set_direction (RtcTransceiver *transceiver, RtcDirection direction);
/* @codecs (array of RtcCodec, copied; pt 0 is given a number, an rtx repeats the codec of its apt
 * in this list, or else the one in front of it): offer and answer only these, in this order; NULL:
 * the session's defaults. */
void rtc_transceiver_set_codec_preferences (RtcTransceiver *transceiver, GPtrArray *codecs);
/* The SSRC that will be sent (0: not known; the session picks none and the MID extension alone
 * names the section), and its retransmission SSRC or 0. */
void rtc_transceiver_set_source (RtcTransceiver *transceiver, guint32 ssrc, guint32 rtx);
/* @stream: NULL: the session's CNAME, "-": in no stream (RFC 8830 §2). @track: NULL: as before (a
 * random one at first). */
void rtc_transceiver_set_msid (
    RtcTransceiver *transceiver, const gchar *stream, const gchar *track);
/* An addTrack-like transceiver may be taken by a remote section of its kind (RFC 9429 §5.10);
 * one from addTransceiver may not. */
void rtc_transceiver_set_is_track (RtcTransceiver *transceiver, gboolean is_track);
/* W3C stop(): the section is rejected in the next offer. */
void rtc_transceiver_stop (RtcTransceiver *transceiver);
void rtc_transceiver_set_user_data (RtcTransceiver *transceiver, gpointer user_data);
gpointer rtc_transceiver_get_user_data (const RtcTransceiver *transceiver);
