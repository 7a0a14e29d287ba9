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

#include "rtcwebsocket.h"

#include "signalling/rtcadmission.h"
#include "signalling/rtchttproutes.h"

#define RTC_HTTP_N_STATUS 600

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
  /* What all routes but the public ones ask for as a Bearer token; NULL for nothing. */
  const gchar *token;
  /* NULL for plain HTTP. */
  GTlsCertificate *certificate;
  /* WebSockets, which count as connections no more, and their messages. */
  RtcAdmissionLimits sockets;
  gsize max_message_bytes;
} RtcHttpServerConfig;

/* A request that passed all checks. Keep a reference to reply later. Must not block. */
typedef void (*RtcHttpRequestFunc) (
    RtcHttpServer *server, RtcHttpRequest *request, gpointer user_data);

/* Any thread, may block for the name's lookup: a bound, listening socket. */
GSocket *rtc_http_listen (const gchar *address, guint port, GError **error);
/* The rest: on the loop. Takes a reference on @socket. */
RtcHttpServer *rtc_http_server_new (RtcLoop *loop, GSocket *socket,
    const RtcHttpServerConfig *config, RtcHttpRequestFunc func, gpointer user_data);
/* The number of replies with each status, RTC_HTTP_N_STATUS of them. */
const guint64 *rtc_http_server_get_counts (const RtcHttpServer *server);
/* Lets what was said last go out, as far as it can without waiting: before the end. */
void rtc_http_server_flush (RtcHttpServer *server);
/* NULL for plain HTTP, which stays plain. */
GTlsCertificate *rtc_http_server_get_certificate (const RtcHttpServer *server);
/* For connections from now on. */
void rtc_http_server_set_certificate (RtcHttpServer *server, GTlsCertificate *certificate);
guint rtc_http_server_get_sockets (const RtcHttpServer *server);
/* Stops to listen and cuts all connections; replies to older requests go nowhere. */
void rtc_http_server_free (RtcHttpServer *server);

RtcHttpRequest *rtc_http_request_ref (RtcHttpRequest *request);
void rtc_http_request_unref (RtcHttpRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcHttpRequest, rtc_http_request_unref)
const RtcHttpDecision *rtc_http_request_get_decision (RtcHttpRequest *request);
/* (transfer full) */
GBytes *rtc_http_request_get_body (RtcHttpRequest *request);
/* (transfer full): the body as text; NULL when it is not UTF-8 without NUL. */
gchar *rtc_http_request_get_text (RtcHttpRequest *request);
/* The client's address without port. */
const gchar *rtc_http_request_get_address (RtcHttpRequest *request);
gboolean rtc_http_request_is_loopback (RtcHttpRequest *request);
const gchar *rtc_http_request_get_method (RtcHttpRequest *request);
/* NULL when it is not there. */
const gchar *rtc_http_request_get_header (RtcHttpRequest *request, const gchar *name);
/* (transfer full): a parameter of the query, NULL when it is not there. */
gchar *rtc_http_request_get_parameter (RtcHttpRequest *request, const gchar *name);
/* What the one who replies later must know; freed with the request. */
void rtc_http_request_set_context (
    RtcHttpRequest *request, gpointer context, GDestroyNotify destroy);
gpointer rtc_http_request_get_context (RtcHttpRequest *request);
/* The session that errors name, where their dialect does that. */
void rtc_http_request_set_session_id (RtcHttpRequest *request, const gchar *id);
/* Before the reply. */
void rtc_http_request_set_header (RtcHttpRequest *request, const gchar *name, const gchar *value);
/* When to come again, for 429 and 503; without it, they say in a few seconds. */
void rtc_http_request_set_retry (RtcHttpRequest *request, GstClockTime wait);
/* Nobody has replied, and somebody would hear it. */
gboolean rtc_http_request_is_waiting (RtcHttpRequest *request);
/* Once. @body and @content_type may be NULL. */
void rtc_http_request_reply (
    RtcHttpRequest *request, guint status, const gchar *content_type, GBytes *body);
void rtc_http_request_reply_text (
    RtcHttpRequest *request, guint status, const gchar *content_type, const gchar *text);
/* What the route's dialect says for @status; @detail may be NULL. */
void rtc_http_request_reply_error (RtcHttpRequest *request, guint status, const gchar *detail);

/* On the loop, once @request is a WebSocket, which is (transfer full). */
typedef void (*RtcHttpUpgradedFunc) (
    RtcHttpRequest *request, RtcWebSocket *socket, gpointer user_data);
/* In place of a reply: 101, or what is wrong with the handshake. @func is not called when the
 * client has gone before. */
void rtc_http_request_upgrade (
    RtcHttpRequest *request, RtcHttpUpgradedFunc func, gpointer user_data);
