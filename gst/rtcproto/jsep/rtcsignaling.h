/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The words of signalling: kinds of descriptions, states, bundle policies. */
#pragma once

typedef enum { RTC_SDP_OFFER, RTC_SDP_PRANSWER, RTC_SDP_ANSWER, RTC_SDP_ROLLBACK } RtcSdpType;

/* W3C RTCSignalingState */
typedef enum {
  RTC_SIGNALING_STABLE,
  RTC_SIGNALING_CLOSED,
  RTC_SIGNALING_HAVE_LOCAL_OFFER,
  RTC_SIGNALING_HAVE_REMOTE_OFFER,
  RTC_SIGNALING_HAVE_LOCAL_PRANSWER,
  RTC_SIGNALING_HAVE_REMOTE_PRANSWER,
} RtcSignalingState;

/* RFC 9429 §4.1.1. NONE is webrtcbin's: no group at all. */
typedef enum {
  RTC_BUNDLE_NONE,
  RTC_BUNDLE_BALANCED,
  RTC_BUNDLE_MAX_COMPAT,
  RTC_BUNDLE_MAX_BUNDLE,
} RtcBundlePolicy;
