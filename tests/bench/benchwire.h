/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * BenchWire: one end of a pair of pipes between two processes that measure together. A message is
 * one JSON object on a line; docs/performance.md lists them. Sending is for any thread, receiving
 * for one. Owned by whoever made it.
 */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _BenchWire BenchWire;

/* Starts @command, whose standard input and output become the other end; NULL (said why). */
BenchWire *bench_wire_spawn (const gchar *const *command);
/* The other end: standard input and output of this process. What else the process prints on
 * standard output then goes to standard error. */
BenchWire *bench_wire_new_child (void);
/* Closes the pipes, which tells a child to go, and waits until it has gone. */
void bench_wire_free (BenchWire *wire);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchWire, bench_wire_free)

/* The child's process, 0 in the child. */
GPid bench_wire_get_pid (BenchWire *wire);

/* @message: (transfer full). */
void bench_wire_send (BenchWire *wire, JsonObject *message);
/* The next message (transfer full); NULL when the other end is gone. Lines that are no JSON object
 * with a "type" are told on standard error and left out. */
JsonObject *bench_wire_receive (BenchWire *wire);

/* (transfer full) {"type": @type} */
JsonObject *bench_message_new (const gchar *type);
/* (transfer none) */
const gchar *bench_message_get_type (JsonObject *message);

G_END_DECLS
