/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcSrtpContext: one direction of one session's SRTP and SRTCP (RFC 3711, RFC 7714), a libsrtp
 * session with one key for all SSRCs. No lock inside: rtcsrtp owns one for each direction.
 */
#pragma once

#include <gst/rtc/gstrtcsrtpkeys.h>

typedef struct _RtcSrtpContext RtcSrtpContext;

/* libsrtp keeps about 0.8 KiB for each and searches a list. */
#define RTC_SRTP_MAX_SSRCS 64
/* Bytes that the replay window of RTP covers, in packets; RTCP's is libsrtp's 128. */
#define RTC_SRTP_REPLAY_WINDOW 1024
/* What protection adds at most: tag 16, SRTCP index 4. A multiple of 4. */
#define RTC_SRTP_MAX_TAG 16
#define RTC_SRTP_MAX_OVERHEAD (RTC_SRTP_MAX_TAG + 4)

typedef enum {
  RTC_SRTP_OK,
  RTC_SRTP_INVALID,    /* no RTP or RTCP header, or shorter than the tag */
  RTC_SRTP_AUTH,       /* the tag is wrong */
  RTC_SRTP_REPLAY,     /* seen before, or older than the window */
  RTC_SRTP_SSRC_LIMIT, /* one SSRC more than RTC_SRTP_MAX_SSRCS */
  RTC_SRTP_FAILED,     /* the key's lifetime is over, or the cipher failed */
} RtcSrtpResult;

/* @key is master key || master salt. NULL when libsrtp refuses the profile. */
RtcSrtpContext *rtc_srtp_context_new_send (
    GstRtcSrtpProfile profile, const guint8 *key, gboolean allow_repeat);
RtcSrtpContext *rtc_srtp_context_new_receive (GstRtcSrtpProfile profile, const guint8 *key);
void rtc_srtp_context_free (RtcSrtpContext *context);

/* In place; @packet has room for RTC_SRTP_MAX_OVERHEAD bytes more than @size. */
RtcSrtpResult rtc_srtp_context_protect (
    RtcSrtpContext *context, gboolean is_rtcp, guint8 *packet, gsize size, gsize *out_size);
/* In place; the packet is spoilt when the result is not RTC_SRTP_OK. */
RtcSrtpResult rtc_srtp_context_unprotect (
    RtcSrtpContext *context, gboolean is_rtcp, guint8 *packet, gsize size, gsize *out_size);
guint rtc_srtp_context_get_n_ssrcs (const RtcSrtpContext *context);
