/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The STUN and TURN servers that clients are told to use: read from GStreamer's form of their URIs,
 * written as W3C RTCIceServer dictionaries (webrtc-pc §4.2.4) and as Link headers (RFC 9725 §4.6).
 * A value, owned by the signalling server.
 */
#pragma once

#include "base/rtcerror.h"

typedef struct {
  /* RFC 7064 or RFC 7065. */
  gchar *url;
  /* NULL for STUN. */
  gchar *username;
  gchar *credential;
} RtcIceServer;

/* No list of a server is longer. */
#define RTC_ICE_SERVERS_MAX 16

/* (transfer full) (element-type RtcIceServer): @uris separated by spaces, each as
 * "stun://host:port", "turn(s)://user:password@host:port?transport=tcp" or "stun:host:port"; NULL
 * is an empty list. NULL with @error when one of them cannot be read. */
GPtrArray *rtc_ice_servers_parse (const gchar *uris, GError **error);
/* (transfer full): a JSON array. */
gchar *rtc_ice_servers_to_json (const GPtrArray *servers);
/* (transfer full): the value of a Link header; NULL for an empty list. */
gchar *rtc_ice_servers_to_link (const GPtrArray *servers);
/* (transfer full) (element-type RtcIceServer): those that Link headers name, with commas between
 * them; NULL is an empty list. What cannot be read is left out. */
GPtrArray *rtc_ice_servers_from_link (const gchar *link);
/* (transfer full): as GStreamer's elements want it, "turn://user:password@host:port". */
gchar *rtc_ice_server_to_uri (const RtcIceServer *server);
