/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The HTTP client of rtcsignaller: libsoup's SoupSession on a network loop, with limits on what a
 * server may send and on the time that it may take, redirects by our rules, and a token that never
 * leaves the origin that it is for. Owned by the client role.
 */
#pragma once

#include <gio/gio.h>
#include <gst/rtc/rtcloop.h>

#define RTC_HTTP_CLIENT_MAX_BODY (128 * 1024)

typedef struct _RtcHttpClient RtcHttpClient;

typedef struct {
  const gchar *method;
  const gchar *url;
  /* All may be NULL. */
  const gchar *body;
  const gchar *content_type;
  const gchar *accept;
  const gchar *if_match;
  /* Sent and replied to also after rtc_http_client_forget(). */
  gboolean is_farewell;
  /* For the whole exchange, redirects included. */
  GstClockTime limit;
} RtcHttpCall;

/* Borrowed, for the time of the call. */
typedef struct {
  guint status;
  /* Where the reply came from, after redirects. */
  const gchar *url;
  /* Ends with a NUL that is not counted. */
  const gchar *body;
  gsize size;
  /* SoupMessageHeaders */
  gpointer headers;
} RtcHttpReply;

/* Any status is a reply; @error is set where there was none. On the loop. */
typedef void (*RtcHttpReplyFunc) (
    const RtcHttpReply *reply, const GError *error, gpointer user_data);

/* @token: for the origin of @token_url alone; may be NULL. @trusted: a PEM file with the
 * certificates to trust in place of the system's, NULL for those. NULL with @error: the file cannot
 * be read. On the loop. */
RtcHttpClient *rtc_http_client_new (RtcLoop *loop, const gchar *token_url, const gchar *token,
    const gchar *trusted, GError **error);
/* No function is called any more. What runs is broken off. */
void rtc_http_client_free (RtcHttpClient *client);
/* The network has changed: connections that are kept are closed, and calls that run fail. */
void rtc_http_client_drop_connections (RtcHttpClient *client);
/* Calls @func once, later. */
void rtc_http_client_send (
    RtcHttpClient *client, const RtcHttpCall *call, RtcHttpReplyFunc func, gpointer user_data);
/* Replies to what was sent till now go nowhere; the requests themselves are not broken off, because
 * the server may act on them already. */
void rtc_http_client_forget (RtcHttpClient *client);

/* @connection is a SoupWebsocketConnection (transfer full), NULL with @error. */
typedef void (*RtcHttpSocketFunc) (gpointer connection, const GError *error, gpointer user_data);
/* A WebSocket at @url, with the token. @func is called once, later, unless @cancellable is
 * cancelled before. */
void rtc_http_client_open_socket (RtcHttpClient *client, const gchar *url,
    GCancellable *cancellable, RtcHttpSocketFunc func, gpointer user_data);
/* After something was sent over such a WebSocket, outside of its own functions. */
void rtc_http_client_refresh (RtcHttpClient *client);

/* NULL when it is not there. Several of one name are joined with commas. */
const gchar *rtc_http_reply_get_header (const RtcHttpReply *reply, const gchar *name);
