/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Inside the HTTP server: its state, that of a connection and of a request, and what its files call
 * of each other. A connection is accepted and limited in rtchttpconnection.c, its head judged in
 * rtchttpgate.c, its request answered in rtchttprequest.c or made a WebSocket in rtchttpupgrade.c.
 */
#pragma once

#include <libsoup/soup.h>

#include "rtchttpserver.h"
#include "signalling/rtchttpguard.h"

typedef struct _RtcHttpConnection RtcHttpConnection;

struct _RtcHttpConnection {
  RtcHttpServer *server;
  GSocket *socket;
  GSocketAddress *remote;
  /* Not owned: its end is the connection's. The outer stream, which nobody but the loop has: the
   * inner ones may end on a thread that GIO uses for TLS handshakes. */
  GObject *connection;
  GIOStream *stream;
  /* Owned until libsoup gets it. */
  GSocketConnection *unheard;
  GstClockTime started;
  gchar *address;
  /* What it counts as. */
  gchar *name;
  gboolean is_loopback;
  gboolean is_refused;
  /* Its request has come as a whole; and: it counts no more. */
  gboolean has_request;
  gboolean is_evicted;
  /* A WebSocket now, and counted as such. */
  gboolean is_socket;
  GstClockTime accepted;
  RtcLoopTimer *deadline;
  RtcHttpRequest *request;
};

struct _RtcHttpServer {
  RtcLoop *loop;
  GMainContext *context;
  RtcLoopContext *adopted;
  RtcHttpServerConfig config;
  gchar *allowed_origins;
  gchar *token;
  guint64 counts[RTC_HTTP_N_STATUS];
  GSocket *socket;
  RtcLoopWatch *watch;
  SoupServer *soup;
  RtcAdmission *admission;
  RtcAdmission *sockets;
  GHashTable *connections;
  /* With TLS: the newest first; and those in their handshake, the oldest first. */
  GQueue waiting;
  GQueue handshakes;
  RtcLoopTimer *stall_timer;
  gboolean is_ending;
  gboolean is_local_only;
  RtcHttpRequestFunc func;
  gpointer user_data;
};

struct _RtcHttpRequest {
  gatomicrefcount refs;
  /* Both NULL when the reply was sent, or can no more be sent. */
  RtcHttpConnection *connection;
  SoupServerMessage *message;
  gulong handlers[2];
  RtcHttpUpgradedFunc upgraded;
  gpointer upgraded_data;
  RtcHttpDecision decision;
  gchar *address;
  gboolean is_loopback;
  gchar *session_id;
  gpointer context;
  GDestroyNotify destroy_context;
  gboolean is_paused;
};

/* rtchttphandshake.c */
void rtc_http_handshakes_add (RtcHttpConnection *connection);
/* Its handshake is over, or it is itself. */
void rtc_http_handshakes_remove (RtcHttpConnection *connection);
/* For the server's timer. */
void rtc_http_handshakes_run (gpointer server);

/* rtchttpconnection.c */
/* libsoup takes over. */
void rtc_http_connection_start (RtcHttpConnection *connection);
void rtc_http_connection_expire (RtcHttpConnection *connection);

/* One that was accepted: it is listened to, or turned away when there is no room. */
void rtc_http_connection_serve (RtcHttpServer *server, GSocket *socket, GSocketAddress *remote);
/* NULL when it is gone. */
RtcHttpConnection *rtc_http_connection_find (SoupServerMessage *message);
/* For the table of connections. */
void rtc_http_connection_free (gpointer data);
/* From now on; then it is closed. */
void rtc_http_connection_set_limit (RtcHttpConnection *connection, GstClockTime limit);
/* Writes the status past libsoup, with the header lines @more. */
void rtc_http_connection_refuse (RtcHttpConnection *connection, RtcHttpDialect dialect,
    const RtcHttpRefusal *refusal, const gchar *more);
/* Closes all; they are freed with the table. */
void rtc_http_connection_cut_all (RtcHttpServer *server);

/* rtchttprequest.c */

RtcHttpRequest *rtc_http_request_new (
    RtcHttpConnection *connection, SoupServerMessage *message, const RtcHttpDecision *decision);
/* The reply was sent, or can no more be sent. */
void rtc_http_connection_forget_request (RtcHttpConnection *connection);
/* (transfer full): of the query; NULL when it is not there. */
gchar *rtc_http_get_parameter (SoupServerMessage *message, const gchar *name);

/* rtchttpgate.c: SoupServer's signal and its handler */

void rtc_http_gate_request_started (
    SoupServer *soup, SoupServerMessage *message, gpointer user_data);
void rtc_http_gate_handle_request (SoupServer *soup, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data);
