/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RtcIceService: asks another server for the STUN and TURN servers of a client, whose credentials
 * often last for an hour and one address only. What goes wrong there is never the client's: it gets
 * the servers that were configured. Owned by the signalling server, on its loop.
 */
#pragma once

#include "http/rtchttpserver.h"

typedef struct _RtcIceService RtcIceService;

/* @url: "http(s)://...", "{client}" in it stands for the client's address. */
gboolean rtc_ice_service_is_url (const gchar *url);
RtcIceService *rtc_ice_service_new (RtcLoop *loop, const gchar *url);
/* Requests that wait get no reply any more. */
void rtc_ice_service_free (RtcIceService *service);
/* Replies to @request with an array of RTCIceServer dictionaries: the service's, or @fallback, a
 * JSON text. */
void rtc_ice_service_reply (RtcIceService *service, RtcHttpRequest *request, const gchar *fallback);
