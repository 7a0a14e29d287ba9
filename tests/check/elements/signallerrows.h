/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables of raw requests with the replies that they must get, to the byte where the row says so. */
#pragma once

#include "signallerharness.h"

typedef struct {
  const gchar *name;
  /* The request line and the headers, each with its line end; Content-Length is added for a body.
   */
  const gchar *head;
  const gchar *body;
  guint status;
  /* Header lines that must be there, each with "\n" behind it; "-Name" must not be there. May be
   * NULL. */
  const gchar *headers;
  /* NULL: any. A star at its end: how it begins. */
  const gchar *reply;
} SignallerRow;

/* One after the other on the same server, each on a connection of its own. */
void signaller_rows_run (SignallerHarness *harness, const SignallerRow *rows, gsize count);
Response signaller_rows_ask (SignallerHarness *harness, const gchar *head, const gchar *body);
