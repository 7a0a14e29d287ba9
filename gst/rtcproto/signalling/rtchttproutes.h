/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The routes of the signalling server: method and path to what is wanted, how large its body may
 * be, and how a wrong method is answered. A table; no HTTP library.
 */
#pragma once

#include <glib.h>

/* MediaMTX uses exactly this for SDP. */
#define RTC_HTTP_MAX_DESCRIPTION_BYTES (128 * 1024)
#define RTC_HTTP_MAX_CANDIDATE_BYTES (32 * 1024)
#define RTC_HTTP_MAX_CLOSE_BYTES 4096

/**
 * RtcHttpRoute:
 * @RTC_HTTP_ROUTE_NONE: nothing there
 * @RTC_HTTP_ROUTE_PAGE: the page and what belongs to it
 * @RTC_HTTP_ROUTE_OFFER: JSON offer in, JSON answer out
 * @RTC_HTTP_ROUTE_CANDIDATE: one candidate: the bare line or an RTCIceCandidateInit
 * @RTC_HTTP_ROUTE_CLOSE: the client leaves
 */
typedef enum {
  RTC_HTTP_ROUTE_NONE,
  RTC_HTTP_ROUTE_PAGE,
  RTC_HTTP_ROUTE_OFFER,
  RTC_HTTP_ROUTE_CANDIDATE,
  RTC_HTTP_ROUTE_CLOSE,
} RtcHttpRoute;

typedef struct {
  RtcHttpRoute route;
  /* 0: go on; else 404 or 405, with @allow for the Allow header of a 405. */
  guint status;
  const gchar *allow;
  guint64 max_body_bytes;
  /* For the page: file name and content type. */
  const gchar *file;
  const gchar *content_type;
} RtcHttpDecision;

RtcHttpDecision rtc_http_route (const gchar *method, const gchar *path);
