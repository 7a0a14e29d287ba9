/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An HTTP server that says what the test wrote, byte for byte, one connection after the other, and
 * checks what it is asked. A value of the test, with a thread of its own.
 */
#pragma once

#include <gio/gio.h>

typedef struct {
  /* Must be in the request: texts separated by "|"; one that begins with "!" must not be. */
  const gchar *request;
  /* What is sent then. "@" and a digit stands for the port of that server of the test. NULL:
   * nothing, until the client has gone. "~" before it: not before scripted_server_release().
   * SCRIPT_ENDLESS: a body without end. */
  const gchar *reply;
} ScriptStep;

#define SCRIPT_ENDLESS "endless"

typedef struct _ScriptedServer ScriptedServer;

ScriptedServer *scripted_server_new (void);
guint scripted_server_get_port (ScriptedServer *server);
/* @steps: until one without request. @others: servers 1, 2, ... of replies; NULL-terminated. */
void scripted_server_start (
    ScriptedServer *server, const ScriptStep *steps, ScriptedServer *const *others);
/* Waits for the request of the step of this number, from 1 on. */
void scripted_server_wait (ScriptedServer *server, guint step);
void scripted_server_release (ScriptedServer *server);
/* Waits till all steps were made; a client that asked for something else has failed the test. */
void scripted_server_finish (ScriptedServer *server);
