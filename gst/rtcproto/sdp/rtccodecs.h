/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The codecs and header extensions that this peer can negotiate, and codecs <-> GstCaps. The
 * tables are those of the RFCs; names are matched without case.
 */
#pragma once

#include "sdp/rtcdescription.h"

#define RTC_EXTMAP_MID "urn:ietf:params:rtp-hdrext:sdes:mid"
#define RTC_EXTMAP_RID "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
#define RTC_EXTMAP_REPAIRED_RID "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
#define RTC_EXTMAP_TRANSPORT_CC                                                                    \
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
#define RTC_EXTMAP_AUDIO_LEVEL "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
#define RTC_EXTMAP_ABS_SEND_TIME "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"

/* (transfer full): array of RtcCodec, in order of preference, with payload types that are different
 * for all codecs of both kinds and never 64 to 95 (RFC 5761 §4), rtx behind each video codec, and
 * all feedback that this peer answers. Video: VP8, VP9 (profile 0), H264 (42e01f and 42001f,
 * packetization-mode 1), AV1. Audio: opus, PCMU, PCMA. @allowed: comma-separated encoding names in
 * order of preference, or NULL for all; names of the other kind are passed over, an unknown name is
 * an RTC_ERROR_ARGUMENT that lists the known ones. */
GPtrArray *rtc_codecs_default (RtcKind kind, const gchar *allowed, GError **error);
/* (transfer full): array of RtcExtmap with suggested ids: mid, transport-cc; video: rid, repaired
 * rid too; audio: audio level (receive only). */
GPtrArray *rtc_extmaps_default (RtcKind kind);

/* (transfer full): application/x-rtp caps of one codec, as rtpbin's pt-map and depayloaders want
 * them: media, payload, clock-rate, encoding-name, encoding-params, the fmtp parameters, rtcp-fb-*
 * and extmap-* fields (a GstRTPHeaderExtension understands those). */
GstCaps *rtc_codec_to_caps (const RtcCodec *codec, RtcKind kind, GPtrArray *extmaps);
/* (transfer full): array of RtcCodec named by the structures of @caps, in their order; a structure
 * without payload gets pt 0 and is given one by the session. An encoding name outside the table of
 * known codecs is kept as it is (RTC_ERROR_ARGUMENT only when media or encoding-name is absent).
 * A structure without any rtcp-fb-* field, as payloaders make them, gets the default feedback of
 * its codec. No rtx is added.
 * @out_kind: audio or video. @out_ssrc: the "ssrc" field or 0. */
GPtrArray *rtc_codecs_from_caps (
    const GstCaps *caps, RtcKind *out_kind, guint32 *out_ssrc, GError **error);
