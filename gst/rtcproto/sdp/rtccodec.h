/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One codec of an m= section: a=rtpmap, a=fmtp and a=rtcp-fb (RFC 8866 §6.6, §6.15; RFC 4585
 * §4.2), and whether two of them may talk to each other. */
#pragma once

#include <glib.h>

typedef struct {
  guint pt;
  gchar *name;         /* encoding name as written: "VP8", "opus", "rtx" */
  guint clock_rate;    /* Hz */
  guint channels;      /* audio: at least 1; otherwise 0 */
  gchar *fmtp;         /* NULL when there is none: "profile-id=0" */
  gint apt;            /* of rtx: the payload type that it repeats, otherwise -1 */
  GPtrArray *feedback; /* of gchar *: "nack", "nack pli", "ccm fir", "transport-cc" */
} RtcCodec;

/* Without fmtp, apt and feedback. */
RtcCodec *rtc_codec_new (guint pt, const gchar *name, guint clock_rate, guint channels);
/* Retransmission of @codec (RFC 4588), at the same clock rate. */
RtcCodec *rtc_codec_new_rtx (guint pt, const RtcCodec *codec);
RtcCodec *rtc_codec_copy (const RtcCodec *codec);
void rtc_codec_free (RtcCodec *codec);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcCodec, rtc_codec_free)

/* Same name (case-insensitive), clock rate, channels, and format parameters that may talk to each
 * other (H.264: profile and packetization-mode; VP9: profile-id; AV1: profile, tier). Two rtx
 * match always: what they repeat is the caller's to compare. */
gboolean rtc_codec_matches (const RtcCodec *a, const RtcCodec *b);
gboolean rtc_codec_has_feedback (const RtcCodec *codec, const gchar *feedback);
/* Case-insensitive. */
gboolean rtc_codec_is (const RtcCodec *codec, const gchar *name);
/* What repeats or protects others and is no medium of its own: rtx, red, ulpfec, flexfec-03. */
gboolean rtc_codec_is_repair (const RtcCodec *codec);
/* Sets fmtp and, of rtx, apt. */
void rtc_codec_set_fmtp (RtcCodec *codec, const gchar *fmtp);
/* (transfer full): the value of a format parameter ("profile-id", case-insensitive), NULL when it
 * is not there. */
gchar *rtc_codec_get_parameter (const RtcCodec *codec, const gchar *name);
