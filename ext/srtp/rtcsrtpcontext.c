/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcSrtpContext: a libsrtp session with a template for any SSRC. The SSRCs that libsrtp made
 * streams for are counted here, since it has no limit of its own; they are never given up while
 * the key lives: a forgotten sender would start again at index 0 with the same key stream, a
 * forgotten receiver would accept replays.
 */
#include "rtcsrtpcontext.h"
#include "rtcsrtpcrypto.h"

#include "wire/rtcdemux.h"

#include <srtp2/srtp.h>

#define RTP_HEADER_LENGTH 12
#define RTCP_HEADER_LENGTH 8
#define SRTCP_INDEX_LENGTH 4

struct _RtcSrtpContext {
  srtp_t session;
  gsize tag_length;
  guint n_ssrcs;
  guint32 ssrcs[RTC_SRTP_MAX_SSRCS];
};

static void
policy_set_profile (srtp_policy_t *policy, GstRtcSrtpProfile profile)
{
  switch (profile) {
  case GST_RTC_SRTP_PROFILE_AEAD_AES_128_GCM:
    srtp_crypto_policy_set_aes_gcm_128_16_auth (&policy->rtp);
    srtp_crypto_policy_set_aes_gcm_128_16_auth (&policy->rtcp);
    break;
  case GST_RTC_SRTP_PROFILE_AEAD_AES_256_GCM:
    srtp_crypto_policy_set_aes_gcm_256_16_auth (&policy->rtp);
    srtp_crypto_policy_set_aes_gcm_256_16_auth (&policy->rtcp);
    break;
  default:
    srtp_crypto_policy_set_rtp_default (&policy->rtp);
    srtp_crypto_policy_set_rtcp_default (&policy->rtcp);
    break;
  }
}

static RtcSrtpContext *
context_new (
    GstRtcSrtpProfile profile, const guint8 *key, srtp_ssrc_type_t direction, gboolean allow_repeat)
{
  RtcSrtpContext *context;
  srtp_policy_t policy = { 0 };
  gsize key_length, salt_length;

  if (!rtc_srtp_crypto_init () ||
      !gst_rtc_srtp_profile_get_lengths (profile, &key_length, &salt_length))
    return NULL;
  policy_set_profile (&policy, profile);
  policy.ssrc.type = direction;
  policy.key = (guint8 *) key;
  policy.window_size = RTC_SRTP_REPLAY_WINDOW;
  policy.allow_repeat_tx = allow_repeat;

  context = g_new0 (RtcSrtpContext, 1);
  context->tag_length = profile == GST_RTC_SRTP_PROFILE_AES128_CM_HMAC_SHA1_80 ? 10 : 16;
  if (srtp_create (&context->session, &policy) != srtp_err_status_ok)
    g_clear_pointer (&context, g_free);
  return context;
}

RtcSrtpContext *
rtc_srtp_context_new_send (GstRtcSrtpProfile profile, const guint8 *key, gboolean allow_repeat)
{
  return context_new (profile, key, ssrc_any_outbound, allow_repeat);
}

RtcSrtpContext *
rtc_srtp_context_new_receive (GstRtcSrtpProfile profile, const guint8 *key)
{
  return context_new (profile, key, ssrc_any_inbound, FALSE);
}

void
rtc_srtp_context_free (RtcSrtpContext *context)
{
  if (context == NULL)
    return;
  srtp_dealloc (context->session);
  g_free (context);
}

static RtcSrtpResult
result_from_status (srtp_err_status_t status)
{
  switch (status) {
  case srtp_err_status_ok:
    return RTC_SRTP_OK;
  case srtp_err_status_auth_fail:
    return RTC_SRTP_AUTH;
  case srtp_err_status_replay_fail:
  case srtp_err_status_replay_old:
    return RTC_SRTP_REPLAY;
  case srtp_err_status_bad_param:
  case srtp_err_status_parse_err:
  case srtp_err_status_cant_check: /* SRTCP that is not encrypted */
    return RTC_SRTP_INVALID;
  default:
    return RTC_SRTP_FAILED;
  }
}

static gboolean
has_ssrc (const RtcSrtpContext *context, guint32 ssrc)
{
  for (guint i = 0; i < context->n_ssrcs; i++)
    if (context->ssrcs[i] == ssrc)
      return TRUE;
  return FALSE;
}

/* libsrtp 2.5 trusts the lengths in the header, so they are checked before (CVE-2015-6360 and its
 * kind). */
static gboolean
is_valid (const RtcSrtpContext *context, gboolean is_rtcp, const guint8 *packet, gsize size,
    gboolean is_protected)
{
  gsize overhead = is_protected ? context->tag_length + (is_rtcp ? SRTCP_INDEX_LENGTH : 0) : 0;

  if (size > G_MAXUINT16)
    return FALSE;
  if (is_rtcp)
    return size >= RTCP_HEADER_LENGTH + overhead && rtc_rtcp_is_valid (packet, size, overhead);
  return size >= RTP_HEADER_LENGTH + overhead && rtc_rtp_is_valid (packet, size - overhead);
}

/* A packet may begin at any address, where GStreamer's macros are not for. */
static guint32
read_ssrc (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

static RtcSrtpResult
context_run (RtcSrtpContext *context, gboolean is_rtcp, gboolean is_protected, guint8 *packet,
    gsize size, gsize *out_size)
{
  int length = size;
  srtp_err_status_t status;
  guint32 ssrc;
  gboolean is_known;

  if (!is_valid (context, is_rtcp, packet, size, is_protected))
    return RTC_SRTP_INVALID;
  ssrc = read_ssrc (packet + (is_rtcp ? 4 : 8));
  is_known = has_ssrc (context, ssrc);
  if (!is_known && context->n_ssrcs == RTC_SRTP_MAX_SSRCS)
    return RTC_SRTP_SSRC_LIMIT;

  if (is_protected)
    status = is_rtcp ? srtp_unprotect_rtcp (context->session, packet, &length)
                     : srtp_unprotect (context->session, packet, &length);
  else
    status = is_rtcp ? srtp_protect_rtcp (context->session, packet, &length)
                     : srtp_protect (context->session, packet, &length);
  /* A receiver's stream is made once the tag was right, a sender's before anything can fail. */
  if (!is_known && (status == srtp_err_status_ok || !is_protected))
    context->ssrcs[context->n_ssrcs++] = ssrc;
  if (status != srtp_err_status_ok)
    return result_from_status (status);
  *out_size = length;
  return RTC_SRTP_OK;
}

RtcSrtpResult
rtc_srtp_context_protect (
    RtcSrtpContext *context, gboolean is_rtcp, guint8 *packet, gsize size, gsize *out_size)
{
  return context_run (context, is_rtcp, FALSE, packet, size, out_size);
}

RtcSrtpResult
rtc_srtp_context_unprotect (
    RtcSrtpContext *context, gboolean is_rtcp, guint8 *packet, gsize size, gsize *out_size)
{
  return context_run (context, is_rtcp, TRUE, packet, size, out_size);
}

guint
rtc_srtp_context_get_n_ssrcs (const RtcSrtpContext *context)
{
  return context->n_ssrcs;
}
