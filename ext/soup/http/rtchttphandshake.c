/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * TLS handshakes of the HTTP server, a few at a time. GIO runs each on a thread of a small pool
 * that the whole process shares, until the client has said its part: clients that say nothing would
 * keep all others waiting. So the newest goes first, and the oldest is cut when it stalls while
 * others wait. Functions of the server, on its loop.
 */
#include "rtchttpserverparts.h"

/* GTask's pool has ten threads to begin with. */
#define MAX_HANDSHAKES 8
/* A client far away takes two round trips, and a busy machine its time. */
#define STALL_LIMIT (1500 * GST_MSECOND)

static void
run (RtcHttpServer *server)
{
  while (!server->is_ending && !g_queue_is_empty (&server->waiting)) {
    GstClockTime now = rtc_loop_now (server->loop);
    RtcHttpConnection *oldest = g_queue_peek_head (&server->handshakes);
    if (g_queue_get_length (&server->handshakes) >= MAX_HANDSHAKES &&
        now < oldest->started + STALL_LIMIT) {
      rtc_loop_timer_set (server->stall_timer, oldest->started + STALL_LIMIT);
      return;
    }
    if (g_queue_get_length (&server->handshakes) >= MAX_HANDSHAKES) {
      g_queue_pop_head (&server->handshakes);
      rtc_http_connection_expire (oldest);
    } else {
      RtcHttpConnection *newest = g_queue_pop_head (&server->waiting);
      newest->started = now;
      g_queue_push_tail (&server->handshakes, newest);
      rtc_http_connection_start (newest);
    }
  }
}

void
rtc_http_handshakes_run (gpointer server)
{
  run (server);
}

void
rtc_http_handshakes_add (RtcHttpConnection *connection)
{
  g_queue_push_head (&connection->server->waiting, connection);
  run (connection->server);
}

void
rtc_http_handshakes_remove (RtcHttpConnection *connection)
{
  g_queue_remove (&connection->server->waiting, connection);
  if (g_queue_remove (&connection->server->handshakes, connection))
    run (connection->server);
}
