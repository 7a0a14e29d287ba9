/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The HTTP server of rtcsignaller: libsoup's SoupServer behind a listening socket, limits and
 * deadlines of our own, because libsoup alone lets duplicate Host headers, smuggled requests,
 * overlapping ranges and silent connections through. Every response closes its connection. Lives
 * on one loop; owned by the element.
 */
#pragma once

#include <gio/gio.h>
#include <gst/rtc/rtcloop.h>

#include "signalling/rtcadmission.h"
#include "signalling/rtchttproutes.h"

typedef struct _RtcHttpServer RtcHttpServer;
/* One request. Reference counted; belongs to the loop. */
typedef struct _RtcHttpRequest RtcHttpRequest;

typedef struct {
  RtcAdmissionLimits admission;
  /* The whole request must have come in this time. */
  GstClockTime request_limit;
  /* And its response must be made and sent in this. */
  GstClockTime response_limit;
  /* Foreign origins that may post: "*" or "https://a.example https://b.example"; may be NULL. */
  const gchar *allowed_origins;
  /* NULL for plain HTTP. */
  GTlsCertificate *certificate;
} RtcHttpServerConfig;

/* A request that passed all checks. Keep a reference to reply later. Must not block. */
typedef void (*RtcHttpRequestFunc) (
    RtcHttpServer *server, RtcHttpRequest *request, gpointer user_data);

/* Any thread, may block for the name's lookup: a bound, listening socket. */
GSocket *rtc_http_listen (const gchar *address, guint port, GError **error);
/* The rest: on the loop. Takes a reference on @socket. */
RtcHttpServer *rtc_http_server_new (RtcLoop *loop, GSocket *socket,
    const RtcHttpServerConfig *config, RtcHttpRequestFunc func, gpointer user_data);
/* Stops to listen and cuts all connections; replies to older requests go nowhere. */
void rtc_http_server_free (RtcHttpServer *server);

RtcHttpRequest *rtc_http_request_ref (RtcHttpRequest *request);
void rtc_http_request_unref (RtcHttpRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcHttpRequest, rtc_http_request_unref)
const RtcHttpDecision *rtc_http_request_get_decision (RtcHttpRequest *request);
/* (transfer full) */
GBytes *rtc_http_request_get_body (RtcHttpRequest *request);
/* The client's address without port. */
const gchar *rtc_http_request_get_address (RtcHttpRequest *request);
/* (transfer full): a parameter of the query, NULL when it is not there. */
gchar *rtc_http_request_get_parameter (RtcHttpRequest *request, const gchar *name);
/* Before the reply. */
void rtc_http_request_set_header (RtcHttpRequest *request, const gchar *name, const gchar *value);
/* Once. @body and @content_type may be NULL. */
void rtc_http_request_reply (
    RtcHttpRequest *request, guint status, const gchar *content_type, GBytes *body);
/* The plain text of the dialect for @status; @detail may be NULL. */
void rtc_http_request_reply_error (RtcHttpRequest *request, guint status, const gchar *detail);
