/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the reader of a description stands: the line, and the level (session or m= section) that
 * it belongs to with what can only be worked out at the level's end. Private to this folder.
 */
#pragma once

#include "sdp/rtcdescription.h"
#include "sdp/rtcsdplines.h"

/* Attributes that a level had: those that may stand once, and those that take precedence over the
 * session's. */
typedef enum {
  RTC_SDP_SEEN_UFRAG = 1 << 0,
  RTC_SDP_SEEN_PWD = 1 << 1,
  RTC_SDP_SEEN_ICE_OPTIONS = 1 << 2,
  RTC_SDP_SEEN_FINGERPRINT = 1 << 3,
  RTC_SDP_SEEN_SETUP = 1 << 4,
  RTC_SDP_SEEN_DIRECTION = 1 << 5,
  RTC_SDP_SEEN_MID = 1 << 6,
  RTC_SDP_SEEN_SCTP_PORT = 1 << 7,
  RTC_SDP_SEEN_MAX_MESSAGE_SIZE = 1 << 8,
  RTC_SDP_SEEN_SIMULCAST = 1 << 9,
} RtcSdpSeen;

typedef struct {
  RtcSection *section; /* the session's is a holder of defaults */
  gboolean is_session;
  RtcSdpLine media_line;
  RtcSdpSeen seen;
  gboolean is_extmap_allow_mixed;
  GArray *repairs;               /* of guint32: a=ssrc-group:FID, primary, repair, ... */
  GPtrArray *wildcard_feedbacks; /* of gchar *: a=rtcp-fb:* */
  RtcMsid *source_msid;          /* a=ssrc:... msid:, where there is no a=msid */
  gchar *simulcast;
  RtcSdpLine simulcast_line;
} RtcSdpLevel;

typedef struct {
  RtcDescription *description;
  RtcSdpLevel session;
  RtcSdpLevel media;
  RtcSdpLevel *level; /* one of these two */
  const RtcSdpLine *line;
} RtcSdpContext;

/* Reads the value ("" when there is none) of one attribute line into the context's level. */
typedef gboolean (*RtcSdpReadFunc) (RtcSdpContext *context, const gchar *value, GError **error);

/* At which levels an attribute is looked at; elsewhere it is ignored, as unknown ones are. */
typedef enum {
  RTC_SDP_AT_SESSION = 1 << 0,
  RTC_SDP_AT_SECTION = 1 << 1, /* of any kind */
  RTC_SDP_AT_MEDIA = 1 << 2,   /* audio and video only */
  RTC_SDP_AT_DATA = 1 << 3,    /* application only */
} RtcSdpPlace;

typedef struct {
  const gchar *name;
  RtcSdpPlace places;
  RtcSdpSeen once; /* 0: may stand several times */
  RtcSdpReadFunc read;
} RtcSdpAttribute;

void rtc_sdp_level_init (RtcSdpLevel *level, RtcSection *section);
/* @section is freed too, unless it was taken. */
void rtc_sdp_level_clear (RtcSdpLevel *level);

/* rtc_sdp_line_fail() with the context's line. */
#define rtc_sdp_context_fail(context, error, code, ...)                                            \
  rtc_sdp_line_fail ((context)->line, (error), (code), __VA_ARGS__)
/* FALSE with RTC_ERROR_LIMIT when @list is full. */
gboolean rtc_sdp_context_check_limit (
    RtcSdpContext *context, const GPtrArray *list, guint max, const gchar *what, GError **error);
