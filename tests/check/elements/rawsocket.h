/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A WebSocket client that sends what a test tells it, right or wrong (RFC 6455), over a blocking
 * connection. For the tests of rtcsignaller. */
#pragma once

#include "signallerharness.h"

#define OPCODE_MORE 0x0
#define OPCODE_TEXT 0x1
#define OPCODE_BINARY 0x2
#define OPCODE_CLOSE 0x8
#define OPCODE_PING 0x9
#define OPCODE_PONG 0xa
#define FIN 0x80

typedef struct {
  GSocketConnection *connection;
  GInputStream *input;
  GOutputStream *output;
} RawSocket;

typedef struct {
  guint opcode;
  /* With a NUL behind the bytes. */
  guint8 *bytes;
  gsize size;
} RawFrame;

/* The handshake for @path with more header lines, which end with CR LF; the status of its reply.
 * With 101, @socket is open. */
guint raw_socket_open (
    RawSocket *socket, SignallerHarness *harness, const gchar *path, const gchar *headers);
/* Must succeed; then sends the id. */
void raw_socket_join (
    RawSocket *socket, SignallerHarness *harness, const gchar *path, const gchar *id);
void raw_socket_clear (RawSocket *socket);
/* @first: FIN and opcode. Masked. FALSE: the server is gone. */
gboolean raw_socket_send (RawSocket *socket, guint first, const void *bytes, gsize size);
void raw_socket_send_text (RawSocket *socket, const gchar *text);
/* FALSE: the end of the connection. */
gboolean raw_socket_receive (RawSocket *socket, RawFrame *out_frame);
void raw_frame_clear (RawFrame *frame);
/* (transfer full): of the next frame, which must be text. */
gchar *raw_socket_receive_text (RawSocket *socket);
/* Reads over anything else; 1006 when no close frame came. */
guint raw_socket_receive_close (RawSocket *socket, gchar **out_reason);
