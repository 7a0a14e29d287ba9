/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One WebSocket of the signalling server (RFC 6455): libsoup's connection with what it lacks, a
 * bounded queue of messages to send, bounds of what comes in, and an end for a client that is no
 * more there. Text messages only. Lives on the loop; owned by whoever took the upgrade.
 */
#pragma once

#include <gio/gio.h>
#include <gst/rtc/rtcloop.h>

#include "signalling/rtcadmission.h"

/* What waits for a slow reader. */
#define RTC_WEB_SOCKET_MAX_WAITING 100
#define RTC_WEB_SOCKET_MAX_WAITING_BYTES (4 * 1024 * 1024)

/* RFC 6455 §7.4.1; libsoup knows no newer ones. */
#define RTC_WEB_SOCKET_GOING_AWAY 1001
#define RTC_WEB_SOCKET_BAD_DATA 1003
#define RTC_WEB_SOCKET_POLICY 1008

typedef struct _RtcWebSocket RtcWebSocket;

typedef struct {
  /* @text is UTF-8 and ends with a NUL behind its bytes. */
  void (*message) (RtcWebSocket *socket, GBytes *text, gpointer user_data);
  /* Nothing comes any more; only to be freed, which may be done inside. */
  void (*closed) (RtcWebSocket *socket, gpointer user_data);
} RtcWebSocketFuncs;

/* What a server has for its sockets; outlives them. */
typedef struct {
  RtcLoop *loop;
  GMainContext *context;
  RtcLoopContext *adopted;
  /* Counts messages. */
  RtcAdmission *admission;
  gsize max_message_bytes;
} RtcWebSocketHost;

/* Copied. */
typedef struct {
  const gchar *address;
  /* What it counts as: rtc_admission_get_name(). */
  const gchar *name;
  gboolean is_loopback;
} RtcWebSocketClient;

/* @stream: behind the handshake. */
RtcWebSocket *rtc_web_socket_new (const RtcWebSocketHost *host, GIOStream *stream, GUri *uri,
    const gchar *protocol, const RtcWebSocketClient *client);
/* Before the loop turns. */
void rtc_web_socket_set_funcs (
    RtcWebSocket *socket, const RtcWebSocketFuncs *funcs, gpointer user_data);
const gchar *rtc_web_socket_get_address (const RtcWebSocket *socket);
/* FALSE: too much waits for this reader, or it is closing; nothing was sent. */
gboolean rtc_web_socket_send (RtcWebSocket *socket, GBytes *text);
/* Says why and ends; closed() follows within seconds. What still waits to be sent is dropped. */
void rtc_web_socket_close (RtcWebSocket *socket, guint code, const gchar *reason);
/* The connection broke, without a word of either end. */
gboolean rtc_web_socket_is_lost (const RtcWebSocket *socket);
/* Cuts what is not closed. */
void rtc_web_socket_free (RtcWebSocket *socket);
