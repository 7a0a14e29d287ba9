/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The routes of the signalling server: method and path to what is wanted, how large its body may
 * be, and how a wrong method is answered. A table; no HTTP library.
 */
#pragma once

#include <glib.h>

#include "signalling/rtcjsontext.h"

/* MediaMTX uses exactly this for SDP. */
#define RTC_HTTP_MAX_DESCRIPTION_BYTES (128 * 1024)
#define RTC_HTTP_MAX_CANDIDATE_BYTES (32 * 1024)
#define RTC_HTTP_MAX_CLOSE_BYTES 4096
/* What stands for NAME or ID in a path. */
#define RTC_HTTP_MAX_NAME 128

/**
 * RtcHttpRoute:
 * @RTC_HTTP_ROUTE_NONE: nothing there
 * @RTC_HTTP_ROUTE_PAGE: the page and what belongs to it
 * @RTC_HTTP_ROUTE_OFFER: JSON offer in, JSON answer out
 * @RTC_HTTP_ROUTE_CANDIDATE: one candidate: the bare line or an RTCIceCandidateInit
 * @RTC_HTTP_ROUTE_CLOSE: the client leaves
 * @RTC_HTTP_ROUTE_ANY_OFFER: an offer at a path of no meaning; without one, nothing there
 * @RTC_HTTP_ROUTE_PREFLIGHT: OPTIONS of a path with the methods @allow
 * @RTC_HTTP_ROUTE_PBX_OFFER: offer with session id and metadata
 * @RTC_HTTP_ROUTE_PBX_CANDIDATE: one candidate or several of a named session
 * @RTC_HTTP_ROUTE_PBX_CLOSE: the end of a named session
 * @RTC_HTTP_ROUTE_PBX_STATS: what the session's peer has counted
 * @RTC_HTTP_ROUTE_ICE_SERVERS: the servers that clients shall use
 * @RTC_HTTP_ROUTE_HEALTH: says that the server lives
 * @RTC_HTTP_ROUTE_METRICS: counts for Prometheus
 * @RTC_HTTP_ROUTE_WHIP: RFC 9725: endpoint for publishers
 * @RTC_HTTP_ROUTE_WHEP: endpoint for viewers
 * @RTC_HTTP_ROUTE_RESOURCE: session of a publisher or viewer
 * @RTC_HTTP_ROUTE_SOCKET_RELAY: WebSocket: what one client of the room says goes to the others
 * @RTC_HTTP_ROUTE_SOCKET_TRICKLE: WebSocket: bare descriptions and candidates, both ways
 * @RTC_HTTP_ROUTE_SOCKET_POLITE: WebSocket: perfect negotiation, the client gives way
 * @RTC_HTTP_ROUTE_SOCKET_IMPOLITE: the same, the server's peer gives way
 */
typedef enum {
  RTC_HTTP_ROUTE_NONE,
  RTC_HTTP_ROUTE_PAGE,
  RTC_HTTP_ROUTE_OFFER,
  RTC_HTTP_ROUTE_CANDIDATE,
  RTC_HTTP_ROUTE_CLOSE,
  RTC_HTTP_ROUTE_ANY_OFFER,
  RTC_HTTP_ROUTE_PREFLIGHT,
  RTC_HTTP_ROUTE_PBX_OFFER,
  RTC_HTTP_ROUTE_PBX_CANDIDATE,
  RTC_HTTP_ROUTE_PBX_CLOSE,
  RTC_HTTP_ROUTE_PBX_STATS,
  RTC_HTTP_ROUTE_ICE_SERVERS,
  RTC_HTTP_ROUTE_HEALTH,
  RTC_HTTP_ROUTE_METRICS,
  RTC_HTTP_ROUTE_WHIP,
  RTC_HTTP_ROUTE_WHEP,
  RTC_HTTP_ROUTE_RESOURCE,
  RTC_HTTP_ROUTE_SOCKET_RELAY,
  RTC_HTTP_ROUTE_SOCKET_TRICKLE,
  RTC_HTTP_ROUTE_SOCKET_POLITE,
  RTC_HTTP_ROUTE_SOCKET_IMPOLITE,
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
  /* How errors are written. */
  RtcHttpDialect dialect;
  /* Anybody may ask, also without token. */
  gboolean is_public;
  /* What stood for NAME or ID; empty without. */
  gchar name[RTC_HTTP_MAX_NAME + 1];
} RtcHttpDecision;

RtcHttpDecision rtc_http_route (const gchar *method, const gchar *path);
/* For a GET with "Upgrade: websocket". A path without a WebSocket is 404. */
RtcHttpDecision rtc_http_route_socket (const gchar *path);
gboolean rtc_http_route_is_socket (RtcHttpRoute route);
